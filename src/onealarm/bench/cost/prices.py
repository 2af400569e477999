"""What the providers of the comparison charge, in US dollars. Prices as of the models' own pages in 2026."""

from __future__ import annotations

from typing import Final

SPEECH_MODEL: Final = "gpt-4o-mini-tts"
WRITING_MODEL: Final = "gpt-5-mini"
PROVIDER: Final = "openai"

CHARACTERS_PER_SECOND: Final = 15.3
CHARACTERS_PER_TOKEN: Final = 4.1
AUDIO_TOKENS_PER_SECOND: Final = 20.1
"""As measured on a bill: 4,096 characters gave 268 seconds for $0.0647 of sound."""

_MILLION: Final = 1_000_000
_SPEECH_IN, _SPEECH_OUT = 0.60, 12.0
_WRITING_IN, _WRITING_OUT = 0.25, 2.0
"""Each per million tokens."""

SHARED_NEWS: Final = (2_500, 600)
"""Tokens in and out of one category of one edition."""

WHOLE_SCRIPT_IN: Final = 3_600
"""Tokens of rules and facts for a script of one's own; what comes out is the script."""


def speech_usd(characters: int) -> float:
    """Of one call, by the length of its text: whatever sound a counting voice gives, a real one says all of it."""
    text = characters / CHARACTERS_PER_TOKEN * _SPEECH_IN
    sound = characters / CHARACTERS_PER_SECOND * AUDIO_TOKENS_PER_SECOND * _SPEECH_OUT
    return (text + sound) / _MILLION


def speech_tokens(characters: int) -> int:
    """What goes in and what comes out, together."""
    seconds = characters / CHARACTERS_PER_SECOND
    return round(characters / CHARACTERS_PER_TOKEN + seconds * AUDIO_TOKENS_PER_SECOND)


def writing_usd(tokens_in: float, tokens_out: float) -> float:
    return (tokens_in * _WRITING_IN + tokens_out * _WRITING_OUT) / _MILLION
