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
    """What workers, plan and autoscaler obey.

    ``extras``: second thoughts, previews and what is made ahead of demand go on. ``hedges``: a slow call of a critical
    job may be made twice. ``normal_lane``: share of the leased units that jobs of class 5 may use. ``most_workers``:
    the autoscaler's floor is its ceiling. ``widest_window``: the plan may begin as early as content may be old.
    ``tick``, ``batch``: in place of the rules' own, None leaves them. ``shorter``: some briefings are short, ``least``:
    those are as short as they get. ``local``: critical jobs are made on this machine. ``page``: somebody is called.
    """

    extras: bool = True
    hedges: bool = True
    normal_lane: float = _NORMAL_LANE
    most_workers: bool = False
    widest_window: bool = False
    tick: timedelta | None = None
    batch: int | None = None
    shorter: bool = False
    least: bool = False
    local: bool = False
    page: bool = False


def measures_for(level: Level) -> Measures:
    """All that the level and those below it do."""
    is_crowded, is_behind = level >= Level.CROWDED, level >= Level.BEHIND
    return Measures(
        extras=not is_crowded,
        hedges=not is_crowded,
        normal_lane=_NARROW_LANE if is_crowded else _NORMAL_LANE,
        most_workers=is_crowded,
        widest_window=is_behind,
        tick=FASTEST if is_behind else None,
        batch=LOADED if is_behind else None,
        shorter=level >= Level.SHORT,
        least=level >= Level.SHORTER,
        local=level >= Level.LOCAL,
        page=level >= Level.SILENT,
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
