"""From a feed's bytes to text that is safe to parse: decoded, without a prologue, of a known root, without entities."""

from __future__ import annotations

import codecs
import re
from typing import Final

LONGEST_FEED: Final = 2 * 1024 * 1024
"""Bytes."""

_MOST_MARKUP: Final = 100_000
"""Markup characters; the parser keeps about 1 kB for each tag of a hostile document."""

_ENCODINGS: Final = frozenset(
    {
        *(f"iso8859-{part}" for part in range(2, 17)),
        *(f"cp{page}" for page in (874, 932, 949, *range(1250, 1259))),
        *("koi8-r", "koi8-u", "mac-roman", "big5", "euc_jp", "euc_kr", "shift_jis"),
        *("gb2312", "gbk", "gb18030"),
    }
)
"""Encodings that a document may declare. Python knows others that would hide markup (UTF-7, unicode_escape)."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
_DECLARATION: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding=[\"']([\w.:-]{1,40})[\"']")
_ROOT: Final = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_ROOTS: Final = frozenset({"rss", "feed", "rdf"})


class NotAFeedError(ValueError):
    """The bytes are no feed, or none that may be parsed; the message says why."""


def prepare(body: bytes, *, charset: str | None) -> str:
    """The document from its root element on; ``charset`` is what the transport declared.

    Entity declarations are refused wherever they stand, so there is nothing to expand, and the document's own
    declaration and DOCTYPE are dropped with everything else before the root. Raises ``NotAFeedError``.
    """
    if len(body) > LONGEST_FEED:
        raise NotAFeedError(f"larger than {LONGEST_FEED} bytes")
    text = _decode(body, charset)
    if "<!ENTITY" in text.upper():
        raise NotAFeedError("declares entities")
    if text.count("<") > _MOST_MARKUP:
        raise NotAFeedError("has more markup than any feed needs")
    return text[_root_of(text) :]


def _root_of(text: str) -> int:
    """Where the root element begins, after declaration, DOCTYPE and comments (which may hold anything)."""
    position = text.find("<")
    while position >= 0 and text.startswith(("<!", "<?"), position):
        end = "-->" if text.startswith("<!--", position) else ">"
        closed = text.find(end, position)
        position = text.find("<", closed) if closed >= 0 else -1
    root = _ROOT.match(text, position) if position >= 0 else None
    if root is None or root[1].lower() not in _ROOTS:
        raise NotAFeedError("neither RSS nor Atom")
    return position


def _decode(body: bytes, charset: str | None) -> str:
    """By its mark; else UTF-8 if it is valid, since nothing else looks like it; else as declared; else as Windows-1252,
    which is how ISO-8859-1 is written in practice."""
    for mark, marked in _MARKS:
        if body.startswith(mark):
            return body.decode(marked, errors="replace").removeprefix("\ufeff")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass  # declared wrongly or in another encoding
    declared = _DECLARATION.match(body.lstrip()[:300])
    for name in (charset, declared[1].decode("ascii") if declared else None):
        encoding = _permitted(name)
        if encoding is not None:
            return body.decode(encoding, errors="replace")
    return body.decode("cp1252", errors="replace")


def _permitted(name: str | None) -> str | None:
    try:
        found = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return None
    return found if found in _ENCODINGS else None
