"""The requirements of content by their numbers: R19, R20 and R25, for every source that there is."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from onealarm.briefing.facts import Place, Weather
from onealarm.errors import BadInput, SourceUnavailable
from onealarm.http.fetcher import Fetcher
from onealarm.processes import ChildProcesses
from onealarm.sources.build import Sources, build_sources
from onealarm.sources.cell import Cell
from onealarm.sources.settings import read_settings
from tests.support import vendor_server as vendors
from tests.support.clock import NOON, VirtualClock
from tests.support.feed_server import Answer, Request
from tests.support.vendor_server import VendorServer

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
OSLO = Place("Oslo", 59.91, 10.75)
KEYS = {"KEY": "a-key"}

Building = Callable[..., Sources]


@pytest_asyncio.fixture
async def server() -> AsyncIterator[VendorServer]:
    async with VendorServer.running() as running:
        yield running


@pytest_asyncio.fixture
async def build(server: VendorServer, clock: VirtualClock) -> AsyncIterator[Building]:
    async with Fetcher(contact="tests", allowed_networks=["127.0.0.0/8"]) as fetcher:

        def made(**table: object) -> Sources:
            return build_sources(
                read_settings(table), keys=KEYS, fetcher=fetcher, processes=ChildProcesses(1), now=clock.now
            )

        yield made


async def forecast(sources: Sources, place: Place = OSLO) -> Weather:
    assert sources.weather is not None
    return await sources.weather.forecast(place, day=NOON.date(), zone=BERLIN)


class TestR19:
    """Conditional requests, stale copies, and answers that are none."""

    @pytest.fixture
    def sources(self, build: Building, server: VendorServer) -> Sources:
        server.answering = vendors.met_norway()
        return build(**{"met-norway": {"base_url": server.url("/api")}})

    async def test_the_second_fetch_sends_the_validators_and_a_304_keeps_content_and_refreshes_age(
        self, sources: Sources, server: VendorServer, clock: VirtualClock
    ) -> None:
        first = await forecast(sources)
        clock.advance(HOUR)
        second = await forecast(sources)
        assert [request.headers.get("if-modified-since") for request in server.requests] == [
            None,
            "Tue, 24 Nov 2026 12:00:00 GMT",
        ]
        assert (first.high_temp, first.rain_chance) == (second.high_temp, second.rain_chance)
        assert (first.updated_at, second.updated_at) == (NOON, NOON + HOUR)

    async def test_a_5xx_uses_the_stale_copy_up_to_the_limit_and_tells_its_age(
        self, sources: Sources, server: VendorServer, clock: VirtualClock
    ) -> None:
        await forecast(sources)
        server.ill = Answer(status=503)
        clock.advance(11 * HOUR)
        assert (await forecast(sources)).updated_at == NOON
        clock.advance(2 * HOUR)
        with pytest.raises(SourceUnavailable, match="503"):
            await forecast(sources)

    async def test_a_200_of_the_wrong_type_is_a_failure(
        self, sources: Sources, server: VendorServer, clock: VirtualClock
    ) -> None:
        server.ill = Answer(b"<html>Please prove that you are human", headers=(("Content-Type", "text/html"),))
        with pytest.raises(SourceUnavailable, match="'text/html' where JSON was expected"):
            await forecast(sources)
        server.ill = None
        clock.advance(MINUTE)
        assert (await forecast(sources)).high_temp is not None


class TestR20:
    """10,000 users in 500 places within one window of fifteen minutes."""

    A_MINUTE = 60
    USERS = 10_000
    PLACES = 500

    async def test_a_location_is_asked_for_once_a_window_and_never_more_a_minute_than_allowed(
        self, build: Building, server: VendorServer, clock: VirtualClock
    ) -> None:
        at: list[datetime] = []

        def answering(request: Request) -> Answer:
            at.append(clock.now())
            return vendors.open_meteo()(request)

        server.answering = answering
        table = {"base_url": server.url("/api"), "calls_a_minute": self.A_MINUTE, "calls_a_day": 10_000}
        sources = build(weather="open-meteo", **{"open-meteo": table})
        waits: list[timedelta] = []
        served: set[str] = set()
        for user in range(self.USERS):
            place = _place(user)
            try:
                await forecast(sources, place)
            except SourceUnavailable as error:
                waits.append(error.wait or timedelta())
            else:
                served.add(Cell.of(place).latitude + Cell.of(place).longitude)
            if user % 12 == 0:
                clock.advance(timedelta(seconds=1))
        assert clock.now() - NOON < 15 * MINUTE, "all of it is one window"
        assert len(at) == len(set(server.paths)) == len(served) == self.PLACES
        assert _most_in_a_minute(at) == self.A_MINUTE
        assert len(waits) < 0.4 * self.USERS
        assert max(waits) <= MINUTE, "there is room a minute later at the latest"

    async def test_a_day_s_budget_holds_and_stale_copies_serve_above_it(
        self, build: Building, server: VendorServer, clock: VirtualClock
    ) -> None:
        server.answering = vendors.met_norway()
        table = {"base_url": server.url("/api"), "calls_a_minute": 3, "calls_a_day": 3}
        sources = build(**{"met-norway": table})
        for number in range(3):
            await forecast(sources, _place(number))
        clock.advance(2 * HOUR)
        for number in range(3):
            assert (await forecast(sources, _place(number))).updated_at == NOON
        with pytest.raises(SourceUnavailable) as refused:
            await forecast(sources, _place(3))
        assert refused.value.wait == 10 * HOUR, "until the next day begins"
        assert len(server.requests) == 3
        clock.advance(10 * HOUR)
        assert (await forecast(sources, _place(0))).updated_at == clock.now()


class TestR25:
    """Licence and credit."""

    COMMERCIAL = ("met-norway", "wikimedia")
    TABLES: tuple[tuple[str, dict[str, object]], ...] = (
        ("met-norway", {"weather": "met-norway"}),
        ("open-meteo", {"weather": "open-meteo"}),
        ("wikimedia", {"news": ["wikimedia"]}),
        ("guardian", {"news": ["guardian"], "guardian": {"key_env": "KEY"}}),
        ("thesportsdb", {"sport": "thesportsdb"}),
        ("twelve-data", {"markets": "twelve-data", "twelve-data": {"key_env": "KEY"}}),
    )

    @pytest.mark.parametrize(("vendor", "table"), TABLES)
    async def test_every_source_has_a_licence_and_a_credit_in_both_languages(
        self, build: Building, vendor: str, table: dict[str, object]
    ) -> None:
        sources = build(**{"weather": "none", "news": [], **table})
        assert list(sources.licences) == [vendor]
        (english,), (german,) = sources.credits("en-GB"), sources.credits("de")
        assert english.attribution != german.attribution
        assert english.licence == german.licence == sources.licences[vendor].name
        assert english.url is not None
        assert english.url.startswith("https://")

    @pytest.mark.parametrize(("vendor", "table"), TABLES)
    async def test_a_commercial_deployment_refuses_what_is_not_for_it(
        self, build: Building, vendor: str, table: dict[str, object]
    ) -> None:
        marked = {"weather": "none", "news": [], "commercial": True, **table}
        if vendor in self.COMMERCIAL:
            assert build(**marked).licences[vendor].commercial
            return
        with pytest.raises(BadInput, match=r"non-commercial.*Choose another source") as refused:
            build(**marked)
        assert refused.value.field in {"sources.weather", "sources.news", "sources.sport", "sources.markets"}
        own = table.get(vendor, {})
        assert isinstance(own, dict)
        contract = {**marked, vendor: {**own, "commercial_contract": True}}
        assert build(**contract).licences[vendor].commercial


def _place(user: int) -> Place:
    """One of 500 cells, each person somewhere else in it."""
    number = user % TestR20.PLACES
    shift = (user % 9 - 4) / 100
    return Place("Somewhere", 40 + number // 25 / 10 + shift, 10 + number % 25 / 10 + shift)


def _most_in_a_minute(instants: list[datetime]) -> int:
    most, recent = 0, deque[datetime]()
    for instant in instants:
        recent.append(instant)
        while recent[0] <= instant - MINUTE:
            recent.popleft()
        most = max(most, len(recent))
    return most
