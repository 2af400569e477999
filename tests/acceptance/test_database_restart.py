"""The database goes away and comes back under a running worker: nothing is lost, and the worker goes on."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from onealarm.postgres.database import Database
from onealarm.postgres.embedded import EmbeddedServer
from onealarm.postgres.migrate import migrate
from tests.support.commands import running
from tests.support.factories import make_alarm_in
from tests.support.waiting import wait_for


@pytest.fixture
def own_server() -> Iterator[EmbeddedServer]:
    """A server of the test's own, because it is killed; as durable as a user's."""
    with tempfile.TemporaryDirectory(prefix="onealarm-restart-") as folder:
        Path(folder).chmod(0o755)
        with EmbeddedServer(Path(folder) / "home") as server:
            yield server


async def set_alarm(url: str) -> None:
    database = await Database.connect(url)
    await make_alarm_in(database, timedelta(minutes=30), now=datetime.now(UTC).replace(microsecond=0))
    await database.close()


async def test_a_worker_outlives_the_crash_of_its_database(own_server: EmbeddedServer, tmp_path: Path) -> None:
    await migrate(own_server.url)
    environment = {"DATABASE_URL": own_server.url, "ONEALARM_HOME": str(tmp_path), "ONEALARM_LOG_LEVEL": "info"}
    with running("worker", environment=environment) as worker:
        worker.wait_for("is running")
        await set_alarm(own_server.url)
        worker.wait_for("job_claimed")
        own_server.restart()  # at once, as a crash: connections break in the middle of the work
        await set_alarm(own_server.url)
        connection = await asyncpg.connect(own_server.url)
        await wait_for(
            connection,
            "(select count(*) from audio where status = 'ready' and audio_type = 'combined') = 2",
            seconds=60,
            fail=lambda: "\n".join(worker.seen),
        )
        states = await connection.fetch("select distinct state from audio_generation_queue")
        assert [row["state"] for row in states] == ["done"]
        await connection.close()
        assert worker.end(signal.SIGTERM) == 0


async def test_a_database_that_only_reads_for_a_while_stops_nothing(own_server: EmbeddedServer, tmp_path: Path) -> None:
    """As after a fail-over: every write of worker and services fails, until it does not."""
    await migrate(own_server.url)
    connection = await asyncpg.connect(own_server.url)
    environment = {"DATABASE_URL": own_server.url, "ONEALARM_HOME": str(tmp_path)}
    with running("worker", environment=environment) as worker:
        worker.wait_for("is running")
        await connection.execute("alter system set default_transaction_read_only = on")
        await connection.execute("select pg_reload_conf()")
        worker.wait_for("service_failed")
        await connection.execute("set default_transaction_read_only = off")
        await connection.execute("alter system reset default_transaction_read_only")
        await connection.execute("select pg_reload_conf()")
        await set_alarm(own_server.url)
        worker.wait_for("job_done")
        assert worker.end(signal.SIGTERM) == 0
    await connection.close()
