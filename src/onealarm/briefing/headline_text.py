"""One plain spelling of a headline, so that rules cannot be dodged with look-alike letters and hidden characters."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_INVISIBLE: Final = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Soft hyphen, zero-width space and joiners: harmless in a title, and removed before it is judged or spoken."""

_LETTERS: Final = {
    **dict(zip("авекмнорстухіјѕԁһԛԝӏ", "abekmhopctyxijsdhqwl", strict=True)),  # Cyrillic, after case folding
    **dict(zip("αβεικνορτυχγω", "abeiknoptuxyw", strict=True)),  # Greek
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢıɡɑ", "abcdefghijklmnoprstuvwyziga", strict=True)),  # small capitals
    **{chr(0x1F150 + letter): chr(97 + letter) for letter in range(26)},  # white letters in black circles
    **{chr(0x1F170 + letter): chr(97 + letter) for letter in range(26)},  # white letters in black squares
}
_SIGNS: Final = {
    **dict.fromkeys('‘’‚‛′‵`´“”„‟″«»‹›"', "'"),
    **dict.fromkeys("‐‑‒–—―−﹣", "-"),
    **dict.fromkeys("。｡․‧", "."),
    **dict.fromkeys("∕⁄", "/"),
    "ǃ": "!",
    "ː": ":",
    "∶": ":",
}
_LOOKALIKES: Final = str.maketrans({**_LETTERS, **_SIGNS})


def visible(title: str) -> str:
    """The title without the invisible characters that are harmless."""
    return "".join(character for character in title if character not in _INVISIBLE)


def has_control(title: str) -> bool:
    """Whether it holds characters that steer a terminal or the direction of text, or that stand for nothing."""
    return any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for character in title)


def fold(title: str) -> str:
    """Lower case, plain Latin letters and digits where others look or count the same, straight single quotes, plain
    dashes, single blanks. For judging only: it is no longer what the publisher wrote."""
    plain = unicodedata.normalize("NFKC", "".join(map(_plain_number, title.translate(_LOOKALIKES))))
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if unicodedata.category(c) != "Mn")
    return " ".join("".join(map(_plain_number, bare.casefold().translate(_LOOKALIKES))).split())


def _plain_number(character: str) -> str:
    """A digit of any script as 0 to 9; a fraction, which compatibility forms would glue to its number, as a blank."""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return " " if character.isnumeric() and unicodedata.numeric(character) % 1 else character


START: Final = r"(?:^|[^\w\s]\s*|\b(?:please|kindly|now|then|just|must|should|always|simply|and)\s+)"
"""Pattern of where an order can begin: at the start, after punctuation, after a word that leads up to one."""


def any_of(*forms: str) -> re.Pattern[str]:
    """One pattern from many, each of which may be written over several lines; their indentation does not count."""
    return re.compile("|".join("".join(line.strip(" ") for line in form.split("\n")) for form in forms))
