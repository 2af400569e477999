"""What the pipeline needs from outside, as promises; adapters live in postgres, sources, writers, voices and stores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal, Protocol, TypeVar

from onealarm.audio.segment import Recording
from onealarm.briefing.facts import Event, Facts, Game, Headline, Place, Quote, Weather
from onealarm.briefing.script import Script
from onealarm.ids import UserId
from onealarm.pipeline.library import Charge

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Due:
    """For which ring something is made, and when it must be there to be of use."""

    ring_at: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a voice said, and what its provider is paid for it; None where nobody is."""

    recording: Recording
    charge: Charge | None = None


class Voice(Protocol):
    """An engine that speaks. ``engine`` names engine and version: it is part of every segment's key."""

    @property
    def engine(self) -> str: ...

    async def speak(self, text: str, *, voice: str, language: str, due: Due | None = None) -> Utterance:
        """Speak ``text`` as it stands; without ``due`` no ring waits for it.

        Raises ``VoiceFailed``, and ``BadInput`` for an unknown voice.
        """
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """Which briefing a job gets, and why it is not a full one."""

    tier: Literal["full", "short", "local"]
    reason: str | None = None


class Tiers(Protocol):
    """Decides which briefing a job gets. The implementation is ``onealarm.worker.tiers``."""

    async def choose(self, user: UserId, *, on: date, ring_at: datetime) -> Choice:
        """``on`` is the local date of the ring at ``ring_at``.

        What the briefing may cost is set aside until ``settle``.
        """
        ...

    def settle(self, choice: Choice) -> None:
        """The briefing was made, or was not: what it cost has been counted by itself."""
        ...


class Writer(Protocol):
    """Writes the script of one briefing from its facts."""

    async def write(self, facts: Facts, *, due: Due | None = None) -> Script: ...


class NewsSource(Protocol):
    """Reads the headlines of one feed."""

    async def headlines(self, feed: str) -> tuple[Headline, ...]:
        """The newest first, as the publisher wrote them. Raises ``SourceUnavailable`` or ``BadInput``."""
        ...


class WeatherSource(Protocol):
    """Reads the forecast of a place."""

    async def forecast(self, place: Place, *, day: date, zone: tzinfo) -> Weather:
        """Of a local day; temperatures in degrees Celsius. Raises ``SourceUnavailable``."""
        ...


class SportSource(Protocol):
    """Reads the games of a team."""

    async def games(self, team: str) -> tuple[Game, ...]:
        """The last ones and the next ones, by their start. Raises ``SourceUnavailable``; ``BadInput`` for no team."""
        ...


class MarketSource(Protocol):
    """Reads quotes of indices, shares and currencies."""

    async def quotes(self, symbols: Sequence[str]) -> tuple[Quote, ...]:
        """In the order asked for; what is not known is left out. Raises ``SourceUnavailable``."""
        ...


class CalendarSource(Protocol):
    """Reads a person's own calendar."""

    async def events(self, url: str, *, day: date, zone: tzinfo) -> tuple[Event, ...]:
        """Those that touch a local day, by their start. Raises ``SourceUnavailable`` or ``BadInput``."""
        ...


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object without its bytes: ``size`` in bytes, ``changed_at`` by the store's clock."""

    name: str
    size: int
    changed_at: datetime


class ObjectStore(Protocol):
    """Keeps bytes by name. Writing a name again with the same bytes is harmless; a write is whole or not there."""

    async def put(self, name: str, data: bytes) -> None: ...

    async def get(self, name: str) -> bytes:
        """Raises ``NotFound``."""
        ...

    async def delete(self, name: str) -> None: ...

    async def objects(self, folder: str) -> Sequence[StoredObject]:
        """All objects whose names begin with ``folder``, which ends in a slash."""
        ...


class Processes(Protocol):
    """Runs functions in supervised child processes; a crash or a hang there fails that call only."""

    async def run(self, function: Callable[..., T], *arguments: object, within: timedelta) -> T:
        """Run ``function`` (importable by name, arguments picklable) and return what it returns.

        Raises ``Retryable`` when the child crashed or the time ran out, and what the function raises.
        """
        ...
