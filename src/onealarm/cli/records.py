"""What is written down, for commands that only read and write it: nobody works for them, so they begin at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from onealarm.cli import running
from onealarm.config import Settings
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.database import Database
from onealarm.postgres.forecast import PostgresForecast
from onealarm.postgres.inspection import PostgresInspection
from onealarm.postgres.ledger import PostgresLedger
from onealarm.postgres.migrate import migrate
from onealarm.postgres.people import PostgresPeople

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Records:
    people: PostgresPeople
    alarms: PostgresAlarms
    inspection: PostgresInspection
    forecast: PostgresForecast
    ledger: PostgresLedger


def with_records(main: Callable[[Records], Coroutine[Any, Any, T]]) -> T:
    """Run a short command on the database, starting the embedded server if it does not run."""

    async def whole(of: Settings, url: str) -> T:
        async with _open(of, url) as records:
            return await main(records)

    return running.with_database(whole)


@asynccontextmanager
async def _open(of: Settings, url: str) -> AsyncIterator[Records]:
    await migrate(of.database_direct_url or url)
    database = await Database.connect(url, pooled=True if of.database_direct_url is not None else None)
    try:
        yield Records(
            people=PostgresPeople(database),
            alarms=PostgresAlarms(database),
            inspection=PostgresInspection(database),
            forecast=PostgresForecast(database),
            ledger=PostgresLedger(database),
        )
    finally:
        await database.close()
