"""``onealarm signing``: the key under which addresses of segments are signed."""

from __future__ import annotations

from typing import Annotated

import typer

from onealarm.bootstrap import Parts
from onealarm.cli import running

app = typer.Typer(no_args_is_help=True, help="The key of signed addresses.")


@app.callback()
def group() -> None:
    """The key of signed addresses."""


@app.command()
def rotate(
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Let nothing that was signed before be good any more.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
) -> None:
    """Make a new key. What the old one has signed stays good until its end, at most 12 hours."""

    async def main(parts: Parts) -> int:
        return await parts.delivery.signing.rotate(at_once=at_once)

    number = running.with_parts(main)
    if as_json:
        running.print_json({"key": number, "at_once": at_once})
    else:
        rest = (
            "nothing that was signed before is good any more" if at_once else "older signatures are good to their end"
        )
        running.out.print(f"key {number} signs from now on; {rest}")
