"""``onealarm bench``: how fast this machine is, measured on a server of its own."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer
from rich import box
from rich.table import Column, Table

from onealarm.bench.endurance.picture import check_that_it_can_be_drawn, draw
from onealarm.bench.endurance.report import report as endurance_report
from onealarm.bench.endurance.run import endure
from onealarm.bench.endurance.wanted import DEFAULT_RATE, DEFAULT_WORKERS
from onealarm.bench.endurance.wanted import Wanted as WantedEndurance
from onealarm.bench.figures import Figures
from onealarm.bench.peer import peers as known_peers
from onealarm.bench.queue import DEFAULT_BATCH, DEFAULT_JOBS, Report, Wanted, measure_queue
from onealarm.cli import running
from onealarm.postgres.embedded import EmbeddedServer

app = typer.Typer(no_args_is_help=True, help="How fast this machine is, measured on a server of its own.")

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
        with _fresh_server(wanted.server_options) as url, _progress() as progress:
            report = running.run(measure_queue(url, wanted, progress=progress))
    if as_json:
        running.print_json(
            {"settings": report.settings, "results": list(map(asdict, report.results)), "absent": report.absent}
        )
    else:
        _tell(report)
    if report.has_errors:
        raise typer.Exit(1)


@contextmanager
def _fresh_server(options: dict[str, str]) -> Iterator[str]:
    """A server with nothing in it, gone afterwards. As root, PostgreSQL's own user must enter the folder too."""
    with tempfile.TemporaryDirectory(prefix="onealarm-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with EmbeddedServer(home, options=options) as server:
            yield server.url


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """One line on a terminal that tells what is measured now; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with running.err.status("starting") as status:
        yield status.update


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
