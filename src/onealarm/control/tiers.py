"""Which briefing a job gets: the full one, unless there is too much to do and it is this user's turn."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from onealarm.control.measures import Measures
from onealarm.control.turns import is_his_turn

Tier = Literal["full", "short", "local"]


def tier_for(measures: Measures, *, short_share: float, user: UUID, on: date, is_critical: bool) -> Tier:
    """From level E3 on a share of the users gets the short one, from E4 on all; from E5 on what is critical is local.

    ``on`` is the ring's local date.
    """
    if measures.local and is_critical:
        return "local"
    if measures.all_short or (measures.shorter and is_his_turn(user, on, share=short_share)):
        return "short"
    return "full"
