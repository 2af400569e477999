"""The picture of a simulation: when work should begin and when it does, the advance window, and who is late."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from onealarm.pictures import new_figure, save
from onealarm.simulator.outcome import is_late
from onealarm.simulator.run import Course
from onealarm.simulator.world import World
from onealarm.workload.population import BEFORE, NEVER

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PIECE: Final = 10
"""Minutes that are one point."""


def draw(world: World, courses: Mapping[str, Course], path: Path, *, title: str) -> None:
    """Write a PNG. Raises ``SetupError`` where it cannot be drawn or written."""
    figure = new_figure(11, 9)
    starts, window, late = figure.subplots(3, 1, sharex=True)
    stays = world.population.gone == NEVER
    _draw_starts(starts, world, courses, stays)
    for name, course in courses.items():
        window.plot(_hours(course.advance.size, 1), course.advance / 60, label=name, linewidth=1.2)
        _line(late, world.population.ring[is_late(world, course)] // 60, world, label=name)
    window.set_ylabel("advance window, minutes")
    late.set_ylabel("late, by their ring, per minute")
    late.set_xlabel("hours since midnight (UTC) of the first day")
    for axes in (starts, window, late):
        axes.grid(visible=True, alpha=0.3)
        axes.set_ylim(bottom=0)
        for span in world.outages:
            axes.axvspan(_hour(span.begin / 60), _hour(span.end / 60), color="tab:red", alpha=0.15)
        for span in world.controller_dead:
            axes.axvspan(_hour(span.begin / 60), _hour(span.end / 60), color="tab:gray", alpha=0.2)
    starts.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=5, frameon=False)
    figure.suptitle(title)
    save(figure, path)


def _draw_starts(axes: Axes, world: World, courses: Mapping[str, Course], stays: NDArray[np.bool_]) -> None:
    _line(axes, world.preferred[stays], world, label="58 minutes before the ring", color="tab:gray", alpha=0.6)
    for name, course in courses.items():
        _line(axes, course.begun_at[course.begun_at >= 0] // 60, world, label=name)
    axes.axhline(world.per_minute, color="black", linewidth=0.8, linestyle="--", label="capacity")
    axes.set_ylabel("starts per minute")


def _line(axes: Axes, minutes: NDArray[np.integer], world: World, *, label: str, **style: object) -> None:
    inside = minutes[(minutes >= 0) & (minutes < world.population.minutes)]
    pieces = np.bincount(inside // _PIECE, minlength=world.population.minutes // _PIECE) / _PIECE
    axes.plot(_hours(pieces.size, _PIECE), pieces, label=label, **{"linewidth": 1.2, **style})  # type: ignore[arg-type]  # matplotlib names each


def _hours(points: int, minutes: int) -> NDArray[np.float64]:
    return np.asarray((np.arange(points) * minutes - BEFORE) / 60)


def _hour(minute: float) -> float:
    return (minute - BEFORE) / 60
