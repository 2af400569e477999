"""Bad import files, and bad lines in them: each against the whole command. Nothing comes in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bad_input.case import Case
from tests.bad_input.command import House, call, house
from tests.bad_input.import_file_cases import FILES, LINES, File
from tests.support.postgres import Server


@pytest.fixture(scope="module")
def home(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(server, tmp_path_factory.mktemp("home")) as furnished:
        yield furnished


def written(sent: File, folder: Path) -> list[Path]:
    name, text = sent
    if text is None:
        return []
    (folder / name).write_bytes(text)
    return [folder / name]


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.given[:60])
def test_a_file_is_refused_and_nothing_is_left_behind(
    home: House, case: Case[File], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = written(case.sent, tmp_path)
    code, out, err = call(("import", case.sent[0]), home.environment, folder=tmp_path, patch=monkeypatch)
    assert err == case.line + "\n"
    assert (code, out) == (2, "")
    assert home.is_as_before()
    assert list(tmp_path.iterdir()) == files


@pytest.mark.parametrize("case", LINES, ids=lambda case: case.given[:60])
def test_a_line_is_rejected_with_its_number_and_kept(
    home: House, case: Case[File], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [file] = written(case.sent, tmp_path)
    rejects = f"people.rejects{file.suffix}"
    code, out, err = call(("import", file.name, "--json"), home.environment, folder=tmp_path, patch=monkeypatch)
    number = 2 if file.suffix == ".csv" else 1
    told = f"file: 1 of 1 lines were rejected. Mend them in {rejects} and import that"
    assert err == f"line {number}: {case.line.removeprefix('error: ')}\nerror: {told}\n"
    assert (code, '"rejected": 1' in out) == (2, True)
    assert home.is_as_before()
    assert case.problem.replace('"', "") in (tmp_path / rejects).read_text().replace('"', "")
