"""Greeting and closing."""

from __future__ import annotations

from typing import Final

from onealarm.writers.phrases import GreetingPhrases, PartOfDay, Variants

_ANY_TIME: Final = (
    "It is time to wake up.",
    "This is your wake-up call.",
    "Take a slow, deep breath and let your eyes open.",
    "Stretch your arms, and take your time.",
    "Sit up slowly, and let the light in when you are ready.",
    "Let your shoulders drop, and breathe in.",
)

GREETING: Final = GreetingPhrases(
    named={
        "morning": (
            "Good morning, {name}.",
            "A very good morning to you, {name}.",
            "Hello, {name}, and good morning.",
            "Good morning to you, {name}.",
            "Rise and shine, {name}.",
        ),
        "afternoon": (
            "Good afternoon, {name}.",
            "A very good afternoon to you, {name}.",
            "Hello, {name}, and good afternoon.",
            "Good afternoon to you, {name}.",
            "Hello there, {name}.",
        ),
        "evening": (
            "Good evening, {name}.",
            "A very good evening to you, {name}.",
            "Hello, {name}, and good evening.",
            "Good evening to you, {name}.",
            "Hello there, {name}.",
        ),
        "night": (
            "Hello, {name}.",
            "Hello there, {name}.",
            "Hello to you, {name}.",
            "A quiet hello to you, {name}.",
            "Hello, {name}, in these small hours.",
        ),
    },
    neutral={
        "morning": (
            "Good morning.",
            "A very good morning to you.",
            "Hello, and good morning.",
            "Good morning to you.",
            "Rise and shine.",
        ),
        "afternoon": (
            "Good afternoon.",
            "A very good afternoon to you.",
            "Hello, and good afternoon.",
            "Good afternoon to you.",
            "Hello there.",
        ),
        "evening": (
            "Good evening.",
            "A very good evening to you.",
            "Hello, and good evening.",
            "Good evening to you.",
            "Hello there.",
        ),
        "night": (
            "Hello.",
            "Hello there.",
            "Hello to you.",
            "A quiet hello to you.",
            "Hello, in these small hours.",
        ),
    },
    welcome={
        "morning": (*_ANY_TIME, "A new day is here, and it is yours.", "The day is fresh and waiting for you."),
        "afternoon": _ANY_TIME,
        "evening": _ANY_TIME,
        "night": _ANY_TIME,
    },
    label=(
        "You set this alarm for: {label}.",
        "Your note for this alarm: {label}.",
        "This alarm is for: {label}.",
        "Here is what you called this alarm: {label}.",
        "A reminder from you: {label}.",
    ),
    empty_labels=frozenset({"alarm", "my alarm", "new alarm", "untitled", "wake up", "wake-up", "wake me up"}),
)

_BY_DAY: Final = (
    "That is all for now. Have a lovely day.",
    "That is everything. I hope the day is kind to you.",
    "Now it is up to you. Make it a good day.",
    "That was your wake-up. Take care, and have a good day.",
    "Start gently, drink some water, and enjoy your day.",
    "Wishing you a calm start and a day that goes your way.",
    "That is your briefing. Go well, and be kind to yourself today.",
    "Take it step by step, and have a wonderful day.",
)

_LATE: Final = (
    "That is all for now. Take care.",
    "That is everything. I hope the hours ahead are kind to you.",
    "That was your wake-up. Take care, and go gently.",
    "Start gently, drink some water, and take good care.",
    "Wishing you a calm start and an easy time ahead.",
    "That is your briefing. Go well, and be kind to yourself.",
)

CLOSING: Final[dict[PartOfDay, Variants]] = {
    "morning": _BY_DAY,
    "afternoon": _BY_DAY,
    "evening": _LATE,
    "night": _LATE,
}
