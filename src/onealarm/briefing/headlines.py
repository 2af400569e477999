"""Which headlines are spoken: those that are news, each story once, the newest first, every publisher in turn."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal

from onealarm.briefing.facts import Headline
from onealarm.briefing.headline_contacts import has_link, has_phone_number
from onealarm.briefing.headline_german import addresses_listener_in_german, addresses_machine_in_german
from onealarm.briefing.headline_listener import addresses_listener
from onealarm.briefing.headline_machine import addresses_machine
from onealarm.briefing.headline_text import fold, has_control, visible

Reason = Literal["control characters", "addresses a machine", "link", "phone number", "addresses the listener"]

_RULES: Final[tuple[tuple[Reason, Callable[[str], bool]], ...]] = (
    ("addresses a machine", addresses_machine),
    ("link", has_link),
    ("phone number", has_phone_number),
    ("addresses the listener", addresses_listener),
    ("addresses a machine", addresses_machine_in_german),
    ("addresses the listener", addresses_listener_in_german),
)

_UNDATED: Final = datetime.min.replace(tzinfo=UTC)
_WORD: Final = re.compile(r"\d+(?:[.,:-]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?")
_SUFFIX: Final = re.compile(r"(?:'s|ings?|ed|es|s|e)$")
_UNTELLING: Final = frozenset(
    """
    a about after again all amid an and are as at be been before but by can could did do for from had has have he her
    his how in into is it its just live may more new no not now of off on or out over per say says she so than that
    the their them then they this to up update was we were what when where which who why will with would you
    breaking video watch analysis opinion exclusive
    """.split()  # noqa: SIM905 - words read better than a list of strings
)
"""Words that tell nothing of the story."""


@dataclass(frozen=True, slots=True)
class Screened:
    """``kept`` in the order given; ``dropped`` counts the others by reason."""

    kept: tuple[Headline, ...]
    dropped: Mapping[Reason, int]


def screen(headlines: Iterable[Headline]) -> Screened:
    """Leave out what speaks to a machine or to the listener, or carries a way to be reached.

    Headlines are untrusted, and publishers' names with them, though many are called by a domain. What is kept has lost
    its invisible characters.
    """
    kept = []
    dropped: Counter[Reason] = Counter()
    for headline in headlines:
        shown = replace(headline, title=visible(headline.title), publisher=visible(headline.publisher))
        reason = objection(shown.title) or objection(shown.publisher, links_allowed=True)
        if reason is None:
            kept.append(shown)
        else:
            dropped[reason] += 1
    return Screened(kept=tuple(kept), dropped=dict(dropped))


def objection(text: str, *, links_allowed: bool = False) -> Reason | None:
    """Why a title must not be spoken; None when it may be."""
    shown = visible(text)
    if has_control(shown):
        return "control characters"
    folded = fold(shown)
    reasons = (reason for reason, applies in _RULES if applies(folded))
    return next((reason for reason in reasons if not (links_allowed and reason == "link")), None)


def deduplicate(headlines: Iterable[Headline]) -> tuple[Headline, ...]:
    """Each story once, told by its newest headline; the newest first, whatever the order given.

    Two titles tell one story when their telling words largely agree (as sets, so order and repetition do not count) and
    their numbers do not contradict each other.
    """
    kept: list[tuple[Headline, frozenset[str]]] = []
    for headline in sorted(headlines, key=_newest_first):
        words = telling_words(headline.title)
        if not any(same_story(words, others) for _, others in kept):
            kept.append((headline, words))
    return tuple(headline for headline, _ in kept)


def pick(headlines: Sequence[Headline], limit: int) -> tuple[Headline, ...]:
    """At most ``limit``, taken from the publishers in turn so that none drowns the others; the newest first."""
    ordered = sorted(headlines, key=_newest_first)
    seen: defaultdict[str, int] = defaultdict(int)
    turns = []
    for headline in ordered:
        turns.append(seen[headline.publisher])
        seen[headline.publisher] += 1
    in_turn = sorted(range(len(ordered)), key=lambda index: (turns[index], index))
    return tuple(ordered[index] for index in sorted(in_turn[: max(limit, 0)]))


def _newest_first(headline: Headline) -> tuple[float, str, str, str]:
    published = headline.published_at or _UNDATED
    return (-published.timestamp(), headline.publisher, headline.title, headline.url or "")


def telling_words(title: str) -> frozenset[str]:
    """What of a title tells its story; never empty."""
    words = _WORD.findall(fold(title))
    telling = {_stem(word) for word in words if word not in _UNTELLING}
    return frozenset(telling or words or [title])


def _stem(word: str) -> str:
    """The word without a common ending: enough to see that "kills" and "killed" are one."""
    return word if word[0].isdigit() or len(word) <= 3 else _SUFFIX.sub("", word)


def same_story(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two titles, as their telling words, tell one story."""
    if one == other:
        return True
    if _numbers(one) and _numbers(other) and _numbers(one).isdisjoint(_numbers(other)):
        return False
    shared = len(one & other)
    return shared >= 0.5 * len(one | other) or (shared >= 4 and shared >= 0.7 * min(len(one), len(other)))


def _numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if word[0].isdigit())
