"""``onealarm config check``: are these settings usable, and are they meant?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from onealarm.cli import running
from onealarm.cli.config_remarks import Remark, home_errors, unknown, warnings
from onealarm.config import has_password_elsewhere, try_settings, unknown_variables, variables

app = typer.Typer(no_args_is_help=True, help="The settings.")


@app.callback()
def group() -> None:
    """The settings."""


@app.command()
def check(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Check the settings without starting anything; ends with code 2 when one cannot be used."""
    settings, problems = try_settings()
    errors = [Remark(problem.field, problem.problem, problem.remedy) for problem in problems]
    if "ONEALARM_HOME" not in {error.field for error in errors}:
        errors += home_errors(settings.home)
    remarks = [
        *unknown(unknown_variables(), known=variables()),
        *warnings(settings, cores=os.cpu_count() or 1, password_elsewhere=has_password_elsewhere()),
    ]
    if as_json:
        running.print_json(
            {"usable": not errors, "errors": list(map(asdict, errors)), "warnings": list(map(asdict, remarks))}
        )
    else:
        _tell(errors, remarks)
    if errors:
        raise typer.Exit(2)


def _tell(errors: Sequence[Remark], remarks: Sequence[Remark]) -> None:
    for mark, found in (("[red]error[/red]  ", errors), ("[yellow]warning[/yellow]", remarks)):
        for one in found:
            running.out.print(f"{mark} ", end="")
            running.out.print(f"{one.field}: {one.problem}. {one.remedy}", markup=False)
    if not errors:
        running.out.print("the settings can be used")
