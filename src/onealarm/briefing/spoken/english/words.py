"""Abbreviations, initials and symbols."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from onealarm.briefing.spoken.rewriting import Rewrite, full_stop, rewrite

_TITLES: Final = {
    "Dr": "Doctor",
    "Mr": "Mister",
    "Mrs": "Missus",
    "Ms": "Miz",
    "Prof": "Professor",
    "Sen": "Senator",
    "Rep": "Representative",
    "Gov": "Governor",
    "Gen": "General",
    "Lt": "Lieutenant",
    "Col": "Colonel",
    "Capt": "Captain",
    "Sgt": "Sergeant",
    "Rev": "Reverend",
    "Pres": "President",
    "St": "Saint",
    "Mt": "Mount",
    "Ft": "Fort",
}
"""Before a name. "Dr" and "St" without one are a drive and a street."""

_WITHOUT_DOT: Final = ("Dr", "Mr", "Mrs", "Ms", "Prof", "Sgt", "Lt")
_DOTTED: Final = {
    "Jr": "Junior",
    "Sr": "Senior",
    "St": "Street",
    "Dr": "Drive",
    "Ave": "Avenue",
    "Blvd": "Boulevard",
    "Rd": "Road",
    "Inc": "Incorporated",
    "Corp": "Corporation",
    "Co": "Company",
    "Ltd": "Limited",
    "Dept": "Department",
    "dept": "department",
    "Univ": "University",
    "approx": "approximately",
    "etc": "et cetera",
    "vs": "versus",
    "v": "versus",
}
_BARE: Final = {"vs": "versus", "etc": "et cetera", "govt": "government", "Govt": "Government"}
_PER_UNIT: Final = {
    "gal": "gallon",
    "bbl": "barrel",
    "lb": "pound",
    "oz": "ounce",
    "hr": "hour",
    "yr": "year",
    "mo": "month",
}
_STREETS: Final = "Wall|Main|High|Downing|Fleet|Bond|Oxford|Regent|Baker|Bourbon|State"
_SYMBOLS: Final = {
    "&": "and",
    "+": "plus",
    "=": "equals",
    "@": "at",
    "%": "percent",
    "±": "plus or minus",
    "−": "minus",
    "×": "times",
    "÷": "divided by",
    "§": "section",
    "≈": "about",
    "€": "euros",
    "£": "pounds",
}


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _title(match: re.Match[str]) -> str:
    return _TITLES[match["title"]]


def _dotted(match: re.Match[str]) -> str:
    return _DOTTED[match["word"]] + full_stop(match)


def _initials(match: re.Match[str]) -> str:
    return match.group().replace(".", "").replace(" ", "").upper() + full_stop(match)


def _continental(match: re.Match[str]) -> str:
    """ "1.234,56", as much of Europe writes it, as "1,234.56"."""
    return match.group().translate(str.maketrans(".,", ",."))


BEFORE_NUMBERS: Final[tuple[Rewrite, ...]] = (
    rewrite(r"\b(?:Nos?|no)\. ?(?=\d)", "number "),
    rewrite(r"\bVol\. ?(?=[\dIVX])", "Volume "),
    rewrite(r"\bCh\. ?(?=[\dIVX])", "Chapter "),
    rewrite(r"(?<!\w)# ?(?=\d)", "number "),
    rewrite(r"\bp\. ?(?=\d)", "page "),
    rewrite(r"\bpp\. ?(?=\d)", "pages "),
    rewrite(r"\bc\. ?(?=1\d\d\d\b)", "circa "),
    rewrite(r"(?<!\w)<=? ?(?=\d)", "less than "),
    rewrite(r"(?<!\w)>=? ?(?=\d)", "more than "),
    rewrite(r"(?<!\w)[~≈] ?(?=\d)", "about "),
    # A ticker says nothing that the company's name before it has not said.
    rewrite(r" ?\((?:(?i:nasdaq|nyse|lse|amex|otc|tsx|asx|xetra)[: ] ?)?[A-Z]{1,5}(?:\.[A-Z]{1,2})?\)", " "),
    rewrite(r"\$(?=[A-Z])", ""),
    rewrite(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+,\d{1,2}(?![\d,])", _continental),
    rewrite(r"(?<![\d.,:/-])\d{1,3}(?: \d{3})* 000(?![\d.,:/-])", lambda match: match.group().replace(" ", ",")),
)

AFTER_NUMBERS: Final[tuple[Rewrite, ...]] = (
    rewrite(r"\bAT&T\b", "A T and T"),
    rewrite(r"\b(?:e\.g\.|E\.g\.),?", "for example,"),
    rewrite(r"\b(?:i\.e\.|I\.e\.),?", "that is,"),
    rewrite(rf"(?<=\bper )(?:{'|'.join(_PER_UNIT)})\b\.?", lambda match: _PER_UNIT[match.group().rstrip(".")]),
    rewrite(r"\bPh\.D\.", "PhD"),
    rewrite(r"\bw/o\b", "without"),
    rewrite(r"\bw/(?=\s?\w)", "with "),
    rewrite(rf"\b(?P<name>{_STREETS}) St\.(?=\s)", lambda match: f"{match['name']} Street"),
    rewrite(rf"\b(?P<title>{_either(_TITLES)})\. ?(?=[^\W\d_a-z])", lambda match: _title(match) + " "),
    rewrite(rf"\b(?P<title>{_either(_WITHOUT_DOT)}) (?=[A-Z][a-z])", lambda match: _title(match) + " "),
    rewrite(rf"\b(?P<word>{_either(_DOTTED)})\.(?!\w)", _dotted),
    rewrite(rf"\b(?P<word>{_either(_BARE)})\b(?!\.\w)", lambda match: _BARE[match["word"]]),
    rewrite(r"(?<![\w.])[A-Za-z]\.(?: ?[A-Za-z]\.)+(?![^\W_])", _initials),
    rewrite(r"(?<= )(?P<initial>[A-Z])\. (?=[A-Z][a-z])", lambda match: f"{match['initial']} "),
    rewrite(r"(?<=[^\W_A-Z])\.(?=[a-z]{2})", " dot "),
    rewrite("[" + "".join(map(re.escape, _SYMBOLS)) + "]", lambda match: f" {_SYMBOLS[match.group()]} "),
)
