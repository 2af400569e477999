"""Stories: what a model writes of an edition's headlines, once for everybody who hears them in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from onealarm.briefing.facts import Edition
from onealarm.ids import LeaseToken, WorkerId
from onealarm.pipeline.library import Charge
from onealarm.pipeline.ports import Due


@dataclass(frozen=True, slots=True)
class Story:
    """One sentence, and the ids of the headlines that it tells."""

    text: str
    headlines: tuple[str, ...]


class Stories(Protocol):
    """The implementation is ``onealarm.writers.storyteller``."""

    async def of(self, edition: Edition, *, language: str, due: Due | None) -> Sequence[Story]:
        """What can be said of it; none where there is no time, no model, or nothing that holds."""
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
