"""The ladder as listeners hear it: short while there is too much to do, and full again when there is time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from onealarm.bootstrap import Parts, build
from onealarm.config import load_settings
from onealarm.control.emergency import Level
from onealarm.jobs.job import JobState
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm_in

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def parts(database_url: str, clock: VirtualClock, tmp_path: Path) -> Any:
    settings = load_settings(ONEALARM_HOME=str(tmp_path / "home"), ONEALARM_PROCESSES="1")
    async with build(settings, database_url, now=clock.now, stock=()) as built:
        yield built


async def obey(parts: Parts, level: Level | None) -> None:
    """As if an operator had set the level, and the leader and this process had followed."""
    await parts.control.set_override(level, lasts=HOUR, why="a test")
    for service in (*parts.leadership, parts.follower):
        await service.run_once()


HOUR = timedelta(hours=1)


async def work(parts: Parts) -> int:
    await parts.queue.beat(parts.worker.id, report=parts.worker.report())
    begun = await parts.worker.claim_once()
    await parts.worker.finish()
    return begun


async def repair(parts: Parts) -> int:
    [repairer] = [service for service in parts.services if service.name == "repairer"]
    return await repairer.run_once()


async def test_r24_a_short_briefing_is_told_plays_and_is_made_again_in_full(parts: Parts, clock: VirtualClock) -> None:
    alarm = await make_alarm_in(parts.database, 50 * MINUTE, now=clock.now())
    await parts.queue.beat(parts.worker.id, report=parts.worker.report())
    await obey(parts, Level.SHORTER)
    assert await work(parts) == 1
    short = await parts.audio.of_alarm(alarm.id)
    assert short is not None
    assert short.audio is not None
    assert (short.audio.briefing.tier, short.audio.briefing.reason) == ("short", "too much to do")
    assert await repair(parts) == 0, "there still is"
    clock.advance(timedelta(seconds=1))
    await obey(parts, Level.NORMAL)
    assert await repair(parts) == 1
    assert await repair(parts) == 0, "once"
    [job] = await parts.queue.claim(parts.worker.id, limit=10)
    assert await parts.audio.start(job, voice="alloy")
    meanwhile = await parts.audio.of_alarm(alarm.id)
    assert meanwhile is not None
    assert meanwhile.audio == short.audio, "it plays on"
    assert await parts.queue.bury(job, reason="voice: crashed")
    after = await parts.audio.of_alarm(alarm.id)
    assert after is not None
    assert after.audio == short.audio, "and stays when there is nothing better"
    assert await repair(parts) == 1
    assert await work(parts) == 1
    full = await parts.audio.of_alarm(alarm.id)
    assert full is not None
    assert full.audio is not None
    assert (full.audio.briefing.tier, full.audio.briefing.reason, full.job_state) == ("full", None, JobState.DONE)
    assert await repair(parts) == 0


@pytest.mark.parametrize(("left", "repaired"), [(timedelta(minutes=7, seconds=1), 1), (timedelta(minutes=7), 0)])
async def test_r24_only_where_there_is_time_for_it(
    parts: Parts, clock: VirtualClock, left: timedelta, repaired: int
) -> None:
    await make_alarm_in(parts.database, 50 * MINUTE, now=clock.now())
    await parts.queue.beat(parts.worker.id, report=parts.worker.report())
    await obey(parts, Level.SHORTER)
    await work(parts)
    clock.advance(50 * MINUTE - left)
    await parts.queue.beat(parts.worker.id, report=parts.worker.report())
    await obey(parts, Level.NORMAL)
    assert await repair(parts) == repaired
