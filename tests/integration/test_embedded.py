"""The embedded server: starts, is shared, keeps its data, and changes no directory that it did not make."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from onealarm.errors import SetupError
from onealarm.postgres.embedded import EmbeddedServer
from onealarm.postgres.programs import packaged_programs

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A temporary folder that every user can enter (pytest's own is closed to others)."""
    with tempfile.TemporaryDirectory(prefix="onealarm-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def modes(*paths: Path) -> dict[Path, int]:
    """The modes of the paths and of all their parents."""
    folders = {folder for path in paths for folder in (path, *path.parents) if folder.exists()}
    return {folder: stat.S_IMODE(folder.stat().st_mode) for folder in folders}


async def remember(server: EmbeddedServer, word: str) -> None:
    connection = await asyncpg.connect(server.url)
    await connection.execute("create table if not exists kept (word text)")
    await connection.execute("insert into kept values ($1)", word)
    await connection.close()


async def recall(server: EmbeddedServer) -> list[str]:
    connection = await asyncpg.connect(server.url)
    rows = await connection.fetch("select word from kept")
    await connection.close()
    return [row["word"] for row in rows]


async def test_keeps_its_data_over_a_restart(reachable: Path) -> None:
    with EmbeddedServer(reachable / "home") as server:
        await remember(server, "first")
    with EmbeddedServer(reachable / "home") as server:
        assert await recall(server) == ["first"]


async def test_is_shared_and_stopped_by_the_last_user(reachable: Path) -> None:
    first, second = EmbeddedServer(reachable / "home"), EmbeddedServer(reachable / "home")
    first.start()
    second.start()
    await remember(second, "shared")
    assert first.stop() is False
    assert await recall(second) == ["shared"]
    assert second.stop() is True
    with pytest.raises(OSError):  # noqa: PT011 - the socket is gone, however the system says it
        await asyncpg.connect(second.url)


async def test_starts_again_after_it_was_killed(reachable: Path) -> None:
    server = EmbeddedServer(reachable / "home")
    server.start()
    await remember(server, "survivor")
    server.restart()
    assert await recall(server) == ["survivor"]
    server.stop()


async def test_a_path_too_long_for_a_socket_still_works(reachable: Path) -> None:
    with EmbeddedServer(reachable / ("long-" * 20) / "home") as server:
        await remember(server, "far")
        assert await recall(server) == ["far"]


def test_changes_the_mode_of_no_existing_directory(reachable: Path) -> None:
    parent = reachable / "parent"
    parent.mkdir()
    parent.chmod(0o711)
    watched = (parent, packaged_programs().folder)
    before = modes(*watched)
    with EmbeddedServer(parent / "home"):
        pass
    assert modes(*watched).items() >= before.items()


@as_root
def test_refuses_a_home_that_its_user_cannot_reach_and_leaves_it_alone(reachable: Path) -> None:
    closed = reachable / "closed"
    closed.mkdir(mode=0o700)
    before = modes(closed)
    with pytest.raises(SetupError, match=r"cannot enter .*closed") as refusal:
        EmbeddedServer(closed / "home").start()
    assert "Set ONEALARM_HOME to a directory outside it" in refusal.value.remedy
    assert modes(closed).items() >= before.items()


def test_data_of_another_major_version_is_refused(reachable: Path) -> None:
    with EmbeddedServer(reachable / "home"):
        pass
    marker = reachable / "home" / "postgres" / "data" / "PG_VERSION"
    marker.write_text("16\n")
    with pytest.raises(SetupError, match="was written by PostgreSQL 16"):
        EmbeddedServer(reachable / "home").start()


def test_a_home_that_cannot_be_made_is_refused_with_a_remedy(reachable: Path) -> None:
    (reachable / "file").write_text("in the way")
    with pytest.raises(SetupError, match="cannot be created"):
        EmbeddedServer(reachable / "file" / "home").start()
