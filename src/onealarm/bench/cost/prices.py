"""What the providers of the comparison charge: the models' prices as the product has them, by the length of a text."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from onealarm.control.prices import speech_price, text_price

SPEECH_MODEL: Final = "gpt-4o-mini-tts"
WRITING_MODEL: Final = "gpt-5-mini"
PROVIDER: Final = "openai"

CHARACTERS_PER_SECOND: Final = 15.3
CHARACTERS_PER_TOKEN: Final = 4.1
AUDIO_TOKENS_PER_SECOND: Final = 20.1
"""As measured on a bill: 4,096 characters gave 268 seconds for $0.0647 of sound."""

SHARED_NEWS: Final = (2_500, 600)
"""Tokens in and out of one category of one edition."""

WHOLE_SCRIPT_IN: Final = 3_600
"""Tokens of rules and facts for a script of one's own; what comes out is the script."""


def speech_usd(characters: int) -> float:
    """Of one call, by the length of its text: whatever sound a counting voice gives, a real one says all of it."""
    price = speech_price(SPEECH_MODEL)
    assert price is not None, "the product's own list has it"
    return price.usd(characters=characters, sound=timedelta(seconds=characters / CHARACTERS_PER_SECOND))


def speech_tokens(characters: int) -> int:
    """What goes in and what comes out, together."""
    seconds = characters / CHARACTERS_PER_SECOND
    return round(characters / CHARACTERS_PER_TOKEN + seconds * AUDIO_TOKENS_PER_SECOND)


def writing_usd(tokens_in: float, tokens_out: float) -> float:
    price = text_price(WRITING_MODEL)
    assert price is not None, "the product's own list has it"
    return price.usd(tokens_in=round(tokens_in), tokens_out=round(tokens_out))
