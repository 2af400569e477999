"""Prices: what a call costs. They are data with a date (``prices.toml``), and an operator may give his own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

_MILLION = 1_000_000
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SpeechPrice:
    """US dollars for what is sent and for what comes back. ``as_of`` is when somebody looked."""

    usd_per_million_characters: float = 0.0
    usd_per_minute: float = 0.0
    as_of: date | None = None

    def usd(self, *, characters: int, sound: timedelta) -> float:
        return characters * self.usd_per_million_characters / _MILLION + sound / _MINUTE * self.usd_per_minute


@dataclass(frozen=True, slots=True)
class TextPrice:
    """US dollars for tokens that are read and tokens that are written."""

    usd_per_million_input: float = 0.0
    usd_per_million_output: float = 0.0
    as_of: date | None = None

    def usd(self, *, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self.usd_per_million_input + tokens_out * self.usd_per_million_output) / _MILLION


def speech_price(model: str) -> SpeechPrice | None:
    """The price of a model as far as it is known here."""
    found = _table()["speech"].get(model)
    return None if found is None else SpeechPrice(**found)


def text_price(model: str) -> TextPrice | None:
    """The price of a model as far as it is known here."""
    found = _table()["text"].get(model)
    return None if found is None else TextPrice(**found)


@cache
def _table() -> dict[str, dict[str, dict[str, Any]]]:
    read = tomllib.loads(files("onealarm").joinpath("prices.toml").read_text(encoding="utf-8"))
    return {
        kind: {str(one["model"]): {name: value for name, value in one.items() if name != "model"} for one in read[kind]}
        for kind in ("speech", "text")
    }
