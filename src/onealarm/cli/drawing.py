"""A picture beside figures that are worth having without it: what keeps it from being drawn is told, and no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from onealarm.cli import running
from onealarm.errors import SetupError
from onealarm.pictures import new_figure


def if_it_can_be_drawn(picture: Path | None) -> Path | None:
    """Said before a long run and not after it."""
    if picture is not None:
        try:
            new_figure(1, 1)
        except SetupError as error:
            running.tell(error)
            return None
    return picture


def drawn(draw: Callable[[Path], None], target: Path | None) -> Path | None:
    """Where the picture is now; None where there is none."""
    if target is None:
        return None
    try:
        draw(target)
    except SetupError as error:
        running.tell(error)
        return None
    return target
