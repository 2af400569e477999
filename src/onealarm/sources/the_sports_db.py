"""Games from TheSportsDB, by the number of a team. https://www.thesportsdb.com/documentation

Scores and times come as text and are often null; a list without games is null. Its key is a part of the path. Above its
limit it answers 429 and wants to be left alone for a minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from onealarm.briefing.facts import Game
from onealarm.errors import BadInput, SourceUnavailable
from onealarm.http.fetcher import Fetched
from onealarm.sources.json_answer import JSON, Answer, read_json
from onealarm.sources.licence import Licence
from onealarm.sources.plain import plain_text
from onealarm.sources.polite import Ask, Reading
from onealarm.sources.read_policy import ReadPolicy
from onealarm.sources.the_sports_db_status import Status, status_of
from onealarm.sources.vendor import Vendor

NAME: Final = "thesportsdb"
BASE_URL: Final = "https://www.thesportsdb.com/api/v1/json"
LICENCE: Final = Licence(
    name="TheSportsDB, free key: development and personal use",
    source="TheSportsDB",
    attribution={"en": "Sports data from TheSportsDB.com.", "de": "Sportdaten von TheSportsDB.com."},
    url="https://www.thesportsdb.com/docs_terms_of_use",
    commercial=False,
)
POLICY: Final = ReadPolicy(keep_for=timedelta(hours=12))

_TEAM: Final = re.compile(r"[1-9][0-9]{0,9}")
_SCORE: Final = re.compile(r"[0-9]{1,4}")
_MOST_TOPICS: Final = 4_000
_MOST_EVENTS: Final = 20
_LONGEST: Final = 80


class _Event(Answer):
    idEvent: str  # noqa: N815 - the vendor's names
    strHomeTeam: str | None = None  # noqa: N815
    strAwayTeam: str | None = None  # noqa: N815
    intHomeScore: str | int | None = None  # noqa: N815
    intAwayScore: str | int | None = None  # noqa: N815
    strTimestamp: str | None = None  # noqa: N815
    dateEvent: str | None = None  # noqa: N815
    strTime: str | None = None  # noqa: N815
    strStatus: str | None = None  # noqa: N815
    strPostponed: str | None = None  # noqa: N815
    strLeague: str | None = None  # noqa: N815


class _Next(Answer):
    events: tuple[_Event, ...] | None


class _Last(Answer):
    results: tuple[_Event, ...] | None


@dataclass(frozen=True, slots=True)
class _Listed:
    """A game with the source's own word for its status, which can depend on the time."""

    event: str
    home: str
    away: str
    starts_at: datetime
    word: str
    postponed: bool
    home_score: int | None
    away_score: int | None
    league: str | None


class TheSportsDB(Vendor[tuple[_Listed, ...]]):
    """Implements ``SportSource``."""

    policy = POLICY
    most = _MOST_TOPICS

    async def games(self, team: str) -> tuple[Game, ...]:
        """Of a team by its number, such as ``133602``. One of the two lists is enough.

        A game whose time or status is not known is left out. Raises ``SourceUnavailable``; ``BadInput`` for no number.
        """
        if not _TEAM.fullmatch(team):
            raise BadInput("team", f"{team[:40]!r} is not a team's number", "Give its number at TheSportsDB, as 133602")
        listed: dict[str, _Listed] = {}
        failed: list[SourceUnavailable] = []
        for kind in ("eventslast", "eventsnext"):
            try:
                reading = await self._list(kind, team)
            except SourceUnavailable as error:
                failed.append(error)
            else:
                listed |= {game.event: game for game in reading.value}
        if len(failed) == len(("last", "next")):
            raise failed[0]
        games = filter(None, (_game(game, self._now()) for game in listed.values()))
        return tuple(sorted(games, key=lambda game: game.starts_at))

    async def _list(self, kind: Literal["eventslast", "eventsnext"], team: str) -> Reading[tuple[_Listed, ...]]:
        ask = Ask(
            topic=f"{kind}/{team}",
            url=f"{self._base_url}/{self._secret}/{kind}.php?id={team}",
            source=NAME,
            accept=JSON,
        )
        return await self._reader.read(ask, _parse_last if kind == "eventslast" else _parse_next)


async def _parse_next(fetched: Fetched) -> tuple[_Listed, ...]:
    return _listed(read_json(_Next, fetched, source=NAME).events or ())


async def _parse_last(fetched: Fetched) -> tuple[_Listed, ...]:
    return _listed(read_json(_Last, fetched, source=NAME).results or ())


def _listed(events: Iterable[_Event]) -> tuple[_Listed, ...]:
    return tuple(filter(None, map(_listing, tuple(events)[:_MOST_EVENTS])))


def _listing(event: _Event) -> _Listed | None:
    home, away = (plain_text(name, longest=_LONGEST) for name in (event.strHomeTeam, event.strAwayTeam))
    starts_at = _start(event)
    if home is None or away is None or starts_at is None:
        return None
    return _Listed(
        event=event.idEvent[:40],
        home=home,
        away=away,
        starts_at=starts_at,
        word=(event.strStatus or "")[:40],
        postponed=(event.strPostponed or "").strip().lower() == "yes",
        home_score=_score(event.intHomeScore),
        away_score=_score(event.intAwayScore),
        league=plain_text(event.strLeague, longest=_LONGEST),
    )


def _start(event: _Event) -> datetime | None:
    """UTC by the vendor's word; an offset wins where one is given. None without a time: a date alone is no instant."""
    given = event.strTimestamp
    if not given and event.dateEvent and event.strTime:
        given = f"{event.dateEvent}T{event.strTime}"
    try:
        moment = datetime.fromisoformat((given or "").strip())
    except ValueError:
        return None
    if given is not None and len(given.strip()) <= len("2026-11-25"):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _score(given: str | int | None) -> int | None:
    text = str(given).strip() if given is not None else ""
    return int(text) if _SCORE.fullmatch(text) else None


def _game(listed: _Listed, now: datetime) -> Game | None:
    scores = (listed.home_score, listed.away_score)
    status: Status | None = "postponed" if listed.postponed else status_of(listed.word)
    if status is None and not listed.word.strip():  # often null: then time and scores tell
        status = "scheduled" if listed.starts_at > now else "final" if None not in scores else None
    if status is None:
        return None
    home_score, away_score = scores if status in ("playing", "final") and None not in scores else (None, None)
    return Game(listed.home, listed.away, listed.starts_at, status, home_score, away_score, listed.league)
