"""Quotes, dashes, emoji, markup, links, and what a text may hold by mistake."""

from __future__ import annotations

import pytest

from onealarm.briefing.spoken import for_language

CASES = {
    "“Hello,” she said": "Hello, she said",
    "‘Quoted’ words": "Quoted words",
    "don’t": "don't",
    "O’Brien": "O'Brien",
    "the workers’ rights": "the workers rights",
    "rock ’n’ roll": "rock n roll",
    "«Bonjour»": "Bonjour",
    "wait… what": "wait, what",
    "Wait...": "Wait",
    "No way!!!": "No way!",
    "What?!": "What?",
    "Who won?": "Who won?",
    "word—word": "word, word",
    "word – word": "word, word",
    "US–China talks": "US-China talks",
    "word -- word": "word, word",
    "one - two": "one, two",
    "well-known": "well-known",
    "(in brackets) here": "in brackets, here",
    "a; b: c": "a; b: c",
    "🎉 Party 🎉": "Party",
    "👨\u200d👩\u200d👧 family": "family",
    "1️⃣ first": "first",
    "❤️": "",
    "**bold** and _it_": "bold and it",
    "# Heading": "Heading",
    "- item": "item",
    "> quote": "quote",
    "`code`": "code",
    "~~gone~~": "gone",
    "snake_case": "snake case",
    "[link](https://x.com)": "link",
    "![picture](https://x.com/a.png)": "picture",
    "See https://example.com/a?b=c now": "See now",
    "www.example.com": "",
    "Mail me@example.com now": "Mail now",
    "visit bbc.co.uk/news today": "visit today",
    "<b>Bold</b> &amp; more": "Bold and more",
    "&lt;b&gt;x&lt;/b&gt;": "x",
    "AT&amp;T": "A T and T",
    "AT&amp;amp;T": "A T and T",
    "it&#8217;s": "it's",
    "&nbsp;Hi&nbsp;": "Hi",
    "a\tb": "a b",
    "first line\nsecond line": "first line second line",
    "a\x00b": "a b",
    "a\u200bb": "ab",
    ":-)": "",
    "---": "",
    "Café": "Café",
    "Cafe\u0301": "Café",
    "Straße": "Straße",
    "Hawaiʻi": "Hawaiʻi",
    "日本語": "日本語",
    "日本語。": "日本語.",
    "مرحبا، كيف؟": "مرحبا, كيف?",
    "नमस्ते": "नमस्ते",
    "Привет, мир!": "Привет, мир!",
    "ﬁne": "fine",
    "㍿": "株式会社",
    "Windows™": "Windows",
    "Hello.World": "Hello. World",
}


@pytest.mark.parametrize(("written", "spoken"), CASES.items())
def test_characters_are_spoken_in_words(written: str, spoken: str) -> None:
    assert for_language("en").normalise(written) == spoken
