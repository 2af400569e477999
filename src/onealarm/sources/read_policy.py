"""How often a source is asked for one thing, and how long what it said is of use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """A source is asked again after ``shortest_ttl``, or later up to ``longest_ttl`` when it says so.

    One that fails is asked again after ``first_pause``, doubled with each further failure up to ``shortest_ttl``, or
    later up to ``longest_ttl`` when it asks for that; what it last said is used until ``keep_for`` after it was last
    confirmed.
    """

    shortest_ttl: timedelta = timedelta(minutes=15)
    longest_ttl: timedelta = timedelta(hours=6)
    first_pause: timedelta = timedelta(minutes=1)
    keep_for: timedelta = timedelta(hours=12)

    def time_to_live(self, asked: timedelta | None) -> timedelta:
        """How long an answer counts as fresh, when it asks for ``asked``."""
        return min(max(asked or timedelta(), self.shortest_ttl), self.longest_ttl)

    def pause(self, *, failures: int, asked: timedelta | None) -> timedelta:
        """How long a source is left alone after so many failures in a row (1 for the first)."""
        backoff = min(self.first_pause * (1 << min(failures - 1, 10)), self.shortest_ttl)
        return max(backoff, min(asked or timedelta(), self.longest_ttl))
