"""Which briefing a job gets: by the leader's orders, and by the money that is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from onealarm.control.turns import place
from onealarm.events import CallPaid, Event
from onealarm.ids import UserId
from onealarm.pipeline.ladder import NO_MONEY, TOO_MUCH
from onealarm.pipeline.ports import Choice
from onealarm.worker.follower import Follower
from onealarm.worker.wallet import Wallet

_RANK: Final = {"full": 0, "short": 1, "local": 2}


class OrderedTiers:
    """Implements ``onealarm.pipeline.ports.Tiers``; with a ``wallet`` the lesser of what both allow.

    As an observer of events it takes what was really paid out of the wallet, in the place of what was set aside.
    """

    def __init__(self, follower: Follower, *, wallet: Wallet | None, now: Callable[[], datetime]) -> None:
        self._follower = follower
        self._wallet = wallet
        self._now = now

    async def choose(self, user: UserId, *, on: date, ring_at: datetime) -> Choice:
        ordered = self._follower.tier(user, on=on, ring_at=ring_at)
        if self._wallet is None:
            return Choice(ordered, None if ordered == "full" else TOO_MUCH)
        now = self._now()
        await self._wallet.refill(now=now)
        paid = self._wallet.choose(lot=place(user, on), now=now)
        if _RANK[paid] > _RANK[ordered]:
            return Choice(paid, NO_MONEY)
        if _RANK[ordered] > _RANK[paid]:
            self._wallet.correct(self._wallet.cost(ordered) - self._wallet.cost(paid))
        return Choice(ordered, None if ordered == "full" else TOO_MUCH)

    def settle(self, choice: Choice) -> None:
        if self._wallet is not None:
            self._wallet.correct(-self._wallet.cost(choice.tier))

    def __call__(self, event: Event) -> None:
        if isinstance(event, CallPaid) and self._wallet is not None:
            self._wallet.correct(event.usd)
