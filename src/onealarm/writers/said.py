"""A value in both of its forms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A value as it is spoken and as it is written."""

    spoken: str
    written: str
