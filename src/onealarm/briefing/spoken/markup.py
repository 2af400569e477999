"""What is meant for a screen and not for the ear: tags, Markdown, links, addresses."""

from __future__ import annotations

import html
import re
from typing import Final

_TOP_DOMAINS = "com|org|net|edu|gov|info|io|co|uk|de|fr|eu|us|ca|au|me|tv|ly|gl|app|dev|news"

_REMOVALS: Final = (
    # An image or link of Markdown leaves its words.
    (re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)"), r" \1 "),
    (re.compile(r"</?[A-Za-z!][^<>]*>"), " "),
    (re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), " "),
    (re.compile(r"(?i)\b(?:https?|ftp|file)://[^\s<>\"]*|\bwww\.[^\s<>\"]+|\bmailto:\S*"), " "),
    # A bare domain is a name ("Amazon.com"); with a path it is an address.
    (re.compile(rf"(?i)(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:{_TOP_DOMAINS})/[^\s<>\"]*"), " "),
    # Headings, quotations and bullets at the start of a line.
    (re.compile(r"(?m)^[ \t]*(?:#{1,6}[ \t]+|>[ \t]+|[*•‣◦][ \t]+|-[ \t]+(?=\D))"), " "),
    (re.compile(r"[*`~]{2,}|`|(?<!\w)[*_]+|[*_]+(?!\w)"), " "),
)


def without_markup(text: str) -> str:
    """``text`` with entities resolved and everything that only a screen can show removed."""
    for _ in range(2):  # feeds are often escaped twice
        text = html.unescape(text)
    for pattern, replacement in _REMOVALS:
        text = pattern.sub(replacement, text)
    return text
