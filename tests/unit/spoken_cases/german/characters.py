"""Quotes, dashes, emoji, markup, links, and what a text may hold by mistake."""

from __future__ import annotations

from typing import Final

CASES: Final = {
    "🎉 Party": "Party",
    "https://example.com": "",
    "www.spiegel.de": "",
    "„Hallo“, sagt er": "Hallo, sagt er",
    "‚Hallo‘": "Hallo",
    "Berlin–Hamburg": "Berlin-Hamburg",
    "Müller GmbH": "Müller GmbH",
    "Rock'n'Roll": "Rock'n'Roll",
    "Wie geht's?": "Wie geht's?",
    "Was?!": "Was?",
    "Halt!!!": "Halt!",
    "so … weiter": "so, weiter",
    "Wort – Wort": "Wort, Wort",
    "Wort—Wort": "Wort, Wort",
    "(in Klammern) hier": "in Klammern, hier",
    "»Hallo«": "Hallo",
    "“Hallo”": "Hallo",
    "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 Familie": "Familie",
    "❤️": "",
    "**fett** und _kursiv_": "fett und kursiv",
    "[Link](https://x.de)": "Link",
    "<b>Fett</b> &amp; mehr": "Fett und mehr",
    "Straße": "Straße",
    "日本語": "日本語",
    "Привет": "Привет",
    "E-Mail": "E-Mail",
    "Cafe\u0301": "Café",
}
