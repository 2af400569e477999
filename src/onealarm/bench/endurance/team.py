"""The worker processes of a run: so many at any time, whoever is killed."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from threading import Lock
from time import monotonic
from typing import Final

from onealarm.bench.endurance.worker import work
from onealarm.errors import OneAlarmError

_TO_BEGIN: Final = timedelta(seconds=60)
_TO_STOP: Final = timedelta(seconds=40)
"""A worker gives its work 30 s to end."""


@dataclass(frozen=True, slots=True)
class _Member:
    process: BaseProcess
    pipe: Pipe


class Team:
    """``kills`` are those by ``kill_one``, ``deaths`` those that nobody wished. Threads may call its methods."""

    def __init__(self, size: int, *, url: str, notes: Path, random: Random) -> None:
        # Forked from a process that has imported everything and runs nothing: a new worker costs no start of Python.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["onealarm.bench.endurance.worker"])
        self._size = size
        self._url = url
        self._notes = notes
        self._random = random
        self._members: list[_Member] = []
        self._changing = Lock()
        self._started = 0
        self.kills = 0
        self.deaths = 0

    def start(self) -> None:
        """Start all; returns when they work. Raises ``OneAlarmError`` when they do not."""
        self._members = [self._new() for _ in range(self._size)]
        for member in self._members:
            if not member.pipe.poll(_TO_BEGIN.total_seconds()):
                raise OneAlarmError(f"a worker process said nothing for {_TO_BEGIN.total_seconds():g} s")

    def kill_one(self) -> None:
        """Without a word, and another takes its place at once."""
        place = self._random.randrange(self._size)
        with self._changing:
            self._members[place].process.kill()
            self.kills += 1
            self._replace(place)

    def replace_dead(self) -> None:
        """Those that ended by themselves."""
        with self._changing:
            for place, member in enumerate(self._members):
                if not member.process.is_alive():
                    self.deaths += 1
                    self._replace(place)

    def stop(self) -> None:
        """All, in good order where they can."""
        for member in self._members:
            member.pipe.close()
        until = monotonic() + _TO_STOP.total_seconds()
        for member in self._members:
            member.process.join(max(0.0, until - monotonic()))
            if member.process.exitcode != 0:
                member.process.kill()
                member.process.join()
                self.deaths += 1
        self._members = []

    def _replace(self, place: int) -> None:
        gone = self._members[place]
        gone.pipe.close()
        gone.process.join()
        self._members[place] = self._new()

    def _new(self) -> _Member:
        pipe, theirs = self._context.Pipe()
        self._started += 1
        path = self._notes / f"{self._started:06}"
        process = self._context.Process(target=work, args=(theirs, self._url, path), daemon=True)
        process.start()
        theirs.close()  # so that its end is seen as the end of the pipe
        return _Member(process, pipe)
