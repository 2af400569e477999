"""Date, sun and holidays. Dates stand in the nominative everywhere."""

from __future__ import annotations

from typing import Final

from onealarm.writers.phrases import DatePhrases, HolidayPhrases, SunPhrases

DATE: Final = DatePhrases(
    written_date="EEEE, 'der' d. MMMM",
    written_time="H:mm 'Uhr'",
    day=(
        "Heute ist {date}.",
        "Es ist {date}.",
        "Das Datum von heute: {date}.",
        "Der Kalender sagt: {date}.",
        "Willkommen im neuen Tag. Es ist {date}.",
    ),
    time=(
        "Es ist {time}.",
        "Die Uhr zeigt {time}.",
        "Es ist jetzt {time}.",
        "Auf der Uhr steht {time}.",
        "Die Uhrzeit: {time}.",
    ),
)

SUN: Final = SunPhrases(
    both=(
        "Die Sonne geht heute um {sunrise} auf und um {sunset} unter.",
        "Sonnenaufgang ist um {sunrise}, Sonnenuntergang um {sunset}.",
        "Hell ist es heute von {sunrise} bis {sunset}.",
        "Um {sunrise} geht die Sonne auf, und um {sunset} geht sie unter.",
        "Sonnenaufgang ist heute um {sunrise}, und die Sonne sinkt um {sunset}.",
    ),
    sunrise=(
        "Die Sonne geht heute um {sunrise} auf.",
        "Sonnenaufgang ist um {sunrise}.",
        "Um {sunrise} geht die Sonne auf.",
        "Hell wird es heute um {sunrise}.",
        "Der Sonnenaufgang ist heute um {sunrise}.",
    ),
    sunset=(
        "Die Sonne geht heute um {sunset} unter.",
        "Sonnenuntergang ist um {sunset}.",
        "Um {sunset} geht die Sonne unter.",
        "Hell ist es heute bis {sunset}.",
        "Der Sonnenuntergang ist heute um {sunset}.",
    ),
    polar_day=(
        "Die Sonne geht heute nicht unter. Sie scheint rund um die Uhr.",
        "Es ist Polartag, und die Sonne bleibt über dem Horizont.",
        "Heute gibt es keinen Sonnenuntergang. Die Mitternachtssonne begleitet dich.",
        "Heute bleibt die Sonne den ganzen Tag und die ganze Nacht am Himmel.",
        "Die Sonne bleibt heute Tag und Nacht über dem Horizont.",
    ),
    polar_night=(
        "Die Sonne geht heute nicht auf. Es ist Polarnacht.",
        "Es ist Polarnacht, und die Sonne bleibt unter dem Horizont.",
        "Heute gibt es keinen Sonnenaufgang. Die Polarnacht dauert an.",
        "Heute bleibt die Sonne unter dem Horizont.",
        "Die Sonne bleibt heute den ganzen Tag unter dem Horizont.",
    ),
)

HOLIDAY: Final = HolidayPhrases(
    one=(
        "Heute ist ein Feiertag: {holidays}.",
        "Der Feiertag von heute: {holidays}.",
        "Im Kalender steht heute ein Feiertag: {holidays}.",
        "Heute ist Feiertag, und zwar: {holidays}.",
        "Ein Feiertag ist heute auch: {holidays}.",
    ),
    several=(
        "Heute sind mehrere Feiertage: {holidays}.",
        "Die Feiertage von heute: {holidays}.",
        "Im Kalender stehen heute mehrere Feiertage: {holidays}.",
        "Heute ist mehr als ein Feiertag: {holidays}.",
        "Heute fallen Feiertage zusammen: {holidays}.",
    ),
)
