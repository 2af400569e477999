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

K_RECOVERING: Final = 2.0
"""The same while nearly all that is sent is accepted: with 1.1 alone, it takes most of an hour to trust again."""

_NEARLY_ALL: Final = 0.9


@dataclass(frozen=True, slots=True)
class Throttle:
    """Calls wanted, sent and accepted, each weighing less the longer ago it was (e-fold in two minutes).

    Google, "Site Reliability Engineering", chapter 21, "Client-side throttling".
    """

    at: datetime
    wanted: float = 0.0
    sent: float = 0.0
    accepted: float = 0.0

    def seen_at(self, now: datetime) -> Throttle:
        faded = exp(-max(0.0, (now - self.at) / WINDOW))
        return Throttle(now, self.wanted * faded, self.sent * faded, self.accepted * faded)

    @property
    def refusal(self) -> float:
        """The probability with which a call is not sent."""
        k = K_RECOVERING if self.accepted >= _NEARLY_ALL * self.sent else K
        return max(0.0, (self.wanted - k * self.accepted) / (self.wanted + 1))

    def asked(self, *, now: datetime, random: Random) -> tuple[Throttle, bool]:
        """Somebody wants to call: what is known then, and whether the call is to be sent."""
        then = self.seen_at(now)
        sends = random.random() >= then.refusal
        return Throttle(now, then.wanted + 1, then.sent + sends, then.accepted), sends

    def answered(self, *, now: datetime) -> Throttle:
        """The provider took the call, whatever it made of it."""
        then = self.seen_at(now)
        return Throttle(now, then.wanted, then.sent, then.accepted + 1)
