"""The cost bench on a few alarms: all are whole, the books agree, and it says so when they do not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from onealarm.bench.connecting import connected
from onealarm.bench.cost.books import prove
from onealarm.bench.cost.figures import compare
from onealarm.bench.cost.population import prepare, put_in
from onealarm.bench.cost.providers import Bill, Call, count
from onealarm.bench.cost.work import AHEAD, Order, cost_worker
from onealarm.errors import OneAlarmError
from onealarm.postgres.database import Database
from onealarm.postgres.queue import PostgresQueue
from onealarm.workload.listeners import sample_listeners

ALARMS = 12


async def make_all(order: Order) -> None:
    """As the worker does, but to its end."""
    database = await Database.connect(order.url, size=1)
    async with cost_worker(order) as worker:
        for _ in range(ALARMS):
            await PostgresQueue(database).beat(worker.id, advance=AHEAD)
            if not await worker.claim_once():
                break
            await worker.finish()
    await database.close()


async def test_every_briefing_is_whole_and_the_books_agree(database_url: str, tmp_path: Path) -> None:
    day: date = datetime.now(UTC).date() + timedelta(days=2)
    order = Order(database_url, tmp_path / "sound", tmp_path / "bill", day, edition=0, slots=ALARMS)
    await prepare(database_url)
    await put_in(database_url, sample_listeners(ALARMS), np.arange(ALARMS), day=day)
    await make_all(order)

    bill = Bill(order.bill)
    counted = count(bill.calls())
    await prove(database_url, counted, alarms=ALARMS)
    found = compare(counted, alarms=ALARMS)
    assert set(found.sections) >= {"greeting", "date", "weather", "news", "sport", "markets", "closing"}
    assert found.shared.usd < found.cold_day.usd < found.naive.usd
    assert 2_000 <= counted.naive_speech.characters / ALARMS <= 3_300, "a briefing of two to three and a half minutes"

    with pytest.raises(OneAlarmError, match="briefings: 12, and 13 were expected"):
        await prove(database_url, counted, alarms=ALARMS + 1)
    bill.add(Call("speech", "news", 100, 0.01, "one that the ledger does not know"))
    with pytest.raises(OneAlarmError, match="calls in the ledger"):
        await prove(database_url, count(bill.calls()), alarms=ALARMS)


async def test_a_briefing_without_its_weather_is_found(database_url: str, tmp_path: Path) -> None:
    day: date = datetime.now(UTC).date() + timedelta(days=2)
    order = Order(database_url, tmp_path / "sound", tmp_path / "bill", day, edition=0, slots=ALARMS)
    await prepare(database_url)
    await put_in(database_url, sample_listeners(2), np.arange(2), day=day)
    async with connected(database_url) as connection:
        await connection.execute("update user_preferences set include_weather = false where user_id::text like '%0'")
    await make_all(order)
    with pytest.raises(OneAlarmError, match="without name, date, weather or news: 1, and 0"):
        await prove(database_url, count(Bill(order.bill).calls()), alarms=2)
