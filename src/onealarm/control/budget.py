"""The budget of a day: paid quality for as many alarms as the money reaches, the same share all day long.

The same rule serves a hosting platform's quotas (function calls, bytes stored) with another unit. A day is a day of
UTC: a provider's bill has no other, and every zone's morning lies in one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

REFRESH: Final = timedelta(minutes=5)
STEP: Final = 0.1
"""The most by which the share of full briefings changes at one refresh."""

CHUNK: Final = timedelta(minutes=1)
"""A worker reserves what it expects to spend in so long."""

ALERTS: Final = (0.5, 0.8, 1.0)
PROJECTED: Final = 1.05
QUOTA_TARGET: Final = 0.8
"""How much of a platform's quota is meant to be used."""

_NOISE: Final = 1e-9
_EARLY: Final = timedelta(hours=1)

PaidTier = Literal["full", "short", "local"]


@dataclass(frozen=True, slots=True)
class Costs:
    """What one alarm of a tier is expected to take, in the budget's unit; local costs nothing."""

    full: float
    short: float

    def __post_init__(self) -> None:
        assert 0 < self.short < self.full, "the shorter briefing is the cheaper one"


BESPOKE_USD: Final = Costs(full=0.087, short=0.0126)
"""One script and four speech calls for each alarm, against 40 personal seconds beside shared segments."""


FIRST_DAY: Final = Costs(full=0.04, short=0.01)
"""US dollars, before anything is known: three minutes of speech of which nothing was spoken before, at 0.0145 a minute
(``audio-and-content`` 3.3), and a quarter of it."""

_BELIEVED: Final = 20.0
"""As many briefings as the first day's costs count for beside those that were made."""


@dataclass(frozen=True, slots=True)
class Recent:
    """What the last day has cost in US dollars, and how many briefings of each paid tier were made of it."""

    usd: float
    full: int
    short: int


def expected_costs(recent: Recent, *, first: Costs = FIRST_DAY) -> Costs:
    """What a briefing is expected to cost, by what those of the last day did.

    A short one counts as its share of a full one. Few briefings say little: the costs of a first day count as twenty.
    """
    share = first.short / first.full
    weight = recent.full + share * recent.short
    full = (max(0.0, recent.usd) + _BELIEVED * first.full) / (weight + _BELIEVED)
    return Costs(full=full, short=full * share)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a day stands, in the budget's unit. ``reserved`` is what workers hold and may have spent already."""

    amount: float
    spent: float
    reserved: float

    @property
    def left(self) -> float:
        return max(0.0, self.amount - self.spent - self.reserved)

    @property
    def used(self) -> float:
        """The share of the amount that is spent, from 0; over 1 when a call cost more than was expected of it."""
        return self.spent / self.amount if self.amount > 0 else float(self.spent > 0)


@dataclass(frozen=True, slots=True)
class Mix:
    """The shares of alarms that are made full and short; the rest is local. From 0 to 1, together at most 1."""

    full: float
    short: float

    @property
    def local(self) -> float:
        return max(0.0, 1.0 - self.full - self.short)

    @property
    def pays_for_short(self) -> bool:
        """Whether nobody has to be content with the local voice for want of money."""
        return self.local <= _NOISE

    def cost(self, costs: Costs) -> float:
        """What an alarm costs on average."""
        return self.full * costs.full + self.short * costs.short


ALL_FULL: Final = Mix(1.0, 0.0)
ALL_LOCAL: Final = Mix(0.0, 0.0)


def affordable(each: float, costs: Costs) -> Mix:
    """The mix that costs ``each`` for one alarm on average: first everybody gets the short one, then some the full one.

    ``full * z + short * (1 - z) = each``, solved for z.
    """
    if each >= costs.full:
        return ALL_FULL
    if each >= costs.short:
        full = (each - costs.short) / (costs.full - costs.short)
        return Mix(full, 1.0 - full)
    return Mix(0.0, max(0.0, each / costs.short))


def paced(before: Mix | None, standing: Standing, *, alarms_left: float, costs: Costs) -> Mix:
    """The mix until the next refresh, by cost to go: what is left, for each alarm that is still expected today.

    ``alarms_left`` should be on the high side (the 90 % quantile). The share of full ones moves by a tenth at a time,
    so that one bad forecast does not decide a morning; but what is not there is not spent: without money all are local.
    """
    if standing.left <= 0:
        return ALL_LOCAL
    target = affordable(standing.left / max(1.0, alarms_left), costs)
    if before is None:
        return target
    full = min(max(target.full, before.full - STEP), before.full + STEP)
    rest = 1.0 - full
    return Mix(full, rest if target.full > 0 else min(rest, target.short))


def tier_for(mix: Mix, *, lot: float) -> PaidTier:
    """The tier of one alarm. ``lot``, from 0 to below 1, is its own for this date: nobody is always the one."""
    if lot < mix.full:
        return "full"
    return "short" if lot < mix.full + mix.short else "local"


def projected(standing: Standing, mix: Mix, *, alarms_left: float, costs: Costs) -> float:
    """The share of the amount that will be spent by the end of the day if all goes on like this."""
    if standing.amount <= 0:
        return 0.0
    return (standing.spent + standing.reserved + alarms_left * mix.cost(costs)) / standing.amount


def projected_use(standing: Standing, *, now: datetime) -> float:
    """The share of a platform's quota that is used by the end of the day if use goes on as it did since midnight.

    Of a day's first hour nothing is concluded but what is used.
    """
    passed = timedelta(days=1) - seconds_left(now)
    return standing.used if passed < _EARLY else standing.used * (timedelta(days=1) / passed)


def reached(standing: Standing, *, told: float, least: float) -> list[float]:
    """The alert levels that are reached and not ``told`` yet (the highest that was; 0 for none), lowest first.

    All is spent when what is left to be reserved does not pay for ``least``, the cheapest paid alarm; early in a day
    that only means that the workers hold a small budget among them.
    """
    used = 1.0 if standing.left < least and standing.used >= ALERTS[-2] else standing.used
    return [level for level in ALERTS if told < level <= used]


def chunk(standing: Standing, *, wants: float) -> float:
    """What a worker may reserve: what it wants, or what is left. Nothing means that it makes local briefings."""
    return min(max(0.0, wants), standing.left)


def seconds_left(now: datetime) -> timedelta:
    """Until the day of UTC is over."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1) - now


def efficiency(*, in_time: float, paid: float) -> float | None:
    """Paid units that ended in a briefing which was ready in time, as a share of all paid units; None without any.

    Retried, abandoned and late work lowers it; a segment that many briefings share counts once.
    """
    return in_time / paid if paid > 0 else None
