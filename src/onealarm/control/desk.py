"""Where everything comes together, every half minute: what is seen goes in, what is ordered comes out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onealarm.control.autoscale import Need as SlotNeed
from onealarm.control.autoscale import Target, target_for
from onealarm.control.batch import EVERY, BatchRule
from onealarm.control.batch import Work as Load
from onealarm.control.cadence import FASTEST, TICKS, Cadence
from onealarm.control.concurrency import fed_forward
from onealarm.control.emergency import Ladder, Level, Override
from onealarm.control.governor.pools import PoolId
from onealarm.control.measures import measures_for
from onealarm.control.missing import Coming, Habit, expected_missing, in_slots
from onealarm.control.orders import Orders
from onealarm.control.prescale import target_slots
from onealarm.control.prospects import SAVED, START_TIME, Counts, Need, Prospects, by_minute, look_ahead
from onealarm.control.rates import WINDOW, FleetRates
from onealarm.control.signals import Signals, drain_time
from onealarm.control.smoothing import FadingMean
from onealarm.control.snapshot import Snapshot
from onealarm.jobs.deadline import EXPECTED_WORK, slack

_SAFETY: Final = 0.9
"""Share of the capacity that is planned with."""

_ENDLESS: Final = 1_000_000
_HOUR: Final = 60
"""Minutes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the operator says.

    ``most_slots``: how far somebody who reads the desired slots lets the fleet grow, None where nobody does: it is as
    large as it is.
    """

    least_slots: int = 2
    most_slots: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a decision is made on, beside the snapshot.

    ``demand``: jobs by the minute, from this one on, in which work should begin, the overdue in the first. ``coming``:
    of some of these minutes, what is new in their jobs. ``pools``: units per minute that providers allow.
    ``pays_for_short``: whether the rest of the budget pays for short briefings.
    """

    demand: Mapping[int, int]
    coming: Mapping[int, Coming] = field(default_factory=dict)
    pools: Mapping[PoolId, float] = field(default_factory=dict)
    pays_for_short: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """What a decision was made on, for whoever asks why."""

    signals: Signals
    prospects: Prospects
    per_minute: float
    processing: timedelta
    fed: float
    """Slots that providers can feed."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The memory of the rules from one decision to the next.

    ``shortened`` is the share of short briefings ordered; ``full_since`` the first of the last looks, at all of which
    no slot was free.
    """

    rates: FleetRates = field(default_factory=FleetRates)
    ladder: Ladder = field(default_factory=Ladder)
    batch: BatchRule = field(default_factory=BatchRule)
    cadence: Cadence = field(default_factory=Cadence)
    shortened: FadingMean = field(default=FadingMean(WINDOW))
    full_since: datetime | None = None

    def decide(
        self, snapshot: Snapshot, given: Given, *, limits: Limits, epoch: int, override: Override | None
    ) -> tuple[Desk, Orders, Seen]:
        now = snapshot.now
        rates = self.rates.seen(snapshot)
        processing = full_work(rates.processing or EXPECTED_WORK, shortened=self.shortened.value or 0.0)
        per_minute = capacity(snapshot.slots, processing)
        grown = None if limits.most_slots is None else capacity(limits.most_slots, processing)
        counts = by_minute(given.demand)
        missing = expected_missing(counts, given.coming, rates.habit) if rates.habit.is_known else None
        needs = [] if missing is None else needs_of(missing, rates.habit, given.pools)
        jobs = counts if missing is None else in_slots(counts, missing, rates.habit)
        prospects = look_ahead(
            jobs, per_minute=per_minute, grown=grown, needs=needs, work=processing, now=now, epoch=epoch
        )
        full_since = (self.full_since or now) if snapshot.queue.leased >= snapshot.slots else None
        able = able_per_second(snapshot, rates, full_since=full_since)
        signals = read_signals(snapshot, rates, prospects, able=able, pays_for_short=given.pays_for_short)
        ladder = self.ladder.after(signals, now, override=override)
        load = Load(
            due=snapshot.queue.due,
            processing=rates.processing,
            completions=rates.done_within(EVERY),
            throttled=rates.throttled,
        )
        batch = self.batch.seen(due=snapshot.queue.due, peak_share=snapshot.queue.peak_share).adapted(load, now)
        cadence = self.cadence.seen(snapshot.queue.due)
        seen = Seen(signals, prospects, per_minute, processing, fed_slots(counts, needs, processing))
        target = _target(seen, limits, now=now, epoch=epoch, is_emergency=measures_for(ladder.level).most_workers)
        share = shortened_at(ladder.level, share=min(prospects.short_share, 1.0))
        desk = Desk(rates, ladder, batch, cadence, self.shortened.seen(share, now), full_since)
        return desk, desk._orders(snapshot, prospects, target, each=_each(counts, missing)), seen

    def _orders(self, snapshot: Snapshot, prospects: Prospects, target: Target, *, each: float | None) -> Orders:
        measures = measures_for(self.ladder.level)
        by_class = _slowest_tick(snapshot)
        tick = self.cadence.bounded(by_class=by_class, is_peak=self.batch.is_peak)
        return Orders(
            plan=prospects.plan,
            made_at=snapshot.now,
            level=self.ladder.level,
            short_share=prospects.short_share,
            tick=measures.tick or tick,
            batch=measures.batch or self.batch.size(),
            desired_slots=target.desired_slots,
            reason=target.reason,
            workers=len(snapshot.workers),
            missing=each,
        )


def capacity(slots: int, processing: timedelta) -> float:
    """Jobs that can begin in a minute, with a reserve, by Little's law."""
    return _SAFETY * slots * timedelta(minutes=1) / processing


def full_work(processing: timedelta, *, shortened: float) -> timedelta:
    """What a full briefing takes, where ``processing`` is a mean with a share of short ones in it.

    Demand is in full ones. Taken for speed, the time that short ones save would end the shortening that saves it.
    """
    return processing / (1 - SAVED * shortened)


def shortened_at(level: Level, *, share: float) -> float:
    """The share of briefings that are short, where at level E3 ``share`` of them are."""
    measures = measures_for(level)
    if measures.shorter:
        return 1.0 if level >= Level.SHORTER else share
    return 0.0


def needs_of(missing: NDArray[np.float64], habit: Habit, pools: Mapping[PoolId, float]) -> list[Need]:
    """What the missing segments of each minute take of each pool, by what segments took of it lately."""
    each = habit.units_of_a_segment()
    return [Need(str(pool), each[pool] * missing, pools[pool]) for pool in sorted(each.keys() & pools.keys())]


def fed_slots(counts: Counts, needs: Sequence[Need], processing: timedelta) -> float:
    """Slots that the pools can feed while the jobs of the coming hour are worked; endless where nothing is needed."""
    jobs = int(counts[:_HOUR].sum())
    alarms = [
        one.per_minute * jobs / units
        for one in needs
        if one.per_minute > 0 and (units := float(one.work[:_HOUR].sum()))
    ]
    return min(alarms, default=math.inf) * (processing / timedelta(minutes=1))


def _each(counts: Counts, missing: NDArray[np.float64] | None) -> float | None:
    """Missing segments of a job of the coming hour; None where nothing is known, or nothing comes."""
    jobs = int(counts[:_HOUR].sum())
    return None if missing is None or jobs == 0 else float(missing[:_HOUR].sum()) / jobs


def able_per_second(snapshot: Snapshot, rates: FleetRates, *, full_since: datetime | None) -> float:
    """Jobs per second that the slots can be expected to do; 0 where it shows what they do.

    A fleet that had nothing to do has done nothing, which says nothing of what it can. One that has been full for as
    long as its throughput is measured shows it.
    """
    if full_since is not None and snapshot.now - full_since >= WINDOW:
        return 0.0
    return snapshot.slots / (rates.processing or EXPECTED_WORK).total_seconds()


def read_signals(
    snapshot: Snapshot, rates: FleetRates, prospects: Prospects, *, able: float = 0.0, pays_for_short: bool = True
) -> Signals:
    """What the ladder looks at. Before two looks nothing is known of the throughput, and nothing is concluded.

    ``able`` is what the fleet can be expected to do in a second, whatever it did lately. What the plan releases before
    its time waits because that was planned, so it is not due here.
    """
    queue = snapshot.queue
    due = queue.critical + queue.high
    per_second = rates.done_per_second
    drain = timedelta() if per_second is None else drain_time(due, per_second=max(per_second, able))
    return Signals(
        due=due,
        drain=drain,
        missed=prospects.missed,
        later_short=prospects.later_short,
        throttled=rates.throttled,
        is_short_enough=prospects.is_short_enough,
        money_for_short=pays_for_short,
        provider_down=rates.provider_down(snapshot.now),
        slack=None if queue.earliest_ring is None else slack(queue.earliest_ring, snapshot.now),
        hands=bool(snapshot.workers),
    )


def _target(seen: Seen, limits: Limits, *, now: datetime, epoch: int, is_emergency: bool) -> Target:
    need = SlotNeed(
        planned=target_slots(seen.prospects.required, work_time=seen.processing, start_time=START_TIME),
        forward=fed_forward(starts_per_second=seen.prospects.next_per_minute / 60, processing=seen.processing),
        fed=seen.fed,
        floor=limits.least_slots,
        most=limits.most_slots or _ENDLESS,
    )
    return target_for(need, now=now, epoch=epoch, is_emergency=is_emergency and limits.most_slots is not None)


def _slowest_tick(snapshot: Snapshot) -> timedelta:
    """By the most urgent class that waits: the roadmap's 30 s, 2 min and 5 min."""
    if snapshot.queue.critical:
        return FASTEST
    return TICKS[2] if snapshot.queue.high else TICKS[3]


def with_level(desk: Desk, level: Level, *, at: datetime) -> Desk:
    """The memory of a leader that follows another: the ladder stands where it was left."""
    return replace(desk, ladder=Ladder(level, at))
