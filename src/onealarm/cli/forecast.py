"""``onealarm forecast``: the demand of the coming hours, known and expected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from onealarm.alarms.next_ring import wall_time_of
from onealarm.cli import running
from onealarm.cli.listing import print_list
from onealarm.cli.records import Records, with_records
from onealarm.control.forecast.demand import is_trusted
from onealarm.control.forecast.grid import BUCKET, HORIZON, bucket_of
from onealarm.control.forecast.pickup import Expected
from onealarm.control.forecast.zones import Foreseen, foresee_zone
from onealarm.errors import BadInput
from onealarm.postgres.forecast import Run

_MINUTE = timedelta(minutes=1)


class By(StrEnum):
    """What the alarms are told apart by."""

    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Demand:
    """Alarms of the coming hours by zone and bin; the newest forecast if it can be trusted, and each zone's group."""

    now: datetime
    until: datetime
    width: timedelta
    known: Mapping[str, Mapping[datetime, int]]
    run: Run | None
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One zone, or all."""

    name: str
    known: Mapping[datetime, int]
    foreseen: Foreseen | None

    @property
    def alarms(self) -> int:
        return sum(self.known.values())


def forecast(
    by: Annotated[By | None, typer.Option(help="zone: each time zone by itself.")] = None,
    hours: Annotated[float, typer.Option(help="How far ahead; at most 48.")] = 24.0,
    minutes: Annotated[
        bool, typer.Option("--minutes", help="Count by the minute, not the quarter of an hour.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
) -> None:
    """Show how many alarms will ring: what is known, and what is expected."""
    with running.told():
        ahead = _ahead(hours)
    width = _MINUTE if minutes else BUCKET

    async def main(records: Records) -> Demand:
        return await _ask(records, ahead, width)

    demand = with_records(main)
    all_ = _all(demand)
    zones = [] if by is None else sorted(_zones(demand), key=lambda line: (-line.alarms, line.name))
    if as_json:
        running.print_json(_object(demand, all_, zones if by else None))
    elif by is None:
        print_list(("from (UTC)", "known", "expected"), [*_bins(demand, all_), _sum(all_)])
    else:
        print_list(
            ("zone", "known", "expected", "90 % of the time", "peak (local)"), [_row(one) for one in (*zones, all_)]
        )


async def _ask(records: Records, ahead: timedelta, width: timedelta) -> Demand:
    now = await records.forecast.now()
    by_zone: defaultdict[str, dict[datetime, int]] = defaultdict(dict)
    for (zone, start), alarms in (await records.forecast.rings(since=now, until=now + ahead, width=width)).items():
        by_zone[zone][start] = alarms
    run = await records.forecast.run()
    if run is not None and not is_trusted(made_at=run.made_at, since=run.since, now=now):
        run = None
    return Demand(now, now + ahead, width, by_zone, run, {} if run is None else await records.forecast.groups())


def _ahead(hours: float) -> timedelta:
    longest = HORIZON / timedelta(hours=1)
    if not 0 < hours <= longest:
        raise BadInput("--hours", f"{hours:g} is out of range", f"Give more than 0 and at most {longest:g}")
    return timedelta(hours=hours)


def _zones(demand: Demand) -> list[Line]:
    return [
        Line(
            zone,
            known,
            _foreseen(demand, known, None if demand.run is None else demand.run.groups.get(demand.groups[zone])),
        )
        for zone, known in demand.known.items()
    ]


def _all(demand: Demand) -> Line:
    known: defaultdict[datetime, int] = defaultdict(int)
    for of_zone in demand.known.values():
        for start, alarms in of_zone.items():
            known[start] += alarms
    return Line("all", known, _foreseen(demand, known, None if demand.run is None else demand.run.total))


def _foreseen(demand: Demand, known: Mapping[datetime, int], group: Expected | None) -> Foreseen | None:
    """None where there is no forecast, also of a zone that is newer than it."""
    if demand.run is None or group is None:
        return None
    return foresee_zone(known, group, made_at=demand.run.made_at, quantiles=demand.run.quantiles, until=demand.until)


def _row(line: Line) -> tuple[str, ...]:
    foreseen, peak = line.foreseen, _peak(line)
    return (
        line.name,
        str(line.alarms),
        "" if foreseen is None else f"{foreseen.expected:.0f}",
        "" if foreseen is None else f"{foreseen.low90:.0f} to {foreseen.high90:.0f}",
        "" if peak is None else f"{peak['local']:%a %H:%M}: {peak['known']}",
    )


def _bins(demand: Demand, line: Line) -> list[tuple[str, ...]]:
    return [
        (
            f"{start:%a %H:%M}",
            str(line.known[start]),
            "" if (told := _expected(demand, line, start)) is None else f"{told:.1f}",
        )
        for start in sorted(line.known)
    ]


def _sum(line: Line) -> tuple[str, ...]:
    return _row(line)[:3]


def _expected(demand: Demand, line: Line, start: datetime) -> float | None:
    if line.foreseen is None or demand.width != BUCKET:
        return None
    return line.foreseen.by_bucket.get(bucket_of(start))


def _peak(line: Line) -> dict[str, Any] | None:
    """The fullest bin, the first of several; of all zones by UTC."""
    if not line.known:
        return None
    start = min(line.known, key=lambda one: (-line.known[one], one))
    zone = "UTC" if line.name == "all" else line.name
    return {"starts_at": start, "local": wall_time_of(start, zone), "known": line.known[start]}


def _object(demand: Demand, all_: Line, zones: list[Line] | None) -> dict[str, Any]:
    run = demand.run
    told: dict[str, Any] = {
        "now": demand.now,
        "until": demand.until,
        "bin_seconds": demand.width,
        "forecast": None if run is None else {"made_at": run.made_at, "history_from": run.since},
        "all": _line(demand, all_),
    }
    return told if zones is None else {**told, "zones": [_line(demand, zone) for zone in zones]}


def _line(demand: Demand, line: Line) -> dict[str, Any]:
    foreseen = line.foreseen
    return {
        "zone": line.name,
        "known": line.alarms,
        "expected": None if foreseen is None else round(foreseen.expected, 2),
        "low90": None if foreseen is None else round(foreseen.low90, 2),
        "high90": None if foreseen is None else round(foreseen.high90, 2),
        "peak": _peak(line),
        "bins": [
            {"starts_at": start, "known": line.known[start], "expected": _expected(demand, line, start)}
            for start in sorted(line.known)
        ],
    }
