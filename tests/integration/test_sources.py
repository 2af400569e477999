"""What holds for every vendor: asked once, conditionally, within a budget; whatever it answers, no more than a gap."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from onealarm.briefing.facts import Place
from onealarm.errors import SourceUnavailable
from onealarm.http.fetcher import Fetcher, FetchLimits
from onealarm.processes import ChildProcesses
from onealarm.sources.build import Sources, build_sources
from onealarm.sources.settings import read_settings
from tests.support import vendor_server as vendors
from tests.support.clock import NOON, VirtualClock
from tests.support.feed_server import Answer
from tests.support.vendor_server import JSON_TYPE, Answering, VendorServer, as_json

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the children that parse live as long as their loop

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
OSLO = Place("Oslo", 59.9139, 10.7522)
BERLIN = ZoneInfo("Europe/Berlin")
KEYS = {"GUARDIAN": "guardian-key", "TWELVE": "secret-key", "SPORT": "sport-key"}

Asking = Callable[[Sources, VendorServer], Awaitable[object]]


@dataclass(frozen=True)
class Vendor:
    """A vendor as these tests see it: how it answers, how it is asked, and what that gives at least one of."""

    name: str
    answering: Answering
    ask: Asking
    table: dict[str, object]


async def _forecast(sources: Sources, _: VendorServer) -> object:
    assert sources.weather is not None
    return await sources.weather.forecast(OSLO, day=NOON.date(), zone=BERLIN)


async def _wikimedia(sources: Sources, _: VendorServer) -> object:
    return await sources.news.headlines("wikimedia:en")


async def _guardian(sources: Sources, _: VendorServer) -> object:
    return await sources.news.headlines("guardian:world")


async def _games(sources: Sources, _: VendorServer) -> object:
    assert sources.sport is not None
    return await sources.sport.games("133602")


async def _quotes(sources: Sources, _: VendorServer) -> object:
    assert sources.markets is not None
    return await sources.markets.quotes(["AAPL", "MSFT"])


async def _events(sources: Sources, server: VendorServer) -> object:
    assert sources.calendar is not None
    return await sources.calendar.events(server.url("/private-token.ics"), day=NOON.date(), zone=BERLIN)


VENDORS = [
    Vendor("met-norway", vendors.met_norway(), _forecast, {"weather": "met-norway"}),
    Vendor("open-meteo", vendors.open_meteo(), _forecast, {"weather": "open-meteo"}),
    Vendor("wikimedia", vendors.featured, _wikimedia, {"news": ["wikimedia"]}),
    Vendor("guardian", vendors.guardian, _guardian, {"news": ["guardian"]}),
    Vendor("thesportsdb", vendors.sports_db([vendors.game(1)], None), _games, {"sport": "thesportsdb"}),
    Vendor(
        "twelve-data",
        vendors.twelve_data({name: vendors.quote(name) for name in ("AAPL", "MSFT")}),
        _quotes,
        {"markets": "twelve-data"},
    ),
    Vendor(
        "calendar",
        lambda _: vendors.calendar("SUMMARY:Dentist\nDTSTART:20261124T140000Z\nDTEND:20261124T150000Z"),
        _events,
        {},
    ),
]

HTML = Answer(b"<!doctype html><p>Please sign in", headers=(("Content-Type", "text/html"),))
ILLS = {
    "status 500": Answer(status=500),
    "status 404": Answer(status=404),
    "status 429": Answer(status=429, headers=(("Retry-After", "120"),)),
    "HTML with 200": HTML,
    "HTML that says it is JSON": Answer(HTML.body, headers=JSON_TYPE),
    "cut off": Answer(raw=b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"type":'),
    "another schema": as_json({"data": {"temperature": "warm"}, "results": 3, "events": "none", "response": []}),
    "a list": as_json([1, 2, 3]),
    "nothing": Answer(headers=JSON_TYPE),
    "not a number": Answer(b'{"events": NaN, "results": NaN}', headers=JSON_TYPE),
    "nested without end": Answer(b'{"events":' + b"[" * 100_000, headers=JSON_TYPE),
    "too large": Answer(b" " * (2 * 1024 * 1024 + 1), headers=JSON_TYPE),
}


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
    limits = FetchLimits(read=timedelta(seconds=0.3), total=timedelta(seconds=10))
    async with Fetcher(contact="tests@example.org", allowed_networks=["127.0.0.0/8"], limits=limits) as made:
        yield made


@pytest.fixture
def build(
    server: VendorServer, fetcher: Fetcher, processes: ChildProcesses, clock: VirtualClock
) -> Callable[[Vendor], Sources]:
    def made(vendor: Vendor, **more: object) -> Sources:
        server.answering = vendor.answering
        base = {"base_url": server.url("/api")}
        table: dict[str, object] = {
            "weather": "none",
            "news": [],
            "met-norway": base,
            "open-meteo": base,
            "wikimedia": base,
            "guardian": {**base, "key_env": "GUARDIAN"},
            "thesportsdb": {**base, "key_env": "SPORT"},
            "twelve-data": {**base, "key_env": "TWELVE"},
            **vendor.table,
            **more,
        }
        settings = read_settings(table)
        return build_sources(settings, keys=KEYS, fetcher=fetcher, processes=processes, now=clock.now)

    return made


every_vendor = pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)


async def problem(asked: Awaitable[object]) -> SourceUnavailable:
    with pytest.raises(SourceUnavailable) as failed:
        async with asyncio.timeout(20):
            await asked
    return failed.value


@every_vendor
async def test_what_it_says_is_asked_for_once_by_however_many(
    vendor: Vendor, build: Callable[[Vendor], Sources], server: VendorServer
) -> None:
    sources = build(vendor)
    said = await asyncio.gather(*(vendor.ask(sources, server) for _ in range(20)))
    assert said[0], "there is something to tell"
    assert all(one == said[0] for one in said)
    assert set(server.paths.values()) == {1}
    assert all("tests@example.org" in request.headers["user-agent"] for request in server.requests)


@every_vendor
@pytest.mark.parametrize("ill", ILLS)
async def test_a_bad_answer_is_a_gap_and_never_anything_else(
    vendor: Vendor, ill: str, build: Callable[[Vendor], Sources], server: VendorServer, caplog: pytest.LogCaptureFixture
) -> None:
    sources = build(vendor)
    server.ill = ILLS[ill]
    with caplog.at_level(logging.INFO):
        failed = await problem(vendor.ask(sources, server))
    assert failed.source == vendor.name
    assert failed.wait is not None
    assert failed.wait >= MINUTE
    told = f"{failed!r} {failed} {caplog.text}"
    assert not any(secret in told for secret in (*KEYS.values(), "private-token", "Dentist", "127.0.0.1"))


@every_vendor
async def test_one_that_does_not_answer_is_given_up(
    vendor: Vendor, build: Callable[[Vendor], Sources], server: VendorServer
) -> None:
    sources = build(vendor)
    server.ill = Answer(b"{}", headers=JSON_TYPE, hold=asyncio.Event())
    assert "no answer" in str(await problem(vendor.ask(sources, server)))


@every_vendor
async def test_what_was_said_last_serves_while_it_fails_and_no_longer_than_it_may(
    vendor: Vendor, build: Callable[[Vendor], Sources], server: VendorServer, clock: VirtualClock
) -> None:
    sources = build(vendor)
    assert await vendor.ask(sources, server)
    asked = len(server.requests)
    server.ill = Answer(status=500)
    clock.advance(2 * HOUR)
    assert await vendor.ask(sources, server)
    assert len(server.requests) > asked, "it was asked again"
    clock.advance(30 * HOUR)
    await problem(vendor.ask(sources, server))


@every_vendor
async def test_it_is_left_alone_after_a_refusal_whatever_it_is_asked_for(
    vendor: Vendor, build: Callable[[Vendor], Sources], server: VendorServer, clock: VirtualClock
) -> None:
    sources = build(vendor)
    server.ill = ILLS["status 429"]
    assert (await problem(vendor.ask(sources, server))).wait == 2 * MINUTE
    asked = len(server.requests)
    assert asked == 1
    server.ill = None
    clock.advance(119 * timedelta(seconds=1))
    await problem(vendor.ask(sources, server))
    assert len(server.requests) == asked
    clock.advance(timedelta(seconds=1))
    assert await vendor.ask(sources, server)


@every_vendor
async def test_a_location_is_rounded_before_it_leaves_and_only_the_own_host_gets_the_key(
    vendor: Vendor, build: Callable[[Vendor], Sources], server: VendorServer
) -> None:
    async with VendorServer.running() as elsewhere:
        elsewhere.answering = vendor.answering
        target = elsewhere.url("/other")
        server.ill = Answer(status=302, headers=(("Location", target),))
        sources = build(vendor)
        with suppress(SourceUnavailable):  # the other host may want a key
            await vendor.ask(sources, server)
        assert elsewhere.requests, "the redirect was followed"
        assert not any(secret in str(elsewhere.requests) for secret in KEYS.values())
    assert not any(figure in str(server.requests) for figure in ("59.91", "10.75"))


async def test_a_304_confirms_what_is_kept(
    build: Callable[[Vendor], Sources], server: VendorServer, clock: VirtualClock
) -> None:
    sources = build(VENDORS[0])
    assert sources.weather is not None
    first = await sources.weather.forecast(OSLO, day=NOON.date(), zone=BERLIN)
    clock.advance(30 * MINUTE)
    await sources.weather.forecast(OSLO, day=NOON.date(), zone=BERLIN)
    assert len(server.requests) == 1, "not before Expires"
    clock.advance(2 * MINUTE)
    second = await sources.weather.forecast(OSLO, day=NOON.date(), zone=BERLIN)
    assert server.requests[1].headers["if-modified-since"] == "Tue, 24 Nov 2026 12:00:00 GMT"
    assert first.updated_at == NOON
    assert second.updated_at == NOON + 32 * MINUTE
    assert second.high_temp == first.high_temp
