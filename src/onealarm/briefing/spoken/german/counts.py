"""Bare figures: telephone numbers, versions, years, scores, ratios, fractions, all that is left."""

from __future__ import annotations

import re
from typing import Final

from onealarm.briefing.spoken.german.amounts import NUMBER, SIGN, START
from onealarm.briefing.spoken.german.numbers import cardinal, digits, figure, is_feminine, one, year
from onealarm.briefing.spoken.rewriting import Rewrite, rewrite

_LONGEST_NUMBER: Final = 9
"""A longer row of bare digits is an account or telephone number."""

_PARTS: Final = {3: "Drittel", 7: "Siebtel", 8: "Achtel"}


def _in_groups(match: re.Match[str]) -> str:
    """Digit by digit, with a pause where the groups part."""
    groups = re.findall(r"\d+", match.group())
    plus = "plus " if match.group().startswith("+") else ""
    return plus + ", ".join(map(digits, groups))


def _chain(match: re.Match[str]) -> str:
    """ "4-4-2" as "vier vier zwei"; longer groups digit by digit."""
    groups = match.group().split("-")
    return " ".join(figure(group) if len(group) <= 2 else digits(group) for group in groups)


def _dotted(match: re.Match[str]) -> str:
    return " Punkt ".join(map(figure, match.group().split(".")))


def _year_or_number(written: str) -> str:
    return year(int(written)) if len(written) == 4 and written[0] in "12" else figure(written)


def _decade(match: re.Match[str]) -> str:
    """ "1990er", "80ern"."""
    return _year_or_number(match["number"]) + match["ending"]


def _years(match: re.Match[str]) -> str:
    last = match["last"]
    return f"{year(int(match['first']))} bis {year(int(last)) if len(last) == 4 else figure(last)}"


def _range(match: re.Match[str]) -> str:
    """ "5-7" as "fünf bis sieben"; where the first is not the smaller one it is a result: "zu"."""
    if match.group() == "50-50":
        return "fünfzig fünfzig"
    low, high = (float(match[name].replace(".", "").replace(",", ".")) for name in ("low", "high"))
    joint = "bis" if low < high else "zu"
    return f"{figure(match['low'], sign=match['sign'])} {joint} {figure(match['high'])}"


def _ratio(match: re.Match[str]) -> str:
    return " zu ".join(map(figure, match.group().split(":")))


def _fraction(match: re.Match[str]) -> str:
    """ "1/2" as "ein halb", "2 1/2" as "zweieinhalb", "3/4" as "drei Viertel"."""
    whole, upper, lower = match["whole"], int(match["upper"]), int(match["lower"])
    if (upper, lower) == (1, 2):
        return f"{_stem(int(whole))}einhalb" if whole else "ein halb"
    part = f"{_stem(upper)} {_part(lower)}"
    return f"{figure(whole)} {part}" if whole else part


def _part(lower: int) -> str:
    return _PARTS.get(lower, f"{cardinal(lower).capitalize()}tel")


def _stem(number: int) -> str:
    """The number at the start of a compound: "ein", "zwei"."""
    words = cardinal(number)
    return words.removesuffix("s") if words.endswith("eins") else words


def _times(match: re.Match[str]) -> str:
    """ "3x" as "dreimal", "10-fach" as "zehnfach"."""
    kind = "mal" if match["kind"].lower() in "x×" else match["kind"]
    if "," in match["number"]:
        return f"{figure(match['number'])}{kind}"
    return f"{_stem(int(match['number']))}{kind}"


def _side_by_side(match: re.Match[str]) -> str:
    """ "24/7", "9/11", "2025/26": the figures in a row."""
    return " ".join(map(_year_or_number, match.group().split("/")))


def _counted(match: re.Match[str]) -> str:
    """A single one before a noun takes its gender, as far as it can be seen."""
    return one(feminine=is_feminine(match["noun"]))


def _number(match: re.Match[str]) -> str:
    written = match["number"]
    if written.isdigit() and len(written) > _LONGEST_NUMBER:
        return digits(written)
    return figure(written, sign=match["sign"])


_YEAR = r"(?:19|20)\d\d"
_BEFORE_A_YEAR = "Jahre?s?|anno|seit|von|ab|bis|vor|nach|um|circa|Frühjahr|Frühling|Sommer|Herbst|Winter|Saison|in"

RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(r"(?<=[^\W\d_])\^2(?!\d)", " Quadrat"),
    rewrite(r"(?<=[^\W\d_])\^3(?!\d)", " hoch drei"),
    rewrite(r"(?<=\d)\^(?=\d)", " hoch "),
    rewrite(r"\bv(?:\. ?)?(?=\d)", "Version "),
    rewrite(r"(?<=\der)-(?=\d+ern?\b)", " bis "),
    rewrite(r"(?<=[^\W\d_])-(?=\d)", " "),
    rewrite(r"(?<![\w.])\+(?=(?:[-. ()/]{0,2}\d){7})\d{1,3}(?:[-. /]?\(?\d{1,6}\)?){1,5}(?![\d.])", _in_groups),
    rewrite(r"(?<![\w.,/])0\d{2,4}(?:[ /-]{1,3}\d{2,8}){1,4}(?![\d,])", _in_groups),
    rewrite(r"(?<![\w.,-])\d+(?:-\d+){2,}(?![\d,])", _chain),
    rewrite(
        r"(?<![\d.,])\d+(?:,\d+){2,}(?![\d,])",
        lambda match: ", ".join(map(figure, match.group().split(","))),
    ),
    rewrite(r"(?<![\d.])(?!\d{1,3}(?:\.\d{3})+(?![\d.]))\d+(?:\.\d+)+(?!\d)", _dotted),
    rewrite(rf"{START}(?P<number>\d{{1,4}})(?:-)?(?P<ending>er[ns]?)\b", _decade),
    rewrite(rf"{START}(?P<number>\d+(?:,\d+)?)-?(?P<kind>fach(?:e[mnrs]?)?|mal|köpfig(?:e[mnrs]?)?|x|×)(?!\w)", _times),
    rewrite(rf"(?<![\w.,-])(?P<first>1[0-9]\d\d|20\d\d)-(?P<last>{_YEAR}|1[0-9]\d\d|\d\d)(?![\w,]|\.\d)", _years),
    rewrite(r"(?<=')\d\d(?!\d)", lambda match: figure(match.group())),
    rewrite(
        rf"(?i)(?P<before>\b(?:{_BEFORE_A_YEAR}) )(?P<number>1[1-9]\d\d)(?![\d]|[.,]\d)",
        lambda match: match["before"] + year(int(match["number"])),
    ),
    rewrite(rf"(?<![\d.,/:$]){_YEAR}(?![\d/:]|[.,]\d)", lambda match: year(int(match.group()))),
    rewrite(rf"{START}(?P<sign>{SIGN})?(?P<low>{NUMBER})-(?P<high>{NUMBER})(?!-?\d)", _range),
    rewrite(r"(?<![\w.,:])\d{1,4}(?::\d{1,4})+(?![\d:])", _ratio),
    rewrite(r"(?<![\d./,-])(?:(?P<whole>\d{1,4})[ -])?(?P<upper>[1-9])/(?P<lower>[2-9])(?![\d/]|[.,]\d)", _fraction),
    rewrite(
        r"(?<![\d./,])(?P<upper>\d{1,3})/(?P<lower>10|100)(?![\d/]|[.,]\d)",
        lambda match: f"{figure(match['upper'])} von {figure(match['lower'])}",
    ),
    rewrite(r"(?<![\d./,])\d{1,4}(?:/\d{1,4})+(?![\d/])", _side_by_side),
    rewrite(
        rf"{START}(?P<low>{NUMBER}) ?[x×] ?(?P<high>{NUMBER})",
        lambda match: f"{figure(match['low'])} mal {figure(match['high'])}",
    ),
    rewrite(rf"{START}(?<![\w-])1(?= (?P<noun>[A-ZÄÖÜ][a-zäöüß]+))", _counted),
    rewrite(rf"(?P<sign>{SIGN})?(?P<number>{NUMBER})", _number),
)
