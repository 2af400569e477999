"""The plan as it is published: how much earlier than the lead a claim may reach, minute by minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

STEP: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AdvancePlan:
    """A step function of time. Whoever has it needs nobody else until it expires.

    ``seconds`` has one advance for each minute from ``starts_at``. Plans follow one another by ``epoch``: of two, the
    one with the higher is newer. ``valid_until`` ends it, at the latest where its minutes end.
    """

    epoch: int
    starts_at: datetime
    valid_until: datetime
    seconds: tuple[int, ...]

    def at(self, now: datetime) -> timedelta:
        """The advance window at an aware instant. Zero before the plan begins and after it expired: the bare lead."""
        if not self.starts_at <= now < self.valid_until:
            return timedelta()
        number = (now - self.starts_at) // STEP
        return timedelta(seconds=self.seconds[number]) if number < len(self.seconds) else timedelta()

    def to_json(self) -> dict[str, int | str | list[int]]:
        """Values that JSON knows; instants in UTC."""
        return {
            "epoch": self.epoch,
            "starts_at": self.starts_at.astimezone(UTC).isoformat(),
            "valid_until": self.valid_until.astimezone(UTC).isoformat(),
            "seconds": list(self.seconds),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> Self:
        """What ``to_json`` gave. Raises ``ValueError`` for anything else: a plan that is half read is none."""
        epoch, seconds = kept.get("epoch"), kept.get("seconds")
        if not (isinstance(epoch, int) and isinstance(seconds, list)):
            raise ValueError("a plan has an epoch and a list of seconds")  # noqa: TRY004 - it is a value that was read
        if not all(isinstance(one, int) and one >= 0 for one in seconds):
            raise ValueError("the advance of a plan is in whole seconds, and never negative")
        return cls(epoch, _instant(kept.get("starts_at")), _instant(kept.get("valid_until")), tuple(seconds))


NO_ADVANCE: Final = AdvancePlan(0, datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), ())
"""What holds where no plan was ever published."""


def _instant(text: object) -> datetime:
    found = datetime.fromisoformat(text) if isinstance(text, str) else None
    if found is None or found.tzinfo is None:
        raise ValueError("the instants of a plan are in ISO 8601, with an offset")
    return found
