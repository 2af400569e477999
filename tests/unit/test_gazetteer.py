"""Places by name, offline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from onealarm.errors import BadInput
from onealarm.sources.gazetteer import Gazetteer, choose, places_named

T = TypeVar("T")


class _Here:
    """Implements ``Processes`` in this process, and counts."""

    calls = 0

    async def run(self, function: Callable[..., T], *arguments: object, within: timedelta) -> T:
        self.calls += 1
        return function(*arguments)


@pytest.mark.parametrize(
    ("name", "full", "zone"),
    [
        ("Cologne", "Köln, DE", "Europe/Berlin"),
        ("  köln ", "Köln, DE", "Europe/Berlin"),
        ("Paris", "Paris, FR", "Europe/Paris"),
        ("Paris, US", "Paris, TX, US", "America/Chicago"),
        ("Springfield, Illinois", "Springfield, IL, US", "America/Chicago"),
        ("springfield, or, united states", "Springfield, OR, US", "America/Los_Angeles"),
        ("London, Canada", "London, CA", "America/Toronto"),
        ("東京", "Tokyo, JP", "Asia/Tokyo"),
    ],
)
def test_a_name_in_any_language_finds_the_town_that_is_meant(name: str, full: str, zone: str) -> None:
    meant = choose(name, places_named(name))
    assert (meant.full_name, meant.zone) == (full, zone)
    assert meant.population > 15_000


def test_a_name_of_several_lists_the_largest_each_as_it_can_be_given() -> None:
    with pytest.raises(BadInput) as refused:
        choose("Springfield", places_named("Springfield"))
    offered = (
        refused.value.remedy.removeprefix("Give one of: ").removesuffix("; or its coordinates as well").split("; ")
    )
    assert offered[0] == "Springfield, MO, US"
    assert len(offered) == 5
    assert choose(offered[2], places_named(offered[2])).full_name == offered[2]


async def test_what_was_looked_up_once_is_remembered() -> None:
    processes = _Here()
    gazetteer = Gazetteer(processes)
    first = await gazetteer.place("Cologne, Germany")
    assert first.name == "Cologne"
    assert (round(first.latitude, 1), round(first.longitude, 1)) == (50.9, 7.0)
    assert await gazetteer.place("cologne,  germany") != first, "it is called as it was asked for"
    assert processes.calls == 1


@pytest.mark.parametrize("name", ["Nowhere at all", "Springfield, DE", "Köln, Köln", "'; drop table users; --"])
async def test_a_name_that_is_not_known_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="is known"):
        await Gazetteer(_Here()).place(name)


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
async def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="no name of a place"):
        await Gazetteer(_Here()).place(name)
