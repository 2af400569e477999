"""Reactions: how a listener took the sections of a briefing."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from onealarm.api.schemas.fields import Input
from onealarm.briefing.learning import Reaction
from onealarm.briefing.script import SectionKind
from onealarm.postgres.audio import Audio


class ReactionInput(Input):
    """``share`` is how much of the section was heard, from 0 to 1; ``praise`` a thumb down (-1) or up (1)."""

    section: SectionKind
    share: Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)] = 1.0
    praise: Annotated[int, Field(strict=True, ge=-1, le=1)] = 0


class ReactionsInput(Input):
    """Each section at most once."""

    reactions: Annotated[list[ReactionInput], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _are_of_different_sections(self) -> Self:
        if len({one.section for one in self.reactions}) < len(self.reactions):
            raise ValueError("name each section once")
        return self

    def values(self, audio: Audio) -> list[Reaction]:
        """As of the briefing that they are about."""
        assert audio.ring_at is not None, "stock takes no reactions"
        return [Reaction(one.section, audio.ring_at.date(), one.share, one.praise) for one in self.reactions]
