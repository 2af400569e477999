"""Real PostgreSQL for the tests: one server for all workers of a run, one clone of a migrated template per test."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import asyncpg

from onealarm.postgres.embedded import EmbeddedServer
from onealarm.postgres.migrate import migrate
from onealarm.postgres.programs import Programs

DEBIAN_15: Final = Programs(Path("/usr/lib/postgresql/15/bin"), 15)

_OPTIONS: Final = {"max_connections": "200"}
_MEMORY: Final = Path("/dev/shm")
_ROOM: Final = 8 * 1024**3
_TEMPLATE: Final = "template_onealarm"

Prepare = Callable[[str], Awaitable[object]]
"""Does something to the database at a URL."""


def run_apart(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end in a loop of its own thread, so that fixtures and tests with a running loop can call it too."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, work).result()


class Server:
    """A running server that hands out databases."""

    def __init__(self, embedded: EmbeddedServer, home: Path) -> None:
        self.embedded = embedded
        self._home = home

    def url(self, name: str = "postgres") -> str:
        return self.embedded.url.replace("@/postgres?", f"@/{name}?")

    @contextmanager
    def database(self, *, template: str | None = _TEMPLATE) -> Iterator[str]:
        """The URL of a database of the test's own: migrated, or with ``template=None`` bare."""
        name = f"test_{uuid4().hex}"
        # Copied as files: written to the log as well, a clone takes twice the work.
        of = "" if template is None else f" template {template} strategy file_copy"
        run_apart(self._execute(f"create database {name}{of}"))
        try:
            yield self.url(name)
        finally:
            run_apart(self._execute(f"drop database {name} with (force)"))

    def make_template(self, name: str, *prepare: Prepare) -> str:
        """The template of this name: made by the first worker that asks, then cloned by all."""
        with (self._home / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            run_apart(self._make_template(name, prepare))
        return name

    async def _make_template(self, name: str, prepare: Sequence[Prepare]) -> None:
        connection = await asyncpg.connect(self.url())
        try:
            exists = await connection.fetchval("select true from pg_database where datname = $1", name)
            if not exists:
                await connection.execute(f"create database {name}")
                for step in (*prepare, migrate):
                    await step(self.url(name))
        finally:
            await connection.close()

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def _folder() -> Path:
    """In memory where there is room: a run makes and drops thousands of databases, with hundreds of files each."""
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
        return _MEMORY
    return Path(tempfile.gettempdir())


@contextmanager
def server_of_this_run(name: str, *, programs: Programs | None = None) -> Iterator[Server]:
    """The server that all workers of one test run share; the last one to leave stops it and removes its folder."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    home = _folder() / f"onealarm-tests-{run[:12]}-{name}"
    home.mkdir(exist_ok=True)
    home.chmod(0o755)
    embedded = EmbeddedServer(home, programs=programs, options=_OPTIONS, throw_away=True)
    embedded.start()
    try:
        server = Server(embedded, home)
        server.make_template(_TEMPLATE)
        yield server
    finally:
        if embedded.stop():
            shutil.rmtree(home, ignore_errors=True)
