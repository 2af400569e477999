"""From bytes to entries: every kind of feed, and every kind of thing that is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onealarm.sources.feed_document import LONGEST_FEED, NotAFeedError, prepare
from onealarm.sources.feed_entries import ParsedFeed, Unreadable, read_entries
from tests.support.feed_server import rss

ATOM = """<?xml version="1.0"?>
<!-- a comment with <html> in it -->
<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom Times</title>
<entry><title type="html">Fire &amp;amp; &lt;b&gt;flood&lt;/b&gt;</title><link href="https://a.example/1"/>
<updated>2026-11-24T05:00:00+01:00</updated></entry>
<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Rain <i>again</i></div></title></entry>
<entry><title>5 &lt; 6, says study</title><published>2026-11-23T05:00:00Z</published></entry>
</feed>"""

RDF = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Old Times</title></channel>
<item rdf:about="y"><title>Old form, new story</title><link>https://o.example/1</link>
<dc:date>2026-11-24T05:00:00Z</dc:date></item></rdf:RDF>"""

NETSCAPE = """<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.example/rss-0.91.dtd">
<rss version="0.91"><channel><title>N</title><item><title>Caf&eacute; reopens</title></item></channel></rss>"""


def parse(body: bytes | str, *, charset: str | None = None) -> ParsedFeed:
    parsed = read_entries(prepare(body.encode() if isinstance(body, str) else body, charset=charset))
    assert isinstance(parsed, ParsedFeed), parsed
    return parsed


def titles(body: bytes | str, *, charset: str | None = None) -> list[str]:
    return [entry.title for entry in parse(body, charset=charset).entries]


def reason(body: bytes) -> str:
    try:
        parsed = read_entries(prepare(body, charset=None))
    except NotAFeedError as error:
        return str(error)
    assert isinstance(parsed, Unreadable), parsed
    return parsed.reason


def test_rss_gives_publisher_titles_links_and_dates() -> None:
    parsed = parse(rss("Rain later", "Sun tomorrow"))
    assert parsed.title == "The Daily Example"
    assert [entry.title for entry in parsed.entries] == ["Rain later", "Sun tomorrow"]
    assert parsed.entries[0].url == "https://news.example/0"
    assert parsed.entries[0].published_at == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_atom_titles_of_every_type_become_plain_text() -> None:
    parsed = parse(ATOM)
    assert [entry.title for entry in parsed.entries] == ["Fire & flood", "Rain again", "5 < 6, says study"]
    assert [entry.published_at for entry in parsed.entries] == [
        datetime(2026, 11, 24, 4, 0, tzinfo=UTC),
        None,
        datetime(2026, 11, 23, 5, 0, tzinfo=UTC),
    ]


def test_the_older_forms_are_read() -> None:
    assert titles(RDF) == ["Old form, new story"]
    assert titles(NETSCAPE) == ["Café reopens"]


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("<![CDATA[Fire <b>in</b> the&nbsp;city]]>", "Fire in the city"),
        ("Fish &amp; chips", "Fish & chips"),
        ("AT&amp;amp;T profits up", "AT&T profits up"),
        ("&lt;script&gt;alert(1)&lt;/script&gt; Storm", "alert(1) Storm"),
        ("&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two", "One two"),
        ("  Much \n\n  room \t here ", "Much room here"),
        ("Profit &gt; 10%, loss &lt; 5%", "Profit > 10%, loss < 5%"),
        ("It&#8217;s &quot;over&quot;", 'It’s "over"'),
        ("Café &#xe9;clair", "Café éclair"),
        ("&lt;img src=x onerror=alert(1)&gt;Storm", "Storm"),
    ],
)
def test_markup_is_stripped_entities_decoded_and_blanks_folded(title: str, plain: str) -> None:
    body = f"<rss version='2.0'><channel><title>T</title><item><title>{title}</title></item></channel></rss>"
    assert titles(body) == [plain]


def test_a_long_title_is_cut_at_a_word() -> None:
    (title,) = titles(rss("word " * 100))
    assert len(title) <= 250
    assert title.endswith("word…")


def test_entries_without_a_title_that_can_be_read_are_left_out() -> None:
    assert titles(rss("", "   ", "…!?", "&lt;br&gt;", "x" * 400, "Rain later")) == ["Rain later"]


def test_links_that_are_not_of_the_web_are_left_out() -> None:
    body = rss("Rain").replace(b"https://news.example/0", b"javascript:alert(1)")
    assert parse(body).entries[0].url is None


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 99:99:99", "x" * 5_000])
def test_a_date_that_cannot_be_read_is_absent(date: str) -> None:
    body = (
        rss("Rain")
        .replace(b"<pubDate>", b"<pubDate>" + date.encode() + b"</pubDate><!--")
        .replace(b"</pubDate></item>", b"--></item>")
    )
    assert parse(body).entries[0].published_at is None


DECLARATION = "<?xml version='1.0' encoding='{}'?>"
ACCENTED = "<rss version='2.0'><channel><title>T</title><item><title>Zoë à São</title></item></channel></rss>"


@pytest.mark.parametrize(
    ("written", "declared", "charset"),
    [
        ("utf-8", "utf-8", None),
        ("utf-8-sig", "utf-8", "utf-8"),
        ("utf-8", "iso-8859-1", None),  # declared wrongly
        ("utf-8", "us-ascii", "iso-8859-1"),  # wrongly, twice
        ("iso-8859-1", "iso-8859-1", None),
        ("iso-8859-1", "utf-8", None),  # wrongly
        ("iso-8859-1", "utf-8", "utf-8"),  # wrongly, twice
        ("cp1252", "no-such-encoding", "nonsense \x00"),
        ("iso-8859-15", "utf-8", "iso-8859-15"),
        ("utf-16", "utf-16", None),
        ("utf-16-le", "utf-16", "utf-16"),
        ("utf-16-be", "utf-16", None),
    ],
)
def test_text_is_right_in_whatever_way_it_is_encoded_and_declared(
    written: str, declared: str, charset: str | None
) -> None:
    body = (DECLARATION.format(declared) + ACCENTED).encode(written)
    assert titles(body, charset=charset) == ["Zoë à São"]


def test_other_alphabets_are_read_in_their_declared_encodings() -> None:
    body = (DECLARATION.format("windows-1251") + ACCENTED.replace("Zoë à São", "Привет, мир")).encode("cp1251")
    assert titles(body) == ["Привет, мир"]
    body = (DECLARATION.format("Shift_JIS") + ACCENTED.replace("Zoë à São", "東京で地震")).encode("shift_jis")
    assert titles(body) == ["東京で地震"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   \n",
        b"<!DOCTYPE html><html><head><title>News</title></head><body>Welcome</body></html>",
        b"<html><body><rss version='2.0'><channel><item><title>x</title></item></channel></rss></body></html>",
        b'{"items": [{"title": "Rain"}]}',
        b"Rain later",
        b"<",
        b"<!--",
        b"<?xml version='1.0'?>",
        b"<sitemap><url/></sitemap>",
        b"<feedback><entry><title>x</title></entry></feedback>",
        b"<!-- <rss version='2.0'> --><html></html>",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        bytes(10_000),
        b"x" * (LONGEST_FEED + 1),
    ],
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    assert reason(body)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9, 0.99])
def test_a_truncated_feed_is_refused(kept: float) -> None:
    body = rss(*(f"Story number {number}" for number in range(50)))
    assert reason(body[: int(len(body) * kept)]) == "ends too early"


def test_a_feed_that_is_whole_but_not_quite_well_formed_is_read() -> None:
    assert titles(rss("Fish & chips", "Rain&nbsp;later")) == ["Fish & chips", "Rain later"]


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parse(rss()).entries == ()


@given(st.binary(max_size=2_000))
def test_no_bytes_at_all_make_it_fail_in_another_way(body: bytes) -> None:
    assert reason(body)


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_no_title_makes_it_fail_or_yields_more_than_its_bounds(title: str, encoding: str) -> None:
    body = ACCENTED.replace("Zoë à São", title).encode(encoding, errors="replace")
    try:
        parsed = read_entries(prepare(body, charset=None))
    except NotAFeedError:
        return
    if isinstance(parsed, ParsedFeed):
        assert all(len(entry.title) <= 250 and entry.title == entry.title.strip() for entry in parsed.entries)
