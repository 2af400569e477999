"""The weather outside in words: every code of every source, in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from onealarm.briefing.conditions import CONDITIONS, condition_in
from onealarm.briefing.facts import Facts, Listener, Weather
from onealarm.briefing.spoken import LANGUAGES
from onealarm.events import Events
from onealarm.sources import met_norway_symbols, open_meteo_codes
from onealarm.sources.met_norway_symbols import condition_of
from onealarm.writers.template import TemplateWriter

RING = datetime(2026, 11, 24, 7, tzinfo=ZoneInfo("Europe/Berlin"))
REPORT = Weather(
    updated_at=RING, location="Köln", current_temp=4, unit="C", condition="light rain showers", from_client=False
)


def test_every_code_has_words_in_every_language() -> None:
    named = {*met_norway_symbols._CONDITIONS.values(), *open_meteo_codes._CONDITIONS.values()}
    assert named <= CONDITIONS
    assert all(condition_in(condition, language) for condition in CONDITIONS for language in LANGUAGES)


@pytest.mark.parametrize(
    ("symbol", "condition"),
    [
        ("clearsky_night", "clear sky"),
        ("partlycloudy_polartwilight", "partly cloudy"),
        ("fog", "fog"),
        ("heavysleetshowersandthunder_day", "heavy sleet showers and thunder"),
        ("lightssnowshowersandthunder_day", "light snow showers and thunder"),
        ("rainandthunder", "rain and thunder"),
        ("frogs_day", None),
        ("", None),
    ],
)
def test_symbols_of_met_norway(symbol: str, condition: str | None) -> None:
    assert condition_of(symbol) == condition


def test_german_showers_are_plural() -> None:
    assert condition_in("light rain showers", "de") == "leichte Regenschauer"
    assert condition_in("heavy snow and thunder", "de-AT") == "starker Schneefall und Gewitter"
    assert condition_in("raining frogs", "de") is None


@pytest.mark.parametrize(("language", "words"), [("en", "light rain showers"), ("de", "leichte Regenschauer")])
async def test_a_source_s_word_is_said_in_the_listener_s_language(language: str, words: str) -> None:
    facts = Facts(ring_at=RING, listener=Listener(language=language), weather=REPORT)
    script = await TemplateWriter(Events([])).write(facts)
    assert words in " ".join(sentence.display for section in script.sections for sentence in section.sentences)


async def test_a_client_s_word_stays_as_it_is() -> None:
    sent = replace(REPORT, from_client=True)
    facts = Facts(ring_at=RING, listener=Listener(language="de"), weather=sent)
    script = await TemplateWriter(Events([])).write(facts)
    assert "light rain showers" in " ".join(s.display for section in script.sections for s in section.sentences)
