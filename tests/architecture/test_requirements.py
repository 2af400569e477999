"""The pages of requirements name tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NUMBERED = re.compile(r"(?:def test|class Test)_?((?:r\d+_)+|R\d+)")


def numbers_in(path: Path) -> set[int]:
    """The numbers in the names of a file's tests."""
    return {int(one) for names in NUMBERED.findall(path.read_text()) for one in re.findall(r"\d+", names)}


def rows(page: str) -> list[tuple[int, list[Path]]]:
    text = (ROOT / "docs" / "reference" / page).read_text()
    found = re.findall(r"^\| R(\d+) \|[^|]*\|([^|]*)\|$", text, re.MULTILINE)
    return [
        (int(number), [ROOT / name for name in re.findall(r"`(tests/[^`]+\.py)`", where)]) for number, where in found
    ]


@pytest.mark.parametrize("page", ["requirements-of-briefing.md", "requirements-of-control.md"])
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    assert len(rows(page)) >= 26
    assert [str(file) for _, files in rows(page) for file in files if not file.exists()] == []


@pytest.mark.parametrize(("number", "files"), rows("requirements-of-briefing.md"))
def test_every_requirement_of_the_briefing_has_tests_of_its_number(number: int, files: list[Path]) -> None:
    assert files
    assert any(number in numbers_in(file) for file in files), f"R{number}"
