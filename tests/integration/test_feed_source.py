"""Feeds over time: asked politely, confirmed, kept through failures, given up when too old."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import pytest_asyncio

from onealarm.errors import BadInput, NotFound, SourceUnavailable
from onealarm.http.fetcher import Fetcher, FetchLimits
from onealarm.processes import ChildProcesses
from onealarm.sources.feed import FeedSource
from onealarm.sources.feed_policy import FeedPolicy
from tests.support.clock import VirtualClock
from tests.support.feed_server import Answer, FeedServer, rss

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the children that parse live as long as their loop

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def processes() -> AsyncIterator[ChildProcesses]:
    async with ChildProcesses(1) as children:
        yield children


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer.running() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def fetcher() -> AsyncIterator[Fetcher]:
    limits = FetchLimits(read=timedelta(seconds=0.3), total=timedelta(seconds=10))
    async with Fetcher(contact="tests", allowed_networks=["127.0.0.0/8"], limits=limits) as made:
        yield made


@pytest.fixture
def source(fetcher: Fetcher, processes: ChildProcesses, clock: VirtualClock) -> FeedSource:
    return FeedSource(fetcher, processes=processes, now=clock.now)


async def titles(source: FeedSource, feed: str) -> list[str]:
    async with asyncio.timeout(20):
        return [headline.title for headline in await source.headlines(feed)]


async def problem(source: FeedSource, feed: str) -> SourceUnavailable:
    with pytest.raises(SourceUnavailable) as failed:
        await titles(source, feed)
    return failed.value


async def test_headlines_carry_publisher_link_dates_and_come_newest_first(
    server: FeedServer, source: FeedSource, clock: VirtualClock
) -> None:
    dates = [clock.now() - HOUR, clock.now() - MINUTE, clock.now() + 48 * HOUR, None]
    items = "".join(
        f"<item><title>Story {number}</title>"
        + (f"<pubDate>{format_datetime(date)}</pubDate>" if date else "")
        + "</item>"
        for number, date in enumerate(dates)
    )
    url = server.says("/feed", rss().replace(b"</channel>", items.encode() + b"</channel>"))
    headlines = await source.headlines(url)
    assert [headline.title for headline in headlines] == ["Story 1", "Story 0", "Story 2", "Story 3"]
    assert [headline.published_at for headline in headlines] == [dates[1], dates[0], None, None]
    assert {headline.publisher for headline in headlines} == {"The Daily Example"}
    assert {headline.fetched_at for headline in headlines} == {clock.now()}


async def test_at_most_twenty_are_read(server: FeedServer, source: FeedSource) -> None:
    url = server.says("/feed", rss(*(f"Story {number}" for number in range(60))))
    assert await titles(source, url) == [f"Story {number}" for number in range(20)]


async def test_a_feed_without_a_title_is_named_by_its_host(server: FeedServer, source: FeedSource) -> None:
    url = server.says("/feed", rss("Rain", publisher=""))
    assert (await source.headlines(url))[0].publisher == "127.0.0.1"


async def test_a_compressed_feed_in_another_encoding_is_read(server: FeedServer, source: FeedSource) -> None:
    body = gzip.compress(rss("Zoë").decode().replace("utf-8", "iso-8859-1").encode("iso-8859-1"))
    headers = (("Content-Type", "text/xml; charset=ISO-8859-1"), ("Content-Encoding", "gzip"))
    assert await titles(source, server.says("/feed", body, headers=headers)) == ["Zoë"]


async def test_a_burst_of_alarms_makes_one_request(server: FeedServer, source: FeedSource) -> None:
    hold = asyncio.Event()
    url = server.says("/feed", rss("Rain"), hold=hold)
    burst = [asyncio.create_task(titles(source, url)) for _ in range(50)]
    await asyncio.wait_for(server.asked.wait(), 10)
    hold.set()
    assert await asyncio.gather(*burst) == [["Rain"]] * 50
    assert await titles(source, url + "#fragment") == ["Rain"]
    assert len(server.requests) == 1


async def test_a_caller_that_gives_up_does_not_stop_the_others(server: FeedServer, source: FeedSource) -> None:
    hold = asyncio.Event()
    url = server.says("/feed", rss("Rain"), hold=hold)
    first = asyncio.create_task(titles(source, url))
    await asyncio.wait_for(server.asked.wait(), 10)
    second = asyncio.create_task(titles(source, url))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    hold.set()
    assert await second == ["Rain"]
    assert len(server.requests) == 1


async def test_a_feed_is_not_asked_again_within_fifteen_minutes_whatever_it_says(
    server: FeedServer, source: FeedSource, clock: VirtualClock
) -> None:
    url = server.says("/feed", rss("Rain"), headers=(("Cache-Control", "no-cache, max-age=0"),))
    await titles(source, url)
    server.says("/feed", rss("Sun"))
    clock.advance(14 * MINUTE)
    assert await titles(source, url) == ["Rain"]
    clock.advance(MINUTE)
    assert await titles(source, url) == ["Sun"]


async def test_a_feed_may_ask_to_be_left_alone_longer_but_not_for_ever(
    server: FeedServer, source: FeedSource, clock: VirtualClock
) -> None:
    hour = server.says("/hour", rss("Rain"), headers=(("Cache-Control", "public, max-age=3600"),))
    year = server.says("/year", rss("Rain"), headers=(("Cache-Control", "max-age=31536000"),))
    await titles(source, hour)
    await titles(source, year)
    clock.advance(59 * MINUTE)
    await titles(source, hour)
    assert len(server.requests) == 2
    clock.advance(2 * MINUTE)
    await titles(source, hour)
    assert len(server.requests) == 3
    clock.advance(5 * HOUR)
    await titles(source, year)
    assert len(server.requests) == 4


async def test_the_second_request_sends_the_validators_and_a_304_refreshes_the_age(
    server: FeedServer, source: FeedSource, clock: VirtualClock
) -> None:
    changed = "Tue, 24 Nov 2026 11:00:00 GMT"
    url = server.says("/feed", rss("Rain"), etag='"v1"', last_modified=changed)
    first = await source.headlines(url)
    clock.advance(11 * HOUR)
    second = await source.headlines(url)
    assert server.requests[1].headers["if-none-match"] == '"v1"'
    assert server.requests[1].headers["if-modified-since"] == changed
    assert "if-none-match" not in server.requests[0].headers
    assert [headline.title for headline in second] == [headline.title for headline in first]
    assert second[0].fetched_at == clock.now()
    server.says("/feed", status=503)
    clock.advance(11 * HOUR)  # 22 h after the content came, 11 h after it was confirmed
    assert await titles(source, url) == ["Rain"]


async def test_changed_content_replaces_the_old_and_its_validators(
    server: FeedServer, source: FeedSource, clock: VirtualClock
) -> None:
    url = server.says("/feed", rss("Rain"), etag='"v1"')
    await titles(source, url)
    server.says("/feed", rss("Sun"), etag='"v2"')
    clock.advance(HOUR)
    assert await titles(source, url) == ["Sun"]
    clock.advance(HOUR)
    await titles(source, url)
    assert server.requests[2].headers["if-none-match"] == '"v2"'


FAILURES = {
    "server-error": Answer(status=500),
    "gone": Answer(status=410),
    "too-many": Answer(status=429),
    "not-modified-unasked": Answer(status=304),
    "html": Answer(b"<!DOCTYPE html><html><body>Please prove you are human</body></html>"),
    "json": Answer(b'{"status": "ok"}'),
    "empty": Answer(b""),
    "truncated": Answer(rss("One", "Two")[:-40]),
    "cut-by-the-wire": Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + rss("One")),
    "noise": Answer(bytes(range(256)) * 40),
    "nothing": Answer(raw=b""),
    "redirect-inside": Answer(status=302, headers=(("Location", "http://10.0.0.1/"),)),
    "laughs": Answer(b"<!DOCTYPE rss [<!ENTITY a 'b'>]>" + rss("&a;")),
}


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES)
async def test_a_failure_never_replaces_good_content_and_is_an_error_without_any(
    server: FeedServer, source: FeedSource, clock: VirtualClock, answer: Answer
) -> None:
    good = server.says("/feed", rss("Rain"))
    assert await titles(source, good) == ["Rain"]
    server.answers["/feed"] = server.answers["/bad"] = answer
    clock.advance(HOUR)
    assert await titles(source, good) == ["Rain"]
    assert len(server.requests) == 2, "it did look"
    assert (await problem(source, server.url("/bad"))).source == "127.0.0.1"


async def test_old_content_is_used_for_twelve_hours_and_then_no_more(
    server: FeedServer, source: FeedSource, clock: VirtualClock
) -> None:
    url = server.says("/feed", rss("Rain"))
    await titles(source, url)
    server.says("/feed", status=500)
    clock.advance(12 * HOUR)
    assert await titles(source, url) == ["Rain"]
    clock.advance(MINUTE)
    assert "status 500" in str(await problem(source, url))
    server.says("/feed", rss("Sun"))
    clock.advance(HOUR)
    assert await titles(source, url) == ["Sun"]


async def test_a_failing_feed_is_asked_ever_more_rarely_down_to_every_fifteen_minutes(
    server: FeedServer, source: FeedSource, clock: VirtualClock
) -> None:
    url = server.says("/feed", status=500)
    looks = []
    for minute in range(65):
        before = len(server.requests)
        await problem(source, url)
        if len(server.requests) > before:
            looks.append(minute)
        clock.advance(MINUTE)
    assert looks == [0, 1, 3, 7, 15, 30, 45, 60]


async def test_retry_after_is_honoured_and_told(server: FeedServer, source: FeedSource, clock: VirtualClock) -> None:
    url = server.says("/feed", status=429, headers=(("Retry-After", "3600"),))
    assert (await problem(source, url)).wait == HOUR
    server.says("/feed", rss("Rain"))
    clock.advance(59 * MINUTE)
    assert (await problem(source, url)).wait == MINUTE
    clock.advance(MINUTE)
    assert await titles(source, url) == ["Rain"]


@pytest.mark.parametrize("value", ["later", "-5", "Tue, 24 Nov 2020 12:00:00 GMT", ""])
async def test_a_retry_after_that_makes_no_sense_does_not_matter(
    server: FeedServer, source: FeedSource, value: str
) -> None:
    url = server.says("/feed", status=503, headers=(("Retry-After", value),))
    assert (await problem(source, url)).wait == MINUTE


async def test_retry_after_may_be_a_date(server: FeedServer, source: FeedSource, clock: VirtualClock) -> None:
    date = format_datetime(clock.now() + 2 * HOUR, usegmt=True)
    url = server.says("/feed", status=503, headers=(("Retry-After", date),))
    assert (await problem(source, url)).wait == 2 * HOUR


async def test_the_memory_is_bounded_and_forgets_the_feed_asked_for_longest_ago(
    server: FeedServer, fetcher: Fetcher, processes: ChildProcesses, clock: VirtualClock
) -> None:
    source = FeedSource(fetcher, processes=processes, now=clock.now, policy=FeedPolicy(most_feeds=2))
    first, second, third = (server.says(f"/{name}", rss(name)) for name in ("a", "b", "c"))
    for feed in (first, second, first, third):
        await titles(source, feed)
    assert len(server.requests) == 3
    await titles(source, first)
    assert len(server.requests) == 3
    await titles(source, second)
    assert len(server.requests) == 4


async def test_a_feed_that_takes_its_parser_too_long_is_given_up_and_others_are_read(
    server: FeedServer, fetcher: Fetcher, processes: ChildProcesses, clock: VirtualClock
) -> None:
    policy = FeedPolicy(parse_within=timedelta(seconds=2))
    source = FeedSource(fetcher, processes=processes, now=clock.now, policy=policy)
    author = b"<item><title>x</title><author>" + b"a" * 1_500_000 + b"</author></item>"  # quadratic in the parser
    slow = server.says("/slow", rss().replace(b"</channel>", author + b"</channel>"))
    assert "could not be parsed" in str(await problem(source, slow))
    assert await titles(source, server.says("/feed", rss("Rain"))) == ["Rain"]


@pytest.mark.parametrize("feed", ["", "feed.xml", "/etc/passwd", "file:///etc/passwd", "ftp://news.example/feed"])
async def test_only_web_addresses_are_feeds_unless_files_are_allowed(source: FeedSource, feed: str) -> None:
    with pytest.raises(BadInput) as refused:
        await source.headlines(feed)
    assert refused.value.field == "feeds"


async def test_a_url_that_can_never_be_right_is_bad_input_and_names_the_field(source: FeedSource) -> None:
    with pytest.raises(BadInput) as refused:
        await source.headlines("http://169.254.169.254/feed")
    assert refused.value.field == "feeds"


class TestFiles:
    @pytest.fixture
    def source(self, fetcher: Fetcher, processes: ChildProcesses, clock: VirtualClock) -> FeedSource:
        return FeedSource(fetcher, processes=processes, now=clock.now, files_allowed=True)

    async def test_a_file_is_read_each_time(self, source: FeedSource, tmp_path: Path) -> None:
        path = tmp_path / "feed.xml"
        path.write_bytes(rss("Rain"))
        assert await titles(source, str(path)) == ["Rain"]
        path.write_bytes(rss("Sun"))
        assert await titles(source, str(path)) == ["Sun"]

    async def test_urls_are_feeds_all_the_same(self, source: FeedSource, server: FeedServer) -> None:
        assert await titles(source, server.says("/feed", rss("Rain"))) == ["Rain"]

    async def test_a_file_that_is_not_there_or_no_file_is_named(self, source: FeedSource, tmp_path: Path) -> None:
        for path in (tmp_path / "missing.xml", tmp_path):
            with pytest.raises(NotFound, match=path.name):
                await source.headlines(str(path))

    async def test_a_file_that_is_no_feed_or_too_large_is_unavailable(self, source: FeedSource, tmp_path: Path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("Rain later")
        assert "neither RSS nor Atom" in str(await problem(source, str(path)))
        assert "larger than" in str(await problem(source, "/dev/zero"))
