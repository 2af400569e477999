"""``onealarm control``: leads the fleet; and what it decides, as an operator sees and overrules it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer
from prometheus_client import start_http_server

from onealarm.bootstrap import Parts
from onealarm.cli import running
from onealarm.cli.leading import lead
from onealarm.cli.listing import print_list
from onealarm.cli.stopping import until_stopped
from onealarm.config import Settings
from onealarm.control.emergency import Level
from onealarm.control.orders import Orders
from onealarm.errors import BadInput
from onealarm.postgres.control import LevelChange

app = typer.Typer(help="Lead the fleet: plan ahead, watch, and answer to emergencies.")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")]

_LONGEST = timedelta(days=7)


@app.callback(invoke_without_command=True)
def control(context: typer.Context) -> None:
    """Lead the fleet, or stand by until the leader is gone. Any number of these may run."""
    if context.invoked_subcommand is not None:
        return
    with running.told():
        settings = running.settings()
        with running.database_url(settings) as url:
            running.run(_control(settings, url))


@app.command()
def show(as_json: Json = False) -> None:
    """Show the orders in force, and the last changes of the emergency level."""

    async def main(parts: Parts) -> tuple[Orders | None, list[LevelChange]]:
        posted = await parts.control.read_orders()
        return (None if posted is None else posted[0]), await parts.control.changes(limit=20)

    orders, changes = running.with_parts(main)
    if as_json:
        running.print_json({"orders": None if orders is None else asdict(orders), "changes": changes})
        return
    running.out.print("nobody has led yet" if orders is None else _told(orders))
    print_list(("changed", "from", "to", "cause"), map(_row, changes))


@app.command("set-level")
def set_level(
    level: Annotated[str, typer.Argument(metavar="LEVEL", help="0 to 6, or auto to leave it to the signals.")],
    lasts: Annotated[float, typer.Option("--minutes", help="For how long.")] = 30.0,
    why: Annotated[str, typer.Option(help="For whoever looks later.")] = "",
    as_json: Json = False,
) -> None:
    """Set the emergency level by hand, for a while."""
    with running.told():
        wanted = _level(level)
        duration = _duration(lasts)

    async def main(parts: Parts) -> Any:
        return await parts.control.set_override(wanted, lasts=duration, why=why)

    until = running.with_parts(main)
    if as_json:
        running.print_json({"level": wanted, "until": until})
    elif wanted is None:
        running.out.print("the level follows the signals again")
    else:
        running.out.print(f"level {int(wanted)} until {until.isoformat()}; the leader follows within half a minute")


async def _control(settings: Settings, url: str) -> None:
    async with running.parts(settings, url) as parts, until_stopped() as stopping:
        if settings.metrics_port is not None:
            start_http_server(settings.metrics_port, addr=settings.host, registry=parts.metrics.registry)
        running.err.print("control is running; Ctrl-C stops it")
        await lead(parts, stopping)


def _level(text: str) -> Level | None:
    if text == "auto":
        return None
    if text not in {str(int(level)) for level in Level}:
        raise BadInput("LEVEL", f"{text!r} is no level", "Give a number from 0 to 6, or auto")
    return Level(int(text))


def _duration(minutes: float) -> timedelta:
    longest = _LONGEST / timedelta(minutes=1)
    if not 0 < minutes <= longest:
        raise BadInput("--minutes", f"{minutes:g} is out of range", f"Give more than 0 and at most {longest:g}")
    return timedelta(minutes=minutes)


def _told(orders: Orders) -> str:
    advance = max(orders.plan.seconds, default=0) // 60
    return (
        f"epoch {orders.plan.epoch}, made at {orders.made_at.isoformat()}, "
        f"good until {orders.plan.valid_until.isoformat()}\n"
        f"level {int(orders.level)} ({orders.level.name.lower()}), batch {orders.batch}, tick {orders.tick}\n"
        f"work begins at most {advance} minutes before its time in the coming day\n"
        f"{orders.desired_slots} slots wanted ({orders.reason}), {orders.workers} workers alive"
    )


def _row(change: LevelChange) -> tuple[str, ...]:
    return (
        change.changed_at.isoformat(timespec="seconds"),
        str(int(change.before)),
        str(int(change.after)),
        change.cause,
    )
