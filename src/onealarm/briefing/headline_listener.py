"""Rules that find a headline which tells the listener what to do, as advertising and fraud do.

They are strict where a mistake would do harm; where real news looks alike (``Call for calm``, ``Send more aid, UN
urges``) they ask for more than the verb. They read titles as ``headline_text.fold`` writes them.
"""

from __future__ import annotations

import re
from typing import Final

from onealarm.briefing.headline_text import START

_PERSONAL: Final = (
    r"(?:password|passcode|pass phrase|pin|bank|card|account|credit|debit|details|credentials|log-?in|ssn"
    r"|social security"
    r"|seed phrase|recovery phrase|private keys?|wallet|identity|passport|otp|one-time|verification|security"
    r"|date of birth"
    r"|location|home address|address|phone|number|e-?mail|information|personal)"
)
_NEWS_OF_VISITS: Final = (
    r"(?:of|by|to|from|with|between|in|at|for|or|and|after|amid|as|on|comes|ends|begins|is|was|will|could|may"
    r"|marks|put"
    r"|delayed|cancel\w+|postponed|called|planned|due|sparks|raises|highlights|draws|fuels|shows|angers"
    r"|likely|scheduled"
    r"|expected|set|under|has|that)"
)
_REPORTED: Final = r"(?!.*\b(?:says?|urged?|urges|told|warns?|warned)\b)"

_FORMS: Final = (
    # getting in touch
    (
        rf"{START}(?:call|phone|ring|dial|text|whatsapp|message|e-?mail|contact|dm) "
        r"(?:now|today|us|our|me (?:now|at|on|today|back)|this|immediately|toll|back now|free|tonight"
        r"|the (?:number|hotline)"
        r"|support|before it|or (?:text|click|visit)|in now)\b"
    ),
    r"\btext '?\w+'? (?:to|at) '?(?:\d|win|enter|join|donate|opt|vote|unsubscribe|our|this|us|the)",
    (
        rf"{START}(?:tell|email|write to|send|ask) us\b"
        r"(?! (?:our|the truth|back|citizens|lawmakers|senat\w+|troops|forces|military|aid)\b)"
    ),
    r"\b(?:link in (?:bio|description)|dm for|whats?app (?:us|me|now))\b",
    # giving away what is one's own
    (
        rf"{START}(?:send|give|tell|e-?mail|mail|share|enter|provide|submit|confirm|verify|type|reveal"
        rf"|hand over|update|say"
        rf"|read out|speak) (?:me |us |them |in |out )?your (?:\w+ ){{0,2}}?{_PERSONAL}"
    ),
    (
        rf"{START}(?:share|send|submit) (?:us )?your "
        r"(?:views?|stor(?:y|ies)|experiences?|photos?|pictures?|memories|thoughts|questions?|tips?|data|money)\b"
    ),
    (
        rf"{START}(?:send|wire|transfer|deposit) (?:\w+ ){{0,3}}?(?:bitcoins?|btc|crypto|ethereum|gift cards?"
        rf"|cash|money) "
        r"(?:to|now|here|today|via|before|at)\b"
    ),
    rf"{START}(?:send|give|wire|transfer|pay) (?:me|us)\b(?! (?:our|back|the truth|peace|a break|justice|time)\b)",
    # pressing and going
    (
        r"\bclick (?:here|below|now|this|through|to (?:claim|win|read|learn|see|buy|get|watch|subscribe)"
        r"|(?:on )?(?:the|this|our) (?:link|button|banner|picture|photo|image))\b"
    ),
    (
        rf"{START}(?:tap|click|swipe|press|scan|hit) (?:here|below|now|up|to|on|the (?:link|button|code|qr"
        rf"|screen|bell)"
        r"|this (?:link|button|code|qr)|\d+|one|any (?:key|button)|qr|subscribe)\b"
    ),
    (
        rf"{START}(?:go|head|log on|browse|navigate|surf) (?:over )?to "
        r"(?:our|my|this|www|the (?:site|website|link|page|url|address|app|store|web address))\b"
    ),
    rf"{START}visit (?:our|my|us|your|this|the (?:link|site|website|page|app|store|shop))\b",
    rf"(?:^|[.!?:;|]\s*'?|^'|\b(?:please|now|then|just|and) )visit (?!{_NEWS_OF_VISITS}\b)",
    (
        rf"{START}(?:read|learn|find out|see|get|discover) (?:more|yours|it|the full story) "
        r"(?:here|at|on our|now|today|in our|online|below)\b"
    ),
    # buying and joining
    (
        rf"{START}(?:follow|like|subscribe|donate|register|download|install|buy|order|shop|book|apply|enrol"
        rf"|enroll|bet|invest"
        r"|vote|reply|respond|hurry|upgrade|act|join|log (?:in|on|into)|sign (?:up|in)|check out|tune in"
        r"|listen|watch|stream"
        r"|unsubscribe|opt (?:in|out)|rsvp|enter) (?:now\b(?! (?:or|on|before|to be)\b)|today\b|here\b|us\b"
        r"|our\b|yours\b"
        r"|tonight\b|your |for (?:free|your|our)\b|at (?:our|the link)|this (?:link|page|app|channel|offer)"
        r"|the (?:link|app|channel|newsletter|code|steps)|me\b|and (?:save|win|get)|to (?:win|our|claim|get"
        r"|save|receive)"
        r"|with (?:code|stop|yes)|before (?:it's|midnight|stocks|it is))"
    ),
    (
        rf"{START}claim (?:your|a|this|the|my) (?:\w+ ){{0,2}}?"
        r"(?:prize|reward|gift|refund|bonus|free|discount|offer|voucher|copy|spot|place|seat|tickets?|share)\b"
    ),
    rf"{START}(?:use|enter|apply) (?:the |our |my )?(?:(?:promo|discount|coupon|voucher|referral) )?code\b",
    r"\b(?:promo|coupon|discount|referral) codes?\s*[:' ]\s*'?\w*\d",
    (
        r"\b(?:limited[ -]time offer|don't miss (?:out|this|our)|while (?:stocks|supplies) last|money-?back guarantee"
        r"|no obligation|risk-free trial|terms apply)\b|\bact now\b(?=\W*$|! )"
    ),
    # threats and promises
    (
        r"\b(?:you|you've|you have|you're|you are) (?:just |been )*"
        r"(?:won|been (?:selected|chosen)|selected|pre-approved|a winner|the lucky)\b"
        r"|\bcongratulations,? (?:you|dear|winner)\b"
    ),
    (
        r"\byour (?:\w+ )?(?:account|card|computer|device|parcel|package|subscription|phone|alarm|password) "
        r"(?:has|have|is|was|will|needs|must) (?:been |be )?(?:suspended|blocked|locked|hacked|infected"
        r"|compromised|expired?"
        r"|expiring|held|limited|disabled|on hold|to be|at risk|renewed)\b"
    ),
    (
        r"\byou (?:must|need to|have to|should|can now|ought to) (?:now |immediately |urgently )*"
        r"(?:call|text|send|visit|click|pay|buy|transfer|log|sign|verify|confirm|update|download|install"
        r"|enter|give|open|unlock"
        r"|leave|get up|wake|turn)\b(?: (?:now|us|your|the number|this|our|me|here|today|up)\b|\W*$)"
    ),
    # in the house
    (
        rf"{START}(?:turn|switch|shut) (?:off|on|down|up) (?:your|the|this|all)(?: the)? (?:\w+ )?"
        rf"(?:alarms?|lights?|phone|heating|oven|security|speakers?|volume|smoke|tv|stove|computer|device"
        rf"|router)\b{_REPORTED}"
    ),
    (
        rf"{START}(?:open|unlock|lock|disarm) (?:your|the|all|every) (?:\w+ )?"
        rf"(?:doors?|garage|gates?|windows?|safe|app|link|attachment)\b(?! to\b){_REPORTED}"
    ),
    (
        rf"{START}(?:wake up|get up|get out of bed|go back to (?:sleep|bed)|stay in bed|snooze|stop snoozing)"
        r"(?:\s*[,!.]|\W*$| (?:now|and|sleepy|immediately|lazy|today|you)\b)"
    ),
    (
        rf"{START}(?:repeat|copy|paste|memori[sz]e|write down|note down|google|search for|look up) "
        r"(?:this|the (?:number|following|address|code)|it down|after me)\b"
    ),
)

_RULE: Final = re.compile("|".join(_FORMS))


def addresses_listener(folded: str) -> bool:
    """Whether it gives the listener an instruction; reported speech is news."""
    return _RULE.search(folded) is not None
