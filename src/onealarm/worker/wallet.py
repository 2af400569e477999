"""The wallet: what this worker may still spend, in chunks that it reserves from the day's budget.

Nothing is written for a single call: a chunk is reserved, used up here, and settled when the next one is fetched. The
time is passed in: the database's, as this process reckons it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from onealarm.control.budget import ALL_FULL, CHUNK, Costs, Mix, PaidTier, tier_for
from onealarm.errors import DatabaseUnavailable
from onealarm.ids import LeaseToken, WorkerId

GOOD_FOR: Final = 2 * CHUNK
"""A chunk that is not settled for so long is taken for spent."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What was reserved of a day's budget, in its unit, and the mix of the fleet; None before the first refresh.

    ``costs`` are what the leader expects of an alarm; None where nobody has led yet.
    """

    token: LeaseToken
    reserved: float
    mix: Mix | None
    instant: datetime
    costs: Costs | None = None


REFILL: Final = timedelta(seconds=5)
FEWEST: Final = 3
"""Alarms that a worker reserves for without any before."""

GROWTH: Final = 1.25


class Budgets(Protocol):
    """The implementation is ``onealarm.postgres.budget``."""

    async def exchange(
        self,
        worker: WorkerId,
        *,
        unit: str,
        settled: tuple[LeaseToken, float] | None,
        wants: float,
        good_for: timedelta,
    ) -> Chunk | None:
        """Settle a chunk with what was spent of it, and reserve the next of today; None where there is no budget."""
        ...

    async def settle(self, worker: WorkerId, token: LeaseToken, *, spent: float) -> None:
        """Settle without reserving again: the worker stops."""
        ...


class Wallet:
    """One worker's part of one budget. Without a budget everything is full, and nothing is counted."""

    def __init__(self, budgets: Budgets, *, worker: WorkerId, unit: str, costs: Costs) -> None:
        self._budgets = budgets
        self._worker = worker
        self._unit = unit
        self._costs = costs
        self._chunk: Chunk | None = None
        self._until: datetime | None = None
        self._spent = 0.0
        self._wanted = 0.0
        self._expected = 0.0
        self._renewed_at: datetime | None = None
        self._unbounded = True
        self._lock = asyncio.Lock()

    @property
    def mix(self) -> Mix:
        """The shares of tiers for the whole fleet."""
        return (self._chunk.mix if self._chunk else None) or ALL_FULL

    def left(self, now: datetime) -> float:
        """What may still be spent of the chunk; nothing once it has run out."""
        if self._chunk is None or self._until is None or now >= self._until:
            return 0.0
        return max(0.0, self._chunk.reserved - self._spent)

    def choose(self, *, lot: float, now: datetime) -> PaidTier:
        """The best tier for an alarm that the mix and this wallet allow, with its cost set aside; never nothing.

        ``lot`` (0 to below 1) is the alarm's own for its date.
        """
        if self._unbounded:
            return "full"
        wanted = tier_for(self.mix, lot=lot)
        cost = self.cost(wanted)
        self._wanted += cost
        if cost <= self.left(now):
            self._spent += cost
            return wanted
        if wanted == "full" and self._costs.short <= self.left(now):
            self._spent += self._costs.short
            return "short"
        return "local"

    def cost(self, tier: PaidTier) -> float:
        """What an alarm of a tier is expected to cost."""
        return {"full": self._costs.full, "short": self._costs.short, "local": 0.0}[tier]

    def correct(self, by: float) -> None:
        """A call cost so much more than was set aside for it; less where negative."""
        self._spent = max(0.0, self._spent + by)

    async def renew(self, *, now: datetime) -> None:
        """Settle, and reserve what the next minute is expected to want, and three alarms' worth at the least.

        Raises ``DatabaseUnavailable``: the chunk goes on until it is used up or runs out.
        """
        settled = None if self._chunk is None else (self._chunk.token, self._spent)
        wants = max(FEWEST * self._costs.full, GROWTH * self._expect(now))
        fetched = await self._budgets.exchange(
            self._worker, unit=self._unit, settled=settled, wants=wants, good_for=GOOD_FOR
        )
        self._unbounded = fetched is None
        if fetched is not None and fetched.costs is not None:
            self._costs = fetched.costs
        # What was spent while the answer was on its way comes out of the new chunk.
        self._spent -= settled[1] if settled else self._spent
        self._chunk, self._until = fetched, now + GOOD_FOR

    async def refill(self, *, now: datetime) -> None:
        """Before an alarm's tier is chosen: renew early when what is left would not pay for a full one.

        At most every 5 s, however many ask: then the chunk was too small for a rush, and grows with it. The database
        being away changes nothing here.
        """
        async with self._lock:
            if self._unbounded and self._renewed_at is not None:
                return
            soonest = self._renewed_at and self._renewed_at + REFILL
            if self.left(now) < self._costs.full and (soonest is None or now >= soonest):
                with contextlib.suppress(DatabaseUnavailable):
                    await self.renew(now=now)

    def _expect(self, now: datetime) -> float:
        """What a minute will want, by what was wanted since the last renewal, and half of what was expected then."""
        passed = max(REFILL, now - self._renewed_at) if self._renewed_at else CHUNK
        self._expected = max(self._wanted / (passed / CHUNK), self._expected / 2)
        self._wanted, self._renewed_at = 0.0, now
        return self._expected

    async def close(self) -> None:
        """The worker stops: what was not spent is free."""
        chunk, self._chunk = self._chunk, None
        if chunk is not None:
            await self._budgets.settle(self._worker, chunk.token, spent=self._spent)


class WalletRenewal:
    """The service that renews a wallet. While the database is away its chunk is used up; then all is local."""

    name = "wallet"
    every = CHUNK

    def __init__(self, wallet: Wallet, *, now: Callable[[], datetime]) -> None:
        self._wallet = wallet
        self._now = now

    async def run_once(self) -> int:
        """Returns 0: nothing changes that others see."""
        await self._wallet.renew(now=self._now())
        return 0
