"""A web server on 127.0.0.1 that answers as the vendors of content do, and badly when a test says so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

from tests.support.clock import NOON
from tests.support.feed_server import Answer, FeedServer, Request

JSON_TYPE = (("Content-Type", "application/json; charset=utf-8"),)

Answering = Callable[[Request], Answer]


def as_json(body: object, **more: object) -> Answer:
    """An answer with a JSON body. ``more`` are fields of ``Answer``."""
    answer = Answer(json.dumps(body).encode(), headers=JSON_TYPE)
    return replace(answer, **more)  # type: ignore[arg-type]  # the fields' own types hold at the call


def query(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}


@dataclass
class VendorServer(FeedServer):
    """``answering`` decides on every request, until ``ill`` says what all are answered; ``paths`` counts requests."""

    answering: Answering | None = None
    ill: Answer | None = None
    paths: Counter[str] = field(default_factory=Counter)

    def answer_to(self, request: Request) -> Answer:
        self.paths[request.path] += 1
        if self.ill is not None:
            return self.ill
        return super().answer_to(request) if self.answering is None else self.answering(request)


def met_norway(*, now: datetime = NOON, expires: timedelta = timedelta(minutes=31), hours: int = 54) -> Answering:
    """As ``/complete`` answers: hourly from the hour of ``now``, the temperature that of the hour of day in UTC."""

    def entry(at: datetime) -> dict[str, object]:
        six = {"air_temperature_max": at.hour + 0.5, "air_temperature_min": at.hour - 0.5}
        chance = {"probability_of_precipitation": at.hour * 2.0, "precipitation_amount": 0.1}
        return {
            "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "data": {
                "instant": {"details": {"air_temperature": float(at.hour), "wind_speed": 3.0}},
                "next_1_hours": {"summary": {"symbol_code": "lightrainshowers_day"}, "details": chance},
                "next_6_hours": {"summary": {"symbol_code": "rain"}, "details": six},
            },
        }

    def answer(request: Request) -> Answer:
        given = query(request)
        if (
            any(len(given[name].partition(".")[2]) > 4 for name in ("lat", "lon"))
            or "user-agent" not in request.headers
        ):
            return Answer(status=403)
        begin = now.replace(minute=0, second=0, microsecond=0)
        return as_json(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [float(given["lon"]), float(given["lat"]), 10]},
                "properties": {
                    "meta": {"updated_at": "2026-11-24T11:20:00Z", "units": {"air_temperature": "celsius"}},
                    "timeseries": [entry(begin + timedelta(hours=hour)) for hour in range(hours)],
                },
            },
            headers=(*JSON_TYPE, ("Expires", format_datetime(now + expires, usegmt=True)), ("Date", _http(now))),
            last_modified=_http(now),
        )

    return answer


def open_meteo(**changes: object) -> Answering:
    """As ``/forecast`` answers for the days from 24 November 2026 on; ``changes`` are of its daily lists."""

    def answer(request: Request) -> Answer:
        given = query(request)
        if given.get("timezone") == "Moon/Crater":
            return as_json({"error": True, "reason": "Invalid timezone"}, status=400)
        return as_json(
            {
                "latitude": float(given["latitude"]),
                "longitude": float(given["longitude"]),
                "utc_offset_seconds": 3600,
                "timezone": given["timezone"],
                "current_units": {"time": "iso8601", "temperature_2m": "°C", "weather_code": "wmo code"},
                "current": {"time": "2026-11-24T13:00", "interval": 900, "temperature_2m": 4.5, "weather_code": 61},
                "daily_units": {"time": "iso8601", "temperature_2m_max": "°C", "temperature_2m_min": "°C"},
                "daily": {
                    "time": ["2026-11-24", "2026-11-25", "2026-11-26"],
                    "temperature_2m_max": [6.5, 8.0, None],
                    "temperature_2m_min": [-1.5, 2.0, None],
                    "precipitation_probability_max": [70, None, None],
                    "weather_code": [80, 3, None],
                    **changes,
                },
            }
        )

    return answer


def featured(_: Request) -> Answer:
    """As Wikimedia's featured feed answers."""
    page = {"titles": {"normalized": "Storm"}, "content_urls": {"desktop": {"page": "https://en.wikipedia.org/wiki/S"}}}
    return as_json(
        {
            "tfa": {"title": "Something"},
            "news": [
                {
                    "story": "<!--Nov 24-->A <b><a href='./S'>storm</a></b> &amp; its floods reach the coast.",
                    "links": [page],
                },
                {"story": "<!-- nothing -->", "links": []},
            ],
            "onthisday": [
                {"text": "Darwin publishes <i>On the Origin of Species</i>.", "year": 1859, "pages": [page]},
                {"text": "Something long ago.", "year": -44, "pages": []},
            ],
        },
        headers=(*JSON_TYPE, ("Cache-Control", "s-maxage=300, max-age=7200")),
        etag='"featured"',
    )


def guardian(request: Request) -> Answer:
    """As the Guardian's search answers: to a key only."""
    if request.headers.get("api-key") != "guardian-key":
        return as_json({"message": "Unauthorized"}, status=401)
    item = {
        "id": "world/1",
        "type": "article",
        "sectionName": "World news",
        "webPublicationDate": "2026-11-24T10:30:00Z",
        "webTitle": "Council approves new tram line",
        "webUrl": "https://www.theguardian.com/world/1",
    }
    return as_json({"response": {"status": "ok", "total": 1, "results": [item]}})


def game(number: int, **changes: object) -> dict[str, object]:
    """An event as TheSportsDB writes it: scores as text, much of it null."""
    return {
        "idEvent": str(number),
        "strHomeTeam": "Harbour FC",
        "strAwayTeam": "Hill United",
        "intHomeScore": None,
        "intAwayScore": None,
        "strTimestamp": "2026-11-25T19:30:00",
        "dateEvent": "2026-11-25",
        "strTime": "19:30:00",
        "strStatus": "NS",
        "strPostponed": "no",
        "strLeague": "First League",
        **changes,
    }


def sports_db(
    last: Sequence[Mapping[str, object]] | None, following: Sequence[Mapping[str, object]] | None
) -> Answering:
    """As TheSportsDB answers for any team; a list without games is null."""

    def answer(request: Request) -> Answer:
        if "/eventslast.php" in request.path:
            return as_json({"results": last})
        return as_json({"events": following})

    return answer


def twelve_data(known: Mapping[str, Mapping[str, object]]) -> Answering:
    """As ``/quote`` answers to one symbol or many; every error has status 200."""

    def one(symbol: str) -> Mapping[str, object]:
        return known.get(symbol, {"code": 404, "message": "**symbol** not found: secret-key", "status": "error"})

    def answer(request: Request) -> Answer:
        if request.headers.get("authorization") != "apikey secret-key":
            return as_json({"code": 401, "message": "**apikey** is incorrect: secret-key", "status": "error"})
        symbols = query(request)["symbol"].split(",")
        return as_json(one(symbols[0]) if len(symbols) == 1 else {symbol: one(symbol) for symbol in symbols})

    return answer


def quote(symbol: str, **changes: object) -> dict[str, object]:
    return {
        "symbol": symbol,
        "name": f"{symbol} Incorporated",
        "exchange": "NASDAQ",
        "currency": "USD",
        "datetime": "2026-11-23",
        "close": "190.10000",
        "percent_change": "-1.25000",
        "is_market_open": False,
        **changes,
    }


def calendar(*entries: str) -> Answer:
    """An iCalendar file of entries given as their lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN"]
    for number, entry in enumerate(entries):
        lines += ["BEGIN:VEVENT", f"UID:{number}@tests", "DTSTAMP:20261101T000000Z", *entry.split("\n"), "END:VEVENT"]
    body = "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
    return Answer(body, headers=(("Content-Type", "text/calendar; charset=utf-8"),))


def _http(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
