"""Named SQL: every statement lives in a ``.sql`` file under ``-- name: verb_noun`` and a line that says its purpose."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def statements(noun: str, *, package: str = "onealarm.postgres") -> dict[str, str]:
    """The statements of ``sql/<noun>.sql`` in the package, by name."""
    text = resources.files(package).joinpath("sql", f"{noun}.sql").read_text(encoding="utf-8")
    _, *pieces = _NAME.split(text)
    return {name: body.strip() for name, body in zip(pieces[::2], pieces[1::2], strict=True)}
