"""What is given on the command line: read strictly, refused with the remedy."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from onealarm.cli.options import parse_ring, parse_time
from onealarm.errors import BadInput

NOW = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)
NO_TIMES = [
    "07:00+05:00",
    "07:00Z",
    "07:00:00-01:00",
    "07:00:00.5",
    "0700",
    "07",
    "7:00",
    "T07:00",
    "24:00",
    "07:60",
    "07:00:60",
    "-07:00",
    " 07:00",
    "07:00\n",
    "٠٧:٠٠",
    "seven",
    "",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:00", time(0, 0)),
        ("07:00", time(7, 0)),
        ("19:05:59", time(19, 5, 59)),
        ("23:59", time(23, 59)),
    ],
)
def test_a_wall_time_is_hours_and_minutes_and_perhaps_seconds(text: str, expected: time) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize("text", NO_TIMES)
def test_every_other_form_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_time(text)
    assert (refused.value.field, repr(text) in refused.value.problem) == ("time", True)
    assert "07:00" in refused.value.remedy


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("+70m", "UTC", datetime(2026, 11, 24, 13, 11, tzinfo=UTC)),
        ("+1m", "Asia/Tokyo", datetime(2026, 11, 24, 12, 2, tzinfo=UTC)),
        ("12:01", "UTC", datetime(2026, 11, 24, 12, 1, tzinfo=UTC)),
        ("12:00", "UTC", datetime(2026, 11, 25, 12, 0, tzinfo=UTC)),
        ("07:00:15", "Asia/Tokyo", datetime(2026, 11, 24, 22, 0, 15, tzinfo=UTC)),
    ],
)
def test_a_ring_is_minutes_ahead_or_the_next_time_on_the_zones_clock(text: str, zone: str, expected: datetime) -> None:
    assert parse_ring(text, timezone=zone, now=NOW) == expected


@pytest.mark.parametrize("text", [*NO_TIMES, "+0m", "+m", "+5", "+5h", "+5m\n", "+123456m", "5m"])
def test_a_ring_in_another_form_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_ring(text, timezone="UTC", now=NOW)
    assert refused.value.field == "--at"
    assert "+70m" in refused.value.remedy
