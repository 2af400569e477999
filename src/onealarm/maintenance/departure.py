"""A user leaves: his rows go in one transaction, then the sound that was his alone."""

from __future__ import annotations

from typing import Protocol

from onealarm.errors import Retryable, safe_reason
from onealarm.events import Events, ServiceFailed
from onealarm.ids import SegmentKey, UserId
from onealarm.maintenance.collector import Collector


class DepartingUsers(Protocol):
    """The users, as a departure needs them. The implementation is ``onealarm.postgres.people``."""

    async def delete(self, user_id: UserId) -> list[SegmentKey]:
        """Delete all his rows; returns the personal segments that were his. Raises ``NotFound``."""
        ...


class LeftFiles(Protocol):
    """Whole files of briefings. The implementation is ``onealarm.delivery.materialise``."""

    async def clear(self) -> int:
        """Delete those whose briefing is gone; returns how many."""
        ...


class Departure:
    """What is left undone by a crash between the two, or by a store that fails, the collector finishes."""

    def __init__(
        self, *, users: DepartingUsers, collector: Collector, events: Events, files: LeftFiles | None = None
    ) -> None:
        self._users = users
        self._collector = collector
        self._events = events
        self._files = files

    async def delete(self, user_id: UserId) -> None:
        """Delete a user and all that belongs to him, files too. Raises ``NotFound``."""
        left_behind = await self._users.delete(user_id)
        try:
            await self._collector.drop_left_behind(left_behind)
            if self._files is not None:
                await self._files.clear()
        except Retryable as error:  # he is deleted: to try that again would find nobody
            self._events.emit(ServiceFailed(self._collector.name, safe_reason(error)))
