"""``onealarm bench plan``: how fast alarms are planned. It needs no server."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from onealarm.bench import plan
from onealarm.cli import running
from onealarm.cli.bench_parts import tell
from onealarm.cli.benching import progress_line


def bench_plan(
    alarms: Annotated[str, typer.Option(help="How many alarms to plan at once.")] = "10000000,100000000",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
) -> None:
    """Measure how long millions of alarms take to be planned, and how long a day's tick of the leader."""
    with running.told():
        numbers = plan.checked(alarms)
    with progress_line() as progress:
        planned, ticks = plan.measure_plan(numbers, progress=progress)
    found = {"results": [asdict(one) for one in planned], "tick": asdict(ticks)}
    if as_json:
        running.print_json(found)
    else:
        tell(found)
