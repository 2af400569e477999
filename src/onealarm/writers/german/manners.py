"""Greeting and closing."""

from __future__ import annotations

from typing import Final

from onealarm.writers.phrases import GreetingPhrases, PartOfDay, Variants

_ANY_TIME: Final = (
    "Es ist Zeit aufzustehen.",
    "Das ist dein Weckruf.",
    "Atme langsam und tief ein, und öffne die Augen.",
    "Streck deine Arme, und lass dir Zeit.",
    "Setz dich langsam auf, und lass das Licht herein, wenn du so weit bist.",
    "Lass die Schultern sinken, und atme ein.",
)

GREETING: Final = GreetingPhrases(
    named={
        "morning": (
            "Guten Morgen, {name}.",
            "Einen schönen guten Morgen, {name}.",
            "Hallo, {name}, und guten Morgen.",
            "Einen guten Morgen wünsche ich dir, {name}.",
            "Aufgewacht, {name}.",
        ),
        "afternoon": (
            "Guten Tag, {name}.",
            "Einen schönen guten Tag, {name}.",
            "Hallo, {name}, und guten Tag.",
            "Einen guten Tag wünsche ich dir, {name}.",
            "Hallo, {name}.",
        ),
        "evening": (
            "Guten Abend, {name}.",
            "Einen schönen guten Abend, {name}.",
            "Hallo, {name}, und guten Abend.",
            "Einen guten Abend wünsche ich dir, {name}.",
            "Hallo, {name}.",
        ),
        "night": (
            "Hallo, {name}.",
            "Ein leises Hallo, {name}.",
            "Hallo zu dieser stillen Stunde, {name}.",
            "Ein Hallo für dich, {name}.",
            "Sei gegrüßt, {name}.",
        ),
    },
    neutral={
        "morning": (
            "Guten Morgen.",
            "Einen schönen guten Morgen.",
            "Hallo, und guten Morgen.",
            "Einen guten Morgen wünsche ich dir.",
            "Aufgewacht.",
        ),
        "afternoon": (
            "Guten Tag.",
            "Einen schönen guten Tag.",
            "Hallo, und guten Tag.",
            "Einen guten Tag wünsche ich dir.",
            "Hallo.",
        ),
        "evening": (
            "Guten Abend.",
            "Einen schönen guten Abend.",
            "Hallo, und guten Abend.",
            "Einen guten Abend wünsche ich dir.",
            "Hallo.",
        ),
        "night": (
            "Hallo.",
            "Ein leises Hallo.",
            "Hallo zu dieser stillen Stunde.",
            "Ein Hallo für dich.",
            "Sei gegrüßt.",
        ),
    },
    welcome={
        "morning": (*_ANY_TIME, "Ein neuer Tag ist da, und er gehört dir.", "Der Tag ist frisch und wartet auf dich."),
        "afternoon": _ANY_TIME,
        "evening": _ANY_TIME,
        "night": _ANY_TIME,
    },
    label=(
        "Diesen Wecker hast du gestellt für: {label}.",
        "Deine Notiz zu diesem Wecker: {label}.",
        "Dieser Wecker ist für: {label}.",
        "So hast du diesen Wecker genannt: {label}.",
        "Du wolltest erinnert werden an: {label}.",
    ),
    empty_labels=frozenset(
        {
            "alarm",
            "aufstehen",
            "aufwachen",
            "mein alarm",
            "mein wecker",
            "neuer alarm",
            "neuer wecker",
            "ohne titel",
            "wach auf",
            "wecken",
            "wecker",
        }
    ),
)

_BY_DAY: Final = (
    "Das war's fürs Erste. Hab einen schönen Tag.",
    "Das ist alles. Möge der Tag gut zu dir sein.",
    "Jetzt bist du dran. Mach einen guten Tag daraus.",
    "Das war dein Weckruf. Pass auf dich auf, und hab einen guten Tag.",
    "Fang ruhig an, trink ein Glas Wasser, und genieß deinen Tag.",
    "Ich wünsche dir einen ruhigen Start und einen Tag, der gelingt.",
    "Das war dein Überblick. Mach es gut, und sei heute freundlich zu dir.",
    "Geh es Schritt für Schritt an, und hab einen wunderbaren Tag.",
)

_LATE: Final = (
    "Das war's fürs Erste. Pass auf dich auf.",
    "Das ist alles. Mögen die nächsten Stunden gut zu dir sein.",
    "Das war dein Weckruf. Pass auf dich auf, und lass es ruhig angehen.",
    "Fang ruhig an, trink ein Glas Wasser, und gib auf dich acht.",
    "Ich wünsche dir einen ruhigen Start und eine leichte Zeit.",
    "Das war dein Überblick. Mach es gut, und sei freundlich zu dir.",
)

CLOSING: Final[dict[PartOfDay, Variants]] = {
    "morning": _BY_DAY,
    "afternoon": _BY_DAY,
    "evening": _LATE,
    "night": _LATE,
}
