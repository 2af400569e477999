"""Loads the zone rules of the pinned ``tzdata`` into the database, and re-plans the alarms when they have changed."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from importlib import resources

import asyncpg

from onealarm.alarms.zones import Transition, transitions, tzdata_version, zone_names
from onealarm.postgres.statements import statements

Row = tuple[str, datetime, datetime, timedelta]

_SQL = statements("zone_rules")
_BEGINNING = datetime.min  # noqa: DTZ901 - asyncpg knows the naive one
"""asyncpg writes this as -infinity, to columns with and without zone."""


async def load_zone_rules(connection: asyncpg.Connection[asyncpg.Record]) -> bool:
    """Load the rules unless this version is there already; returns whether it did. Call inside a transaction."""
    version = tzdata_version()
    if await connection.fetchval(_SQL["find_zone_version"]) == version:
        return False
    await connection.execute(_SQL["delete_transitions"])
    await connection.execute(_SQL["insert_zones"], sorted(zone_names()))
    await connection.copy_records_to_table(
        "zone_transitions",
        schema_name="onealarm",
        records=_rows(),
        columns=["zone", "starts_at", "local_from", "utc_offset"],
    )
    await connection.execute(_SQL["save_zone_version"], version)
    await connection.execute(_SQL["replan_alarms"])
    return True


def _rows() -> list[Row]:
    """One row per zone and change of offset. Links are many, so equal rules are worked out once."""
    names_by_rules: dict[bytes, list[str]] = defaultdict(list)
    for name in sorted(zone_names()):
        names_by_rules[resources.files("tzdata.zoneinfo").joinpath(name).read_bytes()].append(name)
    rows: list[Row] = []
    for names in names_by_rules.values():
        changes = _changes(list(transitions(names[0])))
        rows.extend((name, *change) for name in names for change in changes)
    return rows


def _changes(found: list[Transition]) -> list[tuple[datetime, datetime, timedelta]]:
    first, *later = found
    changes = [(_BEGINNING, _BEGINNING, first.offset)]
    before = first.offset
    for transition in later:
        assert transition.starts_at is not None, "only the first transition has no start"
        wall_time = transition.starts_at.replace(tzinfo=None) + max(before, transition.offset)
        changes.append((transition.starts_at, wall_time, transition.offset))
        before = transition.offset
    return changes
