"""``onealarm bench cost``: what a day of briefings costs, beside one script and one speech call for each."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from onealarm.bench.cost import run
from onealarm.bench.server import bench_server
from onealarm.cli import running
from onealarm.cli.bench_parts import Progress, tell
from onealarm.cli.benching import fresh_server, progress_line


def bench_cost(
    alarms: Annotated[int, typer.Option(help="How many alarms ring on the day.")] = 10_000,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
) -> None:
    """Make a day's briefings with providers that count, and compare with one script and one speech call each."""
    with running.told():
        number = run.checked(alarms)
        running.settings(log_level="error")
        with fresh_server({}) as server, progress_line() as progress:
            measured = running.run(_measured(server.url, number, progress))
    found = {**asdict(measured.compared), "seconds": measured.seconds, "processes": measured.processes}
    if as_json:
        running.print_json(found)
    else:
        tell(found)


async def _measured(url: str, alarms: int, progress: Progress) -> run.Measured:
    async with bench_server(url) as server:
        return await run.measure_cost(server, alarms, progress=progress)
