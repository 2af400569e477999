"""Each story once, the newest first, every publisher in turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onealarm.briefing.facts import Headline
from onealarm.briefing.headlines import deduplicate, pick

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def headline(title: str, *, publisher: str = "A", minutes_old: int | None = 0) -> Headline:
    published = None if minutes_old is None else NOW - timedelta(minutes=minutes_old)
    return Headline(title=title, publisher=publisher, url=None, fetched_at=NOW, published_at=published)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fed cuts interest rates by a quarter point", "Fed cuts rates by quarter of a point"),
        ("Magnitude 6.1 earthquake strikes northern Japan", "Northern Japan struck by magnitude 6.1 earthquake"),
        ("Storm Emma: thousands without power in Scotland", "Thousands without power as Storm Emma hits Scotland"),
        ("Pope's visit to Beirut delayed", "Pope Beirut visit delayed"),
        ("Arsenal 3-2 Chelsea", "ARSENAL 3–2 CHELSEA"),
        ("France wins Eurovision", "Live: France wins Eurovision"),
        ("Nurses' strike: talks collapse over pay", "Talks on nurses’ pay collapse, strike looms"),
    ],
)
def test_one_story_under_two_titles_is_told_once_by_the_newer(one: str, other: str) -> None:
    older = headline(one, publisher="A", minutes_old=30)
    newer = headline(other, publisher="B", minutes_old=10)
    assert deduplicate([older, newer]) == (newer,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Earthquake of magnitude 6.1 hits Japan", "Earthquake of magnitude 5.2 hits Chile"),
        ("Arsenal 3-2 Chelsea", "Arsenal 1-0 Everton"),
        ("Lottery results for draw 2811", "Lottery results for draw 2812"),
        ("Inflation falls to 2.3% in October", "Inflation falls to 1.9% in November"),
        ("UN chief visits Kyiv", "UN chief visits Gaza as talks stall"),
        ("Apple unveils new phone", "Apple sued over old phone batteries"),
        ("Train crash in Spain kills two", "Bus crash in Peru kills nine"),
        ("Government to raise fuel tax", "Opposition attacks government over schools"),
    ],
)
def test_two_stories_with_like_words_are_both_told(one: str, other: str) -> None:
    assert len(deduplicate([headline(one), headline(other)])) == 2


def test_the_newest_comes_first_and_the_undated_last() -> None:
    old, new, undated = headline("Alpha", minutes_old=9), headline("Beta"), headline("Gamma", minutes_old=None)
    assert deduplicate([undated, old, new]) == (new, old, undated)


def test_a_loud_publisher_does_not_drown_a_quiet_one() -> None:
    loud = [headline(f"Loud story number {number}", publisher="Loud", minutes_old=number) for number in range(9)]
    quiet = headline("Quiet story", publisher="Quiet", minutes_old=500)
    assert pick([*loud, quiet], 3) == (loud[0], loud[1], quiet)


def test_picking_none_or_more_than_there_are_is_no_trouble() -> None:
    only = headline("Alpha")
    assert pick([only], 0) == pick([only], -1) == ()
    assert pick([only], 9) == (only,)
    assert pick([], 3) == ()


words = st.sampled_from(
    [
        "rain",
        "storm",
        "vote",
        "bank",
        "train",
        "fire",
        "judge",
        "12",
        "7",
        "cup",
        "final",
        "Paris",
        "Rome",
        "strike",
        "pay",
    ]
)
headlines = st.lists(
    st.builds(
        headline,
        st.lists(words, min_size=1, max_size=6).map(" ".join),
        publisher=st.sampled_from("ABC"),
        minutes_old=st.none() | st.integers(0, 600),
    ),
    max_size=12,
)


@given(headlines, st.randoms())
def test_the_order_given_does_not_matter(given_headlines: list[Headline], random: Random) -> None:
    shuffled = list(given_headlines)
    random.shuffle(shuffled)
    assert deduplicate(shuffled) == deduplicate(given_headlines)
    assert pick(shuffled, 5) == pick(given_headlines, 5)


@given(headlines)
def test_deduplicating_again_changes_nothing_and_invents_nothing(given_headlines: list[Headline]) -> None:
    once = deduplicate(given_headlines)
    assert deduplicate(once) == once
    assert set(once) <= set(given_headlines)
    assert bool(once) == bool(given_headlines)


@given(headlines, st.integers(0, 15))
def test_a_pick_is_newest_first_within_the_limit_and_fair(given_headlines: list[Headline], limit: int) -> None:
    told = deduplicate(given_headlines)
    picked = pick(told, limit)
    assert len(picked) == min(limit, len(told))
    assert list(picked) == [each for each in told if each in picked]
    publishers = {each.publisher for each in told}
    assert len({each.publisher for each in picked}) == min(len(publishers), limit)
