"""How many jobs the fleet should be able to work side by side, for whoever starts and ends processes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

Reason = Literal["plan", "tokens", "floor", "emergency"]

_OVER_TOKENS: Final = 1.1
"""A tenth more than can be fed: an autoscaler ignores differences within a tenth."""

VALID: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Need:
    """In slots. ``planned`` by the plan's pre-scaling, ``forward`` by Little's law now, ``fed`` what permits can feed.

    ``floor`` is kept always, ``most`` is the operator's limit.
    """

    planned: float
    forward: float
    fed: float = math.inf
    floor: int = 2
    most: int = 100_000


@dataclass(frozen=True, slots=True)
class Target:
    """The answer of ``/v1/autoscale``. ``reason`` says what decided it."""

    desired_slots: int
    reason: Reason
    valid_until: datetime
    epoch: int


def target_for(need: Need, *, now: datetime, epoch: int, is_emergency: bool = False) -> Target:
    """Never more than what can be fed, and a tenth: more hands than permits only wait."""
    fed = min(math.floor(_OVER_TOKENS * need.fed) if math.isfinite(need.fed) else need.most, need.most)
    wanted = need.most if is_emergency else max(math.ceil(max(need.planned, need.forward)), need.floor)
    reason: Reason = "emergency" if is_emergency else "plan"
    if wanted > fed:
        wanted, reason = fed, "tokens"
    elif not is_emergency and wanted == need.floor:
        reason = "floor"
    return Target(wanted, reason, now + VALID, epoch)
