"""The weather that a user's client sends."""

from __future__ import annotations

from fastapi import APIRouter

from onealarm.api.access import TheParts, TheSubject
from onealarm.api.json_input import StrictRoute
from onealarm.api.schemas.weather import WeatherInput, WeatherView
from onealarm.errors import NotFound

router = APIRouter(prefix="/v1/users/{user}/weather", tags=["weather"], route_class=StrictRoute)


@router.put("")
async def save_weather(given: WeatherInput, subject: TheSubject, parts: TheParts) -> WeatherView:
    """Send a report; returns the newest, which is another one when this one is older."""
    await parts.people.save_weather(subject, given.weather(now=await parts.queue.now()))
    return await get_weather(subject, parts)


@router.get("")
async def get_weather(subject: TheSubject, parts: TheParts) -> WeatherView:
    """The newest report, however old."""
    weather = await parts.people.weather(subject)
    if weather is None:
        raise NotFound("weather", "no report has been sent", "Send one with PUT")
    return WeatherView.of(weather)
