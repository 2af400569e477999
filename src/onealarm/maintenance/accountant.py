"""The accountant: looks at what is leased, called, spent and stored, counts quotas, and tells all of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from onealarm.control.budget import PROJECTED, projected_use, reached
from onealarm.control.governor.pools import PoolId
from onealarm.control.ledger import Calls, Stored
from onealarm.events import BudgetAtRisk, BudgetReached, BudgetSeen, CallsSeen, CostsSeen, Events, LeasesSeen, PoolSeen
from onealarm.maintenance.budgets import Today

STORAGE: Final = "storage"
"""The unit of a quota of bytes stored. It is what is there, and no day's sum."""

_SELDOM: Final = timedelta(hours=1)


class Ledger(Protocol):
    """The implementation is ``onealarm.postgres.ledger``."""

    async def now(self) -> datetime: ...

    async def calls(self) -> Sequence[Calls]: ...

    async def stored(self) -> Stored:
        """Reads all segments."""
        ...

    async def efficiency(self, *, now: datetime) -> float | None:
        """Of the last day. Reads all its briefings."""
        ...


class Leased(Protocol):
    """The implementation is ``onealarm.postgres.governor``."""

    async def overcommit(self) -> float: ...

    async def use(self) -> Sequence[tuple[PoolId, float]]:
        """Of each pool, what goes out over what its provider allows, from 0."""
        ...


class Quotas(Protocol):
    """The implementation is ``onealarm.postgres.budget``."""

    async def today(self, unit: str) -> Today: ...

    async def set_use(self, unit: str, amount: float) -> None: ...

    async def set_told(self, unit: str, *, told: float, told_ahead: bool, epoch: int) -> None:
        """Under the fence of an epoch. Raises ``LeaseLost`` when a later leader has been here."""
        ...


class Accountant:
    """Every minute where this process leads; what reads much once an hour. ``units`` are those of quotas."""

    name = "accountant"
    every = timedelta(minutes=1)

    def __init__(
        self,
        *,
        ledger: Ledger,
        leased: Leased,
        quotas: Quotas,
        units: Collection[str],
        epoch: Callable[[], int | None],
        events: Events,
    ) -> None:
        self._ledger = ledger
        self._leased = leased
        self._quotas = quotas
        self._units = sorted(units)
        self._epoch = epoch
        self._events = events
        self._read_at: datetime | None = None
        self._stored = 0

    async def run_once(self) -> int:
        """Returns 0: what it writes down is for itself. Raises ``LeaseLost`` when somebody else leads by now."""
        epoch = self._epoch()
        if epoch is None:
            self._read_at = None
            return 0
        now = await self._ledger.now()
        self._events.emit(LeasesSeen(await self._leased.overcommit()))
        for pool, use in await self._leased.use():
            self._events.emit(PoolSeen(pool.provider, pool.model, pool.unit, use))
        for one in await self._ledger.calls():
            self._events.emit(CallsSeen(one.provider, one.model, one.calls, one.refused, one.failed))
        if self._read_at is None or now >= self._read_at + _SELDOM:
            await self._read(now)
            self._read_at = now
        if STORAGE in self._units:
            await self._quotas.set_use(STORAGE, self._stored)  # a new day begins with what is there
        for unit in self._units:
            await self._look(unit, now=now, epoch=epoch)
        return 0

    async def _read(self, now: datetime) -> None:
        stored = await self._ledger.stored()
        self._stored = stored.size
        self._events.emit(CostsSeen(await self._ledger.efficiency(now=now), stored.size, stored.per_alarm))

    async def _look(self, unit: str, *, now: datetime, epoch: int) -> None:
        today = await self._quotas.today(unit)
        used = today.standing.used
        ahead = used if unit == STORAGE else projected_use(today.standing, now=now)
        alerts = reached(today.standing, told=today.told, least=0.0)
        at_risk = ahead > PROJECTED and not today.told_ahead
        if alerts or at_risk:
            await self._quotas.set_told(unit, told=max([today.told, *alerts]), told_ahead=at_risk, epoch=epoch)
        for level in alerts:
            self._events.emit(BudgetReached(unit, level))
        if at_risk:
            self._events.emit(BudgetAtRisk(unit, round(ahead, 3)))
        self._events.emit(BudgetSeen(unit, spent=used, projected=ahead))
