"""What a response says about time: how long it stays fresh, and when to come back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

_MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_SECONDS: Final = re.compile(r"\d{1,9}")


def max_age(headers: httpx.Headers) -> timedelta | None:
    """``max-age`` of Cache-Control, if it is given."""
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    return None if found is None else timedelta(seconds=int(found[1]))


def lifetime(headers: httpx.Headers, *, now: datetime) -> timedelta | None:
    """How long an answer says that it stays fresh: ``max-age``, else the time from Date (or ``now``) to Expires.

    Never negative; None when it says nothing that makes sense (RFC 9111, 4.2.1).
    """
    age = max_age(headers)
    if age is not None:
        return age
    until = _moment(headers.get("expires", ""))
    if until is None:
        return None
    return max(until - (_moment(headers.get("date", "")) or now), timedelta())


def retry_after(headers: httpx.Headers, *, now: datetime) -> timedelta | None:
    """The pause that Retry-After asks for, as seconds or as a date; never negative, None when it makes no sense."""
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return timedelta(seconds=int(value))
    moment = _moment(value)
    return None if moment is None else max(moment - now, timedelta())


def _moment(value: str) -> datetime | None:
    """A date of HTTP, aware."""
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
