"""Fields that several inputs share. A refusal says the remedy as well as what is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Annotated, Final, LiteralString, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from onealarm.alarms.zones import unknown_zone, zone_names
from onealarm.briefing.spoken.languages import for_language
from onealarm.briefing.voices import VOICES
from onealarm.errors import BadInput

T = TypeVar("T")

REFUSED: Final[LiteralString] = "refused"
"""The type of a validation error that brings its own remedy."""

_WALL_TIME: Final = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
_DATE: Final = r"\d{4}-\d\d-\d\d"
_INSTANT: Final = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)"
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_LARGE: Final = 10**15
_NAMES_OF_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Input(BaseModel):
    """What a caller sends: a field that is not known is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def shown(value: object) -> str:
    """What was given, as far as it can be told in a line: text in quotes, of a list or an object only what it is."""
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return repr(value[:80])
        case float():
            return f"{value:g}"
        case int():
            return str(value) if abs(value) < _LARGE else "a very large number"
        case list() | tuple():
            return "a list" if value else "an empty list"
        case _:
            return "an object" if isinstance(value, dict) else "what was given"


def refusal(problem: str, remedy: str) -> PydanticCustomError:
    """A validation error that brings its own remedy."""
    return PydanticCustomError(REFUSED, "{problem}", {"problem": problem, "remedy": remedy})


def not_null(value: T | None) -> T:
    """For a field that may be left out of a change but not be emptied."""
    if value is None:
        raise refusal("cannot be null", "Leave it out to keep what is there")
    return value


def _one_line(text: str) -> str:
    if not text.isprintable() and any(unicodedata.category(one) in ("Cc", "Zl", "Zp") for one in text):
        raise refusal("holds a control character", "Give one line of text")
    return text


def _known_zone(name: str) -> str:
    if name not in zone_names():
        unknown = unknown_zone(name)
        raise refusal(unknown.problem, unknown.remedy)
    return name


def _known_voice(name: str) -> str:
    if name not in VOICES:
        raise refusal(f"{name[:80]!r} is not a voice", f"Give one of: {', '.join(VOICES)}")
    return name


def _known_language(code: str) -> str:
    try:
        for_language(code)
    except BadInput as error:
        raise refusal(error.problem, error.remedy) from error
    return code


def _day_number(day: object) -> int:
    if isinstance(day, int) and not isinstance(day, bool) and 1 <= day <= 7:
        return day
    word = day.strip().lower() if isinstance(day, str) else ""
    for number, name in enumerate(_NAMES_OF_DAYS, start=1):
        if word in (name, name[:3]):
            return number
    raise refusal(f"{shown(day)} is not a day of the week", "Give 1 (Monday) to 7 (Sunday), or mon to sun")


def _day_numbers(days: object) -> object:
    if not isinstance(days, list) or not days:
        raise refusal(f"{shown(days)} is not a list of days", 'Give at least one, such as [1, 2] or ["mon", "tue"]')
    return tuple(sorted({_day_number(day) for day in days}))


def _text(pattern: str, read: Callable[[str], object], *, what: str, example: str) -> Callable[[object], object]:
    """Reads text of one form only; pydantic would read numbers and other forms too."""
    form = re.compile(pattern, re.ASCII)

    def check(value: object) -> object:
        try:
            if isinstance(value, str) and form.fullmatch(value.strip()):
                return read(value.strip())
        except (ValueError, OverflowError):
            pass  # in form, but no such day or hour: told below
        raise refusal(f"{shown(value)} is not {what}", f"Give it as text, such as {example}")

    return check


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


def _address(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise refusal(f"{shown(text)} is not an e-mail address", "Give one such as ada@example.org")
    return text


Line = Annotated[str, Field(min_length=1), AfterValidator(_one_line)]
Email = Annotated[Line, Field(max_length=254), AfterValidator(_address)]
Timezone = Annotated[str, AfterValidator(_known_zone), Field(examples=["Europe/Berlin"])]
Voice = Annotated[str, AfterValidator(_known_voice), WithJsonSchema({"type": "string", "enum": list(VOICES)})]
Language = Annotated[str, AfterValidator(_known_language), Field(examples=["en"])]
WallTime = Annotated[
    time,
    BeforeValidator(_text(_WALL_TIME, time.fromisoformat, what="a time of day", example="07:00")),
    WithJsonSchema({"type": "string", "pattern": f"^{_WALL_TIME}$", "examples": ["07:00"]}),
]
Day = Annotated[date, BeforeValidator(_text(_DATE, date.fromisoformat, what="a date", example="2026-12-24"))]
Instant = Annotated[
    AwareDatetime, BeforeValidator(_text(_INSTANT, _instant, what="an instant", example="2026-12-24T06:30:00Z"))
]
Days = Annotated[
    tuple[int, ...],
    BeforeValidator(_day_numbers),
    WithJsonSchema(
        {
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 7}, {"type": "string"}]},
            "description": "ISO days of the week, Monday is 1; names such as mon are taken too",
        }
    ),
]
