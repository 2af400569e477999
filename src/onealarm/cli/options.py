"""Options that several commands read in the same way."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, cast, get_args
from uuid import UUID

from onealarm.alarms.alarm import ZoneMode
from onealarm.alarms.next_ring import next_time, wall_time_of
from onealarm.errors import BadInput

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GROUPS: Final = {"daily": range(1, 8), "weekdays": range(1, 6), "weekend": range(6, 8)}
_AHEAD: Final = re.compile(r"\+(\d{1,5})m", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_OPTION_OF: Final = {
    "name": "--name",
    "timezone": "--timezone",
    "language": "--language",
    "voice": "--voice",
    "place": "--place",
    "country": "--country",
    "subdivision": "--country",
    "feeds": "--feed",
    "news_categories": "--news",
    "teams": "--team",
    "tickers": "--ticker",
    "calendar_url": "--calendar",
    "temperature_unit": "--temperatures",
    "date": "--date",
    "days": "--days",
    "zone_mode": "--zone-mode",
    "skip_dates": "--skip-date",
    "pause": "--pause",
    "snooze_minutes": "--snooze-minutes",
    "snooze_limit": "--snooze-limit",
    "minutes": "--minutes",
    "label": "--label",
}
"""The option that gives a field, by the field's first name; a place's latitude is given by --place."""
_WALL_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)


def as_typed(error: BadInput) -> BadInput:
    """The same refusal, its field named by the option that gives it, where one does."""
    option = _OPTION_OF.get(error.field.partition(".")[0])
    return error if option is None else type(error)(option, error.problem, error.remedy)


def parse_time(text: str, *, field: str = "time") -> time:
    """``HH:MM`` or ``HH:MM:SS``. Raises ``BadInput``."""
    found = _wall_time(text)
    if found is None:
        raise BadInput(field, f"{text!r} is not a time of day", "Give it as HH:MM or HH:MM:SS, such as 07:00")
    return found


def parse_date(text: str | None, *, field: str = "date") -> date | None:
    """``YYYY-MM-DD``. Raises ``BadInput``."""
    return None if text is None else _date(text, field)


def _date(text: str, field: str) -> date:
    """No other form of ISO 8601 is taken: 20261224 may be a slip."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # the 30th of February: told below
    raise BadInput(field, f"{text!r} is not a date", "Give it as YYYY-MM-DD, such as 2026-12-24")


def parse_pause(text: str) -> tuple[date, date] | None:
    """``FROM..UNTIL``, two dates, the first and the last day; None for an empty text. Raises ``BadInput``."""
    if not text:
        return None
    first, separator, last = text.partition("..")
    if not separator:
        raise BadInput("pause", f"{text!r} is not a pause", "Give it as FROM..UNTIL, such as 2026-12-24..2027-01-03")
    return _date(first, "pause"), _date(last, "pause")


def parse_zone_mode(text: str | None) -> ZoneMode | None:
    """Raises ``BadInput``."""
    for mode in get_args(ZoneMode):
        if text == mode:
            return cast(ZoneMode, mode)
    if text is None:
        return None
    raise BadInput("zone_mode", f"{text!r} is not known", "Give device or fixed")


def parse_days(text: str | None) -> tuple[int, ...] | None:
    """``mon,wed``, ``weekdays``, ``weekend`` or ``daily``, as ISO days. Raises ``BadInput``."""
    if text is None:
        return None
    days: set[int] = set()
    for word in (part.strip().lower() for part in text.split(",")):
        if word in _GROUPS:
            days.update(_GROUPS[word])
        elif word[:3] in _DAYS and len(word) >= len("mon"):
            days.add(_DAYS.index(word[:3]) + 1)
        else:
            raise BadInput(
                "days", f"{word!r} is not a day", "Give mon,tue,wed,thu,fri,sat,sun, weekdays, weekend or daily"
            )
    return tuple(sorted(days))


def parse_place(text: str) -> dict[str, str | float]:
    """``NAME,LATITUDE,LONGITUDE``, degrees north and east, as the API takes a place. Raises ``BadInput``."""
    parts = text.rsplit(",", 2)
    try:
        return {"name": parts[0], "latitude": float(parts[1]), "longitude": float(parts[2])}
    except (IndexError, ValueError) as error:
        raise BadInput(
            "place", f"{text!r} is not a place", "Give it as NAME,LATITUDE,LONGITUDE, such as 'Oslo,59.91,10.75'"
        ) from error


def parse_id(text: str, *, field: str) -> UUID:
    """Raises ``BadInput``."""
    try:
        return UUID(text)
    except ValueError as error:
        of = field.removeprefix("--")
        raise BadInput(field, f"{text!r} is not an id", f"List them to see their ids: onealarm {of} list") from error


def parse_ring(text: str, *, timezone: str, now: datetime) -> datetime:
    """``+70m`` from now, rounded up to a whole minute, or the next ``HH:MM`` on the zone's clock; aware, in UTC.

    Raises ``BadInput``.
    """
    match = _AHEAD.fullmatch(text)
    if match is not None and int(match[1]) > 0:
        ring = now + timedelta(minutes=int(match[1]))
        whole = ring.replace(second=0, microsecond=0)
        return (whole if whole == ring else whole + timedelta(minutes=1)).astimezone(UTC)
    wall_time = _wall_time(text)
    if wall_time is None:
        raise BadInput(
            "--at",
            f"{text!r} is neither minutes ahead nor a time of day",
            "Give +70m for minutes from now, or HH:MM such as 07:00",
        )
    return next_time(wall_time, zone_name=timezone, after=now).ring_at


def _wall_time(text: str) -> time | None:
    """No other form of ISO 8601 is taken: an offset would be read and then not obeyed."""
    return time.fromisoformat(text) if _WALL_TIME.fullmatch(text) else None


def shown(instant: datetime | None, timezone: str) -> str:
    """An instant on the clock of a zone, for people."""
    return "-" if instant is None else f"{wall_time_of(instant, timezone):%a %Y-%m-%d %H:%M}"
