"""The polite reader, which all sources share: asks once for everyone, conditionally, no more often than it should.

The rules are those of RFC 9111 for a cache that serves stale copies on errors (its section 4.2.4 and RFC 5861's
``stale-if-error``), with a pause that doubles after failures and a budget for the whole source.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from onealarm.errors import SourceUnavailable
from onealarm.http.fetcher import Fetched, Fetcher
from onealarm.http.freshness import lifetime, retry_after
from onealarm.sources.allowance import Allowance
from onealarm.sources.read_policy import ReadPolicy

T = TypeVar("T")

_REFUSED: Final = frozenset({401, 402, 403, 429})
"""Statuses that mean the caller and not the thing asked for: the key, the payment, the number of calls."""

_LEAST_CLOSING: Final = timedelta(minutes=1)


class SourceCloses(SourceUnavailable):
    """The source refuses whatever is asked; ``wait`` is the pause it asked for, if any."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What to ask. ``topic`` is what the answer is kept under, ``source`` what errors call it.

    ``secrets`` are headers that go to the URL's own origin only. ``usable`` are the statuses whose body is an answer;
    ``explain`` may read a reason out of one with status 400. ``cost`` is in the budget's units.
    """

    topic: str
    url: str = field(repr=False)
    source: str
    accept: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    usable: frozenset[int] = frozenset({200})
    explain: Callable[[Fetched], str | None] | None = None
    cost: int = 1


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What a source said, last confirmed at ``confirmed_at``; ``stale`` when it could not be asked again since."""

    value: T
    confirmed_at: datetime
    stale: bool


@dataclass(frozen=True, slots=True)
class _Copy(Generic[T]):
    """What was last said, and the validators that came with it."""

    value: T
    confirmed_at: datetime
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class _Known(Generic[T]):
    """The state of one topic. ``problem`` is why the last look failed, ``failures`` how many did in a row."""

    copy: _Copy[T] | None
    next_look: datetime
    problem: str | None = None
    failures: int = 0


class PoliteReader(Generic[T]):
    """However many ask for one topic at once, it is fetched once. At most ``most`` topics are remembered.

    ``one_source``: all topics are one vendor's, whose refusal of one closes it for all.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        now: Callable[[], datetime],
        policy: ReadPolicy,
        most: int,
        allowance: Allowance | None = None,
        one_source: bool = True,
    ) -> None:
        self._fetcher = fetcher
        self._now = now
        self._policy = policy
        self._most = most
        self._allowance = allowance
        self._one_source = one_source
        self._known: OrderedDict[str, _Known[T]] = OrderedDict()
        self._looks: dict[str, asyncio.Task[_Known[T]]] = {}

    async def read(self, ask: Ask, parse: Callable[[Fetched], Awaitable[T]]) -> Reading[T]:
        """What the source says, or last said where it cannot be asked and that is not too old.

        ``parse`` raises ``SourceUnavailable`` for an answer that cannot be used. Raises ``SourceUnavailable``, and
        ``BadInput`` for a URL that can never be right.
        """
        known = self._known.get(ask.topic)
        if known is None or known.next_look <= self._now():
            known = await self._look_once(ask, parse)
        else:
            self._known.move_to_end(ask.topic)
        copy = known.copy
        if copy is not None and self._now() - copy.confirmed_at <= self._policy.keep_for:
            return Reading(copy.value, copy.confirmed_at, stale=known.problem is not None)
        wait = max(known.next_look - self._now(), timedelta())
        raise SourceUnavailable(ask.source, known.problem or "what it last said is too old", wait=wait)

    async def _look_once(self, ask: Ask, parse: Callable[[Fetched], Awaitable[T]]) -> _Known[T]:
        """Single flight: whoever comes while a look is under way waits for that one; no caller's end cancels it."""
        look = self._looks.get(ask.topic)
        if look is None:
            look = self._looks[ask.topic] = asyncio.create_task(self._look(ask, parse))
            look.add_done_callback(lambda _: self._looks.pop(ask.topic, None))
        return await asyncio.shield(look)

    async def _look(self, ask: Ask, parse: Callable[[Fetched], Awaitable[T]]) -> _Known[T]:
        room = None if self._allowance is None else await self._allowance.take(cost=ask.cost)
        before = self._known.pop(ask.topic, None)
        if room is None:
            known = await self._asked(ask, parse, before)
        else:
            known = self._without_room(before, room)
        self._known[ask.topic] = known
        if len(self._known) > self._most:
            self._known.popitem(last=False)  # the one asked for longest ago
        return known

    def _without_room(self, before: _Known[T] | None, room: timedelta) -> _Known[T]:
        """No failure of the topic: it is looked at again as soon as there is room."""
        known: _Known[T] = before or _Known(None, next_look=self._now())
        return replace(known, next_look=self._now() + room, problem="it may not be asked again yet")

    async def _asked(self, ask: Ask, parse: Callable[[Fetched], Awaitable[T]], before: _Known[T] | None) -> _Known[T]:
        try:
            return await self._ask(ask, parse, before.copy if before else None)
        except SourceUnavailable as error:
            known = self._after_failure(before, error)
            if isinstance(error, SourceCloses) and self._allowance is not None and self._one_source:
                await self._allowance.close(max(known.next_look, self._now() + _LEAST_CLOSING))
            return known

    async def _ask(self, ask: Ask, parse: Callable[[Fetched], Awaitable[T]], copy: _Copy[T] | None) -> _Known[T]:
        read = ask.usable | {400} if ask.explain else ask.usable
        fetched = await self._fetcher.get(ask.url, headers=_headers(ask, copy), secrets=ask.secrets, read=read)
        now = self._now()
        if fetched.status == 304 and copy is not None:
            copy = replace(copy, confirmed_at=now)
        elif fetched.status in ask.usable:
            value = await parse(fetched)
            etag, changed = fetched.headers.get("etag"), fetched.headers.get("last-modified")
            copy = _Copy(value, confirmed_at=self._now(), etag=etag, last_modified=changed)
        else:
            raise _refusal(ask, fetched, now)
        return _Known(copy, next_look=now + self._policy.time_to_live(lifetime(fetched.headers, now=now)))

    def _after_failure(self, before: _Known[T] | None, error: SourceUnavailable) -> _Known[T]:
        failures = before.failures + 1 if before else 1
        return _Known(
            copy=before.copy if before else None,
            next_look=self._now() + self._policy.pause(failures=failures, asked=error.wait),
            problem=str(error).removeprefix(f"{error.source}: "),
            failures=failures,
        )


def _headers(ask: Ask, copy: _Copy[T] | None) -> dict[str, str]:
    headers = {"Accept": ask.accept}
    if copy is not None and copy.etag:
        headers["If-None-Match"] = copy.etag
    if copy is not None and copy.last_modified:
        headers["If-Modified-Since"] = copy.last_modified
    return headers


def _refusal(ask: Ask, fetched: Fetched, now: datetime) -> SourceUnavailable:
    reason = ask.explain(fetched) if ask.explain and fetched.status == 400 else None
    message = f"answered with status {fetched.status}" + (f" ({reason})" if reason else "")
    kind = SourceCloses if fetched.status in _REFUSED else SourceUnavailable
    return kind(ask.source, message, wait=retry_after(fetched.headers, now=now))
