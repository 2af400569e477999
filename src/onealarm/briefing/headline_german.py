"""The same two rules for German: a headline that speaks to a machine, and one that tells the listener what to do.

They read titles as ``headline_text.fold`` writes them: umlauts are plain vowels here, and ß is ss. An order in German
begins with its verb ("Schalte", "Schalten Sie"), which in news is rare at the start; a question or an infinitive at the
end ("Jetzt handeln, fordert ...") is news.
"""

from __future__ import annotations

from typing import Final

from onealarm.briefing.headline_text import any_of

_START: Final = r"(?:^|[^\w\s]\s*|\b(?:bitte|und|dann|nun|jetzt|sofort|einfach|immer)\s+)"
_REPORTED: Final = (
    r"(?!.*\b(?:sagt|sagen|fordert|fordern|forderte|mahnt|warnt|warnen|rat|raten|appelliert|ruft|rufen|bittet)\b)"
)
_MACHINE: Final = (
    r"(?:ki|a\.?i\.?|chatgpt|gpt\S*|claude|gemini|copilot|grok|siri|alexa|cortana|google|assistent(?:in)?|chatbot|bot"
    r"|sprachmodell|modell|system|vorleser|sprecher(?:in)?|computer|onealarm)"
)
_CALLED: Final = "(?:ki|chatgpt|claude|gemini|copilot|grok|siri|alexa|cortana|google|assistent(?:in)?|onealarm)"
_ORDERS: Final = r"(?:anweisung\w*|instruktion\w*|vorgabe\w*|befehl\w*|prompt\w*|regeln|richtlinien|kontext)"
_VERB: Final = (
    r"(?:lies|lest|lesen|sag|sage|sagt|sagen|sprich|ignorier\w*|vergiss|vergesst|spiel\w*|stopp\w*|schalt\w*|offne\w*"
    r"|ruf\w*|send\w*|kauf\w*|bestell\w*|losch\w*|zeig\w*|schreib\w*|antwort\w*|wiederhol\w*|ubersetz\w*|tu|mach\w*)"
)
_YOURS: Final = r"(?:dein|deine|deinen|deiner|deines|ihr|ihre|ihren|ihrer|euer|eure|euren)"
_SECRETS: Final = (
    r"(?:passwort\w*|kennwort\w*|pin|tan|kreditkarte\w*|karte\w*|konto\w*|bankdaten|zugangsdaten|daten|adresse"
    r"|telefonnummer|nummer|ausweis\w*|geburtsdatum|wallet|e-?mail\w*)"
)

_TO_MACHINE: Final = any_of(
    rf"\b(?:ignorier\w*|vergiss|vergesst|vergessen sie|missacht\w*|umgeh\w*)\b.{{0,40}}\b{_ORDERS}\b{_REPORTED}",
    rf"{_START}{_MACHINE}\s*[,:!;-]+\s*{_VERB}\b",
    rf"\b(?:hey|hallo|hi|ok|okay|achtung|liebe[rs]?|an (?:die|den|das|alle))[\s,]+{_CALLED}\b\s*[,:!]",
    r"(?:^|[^\w\s]\s*)(?:system|assistent|benutzer|nutzer|entwickler)(?:nachricht|prompt|meldung"
    r"|hinweis)?\s*[:>\]]\s*(?:du|sie|lies|sag|gib|ignor)",
    r"\bdu bist (?:jetzt|nun|ab jetzt|ein(?:e)? (?:ki|sprachmodell|assistent\w*|chatbot|bot))\b",
    r"\b(?:ab|von) (?:jetzt|nun|sofort)(?: an)? (?:(?:bist|wirst|sollst|musst|sprichst|antwortest|sagst) du"
    r"|(?:antworte|sprich|sag|lies)\w* nur)\b",
    rf"\b(?:neue|geheime|zusatzliche|deine|ihre) {_ORDERS}\s*:",
    rf"\b(?:wenn|falls) du (?:ein(?:e)? )?(?:{_MACHINE}|das (?:hier )?liest)",
    rf"{_START}(?:gib|zeig|zeige|nenn|nenne|verrat|verrate|drucke|wiederhol\w*) (?:mir |uns )?{_YOURS}\s(?:\w+ )?"
    r"(?:system ?prompt|prompt|anweisung\w*|instruktion\w*|konfiguration|schlussel|zugangsdaten)",
    r"\bsystem ?prompt (?:aus|an)(?:geben|zeigen)\b",
    rf"{_START}(?:lies|sag|sage|sprich|wiederhole?|ubersetze?|schreib\w*) (?:laut |nur |genau |jetzt )*"
    r"(?:mir nach|das folgende|folgendes|diesen text|diesen satz|nach mir|laut|nichts|stattdessen)\b",
    rf"{_START}(?:lies|erwahne?|sag|sage) (?:keine|nicht die)\b",
    r"\b(?:entwickler|admin|debug|jailbreak)-?modus (?:an|ein|aktiv\w*)\b",
    r"\btu so,? als (?:ob|warst|seist)\b",
)

_TO_LISTENER: Final = any_of(
    rf"{_START}(?:klick|klicke|klickt|klicken sie|tipp|tippe|tippen sie|drucke|drucken sie|wisch\w*|scan\w*)"
    r"\s(?:jetzt |gleich |einfach )*(?:hier|jetzt|unten|auf (?:den|diesen|das|unseren) (?:link|button|knopf"
    r"|bild|banner))\b",
    r"\b(?:hier|jetzt) (?:klicken|anmelden|registrieren|bestellen|kaufen|abonnieren|buchen|herunterladen"
    r"|sichern|spenden)\b"
    r"(?=\W*$|!|\s(?:und|bevor|solange)\b)",
    rf"{_START}(?:ruf|rufe|rufen sie|schreib|schreibe|schreiben sie) (?:uns |mich |jetzt |gleich "
    rf"|sofort )+(?:an\b|unter\b|auf\b|$)",
    rf"{_START}(?:send|sende|sendet|senden sie|schick\w*|schicken sie|gib|geben sie|nenn\w*|verrat\w*|bestatige?"
    rf"|bestatigen sie|teil\w*|aktualisier\w*) (?:sie )?(?:mir |uns |jetzt |ein "
    rf"|bitte )*{_YOURS} (?:\w+ ){{0,2}}?{_SECRETS}\b",
    rf"{_START}(?:uberweis|uberweise|uberweisen sie|zahl|zahle|zahlen sie|spende|spenden sie)"
    r" (?:jetzt |sofort |uns |mir |bitte )+",
    rf"{_START}(?:kauf|kaufe|kaufen sie|bestell|bestelle|bestellen sie|hol|hole|holen sie|sicher|sichere"
    rf"|sichern sie|buch|buche"
    r"|buchen sie|abonnier|abonniere|abonnieren sie|lad|lade|laden sie|registrier|registriere|registrieren sie"
    r"|besuch|besuche"
    r"|besuchen sie|folg|folge|folgen sie|meld|melde|melden sie)"
    r"\s(?:(?:dir|sich|dich|euch) )?(?:jetzt|hier|heute|noch heute|sofort|unsere?[nrms]?|uns|deine?n?|ihre?n?)\b",
    rf"{_START}(?:schalt|schalte|schalten sie|mach|mache|machen sie|stell|stelle|stellen sie|dreh|drehe|drehen sie)"
    rf"\s(?:jetzt |bitte )*(?:{_YOURS}|den|die|das|alle) (?:\w+ )?(?:wecker|alarm\w*|licht\w*|handy|telefon"
    rf"|heizung|herd|ofen"
    rf"|lautsprecher|rechner|computer|gerat\w*|router|fernseher)\b{_REPORTED}",
    rf"{_START}(?:offne|offnen sie|entriegel\w*|schliess\w*) (?:sie )?(?:{_YOURS}|die|alle"
    rf"|das) (?:\w+ )?(?:tur\w*|fenster|garage"
    rf"|tor|safe|link|anhang|app)\b{_REPORTED}",
    rf"{_START}(?:wach auf|wachen sie auf|steh auf|stehen sie auf|schlaf weiter|bleib im bett|bleiben sie im bett)"
    rf"(?:\W|$){_REPORTED}",
    r"\b(?:sie haben|du hast) (?:soeben |gerade )?gewonnen\b|\bherzlichen gluckwunsch,? (?:sie|du)\b",
    r"\b(?:ihr|dein) (?:\w+ )?(?:konto|handy|computer|paket|passwort|wecker) (?:wurde|ist|wird)\s(?:gesperrt"
    r"|gehackt|infiziert"
    r"|abgelaufen|blockiert)\b",
    r"\bnur solange der vorrat reicht\b|\b(?:gutschein|rabatt)code\b",
    r"\b(?:du musst|sie mussen) (?:jetzt |sofort |dringend )+(?:anrufen|zahlen|klicken|handeln|bestatigen|aufstehen)\b",
)


def addresses_machine_in_german(folded: str) -> bool:
    """Whether it speaks to a program that reads it or hears it."""
    return _TO_MACHINE.search(folded) is not None


def addresses_listener_in_german(folded: str) -> bool:
    """Whether it gives the listener an instruction; reported speech is news."""
    return _TO_LISTENER.search(folded) is not None
