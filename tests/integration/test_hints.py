"""What the database says to the workers is what they read."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from onealarm.jobs.frontier import Hint, Place
from onealarm.postgres.listener import CHANNEL, read_hint
from tests.support.clock import NOON

MICROSECOND = timedelta(microseconds=1)
FIRST = Place(NOON + MICROSECOND, 1)
LAST = Place(NOON + timedelta(hours=1) - MICROSECOND, 2**62)


@pytest.mark.parametrize("at", [None, NOON + timedelta(minutes=5, microseconds=999_999)])
async def test_a_hint_is_read_as_it_was_meant(database_url: str, at: object) -> None:
    connection = await asyncpg.connect(database_url)
    heard: asyncio.Queue[str] = asyncio.Queue()
    await connection.add_listener(CHANNEL, lambda *said: heard.put_nowait(str(said[3])))
    await connection.execute("select onealarm.hint_jobs($1, $2, $3, $4, $5)", *FIRST, *LAST, at)
    async with asyncio.timeout(10):
        assert read_hint(await heard.get()) == Hint(FIRST, LAST, at)  # type: ignore[arg-type]
    await connection.close()


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "1",
        "1 2 3",
        "1 2 3 4 5 6",
        "one two three four",
        "1.5 2 3 4",
        "1 2 3 99999999999999999999",
        "1 -1 3 4",
        "999999999999999999999999 2 3 4",
        "1 2 -999999999999999999 4",
        "1 2 3 4 999999999999999999999",
        "1 2 999999999999999999999999999999999999999999999999 4",
    ],
)
def test_what_is_no_hint_is_refused(payload: str) -> None:
    with pytest.raises(ValueError, match="not a hint"):
        read_hint(payload)
