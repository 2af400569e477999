"""A rule of a normaliser: a pattern, and the words for what it finds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

Rewrite: TypeAlias = Callable[[str], str]
Words: TypeAlias = Callable[[re.Match[str]], str | None]


def rewrite(pattern: str, words: Words | str) -> Rewrite:
    """Replace what ``pattern`` finds by ``words``, kept apart from the letters around it.

    Words that are None leave the text as it is.
    """
    compiled = re.compile(pattern)

    def replaced(match: re.Match[str]) -> str:
        said = words if isinstance(words, str) else words(match)
        return match.group() if said is None else _apart(match, said)

    return lambda text: compiled.sub(replaced, text)


def _apart(match: re.Match[str], said: str) -> str:
    before = match.string[match.start() - 1 : match.start()] if match.start() else ""
    after = match.string[match.end() : match.end() + 1]
    return (
        (" " if before.isalnum() and said[:1].isalnum() else "")
        + said
        + (" " if after.isalnum() and said[-1:].isalnum() else "")
    )


def full_stop(match: re.Match[str]) -> str:
    """A full stop where the dot of an abbreviation was also the end of the text."""
    return "." if match.group().endswith(".") and not match.string[match.end() :].strip() else ""
