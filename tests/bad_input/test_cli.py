"""Bad input on the command line: each case against the whole command, on a real database that stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bad_input.case import Case
from tests.bad_input.cli_cases import CASES
from tests.bad_input.command import House, call, house
from tests.support.commands import run
from tests.support.postgres import Server


@pytest.fixture(scope="module")
def home(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(server, tmp_path_factory.mktemp("home")) as furnished:
        yield furnished


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.given[:60])
def test_it_is_refused_in_one_line_with_code_2_and_nothing_changes(
    home: House, case: Case[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = call(case.sent, home.environment, folder=tmp_path, patch=monkeypatch)
    assert err == case.line + "\n"
    assert (code, out) == (2, "")
    assert home.is_as_before()
    assert list(tmp_path.iterdir()) == [], "no file is left behind either"


@pytest.mark.parametrize("arguments", [(), ("user",), ("alarm",)])
def test_a_group_without_a_command_shows_its_help(
    home: House, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = call(arguments, home.environment, folder=tmp_path, patch=monkeypatch)
    assert (code, err) == (2, "")
    assert " ".join(("Usage: onealarm", *arguments, "[OPTIONS] COMMAND")) in out


@pytest.mark.parametrize("case", CASES[:: len(CASES) // 4], ids=lambda case: case.given[:60])
def test_the_program_itself_says_the_same(home: House, case: Case[tuple[str, ...]]) -> None:
    done = run(*case.sent, environment=home.environment, code=2)
    assert (done.stderr, done.stdout) == (case.line + "\n", "")
    assert home.is_as_before()
