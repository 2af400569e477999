"""Puts a population into the database: users, preferences, alarms; the triggers put in the jobs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from onealarm.audio.level import measure_gain
from onealarm.bench.connecting import connected
from onealarm.bench.cost import content
from onealarm.bench.cost.providers import CountingVoice, sound
from onealarm.postgres.database import Database
from onealarm.postgres.segments import PostgresSegments
from onealarm.postgres.statements import statements
from onealarm.workload.listeners import NOBODY, Listeners, zone_of
from onealarm.workload.profile import MINUTES

if TYPE_CHECKING:
    from onealarm.bench.connecting import Connection

_SQL: Final = statements("population", package="onealarm.bench.cost")

EDITIONS: Final = 3
"""Of a day; each serves the rings of eight hours."""

_CHUNK: Final = 2_000
_IDS: Final = 1 << 64
"""Identifiers begin here, so that they are the same in every run."""

_LANGUAGE: Final = "en"


async def prepare(url: str) -> None:
    """What an installation has before its first day: the gain of each voice."""
    database = await Database.connect(url, size=1)
    try:
        segments, gain_db = PostgresSegments(database), measure_gain(sound())
        for voice in content.VOICE_NAMES:
            await segments.save_gain(gain_db, engine=CountingVoice.engine, voice=voice, language=_LANGUAGE)
        await database.fetch(_SQL["create_ledger_of_news"])
    finally:
        await database.close()


def of_edition(listeners: Listeners, edition: int) -> NDArray[np.intp]:
    """The numbers of those who ring within its hours."""
    return np.flatnonzero(listeners.ring // (MINUTES // EDITIONS) == edition)


async def put_in(url: str, listeners: Listeners, who: NDArray[np.intp], *, day: date) -> None:
    """Users and alarms of these listeners, whose rings are on ``day`` in UTC."""
    async with connected(url) as connection:
        for start in range(0, who.size, _CHUNK):
            some = [_row(listeners, int(number), day) for number in who[start : start + _CHUNK]]
            ids = [row[0] for row in some]
            columns = [list(column) for column in zip(*(row[1] for row in some), strict=True)]
            rings = [row[2] for row in some]
            async with connection.transaction():
                await connection.execute(_SQL["save_listeners"], ids, *columns)
                await connection.execute(
                    _SQL["save_rings"], ids, [ring.time() for ring in rings], [ring.date() for ring in rings]
                )
        await connection.execute("analyze")


async def count_open(connection: Connection) -> int:
    """Jobs that are not at their end."""
    left: int = await connection.fetchval(_SQL["count_open"])
    return left


async def end_edition(url: str) -> None:
    """Hours pass: whatever was collected is to be collected anew."""
    async with connected(url) as connection:
        await connection.execute(_SQL["end_edition"])


def _row(listeners: Listeners, number: int, day: date) -> tuple[UUID, tuple[Any, ...], datetime]:
    """Identifier, columns of the preferences, and the ring on the listener's own clock."""
    offset = int(listeners.offset[number])
    place = content.place_of(int(listeners.place[number]), offset=offset)
    team = int(listeners.team[number])
    tickers = (content.INDEX, *(content.symbol_of(int(one)) for one in listeners.tickers[number]))
    preferences = (
        zone_of(offset),
        content.name_of(int(listeners.name[number])),
        content.VOICE_NAMES[listeners.voice[number]],
        place.name,
        place.latitude,
        place.longitude,
        content.COUNTRIES[listeners.country[number]],
        "" if team == NOBODY else content.team_of(team),
        ",".join(tickers),
        ",".join(content.CATEGORIES[one] for one in listeners.categories[number]),
    )
    ring = datetime.combine(day, time()) + timedelta(minutes=int(listeners.ring[number]) + offset)
    return UUID(int=_IDS + number), preferences, ring
