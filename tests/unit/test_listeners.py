"""The population of the cost bench: its shares are those that it is described with, and its words can be said."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from onealarm.alarms.zones import zone_names
from onealarm.bench.cost import content
from onealarm.workload import listeners as people
from onealarm.workload.listeners import NOBODY, sample_listeners, zipf, zone_of
from onealarm.workload.profile import MINUTES
from onealarm.workload.zones import ZONES, ring_profile

FOUND = sample_listeners(50_000)


@pytest.mark.parametrize(
    ("what", "count"), [("place", people.PLACES), ("name", people.NAMES), ("country", people.COUNTRIES)]
)
def test_numbers_are_within_their_range(what: str, count: int) -> None:
    numbers = getattr(FOUND, what)
    assert numbers.min() >= 0
    assert numbers.max() < count


def test_choices_follow_zipf() -> None:
    assert np.mean(FOUND.place == 0) == pytest.approx(zipf(people.PLACES)[0], abs=0.01)
    assert np.mean(FOUND.name == 9) == pytest.approx(zipf(people.NAMES)[9], abs=0.003)
    voices = np.bincount(FOUND.voice, minlength=8) / FOUND.alarms
    assert voices == pytest.approx(people.VOICE_SHARES, abs=0.01)
    assert np.mean(FOUND.team != NOBODY) == pytest.approx(0.6, abs=0.01)


def test_nobody_has_a_ticker_or_a_category_twice() -> None:
    for rows in (FOUND.tickers, FOUND.categories):
        assert all(len(set(row)) == rows.shape[1] for row in rows.tolist())
    assert FOUND.tickers.shape == (FOUND.alarms, 3)
    assert FOUND.categories.shape == (FOUND.alarms, 2)


def test_rings_are_spread_over_the_day_as_the_reference_workload_is() -> None:
    hours = np.bincount(FOUND.ring // 60, minlength=24) / FOUND.alarms
    assert hours == pytest.approx(ring_profile("world").reshape(24, 60).sum(axis=1), abs=0.015)
    assert np.array_equal((FOUND.ring + FOUND.offset) % MINUTES, FOUND.local)


def test_a_place_has_one_zone_and_one_country() -> None:
    for what in (FOUND.offset, FOUND.country):
        assert len(set(zip(FOUND.place.tolist(), what.tolist(), strict=True))) == len(set(FOUND.place.tolist()))


def test_the_same_seed_gives_the_same_people_and_another_others() -> None:
    one, same, other = (sample_listeners(500, seed=seed) for seed in (7, 7, 8))
    assert all(np.array_equal(getattr(one, field.name), getattr(same, field.name)) for field in fields(one))
    assert not np.array_equal(one.name, other.name)


@pytest.mark.parametrize("hours", sorted(set(chain.from_iterable(ZONES.values()))))
def test_each_offset_has_a_zone_that_is_always_there(hours: float) -> None:
    name = zone_of(round(60 * hours))
    assert name in zone_names()
    for month in (1, 7):
        assert datetime(2027, month, 1, tzinfo=UTC).astimezone(ZoneInfo(name)).utcoffset() == timedelta(hours=hours)


def test_an_offset_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="345 minutes"):
        zone_of(345)


def test_names_places_and_teams_are_as_many_as_there_are_to_be() -> None:
    assert len({content.name_of(number) for number in range(people.NAMES)}) == people.NAMES
    assert len({content.place_of(number, offset=60) for number in range(people.PLACES)}) == people.PLACES
    assert len({content.place_of(number, offset=60).name for number in range(people.PLACES)}) == people.PLACES
    assert len({content.team_of(number) for number in range(people.TEAMS)}) == people.TEAMS
