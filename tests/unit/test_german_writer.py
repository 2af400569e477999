"""What the template writer says in German."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from onealarm.briefing.facts import Facts, Headline, Listener, Sun, Weather
from onealarm.briefing.holidays import holidays_on
from onealarm.briefing.script import Section, SectionKind
from onealarm.briefing.spoken import for_language
from onealarm.briefing.stock import stock_script
from onealarm.errors import BadInput
from onealarm.events import Events
from onealarm.writers.template import TemplateWriter

RING_AT = datetime(2026, 12, 25, 7, 5, tzinfo=ZoneInfo("Europe/Berlin"))
FETCHED = datetime(2026, 12, 25, 5, 0, tzinfo=UTC)
FACTS = Facts(
    ring_at=RING_AT,
    listener=Listener(name="Jürgen", language="de-DE"),
    label="Zug um 8:15 Uhr",
    weather=Weather(
        updated_at=FETCHED,
        location="Köln",
        current_temp=-4,
        high_temp=1,
        low_temp=-9.6,
        unit="C",
        condition="Leichter Regen",
    ),
    sun=Sun(sunrise=time(8, 17), sunset=time(16, 1)),
    holidays=holidays_on(RING_AT.date(), country="DE", language="de"),
    headlines=(
        Headline("DAX steigt um 1,2 % auf 24.012 Punkte", "Tagesschau", None, FETCHED),
        Headline("Bayern schlägt Köln 3:2", "Kicker", None, FETCHED),
    ),
)


async def section(facts: Facts, kind: SectionKind) -> Section:
    script = await TemplateWriter(Events()).write(facts)
    (found,) = [section for section in script.sections if section.kind == kind]
    return found


async def test_a_whole_briefing_comes_in_order() -> None:
    script = await TemplateWriter(Events()).write(FACTS)
    kinds = [section.kind for section in script.sections]
    assert kinds == ["greeting", "date", "sun", "holiday", "weather", "news", "closing"]


async def test_the_listener_is_greeted_and_called_du() -> None:
    for day in range(1, 29):
        facts = replace(FACTS, ring_at=RING_AT.replace(day=day))
        greeting, closing = await section(facts, "greeting"), await section(facts, "closing")
        assert "Jürgen" in greeting.text
        assert "Zug um acht Uhr fünfzehn" in greeting.text
        assert "Zug um 8:15 Uhr" in greeting.display
        assert not any(word in f" {greeting.text} {closing.text} " for word in (" Sie ", " Ihr ", " Ihnen "))


@pytest.mark.parametrize(
    ("hour", "wish"), [(6, "guten Morgen"), (13, "guten Tag"), (20, "guten Abend"), (2, "Hallo|Sei gegrüßt")]
)
async def test_the_greeting_goes_with_the_hour(hour: int, wish: str) -> None:
    texts = [
        (await section(replace(FACTS, ring_at=RING_AT.replace(day=day, hour=hour)), "greeting")).text.lower()
        for day in range(1, 29)
    ]
    assert any(part.lower() in text for text in texts for part in wish.split("|"))
    others = {"guten morgen", "guten tag", "guten abend"} - {wish.lower()}
    assert not any(other in text for text in texts for other in others)


async def test_date_and_time_are_told_in_both_forms() -> None:
    day, moment = (await section(FACTS, "date")).sentences
    assert "Freitag, der fünfundzwanzigste Dezember" in day.text
    assert "Freitag, der 25. Dezember" in day.display
    assert "sieben Uhr fünf" in moment.text
    assert "7:05 Uhr" in moment.display


async def test_sun_holiday_and_weather() -> None:
    sun, holiday, weather = [await section(FACTS, kind) for kind in ("sun", "holiday", "weather")]
    assert "acht Uhr siebzehn" in sun.text
    assert "sechzehn Uhr eins" in sun.text
    assert "16:01 Uhr" in sun.display
    assert "Erster Weihnachtstag" in holiday.text
    for said in ("Köln", "Leichter Regen", "minus vier Grad", "ein Grad", "minus zehn Grad"):
        assert said in weather.text
    for shown in ("−4 °C", "1 °C", "−10 °C"):
        assert shown in weather.display


async def test_headlines_are_quoted() -> None:
    told = await section(FACTS, "news")
    assert "DAX steigt um eins Komma zwei Prozent auf vierundzwanzigtausendzwölf Punkte." in told.text
    assert "„DAX steigt um 1,2 % auf 24.012 Punkte“" in told.display
    assert "Bayern schlägt Köln drei zu zwei." in told.text
    assert "Tagesschau" in told.text


async def test_several_holidays_are_joined_as_german_does_it() -> None:
    told = await section(replace(FACTS, holidays=("Ostern", "Maifeiertag")), "holiday")
    assert "Ostern und Maifeiertag" in told.text


@pytest.mark.parametrize("label", ["Wecker", "mein Wecker", "Alarm", "Aufstehen!"])
async def test_a_label_that_says_nothing_is_not_spoken(label: str) -> None:
    assert await section(replace(FACTS, label=label), "greeting") == await section(
        replace(FACTS, label=None), "greeting"
    )


async def test_a_briefing_takes_between_40_and_90_seconds() -> None:
    """At 135 words a minute."""
    for day in range(1, 29):
        script = await TemplateWriter(Events()).write(replace(FACTS, ring_at=RING_AT.replace(day=day)))
        words = sum(len(section.text.replace("-", " ").split()) for section in script.sections)
        assert 75 <= words <= 200


def test_the_stock_of_every_language_is_in_spoken_form_and_names_no_day() -> None:
    for code, day in (("en", "morning"), ("de-CH", "Morgen")):
        script = stock_script(code)
        assert [section.kind for section in script.sections] == ["greeting", "closing"]
        for section in script.sections:
            for sentence in section.sentences:
                assert for_language(code).normalise(sentence.text) == sentence.text == sentence.display
                assert day not in sentence.text
    with pytest.raises(BadInput, match="language"):
        stock_script("tlh")


def test_german_holidays_have_german_names() -> None:
    assert holidays_on(date(2026, 1, 6), country="DE", subdivision="BY", language="de") == ("Heilige Drei Könige",)
    assert holidays_on(date(2026, 8, 1), country="CH", language="de") == ("Nationalfeiertag",)
