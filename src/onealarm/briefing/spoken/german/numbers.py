"""Numbers in words. The words come from num2words; here are the readings of written figures, and the endings."""

from __future__ import annotations

from typing import Final, Literal

from num2words import num2words

LONGEST_CARDINAL: Final = 15
"""Figures with more digits are read digit by digit."""

Ending = Literal["e", "er", "es", "en"]


def cardinal(number: int) -> str:
    """3497 as "dreitausendvierhundertsiebenundneunzig"; -4 as "minus vier"."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if number >= 10**LONGEST_CARDINAL:
        return digits(str(number))
    words: str = num2words(number, lang="de")
    return words


def before_noun(number: int, *, feminine: bool = False) -> str:
    """The cardinal as it stands before a noun: "ein Grad", "eine Stunde", "zwei Grad", "minus ein Grad"."""
    if abs(number) != 1:
        return cardinal(number)
    return ("minus " if number < 0 else "") + one(feminine=feminine)


def one(*, feminine: bool) -> str:
    return "eine" if feminine else "ein"


def ordinal(number: int, ending: Ending = "e") -> str:
    """24 as "vierundzwanzigste", or with another ending "vierundzwanzigsten", "vierundzwanzigster"."""
    if number < 0:
        return f"minus {ordinal(-number, ending)}"
    if number >= 10**LONGEST_CARDINAL:
        return digits(str(number))
    words: str = num2words(number, lang="de", to="ordinal")
    return words.removesuffix("e") + ending


def year(number: int) -> str:
    """1905 as "neunzehnhundertfünf", 2026 as "zweitausendsechsundzwanzig"."""
    words: str = num2words(number, lang="de", to="year")
    return words


def digits(figures: str) -> str:
    """ "007" as "null null sieben"."""
    return " ".join(num2words(int(figure), lang="de") for figure in figures)


def figure(written: str, *, sign: str | None = None, single: str = "eins") -> str:
    """A written number ("3.497", "3,14", "007") and its sign ("-", "+") in words; never "minus null" alone.

    ``single`` is what a bare 1 is called: "ein" or "eine" before a noun.
    """
    whole, _, fraction = written.replace(".", "").partition(",")
    words = single if written == "1" else _whole(whole)
    if fraction:
        words = f"{words} Komma {digits(fraction)}"
    nothing = not (whole + fraction).strip("0")
    if sign == "+":
        return f"plus {words}"
    if sign == "-" and not nothing:
        return f"minus {words}"
    return words


def is_one(written: str) -> bool:
    """Whether the figure takes a noun in the singular."""
    return written == "1"


def is_feminine(noun: str) -> bool:
    """By its ending, which is right for units, currencies and most others: "Stunde", "Lira", "Sitzung"."""
    word = noun.split()[0 if " pro " in noun else -1].lower()
    if word.endswith(("byte", "ende", "name", "tote", "auge", "gebäude", "gramme")):
        return False
    return word.endswith(("e", "a", "ung", "heit", "keit", "schaft", "ion", "tät"))


def _whole(figures: str) -> str:
    if len(figures) > LONGEST_CARDINAL or (len(figures) > 1 and figures[0] == "0"):
        return digits(figures)
    return cardinal(int(figures))
