"""A first user and a first alarm, so that there is something to hear within minutes of the installation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import tzlocal

from onealarm.alarms.next_ring import wall_time_of
from onealarm.alarms.preferences import Preferences
from onealarm.alarms.zones import zone_names
from onealarm.bootstrap import Parts
from onealarm.cli import running

_AHEAD: Final = timedelta(minutes=30)


def machine_timezone() -> str:
    """The IANA zone of this machine; UTC when it has none."""
    name = tzlocal.get_localzone_name()
    return name if name in zone_names() else "UTC"


async def create_first_alarm(parts: Parts) -> str | None:
    """Where there is no user yet, create one and an alarm in half an hour; returns what to tell.

    Of several starters one does.
    """
    async with parts.database.alone("first alarm"):
        if await parts.people.list(limit=1):
            return None
        return await _create(parts)


async def _create(parts: Parts) -> str:
    timezone = machine_timezone()
    user = await parts.people.create(Preferences(timezone=timezone))
    ring = wall_time_of(datetime.now(UTC) + _AHEAD, timezone).replace(second=0, microsecond=0)
    alarm = await parts.alarms.create(user.id, time=ring.time(), date=ring.date(), label="First light")
    tell = f"{running.command()} user set {user.id} --name NAME --place CITY"
    return (
        f"A first user was created, with an alarm at {alarm.time:%H:%M} ({timezone}); its briefing is being made now.\n"
        f"Tell OneAlarm who you are: {tell}"
    )
