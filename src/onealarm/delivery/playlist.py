"""Playlist: a briefing as a list of its pieces that players stream (HLS, RFC 8216). The order is that of the file."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from onealarm.audio.segment import SAMPLE_RATE
from onealarm.pipeline.briefing import Part

MEDIA_TYPE: Final = "application/vnd.apple.mpegurl"


def playlist(parts: Sequence[Part], *, address_of: Callable[[Part], str]) -> str:
    """A closed list. Lengths are those of the encoded frames, to the microsecond.

    Each piece begins a time of its own, which the discontinuities say; all are coded alike, so nothing is heard of it.
    """
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{max((math.ceil(_seconds(part)) for part in parts), default=1)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    for index, part in enumerate(parts):
        if index:
            lines.append("#EXT-X-DISCONTINUITY")
        lines += [f"#EXTINF:{_seconds(part):.6f},", address_of(part)]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def _seconds(part: Part) -> float:
    return part.samples / SAMPLE_RATE
