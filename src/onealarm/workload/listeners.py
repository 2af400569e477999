"""Listeners: what the people of a day's population are called, where they are and what they want to hear.

The shape of the population is an assumption, the same for the same seed: everything is chosen with Zipf's law, so that
a few places, names and teams are many people's, and most are few people's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onealarm.workload.profile import MINUTES, local_profile
from onealarm.workload.zones import offsets

PLACES: Final = 500
NAMES: Final = 4_000
TEAMS: Final = 150
TICKERS: Final = 200
CATEGORIES: Final = 6
COUNTRIES: Final = 30
VOICE_SHARES: Final = (0.35, 0.20, 0.15, 0.10, 0.08, 0.06, 0.04, 0.02)
TICKERS_EACH: Final = 3
CATEGORIES_EACH: Final = 2
TEAM_SHARE: Final = 0.6
"""Of the listeners; the others follow none."""

NOBODY: Final = -1

_CHUNK: Final = 10_000

_IANA: Final[Mapping[int, str]] = {210: "Asia/Tehran", 330: "Asia/Kolkata", 390: "Asia/Yangon"}
"""Zones without clock changes whose offset from UTC is no whole hour, by minutes east."""

Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Listeners:
    """One alarm each, in no order: numbers from 0, the most frequent first.

    ``ring`` is the minute of the day in UTC, ``local`` the minute on the listener's own clock and ``offset`` his
    minutes east of UTC. ``team`` may be ``NOBODY``; ``tickers`` and ``categories`` have a row for each listener.
    """

    ring: Numbers
    local: Numbers
    offset: Numbers
    place: Numbers
    country: Numbers
    name: Numbers
    voice: Numbers
    team: Numbers
    tickers: Numbers
    categories: Numbers

    @property
    def alarms(self) -> int:
        return int(self.ring.size)


def sample_listeners(alarms: int, *, zones: str = "world", seed: int = 1) -> Listeners:
    """So many listeners, whose alarms all ring on one day. ``zones`` is one of ``workload.zones.ZONES``."""
    rng = np.random.default_rng(seed)
    place_offsets = _offsets_of_places(zones)
    countries = rng.choice(COUNTRIES, PLACES, p=zipf(COUNTRIES)).astype(np.int32)
    place = _draw(PLACES, alarms, rng)
    local = rng.choice(MINUTES, alarms, p=local_profile()).astype(np.int32)
    offset = place_offsets[place]
    team = _draw(TEAMS, alarms, rng)
    team[rng.random(alarms) >= TEAM_SHARE] = NOBODY
    return Listeners(
        ring=(local - offset) % MINUTES,
        local=local,
        offset=offset,
        place=place,
        country=countries[place],
        name=_draw(NAMES, alarms, rng),
        voice=rng.choice(len(VOICE_SHARES), alarms, p=VOICE_SHARES).astype(np.int32),
        team=team,
        tickers=_draw_several(TICKERS, TICKERS_EACH, alarms, rng),
        categories=_draw_several(CATEGORIES, CATEGORIES_EACH, alarms, rng),
    )


def zipf(count: int) -> NDArray[np.float64]:
    """Shares that fall as one over the rank; their sum is 1."""
    weights = 1.0 / np.arange(1, count + 1)
    return np.asarray(weights / weights.sum())


def zone_of(offset: int) -> str:
    """The IANA name of a zone that is always so many minutes east of UTC."""
    if offset in _IANA:
        return _IANA[offset]
    hours, rest = divmod(offset, 60)
    if rest:
        raise ValueError(f"no zone is known that is always {offset} minutes east of UTC")
    return "UTC" if hours == 0 else f"Etc/GMT{-hours:+d}"  # the sign is as POSIX has it: west is positive


def _offsets_of_places(zones: str) -> Numbers:
    """Places from the largest to the smallest, each in the zone that still lacks the most people."""
    minutes, shares = offsets(zones)
    lacking: NDArray[Any] = shares.copy()
    found = np.empty(PLACES, np.int32)
    for rank, share in enumerate(zipf(PLACES)):
        zone = int(np.argmax(lacking))
        found[rank] = minutes[zone]
        lacking[zone] -= share
    return found


def _draw(count: int, size: int, rng: np.random.Generator) -> Numbers:
    return rng.choice(count, size, p=zipf(count)).astype(np.int32)


def _draw_several(count: int, each: int, size: int, rng: np.random.Generator) -> Numbers:
    """``each`` different ones per row, by Zipf's law without putting back (Gumbel's top-k), in a few rows at a time."""
    shares = np.log(zipf(count))
    rows = []
    for start in range(0, size, _CHUNK):
        keys = shares + rng.gumbel(size=(min(_CHUNK, size - start), count))
        rows.append(np.argsort(-keys, axis=1)[:, :each])
    return np.concatenate(rows).astype(np.int32) if rows else np.empty((0, each), np.int32)
