"""Procrastinate's side of the bench, run as a script by its own interpreter: ``run_procrastinate.py VERB JSON``.

The loop is its own asynchronous worker, which claims one job at a time and runs many at once, without listening and
without waiting for more. The last line printed is a JSON object.
"""

import asyncio
import json
import logging
import platform
import sys
import time
from importlib.metadata import version
from typing import Any

import procrastinate
import psycopg
import uvloop
from procrastinate.worker import Worker


def app_on(order: dict[str, Any], connections: int) -> procrastinate.App:
    connector = procrastinate.PsycopgConnector(conninfo=order["url"], min_size=connections, max_size=connections)
    app = procrastinate.App(connector=connector)

    @app.task(name="job")
    async def job() -> None:
        pass

    return app


async def prepare(order: dict[str, Any]) -> dict[str, Any]:
    async with app_on(order, 1).open_async() as app:
        await app.schema_manager.apply_schema_async()
    driver = f"psycopg {psycopg.__version__} ({psycopg.pq.__impl__})"
    return {"version": f"{version('procrastinate')}, Python {platform.python_version()}, {driver}"}


async def enqueue(order: dict[str, Any]) -> dict[str, Any]:
    async with app_on(order, 1).open_async() as app:
        into = app.configure_task("job")
        begin, put = time.monotonic(), 0
        while put < order["jobs"] and time.monotonic() < begin + order["seconds"]:
            some = min(order["batch"], order["jobs"] - put)
            await into.batch_defer_async(*[{} for _ in range(some)])
            put += some
        return {"seconds": time.monotonic() - begin, "jobs": put, "batch": order["batch"]}


async def drain(order: dict[str, Any]) -> dict[str, Any]:
    claims_ms: list[float] = []
    async with app_on(order, order["concurrency"]).open_async() as app:
        time_claims(app, claims_ms)
        worker = Worker(
            app, concurrency=order["concurrency"], wait=False, listen_notify=False, install_signal_handlers=False
        )
        await start_signal()
        stopping = asyncio.get_running_loop().call_later(order["seconds"], worker.stop)
        await worker.run()
        stopping.cancel()
        return {"finished_at": time.monotonic(), "claims_ms": claims_ms, "batch": 1}


def time_claims(app: procrastinate.App, claims_ms: list[float]) -> None:
    fetch_job = app.job_manager.fetch_job

    async def timed(*arguments: Any, **named: Any) -> Any:
        begin = time.monotonic()
        job = await fetch_job(*arguments, **named)
        if job:
            claims_ms.append(round((time.monotonic() - begin) * 1000, 3))
        return job

    app.job_manager.fetch_job = timed


async def start_signal() -> None:
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    verbs = {"prepare": prepare, "enqueue": enqueue, "drain": drain}
    print(json.dumps(uvloop.run(verbs[sys.argv[1]](json.loads(sys.argv[2])))))
