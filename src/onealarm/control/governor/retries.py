"""Retries: few, spread out, never earlier than the provider wants them, and never later than they help."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

ATTEMPTS: Final = 3
"""Of one call, the first included."""

SHARE: Final = 0.1
"""Retries for each first attempt (Google, "Site Reliability Engineering", chapter 21)."""

FIRST: Final = timedelta(seconds=1)
CAP: Final = timedelta(seconds=30)

_AT_FIRST: Final = 3.0
"""Retries that nothing has earned yet: where few calls are made, one that fails is worth another."""

_SAVED_UP: Final = 10.0
"""The most retries that quiet hours save for a bad one."""


@dataclass(frozen=True, slots=True)
class RetryBudget:
    """What first attempts have earned: calls are never more than 1.1 times first attempts, and three."""

    earned: float = _AT_FIRST

    def first_attempt(self) -> RetryBudget:
        return replace(self, earned=min(_SAVED_UP, self.earned + SHARE))

    @property
    def allows(self) -> bool:
        return self.earned >= 1.0 - 1e-9

    def retried(self) -> RetryBudget:
        assert self.allows, "a retry was made that nothing had earned"
        return replace(self, earned=self.earned - 1.0)


def pause(*, attempt: int, random: Random, wait: timedelta | None = None) -> timedelta:
    """The pause after ``attempt`` (from 1) failed; ``wait`` is what the provider asked for and is always kept.

    "Full jitter": anything between nothing and a bound that doubles from 1 s to 30 s (M. Brooker, "Exponential Backoff
    And Jitter", 2015). It comes on top of ``wait``, so that not everybody returns at the same moment.
    """
    bound = min(CAP, FIRST * (1 << min(attempt - 1, 10)))
    return (wait or timedelta()) + bound * random.random()


def next_try(
    *,
    attempt: int,
    budget: RetryBudget,
    now: datetime,
    latest: datetime,
    typical: timedelta,
    random: Random,
    wait: timedelta | None = None,
) -> datetime | None:
    """When to call again after ``attempt`` failed, or None: give up.

    ``latest`` is when the answer must be there, ``typical`` how long a call takes as a rule.
    """
    if attempt >= ATTEMPTS or not budget.allows:
        return None
    at = now + pause(attempt=attempt, random=random, wait=wait)
    return at if at + typical <= latest else None
