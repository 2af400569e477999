"""The keys of signed addresses, the fleet's in PostgreSQL."""

from __future__ import annotations

from onealarm.delivery.signing import LONGEST, Keyring, SigningKey
from onealarm.ids import SegmentKey
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL = statements("signing")


class PostgresSigning:
    """Implements ``onealarm.delivery.signing.Keyrings``, and changes the key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self) -> Keyring:
        rows = await self._database.fetch(_SQL["list_signing_keys"], LONGEST)
        return Keyring(tuple(SigningKey(row["number"], row["secret"]) for row in rows), rows[0]["now"])

    async def rotate(self, *, at_once: bool) -> int:
        """Make a new key, and return its number. What the one before has signed stays good, unless ``at_once``."""
        return int(await self._database.value(_SQL["rotate_signing_key"], at_once, LONGEST))

    async def personal(self, keys: list[SegmentKey]) -> set[SegmentKey]:
        """Of these segments, those that are somebody's alone."""
        return {SegmentKey(row["key"]) for row in await self._database.fetch(_SQL["list_personal"], keys)}
