"""Editions in PostgreSQL: single flight for the whole fleet through one row per topic."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, get_args

import asyncpg
from pydantic import TypeAdapter

from onealarm.briefing.facts import Credit, Game, Headline, Quote, Weather
from onealarm.briefing.topics import FIRST_PAUSE, LONGEST_PAUSE, SHORTEST_PAUSE, USABLE_FOR, Item, Topic, TopicKind
from onealarm.ids import LeaseToken, WorkerId
from onealarm.pipeline.editions import Content, Look, Wanted
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

KEPT_FOR: Final = timedelta(days=7)
"""How long editions are kept."""

MOST_JOBS: Final = 100_000
"""So many of the next jobs are looked at for what they want."""

_SQL = statements("editions")
_LONGEST_REASON: Final = 300

_ITEMS: Final[Mapping[TopicKind, TypeAdapter[Any]]] = {
    "news": TypeAdapter(tuple[Headline, ...]),
    "weather": TypeAdapter(tuple[Weather, ...]),
    "sport": TypeAdapter(tuple[Game, ...]),
    "markets": TypeAdapter(tuple[Quote, ...]),
}
_CREDITS: Final[TypeAdapter[dict[str, tuple[Credit, ...]]]] = TypeAdapter(dict[str, tuple[Credit, ...]])


class PostgresEditions:
    """Implements ``onealarm.pipeline.editions.EditionLibrary``, and what the cleaner needs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_or_claim(self, topics: Sequence[Topic], *, worker: WorkerId, collecting: Collection[Topic]) -> Look:
        distinct = {topic.key: topic for topic in topics}
        rows = await self._database.fetch(
            _SQL["find_or_claim_editions"],
            list(distinct),
            [topic.kind for topic in distinct.values()],
            worker,
            [topic.key for topic in collecting],
            [USABLE_FOR[topic.kind] for topic in distinct.values()],
        )
        assert rows, "at least one topic is asked for"
        by_topic = {distinct[row["topic"]]: row for row in rows}
        settled = {topic for topic, row in by_topic.items() if row["settled"]}
        return Look(
            now=rows[0]["now"],
            newest={topic: _content(topic, row) for topic, row in by_topic.items() if row["edition_at"] is not None},
            settled=settled,
            failures={topic: row["reason"] for topic, row in by_topic.items() if topic in settled and row["reason"]},
            ours={topic: LeaseToken(row["token"]) for topic, row in by_topic.items() if row["token"] is not None},
        )

    async def finish(self, content: Content, *, token: LeaseToken, valid_until: datetime) -> bool:
        return bool(
            await self._database.fetch(
                _SQL["finish_edition"],
                content.topic.key,
                token,
                valid_until,
                _items(content),
                _CREDITS.dump_python(dict(content.credits), mode="json"),
            )
        )

    async def fail(self, topic: Topic, *, token: LeaseToken, reason: str, wait: timedelta | None = None) -> None:
        pause = None if wait is None else min(max(wait, SHORTEST_PAUSE), LONGEST_PAUSE)
        await self._database.fetch(
            _SQL["fail_edition"], topic.key, token, reason[:_LONGEST_REASON], FIRST_PAUSE, LONGEST_PAUSE, pause
        )

    async def wanted(
        self, *, ahead: timedelta, limit: int, kinds: Collection[TopicKind] = get_args(TopicKind)
    ) -> Sequence[Wanted]:
        rows = await self._database.fetch(_SQL["list_wanted_topics"], ahead, MOST_JOBS, limit, list(kinds))
        return [Wanted(Topic(row["kind"], row["topic"]), row["alarms"], row["first_ring_at"]) for row in rows]

    async def forget(self) -> int:
        """Delete what is older than a week; returns how many rows."""
        return int(await self._database.value(_SQL["forget_editions"], KEPT_FOR))


def _items(content: Content) -> list[dict[str, Any]]:
    """Each with its id, source, address and when it was fetched, whatever its kind."""
    rows: list[dict[str, Any]] = _ITEMS[content.topic.kind].dump_python(content.items, mode="json")
    return [
        row
        | {"id": _id(item, content.topic), "source": _source(item, content), "url": row.get("url")}
        | {"fetched_at": row.get("fetched_at") or content.edition_at.isoformat()}
        for item, row in zip(content.items, rows, strict=True)
    ]


def _id(item: Item, topic: Topic) -> str:
    match item:
        case Headline():
            return item.id
        case Game():
            return f"{topic.key}/{item.starts_at:%Y%m%dT%H%MZ}/{item.home}/{item.away}"
        case Quote():
            return f"{topic.key}/{item.session}"
        case Weather():
            return topic.key


def _source(item: Item, content: Content) -> str | None:
    if isinstance(item, Headline):
        return item.publisher
    credited = content.credits.get("en", ())
    return credited[0].source if credited else None


def _content(topic: Topic, row: asyncpg.Record) -> Content:
    return Content(
        topic=topic,
        edition_at=row["edition_at"],
        items=_ITEMS[topic.kind].validate_python(row["items"]),
        credits=_CREDITS.validate_python(row["credits"]),
    )
