"""``onealarm bench worker``, ``saving`` and ``waiting``: one part of the way of a job each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any

import typer

from onealarm.bench import saving, waiting, worker
from onealarm.bench.server import BenchServer, bench_server
from onealarm.cli import running
from onealarm.cli.benching import fresh_server, progress_line

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")]

Progress = Callable[[str], None]


def bench_worker(
    jobs: Annotated[int, typer.Option(help="How many jobs to get through.")] = 200_000,
    slots: Annotated[int, typer.Option(help="Jobs that are worked side by side.")] = 2000,
    seconds: Annotated[int, typer.Option(help="For how long jobs come due, with hints and without.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Measure one worker process with work that is nothing: its throughput, and how soon it begins a job."""

    async def measured(server: BenchServer, progress: Progress) -> dict[str, Any]:
        return asdict(await worker.measure_worker(server, wanted, progress=progress))

    with running.told():
        wanted = worker.Wanted.checked(jobs=jobs, slots=slots, seconds=seconds)
    _run(measured, as_json=as_json)


def bench_saving(
    alarms: Annotated[int, typer.Option(help="How many alarms to save in bulk.")] = 100_000,
    rate: Annotated[int, typer.Option(help="Single alarms per second.")] = 200,
    seconds: Annotated[int, typer.Option(help="For how long single ones are saved.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Measure how fast alarms are saved: many in one statement, and one by one at a steady pace."""

    async def measured(server: BenchServer, progress: Progress) -> dict[str, Any]:
        progress("alarms are saved")
        return asdict(await saving.measure_saving(server, wanted))

    with running.told():
        wanted = saving.Wanted.checked(alarms=alarms, rate=rate, seconds=seconds)
    _run(measured, as_json=as_json)


def bench_waiting(
    numbers: Annotated[str, typer.Option("--waiting", help="How many jobs wait.")] = "1000000,10000000",
    as_json: AsJson = False,
) -> None:
    """Measure claims beside millions of jobs that are not due."""

    async def measured(server: BenchServer, progress: Progress) -> dict[str, Any]:
        found = await waiting.measure_waiting(server, wanted, progress=progress)
        return {"claims": waiting.CLAIMS, "jobs_per_claim": waiting.JOBS, "results": [asdict(one) for one in found]}

    with running.told():
        wanted = waiting.checked(numbers)
    _run(measured, as_json=as_json)


def _run(measured: Callable[[BenchServer, Progress], Awaitable[dict[str, Any]]], *, as_json: bool) -> None:
    async def whole(url: str, progress: Progress) -> dict[str, Any]:
        async with bench_server(url) as server:
            return {"settings": await server.settings(), **await measured(server, progress)}

    with running.told():
        running.settings(log_level="error")
        with fresh_server({}) as server, progress_line() as progress:
            found = running.run(whole(server.url, progress))
    if as_json:
        running.print_json(found)
    else:
        tell(found)


def tell(found: dict[str, Any], *, indent: str = "") -> None:
    """Figures by name, one on a line."""
    for name, value in found.items():
        if isinstance(value, dict):
            running.out.print(f"{indent}{name}", markup=False)
            tell(value, indent=indent + "  ")
        elif isinstance(value, list):
            for one in value:
                tell(one, indent=indent + "  ")
        else:
            shown = f"{value:,}" if isinstance(value, int | float) else value
            running.out.print(f"{indent}{name:28} {shown}", markup=False)
