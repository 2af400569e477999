"""Calls the command that the arguments name, and tells a mistake in the call as every other refusal is told."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from typer.exceptions import TyperException

from onealarm.cli import running
from onealarm.cli.main import program
from onealarm.cli.usage import is_call_for_help, refused_usage


def call(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments (otherwise the process's own) name; returns its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        code = program(arguments[0] if arguments else None)(arguments, prog_name="onealarm", standalone_mode=False)
    except TyperException as error:
        if not is_call_for_help(error):  # the help has been printed
            running.tell(refused_usage(error))
        return error.exit_code
    return code if isinstance(code, int) else 0
