"""Users, their preferences, the weather their clients send, and the tokens that prove who is calling."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

import asyncpg

from onealarm.alarms.preferences import Preferences
from onealarm.briefing.facts import Weather
from onealarm.errors import BadInput, NotFound
from onealarm.ids import SegmentKey, UserId
from onealarm.postgres.database import Database
from onealarm.postgres.refusals import refusals
from onealarm.postgres.statements import statements

_SQL = statements("people")

_PREFERENCES: Final = tuple(field.name for field in fields(Preferences))


@dataclass(frozen=True, slots=True)
class User:
    id: UserId
    email: str | None
    created_at: datetime
    preferences: Preferences


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a token belongs to: a user, or an operator."""

    user_id: UserId | None

    @property
    def is_operator(self) -> bool:
        return self.user_id is None


class PostgresPeople:
    """Users and what belongs to them alone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, preferences: Preferences, *, email: str | None = None) -> User:
        """Raises ``BadInput`` with the field."""
        with refusals():
            user_id = await self._database.value(_SQL["insert_user"], email, *_columns(preferences))
        return await self.find(UserId(user_id))

    async def save_preferences(self, user_id: UserId, preferences: Preferences) -> User:
        """Replace a user's preferences whole. Raises ``BadInput`` with the field, and ``NotFound``."""
        return await self.change_preferences(user_id, {name: getattr(preferences, name) for name in _PREFERENCES})

    async def change_preferences(self, user_id: UserId, changes: Mapping[str, Any]) -> User:
        """Change the named fields of ``Preferences`` only; a country comes with its subdivision, a place whole.

        Raises ``BadInput`` with the field, and ``NotFound``.
        """
        values = _columns(Preferences(**{"timezone": None, **changes}))  # without a zone the statement finds one
        with refusals():
            await self._database.fetch(_SQL["save_preferences"], user_id, list(changes), *values)
        return await self.find(user_id)

    async def find(self, user_id: UserId) -> User:
        """A user; where he has no preferences they are the defaults. Raises ``NotFound``."""
        row = await self._database.row(_SQL["find_user"], user_id)
        if row is None:
            raise _unknown(user_id)
        return _user(row)

    async def delete(self, user_id: UserId) -> list[SegmentKey]:
        """Delete the user and all rows that are his. Raises ``NotFound``.

        Returns the personal segments that were his; those that are nobody's now are still to be dropped.
        """
        async with self._database.connection() as connection, connection.transaction():
            await connection.execute(_SQL["lock_preferences_of_user"], user_id)
            await connection.execute(_SQL["delete_alarms_of_user"], user_id)
            if await connection.fetchval(_SQL["lock_user"], user_id) is None:
                raise _unknown(user_id)
            owned = await connection.fetch(_SQL["list_segments_of_user"], user_id)
            await connection.execute(_SQL["delete_user"], user_id)
        return [SegmentKey(row["key"]) for row in owned]

    async def list(self, *, limit: int = 1000) -> list[User]:
        """The users as ``find`` tells them, oldest first."""
        return [_user(row) for row in await self._database.fetch(_SQL["list_users"], limit)]

    async def create_token(self, user_id: UserId | None) -> str:
        """A new bearer token of a user, or of an operator (None); only its hash is kept. Raises ``NotFound``."""
        token = f"oa_{secrets.token_urlsafe(32)}"
        try:
            await self._database.fetch(_SQL["insert_token"], _digest(token), user_id)
        except asyncpg.ForeignKeyViolationError as error:
            assert user_id is not None, "only a user's token refers to a user"
            raise _unknown(user_id) from error
        return token

    async def revoke_token(self, token: str) -> None:
        """Make the token nobody's. Raises ``NotFound``."""
        if await self._database.value(_SQL["delete_token"], _digest(token)) is None:
            raise NotFound("token", "it is nobody's", "Give one whole, as it was shown, or revoke all of a user's")

    async def revoke_tokens(self, user_id: UserId | None) -> int:
        """Make all tokens of a user, or of the operators (None), nobody's; returns how many. Raises ``NotFound``."""
        row = await self._database.row(_SQL["delete_tokens"], user_id)
        assert row is not None, "it counts, so there is one row"
        if user_id is not None and not row["exists"]:
            raise _unknown(user_id)
        return int(row["revoked"])

    async def caller(self, token: str) -> Caller | None:
        """Who the token belongs to; None when it is nobody's."""
        row = await self._database.row(_SQL["find_token"], _digest(token))
        return None if row is None else Caller(row["user_id"])

    async def save_weather(self, user_id: UserId, weather: Weather) -> None:
        """Keep the newest report. Raises ``BadInput`` with the field, and ``NotFound``."""
        try:
            with refusals():
                await self._database.fetch(
                    _SQL["save_weather"],
                    user_id,
                    weather.location,
                    weather.current_temp,
                    weather.high_temp,
                    weather.low_temp,
                    weather.unit,
                    weather.condition,
                    weather.sunrise_time,
                    weather.sunset_time,
                    weather.updated_at,
                )
        except BadInput as error:
            if isinstance(error.__cause__, asyncpg.ForeignKeyViolationError):
                raise _unknown(user_id) from error
            raise

    async def weather(self, user_id: UserId) -> Weather | None:
        """The newest report, however old."""
        row = await self._database.row(_SQL["find_weather"], user_id)
        if row is None:
            return None
        return Weather(**{name: value for name, value in row.items() if name != "user_id"})


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _unknown(user_id: UserId) -> NotFound:
    return NotFound("user", f"{user_id} does not exist", "List the users to see their ids")


def _columns(preferences: Preferences) -> Sequence[object]:
    return (
        preferences.name,
        preferences.voice,
        preferences.language,
        preferences.timezone,
        preferences.place_name,
        preferences.latitude,
        preferences.longitude,
        preferences.country,
        preferences.subdivision,
        preferences.include_weather,
        list(preferences.feeds),
        list(preferences.news_categories),
        list(preferences.teams),
        list(preferences.tickers),
        preferences.calendar_url,
        preferences.temperature_unit,
        preferences.include_news,
        preferences.include_sport,
        preferences.include_markets,
        preferences.include_calendar,
        preferences.learn_from_skips,
    )


def _user(row: asyncpg.Record) -> User:
    return User(id=UserId(row["id"]), email=row["email"], created_at=row["created_at"], preferences=_preferences(row))


def _preferences(row: asyncpg.Record) -> Preferences:
    if row["user_id"] is None:
        return Preferences(timezone=row["likely_timezone"])
    return Preferences(
        name=row["preferred_name"],
        voice=row["tts_voice"],
        language=row["language"],
        timezone=row["timezone"],
        place_name=row["place_name"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        country=row["country"],
        subdivision=row["subdivision"],
        include_weather=row["include_weather"],
        feeds=tuple(row["feeds"]),
        news_categories=tuple(row["news_categories"]),
        teams=tuple(row["teams"]),
        tickers=tuple(row["tickers"]),
        calendar_url=row["calendar_url"],
        temperature_unit=row["temperature_unit"],
        include_news=row["include_news"],
        include_sport=row["include_sport"],
        include_markets=row["include_markets"],
        include_calendar=row["include_calendar"],
        learn_from_skips=row["learn_from_skips"],
    )
