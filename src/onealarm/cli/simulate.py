"""``onealarm simulate``: days of alarms in virtual time, under one policy or several."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich import box
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from onealarm.cli import running
from onealarm.errors import SetupError
from onealarm.simulator.picture import check_that_it_can_be_drawn, draw
from onealarm.simulator.report import report
from onealarm.simulator.simulation import Simulation
from onealarm.simulator.simulation import simulate as simulated
from onealarm.simulator.wanted import DEFAULT_POLICIES, NAMES, PARTS, Wanted

_COLUMNS: Final = (
    "mean age",
    "p95",
    "extra",
    "best",
    "longest",
    "late",
    "worst day",
    "short",
    "local",
    "stock",
    "vain",
)


def simulate(
    policy: Annotated[
        list[str] | None,
        typer.Option(
            help=f"One of {', '.join(NAMES)}; give it again for more. Without it {', '.join(DEFAULT_POLICIES)}."
        ),
    ] = None,
    zones: Annotated[str, typer.Option(help="Where the users live: one, us or world.")] = "world",
    alarms: Annotated[int | None, typer.Option(help="How many ring on a day; without it what fits.")] = None,
    capacity: Annotated[str, typer.Option(help="Jobs that can be begun in an hour, such as 10000/h.")] = "10000/h",
    days: Annotated[int, typer.Option(help="How many days.")] = 3,
    outage: Annotated[
        str | None, typer.Option(help="No capacity for so long, on the middle day: 30m@peak or 2h@03:30 (UTC).")
    ] = None,
    controller_dead: Annotated[
        str | None, typer.Option(help="Nobody plans for so long, on the middle day, such as 6h@peak.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help=f"Take a part of lazy-edf away: {', '.join(PARTS)}; again for more.")
    ] = None,
    seeds: Annotated[int, typer.Option(help="How many times, each with other alarms.")] = 1,
    picture: Annotated[Path | None, typer.Option(help="Draw the first run into this PNG file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
) -> None:
    """Simulate days of alarms in virtual time: how fresh and how late briefings are, under one policy or several."""
    begin = time.monotonic()
    with running.told():
        wanted = Wanted.checked(
            policies=policy or (),
            zones=zones,
            alarms=alarms,
            capacity=capacity,
            days=days,
            seeds=seeds,
            outage=outage,
            controller_dead=controller_dead,
            without=without or (),
            picture=picture,
        )
    target = _if_it_can_be_drawn(wanted.picture)
    with _bar(wanted.seeds * len(wanted.policies)) as progress:
        simulation = simulated(wanted, progress=progress)
    drawn = _drawn(simulation, wanted, target)
    found = report(simulation, wanted, seconds=time.monotonic() - begin, picture=None if drawn is None else str(drawn))
    _tell(found)
    if as_json:
        running.print_json(found)


@contextmanager
def _bar(runs: int) -> Iterator[Callable[[str], None]]:
    """How many runs are done, on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=running.err, transient=True) as bar:
        task = bar.add_task("simulating", total=runs)
        yield lambda name: bar.update(task, advance=1, description=name)


def _if_it_can_be_drawn(picture: Path | None) -> Path | None:
    """Said before the runs and not after them; the figures are worth having all the same."""
    if picture is not None:
        try:
            check_that_it_can_be_drawn()
        except SetupError as error:
            running.tell(error)
            return None
    return picture


def _drawn(simulation: Simulation, wanted: Wanted, target: Path | None) -> Path | None:
    if target is None or simulation.world is None:
        return None
    title = f"{wanted.alarms:,} alarms a day ({wanted.zones}), {wanted.per_hour:,} jobs an hour"
    try:
        draw(simulation.world, simulation.courses, target, title=title)
    except SetupError as error:
        running.tell(error)
        return None
    return target


def _tell(found: Mapping[str, Any]) -> None:
    for name, value in found["settings"].items():
        if value:
            shown = f"{value:,}" if isinstance(value, int) else value if isinstance(value, str) else ", ".join(value)
            running.out.print(f"{name:24} {shown}", markup=False)
    table = Table(
        "policy",
        *(Column(name, justify="right", no_wrap=True) for name in _COLUMNS),
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for row in found["policies"]:
        table.add_row(row["policy"], *_cells(row))
    running.out.print(table)
    running.out.print(
        "Ages are minutes at the ring. extra: begun before its time, on average; best: the least possible."
    )
    running.out.print("late: no full briefing 5 minutes before the ring; worst day: the share of it that was late.")
    for row in found["policies"]:
        if "claims_per_hour" in row:
            running.out.print(
                f"{row['policy']}: claims {row['claims_per_hour']:,} an hour, its text yields {row['yields_per_hour']:,}",
                markup=False,
            )
    running.out.print(f"{found['seconds']} s")


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    tiers = row.get("tiers", {})
    share = row.get("late_share")
    return (
        *(_number(row.get(name), 1) for name in ("mean_age", "p95_age")),
        *(_number(row.get(name), 2) for name in ("extra", "optimal_extra")),
        _number(row.get("longest_extra"), 0),
        _number(row.get("late"), 0),
        "-" if share is None else f"{share:.3%}",
        *(_number(tiers.get(name), 0) for name in ("short", "local", "stock")),
        _number(row.get("in_vain"), 0),
    )


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"
