"""Private feeds: who may read a user's briefings by an address alone."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from onealarm.errors import BadInput, NotFound
from onealarm.ids import UserId
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

MOST: Final = 20
"""Feeds of one user."""

_SQL = statements("feeds")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed; ``last_read_at`` is true to the hour, and None when nobody has read it."""

    id: UUID
    created_at: datetime
    last_read_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewFeed:
    """Its secret is shown this once: only its hash is kept."""

    id: UUID
    created_at: datetime
    secret: str = field(repr=False)


class PostgresFeeds:
    """Makes, lists and revokes them, and knows whose they are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, user_id: UserId) -> NewFeed:
        """Raises ``BadInput`` for one too many, and ``NotFound``."""
        secret = f"of_{secrets.token_urlsafe(32)}"
        row = await self._database.row(_SQL["insert_feed"], user_id, _digest(secret), MOST)
        assert row is not None, "it counts, so there is one row"
        if not row["exists"]:
            raise NotFound("user", f"{user_id} does not exist", "List the users to see their ids")
        if row["id"] is None:
            raise BadInput("feeds", f"there are {MOST} already", "Revoke one that nobody reads")
        return NewFeed(row["id"], row["created_at"], secret)

    async def of_user(self, user_id: UserId) -> list[Feed]:
        """Oldest first."""
        return [Feed(**row) for row in await self._database.fetch(_SQL["list_feeds"], user_id)]

    async def revoke(self, feed_id: UUID, *, user_id: UserId) -> None:
        """Raises ``NotFound`` for another user's too."""
        if not await self._database.fetch(_SQL["delete_feed"], feed_id, user_id):
            raise NotFound("feed", f"{feed_id} does not exist", "List the feeds to see their ids")

    async def owner(self, secret: str) -> UserId:
        """Whose feed it is; notes that it was read. Raises ``NotFound``."""
        user_id = await self._database.value(_SQL["find_feed_owner"], _digest(secret))
        if user_id is None:
            raise NotFound("feed", "there is none at this address, or it was revoked", "Make a new one")
        return UserId(user_id)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()
