"""Pools: what a provider allows in a minute, by model and by what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final, Literal

Unit = Literal["requests", "tokens", "characters"]

MINUTE: Final = timedelta(minutes=1)

BURST: Final = timedelta(seconds=1)
"""What may go out at once: providers hold their minute limits in shorter windows too."""

RENEWAL: Final = timedelta(seconds=5)
"""How often a worker renews its leases, and the leader grants."""

LEASE: Final = timedelta(seconds=20)
"""How long a lease is good for after the leader was last there."""

SAFETY: Final = 0.9
"""The share of a limit that is leased. The rest takes up what goes out in one piece when a minute begins."""

CALL: Final[Mapping[Unit, float]] = MappingProxyType({"requests": 1.0, "tokens": 3200.0, "characters": 4000.0})
"""Units of the largest call: a script of 2,000 tokens in and 1,200 out; a text that a speech endpoint takes at most."""


@dataclass(frozen=True, slots=True, order=True)
class PoolId:
    provider: str
    model: str
    unit: Unit

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}:{self.unit}"


@dataclass(frozen=True, slots=True)
class PoolLimit:
    """What the operator knows of a pool: units per minute, and units of its largest call."""

    id: PoolId
    per_minute: float
    call: float


Work = Mapping[PoolId, float]
"""What something takes of each pool, in the pool's units: a call, or all that an alarm still needs."""
