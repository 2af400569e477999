"""What a cron service asks for, and what it is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, Field

from onealarm.api.schemas.fields import Input
from onealarm.briefing.topics import TopicKind
from onealarm.control.classes import LaneKind
from onealarm.control.schedules import lane as defaults
from onealarm.control.schedules.order import Order, Outcome
from onealarm.errors import BadInput
from onealarm.maintenance.editor import Edited

_LEAST, _MOST = (int(one.total_seconds()) for one in (defaults.SHORTEST_BUDGET, defaults.LONGEST_BUDGET))

_MOST_ERRORS: Final = 10


FunctionName = Literal["generate-alarm-audio", "daily-content", "generate-audio", "cleanup-audio-files"]


class FunctionView(BaseModel):
    """A function that can be called: the database answers, and its time is ``timestamp``."""

    status: Literal["healthy"] = "healthy"
    function: FunctionName
    timestamp: datetime
    version: str


class DispatchInput(Input):
    """Which lane (``priority`` is the roadmap's word for it), how many jobs at most, and how many at once."""

    lane: LaneKind | None = None
    priority: LaneKind | None = None
    batch: Annotated[int, Field(strict=True, ge=1, le=defaults.LARGEST_BATCH)] | None = None
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


class ContentView(BaseModel):
    """Of one kind: how many topics were wanted and not fresh, and how many were collected; why the others were not."""

    success: bool
    wanted: int
    collected: int
    errors: list[str]


class DailyContentView(BaseModel):
    """What became of each kind, by the names of the earlier system. ``success`` is that nothing failed."""

    success: bool
    news: ContentView
    weather: ContentView
    sports: ContentView
    stocks: ContentView

    @classmethod
    def of(cls, edited: Edited) -> Self:
        return cls(
            success=not edited.failed,
            news=_content(edited, "news"),
            weather=_content(edited, "weather"),
            sports=_content(edited, "sport"),
            stocks=_content(edited, "markets"),
        )


def _content(edited: Edited, kind: TopicKind) -> ContentView:
    errors = sorted({reason for topic, reason in edited.failed.items() if topic.kind == kind})
    return ContentView(
        success=not errors,
        wanted=sum(topic.kind == kind for topic in edited.wanted),
        collected=sum(topic.kind == kind for topic in edited.collected),
        errors=errors[:_MOST_ERRORS],
    )
