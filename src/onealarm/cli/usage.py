"""Mistakes in how a command is called, told in the form of every other refusal.

The command-line library keeps the names of its errors to itself; they are told apart as it does so itself, by the name
of their class.
"""

from __future__ import annotations

from typing import Any, Final

from typer.exceptions import TyperException

from onealarm.errors import BadInput

_NO_ARGUMENTS: Final = "NoArgsIsHelpError"


def is_call_for_help(error: TyperException) -> bool:
    """Whether nothing was given to a group of commands; the library has then shown the group's help."""
    return type(error).__name__ == _NO_ARGUMENTS


def refused_usage(error: TyperException) -> BadInput:
    """The refusal of a call that the library could not read."""
    of: Any = error  # its attributes depend on its class
    command = of.ctx.command_path if getattr(of, "ctx", None) else "onealarm"
    remedy = f"See {command} --help"
    match type(error).__name__:
        case "NoSuchOption":
            near = " or ".join(of.possibilities or ())
            remedy = f"Did you mean {near}? {remedy}" if near else remedy
            return BadInput(of.option_name, f"is not an option of {command}", remedy)
        case "BadOptionUsage":
            return BadInput(of.option_name, _told(error.message).removeprefix(f"option {of.option_name!r} "), remedy)
        case "MissingParameter":
            return BadInput(_name_of(of.param), "is missing", remedy)
        case "BadParameter":
            return BadInput(_name_of(of.param), _told(error.message.removeprefix("Input ")), remedy)
        case _:
            return BadInput("command", _told(error.message), remedy)


def _name_of(parameter: Any) -> str:
    """An option as it is typed, an argument by its name in the help."""
    if parameter is None:
        return "command"
    return str(max(parameter.opts, key=len))


def _told(message: str) -> str:
    text = message.strip().removesuffix(".")
    return text[:1].lower() + text[1:]
