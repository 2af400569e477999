"""Roman numerals, read only after a word that calls for one."""

from __future__ import annotations

import re
from typing import Final

from onealarm.briefing.spoken.english.numbers import cardinal, ordinal
from onealarm.briefing.spoken.rewriting import Rewrite, rewrite
from onealarm.briefing.spoken.roman import roman_value

_COUNTED: Final = (
    "World War|Super Bowl|Chapter|Part|Act|Volume|Vol|Phase|Title|Type|Mark|Book|Class|Stage|Level|Article|"
    "Section|Division|Episode|Rocky|Apollo|Wrestlemania|WrestleMania"
)
_SOVEREIGNS: Final = (
    "Abdullah|Alexander|Benedict|Carl Gustaf|Catherine|Charles|Edward|Elizabeth|Felipe|Francis|Frederick|George|"
    "Gregory|Harald|Henry|Ivan|James|John|John Paul|Juan Carlos|Leo|Louis|Mary|Mohammed|Napoleon|Nicholas|Paul|"
    "Peter|Philip|Philippe|Pius|Rama|Ramses|Richard|Robert|Urban|Victor Emmanuel|Wilhelm|William"
)
_END: Final = r"\b(?!'(?!s\b)|\.\w)"
_HONOURS: Final = "King|Queen|Pope|Emperor|Empress|Tsar|Czar|Kaiser|Sultan|Prince|Princess|Patriarch"


def _counted(match: re.Match[str]) -> str | None:
    value = roman_value(match["numeral"])
    return None if value is None else f"{match['word']} {cardinal(value).title()}"


def _numbered(match: re.Match[str]) -> str | None:
    value = roman_value(match["numeral"])
    return None if value is None else f"{match['word']} the {ordinal(value).title()}"


RULES: Final[tuple[Rewrite, ...]] = (
    rewrite(rf"\b(?P<word>{_COUNTED})\.? (?P<numeral>[IVXL]+){_END}", _counted),
    rewrite(
        rf"\b(?P<word>(?:{_HONOURS}) (?:[A-Z][a-z]+ ){{0,1}}[A-Z][a-z]+) (?P<numeral>[IVX]+){_END}",
        _numbered,
    ),
    # Without an honour a single letter may be a word ("I") or a middle initial.
    rewrite(rf"\b(?P<word>{_SOVEREIGNS}) (?P<numeral>[IVX]{{2,}}){_END}", _numbered),
)
