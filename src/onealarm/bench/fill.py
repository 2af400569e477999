"""Fills the queue with jobs that no alarm stands behind, for the measurements that begin at the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onealarm.postgres.statements import statements

if TYPE_CHECKING:
    from onealarm.bench.connecting import Connection

_SQL: Final = statements("fill", package="onealarm.bench")


async def put_in_due(connection: Connection, jobs: int) -> None:
    """Jobs that are due from this moment on."""
    await connection.execute(_SQL["put_in_due"], jobs)


async def put_in_waiting(connection: Connection, jobs: int) -> None:
    """Jobs that come due tomorrow at the earliest."""
    await connection.execute(_SQL["put_in_waiting"], jobs)
