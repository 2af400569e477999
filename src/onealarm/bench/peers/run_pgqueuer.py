"""PgQueuer's side of the bench, run as a script by its own interpreter: ``run_pgqueuer.py VERB JSON``.

The loop is its own, QueueManager.run in drain mode, set as its benchmark tool sets it: asyncpg, uvloop, several
consumers per process, each on a connection of its own. The last line printed is a JSON object.
"""

import asyncio
import json
import platform
import sys
import time
from importlib.metadata import version
from typing import Any

import asyncpg
import uvloop
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.models import Job
from pgqueuer.domain.types import QueueExecutionMode
from pgqueuer.queries import Queries

ENTRYPOINT = "job"


async def queries(order: dict[str, Any]) -> Queries:
    return Queries.from_asyncpg_connection(await asyncpg.connect(order["url"]))


async def prepare(order: dict[str, Any]) -> dict[str, Any]:
    await (await queries(order)).install()
    return {"version": f"{version('pgqueuer')}, Python {platform.python_version()}, asyncpg {asyncpg.__version__}"}


async def enqueue(order: dict[str, Any]) -> dict[str, Any]:
    into = await queries(order)
    begin, put = time.monotonic(), 0
    while put < order["jobs"] and time.monotonic() < begin + order["seconds"]:
        some = min(order["batch"], order["jobs"] - put)
        await into.enqueue([ENTRYPOINT] * some, [None] * some, [0] * some)
        put += some
    return {"seconds": time.monotonic() - begin, "jobs": put, "batch": order["batch"]}


async def drain(order: dict[str, Any]) -> dict[str, Any]:
    claims_ms: list[float] = []
    managers = [manager(await queries(order), claims_ms) for _ in range(order["consumers"])]
    await start_signal()
    stopping = asyncio.get_running_loop().call_later(order["seconds"], stop, managers)
    runs = (one.run(batch_size=order["batch"], mode=QueueExecutionMode.drain) for one in managers)
    await asyncio.gather(*runs)
    stopping.cancel()
    return {"finished_at": time.monotonic(), "claims_ms": claims_ms, "batch": order["batch"]}


def manager(on: Queries, claims_ms: list[float]) -> QueueManager:
    dequeue = on.dequeue

    async def timed(*arguments: Any, **named: Any) -> Any:
        begin = time.monotonic()
        jobs = await dequeue(*arguments, **named)
        if jobs:
            claims_ms.append(round((time.monotonic() - begin) * 1000, 3))
        return jobs

    on.dequeue = timed
    made = QueueManager(on)

    @made.entrypoint(ENTRYPOINT)
    async def work(job: Job) -> None:
        pass

    return made


def stop(managers: list[QueueManager]) -> None:
    for one in managers:
        one.shutdown.set()


async def start_signal() -> None:
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    verbs = {"prepare": prepare, "enqueue": enqueue, "drain": drain}
    print(json.dumps(uvloop.run(verbs[sys.argv[1]](json.loads(sys.argv[2])))))
