"""Bad settings: each case against a whole command, on a real database that stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bad_input.case import Case
from tests.bad_input.command import House, call, house
from tests.bad_input.config_cases import CASES, Environment
from tests.support.postgres import Server


@pytest.fixture(scope="module")
def home(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(server, tmp_path_factory.mktemp("home")) as furnished:
        yield furnished


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.given[:60])
def test_a_command_is_refused_that_would_write(
    home: House, case: Case[Environment], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("user", "create", "--timezone", "UTC")
    code, out, err = call(arguments, {**home.environment, **case.sent}, folder=tmp_path, patch=monkeypatch)
    assert err == case.line + "\n"
    assert (code, out) == (2, "")
    assert home.is_as_before()
