"""The weather that a user's client sends."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from fastapi import APIRouter

from onealarm.api.access import TheParts, TheSubject
from onealarm.api.schemas.weather import WeatherInput, WeatherView
from onealarm.errors import BadInput, NotFound

router = APIRouter(prefix="/v1/users/{user}/weather", tags=["weather"])

_AHEAD: Final = timedelta(minutes=5)
"""How far a client's clock may be fast."""


@router.put("")
async def save_weather(given: WeatherInput, subject: TheSubject, parts: TheParts) -> WeatherView:
    """Send a report; returns the newest, which is another one when this one is older."""
    now = await parts.queue.now()
    if given.updated_at is not None and given.updated_at > now + _AHEAD:
        raise BadInput("updated_at", "lies in the future", f"Give an instant up to {now.isoformat()}, or leave it out")
    await parts.people.save_weather(subject, given.weather(now=now))
    return await get_weather(subject, parts)


@router.get("")
async def get_weather(subject: TheSubject, parts: TheParts) -> WeatherView:
    """The newest report, however old."""
    weather = await parts.people.weather(subject)
    if weather is None:
        raise NotFound("weather", "no report has been sent", "Send one with PUT")
    return WeatherView.of(weather)
