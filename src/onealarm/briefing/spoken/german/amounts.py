"""The written shape of an amount ("-3", "1.200,5", "50-60"), shared by the rules that put a word after one."""

from __future__ import annotations

import re
from typing import Final

from onealarm.briefing.spoken.german.numbers import figure, is_one, one

NUMBER: Final = r"(?>\d{1,3}(?:\.\d{3}){1,5}(?![\d.]*\d)(?:,\d+)?|\d+(?:,\d+)?)"
SIGN: Final = r"(?<![^\s(\[\"'—,;:/<>=~])[-+]"
"""A sign stands at the start of a word; elsewhere ``-`` joins."""

START: Final = r"(?<![\d])(?<!\d[.,:/])"
"""An amount does not begin in the middle of a figure."""


def amount(*, repeated: str = "") -> str:
    """The pattern of an amount or a range; ``repeated`` may also stand after a range's first figure ("5%-7%")."""
    between = f"(?: ?{repeated})?(?:-| bis )" if repeated else "(?:-| bis )"
    return rf"{START}(?P<sign>{SIGN})?(?P<low>{NUMBER})(?:{between}(?P<high_sign>[-+])?(?P<high>{NUMBER}))?"


def amount_words(match: re.Match[str], *, feminine: bool = False) -> str:
    """The words of an ``amount`` before a noun: "minus drei", "ein bis zwei", "eine"."""
    single = one(feminine=feminine)
    words = figure(match["low"], sign=match["sign"], single=single)
    if match["high"]:
        words += f" bis {figure(match['high'], sign=match['high_sign'], single=single)}"
    return words


def takes_singular(match: re.Match[str]) -> bool:
    """Whether the noun after an ``amount`` is singular."""
    return is_one(match["low"]) and not match["high"]
