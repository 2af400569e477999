"""Feeds made to harm: entities that multiply, files and servers named in them, documents that are slow to parse."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onealarm.sources.feed_document import NotAFeedError, prepare
from onealarm.sources.feed_entries import ParsedFeed, Unreadable, read_entries
from tests.support.feed_server import FeedServer, rss

BODY = b"<rss version='2.0'><channel><title>T</title><item><title>&%s;</title></item></channel></rss>"


def laughs() -> bytes:
    lines = [b"<!ENTITY lol0 'lol'>"]
    lines += [b"<!ENTITY lol%d '%s'>" % (level, b"&lol%d;" % (level - 1) * 10) for level in range(1, 11)]
    return b"\n".join(lines)


def document(declarations: bytes, *, entity: bytes = b"lol10", encoding: str = "utf-8") -> bytes:
    text = b"<?xml version='1.0' encoding='%s'?>\n<!DOCTYPE rss [\n%s\n]>\n" % (encoding.encode(), declarations)
    return (text + BODY % entity).decode().encode(encoding)


@pytest.fixture
def bounds() -> Iterator[None]:
    """At most two seconds and 100 MB more than before."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    yield
    assert time.process_time() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.usefixtures("bounds")
@pytest.mark.parametrize(
    "body",
    [
        document(laughs()),
        document(laughs().replace(b"\n", b"")),  # on one line, where the parser's own guard does not look
        document(laughs(), encoding="utf-16"),
        document(b"<!ENTITY big '" + b"x" * 100_000 + b"'>", entity=b";".join([b"big"] + [b"&big"] * 5_000)),
        document(b"<!ENTITY % remote SYSTEM 'http://127.0.0.1:1/x'> %remote;"),
        document(b"<!ENTITY safe 'word'>", entity=b"safe"),
        b"<rss version='2.0'><!DOCTYPE rss [" + laughs() + b"]><channel/></rss>",
        b"<!-- <rss> --><!DOCTYPE rss [" + laughs() + b"]>" + BODY % b"lol10",
        b"<!DOCTYPE rss [<!entity lol0 'lol'>]>" + BODY % b"lol0",
    ],
    ids=[
        "laughs",
        "one-line",
        "utf-16",
        "quadratic",
        "parameter",
        "harmless",
        "late",
        "comment",
        "lower-case",
    ],
)
def test_a_document_that_declares_entities_is_refused_before_it_is_parsed(body: bytes) -> None:
    with pytest.raises(NotAFeedError):
        prepare(body, charset=None)


@pytest.mark.usefixtures("bounds")
@pytest.mark.parametrize(
    ("name", "opening"), [("utf-7", "+ADwAIQ-"), ("unicode_escape", "\\x3c!"), ("raw_unicode_escape", "\\u003c!")]
)
def test_an_encoding_that_hides_markup_is_not_used(name: str, opening: str) -> None:
    prologue = f"<?xml version='1.0' encoding='{name}'?>{opening}DOCTYPE rss [{opening}ENTITY lol 'lol'>]>"
    assert "<!ENTITY" in prologue.encode().decode(name)
    text = prepare(prologue.encode() + b"<!-- \xff -->" + BODY % b"lol", charset=name)
    parsed = read_entries(text)
    assert isinstance(parsed, ParsedFeed)
    assert all("lol" not in entry.title.replace("&lol;", "") for entry in parsed.entries)


@pytest.mark.usefixtures("bounds")
async def test_files_and_servers_named_in_a_document_are_left_alone(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    async with FeedServer.running() as server:
        body = (
            b"<!DOCTYPE rss SYSTEM '%s'>\n" % server.says("/rss.dtd", b"<!ENTITY x 'y'>").encode()
            + b"<?xml-stylesheet href='%s'?>" % server.url("/style").encode()
            + b"<rss version='2.0' xmlns:xi='http://www.w3.org/2001/XInclude'><channel>"
            + b"<item><title>Rain &x; <xi:include href='%s' parse='text'/></title></item></channel></rss>"
            % bytes(secret)
        )
        parsed = read_entries(prepare(body, charset=None))
        assert server.requests == []
    assert isinstance(parsed, ParsedFeed)
    assert "secret" not in parsed.entries[0].title


async def test_a_body_that_is_the_name_of_a_file_or_a_url_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss("Secret"))
    async with FeedServer.running() as server:
        url = server.says("/feed", rss("Secret"))
        for name in (str(path), url):
            assert isinstance(read_entries(name), Unreadable)
        assert server.requests == []


@pytest.mark.usefixtures("bounds")
@pytest.mark.parametrize(
    "body",
    [
        b"<?xml " + b'encoding="x" ' * 150_000 + b"<rss version='2.0'/>",
        b"<!DOCTYPE" * 200_000 + b"<rss version='2.0'/>",
        b"<!--" * 500_000 + b"<rss version='2.0'/>",
        b"<?x" * 600_000 + b"<rss version='2.0'/>",
        b"\n" * 2_000_000 + b"<rss version='2.0'/>",
        b"<rss version='2.0'>" + b"<a>" * 600_000,
        b"<rss version='2.0'>" + b"<item>" * 300_000,
    ],
    ids=["declaration", "doctype", "comment", "instruction", "blank", "deep", "items"],
)
def test_a_document_that_is_slow_to_parse_is_refused_or_harmless(body: bytes) -> None:
    try:
        document_text = prepare(body, charset=None)
    except NotAFeedError:
        return
    read_entries(document_text)


@pytest.mark.usefixtures("bounds")
def test_a_title_full_of_markup_takes_no_time() -> None:
    for piece in ("&lt;", "&lt;a ", "&amp;", "&amp;amp;", "&lt;!--", "]]&gt;", "&#38;#38;"):
        read_entries(prepare(rss(piece * 50_000), charset=None))
