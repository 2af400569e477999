"""Names and other words of any script: spoken where the voice can read them, shown as they are, and told where not."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from onealarm.briefing.facts import Facts, Listener, Weather
from onealarm.briefing.script import Sentence
from onealarm.briefing.spoken import LANGUAGES, for_language
from onealarm.events import Event, Events, WordsLeftOut
from onealarm.writers.naming import spoken_name
from onealarm.writers.template import TemplateWriter

RING_AT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
FACTS = Facts(ring_at=RING_AT, listener=Listener())

SPOKEN = {
    # Chinese, Japanese, Korean
    "李明": "Li Ming",
    "王小红 (Lily)": "Wang Xiao Hong Lily",
    "さくら": "Sakura",
    "タロウ": "Tarou",
    "김민수": "Gim Min Su",
    # Arabic and Hebrew, as far as their vowels are written
    "مريم": "Mrym",
    "\u202bمريم\u202c": "Mrym",
    "יוסי": "Yvsy",
    # India and its neighbours
    "विकास": "Vikas",
    "प्रिया": "Priya",
    "আনিকা": "Anika",
    "ਸਿੰਘ": "Simgh",
    "నాగ": "Nag",
    # South-east Asia
    "สมชาย": "Smchay",
    "ខ្មែរ": "Khmaer",
    # Scripts with case
    "Ελένη": "Eleni",
    "Иван Щукин": "Ivan Shchukin",
    "Ольга": "Olga",
    "გიორგი": "giorgi",
    "Հայկ": "Hayk",
    # Africa and America
    "ሰላም": "Selam",
    "ⴰⵎⴰⵣⵉⵖ": "Amazigh",
    # Latin letters of all kinds
    "Nguyễn Thị Minh Khai": "Nguyễn Thị Minh Khai",
    "Łódź": "Łódź",
    "Jose\u0301": "José",
    "Ａｎｎａ": "Anna",
    "𝒜nna": "Anna",
    "ﬁona": "fiona",
    # Quotes, marks, emoji
    "“Bob”": "Bob",
    "O’Neil": "O'Neil",
    "«Мария»": "Mariya",
    "\u200fAnna\u200e": "Anna",
    "👩\u200d🚀 Anna 🎉": "Anna",
    "Müller-李": "Müller Li",
    "Anna https://example.com": "Anna",
    # What cannot be read is left out, and with it what would be half a name
    "Sarah محمد": "Sarah",
    "Anna " * 60: ("Anna " * 12).strip(),
}
UNSPOKEN = [
    "",
    " ",
    "🎉",
    "👨\u200d👩\u200d👧",
    "\u200f",
    "محمد",
    "محمد علي",
    "דוד",
    "कमल",
    "…",
    "ᚠ",
    "x" * 300,
    "李" * 300,
]


@pytest.mark.parametrize(("name", "spoken"), SPOKEN.items())
def test_a_name_of_any_script_is_said_as_far_as_it_can_be_read(name: str, spoken: str) -> None:
    assert spoken_name(name, language="en") == spoken


@pytest.mark.parametrize("name", UNSPOKEN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_that_cannot_be_read_is_known_to_be_unspoken(name: str, language: str) -> None:
    assert spoken_name(name, language=language) is None


def test_without_a_name_or_a_language_nothing_is_said() -> None:
    assert spoken_name(None, language="en") is None
    assert spoken_name("Anna", language="tlh") is None


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_told_is_what_the_greeting_says(language: str) -> None:
    for name in (*SPOKEN, *UNSPOKEN):
        greeting = (await _written(replace(FACTS, listener=Listener(name=name, language=language))))[0]
        said = spoken_name(name, language=language)
        assert greeting[0].personal == (said is not None), name
        if said is not None:
            assert said in greeting[0].text
            assert for_language(language).pronounceable(greeting[0].text)


async def test_the_screen_keeps_the_name_as_it_was_given() -> None:
    sentence = (await _written(replace(FACTS, listener=Listener(name="李明 🎉"))))[0][0]
    assert "Li Ming" in sentence.text
    assert "李明" in sentence.display
    assert "Li" not in sentence.display.replace("Listen", "")


async def test_labels_places_and_conditions_are_read_like_names() -> None:
    weather = Weather(RING_AT, location="Москва", condition="雪", current_temp=-4, unit="C")
    greeting, _, told, _ = await _written(replace(FACTS, label="学校", weather=weather))
    assert "Xue Xiao" in greeting[-1].text
    assert "学校" in greeting[-1].display
    assert "Moskva" in told[0].text
    assert "Москва" in told[0].display
    assert "xue" in told[0].text.lower()


async def test_what_is_left_out_is_told_without_its_text() -> None:
    seen: list[Event] = []
    weather = Weather(RING_AT, location="🗽", condition="\u05d2\u05e9\u05dd", current_temp=1)
    facts = replace(FACTS, listener=Listener(name="محمد"), label="x" * 100, weather=weather, holidays=("דוד",))
    await TemplateWriter(Events([seen.append])).write(facts)
    assert len(seen) == 5
    assert set(seen) == {
        WordsLeftOut("greeting", "name", "unspeakable"),
        WordsLeftOut("greeting", "label", "too long"),
        WordsLeftOut("holiday", "holiday", "unspeakable"),
        WordsLeftOut("weather", "condition", "unspeakable"),
        WordsLeftOut("weather", "place", "unspeakable"),
    }


async def test_nothing_is_told_where_all_is_said() -> None:
    seen: list[Event] = []
    weather = Weather(RING_AT, location="Oslo", condition="Snow", current_temp=1)
    facts = replace(FACTS, listener=Listener(name="李明 🎉"), label="Swim", weather=weather)
    await TemplateWriter(Events([seen.append])).write(facts)
    assert seen == []


async def test_every_script_of_unicode_gives_a_greeting() -> None:
    """One letter of every block of 64 characters, alone and thrice."""
    letters = [chr(point) for point in range(0x100, 0x20000, 64) if unicodedata.category(chr(point)).startswith("L")]
    assert len(letters) > 300
    for letter in letters:
        sentence = (await _written(replace(FACTS, listener=Listener(name=letter * 3))))[0][0]
        assert for_language("en").pronounceable(sentence.text), repr(letter)


async def _written(facts: Facts) -> list[tuple[Sentence, ...]]:
    script = await TemplateWriter(Events()).write(facts)
    return [section.sentences for section in script.sections]
