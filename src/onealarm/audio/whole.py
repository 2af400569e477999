"""Whether a sound file is all there. Decoders play what there is of one that breaks off, and say nothing."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from onealarm.audio.sniff import Format
from onealarm.errors import VoiceFailed

_UNKNOWN_SIZES: Final = (0, 0xFFFF_FFFF)
"""What a server writes into the header of a WAV file whose length it does not know yet."""

_BIT_RATES: Final = (
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),  # MPEG 2 and 2.5
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),  # MPEG 1
)
"""Of layer III, in kbit/s, by the header's index (ISO 11172-3, 2.4.2.3; ISO 13818-3)."""

_SAMPLING_RATES: Final = (44_100, 48_000, 32_000)
"""Of MPEG 1; half of them of MPEG 2, a quarter of MPEG 2.5."""


def check_whole(data: bytes, form: Format) -> None:
    """Raises ``VoiceFailed`` for a file that breaks off. ADTS and FLAC need no look: they do not decode then."""
    check = _CHECKS.get(form)
    if check is not None:
        check(data)


def _check_wav(data: bytes) -> None:
    place = 12
    while place + 8 <= len(data):
        name, size = data[place : place + 4], struct.unpack_from("<I", data, place + 4)[0]
        if name == b"data":
            if size not in _UNKNOWN_SIZES and place + 8 + size > len(data):
                raise VoiceFailed(f"The sound breaks off: {len(data) - place - 8} of {size} bytes came")
            return
        place += 8 + size + size % 2
    raise VoiceFailed("The sound has no samples")


def _check_ogg(data: bytes) -> None:
    """The last page says that it is the last, and is whole (RFC 3533, section 6)."""
    place, ended = 0, False
    while place + 27 <= len(data) and data[place : place + 4] == b"OggS":
        ended = bool(data[place + 5] & 4)
        segments = data[place + 26]
        place += 27 + segments + sum(data[place + 27 : place + 27 + segments])
    if not ended or place > len(data):
        raise VoiceFailed("The sound breaks off: its last page is missing")


def _check_mp3(data: bytes) -> None:
    """The last frame is whole. One that breaks off between two frames cannot be told from one that ends."""
    place = 10 + _syncsafe(data[6:10]) if data[:3] == b"ID3" else 0
    while place + 4 <= len(data):
        size = _frame_size(data[place : place + 4])
        if size is None:  # a tag behind the sound, or padding
            return
        if place + size > len(data):
            raise VoiceFailed("The sound breaks off in its last frame")
        place += size


def _syncsafe(four: bytes) -> int:
    return sum((byte & 0x7F) << shift for byte, shift in zip(four, (21, 14, 7, 0), strict=True))


def _frame_size(header: bytes) -> int | None:
    """Bytes of a frame of layer III; None for what is no header of one."""
    version, rate, sampling = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if header[0] != 0xFF or header[1] & 0xE6 != 0xE2 or version == 1 or rate in (0, 15) or sampling == 3:
        return None
    is_first = version == 3
    hertz = _SAMPLING_RATES[sampling] // (1 if is_first else 2 if version == 2 else 4)
    return (144 if is_first else 72) * _BIT_RATES[is_first][rate] * 1_000 // hertz + (header[2] >> 1 & 1)


_CHECKS: Final[Mapping[Format, Callable[[bytes], None]]] = MappingProxyType(
    {"wav": _check_wav, "ogg": _check_ogg, "mp3": _check_mp3}
)
