"""What the emergency ladder looks at, every minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

ENDLESS: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Signals:
    """``due``: jobs whose time has come, not begun. ``drain``: how long these take, at the throughput of the last five
    minutes or, where slots were free, at what the slots can do.

    ``missed``: alarms that cannot be made in full in time, by the plan. ``later_short``: the plan finds demand above
    capacity later today. ``throttled``: share of calls that a provider refused. ``is_short_enough``: whether all can be
    in time where some are short.
    ``money_for_short``: whether the rest of the budget pays for short briefings. ``provider_down``: for how long no
    call has succeeded. ``slack``: of the most urgent job that is not begun, None without one. ``hands``: whether any
    worker lives and can write.
    """

    due: int = 0
    drain: timedelta = timedelta()
    missed: int = 0
    later_short: bool = False
    throttled: float = 0.0
    is_short_enough: bool = True
    money_for_short: bool = True
    provider_down: timedelta = timedelta()
    slack: timedelta | None = None
    hands: bool = True


def drain_time(due: int, *, per_second: float) -> timedelta:
    """How long ``due`` jobs take; a year where nothing is finished at all."""
    if due == 0:
        return timedelta()
    if due >= per_second * ENDLESS.total_seconds():
        return ENDLESS
    return timedelta(seconds=due / per_second)
