"""The page in a real browser: it shows the alarms, and its sound is heard."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Page, async_playwright, expect

from onealarm.alarms.next_ring import wall_time_of
from onealarm.alarms.preferences import Preferences
from onealarm.api.app import create_app
from onealarm.api.server import serve
from onealarm.bootstrap import Parts, build
from onealarm.config import load_settings
from onealarm.ids import UserId

CHROMIUM: Final = Path("/usr/bin/chromium")
ZONE: Final = "America/New_York"
HOSTILE_NAME: Final = "<img src=x onerror=alert(1)> 子"


@pytest.fixture
async def parts(database_url: str, tmp_path: Path) -> AsyncIterator[Parts]:
    settings = load_settings(ONEALARM_HOME=str(tmp_path / "home"), ONEALARM_PROCESSES="1")
    async with build(settings, database_url, stock=("alloy",)) as built:
        await built.stocker.run_once()
        yield built


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A browser that has reported no error of the page by the end of the test."""
    if not CHROMIUM.exists():
        assert not os.environ.get("CI"), "CI installs Debian's Chromium"
        pytest.skip("Debian's Chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        opened = await browser.new_page(viewport={"width": 390, "height": 844})
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        yield opened
        await browser.close()
    # A request without a token is answered with 401, as it should be; the browser notes that.
    assert [error for error in errors if "401" not in error] == []


@asynccontextmanager
async def served(parts: Parts, page: Page, *, household: bool) -> AsyncIterator[str]:
    """A real server; its address. The page, which asks it again and again, is left before it goes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = serve(create_app(parts, household=household))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
            await page.goto("about:blank")
        finally:
            server.should_exit = True
            await serving


async def person(parts: Parts, name: str) -> UserId:
    return (await parts.people.create(Preferences(timezone=ZONE, name=name))).id


async def briefing(parts: Parts, user_id: UserId) -> str:
    """The wall time of an alarm in half an hour, whose briefing has been made."""
    ring = wall_time_of(datetime.now(UTC) + timedelta(minutes=30), ZONE).replace(second=0, microsecond=0)
    await parts.alarms.create(user_id, time=ring.time(), date=ring.date(), label="Run")
    await parts.queue.beat(parts.worker.id)
    assert await parts.worker.claim_once() == 1
    await parts.worker.finish()
    return f"{ring:%H:%M}"


async def value_of(page: Page, name: str) -> Any:
    return await page.locator("audio").first.evaluate("(audio, name) => audio[name]", name)


async def heard_past(page: Page, seconds: float) -> None:
    """Wait until the sound has moved past an instant. Raises when it cannot be played."""
    listening = page.locator("audio").first.evaluate(
        """(audio, seconds) => new Promise((resolve, reject) => {
            audio.addEventListener("timeupdate", () => audio.currentTime > seconds && resolve());
            audio.addEventListener("error", () => reject(audio.error ?? "no source"), true);
        })""",
        seconds,
    )
    await asyncio.wait_for(listening, timeout=15)


async def heard_to_the_end(page: Page) -> None:
    listening = page.locator("audio").first.evaluate(
        "audio => audio.ended || new Promise((resolve) => audio.addEventListener('ended', resolve))"
    )
    await asyncio.wait_for(listening, timeout=15)


async def test_the_household_sees_the_alarm_and_hears_its_briefing(parts: Parts, page: Page, tmp_path: Path) -> None:
    user_id = await person(parts, HOSTILE_NAME)
    wall_time = await briefing(parts, user_id)
    [row] = await parts.audio.of_user(user_id)
    seconds = row["duration_seconds"]
    async with served(parts, page, household=True) as address:
        await page.goto(address)
        alarm = page.get_by_role("article")
        await expect(alarm.get_by_role("heading", level=3)).to_have_text(wall_time)
        await expect(alarm).to_contain_text("Run")
        await expect(alarm).to_contain_text(HOSTILE_NAME)
        await expect(alarm).to_contain_text("Ready: full briefing")
        await expect(page.get_by_text("The voice is artificial.").first).to_be_visible()

        await page.locator("audio").focus()
        await page.keyboard.press("Space")  # what the player's own button does
        await heard_past(page, 0.3)
        assert await value_of(page, "duration") == pytest.approx(seconds, abs=0.2)
        assert (await value_of(page, "currentSrc")).partition("?")[0].endswith("/briefing.m4a")

        await alarm.get_by_role("button", name="Closing").click()
        start_seconds = row["sections"][-1]["start_ms"] / 1000
        await heard_past(page, start_seconds)
        current = alarm.locator(".transcript [aria-current]")
        await alarm.get_by_text("Transcript").click()
        await expect(current).to_have_text(row["sections"][-1]["display"])
        await page.screenshot(path=tmp_path / "household.png", full_page=True)

        # ADTS tells no length: until it has been played to the end, the browser guesses one from the first frames.
        await page.locator("audio").evaluate("audio => { audio.querySelector('source').remove(); audio.load(); }")
        await page.locator("audio").evaluate("audio => { audio.playbackRate = 8; return audio.play(); }")
        await heard_past(page, 0.3)
        assert (await value_of(page, "currentSrc")).partition("?")[0].endswith("/briefing.aac")
        await heard_to_the_end(page)
        assert await value_of(page, "duration") == pytest.approx(seconds, abs=0.2)


async def test_an_alarm_appears_by_itself_and_the_stock_briefing_is_heard_until_its_own_is_made(
    parts: Parts, page: Page, tmp_path: Path
) -> None:
    user_id = await person(parts, "Sarah")
    async with served(parts, page, household=True) as address:
        await page.goto(address)
        await expect(page.get_by_role("status")).to_have_text("There is no alarm yet.")
        await expect(page.get_by_text("onealarm alarm create 07:00 --days weekdays")).to_be_visible()
        await page.screenshot(path=tmp_path / "nothing.png")

        ring = wall_time_of(datetime.now(UTC) + timedelta(hours=8), ZONE)
        await parts.alarms.create(user_id, time=ring.time().replace(second=0, microsecond=0), days=(ring.isoweekday(),))
        await expect(page.get_by_text("Waiting")).to_be_visible(timeout=10_000)
        await expect(page.get_by_text("Listen to the stock briefing")).to_be_visible()
        await page.emulate_media(color_scheme="dark")
        await page.screenshot(path=tmp_path / "stock.png", full_page=True)
        await page.get_by_role("button", name="Greeting").click()
        await heard_past(page, 0.3)


async def test_away_from_the_machine_a_token_is_asked_for_and_the_sound_comes_with_it(
    parts: Parts, page: Page, tmp_path: Path
) -> None:
    sarah, otto = await person(parts, "Sarah"), await person(parts, "Otto")
    await briefing(parts, sarah)
    await parts.alarms.create(otto, time=datetime.now(UTC).time().replace(second=0, microsecond=0))
    [row] = await parts.audio.of_user(sarah)
    async with served(parts, page, household=False) as address:
        await page.goto(address)
        await page.get_by_label("Token").fill("oa_wrong")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_have_text("This token is not known.")
        await page.screenshot(path=tmp_path / "sign-in.png")
        await page.get_by_label("Token").fill(await parts.people.create_token(sarah))
        await page.keyboard.press("Enter")

        await expect(page.get_by_role("article")).to_have_count(1)
        await page.get_by_role("button", name="Load the sound").click()
        await heard_past(page, 0.3)
        assert await value_of(page, "duration") == pytest.approx(row["duration_seconds"], abs=0.2)
        async with page.expect_download() as downloading:
            await page.get_by_role("link", name="Download the ring clip").click()
        assert (await (await downloading.value).path()).read_bytes()[:4] == b"RIFF"

        await page.set_viewport_size({"width": 1200, "height": 800})
        await page.screenshot(path=tmp_path / "token.png", full_page=True)
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_label("Token")).to_be_focused()
        await expect(page.get_by_role("article")).to_have_count(0)
