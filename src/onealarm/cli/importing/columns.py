"""What a line of an import may say, and how it is read: by the rules and in the words of the API.

What repeats from line to line is judged once: a file has many alarms and few times of day, zones and voices.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from operator import itemgetter
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import Field

from onealarm.alarms.importing import Line, NewAlarm, NewUser, Schedule, alarm_id_of, user_id_of
from onealarm.alarms.preferences import Preferences
from onealarm.api.schemas.alarms import AlarmInput, Label
from onealarm.api.schemas.fields import Email, Input
from onealarm.api.schemas.fields import Line as OneLine
from onealarm.api.schemas.users import Name, PreferencesInput
from onealarm.api.validation import checked
from onealarm.cli.options import parse_days, parse_pause
from onealarm.errors import BadInput
from onealarm.http.addresses import AddressGuard
from onealarm.ids import UserId
from onealarm.postgres.refusals import BY_CONSTRAINT

Cells = Sequence[Any]
"""The values of a line in the order of its columns; None or an empty text is a value that was not given."""

_PERSON: Final = ("name", "email")
_PREFERENCES: Final = (
    "timezone",
    "voice",
    "language",
    "place",
    "latitude",
    "longitude",
    "country",
    "subdivision",
    "include_weather",
    "feeds",
)
_OWN: Final = ("alarm", "label")
_SCHEDULE: Final = (
    "time",
    "date",
    "days",
    "zone",
    "zone_mode",
    "active",
    "skip_dates",
    "pause",
    "skip_holidays",
    "snooze_minutes",
    "snooze_limit",
)
COLUMNS: Final = ("user", *_PERSON, *_PREFERENCES, *_OWN, *_SCHEDULE)
IGNORED: Final = ("line", "reason")
"""What a reject file has beside the columns."""

_AFTER_THE_LAST_DATE: Final = date(2040, 1, 1)
_MOST_REMEMBERED: Final = 20_000
_COLUMN_OF: Final = {
    "place.name": "place",
    "place.latitude": "latitude",
    "place.longitude": "longitude",
    "user_id": "user",
}
"""The column that gives a field which elsewhere has another name."""

Key = Annotated[OneLine, Field(max_length=200)]
T = TypeVar("T")


class _Person(Input):
    user: Key
    name: Name | None = None
    email: Email | None = None


class _Own(Input):
    alarm: Key | None = None
    label: Label | None = None


class LineReader:
    """Reads the lines of one file whose values come in the order of ``columns``.

    ``as_text``: numbers and words for true and false are text, as in CSV.
    """

    def __init__(self, columns: Sequence[str], *, as_text: bool, guard: AddressGuard) -> None:
        self._guard = guard
        self._forms = {**_FORMS, **_TEXT_FORMS} if as_text else _FORMS
        remembered = tuple if as_text else repr  # of other values 1 and True would be the same
        self._person = _Part(("user", *_PERSON, *_PREFERENCES), columns)
        self._preferences = _Part(_PREFERENCES, columns)
        self._own = _Part(_OWN, columns)
        self._schedule = _Part(_SCHEDULE, columns)
        self._read_person = _Memo(self._new_person, remembered)
        self._read_preferences = _Memo(self._new_preferences, remembered)
        self._read_schedule = _Memo(self._new_schedule, remembered)

    def read(self, number: int, cells: Cells) -> Line:
        """What the line says. Raises ``BadInput`` with the column."""
        cells = (*cells, None)  # the value of every column that the file lacks
        key, user_id, user = self._read_person(self._person.of(cells))
        schedule, own = self._read_schedule(self._schedule.of(cells)), self._own.given(self._own.of(cells))
        alarm = self._new_alarm(user_id, own, schedule) if own or schedule is not None else None
        return Line(number, key, user_id, user, alarm)

    def _new_person(self, cells: Cells) -> tuple[str, UserId, NewUser | None]:
        given = self._person.given(cells)
        person = checked(_Person, {name: given[name] for name in ("user", *_PERSON) if name in given})
        user_id = user_id_of(person.user)
        if len(given) == 1:
            return person.user, user_id, None
        preferences = self._read_preferences(cells[1 + len(_PERSON) :])
        named = preferences if person.name is None else replace(preferences, name=person.name)
        return person.user, user_id, NewUser(person.email, named)

    def _new_preferences(self, cells: Cells) -> Preferences:
        given = self._formed(self._preferences.given(cells))
        place = {
            "name" if name == "place" else name: given.pop(name)
            for name in ("place", "latitude", "longitude")
            if name in given
        }
        with by_column():
            return checked(PreferencesInput, given | ({"place": place} if place else {})).preferences(self._guard)

    def _new_alarm(self, user_id: UserId, own: dict[str, Any], schedule: Schedule | None) -> NewAlarm:
        told = checked(_Own, own)
        timing = schedule or self._judged({})
        return NewAlarm(alarm_id_of(user_id, told.alarm, label=told.label, schedule=timing), told.label, timing)

    def _new_schedule(self, cells: Cells) -> Schedule | None:
        given = self._schedule.given(cells)
        return self._judged(self._formed(given)) if given else None

    def _judged(self, given: dict[str, Any]) -> Schedule:
        if "zone" in given:
            given["timezone"] = given.pop("zone")
        with by_column(zone=True):
            read = checked(AlarmInput, given)
        fields = read.model_dump(exclude={"label", "user_id", "pause"})
        schedule = Schedule(**fields, pause=read.pause.days() if read.pause else None)
        _refuse_unfit(schedule)
        return schedule

    def _formed(self, given: dict[str, Any]) -> dict[str, Any]:
        forms = self._forms
        return {
            name: forms[name](value) if name in forms and isinstance(value, str) else value
            for name, value in given.items()
        }


def _refuse_unfit(schedule: Schedule) -> None:
    """Raises ``BadInput`` as the database does, so that a dry run finds it too, and a whole file of it at once."""
    weekly, pause = schedule.days is not None, schedule.pause
    found = {
        "one_off_or_weekly": weekly and schedule.date is not None,
        "only_weekly_alarms_leave_out": not weekly and (pause is not None or schedule.skip_holidays),
        "alarms_alarm_date_check": schedule.date is not None and schedule.date >= _AFTER_THE_LAST_DATE,
    }
    for constraint, violated in found.items():
        if violated:
            raise BadInput(*BY_CONSTRAINT[constraint])


def as_column(error: BadInput, *, zone: bool) -> BadInput:
    """The same refusal, its field named by the column that gives it; ``zone``: a time zone is the alarm's."""
    column = "zone" if zone and error.field == "timezone" else _COLUMN_OF.get(error.field, error.field)
    return BadInput(column, error.problem, error.remedy)


@contextmanager
def by_column(*, zone: bool = False) -> Iterator[None]:
    """Raises the refusals of the block by ``as_column``."""
    try:
        yield
    except BadInput as error:
        raise as_column(error, zone=zone) from error


class _Part:
    """Some of a file's columns, of which the file may lack any."""

    def __init__(self, names: Sequence[str], columns: Sequence[str]) -> None:
        self._names = names
        places = [columns.index(name) if name in columns else -1 for name in names]
        self.of: Callable[[Cells], tuple[Any, ...]] = itemgetter(*places)
        """Their values, of a line's whose last is None."""

    def given(self, values: Cells) -> dict[str, Any]:
        return {name: value for name, value in zip(self._names, values, strict=True) if _is_given(value)}


class _Memo(Generic[T]):
    """A function that remembers what it gave; what it raises it raises anew."""

    def __init__(self, function: Callable[[Cells], T], remembered: Callable[[Cells], Hashable]) -> None:
        self._function = function
        self._remembered = remembered
        self._given: dict[Hashable, T] = {}

    def __call__(self, cells: Cells) -> T:
        key = self._remembered(cells)
        if key in self._given:
            return self._given[key]
        found = self._function(cells)
        if len(self._given) >= _MOST_REMEMBERED:
            self._given.clear()
        self._given[key] = found
        return found


def _is_given(value: object) -> bool:
    return value is not None and value != ""


def _days(text: str) -> list[Any]:
    """Days as the command line takes them or as numbers, between commas or blanks."""
    words = _words(text)
    numbers = [int(word) for word in words if _is_digit(word)]
    names = [word for word in words if not _is_digit(word)]
    return [*numbers, *(parse_days(",".join(names)) or () if names else ())]


def _is_digit(word: str) -> bool:
    return len(word) == 1 and word.isascii() and word.isdigit()


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _pause(text: str) -> dict[str, str] | None:
    days = parse_pause(text.strip())
    return None if days is None else {"from": str(days[0]), "until": str(days[1])}


def _number(read: Callable[[str], object]) -> Callable[[str], object]:
    """Reads a number; what is none stays text, which the schema refuses in its own words."""

    def form(text: str) -> object:
        try:
            return text if "_" in text else read(text)
        except ValueError:
            return text

    return form


def _boolean(text: str) -> object:
    return {"true": True, "false": False}.get(text.strip().lower(), text)


_FORMS: Final[dict[str, Callable[[str], object]]] = {
    "days": _days,
    "skip_dates": _words,
    "pause": _pause,
    "feeds": str.split,
}
"""How lists are read that are given as text."""

_TEXT_FORMS: Final[dict[str, Callable[[str], object]]] = {
    "latitude": _number(float),
    "longitude": _number(float),
    "include_weather": _boolean,
    "active": _boolean,
    "skip_holidays": _boolean,
    "snooze_minutes": _number(int),
    "snooze_limit": _number(int),
}
"""How other values are read where all is text."""
