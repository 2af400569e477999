"""Ladders: each takes an alarm one state further, with defaults for all that a test is not about."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from onealarm.alarms.alarm import Alarm
from onealarm.alarms.next_ring import wall_time_of
from onealarm.alarms.preferences import Preferences
from onealarm.ids import UserId, WorkerId
from onealarm.jobs.job import Job
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.database import Database
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.queue import PostgresQueue


async def make_user(database: Database, *, timezone: str = "UTC", name: str | None = "Sarah") -> UserId:
    user = await PostgresPeople(database).create(Preferences(timezone=timezone, name=name))
    return user.id


async def make_alarm(
    database: Database,
    *,
    user_id: UserId | None = None,
    wall_time: time = time(7),
    day: date | None = None,
    days: tuple[int, ...] | None = None,
    timezone: str = "UTC",
) -> Alarm:
    owner = user_id or await make_user(database)
    return await PostgresAlarms(database).create(owner, time=wall_time, date=day, days=days, timezone=timezone)


async def make_alarm_in(database: Database, ahead: timedelta, *, now: datetime, user_id: UserId | None = None) -> Alarm:
    """A one-off that rings ``ahead`` of ``now``."""
    ring = wall_time_of(now + ahead, "UTC")
    return await make_alarm(database, user_id=user_id, wall_time=ring.time(), day=ring.date())


async def make_worker(database: Database) -> WorkerId:
    worker = WorkerId(uuid4())
    await PostgresQueue(database).beat(worker)
    return worker


async def make_leased_job(database: Database, *, now: datetime, ahead: timedelta = timedelta(minutes=50)) -> Job:
    """A job of an alarm of its own, held by a worker of its own."""
    await make_alarm_in(database, ahead, now=now)
    worker = await make_worker(database)
    [job] = await PostgresQueue(database).claim(worker, limit=1)
    return job
