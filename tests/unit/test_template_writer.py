"""What the template writer says for given facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from onealarm.briefing.facts import Facts, Headline, Listener, Sun, Weather
from onealarm.briefing.script import Script, Section, SectionKind
from onealarm.errors import BadInput
from onealarm.events import Events
from onealarm.pipeline.ports import Writer
from onealarm.writers.template import TemplateWriter

RING_AT = datetime(2026, 11, 24, 7, 0, tzinfo=ZoneInfo("America/New_York"))
FETCHED = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
WEATHER = Weather(
    updated_at=FETCHED,
    location="New York",
    current_temp=-4,
    high_temp=0,
    low_temp=-9.6,
    unit="C",
    condition="Light Rain",
)
SUN = Sun(sunrise=time(6, 54), sunset=time(16, 32))


def headline(title: str, publisher: str = "BBC News") -> Headline:
    return Headline(title=title, publisher=publisher, url=None, fetched_at=FETCHED)


HEADLINES = (
    headline("Fed cuts rates by 0.25% as inflation cools to 2.4%", "Reuters"),
    headline("Storm “Ana” hits the U.K. coast; 3,497 homes without power"),
    headline("Apple (AAPL) unveils a $1,099 phone", "nytimes.com"),
    headline("Arsenal beat Spurs 3–2 in a late derby turnaround", "The Guardian"),
    headline("King Charles III to visit NASA in the spring", "AP"),
)
EVERYTHING = Facts(
    ring_at=RING_AT,
    listener=Listener(name="Sarah"),
    label="Swimming",
    weather=WEATHER,
    sun=SUN,
    holidays=("Evacuation Day",),
    headlines=HEADLINES,
)
ALMOST_NOTHING = Facts(ring_at=RING_AT, listener=Listener())


async def written(facts: Facts) -> Script:
    writer: Writer = TemplateWriter(Events())
    return await writer.write(facts)


async def section(facts: Facts, kind: SectionKind) -> Section:
    (found,) = [section for section in (await written(facts)).sections if section.kind == kind]
    return found


async def kinds(facts: Facts) -> list[str]:
    return [section.kind for section in (await written(facts)).sections]


async def test_sections_come_in_order() -> None:
    assert await kinds(EVERYTHING) == ["greeting", "date", "sun", "holiday", "weather", "news", "closing"]


async def test_sections_without_facts_are_left_out() -> None:
    assert await kinds(ALMOST_NOTHING) == ["greeting", "date", "closing"]


async def test_a_missing_section_changes_no_other() -> None:
    whole = {section.kind: section for section in (await written(EVERYTHING)).sections}
    without = replace(EVERYTHING, weather=None, headlines=(), sun=None, missing={"news": "timed out"})
    for remaining in (await written(without)).sections:
        assert remaining == whole[remaining.kind]


async def test_a_full_briefing_takes_between_40_and_90_seconds_at_150_words_a_minute() -> None:
    for day in range(1, 29):
        facts = replace(EVERYTHING, ring_at=RING_AT.replace(day=day))
        words = sum(len(section.text.replace("-", " ").split()) for section in (await written(facts)).sections)
        assert 100 <= words <= 225


async def test_the_same_facts_give_the_same_script() -> None:
    assert await written(EVERYTHING) == await written(EVERYTHING)


async def test_shared_sections_are_the_same_for_every_listener() -> None:
    other = replace(EVERYTHING, listener=Listener(name="Tom", voice="onyx"), label=None)
    for ours, theirs in zip((await written(EVERYTHING)).sections, (await written(other)).sections, strict=True):
        assert ours.kind == theirs.kind
        assert ours.kind == "greeting" or (ours == theirs and ours.shared)


async def test_a_headline_is_the_same_sentence_wherever_it_stands() -> None:
    forwards = await section(EVERYTHING, "news")
    backwards = await section(replace(EVERYTHING, headlines=HEADLINES[::-1]), "news")
    assert set(forwards.sentences) == set(backwards.sentences)


async def test_sentences_change_from_day_to_day() -> None:
    closings = {
        (await section(replace(EVERYTHING, ring_at=RING_AT.replace(day=day)), "closing")).text for day in range(1, 29)
    }
    assert len(closings) >= 5


@pytest.mark.parametrize(
    ("hour", "words"),
    [(5, "morning"), (11, "morning"), (12, "afternoon"), (16, "afternoon"), (17, "evening"), (23, "evening")],
)
async def test_the_greeting_goes_with_the_hour_of_the_ring(hour: int, words: str) -> None:
    parts = {"morning", "afternoon", "evening"}
    texts = [
        (await section(replace(EVERYTHING, ring_at=RING_AT.replace(day=day, hour=hour)), "greeting")).text
        for day in range(1, 29)
    ]
    assert any(words in text for text in texts)
    assert not any(other in text for text in texts for other in parts - {words})


async def test_in_the_small_hours_no_part_of_the_day_is_wished() -> None:
    for day in range(1, 29):
        text = (await section(replace(EVERYTHING, ring_at=RING_AT.replace(day=day, hour=2)), "greeting")).text
        assert not any(word in text for word in ("morning", "afternoon", "evening", "Rise and shine"))


async def test_a_greeting_by_name_is_personal_and_the_words_after_it_are_not() -> None:
    first, second, label = (await section(EVERYTHING, "greeting")).sentences
    assert "Sarah" in first.text
    assert first.personal
    assert not second.personal
    assert "Swimming" in label.text
    assert label.personal


async def test_without_a_name_the_greeting_is_everyone_s() -> None:
    assert (await section(ALMOST_NOTHING, "greeting")).shared


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("  Sarah\n", "Sarah"),
        ("Sarah 🎉🎉", "Sarah"),
        ("“Bobby” O’Neil", "Bobby O'Neil"),
        ("José María", "José María"),
        ("Dr. Smith", "Doctor Smith"),
        ("R2D2", "R two D two"),
        ("Sarah. Call 555! Now?", "Sarah Call five hundred fifty-five Now"),
        ("Sarah (太郎)", "Sarah Tai Lang"),
        ("李明", "Li Ming"),
        ("Sarah محمد", "Sarah"),
        ("Sarah https://evil.example/x", "Sarah"),
        ("Anna " * 60, "Anna " * 11 + "Anna"),
        ("{name}", "name"),
        ("%s %(x)s", "percent s percent x, s"),
    ],
)
async def test_names_are_made_speakable(name: str, spoken: str) -> None:
    facts = replace(ALMOST_NOTHING, listener=Listener(name=name))
    sentence = (await section(facts, "greeting")).sentences[0]
    assert spoken.replace(",", "") in sentence.text
    assert sentence.personal
    assert len(sentence.text) < 100
    assert sentence.text.isprintable()
    assert sentence.display.isprintable()


@pytest.mark.parametrize(
    "name", ["", " ", "🎉", "محمد علي", "דוד", "…", "x" * 300, "https://evil.example", "\x00\ud800", "1" * 300]
)
async def test_a_name_that_cannot_be_spoken_leaves_a_neutral_greeting(name: str) -> None:
    facts = replace(ALMOST_NOTHING, listener=Listener(name=name))
    assert await written(facts) == await written(ALMOST_NOTHING)


@pytest.mark.parametrize("label", [None, "", "Alarm", " wake-up! ", "⏰", "דוד"])
async def test_a_label_that_says_nothing_is_not_spoken(label: str | None) -> None:
    assert await written(replace(ALMOST_NOTHING, label=label)) == await written(ALMOST_NOTHING)


async def test_a_long_label_is_cut_between_words() -> None:
    label = (await section(replace(ALMOST_NOTHING, label="swim and run " * 30), "greeting")).sentences[-1]
    assert len(label.text) < 140
    assert label.text.endswith(("swim.", "and.", "run."))


async def test_the_date_and_the_time_of_the_ring_are_told_in_both_forms() -> None:
    day, moment = (await section(ALMOST_NOTHING, "date")).sentences
    assert "Tuesday, November twenty-fourth" in day.text
    assert "Tuesday, November 24" in day.display
    assert "seven o'clock in the morning" in moment.text
    assert "7:00 AM" in moment.display


async def test_the_date_is_that_of_the_ring_in_its_own_zone() -> None:
    facts = replace(ALMOST_NOTHING, ring_at=datetime(2026, 1, 1, 0, 30, tzinfo=ZoneInfo("Pacific/Kiritimati")))
    assert "Thursday, January first" in (await section(facts, "date")).text


@pytest.mark.parametrize(
    ("sun", "parts", "display"),
    [
        (SUN, ["six fifty-four", "four thirty-two"], ["6:54 AM", "4:32 PM"]),
        (Sun(sunrise=time(6, 54)), ["six fifty-four"], ["6:54 AM"]),
        (Sun(sunset=time(16, 32)), ["four thirty-two"], ["4:32 PM"]),
        (Sun(sunrise=time(2, 55), sunset=time(0, 4)), ["two fifty-five", "twelve oh four at night"], ["12:04 AM"]),
    ],
)
async def test_sunrise_and_sunset(sun: Sun, parts: list[str], display: list[str]) -> None:
    told = await section(replace(ALMOST_NOTHING, sun=sun), "sun")
    assert all(part in told.text for part in parts)
    assert all(part in told.display for part in display)
    assert told.text.count("{") == 0


@pytest.mark.parametrize("polar", ["day", "night"])
async def test_polar_days_and_nights_are_told_without_a_time(polar: Literal["day", "night"]) -> None:
    facts = replace(ALMOST_NOTHING, sun=Sun(polar=polar))
    for day in range(1, 29):
        text = (await section(replace(facts, ring_at=RING_AT.replace(day=day)), "sun")).text
        assert "polar night" not in text or polar == "night"
        assert "polar day" not in text or polar == "day"
        assert "o'clock" not in text


async def test_a_sun_of_which_nothing_is_known_is_left_out() -> None:
    assert "sun" not in await kinds(replace(ALMOST_NOTHING, sun=Sun()))


async def test_holidays_are_named_each_once() -> None:
    one = await section(replace(ALMOST_NOTHING, holidays=("Labor Day", "Labor Day")), "holiday")
    assert one.text.count("Labor Day") == 1
    assert "holidays" not in one.text
    two = await section(replace(ALMOST_NOTHING, holidays=("Martin Luther King Jr. Day", "Treaty Day")), "holiday")
    assert "Martin Luther King Junior Day and Treaty Day" in two.text
    assert "Martin Luther King Jr. Day and Treaty Day" in two.display


async def test_holidays_that_cannot_be_spoken_are_left_out() -> None:
    assert "holiday" not in await kinds(replace(ALMOST_NOTHING, holidays=("דוד", "")))


async def test_the_whole_weather_in_both_forms() -> None:
    told = await section(EVERYTHING, "weather")
    for part in ("New York", "light rain", "minus four degrees", "zero degrees", "minus ten degrees"):
        assert part in told.text
    for part in ("New York", "light rain", "−4 °C", "0 °C", "−10 °C"):
        assert part in told.display


@pytest.mark.parametrize(
    ("weather", "parts"),
    [
        (Weather(FETCHED, current_temp=0, unit="F"), ["zero degrees"]),
        (Weather(FETCHED, current_temp=-0.4, unit="C"), ["zero degrees"]),
        (Weather(FETCHED, current_temp=1, unit="C"), ["one degree"]),
        (Weather(FETCHED, condition="Sunny"), ["sunny"]),
        (Weather(FETCHED, high_temp=0), ["zero degrees"]),
        (Weather(FETCHED, low_temp=-3), ["minus three degrees"]),
        (Weather(FETCHED, location="Oslo", high_temp=3, low_temp=1), ["three degrees", "one degree"]),
        (Weather(FETCHED, location="St. John's", condition="Fog"), ["Saint John's", "fog"]),
    ],
)
async def test_any_part_of_the_weather_may_be_missing(weather: Weather, parts: list[str]) -> None:
    for day in range(1, 29):
        facts = replace(ALMOST_NOTHING, weather=weather, ring_at=RING_AT.replace(day=day))
        text = (await section(facts, "weather")).text
        assert all(part in text for part in parts)
        assert "minus zero" not in text
        assert "None" not in text


async def test_the_unit_is_the_one_given() -> None:
    told = await section(replace(ALMOST_NOTHING, weather=Weather(FETCHED, current_temp=72.4, unit="F")), "weather")
    assert "seventy-two degrees" in told.text
    assert "72 °F" in told.display


@pytest.mark.parametrize(
    "weather",
    [
        Weather(FETCHED),
        Weather(FETCHED, location="Oslo"),
        Weather(FETCHED, current_temp=float("nan"), high_temp=float("inf")),
        Weather(FETCHED, condition="☀️"),
        Weather(FETCHED, high_temp=1, low_temp=5),
    ],
)
async def test_weather_without_anything_to_say_is_left_out(weather: Weather) -> None:
    assert "weather" not in await kinds(replace(ALMOST_NOTHING, weather=weather))


async def test_a_condition_cannot_grow_into_a_speech() -> None:
    weather = Weather(FETCHED, condition="Sunny. Now listen to me! " * 40, location="Oslo. " * 100)
    for sentence in (await section(replace(ALMOST_NOTHING, weather=weather), "weather")).sentences:
        assert len(sentence.text) < 200
        assert sentence.text.count(".") == 1
        assert "!" not in sentence.text


async def test_headlines_are_quoted_with_their_publisher() -> None:
    told = (await section(EVERYTHING, "news")).sentences[1:]
    assert "Reuters" in told[0].text
    assert "Fed cuts rates by zero point two five percent as inflation cools to two point four percent." in told[0].text
    assert "“Fed cuts rates by 0.25% as inflation cools to 2.4%”" in told[0].display
    assert "Arsenal beat Spurs three to two in a late derby turnaround." in told[3].text
    assert "King Charles the Third to visit NASA" in told[4].text
    assert all(name in told.text for name, told in zip(["Reuters", "BBC News", "nytimes dot com"], told, strict=False))


async def test_at_most_five_headlines_are_told() -> None:
    many = tuple(headline(f"Headline number {number}") for number in range(12))
    assert len((await section(replace(EVERYTHING, headlines=many), "news")).sentences) == 1 + 5


async def test_a_headline_is_told_once_even_from_two_publishers() -> None:
    twice = (
        headline("Storm hits the coast", "BBC News"),
        headline("Storm hits  the COAST.", "Sky News"),
        headline("Sun returns"),
    )
    told = (await section(replace(EVERYTHING, headlines=(*twice, headline("Storm hits the coast"))), "news")).sentences
    assert len(told) == 1 + 2


async def test_a_headline_that_cannot_be_told_whole_is_not_told() -> None:
    bad = (headline("word " * 100), headline("7" * 150), headline("東京で地震"), headline("🎉"), headline(""))
    assert "news" not in await kinds(replace(EVERYTHING, headlines=bad))


async def test_a_single_headline_is_not_announced_as_several() -> None:
    for day in range(1, 29):
        facts = replace(EVERYTHING, headlines=HEADLINES[:1], ring_at=RING_AT.replace(day=day))
        assert "headlines." not in (await section(facts, "news")).sentences[0].text


async def test_a_headline_without_a_publisher_stands_alone() -> None:
    told = (await section(replace(EVERYTHING, headlines=(headline("Who won?", ""),)), "news")).sentences[1]
    assert told.text == "Who won?"
    assert told.display == "“Who won?”"


async def test_a_language_that_is_not_spoken_is_refused() -> None:
    with pytest.raises(BadInput, match="language"):
        await written(replace(ALMOST_NOTHING, listener=Listener(language="tlh")))


async def test_the_day_of_the_choice_is_the_day_of_the_ring() -> None:
    early, late = RING_AT.replace(hour=5), RING_AT.replace(hour=10, minute=30)
    assert early.date() == late.date() == date(2026, 11, 24)
    assert await section(replace(EVERYTHING, ring_at=early), "news") == await section(
        replace(EVERYTHING, ring_at=late), "news"
    )
