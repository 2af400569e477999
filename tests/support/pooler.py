"""PgBouncer in transaction mode in front of a test's server."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from tests.support.commands import free_port

PROGRAM: Final = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

_SECONDS: Final = 20


@contextmanager
def pooler(direct_url: str, *, server_sessions: int = 3) -> Iterator[str]:
    """The URL of a pooler that serves all clients of the database at ``direct_url`` with so few sessions."""
    assert PROGRAM is not None
    parts = urlsplit(direct_url)
    query = parse_qs(parts.query)
    name, user = parts.path.lstrip("/"), parts.username or query.get("user", ["postgres"])[0]
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="onealarm-pooler-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        settings = folder / "pgbouncer.ini"
        settings.write_text(
            f"[databases]\n{name} = host={query['host'][0]} port={query.get('port', ['5432'])[0]} user={user}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
            f"pool_mode = transaction\ndefault_pool_size = {server_sessions}\nmax_client_conn = 200\n",
            encoding="utf-8",
        )
        settings.chmod(0o644)
        log = (folder / "log").open("wb")
        process = subprocess.Popen(
            [PROGRAM, str(settings)],
            stdout=log,
            stderr=subprocess.STDOUT,
            user=Path(query["host"][0]).stat().st_uid if os.geteuid() == 0 else None,  # it refuses root
        )
        try:
            wait_for_port(port, process, folder / "log")
            yield f"postgresql://{user}@127.0.0.1:{port}/{name}"
        finally:
            process.kill()
            process.wait(_SECONDS)
            log.close()


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it answers: a refused connection is tried again at once, a bounded number of times."""
    for _ in range(200):
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=_SECONDS).close()
        except ConnectionRefusedError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
        else:
            return
    raise AssertionError(log.read_text())
