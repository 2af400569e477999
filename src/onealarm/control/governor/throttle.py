"""The client's throttle: while a provider refuses much, most of what it would refuse is not sent at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from random import Random
from typing import Final

WINDOW: Final = timedelta(minutes=2)
K: Final = 1.1
"""How much more than is accepted may be sent. Low, since refused calls count against a provider's limit too."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """Calls wanted and calls accepted, each weighing less the longer ago it was (e-fold in two minutes).

    Google, "Site Reliability Engineering", chapter 21, "Client-side throttling".
    """

    at: datetime
    wanted: float = 0.0
    accepted: float = 0.0

    def seen_at(self, now: datetime) -> Throttle:
        faded = exp(-max(0.0, (now - self.at) / WINDOW))
        return Throttle(now, self.wanted * faded, self.accepted * faded)

    @property
    def refusal(self) -> float:
        """The probability with which a call is not sent."""
        return max(0.0, (self.wanted - K * self.accepted) / (self.wanted + 1))

    def sends(self, *, now: datetime, random: Random) -> bool:
        return random.random() >= self.seen_at(now).refusal

    def asked(self, *, now: datetime) -> Throttle:
        """Somebody wanted to call, whether or not it was sent."""
        then = self.seen_at(now)
        return Throttle(now, then.wanted + 1, then.accepted)

    def answered(self, *, now: datetime) -> Throttle:
        """The provider took the call, whatever it made of it."""
        then = self.seen_at(now)
        return Throttle(now, then.wanted, then.accepted + 1)
