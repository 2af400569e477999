"""The command ``onealarm``."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import typer

_PLACES: Final[Mapping[str, str]] = {
    "up": "up:up",
    "api": "up:api",
    "worker": "up:worker",
    "migrate": "migrate:migrate",
    "doctor": "doctor.command:doctor",
    "demo": "demo:demo",
    "forecast": "forecast:forecast",
    "costs": "costs:costs",
    "import": "importing.command:import_file",
    "simulate": "simulate:simulate",
    "materialise": "materialise:materialise",
    "standin": "standin:standin",
    "user": "user:app",
    "alarm": "alarm:app",
    "queue": "queue:app",
    "control": "control:app",
    "schedule": "schedule:app",
    "signing": "signing:app",
    "config": "config:app",
    "bench": "bench:app",
}
"""Where each command is, in the order of the help."""


def program(called: str | None = None) -> typer.Typer:
    """The command with all its commands. Where one of them is ``called``, only that one is even imported."""
    app = typer.Typer(
        name="onealarm",
        help="Spoken wake-ups, made for one person and one morning.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_show_locals=False,
    )
    app.callback()(_nothing)  # or else a program of one command would have no name for it
    for name in (called,) if called is not None and called in _PLACES else _PLACES:
        module, _, attribute = _PLACES[name].partition(":")
        found = getattr(import_module(f"onealarm.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _nothing() -> None:
    """Before each command."""
