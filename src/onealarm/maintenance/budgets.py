"""The treasurer: sets how good the day's briefings may be for the money that is left, and says when it runs short."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from onealarm.control.budget import PROJECTED, REFRESH, Costs, Mix, Standing, paced, projected, reached
from onealarm.events import BudgetAtRisk, BudgetReached, BudgetSeen, Events


@dataclass(frozen=True, slots=True)
class Today:
    """How a day stands; ``told`` is the highest alert that was given, ``told_ahead`` whether the projection's was."""

    standing: Standing
    mix: Mix | None
    told: float
    told_ahead: bool
    instant: datetime


class Days(Protocol):
    """The implementation is ``onealarm.postgres.budget``."""

    async def today(self, unit: str) -> Today: ...

    async def set_mix(self, unit: str, mix: Mix, *, costs: Costs, told: float, told_ahead: bool, epoch: int) -> None:
        """Under the fence of an epoch; workers reckon with ``costs`` too.

        Raises ``LeaseLost`` when a later leader has been here.
        """
        ...

    async def expire_chunks(self) -> int:
        """Take chunks of silent workers for spent."""
        ...


class Treasurer:
    """Runs every 5 minutes while this process leads, and as soon as it does.

    ``costs`` tells the expected costs of an alarm by the budget's unit. ``alarms_left`` tells how many more alarms are
    expected to be made today (of UTC), on the high side: the predictor's 90 % quantile, or those that are known.
    """

    name = "treasurer"
    SELDOM: Final = REFRESH

    def __init__(
        self,
        days: Days,
        *,
        costs: Callable[[], Awaitable[Mapping[str, Costs]]],
        alarms_left: Callable[[], Awaitable[float]],
        epoch: Callable[[], int | None],
        events: Events,
    ) -> None:
        self._days = days
        self._costs = costs
        self._alarms_left = alarms_left
        self._epoch = epoch
        self._events = events

    @property
    def every(self) -> timedelta:
        """Until it leads it is ready to."""
        return self.SELDOM if self._epoch() is not None else timedelta(seconds=10)

    async def run_once(self) -> int:
        """Returns in how many budgets the mix changed. Raises ``LeaseLost`` when somebody else leads by now."""
        epoch = self._epoch()
        if epoch is None:
            return 0
        await self._days.expire_chunks()
        alarms_left, costs = await self._alarms_left(), await self._costs()
        return sum([await self._refresh(unit, costs[unit], alarms_left=alarms_left, epoch=epoch) for unit in costs])

    async def _refresh(self, unit: str, costs: Costs, *, alarms_left: float, epoch: int) -> bool:
        today = await self._days.today(unit)
        mix = paced(today.mix, today.standing, alarms_left=alarms_left, costs=costs)
        ahead = projected(today.standing, mix, alarms_left=alarms_left, costs=costs)
        alerts = reached(today.standing, told=today.told, least=costs.short)
        at_risk = ahead > PROJECTED and not today.told_ahead
        await self._days.set_mix(
            unit, mix, costs=costs, told=max([today.told, *alerts]), told_ahead=today.told_ahead or at_risk, epoch=epoch
        )
        self._events.emit(BudgetSeen(unit, spent=today.standing.used, projected=ahead))
        for level in alerts:
            self._events.emit(BudgetReached(unit, level))
        if at_risk:
            self._events.emit(BudgetAtRisk(unit, round(ahead, 3)))
        return mix != today.mix
