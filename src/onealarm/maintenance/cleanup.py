"""Cleanup at once, for cron services that ask for it: what the services do by themselves every ten minutes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from onealarm.errors import OneAlarmError, safe_reason


@dataclass(frozen=True, slots=True)
class CleanedUp:
    """How much of each kind went; ``errors`` say by kind what could not go, and goes next time."""

    removed: Mapping[str, int]
    errors: Mapping[str, str]


class Cleanup:
    """Each kind has its own way to go; one that fails leaves the others alone."""

    def __init__(self, kinds: Mapping[str, Callable[[], Awaitable[int]]]) -> None:
        self._kinds = kinds

    async def run(self) -> CleanedUp:
        removed: dict[str, int] = {}
        errors: dict[str, str] = {}
        for kind, clean in self._kinds.items():
            try:
                removed[kind] = await clean()
            except OneAlarmError as error:
                errors[kind] = safe_reason(error)
        return CleanedUp(removed, errors)
