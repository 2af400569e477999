"""What the leader concludes from its workers' reports: what providers answer, and what briefings are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest

from onealarm.control.desk import Desk, Given, Limits, read_signals
from onealarm.control.emergency import Level
from onealarm.control.governor.pools import PoolId
from onealarm.control.missing import Coming, Habit, expected_missing
from onealarm.control.orders import Orders
from onealarm.control.prospects import Prospects, by_minute, look_ahead
from onealarm.control.rates import FleetRates
from onealarm.control.snapshot import Queue, Snapshot
from onealarm.events import SegmentsFound
from onealarm.jobs.report import ModelReport, WorkerReport
from onealarm.worker.tally import Tally

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
HALF = timedelta(seconds=30)
ONE, OTHER = uuid4(), uuid4()


def talk(sent: int, refused: int = 0, answered: int = 0, model: str = "talk") -> ModelReport:
    return ModelReport("acme", model, sent, refused, answered)


def seen(*looks: Mapping[UUID, tuple[ModelReport, ...]]) -> FleetRates:
    """Looks twice a minute at the workers' calls."""
    rates = FleetRates()
    for number, calls in enumerate(looks):
        workers = [(worker, WorkerReport(slots=8, models=models)) for worker, models in calls.items()]
        rates = rates.seen(Snapshot(NOON + number * HALF, Queue(), workers))
    return rates


def test_the_share_of_refused_calls_is_that_of_the_window_and_of_the_worst_model() -> None:
    quiet = talk(500, 0, 500, "write")
    rates = seen({ONE: (talk(900, 400, 500),)}, {ONE: (talk(930, 403, 527), quiet), OTHER: (talk(7, 7),)})
    assert rates.throttled == pytest.approx(3 / 30), "of before its first look a worker says nothing"
    assert read_signals(Snapshot(NOON, Queue(), []), rates, prospects()).throttled == rates.throttled
    assert seen({ONE: ()}, {ONE: (talk(19, 19),)}).throttled == 0, "of few calls nothing is concluded"
    later = [{ONE: (talk(930, 403, 527),)}] * 12
    assert seen({ONE: (talk(900, 400, 500),)}, *later).throttled == 0, "after five minutes it is forgotten"


def test_a_provider_is_down_from_its_first_failure_until_it_answers_anybody() -> None:
    down = [{ONE: (talk(100 + n, 0, 100), talk(n, 0, n, "write")), OTHER: (talk(3, 0, 3),)} for n in range(21)]
    rates = seen(*down)
    assert rates.provider_down(NOON + 20 * HALF) == 10 * MINUTE
    assert read_signals(Snapshot(NOON + 20 * HALF, Queue(), []), rates, prospects()).provider_down == 10 * MINUTE
    up = {**down[-1], OTHER: (talk(4, 0, 4),)}
    assert seen(*down, up).provider_down(NOON + 21 * HALF) == timedelta()
    idle = [down[-1]] * 11
    assert seen(*down, *idle).provider_down(NOON + 31 * HALF) == timedelta(), (
        "whom nobody calls nobody knows to be down"
    )


def prospects() -> Prospects:
    return look_ahead(by_minute({}), per_minute=10, now=NOON, epoch=1)


def test_jobs_done_are_counted_over_a_minute() -> None:
    rates = FleetRates()
    for number, done in enumerate((0, 10, 12, 15)):
        rates = rates.seen(Snapshot(NOON + number * HALF, Queue(), [(ONE, WorkerReport(done=done))]))
    assert rates.done_within(MINUTE) == 5


CHARACTERS = PoolId("acme", "talk", "characters")


def habit(
    *,
    briefings: int = 10,
    segments: int = 100,
    spoken: int = 40,
    characters: int = 4000,
    speaking: timedelta = timedelta(),
) -> Habit:
    paid = ModelReport("acme", "talk", characters=characters)
    return Habit().seen(
        briefings=briefings,
        segments=segments,
        spoken=spoken,
        worked=30 * SECOND * briefings,
        speaking=speaking,
        calls=[paid],
        now=NOON,
    )


def test_what_is_missing_is_what_is_new_in_the_jobs() -> None:
    jobs = by_minute({0: 100, 1: 100, 2: 100, 3: 100})
    of = habit()
    coming = {0: Coming(100, audiences=4, strangers=100, diaries=0), 1: Coming(100, 0, 0, 0), 2: Coming(50, 0, 10, 5)}
    found = expected_missing(jobs, coming, of)
    each = (4 * 9 + 100 + 0 + 10 + 5 * 3) / 250
    assert found[:4] == pytest.approx([136, 0, 25 + 50 * each, 100 * each])
    assert expected_missing(jobs, {}, of)[:4] == pytest.approx([400] * 4), "what the last ones took"
    alone = expected_missing(by_minute({0: 3}), {0: Coming(3, 3, 3, 3)}, of)
    assert alone[0] == 30, "no more than all"


def test_the_habit_fades_and_tells_what_a_segment_takes() -> None:
    of = habit()
    assert (of.of_a_briefing, of.missing, dict(of.units_of_a_segment())) == (10, 4, {CHARACTERS: 100})
    none = timedelta()
    later = of.seen(
        briefings=10, segments=100, spoken=0, worked=none, speaking=none, calls=[], now=NOON + timedelta(hours=2)
    )
    assert later.missing == pytest.approx(20 / 15)
    assert later.units_of_a_segment() == {CHARACTERS: pytest.approx(100)}
    assert not Habit().is_known


def test_what_is_spoken_ahead_is_no_briefing() -> None:
    tally = Tally()
    for event in (SegmentsFound(6, 4), SegmentsFound(1, 7, ahead=True), SegmentsFound(12, 0)):
        tally(event)
    told = tally.told(WorkerReport)
    assert (told.briefings, told.segments, told.spoken) == (2, 22, 11)


def decided(
    *, coming: Coming | None, characters_per_minute: float | None = None, speaking: timedelta = timedelta()
) -> Orders:
    """100 jobs in two hours, of ten segments with a hundred characters each, by slots for nine in a minute."""
    desk = Desk(rates=FleetRates(habit=habit(speaking=speaking), reports={ONE: WorkerReport(slots=5)}))
    given = Given(
        {120: 100},
        coming={} if coming is None else {120: coming},
        pools={} if characters_per_minute is None else {CHARACTERS: characters_per_minute},
    )
    snapshot = Snapshot(NOON, Queue(), [(ONE, WorkerReport(slots=5))])
    _, orders, seen = desk.decide(snapshot, given, limits=Limits(), epoch=1, override=None)
    assert seen.signals.missed == 0
    return orders


def begins(orders: Orders) -> int:
    """Minutes before its time at which the first job begins."""
    return int(np.ceil(max(orders.plan.seconds) / 60))


def test_work_begins_as_early_as_the_scarcest_of_slots_and_units_asks_and_spoken_texts_cost_nothing() -> None:
    assert begins(decided(coming=None, characters_per_minute=None)) == 11, "100 jobs, nine a minute"
    assert begins(decided(coming=None, characters_per_minute=1000)) == 39, "400 characters each"
    known = Coming(100, audiences=2, strangers=0, diaries=0)
    assert begins(decided(coming=known, characters_per_minute=1000)) == 11, "two audiences, 1,800 characters in all"
    news = Coming(100, audiences=50, strangers=100, diaries=0)
    assert begins(decided(coming=news, characters_per_minute=1000)) == 54, "50 audiences and 100 names"


def test_what_is_spoken_already_takes_less_of_the_slots_too() -> None:
    """Nine tenths of a job's time went into speaking four segments."""
    speaking = 0.9 * 300 * SECOND
    known, news = Coming(100, 2, 0, 0), Coming(100, 50, 100, 0)
    assert begins(decided(coming=None, speaking=speaking)) == 11, "as the last ones"
    assert begins(decided(coming=known, speaking=speaking)) == 1, "10 jobs' time for all else, and 4 to speak"
    assert begins(decided(coming=news, speaking=speaking)) == 14, "124 of 100: more than the last ones"


def test_no_more_slots_are_asked_for_than_units_feed() -> None:
    desk = Desk(rates=FleetRates(habit=habit()))
    given = Given({0: 100, 30: 100}, pools={CHARACTERS: 1000.0})
    snapshot = Snapshot(NOON, Queue(), [(ONE, WorkerReport(slots=5))])
    limits = Limits(most_slots=500)
    _, orders, seen = desk.decide(snapshot, given, limits=limits, epoch=1, override=None)
    assert seen.fed == pytest.approx(1000 / 400 * 0.5), "of jobs of half a minute"
    assert (orders.desired_slots, orders.reason) == (1, "tokens")
    assert orders.missing == pytest.approx(4)


def test_money_that_pays_for_no_short_ones_is_a_signal() -> None:
    snapshot = Snapshot(NOON, Queue(), [(ONE, WorkerReport(slots=5))])
    given = Given({}, pays_for_short=False)
    _, orders, _ = Desk().decide(snapshot, given, limits=Limits(), epoch=1, override=None)
    assert orders.level == Level.SHORTER
