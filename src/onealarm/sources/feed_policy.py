"""How feeds are read: when, how much of each, and how many are remembered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from onealarm.sources.read_policy import ReadPolicy


@dataclass(frozen=True, slots=True)
class FeedPolicy:
    """Of each feed ``most_headlines`` are read, of feeds ``most_feeds`` remembered."""

    reading: ReadPolicy = field(default_factory=ReadPolicy)
    parse_within: timedelta = timedelta(seconds=5)
    most_headlines: int = 20
    most_feeds: int = 1_000
