"""The repair: what OneAlarm can mend by itself. Nothing of a user's is touched."""

from __future__ import annotations

from collections.abc import Sequence

from onealarm.bootstrap import Parts, build
from onealarm.cli.doctor.finding import Finding, of_error
from onealarm.cli.doctor.stock import find_lost
from onealarm.cli.doctor.store import stock_sizes
from onealarm.config import Settings
from onealarm.errors import OneAlarmError
from onealarm.pipeline.play import LostSegment
from onealarm.postgres.condition import Condition
from onealarm.postgres.migrate import migrate


async def repair(settings: Settings, url: str) -> tuple[Sequence[str], Sequence[Finding]]:
    """Bring the database up to date and the stock to the shelf; returns what was done and what could not be."""
    done: list[str] = []
    try:
        done += [f"applied {name}" for name in await migrate(settings.database_direct_url or url)]
        async with build(settings, url) as parts:
            await _mend_stock(settings, url, parts, done)
    except OneAlarmError as error:
        return done, [of_error("repair", error)]
    return done, []


async def _mend_stock(settings: Settings, url: str, parts: Parts, done: list[str]) -> None:
    async with Condition.of(settings.database_direct_url or url) as condition:
        stock = await condition.stock(parts.stocker.engine)
    lost = find_lost(stock, sizes=await stock_sizes(settings, stock))
    if lost.keys:
        loss = await parts.losses.lose([LostSegment(key) for key in lost.keys])
        done.append(f"forgot {loss.briefings} briefings whose sound was lost")
    await parts.queue.beat(parts.worker.id)  # what it claims to speak is a living worker's
    try:
        laid_in = await parts.stocker.run_once()
    finally:
        await parts.queue.leave(parts.worker.id)
    if laid_in:
        done.append(f"laid in {laid_in} stock briefings")
