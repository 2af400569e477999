"""Rules that find a headline which speaks to a machine: by the marks of roles, by name, by what it tells it to do.

A headline may be shown to a language model, and is read aloud in rooms where machines listen. The rules know the forms
that such lines take in English, and the commonest one in some neighbouring languages. They read titles as
``headline_text.fold`` writes them.
"""

from __future__ import annotations

import re
from typing import Final

from onealarm.briefing.headline_text import START

_MACHINE: Final = (
    r"(?:a\.?i\.?|assistants?|chat\s?gpt|gpt(?:-?[\w.]+)?|claude|gemini|copilot|grok|siri|alexa|cortana|bixby"
    r"|google|llms?"
    r"|(?:large )?language models?|chat\s?bots?|bots?|robots?|computer|machine|narrator|newsreader|reader"
    r"|speaker|model"
    r"|agents?|one ?alarm|system)"
)
_MACHINE_VERB: Final = (
    r"(?:read|say|speak|tell|announce|repeat|ignore|disregard|forget|play|stop|turn|set|open|unlock|call|send"
    r"|buy|order|add"
    r"|delete|remove|skip|print|output|reveal|show|write|translate|respond|reply|answer|do not|don't|never"
    r"|always|act|pretend"
    r"|please|follow|execute|run|start|wake|cancel|snooze|visit|switch)"
)
_RULES: Final = (
    r"(?:instructions?|prompts?|directives?|guidelines?|guardrails?|programming|system messages?|commands?"
    r"|restrictions"
    r"|context)"
)
_LISTENER: Final = r"(?:listeners?|users?|owners?|sleepers?|readers?|audience|person|human)"

_FORMS: Final = (
    # the marks that language models set between roles and parts
    r"<\||\|>|<<|>>|```|'''|#{3}|={3}|[{}]|\\[nrtu]\b|\[/?inst\]",
    r"</?(?:system|user|assistant|instructions?|prompt|script|s)\b",
    r"\[/?(?:system|user|assistant|instructions?|inst|prompt|admin|override|begin|end)\b[^\]]*\]",
    (
        r"(?:^|[^\w\s]\s*)(?:system|assistant|user|human|developer (?:mode|message|note))"
        r"(?: message| prompt| note| override)?\s*[:>\]]"
    ),
    (
        r"\b(?:end|begin|start) (?:of )?(?:the )?(?:system |new |user )?"
        r"(?:prompt|instructions?|transcript|input|untrusted|headlines|conversation)\b"
    ),
    (
        r"\b(?:function|tool)[ _]calls?\s?[:=(]|\bdrop table\b|\brm -rf\b|\bselect \* from\b|\b(?:eval|exec)\("
        r"|\bbase64\s?[:(]"
    ),
    r"(?:^|\s)(?:[^\W\d] ){5,}[^\W\d]\b",  # l e t t e r s taken apart
    # calling it by name
    (
        rf"\b(?:hey|hi|ok|okay|yo|hello|dear|attention|note to|message (?:to|for))[\s,:]+(?:the |all "
        rf"|any )?{_MACHINE}\b"
        r"(?! (?:users|owners|fans|maker|boss|staff|workers|employees))"
    ),
    rf"{START}{_MACHINE}\s*[,:!;-]+\s*{_MACHINE_VERB}\b",
    r"\b(?:alexa|siri|cortana|bixby)\s*[,!]\s",
    rf"\bif you are (?:an? )?(?:{_MACHINE}|reading this|summari[sz]ing)\b|\bany (?:ai|llm|model|assistant) reading\b",
    # laying aside what it was told
    (
        rf"{START}(?:ignore|disregard|forget|override|bypass|discard|neglect) (?:\w+ ){{0,3}}?"
        r"(?:all|any|your|these|those|every|everything|anything|whatever)\b(?: \w+){0,3}? "
        rf"(?:{_RULES}|above|before|previously|you (?:were|have|know))\b"
    ),
    (
        r"\b(?:ignor\w*|disregard\w*|forget|overrid\w*|bypass|discard)\b.{0,40}"
        r"\b(?:previous|prior|above|earlier|preceding|foregoing|former|system)\b.{0,20}"
        rf"\b(?:{_RULES}|text|messages?|rules|headlines|input)\b"
    ),
    (
        rf"{START}(?:ignore|disregard|forget|override) (?:the )?"
        rf"(?:above|foregoing|preceding|previous|rest of|following rules|{_RULES})\b"
    ),
    r"\bignor\w*\b.{0,40}\b(?:instruccion\w*|instrucoes|istruzion\w*|anweisung\w*|instruktion\w*|instructies)\b",
    r"\b(?:ignore[rz]?|oublie[rz]?) (?:\w+ ){0,3}instructions\b",
    (
        r"\b(?:new|updated|revised|your|additional|secret|hidden) (?:system )?(?:instructions?|prompt|directives?)\s*"
        r"(?::|- |(?:is|are|now)\b)"
    ),
    # making it something else
    r"\byou are now\b|\byou are (?:an? )?(?:helpful|language model|ai|a\.i\.|llm|assistant|chatbot|dan\b)",
    r"\bas an? (?:ai|language) (?:model|assistant)\b|\bdo anything now\b",
    r"\bfrom now on,? (?:you|say|act|respond|answer|always|only|ignore|read|speak|reply|call)\b",
    (
        rf"{START}(?:act|behave|respond|answer|reply|speak|pose) (?:as (?:if|though|an?|my|the)|only (?:with|in)"
        rf"|like a)\b"
    ),
    rf"{START}(?:pretend|role-?play|imagine) (?:to be|you|that you|as)\b",
    r"\b(?:developer|god|jailbreak|dan|debug|admin|maintenance) mode (?:on|enabled|activated|engaged)\b",
    r"\b(?:enter|enable|activate) (?:developer|god|jailbreak|dan|debug|admin) mode\b",
    # having it say, hide or tell
    (
        rf"{START}(?:reveal|print|show|output|repeat|leak|expose|display|dump|share|recite|tell) (?:me "
        rf"|us )?(?:your|the) "
        r"(?:\w+ )?(?:prompt|instructions|configuration|api keys?|secrets?|credentials|training data)\b"
    ),
    (
        rf"{START}(?:say|read|speak|announce|repeat|recite|broadcast|play|translate|summari[sz]e|execute|run"
        rf"|print|output|write)"
        r" (?:out |aloud |loudly |only |exactly |back )*(?:the following|this|these|after me|what follows"
        r"|aloud|out loud"
        r"|the (?:next|above|text)|nothing|it (?:aloud|out)|instead|verbatim|in (?:a|the) voice)\b"
    ),
    (
        rf"{START}(?:tell|inform|warn|remind|convince|ask|instruct|urge|persuade) (?:the|your|our|all"
        rf"|every) {_LISTENER}\b"
    ),
    (
        rf"{START}(?:do not|don't|dont|never|stop|skip) (?:read|mention|say|tell|speak|reading|mentioning"
        rf"|summari[sz]\w+"
        r"|announc\w+|repeat) (?:any|the|this|these|other|that|it|a|out|to|aloud|headlines)\b"
    ),
)

_RULE: Final = re.compile("|".join(_FORMS))


def addresses_machine(folded: str) -> bool:
    """Whether it speaks to a program that reads it or hears it."""
    return _RULE.search(folded) is not None
