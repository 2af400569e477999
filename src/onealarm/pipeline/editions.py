"""Editions: what was collected of a topic, once for everybody; the promise that keeps them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from onealarm.briefing.facts import Credit
from onealarm.briefing.topics import Item, Topic
from onealarm.ids import LeaseToken, WorkerId


@dataclass(frozen=True, slots=True)
class Content:
    """One edition of a topic. ``credits`` are by language; without ``items`` its source has nothing to tell."""

    topic: Topic
    edition_at: datetime
    items: tuple[Item, ...]
    credits: Mapping[str, tuple[Credit, ...]]


@dataclass(frozen=True, slots=True)
class Look:
    """What there is at ``now``, by the database's clock.

    ``newest`` are editions that may be told; ``settled`` topics need no collecting, because theirs is fresh or because
    their source is left alone, whose ``failures`` say why. ``ours`` we are to collect; the rest somebody else does.
    """

    now: datetime
    newest: Mapping[Topic, Content]
    settled: Collection[Topic]
    failures: Mapping[Topic, str]
    ours: Mapping[Topic, LeaseToken]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A topic that alarms are about to ask for: how many, and when the first of them rings."""

    topic: Topic
    alarms: int
    first_ring_at: datetime


class EditionLibrary(Protocol):
    """Keeps editions, and lets one process of the fleet collect each. The implementation is ``postgres.editions``."""

    async def find_or_claim(self, topics: Sequence[Topic], *, worker: WorkerId, collecting: Collection[Topic]) -> Look:
        """One look at the topics, and a claim on each that needs collecting and that nobody alive collects.

        ``collecting`` is what this worker is at: its other claims are forgotten ones.
        """
        ...

    async def finish(self, content: Content, *, token: LeaseToken, valid_until: datetime) -> bool:
        """The edition is there for everybody. False when the claim was lost meanwhile."""
        ...

    async def fail(self, topic: Topic, *, token: LeaseToken, reason: str, wait: timedelta | None = None) -> None:
        """It could not be collected; its source is left alone for ``wait``, or a while. ``reason`` is safe to keep."""
        ...
