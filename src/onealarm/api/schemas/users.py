"""Users and what they prefer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StrictBool, field_validator

from onealarm.alarms.preferences import DEFAULT_LANGUAGE, DEFAULT_VOICE, Preferences, TemperatureUnit
from onealarm.api.schemas.fields import Email, Input, Language, Line, Timezone, Voice, not_null, refusal
from onealarm.briefing.holidays import holidays_on
from onealarm.errors import BadInput
from onealarm.http.addresses import AddressGuard
from onealarm.http.urls import check_url
from onealarm.postgres.people import User
from onealarm.sources.gazetteer import Gazetteer
from onealarm.writers.naming import spoken_name

MOST_FEEDS: Final = 10
MOST_CATEGORIES: Final = 6
MOST_TEAMS: Final = 5
MOST_TICKERS: Final = 10
_TEAM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_TICKER: Final = re.compile(r"[A-Z0-9^][A-Z0-9./:&=-]{0,19}")
_ANY_DAY: Final = date(2026, 1, 1)

Name = Annotated[Line, Field(max_length=300)]
Country = Annotated[Line, Field(max_length=80, examples=["DE"])]
Subdivision = Annotated[Line, Field(max_length=80, examples=["BY"])]
Feeds = Annotated[tuple[str, ...], Field(max_length=MOST_FEEDS)]
Category = Literal["general", "business", "technology", "sports", "science", "health", "entertainment", "world"]


def _team(given: str) -> str:
    if not _TEAM.fullmatch(given):
        raise refusal(f"{given[:40]!r} is not a team's id", "Give the id of the source of sport, such as 133604")
    return given


def _ticker(given: str) -> str:
    if not _TICKER.fullmatch(given):
        raise refusal(f"{given[:40]!r} is not a symbol", "Give one in capitals, such as AAPL or SPX")
    return given


Team = Annotated[str, AfterValidator(_team), Field(examples=["133604"])]
Ticker = Annotated[str, AfterValidator(_ticker), Field(examples=["AAPL"])]


def _once(given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(given))


Categories = Annotated[tuple[Category, ...], Field(max_length=MOST_CATEGORIES), AfterValidator(_once)]
Teams = Annotated[tuple[Team, ...], Field(max_length=MOST_TEAMS), AfterValidator(_once)]
Tickers = Annotated[tuple[Ticker, ...], Field(max_length=MOST_TICKERS), AfterValidator(_once)]
CalendarUrl = Annotated[str, Field(min_length=1)]


Latitude = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]


class Place(Input):
    """Where the listener is; degrees north and east. Without both of them a town is looked up by its name."""

    name: Annotated[Line, Field(max_length=200, examples=["Cologne", "Springfield, IL"])]
    latitude: Latitude | None = None
    longitude: Longitude | None = None


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
    news_categories: Categories = ()
    teams: Teams = ()
    tickers: Tickers = ()
    calendar_url: Annotated[CalendarUrl | None, Field(repr=False)] = None
    temperature_unit: TemperatureUnit | None = None
    include_news: StrictBool = True
    include_sport: StrictBool = True
    include_markets: StrictBool = True
    include_calendar: StrictBool = True
    has_calendar: Annotated[bool | None, Field(exclude=True)] = None
    learn_from_skips: StrictBool = False
    spoken_name: Annotated[str | None, Field(exclude=True)] = None
    """Follows from the others, as ``has_calendar`` does; taken, and not looked at, so that what was read can be written
    back."""

    def preferences(self, guard: AddressGuard, *, calendar_url: str | None = None) -> Preferences:
        """``calendar_url`` is the one that is kept, and stays unless another or null is given: it is never shown.

        Raises ``BadInput``: an unknown country, an address that can never be fetched, a place without coordinates.
        """
        _check_feeds(self.feeds, guard)
        _check_calendar(self.calendar_url, guard)
        region = _region(self.country, self.subdivision)
        kept = {} if "calendar_url" in self.model_fields_set else {"calendar_url": calendar_url}
        return Preferences(**_columns(self.model_dump()) | region | kept)


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
    news_categories: Categories | None = None
    teams: Teams | None = None
    tickers: Tickers | None = None
    calendar_url: Annotated[CalendarUrl | None, Field(repr=False)] = None
    temperature_unit: TemperatureUnit | None = None
    include_news: StrictBool | None = None
    include_sport: StrictBool | None = None
    include_markets: StrictBool | None = None
    include_calendar: StrictBool | None = None
    learn_from_skips: StrictBool | None = None

    _given = field_validator(
        "timezone",
        "voice",
        "language",
        "include_weather",
        "feeds",
        "news_categories",
        "teams",
        "tickers",
        "include_news",
        "include_sport",
        "include_markets",
        "include_calendar",
        "learn_from_skips",
        mode="before",
    )(not_null)

    def changes(self, current: Preferences, guard: AddressGuard) -> dict[str, Any]:
        """The fields of ``Preferences`` to change. Country and subdivision, which must fit, change together.

        Raises as ``PreferencesInput.preferences``.
        """
        given = self.model_dump(exclude_unset=True)
        _check_feeds(given.get("feeds", ()), guard)
        _check_calendar(given.get("calendar_url"), guard)
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
    be said, so that the greeting goes without it. The calendar's address is a secret and not shown; ``has_calendar``
    says whether there is one.
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
    news_categories: tuple[str, ...]
    teams: tuple[str, ...]
    tickers: tuple[str, ...]
    has_calendar: bool
    temperature_unit: TemperatureUnit | None
    include_news: bool
    include_sport: bool
    include_markets: bool
    include_calendar: bool
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
            news_categories=preferences.news_categories,
            teams=preferences.teams,
            tickers=preferences.tickers,
            has_calendar=preferences.calendar_url is not None,
            temperature_unit=preferences.temperature_unit,
            include_news=preferences.include_news,
            include_sport=preferences.include_sport,
            include_markets=preferences.include_markets,
            include_calendar=preferences.include_calendar,
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
    snoozes: list[dict[str, Any]]
    jobs: list[dict[str, Any]]
    audio: list[dict[str, Any]]
    logs: list[dict[str, Any]]
    tokens: list[dict[str, Any]]
    feeds: list[dict[str, Any]]
    reactions: list[dict[str, Any]]
    segments: list[dict[str, Any]]
    heard: list[dict[str, Any]]


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


Located = TypeVar("Located", PreferencesInput, PreferencesChange)


async def located(given: Located, gazetteer: Gazetteer) -> Located:
    """The same, with coordinates where the place has only a name. Raises ``BadInput`` for a name that does not do."""
    place = given.place
    if place is None or place.latitude is not None or place.longitude is not None:
        return given
    found = await gazetteer.place(place.name)
    where = Place(name=found.name, latitude=found.latitude, longitude=found.longitude)
    return given.model_copy(update={"place": where})


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    """The place's three columns in the place of ``place``. Raises ``BadInput`` for one without coordinates."""
    if "place" in given:
        place = given.pop("place") or {}
        for coordinate in ("latitude", "longitude"):
            if place and place.get(coordinate) is None:
                raise BadInput(f"place.{coordinate}", "is missing", "Give it")
        given |= {"place_name": place.get("name")}
        given |= {coordinate: place.get(coordinate) for coordinate in ("latitude", "longitude")}
    return given


def _check_feeds(feeds: Iterable[str], guard: AddressGuard) -> None:
    for number, feed in enumerate(feeds):
        check_url(feed, guard=guard, field=f"feeds.{number}")


def _check_calendar(url: str | None, guard: AddressGuard) -> None:
    """Calendars also give theirs as ``webcal``, which is fetched by https."""
    if url is not None:
        secure = f"https{url[len('webcal') :]}" if url.lower().startswith("webcal://") else url
        check_url(secure, guard=guard, field="calendar_url")


def _region(country: str | None, subdivision: str | None) -> dict[str, str | None]:
    """Both columns, checked to fit."""
    holidays_on(_ANY_DAY, country=country, subdivision=subdivision)
    return {"country": None if country is None else country.upper(), "subdivision": subdivision}
