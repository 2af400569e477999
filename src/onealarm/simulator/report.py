"""The figures of a simulation, over all its seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from onealarm.simulator.outcome import Outcome
from onealarm.simulator.roadmap import PHASES, calls_per_hour
from onealarm.simulator.simulation import Optimum, Simulation
from onealarm.simulator.wanted import OFFLINE, Wanted

_MEANS: Final = ("mean_age", "p95_age", "extra", "optimal_extra", "begun_after_preferred")
_SUMS: Final = ("rings", "late", "late_of_known", "in_vain")
_MOST: Final = ("longest_extra", "late_share", "per_hour_most")
_OF_A_SEED: Final = ("extra", "optimal_extra", "late", "late_of_known", "late_share")
_DIGITS: Final = 6
_ALWAYS_DUE: Final = 5000


def report(found: Simulation, wanted: Wanted, *, seconds: float, picture: str | None) -> dict[str, Any]:
    """What ``--json`` prints: means of ages, sums of counts, and the worst of what is a bound."""
    policies = [
        _policy(name, found.outcomes[name]) if name != OFFLINE else _optimum(found.optima) for name in wanted.policies
    ]
    return {"settings": _settings(wanted), "policies": policies, "seconds": round(seconds, 1), "picture": picture}


def _policy(name: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    rows = [asdict(one) for one in outcomes]
    found: dict[str, Any] = {"policy": name}
    found |= {key: _rounded(sum(row[key] for row in rows) / len(rows)) for key in _MEANS}
    found |= {key: sum(row[key] for row in rows) for key in _SUMS}
    found |= {key: _rounded(max(row[key] for row in rows)) for key in _MOST}
    found["tiers"] = {tier: sum(row["tiers"][tier] for row in rows) for tier in rows[0]["tiers"]}
    if name in PHASES:
        phase = PHASES[name]
        found["claims_per_hour"] = phase.claims
        found["yields_per_hour"] = calls_per_hour(phase, due=_ALWAYS_DUE)
    found["seeds"] = [{key: _rounded(row[key]) for key in _OF_A_SEED} for row in rows]
    return found


def _optimum(optima: Sequence[Optimum]) -> dict[str, Any]:
    rows = [asdict(one) for one in optima]
    means = ("mean_age", "p95_age", "extra")
    return {
        "policy": OFFLINE,
        **{key: _rounded(sum(row[key] for row in rows) / len(rows)) for key in means},
        "rings": sum(row["rings"] for row in rows),
        "longest_extra": max(row["longest_extra"] for row in rows),
    }


def _settings(wanted: Wanted) -> dict[str, Any]:
    return {
        "zones": wanted.zones,
        "alarms_per_day": wanted.alarms,
        "capacity_per_hour": wanted.per_hour,
        "days": wanted.days,
        "seeds": wanted.seeds,
        "outage_minutes": None if wanted.outage is None else wanted.outage.minutes,
        "controller_dead_minutes": None if wanted.controller_dead is None else wanted.controller_dead.minutes,
        "without": [part for part, there in asdict(wanted.parts).items() if not there],
    }


def _rounded(value: float) -> float:
    return round(value, _DIGITS)
