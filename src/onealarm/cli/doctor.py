"""``onealarm doctor``: looks at every part that a briefing needs, and says what to do about what is broken."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer
import uvloop

from onealarm.bootstrap import Parts
from onealarm.cli import running
from onealarm.config import Settings
from onealarm.errors import OneAlarmError, SetupError

_SPACE: Final = 1 << 30
_SKEW: Final = timedelta(seconds=5)
_LATE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """One part that was looked at; without a remedy it is well."""

    part: str
    found: str
    remedy: str | None = None


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Check home, disk, database, clock, voice, stock and queue; ends with code 1 when something is wrong."""
    with running.told():
        settings = running.settings(log_level="error")
    findings = _examine(settings)
    if as_json:
        running.print_json({"well": _well(findings), "findings": [asdict(one) for one in findings]})
    else:
        for one in findings:
            mark = "[green]well[/green] " if one.remedy is None else "[red]wrong[/red]"
            running.out.print(f"{mark} {one.part:9}", end="")
            running.out.print(one.found + ("" if one.remedy is None else f". {one.remedy}"), markup=False)
    if not _well(findings):
        raise typer.Exit(1)


def _well(findings: list[Finding]) -> bool:
    return all(one.remedy is None for one in findings)


def _examine(settings: Settings) -> list[Finding]:
    findings = [_disk(settings)]
    try:
        with running.database_url(settings) as url:
            findings += uvloop.run(_examine_parts(settings, url))
    except OneAlarmError as error:
        findings.append(_wrong("database", error))
    return findings


async def _examine_parts(settings: Settings, url: str) -> list[Finding]:
    async with running.parts(settings, url) as parts:
        looks: dict[str, Callable[[Parts], Awaitable[Finding]]] = {
            "database": _database,
            "clock": _clock,
            "voice": _voice,
            "queue": _queue,
        }
        findings = []
        for part, look in looks.items():
            try:
                findings.append(await look(parts))
            except OneAlarmError as error:
                findings.append(_wrong(part, error))
        return findings


def _disk(settings: Settings) -> Finding:
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    found = f"{free / (1 << 30):.1f} GiB free in {folder}"
    return Finding(
        "disk", found, None if free >= _SPACE else "Free at least 1 GiB, or set ONEALARM_HOME to a larger disk"
    )


async def _database(parts: Parts) -> Finding:
    return Finding("database", f"PostgreSQL {await parts.database.server_version()}, up to date")


async def _clock(parts: Parts) -> Finding:
    skew = abs(await parts.queue.now() - datetime.now(UTC))
    found = f"{skew.total_seconds():.1f} s between this machine and the database"
    return Finding("clock", found, None if skew <= _SKEW else "Set both clocks by NTP")


async def _voice(parts: Parts) -> Finding:
    await parts.queue.beat(parts.worker.id)  # what it claims to speak is a living worker's
    try:
        await parts.stocker.run_once()
    finally:
        await parts.queue.leave(parts.worker.id)
    missing, wanted = await parts.stocker.missing(), parts.stocker.wanted
    voices = len({one.voice for one in wanted if one not in missing})
    languages = ", ".join(dict.fromkeys(one.language for one in wanted))
    found = (
        f"{len(wanted) - len(missing)} of {len(wanted)} stock briefings ({languages}) have been spoken, "
        f"by {voices} voices of {parts.stocker.engine}"
    )
    return Finding("voice", found, "Look into the log of the worker" if missing else None)


async def _queue(parts: Parts) -> Finding:
    counts = await parts.queue.counts()
    found = f"{counts.due} due, {counts.leased} in work, oldest due for {counts.oldest_due.total_seconds():.0f} s"
    late = counts.oldest_due > _LATE
    return Finding("queue", found, "Start a worker (onealarm up, or onealarm worker)" if late else None)


def _wrong(part: str, error: OneAlarmError) -> Finding:
    if isinstance(error, SetupError):
        return Finding(part, error.problem, error.remedy)
    return Finding(part, str(error), "See the log for the cause")
