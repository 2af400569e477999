"""Where the bytes of segments are kept in the object store."""

from __future__ import annotations

import re
from typing import Final

from onealarm.ids import SegmentKey

_NAME: Final = re.compile(r"segments/([0-9a-f]{2})/(\1[0-9a-f]{62})\.aac")


def object_name(key: SegmentKey) -> str:
    """Where the bytes of a segment are kept."""
    return f"{folder_of(key[:2])}{key}.aac"


def folder_of(part: str) -> str:
    """What the names of all objects of a slice begin with: of the keys that begin with these two digits."""
    return f"segments/{part}/"


def key_of(name: str) -> SegmentKey | None:
    """The segment whose bytes an object holds; None for a name that no segment has."""
    match = _NAME.fullmatch(name)
    return None if match is None else SegmentKey(match[2])
