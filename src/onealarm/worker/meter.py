"""The meter: what this worker may take of each provider at this moment, and what it took.

It goes by its leases while they last, by the safe rate when nobody renews them, and slower when the provider says so.
Nothing here waits or asks the database but ``renew``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from onealarm.control.governor.demand import rate, wants
from onealarm.control.governor.grants import safe_rate
from onealarm.control.governor.headers import Said, pause_said
from onealarm.control.governor.lanes import CUT_OFF, LANES, ByClass, Lanes, advance_within, open_to
from onealarm.control.governor.pacing import Pace
from onealarm.control.governor.pools import RENEWAL, PoolId, PoolLimit, Unit, Work
from onealarm.ids import WorkerId
from onealarm.jobs.priority import Priority
from onealarm.worker.leasing import Ask, Failures, Leases, Offer

_WAIT_FOR_GRANT: Final = timedelta(seconds=1)
"""How long to look away when a pool gives nothing at all: a renewal may change that."""


@dataclass(slots=True)
class _Pool:
    """One pool as this worker sees it; counts are since the last renewal."""

    limit: PoolLimit
    pace: Pace
    leased: float = 0.0
    until: datetime | None = None
    """By this process's reckoning of the database's time."""

    told_until: datetime | None = None
    """The same instant, as the database said it."""

    used: dict[Priority, float] = field(default_factory=lambda: dict.fromkeys((1, 3, 5), 0.0))
    rate: ByClass = field(default_factory=ByClass)
    """Units per minute, averaged up to the last renewal."""

    calls: int = 0
    refused: int = 0
    limit_seen: float | None = None


class Meter:
    """``now`` is the database's time as this process reckons it; it has to be known when the meter is made.

    ``least`` are the units per minute that are wanted without any demand, so that work that comes can begin.
    """

    name = "leases"
    every = RENEWAL

    def __init__(
        self,
        leases: Leases,
        *,
        worker: WorkerId,
        limits: Sequence[PoolLimit],
        now: Callable[[], datetime],
        lanes: Lanes = LANES,
        least: Work | None = None,
    ) -> None:
        started = now()
        self._leases = leases
        self._worker = worker
        self._now = now
        self._lanes = lanes
        self._least = least or {}
        self._pools = {one.id: _Pool(one, Pace(one.call, started)) for one in limits}
        self._waiting: list[Callable[[], Iterable[tuple[Work, Priority]]]] = []
        self._watching: list[Callable[[], None]] = []
        self._failures: dict[tuple[str, str, str], Failures] = {}
        self._renewed_at = started
        self._use = 0.0

    def serve(
        self, waiting: Callable[[], Iterable[tuple[Work, Priority]]], *, changed: Callable[[], None] | None = None
    ) -> None:
        """Somebody whose ``waiting`` work counts as demand; ``changed`` is called when there may be more to take."""
        self._waiting.append(waiting)
        if changed is not None:
            self._watching.append(changed)

    @property
    def pools(self) -> tuple[PoolId, ...]:
        return tuple(self._pools)

    @property
    def lane(self) -> Priority:
        """The least urgent class that may still claim."""
        return open_to(self._use, lanes=self._lanes)

    def within_lane(self, advance: timedelta) -> timedelta:
        """The plan's advance window, as far as the classes that may claim reach; negative where not all due ones may.

        With nothing leased at all only critical work is claimed: the safe rate is for that alone.
        """
        if not self._pools:
            return advance
        lane: Priority = self.lane if all(one.leased > 0 for one in self._pools.values()) else 1
        return advance_within(lane, advance)

    def go_by(self, lanes: Lanes) -> None:
        """Keep to these shares from now on: an emergency leaves less of what is leased to early work."""
        self._lanes = lanes
        now = self._now()
        for one in self._pools.values():
            if one.until is not None:
                one.pace = one.pace.granted(one.leased, now=now, lanes=lanes)
        self._tell()

    def leased(self) -> Mapping[PoolId, float]:
        """Units per minute by pool that are leased at this moment, the safe rate included."""
        self._notice_expiry()
        return {pool: one.pace.per_minute for pool, one in self._pools.items()}

    def take(self, work: Work, *, priority: Priority) -> timedelta:
        """Take the units of one call, and return zero; or how long to wait before asking again, and nothing is taken.

        All pools or none. A pool that is not known limits nothing.
        """
        self._notice_expiry()
        now = self._now()
        known = [(self._pools[pool], units) for pool, units in work.items() if pool in self._pools and units > 0]
        waits = [one.pace.wait(units, priority=priority, now=now) for one, units in known]
        longest = max((_WAIT_FOR_GRANT if wait is None else wait for wait in waits), default=timedelta())
        if longest > timedelta():
            return longest
        for one, units in known:
            one.pace = one.pace.charged(units, now=now)
            one.used[priority] += units
            one.calls += 1
        return timedelta()

    def settle(self, reserved: Work, real: Work, *, priority: Priority) -> None:
        """A call took ``real`` units where ``reserved`` were taken for it."""
        now = self._now()
        for pool, units in real.items():
            if pool in self._pools:
                one, more = self._pools[pool], units - reserved.get(pool, 0.0)
                one.pace = one.pace.charged(more, now=now)
                one.used[priority] += more
        self._tell()

    def heard(self, provider: str, model: str, said: Mapping[Unit, Said]) -> None:
        """What an answer said of the model's limits."""
        pauses = pause_said(said, now=self._now())
        for unit, one in said.items():
            pool = self._pools.get(PoolId(provider, model, unit))
            if pool is not None:
                pool.limit_seen = one.limit if one.limit is not None else pool.limit_seen
                if unit in pauses:
                    pool.pace = pool.pace.closed(pauses[unit])

    def refused(self, provider: str, model: str, *, wait: timedelta | None) -> None:
        """The model refused a call for its rate, and asked for a pause of ``wait``."""
        for one in self._of(provider, model):
            one.refused += 1
            if wait is not None:
                one.pace = one.pace.closed(self._now() + wait)

    def silenced(self, provider: str, model: str, *, wait: timedelta) -> None:
        """The model asked for a pause for another reason than its rate."""
        for one in self._of(provider, model):
            one.pace = one.pace.closed(self._now() + wait)

    def failed(self, provider: str, model: str, *, reason: str, usd: float = 0.0) -> None:
        """A call came to nothing. It is written down with the next renewal."""
        key = (provider, model, reason)
        before = self._failures.get(key, Failures(provider, model, reason, 0))
        self._failures[key] = replace(before, calls=before.calls + 1, usd=before.usd + usd)

    async def renew(self) -> None:
        """Say what is wanted and was used, and go by what is granted from now on. At most every 5 s.

        Raises ``DatabaseUnavailable``; the leases of before go on until they end.
        """
        self._notice_expiry()
        sent_at = self._now()
        asks = self._asks(sent_at)
        offers = await self._leases.renew(self._worker, asks)
        for offer in offers:
            self._go_by(offer, sent_at=sent_at)
        for ask in asks:
            self._count_off(ask)
        if self._failures:
            failures, self._failures = self._failures, {}
            await self._leases.note_failures(list(failures.values()))
        self._tell()

    async def leave(self) -> None:
        """Stop, and give everything back."""
        now = self._now()
        for one in self._pools.values():
            one.pace, one.until = one.pace.granted(0.0, now=now), None
        await self._leases.leave(self._worker)

    async def run_once(self) -> int:
        """As a service: renew. While the database is away, leases end and the safe rate begins."""
        await self.renew()
        return 0

    def _tell(self) -> None:
        for changed in self._watching:
            changed()

    def _of(self, provider: str, model: str) -> list[_Pool]:
        return [one for pool, one in self._pools.items() if (pool.provider, pool.model) == (provider, model)]

    def _notice_expiry(self) -> None:
        """A lease that has ended gives way to the safe rate, for critical work alone."""
        now = self._now()
        for one in self._pools.values():
            if one.until is not None and one.until <= now:
                ended = max(one.until, one.pace.at)
                rate = safe_rate(one.limit.per_minute)
                one.pace = one.pace.granted(0.0, now=ended).granted(rate, now=ended, lanes=CUT_OFF)
                one.leased, one.until, one.told_until = 0.0, None, None

    def _go_by(self, offer: Offer, *, sent_at: datetime) -> None:
        """Its time is counted from before the question was sent, so it never ends later here than there."""
        one = self._pools[offer.pool]
        until = sent_at + (offer.expires_at - offer.instant)
        if until > self._now():
            one.pace = one.pace.granted(offer.granted, now=self._now(), lanes=self._lanes)
            one.leased, one.until, one.told_until = offer.granted, until, offer.expires_at

    def _asks(self, now: datetime) -> list[Ask]:
        period = now - self._renewed_at if now > self._renewed_at else RENEWAL
        self._renewed_at = now
        waiting = self._waiting_units()
        for one in self._pools.values():
            one.rate = rate(one.rate, ByClass(one.used[1], one.used[3], one.used[5]), period=period)
            one.used = dict.fromkeys((1, 3, 5), 0.0)
        self._use = max((_use(one) for one in self._pools.values()), default=0.0)
        return [
            Ask(
                pool,
                wants(
                    used=one.rate,
                    waiting=waiting[pool],
                    least=self._least.get(pool, 0.0),
                ),
                used=one.rate.total,
                paced=one.leased,
                paced_until=one.told_until,
                calls=one.calls,
                refused=one.refused,
                limit_seen=one.limit_seen,
            )
            for pool, one in self._pools.items()
        ]

    def _waiting_units(self) -> dict[PoolId, ByClass]:
        units: dict[PoolId, dict[Priority, float]] = {pool: {1: 0.0, 3: 0.0, 5: 0.0} for pool in self._pools}
        for waiting in self._waiting:
            for work, priority in waiting():
                for pool, amount in work.items():
                    if pool in units:
                        units[pool][priority] += amount
        return {pool: ByClass(one[1], one[3], one[5]) for pool, one in units.items()}

    def _count_off(self, ask: Ask) -> None:
        """What was told is not told again; what came meanwhile is."""
        one = self._pools[ask.pool]
        one.calls -= ask.calls
        one.refused -= ask.refused


def _use(one: _Pool) -> float:
    """The share of the lease that is used."""
    return one.rate.total / one.leased if one.leased > 0 else 0.0
