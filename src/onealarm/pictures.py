"""Pictures as PNG files, drawn with matplotlib, which is an extra that few have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from onealarm.errors import BadInput, SetupError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DPI: Final = 110


def writable(picture: Path) -> Path:
    """The file, if a picture can be written there. Raises ``BadInput`` for the option ``--picture``."""
    if picture.suffix != ".png":
        raise BadInput("--picture", f"{str(picture)!r} is not the name of a PNG file", "Give a name that ends in .png")
    if not picture.parent.is_dir():
        raise BadInput(
            "--picture", f"there is no folder {str(picture.parent)!r}", "Give a file in a folder that exists"
        )
    return picture


def new_figure(width: float, height: float) -> Figure:
    """An empty one, in inches. Raises ``SetupError`` where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - an extra that few have
    except ImportError as error:
        raise SetupError(
            "A picture needs matplotlib, which is not installed", "Install onealarm[bench], or leave --picture out"
        ) from error
    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Figure, path: Path) -> None:
    """Write a PNG. Raises ``SetupError`` where it cannot be written."""
    try:
        figure.savefig(path, dpi=_DPI)
    except OSError as error:
        raise SetupError(
            f"The picture {str(path)!r} cannot be written: {error.strerror}", "Give a file that you may write"
        ) from error
