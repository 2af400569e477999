"""Lists: a table on a terminal, plain lines for programs. An id is shown whole in both."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence

from rich.table import Column, Table
from rich.text import Text

from onealarm.cli import running


def print_list(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows whose first column is an id.

    On a terminal a table, in which the other columns are folded into lines where it is narrow. Elsewhere a line for
    each row, without a heading, its values separated by tabs.
    """
    plain = [[_one_line(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        sys.stdout.writelines("\t".join(row) + "\n" for row in plain)
        return
    first, *others = columns
    table = Table(
        Column(first, min_width=max((len(row[0]) for row in plain), default=0), overflow="fold"),
        *(Column(name, overflow="fold") for name in others),
    )
    for row in plain:
        table.add_row(*map(Text, row))
    running.out.print(table)


def _one_line(text: str) -> str:
    return "".join(" " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character for character in text)
