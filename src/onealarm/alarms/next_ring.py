"""The next ring of an alarm: the same rule as the SQL function ``onealarm.next_ring``, from the same zone rules.

Wall time and zone are the master, the instant is derived. A wall time that the clock skips takes the offset before
the gap (02:30 rings at 03:30); one that it repeats rings on the first pass, once. Both follow from PEP 495's
``fold=0`` (RFC 5545, 3.3.5 agrees).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from onealarm.alarms.zones import zone


def instant_of(wall_time: datetime, zone_name: str) -> datetime:
    """The instant, in UTC, of a naive wall time. Raises ``BadInput`` for an unknown zone."""
    return wall_time.replace(tzinfo=zone(zone_name), fold=0).astimezone(UTC)


def wall_time_of(instant: datetime, zone_name: str) -> datetime:
    """The wall time, aware, at an instant."""
    return instant.astimezone(zone(zone_name))


def next_ring(
    *, zone_name: str, wall_time: time, ring_date: date | None, days: frozenset[int] | None, after: datetime
) -> datetime | None:
    """The first ring strictly after ``after``, in UTC; None when there is none.

    ``days`` are ISO days of the week (Monday is 1) of a weekly alarm; without them the alarm rings once, on
    ``ring_date``, or, where that is None too, the next time the clock shows ``wall_time``.
    """
    if days is None and ring_date is not None:
        candidates = [ring_date]
    else:
        # A day early: a wall time skipped at midnight rings on the following date.
        first_day = wall_time_of(after, zone_name).date() - timedelta(days=1)
        week = (first_day + timedelta(days=n) for n in range(10))
        candidates = [day for day in week if days is None or day.isoweekday() in days]
    rings = (instant_of(datetime.combine(day, wall_time), zone_name) for day in candidates)
    return min((ring for ring in rings if ring > after), default=None)
