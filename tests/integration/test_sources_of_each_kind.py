"""What each vendor's answers come to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from onealarm.briefing.facts import Event, Game, Place
from onealarm.errors import BadInput, SourceUnavailable
from onealarm.http.fetcher import Fetcher, FetchLimits
from onealarm.processes import ChildProcesses
from onealarm.sources.allowance import Allowance
from onealarm.sources.budget import Budget
from onealarm.sources.build import Sources, build_sources
from onealarm.sources.calendar_url import CalendarUrl
from onealarm.sources.settings import read_settings
from tests.support import vendor_server as vendors
from tests.support.clock import VirtualClock
from tests.support.feed_server import Answer, Request
from tests.support.vendor_server import Answering, VendorServer, as_json, calendar, game, query, quote

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the children that parse live as long as their loop

MINUTE = timedelta(minutes=1)
TODAY = date(2026, 11, 24)
OSLO = Place("Oslo", 59.9139, 10.7522)
BERLIN = ZoneInfo("Europe/Berlin")
KEYS = {"GUARDIAN": "guardian-key", "TWELVE": "secret-key", "SPORT": "sport-key", "METEO": "meteo-key"}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def processes() -> AsyncIterator[ChildProcesses]:
    async with ChildProcesses(1) as children:
        yield children


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[VendorServer]:
    async with VendorServer.running() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def fetcher() -> AsyncIterator[Fetcher]:
    limits = FetchLimits(connect=timedelta(seconds=0.3))
    async with Fetcher(contact="tests", allowed_networks=["127.0.0.0/8"], limits=limits) as made:
        yield made


Building = Callable[..., Sources]


@pytest.fixture
def build(server: VendorServer, fetcher: Fetcher, processes: ChildProcesses, clock: VirtualClock) -> Building:
    def made(answering: Answering, *, weather: str = "none", **vendor: object) -> Sources:
        server.answering = answering
        base = {"base_url": server.url("/api")}
        table = {
            "weather": weather,
            "news": ["wikimedia", "guardian"],
            "sport": "thesportsdb",
            "markets": "twelve-data",
            "met-norway": base,
            "open-meteo": base | vendor,
            "wikimedia": base,
            "guardian": base | {"key_env": "GUARDIAN"},
            "thesportsdb": base | {"key_env": "SPORT"},
            "twelve-data": base | {"key_env": "TWELVE"},
        }
        return build_sources(read_settings(table), keys=KEYS, fetcher=fetcher, processes=processes, now=clock.now)

    return made


class TestMetNorway:
    async def test_the_day_is_the_listener_s_own(self, build: Building, server: VendorServer) -> None:
        """At noon UTC it is 13:00 in Berlin, whose day ends at 23:00 UTC; in Auckland the 25th began at 11:00 UTC."""
        sources = build(vendors.met_norway(), weather="met-norway")
        assert sources.weather is not None
        here = await sources.weather.forecast(OSLO, day=TODAY, zone=BERLIN)
        there = await sources.weather.forecast(OSLO, day=TODAY + timedelta(days=1), zone=ZoneInfo("Pacific/Auckland"))
        assert (here.low_temp, here.high_temp) == (11.5, 22.0)
        assert (there.low_temp, there.high_temp) == (-0.5, 23.5)
        assert server.requests[0].path == "/api/complete?lat=59.9&lon=10.8"
        assert len(server.requests) == 1, "both are of one cell"

    async def test_it_tells_what_is_outside_now(self, build: Building, clock: VirtualClock) -> None:
        sources = build(vendors.met_norway(), weather="met-norway")
        assert sources.weather is not None
        weather = await sources.weather.forecast(OSLO, day=TODAY, zone=BERLIN)
        assert (weather.current_temp, weather.unit, weather.condition) == (12.0, "C", "light rain showers")
        assert weather.rain_chance == pytest.approx(0.44)
        assert (weather.location, weather.from_client, weather.updated_at) == ("Oslo", False, clock.now())

    async def test_a_day_that_it_does_not_reach_is_a_gap(self, build: Building) -> None:
        sources = build(vendors.met_norway(hours=6), weather="met-norway")
        assert sources.weather is not None
        with pytest.raises(SourceUnavailable, match="does not reach"):
            await sources.weather.forecast(OSLO, day=date(2026, 11, 26), zone=BERLIN)

    async def test_a_product_that_will_go_one_day_is_read(self, build: Building) -> None:
        def answering(request: Request) -> Answer:
            answer = vendors.met_norway()(request)
            answer.status = 203
            return answer

        sources = build(answering, weather="met-norway")
        assert sources.weather is not None
        assert (await sources.weather.forecast(OSLO, day=TODAY, zone=BERLIN)).current_temp == 12.0


class TestOpenMeteo:
    async def test_the_day_comes_from_its_lists(self, build: Building, server: VendorServer) -> None:
        sources = build(vendors.open_meteo(), weather="open-meteo")
        assert sources.weather is not None
        weather = await sources.weather.forecast(OSLO, day=TODAY, zone=BERLIN)
        assert (weather.high_temp, weather.low_temp, weather.current_temp) == (6.5, -1.5, 4.5)
        assert (weather.rain_chance, weather.condition) == (0.7, "light rain")
        asked = query(server.requests[0])
        assert (asked["latitude"], asked["longitude"], asked["timezone"]) == ("59.9", "10.8", "Europe/Berlin")

    async def test_what_is_null_is_not_told(self, build: Building) -> None:
        sources = build(vendors.open_meteo(weather_code=[3]), weather="open-meteo")
        assert sources.weather is not None
        tomorrow = await sources.weather.forecast(OSLO, day=date(2026, 11, 25), zone=BERLIN)
        after = await sources.weather.forecast(OSLO, day=date(2026, 11, 26), zone=BERLIN)
        assert (tomorrow.high_temp, tomorrow.rain_chance) == (8.0, None)
        assert (after.high_temp, after.low_temp, after.rain_chance) == (None, None, None)

    async def test_degrees_fahrenheit_become_celsius(self, build: Building) -> None:
        def answering(request: Request) -> Answer:
            answer = vendors.open_meteo()(request)
            answer.body = answer.body.replace(rb"\u00b0C", rb"\u00b0F")
            return answer

        sources = build(answering, weather="open-meteo")
        assert sources.weather is not None
        weather = await sources.weather.forecast(OSLO, day=TODAY, zone=BERLIN)
        assert weather.high_temp == pytest.approx((6.5 - 32) / 1.8)

    async def test_a_refusal_is_told_with_its_reason_and_without_the_key(self, build: Building) -> None:
        def answering(_: Request) -> Answer:
            return as_json({"error": True, "reason": "The key meteo-key is <b>wrong</b>"}, status=400)

        sources = build(answering, weather="open-meteo", key_env="METEO")
        assert sources.weather is not None
        with pytest.raises(SourceUnavailable) as failed:
            await sources.weather.forecast(OSLO, day=TODAY, zone=BERLIN)
        assert str(failed.value) == "open-meteo: answered with status 400 (The key *** is wrong)"

    async def test_an_offset_without_a_name_is_the_place_s_own_zone(
        self, build: Building, server: VendorServer
    ) -> None:
        sources = build(vendors.open_meteo(), weather="open-meteo")
        assert sources.weather is not None
        await sources.weather.forecast(Place("Null", -0.04, 0.0), day=TODAY, zone=timezone(timedelta(hours=1)))
        asked = query(server.requests[0])
        assert (asked["timezone"], asked["latitude"]) == ("auto", "0.0")


class TestNews:
    async def test_the_encyclopedia_s_news_and_anniversaries(
        self, build: Building, server: VendorServer, clock: VirtualClock
    ) -> None:
        sources = build(vendors.featured)
        (story,) = await sources.news.headlines("wikimedia:en")
        assert story.title == "A storm & its floods reach the coast."
        assert (story.publisher, story.url) == ("Wikipedia", "https://en.wikipedia.org/wiki/S")
        assert story.fetched_at == clock.now()
        assert sources.wikimedia is not None
        (past,) = await sources.wikimedia.on_this_day("en", day=TODAY)
        assert past.title == "1859: Darwin publishes On the Origin of Species."
        assert [request.path for request in server.requests] == ["/api/en/featured/2026/11/24"]

    async def test_a_section_of_the_guardian(self, build: Building, server: VendorServer) -> None:
        sources = build(vendors.guardian)
        (headline,) = await sources.news.headlines("guardian:world")
        assert (headline.title, headline.publisher) == ("Council approves new tram line", "The Guardian")
        assert headline.published_at == datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
        assert "guardian-key" not in server.requests[0].path

    @pytest.mark.parametrize(
        "feed", ["reuters:world", "wikimedia:../en", "guardian:world&api-key=x", "guardian:", "file"]
    )
    async def test_what_is_no_feed_is_refused(self, build: Building, server: VendorServer, feed: str) -> None:
        with pytest.raises(BadInput):
            await build(vendors.guardian).news.headlines(feed)
        assert not server.requests

    async def test_each_publisher_is_credited_once(self, build: Building, server: VendorServer) -> None:
        sources = build(vendors.featured)
        headlines = await sources.news.headlines("wikimedia:en")
        (credit,) = sources.news.credits([*headlines, *headlines], "de-DE")
        assert credit.attribution == "Aus Wikipedia, der freien Enzyklopädie, unter CC BY-SA 4.0."


class TestSport:
    async def test_last_and_next_games_in_their_order(self, build: Building, server: VendorServer) -> None:
        played = game(
            1, intHomeScore="2", intAwayScore="0", strStatus="Match Finished", strTimestamp="2026-11-22T15:00:00"
        )
        sources = build(vendors.sports_db([played], [game(2), game(2), played]))
        assert sources.sport is not None
        assert await sources.sport.games("133602") == (
            Game("Harbour FC", "Hill United", datetime(2026, 11, 22, 15, tzinfo=UTC), "final", 2, 0, "First League"),
            Game(
                "Harbour FC",
                "Hill United",
                datetime(2026, 11, 25, 19, 30, tzinfo=UTC),
                "scheduled",
                None,
                None,
                "First League",
            ),
        )
        assert {request.path for request in server.requests} == {
            "/api/sport-key/eventslast.php?id=133602",
            "/api/sport-key/eventsnext.php?id=133602",
        }

    @pytest.mark.parametrize(
        ("changes", "status"),
        [
            ({"strStatus": "1H", "intHomeScore": "1", "intAwayScore": "1"}, "playing"),
            ({"strStatus": "Q3", "intHomeScore": 71, "intAwayScore": 64}, "playing"),
            ({"strStatus": "AET", "intHomeScore": "1", "intAwayScore": "3"}, "final"),
            ({"strStatus": "PST"}, "postponed"),
            ({"strStatus": "NS", "strPostponed": "yes"}, "postponed"),
            ({"strStatus": "Canceled"}, "cancelled"),
            ({"strStatus": None}, "scheduled"),
            (
                {"strStatus": "", "strTimestamp": "2026-11-23T10:00:00", "intHomeScore": "0", "intAwayScore": "0"},
                "final",
            ),
            ({"strStatus": "", "strTimestamp": "2026-11-23T10:00:00"}, None),
            ({"strStatus": "Mystery"}, None),
            ({"strTimestamp": None}, "scheduled"),
            ({"strTimestamp": None, "strTime": None}, None),
            ({"strTimestamp": "2026-11-25"}, None),
            ({"strHomeTeam": None}, None),
        ],
    )
    async def test_what_is_not_known_for_sure_is_not_told(
        self, build: Building, changes: dict[str, object], status: str | None
    ) -> None:
        sources = build(vendors.sports_db(None, [game(1, **changes)]))
        assert sources.sport is not None
        games = await sources.sport.games("133602")
        assert [one.status for one in games] == ([] if status is None else [status])
        assert all((one.home_score is not None) == (status in {"playing", "final"}) for one in games)

    async def test_no_games_are_no_failure(self, build: Building) -> None:
        sources = build(vendors.sports_db(None, None))
        assert sources.sport is not None
        assert await sources.sport.games("133602") == ()

    @pytest.mark.parametrize("team", ["", "Arsenal", "0", "133602&x=1", "../133602"])
    async def test_what_is_no_team_is_refused(self, build: Building, team: str) -> None:
        sources = build(vendors.sports_db(None, None))
        assert sources.sport is not None
        with pytest.raises(BadInput, match="team"):
            await sources.sport.games(team)


class TestMarkets:
    async def test_quotes_come_in_the_order_asked_for_without_the_unknown(
        self, build: Building, server: VendorServer
    ) -> None:
        known = {
            "AAPL": quote("AAPL"),
            "SPX": quote("SPX", name="S&amp;P 500", percent_change=None, datetime="2026-11-23 15:30:00"),
            "EUR/USD": quote("EUR/USD", name="Euro / US Dollar", currency=None, close="1.0831"),
        }
        sources = build(vendors.twelve_data(known))
        assert sources.markets is not None
        euro, index, share = await sources.markets.quotes(["EUR/USD", "NOPE", "SPX", "AAPL", "AAPL", "bad symbol"])
        assert (euro.symbol, euro.price, euro.currency) == ("EUR/USD", 1.0831, "USD")
        assert (index.name, index.currency, index.change_percent) == ("S&P 500", None, None)
        assert index.session == date(2026, 11, 23)
        assert (share.price, share.change_percent, share.currency) == (190.1, -1.25, "USD")
        assert len(server.requests) == 1
        assert await sources.markets.quotes(["NOPE"]) == ()
        assert len(server.requests) == 1, "that it is not known is known"

    async def test_a_symbol_is_asked_for_once_in_whatever_company(self, build: Building, server: VendorServer) -> None:
        sources = build(vendors.twelve_data({name: quote(name) for name in ("A", "B", "C")}))
        assert sources.markets is not None
        both = await asyncio.gather(sources.markets.quotes(["A", "B"]), sources.markets.quotes(["B", "C"]))
        assert [[one.symbol for one in quotes] for quotes in both] == [["A", "B"], ["B", "C"]]
        assert [query(request)["symbol"] for request in server.requests] == ["A,B", "C"]

    async def test_credits_are_counted_by_symbol_and_the_rest_comes_a_minute_later(
        self, build: Building, server: VendorServer, clock: VirtualClock
    ) -> None:
        names = [f"S{number}" for number in range(12)]
        sources = build(vendors.twelve_data({name: quote(name) for name in names}))
        assert sources.markets is not None
        assert len(await sources.markets.quotes(names)) == 8
        assert len(await sources.markets.quotes(names)) == 8
        assert len(server.requests) == 1
        clock.advance(MINUTE)
        assert len(await sources.markets.quotes(names)) == 12

    async def test_an_error_inside_an_answer_closes_the_source_and_is_told_without_its_words(
        self, build: Building, server: VendorServer, clock: VirtualClock
    ) -> None:
        sources = build(lambda _: as_json({"code": 429, "message": "Out of credits for secret-key", "status": "error"}))
        assert sources.markets is not None
        with pytest.raises(SourceUnavailable) as failed:
            await sources.markets.quotes(["AAPL", "MSFT"])
        assert str(failed.value) == "twelve-data: answered with code 429"
        clock.advance(59 * timedelta(seconds=1))
        with pytest.raises(SourceUnavailable):
            await sources.markets.quotes(["TSLA"])
        assert len(server.requests) == 1


class TestCalendar:
    async def read(self, sources: Sources, server: VendorServer, *, zone: str = "Europe/Berlin") -> tuple[Event, ...]:
        assert sources.calendar is not None
        return await sources.calendar.events(server.url("/mine.ics"), day=TODAY, zone=ZoneInfo(zone))

    async def test_every_kind_of_entry_of_the_day(self, build: Building, server: VendorServer) -> None:
        sources = build(
            lambda _: calendar(
                "SUMMARY:Dentist\\, then lunch\nDTSTART:20261124T140000Z\nDURATION:PT1H",
                "SUMMARY:Stand-up\nDTSTART;TZID=America/New_York:20261102T090000\nDTEND;TZID=America/New_York:20261102T091500\n"
                "RRULE:FREQ=WEEKLY;BYDAY=TU,TH",
                "SUMMARY:Skipped\nDTSTART:20261101T080000Z\nRRULE:FREQ=DAILY\nEXDATE:20261124T080000Z",
                "SUMMARY:Called off\nSTATUS:CANCELLED\nDTSTART:20261124T100000Z\nDTEND:20261124T110000Z",
                "SUMMARY:Birthday\nDTSTART;VALUE=DATE:20261124",
                "SUMMARY:Fair\nDTSTART;VALUE=DATE:20261122\nDTEND;VALUE=DATE:20261126",
                "SUMMARY:Over\nDTSTART;VALUE=DATE:20261123\nDTEND;VALUE=DATE:20261124",
                "SUMMARY:Floating\nDTSTART:20261124T070000\nDTEND:20261124T073000",
                "SUMMARY:Next day\nDTSTART:20261124T233000Z\nDTEND:20261124T234500Z",
                "SUMMARY:Every second\nDTSTART:20261124T000000Z\nRRULE:FREQ=SECONDLY",
                "SUMMARY:Broken\nDTEND:20261124T110000Z",
                "DTSTART:20261124T120000Z\nDTEND:20261124T130000Z",
            )
        )
        events = await self.read(sources, server)
        told = [
            (event.title, f"{event.starts_at:%d %H:%M}", f"{event.ends_at:%d %H:%M}", event.all_day) for event in events
        ]
        assert told == [
            ("Fair", "22 00:00", "26 00:00", True),
            ("Birthday", "24 00:00", "25 00:00", True),
            ("Floating", "24 07:00", "24 07:30", False),
            ("Dentist, then lunch", "24 15:00", "24 16:00", False),
            ("Stand-up", "24 15:00", "24 15:15", False),
        ]

    async def test_what_is_late_here_is_another_day_there(self, build: Building, server: VendorServer) -> None:
        sources = build(lambda _: calendar("SUMMARY:Call\nDTSTART:20261124T233000Z\nDTEND:20261124T234500Z"))
        assert await self.read(sources, server) == ()
        (event,) = await self.read(sources, server, zone="America/New_York")
        assert f"{event.starts_at:%H:%M}" == "18:30"

    async def test_at_most_fifty(self, build: Building, server: VendorServer) -> None:
        entries = [f"SUMMARY:No {number:03}\nDTSTART:20261124T140000Z" for number in range(200)]
        sources = build(lambda _: calendar(*entries))
        assert [event.title for event in await self.read(sources, server)] == [
            f"No {number:03}" for number in range(50)
        ]

    async def test_a_document_that_keeps_its_reader_busy_is_given_up(
        self, fetcher: Fetcher, processes: ChildProcesses, server: VendorServer, clock: VirtualClock
    ) -> None:
        server.answering = lambda _: calendar(
            *(f"SUMMARY:{number}\nDTSTART:19000101T000000Z\nRRULE:FREQ=DAILY" for number in range(6_000))
        )
        source = CalendarUrl(
            fetcher,
            processes=processes,
            now=clock.now,
            allowance=Allowance("calendars", Budget(a_minute=10, a_day=10), now=clock.now),
            parse_within=timedelta(seconds=1),
        )
        with pytest.raises(SourceUnavailable, match="calendar: could not be parsed in time"):
            await source.events(server.url("/mine.ics"), day=TODAY, zone=BERLIN)

    @pytest.mark.parametrize("url", ["ftp://home.example/token.ics", "https://10.1.2.3/token", "token.ics", ""])
    async def test_an_address_that_can_never_be_fetched_is_refused_without_repeating_it(
        self, build: Building, url: str
    ) -> None:
        sources = build(vendors.featured)
        assert sources.calendar is not None
        with pytest.raises(BadInput) as refused:
            await sources.calendar.events(url, day=TODAY, zone=BERLIN)
        assert refused.value.field == "calendar"
        assert not any(part in str(refused.value) for part in ("token", "home.example", "10.1.2.3"))

    async def test_one_person_s_lost_calendar_costs_nobody_else_his(
        self, build: Building, server: VendorServer
    ) -> None:
        def answering(request: Request) -> Answer:
            if request.path == "/lost.ics":
                return Answer(status=403)
            return calendar("SUMMARY:Dentist\nDTSTART:20261124T140000Z")

        sources = build(answering)
        assert sources.calendar is not None
        with pytest.raises(SourceUnavailable, match="403"):
            await sources.calendar.events(server.url("/lost.ics"), day=TODAY, zone=BERLIN)
        assert [event.title for event in await self.read(sources, server)] == ["Dentist"]

    async def test_webcal_is_https(self, build: Building, server: VendorServer) -> None:
        """The server speaks plain HTTP, so the handshake fails: it was asked with TLS."""
        sources = build(vendors.featured)
        assert sources.calendar is not None
        url = server.url("/mine.ics").replace("http://", "webcal://")
        with pytest.raises(SourceUnavailable, match="calendar: no answer"):
            await sources.calendar.events(url, day=TODAY, zone=BERLIN)
