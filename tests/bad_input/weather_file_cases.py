"""Weather files that ``onealarm demo --weather FILE`` refuses."""

from __future__ import annotations

from typing import Final

from onealarm.api.middleware import LARGEST_BODY
from tests.bad_input.case import Case

FILE: Final = "weather.json"
"""What the file is called. A case whose bytes are None has none."""

_TIME: Final = "Give it as text, such as 07:00"
_INSTANT: Final = "Give it as text, such as 2026-12-24T06:30:00Z"
_NUMBER: Final = "Give a number, without quotes"
_OBJECT: Final = "Send one JSON object in UTF-8"


def _file(given: str, text: bytes | None, problem: str, remedy: str) -> Case[bytes | None]:
    return Case(given, text, "--weather", problem, remedy)


def _key(text: str, key: str, problem: str, remedy: str, *, given: str = "") -> Case[bytes | None]:
    return Case(given or f"`{text}`", text.encode(), f"--weather.{key}", problem, remedy)


CASES: Final = (
    _file("a file that is not there", None, f"'{FILE}' cannot be read: No such file or directory", "Give a JSON file"),
    _file("a file of more than 128 KiB", b" " * (LARGEST_BODY + 1), f"'{FILE}' is longer than {LARGEST_BODY} bytes",
          "Give one report alone"),
    _key("", "file", "is not JSON from character 1 on", _OBJECT, given="an empty file"),
    _key("cold and wet", "file", "is not JSON from character 1 on", _OBJECT),
    _key("{'unit': 'C'}", "file", "is not JSON from character 2 on", _OBJECT),
    Case("a file that is not UTF-8", b'{"location": "K\xf6ln"}', "--weather.file", "is not UTF-8 at byte 16", _OBJECT),
    _key("[]", "file", "an empty list is not an object", "Give an object"),
    _key('[{"current_temp": 4}]', "file", "a list is not an object", "Give an object"),
    _key('"C"', "file", "'C' is not an object", "Give an object"),
    _key('{"current_temp": NaN}', "file", "is not JSON: NaN is no number", "Give finite numbers, or null"),
    _key('{"unit": "C", "unit": "F"}', "unit", "is given twice", "Give it once"),
    _key('{"current_temp": "20"}', "current_temp", "'20' is not a number", _NUMBER),
    _key('{"current_temp": 151}', "current_temp", "151 is too much", "Give at most 150"),
    _key('{"high_temp": 1e999}', "high_temp", "inf is not a finite number", "Give a finite number"),
    _key('{"low_temp": -273.15}', "low_temp", "-273.15 is too little", "Give at least -150"),
    _key('{"unit": "K"}', "unit", "'K' is not known", "Give 'F' or 'C'"),
    _key('{"sunrise_time": "24:00"}', "sunrise_time", "'24:00' is not a time of day", _TIME),
    _key('{"sunset_time": 1930}', "sunset_time", "1930 is not a time of day", _TIME),
    _key('{"updated_at": "9999-01-01T00:00:00Z"}', "updated_at", "lies in the future",
         "Give an instant up to now, or leave it out"),
    _key('{"updated_at": "yesterday"}', "updated_at", "'yesterday' is not an instant", _INSTANT),
    _key('{"condition": "rain\\nand snow"}', "condition", "holds a control character", "Give one line of text"),
    _key('{"condition": "\\ud83c"}', "condition", "holds half a character (an unpaired surrogate)",
         "Give whole characters"),
    _key('{"\\u001b[31m": 1}', r"\x1b[31m", "is not known", "Leave it out, or check its spelling"),
    _key('{"\\ud800": 1}', "file", "holds half a character (an unpaired surrogate) in a name", _OBJECT),
    _key('{"humidity": 50}', "humidity", "is not known", "Leave it out, or check its spelling"),
)  # fmt: skip
