"""One way of writing where Unicode has many: digits, minus signs, quotes, dashes, spaces."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

PAUSE: Final = "—"
"""Stands for any dash or break that is heard as a pause; becomes a comma at the end."""

_APOSTROPHES = "‘’‛ʼ′´＇`"
_QUOTES = "“”„‟″«»‹›＂「」『』"
_HYPHENS = "‐‑‒﹣－⁃"
_EXACT: Final = str.maketrans(
    {
        **dict.fromkeys(_APOSTROPHES, "'"),
        **dict.fromkeys(_QUOTES, '"'),
        **dict.fromkeys(_HYPHENS, "-"),
        **dict.fromkeys("™®©℠", " "),
        **dict.fromkeys("―⸺⸻|•·", PAUSE),
        **dict.fromkeys("。।॥۔", ". "),
        **dict.fromkeys("、،", ", "),
        "؟": "?",
        "؛": ";",
        "⁻": "−",
        "²": "^2",
        "³": "^3",
        "˚": "°",
        "₿": "BTC ",
        "№": "No. ",
    }
)
_SPACED_THOUSANDS = re.compile(r"(?<=\d)['’\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_KEYCAP = re.compile(r"[0-9#*]\ufe0f?\u20e3")
_ORDINAL_AS_DEGREE = re.compile(r"(?<=\d)( ?)º")
_VULGAR_FRACTION = re.compile(r"(?=[¼-¾⅐-⅞])")
_PAIR_OF_DIGITS = re.compile(r"(?<=\d) - (?=\d)|(?<=\d) ?[–—] ?(?=\d)")
_RULES: Final = (
    (re.compile(r"(?<![\w)])[−–](?=[\d.$€£¥])|(?<=\d)−(?=\d)|(?<=\w)–(?=\w)"), "-"),
    (re.compile(r"–|--+|\s-(?=\s|$)|\.{2,}|\n\s*\n|_{2,}"), PAUSE),
)


def plain_characters(text: str, *, thousands: str = ",") -> str:
    """``text`` in compatibility form (NFKC), with one sign for each meaning and single spaces.

    Figures are in ASCII digits; ``-`` is a hyphen, a sign or the "to" between two figures; ``−`` is left only
    as an operator; every other dash is ``PAUSE``. Thousands parted by a narrow space or an apostrophe are parted by
    ``thousands``, as the language does it.
    """
    text = _SPACED_THOUSANDS.sub(thousands, _KEYCAP.sub(" ", text))
    text = _ORDINAL_AS_DEGREE.sub(r"\1°", text)
    text = _VULGAR_FRACTION.sub(" ", text).translate(_EXACT)
    text = unicodedata.normalize("NFKC", text).replace("⁄", "/")
    text = "".join(map(_plain, text))
    text = _PAIR_OF_DIGITS.sub("-", text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def _plain(character: str) -> str:
    """A digit of any script as ASCII; nothing for what is not printed at all."""
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category in {"Cf", "Cs", "Co", "Cn"} or "\ufe00" <= character <= "\ufe0f":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in {"Nl", "No"}:
        value = unicodedata.numeric(character)
        return f" {int(value)} " if value.is_integer() else " "
    return character
