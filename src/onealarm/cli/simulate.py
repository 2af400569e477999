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
from onealarm.cli.drawing import drawn, if_it_can_be_drawn
from onealarm.simulator.picture import draw
from onealarm.simulator.report import report
from onealarm.simulator.simulation import Simulation
from onealarm.simulator.simulation import simulate as simulated
from onealarm.simulator.wanted import DEFAULT_POLICIES, NAMES, PARTS, Wanted

_ROWS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "rings": lambda row: _number(row["rings"]),
    "mean age, min": lambda row: _number(row["mean_age"], 1),
    "  95 % at most": lambda row: _number(row["p95_age"], 1),
    "begun early, min": lambda row: _number(row["extra"], 2),
    "  the least possible": lambda row: _number(row.get("optimal_extra", row["extra"]), 2),
    "  at most": lambda row: _number(row["longest_extra"]),
    "late": lambda row: _number(row.get("late")),
    "  on the worst day": lambda row: _share(row.get("late_share")),
    "  of those known in time": lambda row: _number(row.get("late_of_known")),
    "short": lambda row: _number(row.get("tiers", {}).get("short")),
    "local": lambda row: _number(row.get("tiers", {}).get("local")),
    "stock": lambda row: _number(row.get("tiers", {}).get("stock")),
    "made in vain": lambda row: _number(row.get("in_vain")),
    "most in an hour": lambda row: _number(row.get("per_hour_most")),
}


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
    target = if_it_can_be_drawn(wanted.picture)
    with _bar(wanted.seeds * len(wanted.policies)) as progress:
        simulation = simulated(wanted, progress=progress)
    path = _drawn(simulation, wanted, target)
    found = report(simulation, wanted, seconds=time.monotonic() - begin, picture=None if path is None else str(path))
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


def _drawn(simulation: Simulation, wanted: Wanted, target: Path | None) -> Path | None:
    world = simulation.world
    if world is None:
        return None
    title = f"{wanted.alarms:,} alarms a day ({wanted.zones}), {wanted.per_hour:,} jobs an hour"
    return drawn(lambda path: draw(world, simulation.courses, path, title=title), target)


def _tell(found: Mapping[str, Any]) -> None:
    for name, value in found["settings"].items():
        if value:
            shown = f"{value:,}" if isinstance(value, int) else value if isinstance(value, str) else ", ".join(value)
            running.out.print(f"{name:24} {shown}", markup=False)
    policies = found["policies"]
    names = (Column(row["policy"], justify="right") for row in policies)
    table = Table("", *names, box=box.SIMPLE_HEAD, pad_edge=False)
    for name, shown_of in _ROWS.items():
        table.add_row(name, *(shown_of(row) for row in policies))
    running.out.print(table)
    running.out.print(
        "Age: from the beginning of the work to the ring. Late: no full briefing 5 minutes before the ring."
    )
    for row in policies:
        if "claims_per_hour" in row:
            claims, yields = row["claims_per_hour"], row["yields_per_hour"]
            running.out.print(f"{row['policy']} claims {claims:,} an hour; its text yields {yields:,}.", markup=False)
    running.out.print(f"{found['seconds']} s")


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3%}"


def _number(value: float | None, digits: int = 0) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"
