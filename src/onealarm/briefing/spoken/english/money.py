"""Amounts of money."""

from __future__ import annotations

import re
from typing import Final

from onealarm.briefing.spoken.cldr import currency_name
from onealarm.briefing.spoken.english.amounts import NUMBER, SIGN, START
from onealarm.briefing.spoken.english.numbers import cardinal, figure, is_one
from onealarm.briefing.spoken.rewriting import Rewrite, rewrite

_EVERYDAY: Final = {
    "$": ("dollar", "dollars"),
    "€": ("euro", "euros"),
    "£": ("pound", "pounds"),
    "¥": ("yen", "yen"),
}
_SUBUNIT: Final = {"$": ("cent", "cents"), "€": ("cent", "cents"), "£": ("penny", "pence")}
_CODES: Final = {
    "US$": "USD",
    "CA$": "CAD",
    "C$": "CAD",
    "AU$": "AUD",
    "A$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "S$": "SGD",
    "R$": "BRL",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
    "₪": "ILS",
    "₫": "VND",
    "₱": "PHP",
    "฿": "THB",
    "₴": "UAH",
    "₦": "NGN",
}
_ISO: Final = (
    "USD|EUR|GBP|JPY|CHF|CNY|INR|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|KRW|TRY|HKD|SGD|BTC"
)
_SCALES: Final = {
    "k": "thousand",
    "m": "million",
    "mn": "million",
    "b": "billion",
    "bn": "billion",
    "t": "trillion",
} | {"tn": "trillion"}
_SYMBOL = "(?:" + "|".join(re.escape(symbol) for symbol in (*_CODES, *_EVERYDAY)) + ")"
_SCALE = r"(?:[ -]?(?P<scale>(?i:thousand|million|billion|trillion|bn|mn|tn|[kmbt])))?(?![A-Za-z])"
_ARTICLE = r"(?P<article>\b[Aa]n? )?"
_PER = r"(?P<per> ?/ ?(?=[A-Za-z]))?"


def _name(currency: str, *, one: bool) -> str:
    if currency in _EVERYDAY:
        return _EVERYDAY[currency][0 if one else 1]
    if currency == "BTC":
        return "bitcoin"
    return currency_name(_CODES.get(currency, currency), one=one, locale="en")


def _scale(match: re.Match[str]) -> str:
    scale = (match["scale"] or "").lower()
    return _SCALES.get(scale, scale)


def _money(match: re.Match[str]) -> str:
    currency = match["currency"]
    sign = match["sign"] or match.groupdict().get("inner")
    prefix = f"{match['article'] or ''}"
    joined = match.string[match.end() : match.end() + 1] == "-"
    per = " per " if match["per"] else ""
    if not match["scale"] and not match["high"] and currency in _SUBUNIT and (parts := _with_subunit(match)):
        return f"{prefix}{'minus ' if sign == '-' else ''}{parts}{per}"
    words = figure(match["low"], sign=sign)
    if match["high"]:
        words += f" to {figure(match['high'])}"
    if scale := _scale(match):
        words += f" {scale}"
    one = bool(match["article"]) or joined or (is_one(match["low"]) and not match["high"] and not scale)
    return f"{prefix}{words} {_name(currency, one=one)}{per}"


def _with_subunit(match: re.Match[str]) -> str | None:
    """ "3.50" as "three dollars and fifty cents"; None when there are not two decimals or they are zero."""
    whole, _, hundredths = match["low"].replace(",", "").partition(".")
    if len(hundredths) != 2:
        return None
    currency = match["currency"]
    major = f"{figure(whole)} {_name(currency, one=is_one(whole))}" if whole.strip("0") else ""
    minor = (
        f"{cardinal(int(hundredths))} {_SUBUNIT[currency][0 if hundredths == '01' else 1]}"
        if int(hundredths)
        else ""
    )
    return " and ".join(filter(None, [major, minor])) or f"zero {_name(currency, one=False)}"


def _cents(match: re.Match[str]) -> str:
    return f"{figure(match['low'])} cent{'' if is_one(match['low']) else 's'}"


RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(
        rf"{_ARTICLE}(?P<sign>{SIGN})?(?P<currency>(?<![A-Za-z]){_SYMBOL}) ?(?P<inner>[-+])?(?P<low>{NUMBER})"
        rf"(?:-{_SYMBOL}?(?P<high>{NUMBER}))?{_SCALE}{_PER}",
        _money,
    ),
    rewrite(
        rf"{_ARTICLE}(?P<sign>{SIGN})?(?P<currency>\b(?:{_ISO})) ?(?P<inner>-)?(?P<low>{NUMBER})(?:-(?P<high>{NUMBER}))?{_SCALE}{_PER}",
        _money,
    ),
    rewrite(
        rf"{_ARTICLE}{START}(?P<sign>{SIGN})?(?P<low>{NUMBER})(?:-(?P<high>{NUMBER}))?"
        rf"(?:[ -]?(?P<scale>(?i:thousand|million|billion|trillion|bn|mn|tn)))? ?(?P<currency>[€£¥]|\b(?:{_ISO})\b|(?<=\d)(?:{_ISO})\b){_PER}",
        _money,
    ),
    rewrite(rf"{START}(?P<low>{NUMBER}) ?¢", _cents),
)
