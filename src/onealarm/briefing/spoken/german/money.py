"""Amounts of money."""

from __future__ import annotations

import re
from typing import Final

from onealarm.briefing.spoken.cldr import currency_name
from onealarm.briefing.spoken.german.amounts import NUMBER, SIGN, START
from onealarm.briefing.spoken.german.numbers import before_noun, figure, is_feminine, is_one, one
from onealarm.briefing.spoken.rewriting import Rewrite, rewrite

_EVERYDAY: Final = {"$": "Dollar", "€": "Euro", "£": "Pfund", "¥": "Yen", "Euro": "Euro", "EUR": "Euro"}
_SUBUNIT: Final = {
    "$": ("Cent", "Cent"),
    "€": ("Cent", "Cent"),
    "Euro": ("Cent", "Cent"),
    "EUR": ("Cent", "Cent"),
    "£": ("Penny", "Pence"),
}
_CODES: Final = {
    "US$": "USD",
    "C$": "CAD",
    "A$": "AUD",
    "Fr.": "CHF",
    "sFr.": "CHF",
    "SFr.": "CHF",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
    "₪": "ILS",
    "₴": "UAH",
}
_ISO: Final = "USD|EUR|GBP|JPY|CHF|CNY|INR|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|KRW|HKD|SGD|BTC"
SCALES: Final = {
    "Tsd": ("tausend", "tausend"),
    "Mio": ("Million", "Millionen"),
    "Mrd": ("Milliarde", "Milliarden"),
    "Bio": ("Billion", "Billionen"),
    "Million": ("Million", "Millionen"),
    "Milliarde": ("Milliarde", "Milliarden"),
    "Billion": ("Billion", "Billionen"),
}
"""The singular and the plural of a scale. A million is feminine, a thousand has no gender."""


def scaled(number: str, scale: str, *, sign: str | None, high: str | None = None) -> str:
    """ "eine Million", "eins Komma fünf Millionen", "zwei bis drei Milliarden"."""
    if scale.startswith("Tsd") and number.isdigit() and not high:
        return figure(number + "000", sign=sign)
    singular, plural = next(words for written, words in SCALES.items() if scale.startswith(written))
    single = one(feminine=singular[0].isupper())
    words = figure(number, sign=sign, single=single)
    if high:
        words += f" bis {figure(high, single=single)}"
    return f"{words} {singular if is_one(number) and not high else plural}"


def _name(currency: str, *, singular: bool) -> str:
    if currency in _EVERYDAY:
        return _EVERYDAY[currency]
    if currency == "BTC":
        return "Bitcoin"
    return currency_name(_CODES.get(currency, currency), one=singular, locale="de")


def _money(match: re.Match[str]) -> str:
    per = " pro " if match["per"] else ""
    return f"{_coins(match) or _sum(match)}{per}"


def _sum(match: re.Match[str]) -> str:
    """ "fünf bis zehn Millionen Euro", "ein Dollar"."""
    singular = is_one(match["low"]) and not match["high"] and not match["scale"]
    name = _name(match["currency"], singular=singular)
    if match["scale"]:
        return f"{scaled(match['low'], match['scale'], sign=match['sign'], high=match['high'])} {name}"
    single = one(feminine=is_feminine(name))
    words = figure(match["low"], sign=match["sign"], single=single)
    if match["high"]:
        words += f" bis {figure(match['high'], single=single)}"
    return f"{words} {name}"


def _coins(match: re.Match[str]) -> str | None:
    """ "3,50" as "drei Euro und fünfzig Cent"; None for an amount that is not written to the cent."""
    currency = match["currency"]
    whole, _, hundredths = match["low"].partition(",")
    if len(hundredths) != 2 or match["high"] or match["scale"] or currency not in _SUBUNIT:
        return None
    parts = []
    if whole.strip("0.") or not int(hundredths):
        parts.append(f"{figure(whole, single='ein')} {_EVERYDAY[currency]}")
    if int(hundredths):
        parts.append(f"{before_noun(int(hundredths))} {_SUBUNIT[currency][0 if hundredths == '01' else 1]}")
    minus = "minus " if match["sign"] == "-" and match["low"].strip("0.,") else ""
    return minus + " und ".join(parts)


_BEFORE = r"(?P<currency>(?<![A-Za-z])(?:US\$|C\$|A\$|s?Fr\. ?(?=\d)|[$€£¥₹₩₽₺₪₴])|\b(?:" + _ISO + "))"
_AFTER = rf"(?P<currency>(?:US|C|A)\$|[$€£¥₹₩₽₺₪₴]|Euro\b|s?Fr\.|(?:\b|(?<=\d))(?:{_ISO})\b)"
_SUM = rf"(?P<low>{NUMBER})(?:,-+)?(?:(?: ?€)?(?:-| bis )(?P<high>{NUMBER}))?"
_SCALE = r"(?: ?(?P<scale>(?:Tsd|Mio|Mrd|Bio)\b\.?|(?:Million|Billion)(?:en)?\b|Milliarden?\b))?(?![A-Za-zäöü])"
_PER = r"(?P<per> ?/ ?(?=[A-Za-z]))?"

RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(rf"(?P<sign>{SIGN})?{_BEFORE} ?{_SUM}{_SCALE}{_PER}", _money),
    rewrite(rf"{START}(?P<sign>{SIGN})?{_SUM}{_SCALE} ?{_AFTER}{_PER}", _money),
    rewrite(
        rf"{START}(?P<low>{NUMBER}) ?(?:¢|ct\b\.?|Ct\b\.?)",
        lambda match: f"{figure(match['low'], single='ein')} Cent",
    ),
    rewrite(
        rf"{START}(?P<sign>{SIGN})?(?P<low>{NUMBER})(?:(?:-| bis )(?P<high>{NUMBER}))? ?"
        r"(?P<scale>(?:Tsd|Mio|Mrd|Bio)\b\.?|(?:Million|Billion)(?:en)?\b|Milliarden?\b)",
        lambda match: scaled(match["low"], match["scale"], sign=match["sign"], high=match["high"]),
    ),
)
