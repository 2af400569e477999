"""What every command shares: settings, a migrated database, and errors that end the process with a message."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import typer
import uvloop
from rich.console import Console
from rich.text import Text

from onealarm.cli.options import as_typed
from onealarm.config import Settings, load_settings
from onealarm.errors import BadInput, OneAlarmError
from onealarm.postgres.embedded import EmbeddedServer
from onealarm.postgres.migrate import migrate
from onealarm.telemetry.logs import configure_logs

if TYPE_CHECKING:
    from onealarm.bootstrap import Parts

T = TypeVar("T")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def command() -> str:
    """How this program was called, for messages that tell what to call next."""
    called = Path(sys.argv[0])
    if called.is_absolute() and called.is_relative_to(Path.cwd()):
        called = called.relative_to(Path.cwd())
    return str(called)


def settings(*, log_level: str | None = None, **given: str) -> Settings:
    """The settings of this process, with logging configured by them; ``given`` variables win."""
    found = load_settings(**given)
    configure_logs(style=found.log_format, level=log_level or found.log_level)
    return found


@contextmanager
def database_url(of: Settings) -> Iterator[str]:
    """The database of the settings: DATABASE_URL, or the embedded server for as long as the block runs."""
    if of.database_url is not None:
        yield of.database_url
        return
    with EmbeddedServer(of.home) as server:
        yield server.url


@asynccontextmanager
async def parts(of: Settings, url: str) -> AsyncIterator[Parts]:
    """Everything, on a database that is up to date."""
    from onealarm.bootstrap import build  # noqa: PLC0415 - it takes most of a second, and many commands do without

    await migrate(of.database_direct_url or url)
    async with build(of, url) as built:
        yield built


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a command to its end. Bad input ends it with code 2, any other error of ours with 1; both say what to do."""
    try:
        return uvloop.run(main)
    except OneAlarmError as error:
        raise _exit(error) from error
    except BaseExceptionGroup as group:
        ours, _ = group.split(OneAlarmError)
        if ours is None:
            raise
        raise _exit(_first(ours)) from group


def _first(group: BaseExceptionGroup[OneAlarmError]) -> OneAlarmError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


@contextmanager
def told() -> Iterator[None]:
    """As ``run``, for what a command does outside the event loop."""
    try:
        yield
    except OneAlarmError as error:
        raise _exit(error) from error


def _exit(error: OneAlarmError) -> typer.Exit:
    tell(error)
    return typer.Exit(2 if isinstance(error, BadInput) else 1)


def tell(error: OneAlarmError) -> None:
    """Say on standard error what is wrong. Of bad input it is one line, and an option is named as it was typed."""
    told = printable(str(as_typed(error))) if isinstance(error, BadInput) else str(error)
    err.print(Text.assemble(("error:", "red"), " ", told))


def printable(text: str) -> str:
    """What was given may be repeated in it, and must not move the terminal's cursor."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def print_json(value: object) -> None:
    """One JSON object on one line, the last that a command prints."""
    sys.stdout.write(as_json(value) + "\n")
    sys.stdout.flush()


def as_json(value: object, *, indent: int | None = None) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=indent)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, UUID):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def with_parts(main: Callable[[Parts], Coroutine[Any, Any, T]]) -> T:
    """Run a short command on the database, starting the embedded server if it does not run."""

    async def whole(of: Settings, url: str) -> T:
        async with parts(of, url) as built:
            return await main(built)

    return with_database(whole)


def with_database(main: Callable[[Settings, str], Coroutine[Any, Any, T]]) -> T:
    """Run a short command that is given the settings and the database's URL."""
    with told():
        of = settings(log_level="warning")
        with database_url(of) as url:
            return run(main(of, url))
