"""A day of a population, from the saved alarms to the bills, with every sum held against another."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from onealarm.bench.cost.books import prove
from onealarm.bench.cost.figures import Compared, compare
from onealarm.bench.cost.population import EDITIONS, end_edition, of_edition, prepare, put_in
from onealarm.bench.cost.providers import Bill, count
from onealarm.bench.cost.team import team, until_done
from onealarm.bench.cost.work import Order
from onealarm.bench.server import BenchServer
from onealarm.errors import BadInput
from onealarm.postgres.migrate import migrate
from onealarm.workload.listeners import Listeners, sample_listeners

MOST: Final = 1_000_000
SLOTS: Final = 16
"""Of each process."""

_DAYS_AHEAD: Final = 2
"""So that no ring of the day comes while its briefing is made, however long the run."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """``seconds`` from the first saved alarm to the last briefing, on so many processes."""

    compared: Compared
    seconds: float
    processes: int


def checked(alarms: int) -> int:
    """A number of alarms, as typed. Raises ``BadInput``."""
    if not 1 <= alarms <= MOST:
        raise BadInput("--alarms", f"{alarms} is not possible", f"Give 1 to {MOST}")
    return alarms


async def measure_cost(server: BenchServer, alarms: int, *, progress: Progress) -> Measured:
    """Raises ``OneAlarmError`` when a briefing is missing or lacks a part, or when two counts differ."""
    listeners = sample_listeners(alarms)
    processes = len(os.sched_getaffinity(0))
    day = datetime.now(UTC).date() + timedelta(days=_DAYS_AHEAD)
    with tempfile.TemporaryDirectory(prefix="onealarm-cost-") as folder:
        async with server.database("bench_cost") as url:
            await migrate(url)
            await prepare(url)
            bill, begin = Bill(Path(folder) / "bill"), time.monotonic()
            for edition in range(EDITIONS):
                order = Order(url, Path(folder) / "sound", Path(folder) / "bill", day, edition, SLOTS)
                await _work(order, listeners, processes=processes, day=day, progress=progress)
            took = time.monotonic() - begin
            progress("the books are compared")
            counted = count(bill.calls())
            await prove(url, counted, alarms=alarms)
    return Measured(compare(counted, alarms=alarms), round(took, 1), processes)


async def _work(order: Order, listeners: Listeners, *, processes: int, day: date, progress: Progress) -> None:
    who = of_edition(listeners, order.edition)
    progress(f"edition {order.edition + 1} of {EDITIONS}: {who.size:,} alarms are saved")
    await put_in(order.url, listeners, who, day=day)
    async with team(order, processes=processes) as workers:

        def tell(left: int) -> None:
            progress(f"edition {order.edition + 1} of {EDITIONS}: {who.size - left:,} of {who.size:,} briefings")

        await until_done(order.url, workers, told=tell)
    await end_edition(order.url)
