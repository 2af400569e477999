"""The queue benchmark: every system in every shape, one after the other, on one server."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from onealarm.bench.figures import Figures, percentile, rounded
from onealarm.bench.onealarm_queue import OneAlarmQueue
from onealarm.bench.own import CLAIMING_CONNECTIONS, Own
from onealarm.bench.peer import Peer
from onealarm.bench.plain_sql import PlainSql
from onealarm.bench.server import BenchServer, Wal, bench_server
from onealarm.bench.subject import Drained, Filled, Order, Shape, Subject, Trial
from onealarm.bench.system import System, Tally
from onealarm.errors import BadInput, OneAlarmError, check_count

SYSTEMS: Final[tuple[System, ...]] = (OneAlarmQueue(), PlainSql())
"""Those in our own loop, in the order in which they are measured."""

SHAPES: Final[tuple[Shape, ...]] = ("batch", "single")
DEFAULT_JOBS: Final = 200_000
DEFAULT_BATCH: Final = 1000
_MOST_JOBS: Final = 10_000_000
_MOST_BATCH: Final = 100_000
_MOST_WORKERS: Final = 32
_CONNECTIONS_OF_A_WORKER: Final = 2 * max(CLAIMING_CONNECTIONS)
"""More than any system opens in one process."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured: so many jobs, so many at once, on so many processes, beside these peers."""

    jobs: int
    batch: int
    workers: int
    peers: Sequence[Peer]

    @classmethod
    def checked(
        cls, *, jobs: int, batch: int | None, workers: int, peers: str | None, known: Mapping[str, Peer]
    ) -> Self:
        """From what was typed. Raises ``BadInput``."""
        check_count("--jobs", jobs, most=_MOST_JOBS)
        if batch is not None:
            check_count("--batch", batch, most=_MOST_BATCH)
            if batch > jobs:
                raise BadInput("--batch", f"{batch} is more than the {jobs} jobs", "Give at most as many as --jobs")
        check_count("--workers", workers, most=_MOST_WORKERS)
        return cls(jobs, batch or min(DEFAULT_BATCH, jobs), workers, _chosen(peers, known))

    @property
    def server_options(self) -> dict[str, str]:
        """Settings of the server that are not its defaults: room for every connection, where the default has none."""
        needed = self.workers * _CONNECTIONS_OF_A_WORKER + 10
        return {"max_connections": str(needed)} if needed > 100 else {}


def _chosen(text: str | None, known: Mapping[str, Peer]) -> tuple[Peer, ...]:
    if text is None:
        return tuple(known.values())
    if text.strip() == "none":
        return ()
    names = [word.strip() for word in text.split(",")]
    for name in names:
        if name not in known:
            raise BadInput("--peers", f"{name!r} is not known", f"Give some of {','.join(known)}, or none")
    return tuple(known[name] for name in dict.fromkeys(names))


@dataclass(slots=True)
class Report:
    """Settings of server and machine, the figures, and the peers that could not be measured."""

    settings: dict[str, Any]
    results: list[Figures] = field(default_factory=list)
    absent: list[dict[str, str]] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        return any(figures.error for figures in self.results)


Progress = Callable[[str], None]


async def measure_queue(url: str, wanted: Wanted, *, progress: Progress, systems: Sequence[System] = SYSTEMS) -> Report:
    """Measure everything that is wanted on the server at ``url``, which nobody else uses.

    An error of one system is told in its figures, and does not keep the others from being measured.
    """
    async with bench_server(url) as server:
        asked = {"jobs": wanted.jobs, "batch": wanted.batch, "workers": wanted.workers}
        report = Report({**await server.settings(), **asked})
        report.absent = [{"system": peer.name, "absent": peer.absent} for peer in wanted.peers if peer.absent]
        subjects: list[Subject] = [*map(Own, systems), *(peer for peer in wanted.peers if not peer.absent)]
        for shape in SHAPES:
            for subject in subjects:
                report.results += await Measuring(server, subject, shape, wanted, progress).figures()
    return report


@dataclass(frozen=True, slots=True)
class Measuring:
    """One system in one shape."""

    server: BenchServer
    subject: Subject
    shape: Shape
    wanted: Wanted
    progress: Progress

    async def figures(self) -> list[Figures]:
        """Those of the enqueue phase, and of the best of the drains; or one with the error."""
        found: list[Figures] = []
        for trial in self.subject.trials(self.shape):
            found += await self._trial(trial)
            if found[-1].error:
                return found[-1:]
        filled = [figures for figures in found if figures.phase == "enqueue"]
        drained = [figures for figures in found if figures.phase == "drain"]
        best = max(drained, key=lambda figures: figures.jobs_per_second or 0, default=None)
        return [] if best is None else [filled[0], best]

    async def _trial(self, trial: Trial) -> list[Figures]:
        """Both phases in a new database. What goes wrong is told in the figures of the phase."""
        name = f"bench_{self.subject.name}_{self.shape}".replace("-", "_")
        figures = self._none_yet(trial)
        found: list[Figures] = []
        try:
            async with self.server.database(name) as url:
                self.progress(f"{self.subject.name}: {self.shape}, enqueue")
                figures = replace(figures, version=await self.subject.prepare(url))
                order = Order(url, self.shape, self.wanted.batch, self.wanted.workers, self.wanted.jobs, trial)
                filled, enqueue = await self._fill(order, figures)
                found.append(enqueue)
                self.progress(f"{self.subject.name}: {self.shape}, drain {_told(trial)}")
                figures = replace(figures, phase="drain", batch=self._claimed, workers=self.wanted.workers)
                found.append(await self._drain(replace(order, batch=self._claimed, jobs=filled.jobs), figures))
        except OneAlarmError as error:
            return [replace(figures, error=str(error))]
        return found

    @property
    def _claimed(self) -> int:
        return self.wanted.batch if self.shape == "batch" else 1

    def _none_yet(self, trial: Trial) -> Figures:
        return Figures(
            self.subject.name, None, "enqueue", self.shape, self.wanted.batch, workers=1, jobs=0, settings=trial
        )

    async def _fill(self, order: Order, figures: Figures) -> tuple[Filled, Figures]:
        await self.server.settle(order.url, filled=False)
        before = await self.server.wal()
        filled = await self.subject.fill(order)
        wal = (await self.server.wal()).since(before)
        tally = await self.subject.tally(order.url, filled=filled.jobs)
        if tally != Tally(filled.jobs, 0, 0):
            raise OneAlarmError(f"{filled.jobs} jobs were put in; by its own tables there are {tally}")
        timed = _timed(figures, filled.jobs, filled.took.total_seconds(), wal)
        return filled, replace(timed, batch=filled.batch, limited=filled.jobs < order.jobs, settings=None)

    async def _drain(self, order: Order, figures: Figures) -> Figures:
        await self.server.settle(order.url, filled=True)
        before = await self.server.wal()
        drained = await self.subject.drain(order)
        wal = (await self.server.wal()).since(before)
        tally = await self.subject.tally(order.url, filled=order.jobs)
        _check_drained(tally, drained)
        timed = _timed(figures, tally.done, drained.took.total_seconds(), wal)
        return replace(
            timed,
            batch=drained.batch,
            limited=tally.waiting > 0,
            claim_p50_ms=rounded(percentile(drained.claims_ms, 0.5), 3),
            claim_p99_ms=rounded(percentile(drained.claims_ms, 0.99), 3),
        )


def _check_drained(tally: Tally, drained: Drained) -> None:
    """Nothing is left leased, all is done unless time ran out, and the workers and the tables agree."""
    if drained.completed not in (None, tally.done):
        raise OneAlarmError(f"the workers completed {drained.completed} jobs; by its own tables there are {tally}")
    if tally.leased or (tally.waiting and not drained.limited) or not tally.done:
        raise OneAlarmError(f"not all jobs were completed: by its own tables there are {tally}")


def _timed(figures: Figures, jobs: int, seconds: float, wal: Wal) -> Figures:
    return replace(
        figures,
        jobs=jobs,
        seconds=rounded(seconds, 3),
        jobs_per_second=rounded(jobs / seconds, 1),
        wal_bytes_per_job=rounded(wal.net / jobs, 1),
        wal_raw_bytes_per_job=rounded(wal.raw / jobs, 1),
    )


def _told(trial: Trial) -> str:
    return ", ".join(f"{name} {value}" for name, value in trial.items())
