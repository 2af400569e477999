"""``onealarm doctor``: looks at every part that a briefing needs, and says what to do about what is broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated

import typer
import uvloop

from onealarm.cli import running
from onealarm.cli.doctor.disk import look_at_disk
from onealarm.cli.doctor.examination import examine_database
from onealarm.cli.doctor.finding import Finding, of_error
from onealarm.cli.doctor.repair import repair as mend
from onealarm.cli.doctor.store import look_at_store
from onealarm.cli.doctor.voice import look_at_voice
from onealarm.config import Settings
from onealarm.errors import OneAlarmError
from onealarm.postgres.embedded import EmbeddedServer


@dataclass(slots=True)
class Report:
    """What was found, and what was repaired before."""

    findings: list[Finding] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        return all(one.remedy is None for one in self.findings)


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="First bring the database up to date and lay in the stock.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check disk, voice, store, database, clock, zone rules, stock and queue; ends with code 1 when one is wrong."""
    with running.told():
        settings = running.settings(log_level="error")
    report = _examine(settings, repair=repair)
    if as_json:
        running.print_json(
            {"well": report.well, "repaired": report.repaired, "findings": [asdict(one) for one in report.findings]}
        )
    else:
        _tell(report.repaired, report.findings)
    if not report.well:
        raise typer.Exit(1)


def _examine(settings: Settings, *, repair: bool) -> Report:
    report = Report(findings=look_at_disk(settings.home))
    engine, voice = uvloop.run(look_at_voice())
    report.findings.append(voice)
    report.findings += uvloop.run(look_at_store(settings))
    if settings.database_url is None and not repair and not EmbeddedServer(settings.home).has_data:
        remedy = "Start OneAlarm once (onealarm up), or run onealarm doctor --repair"
        report.findings.append(Finding("database", f"there is none yet in {settings.home}", remedy))
        return report
    try:
        with running.database_url(settings) as url:
            uvloop.run(_examine_database(settings, url, report, engine=engine, repair=repair))
    except OneAlarmError as error:  # the embedded server does not start
        report.findings.append(of_error("database", error))
    return report


async def _examine_database(settings: Settings, url: str, report: Report, *, engine: str, repair: bool) -> None:
    if repair:
        done, failures = await mend(settings, url)
        report.repaired += done
        report.findings += failures
    report.findings += await examine_database(settings, url, engine=engine)


def _tell(repaired: Sequence[str], findings: Sequence[Finding]) -> None:
    for what in repaired:
        running.out.print("[green]done[/green]  repair    ", end="")
        running.out.print(what, markup=False)
    for one in findings:
        mark = "[green]well[/green] " if one.remedy is None else "[red]wrong[/red]"
        running.out.print(f"{mark} {one.part:9} ", end="")
        running.out.print(one.found + ("" if one.remedy is None else f". {one.remedy}"), markup=False)
