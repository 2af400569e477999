"""Leads for as long as a command runs."""

from __future__ import annotations

import asyncio
import contextlib

from onealarm.bootstrap import Parts
from onealarm.clock import SystemClock
from onealarm.errors import DatabaseUnavailable
from onealarm.maintenance.service import keep_running


async def lead(parts: Parts, stopping: asyncio.Event) -> None:
    """Lead, or stand by, until told to stop; then another may lead at once."""
    clock = SystemClock()
    async with asyncio.TaskGroup() as group:
        services = [
            group.create_task(keep_running(service, clock=clock, events=parts.events)) for service in parts.leadership
        ]
        await stopping.wait()
        for service in services:
            service.cancel()
    with contextlib.suppress(DatabaseUnavailable):  # then the lease runs out
        await parts.leading.resign()
