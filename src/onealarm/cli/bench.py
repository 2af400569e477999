"""``onealarm bench``: how fast this machine is, measured on a server of its own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final

import typer
from rich import box
from rich.table import Column, Table

from onealarm.bench.figures import Figures
from onealarm.bench.peer import peers as known_peers
from onealarm.bench.queue import DEFAULT_BATCH, DEFAULT_JOBS, Report, Wanted, measure_queue
from onealarm.cli import running
from onealarm.cli.bench_cost import bench_cost
from onealarm.cli.bench_endurance import bench_endurance
from onealarm.cli.bench_parts import bench_saving, bench_waiting, bench_worker
from onealarm.cli.bench_plan import bench_plan
from onealarm.cli.benching import fresh_server, progress_line

app = typer.Typer(no_args_is_help=True, help="How fast this machine is, measured on a server of its own.")
app.command("endurance")(bench_endurance)
app.command("worker")(bench_worker)
app.command("saving")(bench_saving)
app.command("waiting")(bench_waiting)
app.command("plan")(bench_plan)
app.command("cost")(bench_cost)

_COLUMNS: Final = ("system", "shape", "phase", "jobs", "jobs/s", "p50 ms", "p99 ms", "WAL")


@app.command("queue")
def bench_queue(
    jobs: Annotated[int, typer.Option(help="How many jobs.")] = DEFAULT_JOBS,
    batch: Annotated[
        int | None, typer.Option(help=f"Jobs per claim in the batch shape; otherwise {DEFAULT_BATCH}, or all if fewer.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Worker processes.")] = 2,
    peers: Annotated[str | None, typer.Option(help="The peers to measure, or none; otherwise all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
) -> None:
    """Measure the queue beside plain SQL and other queues, on one fresh server with default settings."""
    with running.told():
        running.settings(log_level="error")
        wanted = Wanted.checked(jobs=jobs, batch=batch, workers=workers, peers=peers, known=known_peers())
        with fresh_server(wanted.server_options) as server, progress_line() as progress:
            report = running.run(measure_queue(server.url, wanted, progress=progress))
    if as_json:
        running.print_json(
            {"settings": report.settings, "results": list(map(asdict, report.results)), "absent": report.absent}
        )
    else:
        _tell(report)
    if report.has_errors:
        raise typer.Exit(1)


def _tell(report: Report) -> None:
    for name, value in report.settings.items():
        running.out.print(f"{name:20} {value}", markup=False)
    left, right = _COLUMNS[:3], _COLUMNS[3:]
    numbers = (Column(name, justify="right", no_wrap=True) for name in right)
    table = Table(*left, *numbers, box=box.SIMPLE_HEAD, pad_edge=False)
    for figures in report.results:
        table.add_row(*_row(figures))
    running.out.print(table)
    running.out.print("p50, p99: of a claim. WAL: bytes per job, without full-page images. *: the time ran out first.")
    for figures in report.results:
        if figures.error:
            running.out.print(f"{figures.system}, {figures.shape}, {figures.phase}: {figures.error}", markup=False)
    for one in report.absent:
        running.out.print(f"{one['system']}: {one['absent']}", markup=False)


def _row(figures: Figures) -> tuple[str, ...]:
    rate = "error" if figures.error else _number(figures.jobs_per_second) + (" *" if figures.limited else "")
    return (
        figures.system,
        figures.shape,
        figures.phase,
        f"{figures.jobs:,}",
        rate,
        _number(figures.claim_p50_ms, 2),
        _number(figures.claim_p99_ms, 2),
        _number(figures.wal_bytes_per_job),
    )


def _number(value: float | None, digits: int = 0) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"
