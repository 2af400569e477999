"""Feeds that are refused, and what publishers send that gives no headlines."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Final

from onealarm.sources.feed_document import LONGEST_FEED
from tests.bad_input.case import Case
from tests.support.feed_server import Answer, rss


@dataclass(frozen=True, slots=True)
class Publisher:
    """An address to read, or what the address ``/feed`` of a publisher at 127.0.0.1 answers with."""

    url: str = ""
    answer: Answer | None = None


_URL: Final = "Give a public address such as https://example.org/news.xml"
_XML: Final = (("Content-Type", "application/rss+xml"),)
_GZIP: Final = (*_XML, ("Content-Encoding", "gzip"))
_NO_FEED: Final = "sent no feed that can be read: neither RSS nor Atom"
_ENTITIES: Final = "sent no feed that can be read: declares entities"


def _address(url: str, problem: str, *, given: str = "") -> Case[Publisher]:
    return Case(given or f"`{url}`", Publisher(url), "feeds", problem, _URL)


def _answer(given: str, answer: Answer, problem: str) -> Case[Publisher]:
    return Case(given, Publisher(answer=answer), "127.0.0.1", problem, kind="source-unavailable")


def _body(given: str, body: bytes, problem: str) -> Case[Publisher]:
    return _answer(given, Answer(body), problem)


def _laughs() -> bytes:
    lines = [b"<!ENTITY lol0 'lol'>"]
    lines += [b"<!ENTITY lol%d '%s'>" % (level, b"&lol%d;" % (level - 1) * 10) for level in range(1, 10)]
    return b"<!DOCTYPE rss [" + b"".join(lines) + b"]>" + rss("&lol9;")


_ONLY_WEB: Final = ("one is not an http or https URL", "Give the URL of an RSS or Atom feed")

ADDRESSES: Final = (
    *(
        Case(f"`{url}`", Publisher(url), "feeds", *_ONLY_WEB)
        for url in ("file:///etc/passwd", "ftp://news.example/feed.xml", "/etc/passwd", "feed.xml", "data:,feed")
    ),
    _address("http://10.0.0.1/feed", "10.0.0.1 is not a public address"),
    _address("http://169.254.169.254/", "169.254.169.254 is not a public address"),
    _address("http://[fd00::1]/feed", "fd00::1 is not a public address"),
    _address("http://[64:ff9b::a00:1]/feed", "64:ff9b::a00:1 is not a public address"),
    _address("https://user:secret@news.example/feed", "a URL must not hold a user name or password"),
    _address("https://news.example:0/feed", "port 0 does not exist"),
    _address("https://news.example:99999/feed", "port 99999 does not exist"),
    _address("https://xn--/feed", "it is not a URL"),
    _address("https://news.example/a\r\nHost: x", "a URL holds no blanks and no control characters",
             given="a URL with a line break"),
    _address("https://news.example/" + "x" * 2_000, "a URL of 2021 characters is too long",
             given="a URL of 2,021 characters"),
)  # fmt: skip

ANSWERS: Final = (
    _body("HTML with status 200", b"<!DOCTYPE html><html><body>Are you human?</body></html>", _NO_FEED),
    _body("JSON with status 200", b'{"status": "ok"}', _NO_FEED),
    _body("nothing", b"", _NO_FEED),
    _body("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), _NO_FEED),
    _body("XML of another kind", b"<?xml version='1.0'?><playlist><track/></playlist>", _NO_FEED),
    _body("a feed that ends too early", rss("One", "Two")[:-40], "sent no feed that can be read: ends too early"),
    _body("a billion laughs", _laughs(), _ENTITIES),
    _body("an entity from a file", b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + rss("&x;"), _ENTITIES),
    _body("entities in UTF-16", _laughs().decode().replace("utf-8", "utf-16").encode("utf-16"), _ENTITIES),
    _body("300,000 tags", b"<rss version='2.0'>" + b"<item>" * 300_000,
          "sent no feed that can be read: has more markup than any feed needs"),
    _body("more than 2 MiB", rss("x") + b" " * LONGEST_FEED,
          f"its answer cannot be used: it is announced as larger than {LONGEST_FEED} bytes"),
    _answer("a gzip bomb of 50 MB", Answer(gzip.compress(bytes(50_000_000)), headers=_GZIP),
            f"its answer cannot be used: it is larger than {LONGEST_FEED} bytes"),
    _answer("a gzip bomb of 1 MB", Answer(gzip.compress(bytes(1_000_000)), headers=_GZIP),
            "its answer cannot be used: it is compressed beyond reason"),
    _answer("damaged gzip", Answer(b"\x1f\x8b" + b"x" * 50, headers=_GZIP),
            "its answer cannot be used: its compression is damaged"),
    _answer("gzip that ends too early", Answer(gzip.compress(rss("One"))[:-20], headers=_GZIP),
            "its answer cannot be used: its compressed data end too early"),
    _answer("compression that was not asked for", Answer(rss("One"), headers=(*_XML, ("Content-Encoding", "br"))),
            "its answer cannot be used: it is encoded as 'br', which was not asked for"),
    _answer("a text in an encoding that hides markup",
            Answer(b"+ADw-rss version='2.0'>", headers=(("Content-Type", "text/xml; charset=utf-7"),)),
            _NO_FEED),
    _answer("304, unasked", Answer(status=304), "answered with status 304"),
    _answer("404", Answer(status=404), "answered with status 404"),
    _answer("500", Answer(status=500), "answered with status 500"),
    _answer("204", Answer(status=204), "answered with status 204"),
    _answer("a redirect without a place", Answer(status=302), "answered with status 302"),
    _answer("a redirect to itself, for ever", Answer(status=302, headers=(("Location", "/feed"),)),
            "redirects more than 5 times"),
    _answer("a redirect into a private network", Answer(status=302, headers=(("Location", "http://10.0.0.1/"),)),
            "redirects to where it must not"),
    _answer("a redirect to a file", Answer(status=301, headers=(("Location", "file:///etc/passwd"),)),
            "redirects to where it must not"),
    _answer("a redirect to what is no URL", Answer(status=301, headers=(("Location", "https://xn--/"),)),
            "redirects to where it must not"),
    _answer("a connection that ends without an answer", Answer(raw=b""), "no answer (RemoteProtocolError)"),
    _answer("what is not HTTP", Answer(raw=b"SSH-2.0-OpenSSH_9.2\r\n"), "no answer (RemoteProtocolError)"),
    _answer("less than was announced",
            Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + rss("One")),
            "no answer (RemoteProtocolError)"),
)  # fmt: skip

GROUPS: Final = {"Addresses": ADDRESSES, "Answers": ANSWERS}
CASES: Final = tuple(case for group in GROUPS.values() for case in group)
