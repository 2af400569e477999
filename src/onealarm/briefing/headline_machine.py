"""Rules that find a headline which speaks to a machine: by the marks of roles, by name, by what it tells it to do.

A headline may be shown to a language model, and is read aloud in rooms where machines listen. The rules know the forms
that such lines take in English, and the commonest one in some neighbouring languages. They read titles as
``headline_text.fold`` writes them.
"""

from __future__ import annotations

from typing import Final

from onealarm.briefing.headline_text import START, any_of

_WAKE_WORD: Final = "(?:siri|alexa|cortana|bixby|google|chatgpt|claude|gemini|copilot|grok|meta|assistant|one ?alarm)"
_MACHINE: Final = r"""(?:a\.?i\.?|llms?|(?:large )?language models?|chat\s?gpt|gpt(?:-?[\w.]+)?|claude|gemini|copilot
    |grok|assistants?|chat\s?bot|bot|agent|model|system|narrator|newsreader|reader|one ?alarm)"""
_DEVICE: Final = "(?:siri|alexa|cortana|bixby|google|robot|computer|machine|speaker)"
_VERB: Final = r"""(?:read|speak|tell|announce|repeat|ignore|disregard|forget|play|stop|turn|open|unlock|call|send|buy
    |order|add|delete|remove|skip|print|output|reveal|show|write|translate|respond|reply|answer|do not|don't|never
    |always|act|pretend|please|follow|execute|run|start|wake|cancel|snooze|visit|switch
    |say (?:the|that|this|hello|only|it|after))"""
_ORDERS: Final = r"""(?:instructions?|prompts?|directives?|guidelines?|guardrails?|programming|system messages?
    |commands?|restrictions|context)"""
_PEOPLE: Final = "(?:listeners?|users?|owners?|sleepers?|readers?|person|human)"
_NOT_A_PERSON: Final = r"(?! (?:sceptic|skeptic|fan|user|boss|company|firm|start-?up|worker|believer|expert|referee))"
_REPORTED: Final = r"(?!.*\b(?:says?|urges?|urged|tells?|told|warns?|warned)\b)"

_RULE: Final = any_of(
    # the marks that language models set between roles and parts
    r"<\||\|>|<<|>>|```|'''|#{3}|={3}|[{}]|\\[nrtu]\b|\[/?inst\]",
    r"</?(?:system|user|assistant|instructions?|prompt|script|s)\b",
    r"\[/?(?:system|user|assistant|instructions?|inst|prompt|admin|override|begin|end)\b[^\]]*\]",
    r"""(?:^|[^\w\s]\s*)(?:system|assistant|user|human|developer (?:mode|message|note))
        (?: message| prompt| note| override)?\s*[:>\]]""",
    r"\b(?:end|begin|start) (?:of )?(?:the )?(?:system |new |user )?(?:prompt|instructions?|transcript|untrusted)\b",
    r"\bend of (?:the )?headlines\s*[.:\]-]",
    r"""\b(?:function|tool)[ _]calls?\s?[:=(]|\bdrop table\b|\brm -rf\b|\bselect \* from\b|\b(?:eval|exec)\(
        |\bbase64\s?[:(]""",
    r"(?:^|\s)(?:[^\W\d] ){5,}[^\W\d]\b",  # l e t t e r s taken apart
    # calling it by name
    rf"\b(?:hey|hi|ok|okay|yo|hello)[\s,]+{_WAKE_WORD}\b(?! (?:users|owners|fans|maker))",
    rf"""\b(?:dear|attention|note to|message (?:to|for))[\s,:]+(?:the |all |any )?{_MACHINE}\b
        (?! (?:users|owners|fans|makers?|boss\w*|staff|workers|employees|compan\w+|firms|giants|industry|sceptics))""",
    rf"{START}(?:{_MACHINE}|{_DEVICE})\s*[,:!;-]+\s*{_VERB}\b",
    r"\b(?:alexa|siri|cortana|bixby)\s*[,!]\s",
    rf"\bif you are (?:an? )?(?:{_MACHINE}|reading this|summari[sz]ing)\b{_NOT_A_PERSON}",
    r"\bany (?:ai|llm|model|assistant) reading\b",
    # laying aside what it was told
    rf"""{START}(?:ignore|disregard|forget|override|bypass|discard|neglect) (?:\w+ ){{0,3}}?
        (?:all|any|your|these|those|every|everything|anything|whatever)\b(?: \w+){{0,3}}?
        \s(?:{_ORDERS}|above|before this|previously|you (?:were|have been))\b""",
    rf"""\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|override|bypass|discard)\b.{{0,40}}
        \b(?:previous|prior|above|earlier|preceding|foregoing|former|system)\b.{{0,20}}
        \b(?:{_ORDERS}|text|messages?|headlines|input)\b""",
    rf"""{START}(?:ignore|disregard|forget|override) (?:the )?
        (?:above|foregoing|preceding|rest of the (?:headlines|text|news)|following rules|{_ORDERS})\b""",
    r"\bignor\w*\b.{0,40}\b(?:instruccion\w*|instrucoes|istruzion\w*|anweisung\w*|instruktion\w*|instructies)\b",
    r"\b(?:ignore[rz]?|oublie[rz]?) (?:\w+ ){0,3}instructions\b",
    r"""\b(?:new|updated|revised|your|additional|secret|hidden) (?:system )?(?:instructions?|prompt)\s*
        (?::(?! (?:how|what|why|who|when|where)\b)|- |(?:is|are|now)\b)""",
    # making it something else
    r"\byou are now\b",
    rf"\byou are (?:an? )?(?:helpful|language model|ai|a\.i\.|llm|assistant|chatbot|dan)\b{_NOT_A_PERSON}",
    r"\bas an? (?:ai|language) (?:model|assistant),? (?:i|you|my|your)\b|\bdo anything now\b",
    r"""\bfrom now on,? (?:you (?:are|will|must|only|should|answer|speak|act|respond)|say|act|respond|answer|always|only
        |ignore|read|speak|reply|call)\b""",
    rf"{START}(?:act|behave|pose) (?:as (?:if|though|an?|my|the)|like a)\b{_REPORTED}",
    rf"{START}(?:respond|answer|reply|speak) only (?:with|in)\b",
    rf"{START}(?:pretend|role-?play|imagine) (?:to be|you|that you|as)\b",
    r"\b(?:developer|god|jailbreak|dan|debug|admin|maintenance) mode (?:on|enabled|activated|engaged)\b",
    r"\b(?:enter|enable|activate) (?:developer|god|jailbreak|dan|debug|admin) mode\b",
    # having it say, hide or tell
    rf"""{START}(?:reveal|print|show|output|repeat|leak|expose|display|dump|share|recite|tell) (?:me |us )?(?:your|the)
        \s(?:\w+ )?(?:prompt|instructions|configuration|api keys?|secrets?|credentials|training data)\b""",
    rf"""{START}(?:say|read|speak|announce|repeat|recite|broadcast|play|translate|summari[sz]e|execute|run|print|output
        |write) (?:out |aloud |loudly |only |exactly |back )*
        (?:the following(?! (?:way|day|week|year|season))|this(?! down\b|: (?:the|a|how|why|what)\b)|these|after me
        |what follows|aloud|out loud|the (?:next|above|text)|nothing|it (?:aloud|out)|instead|verbatim
        |in (?:a|the) voice)\b""",
    rf"{START}(?:tell|inform|warn|remind|convince|ask|instruct|urge|persuade) (?:the|your|our|all|every) {_PEOPLE}\b",
    rf"""{START}(?:do not|don't|dont|never|stop|skip) (?:read|mention|say|tell|speak|reading|mentioning|summari[sz]\w+
        |announc\w+|repeat) (?:any|the|this|these|other|that|it|a|out|to|aloud|headlines)\b""",
)


def addresses_machine(folded: str) -> bool:
    """Whether it speaks to a program that reads it or hears it."""
    return _RULE.search(folded) is not None
