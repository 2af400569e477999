"""Words and links out of what publishers send: without markup, bounded."""

from __future__ import annotations

import html
import re
import textwrap
from typing import Final

LONGEST_LINK: Final = 2_000
"""Characters."""

_LONGEST_RAW: Final = 5_000
_BREAKING_TAG: Final = re.compile(r"</?(?:br|p|div|li|h[1-6]|td|tr)\b[^<>]*>", re.IGNORECASE)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG: Final = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)


def plain_text(raw: object, *, longest: int) -> str | None:
    """Tags removed, entities decoded, blanks folded, cut at a word; None when nothing can be read.

    ``longest`` is in characters.
    """
    if not isinstance(raw, str):
        return None
    plain = html.unescape(_strip_tags(raw[:_LONGEST_RAW]))
    text = textwrap.shorten(_strip_tags(plain), width=longest, placeholder="…", break_on_hyphens=False)
    return text if any(character.isalnum() for character in text) else None


def web_link(raw: object) -> str | None:
    """An http or https address of at most ``LONGEST_LINK`` characters, or None."""
    if not isinstance(raw, str) or len(raw) > LONGEST_LINK or not raw.startswith(("http://", "https://")):
        return None
    return raw


def _strip_tags(text: str) -> str:
    return _TAG.sub("", _BREAKING_TAG.sub(" ", _COMMENT.sub("", text)))
