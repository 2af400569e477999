"""Signed addresses: whoever holds one may fetch what it names, until an instant that stands in it.

The signature is HMAC-SHA256 (RFC 2104) over path, end and scope, cut to 144 bits (section 5 there allows half).
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, Protocol

from onealarm.errors import NotAllowed

Scope = Literal["shared", "personal"]
"""Whether caches that serve several people may keep what is named."""

WINDOW: Final = timedelta(hours=6)
"""Signatures end at multiples of this, so that for hours all the world is given one and the same address."""

LONGEST: Final = 2 * WINDOW
"""The longest that a signature is good for; the shortest is ``WINDOW``."""

_BYTES: Final = 18
_NUMBER: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_REMEDY: Final = "Ask for the playlist again: it holds new addresses"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Keys are numbered as they are made; a signature names the one it was made with."""

    number: int
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys that hold at ``now``, the newest first; at least one."""

    keys: Sequence[SigningKey]
    now: datetime


class Keyrings(Protocol):
    """The implementation is ``onealarm.postgres.signing``."""

    async def current(self) -> Keyring: ...


@dataclass(frozen=True, slots=True)
class Signed:
    """What stands behind a signed address: for how long it is still good."""

    left: timedelta
    scope: Scope


def good_until(now: datetime) -> datetime:
    """The end of what is signed ``now``: at least ``WINDOW`` away, and less than ``LONGEST``."""
    window = int(WINDOW.total_seconds())
    return datetime.fromtimestamp((int(now.timestamp()) // window + 2) * window, tz=UTC)


def sign(path: str, ring: Keyring, *, scope: Scope = "shared") -> str:
    """The path with its signature, as a relative address."""
    key, expires = ring.keys[0], int(good_until(ring.now).timestamp())
    mac = _mac(key, path, expires, scope)
    return f"{path}?expires={expires}&scope={scope}&key={key.number}&signature={mac}"


def check(
    path: str, ring: Keyring, *, expires: str | None, scope: str | None, key: str | None, signature: str | None
) -> Signed:
    """Raises ``NotAllowed`` for a signature that is wrong or over. Only the right one is told that it is over."""
    if expires is None or not _NUMBER.fullmatch(expires) or scope not in ("shared", "personal") or signature is None:
        raise NotAllowed("signature", "the address is not signed", _REMEDY)
    signer = next((one for one in ring.keys if str(one.number) == key), None)
    if signer is None or not hmac.compare_digest(_mac(signer, path, int(expires), scope).encode(), signature.encode()):
        raise NotAllowed("signature", "it does not belong to this address", _REMEDY)
    until = datetime.fromtimestamp(int(expires), tz=UTC)
    if until <= ring.now:
        raise NotAllowed("expires", f"the address was good until {until:%Y-%m-%dT%H:%MZ}", _REMEDY)
    return Signed(until - ring.now, "personal" if scope == "personal" else "shared")


def _mac(key: SigningKey, path: str, expires: int, scope: str) -> str:
    mac = hmac.digest(key.secret, f"{path}\n{expires}\n{scope}".encode(), "sha256")
    return base64.urlsafe_b64encode(mac[:_BYTES]).decode()
