"""Learning: the order and length of sections that one listener likes, from what was skipped and what was praised.

For each kind of section it keeps how much of it was heard, as a mean that forgets: a reaction counts half
after a month. Before there are reactions everybody likes everything, so that little is needed to keep a section and
much to lose one.
(An exponentially weighted mean with a prior, as for a Beta-Bernoulli rate with decay.)
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from onealarm.briefing.script import Script, Section, SectionKind

HALF_LIFE: Final = timedelta(days=30)

PRIOR_SHARE: Final = 0.9
PRIOR_WEIGHT: Final = 5.0
"""What is believed before the first reaction, and how many reactions it counts for."""

PRAISE: Final = 1.0
"""A thumb up or down counts as a whole section heard more or less."""

LEAST_SHARE: Final = 0.15
"""Below it a section is left out, and tried again now and then."""

MARGIN: Final = 0.2
"""So much more than was heard is told, so that a growing interest can be seen."""

TRIED_AGAIN_EVERY: Final = 7
"""Of the days on which a section would be left out, one tells its first sentence."""

NOTICEABLE: Final = 0.3
"""Sections change places for at least so much of a difference: an order that moves each day is worse than either."""

_FIRST: Final[frozenset[SectionKind]] = frozenset({"greeting", "date"})
_LAST: Final[frozenset[SectionKind]] = frozenset({"closing"})
_FIXED: Final = _FIRST | _LAST


@dataclass(frozen=True, slots=True)
class Reaction:
    """How one section of one briefing was taken: the ``share`` of it that was heard (0 to 1), and praise (-1, 0, 1)."""

    kind: SectionKind
    on: date
    share: float
    praise: int = 0


@dataclass(frozen=True, slots=True)
class Taste:
    """The share of each kind of section that this listener will hear as far as is known, 0 to 1; with praise more."""

    shares: Mapping[SectionKind, float]

    def share(self, kind: SectionKind) -> float:
        return self.shares.get(kind, PRIOR_SHARE)


def learn(reactions: Iterable[Reaction], *, on: date) -> Taste:
    """What ``reactions`` tell about a day; those of that day or later are not known yet."""
    heard: dict[SectionKind, float] = {}
    weights: dict[SectionKind, float] = {}
    for one in reactions:
        age = on - one.on
        if age > timedelta():
            weight = math.exp2(-age / HALF_LIFE)
            value = max(0.0, one.share + PRAISE * one.praise)
            heard[one.kind] = heard.get(one.kind, PRIOR_WEIGHT * PRIOR_SHARE) + weight * value
            weights[one.kind] = weights.get(one.kind, PRIOR_WEIGHT) + weight
    return Taste({kind: heard[kind] / weights[kind] for kind in heard})


def arrange(script: Script, taste: Taste, *, on: date) -> Script:
    """The script in the order and length that suit a taste. Greeting, date and closing stay what and where they are."""
    inner = [one for section in script.sections if section.kind not in _FIXED if (one := _cut(section, taste, on))]
    return Script(
        (
            *(section for section in script.sections if section.kind in _FIRST),
            *_ordered(inner, taste),
            *(section for section in script.sections if section.kind in _LAST),
        )
    )


def _cut(section: Section, taste: Taste, on: date) -> Section | None:
    share = taste.share(section.kind)
    if share < LEAST_SHARE:
        return Section(section.kind, section.sentences[:1]) if _is_tried(section.kind, on) else None
    told = math.ceil(min(1.0, share + MARGIN) * len(section.sentences))
    return Section(section.kind, section.sentences[:told])


def _is_tried(kind: SectionKind, on: date) -> bool:
    """Each kind on another day, the same one for everybody."""
    return (on.toordinal() + len(kind)) % TRIED_AGAIN_EVERY == 0


def _ordered(sections: Sequence[Section], taste: Taste) -> list[Section]:
    """What is liked noticeably more comes first; among equals the given order stays."""
    return sorted(sections, key=lambda section: -round((taste.share(section.kind) - PRIOR_SHARE) / NOTICEABLE))


@dataclass(frozen=True, slots=True)
class Morning:
    """What a listener was told on a day, in seconds by section, and how he took it."""

    on: date
    seconds: Mapping[SectionKind, float]
    reactions: Sequence[Reaction]


@dataclass(frozen=True, slots=True)
class Replay:
    """Seconds over a history: ``told``, of which so many were ``heard``; ``missed`` are those that would have been."""

    told: float = 0.0
    heard: float = 0.0
    missed: float = 0.0

    @property
    def wasted(self) -> float:
        """The share of what was told that nobody heard."""
        return 1 - self.heard / self.told if self.told else 0.0


def replay(history: Sequence[Morning], *, learning: bool) -> Replay:
    """What a history would have been like with or without learning, each morning told by what was known before it.

    It holds as far as somebody who skips a section skips it wherever it stands, and as the history told all in full.
    """
    total = Replay()
    known: list[Reaction] = []
    for morning in sorted(history, key=lambda one: one.on):
        taste = learn(known, on=morning.on) if learning else Taste({})
        shares = {one.kind: one.share for one in morning.reactions}
        for kind, seconds in morning.seconds.items():
            told = _told(kind, taste, morning.on) if learning else 1.0
            heard = shares.get(kind, 1.0)
            total = Replay(
                total.told + seconds * told,
                total.heard + seconds * min(told, heard),
                total.missed + seconds * max(0.0, heard - told),
            )
        known += morning.reactions
    return total


def _told(kind: SectionKind, taste: Taste, on: date) -> float:
    """The share of a section that is told."""
    if kind in _FIXED:
        return 1.0
    share = taste.share(kind)
    if share < LEAST_SHARE:
        return LEAST_SHARE if _is_tried(kind, on) else 0.0
    return min(1.0, share + MARGIN)
