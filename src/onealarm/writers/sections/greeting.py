"""The greeting: by name where it can be spoken, by the hour of the ring, with the alarm's label."""

from __future__ import annotations

from datetime import time
from typing import Final

from onealarm.briefing.facts import Facts
from onealarm.briefing.script import Section, Sentence
from onealarm.writers.phrases import PartOfDay
from onealarm.writers.telling import Telling

LONGEST_NAME: Final = 60
LONGEST_LABEL: Final = 80


def part_of_day(moment: time) -> PartOfDay:
    """Morning from 4:00, afternoon from 12:00, evening from 17:00; the small hours from midnight are night."""
    if moment.hour < 4:
        return "night"
    if moment.hour < 12:
        return "morning"
    return "afternoon" if moment.hour < 17 else "evening"


def greeting(facts: Facts, telling: Telling) -> Section:
    part = part_of_day(facts.ring_at.time())
    welcome = telling.sentence(telling.phrases.greeting.welcome[part], "greeting")
    label = _label(facts, telling)
    return Section("greeting", (_salutation(facts, telling, part), welcome, *label))


def _salutation(facts: Facts, telling: Telling, part: PartOfDay) -> Sentence:
    phrases = telling.phrases.greeting
    name = telling.words(facts.listener.name, "greeting", "name", limit=LONGEST_NAME)
    if name is None:
        return telling.sentence(phrases.neutral[part], "greeting")
    return telling.sentence(phrases.named[part], "greeting", {"name": name}, seed=name.written, personal=True)


def _label(facts: Facts, telling: Telling) -> tuple[Sentence, ...]:
    phrases = telling.phrases.greeting
    label = telling.words(facts.label, "greeting", "label", limit=LONGEST_LABEL)
    if label is None or label.spoken.casefold() in phrases.empty_labels:
        return ()
    return (telling.sentence(phrases.label, "greeting", {"label": label}, seed="label", personal=True),)
