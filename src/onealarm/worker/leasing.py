"""What a worker says of the pools it draws from, and is answered. Implemented by ``onealarm.postgres.governor``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from onealarm.control.governor.lanes import ByClass
from onealarm.control.governor.pools import PoolId
from onealarm.ids import WorkerId


@dataclass(frozen=True, slots=True)
class Ask:
    """A renewal of one lease; rates are units per minute.

    ``paced`` is the rate at which this worker goes at the moment, until ``paced_until`` by the database's clock.
    ``calls`` and ``refused`` are those since the last renewal, ``limit_seen`` the limit that the provider told.
    """

    pool: PoolId
    wants: ByClass
    used: float = 0.0
    paced: float = 0.0
    paced_until: datetime | None = None
    calls: int = 0
    refused: int = 0
    limit_seen: float | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What is granted, in units per minute, and until when; both instants by the database's clock."""

    pool: PoolId
    granted: float
    expires_at: datetime
    instant: datetime


@dataclass(frozen=True, slots=True)
class Failures:
    """Calls that came to nothing for one reason, and what they cost in US dollars."""

    provider: str
    model: str
    reason: str
    calls: int
    usd: float = 0.0


class Leases(Protocol):
    async def renew(self, worker: WorkerId, asks: Sequence[Ask]) -> list[Offer]:
        """Renew all leases of a worker in one statement; at most every 5 s.

        What it had is promised to it until the next renewal says otherwise, also when the answer never arrives.
        """
        ...

    async def leave(self, worker: WorkerId) -> None:
        """The worker has stopped, and gives everything back."""
        ...

    async def note_failures(self, failures: Sequence[Failures]) -> None:
        """Write down calls that came to nothing, in one statement for many."""
        ...
