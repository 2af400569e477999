"""Bare figures: telephone numbers, versions, ordinals, years, scores, ratios, fractions, all that is left."""

from __future__ import annotations

import re
from typing import Final

from onealarm.briefing.spoken.english.amounts import NUMBER, SIGN, START
from onealarm.briefing.spoken.english.numbers import cardinal, digits, figure, is_one, ordinal, plural, year
from onealarm.briefing.spoken.rewriting import Rewrite, rewrite

_LONGEST_NUMBER: Final = 9
"""A longer row of bare digits is an account or telephone number."""

_PARTS: Final = {2: "half", 4: "quarter"}
_SCALES: Final = {"bn": "billion", "mn": "million", "tn": "trillion", "M": "million"}


def _in_groups(match: re.Match[str]) -> str:
    """Digit by digit, with a pause where the groups part."""
    groups = re.findall(r"\d+", match.group())
    plus = "plus " if match.group().startswith("+") else ""
    return plus + ", ".join(map(digits, groups))


def _chain(match: re.Match[str]) -> str:
    """ "4-4-2" as "four four two"; longer groups digit by digit."""
    groups = match.group().split("-")
    return " ".join(figure(group) if len(group) <= 2 else digits(group) for group in groups)


def _dotted(match: re.Match[str]) -> str:
    return " point ".join(map(figure, match.group().split(".")))


def _ordinal(match: re.Match[str]) -> str | None:
    written = match["number"].replace(",", "")
    return ordinal(int(written)) if len(written) <= _LONGEST_NUMBER else None


def _year_or_number(written: str) -> str:
    return year(int(written)) if len(written) == 4 and written[0] in "12" else figure(written)


def _several(match: re.Match[str]) -> str:
    """ "1990s", "90s", "747s"."""
    return plural(_year_or_number(match["number"]))


def _years(match: re.Match[str]) -> str:
    last = match["last"]
    return f"{year(int(match['first']))} to {year(int(last)) if len(last) == 4 else figure(last)}"


def _score(match: re.Match[str]) -> str:
    if match.group() == "50-50":
        return "fifty fifty"
    return f"{figure(match['low'], sign=match['sign'])} to {figure(match['high'])}"


def _ratio(match: re.Match[str]) -> str:
    return " to ".join(map(figure, match.group().split(":")))


def _fraction(match: re.Match[str]) -> str:
    whole, upper, lower = match["whole"], int(match["upper"]), int(match["lower"])
    name = _PARTS.get(lower, ordinal(lower))
    if upper > 1:
        name = plural(name)
    if not whole:
        return f"{cardinal(upper)} {name}"
    return f"{figure(whole)} and {'a' if upper == 1 else cardinal(upper)} {name}"


def _side_by_side(match: re.Match[str]) -> str:
    """ "24/7", "9/11", "2025/26": the figures in a row."""
    return " ".join(map(_year_or_number, match.group().split("/")))


def _times(match: re.Match[str]) -> str:
    return f"{figure(match['low'])} time{'' if is_one(match['low']) else 's'}"


def _abbreviated(match: re.Match[str]) -> str:
    return f"{figure(match['low'], sign=match['sign'])} {_SCALES[match['scale']]}"


def _number(match: re.Match[str]) -> str:
    written = match["number"]
    if written.isdigit() and len(written) > _LONGEST_NUMBER:
        return digits(written)
    return figure(written, sign=match["sign"])


def _dialled(match: re.Match[str]) -> str:
    return match["before"] + digits(match["number"])


def _aircraft(match: re.Match[str]) -> str:
    return f"{match['before']}{figure(match['type'])} {figure(match['series'])}"


_DIALLING = "(?:call(?:s|ed|ing)?|dial(?:s|ed|ing)?)"
_YEAR = r"(?:19|20)\d\d"
_BEFORE_A_YEAR = "in|of|since|from|until|till|by|before|after|during|circa|around|year|spring|summer|autumn|fall|winter"

RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(r"\bv(?:\. ?)?(?=\d)", "version "),
    rewrite(r"(?<=[^\W\d_])\^2(?!\d)", " squared"),
    rewrite(r"(?<=[^\W\d_])\^3(?!\d)", " cubed"),
    rewrite(r"(?<=\d)\^(?=\d)", " to the power of "),
    rewrite(rf"(?i)(?P<before>\b{_DIALLING} )(?P<number>911|112|999|988)(?!\d)", _dialled),
    rewrite(r"(?P<before>\bBoeing )(?P<type>\d{3})-(?P<series>\d{1,4})\b", _aircraft),
    rewrite(rf"{START}(?P<number>\d{{1,4}})ers\b", lambda match: figure(match["number"]).removesuffix("e") + "ers"),
    rewrite(r"(?<=\ds)-(?='?\d\d+s)", " to "),
    rewrite(r"(?<=[^\W\d_])-(?=\d)", " "),
    rewrite(r"(?<![\w.])\+(?=(?:[-. ()]{0,2}\d){7})\d{1,3}(?:[-. ]?\(?\d{1,5}\)?){2,5}(?![\d.])", _in_groups),
    rewrite(r"(?<![\w.,])(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\d,])", _in_groups),
    rewrite(r"(?<![\w.,-])\d+(?:-\d+){2,}(?![\d,])", _chain),
    rewrite(r"(?<![\w.,])\d{1,3}(?:\.\d{3}){2,6}(?![\d.])", lambda match: figure(match.group().replace(".", ""))),
    rewrite(r"(?<![\d.])\d+(?:\.\d+){2,}", _dotted),
    rewrite(rf"{START}(?P<number>\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d+)(?i:st|nd|rd|th)\b", _ordinal),
    rewrite(rf"'?{START}(?P<number>\d{{1,4}})'?s\b", _several),
    rewrite(rf"(?<![\w.,-])(?P<first>1[0-9]\d\d|20\d\d)-(?P<last>{_YEAR}|1[0-9]\d\d|\d\d)(?![\w,]|\.\d)", _years),
    rewrite(r"(?<=')\d\d(?!\d)", lambda match: figure(match.group())),
    rewrite(
        rf"(?i)(?P<before>\b(?:{_BEFORE_A_YEAR}) )(?P<number>1\d\d\d)(?![\d,]|\.\d)",
        lambda match: match["before"] + year(int(match["number"])),
    ),
    rewrite(rf"(?<![\d.,/:$]){_YEAR}(?![\d/:]|[.,]\d)", lambda match: year(int(match.group()))),
    rewrite(rf"{START}(?P<sign>{SIGN})?(?P<low>{NUMBER})-(?P<high>{NUMBER})(?!-?\d)", _score),
    rewrite(r"(?<![\w.,:])\d{1,4}(?::\d{1,4})+(?![\d:])", _ratio),
    rewrite(r"(?<![\d./,-])(?:(?P<whole>\d+)[ -])?(?P<upper>[1-9])/(?P<lower>[2-9])(?![\d/]|\.\d)", _fraction),
    rewrite(
        r"(?<![\d./,])(?P<upper>\d{1,3})/(?P<lower>10|100)(?![\d/]|\.\d)",
        lambda match: f"{figure(match['upper'])} out of {figure(match['lower'])}",
    ),
    rewrite(r"(?<![\d./,])\d{1,4}(?:/\d{1,4})+(?![\d/])", _side_by_side),
    rewrite(
        rf"{START}(?P<low>{NUMBER}) ?[x×] ?(?P<high>{NUMBER})",
        lambda match: f"{figure(match['low'])} by {figure(match['high'])}",
    ),
    rewrite(rf"{START}(?P<low>{NUMBER})[x×](?!\w)", _times),
    rewrite(rf"{START}(?P<sign>{SIGN})?(?P<low>{NUMBER}) ?(?P<scale>bn|mn|tn|M)\b", _abbreviated),
    rewrite(rf"(?P<sign>{SIGN})?(?P<number>{NUMBER})", _number),
)
