"""Loads the zone rules of the pinned ``tzdata`` into the database, and re-plans the alarms when they have changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import asyncpg

from onealarm.alarms.zones import Transition, all_transitions, tzdata_version
from onealarm.postgres.statements import statements

Rules = Mapping[str, Sequence[Transition]]

_SQL = statements("zone_rules")
_BEGINNING = datetime.min  # noqa: DTZ901 - asyncpg knows the naive one
"""asyncpg writes this as -infinity, to columns with and without zone."""


async def load_zone_rules(
    connection: asyncpg.Connection[asyncpg.Record],
    *,
    version: str | None = None,
    rules: Callable[[], Rules] = all_transitions,
) -> bool:
    """Load the rules unless this version is there already; returns whether it did. Call inside a transaction.

    Without ``version`` and ``rules`` they are those of the installed package.
    """
    version = version or tzdata_version()
    if await connection.fetchval(_SQL["find_zone_version"]) == version:
        return False
    found = rules()
    await connection.execute(_SQL["delete_transitions"])
    await connection.execute(_SQL["insert_zones"], sorted(found))
    await connection.copy_records_to_table(
        "zone_transitions",
        schema_name="onealarm",
        records=[(name, *change) for name, listed in found.items() for change in _changes(listed)],
        columns=["zone", "starts_at", "local_from", "utc_offset"],
    )
    await connection.execute(_SQL["save_zone_version"], version)
    await connection.execute(_SQL["replan_alarms"])
    return True


def _changes(found: Sequence[Transition]) -> list[tuple[datetime, datetime, timedelta]]:
    first, *later = found
    changes = [(_BEGINNING, _BEGINNING, first.offset)]
    before = first.offset
    for transition in later:
        assert transition.starts_at is not None, "only the first transition has no start"
        wall_time = transition.starts_at.replace(tzinfo=None) + max(before, transition.offset)
        changes.append((transition.starts_at, wall_time, transition.offset))
        before = transition.offset
    return changes
