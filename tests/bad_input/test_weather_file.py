"""Bad weather files: each against the whole command, which neither starts anything nor writes anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onealarm.cli.weather_file import read_weather
from tests.bad_input.case import Case
from tests.bad_input.command import House, call, house
from tests.bad_input.weather_file_cases import CASES, FILE
from tests.support.postgres import Server


@pytest.fixture(scope="module")
def home(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(server, tmp_path_factory.mktemp("home")) as furnished:
        yield furnished


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.given[:60])
def test_it_is_refused_before_anything_is_made(
    home: House, case: Case[bytes | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [] if case.sent is None else [tmp_path / FILE]
    for file in files:
        file.write_bytes(case.sent or b"")
    code, out, err = call(("demo", "--weather", FILE), home.environment, folder=tmp_path, patch=monkeypatch)
    assert err == case.line + "\n"
    assert (code, out) == (2, "")
    assert home.is_as_before()
    assert list(tmp_path.iterdir()) == files


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.write_bytes(b'\xef\xbb\xbf{"current_temp": 4, "unit": "C"}')
    assert read_weather(file, now=datetime.now(UTC)).current_temp == 4
