"""Roman numerals, read only after a word that calls for one, and with the article of their case."""

from __future__ import annotations

import re
from typing import Final

from onealarm.briefing.spoken.german.numbers import Ending, cardinal, ordinal
from onealarm.briefing.spoken.rewriting import Rewrite, full_stop, rewrite
from onealarm.briefing.spoken.roman import roman_value

_COUNTED: Final = "Super Bowl|Kapitel|Teil|Akt|Band|Phase|Titel|Typ|Buch|Klasse|Stufe|Artikel|Abschnitt|Rocky|Apollo"
_KINGS: Final = (
    "Abdullah|Albert|Alexander|Benedikt|Carl Gustaf|Charles|Christian|Eduard|Felipe|Ferdinand|Franz|Franz Joseph|"
    "Frederik|Friedrich|Friedrich Wilhelm|Georg|Gregor|Harald|Heinrich|Iwan|Johannes|Johannes Paul|Joseph|Juan Carlos|"
    "Karl|Leo|Leopold|Ludwig|Maximilian|Mohammed|Napoleon|Nikolaus|Otto|Paul|Peter|Philipp|Philippe|Pius|Rama|Ramses|"
    "Richard|Rudolf|Wilhelm"
)
_QUEENS: Final = "Elisabeth|Elizabeth|Katharina|Margarethe|Margrethe|Maria"
_MALE: Final = "König|Papst|Kaiser|Zar|Sultan|Prinz|Fürst|Herzog|Patriarch"
_FEMALE: Final = "Königin|Kaiserin|Zarin|Prinzessin|Fürstin|Herzogin"
_NAME: Final = r"(?:[A-ZÄÖÜ][a-zäöüß]+ ){0,1}[A-ZÄÖÜ][a-zäöüß]+"
_ORDERED: Final = "Weltkrieg|Vatikanische|Liga|Internationale|Quartal|Senat|Akt|Teil|Kapitel"

_DATIVE: Final = re.compile(r"(?i)\b(?:aus|bei|gegenüber|mit|nach|neben|seit|unter|von|vor|zu|dem|beim|vom|zum) $")
_ACCUSATIVE: Final = re.compile(r"(?i)\b(?:durch|für|gegen|ohne|über|um|den) $")
_END: Final = r"(?:\.(?!\w)|(?![\w.]))"

_ARTICLES: Final[dict[tuple[str, bool], tuple[str, Ending]]] = {
    ("nominative", False): ("der", "e"),
    ("nominative", True): ("die", "e"),
    ("genitive", False): ("des", "en"),
    ("genitive", True): ("der", "en"),
    ("dative", False): ("dem", "en"),
    ("dative", True): ("der", "en"),
    ("accusative", False): ("den", "en"),
    ("accusative", True): ("die", "e"),
}
"""By case and whether it is a woman."""


def _counted(match: re.Match[str]) -> str | None:
    value = roman_value(match["numeral"])
    return None if value is None else f"{match['word']} {cardinal(value)}{full_stop(match)}"


def _ordered(match: re.Match[str]) -> str | None:
    """ "II. Weltkrieg" as "2. Weltkrieg", for the rules of ordinals."""
    value = roman_value(match["numeral"])
    return None if value is None else f"{value}."


def _ruler(match: re.Match[str]) -> str | None:
    value = roman_value(match["numeral"])
    if value is None:
        return None
    groups = match.groupdict()
    female = bool(groups.get("female") or groups.get("queen"))
    article, ending = _ARTICLES[_case(match), female]
    return f"{match['word']} {article} {ordinal(value, ending).capitalize()}{full_stop(match)}"


def _case(match: re.Match[str]) -> str:
    before = match.string[: match.start()][-20:]
    if match.groupdict().get("genitive"):
        return "genitive"
    if _DATIVE.search(before):
        return "dative"
    return "accusative" if _ACCUSATIVE.search(before) else "nominative"


RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(rf"\b(?P<numeral>[IVX]+)\.(?= (?:{_ORDERED}))", _ordered),
    rewrite(rf"\b(?P<word>{_COUNTED}) (?P<numeral>[IVXL]+)\b{_END}", _counted),
    rewrite(rf"\b(?P<word>(?:(?P<female>{_FEMALE})|(?:{_MALE})) {_NAME}) (?P<numeral>[IVX]+)\b{_END}", _ruler),
    # Without an honour a single letter may be a word or an initial.
    rewrite(
        rf"\b(?P<word>(?:(?P<queen>{_QUEENS})|(?:{_KINGS}))(?P<genitive>(?<!s)s)?) "
        rf"(?P<numeral>[IVX]{{2,}}|[IVX](?=\.))\b{_END}",
        _ruler,
    ),
)
