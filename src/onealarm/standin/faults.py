"""Faults that the stand-in can be told to have, as real servers have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from onealarm.errors import BadInput

Endpoint = Literal["speech", "chat"]

SPEECH_FAULTS: Final = (
    "rate-limit",
    "quota",
    "overloaded",
    "unauthorised",
    "hang",
    "html",
    "empty",
    "json-error",
    "truncated",
    "random-bytes",
    "wrong-format",
    "silence",
    "too-long",
    "clipped",
)
CHAT_FAULTS: Final = (
    "rate-limit",
    "quota",
    "overloaded",
    "unauthorised",
    "hang",
    "html",
    "invalid-json",
    "refusal",
    "cut-off",
    "fabricates",
    "obeys",
)

_KNOWN: Final[Mapping[Endpoint, tuple[str, ...]]] = {"speech": SPEECH_FAULTS, "chat": CHAT_FAULTS}


@dataclass
class Faults:
    """What each endpoint does wrong, and how many times yet; None for ever."""

    _set: dict[Endpoint, tuple[str, int | None]] = field(default_factory=dict)

    def put(self, endpoint: str, fault: str | None) -> None:
        """``fault`` may say how often: ``rate-limit*2``; None ends it. Raises ``BadInput``."""
        if endpoint not in get_args(Endpoint):
            raise BadInput("fault", f"{endpoint!r} is no endpoint", "Give speech=… or chat=…")
        known: Endpoint = endpoint  # type: ignore[assignment]  # looked up a moment ago
        if fault is None:
            self._set.pop(known, None)
            return
        name, _, times = fault.partition("*")
        if name not in _KNOWN[known]:
            raise BadInput("fault", f"{known} has no fault {name!r}", "Give one of " + ", ".join(_KNOWN[known]))
        if times and not (times.isdecimal() and 0 < int(times) <= 1_000_000):
            raise BadInput("fault", f"{times!r} is no number of times", "Give one such as rate-limit*2")
        self._set[known] = (name, int(times) if times else None)

    def next(self, endpoint: Endpoint) -> str | None:
        """What this call is to suffer."""
        name, times = self._set.get(endpoint, (None, None))
        if name is not None and times is not None:
            if times == 1:
                del self._set[endpoint]
            else:
                self._set[endpoint] = (name, times - 1)
        return name
