"""What holds for every script that the template writer makes."""

from __future__ import annotations

import asyncio
import math
import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onealarm.briefing.facts import Facts, Headline, Listener, Sun, Weather
from onealarm.briefing.script import Script
from onealarm.briefing.spoken import LANGUAGES, for_language
from onealarm.events import Events
from onealarm.writers.languages import PHRASES
from onealarm.writers.phrases import Phrases
from onealarm.writers.template import TemplateWriter

ENGLISH = for_language("en")
NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)

TEXT = st.one_of(st.text(max_size=80), st.from_regex(r"[A-Za-z0-9 .,'$%°()-]{1,60}", fullmatch=True))
DEGREES = st.none() | st.floats(min_value=-90, max_value=140) | st.sampled_from([0.0, -0.4, float("nan")])
TIMES = st.none() | st.times()
RINGS = st.integers(min_value=0, max_value=60 * 24 * 400).map(lambda minutes: NOW + timedelta(minutes=minutes))

WEATHER = st.builds(
    Weather,
    updated_at=st.just(NOW),
    location=st.none() | TEXT,
    current_temp=DEGREES,
    high_temp=DEGREES,
    low_temp=DEGREES,
    unit=st.sampled_from(["F", "C"]),
    condition=st.none() | TEXT,
)
SUNS = st.one_of(st.builds(Sun, sunrise=TIMES, sunset=TIMES), st.sampled_from([Sun(polar="day"), Sun(polar="night")]))
HEADLINES = st.builds(Headline, title=TEXT, publisher=TEXT, url=st.none(), fetched_at=st.just(NOW))
FACTS = st.builds(
    Facts,
    ring_at=RINGS,
    listener=st.builds(Listener, name=st.none() | TEXT, language=st.sampled_from(LANGUAGES)),
    label=st.none() | TEXT,
    weather=st.none() | WEATHER,
    sun=st.none() | SUNS,
    holidays=st.lists(TEXT, max_size=4).map(tuple),
    headlines=st.lists(HEADLINES, max_size=8).map(tuple),
)


def written(facts: Facts) -> Script:
    return asyncio.run(TemplateWriter(Events()).write(facts))


@settings(max_examples=150, deadline=None)
@given(FACTS)
def test_every_sentence_is_in_spoken_form_and_short_enough_for_one_utterance(facts: Facts) -> None:
    language = for_language(facts.listener.language)
    for section in written(facts).sections:
        assert section.sentences
        for sentence in section.sentences:
            assert sentence.text == language.normalise(sentence.text)
            assert language.pronounceable(sentence.text)
            assert sentence.text[-1] in ".!?"
            assert 0 < len(sentence.text) <= 300
            assert 0 < len(sentence.display) <= 300
            assert sentence.display.encode()


@settings(max_examples=100, deadline=None)
@given(FACTS, st.none() | TEXT, st.none() | TEXT)
def test_only_the_greeting_depends_on_the_person(facts: Facts, name: str | None, label: str | None) -> None:
    other = Facts(
        ring_at=facts.ring_at,
        listener=Listener(name=name, language=facts.listener.language),
        label=label,
        weather=facts.weather,
        sun=facts.sun,
        holidays=facts.holidays,
        headlines=facts.headlines,
    )
    ours, theirs = written(facts).sections[1:], written(other).sections[1:]
    assert ours == theirs
    assert all(section.shared for section in ours)


NUMBER_WORDS = {
    word
    for number in [*range(21), 30, 40, 50, 60, 70, 80, 90, 100, 1000]
    for word in re.split(r"[ -]", ENGLISH.cardinal(number))
} | {"minus", "point", "degree", "degrees"}


def numbers_in(text: str) -> list[str]:
    return [word for word in re.split(r"[^a-z]+", text.lower()) if word in NUMBER_WORDS]


@settings(max_examples=200, deadline=None)
@given(DEGREES, DEGREES, DEGREES, st.sampled_from(["F", "C"]), RINGS)
def test_every_figure_of_the_weather_comes_from_the_facts(
    current: float | None, high: float | None, low: float | None, unit: str, ring_at: datetime
) -> None:
    weather = Weather(
        updated_at=NOW,
        location="Springfield",
        current_temp=current,
        high_temp=high,
        low_temp=low,
        unit="F" if unit == "F" else "C",
        condition="light rain",
    )
    script = written(Facts(ring_at=ring_at, listener=Listener(), weather=weather))
    (told,) = [section for section in script.sections if section.kind == "weather"]
    known = [value for value in (current, high, low) if value is not None and math.isfinite(value)]
    allowed = {" ".join(numbers_in(ENGLISH.temperature(value, "C"))) for value in known}
    for sentence in told.sentences:
        figures_told = re.findall(r".+? degrees?", " ".join(numbers_in(sentence.text)))
        assert {figure.strip() for figure in figures_told} <= allowed
        figures = set(re.findall(r"−?\d+", sentence.display))
        assert figures <= {str(round_half_up(value)).replace("-", "−") for value in known}


def round_half_up(value: float) -> int:
    whole = int(abs(value) + 0.5)
    return -whole if value < 0 else whole


def all_variants(phrases: object) -> list[str]:
    """Every template, from whatever depth it stands at."""

    def texts(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        if isinstance(value, dict):
            return [text for item in value.values() for text in texts(item)]
        if isinstance(value, tuple):
            return [text for item in value for text in texts(item)]
        names = getattr(value, "__slots__", ())
        return [text for name in names for text in texts(getattr(value, name))]

    return texts(phrases)


@pytest.mark.parametrize("code", PHRASES)
def test_no_template_asks_a_question_or_pads_with_dashes(code: str) -> None:
    for template in all_variants(PHRASES[code]):
        assert "?" not in template
        assert "—" not in template
        assert "..." not in template


def test_the_templates_of_the_weather_hold_no_number() -> None:
    for template in all_variants(PHRASES["en"].weather):
        assert numbers_in(template) == []
    for template in all_variants(PHRASES["de"].weather):
        assert not {"grad", "minus", "null", "eins", "zwei", "drei"} & set(re.findall(r"\w+", template.lower()))


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_phrases_in_as_many_variants_as_english(code: str) -> None:
    phrases, english = all_variants(PHRASES[code]), all_variants(PHRASES["en"])
    assert len(set(phrases) - PHRASES[code].greeting.empty_labels) >= 0.9 * len(
        set(english) - PHRASES["en"].greeting.empty_labels
    )


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_template_is_filled_with_what_it_may_speak_of(code: str) -> None:
    allowed = re.compile(
        r"\{(name|label|date|time|sunrise|sunset|holidays|where|place|condition|current|high|low|publisher|headline"
        r"|chance|weekday|when|home|away|score|price|change|percent|figure|title)\}"
    )
    for template, english in zip(_shape(PHRASES[code]), _shape(PHRASES["en"]), strict=True):
        assert allowed.sub("", template).count("{") == 0
        assert set(allowed.findall(template)) == set(allowed.findall(english))


def _shape(phrases: Phrases) -> list[str]:
    """The variants of each place in one text, by which two languages are compared."""
    told = (phrases.greeting, phrases.date, phrases.sun, phrases.holiday, phrases.weather, phrases.news)
    parts: list[Any] = [*told, phrases.forecast, phrases.sport, phrases.markets, phrases.calendar]
    values = [getattr(part, name) for part in parts for name in part.__slots__]
    places = [place for value in values for place in (value.values() if isinstance(value, dict) else [value])]
    return [" ".join(variants) for variants in places if isinstance(variants, tuple)]


@settings(deadline=None)
@given(st.times(), st.times())
def test_a_time_on_the_wrong_side_of_noon_is_told_with_its_part_of_the_day(sunrise: time, sunset: time) -> None:
    script = written(Facts(ring_at=NOW, listener=Listener(), sun=Sun(sunrise=sunrise, sunset=sunset)))
    (told,) = [section for section in script.sections if section.kind == "sun"]
    assert ENGLISH.clock_time(sunrise, part_of_day=sunrise.hour >= 12) in told.text
    assert ENGLISH.clock_time(sunset, part_of_day=sunset.hour < 12) in told.text
