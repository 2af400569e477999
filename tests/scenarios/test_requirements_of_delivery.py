"""Requirements of delivery, by the numbers of the project's list of requirements."""

from __future__ import annotations

import asyncio
import socket
from calendar import timegm
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import av
import feedparser
import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from onealarm.api.server import serve
from onealarm.audio.decode import decode
from onealarm.audio.segment import SAMPLE_RATE
from onealarm.bootstrap import Parts
from tests.api.support import briefing_of
from tests.support.clock import VirtualClock


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """The API on a real socket, for players that do their own fetching."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = serve(app)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await asyncio.wait_for(serving, 10)


def play(url: str) -> tuple[np.ndarray[Any, Any], float]:
    """What FFmpeg's player of playlists hears, and how long it says that the whole is, in seconds."""
    with av.open(url) as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
        assert container.duration is not None, "a closed playlist has an end"
        return np.concatenate(frames), container.duration / av.time_base


async def test_r14_r15_a_player_of_the_playlist_hears_the_very_samples_of_the_file(
    sarah: httpx.AsyncClient, parts: Parts, address: str
) -> None:
    manifest = await briefing_of(sarah, parts)
    link = (await sarah.get(f"/v1/audio/{manifest['id']}/link")).json()["playlist"]
    heard, told = await asyncio.to_thread(play, address + link)
    whole = decode((await sarah.get(manifest["files"]["aac"]["url"])).content)
    assert heard.size == whole.size
    assert np.abs(heard - whole).max() < 1e-4, "joins sound as in the file"
    assert told == pytest.approx(whole.size / SAMPLE_RATE, abs=0.05)
    assert manifest["duration_ms"] == pytest.approx(whole.size * 1000 / SAMPLE_RATE, abs=1)


async def test_r40_the_podcast_feed_validates_and_is_behind_a_secret(
    sarah: httpx.AsyncClient, nobody: httpx.AsyncClient, parts: Parts, clock: VirtualClock
) -> None:
    await sarah.patch("/v1/users/me/preferences", json={"language": "de", "name": "Zoë & Söhne <1>"})
    manifest = await briefing_of(sarah, parts, label="Früh & <spät>")
    address = (await sarah.post("/v1/users/me/feeds")).json()["podcast"]
    response = await nobody.get(address)
    assert response.headers["content-type"].startswith("application/rss+xml")
    feed = feedparser.parse(response.content)
    assert not feed.bozo
    assert (feed.version, feed.feed.language, feed.feed.itunes_block) == ("rss20", "de", 1)
    [item] = feed.entries
    assert item.title == "Weckruf für Dienstag, 24. November 2026, 07:30"
    assert "Zoë & Söhne" in item.summary
    assert item.itunes_duration == str(round(manifest["duration_ms"] / 1000))
    generated = datetime.fromisoformat(manifest["generated_at"]).replace(microsecond=0)
    assert datetime.fromtimestamp(timegm(item.published_parsed), UTC) == generated
    [sound] = item.enclosures
    head = await nobody.head(sound.href)
    assert (head.headers["content-length"], head.headers["content-type"]) == (sound.length, sound.type)
    part = await nobody.get(sound.href, headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(part.content)) == (206, 100)

    beside = {link["rel"]: link for link in xml_links(response.content)}
    chapters = (await nobody.get(beside["chapters"]["url"])).json()["chapters"]
    starts = [one["startTime"] for one in chapters]
    assert starts == sorted(set(starts))
    assert starts[0] == 0
    assert chapters[0]["title"] == "Begrüßung"
    assert len(chapters) == len(manifest["sections"])
    vtt = (await nobody.get(beside["transcript"]["url"])).text
    assert vtt.startswith("WEBVTT\n\n")
    assert vtt.count(" --> ") == len(chapters)

    await parts.database.fetch(
        "update audio set generated_at = generated_at + interval '1 minute', etag = $1", "0" * 32
    )
    [again] = feedparser.parse((await nobody.get(address)).content).entries
    assert again.id == item.id, "made again, it is the same episode"
    assert again.published != item.published


def xml_links(feed: bytes) -> list[dict[str, str]]:
    """What of an item only Podcasting 2.0 knows, and the parser does not."""
    [item] = ElementTree.fromstring(feed).iter("item")
    podcast = "{https://podcastindex.org/namespace/1.0}"
    return [{"rel": tag.tag.removeprefix(podcast), **tag.attrib} for tag in item if tag.tag.startswith(podcast)]
