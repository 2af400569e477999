"""Bad feeds: each case through the real source, from a real server, beside a database that stays as it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import asyncpg
import pytest
import pytest_asyncio

from onealarm.errors import BadInput, OneAlarmError, SourceUnavailable
from onealarm.http.fetcher import Fetcher
from onealarm.processes import ChildProcesses
from onealarm.sources.feed import FeedSource
from tests.bad_input.case import Case
from tests.bad_input.feed_cases import CASES, Publisher
from tests.bad_input.world import dump, furnish
from tests.support.feed_server import FeedServer
from tests.support.postgres import Server

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the children that parse live as long as their loop


@dataclass(frozen=True, slots=True)
class World:
    url: str
    before: Mapping[str, str]
    publisher: FeedServer
    fetcher: Fetcher
    processes: ChildProcesses


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def world(server: Server) -> AsyncIterator[World]:
    with server.database() as url:
        connection = await asyncpg.connect(url)
        await furnish(connection)
        await connection.close()
        async with (
            FeedServer.running() as publisher,
            ChildProcesses(1) as processes,
            Fetcher(contact="tests", allowed_networks=["127.0.0.1/32"]) as fetcher,
        ):
            yield World(url, await dump(url), publisher, fetcher, processes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.given[:60])
async def test_it_gives_this_reason_and_no_headlines(world: World, case: Case[Publisher]) -> None:
    feed = case.sent.url or world.publisher.url("/feed")
    world.publisher.answers = {} if case.sent.answer is None else {"/feed": case.sent.answer}
    source = FeedSource(world.fetcher, processes=world.processes)
    async with asyncio.timeout(30):
        with pytest.raises((BadInput, SourceUnavailable)) as refused:
            await source.headlines(feed)
    assert told(refused.value) == (case.kind, case.field, case.problem, case.remedy)
    assert await dump(world.url) == world.before


def told(error: OneAlarmError) -> tuple[str, str, str, str]:
    if isinstance(error, BadInput):
        return "bad-input", error.field, error.problem, error.remedy
    assert isinstance(error, SourceUnavailable)
    return "source-unavailable", error.source, str(error).removeprefix(f"{error.source}: "), ""
