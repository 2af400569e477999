"""What each emergency level changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from onealarm.control.batch import LOADED
from onealarm.control.cadence import FASTEST
from onealarm.control.emergency import Level

_NORMAL_LANE, _NARROW_LANE = 0.85, 0.60


@dataclass(frozen=True, slots=True)
class Measures:
    """What workers, lanes and autoscaler obey.

    ``extras``: previews, second thoughts and what is made ahead of demand go on. ``normal_lane``: share of the leased
    units that jobs of class 5 may use. ``most_workers``: the autoscaler's floor is its ceiling. ``tick``, ``batch``: in
    place of the rules' own, None leaves them. ``shorter``: some briefings are short; ``all_short``: all are.
    ``local``: critical jobs are made on this machine.
    """

    extras: bool = True
    normal_lane: float = _NORMAL_LANE
    most_workers: bool = False
    tick: timedelta | None = None
    batch: int | None = None
    shorter: bool = False
    all_short: bool = False
    local: bool = False


def measures_for(level: Level) -> Measures:
    """All that the level and those below it do. At the last nobody is left to do more: then somebody is called."""
    is_crowded, is_behind = level >= Level.CROWDED, level >= Level.BEHIND
    return Measures(
        extras=not is_crowded,
        normal_lane=_NARROW_LANE if is_crowded else _NORMAL_LANE,
        most_workers=is_crowded,
        tick=FASTEST if is_behind else None,
        batch=LOADED if is_behind else None,
        shorter=level >= Level.SHORT,
        all_short=level >= Level.SHORTER,
        local=level >= Level.LOCAL,
    )


def share_to_shorten(*, demand: float, capacity: float, saved: float) -> float:
    """Share of alarms, from 0 to 1, whose work has to shrink by ``saved`` of itself so that ``demand`` fits.

    Raises ``ValueError`` where nothing is saved.
    """
    if not 0 < saved <= 1:
        raise ValueError("saved: a share between 0 and 1 of the work of one alarm")
    if demand <= capacity:
        return 0.0
    return min((1 - capacity / demand) / saved, 1.0)
