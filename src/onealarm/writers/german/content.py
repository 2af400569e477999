"""Vorhersage, Sport, Börse und Kalender. Neither figures nor dates stand in the dative."""

from __future__ import annotations

from typing import Final

from onealarm.writers.content_phrases import CalendarPhrases, DayPhrases, ForecastPhrases, MarketPhrases, SportPhrases

FORECAST: Final = ForecastPhrases(
    opening=("Nun das Wetter für {place}.", "Hier ist das Wetter für {place}.", "Weiter mit dem Wetter für {place}."),
    rain=(
        "Die Regenwahrscheinlichkeit: {chance}.",
        "Regen ist möglich, und zwar zu {chance}.",
        "Die Wahrscheinlichkeit für Regen ist heute {chance}.",
    ),
    dry=("Regen wird heute nicht erwartet.", "Es soll heute trocken bleiben.", "Die Vorhersage ist heute ohne Regen."),
)

DAYS: Final = DayPhrases(today="heute", yesterday="gestern", tomorrow="morgen", on_weekday="am {weekday}")

SPORT: Final = SportPhrases(
    score="{home} zu {away}",
    opening=("Nun der Sport.", "Weiter mit Sport.", "Hier ist der Sport."),
    final=(
        "{home} gegen {away} endete {when} {score}.",
        "Der Endstand von {home} gegen {away} {when}: {score}.",
        "{home} und {away} trennten sich {when} {score}.",
    ),
    final_without_score=(
        "{home} und {away} haben {when} gespielt. Das Ergebnis ist noch nicht bekannt.",
        "{home} gegen {away} ist vorbei, das Ergebnis von {when} ist aber noch nicht bekannt.",
    ),
    playing=(
        "{home} und {away} spielten bei der letzten Meldung noch.",
        "{home} gegen {away} lief bei der letzten Meldung noch.",
    ),
    playing_score=(
        "{home} und {away} spielten bei der letzten Meldung noch, beim Stand von {score}.",
        "{home} gegen {away} lief bei der letzten Meldung noch, und es stand {score}.",
    ),
    scheduled=(
        "{home} gegen {away} beginnt {when} um {time}.",
        "{home} trifft {when} um {time} auf {away}.",
        "Als Nächstes, {when} um {time}: {home} gegen {away}.",
    ),
    at_midnight=(
        "{home} gegen {away} beginnt um Mitternacht, in der Nacht auf {weekday}.",
        "Um Mitternacht, in der Nacht auf {weekday}: {home} gegen {away}.",
    ),
    no_result=(
        "{home} gegen {away} sollte {when} um {time} beginnen. Ein Ergebnis gibt es noch nicht.",
        "Noch kein Ergebnis gibt es von {home} gegen {away}. Beginnen sollte es {when} um {time}.",
    ),
    postponed=(
        "{home} gegen {away} sollte {when} beginnen und ist verschoben.",
        "Verschoben ist das Spiel {home} gegen {away}. Es sollte {when} beginnen.",
    ),
    cancelled=(
        "{home} gegen {away} sollte {when} beginnen und ist abgesagt.",
        "Abgesagt ist das Spiel {home} gegen {away}. Es sollte {when} beginnen.",
    ),
)

MARKETS: Final = MarketPhrases(
    opening=("Nun die Börse.", "Weiter mit der Börse.", "Hier sind die Kurse."),
    close=(
        "{name} beim letzten Schluss, {date}: {price}, {change}.",
        "Der letzte Schluss von {name}, {date}: {price}, {change}.",
    ),
    close_alone=(
        "{name} beim letzten Schluss, {date}: {price}.",
        "Der letzte Schluss von {name}, {date}: {price}.",
    ),
    report=(
        "{name} bei der letzten Meldung, {date}: {price}, {change}.",
        "Die letzte Meldung von {name}, {date}: {price}, {change}.",
    ),
    report_alone=(
        "{name} bei der letzten Meldung, {date}: {price}.",
        "Die letzte Meldung von {name}, {date}: {price}.",
    ),
    up="plus {percent}",
    down="minus {percent}",
    unchanged="unverändert",
    points="{figure} Punkte",
)

CALENDAR: Final = CalendarPhrases(
    opening=("In deinem Kalender steht heute.", "Das steht heute in deinem Kalender.", "Dein Kalender für heute."),
    at=("Um {time}: {title}.", "Du hast um {time}: {title}."),
    until=("Bis {time}: {title}.", "Es läuft bis {time}: {title}."),
    all_day=("Den ganzen Tag: {title}.", "Ganztägig: {title}."),
    more=("Es steht noch mehr in deinem Kalender.", "Danach kommt noch mehr in deinem Kalender."),
)
