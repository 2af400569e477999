"""Which briefing a job gets: the full one, unless there is too much to do and it is this user's turn."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from onealarm.control.emergency import Level
from onealarm.control.turns import is_his_turn

Tier = Literal["full", "short"]


def tier_for(*, level: Level, short_share: float, user: UUID, on: date) -> Tier:
    """From level E3 on a share of the users gets the short one, from E4 on all. ``on`` is the ring's local date."""
    if level >= Level.SHORTER:
        return "short"
    if level >= Level.SHORT and is_his_turn(user, on, share=short_share):
        return "short"
    return "full"
