"""Abbreviations, initials and symbols."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from onealarm.briefing.spoken.rewriting import Rewrite, full_stop, rewrite

_TITLES: Final = {
    "Dr": "Doktor",
    "Prof": "Professor",
    "Hr": "Herr",
    "Hrn": "Herrn",
    "Fr": "Frau",
    "Frl": "Fräulein",
    "St": "Sankt",
    "Ing": "Ingenieur",
    "Dipl": "Diplom",
    "Mr": "Mister",
    "Mrs": "Misses",
}
"""Before a name."""

_LETTERED: Final = {
    "z.B.": "zum Beispiel",
    "d.h.": "das heißt",
    "u.a.": "unter anderem",
    "u.U.": "unter Umständen",
    "u.ä.": "und Ähnliches",
    "o.ä.": "oder Ähnliches",
    "o.Ä.": "oder Ähnliches",
    "u.Ä.": "und Ähnliches",
    "i.d.R.": "in der Regel",
    "v.a.": "vor allem",
    "z.T.": "zum Teil",
    "z.Z.": "zur Zeit",
    "z.Zt.": "zur Zeit",
    "s.o.": "siehe oben",
    "s.u.": "siehe unten",
    "m.E.": "meines Erachtens",
    "n.Chr.": "nach Christus",
    "v.Chr.": "vor Christus",
    "e.V.": "e V",
    "a.D.": "außer Dienst",
    "i.R.": "im Ruhestand",
    "a.M.": "am Main",
    "n.V.": "nach Verlängerung",
    "i.E.": "im Elfmeterschießen",
}
"""Letters with dots, with or without spaces between them."""

_DOTTED: Final = {
    "Dr": "Doktor",
    "Prof": "Professor",
    "usw": "und so weiter",
    "usf": "und so fort",
    "MwSt": "Mehrwertsteuer",
    "bzw": "beziehungsweise",
    "etc": "et cetera",
    "ca": "circa",
    "evtl": "eventuell",
    "ggf": "gegebenenfalls",
    "inkl": "inklusive",
    "exkl": "exklusive",
    "einschl": "einschließlich",
    "zzgl": "zuzüglich",
    "abzgl": "abzüglich",
    "max": "maximal",
    "mind": "mindestens",
    "sog": "sogenannte",
    "vgl": "vergleiche",
    "geb": "geboren",
    "gest": "gestorben",
    "verh": "verheiratet",
    "bspw": "beispielsweise",
    "insb": "insbesondere",
    "tägl": "täglich",
    "ehem": "ehemalig",
    "Abs": "Absatz",
    "Art": "Artikel",
    "Kap": "Kapitel",
    "Bd": "Band",
    "Jh": "Jahrhundert",
    "Jhd": "Jahrhundert",
    "Str": "Straße",
    "Pl": "Platz",
    "Tel": "Telefon",
    "Std": "Stunden",
    "Mio": "Millionen",
    "Mrd": "Milliarden",
    "Tsd": "Tausend",
    "jr": "junior",
    "Jr": "Junior",
    "sen": "senior",
    "vs": "gegen",
    "v": "gegen",
    "Co": "Co",
}
_ONLY_BEFORE_A_FIGURE: Final = {
    "Nr": "Nummer",
    "No": "Nummer",
    "Nrn": "Nummern",
    "S": "Seite",
    "Abb": "Abbildung",
}
_BARE: Final = {"vs": "gegen", "bzw": "beziehungsweise", "usw": "und so weiter", "etc": "et cetera", "ca": "circa"}
_SYMBOLS: Final = {
    "&": "und",
    "+": "plus",
    "=": "gleich",
    "@": "at",
    "%": "Prozent",
    "‰": "Promille",
    "±": "plus minus",
    "−": "minus",
    "×": "mal",
    "÷": "geteilt durch",
    "§": "Paragraf",
    "≈": "etwa",
    "€": "Euro",
    "£": "Pfund",
}


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _spaced(abbreviation: str) -> str:
    return " ?".join(re.escape(part) + r"\." for part in abbreviation.removesuffix(".").split("."))


def _lettered(match: re.Match[str]) -> str:
    return _LETTERED[match.group().replace(" ", "")] + full_stop(match)


def _dotted(match: re.Match[str]) -> str:
    return _DOTTED[match["word"]] + full_stop(match)


def _initials(match: re.Match[str]) -> str:
    return match.group().replace(".", "").replace(" ", "").upper() + full_stop(match)


def _english_figure(match: re.Match[str]) -> str:
    """ "1,234.56" as "1.234,56"."""
    return match.group().translate(str.maketrans(".,", ",."))


BEFORE_NUMBERS: Final[tuple[Rewrite, ...]] = (
    # "Lehrer:innen", "Lehrer*innen"
    rewrite(r"(?<=[a-zäöüß])[:*_/](?=in(?:nen)?\b)", ""),
    rewrite(
        rf"\b(?P<word>{_either(_ONLY_BEFORE_A_FIGURE)})\. ?(?=\d)", lambda m: _ONLY_BEFORE_A_FIGURE[m["word"]] + " "
    ),
    rewrite(r"(?<!\w)# ?(?=\d)", "Nummer "),
    rewrite(r"§§ ?(?=\d)", "Paragrafen "),
    rewrite(r"(?<!\w)<=? ?(?=\d)", "weniger als "),
    rewrite(r"(?<!\w)>=? ?(?=\d)", "mehr als "),
    rewrite(r"(?<!\w)[~≈] ?(?=\d)", "etwa "),
    rewrite(r" ?\((?i:nasdaq|nyse|lse|xetra|isin|wkn)[: ] ?[A-Z0-9]{1,12}(?:\.[A-Z]{1,2})?\)", " "),
    rewrite(r"\$(?=[A-Z])", ""),
    rewrite(r"(?<![\d.,])\d{1,3}(?:,\d{3})+\.\d{1,2}(?![\d.])", _english_figure),
    rewrite(r"(?<![\d.,:/-])\d{1,3}(?: \d{3})* 000(?![\d.,:/-])", lambda match: match.group().replace(" ", ".")),
    rewrite(r"(?<=\d),-+(?!\d)", ""),
)

AFTER_NUMBERS: Final[tuple[Rewrite, ...]] = (
    rewrite(rf"(?<![\w.])(?:{'|'.join(map(_spaced, sorted(_LETTERED, key=len, reverse=True)))})(?!\w)", _lettered),
    rewrite(r"\b(?P<name>\w*[a-zäöüß])str\.(?!\w)", lambda match: f"{match['name']}straße{full_stop(match)}"),
    rewrite(r"\bDr\. ?(?:h\. ?c|jur|med|phil|rer\. ?nat|theol)\. ?(?=[A-ZÄÖÜ])", "Doktor "),
    rewrite(rf"\b(?P<title>{_either(_TITLES)})\. ?(?=[A-ZÄÖÜ])", lambda match: _TITLES[match["title"]] + " "),
    rewrite(rf"\b(?P<word>{_either(_DOTTED)})\.(?!\w)", _dotted),
    rewrite(rf"\b(?P<word>{_either(_BARE)})\b(?!\.\w)", lambda match: _BARE[match["word"]]),
    rewrite(r"(?<![\w.])[A-Za-z]\.(?: ?[A-Za-z]\.)+(?![^\W_])", _initials),
    rewrite(r"(?<= )(?P<initial>[A-Z])\. (?=[A-ZÄÖÜ][a-zäöüß])", lambda match: f"{match['initial']} "),
    rewrite(r"(?<=[^\W_A-ZÄÖÜ])\.(?=[a-z]{2})", " Punkt "),
    rewrite("[" + "".join(map(re.escape, _SYMBOLS)) + "]", lambda match: f" {_SYMBOLS[match.group()]} "),
)
