"""``onealarm queue``: the work, as an operator sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from onealarm.cli import running
from onealarm.cli.listing import print_list
from onealarm.cli.options import parse_id, shown
from onealarm.cli.records import Records, with_records
from onealarm.errors import BadInput
from onealarm.ids import AlarmId, JobId, UserId
from onealarm.jobs.inspection import JobDetails, JobLine
from onealarm.jobs.job import JobState

app = typer.Typer(no_args_is_help=True, help="The work: jobs, and what becomes of them.")

Number = Annotated[str, typer.Argument(metavar="JOB", help="The job's number.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")]

_COLUMNS: Final = ("job", "state", "priority", "ring", "timezone", "attempt", "reason")
_HIGHEST: Final = (1 << 63) - 1


@app.command("list")
def show_all(
    state: Annotated[str | None, typer.Option(help="Only jobs in this state: " + ", ".join(JobState) + ".")] = None,
    alarm: Annotated[str | None, typer.Option(help="Only the jobs of this alarm.")] = None,
    user: Annotated[str | None, typer.Option(help="Only the jobs of this user.")] = None,
    due: Annotated[bool, typer.Option("--due", help="Only live jobs whose ring is near.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 100,
    as_json: Json = False,
) -> None:
    """List the jobs: live ones, the most urgent first, then those that have ended, the last first."""
    with running.told():
        wanted = None if state is None else _state(state)
        of_alarm = None if alarm is None else AlarmId(parse_id(alarm, field="alarm"))
        of_user = None if user is None else UserId(parse_id(user, field="user"))

    async def main(records: Records) -> list[JobLine]:
        return await records.inspection.list(state=wanted, alarm_id=of_alarm, user_id=of_user, due=due, limit=limit)

    jobs = with_records(main)
    if as_json:
        running.print_json({"jobs": [asdict(job) for job in jobs]})
    else:
        print_list(_COLUMNS, map(_row, jobs))


@app.command("show")
def show_one(job: Number, as_json: Json = False) -> None:
    """Show everything about one job: its worker, its audio, and the other jobs of the same occurrence."""
    with running.told():
        job_id = _number(job)

    async def main(records: Records) -> JobDetails:
        return await records.inspection.find(job_id)

    found = with_records(main)
    if as_json:
        running.print_json(_object(found))
        return
    for name, value in _lines(found):
        running.out.print(f"{name:9} ", end="")
        running.out.print(value, markup=False)


@app.command()
def retry(job: Number, as_json: Json = False) -> None:
    """Make a dead job's briefing again, in a new job; or let a job go at once that waits for its next attempt."""
    with running.told():
        job_id = _number(job)

    async def main(records: Records) -> JobLine:
        return (await records.inspection.find(await records.inspection.retry(job_id))).job

    made = with_records(main)
    if as_json:
        running.print_json({"retried": job_id, "job": asdict(made)})
    elif made.id == job_id:
        running.out.print(f"job {job_id} is no longer held back")
    else:
        running.out.print(f"job {job_id} is made again as job {made.id}")


@app.command()
def cancel(job: Number, as_json: Json = False) -> None:
    """End a waiting or leased job: nothing is made for its ring."""
    with running.told():
        job_id = _number(job)

    async def main(records: Records) -> None:
        await records.inspection.cancel(job_id)

    with_records(main)
    if as_json:
        running.print_json({"cancelled": job_id})
    else:
        running.out.print(f"job {job_id} was cancelled")


def _state(text: str) -> JobState:
    try:
        return JobState(text)
    except ValueError as error:
        raise BadInput("--state", f"{text!r} is not a state", "Give one of " + ", ".join(JobState)) from error


def _number(text: str) -> JobId:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= _HIGHEST):
        raise BadInput(
            "job", f"{text!r} is not a job's number", "List the jobs to see their numbers: onealarm queue list"
        )
    return JobId(int(text))


def _row(job: JobLine) -> tuple[str, ...]:
    priority = "-" if job.priority is None else str(job.priority)
    ring = shown(job.ring_at, job.timezone)
    return str(job.id), job.state, priority, ring, job.timezone, str(job.attempt), job.reason or "-"


def _object(found: JobDetails) -> dict[str, object]:
    whole = asdict(found)
    return {"job": whole.pop("job"), **whole}


def _lines(found: JobDetails) -> Iterator[tuple[str, str]]:
    """A name and a value for each line, for people."""
    job = found.job
    yield "job", f"{job.id}, {job.state}" + ("" if job.reason is None else f": {job.reason}")
    ring = shown(job.ring_at, job.timezone)
    yield "ring", f"{ring} ({job.timezone})" + ("" if found.alarm_has_the_ring else "; the alarm does not have it now")
    yield "alarm", str(job.alarm_id)
    yield "user", str(job.user_id)
    if job.priority is not None:
        yield "priority", str(job.priority)
    yield (
        "attempt",
        str(job.attempt) + ("" if job.run_after is None else f", the next not before {_instant(job.run_after)}"),
    )
    if found.worker is not None:
        beat = "no beat is known" if found.worker.beat_at is None else f"last beat {_instant(found.worker.beat_at)}"
        yield "worker", f"{found.worker}, {'alive' if found.worker.lives else 'dead'}, {beat}"
    if found.audio is not None:
        told = (found.audio.status, found.audio.tier, found.audio.reason)
        yield "audio", ", ".join(part for part in told if part is not None)
    for other in found.other_jobs:
        yield "also", f"job {other.id}, {other.state}" + ("" if other.reason is None else f": {other.reason}")


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
