"""Turns the database's refusals into errors that name the field and the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg

from onealarm.errors import BadInput

_BY_CONSTRAINT: Final = {
    "alarms_timezone_fkey": ("timezone", "is not a known zone", "Give an IANA name such as Europe/Berlin"),
    "user_preferences_timezone_fkey": (
        "timezone",
        "is not a known zone",
        "Give an IANA name such as Europe/Berlin",
    ),
    "one_off_or_weekly": (
        "days",
        "cannot be given together with a date",
        "Give a date for a one-off or days for a weekly alarm",
    ),
    "alarms_days_check": (
        "days",
        "must be days of the week",
        "Give at least one of 1 (Monday) to 7 (Sunday)",
    ),
    "alarms_alarm_date_check": ("date", "is too far away", "Give a date from 2000 to 2039"),
    "alarms_alarm_time_local_check": ("time", "is not a time of day", "Give 00:00 to 23:59; midnight is 00:00"),
    "pause_is_whole": ("pause", "has no first or no last day, or ends before it begins", "Give both, in order"),
    "only_weekly_alarms_leave_out": (
        "days",
        "are missing: only a weekly alarm leaves out dates, a pause or holidays",
        "Give days, or turn a one-off off",
    ),
    "alarms_zone_mode_check": ("zone_mode", "is not known", "Give device or fixed"),
    "alarms_skip_dates_check": ("skip_dates", "are too many, or one is null", "Give at most 100 dates"),
    "alarms_pause_from_check": ("pause", "begins too early", "Give dates from 2000 to 2039"),
    "alarms_pause_until_check": ("pause", "ends too late", "Give dates from 2000 to 2039"),
    "alarms_snooze_minutes_check": ("snooze_minutes", "are out of range", "Give 1 to 60"),
    "alarms_snooze_limit_check": ("snooze_limit", "is out of range", "Give 0 to 20"),
    "snoozes_minutes_check": ("minutes", "are out of range", "Give 1 to 60"),
    "alarms_label_check": ("label", "is too long", "Give at most 200 characters"),
    "place_is_whole": ("place", "is incomplete", "Give name, latitude and longitude together"),
    "subdivision_needs_country": (
        "subdivision",
        "needs a country",
        "Give the country too, such as DE for BY",
    ),
    "users_email_key": ("email", "belongs to another user", "Give another address"),
}
_NAME_OF_COLUMN: Final = {"alarm_date": "date", "alarm_time_local": "time"}


@contextmanager
def refusals() -> Iterator[None]:
    """Raises ``BadInput`` for a value that a constraint or a trigger of the database refuses."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise _bad_input(error) from error
    except asyncpg.DataError as error:
        raise BadInput("input", str(error), "Give a value within the documented range") from error


def _bad_input(error: asyncpg.IntegrityConstraintViolationError) -> BadInput:
    known = _BY_CONSTRAINT.get(error.constraint_name or "")
    if known is not None:
        return BadInput(*known)
    if error.column_name and error.hint:  # raised by a trigger, which says it all itself
        field = _NAME_OF_COLUMN.get(error.column_name, error.column_name)
        _, _, problem = str(error.args[0]).partition(": ")
        return BadInput(field, problem, error.hint)
    return BadInput(
        error.column_name or error.constraint_name or "input",
        str(error),
        "Give a value within the documented range",
    )
