"""The texts of a feed: well formed whatever is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from onealarm.delivery.chapters import chapters, transcript
from onealarm.delivery.podcast import Enclosure, Episode, episode_title, podcast
from onealarm.pipeline.briefing import SpokenSection

AT = datetime(2026, 3, 4, 5, 30, tzinfo=UTC)


def section(kind: str, start_ms: int, end_ms: int, display: str) -> SpokenSection:
    return SpokenSection(kind, start_ms, end_ms, display, display, shared=True)


@pytest.mark.parametrize("said", ["a\x00b\x0bc\ud800", ']]> & <b> "q" \'', "\u2028 \ufffe 🌧", ""])
def test_a_feed_is_well_formed_whatever_is_said(said: str) -> None:
    sound = Enclosure("https://x/?a=1&b=2", 1234, "audio/mp4", timedelta(seconds=61.6))
    episode = Episode("urn:x", said, said, AT, sound, ("https://x/c", "c/c"), ("https://x/t", "t/t"))
    rss = ElementTree.fromstring(podcast([episode, episode], address="https://x/", link="https://x/", language="en"))
    items = rss.findall("channel/item")
    assert len(items) == 2
    enclosure = items[0].find("enclosure")
    assert enclosure is not None
    assert enclosure.attrib == {"url": sound.url, "length": "1234", "type": "audio/mp4"}
    assert "\x00" not in (items[0].findtext("title") or "")
    assert items[0].findtext("{http://www.itunes.com/dtds/podcast-1.0.dtd}duration") == "62"


@pytest.mark.parametrize(
    ("zone", "language", "title"),
    [
        ("Pacific/Kiritimati", "en", "Wake-up of Wednesday, March 4, 2026, 7:30\u202fPM"),
        ("America/New_York", "de", "Weckruf für Mittwoch, 4. März 2026, 00:30"),
    ],
)
def test_an_episode_is_named_by_the_listeners_own_clock(zone: str, language: str, title: str) -> None:
    assert episode_title(AT, zone=ZoneInfo(zone), language=language) == title


def test_chapters_begin_with_the_sound_and_cues_are_single_blocks() -> None:
    sections = [section("greeting", 500, 2_345, "Hi --> <you>\n\nthere"), section("news", 3_600_000, 3_661_001, "x")]
    found = chapters(sections, language="en")
    assert found["version"] == "1.2.0"
    assert found["chapters"] == [{"startTime": 0, "title": "Greeting"}, {"startTime": 3600.0, "title": "News"}]
    assert transcript(sections) == (
        "WEBVTT\n\n00:00:00.500 --> 00:00:02.345\nHi --&gt; &lt;you&gt; there\n\n01:00:00.000 --> 01:01:01.001\nx\n"
    )
