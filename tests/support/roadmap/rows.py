"""The rows of the roadmap's table on a real queue, in a time that leaps: as its text has them, and as a fleet does.

What a row promises in an hour is offered evenly, by the minute. One alarm takes four minutes, as the roadmap says.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import uuid4

from onealarm.control.classes import LaneKind
from onealarm.control.schedules.order import Order
from onealarm.events import Events
from onealarm.ids import WorkerId
from onealarm.jobs.deadline import LEAD
from onealarm.maintenance.expirer import Expirer
from onealarm.maintenance.service import keep_running
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.queue import PostgresQueue
from onealarm.simulator.roadmap import PHASES, Moment
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.dispatcher import Dispatcher
from onealarm.worker.lane_batch import LaneBatch
from tests.support.clock import NOON
from tests.support.leaping_loop import LoopClock, leaping, leaping_database, run_leaping
from tests.support.live_fleet import FULL, MINUTE, LiveFleet, Paced, Work, alarms_at

HOUR: Final = timedelta(hours=1)
_SAFETY: Final = 0.9
"""Of the capacity the plan uses so much; so a fleet that is to keep up is so much larger."""

_LANES: Final[dict[int | None, LaneKind]] = {1: "high", 3: "normal", 5: "batch", None: "batch"}


@dataclass(frozen=True, slots=True)
class Row:
    """What became of what a row promises. ``begun`` and ``done_per_hour``: of the time in which it was offered."""

    name: str
    offered: int
    begun: int
    done: int
    short: int
    late: int
    expired: int
    twice: int
    done_per_hour: float
    in_flight: int


def as_written(url: str, name: str, *, lasts: timedelta, to_the_last_ring: bool = False) -> Row:
    """Each call of the text is a dispatch, as when its cron calls the function over HTTP; calls run side by side.

    The queue is ours, so the order is the rings', and what is over is dropped.
    """
    return run_leaping(_as_written(url, name, lasts, lasts + LEAD if to_the_last_ring else lasts))


def by_the_fleet(url: str, name: str, *, lasts: timedelta, load: float = 1.0) -> Row:
    """Two workers with the slots that the row needs by Little's law, a leader and their services."""
    return run_leaping(_by_the_fleet(url, name, lasts, load))


async def _as_written(url: str, name: str, lasts: timedelta, calls_last: timedelta) -> Row:
    clock, phase = LoopClock(), PHASES[name]
    async with leaping_database(url, clock) as database:
        begin = await _offer(database, clock, per_hour=phase.claims, lasts=lasts)
        queue = PostgresQueue(database)
        work, time = Work(queue, clock), DatabaseTime(steady=leaping().time)
        dispatcher = Dispatcher(
            batch=LaneBatch(ordered=lambda: None, look=PostgresControl(database).look, clock=clock),
            queue=queue,
            waiting=queue,
            make=work,
            process=WorkerId(uuid4()),
            time=time,
            clock=clock,
            events=Events(),
            random=Random(1),
        )
        expirer = asyncio.create_task(keep_running(Paced(Expirer(queue), MINUTE), clock=clock, events=Events()))
        calls: list[asyncio.Task[object]] = []
        for minute in range(math.ceil(calls_last / MINUTE)):
            await clock.until(begin + minute * MINUTE)
            moment = Moment((begin.hour * 60 + minute) % 1440, await queue.count_due())
            for number, (only, take) in enumerate(phase.calls(moment)):
                order = Order(f"call-{number}", _LANES[only], batch=take, concurrency=take)
                calls.append(asyncio.create_task(dispatcher.run(order)))
        await asyncio.gather(*calls)
        await clock.sleep(MINUTE)
        expirer.cancel()
        await dispatcher.close()
        return await _row(database, name, work, begin, lasts=lasts)


async def _by_the_fleet(url: str, name: str, lasts: timedelta, load: float) -> Row:
    clock, per_hour = LoopClock(), PHASES[name].claims
    async with leaping_database(url, clock) as database:
        begin = await _offer(database, clock, per_hour=round(load * per_hour), lasts=lasts)
        in_flight = math.ceil(per_hour / 60) * (FULL / MINUTE)  # a minute's work comes at once
        fleet = LiveFleet(database, clock, slots=math.ceil(in_flight / _SAFETY), longest=MINUTE, follow_every=MINUTE)
        async with fleet.at_work():
            await clock.until(begin + lasts + (LEAD if load > 1 else FULL) + MINUTE)
        return await _row(database, name, fleet.work, begin, lasts=lasts)


async def _offer(database: Database, clock: LoopClock, *, per_hour: int, lasts: timedelta) -> datetime:
    """Alarms whose work should begin from the next minute on; returns that minute."""
    begin, each = clock.now() + MINUTE, HOUR / per_hour
    assert begin == NOON + MINUTE
    await alarms_at(
        database,
        [begin + LEAD + (number * each) // MINUTE * MINUTE for number in range(round(lasts / each))],
    )
    return begin


async def _row(database: Database, name: str, work: Work, begin: datetime, *, lasts: timedelta) -> Row:
    states = await database.fetch("select state, count(*) as jobs from audio_generation_queue group by state")
    jobs = Counter({row["state"]: row["jobs"] for row in states})
    assert jobs["done"] == len(work.made)
    in_time = sum(begin + FULL <= one.at < begin + lasts + FULL for one in work.made)
    return Row(
        name,
        offered=jobs.total(),
        begun=sum(job.claimed_at < begin + lasts for job in work.begun),
        done=jobs["done"],
        short=sum(one.tier == "short" for one in work.made),
        late=sum(one.is_late for one in work.made),
        expired=jobs["expired"],
        twice=sum(times > 1 for times in work.times_made.values()),
        done_per_hour=in_time * (HOUR / lasts),
        in_flight=work.count.most,
    )
