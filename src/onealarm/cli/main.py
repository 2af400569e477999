"""The command ``onealarm``."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from onealarm.cli import alarm, running, user
from onealarm.cli.demo import demo
from onealarm.cli.doctor import doctor
from onealarm.cli.migrate import migrate
from onealarm.cli.up import api, up, worker
from onealarm.cli.usage import is_call_for_help, refused_usage

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
app.add_typer(user.app, name="user")
app.add_typer(alarm.app, name="alarm")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments (otherwise the process's own) name; returns its exit code."""
    try:
        code = app(arguments, prog_name="onealarm", standalone_mode=False)
    except TyperException as error:
        if not is_call_for_help(error):  # the help has been printed
            running.tell(refused_usage(error))
        return error.exit_code
    return code if isinstance(code, int) else 0
