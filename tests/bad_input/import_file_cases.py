"""Files that ``onealarm import FILE`` refuses, and lines of them that it rejects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from onealarm.cli.importing.columns import COLUMNS
from onealarm.cli.importing.records import LONGEST
from tests.bad_input.case import Case
from tests.bad_input.world import WEEKLY

File = tuple[str, bytes | None]
"""Its name, and what is in it; None is not there."""

_COLUMNS: Final = f"Give some of {', '.join(COLUMNS)}"
_MEND: Final = "Mend that, and import the file again: nothing is doubled"
_TEXT: Final = "Give it as text, such as 07:00"
_GIVE: Final = "Give it"
_SPELLING: Final = "Leave it out, or check its spelling"


def _csv(given: str, text: bytes | None, problem: str, remedy: str) -> Case[File]:
    return Case(given, ("people.csv", text), "file", problem, remedy)


def _ndjson(given: str, text: bytes | None, problem: str, remedy: str) -> Case[File]:
    return Case(given, ("people.ndjson", text), "file", problem, remedy)


def _row(header: str, row: str, column: str, problem: str, remedy: str, *, given: str = "") -> Case[File]:
    text = f"{header}\r\n{row}\r\n".encode()
    return Case(given or f"`{row}` below `{header}`", ("people.csv", text), column, problem, remedy)


def _object(text: str, key: str, problem: str, remedy: str, *, given: str = "") -> Case[File]:
    return Case(given or f"`{text}`", ("people.ndjson", text.encode() + b"\n"), key, problem, remedy)


FILES: Final[Sequence[Case[File]]] = (
    _csv("a file that is not there", None, "'people.csv' cannot be read: No such file or directory",
         "Give a CSV or NDJSON file (.csv, .ndjson)"),
    Case("a file with another suffix", ("people.xlsx", b"PK"), "file", "'people.xlsx' is neither .csv nor .ndjson",
         "Name it by what it is"),
    _csv("an empty CSV file", b"", "does not begin with a line of column names", _COLUMNS),
    _csv("CSV that begins with an empty line", b"\nuser\n", "does not begin with a line of column names", _COLUMNS),
    _csv("CSV without column names", b"sarah,07:00\n", "column 'sarah' is not known", _COLUMNS),
    _csv("CSV with an unknown column", b"user,tiem\n", "column 'tiem' is not known", _COLUMNS),
    _csv("CSV with a column without a name", b"user,,time\n", "column '' is not known", _COLUMNS),
    _csv("CSV with a column twice", b"user,time,user\n", "column 'user' is given twice", "Give it once"),
    _csv("CSV without the column user", b"name,time\n", "has no column 'user'",
         "Say on each line whose alarm it is, by a key of yours or an id"),
    _csv("CSV with semicolons", b"user;time\n", "its values are not separated by commas", "Put commas between them"),
    _csv("CSV that is not UTF-8", b"user,name,timezone\nk,K\xf6ln,UTC\n", "line 2 is not UTF-8 at byte 4", _MEND),
    _csv("CSV in UTF-16", b"\xff\xfeu\x00s\x00e\x00r\x00", "line 1 is not UTF-8 at byte 1", _MEND),
    _csv("CSV with a quote that is not closed", b'user,time\n"sarah,07:00\n',
         "line 2 begins a record that is not CSV (unexpected end of data)", _MEND),
    _csv("CSV with text after a quote", b'user,time\n"sarah"x,07:00\n',
         "line 2 begins a record that is not CSV (',' expected after '\"')", _MEND),
    _csv("CSV with a record of more than 1 MiB", b"user\n" + b"x," * (LONGEST // 2 + 1),
         f"line 2 makes a record of more than {LONGEST} bytes", _MEND),
    _ndjson("NDJSON that is not UTF-8", b'{"user": "K\xf6ln"}\n', "line 1 is not UTF-8 at byte 12", _MEND),
    _ndjson("NDJSON with a line of more than 1 MiB", b'"' + b"x" * LONGEST + b'"\n',
            f"line 1 makes a record of more than {LONGEST} bytes", _MEND),
)  # fmt: skip

ROWS: Final[Sequence[Case[File]]] = (
    _row("user,time", ",07:00", "user", "is missing", _GIVE),
    _row("user,timezone", f"{'x' * 201},UTC", "user", "is longer than 200 characters", "Give at most 200",
         given="a `user` of 201 characters"),
    _row("user,time", "otto,07:00", "user", "'otto' does not exist",
         "Give his timezone, on this line or on one before it"),
    _row("user,name,time", "otto,Otto,07:00", "timezone", "is missing", _GIVE),
    _row("user,timezone", "otto,Mars/Olympus", "timezone", "'Mars/Olympus' is not a known zone",
         "Give an IANA name such as Europe/Berlin or America/New_York"),
    _row("user,timezone,email", "otto,UTC,otto", "email", "'otto' is not an e-mail address",
         "Give one such as ada@example.org"),
    _row("user,timezone,email", "o,UTC,otto@example.org", "email", "belongs to another user", "Give another address"),
    _row("user,timezone,voice", "otto,UTC,siri", "voice", "'siri' is not a voice",
         "Give one of: alloy, ash, echo, fable, onyx, nova, sage, shimmer, verse"),
    _row("user,timezone,place", "otto,UTC,Oslo", "latitude", "is missing", _GIVE),
    _row("user,timezone,place,latitude,longitude", "otto,UTC,Oslo,north,10", "latitude", "'north' is not a number",
         "Give a number, without quotes"),
    _row("user,timezone,place,latitude,longitude", "otto,UTC,Oslo,59,181", "longitude", "181 is too much",
         "Give at most 180"),
    _row("user,timezone,subdivision", "otto,UTC,BY", "subdivision", "needs a country",
         "Give the country too, such as DE for BY"),
    _row("user,timezone,include_weather", "otto,UTC,ja", "include_weather", "'ja' is neither true nor false",
         "Give true or false"),
    _row("user,timezone,feeds", "otto,UTC,http://10.0.0.1/", "feeds.0", "10.0.0.1 is not a public address",
         "Give a public address such as https://example.org/news.xml"),
    _row("user,timezone,time", "otto,UTC,7:00", "time", "'7:00' is not a time of day", _TEXT),
    _row("user,timezone,label", "otto,UTC,Work", "time", "is missing", _GIVE),
    _row("user,timezone,time,date", "otto,UTC,07:00,2001-01-01", "date", "2001-01-01 07:00:00 has passed in UTC",
         "Give a later date, or none for the next time the clock shows this time"),
    _row("user,timezone,time,date", "otto,UTC,07:00,2026-02-30", "date", "'2026-02-30' is not a date",
         "Give it as text, such as 2026-12-24"),
    _row("user,timezone,time,days", "otto,UTC,07:00,funday", "days", "'funday' is not a day",
         "Give mon,tue,wed,thu,fri,sat,sun, weekdays, weekend or daily"),
    _row("user,timezone,time,days", "otto,UTC,07:00,8", "days", "8 is not a day of the week",
         "Give 1 (Monday) to 7 (Sunday), or mon to sun"),
    _row("user,timezone,time,date,days", "otto,UTC,07:00,2039-01-01,mon", "days",
         "cannot be given together with a date", "Give a date for a one-off or days for a weekly alarm"),
    _row("user,timezone,time,zone", "otto,UTC,07:00,Foo3", "zone", "'Foo3' is not a known zone",
         "Give an IANA name such as Europe/Berlin or America/New_York"),
    _row("user,timezone,time,zone,zone_mode", "otto,UTC,07:00,Asia/Tokyo,device", "zone",
         "Asia/Tokyo is not its user's zone, which an alarm with zone mode device follows",
         "Leave it out (it is UTC), or give zone mode fixed"),
    _row("user,timezone,time,pause", "otto,UTC,07:00,2027-01-01", "pause", "'2027-01-01' is not a pause",
         "Give it as FROM..UNTIL, such as 2026-12-24..2027-01-03"),
    _row("user,timezone,time,snooze_minutes", "otto,UTC,07:00,61", "snooze_minutes", "61 is too much",
         "Give at most 60"),
    _row("user,timezone,time,snooze_minutes", "otto,UTC,07:00,ten", "snooze_minutes", "'ten' is not a whole number",
         "Give a whole number"),
    _row("user,timezone,time,alarm", f"otto,UTC,07:00,{WEEKLY}", "alarm", "is another user's",
         "Give a key of your own, or none", given="the id of another user's alarm as `alarm`"),
    _row("user,timezone", "otto,UTC,07:00", "line", "has 3 values for 2 columns", "Give one for each, even if empty"),
    _row("user,timezone,time", "otto,UTC", "line", "has 2 values for 3 columns", "Give one for each, even if empty"),
)  # fmt: skip

OBJECTS: Final[Sequence[Case[File]]] = (
    _object("otto, 07:00", "line", "is not JSON from character 1 on", "Send one JSON object in UTF-8"),
    _object('["otto", "07:00"]', "line", "a list is not an object", "Give an object"),
    _object('{"user": "otto", "user": "sarah"}', "user", "is given twice", "Give it once"),
    _object('{"user": "otto", "timezone": "UTC", "tiem": "07:00"}', "tiem", "is not known", _SPELLING),
    _object('{"text": "otto, 07:00"}', "text", "holds a line that was not an object",
            "Put the object itself in place of this one"),
    _object('{"user": 1, "timezone": "UTC"}', "user", "1 is not text", "Give text"),
    _object('{"user": "otto", "timezone": "UTC", "time": 700}', "time", "700 is not a time of day", _TEXT),
    _object('{"user": "otto", "timezone": "UTC", "time": "07:00", "snooze_minutes": true}', "snooze_minutes",
            "true is not a whole number", "Give a whole number"),
    _object('{"user": "otto", "timezone": "UTC", "time": "07:00", "active": "false"}', "active",
            "'false' is neither true nor false", "Give true or false"),
    _object('{"user": "otto", "timezone": "UTC", "name": "\\ud83c"}', "name",
            "holds half a character (an unpaired surrogate)", "Give whole characters"),
    _object('{"user": "ot\\nto", "timezone": "UTC"}', "user", "holds a control character", "Give one line of text"),
)  # fmt: skip

LINES: Final = (*ROWS, *OBJECTS)
GROUPS: Final = {"Files": FILES, "Lines of CSV": ROWS, "Lines of NDJSON": OBJECTS}
