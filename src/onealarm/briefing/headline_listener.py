"""Rules that find a headline which tells the listener what to do, as advertising and fraud do.

They are strict where a mistake would do harm; where real news looks alike (``Call for calm``, ``Send more aid, UN
urges``) they ask for more than the verb. They read titles as ``headline_text.fold`` writes them.
"""

from __future__ import annotations

from typing import Final

from onealarm.briefing.headline_text import START, any_of

_PERSONAL: Final = r"""(?:password|passcode|pass phrase|pin|bank|card|account|credit|debit|details|credentials|log-?in
    |ssn|social security|seed phrase|recovery phrase|private keys?|wallet|identity|passport|otp|one-time|verification
    |security|date of birth|location|home address|address|phone|number|e-?mail|information|personal)"""
_NEWS_OF_VISITS: Final = r"""(?:of|by|to|from|with|between|in|at|for|or|and|after|amid|as|on|comes|ends|begins|is|was
    |will|could|may|marks|put|delayed|cancel\w+|postponed|called|planned|due|sparks|raises|highlights|draws|fuels|shows
    |angers|likely|scheduled|expected|set|under|has|that)"""
_REPORTED: Final = r"(?!.*\b(?:says?|urges?|urged|tells?|told|warns?|warned)\b)"

_RULE: Final = any_of(
    # getting in touch
    rf"""{START}(?:call|phone|ring|dial|text|whatsapp|message|e-?mail|contact|dm)
        \s(?:now|today|us(?! (?:crazy|mad|in)\b)|our|me (?:now|at|on|today|back)|this|immediately|toll|back now|free
        |tonight|the (?:number|hotline)|support|before it|or (?:text|click|visit)|in now)\b""",
    r"\btext '?\w+'? (?:to|at) '?(?:\d|win|enter|join|donate|opt|vote|unsubscribe|our|this|us|the)",
    rf"""{START}(?:tell|email|write to|send|ask) us\b
        (?! (?:our|the truth|back|citizens|lawmakers|senat\w+|troops|forces|military|aid)\b)""",
    r"\b(?:link in (?:bio|description)|dm for|whats?app (?:us|me|now))\b",
    # giving away what is one's own
    rf"""{START}(?:send|give|tell|e-?mail|mail|share|enter|provide|submit|confirm|verify|type|reveal|hand over|update
        |say|read out|speak) (?:me |us |them |in |out )?your (?:\w+ ){{0,2}}?{_PERSONAL}""",
    rf"""{START}(?:share|send|submit) (?:us )?your
        \s(?:views?|stor(?:y|ies)|experiences?|photos?|pictures?|memories|thoughts|questions?|tips?|data|money)\b""",
    rf"""{START}(?:send|wire|transfer|deposit) (?:\w+ ){{0,3}}?(?:bitcoins?|btc|crypto|ethereum|gift cards?|cash|money)
        \s(?:to (?!the moon)|now|here|today|via|before|at)\b""",
    rf"{START}(?:send|give|wire|transfer) (?:me|us)\b(?! (?:our|back|the truth|peace|a break|justice|time)\b)",
    rf"{START}pay (?:me|us) (?:now|in|by|the|with|\$|£|€|\d)",
    # pressing and going
    r"""\bclick (?:here|below|now|this|to (?:claim|win|read|learn|see|buy|get|watch|subscribe)
        |(?:on )?(?:the|this|our) (?:link|button|banner|picture|photo|image))\b""",
    rf"""{START}(?:tap|click|swipe|press|scan|hit) (?:here|below|now|up|to (?:claim|win|read|see|buy|get|watch|vote
        |enter|donate|join|subscribe|speak)|(?:on )?(?:the|this) (?:link|button|code|qr|screen|bell)|\d+
        |one (?:to|for|now)|any (?:key|button)|qr|subscribe)\b""",
    rf"""{START}(?:go|head|log on|browse|navigate|surf) (?:over )?to
        \s(?:our|www|(?:my|this|the) (?:site|website|link|page|url|address|app|store|profile|web address))\b""",
    rf"{START}visit (?:our|us|your|this|(?:my|the) (?:link|site|website|page|app|store|shop))\b",
    rf"(?:^|[.!?:;|]\s*'?|^'|\b(?:please|now|then|just|and) )visit (?!{_NEWS_OF_VISITS}\b){_REPORTED}",
    rf"""{START}(?:read|learn|find out|see|get|discover) (?:more|yours|it|the full story)
        \s(?:here|at|on our|now|today|in our|online|below)\b""",
    # buying and joining
    rf"""{START}(?:follow|like|subscribe|donate|register|download|install|buy|order|shop|book|apply|enroll?|bet|invest
        |reply|respond|hurry|upgrade|act|join|log (?:in|on|into)|sign (?:up|in)|check out|tune in|listen|watch|stream
        |unsubscribe|opt (?:in|out)|rsvp|enter)
        \s(?:now\b(?! (?:or|on|before|to be)\b|, pay)|today\b(?!, pay)|here\b|us\b|our\b|yours\b|tonight\b|your\s
        |for (?:free|our)\b|at (?:our|the link)|this (?:link|page|app|channel|offer)|to our
        |the (?:link|app|channel|newsletter|code|steps)|me\b|and (?:save|win|get)|to (?:win|claim|get|save|receive)
        |with (?:code|stop|yes)|before (?:it's|midnight|stocks|it is))""",
    rf"""{START}claim (?:your|this|my) (?:\w+ ){{0,2}}?
        (?:prize|reward|gift|refund|bonus|free|discount|offer|voucher|copy|spot|place|seat|tickets?|share)\b""",
    rf"{START}claim (?:a|the) (?:\w+ )?(?:prize|reward|gift|bonus|voucher)\b",
    rf"{START}(?:use|enter|apply) (?:the |our |my )?(?:(?:promo|discount|coupon|voucher|referral) )?code\b(?! of\b)",
    r"\b(?:promo|coupon|discount|referral) codes?\s*[:' ]\s*'?\w*\d",
    r"""\b(?:limited[ -]time offer|don't miss (?:out|this|our)|while (?:stocks|supplies) last|money-?back guarantee
        |no obligation|risk-free trial|terms apply)\b|\bact now\b(?=\W*$|!\s)""",
    # threats and promises
    r"""\b(?:you|you've|you have|you're|you are) (?:just |been )*
        (?:won|been (?:selected|chosen)|selected|pre-approved|a winner|the lucky)\b""",
    r"\bcongratulations,? (?:you|dear|winner)\b",
    r"""\byour (?:\w+ )?(?:account|card|computer|device|parcel|package|subscription|phone|alarm|password)
        \s(?:has|have|is|was|will|needs|must) (?:been |be )?(?:suspended|blocked|locked|hacked|infected|compromised
        |expired?|expiring|held|limited|disabled|on hold|to be|at risk|renewed)\b""",
    r"""\byou (?:must|need to|have to|should|can now|ought to) (?:now |immediately |urgently )*
        (?:call|text|send|visit|click|pay|buy|transfer|log|sign|verify|confirm|update|download|install|enter|give|open
        |unlock|leave|get up|wake|turn)\b(?: (?:now|us|your|the number|this|our|me|here|today|up)\b|\W*$)""",
    # in the house
    rf"""{START}(?:turn|switch|shut) (?:off|on|down|up) (?:your|the|this|all)(?: the)? (?:\w+ )?
        (?:alarms?|lights?|phone|heating|oven|security|speakers?|volume|smoke|tv|stove|computer|device|router)\b
        (?! early){_REPORTED}""",
    rf"""{START}(?:open|unlock|lock|disarm) (?:your|the|all|every) (?:\w+ )?
        (?:doors?|garage|gates?|safe|app|link|attachment)\b(?! to\b){_REPORTED}""",
    rf"""{START}(?:wake up|get up|get out of bed|go back to (?:sleep|bed)|stay in bed|snooze|stop snoozing)
        (?:\s*[,!.]|\W*$| (?:now|and|sleepy|immediately|lazy|today|you)\b){_REPORTED}""",
    rf"""{START}(?:repeat|copy|paste|memori[sz]e|write down|note down|google|search for|look up)
        \s(?:this|the (?:number|following|address|code)|it down|after me)\b""",
)


def addresses_listener(folded: str) -> bool:
    """Whether it gives the listener an instruction; reported speech is news."""
    return _RULE.search(folded) is not None
