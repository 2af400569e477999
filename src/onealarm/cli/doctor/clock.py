"""The clocks: this machine's, the database's, which decides, and the zone rules between wall time and instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from onealarm.alarms.zones import RULES_UNTIL
from onealarm.cli.doctor.finding import MIGRATE, Finding
from onealarm.postgres.condition import ServerLook

_SKEW: Final = timedelta(seconds=5)


def judge_clock(server: ServerLook, *, before: datetime, after: datetime, zone_version: str) -> Finding:
    """The database's instant was asked for between the two of this machine; ``zone_version`` is this program's."""
    instant = server.moved_to or server.instant
    skew = max(before - instant, instant - after, timedelta())
    found = f"{skew.total_seconds():.1f} s between this machine and the database"
    if server.moved_to is not None:
        return Finding(
            "clock",
            f"the database lives at {instant.isoformat()}, because onealarm.now is set for it: {found}",
            "Take the setting away: alter database … reset onealarm.now (or alter role …)",
        )
    for whose, year in (("this machine", after.astimezone(UTC).year), ("the database", instant.astimezone(UTC).year)):
        if not int(zone_version[:4]) <= year < RULES_UNTIL.year:
            return Finding(
                "clock",
                f"it is {year} by {whose}, and the zone rules here are of {zone_version}",
                f"Set the clock of {whose} by NTP",
            )
    return Finding("clock", found, None if skew <= _SKEW else "Set both clocks by NTP")


def judge_zone_rules(loaded: str | None, *, here: str) -> Finding:
    """Alarms are planned by the rules in the database."""
    if loaded is None:
        return Finding("zones", "there are no zone rules in the database", MIGRATE)
    if loaded != here:
        return Finding("zones", f"rules {loaded} in the database, {here} in this program", MIGRATE)
    return Finding("zones", f"rules {loaded}, in the database as in this program")
