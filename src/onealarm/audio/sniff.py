"""What a file is, by its first bytes: neither the label nor what was asked for can be believed."""

from __future__ import annotations

from typing import Literal

from onealarm.errors import VoiceFailed

Format = Literal["wav", "mp3", "aac", "ogg", "flac"]

_SHOWN = 24


def sniff(data: bytes) -> Format:
    """The format of a sound file. Raises ``VoiceFailed`` for what is none."""
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        return "wav"
    if data[:4] == b"OggS":
        return "ogg"
    if data[:4] == b"fLaC":
        return "flac"
    if data[:3] == b"ID3" or _is_mpeg(data):
        return "mp3"
    if _is_adts(data):
        return "aac"
    raise VoiceFailed(f"What came is no sound: it begins with {data[:_SHOWN]!r}" if data else "Nothing came")


def _is_mpeg(data: bytes) -> bool:
    """An MPEG audio frame of layer III, with a bit rate and a sampling rate that exist."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return False
    version, layer = data[1] >> 3 & 3, data[1] >> 1 & 3
    bit_rate, sampling_rate = data[2] >> 4, data[2] >> 2 & 3
    return version != 1 and layer == 1 and bit_rate not in (0, 15) and sampling_rate != 3


def _is_adts(data: bytes) -> bool:
    """An ADTS header: its layer is always 0, its sampling rate one of thirteen."""
    return len(data) >= 7 and data[0] == 0xFF and data[1] & 0xF6 == 0xF0 and (data[2] >> 2 & 15) < 13
