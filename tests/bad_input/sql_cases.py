"""Statements that the database refuses, as whoever writes with SQL sees them."""

from __future__ import annotations

from typing import Final

from tests.bad_input.case import Case
from tests.bad_input.world import NOBODY, OTTO, SARAH, WEEKLY

_CHECK: Final = "23514"
_MISSING: Final = "23502"
_TWICE: Final = "23505"
_REFERENCE: Final = "23503"
_ZONE: Final = "Give an IANA name such as Europe/Berlin or America/New_York."
_LATER: Final = "Give a later date, or none for the next time the clock shows this time."


def _set(table: str, change: str, field: str, problem: str, remedy: str, kind: str, *, of: str = "") -> Case[str]:
    where = of or {"alarms": f"id = '{WEEKLY}'", "users": f"id = '{SARAH}'"}.get(table, f"user_id = '{SARAH}'")
    given = f"`update {table} set {change}`"
    return Case(given, f"update {table} set {change} where {where}", field, problem, remedy, kind)


def _check(table: str, change: str, constraint: str, *, of: str = "") -> Case[str]:
    """A plain constraint, of which PostgreSQL tells the name alone."""
    problem = f'new row for relation "{table}" violates check constraint "{constraint}"'
    return _set(table, change, constraint, problem, "", _CHECK, of=of)


def _insert(table: str, values: str, field: str, problem: str, remedy: str, kind: str) -> Case[str]:
    statement = f"insert into {table} {values}"
    shown = statement
    for one, name in ((SARAH, "SARAH"), (OTTO, "OTTO"), (WEEKLY, "WEEKLY"), (NOBODY, "NOBODY")):
        shown = shown.replace(f"'{one}'", name)
    return Case(f"`{shown}`", statement, field, problem, remedy, kind)


def _alarm(more: str, values: str, field: str, problem: str, remedy: str = "", kind: str = _CHECK) -> Case[str]:
    return _insert("alarms", f"(user_id, alarm_time_local{more}) values ('{SARAH}', {values})", field, problem, remedy,
                   kind)  # fmt: skip


def _of_alarms(constraint: str) -> tuple[str, str]:
    return constraint, f'new row for relation "alarms" violates check constraint "{constraint}"'


_NO_DAYS: Final = ("alarms_days_check", "Give at least one of 1 (Monday) to 7 (Sunday).")

ALARMS: Final = (
    _alarm("", "'24:00'", *_of_alarms("alarms_alarm_time_local_check")),
    _alarm("", "null", "alarm_time_local",
           'null value in column "alarm_time_local" of relation "alarms" violates not-null constraint', kind=_MISSING),
    _alarm(", timezone", "'07:00', 'Foo3'", "timezone", 'timezone: "Foo3" is not a known zone', _ZONE),
    _alarm(", timezone", "'07:00', 'europe/berlin'", "timezone", 'timezone: "europe/berlin" is not a known zone',
           _ZONE),
    _alarm(", timezone", "'07:00', '../etc/passwd'", "timezone", 'timezone: "../etc/passwd" is not a known zone',
           _ZONE),
    _alarm(", alarm_date", "'07:00', '2026-11-23'", "alarm_date",
           "alarm_date: 2026-11-23 07:00:00 has passed in America/New_York", _LATER),
    _alarm(", alarm_date", "'07:00', '2040-01-01'", *_of_alarms("alarms_alarm_date_check")),
    _alarm(", alarm_date, active", "'07:00', '1999-12-31', false", *_of_alarms("alarms_alarm_date_check")),
    _alarm(", alarm_date", "'07:00', '2026-02-30'", "", 'date/time field value out of range: "2026-02-30"',
           kind="22008"),
    _alarm(", days", "'07:00', '{0}'", _NO_DAYS[0], "days: {0} are not days of the week", _NO_DAYS[1]),
    _alarm(", days", "'07:00', '{8}'", _NO_DAYS[0], "days: {8} are not days of the week", _NO_DAYS[1]),
    _alarm(", days", "'07:00', '{}'", _NO_DAYS[0], "days: {} are not days of the week", _NO_DAYS[1]),
    _alarm(", days", "'07:00', '{null}'", _NO_DAYS[0], "days: {NULL} are not days of the week", _NO_DAYS[1]),
    _alarm(", active", "'07:00', null", "active",
           'null value in column "active" of relation "alarms" violates not-null constraint', kind=_MISSING),
    _alarm(", days, alarm_date", "'07:00', '{1}', '2026-12-24'", *_of_alarms("one_off_or_weekly")),
    _alarm(", label", "'07:00', repeat('x', 201)", *_of_alarms("alarms_label_check")),
    _alarm(", label", "'07:00', U&'\\0000'", "", "invalid Unicode escape value", kind="42601"),
    _alarm(", zone_mode", "'07:00', 'floating'", *_of_alarms("alarms_zone_mode_check")),
    _alarm(", zone_mode, timezone", "'07:00', 'device', 'Europe/Berlin'", "timezone",
           "timezone: Europe/Berlin is not its user's zone, which an alarm with zone mode device follows",
           "Leave it out (it is America/New_York), or give zone mode fixed."),
    _alarm(", skip_dates", "'07:00', '{2026-12-24}'", *_of_alarms("only_weekly_alarms_leave_out")),
    _check("alarms", "skip_dates = array(select date '2027-01-01' + n from generate_series(0, 100) as n)",
           "alarms_skip_dates_check"),
    _check("alarms", "pause_from = '2027-01-01'", "pause_is_whole"),
    _check("alarms", "pause_from = '2027-01-02', pause_until = '2027-01-01'", "pause_is_whole"),
    _check("alarms", "pause_from = '1999-12-31', pause_until = '2026-01-01'", "alarms_pause_from_check"),
    _check("alarms", "pause_from = '2027-01-01', pause_until = '2040-01-01'", "alarms_pause_until_check"),
    _check("alarms", "snooze_minutes = 61", "alarms_snooze_minutes_check"),
    _check("alarms", "snooze_limit = -1", "alarms_snooze_limit_check"),
    _check("alarms", "next_trigger_at = null", "a_ring_has_its_date"),
    _set("alarms", "alarm_timezone = 'UTC'", "", 'column "alarm_timezone" can only be updated to DEFAULT', "", "428C9"),
    _insert("alarms", f"(user_id, alarm_time_local) values ('{NOBODY}', '07:00')", "alarms_user_id_fkey",
            'insert or update on table "alarms" violates foreign key constraint "alarms_user_id_fkey"', "", _REFERENCE),
    _insert("snoozes", f"(alarm_id) values ('{WEEKLY}')", "alarm", "alarm: it has not rung within the hour",
            "Snooze an alarm while it rings.", _CHECK),
    _insert("snoozes", f"(alarm_id) values ('{NOBODY}')", "alarm", "alarm: it has not rung within the hour",
            "Snooze an alarm while it rings.", _CHECK),
)  # fmt: skip

PEOPLE: Final = (
    _check("users", "email = ''", "users_email_check"),
    _set("users", "email = 'otto@example.org'", "users_email_key",
         'duplicate key value violates unique constraint "users_email_key"', "", _TWICE),
    _check("user_preferences", "preferred_name = repeat('x', 301)", "user_preferences_preferred_name_check"),
    _check("user_preferences", "tts_voice = 'siri'", "user_preferences_tts_voice_check"),
    _set("user_preferences", "timezone = 'UTC+3'", "user_preferences_timezone_fkey",
         'insert or update on table "user_preferences" violates foreign key constraint '
         '"user_preferences_timezone_fkey"', "", _REFERENCE),
    _set("user_preferences", "timezone = null", "timezone",
         'null value in column "timezone" of relation "user_preferences" violates not-null constraint', "", _MISSING),
    _check("user_preferences", "place_name = 'Oslo'", "place_is_whole"),
    _check("user_preferences", "place_name = '', latitude = 0, longitude = 0", "user_preferences_place_name_check"),
    _check("user_preferences", "place_name = 'Oslo', latitude = 91, longitude = 0", "user_preferences_latitude_check"),
    _check("user_preferences", "place_name = 'Oslo', latitude = 'NaN', longitude = 0",
           "user_preferences_latitude_check"),
    _check("user_preferences", "place_name = 'Oslo', latitude = 0, longitude = -181",
           "user_preferences_longitude_check"),
    _check("user_preferences", "country = 'de'", "user_preferences_country_check"),
    _check("user_preferences", "subdivision = 'BY'", "subdivision_needs_country"),
    _check("user_preferences", "country = 'DE', subdivision = ''", "user_preferences_subdivision_check"),
    _check("user_preferences", "feeds = array_fill('https://a.example/'::text, '{11}')",
           "user_preferences_feeds_check"),
    _check("user_preferences", "feeds = '{null}'", "user_preferences_feeds_check"),
    _check("user_preferences", "news_categories = '{gossip}'", "user_preferences_news_categories_check"),
    _check("user_preferences", "teams = '{1,2,3,4,5,6}'", "user_preferences_teams_check"),
    _check("user_preferences", "tickers = '{null}'", "user_preferences_tickers_check"),
    _check("user_preferences", "calendar_url = ''", "user_preferences_calendar_url_check"),
    _check("user_preferences", "temperature_unit = 'K'", "user_preferences_temperature_unit_check"),
    _check("weather_data", "current_temp = 151", "weather_data_current_temp_check"),
    _check("weather_data", "high_temp = 'Infinity'", "weather_data_high_temp_check"),
    _check("weather_data", "low_temp = 'NaN'", "weather_data_low_temp_check"),
    _check("weather_data", "unit = 'K'", "weather_data_unit_check"),
    _check("weather_data", "location = repeat('x', 201)", "weather_data_location_check"),
    _check("weather_data", "condition = repeat('x', 201)", "weather_data_condition_check"),
    _check("weather_data", "sunrise_time = '24:00'", "weather_data_sunrise_time_check"),
    _check("weather_data", "sunset_time = '24:00'", "weather_data_sunset_time_check"),
    _set("weather_data", "current_temp = 'warm'", "", 'invalid input syntax for type double precision: "warm"', "",
         "22P02"),
    _insert("weather_data", f"(user_id) values ('{NOBODY}')", "weather_data_user_id_fkey",
            'insert or update on table "weather_data" violates foreign key constraint "weather_data_user_id_fkey"', "",
            _REFERENCE),
    _set("audio", "cache_status = 'eaten'", "audio_cache_status_check",
         'new row for relation "audio" violates check constraint "audio_cache_status_check"', "", _CHECK,
         of="audio_type = 'stock'"),
    _set("audio_generation_queue", "state = 'done'", "legal_transition",
         "state: a job that is waiting does not become done", "Put in another job for the same ring.", _CHECK),
)  # fmt: skip

GROUPS: Final = {"Alarms and snoozes": ALARMS, "The other tables": PEOPLE}
CASES: Final = tuple(case for group in GROUPS.values() for case in group)
