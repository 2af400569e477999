"""What workers tell of their providers reaches the ladder: by their heartbeats, through the database, to the orders."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from onealarm.control.desk import Limits
from onealarm.control.emergency import Level
from onealarm.events import CallEnded, Events
from onealarm.ids import WorkerId
from onealarm.jobs.report import WorkerReport
from onealarm.maintenance.controller import Controller
from onealarm.maintenance.leading import EVERY, Leading
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.leader import PostgresLeadership
from onealarm.postgres.queue import PostgresQueue
from onealarm.worker.tally import Tally
from tests.support.clock import VirtualClock
from tests.support.factories import make_worker

SECOND = timedelta(seconds=1)
HALF = 30 * SECOND


class Fleet:
    """A leader and one worker, which calls a model; time passes in looks of half a minute."""

    def __init__(self, database: Database, clock: VirtualClock, worker: WorkerId) -> None:
        self.clock = clock
        self.worker = worker
        self.tally = Tally()
        self.queue = PostgresQueue(database)
        self.control = PostgresControl(database)
        leadership = PostgresLeadership(database)
        self.leading = Leading(leadership, holder=WorkerId(uuid4()), steady=lambda: clock.now().timestamp())
        self.controller = Controller(self.control, leading=self.leading, limits=Limits(), events=Events())

    def call(self, *, answered: int = 0, refused: int = 0, failed: int = 0) -> None:
        for result, count in (("answered", answered), ("refused", refused), ("failed", failed)):
            for _ in range(count):
                self.tally(CallEnded("acme", "talk", result, took=SECOND, units=1.0))  # type: ignore[arg-type]

    async def look(self) -> Level:
        for _ in range(HALF // EVERY):
            self.clock.advance(EVERY)
            await self.leading.run_once()
        await self.queue.beat(self.worker, report=self.tally.told(lambda: WorkerReport(slots=8)))
        await self.controller.run_once()
        posted = await self.control.read_orders()
        assert posted is not None
        return posted[0].level


async def test_a_provider_that_refuses_one_call_in_twenty_makes_it_crowded(
    database: Database, clock: VirtualClock
) -> None:
    fleet = Fleet(database, clock, await make_worker(database))
    assert await fleet.look() == Level.NORMAL
    fleet.call(answered=95, refused=5)
    assert await fleet.look() == Level.NORMAL, "five in a hundred"
    fleet.call(refused=1)
    assert await fleet.look() == Level.CROWDED
    [change] = await fleet.control.changes()
    assert change.signals["throttled"] == 6 / 101


async def test_a_provider_that_answers_nobody_for_ten_minutes_makes_it_local_until_it_answers(
    database: Database, clock: VirtualClock
) -> None:
    fleet = Fleet(database, clock, await make_worker(database))
    fleet.call(answered=1)
    levels = [await fleet.look()]
    for _ in range(21):
        fleet.call(failed=1)
        levels.append(await fleet.look())
    assert levels == [Level.NORMAL] * 21 + [Level.LOCAL]
    for _ in range(12):
        fleet.call(answered=1)
        levels.append(await fleet.look())
    assert levels[-1] < Level.LOCAL
