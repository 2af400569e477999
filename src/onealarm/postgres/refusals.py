"""Turns the database's refusals into errors that name the field and the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg

from onealarm.errors import BadInput, NotFound

_ZONE: Final = ("timezone", "is not a known zone", "Give an IANA name such as Europe/Berlin")
_WORKED_OUT: Final = "is worked out by OneAlarm, and does not fit the rest"
_USER: Final = ("user_id", "names a user who does not exist", "Create the user first")

BY_CONSTRAINT: Final = {
    "users_email_key": ("email", "belongs to another user", "Give another address"),
    "users_email_check": ("email", "is empty", "Give an address, or null"),
    "user_preferences_preferred_name_check": ("name", "is longer than 300 characters", "Give at most 300"),
    "user_preferences_tts_voice_check": ("voice", "is not known", "Give one of the voices in docs/reference/sound.md"),
    "user_preferences_timezone_fkey": _ZONE,
    "user_preferences_place_name_check": ("place.name", "is empty or too long", "Give 1 to 200 characters"),
    "user_preferences_latitude_check": ("place.latitude", "is out of range", "Give -90 to 90 degrees north"),
    "user_preferences_longitude_check": ("place.longitude", "is out of range", "Give -180 to 180 degrees east"),
    "user_preferences_country_check": ("country", "is not a code", "Give an ISO 3166-1 code in capitals, such as DE"),
    "user_preferences_subdivision_check": (
        "subdivision",
        "is empty or too long",
        "Give 1 to 10 letters, such as BY",
    ),
    "user_preferences_feeds_check": ("feeds", "are too many, or one is null", "Give at most 10 addresses"),
    "user_preferences_news_categories_check": (
        "news_categories",
        "are too many, or one is not known",
        "Give at most 6 of general, business, technology, sports, science, health, entertainment and world",
    ),
    "user_preferences_teams_check": ("teams", "are too many or too long, or one is null", "Give at most 5 ids"),
    "user_preferences_tickers_check": (
        "tickers",
        "are too many or too long, or one is null",
        "Give at most 10 symbols",
    ),
    "user_preferences_calendar_url_check": (
        "calendar_url",
        "is empty or too long",
        "Give an address of 1 to 2000 characters",
    ),
    "user_preferences_temperature_unit_check": ("temperature_unit", "is not known", "Give F or C"),
    "place_is_whole": ("place", "is incomplete", "Give name, latitude and longitude together"),
    "subdivision_needs_country": ("subdivision", "needs a country", "Give the country too, such as DE for BY"),
    "weather_data_location_check": ("location", "is longer than 200 characters", "Give at most 200"),
    "weather_data_current_temp_check": ("current_temp", "is out of range", "Give -150 to 150 degrees"),
    "weather_data_high_temp_check": ("high_temp", "is out of range", "Give -150 to 150 degrees"),
    "weather_data_low_temp_check": ("low_temp", "is out of range", "Give -150 to 150 degrees"),
    "weather_data_unit_check": ("unit", "is not known", "Give F or C"),
    "weather_data_condition_check": ("condition", "is longer than 200 characters", "Give at most 200"),
    "weather_data_sunrise_time_check": ("sunrise_time", "is not a time of day", "Give 00:00 to 23:59"),
    "weather_data_sunset_time_check": ("sunset_time", "is not a time of day", "Give 00:00 to 23:59"),
    "alarms_label_check": ("label", "is longer than 200 characters", "Give at most 200"),
    "alarms_alarm_time_local_check": ("time", "is not a time of day", "Give 00:00 to 23:59; midnight is 00:00"),
    "alarms_alarm_date_check": ("date", "lies outside the years that zone rules are known for", "Give 2000 to 2039"),
    "alarms_days_check": ("days", "must be days of the week", "Give at least one of 1 (Monday) to 7 (Sunday)"),
    "one_off_or_weekly": (
        "days",
        "cannot be given together with a date",
        "Give a date for a one-off or days for a weekly alarm",
    ),
    "alarms_zone_mode_check": ("zone_mode", "is not known", "Give device or fixed"),
    "alarms_skip_dates_check": ("skip_dates", "are too many, or one is null", "Give at most 100 dates"),
    "alarms_pause_from_check": ("pause", "begins too early", "Give dates from 2000 to 2039"),
    "alarms_pause_until_check": ("pause", "ends too late", "Give dates from 2000 to 2039"),
    "pause_is_whole": ("pause", "has no first or no last day, or ends before it begins", "Give both, in order"),
    "only_weekly_alarms_leave_out": (
        "days",
        "are missing: only a weekly alarm leaves out dates, a pause or holidays",
        "Give days, or turn a one-off off",
    ),
    "alarms_snooze_minutes_check": ("snooze_minutes", "are out of range", "Give 1 to 60"),
    "alarms_snooze_limit_check": ("snooze_limit", "is out of range", "Give 0 to 20"),
    "snoozes_minutes_check": ("minutes", "are out of range", "Give 1 to 60"),
    "active_has_a_ring": ("active", _WORKED_OUT, "Leave next_trigger_at out"),
    "a_ring_has_its_date": ("next_ring_date", _WORKED_OUT, "Leave it out"),
    "snoozes_number_check": ("number", _WORKED_OUT, "Leave it out"),
    "each_snooze_once": ("alarm", "has just been snoozed by somebody else", "Ask again what is snoozed"),
    "audio_cache_status_check": (
        "cache_status",
        "is not known",
        "Give pending, downloading, cached, failed or armed",
    ),
}
"""Field, problem and remedy of each constraint that a value given by a caller can violate."""

WITHOUT_ITS_OWNER: Final = {
    "alarms_user_id_fkey": _USER,
    "user_preferences_user_id_fkey": _USER,
    "weather_data_user_id_fkey": _USER,
    "snoozes_user_id_fkey": _USER,
    "logs_user_id_fkey": _USER,
    "snoozes_alarm_id_fkey": ("alarm", "does not exist", "List the alarms to see their ids"),
}
"""The same of each reference to what a row belongs to."""

_NAME_OF_COLUMN: Final = {
    "alarm_date": "date",
    "alarm_time_local": "time",
    "preferred_name": "name",
    "tts_voice": "voice",
    "place_name": "place.name",
    "latitude": "place.latitude",
    "longitude": "place.longitude",
}


@contextmanager
def refusals() -> Iterator[None]:
    """Raises ``BadInput`` for a value that a constraint, a trigger or the type of a column refuses."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise _bad_input(error) from error
    except asyncpg.DataError as error:
        raise BadInput(
            "input",
            "holds a value that the database cannot keep",
            "Give text without NUL characters, and numbers and dates within the documented range",
        ) from error


def _bad_input(error: asyncpg.IntegrityConstraintViolationError) -> BadInput:
    name = error.constraint_name or ""
    if name in BY_CONSTRAINT:
        return BadInput(*BY_CONSTRAINT[name])
    if name in WITHOUT_ITS_OWNER:
        return NotFound(*WITHOUT_ITS_OWNER[name])
    field = _NAME_OF_COLUMN.get(error.column_name or "", error.column_name or "input")
    if error.column_name and error.hint:  # raised by a trigger, which says it all itself
        _, _, problem = str(error.args[0]).partition(": ")
        return BadInput(field, problem, error.hint.removesuffix("."))
    if isinstance(error, asyncpg.NotNullViolationError):
        return BadInput(field, "is missing", "Give it")
    return BadInput(field, "does not fit what is there", "Give a value within the documented range")
