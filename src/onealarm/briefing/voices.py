"""The names of the voices that a preference may hold; every engine has a voice under each of them."""

from __future__ import annotations

from typing import Final

VOICES: Final = ("alloy", "ash", "echo", "fable", "onyx", "nova", "sage", "shimmer", "verse")
