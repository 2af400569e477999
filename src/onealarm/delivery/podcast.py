"""Podcast: a user's last briefings as a private feed (RSS 2.0, with the tags of iTunes and Podcasting 2.0)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from email.utils import format_datetime
from typing import Final
from xml.etree import ElementTree

from babel.dates import format_date, format_time

MEDIA_TYPE: Final = "application/rss+xml"

_ITUNES: Final = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_PODCAST: Final = "https://podcastindex.org/namespace/1.0"
_ATOM: Final = "http://www.w3.org/2005/Atom"
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_TITLES: Final = {"en": "Wake-up of {day}, {time}", "de": "Weckruf für {day}, {time}"}
_CHANNELS: Final = {
    "en": ("OneAlarm", "Your wake-ups of the last days. This feed is yours alone: do not pass its address on."),
    "de": (
        "OneAlarm",
        "Deine Weckrufe der letzten Tage. Dieser Feed gehört dir allein: Gib seine Adresse nicht weiter.",
    ),
}


@dataclass(frozen=True, slots=True)
class Enclosure:
    """The sound: ``size`` in bytes."""

    url: str
    size: int
    media_type: str
    duration: timedelta


@dataclass(frozen=True, slots=True)
class Episode:
    """``guid`` stays when the briefing of an occurrence is made again; ``chapters`` and ``transcript`` are addresses,
    each with its media type.
    """

    guid: str
    title: str
    summary: str
    published_at: datetime
    enclosure: Enclosure
    chapters: tuple[str, str]
    transcript: tuple[str, str]


def episode_title(ring_at: datetime, *, zone: tzinfo, language: str) -> str:
    """The ring as its listener's wall shows it."""
    local = ring_at.astimezone(zone)
    day = format_date(local.date(), "full", locale=language)
    return _TITLES[language].format(day=day, time=format_time(local.time(), "short", locale=language))


def podcast(episodes: Sequence[Episode], *, address: str, link: str, language: str) -> bytes:
    """The feed at ``address``, newest episode first; ``link`` is the page that it belongs to."""
    for prefix, namespace in (("itunes", _ITUNES), ("podcast", _PODCAST), ("atom", _ATOM)):
        ElementTree.register_namespace(prefix, namespace)
    rss = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(rss, "channel")
    title, description = _CHANNELS[language]
    _add(channel, "title", title)
    _add(channel, "link", link)
    _add(channel, "description", description)
    _add(channel, "language", language)
    _add(channel, "ttl", "15")
    ElementTree.SubElement(channel, f"{{{_ATOM}}}link", href=address, rel="self", type=MEDIA_TYPE)
    _add(channel, f"{{{_ITUNES}}}author", title)
    _add(channel, f"{{{_ITUNES}}}block", "Yes")
    _add(channel, f"{{{_ITUNES}}}explicit", "false")
    ElementTree.SubElement(channel, f"{{{_ITUNES}}}category", text="News")
    _add(channel, f"{{{_PODCAST}}}locked", "yes")
    for episode in episodes:
        _episode(channel, episode)
    text: bytes = ElementTree.tostring(rss, encoding="utf-8", xml_declaration=True)
    return text


def _episode(channel: ElementTree.Element, episode: Episode) -> None:
    item = ElementTree.SubElement(channel, "item")
    sound = episode.enclosure
    _add(item, "title", episode.title)
    _add(item, "description", episode.summary)
    _add(item, "guid", episode.guid, isPermaLink="false")
    _add(item, "pubDate", format_datetime(episode.published_at))
    ElementTree.SubElement(item, "enclosure", url=sound.url, length=str(sound.size), type=sound.media_type)
    _add(item, f"{{{_ITUNES}}}duration", str(max(1, round(sound.duration.total_seconds()))))
    for tag, (url, media_type) in (("chapters", episode.chapters), ("transcript", episode.transcript)):
        ElementTree.SubElement(item, f"{{{_PODCAST}}}{tag}", url=url, type=media_type)


def _add(parent: ElementTree.Element, tag: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, tag, attributes).text = _NOT_XML.sub("", text)
