"""The scheduler on a real database and a clock by hand: a day of the roadmap's lanes, two at once, outages."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from onealarm.control.schedules.firings import firings_between
from onealarm.control.schedules.lane import Schedule
from onealarm.control.schedules.order import Order, Outcome
from onealarm.control.schedules.reading import read_schedule
from onealarm.errors import DatabaseUnavailable
from onealarm.events import Event, Events, LaneFired, ServiceFailed
from onealarm.ids import WorkerId
from onealarm.maintenance.scheduler import Scheduler
from onealarm.postgres.database import Database
from onealarm.postgres.firings import PostgresFirings
from onealarm.postgres.queue import PostgresQueue
from tests.support.clock import VirtualClock
from tests.support.dispatching import Dispatching
from tests.support.factories import make_alarm_in, make_user
from tests.support.roadmap import HOURS, PRIORITIES, schedule_of, urgent_and_hours

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
MIDNIGHT = datetime(2026, 11, 25, tzinfo=UTC)
EVERY_MINUTE = '[lanes.one]\nschedule = "* * * * *"\nbatch = 5\n'


class Turns(VirtualClock):
    """A clock for schedulers that sleep until something is due, and tell whoever waits for it that they do."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self.asleep = asyncio.Condition()
        self.rests: dict[Process, datetime] = {}
        """Until when each scheduler sleeps that has nothing under way whose end would wake it before."""


@dataclass
class Bed:
    """The clock of one scheduler."""

    clock: Turns
    process: Process

    def now(self) -> datetime:
        return self.clock.now()

    async def sleep(self, duration: timedelta) -> None:
        sleeping = self.clock.lie_down(duration)
        if not self.process.scheduler._running:
            self.clock.rests[self.process] = self.clock.now() + duration
        async with self.clock.asleep:
            self.clock.asleep.notify_all()
        try:
            await sleeping
        finally:
            self.clock.rests.pop(self.process, None)


class Process:
    """A scheduler and its dispatcher, and what they told."""

    def __init__(self, database: Database, clock: Turns, schedule: Schedule) -> None:
        self.seen: list[tuple[datetime, Event]] = []
        self.clock = clock
        # The dispatches' own pauses never end by this clock: they have nothing to wait for.
        self.dispatching = Dispatching(database, VirtualClock(clock.now()))
        self.orders: list[Order] = []
        self.held: asyncio.Event | None = None
        self.breaks = False
        self.hurry: timedelta | None = None
        self.away = (MIDNIGHT, MIDNIGHT)
        """Between these instants the database does not answer the scheduler."""
        self.queue = PostgresQueue(database)
        self.scheduler = Scheduler(
            schedule,
            hurry=lambda: self.hurry,
            firings=PostgresFirings(database),
            dispatch=self.dispatch,
            now=self.now,
            by=WorkerId(uuid4()),
            clock=Bed(clock, self),
            events=Events([lambda event: self.seen.append((clock.now(), event))]),
        )

    async def now(self) -> datetime:
        if self.away[0] <= self.clock.now() < self.away[1]:
            raise DatabaseUnavailable("the database is away")
        return await self.queue.now()

    async def dispatch(self, order: Order) -> Outcome:
        self.orders.append(order)
        if self.breaks:
            raise ValueError("a mistake")
        if self.held is not None:
            await self.held.wait()
        return await self.dispatching.dispatcher.run(order)

    @property
    def fired(self) -> list[tuple[datetime, str]]:
        return [(at, event.lane) for at, event in self.seen if isinstance(event, LaneFired)]


async def live(clock: Turns, *processes: Process, until: datetime) -> None:
    """Run schedulers to an instant, from one firing to the next; each is given the time to do what is due."""
    runs = [asyncio.create_task(process.scheduler.run()) for process in processes]
    async with asyncio.timeout(300):
        while True:
            async with clock.asleep:
                await clock.asleep.wait_for(lambda: len(clock.rests) == len(processes))
            following = min(clock.rests.values())
            if following > until:
                break
            clock.rests = {process: end for process, end in clock.rests.items() if end > following}
            clock.set(following)
    for process in processes:
        process.scheduler.stop()
    await asyncio.gather(*runs)
    clock.set(until)


@pytest.fixture
def clock() -> Turns:
    return Turns(MIDNIGHT - SECOND)


@pytest.mark.parametrize(
    ("schedule", "firings", "minutes"),
    [(urgent_and_hours(), 756, 672), (schedule_of(HOURS), 708, 672), (schedule_of(PRIORITIES), 24 * 44, 24 * 36)],
    ids=["urgent lane of 2.1 and 2.2", "2.2", "2.1"],
)
async def test_a_day_of_the_roadmaps_lanes_has_the_firings_that_were_counted(
    database: Database, clock: Turns, schedule: Schedule, firings: int, minutes: int
) -> None:
    process = Process(database, clock, schedule)
    await live(clock, process, until=MIDNIGHT + 24 * HOUR - SECOND)
    assert len(process.fired) == firings
    assert len({at.replace(second=0) for at, _ in process.fired}) == minutes
    for lane in schedule.lanes:
        wanted = firings_between(lane, MIDNIGHT, MIDNIGHT + 24 * HOUR)
        assert [at for at, name in process.fired if name == lane.name] == wanted, "each at its instant"
    rows = await database.value("select count(*) from onealarm.lane_firings")
    assert rows == firings
    assert not [event for _, event in process.seen if isinstance(event, ServiceFailed)]


async def test_lanes_make_the_briefings_of_a_day_in_time(database: Database, clock: Turns) -> None:
    user = await make_user(database)
    alarms = [
        (await make_alarm_in(database, n * HOUR + SECOND, now=clock.now(), user_id=user)).id for n in range(1, 25)
    ]
    process = Process(database, clock, schedule_of(HOURS))
    await live(clock, process, until=MIDNIGHT + 24 * HOUR - SECOND)
    assert process.dispatching.work.made == dict.fromkeys(alarms, 1)
    late = (
        "select count(*) from audio_generation_queue where state <> 'done' or finished_at > ring_at - interval '27 min'"
    )
    assert await database.value(late) == 0


async def test_two_schedulers_fire_each_firing_once(database: Database, clock: Turns) -> None:
    processes = [Process(database, clock, schedule_of(PRIORITIES)) for _ in range(2)]
    await live(clock, *processes, until=MIDNIGHT + 2 * HOUR - SECOND)
    fired = Counter(processes[0].fired) + Counter(processes[1].fired)
    assert len(fired) == 2 * 44
    assert set(fired.values()) == {1}


async def test_a_firing_is_claimed_by_one_of_all_who_ask(database: Database) -> None:
    firings = PostgresFirings(database)
    asked = await asyncio.gather(*(firings.claim("one", MIDNIGHT, by=WorkerId(uuid4())) for _ in range(20)))
    assert sum(asked) == 1
    assert await firings.claim("one", MIDNIGHT + MINUTE, by=WorkerId(uuid4()))
    assert await firings.claim("two", MIDNIGHT, by=WorkerId(uuid4()))


async def test_what_was_missed_in_an_outage_is_made_up_for_by_one_firing(database: Database, clock: Turns) -> None:
    schedule = read_schedule("lanes.toml", EVERY_MINUTE)
    before = Process(database, clock, schedule)
    await live(clock, before, until=MIDNIGHT + 2 * MINUTE + 30 * SECOND)
    clock.set(MIDNIGHT + 3 * HOUR + 30 * SECOND)
    after = [Process(database, clock, schedule) for _ in range(2)]
    await live(clock, *after, until=MIDNIGHT + 3 * HOUR + 2 * MINUTE + 30 * SECOND)
    assert [at - MIDNIGHT for at, _ in before.fired] == [0 * MINUTE, MINUTE, 2 * MINUTE]
    both = sorted(after[0].fired + after[1].fired)
    at_once = 3 * HOUR + 30 * SECOND
    assert [at - MIDNIGHT for at, _ in both] == [at_once, 3 * HOUR + MINUTE, 3 * HOUR + 2 * MINUTE]


async def test_while_the_fleet_is_behind_lanes_fire_every_half_minute_in_their_windows_and_each_once(
    database: Database, clock: Turns
) -> None:
    schedule = read_schedule(
        "lanes.toml",
        """
        [lanes.hourly]
        schedule = "0 * * * *"
        [lanes.later]
        schedule = "*/5 * * * *"
        window = "00:04-00:06"
        """,
    )
    processes = [Process(database, clock, schedule) for _ in range(2)]
    for process in processes:
        process.hurry = 30 * SECOND
    await live(clock, *processes, until=MIDNIGHT + 6 * MINUTE - SECOND)
    fired = sorted((at - MIDNIGHT) // (30 * SECOND) for one in processes for at, lane in one.fired if lane == "hourly")
    assert fired == list(range(12))
    later = sorted((at - MIDNIGHT) // (30 * SECOND) for one in processes for at, lane in one.fired if lane == "later")
    assert later == [8, 9, 10, 11]


async def test_a_first_start_makes_up_for_nothing(database: Database, clock: Turns) -> None:
    process = Process(database, clock, read_schedule("lanes.toml", EVERY_MINUTE))
    clock.set(MIDNIGHT + 30 * SECOND)
    await live(clock, process, until=MIDNIGHT + 90 * SECOND)
    assert [at - MIDNIGHT for at, _ in process.fired] == [MINUTE]


async def test_a_lane_that_is_busy_fires_once_for_all_that_it_missed(database: Database, clock: Turns) -> None:
    process = Process(database, clock, read_schedule("lanes.toml", EVERY_MINUTE))
    process.held = asyncio.Event()
    run = asyncio.create_task(process.scheduler.run())
    async with asyncio.timeout(20):
        while not process.orders:
            if clock.rests:
                clock.set(min(clock.rests.values()))
            await database.value("select 1")
    for _ in range(5):
        clock.advance(MINUTE)
        await database.value("select 1")
    assert len(process.fired) == 1
    process.held.set()
    async with asyncio.timeout(20):
        while len(process.orders) < 2:
            await database.value("select 1")
    process.scheduler.stop()
    await run
    assert len(process.fired) == 2


async def test_while_the_database_is_away_nothing_fires_and_then_one_makes_up_for_it(
    database: Database, clock: Turns
) -> None:
    process = Process(database, clock, read_schedule("lanes.toml", EVERY_MINUTE))
    process.away = (MIDNIGHT + 90 * SECOND, MIDNIGHT + 5 * MINUTE + 30 * SECOND)
    await live(clock, process, until=MIDNIGHT + 7 * MINUTE + SECOND)
    fired = [(at - MIDNIGHT) / MINUTE for at, _ in process.fired]
    assert fired[:2] == [0, 1]
    assert 5.5 <= fired[2] < 5.6
    assert fired[3:] == [6, 7]
    assert {event.service for _, event in process.seen if isinstance(event, ServiceFailed)} == {"scheduler"}


async def test_a_dispatch_that_fails_stops_no_other_firing(database: Database, clock: Turns) -> None:
    process = Process(database, clock, read_schedule("lanes.toml", EVERY_MINUTE))
    process.breaks = True
    await live(clock, process, until=MIDNIGHT + 2 * MINUTE + SECOND)
    assert len(process.fired) == 3
    failures = [event for _, event in process.seen if isinstance(event, ServiceFailed)]
    assert [(event.service, event.error) for event in failures] == [("dispatch", "unexpected ValueError")] * 3


async def test_a_day_that_skips_an_hour_has_its_firings(database: Database, clock: Turns) -> None:
    text = '[lanes.one]\nschedule = "*/30 * * * *"\ntimezone = "Europe/Berlin"\nbatch = 5\n'
    clock.set(datetime(2027, 3, 27, 22, 59, 59, tzinfo=UTC))
    process = Process(database, clock, read_schedule("lanes.toml", text))
    await live(clock, process, until=datetime(2027, 3, 28, 21, 59, 59, tzinfo=UTC))
    assert len(process.fired) == 46


async def test_firings_of_yesterday_are_forgotten_but_for_each_lanes_last(database: Database, clock: Turns) -> None:
    firings, by = PostgresFirings(database), WorkerId(uuid4())
    for ago in (72, 48, 26, 23, 1):
        await firings.claim("busy", MIDNIGHT - ago * HOUR, by=by)
    await firings.claim("seldom", MIDNIGHT - 720 * HOUR, by=by)
    await firings.claim("seldom", MIDNIGHT - 360 * HOUR, by=by)
    clock.set(MIDNIGHT)
    assert await firings.forget() == 4
    rows = await database.fetch("select lane, fire_at from onealarm.lane_firings order by lane, fire_at")
    assert [(row["lane"], (MIDNIGHT - row["fire_at"]) / HOUR) for row in rows] == [
        ("busy", 23),
        ("busy", 1),
        ("seldom", 360),
    ]
