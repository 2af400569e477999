"""``onealarm migrate``: bring the database up to date."""

from __future__ import annotations

from typing import Annotated

import typer

from onealarm.cli import running
from onealarm.postgres import migrate as migrations


def migrate(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Bring the database up to date. Safe to repeat, and from several places at once."""
    with running.told():
        settings = running.settings()
        with running.database_url(settings) as url:
            applied = running.run(migrations.migrate(settings.database_direct_url or url))
    if as_json:
        running.print_json({"applied": applied})
    elif applied:
        running.out.print("applied: " + ", ".join(applied))
    else:
        running.out.print("the database is up to date")
