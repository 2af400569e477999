"""A short endurance run: real processes, a killed worker, a crashed server. The counts matter, nothing is timed."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import asyncpg
import pytest

from onealarm.bench.endurance.jobs import Jobs
from onealarm.bench.endurance.run import endure
from onealarm.bench.endurance.wanted import Wanted
from onealarm.errors import DatabaseUnavailable
from onealarm.postgres.database import Database
from onealarm.postgres.embedded import EmbeddedServer
from onealarm.postgres.migrate import migrate
from tests.support.commands import run_json
from tests.support.postgres import Server


@pytest.fixture
def own_server() -> Iterator[EmbeddedServer]:
    """One that nobody else uses: it keeps what was committed through a crash of its own, if not of the machine."""
    with tempfile.TemporaryDirectory(prefix="onealarm-test-") as folder:
        Path(folder).chmod(0o711)
        with EmbeddedServer(Path(folder), throw_away=True) as server:
            yield server


def test_the_command_finds_every_job_done_once_and_draws_the_run(tmp_path: Path) -> None:
    picture = tmp_path / "run.png"
    found = run_json(
        *("bench", "endurance", "--minutes", "0.06", "--jobs", "300", "--workers", "2"),
        *("--kill-workers", "--restart-postgres", "--picture", str(picture)),
        environment={"HOME": str(tmp_path)},
    )
    assert {name: found[name] for name in ("jobs", "outcomes", "lost", "doubled", "left_live", "died")} == {
        "jobs": 300,
        "outcomes": 300,
        "lost": 0,
        "doubled": 0,
        "left_live": 0,
        "died": 0,
    }
    assert (found["kills"], found["restarts"], found["pinned"], found["throughput_loss"]) == (1, 1, None, None)
    assert 0 < found["accepted"] <= 300
    assert found["settings"]["fsync"] == "on"
    latencies = {"claim_p50_ms", "claim_p99_ms", "delay_p50_ms", "delay_p99_ms"}
    assert set(found["baseline"]) == {"jobs_per_second", *latencies}
    assert all(value > 0 for value in found["baseline"].values())
    assert found["live_jobs_bytes_max"] > 0
    assert found["picture"] == str(picture)
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


async def test_with_a_snapshot_both_stretches_are_measured(own_server: EmbeddedServer) -> None:
    wanted = Wanted(timedelta(seconds=3), 300, 1, baseline=timedelta(seconds=1))
    told: list[str] = []
    outcome = await endure(own_server, wanted, progress=told.append)
    assert outcome.is_good, outcome.tally
    assert outcome.course.pinned is not None
    assert outcome.course.pinned.jobs_per_second > 0
    assert outcome.course.baseline.jobs_per_second > 0
    assert told


REFUSE_CLAIMS: Final = """
    create function leave_as_it_is() returns trigger language plpgsql as 'begin return null; end';
    create trigger leave_as_it_is before update on onealarm.live_jobs for each row execute function leave_as_it_is();
"""


async def test_what_nobody_does_is_left_live(own_server: EmbeddedServer) -> None:
    await migrate(own_server.url)
    connection = await asyncpg.connect(own_server.url)
    await connection.execute(REFUSE_CLAIMS)
    await connection.close()
    second = timedelta(seconds=1)
    outcome = await endure(own_server, Wanted(second, 10, 1), progress=lambda _: None, to_end=second)
    assert (outcome.tally.left_live, outcome.tally.outcomes, outcome.is_good) == (10, 0, False)


HELD: Final = """
    select count(*) from pg_stat_activity
    where datname = current_database() and state = 'idle in transaction' and backend_xmin is not null
"""


async def test_a_snapshot_is_held_while_it_is_pinned(server: Server) -> None:
    with server.database() as url:
        async with Jobs.opened(url) as jobs:
            connection = await asyncpg.connect(url)
            pinning = asyncio.create_task(jobs.pin_snapshot())
            for _ in range(10_000):
                if await connection.fetchval(HELD):
                    break
            assert await connection.fetchval(HELD)
            pinning.cancel()
            await asyncio.gather(pinning, return_exceptions=True)
            assert not await connection.fetchval(HELD)
            await connection.close()


class Shaky(Database):
    """The answer to the first statement is lost; the statement is made or not, and then what is made may end."""

    is_made = False
    ends = False
    tries = 0

    async def fetch(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        self.tries += 1
        if self.tries > 1:
            return await super().fetch(statement, *arguments)
        if self.is_made:
            await super().fetch(statement, *arguments)
        if self.ends:
            await super().fetch(
                "select * from onealarm.end_jobs(array(select id from onealarm.live_jobs), 'done', null)"
            )
        raise DatabaseUnavailable("the database is away")


@pytest.mark.parametrize(
    ("is_made", "ends", "expected"),
    [(False, False, "waiting"), (True, False, "waiting"), (True, True, "done")],
    ids=["not made", "made", "made and over"],
)
async def test_jobs_are_in_once_whatever_became_of_the_first_try(
    server: Server, is_made: bool, ends: bool, expected: str
) -> None:
    with server.database() as url:
        database = await Shaky.connect(url, size=1)
        database.is_made, database.ends = is_made, ends
        jobs = Jobs(database)
        await jobs.put([datetime.now(UTC) + timedelta(milliseconds=n) for n in range(3)])
        rows, ended = await jobs.rows()
        await database.close()
        assert database.tries > 1
        assert {row.alarm_id for row in rows} == jobs.alarms
        assert [row.state for row in rows] == [expected] * 3
        assert len(ended) == (3 if ends else 0)
