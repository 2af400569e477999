"""The list of requirements is whole, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| (R\d\d) \|.*\| (.+) \|$", (ROOT / "docs/reference/requirements-of-control.md").read_text(), re.M
)


def test_each_number_has_its_line() -> None:
    assert [number for number, _ in ROWS] == [f"R{n:02}" for n in range(1, 31)]


def test_what_is_named_is_there_and_what_is_not_shown_says_so() -> None:
    for number, where in ROWS:
        files = re.findall(r"`(tests/\S+\.py)`", where)
        assert files or where.startswith("No"), number
        assert all((ROOT / file).exists() for file in files), number
