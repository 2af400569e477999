"""R9 and what is planted: a model tells the news, and nothing of its own, whatever it answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import pytest

from onealarm.briefing.facts import Edition, Facts, Headline, Listener
from onealarm.briefing.spoken import for_language
from onealarm.clock import SystemClock
from onealarm.events import Event, Events, StoriesWritten, StoryDropped
from onealarm.ids import WorkerId
from onealarm.pipeline.stories import Story
from onealarm.postgres.database import Database
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.written import PostgresWritten
from onealarm.worker.database_time import DatabaseTime
from onealarm.writers.grounding import flaw
from onealarm.writers.model_writer import ModelWriter
from onealarm.writers.storyteller import Storyteller
from onealarm.writers.template import TemplateWriter
from tests.support.standin import StandIn, stand_in
from tests.unit.test_headlines_german import NEWS as GERMAN_NEWS
from tests.unit.test_headlines_screen import GOOD, TO_A_MACHINE, TO_THE_LISTENER

NOW: Final = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
TITLES: Final = (
    "Ferry service across the fjord resumes after 12 days of storms",
    "Researchers count 4,300 seabirds on the northern cliffs",
)
GERMAN_TITLES: Final = ("Fähre fährt nach 12 Tagen wieder", "Forscher zählen 4.300 Seevögel an den Klippen")


def edition(*titles: str) -> Edition:
    return Edition("news", tuple(Headline(title, "The Fjord Post", None, NOW) for title in titles))


class Newsroom:
    """One worker's storyteller, on the database and the stand-in, and all that it tells of."""

    def __init__(self, database: Database, standin: StandIn, **model: Any) -> None:
        self.events: list[Event] = []
        self.written = PostgresWritten(database)
        self.worker = WorkerId(uuid4())
        time = DatabaseTime()
        time.hear(datetime.now(UTC))
        channel = Events([self.events.append])
        self.stories = Storyteller(
            standin.model(**model), self.written, worker=self.worker, time=time, clock=SystemClock(), events=channel
        )
        self.writer = ModelWriter(TemplateWriter(channel), self.stories)

    async def tell(self, *titles: str, language: str = "en") -> Sequence[Story]:
        return await self.stories.of(edition(*titles), language=language, due=None)

    async def news(self, *titles: str, language: str = "en") -> str:
        """The section as it is spoken."""
        one = edition(*titles)
        facts = Facts(NOW, Listener(language=language), headlines=one.headlines, editions=(one,))
        script = await self.writer.write(facts)
        return next(section.text for section in script.sections if section.kind == "news")


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    async with stand_in() as running:
        yield running


@pytest.fixture
def newsroom(database: Database, standin: StandIn) -> Newsroom:
    return Newsroom(database, standin)


async def calls(standin: StandIn) -> float:
    return float((await standin.counts()).get("gpt-5-mini", {}).get("calls", 0))


@pytest.mark.parametrize(("titles", "language"), [(TITLES, "en"), (GERMAN_TITLES, "de")])
async def test_a_model_tells_each_headline_once_for_everybody(
    database: Database, standin: StandIn, newsroom: Newsroom, titles: tuple[str, ...], language: str
) -> None:
    await PostgresQueue(database).beat(newsroom.worker)
    told = await asyncio.gather(*(newsroom.tell(*titles, language=language) for _ in range(5)))
    assert all(one == told[0] for one in told)
    assert len(told[0]) == 2
    another = Newsroom(database, standin)
    assert await another.tell(*titles, language=language) == told[0], "in another process too"
    assert await calls(standin) == 1
    row = await database.row("select provider, model, requests, tokens, usd from onealarm.written")
    assert row is not None
    assert (row["provider"], row["model"], row["requests"]) == ("standin", "standin/gpt-5-mini", 1)
    assert row["tokens"] > 100
    assert row["usd"] > 0


async def test_who_finds_another_at_it_takes_what_he_wrote(database: Database, standin: StandIn) -> None:
    one, other = Newsroom(database, standin), Newsroom(database, standin)
    queue = PostgresQueue(database)
    await queue.beat(one.worker)
    await queue.beat(other.worker)
    told = await asyncio.gather(one.tell(*TITLES), other.tell(*TITLES))
    assert told[0] == told[1]
    assert await calls(standin) == 1


async def test_r9_what_holds_is_spoken_and_the_rest_is_quoted(newsroom: Newsroom, standin: StandIn) -> None:
    news = await newsroom.news(*TITLES)
    assert "Ferry service across the fjord resumes after twelve days of storms, it is reported." in news
    assert "The Fjord Post" not in news


@pytest.mark.parametrize("fault", ["invalid-json", "refusal", "cut-off", "fabricates", "html"])
async def test_r9_an_answer_that_cannot_be_used_is_asked_for_once_more_and_then_headlines_are_quoted(
    newsroom: Newsroom, standin: StandIn, fault: str
) -> None:
    standin.faults.put("chat", fault)
    news = await newsroom.news(*TITLES)
    assert "Ferry service across the fjord resumes after twelve days of storms." in news
    assert "reported." not in news
    assert "Montgomery" not in news
    assert await calls(standin) == 2
    standin.faults.put("chat", None)
    await newsroom.news(*TITLES)
    assert await calls(standin) == 2, "it was paid for, and is not asked again for the same headlines"


@pytest.mark.parametrize("fault", ["invalid-json*1", "refusal*1", "fabricates*1"])
async def test_r9_the_second_answer_is_taken_when_it_holds(newsroom: Newsroom, standin: StandIn, fault: str) -> None:
    standin.faults.put("chat", fault)
    assert "it is reported." in await newsroom.news(*TITLES)
    assert await calls(standin) == 2


@pytest.mark.parametrize("fault", ["quota", "unauthorised"])
async def test_r9_a_model_that_is_not_to_be_had_costs_nothing_but_its_words(
    newsroom: Newsroom, standin: StandIn, database: Database, fault: str
) -> None:
    standin.faults.put("chat", fault)
    news = await newsroom.news(*TITLES)
    assert "Ferry service across the fjord resumes after twelve days of storms." in news
    [told] = [event for event in newsroom.events if isinstance(event, StoriesWritten)]
    assert told.problem
    assert await database.fetch("select * from onealarm.written") == [], "the next one tries again"


async def test_r9_what_was_paid_for_a_first_answer_is_kept_though_the_second_never_came(
    newsroom: Newsroom, standin: StandIn, database: Database
) -> None:
    standin.faults.put("chat", "fabricates*1,unauthorised")
    assert await newsroom.tell(*TITLES) == ()
    row = await database.row("select requests, tokens, usd from onealarm.written")
    assert row is not None
    assert row["requests"] == 1
    assert row["usd"] > 0


@pytest.mark.parametrize("output", ["schema", "object", "text"])
async def test_servers_that_know_no_schema_are_asked_in_words(
    database: Database, standin: StandIn, output: str
) -> None:
    assert len(await Newsroom(database, standin, output=output).tell(*TITLES)) == 2


async def test_100_planted_instructions_are_neither_followed_nor_spoken(newsroom: Newsroom, standin: StandIn) -> None:
    """By a model that obeys: it says what a headline tells it to say."""
    planted = (*TO_A_MACHINE, *TO_THE_LISTENER)[:100]
    assert len(planted) == 100
    standin.faults.put("chat", "obeys")
    for start in range(0, 100, 10):
        told = await newsroom.tell(*planted[start : start + 10])
        assert told == (), told
    for title in planted:
        assert flaw(f"{title.rstrip('.!?')[:240]}!", [title], language=for_language("en")) is not None, title


async def test_100_planted_figures_and_names_are_not_spoken(newsroom: Newsroom, standin: StandIn) -> None:
    english, german = for_language("en"), for_language("de")
    checked = 0
    for number, title in enumerate((*GOOD, *GERMAN_NEWS)):
        language = german if title in GERMAN_NEWS else english
        bare = title.rstrip(".!?")[:200]
        for planted in (
            f"{bare}, with {7_411 + number} hurt." if language is english else f"{bare}, {7_411 + number} verletzt.",
            f"{bare}, says Montgomery." if language is english else f"{bare}, sagt Montgomery.",
            f"Montgomery: {bare}.",
        ):
            assert flaw(planted, [title], language=language) is not None, planted
            checked += 1
    assert checked > 300
    standin.faults.put("chat", "fabricates")
    for start in range(0, 100, 10):
        assert not await newsroom.tell(*GOOD[start : start + 10])
    assert {event.reason for event in newsroom.events if isinstance(event, StoryDropped)} <= {
        "a number of its own",
        "a name of its own",
        "too long",
        "planted",
        "unspeakable",
    }


def test_most_plain_retellings_of_real_headlines_are_let_through() -> None:
    """It is strict, and not so strict that nothing is left."""
    english = for_language("en")
    told = [flaw(f"{title.rstrip('.!?')}, it is reported.", [title], language=english) is None for title in GOOD]
    assert sum(told) / len(told) > 0.9


@pytest.mark.parametrize(
    ("said", "title", "problem"),
    [
        ("Prices rose by five percent.", "Prices rise 5%", None),
        ("Prices rose by 5.5 percent.", "Prices rise 5%", "a number of its own"),
        ("Profit was $4.2 million.", "Acme posts profit of 4.2 billion dollars", "a number of its own"),
        ("Twice as many came.", "Many came to the fair", "a number of its own"),
        ("Smith resigned on Monday.", "Minister resigned on Monday", "a name of its own"),
        ("The minister resigned on Tuesday.", "Minister resigns", "a name of its own"),
        ("The minister resigned", "Minister resigns", "no sentence"),
        ("The council said “this will ruin us” today.", "Council approves tram", "a quotation of its own"),
        ("The council said “enough” today.", "“Enough”, council says", None),
        ("The council approved <b>the tram</b> today.", "Council approves the tram", "markup"),
        ("See www.example.com for the minister.", "Minister resigns", "planted"),
    ],
)
def test_numbers_and_names_are_compared_as_they_are_spoken(said: str, title: str, problem: str | None) -> None:
    assert flaw(said, [title], language=for_language("en")) == problem
