"""What a simulation is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Self

from onealarm.errors import BadInput, check_count
from onealarm.pictures import writable
from onealarm.simulator.policies import POLICIES, Parts
from onealarm.simulator.roadmap import PHASES
from onealarm.simulator.spans import WantedSpan, parse_span
from onealarm.simulator.world import World
from onealarm.workload.habits import Habits
from onealarm.workload.population import sample_population
from onealarm.workload.zones import ZONES, ring_profile

OFFLINE: Final = "offline"
NAMES: Final = (*POLICIES, OFFLINE, *PHASES)
DEFAULT_POLICIES: Final = ("lazy-edf", "fixed-58", OFFLINE)
DEFAULT_ALARMS: Final = {"one": 36_000, "us": 48_000, "world": 100_000}
"""What fits into a day at 10,000 an hour, with content at most half an hour older than usual."""

PARTS: Final = tuple(field.name for field in fields(Parts))

_MOST_RINGS: Final = 20_000_000
_MOST_COUNTED: Final = 10_000_000_000
_MOST_DAYS: Final = 14
_MOST_SEEDS: Final = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """``parts`` are those of our policy that are there. Outage and the controller's death are on the middle day."""

    policies: tuple[str, ...]
    zones: str
    alarms: int
    per_hour: int
    days: int
    seeds: int
    outage: WantedSpan | None = None
    controller_dead: WantedSpan | None = None
    parts: Parts = Parts()  # noqa: RUF009 - frozen
    habits: Habits = Habits()  # noqa: RUF009 - frozen
    picture: Path | None = None

    @classmethod
    def checked(
        cls,
        *,
        policies: Sequence[str],
        zones: str,
        alarms: int | None,
        capacity: str,
        days: int,
        seeds: int,
        outage: str | None,
        controller_dead: str | None,
        without: Sequence[str],
        picture: Path | None,
    ) -> Self:
        """From what was typed. Raises ``BadInput``."""
        names = tuple(dict.fromkeys(policies)) or DEFAULT_POLICIES
        for name in names:
            _one_of("--policy", name, NAMES)
        _one_of("--zones", zones, tuple(ZONES))
        check_count("--days", days, most=_MOST_DAYS)
        check_count("--seeds", seeds, most=_MOST_SEEDS)
        number = DEFAULT_ALARMS[zones] if alarms is None else alarms
        only_counted = names == (OFFLINE,)
        check_count("--alarms", number, most=_MOST_COUNTED if only_counted else _MOST_RINGS // days)
        for option, given in (("--outage", outage), ("--controller-dead", controller_dead)):
            if only_counted and given is not None:
                raise BadInput(option, "is not for the optimum alone", "Give another --policy with it")
        for part in without:
            _one_of("--without", part, PARTS)
        return cls(
            policies=names,
            zones=zones,
            alarms=number,
            per_hour=_per_hour(capacity),
            days=days,
            seeds=seeds,
            outage=None if outage is None else parse_span(outage, option="--outage"),
            controller_dead=None
            if controller_dead is None
            else parse_span(controller_dead, option="--controller-dead"),
            parts=Parts(**{part: part not in without for part in PARTS}),
            picture=None if picture is None else writable(picture),
        )

    @property
    def is_only_counted(self) -> bool:
        """Only the optimum of one day is asked for: no ring has to be looked at by itself."""
        return self.policies == (OFFLINE,)

    def world(self, seed: int) -> World:
        population = sample_population(
            zones=self.zones, alarms=self.alarms, days=self.days, habits=self.habits, seed=seed
        )
        expected = self.alarms / (1 - self.habits.cancelled_share) * ring_profile(self.zones)
        day = self.days // 2
        outages = () if self.outage is None else (self.outage.on(day=day, zones=self.zones),)
        dead = () if self.controller_dead is None else (self.controller_dead.on(day=day, zones=self.zones),)
        return World(population, self.habits, expected, self.per_hour, outages=outages, controller_dead=dead)


def _per_hour(text: str) -> int:
    number = text.removesuffix("/h")
    if not number.isascii() or not number.isdigit():
        raise BadInput("--capacity", f"{text!r} is not a capacity", "Give jobs per hour, such as 10000 or 10000/h")
    check_count("--capacity", int(number), most=_MOST_COUNTED)
    return int(number)


def _one_of(option: str, given: str, known: Sequence[str]) -> None:
    if given not in known:
        raise BadInput(option, f"{given!r} is not known", f"Give one of {', '.join(known)}")
