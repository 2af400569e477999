"""The command ``onealarm``."""

from __future__ import annotations

import typer

from onealarm.cli import alarm, bench, config, control, queue, schedule, signing, user
from onealarm.cli.costs import costs
from onealarm.cli.demo import demo
from onealarm.cli.doctor.command import doctor
from onealarm.cli.forecast import forecast
from onealarm.cli.importing.command import import_file
from onealarm.cli.materialise import materialise
from onealarm.cli.migrate import migrate
from onealarm.cli.simulate import simulate
from onealarm.cli.standin import standin
from onealarm.cli.up import api, up, worker

app = typer.Typer(
    name="onealarm",
    help="Spoken wake-ups, made for one person and one morning.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command()(up)
app.command()(api)
app.command()(worker)
app.command()(migrate)
app.command()(doctor)
app.command()(demo)
app.command()(forecast)
app.command()(costs)
app.command("import")(import_file)
app.command()(simulate)
app.command()(materialise)
app.command()(standin)
app.add_typer(user.app, name="user")
app.add_typer(alarm.app, name="alarm")
app.add_typer(queue.app, name="queue")
app.add_typer(control.app, name="control")
app.add_typer(schedule.app, name="schedule")
app.add_typer(signing.app, name="signing")
app.add_typer(config.app, name="config")
app.add_typer(bench.app, name="bench")
