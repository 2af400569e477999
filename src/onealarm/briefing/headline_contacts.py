"""Rules that find a way to be reached in a headline: a link, a domain, an e-mail address, a phone number.

They read titles as ``headline_text.fold`` writes them.
"""

from __future__ import annotations

import re
from typing import Final

_TLD: Final = (
    "(?:com|net|org|info|biz|edu|gov|mil|int|io|co|ai|app|dev|xyz|top|site|online|shop|store|club|live|tv|me|ly|gg|cc"
    "|link|click|uk|us|de|fr|eu|ru|cn|in|ca|au)"
)
_ABBREVIATED: Final = (
    "(?:st|mr|mrs|ms|dr|gov|sen|rep|gen|col|sgt|lt|capt|prof|rev|jr|sr|vs|no|mt|ft|inc|ltd|dept|est|feat|pres)"
)
_LINKS: Final = (
    r"://|\bhxxps?|\bhttps?\s*[:/]|\bhttps?\s+(?:colon|slash)",
    r"\b(?:mailto|tel|sms|javascript|whatsapp|magnet)\s?:\s?[\w+/]",
    r"\bwww\s*[.\[(]|\bwww\s+dot\b",
    r"\w\s*@\s*\w[\w-]*\s*(?:\.|\bdot\b)",  # e-mail
    r"[\[({<]\s*(?:dot|at|\.|@)\s*[\])}>]",  # example[.]com, example(dot)com, name [at] example
    # example dot com; not the dot-com boom
    rf"\bdot[\s-]+{_TLD}\b(?!\s+(?:boom|bubble|bust|crash|era|stocks?|shares|collapse|billionaires?|millionaires?))",
    rf"\w\s+\.\s*{_TLD}\b|\w\.\s+com\b|\w[,·•]com\b",  # example . com
    # any name with a dot and a word of letters after it, whatever the top-level domain
    rf"(?<![\w.])(?!{_ABBREVIATED}\.|will\.i\.am\b)(?=[\w-]*[^\W\d])[^\W_][\w-]+\.(?:[\w-]+\.)*(?!js\b)[^\W\d_]{{2,}}\b",
    r"(?<![\w.])[a-z0-9]\.(?:com|co|me|ly|gg|io|org|net|ai|cc)\b",  # t.co
    r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])",  # 203.0.113.9
)
_LINK: Final = re.compile("|".join(_LINKS))

_CUE: Final = re.compile(r"\b(?:call|dial|ring|phone|tel|telephone|text|sms|whats?app|hotline|helpline|fax|mobile)\b")
_CUED_DIGITS: Final = 5
_CUE_REACH: Final = 30
"""Characters after a cue within which five digits are a number to call."""

_CERTAIN: Final = re.compile(
    r"(?<![$€£¥\d])\d{7,}"
    r"|\b1[-. ]8(?:00|33|44|55|66|77|88)[-. ]\w"
    r"|\b0800[- ](?!gmt|hrs|hours|bst|utc|et\b|local)[a-z]"
    r"|\b(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)\b[\s,-]*){6,}"
)
_RUN: Final = re.compile(r"(?<![\w$€£¥,.])[+(]*\d(?:[\s().\-+/·_]*\d)*")
_PHONE_DIGITS: Final = 7
_ORDINARY_TOKEN: Final = re.compile(
    r"\(?\d{1,3}-\d{1,3}\)?"  # a score, a span such as 26-27
    r"|\(?\d{1,2}\)?"  # a tie-break, a day
    r"|(?:1\d|20|21)\d\d(?:[-/](?:\d\d|(?:1\d|20|21)\d\d))?"  # a year, a span of years
    r"|\d{4}-\d\d-\d\d|\d{1,2}[-./]\d{1,2}[-./](?:\d\d|\d{4})"  # a date
)
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}([ .])\d{3}(?:\1\d{3})*")
"""A number with its thousands apart, as much of the world writes them."""


def has_link(folded: str) -> bool:
    """Whether it names a place in the network, also when spelt out or taken apart."""
    return _LINK.search(folded) is not None


def has_phone_number(folded: str) -> bool:
    """Seven digits or more that are no score, date, span of years or grouped number; or five after "call" and such."""
    if _CERTAIN.search(folded):
        return True
    cues = [cue.end() for cue in _CUE.finditer(folded)]
    for run in _RUN.finditer(folded):
        digits = sum(character.isdigit() for character in run[0])
        if digits >= _CUED_DIGITS and any(cue <= run.start() <= cue + _CUE_REACH for cue in cues):
            return True
        if digits >= _PHONE_DIGITS and not _is_ordinary(run[0]):
            return True
    return False


def _is_ordinary(run: str) -> bool:
    if _GROUPED.fullmatch(run):
        return True
    tokens = run.split()
    short = sum(token.isdigit() and len(token) <= 2 for token in tokens)  # 06 12 34 56 78, 5 5 5 8 6 7 5
    return short < 3 and all(_ORDINARY_TOKEN.fullmatch(token) for token in tokens)
