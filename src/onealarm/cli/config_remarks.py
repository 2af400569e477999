"""What can be said of settings without starting anything: what will not work, and what is probably not meant."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from onealarm.config import PREFIX, Settings
from onealarm.postgres.address import DatabaseAddress, parse_address

_POOLERS_PORT: Final = 6543
"""Where Supabase's pooler gives every transaction another session."""

_MANY_SLOTS: Final = 16
"""Briefings side by side for each child process; more of them wait for one another."""


@dataclass(frozen=True, slots=True)
class Remark:
    """``field`` is the variable."""

    field: str
    problem: str
    remedy: str


def home_errors(home: Path) -> Iterator[Remark]:
    """Whether the home can be used: looked at, not tried."""
    folder = nearest_folder(home)
    remedy = "Set ONEALARM_HOME to a folder that you may write"
    if not folder.is_dir():
        yield Remark("ONEALARM_HOME", f"{folder} is not a folder", remedy)
    elif os.statvfs(folder).f_flag & os.ST_RDONLY:
        yield Remark("ONEALARM_HOME", f"{folder} can only be read: its file system is mounted so", remedy)
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield Remark("ONEALARM_HOME", f"{folder} is not yours to write", remedy)


def nearest_folder(path: Path) -> Path:
    """The path itself, or the nearest above it that is there for all this user can see."""
    return next(one for one in (path, *path.parents) if _is_there(one))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False


def unknown(names: Iterable[str], *, known: Iterable[str]) -> Iterator[Remark]:
    """Warnings of variables that nothing reads."""
    by_end = {variable.removeprefix(PREFIX): variable for variable in sorted(known)}
    for name in names:
        nearest = get_close_matches(name.upper().removeprefix(PREFIX), by_end, n=1)  # what all share makes none alike
        remedy = f"Did you mean {by_end[nearest[0]]}?" if nearest else "Remove it"
        yield Remark(name, "is no setting and has no effect", remedy)


def warnings(settings: Settings, *, cores: int, password_elsewhere: bool) -> Iterator[Remark]:
    """Warnings of what works and is probably not meant. ``cores`` are this machine's."""
    if settings.household and not _is_loopback(settings.host):
        yield Remark(
            "ONEALARM_HOUSEHOLD",
            f"has no effect where HOST is not a loopback address ({settings.host}): the page asks for a token",
            "Set ONEALARM_HOUSEHOLD=false to show that this is meant, or leave HOST out",
        )
    if settings.database_url is not None:
        address = parse_address(settings.database_url)
        yield from _of_the_database(settings, address, password_elsewhere=password_elsewhere)
    if "contact" not in settings.model_fields_set:
        yield Remark(
            "ONEALARM_CONTACT",
            "is not set: a publisher whose feed is read cannot reach you",
            "Set it to an e-mail address or a URL; many publishers refuse readers that hide",
        )
    processes = settings.processes or cores
    if settings.slots is not None and settings.slots > _MANY_SLOTS * processes:
        yield Remark(
            "ONEALARM_SLOTS",
            f"{settings.slots} briefings side by side are more than {processes} processes can serve",
            f"Set it to {_MANY_SLOTS * processes} at most, or ONEALARM_PROCESSES higher on a machine with more cores",
        )


def _of_the_database(settings: Settings, address: DatabaseAddress, *, password_elsewhere: bool) -> Iterator[Remark]:
    pooler = [
        host.name
        for host in address.hosts
        if host.port == _POOLERS_PORT or "pooler" in host.name or "bouncer" in host.name
    ]
    if pooler and settings.database_direct_url is None:
        yield Remark(
            "DATABASE_URL",
            f"leads to what looks like a pooler ({pooler[0]}), and DATABASE_DIRECT_URL is not set",
            "Set DATABASE_DIRECT_URL to the same database past the pooler: hints of new work may not come through it",
        )
    foreign = [host.name for host in address.hosts if not host.is_here]
    if foreign and not address.has_password and not password_elsewhere:
        yield Remark(
            "DATABASE_URL",
            f"has no password for another machine ({foreign[0]})",
            "Put it into the URL, into PGPASSWORD or into ~/.pgpass, unless the server trusts this machine",
        )


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ip_address(host).is_loopback
