"""The life of a job: the database allows the changes of state that the code and the docs name, and no other."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import asyncpg
import pytest

from onealarm.jobs.job import TRANSITIONS, JobState
from onealarm.postgres.database import Database
from tests.support.clock import VirtualClock
from tests.support.factories import make_leased_job

STATES_PAGE = Path(__file__).parents[2] / "docs" / "reference" / "states.md"

CHANGE = """
update audio_generation_queue
set state = $1,
    lease_token = case when $1 = 'leased' then 1 end,
    worker_id = case when $1 = 'leased' then gen_random_uuid() end,
    finished_at = case when $1 not in ('waiting', 'leased') then onealarm.now() end
"""
PATHS = {
    JobState.WAITING: [JobState.WAITING],
    JobState.LEASED: [],
    JobState.DONE: [JobState.DONE],
    JobState.DEAD: [JobState.DEAD],
    JobState.CANCELLED: [JobState.CANCELLED],
    JobState.EXPIRED: [JobState.EXPIRED],
}
"""How a leased job gets into each state."""


@pytest.mark.parametrize(("old", "new"), list(product(JobState, JobState)))
async def test_the_database_allows_what_the_code_names(
    database: Database, clock: VirtualClock, old: JobState, new: JobState
) -> None:
    job = await make_leased_job(database, now=clock.now())
    for state in PATHS[old]:
        await database.fetch(CHANGE, state)
    if new is old or new in TRANSITIONS[old]:
        await database.fetch(CHANGE, new)
    else:
        with pytest.raises(asyncpg.CheckViolationError, match=f"a job that is {old} does not become {new}"):
            await database.fetch(CHANGE, new)
    found = await database.value("select state from audio_generation_queue where id = $1", job.id)
    assert found == (new if new in TRANSITIONS[old] else old)


def test_the_drawing_in_the_docs_shows_the_same() -> None:
    drawn = set(
        re.findall(r"^  (\w+) --> (\w+):", STATES_PAGE.read_text(encoding="utf-8").split("## Of audio")[0], re.M)
    )
    assert drawn == {(str(old), str(new)) for old, following in TRANSITIONS.items() for new in following}
