"""Stories: what a model writes of the items of an edition, once for everybody who hears them in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from onealarm.ids import LeaseToken, WorkerId
from onealarm.pipeline.library import Charge
from onealarm.pipeline.ports import Due

StoryKind = Literal["news", "sport", "markets", "bespoke"]
"""What is told: the news of a category, one game, one quote; or all of one alarm's script."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a model may tell of, and nothing beyond: a headline, or a sentence that is true as it stands.

    Its ``id`` follows from what it says, so that equal items are one.
    """

    id: str
    text: str
    ordered: bool = False
    """Its names and numbers mean something else in another order, as those of a result do."""


@dataclass(frozen=True, slots=True)
class Story:
    """One sentence, and the ids of the items that it tells."""

    text: str
    items: tuple[str, ...]


class Stories(Protocol):
    """The implementation is ``onealarm.writers.storyteller``."""

    async def of(self, kind: StoryKind, items: Sequence[Item], *, language: str, due: Due | None) -> Sequence[Story]:
        """What can be said of them; none where there is no time, no model, or nothing that holds."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """What is kept under a key: stories that are there, or the right to write them; neither while another writes."""

    stories: tuple[Story, ...] | None = None
    token: LeaseToken | None = None


class WrittenStories(Protocol):
    """Keeps stories, and lets one worker of the fleet write each. The implementation is in ``postgres.written``."""

    async def find_or_claim(self, key: str, *, kind: str, language: str, model: str, worker: WorkerId) -> Written: ...

    async def finish(self, key: str, stories: Sequence[Story], *, token: LeaseToken, charge: Charge | None) -> bool:
        """They are there for everybody. False when the claim was lost."""
        ...

    async def abandon(self, key: str, *, token: LeaseToken) -> None:
        """They could not be written: the next one who wants them tries."""
        ...
