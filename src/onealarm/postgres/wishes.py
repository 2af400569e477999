"""Reads what a job's alarm and its user ask for."""

from __future__ import annotations

import asyncpg

from onealarm.alarms.next_ring import wall_time_of
from onealarm.briefing.facts import Listener, Place, Weather
from onealarm.errors import Permanent
from onealarm.jobs.job import Job
from onealarm.pipeline.gather import Wish
from onealarm.postgres.database import Database
from onealarm.postgres.reactions import PostgresReactions
from onealarm.postgres.statements import statements

_SQL = statements("wishes")


class PostgresWishes:
    """Implements ``onealarm.pipeline.gather.Wishes``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reactions = PostgresReactions(database)

    async def load(self, job: Job) -> Wish:
        row = await self._database.row(_SQL["load_wish"], job.alarm_id, job.ring_at)
        if row is None:
            raise Permanent("the alarm is gone, or no longer has this ring")
        return Wish(
            version=(row["alarm_version"], row["preferences_version"]),
            ring_at=wall_time_of(job.ring_at, row["timezone"]),
            label=row["label"],
            listener=_listener(row),
            weather=_weather(row) if row["has_weather"] else None,
            user_id=job.user_id,
            reactions=await self._reactions.of_user(job.user_id) if row["learn_from_skips"] else None,
        )


def _listener(row: asyncpg.Record) -> Listener:
    place = None
    if row["place_name"] is not None:
        place = Place(row["place_name"], row["latitude"], row["longitude"])
    return Listener(
        name=row["preferred_name"],
        voice=row["tts_voice"],
        language=row["language"],
        place=place,
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
    )


def _weather(row: asyncpg.Record) -> Weather:
    return Weather(
        updated_at=row["updated_at"],
        location=row["location"],
        current_temp=row["current_temp"],
        high_temp=row["high_temp"],
        low_temp=row["low_temp"],
        unit=row["unit"],
        condition=row["condition"],
        sunrise_time=row["sunrise_time"],
        sunset_time=row["sunset_time"],
    )
