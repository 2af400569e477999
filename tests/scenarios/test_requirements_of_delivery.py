"""Requirements of delivery, by the numbers of the project's list of requirements."""

from __future__ import annotations

import asyncio
import re
import socket
from calendar import timegm
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import av
import feedparser
import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from onealarm.api.app import create_app
from onealarm.api.server import serve
from onealarm.audio.decode import decode
from onealarm.audio.measure import measure
from onealarm.audio.segment import SAMPLE_RATE
from onealarm.bootstrap import Parts, build
from onealarm.briefing.facts import Headline
from onealarm.config import load_settings
from onealarm.providers import parse_providers
from tests.api.support import Connect, assert_problem, briefing_of, make_due_briefings
from tests.support.clock import VirtualClock
from tests.support.content import Vendors


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


async def test_r13_r14_r15_a_player_of_the_playlist_hears_the_very_samples_of_the_file(
    sarah: httpx.AsyncClient, parts: Parts, address: str
) -> None:
    manifest = await briefing_of(sarah, parts)
    link = (await sarah.get(f"/v1/audio/{manifest['id']}/link")).json()["playlist"]
    heard, told = await asyncio.to_thread(play, address + link)
    whole = decode((await sarah.get(manifest["files"]["aac"]["url"])).content)
    assert heard.size == whole.size
    assert np.abs(heard - whole).max() < 1e-4, "joins sound as in the file"
    assert told == pytest.approx(whole.size / SAMPLE_RATE, abs=0.05)
    loudness = measure(heard)
    assert loudness.lufs == pytest.approx(-16, abs=1)
    assert loudness.true_peak_dbtp <= -1
    assert manifest["duration_ms"] == pytest.approx(whole.size * 1000 / SAMPLE_RATE, abs=1)


async def test_r06_what_an_edit_withdraws_is_delivered_no_more_and_what_is_shared_stays(
    sarah: httpx.AsyncClient, nobody: httpx.AsyncClient, parts: Parts
) -> None:
    manifest = await briefing_of(sarah, parts)
    podcast = (await sarah.post("/v1/users/me/feeds")).json()["podcast"]
    link = (await sarah.get(f"/v1/audio/{manifest['id']}/link")).json()["playlist"]
    shared = [
        line for line in (await nobody.get(link)).text.splitlines() if "scope=shared" in line and "/pause-" not in line
    ]
    assert len(feedparser.parse((await nobody.get(podcast)).content).entries) == 1
    await sarah.patch(f"/v1/alarms/{manifest['alarm_id']}", json={"time": "07:31"})
    assert_problem(await nobody.get(link), 404, field="audio")
    assert feedparser.parse((await nobody.get(podcast)).content).entries == []
    for address in shared:
        assert (await nobody.get(address)).status_code == 200
    await make_due_briefings(parts)
    [again] = feedparser.parse((await nobody.get(podcast)).content).entries
    assert "7:31" in again.title


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


async def test_r40_the_flash_briefing_is_one_for_all_and_as_assistants_want_it(
    database_url: str, clock: VirtualClock, tmp_path: Path, connect: Connect
) -> None:
    settings = load_settings(ONEALARM_HOME=str(tmp_path), ONEALARM_PUBLIC_URL="https://alarm.example.org/")
    providers = parse_providers({"flash": [{"name": "morning", "title": "The world", "categories": ["world"]}]})
    vendors = Vendors()
    told = ["Storm hits the northern coast", "City council approves new tram line", "Rare bird seen in the old harbour"]
    async with build(
        settings, database_url, now=clock.now, stock=(), desks=vendors.desks, providers=providers
    ) as built:
        api = connect(create_app(built, household=False))
        address = "/v1/flash-briefings/morning.json"
        assert_problem(await api.get(address), 404, field="flash")
        assert_problem(await api.get("/v1/flash-briefings/evening.json"), 404, field="flash")
        [desk] = [one for one in built.services if one.name == "flash"]
        for number in range(7):
            story = Headline(told[number % 3], f"Wire {'ABCDEFG'[number]}", None, clock.now(), clock.now())
            vendors.news.feeds["en:world"] = (story,)
            assert await desk.run_once() >= 1
            assert await desk.run_once() == 0, "an edition is rendered once"
            clock.advance(timedelta(hours=7))
        response = await api.get(address)
        assert (response.headers["content-type"], response.headers["cache-control"]) == (
            "application/json",
            "public, max-age=300",
        )
        items = response.json()
        assert len(items) == 5
        assert len(list((tmp_path / "audio" / "flash" / "morning").iterdir())) == 5, "what is over is deleted"
        dates = [item["updateDate"] for item in items]
        assert dates == sorted(dates, reverse=True)
        assert len({item["uid"] for item in items}) == 5
        for item in items:
            assert item.keys() == {"uid", "updateDate", "titleText", "mainText", "streamUrl"}
            assert re.fullmatch(r"2026-11-2\dT\d\d:00:\d\d\.0Z", item["updateDate"])
            assert 0 < len(item["mainText"]) <= 4_500
            assert "Good morning" not in item["mainText"]
            assert item["streamUrl"].startswith("https://alarm.example.org/v1/flash-briefings/morning/")
        assert (items[0]["titleText"], told[0] in items[0]["mainText"]) == ("The world", True)
        sound = await api.get(items[0]["streamUrl"])
        assert (sound.status_code, sound.headers["content-type"]) == (200, "audio/mpeg")
        with av.open(BytesIO(sound.content)) as file:
            assert file.streams.audio[0].codec_context.name.startswith("mp3")
        samples = decode(sound.content)
        assert 10 <= samples.size / SAMPLE_RATE <= 600
        loudness = measure(samples)
        assert loudness.lufs == pytest.approx(-14, abs=1)
        assert loudness.true_peak_dbtp <= -2
        assert_problem(await api.get("/v1/flash-briefings/morning/11111111-1111-1111-1111-111111111111.mp3"), 404)
