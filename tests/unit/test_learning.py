"""Learning from skips and praise: what changes for a listener, what never does, and what it is worth by replay."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onealarm.briefing.learning import Morning, Reaction, Taste, arrange, learn, replay
from onealarm.briefing.script import Script, Section, SectionKind, Sentence

TODAY: Final = date(2026, 11, 25)
KINDS: Final[tuple[SectionKind, ...]] = ("weather", "news", "sport", "markets")


def section(kind: SectionKind, sentences: int) -> Section:
    return Section(kind, tuple(Sentence(f"{kind} {number}", "") for number in range(sentences)))


MORNING: Final = Script(
    (section("greeting", 1), section("date", 1), *(section(kind, 5) for kind in KINDS), section("closing", 1))
)


def kinds(script: Script) -> list[str]:
    return [one.kind for one in script.sections]


def days(kind: SectionKind, number: int, share: float, praise: int = 0, ago: int = 0) -> list[Reaction]:
    return [Reaction(kind, TODAY - timedelta(days=ago + day + 1), share, praise) for day in range(number)]


def test_without_reactions_nothing_changes() -> None:
    assert arrange(MORNING, learn([], on=TODAY), on=TODAY) == MORNING


def test_one_skip_moves_nothing() -> None:
    assert arrange(MORNING, learn(days("news", 1, 0.5), on=TODAY), on=TODAY) == MORNING


def test_what_is_skipped_every_day_comes_later_and_shorter_and_then_goes() -> None:
    week = arrange(MORNING, learn(days("news", 7, 0.0), on=TODAY), on=TODAY)
    assert kinds(week) == ["greeting", "date", "weather", "sport", "markets", "news", "closing"]
    assert len(week.sections[5].sentences) < 5
    told = [
        kinds(arrange(MORNING, learn(days("news", 60, 0.0), on=TODAY), on=TODAY + timedelta(days=day)))
        for day in range(7)
    ]
    assert sum("news" in one for one in told) == 1, "it is tried again once a week"


def test_it_comes_back_when_it_is_heard_again() -> None:
    skipped_once = days("news", 60, 0.0, ago=60)
    assert learn(skipped_once, on=TODAY).share("news") < learn([*skipped_once, *days("news", 14, 1.0)], on=TODAY).share(
        "news"
    )
    assert arrange(MORNING, learn([*skipped_once, *days("news", 60, 1.0)], on=TODAY), on=TODAY) == MORNING


def test_praise_brings_forward_and_blame_puts_back() -> None:
    taste = learn([*days("markets", 10, 0.6, praise=1), *days("weather", 10, 0.6, praise=-1)], on=TODAY)
    assert kinds(arrange(MORNING, taste, on=TODAY)) == [
        "greeting", "date", "markets", "news", "sport", "weather", "closing",
    ]  # fmt: skip


def test_what_has_not_happened_yet_is_not_known() -> None:
    later = [Reaction("news", TODAY + timedelta(days=day), 0.0) for day in range(9)]
    assert learn(later, on=TODAY) == Taste({})


@given(st.dictionaries(st.sampled_from(KINDS), st.floats(0, 1)), st.integers(0, 400))
def test_nothing_is_told_that_was_not_there_and_the_frame_stays(shares: dict[SectionKind, float], day: int) -> None:
    arranged = arrange(MORNING, Taste(shares), on=TODAY + timedelta(days=day))
    assert kinds(arranged)[:2] == ["greeting", "date"]
    assert kinds(arranged)[-1] == "closing"
    known = {one.kind: one.sentences for one in MORNING.sections}
    for one in arranged.sections:
        assert one.sentences == known[one.kind][: len(one.sentences)]
        assert one.sentences


def listener(seed: int, mornings: int = 90) -> list[Morning]:
    """Somebody who hears some kinds to the end and leaves others early, not the same on every day; a seed's own."""
    random = Random(seed)
    likes = {kind: random.choice((0.05, 0.3, 0.95)) for kind in KINDS}
    history = []
    for day in range(mornings):
        on = TODAY + timedelta(days=day)
        shares = {kind: min(1.0, max(0.0, random.gauss(like, 0.1))) for kind, like in likes.items()}
        history.append(
            Morning(on, dict.fromkeys(KINDS, 40.0), [Reaction(kind, on, share) for kind, share in shares.items()])
        )
    return history


@pytest.mark.parametrize("seed", range(5))
def test_by_replay_it_wastes_less_of_the_morning_and_costs_next_to_nothing_that_is_liked(seed: int) -> None:
    """Over the same 90 mornings of several listeners with and without it."""
    histories = [listener(100 * seed + number) for number in range(20)]
    with_it = [replay(history, learning=True) for history in histories]
    without = [replay(history, learning=False) for history in histories]
    wasted = sum(one.told - one.heard for one in with_it) / sum(one.told - one.heard for one in without)
    missed = sum(one.missed for one in with_it) / sum(one.heard for one in without)
    assert wasted < 0.6
    assert missed < 0.05


def test_by_replay_it_changes_nothing_for_somebody_who_hears_everything() -> None:
    history = [Morning(TODAY + timedelta(days=day), {"news": 60.0}, []) for day in range(30)]
    assert replay(history, learning=True) == replay(history, learning=False)
    assert replay(history, learning=True).wasted == 0
