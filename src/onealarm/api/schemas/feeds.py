"""Private feeds."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from onealarm.postgres.feeds import Feed, NewFeed


class NewFeedView(BaseModel):
    """Its address is shown this once: whoever has it hears the user's briefings."""

    id: UUID
    created_at: datetime
    podcast: str

    @classmethod
    def of(cls, made: NewFeed, *, origin: str) -> Self:
        return cls(id=made.id, created_at=made.created_at, podcast=podcast_address(made.secret, origin=origin))


class FeedView(BaseModel):
    """``last_read_at`` is true to the hour, and null when nobody has read it."""

    id: UUID
    created_at: datetime
    last_read_at: datetime | None

    @classmethod
    def of(cls, feed: Feed) -> Self:
        return cls(id=feed.id, created_at=feed.created_at, last_read_at=feed.last_read_at)


class FeedsView(BaseModel):
    """Oldest first."""

    feeds: list[FeedView]


def podcast_address(secret: str, *, origin: str) -> str:
    return f"{origin}/v1/feeds/{secret}/podcast.xml"
