"""R03, R24, R28 and R29: what is there to play, what is made again, what is answered, and what is counted."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter
from typing import Any, Final

import httpx
import pytest
from prometheus_client import CollectorRegistry

from onealarm.bootstrap import Parts
from onealarm.control.emergency import Level
from onealarm.errors import DatabaseUnavailable
from onealarm.maintenance.repairer import _BEFORE_THE_RING as TIME_FOR_REPAIR
from onealarm.postgres.database import Database
from onealarm.telemetry.control_metrics import ControlMetrics
from onealarm.telemetry.metrics import Metrics
from tests.api.support import alarm_of
from tests.integration.test_repairs import obey, repair, work
from tests.support.clock import VirtualClock
from tests.support.factories import make_alarm, make_user
from tests.support.live_fleet import alarms_at

SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)

MOST_SERIES: Final = 2000

VALUES: Final = {
    "cause": 2,
    "class": 3,
    "engine": 10,
    "kind": 2,
    "lead": 7,
    "model": 8,
    "origin": 2,
    "outcome": 8,
    "provider": 1,
    "reason": 16,
    "result": 3,
    "section": 10,
    "service": 30,
    "tier": 4,
    "unit": 4,
}
"""The most values that a label has: of a fleet with eight models, each of which is one provider's."""


async def test_r03_an_alarm_that_was_just_set_has_something_to_play_within_a_minute(
    sarah: httpx.AsyncClient, parts: Parts
) -> None:
    """From nothing: not even the stock of its voice is there before. No worker has done anything."""
    begin = perf_counter()
    alarm = await alarm_of(sarah, "20:00")
    await parts.stocker.run_once()
    answer = (await sarah.get(f"/v1/alarms/{alarm['id']}/audio")).json()
    sound = await sarah.get(answer["play"]["url"])
    assert perf_counter() - begin < 60
    assert (answer["status"], answer["tier"]) == ("waiting", "stock")
    assert (sound.status_code, len(sound.content)) == (200, answer["play"]["bytes"])
    assert await parts.database.value("select count(*) from onealarm.live_jobs where attempt > 0") == 0


async def test_r24_nine_in_ten_of_what_was_short_and_had_time_are_made_again(parts: Parts, clock: VirtualClock) -> None:
    """Forty at once are shortened; then the fleet makes eight a minute, while the rings come."""
    begin = clock.now()
    await alarms_at(parts.database, [begin + (6 + n) * MINUTE for n in range(40)])
    await parts.queue.beat(parts.worker.id, report=parts.worker.report())
    await obey(parts, Level.SHORTER)
    while await work(parts):
        pass
    assert await tiers(parts.database) == {"short": 40}
    clock.advance(SECOND)
    await obey(parts, Level.NORMAL)
    had_time = await parts.database.value(
        "select count(*) from audio where ring_at > onealarm.now() + $1::interval", TIME_FOR_REPAIR
    )
    for _ in range(6):
        await repair(parts)
        await work(parts)
        clock.advance(MINUTE)
    found = await tiers(parts.database)
    assert 30 < had_time < 40
    assert found["full"] >= 0.9 * had_time
    assert found["full"] + found["short"] == 40, "what could not be made again plays as it was"


async def tiers(database: Database) -> dict[str, int]:
    rows = await database.fetch(
        "select tier, count(*) as n from audio where status = 'ready' and audio_type = 'combined' group by tier"
    )
    return {row["tier"]: row["n"] for row in rows}


async def test_r28_the_autoscaler_is_answered_within_50_ms_and_without_the_database(
    nobody: httpx.AsyncClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await parts.queue.beat(parts.worker.id, report=parts.worker.report())
    for service in (*parts.leadership, parts.follower):
        await service.run_once()

    def away(_: Database) -> Any:
        raise DatabaseUnavailable("it is away")

    monkeypatch.setattr(Database, "connection", away)
    took = []
    for _ in range(100):
        begin = perf_counter()
        answer = await nobody.get("/v1/autoscale")
        took.append(perf_counter() - begin)
        assert answer.status_code == 200
    assert sorted(took)[94] < 0.05


def series(registry: CollectorRegistry) -> int:
    """What a scrape holds."""
    return sum(len(family.samples) for family in registry.collect())


async def test_r29_more_alarms_and_more_zones_are_no_more_series(parts: Parts, clock: VirtualClock) -> None:
    zones = ("Asia/Tokyo", "Asia/Kolkata", "Europe/Berlin", "Africa/Lagos", "America/Lima", "Pacific/Auckland")

    async def morning(names: tuple[str, ...]) -> int:
        for zone in names:
            user = await make_user(parts.database, timezone=zone, name=f"Somebody of {zone}")
            ring = (clock.now() + 30 * MINUTE).replace(second=0, microsecond=0)
            await make_alarm(parts.database, user_id=user, wall_time=ring.time(), day=ring.date())
        assert await work(parts) == len(names)
        for service in (*parts.leadership, parts.follower):
            await service.run_once()
        return series(parts.metrics.registry)

    await morning(zones[:1])
    first = await morning(zones[:2])
    assert 0 < first < MOST_SERIES
    assert await morning(zones[2:]) == first


def test_r29_all_series_that_there_can_be_are_fewer_than_two_thousand() -> None:
    registry = CollectorRegistry()
    of_metrics = [*vars(Metrics(registry)).values(), *vars(ControlMetrics(registry)).values()]
    unlabelled, most = series(registry), 0
    for metric in of_metrics:
        labels = getattr(metric, "_labelnames", ())
        if labels:
            assert set(labels) <= set(VALUES), "a new label: how many values can it have?"
            values = 1
            for label in labels:
                values *= VALUES[label]
            most += values * (2 if metric._type == "counter" else 1)  # when it began is one, too
    assert 100 < unlabelled + most < MOST_SERIES
