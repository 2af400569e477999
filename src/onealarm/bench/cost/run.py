"""A day of a population, from the saved alarms to the bills, with every sum held against another."""

from __future__ import annotations

import math
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from onealarm.bench.connecting import connected
from onealarm.bench.cost.figures import Compared, compare
from onealarm.bench.cost.population import EDITIONS, SQL, of_edition, prepare, put_in
from onealarm.bench.cost.providers import UNKNOWN, Bill, Counted, count
from onealarm.bench.cost.team import team, until_done
from onealarm.bench.cost.work import Order
from onealarm.bench.server import BenchServer
from onealarm.errors import BadInput, OneAlarmError
from onealarm.postgres.migrate import migrate
from onealarm.workload.listeners import Listeners, sample_listeners

MOST: Final = 1_000_000
SLOTS: Final = 16
"""Of each process."""

_DAYS_AHEAD: Final = 2
"""So that no ring of the day comes while its briefing is made, however long the run."""

_ROUNDED: Final = 0.5e-6
"""By so many dollars a call may differ: the ledger rounds each charge to a millionth."""

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
    async with connected(order.url) as connection:
        await connection.execute(SQL["end_edition"])


async def prove(url: str, counted: Counted, *, alarms: int) -> None:
    """Every alarm has a full briefing with all that it needs, and the ledger says what the providers say.

    Raises ``OneAlarmError``.
    """
    async with connected(url) as connection:
        made = await connection.fetchrow(SQL["check_briefings"])
        ledger = await connection.fetchrow(SQL["sum_ledger"])
        news = await connection.fetchrow(SQL["sum_ledger_of_news"])
    assert made is not None, "sums are always one row"
    assert ledger is not None, "sums are always one row"
    assert news is not None, "sums are always one row"
    calls = sum(total.calls for total in counted.speech.values())
    characters = sum(total.characters for total in counted.speech.values())
    usd = sum(total.usd for total in counted.speech.values())
    for what, found, expected in (
        ("briefings", made["ready"], alarms),
        ("full briefings", made["full"], alarms),
        ("briefings without name, date, weather or news", made["lacking"], 0),
        ("briefings of the other design", counted.naive_speech.calls, alarms),
        ("characters heard", made["characters"], counted.naive_speech.characters),
        ("calls in the ledger", ledger["calls"], calls),
        ("segments", ledger["segments"], calls),
        ("characters in the ledger", ledger["characters"], characters),
        ("segments claimed again", ledger["claimed_again"], 0),
        ("keys that were paid twice", len(counted.repeated), 0),
        ("texts of no section", UNKNOWN in counted.speech, False),
        ("calls in the ledger of news", news["calls"], counted.writing.calls),
    ):
        if found != expected:
            raise OneAlarmError(f"{what}: {found}, and {expected} were expected")
    for book, noted, paid in (("ledger", ledger["usd"], usd), ("ledger of news", news["usd"], counted.writing.usd)):
        if not math.isclose(noted, paid, rel_tol=1e-9, abs_tol=_ROUNDED * calls):
            raise OneAlarmError(f"the {book} says ${noted:.6f}, and the providers ${paid:.6f}")
