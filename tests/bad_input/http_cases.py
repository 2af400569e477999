"""What is refused over HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from onealarm.api.middleware import LARGEST_BODY
from onealarm.briefing.spoken.languages import for_language
from onealarm.errors import BadInput
from tests.bad_input.case import Case
from tests.bad_input.world import NOBODY, OFF, OTTO, OTTOS, STOCK, WEEKLY

Caller = Literal["user", "operator", "nobody"]

STATUS: Final = {
    "unauthenticated": 401,
    "not-allowed": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "too-large": 413,
    "bad-input": 422,
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request; the body is sent as JSON, or as the bytes that it is. An empty header is left out."""

    method: str
    path: str
    body: object = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    caller: Caller = "user"


def _remedy_for(language: str) -> str:
    """It names the languages that there are."""
    try:
        for_language(language)
    except BadInput as error:
        return error.remedy
    raise AssertionError(f"{language} is spoken by now")


_ALARM: Final = f"/v1/alarms/{WEEKLY}"
_PREFERENCES: Final = "/v1/users/me/preferences"
_WEATHER: Final = "/v1/users/me/weather"

_GIVE_IT: Final = "Give it"
_ZONE: Final = "Give an IANA name such as Europe/Berlin or America/New_York"
_DAYS: Final = 'Give at least one, such as [1, 2] or ["mon", "tue"]'
_DAY: Final = "Give 1 (Monday) to 7 (Sunday), or mon to sun"
_TIME: Final = "Give it as text, such as 07:00"
_DATE: Final = "Give it as text, such as 2026-12-24"
_INSTANT: Final = "Give it as text, such as 2026-12-24T06:30:00Z"
_ONE_LINE: Final = "Give one line of text"
_WHOLE: Final = "Give a whole number"
_LANGUAGES: Final = _remedy_for("tlh")
_BOOL: Final = "Give true or false"
_SPELLING: Final = "Leave it out, or check its spelling"
_UUID: Final = "Give an id such as 00000000-0000-0000-0000-000000000000"
_URL: Final = "Give a public address such as https://example.org/news.xml"
_OBJECT: Final = "Send one JSON object in UTF-8"
_NO_OBJECT: Final = "Send one JSON object, with Content-Type: application/json"
_SURROGATE: Final = "holds half a character (an unpaired surrogate)"


def _json(body: object) -> str:
    """As the page shows it."""
    text = json.dumps(body, ensure_ascii=True)
    return f"`{text if len(text) <= 70 else text[:60] + '…'}`"


def _alarm(where: str, problem: str, remedy: str, given: str = "", /, **body: Any) -> Case[Request]:
    """An alarm to create, at 07:00 if nothing else is said."""
    whole = {"time": "07:00"} | body
    return Case(given or f"an alarm with {_json(body)}", Request("POST", "/v1/alarms", whole), where, problem, remedy)


def _change(where: str, problem: str, remedy: str, /, **body: Any) -> Case[Request]:
    return Case(f"a change of a weekly alarm: {_json(body)}", Request("PATCH", _ALARM, body), where, problem, remedy)


def _prefer(where: str, problem: str, remedy: str, given: str = "", /, **body: Any) -> Case[Request]:
    what = given or f"preferences: {_json(body)}"
    return Case(what, Request("PATCH", _PREFERENCES, body), where, problem, remedy)


def _report(where: str, problem: str, remedy: str, /, **body: Any) -> Case[Request]:
    return Case(f"weather: {_json(body)}", Request("PUT", _WEATHER, body), where, problem, remedy)


def _user(where: str, problem: str, remedy: str, /, **body: Any) -> Case[Request]:
    request = Request("POST", "/v1/users", body, caller="operator")
    return Case(f"a user: {_json(body)}", request, where, problem, remedy)


def _raw(given: str, body: bytes, problem: str, remedy: str, name: str = "body") -> Case[Request]:
    return Case(given, Request("POST", "/v1/alarms", body), name, problem, remedy)


def _typed(given: str, kind: str) -> Case[Request]:
    request = Request("POST", "/v1/alarms", b'{"time": "07:00"}', headers={"Content-Type": kind})
    return Case(given, request, "body", "there is no JSON object in it", _NO_OBJECT)


_FEED: Final = "feeds.0"


def _feed(url: str, problem: str, given: str = "") -> Case[Request]:
    return _prefer(_FEED, problem, _URL, given or f"the feed `{url}`", feeds=[url])


BODIES: Final = (
    _raw("an empty body", b"", "there is no JSON object in it", _NO_OBJECT),
    _raw("`{`", b"{", "is not JSON from character 2 on", _OBJECT),
    _raw('`{"time": "07:00"} x`', b'{"time": "07:00"} x', "is not JSON from character 19 on", _OBJECT),
    _raw("a list in place of an object", b"[]", "there is no JSON object in it", _NO_OBJECT),
    _raw("`null`", b"null", "there is no JSON object in it", _NO_OBJECT),
    _raw('`"07:00"`', b'"07:00"', "there is no JSON object in it", _NO_OBJECT),
    _raw('`{"snooze_minutes": NaN}`', b'{"time": "07:00", "snooze_minutes": NaN}', "is not JSON: NaN is no number",
         "Give finite numbers, or null"),
    _raw('`{"snooze_minutes": -Infinity}`', b'{"time": "07:00", "snooze_minutes": -Infinity}',
         "is not JSON: -Infinity is no number", "Give finite numbers, or null"),
    _raw("5,000 lists in each other", b"[" * 5_000, "is nested too deeply", _OBJECT),
    _raw("a number of 5,000 digits", b'{"snooze_minutes": ' + b"9" * 5_000 + b"}", "holds a number that is too long",
         "Give numbers within reason"),
    _raw("bytes that are not UTF-8", b'{"label": "\xff"}', "is not UTF-8 at byte 12", _OBJECT),
    _raw("a line break inside a text", b'{"time": "07:00", "label": "a\nb"}',
         "is not JSON from character 30 on", _OBJECT),
    _raw("a key twice: `{\"time\": \"07:00\", \"time\": \"08:00\"}`", b'{"time": "07:00", "time": "08:00"}',
         "is given twice", "Give it once", name="time"),
    _raw("a key twice, further in", b'{"time": "07:00", "pause": {"from": "2026-12-24", "from": "2026-12-25"}}',
         "is given twice", "Give it once", name="from"),
    _typed("JSON as `text/plain`", "text/plain"),
    _typed("JSON without a Content-Type", ""),
    _typed("JSON as a form", "application/x-www-form-urlencoded"),
    Case("a body of more than 128 KiB", Request("POST", "/v1/alarms", b" " * (LARGEST_BODY + 1)), "body",
         f"the body is longer than {LARGEST_BODY} bytes", "Send less", "too-large"),
)  # fmt: skip

ALARMS: Final = (
    Case("an alarm without a time", Request("POST", "/v1/alarms", {}), "time", "is missing", _GIVE_IT),
    _alarm("time", "null is not a time of day", _TIME, time=None),
    _alarm("time", "'24:00' is not a time of day", _TIME, time="24:00"),
    _alarm("time", "'7:00' is not a time of day", _TIME, time="7:00"),
    _alarm("time", "'07:60' is not a time of day", _TIME, time="07:60"),
    _alarm("time", "'07:00Z' is not a time of day", _TIME, time="07:00Z"),
    _alarm("time", "'07:00\\x00' is not a time of day", _TIME, time="07:00\0"),
    _alarm("time", "'٠٧:٠٠' is not a time of day", _TIME, "an alarm at `٠٧:٠٠` (Arabic digits)", time="٠٧:٠٠"),
    _alarm("time", "700 is not a time of day", _TIME, time=700),
    _alarm("time", "a list is not a time of day", _TIME, time=["07:00"]),
    _alarm("time", f"'{'x' * 80}' is not a time of day", _TIME, "a time of 10,000 letters", time="x" * 10_000),
    _alarm("date", "'2026-02-30' is not a date", _DATE, date="2026-02-30"),
    _alarm("date", "'0000-01-01' is not a date", _DATE, date="0000-01-01"),
    _alarm("date", "'20261224' is not a date", _DATE, date="20261224"),
    _alarm("date", "'24.12.2026' is not a date", _DATE, date="24.12.2026"),
    _alarm("date", "1798070400 is not a date", _DATE, date=1798070400),
    _alarm("date", "lies outside the years that zone rules are known for", "Give 2000 to 2039", date="2040-01-01"),
    _alarm("date", "lies outside the years that zone rules are known for", "Give 2000 to 2039", date="9999-12-31"),
    _alarm("date", "2026-11-23 07:00:00 has passed in America/New_York",
           "Give a later date, or none for the next time the clock shows this time", date="2026-11-23"),
    _alarm("days", "cannot be given together with a date", "Give a date for a one-off or days for a weekly alarm",
           date="2026-12-24", days=[1]),
    _alarm("days", "an empty list is not a list of days", _DAYS, days=[]),
    _alarm("days", "1 is not a list of days", _DAYS, days=1),
    _alarm("days", "0 is not a day of the week", _DAY, days=[0]),
    _alarm("days", "8 is not a day of the week", _DAY, days=[8]),
    _alarm("days", "true is not a day of the week", _DAY, days=[True]),
    _alarm("days", "1.5 is not a day of the week", _DAY, days=[1.5]),
    _alarm("days", "'funday' is not a day of the week", _DAY, days=["mon", "funday"]),
    _alarm("days", "a list is not a day of the week", _DAY, days=[[1]]),
    _alarm("timezone", "'Foo3' is not a known zone", _ZONE, timezone="Foo3"),
    _alarm("timezone", "'UTC+3' is not a known zone", _ZONE, timezone="UTC+3"),
    _alarm("timezone", "'+02:00' is not a known zone", _ZONE, timezone="+02:00"),
    _alarm("timezone", "'europe/berlin' is not a known zone", "Give Europe/Berlin", timezone="europe/berlin"),
    _alarm("timezone", "'../etc/passwd' is not a known zone", _ZONE, timezone="../etc/passwd"),
    _alarm("timezone", "'/usr/share/zoneinfo/UTC' is not a known zone", _ZONE, timezone="/usr/share/zoneinfo/UTC"),
    _alarm("timezone", "'' is not a known zone", _ZONE, timezone=""),
    _alarm("timezone", "1 is not text", "Give text", timezone=1),
    _alarm("timezone", "'Europe/Berlin\\x00' is not a known zone", _ZONE, timezone="Europe/Berlin\0"),
    _alarm("timezone", "Europe/Berlin is not its user's zone, which an alarm with zone mode device follows",
           "Leave it out (it is America/New_York), or give zone mode fixed", timezone="Europe/Berlin",
           zone_mode="device"),
    _alarm("zone_mode", "'floating' is not known", "Give 'device' or 'fixed'", zone_mode="floating"),
    _alarm("label", "is empty", "Give at least 1 character", label=" "),
    _alarm("label", "is longer than 200 characters", "Give at most 200", "a label of 201 characters", label="x" * 201),
    _alarm("label", "holds a control character", _ONE_LINE, label="a\0b"),
    _alarm("label", "holds a control character", _ONE_LINE, label="a\nb"),
    _alarm("label", "holds a control character", _ONE_LINE, label="\x1b[31mred"),
    _alarm("label", _SURROGATE, "Give whole characters", label="\ud83d"),
    _alarm("label", "an object is not text", "Give text", label={}),
    _alarm("active", "'yes' is neither true nor false", _BOOL, active="yes"),
    _alarm("active", "1 is neither true nor false", _BOOL, active=1),
    _alarm("skip_dates", "has more than 100 entries", "Give at most 100", "101 dates to skip", days=[1],
           skip_dates=["2026-12-24"] * 101),
    _alarm("skip_dates", "'2026-12-24' is not a list", "Give a list", days=[1], skip_dates="2026-12-24"),
    _alarm("skip_dates.1", "'2026-13-01' is not a date", _DATE, days=[1], skip_dates=["2026-12-24", "2026-13-01"]),
    _alarm("skip_dates.0", "null is not a date", _DATE, days=[1], skip_dates=[None]),
    _alarm("days", "are missing: only a weekly alarm leaves out dates, a pause or holidays",
           "Give days, or turn a one-off off", skip_dates=["2026-12-24"]),
    _alarm("days", "are missing: only a weekly alarm leaves out dates, a pause or holidays",
           "Give days, or turn a one-off off", skip_holidays=True),
    _alarm("pause", "ends before it begins", "Give the last day without a ring as until", days=[1],
           pause={"from": "2027-01-02", "until": "2027-01-01"}),
    _alarm("pause.until", "is missing", _GIVE_IT, days=[1], pause={"from": "2027-01-02"}),
    _alarm("pause.from", "'tomorrow' is not a date", _DATE, days=[1],
           pause={"from": "tomorrow", "until": "2027-01-01"}),
    _alarm("pause", "ends too late", "Give dates from 2000 to 2039", days=[1],
           pause={"from": "2027-01-01", "until": "2040-01-01"}),
    _alarm("pause", "begins too early", "Give dates from 2000 to 2039", days=[1],
           pause={"from": "1999-12-31", "until": "2027-01-01"}),
    _alarm("pause", "a list is not an object", "Give an object", days=[1], pause=["2027-01-01", "2027-01-02"]),
    _alarm("snooze_minutes", "0 is too little", "Give at least 1", snooze_minutes=0),
    _alarm("snooze_minutes", "61 is too much", "Give at most 60", snooze_minutes=61),
    _alarm("snooze_minutes", "'9' is not a whole number", _WHOLE, snooze_minutes="9"),
    _alarm("snooze_minutes", "9.5 is not a whole number", _WHOLE, snooze_minutes=9.5),
    _alarm("snooze_minutes", "a very large number is too much", "Give at most 60", snooze_minutes=10**30),
    _alarm("snooze_limit", "-1 is too little", "Give at least 0", snooze_limit=-1),
    _alarm("snooze_limit", "21 is too much", "Give at most 20", snooze_limit=21),
    _alarm("user_id", "'me' is not an id", _UUID, user_id="me"),
    _alarm("user_id", "1 is not an id", "Give an id as text", user_id=1),
    _alarm("alarm_date", "is not known", _SPELLING, alarm_date="2026-12-24"),
    _alarm('""', "is not known", _SPELLING, "a field with an empty name", **{"": 1}),
    _alarm("next_ring_at", "is not known", _SPELLING, next_ring_at="2026-12-24T07:00:00Z"),
    _alarm("x" * 80, "is not known", _SPELLING, "a field of 10,000 letters", **{"x" * 10_000: 1}),
    _alarm("body", f"{_SURROGATE} in a name", _OBJECT, "a field with half a character in its name", **{"\ud83d": 1}),
    Case("an alarm by an operator, without whose", Request("POST", "/v1/alarms", {"time": "07:00"}, caller="operator"),
         "user_id", "an operator is not a user", "Say whose alarm it is"),
    Case("an alarm for a user who does not exist",
         Request("POST", "/v1/alarms", {"time": "07:00", "user_id": str(NOBODY)}, caller="operator"),
         "user", f"{NOBODY} does not exist", "Create the user first", "not-found"),
    Case("an alarm for somebody else", Request("POST", "/v1/alarms", {"time": "07:00", "user_id": str(OTTO)}),
         "user_id", "is not the caller's", "Leave it out", "not-allowed"),
)  # fmt: skip

CHANGES: Final = (
    _change("time", "cannot be null", "Leave it out to keep what is there", time=None),
    _change("timezone", "cannot be null", "Leave it out to keep what is there", timezone=None),
    _change("active", "cannot be null", "Leave it out to keep what is there", active=None),
    _change("skip_dates", "cannot be null", "Leave it out to keep what is there", skip_dates=None),
    _change("date", "2026-11-23 07:00:00 has passed in America/New_York",
            "Give a later date, or none for the next time the clock shows this time", date="2026-11-23"),
    _change("user_id", "is not known", _SPELLING, user_id=str(OTTO)),
    _change("label", "is longer than 200 characters", "Give at most 200", label="x" * 201),
    Case("the id of an alarm that is no UUID", Request("GET", "/v1/alarms/1"), "alarm_id", "'1' is not an id", _UUID),
    Case("path traversal in the id of an alarm", Request("GET", "/v1/alarms/..%2f..%2fetc%2fpasswd"), "path",
         "nothing is served at /v1/alarms/../../etc/passwd", "See /openapi.json", "not-found"),
    Case("a NUL in the id of an alarm", Request("GET", "/v1/alarms/%00"), "alarm_id", "'\\x00' is not an id", _UUID),
    Case("an alarm that does not exist", Request("PATCH", f"/v1/alarms/{NOBODY}", {"label": "x"}), "alarm",
         f"{NOBODY} does not exist", "List the alarms to see their ids", "not-found"),
    Case("somebody else's alarm", Request("DELETE", f"/v1/alarms/{OTTOS}"), "alarm", f"{OTTOS} does not exist",
         "List the alarms to see their ids", "not-found"),
    Case("to skip a ring of an alarm that is off", Request("POST", f"/v1/alarms/{OFF}/skip"), "alarm",
         "is off, so there is nothing to skip", "Turn it on first"),
    Case("rings: `?count=0`", Request("GET", f"{_ALARM}/rings?count=0"), "count", "'0' is too little",
         "Give at least 1"),
    Case("rings: `?count=101`", Request("GET", f"{_ALARM}/rings?count=101"), "count", "'101' is too much",
         "Give at most 100"),
    Case("rings: `?count=ten`", Request("GET", f"{_ALARM}/rings?count=ten"), "count", "'ten' is not a whole number",
         _WHOLE),
    Case("a snooze of 0 minutes", Request("POST", f"{_ALARM}/snooze", {"minutes": 0}), "minutes", "0 is too little",
         "Give at least 1"),
    Case("a snooze of 61 minutes", Request("POST", f"{_ALARM}/snooze", {"minutes": 61}), "minutes", "61 is too much",
         "Give at most 60"),
    Case("a snooze of an alarm that has not rung", Request("POST", f"{_ALARM}/snooze", {}), "alarm",
         "it has not rung within the hour", "Snooze an alarm while it rings"),
    Case("the end of a snooze that is none", Request("DELETE", f"{_ALARM}/snooze"), "snooze",
         "the alarm is not snoozed", "There is nothing to end", "not-found"),
)  # fmt: skip

PREFERENCES: Final = (
    _prefer("name", "is longer than 300 characters", "Give at most 300", "a name of 301 characters", name="x" * 301),
    _prefer("name", "is longer than 300 characters", "Give at most 300", "a name of 301 emoji", name="🌅" * 301),
    _prefer("name", "holds a control character", _ONE_LINE, name="Sa\u0000rah"),
    _prefer("name", "holds a control character", _ONE_LINE, name="Sa\u2028rah"),
    _prefer("name", _SURROGATE, "Give whole characters", name="\udc00"),
    _prefer("name", "is empty", "Give at least 1 character", name=""),
    _prefer("voice", "'siri' is not a voice",
            "Give one of: alloy, ash, echo, fable, onyx, nova, sage, shimmer, verse", voice="siri"),
    _prefer("voice", "cannot be null", "Leave it out to keep what is there", voice=None),
    _prefer("timezone", "'Mars/Olympus' is not a known zone", _ZONE, timezone="Mars/Olympus"),
    _prefer("country", "'XX' is not a country", "Give its ISO 3166-1 code, such as US or DE", country="XX"),
    _prefer("country", "'Germany' is not a country", "Give its ISO 3166-1 code, such as US or DE", country="Germany"),
    _prefer("subdivision", "'ZZ' is not a part of CH with holidays of its own",
            "Give one of: AG, AI, AR, BE, BL, BS, FR, GE, GL, GR, JU, LU, NE, NW, OW, SG, SH, SO, SZ, TG, TI, UR, VD, "
            "VS, ZG, ZH, Stadt Zurich; or leave it out", country="CH", subdivision="ZZ"),
    _prefer("subdivision", "needs a country", "Give the country too, such as DE for BY", subdivision="BY"),
    _prefer("place.latitude", "91 is too much", "Give at most 90",
            place={"name": "Oslo", "latitude": 91, "longitude": 10}),
    _prefer("place.longitude", "-180.5 is too little", "Give at least -180",
            place={"name": "Oslo", "latitude": 59, "longitude": -180.5}),
    _prefer("place.latitude", "'59.9' is not a number", "Give a number, without quotes",
            place={"name": "Oslo", "latitude": "59.9", "longitude": 10}),
    _prefer("place.longitude", "is missing", _GIVE_IT, place={"name": "Oslo", "latitude": 59}),
    _prefer("place.name", "is empty", "Give at least 1 character", place={"name": "", "latitude": 0, "longitude": 0}),
    _prefer("place", "'Springfield' means several",
            "Give one of: Springfield, MO, US; Springfield, MA, US; Springfield, IL, US; Springfield, OR, US; "
            "Springfield, OH, US; or its coordinates as well", place={"name": "Springfield"}),
    _prefer("place", "no town of the name 'Nowhere at all' is known",
            "Give a larger one near by, or its coordinates as well", place={"name": "Nowhere at all"}),
    _prefer("place", "'Oslo' is not an object", "Give an object", place="Oslo"),
    Case("the latitude `1e999`", Request("PATCH", _PREFERENCES,
         b'{"place": {"name": "Oslo", "latitude": 1e999, "longitude": 10}}'), "place.latitude",
         "inf is not a finite number", "Give a finite number"),
    Case("the latitude `NaN`", Request("PATCH", _PREFERENCES,
         b'{"place": {"name": "Oslo", "latitude": NaN, "longitude": 10}}'), "body", "is not JSON: NaN is no number",
         "Give finite numbers, or null"),
    _prefer("include_weather", "0 is neither true nor false", _BOOL, include_weather=0),
    _prefer("feeds", "'https://example.org/a' is not a list", "Give a list", feeds="https://example.org/a"),
    _prefer("feeds.0", "1 is not text", "Give text", feeds=[1]),
    _prefer("feeds", "has more than 10 entries", "Give at most 10", "11 feeds",
            feeds=[f"https://example.org/{number}" for number in range(11)]),
    _prefer("news_categories.0", "'gossip' is not known",
            "Give 'general', 'business', 'technology', 'sports', 'science', 'health', 'entertainment' or 'world'",
            news_categories=["gossip"]),
    _prefer("teams.0", "'Arsenal FC' is not a team's id", "Give the id of the source of sport, such as 133604",
            teams=["Arsenal FC"]),
    _prefer("tickers.0", "'aapl' is not a symbol", "Give one in capitals, such as AAPL or SPX", tickers=["aapl"]),
    _prefer("calendar_url", "10.0.0.1 is not a public address", _URL, calendar_url="http://10.0.0.1/a.ics"),
    _prefer("temperature_unit", "'K' is not known", "Give 'F' or 'C'", temperature_unit="K"),
    _prefer("preferred_name", "is not known", _SPELLING, preferred_name="Sarah"),
    Case("preferences without a zone", Request("PUT", _PREFERENCES, {"name": "Sarah"}), "timezone", "is missing",
         _GIVE_IT),
)  # fmt: skip

FEEDS: Final = (
    _feed("file:///etc/passwd", "only http and https can be fetched"),
    _feed("ftp://news.example/feed.xml", "only http and https can be fetched"),
    _feed("news.example/feed.xml", "only http and https can be fetched"),
    _feed("", "only http and https can be fetched", "an empty feed"),
    _feed("http://10.0.0.1/feed.xml", "10.0.0.1 is not a public address"),
    _feed("http://127.0.0.1:5432/", "127.0.0.1 is not a public address"),
    _feed("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is not a public address"),
    _feed("http://[::1]/feed.xml", "::1 is not a public address"),
    _feed("http://[::ffff:192.168.0.1]/", "::ffff:192.168.0.1 is not a public address"),
    _feed("https://user:secret@news.example/feed.xml", "a URL must not hold a user name or password"),
    _feed("https://news.example:0/feed.xml", "port 0 does not exist"),
    _feed("https://news.example:65536/feed.xml", "port 65536 does not exist"),
    _feed("https:///feed.xml", "the URL names no host that could exist"),
    _feed("https://news.example:abc/", "it is not a URL"),
    _feed("https://[::1/", "it is not a URL"),
    _feed(f"https://{'ü' * 70}.example/", "it is not a URL", "a feed whose host has a label of 70 letters"),
    _feed("https://news..example/feed.xml", "the URL names no host that could exist"),
    _feed("https://news.example/a b.xml", "a URL holds no blanks and no control characters"),
    _feed("https://news.example/\0", "a URL holds no blanks and no control characters", "a feed with a NUL"),
    _feed("https://xn--/feed.xml", "it is not a URL"),
    _feed("https://news.example/" + "x" * 2_000, "a URL of 2021 characters is too long", "a feed of 2,021 characters"),
)

WEATHER: Final = (
    _report("current_temp", "151 is too much", "Give at most 150", current_temp=151),
    _report("low_temp", "-150.1 is too little", "Give at least -150", low_temp=-150.1),
    _report("current_temp", "'20' is not a number", "Give a number, without quotes", current_temp="20"),
    _report("current_temp", "true is not a number", "Give a number, without quotes", current_temp=True),
    _report("unit", "'K' is not known", "Give 'F' or 'C'", unit="K"),
    _report("unit", "null is not known", "Give 'F' or 'C'", unit=None),
    _report("sunrise_time", "'24:00' is not a time of day", _TIME, sunrise_time="24:00"),
    _report("sunset_time", "'2026-11-24T15:30:00Z' is not a time of day", _TIME, sunset_time="2026-11-24T15:30:00Z"),
    _report("updated_at", "lies in the future", "Give an instant up to now, or leave it out",
            updated_at="2026-11-24T12:05:01Z"),
    _report("updated_at", "'2026-11-24T12:00:00' is not an instant", _INSTANT, updated_at="2026-11-24T12:00:00"),
    _report("updated_at", "'2026-13-24T12:00:00Z' is not an instant", _INSTANT, updated_at="2026-13-24T12:00:00Z"),
    _report("updated_at", "'0001-01-01T00:00:00+12:00' is not an instant", _INSTANT,
            updated_at="0001-01-01T00:00:00+12:00"),
    _report("updated_at", "1795521600 is not an instant", _INSTANT, updated_at=1795521600),
    _report("condition", "holds a control character", _ONE_LINE, condition="rain\u0007"),
    _report("location", "is longer than 200 characters", "Give at most 200", location="x" * 201),
    _report("humidity", "is not known", _SPELLING, humidity=50),
    Case("the weather of somebody else", Request("PUT", f"/v1/users/{OTTO}/weather", {}), "user",
         f"{OTTO} does not exist", "Give me, or a user's id", "not-found"),
    Case("the weather of a user who does not exist", Request("PUT", f"/v1/users/{NOBODY}/weather", {},
         caller="operator"), "user", f"{NOBODY} does not exist", "List the users to see their ids", "not-found"),
)  # fmt: skip

USERS: Final = (
    _user("preferences", "is missing", _GIVE_IT),
    _user("preferences.timezone", "is missing", _GIVE_IT, preferences={}),
    _user("preferences.timezone", "'Foo3' is not a known zone", _ZONE, preferences={"timezone": "Foo3"}),
    _user("preferences.country", "'XX' is not a country", "Give its ISO 3166-1 code, such as US or DE",
          preferences={"timezone": "UTC", "country": "XX"}),
    _user("preferences.subdivision", "is empty or too long", "Give 1 to 10 letters, such as BY",
          preferences={"timezone": "UTC", "country": "AC", "subdivision": "Georgetown Harbour"}),
    _user("preferences.feeds.0", "only http and https can be fetched", _URL,
          preferences={"timezone": "UTC", "feeds": ["file:///etc/passwd"]}),
    _user("preferences.language", "'tlh' is not spoken here", _LANGUAGES,
          preferences={"timezone": "UTC", "language": "tlh"}),
    _user("email", "belongs to another user", "Give another address", email="otto@example.org",
          preferences={"timezone": "UTC"}),
    _user("email", "'ada' is not an e-mail address", "Give one such as ada@example.org", email="ada",
          preferences={"timezone": "UTC"}),
    _user("email", "'ada@a b' is not an e-mail address", "Give one such as ada@example.org", email="ada@a b",
          preferences={"timezone": "UTC"}),
    _user("email", "is longer than 254 characters", "Give at most 254", email="a@" + "x" * 253,
          preferences={"timezone": "UTC"}),
    _user("id", "is not known", _SPELLING, id=str(NOBODY), preferences={"timezone": "UTC"}),
    Case("a user created by a user", Request("POST", "/v1/users", {"preferences": {"timezone": "UTC"}}),
         "Authorization", "this needs an operator's token", "Ask the operator to do it", "not-allowed"),
    Case("a user whose id is no UUID", Request("GET", "/v1/users/sarah"), "user", "'sarah' is not an id",
         "Give me, or a user's id"),
    Case("`me` as an operator", Request("GET", "/v1/users/me", caller="operator"), "user", "an operator is not a user",
         "Give a user's id in the place of me"),
    Case("the end of a user who does not exist", Request("DELETE", f"/v1/users/{NOBODY}", caller="operator"), "user",
         f"{NOBODY} does not exist", "List the users to see their ids", "not-found"),
    Case("a token for a user who does not exist",
         Request("POST", f"/v1/users/{NOBODY}/tokens", caller="operator"), "user", f"{NOBODY} does not exist",
         "List the users to see their ids", "not-found"),
)  # fmt: skip

_BEARER: Final = "Send Authorization: Bearer oa_…"

REST: Final = (
    Case("costs asked for by a user", Request("GET", "/v1/costs"), "Authorization", "this needs an operator's token",
         "Ask the operator to do it", "not-allowed"),
    Case("costs: `?days=32`", Request("GET", "/v1/costs?days=32", caller="operator"), "days", "'32' is too much",
         "Give at most 31"),
    Case("no token", Request("GET", "/v1/alarms", caller="nobody"), "Authorization", "no token was given", _BEARER,
         "unauthenticated"),
    Case("a token that is nobody's", Request("GET", "/v1/alarms", headers={"Authorization": "Bearer oa_x"}),
         "Authorization", "the token is not known", "Ask the operator for a new one", "unauthenticated"),
    Case("another scheme than Bearer", Request("GET", "/v1/alarms", headers={"Authorization": "Basic b2E6eA=="}),
         "Authorization", "no token was given", _BEARER, "unauthenticated"),
    Case("a copy of the stock briefing", Request("PATCH", f"/v1/audio/{STOCK}", {"cache_status": "cached"}), "audio",
         "is not the caller's", "Its own client says how far the copy is", "not-allowed"),
    Case("a state of a copy that there is not", Request("PATCH", f"/v1/audio/{STOCK}", {"cache_status": "eaten"}),
         "cache_status", "'eaten' is not known", "Give 'pending', 'downloading', 'cached', 'failed' or 'armed'"),
    Case("audio that does not exist", Request("GET", f"/v1/audio/{NOBODY}"), "audio",
         f"{NOBODY} does not exist or has expired", "Ask for the alarm's audio again", "not-found"),
    Case("the briefings of nobody in particular", Request("GET", "/v1/audio", caller="operator"), "user_id",
         "an operator has no briefings", "Say whose they are"),
    Case("`?user_id=` that is no UUID", Request("GET", "/v1/alarms?user_id=x"), "user_id", "'x' is not an id", _UUID),
    Case("a segment at an address without a signature", Request("GET", "/v1/segments/pause-3.aac"), "signature",
         "the address is not signed", "Ask for the playlist again: it holds new addresses", "not-allowed"),
    Case("a segment at an address with a signature of one's own",
         Request("GET", "/v1/segments/pause-3.aac?expires=9999999999&scope=shared&key=1&signature=x"), "signature",
         "it does not belong to this address", "Ask for the playlist again: it holds new addresses", "not-allowed"),
    Case("a feed at an address that nobody was given", Request("GET", "/v1/feeds/of_x/podcast.xml"), "feed",
         "there is none at this address, or it was revoked", "Make a new one", "not-found"),
    Case("the end of a feed that does not exist", Request("DELETE", f"/v1/users/me/feeds/{NOBODY}"), "feed",
         f"{NOBODY} does not exist", "List the feeds to see their ids", "not-found"),
    Case("a flash briefing that nobody has made", Request("GET", "/v1/flash-briefings/x.json"), "flash",
         "'x' is none", "See [[flash]] in the providers' file", "not-found"),
    Case("a generic clip of a voice that there is not", Request("GET", "/v1/generic-audio/x/y.aac"), "voice",
         "'x' is none", "Give one of: alloy, ash, echo, fable, onyx, nova, sage, shimmer, verse", "not-found"),
    Case("an address that is not served", Request("GET", "/v2/alarms"), "path", "nothing is served at /v2/alarms",
         "See /openapi.json", "not-found"),
    Case("an address of 5,000 letters", Request("GET", "/" + "x" * 5_000), "path",
         f"nothing is served at /{'x' * 199}", "See /openapi.json", "not-found"),
    Case("a file outside the page's folder", Request("GET", "/page/..%2f..%2fapp.py"), "path",
         "nothing is served at /page/../../app.py", "See /openapi.json", "not-found"),
    Case("a file of the page with a NUL in its name", Request("GET", "/page/%00"), "path",
         "nothing is served at /page/\0", "See /openapi.json", "not-found"),
    Case("a file of the page with a name of 300 letters", Request("GET", "/page/" + "x" * 300), "path",
         f"nothing is served at /page/{'x' * 194}", "See /openapi.json", "not-found"),
    Case("a file sent to the page", Request("POST", "/page/page.js", {}), "method",
         "POST is not served at /page/page.js", "Use GET", "method-not-allowed"),
    Case("a method that is not served", Request("PUT", _ALARM, {}), "method", f"PUT is not served at {_ALARM}",
         "Use DELETE, GET, PATCH", "method-not-allowed"),
)  # fmt: skip

_DISPATCH: Final = "/functions/v1/generate-alarm-audio"


def _dispatch(body: object, field: str, problem: str, remedy: str) -> Case[Request]:
    given = f"`{json.dumps(body)}` to `{_DISPATCH}`"
    return Case(given, Request("POST", _DISPATCH, body, caller="operator"), field, problem, remedy)


FUNCTIONS: Final = (
    Case("work asked for without a token", Request("POST", _DISPATCH, {}, caller="nobody"), "Authorization",
         "no token was given", "Send Authorization: Bearer oa_…", "unauthenticated"),
    Case("work asked for with a token that nobody holds",
         Request("POST", _DISPATCH, {}, {"Authorization": f"Bearer {'x' * 40}"}, caller="nobody"), "Authorization",
         "the token is not known", "Ask the operator for a new one", "unauthenticated"),
    Case("work asked for by a user", Request("POST", _DISPATCH, {}), "Authorization",
         "this needs an operator's token", "Ask the operator to do it", "not-allowed"),
    Case("clips of nobody in particular", Request("POST", "/functions/v1/generate-audio", {}, caller="operator"),
         "userId", "is missing", "Give it"),
    Case("clips of a user who does not exist",
         Request("POST", "/functions/v1/generate-audio", {"userId": str(NOBODY)}, caller="operator"), "user",
         f"{NOBODY} does not exist", "List the users to see their ids", "not-found"),
    _dispatch({"lane": "urgent"}, "lane", "'urgent' is not known", "Give 'high', 'normal' or 'batch'"),
    _dispatch({"priority": 1}, "priority", "1 is not known", "Give 'high', 'normal' or 'batch'"),
    _dispatch({"lane": "high", "priority": "batch"}, "priority", "batch is not the lane high", "Give one of the two"),
    _dispatch({"batch": 0}, "batch", "0 is too little", "Give at least 1"),
    _dispatch({"batch": 10_001}, "batch", "10001 is too much", "Give at most 10000"),
    _dispatch({"batch": "5"}, "batch", "'5' is not a whole number", _WHOLE),
    _dispatch({"concurrency": 1001}, "concurrency", "1001 is too much", "Give at most 1000"),
    _dispatch({"time_budget_seconds": 59}, "time_budget_seconds", "59 is too little", "Give at least 60"),
    _dispatch({"time_budget_seconds": 3601}, "time_budget_seconds", "3601 is too much", "Give at most 3600"),
    _dispatch({"time_budget": 60}, "time_budget", "is not known", "Leave it out, or check its spelling"),
    _dispatch([], "body", "there is no JSON object in it", "Send one JSON object, with Content-Type: application/json"),
)  # fmt: skip

GROUPS: Final = {
    "Bodies": BODIES,
    "Alarms": ALARMS,
    "Changes, rings and snoozes": CHANGES,
    "Preferences": PREFERENCES,
    "Feeds in the preferences": FEEDS,
    "Weather": WEATHER,
    "Users": USERS,
    "Cron services": FUNCTIONS,
    "The rest": REST,
}
CASES: Final = tuple(case for group in GROUPS.values() for case in group)
