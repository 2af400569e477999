"""Numbers in words. The words come from num2words; here are only the readings of written figures."""

from __future__ import annotations

from typing import Final

from num2words import num2words

LONGEST_CARDINAL: Final = 15
"""Figures with more digits are read digit by digit."""


def cardinal(number: int) -> str:
    """3497 as "three thousand four hundred ninety-seven"; -4 as "minus four"."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if number >= 10**LONGEST_CARDINAL:
        return digits(str(number))
    return _plain(num2words(number))


def ordinal(number: int) -> str:
    """24 as "twenty-fourth"."""
    if number < 0:
        return f"minus {ordinal(-number)}"
    return _plain(num2words(number, to="ordinal"))


def year(number: int) -> str:
    """1905 as "nineteen oh five", 2026 as "twenty twenty-six", 2005 as "two thousand five"."""
    return _plain(num2words(number, to="year")).replace("oh-", "oh ")


def digits(figures: str) -> str:
    """ "007" as "zero zero seven"."""
    return " ".join(num2words(int(figure)) for figure in figures)


def figure(written: str, *, sign: str | None = None) -> str:
    """A written number ("3,497", "3.14", ".5", "007") and its sign ("-", "+") in words; never "minus zero"."""
    whole, _, fraction = written.replace(",", "").partition(".")
    words = _whole(whole)
    if fraction:
        words = f"{words} point {digits(fraction)}".lstrip()
    nothing = not (whole + fraction).strip("0")
    if sign == "+":
        return f"plus {words}"
    if sign == "-" and not nothing:
        return f"minus {words.removeprefix('zero ')}"
    return words


def plural(words: str) -> str:
    """The last number word made plural: "nineteen nineties", "sixes"."""
    if words.endswith("y"):
        return words[:-1] + "ies"
    return words + ("es" if words.endswith("x") else "s")


def is_one(written: str) -> bool:
    """Whether the figure takes a noun in the singular."""
    return written == "1"


def _whole(figures: str) -> str:
    if not figures:
        return ""
    if len(figures) > LONGEST_CARDINAL or (len(figures) > 1 and figures[0] == "0"):
        return digits(figures)
    return cardinal(int(figures))


def _plain(words: str) -> str:
    """num2words speaks British English and writes commas."""
    return words.replace(",", "").replace(" and ", " ")
