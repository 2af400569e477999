"""Whose alarms the caller may see."""

from __future__ import annotations

from fastapi import APIRouter

from onealarm.api.access import TheParts, TheReader
from onealarm.api.schemas.users import HouseholdView, Member

router = APIRouter(prefix="/v1/household", tags=["users"])


@router.get("")
async def get_household(reading: TheReader, parts: TheParts) -> HouseholdView:
    """Everybody whose alarms the caller may see, by name: himself, or for an operator and the page all."""
    if reading.user_id is None:
        users = await parts.people.list()
    else:
        users = [await parts.people.find(reading.user_id)]
    return HouseholdView(members=[Member(user_id=user.id, name=user.preferences.name) for user in users])
