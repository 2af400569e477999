"""What each kind of edit does, as data: the test tries every edit in every state, a page of the docs shows the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final, Literal, TypeAlias

from onealarm.alarms.alarm import Alarm
from onealarm.briefing.facts import Weather
from onealarm.jobs.job import JobState
from onealarm.postgres.alarms import PostgresAlarms
from onealarm.postgres.database import Database
from onealarm.postgres.people import PostgresPeople

Effect: TypeAlias = Literal["nothing", "remake", "move", "end", "delete"]

EFFECTS: Final[Mapping[Effect, str]] = {
    "nothing": "Nothing that is heard changes, and the ring stays: finished work and work in hand are left alone.",
    "remake": "The ring stays, and something that is heard has changed: what was made is made again.",
    "move": "The alarm has another next ring: the work for the old one ends, and the new one gets a job.",
    "end": "The alarm has no next ring any more: the work ends.",
    "delete": "The alarm is gone, and its audio with it.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of the job, of its audio row (None: it is gone), and whether a new job waits, and for which ring."""

    job: JobState
    audio: str | None
    new_job: Literal["none", "same ring", "new ring"] = "none"


BEFORE: Final[Mapping[JobState, str | None]] = {
    JobState.WAITING: None,
    JobState.LEASED: "generating",
    JobState.DONE: "ready",
    JobState.DEAD: "failed",
    JobState.CANCELLED: "failed",
    JobState.EXPIRED: "failed",
}
"""The audio row that goes with each state, before the edit."""

_FINAL_STATES: Final = (JobState.DONE, JobState.DEAD, JobState.CANCELLED, JobState.EXPIRED)


def expected(effect: Effect, state: JobState) -> Outcome:
    """What an edit of this effect does to a job in this state."""
    return _TABLE[effect][state]


_TABLE: Final[Mapping[Effect, Mapping[JobState, Outcome]]] = {
    "nothing": {state: Outcome(state, audio) for state, audio in BEFORE.items()},
    "remake": {
        JobState.WAITING: Outcome(JobState.WAITING, None),
        JobState.LEASED: Outcome(JobState.CANCELLED, "generating", "same ring"),
        JobState.DONE: Outcome(JobState.DONE, "superseded", "same ring"),
        JobState.DEAD: Outcome(JobState.DEAD, "failed", "same ring"),
        JobState.CANCELLED: Outcome(JobState.CANCELLED, "failed", "same ring"),
        JobState.EXPIRED: Outcome(JobState.EXPIRED, "failed"),
    },
    "move": {
        JobState.WAITING: Outcome(JobState.CANCELLED, None, "new ring"),
        JobState.LEASED: Outcome(JobState.CANCELLED, "failed", "new ring"),
        JobState.DONE: Outcome(JobState.DONE, "superseded", "new ring"),
        JobState.DEAD: Outcome(JobState.DEAD, "failed", "new ring"),
        JobState.CANCELLED: Outcome(JobState.CANCELLED, "failed", "new ring"),
        JobState.EXPIRED: Outcome(JobState.EXPIRED, "failed"),
    },
    "end": {
        JobState.WAITING: Outcome(JobState.CANCELLED, None),
        JobState.LEASED: Outcome(JobState.CANCELLED, "failed"),
        JobState.DONE: Outcome(JobState.DONE, "superseded"),
        JobState.DEAD: Outcome(JobState.DEAD, "failed"),
        JobState.CANCELLED: Outcome(JobState.CANCELLED, "failed"),
        JobState.EXPIRED: Outcome(JobState.EXPIRED, "failed"),
    },
    "delete": {
        JobState.WAITING: Outcome(JobState.CANCELLED, None),
        JobState.LEASED: Outcome(JobState.CANCELLED, None),
        **{state: Outcome(state, None) for state in _FINAL_STATES},
    },
}

Act: TypeAlias = Callable[[Database, Alarm], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Edit:
    """A kind of edit: what is done, in words and in deed. ``fixed`` needs an alarm that does not follow its user."""

    words: str
    effect: Effect
    act: Act
    fixed: bool = False


def _alarm(**changes: Any) -> Act:
    async def act(database: Database, alarm: Alarm) -> None:
        await PostgresAlarms(database).change(alarm.id, user_id=alarm.user_id, changes=changes)

    return act


def _preferences(**changes: Any) -> Act:
    async def act(database: Database, alarm: Alarm) -> None:
        await PostgresPeople(database).change_preferences(alarm.user_id, changes)

    return act


def _sql(statement: str) -> Act:
    async def act(database: Database, alarm: Alarm) -> None:
        await database.fetch(statement, alarm.user_id)

    return act


async def _skip(database: Database, alarm: Alarm) -> None:
    await PostgresAlarms(database).skip_next(alarm.id, user_id=None)


async def _delete(database: Database, alarm: Alarm) -> None:
    await PostgresAlarms(database).delete(alarm.id, user_id=None)


async def _report(database: Database, alarm: Alarm) -> None:
    now = await database.value("select onealarm.now()")
    await PostgresPeople(database).save_weather(alarm.user_id, Weather(updated_at=now, current_temp=3))


async def _save_as_it_is(database: Database, alarm: Alarm) -> None:
    people = PostgresPeople(database)
    await people.save_preferences(alarm.user_id, (await people.find(alarm.user_id)).preferences)
    same = {"time": alarm.time, "days": alarm.days, "timezone": alarm.timezone, "label": alarm.label}
    await PostgresAlarms(database).change(alarm.id, user_id=None, changes=same)


TODAY: Final = date(2026, 11, 24)
"""The date of the occurrence that is edited; its ring is at 12:50 UTC."""

EDITS: Final = (
    Edit("Another time", "move", _alarm(time=time(12, 55))),
    Edit("Days without today", "move", _alarm(days=(1, 3))),
    Edit("Days with today", "nothing", _alarm(days=(1, 2, 3))),
    Edit("A date in the place of days", "move", _alarm(date=TODAY + timedelta(days=9))),
    Edit("Another zone", "move", _alarm(timezone="Asia/Tokyo")),
    Edit("Another zone, of an alarm that stays in its own", "move", _alarm(timezone="Asia/Tokyo"), fixed=True),
    Edit("Stay in the zone (`zone_mode` fixed)", "nothing", _alarm(zone_mode="fixed")),
    Edit("The user moves to another zone", "move", _preferences(timezone="America/New_York")),
    Edit("The user moves, and the alarm stays", "nothing", _preferences(timezone="America/New_York"), fixed=True),
    Edit("Skip the next ring", "move", _skip),
    Edit("Skip another date", "nothing", _alarm(skip_dates=(TODAY + timedelta(days=3),))),
    Edit("A pause over today", "move", _alarm(pause=(TODAY, TODAY + timedelta(days=7)))),
    Edit("A pause later on", "nothing", _alarm(pause=(TODAY + timedelta(days=2), TODAY + timedelta(days=7)))),
    Edit("Skip public holidays, of which today is none", "nothing", _alarm(skip_holidays=True)),
    Edit("How it is snoozed", "nothing", _alarm(snooze_minutes=5, snooze_limit=1)),
    Edit("Another label", "remake", _alarm(label="Gym")),
    Edit("Turned off", "end", _alarm(active=False)),
    Edit("Deleted", "delete", _delete),
    Edit("Another name", "remake", _preferences(name="Ada")),
    Edit("Another voice", "remake", _preferences(voice="nova")),
    Edit("Another language", "remake", _sql("update user_preferences set language = 'de' where user_id = $1")),
    Edit("Another place", "remake", _preferences(place_name="Oslo", latitude=59.91, longitude=10.75)),
    Edit("Another country or part of it", "remake", _preferences(country="NO", subdivision=None)),
    Edit("Weather wanted or not", "remake", _preferences(include_weather=False)),
    Edit("Other feeds", "remake", _preferences(feeds=("https://news.example/feed",))),
    Edit(
        "Other categories of news, teams or symbols",
        "remake",
        _preferences(news_categories=("world",), teams=("133604",), tickers=("AAPL",)),
    ),
    Edit("Another calendar", "remake", _preferences(calendar_url="https://calendar.example/a.ics")),
    Edit("Learning from skips, or not", "remake", _preferences(learn_from_skips=True)),
    Edit("Degrees in another unit", "remake", _preferences(temperature_unit="F")),
    Edit("Sport wanted or not", "remake", _preferences(include_sport=False)),
    Edit("Preferences deleted", "remake", _sql("delete from user_preferences where user_id = $1")),
    Edit("Another e-mail address", "nothing", _sql("update users set email = 'a@b.example' where id = $1")),
    Edit("Everything saved again as it is", "nothing", _save_as_it_is),
    Edit("A weather report", "nothing", _report),
)
