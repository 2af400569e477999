"""The picture of a run: offered and done, claims, dead rows and sizes over time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from onealarm.bench.endurance.course import Course, per_second, percentiles_per_second
from onealarm.pictures import new_figure, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_POINTS: Final = 600
"""In a line: of a long run several seconds are one point."""

_MIB: Final = 1024 * 1024


def draw(course: Course, path: Path, *, title: str) -> None:
    """Write a PNG. Raises ``SetupError`` where it cannot be drawn or written."""
    figure = new_figure(11, 10)
    rate, claims, delays, sizes = figure.subplots(4, 1, sharex=True)
    _draw_rate(rate, course)
    _draw_milliseconds(claims, course, course.notes.claims_ms, "claim, ms")
    _draw_milliseconds(delays, course, course.notes.delays_ms, "due to claimed, ms")
    _draw_sizes(sizes, course)
    for axes in (rate, claims, delays, sizes):
        _mark(axes, course)
        axes.grid(visible=True, alpha=0.3)
    rate.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=5, frameon=False)
    sizes.set_xlabel("seconds since the first job came due")
    figure.suptitle(title)
    save(figure, path)


def _draw_rate(axes: Axes, course: Course) -> None:
    step, points = _grid(course)
    length = course.end - course.begin
    offered = (course.begin + length * number / course.jobs for number in range(course.jobs))
    x = [(point + 0.5) * step for point in range(points)]
    for instants, label in ((offered, "came due"), (course.ended, "done")):
        counts = per_second(((at - course.begin) / step for at in instants), begin=0, seconds=points)
        axes.plot(x, [count / step for count in counts], label=label, linewidth=1.2)
    axes.set_ylabel("jobs per second")
    axes.set_ylim(bottom=0)


def _draw_milliseconds(axes: Axes, course: Course, values: list[tuple[float, float]], label: str) -> None:
    step, points = _grid(course)
    x = [(point + 0.5) * step for point in range(points)]
    scaled = [((at - course.begin) / step, value) for at, value in values]
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        found = percentiles_per_second(scaled, share, begin=0, seconds=points)
        axes.plot(x, [float("nan") if one is None else one for one in found], label=name, linewidth=1.2)
    axes.set_yscale("log", subs=(2, 5))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("{x:g}")
    axes.set_ylabel(label)
    axes.legend(loc="upper right", ncols=2)


def _draw_sizes(axes: Axes, course: Course) -> None:
    x = [at - course.begin for at, _ in course.sizes]
    dead = [sizes.live_dead for _, sizes in course.sizes]
    axes.plot(x, dead, label="dead rows of live jobs", color="tab:red", linewidth=1.2)
    axes.set_ylabel("dead rows")
    axes.set_ylim(bottom=0)
    other = axes.twinx()
    other.plot(x, [sizes.live_bytes / _MIB for _, sizes in course.sizes], label="table and indexes", linewidth=1.2)
    other.set_ylabel("live jobs, MiB")
    other.set_ylim(bottom=0)
    lines: list[Any] = [*axes.get_lines(), *other.get_lines()]
    axes.legend(lines, [line.get_label() for line in lines], loc="upper left")


def _mark(axes: Axes, course: Course) -> None:
    """Where the snapshot was held, and what was killed."""
    if course.pinned_at is not None:
        axes.axvspan(
            course.pinned_at - course.begin, course.end - course.begin, color="tab:orange", alpha=0.12, label="snapshot"
        )
    for number, at in enumerate(course.restarts):
        axes.axvline(
            at - course.begin, color="tab:purple", linewidth=1, linestyle="--", label=None if number else "server back"
        )
    for number, at in enumerate(course.kills):
        axes.axvline(
            at - course.begin, ymax=0.04, color="black", linewidth=0.8, label=None if number else "worker killed"
        )


def _grid(course: Course) -> tuple[float, int]:
    """Seconds of a point, and how many there are: up to the last outcome."""
    length = max([course.end, *course.ended[-1:]]) - course.begin
    step = max(1.0, length / _MOST_POINTS)
    return step, int(length / step) + 1
