"""The written shape of an amount ("-3", "1,200.5", "50-60"), shared by the rules that put a word after one."""

from __future__ import annotations

import re
from typing import Final

from onealarm.briefing.spoken.english.numbers import figure, is_one

NUMBER: Final = r"(?>\d{1,3}(?:,\d{2,3}){0,5},\d{3}(?![\d,]*\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+)"
SIGN: Final = r"(?<![^\s(\[\"'—,;:/<>=~])[-+]"
"""A sign stands at the start of a word; elsewhere ``-`` joins."""

START: Final = r"(?<![\d])(?<!\d[.,:/])"
"""An amount does not begin in the middle of a figure."""


def amount(*, repeated: str = "") -> str:
    """The pattern of an amount or a range; ``repeated`` may also stand after a range's first figure ("5%-7%")."""
    between = f"(?: ?{repeated})?-" if repeated else "-"
    return rf"(?P<article>\b[Aa]n? )?{START}(?P<sign>{SIGN})?(?P<low>{NUMBER})(?:{between}(?P<high>{NUMBER}))?"


def amount_words(match: re.Match[str]) -> str:
    """The words of an ``amount``: "minus three", "a fifty to sixty"."""
    words = (match["article"] or "") + figure(match["low"], sign=match["sign"])
    if match["high"]:
        words += f" to {figure(match['high'])}"
    return words


def takes_singular(match: re.Match[str], *, joined: bool = False) -> bool:
    """Whether the noun after an ``amount`` is singular: "one mile", "a five mile run", "five-mile" (``joined``)."""
    return joined or bool(match["article"]) or (is_one(match["low"]) and not match["high"])
