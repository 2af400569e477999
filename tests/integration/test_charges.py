"""What segments cost is written in their rows, and efficiency is counted from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import uuid4

import pytest

from onealarm.audio.segment import Segment
from onealarm.control.budget import efficiency
from onealarm.ids import LeaseToken, SegmentKey, WorkerId
from onealarm.pipeline.library import Charge, Wanted
from onealarm.pipeline.play import LostSegment
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.database import Database
from onealarm.postgres.governor import PostgresGovernor
from onealarm.postgres.ledger import PostgresLedger
from onealarm.postgres.losses import PostgresLosses
from onealarm.postgres.segments import PostgresSegments
from onealarm.postgres.written import PostgresWritten
from onealarm.worker.leasing import Failures
from tests.support.clock import NOON, VirtualClock
from tests.support.factories import make_user, make_worker

HOUR: Final = timedelta(hours=1)

_BRIEFING = """
insert into audio (user_id, alarm_id, ring_at, status, tier, engine, voice, parts, sections,
                   duration_seconds, file_size, etag, generated_at, expires_at)
values ($1, gen_random_uuid(), $2::timestamptz, 'ready', 'full', 'acme', 'alloy', $3, '[]',
        1, 100, 'x', $4, $2::timestamptz + interval '48 hours')
"""


def key(number: int) -> SegmentKey:
    return SegmentKey(f"{number:064x}")


async def speak(database: Database, number: int, *, usd: float | None) -> None:
    segments = PostgresSegments(database)
    worker = await make_worker(database)
    found = await segments.find_or_claim([Wanted(key(number), "acme", "alloy", None)], worker=worker, speaking=())
    segment = Segment(key(number), frames=10, onset=0, end=1, size=100, lufs=-16.0, true_peak_dbtp=-1.0)
    charge = None if usd is None else Charge("acme", "talk", tokens=500, usd=usd)
    assert await segments.finish(segment, token=LeaseToken(found.ours[key(number)]), charge=charge)


async def test_a_charge_is_in_the_row_of_its_segment_and_adds_up(database: Database) -> None:
    await speak(database, 1, usd=0.02)
    await speak(database, 2, usd=None)
    await PostgresLosses(database).lose([LostSegment(key(1))])
    await speak(database, 1, usd=0.03)
    rows = await database.fetch(
        "select provider, model, requests, tokens, characters, usd::float8, paid_at from onealarm.segments order by key"
    )
    assert tuple(rows[0].values()) == ("acme", "talk", 2, 1000, None, 0.05, NOON)
    assert tuple(rows[1].values()) == (None,) * 7


async def test_efficiency_is_what_was_paid_for_briefings_in_time_over_all_that_was_paid(
    database: Database, clock: VirtualClock
) -> None:
    for number, usd in ((1, 0.4), (2, 0.2), (3, 0.1), (4, None)):
        await speak(database, number, usd=usd)
    user = await make_user(database)
    for ring_in, numbers in ((HOUR, (1, 4)), (HOUR, (1,)), (timedelta(minutes=4), (2,))):
        parts = [{"key": key(number), "frames": 10, "size": 100} for number in numbers]
        await database.fetch(_BRIEFING, user, NOON + ring_in, parts, NOON)
    await PostgresGovernor(database).note_failures(
        [Failures("acme", "talk", "status 500", 3, 0.06), Failures("acme", "talk", "refused", 5, 0.04)]
    )
    budgets = PostgresBudgets(database, amounts={})
    in_time, paid = await budgets.efficiency_parts(NOON - HOUR, NOON + HOUR)
    assert in_time == pytest.approx(0.4)
    assert paid == pytest.approx(0.8)
    assert efficiency(in_time=in_time, paid=paid) == pytest.approx(0.5)
    assert await budgets.efficiency_parts(NOON + HOUR, NOON + 2 * HOUR) == (0.0, 0.0)
    assert efficiency(in_time=0.0, paid=0.0) is None


async def ledger(database: Database) -> dict[str, tuple[int, float]]:
    """Requests and US dollars of the day, by kind."""
    rows = await PostgresLedger(database).paid(since=NOON - HOUR, until=NOON + HOUR)
    return {row.kind: (row.requests, row.usd) for row in rows}


SEGMENT: Final = Segment(key(1), frames=10, onset=0, end=1, size=100, lufs=-16.0, true_peak_dbtp=-1.0)
CHARGE: Final = Charge("acme", "talk", characters=30, usd=0.02)


async def claim(segments: PostgresSegments, worker: WorkerId) -> LeaseToken:
    found = await segments.find_or_claim([Wanted(key(1), "acme", "alloy", None)], worker=worker, speaking=())
    return LeaseToken(found.ours[key(1)])


async def test_r3_a_segment_whose_speaker_died_shows_both_charges(database: Database, clock: VirtualClock) -> None:
    segments = PostgresSegments(database)
    lost = await claim(segments, await make_worker(database))
    clock.advance(timedelta(minutes=1))
    token = await claim(segments, await make_worker(database))
    assert await segments.finish(SEGMENT, token=token, charge=CHARGE)
    both = {"speech": (1, 0.02), "presumed": (1, 0.02)}
    assert await ledger(database) == both
    assert not await segments.finish(SEGMENT, token=lost, charge=CHARGE), "it was only slow"
    assert await ledger(database) == both, "and is counted already"


async def test_r3_a_slow_speaker_whose_segment_is_gone_is_in_the_ledger(
    database: Database, clock: VirtualClock
) -> None:
    segments = PostgresSegments(database)
    lost = await claim(segments, await make_worker(database))
    clock.advance(timedelta(minutes=1))
    await segments.abandon(key(1), token=await claim(segments, await make_worker(database)))
    assert not await segments.finish(SEGMENT, token=lost, charge=CHARGE)
    assert await ledger(database) == {"late": (1, 0.02)}


async def test_a_charge_outlives_its_segment(database: Database) -> None:
    await speak(database, 1, usd=0.02)
    await speak(database, 2, usd=None)
    await PostgresSegments(database).note_charge(CHARGE)
    await database.fetch("delete from onealarm.segments")
    assert await ledger(database) == {"dropped": (1, 0.02), "passage": (1, 0.02)}


async def test_writing_is_in_the_ledger_and_stays_in_it(database: Database) -> None:
    written = PostgresWritten(database)
    claim = await written.find_or_claim(key(7), kind="news", language="en", model="small", worker=WorkerId(uuid4()))
    assert claim.token is not None
    charge = Charge("acme", "small", tokens=900, usd=0.03)
    assert await written.finish(key(7), (), token=claim.token, charge=charge)
    assert await ledger(database) == {"writing": (1, 0.03)}
    await database.fetch("delete from onealarm.written")
    assert await ledger(database) == {"dropped": (1, 0.03)}
