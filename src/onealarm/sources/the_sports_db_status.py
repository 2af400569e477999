"""TheSportsDB's words for the state of a game, which are those of each sport's own service."""

from __future__ import annotations

import re
from typing import Final, Literal

Status = Literal["scheduled", "playing", "final", "postponed", "cancelled"]

_WORDS: Final[dict[Status, str]] = {
    "scheduled": "ns|not started|tbd|time to be defined|scheduled",
    "playing": "1h|2h|ht|et|bt|p|live|in play|in progress|half time|first half|second half|extra time|ot|lb",
    "final": "ft|aet|pen|aot|ap|awd|wo|match finished|game finished|finished|final|after extra time|after over time"
    "|after overtime|after penalties|ended|full time",
    "postponed": "pst|post|postponed|susp|suspended|int|interrupted|delayed",
    "cancelled": "canc|cancelled|canceled|abd|abandoned|walkover",
}
_STATUSES: Final = {word: status for status, words in _WORDS.items() for word in words.split("|")}
_PERIOD: Final = re.compile(r"(?:q|p|s|in)[1-9][0-9]?")
"""A quarter, period, set or inning under way."""


def status_of(word: str) -> Status | None:
    """One of ours, or None for a word that is not known: nothing is told of such a game."""
    known = " ".join(word.lower().split())
    return "playing" if _PERIOD.fullmatch(known) else _STATUSES.get(known)
