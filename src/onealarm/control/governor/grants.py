"""Grants: what the leader leases to whom, so that all leases together never promise more than there is.

After Doorman (youtube/doorman, ``doc/design.md``): clients say what they want, the server hands out shares that expire,
and a share that shrinks is handed on only when its owner has agreed or its time is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from typing import Final
from uuid import UUID

from onealarm.control.governor.lanes import WEIGHTS, ByClass
from onealarm.control.governor.pools import BURST, LEASE, MINUTE, RENEWAL, SAFETY, PoolLimit
from onealarm.control.governor.shares import fair_shares

SILENT: Final = 2 * RENEWAL
"""Whoever has not renewed for so long is granted nothing more."""

REMEMBERED: Final = timedelta(hours=1)
"""How long a worker that fell silent may still be calling at the safe rate: its jobs ring within that time."""

MAX_WORKERS: Final = 200
SAFE_SHARE: Final = 0.1

_ABOUT: Final = 0.2
"""How far a grant may be from the right one and stay, where there is enough for all."""

_GENEROUS: Final = 0.5

_HOLDER_BONUS: Final = 2.0
"""Who holds a lease keeps it against another that wants up to so many times as much."""


@dataclass(frozen=True, slots=True)
class Lease:
    """One worker's lease of one pool, in units per minute.

    ``granted`` is what the next renewal will be told, ``held`` the most that its owner may be using of what it was told
    before; each is zero when its time is over.
    """

    worker: UUID
    wants: ByClass
    granted: float
    held: float
    renewed_at: datetime

    @property
    def promised(self) -> float:
        """What its owner may use at this moment, whatever has become of the last message to it."""
        return max(self.granted, self.held)


@dataclass(frozen=True, slots=True)
class Granted:
    """The new grants, in the order of the leases, and the most that may be promised until the next time.

    ``ceiling`` is the pool's capacity, or what older leases still promise where that is more: after a limit fell.
    """

    per_minute: tuple[float, ...]
    ceiling: float


def capacity(effective: float, *, silent: int = 0, limit: float = 0.0, safety: float = SAFETY) -> float:
    """Units per minute that may be leased, when so many workers may be at the safe rate of ``limit``."""
    return max(0.0, safety * effective - silent * safe_rate(limit))


def safe_rate(limit: float) -> float:
    """Units per minute of a worker that hears from nobody: a tenth of the limit, shared by as many as there can be."""
    return SAFE_SHARE * limit / MAX_WORKERS


def most_holders(limit: PoolLimit, *, safety: float = SAFETY) -> int:
    """How many workers may hold a lease at once.

    In any minute each can send its share, and one call or one second's share more that it had saved up for; these must
    fit into what is not leased.
    """
    spare = 1 - safety - safety * (BURST / MINUTE)
    return max(1, int(spare * limit.per_minute / limit.call + 1e-9))


def grants(limit: PoolLimit, leases: Sequence[Lease], *, effective: float, now: datetime) -> Granted:
    """The leader's decision on one pool. ``effective`` is the limit as the provider's answers show it.

    What somebody is told to give up is free for others only at a later decision, when the lease says that he has: a
    message of this moment may cross one of his.
    """
    silent = [one for one in leases if one.renewed_at + LEASE <= now < one.renewed_at + REMEMBERED]
    there_is = capacity(effective, silent=len(silent), limit=limit.per_minute)
    wanting = _wanting(limit, leases, now=now)
    targets = _settled(leases, _targets(leases, wanting, there_is), there_is)
    promised = sum(one.promised for one in leases)
    asked = [max(0.0, target - one.promised) for one, target in zip(leases, targets, strict=True)]
    part = min(1.0, max(0.0, there_is - promised) / sum(asked)) if sum(asked) > 0 else 0.0
    per_minute = tuple(
        min(target, one.promised + part * more) for one, target, more in zip(leases, targets, asked, strict=True)
    )
    return Granted(tuple(map(_whole, per_minute)), ceiling=max(there_is, promised))


def _settled(leases: Sequence[Lease], targets: Sequence[float], there_is: float) -> list[float]:
    """Where there is enough for all, a grant that is about right stays, so that its row need not be written."""
    if sum(max(target, one.promised) for one, target in zip(leases, targets, strict=True)) >= there_is:
        return list(targets)
    return [
        one.granted if target > 0 and abs(target - one.granted) <= _ABOUT * target else target
        for one, target in zip(leases, targets, strict=True)
    ]


def _whole(per_minute: float) -> float:
    """In millionths, downwards: less than that is nothing."""
    return floor(per_minute * 1e6) / 1e6


def _wanting(limit: PoolLimit, leases: Sequence[Lease], *, now: datetime) -> set[int]:
    """Whose wants count: those that are there, up to the number of leases that the pool bears."""
    able = [index for index, one in enumerate(leases) if one.wants.total > 0 and now - one.renewed_at < SILENT]
    holders = {index for index, one in enumerate(leases) if one.promised > 0}
    ranked = sorted(able, key=lambda index: -_weight(leases[index]) * (_HOLDER_BONUS if index in holders else 1.0))
    chosen = set(ranked[: most_holders(limit)])
    seats = max(0, most_holders(limit) - len(holders))
    newcomers = [index for index in ranked if index in chosen and index not in holders]
    return (chosen & holders) | set(newcomers[:seats])


def _weight(lease: Lease) -> float:
    wants = lease.wants
    return WEIGHTS.critical * wants.critical + WEIGHTS.high * wants.high + WEIGHTS.normal * wants.normal


def _targets(leases: Sequence[Lease], wanting: set[int], there_is: float) -> list[float]:
    """The fair share of each lease: the sum over the classes in which it wants something.

    Half of what nobody wants is shared out too, so that the first call after a quiet time need not wait; the other half
    is there for whoever wants more the next time.
    """
    entries = [
        (index, want, weight)
        for index in sorted(wanting)
        for want, weight in (
            (leases[index].wants.critical, WEIGHTS.critical),
            (leases[index].wants.high, WEIGHTS.high),
            (leases[index].wants.normal, WEIGHTS.normal),
        )
        if want > 0
    ]
    shares = fair_shares(
        [want for _, want, _ in entries], weights=[weight for *_, weight in entries], capacity=there_is
    )
    targets = [0.0] * len(leases)
    for (index, _, _), share in zip(entries, shares, strict=True):
        targets[index] += share
    surplus = max(0.0, there_is - sum(shares))
    for index in wanting:
        targets[index] += _GENEROUS * surplus / len(wanting)
    return targets
