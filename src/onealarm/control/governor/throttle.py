"""The client's throttle: while a provider refuses much, most of what it would refuse is not sent at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp
from random import Random
from typing import Final

WINDOW: Final = timedelta(minutes=2)

K: Final = 1.1
"""How much more than is accepted may be sent. Low, since refused calls count against a provider's limit too."""

K_RECOVERING: Final = 2.0
"""The same while nearly all that is sent is accepted: with 1.1 alone, it takes most of an hour to trust again."""

PROBE: Final = timedelta(seconds=15)

_NEARLY_ALL: Final = 0.9


@dataclass(frozen=True, slots=True)
class Throttle:
    """Calls wanted, sent and accepted, each weighing less the longer ago it was (e-fold in two minutes).

    However much is refused, one call is sent in 15 seconds, to see whether it still is.

    Google, "Site Reliability Engineering", chapter 21, "Client-side throttling".
    """

    at: datetime
    wanted: float = 0.0
    sent: float = 0.0
    accepted: float = 0.0
    sent_at: datetime | None = None

    def seen_at(self, now: datetime) -> Throttle:
        faded = exp(-max(0.0, (now - self.at) / WINDOW))
        return Throttle(now, self.wanted * faded, self.sent * faded, self.accepted * faded, self.sent_at)

    @property
    def refusal(self) -> float:
        """The probability with which a call is not sent."""
        k = K_RECOVERING if self.accepted >= _NEARLY_ALL * self.sent else K
        return max(0.0, (self.wanted - k * self.accepted) / (self.wanted + 1))

    def asked(self, *, now: datetime, random: Random) -> tuple[Throttle, bool]:
        """Somebody wants to call: what is known then, and whether the call is to be sent."""
        then = self.seen_at(now)
        is_probe = then.sent_at is None or now - then.sent_at >= PROBE
        sends = is_probe or random.random() >= then.refusal
        sent_at = now if sends else then.sent_at
        return Throttle(now, then.wanted + 1, then.sent + sends, then.accepted + sends, sent_at), sends

    def refused(self, *, now: datetime) -> Throttle:
        """The provider refused a call, which counted as accepted until then: what is under way tells nothing yet."""
        then = self.seen_at(now)
        return replace(then, accepted=max(0.0, then.accepted - 1))
