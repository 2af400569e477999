"""R9 and what is planted: a model tells the news, and nothing of its own, whatever it answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest

from onealarm.briefing.facts import Edition, Facts, Game, Headline, Listener, Quote
from onealarm.briefing.facts import Event as Entry
from onealarm.briefing.script import Script
from onealarm.briefing.spoken import for_language
from onealarm.clock import SystemClock
from onealarm.events import Event, Events, StoriesWritten, StoryDropped
from onealarm.ids import WorkerId
from onealarm.pipeline.ports import Due
from onealarm.pipeline.stories import Item, Story, StoryKind
from onealarm.postgres.database import Database
from onealarm.postgres.queue import PostgresQueue
from onealarm.postgres.written import PostgresWritten
from onealarm.worker.database_time import DatabaseTime
from onealarm.writers.bespoke_writer import BespokeWriter
from onealarm.writers.grounding import flaw
from onealarm.writers.items import headlines_of, id_of
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
        self.writer = ModelWriter(TemplateWriter(channel), self.stories, told=("news", "sport", "markets"))
        self.given: list[Item] = []
        self.bespoke = BespokeWriter(TemplateWriter(channel), self)

    async def of(self, kind: StoryKind, items: Sequence[Item], *, language: str, due: Due | None) -> Sequence[Story]:
        """As ``Stories`` does; notes what the model is given."""
        self.given += items
        return await self.stories.of(kind, items, language=language, due=due)

    async def tell(self, *titles: str, language: str = "en") -> Sequence[Story]:
        return await self.stories.of("news", headlines_of(edition(*titles)), language=language, due=None)

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
        ("The council said “enough”.", "“Enough”, council says", None),
        ("The council approved <b>the tram</b> today.", "Council approves the tram", "markup"),
        ("See www.example.com for the minister.", "Minister resigns", "planted"),
        ("Shares of Acme have risen.", "Shares of Acme fall", "a direction of its own"),
        ("Shares of Acme have fallen.", "Shares of Acme fall", None),
        ("The minister will resign.", "The minister will not resign", "a direction of its own"),
        ("The council refused the tram today.", "Council approves the tram", "a direction of its own"),
        ("Brann lost to Viking.", "Brann beat Viking", "a direction of its own"),
        ("Brann was beaten by Viking.", "Brann beat Viking", "a direction of its own"),
        ("Viking beat Brann.", "Brann beat Viking", "another order"),
        ("Brann won against Viking.", "Brann beat Viking", None),
    ],
)
def test_numbers_and_names_are_compared_as_they_are_spoken(said: str, title: str, problem: str | None) -> None:
    assert flaw(said, [title], language=for_language("en")) == problem


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("Brann and Viking ended two to one yesterday.", None),
        ("Brann beat Viking two to one yesterday.", "a direction of its own"),
        ("Viking and Brann ended two to one yesterday.", "another order"),
        ("Brann and Viking ended one to two yesterday.", "another order"),
        ("The game of Brann and Viking will be played yesterday.", None),
    ],
)
def test_a_result_keeps_its_order(said: str, problem: str | None) -> None:
    """Of a verb of no known direction nothing can be said: the last one passes, and is why a model is told not to."""
    item = "Brann against Viking ended 2–1 yesterday, two to one."
    assert flaw(said, [item], language=for_language("en"), ordered=True) == problem


@pytest.mark.parametrize(
    ("said", "title", "problem"),
    [
        ("Die Aktien von Acme sind gestiegen.", "Aktien von Acme fallen", "a direction of its own"),
        ("Die Aktien von Acme fallen.", "Aktien von Acme fallen", None),
        ("Der Minister tritt zurück.", "Minister tritt nicht zurück", "a direction of its own"),
        ("Brann wurde von Viking geschlagen.", "Brann besiegt Viking", "a direction of its own"),
        ("Viking besiegt Brann.", "Brann besiegt Viking", "another order"),
    ],
)
def test_german_goes_the_same_way(said: str, title: str, problem: str | None) -> None:
    assert flaw(said, [title], language=for_language("de")) == problem


@pytest.mark.parametrize(
    ("said", "item"),
    [
        (
            "Expect a low of 20 degrees and a high of 10 degrees.",
            "Expect a high of 20 degrees and a low of 10 degrees.",
        ),
        ("The sun sets at 7:10 and rises at 18:20.", "The sun rises at 7:10 and sets at 18:20."),
        ("Arsenal play Chelsea tomorrow at eight.", "Arsenal play Chelsea today at eight."),
        ("It is seven in the evening.", "It is seven in the morning."),
    ],
)
def test_which_figure_is_which_stays(said: str, item: str) -> None:
    assert flaw(said, [item], language=for_language("en"), ordered=True) in {"another order", "a direction of its own"}
    assert flaw(item, [item], language=for_language("en"), ordered=True) is None


async def test_what_two_items_say_is_not_mixed(newsroom: Newsroom) -> None:
    given = [Item("a", "Inflation in Turkey hit 9 percent"), Item("b", "Strike in France")]
    mixed = '{"items": [{"source_item_ids": ["a", "b"], "spoken": "Inflation in France hit 9 percent."}]}'
    assert newsroom.stories._judge(mixed, None, given, for_language("en"))[0] == []


async def test_who_has_little_time_does_not_wait_for_a_slow_model(newsroom: Newsroom, standin: StandIn) -> None:
    standin.faults.put("chat", "hang")
    now = newsroom.stories._time.now()
    due, items = Due(now + timedelta(seconds=20), now + timedelta(seconds=0.4)), headlines_of(edition(*TITLES))
    slow = asyncio.create_task(newsroom.tell(*TITLES))
    hasty = asyncio.create_task(newsroom.stories.of("news", items, language="en", due=due))  # begins after it
    assert await asyncio.wait_for(hasty, 10) == ()
    assert not slow.done()
    slow.cancel()


GAME: Final = Game("Brann", "Viking", NOW - timedelta(hours=10), "final", 2, 1)
QUOTE: Final = Quote("ACME", "Acme", 123.45, -1.2, NOW.date() - timedelta(days=1), "USD")


def facts(language: str = "en", name: str = "Sarah") -> Facts:
    one = edition(*(GERMAN_TITLES if language == "de" else TITLES))
    return Facts(
        NOW,
        Listener(language=language, name=name),
        label="dentist",
        headlines=one.headlines,
        editions=(one,),
        games=(GAME,),
        quotes=(QUOTE,),
        events=(Entry("Lunch with Montgomery", NOW + timedelta(hours=6), NOW + timedelta(hours=7)),),
    )


def sections(script: Script) -> dict[str, str]:
    return {section.kind: section.display for section in script.sections}


@pytest.mark.parametrize(("language", "says"), [("en", ", it is reported."), ("de", ", heißt es.")])
async def test_a_model_tells_a_game_and_a_quote_once_for_all_who_follow_them(
    newsroom: Newsroom, standin: StandIn, database: Database, language: str, says: str
) -> None:
    told = sections(await newsroom.writer.write(facts(language)))
    assert (told["sport"].count(says), told["markets"].count(says)) == (1, 1)
    assert "Brann" in told["sport"]
    assert "123" in told["markets"]
    assert says not in told["greeting"] + told["date"] + told["calendar"] + told["closing"]
    assert await calls(standin) == 3
    assert sections(await newsroom.writer.write(facts(language, name="Tom")))["sport"] == told["sport"]
    assert await calls(standin) == 3
    kinds = await database.fetch("select kind from onealarm.written order by 1")
    assert [row["kind"] for row in kinds] == ["markets", "news", "sport"]


async def test_a_game_and_a_quote_keep_the_words_of_the_template_when_the_model_makes_things_up(
    newsroom: Newsroom, standin: StandIn
) -> None:
    plain = sections(await TemplateWriter(Events([])).write(facts()))
    standin.faults.put("chat", "fabricates")
    told = sections(await newsroom.writer.write(facts()))
    assert told == plain


async def test_a_bespoke_script_is_all_of_the_models_but_what_is_personal(newsroom: Newsroom, standin: StandIn) -> None:
    script = await newsroom.bespoke.write(facts())
    told = sections(script)
    assert list(told) == ["greeting", "date", "news", "sport", "markets", "calendar", "closing"]
    assert all(", it is reported." in told[kind] for kind in ("date", "news", "sport", "markets"))
    assert "Sarah" in told["greeting"]
    assert await calls(standin) == 1
    given = " ".join(item.text for item in newsroom.given)
    assert "4,300 seabirds" in given
    assert not [private for private in ("Sarah", "dentist", "Lunch") if private in given]


async def test_a_bespoke_script_lacks_nothing_that_the_model_left_out(newsroom: Newsroom) -> None:
    script = await TemplateWriter(Events([])).write(facts())
    [date] = [section for section in script.sections if section.kind == "date"]
    first, *others = date.sentences

    class OneStory:
        async def of(
            self, kind: StoryKind, items: Sequence[Item], *, language: str, due: Due | None
        ) -> Sequence[Story]:
            return [Story(f"As ever: {first.display}", (id_of(first),))]

    [told] = [
        one
        for one in (await BespokeWriter(TemplateWriter(Events([])), OneStory()).write(facts())).sections
        if one.kind == "date"
    ]
    assert [one.display for one in told.sentences] == [f"As ever: {first.display}", *(one.display for one in others)]


@pytest.mark.parametrize("fault", ["fabricates", "refusal", "quota"])
async def test_a_bespoke_script_falls_back_on_the_templates(newsroom: Newsroom, standin: StandIn, fault: str) -> None:
    standin.faults.put("chat", fault)
    assert await newsroom.bespoke.write(facts()) == await TemplateWriter(Events([])).write(facts())
