"""What was found in one part of an installation, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from onealarm.errors import OneAlarmError, SetupError

MIGRATE: Final = "Run onealarm migrate, or onealarm doctor --repair"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part that was looked at; without a remedy it is well."""

    part: str
    found: str
    remedy: str | None = None


def of_error(part: str, error: OneAlarmError) -> Finding:
    """The finding that an error of ours is."""
    if isinstance(error, SetupError):
        return Finding(part, error.problem, error.remedy)
    return Finding(part, str(error), "Look into the log for the cause")
