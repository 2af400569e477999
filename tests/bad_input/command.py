"""Runs the command in this process: the same entry as the program's, without the second that its start takes."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import asyncpg
import pytest
import structlog

from onealarm.cli import calling
from tests.bad_input.world import dump, furnish
from tests.support.postgres import Server, run_apart


class House:
    """A database with something in it, a home, and the environment that leads there."""

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self.environment: Mapping[str, str] = {
            "DATABASE_URL": url,
            "ONEALARM_HOME": str(home),
            "ONEALARM_PROCESSES": "1",
            "HOME": str(home),
        }
        run_apart(furnish_at(url))
        self.before = dump_of(url)

    def is_as_before(self) -> bool:
        return dump_of(self.url) == self.before


@contextmanager
def house(server: Server, home: Path) -> Iterator[House]:
    with server.database() as url:
        yield House(url, home)


async def furnish_at(url: str) -> None:
    connection = await asyncpg.connect(url)
    await furnish(connection)
    await connection.close()


def dump_of(url: str) -> Mapping[str, str]:
    found: dict[str, str] = {}

    async def look() -> None:
        found.update(await dump(url))

    run_apart(look())
    return found


def call(
    arguments: Sequence[str], environment: Mapping[str, str], *, folder: Path, patch: pytest.MonkeyPatch
) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command run in ``folder``, with no other environment."""
    for name in list(os.environ):
        if name.startswith("ONEALARM_") or name in ("DATABASE_URL", "DATABASE_DIRECT_URL", "PORT", "HOST"):
            patch.delenv(name)
    for name, value in environment.items():
        patch.setenv(name, value)
    patch.chdir(folder)
    out, err = StringIO(), StringIO()
    with _logging_kept(), redirect_stdout(out), redirect_stderr(err):
        code = calling.call(list(arguments))
    return code, out.getvalue(), err.getvalue()


@contextmanager
def _logging_kept() -> Iterator[None]:
    """A command sets logging up for its process, which here is the tests'."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()
