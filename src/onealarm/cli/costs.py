"""``onealarm costs``: what was paid, what for, and what came of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from onealarm.cli import running
from onealarm.cli.listing import print_list
from onealarm.cli.records import Records, with_records
from onealarm.control.ledger import MOST_DAYS, Report
from onealarm.errors import BadInput

_MEGABYTE: Final = 1_000_000


def costs(
    days: Annotated[int, typer.Option(help="So many days of UTC, today included.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
) -> None:
    """Show what providers were paid, by day and model, and what an alarm costs."""
    with running.told():
        if not 1 <= days <= MOST_DAYS:
            raise BadInput("--days", f"{days} is out of range", f"Give 1 to {MOST_DAYS}")

    async def main(records: Records) -> Report:
        return await records.ledger.report(days=days)

    report = with_records(main)
    if as_json:
        running.print_json(as_object(report))
        return
    print_list(
        ("day", "provider", "model", "for", "requests", "tokens", "characters", "US dollars"),
        [
            (
                one.day.isoformat(),
                one.provider,
                one.model,
                one.kind,
                str(one.requests),
                str(one.tokens),
                str(one.characters),
                f"{one.usd:.4f}",
            )
            for one in report.paid
        ],
    )
    running.err.print(_told(report))


def as_object(report: Report) -> dict[str, Any]:
    """The report with its sums, as JSON's object."""
    return {
        **asdict(report),
        "usd": report.usd,
        "usd_per_alarm": report.usd_per_alarm,
        "stored": {**asdict(report.stored), "per_alarm": report.stored.per_alarm},
    }


def _told(report: Report) -> str:
    made = sum(report.briefings.values())
    lines = [f"{report.usd:.4f} US dollars for {made} briefings"]
    if report.usd_per_alarm is not None:
        lines[0] += f", {report.usd_per_alarm:.5f} for each"
    if report.efficiency is not None:
        lines.append(f"{report.efficiency:.1%} of the last day's payments are in briefings that were ready in time")
    stored = report.stored
    each = "" if stored.per_alarm is None else f", {stored.per_alarm / _MEGABYTE:.3f} MB for each active alarm"
    lines.append(f"{stored.size / _MEGABYTE:.1f} MB in {stored.segments} segments{each}")
    return "\n".join(lines)
