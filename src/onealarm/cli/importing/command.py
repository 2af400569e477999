"""``onealarm import``: users and their alarms, from a file into the database."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from onealarm.alarms.importing import Line
from onealarm.bootstrap import Parts
from onealarm.cli import running
from onealarm.cli.importing.chunks import Chunk, chunks
from onealarm.cli.importing.columns import LineReader
from onealarm.cli.importing.importer import Importer, Saver, Tally
from onealarm.cli.importing.records import FILE, Source, open_file, source_of
from onealarm.cli.importing.rejects import Rejects, rejecting, rejects_of
from onealarm.clock import SystemClock
from onealarm.config import Settings
from onealarm.errors import BadInput
from onealarm.http.addresses import AddressGuard
from onealarm.postgres.imports import Saved


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Lines of users and alarms, .csv or .ndjson.")],
    rejects: Annotated[
        Path | None, typer.Option(help="Where lines that cannot be imported go; otherwise FILE.rejects.csv or .ndjson.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check all lines, save nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
) -> None:
    """Import users and alarms from a file. It can be repeated: what is there already stays as it is."""
    began = time.monotonic()
    with running.told(), open_file(file) as opened:
        source, target = source_of(file, opened), rejects_of(file, rejects)
        plan = _Plan(source, target, size=file.stat().st_size)
        done, rejected = _check(plan) if dry_run else running.with_parts(plan.save)
    seconds = time.monotonic() - began
    if as_json:
        running.print_json(
            {
                "lines": done.lines,
                "users": None if dry_run else done.users,
                "alarms": done.alarms,
                "already_there": None if dry_run else done.already_there,
                "rejected": rejected.count,
                "rejects_file": str(target) if rejected.count else None,
                "seconds": round(seconds, 3),
                "alarms_per_second": round(done.alarms / seconds),
            }
        )
    else:
        running.out.print(_told(done, seconds, dry_run=dry_run))
    if rejected.count:
        _tell_rejected(rejected, done, target)
        raise typer.Exit(2)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A file that is open, ``size`` bytes long, and where its rejects go."""

    source: Source
    target: Path
    size: int

    async def save(self, parts: Parts) -> tuple[Tally, Rejects]:
        return await self.run(parts.imports, parts.settings)

    async def run(self, saver: Saver, settings: Settings) -> tuple[Tally, Rejects]:
        guard = AddressGuard(settings.allowed_networks)
        reader = LineReader(self.source.columns, as_text=self.source.as_text, guard=guard)
        with _no_collector(), rejecting(self.target, self.source) as rejects, _progress(self.size) as seen:
            importer = Importer(saver, rejects, clock=SystemClock(), seen=seen)
            return await importer.run(chunks(self.source, reader)), rejects


class _Nowhere:
    """Saves nothing, and says how many alarms it was given."""

    async def save(self, lines: Sequence[Line], *, after: object = None) -> Saved:  # noqa: ARG002 - nothing waits here
        return Saved(alarms=sum(line.alarm is not None for line in lines))


def _check(plan: _Plan) -> tuple[Tally, Rejects]:
    return running.run(plan.run(_Nowhere(), running.settings(log_level="warning")))


@contextmanager
def _no_collector() -> Iterator[None]:
    """Lines make no cycles of references; looking for some takes a quarter of the time that reading takes."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _progress(size: int) -> Iterator[Callable[[Chunk], None]]:
    """Shows on a terminal how much of the file is done."""
    columns = (BarColumn(), DownloadColumn(), TextColumn("{task.fields[lines]:,} lines"), TimeRemainingColumn())
    with Progress(*columns, console=running.err, disable=not running.err.is_terminal, transient=True) as progress:
        task = progress.add_task("import", total=size, lines=0)
        lines = 0

        def seen(chunk: Chunk) -> None:
            nonlocal lines
            lines += len(chunk.records)
            progress.update(task, completed=chunk.end, lines=lines)

        yield seen


def _told(done: Tally, seconds: float, *, dry_run: bool) -> str:
    if dry_run:
        return f"{done.lines:,} lines were checked, {done.alarms:,} alarms among them; nothing was saved"
    return (
        f"{done.users:,} users and {done.alarms:,} alarms from {done.lines:,} lines in {seconds:.1f} s;"
        f" {done.already_there:,} lines were in already"
    )


def _tell_rejected(rejects: Rejects, done: Tally, target: Path) -> None:
    for number, reason in rejects.first:
        running.err.print(running.printable(f"line {number}: {reason}"), markup=False)
    if rejects.count > len(rejects.first):
        running.err.print(f"and {rejects.count - len(rejects.first):,} more")
    problem = f"{rejects.count:,} of {done.lines:,} lines were rejected"
    running.tell(BadInput(FILE, problem, f"Mend them in {target} and import that"))
