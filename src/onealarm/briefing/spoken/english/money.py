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
    "Rs.": "INR",
    "Rs": "INR",
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
_ISO: Final = "USD|EUR|GBP|JPY|CHF|CNY|INR|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|KRW|HKD|SGD|BTC"
_SCALES: Final = {
    "k": "thousand",
    "m": "million",
    "mn": "million",
    "b": "billion",
    "bn": "billion",
    "t": "trillion",
    "tn": "trillion",
}
_SYMBOL = "(?:" + "|".join(re.escape(symbol) for symbol in (*_CODES, *_EVERYDAY)) + ")"
_JOINED = re.compile(r"-[A-Za-z]")
_ARTICLE = r"(?P<article>\b[Aa]n? )?"


def _name(currency: str, *, one: bool) -> str:
    if currency in _EVERYDAY:
        return _EVERYDAY[currency][0 if one else 1]
    if currency == "BTC":
        return "bitcoin"
    return currency_name(_CODES.get(currency, currency), one=one, locale="en")


def _money(match: re.Match[str]) -> str:
    per = " per " if match["per"] else ""
    return f"{match['article'] or ''}{_coins(match) or _sum(match)}{per}"


def _sum(match: re.Match[str]) -> str:
    """ "five to ten million dollars"; before a noun ("a $5 bill", "$5-million") the currency is in the singular."""
    words = figure(match["low"], sign=_sign(match))
    if match["high"]:
        words += f" to {figure(match['high'])}"
    scale = (match["scale"] or "").lower()
    before_noun = match["article"] or _JOINED.match(match.string, match.end())
    one = bool(before_noun) or (is_one(match["low"]) and not match["high"] and not scale)
    return " ".join(filter(None, [words, _SCALES.get(scale, scale), _name(match["currency"], one=one)]))


def _coins(match: re.Match[str]) -> str | None:
    """ "3.50" as "three dollars and fifty cents"; None for an amount that is not written to the cent."""
    currency = match["currency"]
    whole, _, hundredths = match["low"].replace(",", "").partition(".")
    if len(hundredths) != 2 or match["high"] or match["scale"] or currency not in _SUBUNIT:
        return None
    parts = []
    if whole.strip("0") or not int(hundredths):
        parts.append(f"{figure(whole or '0')} {_name(currency, one=is_one(whole))}")
    if int(hundredths):
        parts.append(f"{cardinal(int(hundredths))} {_SUBUNIT[currency][0 if hundredths == '01' else 1]}")
    minus = "minus " if _sign(match) == "-" and match["low"].strip("0.") else ""
    return minus + " and ".join(parts)


def _sign(match: re.Match[str]) -> str | None:
    return match["sign"] or match.groupdict().get("inner")


def _cents(match: re.Match[str]) -> str:
    return f"{figure(match['low'])} cent{'' if is_one(match['low']) else 's'}"


_BEFORE = rf"(?P<currency>(?<![A-Za-z]){_SYMBOL}|\b(?:{_ISO}))"
_AFTER = rf"(?P<currency>[€£¥]|(?:\b|(?<=\d))(?:{_ISO})\b)"
_SUM = rf"(?P<low>{NUMBER})(?:(?:bn|mn|tn|[kmb])?-{_SYMBOL}?(?P<high>{NUMBER}))?"
_SCALE = r"(?:[ -]?(?P<scale>(?i:thousand|million|billion|trillion|bn|mn|tn|[kmbt])))?(?![A-Za-z])"
_SCALE_BEFORE_CODE = r"(?:[ -]?(?P<scale>(?i:thousand|million|billion|trillion|bn|mn|tn)))?"
_PER = r"(?P<per> ?/ ?(?=[A-Za-z]))?"

RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(rf"{_ARTICLE}(?P<sign>{SIGN})?{_BEFORE} ?(?P<inner>[-+])?{_SUM}{_SCALE}{_PER}", _money),
    rewrite(rf"{_ARTICLE}{START}(?P<sign>{SIGN})?{_SUM}{_SCALE_BEFORE_CODE} ?{_AFTER}{_PER}", _money),
    rewrite(rf"{START}(?P<low>{NUMBER}) ?¢", _cents),
)
