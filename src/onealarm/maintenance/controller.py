"""Decides for the fleet while this process leads it, and publishes what it has decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from onealarm.control.desk import Desk, Given, Limits, Seen, with_level
from onealarm.control.emergency import Level, Override
from onealarm.control.forecast.demand import Newest, with_expected
from onealarm.control.governor.pools import PoolId
from onealarm.control.missing import Coming
from onealarm.control.orders import Orders, no_orders
from onealarm.control.plan.advance import STEP
from onealarm.control.prospects import SIZE
from onealarm.control.signals import Signals
from onealarm.control.snapshot import Snapshot
from onealarm.events import ControlDecided, Events, LevelChanged
from onealarm.maintenance.leading import Leading


class Room(Protocol):
    """What a leader needs of the database. The implementation is ``onealarm.postgres.control``."""

    async def look(self, *, advance: timedelta) -> Snapshot: ...

    async def demand(self, *, since: datetime, until: datetime) -> Mapping[int, int]:
        """Jobs that wait, by the minute from ``since`` in which work should begin; the overdue ones in minute 0."""
        ...

    async def coming(self, *, since: datetime, until: datetime, most: int) -> Mapping[int, Coming]:
        """What is new in the ``most`` first of them, by the same minutes; of the last one perhaps not all jobs."""
        ...

    async def pools(self) -> Mapping[PoolId, float]:
        """Units per minute of what providers allow that may be planned with."""
        ...

    async def publish(self, orders: Orders) -> bool:
        """False where the epoch is over: then nothing was written."""
        ...

    async def read_orders(self) -> tuple[Orders, datetime] | None:
        """The last ones, and the present instant."""
        ...

    async def read_override(self) -> Override | None: ...

    async def note_change(self, *, epoch: int, before: Level, after: Level, cause: str, signals: Signals) -> None: ...


class Foresight(Protocol):
    """What will still be created. The implementation is ``onealarm.postgres.forecast``."""

    async def newest(self) -> Newest | None:
        """What a plan needs of the newest forecast."""
        ...


class Purse(Protocol):
    """The day's budget. The implementation is ``onealarm.postgres.budget``."""

    async def pays_for_short(self) -> bool:
        """Whether the rest of it pays for short briefings at least, as far as is known."""
        ...


COMING_EVERY: Final = timedelta(minutes=5)
COMING: Final = timedelta(hours=2)
MOST_COMING: Final = 20_000
"""What is new in the jobs to come is looked for this often, of so much time, and of so many jobs at most."""


class Controller:
    """Looks twice a minute. A new leader begins where the last one's orders left the ladder."""

    name = "controller"
    SELDOM: Final = timedelta(seconds=30)

    def __init__(
        self,
        room: Room,
        *,
        leading: Leading,
        limits: Limits,
        events: Events,
        foresight: Foresight | None = None,
        purse: Purse | None = None,
    ) -> None:
        """Without ``foresight`` the plan is for what is known; without a ``purse`` money is no matter."""
        self._room = room
        self._foresight = foresight
        self._purse = purse
        self._coming: Mapping[int, Coming] = {}
        self._coming_since: datetime | None = None
        self._leading = leading
        self._limits = limits
        self._events = events
        self._epoch: int | None = None
        self._desk = Desk()
        self._advance = timedelta()
        self.seen: Seen | None = None
        """What the last decision was made on."""

    @property
    def every(self) -> timedelta:
        """Until it leads it is ready to: the first orders are due as soon as it does."""
        return timedelta(seconds=1) if self._epoch is None else self.SELDOM

    async def run_once(self) -> int:
        """Returns 1 when the emergency level was changed."""
        epoch = self._leading.epoch
        if epoch is None:
            self._epoch = None
            return 0
        snapshot = await self._room.look(advance=self._advance)
        if epoch != self._epoch:
            await self._take_over(snapshot.now)
            self._epoch = epoch
        minute = snapshot.now.replace(second=0, microsecond=0)
        demand = await self._room.demand(since=minute, until=minute + SIZE * STEP)
        override = await self._room.read_override()
        before = self._desk.ladder.level
        newest = None if self._foresight is None else await self._foresight.newest()
        demand = with_expected(demand, newest, now=minute)
        given = Given(
            demand,
            coming=await self._what_comes(minute),
            pools=await self._room.pools(),
            pays_for_short=self._purse is None or await self._purse.pays_for_short(),
        )
        self._desk, orders, self.seen = self._desk.decide(
            snapshot, given, limits=self._limits, epoch=epoch, override=override
        )
        if not await self._room.publish(orders):
            self._epoch = None  # another leads; whatever was concluded here is his to conclude
            return 0
        self._advance = orders.plan.at(snapshot.now)
        if orders.level != before:
            await self._tell_change(before, orders, override)
        self._events.emit(_told(snapshot, orders, self.seen))
        return int(orders.level != before)

    async def _what_comes(self, minute: datetime) -> Mapping[int, Coming]:
        """By the minute from now; looked for seldom, since it reads what each of many listeners wants to hear."""
        if self._coming_since is None or not timedelta() <= minute - self._coming_since < COMING_EVERY:
            self._coming = await self._room.coming(since=minute, until=minute + COMING, most=MOST_COMING)
            self._coming_since = minute
        passed = (minute - self._coming_since) // STEP
        return {at - passed: coming for at, coming in self._coming.items()}

    async def _take_over(self, now: datetime) -> None:
        posted = await self._room.read_orders()
        orders = no_orders(now) if posted is None else posted[0]
        self._desk = with_level(Desk(), orders.level, at=now)
        self._advance = orders.plan.at(now)

    async def _tell_change(self, before: Level, orders: Orders, override: Override | None) -> None:
        assert self.seen is not None, "a decision was made"
        cause = "signals" if override is None else "override"
        signals = self.seen.signals
        await self._room.note_change(
            epoch=orders.plan.epoch, before=before, after=orders.level, cause=cause, signals=signals
        )
        self._events.emit(LevelChanged(int(before), int(orders.level), cause))


def _told(snapshot: Snapshot, orders: Orders, seen: Seen) -> ControlDecided:
    return ControlDecided(
        due=(snapshot.queue.critical, snapshot.queue.high, snapshot.queue.normal),
        in_work=snapshot.queue.leased,
        oldest_slack=seen.signals.slack,
        drain=seen.signals.drain,
        carry=seen.prospects.carry,
        advance=orders.plan.at(snapshot.now),
        missed=seen.prospects.missed,
        shortfall=seen.prospects.shortfall,
        batch=orders.batch,
        tick=orders.tick,
        level=int(orders.level),
        desired_slots=orders.desired_slots,
    )
