"""Editions: each topic is collected by one process of the fleet, kept for everybody, and forgotten after a week."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, get_args
from uuid import uuid4

from onealarm.alarms.preferences import Preferences
from onealarm.briefing.facts import Headline, Listener, Place
from onealarm.briefing.topics import TopicKind, news_topic, weather_topic
from onealarm.clock import SystemClock
from onealarm.errors import SourceUnavailable
from onealarm.ids import UserId, WorkerId
from onealarm.maintenance.editor import Editor
from onealarm.pipeline.editions import Content
from onealarm.pipeline.newsroom import Newsroom
from onealarm.pipeline.wanting import topics_of
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.database import Database
from onealarm.postgres.editions import PostgresEditions
from onealarm.postgres.people import PostgresPeople
from onealarm.postgres.queue import PostgresQueue
from tests.support.clock import NOON, VirtualClock
from tests.support.content import FETCHED, Vendors
from tests.support.plans import Explainer
from tests.support.sessions import Session, one_behind_the_other

SOON: Final = timedelta(seconds=10)
WORLD: Final = news_topic(language="en", category="world")
STORY: Final = Headline("Storm hits the coast", "Wire", "https://news.example/1", FETCHED, FETCHED)


def vendors() -> Vendors:
    made = Vendors()
    made.news.feeds["en:world"] = (STORY,)
    return made


def newsroom(database: Database, asked: Vendors, worker: WorkerId | None = None) -> Newsroom:
    return Newsroom(
        PostgresEditions(database), desks=asked.desks, worker=worker or WorkerId(uuid4()), clock=SystemClock()
    )


async def listener(database: Database, ahead: timedelta = timedelta(minutes=30), **wanted: object) -> UserId:
    """A user whose alarm rings that far from noon, in Berlin."""
    user = await PostgresPeople(database).create(Preferences(timezone="Europe/Berlin", **wanted))  # type: ignore[arg-type]
    ring = (NOON + ahead + timedelta(hours=1)).time()
    await PostgresAlarms(database).create(
        user.id, time=ring, date=date(2026, 11, 24), days=None, timezone="Europe/Berlin"
    )
    return user.id


async def test_an_edition_is_kept_as_it_was_collected(database: Database) -> None:
    asked = vendors()
    for _ in range(2):
        found = await newsroom(database, asked).collect([WORLD], within=SOON)
        assert found.contents[WORLD].items == (STORY,)
        assert found.contents[WORLD].credits["de"][0].attribution == "Von Wire."
    assert asked.news.asked == ["en:world"]
    row = await database.row("select topic, kind, items, edition_at from daily_content")
    assert row is not None
    assert (row["topic"], row["kind"], row["edition_at"]) == ("news/en/world", "news", NOON)
    [item] = row["items"]
    assert (item["id"], item["source"], item["url"]) == (STORY.id, "Wire", "https://news.example/1")
    assert datetime.fromisoformat(item["fetched_at"]) == FETCHED


async def test_every_kind_comes_back_as_it_was(database: Database) -> None:
    asked = vendors()
    wanted = topics_of(
        Listener(
            place=Place("Oslo", 59.91, 10.75), news_categories=("world",), teams=("7",), tickers=("A", "NONE", "B")
        ),
        ring_at=NOON,
        has_weather=False,
    )
    first = await newsroom(database, asked).collect(wanted, within=SOON)
    again = await newsroom(database, asked).collect(wanted, within=SOON)
    assert {topic: one.items for topic, one in first.contents.items()} == {
        topic: one.items for topic, one in again.contents.items()
    }
    assert asked.markets.asked == ["A,NONE,B"]  # in one question
    assert [len(again.contents[one].items) for one in wanted if one.kind == "markets"] == [1, 0, 1]
    assert asked.weather.places == [Place("", 59.9, 10.8)]


async def test_two_processes_at_once_ask_once(database: Database) -> None:
    asked = vendors()
    asked.news.hold = asyncio.Event()
    first = asyncio.create_task(newsroom(database, asked).collect([WORLD], within=SOON))
    await asked.news.arrived.wait()
    look = await PostgresEditions(database).find_or_claim([WORLD], worker=WorkerId(uuid4()), collecting=())
    assert not look.ours
    second = asyncio.create_task(newsroom(database, asked).collect([WORLD], within=SOON))
    asked.news.hold.set()
    assert (await first).finished == [WORLD]
    found = await second
    assert found.finished == []
    assert found.contents[WORLD].items == (STORY,)
    assert asked.news.asked == ["en:world"]


async def test_many_briefings_of_one_process_ask_once(database: Database) -> None:
    asked, together = vendors(), 20
    room = newsroom(database, asked)
    found = await asyncio.gather(*(room.collect([WORLD], within=SOON) for _ in range(together)))
    assert [one.contents[WORLD].items for one in found] == [(STORY,)] * together
    assert asked.news.asked == ["en:world"]


async def test_of_two_looks_at_the_same_moment_one_gets_the_claim(database: Database) -> None:
    library = PostgresEditions(database)
    looks = await asyncio.gather(
        *(library.find_or_claim([WORLD], worker=WorkerId(uuid4()), collecting=()) for _ in range(8))
    )
    assert sorted(len(look.ours) for look in looks) == [0] * 7 + [1]


async def test_who_claims_while_the_other_does_waits_and_gets_nothing(
    database: Database, one: Session, other: Session
) -> None:
    first, second = (
        PostgresEditions(at).find_or_claim([WORLD], worker=WorkerId(uuid4()), collecting=()) for at in (one, other)
    )
    won, lost = await one_behind_the_other(database, one, first, other, second)
    assert not isinstance(lost, Exception)
    assert (set(won.ours), set(lost.ours)) == ({WORLD}, set())


async def test_who_claims_while_the_edition_is_finished_does_not_collect_it_again(
    database: Database, one: Session, other: Session
) -> None:
    look = await PostgresEditions(database).find_or_claim([WORLD], worker=WorkerId(uuid4()), collecting=())
    finish = PostgresEditions(one).finish(
        Content(WORLD, NOON, (STORY,), {}), token=look.ours[WORLD], valid_until=NOON + timedelta(hours=6)
    )
    claim = PostgresEditions(other).find_or_claim([WORLD], worker=WorkerId(uuid4()), collecting=())
    finished, lost = await one_behind_the_other(database, one, finish, other, claim)
    assert finished
    assert not isinstance(lost, Exception)
    assert not lost.ours


async def test_a_claim_is_taken_over_when_its_worker_is_dead_and_what_he_brings_is_refused(
    database: Database, clock: VirtualClock
) -> None:
    library, dead, heir = PostgresEditions(database), WorkerId(uuid4()), WorkerId(uuid4())
    lost = await library.find_or_claim([WORLD], worker=dead, collecting=())
    assert not (await library.find_or_claim([WORLD], worker=heir, collecting=())).ours
    await PostgresQueue(database).beat(dead)
    clock.set(NOON + timedelta(seconds=14))
    await PostgresQueue(database).beat(dead)
    clock.set(NOON + timedelta(seconds=20))  # the claim is old, but its worker beats
    assert not (await library.find_or_claim([WORLD], worker=heir, collecting=())).ours
    clock.set(NOON + timedelta(seconds=40))
    taken = await library.find_or_claim([WORLD], worker=heir, collecting=())
    late = Content(WORLD, NOON, (STORY,), {})
    assert not await library.finish(late, token=lost.ours[WORLD], valid_until=NOON + timedelta(hours=6))
    assert await library.finish(late, token=taken.ours[WORLD], valid_until=NOON + timedelta(hours=6))


async def test_a_worker_takes_its_own_forgotten_claim(database: Database) -> None:
    library, worker = PostgresEditions(database), WorkerId(uuid4())
    await library.find_or_claim([WORLD], worker=worker, collecting=())
    assert not (await library.find_or_claim([WORLD], worker=worker, collecting=[WORLD])).ours
    assert (await library.find_or_claim([WORLD], worker=worker, collecting=())).ours


async def test_a_source_that_fails_is_left_alone_for_longer_each_time(database: Database, clock: VirtualClock) -> None:
    asked = vendors()
    asked.news.fails = SourceUnavailable("wire", "answered 500")
    now, pauses = NOON, (5, 10, 20, 40, 60, 60)
    for number, minutes in enumerate(pauses, start=1):
        found = await newsroom(database, asked).collect([WORLD], within=SOON)
        assert found.missing == {WORLD: "wire: answered 500"}
        clock.set(now + timedelta(minutes=minutes, seconds=-1))
        found = await newsroom(database, asked).collect([WORLD], within=SOON)
        assert found.missing == {WORLD: "wire: answered 500"}
        assert len(asked.news.asked) == number
        now += timedelta(minutes=minutes)
        clock.set(now)
    asked.news.fails = None
    assert (await newsroom(database, asked).collect([WORLD], within=SOON)).contents[WORLD].items == (STORY,)


async def test_the_pause_that_a_source_asks_for_is_kept(database: Database, clock: VirtualClock) -> None:
    asked = vendors()
    asked.news.fails = SourceUnavailable("wire", "answered 429", wait=timedelta(minutes=2))
    for minute, questions in ((0, 1), (1, 1), (2, 2)):
        clock.set(NOON + timedelta(minutes=minute))
        await newsroom(database, asked).collect([WORLD], within=SOON)
        assert len(asked.news.asked) == questions


async def test_an_older_edition_is_told_while_its_source_fails_and_not_for_ever(
    database: Database, clock: VirtualClock
) -> None:
    asked = vendors()
    await newsroom(database, asked).collect([WORLD], within=SOON)
    asked.news.fails = SourceUnavailable("wire", "answered 500")
    clock.set(NOON + timedelta(hours=7))
    found = await newsroom(database, asked).collect([WORLD], within=SOON)
    assert found.contents[WORLD].items == (STORY,)
    assert found.failed == {WORLD: "wire: answered 500"}
    clock.set(NOON + timedelta(hours=19))
    found = await newsroom(database, asked).collect([WORLD], within=SOON)
    assert found.contents == {}
    assert found.missing == {WORLD: "wire: answered 500"}


async def test_who_has_no_time_is_not_kept_waiting(database: Database) -> None:
    asked = vendors()
    asked.news.hold = asyncio.Event()
    found = await newsroom(database, asked).collect([WORLD], within=timedelta(milliseconds=50))
    assert found.missing == {WORLD: "news: timed out"}


async def test_somebody_elses_hurry_costs_others_seconds_only(database: Database, clock: VirtualClock) -> None:
    asked = vendors()
    asked.news.hold = asyncio.Event()
    await newsroom(database, asked).collect([WORLD], within=timedelta(milliseconds=50))
    asked.news.hold = None
    clock.set(NOON + timedelta(seconds=11))
    assert (await newsroom(database, asked).collect([WORLD], within=SOON)).contents[WORLD].items == (STORY,)


async def test_one_feed_that_fails_costs_its_own_headlines(database: Database) -> None:
    asked = vendors()
    room = Newsroom(
        PostgresEditions(database),
        desks=replace(asked.desks, feeds=lambda language, category: ("gone", "en:world")),
        worker=WorkerId(uuid4()),
        clock=SystemClock(),
    )
    assert (await room.collect([WORLD], within=SOON)).contents[WORLD].items == (STORY,)


async def test_the_editor_collects_what_the_coming_alarms_want_and_no_more(database: Database) -> None:
    asked = vendors()
    asked.news.feeds["de:world"] = (STORY,)
    await listener(database, timedelta(minutes=61), language="de-AT", news_categories=("world",), teams=("7",))
    await listener(database, timedelta(minutes=62), news_categories=("world",), tickers=("A",), include_markets=False)
    await listener(database, timedelta(minutes=62), place_name="Oslo", latitude=59.91, longitude=10.75)
    await listener(database, timedelta(minutes=64), news_categories=("business",))  # work begins in six minutes
    editor = Editor(PostgresEditions(database), newsroom(database, asked))
    edited = await editor.edit()
    assert {topic.key for topic in edited.collected} == {
        "news/de/world", "news/en/world", "sport/7", "weather/59.9,10.8/2026-11-24/Europe/Berlin",
    }  # fmt: skip
    assert await editor.run_once() == 0  # all of it is fresh now
    assert sorted(asked.news.asked) == ["de:world", "en:world"]
    assert asked.markets.asked == []


async def test_the_earliest_ring_comes_first_then_what_most_want(database: Database) -> None:
    for ahead, team in ((50, "1"), (51, "2"), (52, "2"), (20, "3")):
        await listener(database, timedelta(minutes=ahead), teams=(team,))
    wanted = await PostgresEditions(database).wanted(ahead=timedelta(minutes=5), limit=10)
    assert [(one.topic.key, one.alarms) for one in wanted] == [("sport/3", 1), ("sport/2", 2), ("sport/1", 1)]
    assert wanted[0].first_ring_at == NOON + timedelta(minutes=20)
    assert len(await PostgresEditions(database).wanted(ahead=timedelta(minutes=5), limit=2)) == 2


async def test_a_client_that_tells_the_weather_needs_no_forecast(database: Database) -> None:
    user = await listener(database, place_name="Oslo", latitude=59.91, longitude=10.75)
    await database.fetch("insert into weather_data (user_id, current_temp) values ($1, 3)", user)
    assert await PostgresEditions(database).wanted(ahead=timedelta(minutes=5), limit=10) == []


async def test_editions_and_topics_are_forgotten_after_a_week(database: Database, clock: VirtualClock) -> None:
    await newsroom(database, vendors()).collect([WORLD], within=SOON)
    clock.set(NOON + timedelta(days=6, hours=23))
    assert await PostgresEditions(database).forget() == 0
    clock.set(NOON + timedelta(days=7, seconds=1))
    assert await PostgresEditions(database).forget() == 2
    assert await database.value("select count(*) from onealarm.topics") == 0


async def test_database_and_rules_round_a_place_to_the_same_cell(database: Database) -> None:
    """Every twentieth of a degree, and what lies just beside it."""
    places = [n / 20 + more for n in range(-1800, 1801) for more in (0.0, 1e-9, -1e-9)]
    rows = await database.fetch("select round(p::numeric, 1)::text as cell from unnest($1::float8[]) as p", places)
    mine = [weather_topic(one, 0, day=NOON.date(), zone="UTC").parts[0].split(",")[0] for one in places]
    assert [row["cell"] for row in rows] == mine


async def test_what_is_wanted_is_found_by_the_index_of_the_queue(database_url: str, database: Database) -> None:
    await listener(database, teams=("1",))
    await database.fetch(
        "insert into onealarm.live_jobs (alarm_id, user_id, ring_at, scheduled_for)"
        " select gen_random_uuid(), gen_random_uuid(), r, r - onealarm.lead()"
        " from (select onealarm.now() + n * interval '10 seconds' as r from generate_series(1, 20000) n) as rings"
    )
    await database.fetch("analyze onealarm.live_jobs")
    async with Explainer.opened(database_url) as explainer:
        await explainer._connection.execute("select set_config('onealarm.now', $1, false)", NOON.isoformat())
        await explainer.prepare("editions", "list_wanted_topics")
        kinds = "array['" + "','".join(get_args(TopicKind)) + "']"
        [plan, *_] = await explainer.plans("list_wanted_topics", "interval '5 minutes'", "100000", "200", kinds)
        assert not plan.read_whole("live_jobs"), plan
