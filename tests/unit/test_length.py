"""Length: what is left out of a briefing that would take too long."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, get_args

from hypothesis import given
from hypothesis import strategies as st

from onealarm.briefing.length import LONGEST, cut, estimate, fit
from onealarm.briefing.script import Script, Section, SectionKind, Sentence

SECOND: Final = timedelta(seconds=1)


def section(kind: SectionKind, *texts: str) -> Section:
    return Section(kind, tuple(Sentence(text, text) for text in texts))


MORNING: Final = Script(
    (
        section("greeting", "Good morning."),
        section("date", "It is Monday."),
        section("sun", "The sun rises at six."),
        section("weather", "It is cold.", "It will be warm."),
        section("news", "Here is the news.", "One.", "Two.", "Three."),
        section("sport", "They won.", "They play again."),
        section("closing", "Have a good day."),
    )
)


def kept(most: int) -> list[str]:
    """What is said when each sentence takes a second."""
    lengths = [[SECOND] * len(one.sentences) for one in MORNING.sections]
    return [
        one.text for part in cut(MORNING, fit(MORNING, lengths, most=most * SECOND)).sections for one in part.sentences
    ]


def test_nothing_is_left_out_of_what_fits() -> None:
    assert cut(MORNING, fit(MORNING, estimate(MORNING))) == MORNING


def test_the_least_worth_hearing_goes_first() -> None:
    everything = kept(12)
    assert len(everything) == 12
    gone = [next(text for text in kept(most + 1) if text not in kept(most)) for most in range(11, 7, -1)]
    assert gone == ["Three.", "The sun rises at six.", "They play again.", "Two."]


def test_news_goes_with_its_last_story() -> None:
    assert "Here is the news." in kept(7)
    assert "Here is the news." not in kept(6)


def test_greeting_date_and_closing_stay_whatever_they_take() -> None:
    assert kept(0) == ["Good morning.", "It is Monday.", "Have a good day."]


@given(
    st.lists(
        st.builds(
            Section,
            st.sampled_from(get_args(SectionKind)),
            st.lists(
                st.builds(Sentence, st.text("ab ", min_size=1, max_size=400), st.just("")), min_size=1, max_size=8
            ).map(tuple),
        ),
        max_size=8,
    ).map(tuple)
)
def test_what_can_be_left_out_never_makes_it_too_long(sections: tuple[Section, ...]) -> None:
    script = Script(sections)
    short = cut(script, fit(script, estimate(script)))
    needed = {"greeting", "date", "closing"}
    total = sum((one for part in estimate(short) for one in part), timedelta())
    least = sum(
        (
            one
            for part in estimate(
                cut(script, [tuple(range(len(one.sentences))) if one.kind in needed else () for one in sections])
            )
            for one in part
        ),
        timedelta(),
    )
    assert total <= max(LONGEST, least)
    assert fit(short, estimate(short)) == [tuple(range(len(one.sentences))) for one in short.sections]
