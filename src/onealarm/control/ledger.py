"""What was paid, for what, and what came of it: the figures of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

MOST_DAYS: Final = 31
"""That can be asked for at once."""

Kind = Literal["speech", "writing", "passage", "presumed", "late", "dropped", "failed"]
"""What was paid for: a segment that is there; stories; a passage that a voice was measured by; a call whose worker died
over it, which is presumed to have cost what the next one did; one whose segment was gone when it came; a segment that
has been dropped since; a call that came to nothing."""


@dataclass(frozen=True, slots=True)
class Paid:
    """The calls of one day of UTC, provider, model and kind. ``tokens`` and ``characters`` are 0 where not known."""

    day: date
    provider: str
    model: str
    kind: Kind
    requests: int
    tokens: int
    characters: int
    usd: float


@dataclass(frozen=True, slots=True)
class Stored:
    """``size`` is the bytes of all segments that are ready, ``alarms`` those that are active.

    ``briefing`` is the mean size in bytes of the briefings that can be played: what each would take if none shared.
    """

    size: int
    segments: int
    alarms: int
    briefing: float | None

    @property
    def per_alarm(self) -> float | None:
        """Bytes, in the steady state: what was not used for 30 days is dropped."""
        return self.size / self.alarms if self.alarms else None


@dataclass(frozen=True, slots=True)
class Calls:
    """Of one model in the last hour or two: all calls, those refused for a limit, those that failed otherwise."""

    provider: str
    model: str
    calls: int
    refused: int
    failed: int


@dataclass(frozen=True, slots=True)
class Report:
    """``briefings`` are counted by tier; ``efficiency`` is that of the last day, from 0 to 1, None without payments."""

    since: datetime
    until: datetime
    paid: Sequence[Paid]
    briefings: Mapping[str, int]
    efficiency: float | None
    stored: Stored

    @property
    def usd(self) -> float:
        return sum(one.usd for one in self.paid)

    @property
    def usd_per_alarm(self) -> float | None:
        """Over all briefings that were made, the free ones too."""
        made = sum(self.briefings.values())
        return self.usd / made if made else None
