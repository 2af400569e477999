"""Conditional and partial requests for bytes (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

import re
from typing import Final

_SINGLE: Final = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", re.IGNORECASE | re.ASCII)

UNSATISFIABLE: Final = range(0)


def byte_range(header: str | None, size: int) -> range | None:
    """The positions that a ``Range`` header asks for, of a file of ``size`` bytes.

    None for no range, and for one to be ignored: malformed, of another unit, or several at once. ``UNSATISFIABLE``
    (empty) when it lies outside the file.
    """
    match = _SINGLE.fullmatch((header or "").strip())
    if match is None:
        return None
    first, last = match.groups()
    if first:
        if last and int(last) < int(first):
            return None
        stop = min(int(last) + 1, size) if last else size
        return range(int(first), stop) if int(first) < size else UNSATISFIABLE
    if last:
        return range(max(0, size - int(last)), size) if int(last) else UNSATISFIABLE
    return None


def names_etag(header: str | None, etag: str) -> bool:
    """Whether an ``If-None-Match`` header names the ETag, compared weakly."""
    if header is None:
        return False
    given = (one.strip().removeprefix("W/") for one in header.split(","))
    return header.strip() == "*" or etag in given
