"""The forecast's tables: what was known, what came, what was said; and the rings that are known now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
import numpy as np

from onealarm.control.forecast.actuals import Actual, Said
from onealarm.control.forecast.bands import Bands
from onealarm.control.forecast.demand import Newest
from onealarm.control.forecast.forecast import MODEL_VERSION, Forecast, Learned
from onealarm.control.forecast.grid import BUCKET, Floats, Integers, bucket_of, start_of
from onealarm.control.forecast.pickup import Expected
from onealarm.control.forecast.scores import Score
from onealarm.maintenance.forecaster import Looked, Rings
from onealarm.postgres.database import Database
from onealarm.postgres.leader import PURPOSE
from onealarm.postgres.statements import statements

_SQL = statements("forecast")

_ALL: Final = "all"
_BANDS: Final = ("low99", "low90", "upper90", "high90", "high99")


@dataclass(frozen=True, slots=True)
class Run:
    """A forecast that was published. ``bands`` are of all zone groups together."""

    id: int
    made_at: datetime
    fitted_at: datetime
    since: datetime | None
    quantiles: Floats
    quarters: Mapping[str, Integers]
    groups: Mapping[str, Expected]
    total: Expected
    bands: Bands


class PostgresForecast:
    """Implements ``onealarm.maintenance.forecaster.Records`` and ``onealarm.maintenance.controller.Foresight``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self) -> datetime:
        now: datetime = await self._database.value(_SQL["tell_now"])
        return now

    async def rings(
        self, *, since: datetime, until: datetime, width: timedelta = BUCKET
    ) -> Mapping[tuple[str, datetime], int]:
        """Alarms that ring from ``since`` to before ``until``, two days ahead at most, by zone and bin."""
        rows = await self._database.fetch(_SQL["count_rings"], since, until, width)
        return {(row["zone"], row["bin"]): row["alarms"] for row in rows}

    async def groups(self) -> Mapping[str, str]:
        """The zone group of each zone."""
        return {row["zone"]: row["zone_group"] for row in await self._database.fetch(_SQL["list_groups"])}

    async def look(self, *, buckets: int) -> Rings:
        now = await self.now()
        first = start_of(bucket_of(now) + 1)
        return Rings(now, await self.rings(since=first, until=first + buckets * BUCKET), await self.groups())

    async def note(self, looked: Sequence[Looked]) -> None:
        await self._database.fetch(
            _SQL["open_buckets"],
            [one.bucket for one in looked],
            [one.group for one in looked],
            [one.quarter for one in looked],
        )
        at_lead = [(one, one.lead + 1) for one in looked if one.lead is not None]
        await self._database.fetch(
            _SQL["note_known"],
            [one.bucket for one, _ in at_lead],
            [one.group for one, _ in at_lead],
            [lead for _, lead in at_lead],
            [one.known for one, _ in at_lead],
        )
        await self._database.fetch(_SQL["close_buckets"])

    async def actuals(self, *, since: datetime, until: datetime) -> list[Actual]:
        return [Actual(*row) for row in await self._database.fetch(_SQL["list_actuals"], since, until)]

    async def said(self, *, since: datetime, until: datetime) -> list[Said]:
        rows = await self._database.fetch(_SQL["list_issued"], since, until)
        return [Said(row["made_at"], _expected(row), _bands(row)) for row in rows]

    async def publish(self, forecast: Forecast, learned: Learned, *, epoch: int) -> bool:
        async with self._database.connection() as connection, connection.transaction():
            run_id = await connection.fetchval(
                _SQL["insert_run"],
                PURPOSE,
                epoch,
                forecast.made_at,
                MODEL_VERSION,
                learned.at,
                learned.since,
                learned.quantiles.tolist(),
            )
            if run_id is None:
                return False
            no_bands = (None,) * len(_BANDS)
            groups = [
                (run_id, group, forecast.quarters[group].tolist(), *_lists(of), *no_bands)
                for group, of in forecast.groups.items()
            ]
            bands = (getattr(forecast.bands, name) for name in Bands.__slots__)
            total = (run_id, _ALL, None, *_lists(forecast.total), *(band.tolist() for band in bands))
            await connection.executemany(_SQL["insert_point"], [*groups, total])
            return True

    async def newest(self) -> Newest | None:
        row = await self._database.row(_SQL["find_newest"])
        return None if row is None else Newest(row["made_at"], row["history_from"], *map(_floats, list(row)[2:]))

    async def run(self, number: int | None = None) -> Run | None:
        """The newest one, or that of the number."""
        row = await self._database.row(_SQL["find_run"], number)
        if row is None:
            return None
        rows = {point["zone_group"]: point for point in await self._database.fetch(_SQL["list_points"], row["id"])}
        total = rows.pop(_ALL)
        return Run(
            id=row["id"],
            made_at=row["made_at"],
            fitted_at=row["fitted_at"],
            since=row["history_from"],
            quantiles=_floats(row["quantiles"]),
            quarters={group: np.array(point["quarters"], np.int64) for group, point in rows.items()},
            groups={group: _expected(point) for group, point in rows.items()},
            total=_expected(total),
            bands=_bands(total),
        )

    async def forget(self, *, older_than: timedelta) -> int:
        return len(await self._database.fetch(_SQL["delete_runs"], older_than))

    async def save_scores(self, scores: Mapping[str, Score]) -> None:
        rows = [
            (lead, of.forecasts, of.wape, of.floor, of.mase, of.bias, of.coverage, of.sup_error)
            for lead, of in scores.items()
        ]
        async with self._database.connection() as connection:
            await connection.executemany(_SQL["save_scores"], rows)

    async def scores(self) -> Mapping[str, Score]:
        """By lead, as they were found last."""
        rows = await self._database.fetch(_SQL["list_scores"])
        return {lead: Score(*values) for lead, _, *values in rows}


def _expected(row: asyncpg.Record) -> Expected:
    return Expected(*(_floats(row[name]) for name in ("known", "stay", "late")))


def _bands(row: asyncpg.Record) -> Bands:
    return Bands(*(_floats(row[name]) for name in _BANDS))


def _lists(expected: Expected) -> tuple[list[int], list[float], list[float]]:
    return expected.known.astype(np.int64).tolist(), expected.stay.tolist(), expected.late.tolist()


def _floats(values: Iterable[Any]) -> Floats:
    return np.array(values, np.float64)
