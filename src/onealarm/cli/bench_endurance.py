"""``onealarm bench endurance``: paced jobs for minutes, with what may happen to workers and server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Column, Table

from onealarm.bench.endurance.picture import draw
from onealarm.bench.endurance.report import report
from onealarm.bench.endurance.run import Outcome, Progress, Server, endure
from onealarm.bench.endurance.wanted import DEFAULT_RATE, DEFAULT_WORKERS, Wanted
from onealarm.bench.server import bench_server
from onealarm.cli import running
from onealarm.cli.benching import fresh_server, progress_line
from onealarm.cli.drawing import drawn, if_it_can_be_drawn

_COUNTS = ("jobs", "outcomes", "lost", "doubled", "left_live", "kills", "restarts", "died", "refused", "rescued")


def bench_endurance(
    minutes: Annotated[float, typer.Option(help="For how long jobs come due.")],
    rate: Annotated[int | None, typer.Option(help=f"Jobs per second; otherwise {DEFAULT_RATE}.")] = None,
    workers: Annotated[int, typer.Option(help="Worker processes.")] = DEFAULT_WORKERS,
    jobs: Annotated[int | None, typer.Option(help="How many jobs over the whole time, in place of a rate.")] = None,
    pinned_snapshot: Annotated[
        bool, typer.Option("--pinned-snapshot", help="Hold a snapshot open after a stretch without it.")
    ] = False,
    kill_workers: Annotated[
        bool, typer.Option("--kill-workers", help="Kill a worker process every 2 s, and start another.")
    ] = False,
    restart_postgres: Annotated[
        bool, typer.Option("--restart-postgres", help="Crash the server every 20 s, and start it again.")
    ] = False,
    picture: Annotated[Path | None, typer.Option(help="Draw the run into this PNG file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
) -> None:
    """Work at a steady pace on a fresh server, and count at the end whether every job was done exactly once."""
    with running.told():
        running.settings(log_level="error")
        wanted = Wanted.checked(
            minutes=minutes,
            rate=rate,
            workers=workers,
            jobs=jobs,
            pinned_snapshot=pinned_snapshot,
            kill_workers=kill_workers,
            restart_postgres=restart_postgres,
            picture=picture,
        )
        target = if_it_can_be_drawn(wanted.picture)
        with fresh_server(wanted.server_options) as server, progress_line() as progress:
            outcome, settings = running.run(_measured(server, wanted, progress))
    path = drawn(lambda path: draw(outcome.course, path, title=_title(outcome, wanted)), target)
    found = report(outcome, wanted, settings=settings, picture=None if path is None else str(path))
    _tell(found)
    if as_json:
        running.print_json(found)
    if not outcome.is_good:
        raise typer.Exit(1)


async def _measured(server: Server, wanted: Wanted, progress: Progress) -> tuple[Outcome, dict[str, Any]]:
    async with bench_server(server.url) as first:
        settings = await first.settings()
    return await endure(server, wanted, progress=progress), settings


def _title(outcome: Outcome, wanted: Wanted) -> str:
    faults = f"{len(outcome.course.kills)} workers killed, {len(outcome.course.restarts)} restarts of the server"
    return f"{outcome.tally.outcomes:,} of {outcome.tally.jobs:,} jobs done, {wanted.workers} workers, {faults}"


def _tell(found: Mapping[str, Any]) -> None:
    for name, value in found["settings"].items():
        running.out.print(f"{name:20} {_shown(value)}", markup=False)
    running.out.print()
    for name in _COUNTS:
        running.out.print(f"{name:20} {_shown(found[name])}", markup=False)
    running.out.print(_stretches(found))
    for name in ("throughput_loss", "claim_p50_ratio", "claim_p99_ratio"):
        if found[name] is not None:
            running.out.print(f"{name:20} {found[name]}", markup=False)
    for name in ("dead_tuples_max", "live_jobs_bytes_max", "seconds", "picture"):
        running.out.print(f"{name:20} {_shown(found[name])}", markup=False)


def _stretches(found: Mapping[str, Any]) -> Table:
    stretches = [name for name in ("baseline", "pinned") if found[name] is not None]
    table = Table("", *(Column(name, justify="right") for name in stretches), box=box.SIMPLE_HEAD, pad_edge=False)
    for name in found["baseline"]:
        table.add_row(name, *(_shown(found[stretch][name]) for stretch in stretches))
    return table


def _shown(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
