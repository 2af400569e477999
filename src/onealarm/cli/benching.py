"""What the benches share: a server of their own, and a line that tells how far they are."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from onealarm.cli import running
from onealarm.postgres.embedded import EmbeddedServer


@contextmanager
def fresh_server(options: dict[str, str]) -> Iterator[EmbeddedServer]:
    """A server with nothing in it, gone afterwards. As root, PostgreSQL's own user must enter the folder too."""
    with tempfile.TemporaryDirectory(prefix="onealarm-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with EmbeddedServer(home, options=options) as server:
            yield server


@contextmanager
def progress_line() -> Iterator[Callable[[str], None]]:
    """One line on a terminal that tells what is measured now; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with running.err.status("starting") as status:
        yield status.update
