"""Users and what they prefer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import BaseModel, Field, StrictBool, field_validator

from onealarm.alarms.preferences import DEFAULT_LANGUAGE, DEFAULT_VOICE, Preferences
from onealarm.api.schemas.fields import Email, Input, Language, Line, Timezone, Voice, not_null
from onealarm.briefing.holidays import holidays_on
from onealarm.http.addresses import AddressGuard
from onealarm.http.urls import check_url
from onealarm.postgres.people import User
from onealarm.writers.naming import spoken_name

MOST_FEEDS: Final = 10
_ANY_DAY: Final = date(2026, 1, 1)

Name = Annotated[Line, Field(max_length=300)]
Country = Annotated[Line, Field(max_length=80, examples=["DE"])]
Subdivision = Annotated[Line, Field(max_length=80, examples=["BY"])]
Feeds = Annotated[tuple[str, ...], Field(max_length=MOST_FEEDS)]


class Place(Input):
    """Where the listener is; degrees north and east."""

    name: Annotated[Line, Field(max_length=200)]
    latitude: Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]


class PreferencesInput(Input):
    """All that a user prefers. What is left out is set to its default."""

    timezone: Timezone
    name: Name | None = None
    voice: Voice = DEFAULT_VOICE
    language: Language = DEFAULT_LANGUAGE
    place: Place | None = None
    country: Country | None = None
    subdivision: Subdivision | None = None
    include_weather: StrictBool = True
    feeds: Feeds = ()
    learn_from_skips: StrictBool = False
    spoken_name: Annotated[str | None, Field(exclude=True)] = None
    """Follows from the others; taken, and not looked at, so that what was read can be written back."""

    def preferences(self, guard: AddressGuard) -> Preferences:
        """Raises ``BadInput`` for an unknown country and for a feed that can never be fetched."""
        _check_feeds(self.feeds, guard)
        region = _region(self.country, self.subdivision)
        return Preferences(**_columns(self.model_dump()) | region)


class PreferencesChange(Input):
    """The preferences to change; the others stay. Null empties one that may be empty."""

    timezone: Timezone | None = None
    name: Name | None = None
    voice: Voice | None = None
    language: Language | None = None
    place: Place | None = None
    country: Country | None = None
    subdivision: Subdivision | None = None
    include_weather: StrictBool | None = None
    feeds: Feeds | None = None
    learn_from_skips: StrictBool | None = None

    _given = field_validator(
        "timezone", "voice", "language", "include_weather", "feeds", "learn_from_skips", mode="before"
    )(not_null)

    def changes(self, current: Preferences, guard: AddressGuard) -> dict[str, Any]:
        """The fields of ``Preferences`` to change. Country and subdivision, which must fit, change together.

        Raises as ``PreferencesInput.preferences``.
        """
        given = self.model_dump(exclude_unset=True)
        _check_feeds(given.get("feeds", ()), guard)
        if given.keys() & {"country", "subdivision"}:
            given |= _region(given.get("country", current.country), given.get("subdivision", current.subdivision))
        return _columns(given)


class UserInput(Input):
    """A user to create."""

    email: Email | None = None
    preferences: PreferencesInput


class PlaceView(BaseModel):
    name: str
    latitude: float
    longitude: float


class PreferencesView(BaseModel):
    """What a user prefers.

    ``spoken_name`` follows from name and language: how the voice says the name, null where there is none or it cannot
    be said, so that the greeting goes without it.
    """

    timezone: str
    name: str | None
    spoken_name: str | None
    voice: str
    language: str
    place: PlaceView | None
    country: str | None
    subdivision: str | None
    include_weather: bool
    feeds: tuple[str, ...]
    learn_from_skips: bool

    @classmethod
    def of(cls, preferences: Preferences) -> Self:
        place = None
        if preferences.place_name is not None:
            assert preferences.latitude is not None, "a place is stored whole"
            assert preferences.longitude is not None, "a place is stored whole"
            place = PlaceView(
                name=preferences.place_name, latitude=preferences.latitude, longitude=preferences.longitude
            )
        return cls(
            timezone=preferences.timezone,
            name=preferences.name,
            spoken_name=spoken_name(preferences.name, language=preferences.language),
            voice=preferences.voice,
            language=preferences.language,
            place=place,
            country=preferences.country,
            subdivision=preferences.subdivision,
            include_weather=preferences.include_weather,
            feeds=preferences.feeds,
            learn_from_skips=preferences.learn_from_skips,
        )


class UserView(BaseModel):
    """A user."""

    id: UUID
    email: str | None
    created_at: datetime
    preferences: PreferencesView

    @classmethod
    def of(cls, user: User, **more: Any) -> Self:
        return cls(
            id=user.id,
            email=user.email,
            created_at=user.created_at,
            preferences=PreferencesView.of(user.preferences),
            **more,
        )


class NewUserView(UserView):
    """A user who was just created, with the token that proves who is calling. It is shown this once."""

    token: str


class UsersView(BaseModel):
    """The oldest first, at most 1000."""

    users: list[UserView]


class ExportView(BaseModel):
    """All that is kept about a user. Each row has the names of its table's columns; audio also its ``transcript``."""

    user: dict[str, Any]
    preferences: dict[str, Any] | None
    weather: dict[str, Any] | None
    alarms: list[dict[str, Any]]
    jobs: list[dict[str, Any]]
    audio: list[dict[str, Any]]
    logs: list[dict[str, Any]]
    tokens: list[dict[str, Any]]
    reactions: list[dict[str, Any]]
    segments: list[dict[str, Any]]


class TokenView(BaseModel):
    """A new bearer token. It is shown this once."""

    token: str


class Member(BaseModel):
    """Somebody whose alarms the caller may see, and how he is called."""

    user_id: UUID
    name: str | None


class HouseholdView(BaseModel):
    """Everybody whose alarms the caller may see, at most 1000."""

    members: list[Member]


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    """The place's three columns in the place of ``place``."""
    if "place" in given:
        place = given.pop("place") or {"name": None, "latitude": None, "longitude": None}
        given |= {"place_name": place["name"], "latitude": place["latitude"], "longitude": place["longitude"]}
    return given


def _check_feeds(feeds: Iterable[str], guard: AddressGuard) -> None:
    for number, feed in enumerate(feeds):
        check_url(feed, guard=guard, field=f"feeds.{number}")


def _region(country: str | None, subdivision: str | None) -> dict[str, str | None]:
    """Both columns, checked to fit."""
    holidays_on(_ANY_DAY, country=country, subdivision=subdivision)
    return {"country": None if country is None else country.upper(), "subdivision": subdivision}
