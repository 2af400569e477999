"""Weather and news. The weather's sentences hold no figure of their own, and no temperature stands in the dative."""

from __future__ import annotations

from typing import Final

from onealarm.writers.phrases import NewsPhrases, WeatherPhrases

WEATHER: Final = WeatherPhrases(
    place=" für {place}",
    condition_in_lower_case=False,  # a noun keeps its capital
    condition_and_current=(
        "Das Wetter{where}: {condition}, {current}.",
        "Hier ist das Wetter{where}: {condition}, {current}.",
        "Der Wetterbericht{where} sagt: {condition}, dazu {current}.",
        "Die letzte Meldung{where}: {condition}, dazu {current}.",
        "Nun das Wetter{where}: {condition}, und {current}.",
        "Ein Blick auf das Wetter{where}: {condition}, zuletzt {current}.",
    ),
    condition=(
        "Das Wetter{where}: {condition}.",
        "Hier ist das Wetter{where}: {condition}.",
        "Der Wetterbericht{where} sagt: {condition}.",
        "Die letzte Meldung{where}: {condition}.",
        "Nun das Wetter{where}: {condition}.",
    ),
    current=(
        "Die Temperatur{where}: {current}.",
        "Hier ist die Temperatur{where}: {current}.",
        "Der Wetterbericht{where} sagt: {current}.",
        "Die letzte Messung{where}: {current}.",
        "Nun die Temperatur{where}: zuletzt {current}.",
    ),
    high_and_low=(
        "Höchstens werden es {high}, mindestens {low}.",
        "Die höchste Temperatur ist {high}, die tiefste {low}.",
        "Die Vorhersage: höchstens {high}, mindestens {low}.",
        "Am wärmsten sind es {high}, am kältesten {low}.",
        "Die Temperatur steigt auf {high} und sinkt auf {low}.",
    ),
    high=(
        "Höchstens werden es {high}.",
        "Die höchste Temperatur ist {high}.",
        "Die Vorhersage: höchstens {high}.",
        "Am wärmsten sind es {high}.",
        "Die Temperatur steigt auf {high}.",
    ),
    low=(
        "Mindestens werden es {low}.",
        "Die tiefste Temperatur ist {low}.",
        "Die Vorhersage: mindestens {low}.",
        "Am kältesten sind es {low}.",
        "Die Temperatur sinkt auf {low}.",
    ),
)

NEWS: Final = NewsPhrases(
    quotation_marks="„“",
    opening_one=(
        "Hier ist eine Schlagzeile.",
        "Nun eine Schlagzeile aus den Nachrichten.",
        "Das steht in den Nachrichten.",
        "Kommen wir zu den Nachrichten.",
        "Weiter mit den Nachrichten.",
    ),
    opening_several=(
        "Hier sind die Schlagzeilen.",
        "Nun die Schlagzeilen.",
        "Das sind die Schlagzeilen.",
        "Kommen wir zu den Nachrichten.",
        "Weiter mit den Nachrichten.",
    ),
    attributed=(
        "Von {publisher}: {headline}",
        "{publisher} meldet: {headline}",
        "{publisher} schreibt: {headline}",
        "In den Schlagzeilen bei {publisher}: {headline}",
        "Das kommt von {publisher}: {headline}",
    ),
    alone=("{headline}",),
)
