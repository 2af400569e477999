"""Zone rules from the pinned ``tzdata`` package, and from nowhere else.

The operating system's and PostgreSQL's own tables age on their own schedules and disagree; the database's copy
(``onealarm.zone_transitions``) is loaded from here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo

import tzdata

from onealarm.errors import BadInput

RULES_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
RULES_UNTIL: Final = datetime(2041, 1, 1, tzinfo=UTC)
"""Between these instants the transitions are listed; alarms ring before 2040."""

_STEP: Final = timedelta(days=6)
"""No zone changes its offset twice within a step; a test with a finer one proves it for the pinned rules."""


@dataclass(frozen=True, slots=True)
class Transition:
    """From ``starts_at`` (None: since ever) a zone's offset is ``offset``."""

    starts_at: datetime | None
    offset: timedelta


def tzdata_version() -> str:
    """The version of the IANA data, such as ``2026c``."""
    return str(tzdata.IANA_VERSION)


@cache
def zone_names() -> frozenset[str]:
    """Every zone of the package: canonical names and links."""
    text = resources.files("tzdata").joinpath("zones").read_text(encoding="ascii")
    return frozenset(text.split())


@cache
def _by_lower_case() -> dict[str, str]:
    return {name.lower(): name for name in zone_names()}


def unknown_zone(name: str) -> BadInput:
    """The refusal of a name that is not IANA's; of one that differs in its case alone it names the right one."""
    meant = _by_lower_case().get(name.strip().lower(), "an IANA name such as Europe/Berlin or America/New_York")
    return BadInput("timezone", f"{name[:80]!r} is not a known zone", f"Give {meant}")


@cache
def zone(name: str) -> ZoneInfo:
    """The rules of a zone. Raises ``BadInput`` for a name that is not IANA's."""
    if name not in zone_names():
        raise unknown_zone(name)
    with resources.files("tzdata.zoneinfo").joinpath(name).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def transitions(name: str) -> Iterator[Transition]:
    """The changes of a zone's offset between ``RULES_FROM`` and ``RULES_UNTIL``, earliest first."""
    rules = zone(name)
    offset = _offset(rules, RULES_FROM)
    yield Transition(None, offset)
    instant = RULES_FROM
    while instant < RULES_UNTIL:
        following = instant + _STEP
        if _offset(rules, following) != offset:
            starts_at = _first_with_another_offset(rules, instant, following)
            offset = _offset(rules, starts_at)
            yield Transition(starts_at, offset)
        instant = following


def all_transitions() -> dict[str, tuple[Transition, ...]]:
    """The transitions of every zone. Links are many, so equal rules are worked out once."""
    names_by_rules: dict[bytes, list[str]] = defaultdict(list)
    for name in sorted(zone_names()):
        names_by_rules[resources.files("tzdata.zoneinfo").joinpath(name).read_bytes()].append(name)
    found: dict[str, tuple[Transition, ...]] = {}
    for names in names_by_rules.values():
        found |= dict.fromkeys(names, tuple(transitions(names[0])))
    return found


def _offset(rules: ZoneInfo, instant: datetime) -> timedelta:
    offset = instant.astimezone(rules).utcoffset()
    assert offset is not None, "a ZoneInfo always has an offset"
    return offset


def _first_with_another_offset(rules: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """By bisection, to the second."""
    offset = _offset(rules, early)
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if _offset(rules, middle) == offset:
            early = middle
        else:
            late = middle
    return late
