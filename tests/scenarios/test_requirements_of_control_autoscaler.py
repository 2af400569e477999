"""E27 (R28): an autoscaler that reads ``/v1/autoscale`` grows and shrinks a real fleet through a morning.

A time that leaps; the pods are real workers on a real database, which begin a minute and a half after they are wanted
and finish what they hold when they are to end. ``HOURS=24 pytest -s`` takes the whole day.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Final

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from onealarm.api.routes import autoscale
from onealarm.control.desk import Limits
from onealarm.control.prescale import BUSY, EXTRA_AGE, required_rate
from onealarm.jobs.deadline import LEAD
from onealarm.workload.population import sample_counts
from tests.support.autoscaler import BOOT, LOOK, Autoscaler
from tests.support.clock import NOON
from tests.support.leaping_loop import LoopClock, leaping_database, run_leaping
from tests.support.live_fleet import FULL, MINUTE, LiveFleet, Paced, alarms_at

HOURS: Final = float(os.environ.get("HOURS", "0"))
MIDNIGHT: Final = NOON.replace(hour=0)
START: Final = MIDNIGHT + timedelta(hours=0 if HOURS else 4.25)
LASTS: Final = timedelta(hours=HOURS or 3.5)
ALARMS: Final = 1200
"""Of a day, in one zone: 400 of them in one hour."""

SEEN: Final = 20 * MINUTE
"""From then on it is known how long a briefing takes; a leader that has seen none yet believes in half a minute."""

MOST: Final = 10
"""Pods, as the operator says in ``ONEALARM_MOST_SLOTS``; the morning needs seven or eight."""

SLOTS: Final = 4
"""Of a pod."""


@dataclass
class Day:
    """``cost`` in pod minutes; ``short``: those that were missing of what all slots together must do.

    ``least_cost``: of who knows all that comes, waits for no pod, and has as much in reserve.
    """

    offered: int
    made: int
    late: int
    shortened: int
    longest_extra: timedelta
    most_pods: int
    cost: float
    least_cost: float
    short: float


class Pods:
    """What the autoscaler's word makes of the fleet."""

    def __init__(self, fleet: LiveFleet) -> None:
        self._fleet = fleet
        self._booting: list[datetime] = []

    @property
    def ready(self) -> int:
        return len(self._fleet.hands)

    @property
    def paid(self) -> int:
        """Also those that boot, and those that finish what they hold."""
        return len(self._booting) + sum(not run.done() for run in self._fleet.runs.values())

    def should_be(self, pods: int, now: datetime) -> None:
        while self.ready + len(self._booting) < pods:
            self._booting.append(now + BOOT)
        while self.ready + len(self._booting) > pods:
            if self._booting:
                self._booting.pop()
            else:
                self._fleet.hands.pop().worker.stop()
        for _ in [one for one in self._booting if one <= now]:
            hand = self._fleet.hand(SLOTS, drain=timedelta(seconds=400))
            self._fleet.begin(hand)
            self._fleet.hands.append(hand)
        self._booting = [one for one in self._booting if one > now]


async def _day(url: str) -> Day:
    clock = LoopClock(START)
    counts = sample_counts(zones="one", alarms=ALARMS, seed=27)
    all_rings = [MIDNIGHT + minute * MINUTE for minute, count in enumerate(counts) for _ in range(count)]
    rings = [ring for ring in all_rings if START + LEAD + 5 * MINUTE <= ring < START + LASTS - 5 * MINUTE]
    async with leaping_database(url, clock) as database:
        await alarms_at(database, rings)
        fleet = LiveFleet(
            database,
            clock,
            slots=2 * SLOTS,
            workers=2,
            limits=Limits(most_slots=SLOTS * MOST),
            longest=MINUTE,
            follow_every=MINUTE,
        )
        fleet.services[1] = Paced(fleet.controller, MINUTE)
        pods, scaler = Pods(fleet), Autoscaler(SLOTS, most=MOST)
        follower = fleet.hand(1).follower
        app = FastAPI()
        app.include_router(autoscale.router)
        app.state.parts = SimpleNamespace(follower=follower)
        needed, paid = needed_pods(rings), list[tuple[int, int]]()
        transport = httpx.ASGITransport(app)
        async with fleet.at_work(), httpx.AsyncClient(transport=transport, base_url="http://control") as client:
            while clock.now() < START + LASTS:
                await follower.run_once()
                answer = await client.get("/v1/autoscale")
                metric = answer.json()["desired_slots"] if answer.status_code == 200 else None
                pods.should_be(scaler.look(metric, clock.now()), clock.now())
                paid.append((pods.ready, pods.paid))
                await clock.sleep(LOOK)
    looks = range(SEEN // LOOK, len(paid))
    rates = [needed[number * LOOK // MINUTE] for number in looks]
    least = [max(2, math.ceil(rate / BUSY)) for rate in rates]
    ready, all_ = zip(*paid[SEEN // LOOK :], strict=True)
    begun = {one.job.alarm_id: one.job for one in fleet.work.made}
    return Day(
        offered=len(rings),
        made=len(begun),
        late=sum(one.is_late for one in fleet.work.made),
        shortened=sum(one.tier != "full" for one in fleet.work.made),
        longest_extra=max(job.ring_at - job.claimed_at - LEAD for job in begun.values()),
        most_pods=max(all_),
        cost=sum(all_) * (LOOK / MINUTE),
        least_cost=sum(least) * (LOOK / MINUTE),
        short=sum(max(0.0, rate - there) for rate, there in zip(rates, ready, strict=True)) * (LOOK / MINUTE),
    )


def needed_pods(rings: list[datetime]) -> list[float]:
    """Of each minute, by Little's law, so that no content is more than half an hour older than usual."""
    demand = np.bincount([(ring - LEAD - START) // MINUTE for ring in rings], minlength=LASTS // MINUTE)
    rate = required_rate(demand, extra_age=EXTRA_AGE)
    return [one * (FULL / MINUTE) / SLOTS for one in rate]


def test_e27_the_autoscaler_has_pods_in_time_and_pays_little_more_than_who_knows_all(database_url: str) -> None:
    day = run_leaping(_day(database_url))
    print(f"\n{day}")  # noqa: T201
    assert day.made == day.offered > 500
    assert (day.late, day.shortened) == (0, 0)
    assert day.short <= 0.01 * day.least_cost
    assert day.longest_extra <= EXTRA_AGE
    assert day.cost <= 1.25 * day.least_cost


@pytest.mark.parametrize(("metric", "pods"), [(40, 10), (44, 11), (42, 10), (45, 12), (36, 10), (100, 20), (None, 10)])
def test_the_autoscaler_is_kubernetess(metric: int | None, pods: int) -> None:
    scaler = Autoscaler(4, pods=10)
    assert scaler.look(metric, NOON) == pods


def test_the_autoscaler_ends_a_fifth_each_minute_after_ten() -> None:
    scaler = Autoscaler(4, pods=10)
    scaler.look(40, NOON)
    seen = [scaler.look(8, NOON + LOOK * number) for number in range(1, 53)]
    assert seen[38:44] == [10, 8, 8, 8, 8, 6]
