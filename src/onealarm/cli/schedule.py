"""``onealarm schedule``: lanes that fire by the clock."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from prometheus_client import start_http_server

from onealarm.cli import running
from onealarm.cli.options import parse_date
from onealarm.cli.stopping import call_when, until_stopped
from onealarm.clock import SystemClock
from onealarm.config import Settings
from onealarm.control.schedules.day import Day, LaneDay, day_of
from onealarm.control.schedules.lane import Schedule
from onealarm.control.schedules.reading import joined, narrowed, read_schedule
from onealarm.control.schedules.traps import Trap, find_traps, told
from onealarm.errors import BadInput, DatabaseUnavailable
from onealarm.jobs.deadline import EXPECTED_WORK
from onealarm.maintenance.service import keep_running

app = typer.Typer(no_args_is_help=True, help="Lanes that fire by the clock, beside the worker that needs no schedule.")

_LARGEST: Final = 1 << 20

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="TOML, JSON, or cron lines with comments.")]
Lanes = Annotated[list[str] | None, typer.Option("--lane", help="Only this lane; may be repeated.")]


@app.command()
def check(
    files: Files,
    lane: Lanes = None,
    day: Annotated[str | None, typer.Option(help="The date to count, YYYY-MM-DD; today.")] = None,
    work: Annotated[int, typer.Option(min=1, max=3600, help="Seconds that a briefing takes.")] = int(
        EXPECTED_WORK.total_seconds()
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
) -> None:
    """Count the firings of a day, and tell where a line does not do what its name or comment says."""
    with running.told():
        on = parse_date(day, field="--day") or datetime.now(UTC).date()
        counted = day_of(_read(files, lane or ()), _possible(on), work=timedelta(seconds=work))
        traps = find_traps(counted)
    if as_json:
        running.print_json(_object(counted, traps))
    else:
        _tell(counted, traps)


@app.command()
def run(files: Files, lane: Lanes = None) -> None:
    """Fire the lanes until stopped, and run the background services. Several may run at once."""
    with running.told():
        schedule = _read(files, lane or ())
        settings = running.settings()
        with running.database_url(settings) as url:
            running.run(_run(settings, url, schedule))


async def _run(settings: Settings, url: str, schedule: Schedule) -> None:
    async with running.parts(settings, url) as parts, until_stopped() as stopping:
        if settings.metrics_port is not None:
            start_http_server(settings.metrics_port, addr=settings.host, registry=parts.metrics.registry)
        scheduler = parts.scheduler(schedule)

        def stop() -> None:
            scheduler.stop()
            parts.dispatcher.stop()

        with contextlib.suppress(DatabaseUnavailable):  # the heartbeat goes on trying
            await parts.queue.beat(parts.worker.id)  # what the services claim is a living worker's
        names = ", ".join(lane.name for lane in schedule.lanes)
        running.err.print(f"{len(schedule.lanes)} lanes are scheduled ({names}); Ctrl-C stops them")
        clock = SystemClock()
        async with asyncio.TaskGroup() as group:
            beating = group.create_task(parts.heartbeat.run(parts.worker.id, revived=lambda: None))
            services = [
                group.create_task(keep_running(service, clock=clock, events=parts.events))
                for service in (parts.follower, *parts.services)
            ]
            watching = group.create_task(call_when(stopping, stop))
            await scheduler.run()
            for task in (beating, *services, watching):
                task.cancel()
        with contextlib.suppress(DatabaseUnavailable):
            await parts.queue.leave(parts.worker.id)


def _read(files: Sequence[Path], lanes: Sequence[str]) -> Schedule:
    """Raises ``BadInput`` with the file, or the lane and the field."""
    return narrowed(joined([read_schedule(file.name, _text(file)) for file in files]), lanes)


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_LARGEST).decode("utf-8-sig")
    except OSError as error:
        raise BadInput("file", f"{str(file)!r} cannot be read: {error.strerror}", "Give a schedule's file") from error
    except UnicodeDecodeError as error:
        raise BadInput("file", f"{str(file)!r} is not UTF-8", "Save it as UTF-8") from error


def _possible(on: date) -> date:
    if not 2021 <= on.year <= 2039:
        raise BadInput("--day", f"'{on}' is outside the zone rules", "Give a date from 2021 to 2039")
    return on


def _tell(day: Day, traps: Sequence[Trap]) -> None:
    rows = [("lane", "schedule", "zone", "firings", "every", "per firing", "a day"), *map(_row, day.lanes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True))
        running.out.print(line.rstrip(), markup=False)
    hours = sorted(day.hours, key=lambda hour: hour.capacity)
    running.out.print(
        f"{day.date} in {day.timezone}: {day.firings} firings in {day.distinct_minutes} distinct minutes, "
        f"for {day.capacity} briefings"
    )
    for word, hour in (("least", hours[0]), ("most", hours[-1])):
        running.out.print(
            f"{word} at {hour.start}: {hour.firings} firings in {hour.distinct_minutes} distinct minutes, "
            f"for {hour.capacity} briefings an hour"
        )
    for trap in traps:
        running.out.print("[yellow]![/yellow] ", end="")
        running.out.print(f"{', '.join(trap.lanes)}: {trap.problem}. {trap.remedy}", markup=False)
    if not traps:
        running.out.print("every lane does what is said of it")


def _row(of: LaneDay) -> tuple[str, ...]:
    window = "" if of.lane.window is None else f" {of.lane.window}"
    return (
        of.lane.name,
        str(of.lane.when),
        f"{of.lane.timezone}{window}",
        str(len(of.firings)),
        "-" if of.interval is None else told(of.interval),
        str(of.per_firing),
        str(of.capacity),
    )


def _object(day: Day, traps: Sequence[Trap]) -> dict[str, Any]:
    return {
        "day": day.date,
        "timezone": day.timezone,
        "firings": day.firings,
        "distinct_minutes": day.distinct_minutes,
        "capacity": day.capacity,
        "lanes": [_lane(of) for of in day.lanes],
        "hours": [asdict(hour) for hour in day.hours],
        "traps": [asdict(trap) for trap in traps],
    }


def _lane(of: LaneDay) -> dict[str, Any]:
    return {
        "name": of.lane.name,
        "schedule": str(of.lane.when),
        "priority": of.lane.priority,
        "timezone": of.lane.timezone,
        "window": None if of.lane.window is None else str(of.lane.window),
        "batch": of.lane.batch,
        "concurrency": of.lane.concurrency,
        "firings": len(of.firings),
        "interval_seconds": None if of.interval is None else of.interval.total_seconds(),
        "per_firing": of.per_firing,
        "capacity": of.capacity,
    }
