"""Follows the leader's orders in this process, or goes on with the last ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Protocol

from onealarm.control.autoscale import VALID
from onealarm.control.emergency import Level
from onealarm.control.measures import measures_for
from onealarm.control.orders import Orders
from onealarm.control.tiers import Tier, tier_for
from onealarm.events import Events, OrdersHeard
from onealarm.ids import UserId
from onealarm.jobs.priority import priority
from onealarm.worker.database_time import DatabaseTime


class Board(Protocol):
    """Where orders are published. The implementation is ``onealarm.postgres.control``."""

    async def read_orders(self) -> tuple[Orders, datetime] | None:
        """The last ones, and the present instant by the clock that decides; None before anybody has led."""
        ...


class Follower:
    """A service that reads. When the leader is gone, the last orders stay."""

    name = "follower"
    every = timedelta(seconds=10)

    def __init__(self, board: Board, *, time: DatabaseTime, events: Events) -> None:
        self._board = board
        self._time = time
        self._events = events
        self._obey: list[Callable[[Orders], None]] = []
        self.orders: Orders | None = None

    def follow(self, obey: Callable[[Orders], None]) -> None:
        """``obey`` is called with all new orders."""
        self._obey.append(obey)

    async def run_once(self) -> int:
        """Returns 0: to follow changes nothing that others see."""
        posted = await self._board.read_orders()
        if posted is None:
            return 0
        orders, now = posted
        self._time.hear(now)
        self._events.emit(OrdersHeard(orders.plan.epoch, now - orders.made_at))
        if self.orders is not None and orders.made_at == self.orders.made_at:
            return 0
        self.orders = orders
        for obey in self._obey:
            obey(orders)
        return 0

    def advance(self) -> timedelta:
        """By how much work may begin before its time, by the last orders."""
        return timedelta() if self.orders is None else self.orders.plan.at(self._time.now())

    def tier(self, user: UserId, *, on: date, ring_at: datetime) -> Tier:
        """By the last orders, while they hold. ``on`` is the local date of the ring."""
        if self.orders is None or (now := self._time.now()) >= self.orders.plan.valid_until:
            return "full"
        return tier_for(
            measures_for(self.orders.level),
            short_share=self.orders.short_share,
            user=user,
            on=on,
            is_critical=priority(ring_at, now) == 1,
        )

    def is_calm(self) -> bool:
        """Whether there is no emergency, as far as is known."""
        return self.orders is None or self.orders.level == Level.NORMAL

    def may_make_extras(self) -> bool:
        """Whether the orders leave anything for what no job waits for yet."""
        return self.orders is None or measures_for(self.orders.level).extras

    def batch(self) -> int | None:
        """Jobs that a firing takes, by orders that somebody made lately; None without."""
        return self.orders.batch if self.orders is not None and self._is_led() else None

    def hurry(self) -> timedelta | None:
        """How often lanes are to fire whatever their schedules say: while the fleet is behind, and somebody leads."""
        return measures_for(self.orders.level).tick if self.orders is not None and self._is_led() else None

    def _is_led(self) -> bool:
        age = self.age()
        return age is not None and age <= VALID

    def age(self) -> timedelta | None:
        """Of the last orders; None where there are none."""
        return None if self.orders is None else self._time.now() - self.orders.made_at
