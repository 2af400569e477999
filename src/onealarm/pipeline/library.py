"""The segment library, as the pipeline needs it. The implementation is ``onealarm.postgres.segments``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from onealarm.audio.segment import Segment
from onealarm.events import CallPaid
from onealarm.ids import LeaseToken, SegmentKey, WorkerId


@dataclass(frozen=True, slots=True)
class Wanted:
    """A segment that a briefing needs. ``text`` is None when it must be written down nowhere."""

    key: SegmentKey
    engine: str
    voice: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Charge:
    """What a provider was paid for one segment; units that it does not count in are zero."""

    provider: str
    model: str
    requests: int = 1
    tokens: int = 0
    characters: int = 0
    usd: float = 0.0

    def told(self) -> CallPaid:
        """As an event."""
        return CallPaid(self.provider, self.model, self.requests, self.tokens, self.characters, self.usd)

    def plus(self, other: Charge) -> Charge:
        """Both together; they are of one provider's model."""
        return Charge(
            self.provider,
            self.model,
            requests=self.requests + other.requests,
            tokens=self.tokens + other.tokens,
            characters=self.characters + other.characters,
            usd=self.usd + other.usd,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the wanted segments: there, or ours to speak. The rest is being spoken by somebody else."""

    ready: Mapping[SegmentKey, Segment]
    ours: Mapping[SegmentKey, LeaseToken]


class SegmentLibrary(Protocol):
    """Finds segments by key, and lets one worker of the whole fleet speak each missing one."""

    async def find_or_claim(
        self, wanted: Sequence[Wanted], *, worker: WorkerId, speaking: Collection[SegmentKey]
    ) -> Found:
        """One look: the segments that are ready, and a claim on each that nobody alive is speaking.

        ``speaking`` is what other briefings of this worker are at: its other claims are forgotten ones.
        """
        ...

    async def finish(self, segment: Segment, *, token: LeaseToken, charge: Charge | None = None) -> bool:
        """The bytes are stored: the segment is ready for everybody. False when the claim was lost meanwhile.

        ``charge`` is written in the same row; what it was charged before, for sound that was lost, stays in the sum.
        Where others had claimed it before and died over it, as much again is noted for each of them.
        """
        ...

    async def note_charge(self, charge: Charge) -> None:
        """Write down what was paid for sound that is no segment: a passage that a voice was measured by."""
        ...

    async def abandon(self, key: SegmentKey, *, token: LeaseToken) -> None:
        """It could not be spoken: give the claim up, so that the next one who wants it tries."""
        ...

    async def find_gain(self, *, engine: str, voice: str, language: str) -> float | None:
        """The stored gain of a voice in a language, in decibels, if it has been measured."""
        ...

    async def save_gain(self, gain_db: float, *, engine: str, voice: str, language: str) -> float:
        """Store a voice's gain, and return the stored one: the first to measure wins, so that all use the same."""
        ...
