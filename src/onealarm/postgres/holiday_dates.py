"""Loads the public holidays of the pinned package ``holidays`` into the database, from this year to two years ahead."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

import asyncpg

from onealarm.briefing.holiday_regions import dates_of, regions
from onealarm.postgres.statements import statements

YEARS_AHEAD: Final = 2

_SQL = statements("holiday_dates")


async def load_holidays(connection: asyncpg.Connection[asyncpg.Record], *, year: int) -> bool:
    """Load them unless they are there, of this version and for these years; returns whether it did.

    ``year`` is the present one. Call inside a transaction.
    """
    package, until = version("holidays"), year + YEARS_AHEAD
    loaded = await connection.fetchrow(_SQL["find_holiday_data"])
    if loaded is not None and loaded["version"] == package and loaded["until_year"] >= until:
        return False
    await connection.execute(_SQL["delete_holidays"])
    await connection.execute(_SQL["delete_regions"])
    names = regions()
    await connection.copy_records_to_table(
        "holiday_regions", schema_name="onealarm", records=sorted(names.items()), columns=["name", "region"]
    )
    await connection.copy_records_to_table(
        "public_holidays",
        schema_name="onealarm",
        records=[
            (region, day)
            for region in sorted(set(names.values()))
            for day in sorted(dates_of(region, range(year, until + 1)))
        ],
        columns=["region", "day"],
    )
    await connection.execute(_SQL["save_holiday_data"], package, until)
    await connection.execute(_SQL["replan_for_holidays"])
    return True
