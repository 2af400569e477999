"""For those who run OneAlarm: does it live, can it work, and how is it doing."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from onealarm.api.access import TheParts
from onealarm.api.schemas.health import Alive, Check, Readiness
from onealarm.bootstrap import Parts
from onealarm.errors import DatabaseUnavailable

router = APIRouter(tags=["operation"])

_LATE: Final = timedelta(minutes=5)
"""A due job that has waited this long says that no worker takes it."""


@router.get("/healthz")
async def get_health() -> Alive:
    """Whether the process lives."""
    return Alive()


@router.get("/readyz", responses={503: {"model": Readiness, "description": "A check failed"}})
async def get_readiness(parts: TheParts, response: Response) -> Readiness:
    """Whether it can do its work: the database answers, the stock is laid in, and due work is being done."""
    try:
        checks = {
            "database": Check(ok=True, detail=f"answers; it is {(await parts.queue.now()).isoformat()} there"),
            "stock": await _stock(parts),
            "queue": await _queue(parts),
        }
    except DatabaseUnavailable:
        checks = {"database": Check(ok=False, detail="cannot be reached")}
    ready = all(check.ok for check in checks.values())
    response.status_code = 200 if ready else 503
    return Readiness(ready=ready, checks=checks)


@router.get("/metrics", response_class=Response)
async def get_metrics(parts: TheParts) -> Response:
    """Prometheus metrics. While the database is away, those of the queue are NaN."""
    due = leased = oldest = math.nan
    try:
        counts = await parts.queue.counts()
        due, leased, oldest = counts.due, counts.leased, counts.oldest_due.total_seconds()
    except DatabaseUnavailable:
        pass  # what this process counts itself is told all the same
    parts.metrics.due.set(due)
    parts.metrics.leased.set(leased)
    parts.metrics.oldest.set(oldest)
    return Response(generate_latest(parts.metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _stock(parts: Parts) -> Check:
    missing = await parts.stocker.missing()
    return Check(
        ok=not missing,
        detail=f"not made yet: {', '.join(map(str, missing))}" if missing else "there in every voice and language",
    )


async def _queue(parts: Parts) -> Check:
    oldest = (await parts.queue.counts()).oldest_due
    return Check(ok=oldest <= _LATE, detail=f"the oldest due job has waited {oldest.total_seconds():.0f} s")
