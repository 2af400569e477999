"""The next ring of an alarm: the same rule as the SQL function ``onealarm.next_ring``, from the same zone rules.

Wall time and zone are the master, the instant is derived. A wall time that the clock skips takes the offset before
the gap (02:30 rings at 03:30); one that it repeats rings on the first pass, once. Both follow from PEP 495's
``fold=0`` (RFC 5545, 3.3.5 agrees).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from onealarm.alarms.recurrence import Recurrence
from onealarm.alarms.zones import zone


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One alarm on one date. ``date`` is the one that was wished for, in the alarm's zone; ``ring_at`` is in UTC."""

    ring_at: datetime
    date: date


def instant_of(wall_time: datetime, zone_name: str) -> datetime:
    """The instant, in UTC, of a naive wall time. Raises ``BadInput`` for an unknown zone."""
    return wall_time.replace(tzinfo=zone(zone_name), fold=0).astimezone(UTC)


def wall_time_of(instant: datetime, zone_name: str) -> datetime:
    """The wall time, aware, at an instant."""
    return instant.astimezone(zone(zone_name))


def next_ring(
    recurrence: Recurrence, *, zone_name: str, wall_time: time, after: datetime, rung_on: date | None = None
) -> Occurrence | None:
    """The first occurrence that rings strictly after ``after`` and has a later date than ``rung_on``, or None.

    ``rung_on`` is the date of the occurrence that rang last: in whatever zone the alarm is now, a date comes once.
    """
    # A day early: a wall time skipped at midnight rings on the following date.
    first = wall_time_of(after, zone_name).date() - timedelta(days=1)
    if rung_on is not None:
        first = max(first, rung_on + timedelta(days=1))
    day = recurrence.next_date(first)
    while day is not None:
        ring = instant_of(datetime.combine(day, wall_time), zone_name)
        if ring > after:
            return Occurrence(ring, day)
        day = recurrence.next_date(day + timedelta(days=1))
    return None


def coming_occurrences(
    recurrence: Recurrence, *, zone_name: str, wall_time: time, after: datetime, rung_on: date | None = None
) -> Iterator[Occurrence]:
    """The occurrences from ``next_ring`` on, as many as are asked for."""
    found = next_ring(recurrence, zone_name=zone_name, wall_time=wall_time, after=after, rung_on=rung_on)
    while found is not None:
        yield found
        found = next_ring(recurrence, zone_name=zone_name, wall_time=wall_time, after=found.ring_at, rung_on=found.date)


def next_time(wall_time: time, *, zone_name: str, after: datetime) -> Occurrence:
    """The next time that the clock of a zone shows ``wall_time``."""
    daily = Recurrence(days=frozenset(range(1, 8)))
    found = next_ring(daily, zone_name=zone_name, wall_time=wall_time, after=after)
    assert found is not None, "every time of day comes round"
    return found
