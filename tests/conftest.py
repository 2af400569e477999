"""Fixtures that every kind of test shares."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from onealarm.postgres.database import Database
from tests.support.clock import VirtualClock
from tests.support.postgres import DEBIAN_15, Server, server_of_this_run

os.environ["ONEALARM_PROVIDERS"] = str(Path(__file__).parent / "support" / "providers.toml")
"""Also for the commands that tests run."""


@pytest.fixture(scope="session")
def embedded_18() -> Iterator[Server]:
    with server_of_this_run("18") as server:
        yield server


@pytest.fixture(scope="session")
def debian_15() -> Iterator[Server]:
    if not DEBIAN_15.folder.exists():
        assert not os.environ.get("CI"), "CI installs Debian's PostgreSQL 15"
        pytest.skip("Debian's PostgreSQL 15 is not installed")
    with server_of_this_run("15", programs=DEBIAN_15) as server:
        yield server


@pytest.fixture(scope="session")
def server(embedded_18: Server) -> Server:
    """The server for tests that need only one."""
    return embedded_18


@pytest.fixture(params=["embedded_18", "debian_15"])
def either_server(request: pytest.FixtureRequest) -> Server:
    """Each test that asks for it runs on both servers."""
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def database_url(server: Server) -> Iterator[str]:
    """A migrated database of the test's own."""
    with server.database() as url:
        yield url


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
async def database(database_url: str, clock: VirtualClock) -> AsyncIterator[Database]:
    """A pool on a migrated database that lives by the test's clock."""
    pool = await Database.connect(database_url, now=clock.now)
    yield pool
    await pool.close()
