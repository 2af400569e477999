"""What a cron service asks for, and what it is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self

from pydantic import BaseModel, Field

from onealarm.api.schemas.fields import Input
from onealarm.control.classes import LaneKind
from onealarm.control.schedules import lane as defaults
from onealarm.control.schedules.order import Order, Outcome
from onealarm.errors import BadInput

_LEAST, _MOST = (int(one.total_seconds()) for one in (defaults.SHORTEST_BUDGET, defaults.LONGEST_BUDGET))


class DispatchInput(Input):
    """Which lane (``priority`` is the roadmap's word for it), how many jobs at most, and how many at once."""

    lane: LaneKind | None = None
    priority: LaneKind | None = None
    batch: Annotated[int, Field(strict=True, ge=1, le=defaults.LARGEST_BATCH)] = defaults.BATCH
    concurrency: Annotated[int, Field(strict=True, ge=1, le=defaults.LARGEST_CONCURRENCY)] = defaults.CONCURRENCY
    time_budget_seconds: Annotated[int, Field(strict=True, ge=_LEAST, le=_MOST)] = int(defaults.BUDGET.total_seconds())

    def order(self) -> Order:
        """Raises ``BadInput`` when lane and priority differ."""
        if self.lane is not None and self.priority is not None and self.lane != self.priority:
            raise BadInput("priority", f"{self.priority} is not the lane {self.lane}", "Give one of the two")
        kind = self.lane or self.priority or "batch"
        budget = timedelta(seconds=self.time_budget_seconds)
        return Order(kind, kind, self.batch, self.concurrency, budget)


class DispatchView(BaseModel):
    """What became of the ``claimed`` jobs; ``remaining`` ones are due in the lane and wait."""

    claimed: int
    done: int
    failed: int
    released: int
    remaining: int

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        return cls(
            claimed=outcome.claimed,
            done=outcome.done,
            failed=outcome.failed,
            released=outcome.released,
            remaining=outcome.remaining,
        )
