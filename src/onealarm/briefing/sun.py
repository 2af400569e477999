"""Sunrise and sunset for a place and a day, from the sun's height as the library astral gives it (NOAA's equations)."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from astral import Observer
from astral.sun import elevation, noon

from onealarm.briefing.facts import Place, Sun, Weather

_RISEN: Final = -0.833
"""Degrees of the sun's centre when its upper edge is seen on the horizon: its radius and the air's refraction."""

_HALF_DAY: Final = range(12 * 60 * 60)


def sun_for(place: Place, *, day: date, zone: tzinfo) -> Sun:
    """The sunrise before and the sunset after the solar noon of ``day``, as wall time in ``zone``, to the minute.

    Either may fall on the neighbouring date by the clock; next to a polar day one of them may be missing. ``polar`` is
    set when there is neither.
    """
    observer = Observer(place.latitude, place.longitude)
    midday = _solar_noon(observer, day=day, zone=zone)
    if elevation(observer, midday, with_refraction=False) < _RISEN:
        return Sun(polar="night")
    sunrise = _horizon(observer, midday, side=-1)
    sunset = _horizon(observer, midday, side=1)
    if sunrise is None and sunset is None:
        return Sun(polar="day")
    return Sun(sunrise=_wall_time(sunrise, zone), sunset=_wall_time(sunset, zone))


def merge(computed: Sun | None, *, weather: Weather | None) -> Sun | None:
    """``computed``, or the client's own sunrise and sunset, each, where its weather has it."""
    if weather is None or (weather.sunrise_time is None and weather.sunset_time is None):
        return computed
    known = computed or Sun()
    return Sun(sunrise=weather.sunrise_time or known.sunrise, sunset=weather.sunset_time or known.sunset)


def _solar_noon(observer: Observer, *, day: date, zone: tzinfo) -> datetime:
    """The solar noon nearest to 12:00 on the clock; in far-east zones it belongs to another date in UTC."""
    clock_noon = datetime.combine(day, time(12), tzinfo=zone)
    noons = [noon(observer, day + timedelta(days=offset)) for offset in (-1, 0, 1)]
    return min(noons, key=lambda instant: abs(instant - clock_noon))


def _horizon(observer: Observer, midday: datetime, *, side: int) -> datetime | None:
    """When the sun passes the horizon in the twelve hours before (-1) or after (1) noon; None if it stays up."""
    beginning = _HALF_DAY.stop

    def height(seconds: int) -> float:
        """The sun sinks from noon to midnight in both directions of time, so its height rises with ``seconds``."""
        instant = midday + side * timedelta(seconds=beginning - seconds)
        return elevation(observer, instant, with_refraction=False)

    seconds = bisect_left(_HALF_DAY, _RISEN, key=height)
    return midday + side * timedelta(seconds=beginning - seconds) if seconds else None


def _wall_time(instant: datetime | None, zone: tzinfo) -> time | None:
    if instant is None:
        return None
    nearest_minute = instant.astimezone(zone) + timedelta(seconds=30)
    return nearest_minute.time().replace(second=0, microsecond=0)
