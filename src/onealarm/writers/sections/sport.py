"""Games of the teams that a listener follows: results and what is to come, which is never told as played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from onealarm.briefing.facts import Facts, Game
from onealarm.briefing.script import Section, Sentence
from onealarm.writers.phrases import Variants
from onealarm.writers.said import Said
from onealarm.writers.sections.days import seen_from_ring, weekday
from onealarm.writers.telling import Telling
from onealarm.writers.written import written_time

MOST: Final = 6
LONGEST_TEAM: Final = 50
NEAR: Final = timedelta(hours=48)
"""Before and after the ring; games beyond are no news."""

_OVERDUE: Final = timedelta(hours=24)


def sport(facts: Facts, telling: Telling) -> Section | None:
    """The games nearest to the ring, by their start."""
    nearest = sorted(facts.games, key=lambda game: abs(game.starts_at - facts.ring_at))
    told: list[tuple[datetime, Sentence]] = []
    for game in nearest:
        sentence = _told(game, facts.ring_at, telling)
        if sentence is not None and len(told) < MOST:
            told.append((game.starts_at, sentence))
    if not told:
        return None
    opening = telling.sentence(telling.phrases.sport.opening, "sport")
    return Section("sport", (opening, *(sentence for _, sentence in sorted(told, key=lambda one: one[0]))))


@dataclass(frozen=True, slots=True)
class _Line:
    variants: Variants
    more: Mapping[str, Said]


def _told(game: Game, ring_at: datetime, telling: Telling) -> Sentence | None:
    line = _line(game, ring_at, telling)
    if line is None:
        return None
    home, away = (telling.words(name, "sport", "team", limit=LONGEST_TEAM) for name in (game.home, game.away))
    if home is None or away is None:
        return None
    values = {"home": home, "away": away, **line.more}
    return telling.sentence(line.variants, "sport", values, seed=f"{home.written}/{away.written}")


def _line(game: Game, ring_at: datetime, telling: Telling) -> _Line | None:
    """By status and time, on the clock of the ring; None for what is not worth telling or contradicts itself."""
    if abs(game.starts_at - ring_at) > NEAR:
        return None
    if game.status in ("postponed", "cancelled"):
        phrases = telling.phrases.sport
        variants = phrases.postponed if game.status == "postponed" else phrases.cancelled
        return _Line(variants, {"when": _when(game, ring_at, telling)})
    if game.starts_at > ring_at:
        return _to_come(game, ring_at, telling) if game.status == "scheduled" else None
    return _begun(game, ring_at, telling)


def _to_come(game: Game, ring_at: datetime, telling: Telling) -> _Line:
    starts_at = game.starts_at.astimezone(ring_at.tzinfo)
    if starts_at.time() == time(0):
        return _Line(telling.phrases.sport.at_midnight, {"weekday": weekday(starts_at.date(), telling)})
    values = {"when": _when(game, ring_at, telling), "time": _time(starts_at, telling)}
    return _Line(telling.phrases.sport.scheduled, values)


def _begun(game: Game, ring_at: datetime, telling: Telling) -> _Line | None:
    phrases, score = telling.phrases.sport, _score(game, telling)
    when = {"when": _when(game, ring_at, telling)}
    if game.status == "final":
        return _Line(phrases.final, when | {"score": score}) if score else _Line(phrases.final_without_score, when)
    if game.status == "playing":
        return _Line(phrases.playing_score, {"score": score}) if score else _Line(phrases.playing, {})
    if ring_at - game.starts_at > _OVERDUE:
        return None
    return _Line(phrases.no_result, when | {"time": _time(game.starts_at.astimezone(ring_at.tzinfo), telling)})


def _when(game: Game, ring_at: datetime, telling: Telling) -> Said:
    return seen_from_ring(game.starts_at.astimezone(ring_at.tzinfo).date(), telling)


def _score(game: Game, telling: Telling) -> Said | None:
    if game.home_score is None or game.away_score is None:
        return None
    language, template = telling.language, telling.phrases.sport.score
    return Said(
        template.format(home=language.cardinal(game.home_score), away=language.cardinal(game.away_score)),
        f"{game.home_score}–{game.away_score}",
    )


def _time(moment: datetime, telling: Telling) -> Said:
    language, pattern = telling.language, telling.phrases.date.written_time
    return Said(
        language.clock_time(moment.time(), part_of_day=True),
        written_time(moment.time(), pattern=pattern, locale=language.code),
    )
