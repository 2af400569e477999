"""Sunrise and sunset against published times, and what the client knows better."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from onealarm.briefing.facts import Place, Sun, Weather
from onealarm.briefing.sun import merge, sun_for

LONDON = Place("London", 51.507, -0.128)
NEW_YORK = Place("New York", 40.713, -74.006)
TROMSO = Place("Tromsø", 69.65, 18.956)
QUITO = Place("Quito", -0.18, -78.468)
AUCKLAND = Place("Auckland", -36.85, 174.763)
KIRITIMATI = Place("Kiritimati", 1.87, -157.4)
REYKJAVIK = Place("Reykjavik", 64.147, -21.943)
USHUAIA = Place("Ushuaia", -54.8, -68.3)
SYDNEY = Place("Sydney", -33.868, 151.209)
NORTH_POLE = Place("North Pole", 90.0, 0.0)


def minutes_apart(one: time | None, other: time) -> int:
    assert one is not None
    apart = abs((one.hour - other.hour) * 60 + one.minute - other.minute)
    return min(apart, 24 * 60 - apart)


@pytest.mark.parametrize(
    ("place", "zone", "day", "sunrise", "sunset"),
    [
        (LONDON, "Europe/London", date(2026, 6, 21), time(4, 43), time(21, 21)),
        (LONDON, "Europe/London", date(2026, 12, 21), time(8, 4), time(15, 53)),
        (NEW_YORK, "America/New_York", date(2026, 11, 24), time(6, 54), time(16, 32)),
        (QUITO, "America/Guayaquil", date(2026, 3, 20), time(6, 18), time(18, 25)),
        (AUCKLAND, "Pacific/Auckland", date(2026, 12, 21), time(5, 58), time(20, 39)),
        (KIRITIMATI, "Pacific/Kiritimati", date(2026, 3, 20), time(6, 34), time(18, 40)),
        (REYKJAVIK, "Atlantic/Reykjavik", date(2026, 6, 21), time(2, 55), time(0, 4)),
        (USHUAIA, "America/Argentina/Ushuaia", date(2026, 6, 21), time(9, 59), time(17, 11)),
        (SYDNEY, "Australia/Sydney", date(2026, 1, 1), time(5, 48), time(20, 9)),
    ],
)
def test_known_sunrises_and_sunsets_within_two_minutes(
    place: Place, zone: str, day: date, sunrise: time, sunset: time
) -> None:
    sun = sun_for(place, day=day, zone=ZoneInfo(zone))
    assert sun.polar is None
    assert minutes_apart(sun.sunrise, sunrise) <= 2
    assert minutes_apart(sun.sunset, sunset) <= 2


@pytest.mark.parametrize(
    ("place", "day", "polar"),
    [
        (TROMSO, date(2026, 12, 21), "night"),
        (TROMSO, date(2026, 6, 21), "day"),
        (NORTH_POLE, date(2026, 6, 21), "day"),
        (NORTH_POLE, date(2026, 12, 21), "night"),
        (Place("South Pole", -90.0, 0.0), date(2026, 12, 21), "day"),
    ],
)
def test_on_a_polar_day_or_night_there_is_neither_sunrise_nor_sunset(place: Place, day: date, polar: str) -> None:
    sun = sun_for(place, day=day, zone=ZoneInfo("Europe/Oslo"))
    assert (sun.sunrise, sun.sunset, sun.polar) == (None, None, polar)


def test_the_days_before_polar_summer_have_no_gap() -> None:
    zone = ZoneInfo("Europe/Oslo")
    days = [sun_for(TROMSO, day=date(2026, 5, day), zone=zone) for day in range(1, 18)]
    assert all(sun.sunrise is not None and sun.sunset is not None for sun in days)
    sunrises = [sun.sunrise for sun in days if sun.sunrise is not None]
    assert sunrises == sorted(sunrises, reverse=True)


def test_the_last_sunrise_before_polar_summer_has_no_sunset() -> None:
    suns = [sun_for(TROMSO, day=date(2026, 5, day), zone=ZoneInfo("Europe/Oslo")) for day in range(16, 21)]
    assert any(sun.sunrise is not None and sun.sunset is None and sun.polar is None for sun in suns)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Chatham", "Etc/GMT+12", "Asia/Kolkata"])
def test_sunrise_near_the_equator_is_in_the_morning_on_every_day_and_in_every_zone(zone: str) -> None:
    here = ZoneInfo(zone)
    offset = datetime(2026, 1, 1, tzinfo=here).utcoffset()
    assert offset is not None
    hours = offset / timedelta(hours=1)
    longitude = (hours * 15 + 180) % 360 - 180
    for day in range(0, 365, 30):
        sun = sun_for(Place("equator", 0.0, longitude), day=date(2026, 1, 1) + timedelta(days=day), zone=here)
        assert minutes_apart(sun.sunrise, time(6)) < 90
        assert minutes_apart(sun.sunset, time(18)) < 90


NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
COMPUTED = Sun(sunrise=time(6, 54), sunset=time(16, 32))
CLIENT = Weather(updated_at=NOW, sunrise_time=time(6, 50), sunset_time=time(16, 40))


def test_the_figures_of_the_client_win() -> None:
    assert merge(COMPUTED, weather=CLIENT) == Sun(sunrise=time(6, 50), sunset=time(16, 40))
    assert merge(None, weather=CLIENT) == Sun(sunrise=time(6, 50), sunset=time(16, 40))
    assert merge(Sun(polar="night"), weather=CLIENT) == Sun(sunrise=time(6, 50), sunset=time(16, 40))


def test_a_figure_that_the_client_has_not_is_the_computed_one() -> None:
    only_sunset = replace(CLIENT, sunrise_time=None)
    assert merge(COMPUTED, weather=only_sunset) == Sun(sunrise=time(6, 54), sunset=time(16, 40))
    neither = replace(only_sunset, sunset_time=None)
    assert merge(Sun(polar="day"), weather=neither) == Sun(polar="day")


def test_midnight_is_a_figure_too() -> None:
    at_midnight = replace(CLIENT, sunset_time=time(0))
    assert merge(COMPUTED, weather=at_midnight) == Sun(sunrise=time(6, 50), sunset=time(0))


def test_missing_weather_changes_nothing() -> None:
    assert merge(COMPUTED, weather=None) == COMPUTED
    assert merge(None, weather=None) is None
