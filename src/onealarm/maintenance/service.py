"""A background service is a ``run_once`` in a file of its own; the loop is the same for all."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from onealarm.clock import Clock
from onealarm.errors import safe_reason
from onealarm.events import Events, ServiceFailed, ServiceRan


class Service(Protocol):
    """Something to be done now and then. Any number of processes may run it at once: it does no work twice."""

    @property
    def name(self) -> str: ...

    @property
    def every(self) -> timedelta:
        """The pause between two runs."""
        ...

    async def run_once(self) -> int:
        """Do what is due; returns how many things were changed."""
        ...


async def keep_running(service: Service, *, clock: Clock, events: Events) -> None:
    """Run a service until cancelled. A run that fails is told and tried again after the usual pause."""
    while True:
        try:
            changed = await service.run_once()
        except Exception as error:  # whatever it is, the other services and the worker go on
            events.emit(ServiceFailed(service.name, safe_reason(error)))
        else:
            if changed:
                events.emit(ServiceRan(service.name, changed))
        await clock.sleep(service.every)
