"""``onealarm demo`` with a voice and a writer behind ``onealarm standin``: well, and with what providers do."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from onealarm.audio.decode import decode
from onealarm.audio.segment import SAMPLE_RATE
from tests.support.commands import free_port, run_json, running

TITLE = "Ferry service across the fjord resumes after 12 days of storms"


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    port = free_port()
    with running("standin", "--port", str(port), "--tones", environment={}) as command:
        yield command.wait_for("The stand-in is ready").split()[-1]
        assert command.end(signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("faults", "tier", "reason", "engine", "told"),
    [
        ({}, "full", None, "openai", "it is reported."),
        ({"speech": "quota", "chat": "fabricates"}, "local", "no quota or credit left", "espeak", "The Fjord Post"),
        ({"speech": "html", "chat": "refusal"}, "local", "no usable sound", "espeak", "The Fjord Post"),
    ],
)
def test_r7_r8_r9_there_is_always_a_briefing_that_says_how_good_it_is(
    base_url: str, tmp_path: Path, faults: dict[str, str], tier: str, reason: str | None, engine: str, told: str
) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(
        f'<rss version="2.0"><channel><title>The Fjord Post</title><item><title>{TITLE}</title></item></channel></rss>'
    )
    given = {"speech": None, "chat": None, **faults}
    httpx.put(base_url.removesuffix("/v1") + "/faults", json=given, trust_env=False).raise_for_status()
    providers = ("--writer", "openai", "--speech", "openai", "--base-url", base_url)
    result: dict[str, Any] = run_json(
        "demo", "--name", "Sarah", "--timezone", "UTC", "--feed", str(feed), "--out", str(tmp_path), *providers,
        environment={},
    )  # fmt: skip
    assert result["tier"] == tier
    assert (result["reason"] is None) if reason is None else (reason in result["reason"])
    assert engine in result["engine"]
    [news] = [section["text"] for section in result["sections"] if section["kind"] == "news"]
    assert "twelve days" in news
    assert told in news
    assert "Montgomery" not in news
    sound = decode((tmp_path / "briefing.aac").read_bytes())
    assert round(sound.size * 1000 / SAMPLE_RATE) == result["briefing"]["duration_ms"]
