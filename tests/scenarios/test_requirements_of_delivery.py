"""Requirements of delivery, by the numbers of the project's list of requirements."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import av
import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from onealarm.api.server import serve
from onealarm.audio.decode import decode
from onealarm.audio.segment import SAMPLE_RATE
from onealarm.bootstrap import Parts
from tests.api.support import briefing_of


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
