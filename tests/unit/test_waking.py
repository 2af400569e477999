"""When an idle worker looks again. Time is moved by hand."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from onealarm.worker.waking import FIRST, LONGEST, QUIET, Waking
from tests.support.hand_loop import by_hand, loop

MS = timedelta(milliseconds=1)
HOUR = timedelta(hours=1)


async def pause_of(waking: Waking, *, found: int = 0, until_due: timedelta | None = None) -> timedelta:
    """How long it waits when nobody says anything."""
    started = loop().time()
    waiting = asyncio.create_task(waking.wait(found=found, until_due=until_due))
    while not waiting.done():
        await loop().pass_time(1 * MS)
        assert loop().time() - started < HOUR.total_seconds()
    return timedelta(seconds=round(loop().time() - started, 3))


@by_hand
async def test_the_pause_doubles_up_to_the_longest_and_begins_anew_when_something_is_found() -> None:
    waking = Waking()
    pauses = [await pause_of(waking) for _ in range(7)]
    assert pauses == [100 * MS, 200 * MS, 400 * MS, 800 * MS, LONGEST, LONGEST, LONGEST]
    assert await pause_of(waking, found=1) == FIRST
    assert await pause_of(waking) == 2 * FIRST


@by_hand
async def test_it_looks_when_the_next_job_comes_due_and_never_in_a_circle() -> None:
    waking = Waking()
    assert await pause_of(waking, until_due=30 * MS) == 30 * MS
    assert await pause_of(waking, until_due=timedelta()) == QUIET
    assert await pause_of(waking, until_due=-HOUR) == QUIET
    for _ in range(10):
        last = await pause_of(waking, until_due=HOUR)
    assert last == LONGEST


@by_hand
async def test_a_hint_wakes_at_once() -> None:
    waking = Waking(first=HOUR, longest=HOUR)
    waiting = asyncio.create_task(waking.wait(found=0, until_due=None))
    await loop().settle()
    assert not waiting.done()
    waking.hint()
    await loop().settle()
    assert waiting.done()


@by_hand
async def test_hints_that_follow_closely_wake_together() -> None:
    waking = Waking(first=HOUR, longest=HOUR)
    looks: list[float] = []
    began = loop().time()

    async def look() -> None:
        while True:
            waking.clear()
            await waking.wait(found=0, until_due=None)
            looks.append(round((loop().time() - began) * 1000))

    looking = asyncio.create_task(look())
    for _ in range(12):  # one each millisecond
        waking.hint()
        waking.hint()
        await loop().pass_time(1 * MS)
    await loop().pass_time(20 * MS)
    assert looks == [0, 5, 10, 15]
    waking.hint()
    await loop().settle()
    assert looks[-1] == 32, "after the quiet one is the first again"
    looking.cancel()


@by_hand
async def test_what_is_said_while_it_looks_is_not_forgotten() -> None:
    waking = Waking(first=HOUR, longest=HOUR)
    waking.clear()
    waking.hint()  # the look is under way
    await loop().settle()
    waiting = asyncio.create_task(waking.wait(found=0, until_due=None))
    await loop().settle()
    assert waiting.done()


@by_hand
async def test_what_was_said_before_it_looks_does_not_wake_it_again() -> None:
    waking = Waking(first=HOUR, longest=HOUR)
    waking.wake()
    waking.clear()
    waiting = asyncio.create_task(waking.wait(found=0, until_due=None))
    await loop().pass_time(HOUR / 2)
    assert not waiting.done()
    waking.wake()
    await loop().settle()
    assert waiting.done()


@by_hand
async def test_a_hint_makes_the_pause_short_again() -> None:
    waking = Waking()
    for _ in range(6):
        await pause_of(waking)
    waking.hint()
    await loop().settle()
    waking.clear()
    assert await pause_of(waking) == 2 * FIRST


@by_hand
async def test_a_worker_without_a_slot_waits_for_one_however_long_it_takes() -> None:
    waking = Waking()
    waiting = asyncio.create_task(waking.wait_for_slot())
    await loop().pass_time(HOUR)
    assert not waiting.done()
    waking.wake()
    await loop().settle()
    assert waiting.done()
