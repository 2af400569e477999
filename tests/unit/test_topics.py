"""Topics, how long editions are good for, degrees, and what has been heard."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from onealarm.briefing.facts import Game, Headline, Listener, Place, Quote, Weather
from onealarm.briefing.heard import MOST_REMEMBERED, to_remember, without_heard
from onealarm.briefing.topics import Topic, cell_of, news_topic, valid_until, weather_topic
from onealarm.briefing.units import in_unit, usual_unit
from onealarm.errors import BadInput
from onealarm.http.addresses import AddressGuard
from onealarm.pipeline.wanting import topics_of
from onealarm.sources.categories import category_feeds, read_categories

NOW: Final = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("latitude", "longitude", "cell"),
    [
        (52.52, 13.405, "52.5,13.4"),
        (52.25, -0.05, "52.3,-0.1"),
        (-0.04, 0.0, "0.0,0.0"),
        (-33.87, 151.21, "-33.9,151.2"),
    ],
)
def test_a_place_is_told_to_a_source_as_its_cell(latitude: float, longitude: float, cell: str) -> None:
    topic = weather_topic(latitude, longitude, day=date(2026, 11, 25), zone="Europe/Berlin")
    assert topic.key == f"weather/{cell}/2026-11-25/Europe/Berlin"
    place, day, zone = cell_of(topic)
    assert (f"{place.latitude},{place.longitude}", day, zone) == (cell, date(2026, 11, 25), "Europe/Berlin")
    assert place.name == ""


def test_the_region_of_a_language_makes_no_other_topic() -> None:
    assert news_topic(language="de-AT", category="world") == Topic("news", "news/de/world")


def test_only_what_is_wanted_is_a_topic() -> None:
    listener = Listener(place=Place("Oslo", 59.91, 10.75), news_categories=("world",), teams=("1",), tickers=("SPX",))
    keys = [topic.key for topic in topics_of(listener, ring_at=NOW, has_weather=False)]
    assert keys == ["weather/59.9,10.8/2026-11-25/UTC", "news/en/world", "sport/1", "markets/SPX"]
    quiet = Listener(
        place=listener.place,
        news_categories=("world",),
        teams=("1",),
        tickers=("SPX",),
        include_news=False,
        include_sport=False,
        include_markets=False,
    )
    assert topics_of(quiet, ring_at=NOW, has_weather=True) == ()


def game(status: str, starts_at: datetime) -> Game:
    return Game("A", "B", starts_at, status)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("games", "after"),
    [
        ((), timedelta(hours=6)),
        ((game("playing", NOW - timedelta(hours=1)),), timedelta(minutes=15)),
        ((game("scheduled", NOW - timedelta(hours=1)),), timedelta(minutes=15)),
        ((game("scheduled", NOW - timedelta(hours=9)),), timedelta(hours=6)),
        ((game("scheduled", NOW + timedelta(hours=2)),), timedelta(hours=2)),
        ((game("final", NOW - timedelta(hours=9)), game("scheduled", NOW + timedelta(days=2))), timedelta(hours=6)),
    ],
)
def test_sport_is_asked_again_as_its_games_go_on(games: tuple[Game, ...], after: timedelta) -> None:
    assert valid_until("sport", games, now=NOW) == NOW + after


@pytest.mark.parametrize(("session", "hours"), [(date(2026, 11, 25), 1), (date(2026, 11, 24), 4)])
def test_quotes_are_asked_again_soon_while_they_may_move(session: date, hours: int) -> None:
    assert valid_until("markets", [Quote("A", "A", 1.0, None, session)], now=NOW) == NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("country", "language", "unit"),
    [
        ("US", "de", "F"),
        ("DE", "en", "C"),
        (None, "en", "F"),
        (None, "en-GB", "C"),
        (None, "de", "C"),
        (None, "en-US", "F"),
    ],
)
def test_the_unit_is_the_usual_one(country: str | None, language: str, unit: str) -> None:
    assert usual_unit(country, language) == unit


def test_degrees_are_converted_both_ways() -> None:
    celsius = Weather(updated_at=NOW, current_temp=-40.0, high_temp=0.0, low_temp=None, unit="C")
    fahrenheit = in_unit(celsius, "F")
    assert (fahrenheit.current_temp, fahrenheit.high_temp, fahrenheit.low_temp) == (-40.0, 32.0, None)
    assert in_unit(fahrenheit, "C") == celsius
    assert in_unit(celsius, "C") is celsius


def headline(title: str, publisher: str = "A", *, published_at: datetime | None = None) -> Headline:
    return Headline(title, publisher, None, NOW, published_at)


TRAM: Final = headline("City council approves new tram line after long debate")
TRAM_AGAIN: Final = headline(
    "Council approves the new tram line after a debate", "B", published_at=NOW - timedelta(days=1)
)
TRAM_UPDATE: Final = headline("Council approves new tram line: mayor debates it", "C", published_at=NOW)
STORM: Final = headline("Storm hits the coast")


def test_a_story_that_was_heard_is_not_told_again_by_another_publisher() -> None:
    heard = {TRAM.id: NOW - timedelta(hours=20)}
    assert without_heard([TRAM, TRAM_AGAIN, STORM], heard) == (STORM,)


def test_a_story_that_has_something_new_is_told() -> None:
    heard = {TRAM.id: NOW - timedelta(hours=20)}
    assert without_heard([TRAM, TRAM_UPDATE], heard) == (TRAM_UPDATE,)


def test_a_story_is_remembered_with_all_that_tell_it() -> None:
    assert set(to_remember([TRAM], [TRAM, TRAM_AGAIN, STORM])) == {TRAM.id, TRAM_AGAIN.id}
    many = [headline(f"Story {number} of the day {number}") for number in range(200)]
    assert len(to_remember(many, many)) == MOST_REMEMBERED


def test_feeds_of_a_category_are_the_operators_else_the_vendors() -> None:
    guard = AddressGuard(())
    settings = read_categories({"categories": {"en": {"business": ["https://news.example/b.xml"]}}}, guard=guard)
    feeds = category_feeds(settings, vendors={"guardian", "wikimedia"})
    assert feeds("en", "business") == ("https://news.example/b.xml",)
    assert feeds("en", "sports") == ("guardian:sport",)
    assert feeds("de", "general") == ("wikimedia:de",)
    assert feeds("de", "sports") == ()


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ({"categories": {"en": {"weather": []}}}, "sources"),
        ({"categories": {"en": {"world": ["ftp://a.example/"]}}}, "sources.categories.en.world.0"),
        ({"categories": {"en": {"world": "https://a.example/"}}}, "sources.categories.en.world"),
    ],
)
def test_categories_that_cannot_be_used_are_refused(table: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_categories(table, guard=AddressGuard(()))
    assert refused.value.field == field
