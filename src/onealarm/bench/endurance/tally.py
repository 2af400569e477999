"""What became of the jobs: every one that was put in has one outcome, or it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

Key = TypeVar("Key")

_LIVE: Final = ("waiting", "leased")
_DONE: Final = "done"


class Row(NamedTuple):
    """A job as the database has it; ``alarm_id`` is what it was put in with."""

    id: int
    alarm_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of jobs.

    ``lost``: there is no outcome of it and it is not live, it ended otherwise than done, or its end was accepted and
    is not there. ``doubled``: there is more than one row of it, or its end was accepted more than once.
    """

    jobs: int
    outcomes: int
    lost: int
    doubled: int
    left_live: int

    @property
    def is_whole(self) -> bool:
        return not (self.lost or self.doubled or self.left_live) and self.outcomes == self.jobs


def tally(put: Set[UUID], rows: Sequence[Row], accepted: Iterable[int]) -> Tally:
    """Hold what was put in against all rows of the database, and against the ids that workers were told are done."""
    done = {row.alarm_id for row in rows if row.state == _DONE}
    live = {row.alarm_id for row in rows if row.state in _LIVE}
    alarm_of = {row.id: row.alarm_id for row in rows}
    done_numbers = {row.id for row in rows if row.state == _DONE}
    times_accepted = Counter(accepted)
    lost: set[UUID | int] = {*(put - done - live)}
    lost |= {alarm_of.get(number, number) for number in times_accepted.keys() - done_numbers}
    doubled: set[UUID | int] = {*_more_than_once(Counter(row.alarm_id for row in rows))}
    doubled |= {alarm_of[number] for number in _more_than_once(Counter(row.id for row in rows))}
    doubled |= {alarm_of.get(number, number) for number in _more_than_once(times_accepted)}
    return Tally(jobs=len(put), outcomes=len(done), lost=len(lost), doubled=len(doubled), left_live=len(live))


def _more_than_once(times: Counter[Key]) -> set[Key]:
    return {key for key, number in times.items() if number > 1}
