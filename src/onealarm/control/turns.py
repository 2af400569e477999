"""Whose turn it is when only some can have the full briefing: it goes round, so that nobody is always the one."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final
from uuid import UUID

_GOLDEN: Final = 0.6180339887498949
"""A step by this share of the circle each day spreads any number of days as evenly as can be (Knuth 6.4, Fibonacci
hashing): how often one user is hit in n days differs from another by one or two, whatever the share."""


def place(user: UUID, on: date) -> float:
    """From 0 up to 1: another each day. With a share x to be degraded those below x are."""
    start = int.from_bytes(hashlib.blake2b(user.bytes, digest_size=8).digest()) / 2**64
    return (start + on.toordinal() * _GOLDEN) % 1.0


def is_his_turn(user: UUID, on: date, *, share: float) -> bool:
    """Whether the user's briefing of this local date is among the ``share`` (0 to 1) that have to be shorter."""
    return place(user, on) < share
