"""An endurance run: jobs come at their pace, faults at theirs, and in the end every job is looked for."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final, Protocol

from onealarm.bench.endurance.course import Course
from onealarm.bench.endurance.jobs import Jobs
from onealarm.bench.endurance.notes import read_notes
from onealarm.bench.endurance.pace import Pace
from onealarm.bench.endurance.tally import Tally, tally
from onealarm.bench.endurance.team import Team
from onealarm.bench.endurance.wanted import Wanted
from onealarm.bench.endurance.worker import keep_driver_quiet
from onealarm.errors import DatabaseUnavailable
from onealarm.postgres.migrate import migrate

_TICK: Final = timedelta(milliseconds=20)
"""What came due meanwhile is put in with one statement."""

_SECOND: Final = timedelta(seconds=1)
_BETWEEN_LOOKS: Final = timedelta(milliseconds=200)

TO_END: Final = timedelta(seconds=90)
"""After the last job came due: a dead worker's are given back within 20 s, and some wait for another attempt."""

Progress = Callable[[str], None]


class Server(Protocol):
    """What is crashed. The implementation is ``onealarm.postgres.embedded``."""

    @property
    def url(self) -> str: ...

    def restart(self) -> None:
        """Stop it at once, whoever uses it, and start it again."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """``deaths`` are worker processes that ended by themselves, which none should."""

    tally: Tally
    course: Course
    deaths: int

    @property
    def is_good(self) -> bool:
        return self.tally.is_whole and not self.deaths


async def endure(server: Server, wanted: Wanted, *, progress: Progress, to_end: timedelta = TO_END) -> Outcome:
    """Run on a fresh server that nobody else uses. Raises ``OneAlarmError`` when it cannot be used at all."""
    keep_driver_quiet()
    await migrate(server.url)
    with tempfile.TemporaryDirectory(prefix="onealarm-notes-") as folder:
        notes = Path(folder)
        team = Team(wanted.workers, url=server.url, notes=notes, random=Random(wanted.seed))  # noqa: S311
        try:
            await asyncio.to_thread(team.start)
            async with Jobs.opened(server.url) as jobs:
                course = await _Run(server, wanted, team, jobs, progress, to_end).whole()
                await asyncio.to_thread(team.stop)  # what they still write is written before it is counted
                rows, ended = await jobs.rows()
                course.ended = sorted(at.timestamp() for at in ended)
                course.notes = await asyncio.to_thread(read_notes, notes)
                return Outcome(tally(jobs.alarms, rows, course.notes.accepted), course, team.deaths)
        finally:
            team.stop()


class _Run:
    def __init__(
        self, server: Server, wanted: Wanted, team: Team, jobs: Jobs, progress: Progress, to_end: timedelta
    ) -> None:
        self._server = server
        self._wanted = wanted
        self._team = team
        self._jobs = jobs
        self._progress = progress
        self._to_end = to_end
        begin = datetime.now(UTC)
        self._pace = Pace(begin, wanted.duration, wanted.jobs)
        self._end = begin + wanted.duration
        self._course = Course(begin.timestamp(), self._end.timestamp(), wanted.jobs)

    async def whole(self) -> Course:
        """Fill and fault side by side, then let the queue come to its end."""
        async with _beside(self._sample, self._pin):
            async with asyncio.TaskGroup() as group:  # a fault under way comes to its end
                group.create_task(self._kill())
                group.create_task(self._restart())
                await self._fill()
                await _sleep_until(self._end)
            await self._drain()
        return self._course

    async def _fill(self) -> None:
        put = 0
        while put < self._wanted.jobs:
            due = self._pace.due_by(datetime.now(UTC))
            if due > put:
                await self._jobs.put([self._pace.due_at(number) for number in range(put, due)])
                put = due
            await asyncio.sleep(_TICK.total_seconds())

    async def _drain(self) -> None:
        """Until nothing is live, or for so long as is given."""
        for _ in range(int(self._to_end / _BETWEEN_LOOKS)):
            if await self._jobs.live() == 0:
                break
            await asyncio.sleep(_BETWEEN_LOOKS.total_seconds())

    async def _kill(self) -> None:
        async def kill() -> None:
            await asyncio.to_thread(self._team.kill_one)
            self._course.kills.append(_now())

        await self._every(self._wanted.kill_every, kill, until=self._end)

    async def _restart(self) -> None:
        async def restart() -> None:
            await asyncio.to_thread(self._server.restart)
            self._course.restarts.append(_now())

        await self._every(self._wanted.restart_every, restart, until=self._end)

    async def _pin(self) -> None:
        if self._wanted.baseline is not None:
            await _sleep_until(self._pace.begin + self._wanted.baseline)
            self._course.pinned_at = _now()
            await self._jobs.pin_snapshot()

    async def _sample(self) -> None:
        async def sample() -> None:
            await asyncio.to_thread(self._team.replace_dead)
            with suppress(DatabaseUnavailable):
                self._course.sizes.append((_now(), await self._jobs.sizes()))
            self._progress(
                f"{_now() - self._course.begin:.0f} s: {len(self._jobs.alarms):,} jobs put in, "
                f"{len(self._course.kills)} kills, {len(self._course.restarts)} restarts"
            )

        await self._every(_SECOND, sample)

    async def _every(
        self, pause: timedelta | None, do: Callable[[], Awaitable[None]], *, until: datetime | None = None
    ) -> None:
        """At even instants, for the first time after one pause; one that was missed is left out."""
        if pause is None:
            return
        number = 1
        while until is None or self._pace.begin + number * pause < until:
            await _sleep_until(self._pace.begin + number * pause)
            await do()
            number = max(number + 1, int((datetime.now(UTC) - self._pace.begin) / pause) + 1)


@asynccontextmanager
async def _beside(*works: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """While the block runs. An error of one of them ends the block too."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_awaited(work)) for work in works]
        yield
        for task in tasks:
            task.cancel()


async def _awaited(work: Callable[[], Awaitable[None]]) -> None:
    await work()


async def _sleep_until(instant: datetime) -> None:
    await asyncio.sleep(max(0.0, (instant - datetime.now(UTC)).total_seconds()))


def _now() -> float:
    return datetime.now(UTC).timestamp()
