"""What became of the jobs: every one that was put in has one outcome, or it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

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
    by_id = {row.id: row.alarm_id for row in rows}
    ended_ids = {row.id for row in rows if row.state == _DONE}
    accepted_times = Counter(accepted)
    missing = {id for id in accepted_times if id not in ended_ids}
    lost = {*(put - done - live), *(by_id.get(id, id) for id in missing)}
    rows_of = Counter(row.alarm_id for row in rows)
    rows_of_id = Counter(row.id for row in rows)
    doubled: set[object] = {alarm for alarm, times in rows_of.items() if times > 1}
    doubled |= {by_id[id] for id, times in rows_of_id.items() if times > 1}
    doubled |= {by_id.get(id, id) for id, times in accepted_times.items() if times > 1}
    return Tally(jobs=len(put), outcomes=len(done), lost=len(lost), doubled=len(doubled), left_live=len(live))
