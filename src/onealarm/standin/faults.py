"""Faults that the stand-in can be told to have, as real servers have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from onealarm.errors import BadInput

Endpoint = Literal["speech", "chat"]

_OF_BOTH: Final = ("rate-limit", "quota", "overloaded", "unauthorised", "hang", "html")

SPEECH_FAULTS: Final = (
    *_OF_BOTH,
    "empty",
    "json-error",
    "truncated",
    "random-bytes",
    "wrong-format",
    "silence",
    "too-long",
    "clipped",
)
CHAT_FAULTS: Final = (*_OF_BOTH, "invalid-json", "refusal", "cut-off", "fabricates", "obeys")

_KNOWN: Final[Mapping[Endpoint, tuple[str, ...]]] = {"speech": SPEECH_FAULTS, "chat": CHAT_FAULTS}


@dataclass
class Faults:
    """What each endpoint does wrong, one fault after the other, and how many times yet; None for ever."""

    _set: dict[Endpoint, list[tuple[str, int | None]]] = field(default_factory=dict)

    def put(self, endpoint: str, fault: str | None) -> None:
        """``rate-limit*2,quota``: twice the one, and then the other for ever. None ends it. Raises ``BadInput``."""
        if endpoint not in get_args(Endpoint):
            raise BadInput("fault", f"{endpoint!r} is no endpoint", "Give speech=… or chat=…")
        known: Endpoint = endpoint  # type: ignore[assignment]  # looked up a moment ago
        self._set[known] = [] if fault is None else [_read(known, one) for one in fault.split(",")]

    def put_all(self, given: object) -> None:
        """``{"speech": "quota", "chat": None}``. Raises ``BadInput``."""
        if not isinstance(given, dict) or not all(fault is None or isinstance(fault, str) for fault in given.values()):
            raise BadInput("body", "does not name faults", 'Give {"speech": "quota", "chat": null}')
        for endpoint, fault in given.items():
            self.put(endpoint, fault)

    def next(self, endpoint: Endpoint) -> str | None:
        """What this call is to suffer."""
        coming = self._set.get(endpoint)
        if not coming:
            return None
        name, times = coming[0]
        if times == 1:
            del coming[0]
        elif times is not None:
            coming[0] = (name, times - 1)
        return name


def _read(endpoint: Endpoint, fault: str) -> tuple[str, int | None]:
    name, _, times = fault.partition("*")
    if name not in _KNOWN[endpoint]:
        raise BadInput("fault", f"{endpoint} has no fault {name!r}", "Give one of " + ", ".join(_KNOWN[endpoint]))
    if times and not (times.isdecimal() and 0 < int(times) <= 1_000_000):
        raise BadInput("fault", f"{times!r} is no number of times", "Give one such as rate-limit*2")
    return name, int(times) if times else None
