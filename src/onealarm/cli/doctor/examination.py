"""The examination: every part in turn, each as far as what it stands on allows. It only looks."""

from __future__ import annotations

from datetime import UTC, datetime

from onealarm.alarms.zones import tzdata_version
from onealarm.cli.doctor.clock import judge_clock, judge_zone_rules
from onealarm.cli.doctor.database import judge_migrations, judge_server
from onealarm.cli.doctor.finding import Finding, of_error
from onealarm.cli.doctor.stock import find_lost, judge_stock
from onealarm.cli.doctor.store import place_of, stock_sizes
from onealarm.cli.doctor.work import judge_work
from onealarm.config import Settings
from onealarm.errors import OneAlarmError
from onealarm.postgres.condition import Condition
from onealarm.postgres.migrate import migrations


async def examine_database(settings: Settings, url: str, *, engine: str) -> list[Finding]:
    """The database at ``url`` and what stands on it. ``engine`` is the one whose stock there should be.

    Where there is a way past the pooler at ``url``, that one is taken, and the pooler is only called.
    """
    findings: list[Finding] = []
    try:
        if settings.database_direct_url is not None:
            async with Condition.of(url) as pooler:
                await pooler.server()
        async with Condition.of(settings.database_direct_url or url) as condition:
            if await _examine_server(condition, findings):
                await _examine_tables(settings, condition, findings, engine=engine)
    except OneAlarmError as error:
        findings.append(of_error("database", error))
    return findings


async def _examine_server(condition: Condition, findings: list[Finding]) -> bool:
    """Whether the tables are such that more can be asked."""
    before = datetime.now(UTC)
    server = await condition.server()
    clock = judge_clock(server, before=before, after=datetime.now(UTC), zone_version=tzdata_version())
    findings.append(judge_server(server))
    schema = judge_migrations(await condition.applied() if server.migrated else [], migrations())
    findings += [schema, clock]
    return schema.remedy is None


async def _examine_tables(settings: Settings, condition: Condition, findings: list[Finding], *, engine: str) -> None:
    findings.append(judge_zone_rules(await condition.zone_version(), here=tzdata_version()))
    stock = await condition.stock(engine)
    try:
        sizes = await stock_sizes(settings, stock)
    except OneAlarmError as error:  # of the store, not of the database
        findings.append(of_error("stock", error))
    else:
        findings.append(judge_stock(stock, find_lost(stock, sizes=sizes), place=place_of(settings)))
    findings.append(judge_work(await condition.work()))
