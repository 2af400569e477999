"""What models have written, in PostgreSQL: single flight for the whole fleet through one row per key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from onealarm.ids import LeaseToken, WorkerId
from onealarm.pipeline.library import Charge
from onealarm.pipeline.stories import Story, Written
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("written")


class PostgresWritten:
    """Implements ``onealarm.pipeline.stories.WrittenStories``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_or_claim(self, key: str, *, kind: str, language: str, model: str, worker: WorkerId) -> Written:
        """A worker that claims twice at once takes its own claim for a forgotten one."""
        row = await self._database.row(_SQL["find_or_claim_written"], key, kind, language, model, worker)
        assert row is not None, "the question is always one row"
        if row["stories"] is not None:
            return Written(stories=tuple(Story(one["text"], tuple(one["items"])) for one in row["stories"]))
        return Written(token=None if row["token"] is None else LeaseToken(row["token"]))

    async def finish(self, key: str, stories: Sequence[Story], *, token: LeaseToken, charge: Charge | None) -> bool:
        paid = (None,) * 4 if charge is None else (charge.provider, charge.requests, charge.tokens, charge.usd)
        kept = await self._database.fetch(_SQL["finish_written"], key, token, [asdict(one) for one in stories], *paid)
        return bool(kept)

    async def abandon(self, key: str, *, token: LeaseToken) -> None:
        await self._database.fetch(_SQL["abandon_written"], key, token)

    async def forget(self) -> int:
        """Delete what nobody has used for a week; returns how many."""
        return len(await self._database.fetch(_SQL["forget_written"]))
