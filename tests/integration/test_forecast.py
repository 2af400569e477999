"""The forecast on the real database: what is counted, written down, learned and published, and the plan's use of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from onealarm.control.desk import Desk, Given, Limits
from onealarm.control.forecast.actuals import learn
from onealarm.control.forecast.demand import FRESH, TRUSTED_AFTER
from onealarm.control.forecast.forecast import CALIBRATED_ON, HISTORY, Known, foresee
from onealarm.control.forecast.grid import BUCKET, bucket_of, quarter_of_week, start_of
from onealarm.control.snapshot import Snapshot
from onealarm.events import Event, Events, ForecastScored
from onealarm.ids import WorkerId
from onealarm.maintenance.controller import Controller
from onealarm.maintenance.forecaster import KEPT, LEARN_EVERY, Forecaster
from onealarm.maintenance.leading import Leading
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.forecast import PostgresForecast
from onealarm.postgres.leader import PostgresLeadership
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm, make_alarm_in, make_user, make_worker
from tests.support.plans import Explainer

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAILY = (1, 2, 3, 4, 5, 6, 7)

_HISTORY = """
insert into onealarm.demand_actuals (bucket, zone_group, quarter, looked_at, known, late, cancelled, final)
select b.bucket, '+00:00', (extract(epoch from b.bucket)::bigint / 900 + 288) % 672, array_fill(b.bucket, array[7]),
       array_fill($3::integer, array[7]), array_fill($4::integer, array[7]), array_fill($5::integer, array[7]),
       $3 + $4 - $5
from generate_series($1::timestamptz, $2::timestamptz - interval '15 minutes', interval '15 minutes') as b (bucket)
"""
"""Each quarter of an hour the same; at every lead as many were known, came late, and were cancelled."""


@dataclass
class Leader:
    leading: Leading
    forecaster: Forecaster
    controller: Controller
    events: list[Event]

    async def look(self) -> int:
        await self.leading.run_once()
        return await self.forecaster.run_once()


@pytest.fixture
def forecast(database: Database) -> PostgresForecast:
    return PostgresForecast(database)


@pytest.fixture
def leader(database: Database, clock: VirtualClock, forecast: PostgresForecast) -> Leader:
    return make_leader(database, clock, forecast)


def make_leader(database: Database, clock: VirtualClock, forecast: PostgresForecast) -> Leader:
    seen: list[Event] = []
    events = Events([seen.append])
    leading = Leading(PostgresLeadership(database), holder=WorkerId(uuid4()), steady=lambda: clock.now().timestamp())
    controller = Controller(
        PostgresControl(database), leading=leading, limits=Limits(), events=events, foresight=forecast
    )
    return Leader(leading, Forecaster(forecast, leading=leading, events=events), controller, seen)


async def test_each_quarter_of_an_hour_is_counted_at_each_lead_and_closed_as_it_begins(
    database: Database, clock: VirtualClock, leader: Leader, forecast: PostgresForecast
) -> None:
    bucket = datetime(2026, 12, 3, 7, tzinfo=UTC)
    clock.set(bucket - timedelta(days=3) + HOUR)
    await weekly_alarms(database, 5)
    alarms = PostgresAlarms(database)
    goes = await make_alarm(database, wall_time=time(7, 5), day=bucket.date())
    moves = await make_alarm(database, wall_time=time(7, 14, 59), day=bucket.date())
    for ahead in (48 * HOUR + 5 * MINUTE, 24 * HOUR + 5 * MINUTE):
        clock.set(bucket - ahead)
        await leader.look()
        clock.advance(10 * MINUTE)
        await alarms.roll()
    clock.set(bucket - 20 * HOUR)
    await make_alarm(database, wall_time=time(7), day=bucket.date())
    await alarms.delete(goes.id, user_id=None)
    for lead in (12, 6, 3):
        clock.set(bucket - lead * HOUR)
        await leader.look()
    clock.set(bucket - 2 * HOUR)
    await alarms.change(moves.id, user_id=None, changes={"time": time(7, 15)})
    await make_alarm(database, wall_time=time(7, 10), day=bucket.date())
    for ahead in (HOUR + 4 * MINUTE, HOUR, 15 * MINUTE, 4 * MINUTE):
        clock.set(bucket - ahead)
        await leader.look()
    [actual] = await forecast.actuals(since=bucket, until=bucket + BUCKET)
    assert actual.group == "+00:00"
    assert actual.quarter == quarter_of_week(bucket)
    assert list(actual.known) == [7, 7, 7, 7, 7, 7, 7]
    assert actual.final == 7
    assert list(actual.late) == [0, 0, 1, 1, 1, 2, 2]
    assert list(actual.cancelled) == [0, 0, 1, 1, 1, 2, 2]


async def test_what_nobody_looked_at_is_not_known(
    database: Database, clock: VirtualClock, leader: Leader, forecast: PostgresForecast
) -> None:
    bucket = start_of(bucket_of(clock.now()) + 40)
    await make_alarm_in(database, bucket - clock.now(), now=clock.now())
    for ahead in (6 * HOUR + 10 * MINUTE, 3 * HOUR + 9 * MINUTE, 5 * MINUTE):
        clock.set(bucket - ahead)
        await leader.look()
    [actual] = await forecast.actuals(since=bucket, until=bucket + BUCKET)
    assert list(actual.known) == [None, None, 1, None, None, None, None], "only three hours ahead, and then at its end"
    assert list(actual.late) == [None, None, 0, None, None, None, None]
    assert (actual.final, list(actual.cancelled)) == (1, [None, None, 0, None, None, None, None])


async def test_what_has_begun_is_not_changed_any_more(
    database: Database, clock: VirtualClock, leader: Leader, forecast: PostgresForecast
) -> None:
    bucket = start_of(bucket_of(clock.now()) + 2)
    await make_alarm_in(database, bucket - clock.now(), now=clock.now())
    clock.set(bucket - MINUTE)
    await leader.look()
    before = await forecast.actuals(since=bucket, until=bucket + BUCKET)
    clock.set(bucket + MINUTE)
    await make_alarm_in(database, 5 * MINUTE, now=clock.now())
    await leader.look()
    assert before == await forecast.actuals(since=bucket, until=bucket + BUCKET)
    assert before[0].final == 1


async def test_only_who_leads_writes(
    database: Database, clock: VirtualClock, leader: Leader, forecast: PostgresForecast
) -> None:
    await make_alarm_in(database, 3 * HOUR, now=clock.now())
    other = make_leader(database, clock, forecast)
    assert await leader.look() == 1
    assert await other.look() == 0
    assert await database.value("select count(*) from onealarm.forecast_runs") == 1
    run = await forecast.run()
    assert run is not None
    said = foresee({}, learn([], [], at=clock.now(), pause=LEARN_EVERY), now=clock.now())
    stale = learn([], [], at=clock.now(), pause=LEARN_EVERY)
    assert not await forecast.publish(said, stale, epoch=99)
    assert await database.value("select count(*) from onealarm.forecast_runs") == 1


async def test_r26_every_published_forecast_can_be_made_again_from_what_is_kept(
    database: Database, clock: VirtualClock, leader: Leader, forecast: PostgresForecast
) -> None:
    now = clock.now()
    await database.fetch(_HISTORY, now - timedelta(days=20), now, 10, 4, 1)
    await weekly_alarms(database, 5)
    for _ in range(14):  # so that it learns twice
        await leader.look()
        clock.advance(5 * MINUTE)
    runs = await database.fetch("select id from onealarm.forecast_runs order by id")
    clock.advance(3 * HOUR)
    await leader.look()
    assert len(runs) == 14
    for number in (row["id"] for row in runs):
        assert await is_made_again(forecast, number)


async def is_made_again(forecast: PostgresForecast, number: int) -> bool:
    run = await forecast.run(number)
    assert run is not None
    actuals = await forecast.actuals(since=run.fitted_at - HISTORY, until=run.fitted_at)
    said = await forecast.said(since=run.fitted_at - CALIBRATED_ON, until=run.fitted_at)
    learned = learn(actuals, said, at=run.fitted_at, pause=LEARN_EVERY)
    assert learned.since == run.since
    np.testing.assert_allclose(learned.quantiles, run.quantiles, rtol=1e-6)
    known = {group: Known(run.quarters[group], of.known.astype(int)) for group, of in run.groups.items()}
    again = foresee(known, learned, now=run.made_at)
    assert again.total.late.sum() > 50
    for made, kept in ((again.total, run.total), (again.groups["+00:00"], run.groups["+00:00"])):
        np.testing.assert_allclose(made.stay, kept.stay, rtol=1e-6)
        np.testing.assert_allclose(made.late, kept.late, rtol=1e-6)
    np.testing.assert_allclose(again.bands.upper, run.bands.upper, rtol=1e-5)
    np.testing.assert_allclose(again.bands.low90, run.bands.low90, rtol=1e-5)
    return True


async def test_the_plan_is_for_what_is_still_to_be_created_once_that_is_known_for_two_weeks(
    database: Database,
    clock: VirtualClock,
    leader: Leader,
    forecast: PostgresForecast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planned = planned_demands(monkeypatch)
    await make_worker(database)
    now = clock.now()
    await weekly_alarms(database, 5)
    young = now - TRUSTED_AFTER + HOUR
    await database.fetch(_HISTORY, young, now, 10, 4, 0)
    await leader.look()
    await leader.controller.run_once()
    assert sum(planned[-1].values()) == 5
    await database.fetch(_HISTORY, young - 2 * HOUR, young, 10, 4, 0)
    clock.advance(LEARN_EVERY)
    await leader.look()
    run = await forecast.run()
    assert run is not None
    assert 0.3 < run.total.late[5:].mean() < 0.5, "of the usual 4, as little is known"
    await leader.controller.run_once()
    assert sum(planned[-1].values()) == pytest.approx(5 + run.bands.upper[-1] - run.total.known.sum(), abs=1)
    assert max(planned[-1]) > 40 * 60
    clock.advance(FRESH + MINUTE)
    await leader.leading.run_once()
    await leader.controller.run_once()
    assert sum(planned[-1].values()) == 5, "an old forecast is not trusted"


def planned_demands(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[int, int]]:
    """What each decision is made for, as it comes."""
    seen: list[Mapping[int, int]] = []
    decide = Desk.decide

    def watched(desk: Desk, snapshot: Snapshot, given: Given, **more: Any) -> Any:
        seen.append(given.demand)
        return decide(desk, snapshot, given, **more)

    monkeypatch.setattr(Desk, "decide", watched)
    return seen


async def test_the_leader_scores_its_forecasts_once_an_hour_and_keeps_them_for_35_days(
    database: Database, clock: VirtualClock, leader: Leader, forecast: PostgresForecast
) -> None:
    await weekly_alarms(database, 5)
    bucket = datetime(2026, 11, 25, 7, tzinfo=UTC)
    clock.set(bucket - HOUR)
    for _ in range(13):
        await leader.look()
        clock.advance(5 * MINUTE)
    clock.set(bucket + 10 * MINUTE)
    await PostgresAlarms(database).roll()
    clock.set(bucket + 2 * HOUR)
    await leader.look()
    score = (await forecast.scores())["1h"]
    assert (score.forecasts, score.wape, score.bias, score.sup_error) == (1, 0.0, 0.0, 0.0)
    told = [event for event in leader.events if isinstance(event, ForecastScored)]
    assert [(one.lead, one.wape) for one in told] == [("1h", 0.0)]
    last = clock.now()
    clock.set(last + KEPT)
    await leader.look()
    runs = await database.fetch("select made_at from onealarm.forecast_runs order by made_at")
    assert [row["made_at"] for row in runs] == [last, clock.now()]


async def test_rings_are_counted_for_two_days_as_the_alarms_will_ring(
    database: Database, clock: VirtualClock, forecast: PostgresForecast
) -> None:
    random, alarms = Random(26), PostgresAlarms(database)
    zones = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC", "Pacific/Auckland")
    users = [await make_user(database, timezone=zone) for zone in zones]
    await database.fetch("update user_preferences set country = 'US' where timezone = 'America/New_York'")
    holiday_eve = datetime(2026, 11, 25, 12, tzinfo=UTC)
    clock.set(holiday_eve)
    made = [
        await alarms.create(
            random.choice(users),
            time=time(random.randrange(24), random.randrange(60)),
            days=tuple(sorted(random.sample(DAILY, random.randint(1, 7)))),
            skip_holidays=random.random() < 0.3,
            skip_dates=[date(2026, 11, 27)] if random.random() < 0.2 else [],
            pause=(date(2026, 11, 27), date(2026, 12, 1)) if random.random() < 0.1 else None,
        )
        for _ in range(150)
    ]
    made += [
        await make_alarm(database, wall_time=time(hour), day=date(2026, 11, day))
        for hour in (1, 13)
        for day in (26, 27)
    ]
    now = clock.now()
    for until in (now + 24 * HOUR, now + 48 * HOUR):
        expected = Counter(
            [
                (alarm.timezone, start_of(bucket_of(occurrence.ring_at)))
                for alarm in made
                for occurrence in await alarms.coming(alarm.id, user_id=None, most=5)
                if occurrence.ring_at < until
            ]
        )
        assert await forecast.rings(since=now, until=until) == expected


async def test_zones_are_of_a_group_when_their_clocks_agree_all_year(forecast: PostgresForecast) -> None:
    groups = await forecast.groups()
    assert groups["Europe/Berlin"] == groups["Europe/Paris"] == "+01:00/+02:00"
    assert groups["Africa/Lagos"] == "+01:00"
    assert groups["America/New_York"] == "-05:00/-04:00"
    assert groups["America/St_Johns"] == "-03:30/-02:30"
    assert groups["Asia/Kathmandu"] == "+05:45"
    assert groups["Australia/Sydney"] == "+11:00/+10:00"
    assert groups["UTC"] == "+00:00"
    assert len(set(groups.values())) < 80


async def test_counting_walks_the_rings_of_the_coming_hours_and_no_others(
    database: Database, database_url: str, clock: VirtualClock
) -> None:
    user = await make_user(database)
    await database.fetch(
        "insert into alarms (user_id, alarm_time_local, alarm_date)"
        " select $1, time '00:00' + n % 1440 * interval '1 minute', date '2026-11-26' + n % 30"
        " from generate_series(1, 6000) n",
        user,
    )
    day = [clock.now() + 24 * HOUR, clock.now() + 48 * HOUR]
    wanted = await database.value(
        "select count(*) from alarms where next_trigger_at >= $1 and next_trigger_at < $2", *day
    )
    async with Explainer.opened(database_url) as explainer:
        await explainer.prepare("forecast", "count_rings")
        since, until = (f"timestamptz '{instant.isoformat()}'" for instant in day)
        [plan, *_] = await explainer.plans("count_rings", since, until, "interval '15 minutes'")
    assert 100 < wanted < 400
    assert not plan.read_whole("alarms"), plan
    assert not plan.walks_astray(
        {"alarms_by_ring": "next_trigger_at", "alarms_pkey": "none", "alarms_of_user": "none"}
    ), plan
    assert plan.visited("alarms_by_ring") <= 2 * wanted + 400, "the second day's are found from those of the first"


async def weekly_alarms(database: Database, count: int) -> None:
    user = await make_user(database)
    for minute in range(count):
        await make_alarm(database, user_id=user, wall_time=time(7, minute), days=DAILY)
