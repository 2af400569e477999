"""A place of its own for a command, with a file system that is full or can only be read."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import COMMAND

_MOUNT = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'


def run_on_a_mount(
    *arguments: str, options: str, folder: Path, environment: Mapping[str, str], code: int
) -> dict[str, Any]:
    """The JSON object of ``onealarm``, run where a small file system of memory lies over ``folder``.

    Nobody else sees the mount. Where the system allows no such place, as many containers do not, the test is skipped.
    """
    if not _allowed():
        pytest.skip("this system lets nobody mount in a namespace of his own")
    done = subprocess.run(
        [*_unshare(), "sh", "-c", _MOUNT, "sh", options, str(folder), *COMMAND, *arguments, "--json"],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _unshare() -> list[str]:
    return ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]


@cache
def _allowed() -> bool:
    try:
        probe = [*_unshare(), "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        return subprocess.run(probe, check=False, capture_output=True).returncode == 0
    except OSError:
        return False
