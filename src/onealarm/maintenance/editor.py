"""The editor: has what the coming alarms want collected shortly before their briefings are made, once for everybody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol, get_args

from onealarm.briefing.topics import Topic, TopicKind
from onealarm.pipeline.editions import Wanted
from onealarm.pipeline.newsroom import COLLECT_WITHIN, Collected

AHEAD: Final = timedelta(minutes=5)
"""What is asked for by work that begins so soon is collected now: near the wave, and not all of it on the hour."""

MOST_AT_ONCE: Final = 200
"""Topics of one run; the sources' own budgets may allow fewer."""


TOGETHER: Final = 16
"""So many are claimed together; none waits so long for its turn that its claim grows old."""


class WantedTopics(Protocol):
    """What the coming alarms want. The implementation is ``onealarm.postgres.editions``."""

    async def wanted(self, *, ahead: timedelta, limit: int, kinds: Collection[TopicKind]) -> Collection[Wanted]: ...


class Collecting(Protocol):
    """Has topics collected. The implementation is ``onealarm.pipeline.newsroom``."""

    def has(self, kind: TopicKind) -> bool: ...

    async def collect(self, topics: Collection[Topic], *, within: timedelta, wait: bool) -> Collected: ...


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of the topics of one run; ``failed`` says why, by topic."""

    wanted: tuple[Topic, ...]
    collected: tuple[Topic, ...]
    failed: dict[Topic, str]


class Editor:
    """Any number of processes may run it: each topic is collected by one of them."""

    name = "editor"
    every = timedelta(minutes=1)

    def __init__(self, wanted: WantedTopics, newsroom: Collecting) -> None:
        self._wanted = wanted
        self._newsroom = newsroom

    async def run_once(self) -> int:
        """Collect what is due; returns how many editions came of it."""
        return len((await self.edit()).collected)

    async def edit(self) -> Edited:
        """As ``run_once``, and tells what was wanted and what became of it."""
        kinds = [kind for kind in get_args(TopicKind) if self._newsroom.has(kind)]
        if not kinds:
            return Edited((), (), {})
        wanted = [one.topic for one in await self._wanted.wanted(ahead=AHEAD, limit=MOST_AT_ONCE, kinds=kinds)]
        collected: list[Topic] = []
        failed: dict[Topic, str] = {}
        for start in range(0, len(wanted), TOGETHER):
            some = wanted[start : start + TOGETHER]
            found = await self._newsroom.collect(some, within=COLLECT_WITHIN, wait=False)
            collected += found.finished
            failed |= found.failed
        return Edited(tuple(wanted), tuple(collected), failed)
