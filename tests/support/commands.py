"""Runs the real command, and waits for what it does: always bounded, never by sleeping."""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psutil

COMMAND: Final = (str(Path(sys.executable).parent / "onealarm"),)
_PASSED_ON: Final = ("PATH", "HOME", "LANG", "TMPDIR", "ONEALARM_PROVIDERS", "PYTHONPATH")


def free_port() -> int:
    """A port of this machine that nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class Running:
    """A command that runs. Its output is read as it comes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.seen: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, text: str, *, seconds: float = 60) -> str:
        """The first line not yet seen that holds ``text``."""
        while True:
            line = self._lines.get(timeout=seconds)
            assert line is not None, f"ended without {text!r}: {self.seen}"
            self.seen.append(line)
            if text in line:
                return line

    def end(self, signal: int, *, seconds: float = 60) -> int:
        """Send a signal and wait for the end; returns the exit code."""
        self.process.send_signal(signal)
        return self.process.wait(seconds)

    def family(self) -> list[psutil.Process]:
        """The process and all below it."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def close(self) -> None:
        """Kill what is left, and close its output."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
        self._reader.join(30)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line.rstrip("\n"))
        self._lines.put(None)


@contextmanager
def running(*arguments: str, environment: Mapping[str, str]) -> Iterator[Running]:
    """Start ``onealarm`` with these arguments; whatever is left of it at the end of the block is killed."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        env=_environment(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    started = Running(process)
    try:
        yield started
    finally:
        started.close()


def run(*arguments: str, environment: Mapping[str, str], code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run ``onealarm`` to its end, which must have this exit code."""
    done = subprocess.run(
        [*COMMAND, *arguments], env=_environment(environment), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def run_json(*arguments: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """The JSON object on the last line of a command."""
    found: dict[str, Any] = json.loads(run(*arguments, "--json", environment=environment).stdout.splitlines()[-1])
    return found


def wait_until_gone(processes: list[psutil.Process], *, seconds: float = 20) -> None:
    """Every one of the processes ends within the time."""
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    assert not alive, f"still there: {[process.cmdline() for process in alive]}"


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | dict(given)
