"""Fetching from real servers on this machine: bounded in time and size, and never led astray."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from onealarm.errors import BadInput, SourceUnavailable
from onealarm.http.fetcher import Fetched, Fetcher, FetchLimits
from onealarm.http.network import Resolve
from tests.support.feed_server import TLS_NAME, Answer, FeedServer, client_context

LOOPBACK = ("127.0.0.0/8",)
QUICK = FetchLimits(total=timedelta(seconds=0.3))
WITHIN = 10
"""Seconds after which a test gives up; nothing here comes near it."""


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer.running() as running:
        yield running


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(contact="tests@onealarm.example", allowed_networks=LOOPBACK) as made:
        yield made


@asynccontextmanager
async def fetcher_with(**settings: object) -> AsyncIterator[Fetcher]:
    given = {"contact": "tests", "allowed_networks": LOOPBACK} | settings
    async with Fetcher(**given) as made:  # type: ignore[arg-type]  # each test names what it changes
        yield made


def names(*answers: tuple[str, ...]) -> Resolve:
    """A resolver that gives these answers one after the other, and stays with the last."""
    left = list(answers)

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


async def fetch(fetcher: Fetcher, url: str) -> Fetched:
    async with asyncio.timeout(WITHIN):
        return await fetcher.get(url)


async def refusal(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(SourceUnavailable) as refused:
        await fetch(fetcher, url)
    return str(refused.value)


async def test_a_body_comes_back_with_status_headers_and_final_url(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.says("/feed?a=1&b=%20", b"news", etag='"v1"')
    fetched = await fetch(fetcher, url)
    assert (fetched.status, fetched.body, fetched.url) == (200, b"news", url)
    assert fetched.headers["ETag"] == '"v1"'


async def test_requests_say_who_asks_and_carry_nothing_else(server: FeedServer, fetcher: Fetcher) -> None:
    cookie = ("Set-Cookie", "session=1")
    url = server.says("/feed", b"news", headers=(cookie,))
    await fetch(fetcher, url)
    await fetch(fetcher, url)
    for request in server.requests:
        assert set(request.headers) - {""} == {"host", "user-agent", "accept-encoding"}
        assert request.headers["user-agent"].startswith("OneAlarm/")
        assert "tests@onealarm.example" in request.headers["user-agent"]
        assert request.headers["host"] == f"127.0.0.1:{server.port}"


async def test_connections_are_used_again(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.says("/feed", b"news")
    for _ in range(3):
        await fetch(fetcher, url)
    assert server.connections == 1


@pytest.mark.parametrize("contact", ["", "  ", "ü@example.org", "a\r\nX-Evil: 1"])
async def test_a_contact_that_cannot_be_sent_is_refused(contact: str) -> None:
    with pytest.raises(BadInput, match="ONEALARM_CONTACT"):
        Fetcher(contact=contact)


async def test_a_proxy_in_the_environment_is_not_used(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async with FeedServer.running() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url(""))
        monkeypatch.setenv("ALL_PROXY", proxy.url(""))
        async with fetcher_with() as fetcher:
            await fetch(fetcher, server.says("/feed", b"news"))
        assert proxy.requests == []


class TestAddresses:
    async def test_a_private_address_is_refused_without_a_connection(self, server: FeedServer) -> None:
        async with fetcher_with(allowed_networks=()) as fetcher:
            with pytest.raises(BadInput, match="not a public address"):
                await fetch(fetcher, server.says("/feed", b"secret"))
        assert server.connections == 0

    @pytest.mark.parametrize("host", ["localhost", "2130706433", "127.1", "0x7f.1"])
    async def test_other_spellings_of_this_machine_are_refused(self, server: FeedServer, host: str) -> None:
        async with fetcher_with(allowed_networks=()) as fetcher:
            server.says("/feed", b"secret")
            await refusal(fetcher, server.url("/feed", host=host))
        assert server.connections == 0

    async def test_a_name_with_one_private_address_among_public_ones_is_refused(self, server: FeedServer) -> None:
        resolve = names(("8.8.8.8", "127.0.0.1"))
        async with fetcher_with(allowed_networks=(), resolve=resolve) as fetcher:
            assert "not public" in await refusal(fetcher, server.url("/feed", host="news.example"))
        assert server.connections == 0

    async def test_a_name_that_turns_to_a_private_address_is_refused(self, server: FeedServer) -> None:
        """Rebinding: the first answer is public (here: allowed), the one for the next connection is not."""
        server.says("/feed", b"news", headers=(("Connection", "close"),))
        resolve = names(("127.0.0.1",), ("127.0.0.2",))
        async with fetcher_with(allowed_networks=("127.0.0.1/32",), resolve=resolve) as fetcher:
            url = server.url("/feed", host="news.example")
            assert (await fetch(fetcher, url)).body == b"news"
            server.answers["/feed"] = Answer(raw=b"")
            await refusal(fetcher, url)
            assert "not public" in await refusal(fetcher, url)

    async def test_a_name_is_asked_once_for_each_connection_and_what_was_judged_is_dialled(
        self, server: FeedServer
    ) -> None:
        asked = []

        async def resolve(host: str, port: int) -> tuple[str, ...]:
            asked.append((host, port))
            return ("127.0.0.1",) if len(asked) == 1 else ("10.0.0.1",)

        server.says("/feed", b"news")
        async with fetcher_with(resolve=resolve) as fetcher:
            await fetch(fetcher, server.url("/feed", host="news.example"))
        assert asked == [("news.example", server.port)]
        assert server.requests[0].headers["host"] == f"news.example:{server.port}"

    async def test_a_public_first_answer_does_not_help_a_private_second_one(self, server: FeedServer) -> None:
        """A redirect to the same name asks anew: the first answer allowed it, the second must be judged again."""
        server.says("/start", status=302, headers=(("Location", "/secret"), ("Connection", "close")))
        server.says("/secret", b"secret")
        async with FeedServer.running(host="127.0.0.2") as inner:
            inner.says("/secret", b"secret")
            resolve = names(("127.0.0.1",), ("127.0.0.2",))
            async with fetcher_with(allowed_networks=("127.0.0.1/32",), resolve=resolve) as fetcher:
                server.says("/start", status=302, headers=(("Location", f"http://news.example:{inner.port}/secret"),))
                assert "not public" in await refusal(fetcher, server.url("/start", host="news.example"))
            assert inner.connections == 0

    async def test_the_next_address_is_tried_when_the_first_does_not_answer(self, server: FeedServer) -> None:
        server.says("/feed", b"news")
        async with fetcher_with(resolve=names(("127.0.0.9", "127.0.0.1"))) as fetcher:
            assert (await fetch(fetcher, server.url("/feed", host="news.example"))).body == b"news"

    async def test_a_name_that_does_not_resolve_is_unavailable(self) -> None:
        async def resolve(host: str, port: int) -> tuple[str, ...]:
            raise OSError("no such name")

        async with fetcher_with(resolve=resolve) as fetcher:
            assert "resolved" in await refusal(fetcher, "http://news.example/feed")


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_a_redirect_is_followed(self, server: FeedServer, fetcher: Fetcher, status: int) -> None:
        url = server.says("/old", status=status, headers=(("Location", "new?x=1"),))
        server.says("/new?x=1", b"news")
        fetched = await fetch(fetcher, url)
        assert (fetched.body, fetched.url) == (b"news", server.url("/new?x=1"))

    async def test_a_circle_of_redirects_ends(self, server: FeedServer, fetcher: Fetcher) -> None:
        url = server.says("/round", status=302, headers=(("Location", "/round"),))
        assert "redirects more than 5 times" in await refusal(fetcher, url)
        assert len(server.requests) == 6

    @pytest.mark.parametrize(
        "location",
        [
            "http://169.254.169.254/latest/meta-data",
            "http://[::1]/",
            "http://10.0.0.1/feed",
            "file:///etc/passwd",
            "ftp://news.example/feed",
            "http://user:secret@news.example/",
            "http://[",
            "http://news.example:99999/",
        ],
    )
    async def test_a_redirect_to_where_it_must_not_go_is_unavailable(
        self, server: FeedServer, fetcher: Fetcher, location: str
    ) -> None:
        url = server.says("/old", status=302, headers=(("Location", location),))
        assert "redirects to where it must not" in await refusal(fetcher, url)

    async def test_a_redirect_to_a_name_with_a_private_address_is_refused(self, server: FeedServer) -> None:
        async with fetcher_with(resolve=names(("127.0.0.1",), ("192.168.0.1",))) as fetcher:
            url = server.says("/old", status=302, headers=(("Location", "http://inner.example/"),))
            assert "not public" in await refusal(fetcher, url.replace("127.0.0.1", "news.example"))

    async def test_a_redirect_without_a_place_is_returned_as_it_is(self, server: FeedServer, fetcher: Fetcher) -> None:
        assert (await fetch(fetcher, server.says("/old", status=302, headers=()))).status == 302


class TestTls:
    async def test_the_name_is_sent_and_verified_though_the_address_is_dialled(self) -> None:
        async with (
            FeedServer.running(tls=True) as server,
            fetcher_with(resolve=names(("127.0.0.1",)), tls=client_context()) as fetcher,
        ):
            server.says("/feed", b"news")
            assert (await fetch(fetcher, server.url("/feed", host=TLS_NAME))).body == b"news"

    async def test_a_certificate_for_another_name_is_refused(self) -> None:
        async with (
            FeedServer.running(tls=True) as server,
            fetcher_with(resolve=names(("127.0.0.1",)), tls=client_context()) as fetcher,
        ):
            assert "no answer" in await refusal(fetcher, server.url("/feed", host="other.example"))
            assert server.requests == []

    async def test_an_unknown_issuer_is_refused(self) -> None:
        async with (
            FeedServer.running(tls=True) as server,
            fetcher_with(resolve=names(("127.0.0.1",)), tls=ssl.create_default_context()) as fetcher,
        ):
            await refusal(fetcher, server.url("/feed", host=TLS_NAME))
            assert server.requests == []

    async def test_a_redirect_from_https_to_http_is_refused(self) -> None:
        async with (
            FeedServer.running(tls=True) as server,
            fetcher_with(resolve=names(("127.0.0.1",)), tls=client_context()) as fetcher,
        ):
            server.says("/old", status=302, headers=(("Location", "http://news.example/feed"),))
            assert "from https to http" in await refusal(fetcher, server.url("/old", host=TLS_NAME))


class TestTime:
    @pytest.mark.parametrize("before_hold", [0, 2])
    async def test_a_server_that_stops_talking_is_left_in_time(self, server: FeedServer, before_hold: int) -> None:
        hold = asyncio.Event()
        url = server.says("/slow", b"news", hold=hold, before_hold=before_hold)
        async with fetcher_with(limits=QUICK) as fetcher:
            began = time.monotonic()
            assert "not done within 0.3 s" in await refusal(fetcher, url)
            assert time.monotonic() - began < 2

    async def test_a_body_that_drips_for_ever_is_left_at_the_total_limit(self) -> None:
        """Each byte comes well within the read time-out; only the total ends it."""

        ended = asyncio.Event()

        async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            loop = asyncio.get_running_loop()
            gone = loop.create_future()

            def one() -> None:
                if writer.is_closing():
                    gone.set_result(None)
                else:
                    writer.write(b".")
                    loop.call_later(0.01, one)

            one()
            await gone
            ended.set()

        listener = await asyncio.start_server(drip, "127.0.0.1", 0)
        async with listener, fetcher_with(limits=QUICK) as fetcher:
            port = listener.sockets[0].getsockname()[1]
            assert "not done within" in await refusal(fetcher, f"http://127.0.0.1:{port}/")
            await asyncio.wait_for(ended.wait(), WITHIN)

    async def test_a_slow_name_counts_too(self) -> None:
        async def resolve(host: str, port: int) -> tuple[str, ...]:
            await asyncio.Event().wait()
            return ()

        async with fetcher_with(limits=QUICK, resolve=resolve) as fetcher:
            assert "not done within" in await refusal(fetcher, "http://news.example/")

    async def test_a_stalled_read_ends_at_the_read_limit(self, server: FeedServer) -> None:
        limits = FetchLimits(read=timedelta(seconds=0.1))
        async with fetcher_with(limits=limits) as fetcher:
            url = server.says("/slow", b"news", hold=asyncio.Event())
            assert "ReadTimeout" in await refusal(fetcher, url)

    async def test_one_host_is_asked_by_two_at_a_time(self, server: FeedServer, fetcher: Fetcher) -> None:
        hold = asyncio.Event()
        urls = [server.says(f"/{number}", b"news", hold=hold) for number in range(4)]
        async with asyncio.TaskGroup() as tasks:
            fetches = [tasks.create_task(fetch(fetcher, url)) for url in urls]
            while len(server.requests) < 2:
                server.asked.clear()
                await asyncio.wait_for(server.asked.wait(), WITHIN)
            for _ in range(20):
                await asyncio.sleep(0)  # gives a third request every chance to be sent
            assert len(server.requests) == 2
            hold.set()
        assert [task.result().body for task in fetches] == [b"news"] * 4


class TestSize:
    LIMITS = replace(FetchLimits(), body_bytes=100_000)

    async def test_a_body_at_the_limit_is_taken_and_one_byte_more_is_not(self, server: FeedServer) -> None:
        async with fetcher_with(limits=self.LIMITS) as fetcher:
            assert len((await fetch(fetcher, server.says("/whole", b"x" * 100_000))).body) == 100_000
            assert "larger than" in await refusal(fetcher, server.says("/more", b"x" * 100_001))

    async def test_a_body_without_announced_length_is_cut_off_while_it_streams(self, server: FeedServer) -> None:
        async with fetcher_with(limits=self.LIMITS) as fetcher:
            url = server.says("/endless", raw=b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3_000_000)
            assert "larger than" in await refusal(fetcher, url)

    async def test_a_compressed_body_is_decoded(self, server: FeedServer, fetcher: Fetcher) -> None:
        url = server.says("/zip", gzip.compress(b"news", mtime=0), headers=(("Content-Encoding", "gzip"),))
        assert (await fetch(fetcher, url)).body == b"news"

    async def test_a_bomb_is_refused_without_being_unpacked(self, server: FeedServer, fetcher: Fetcher) -> None:
        bomb = gzip.compress(bytes(200_000_000), compresslevel=9)
        url = server.says("/bomb", bomb, headers=(("Content-Encoding", "gzip"),))
        tracemalloc.start()
        problem = await refusal(fetcher, url)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert "cannot be used" in problem
        assert peak < 20_000_000

    async def test_a_small_bomb_within_the_size_limit_is_refused_for_its_ratio(
        self, server: FeedServer, fetcher: Fetcher
    ) -> None:
        url = server.says("/bomb", gzip.compress(bytes(1_000_000)), headers=(("Content-Encoding", "gzip"),))
        assert "beyond reason" in await refusal(fetcher, url)

    @pytest.mark.parametrize(
        ("encoding", "body"),
        [
            ("gzip", b"not gzip at all"),
            ("gzip", gzip.compress(b"news" * 100, mtime=0)[:-9]),
            ("gzip", gzip.compress(b"news", mtime=0) + b"more"),
            ("gzip", b""),
            ("gzip, gzip", gzip.compress(gzip.compress(b"news", mtime=0), mtime=0)),
            ("deflate", zlib.compress(b"news")),
            ("br", b"news"),
        ],
    )
    async def test_an_encoding_that_is_damaged_or_was_not_asked_for_is_refused(
        self, server: FeedServer, fetcher: Fetcher, encoding: str, body: bytes
    ) -> None:
        url = server.says("/zip", body, headers=(("Content-Encoding", encoding),))
        assert "cannot be used" in await refusal(fetcher, url)

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"nonsense\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort",
            b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000 + b"\r\n\r\n",
        ],
    )
    async def test_a_broken_answer_is_unavailable_and_names_the_host_only(
        self, server: FeedServer, fetcher: Fetcher, raw: bytes
    ) -> None:
        problem = await refusal(fetcher, server.says("/secret-token", raw=raw))
        assert problem.startswith("127.0.0.1: ")
        assert "secret-token" not in problem

    async def test_the_body_of_an_error_is_not_read(self, server: FeedServer, fetcher: Fetcher) -> None:
        url = server.says("/gone", b"x" * 1_000_000, status=410)
        assert (await fetch(fetcher, url)).body == b""


async def test_a_port_where_nobody_listens_is_unavailable(fetcher: Fetcher) -> None:
    async with FeedServer.running() as server:
        url = server.url("/feed")
    assert "no answer" in await refusal(fetcher, url)
