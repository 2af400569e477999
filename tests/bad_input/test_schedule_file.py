"""Bad schedules: each against the whole command, which starts nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bad_input.case import Case
from tests.bad_input.command import call
from tests.bad_input.schedule_file_cases import CASES, File

NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
"""A schedule is read before a database is looked for."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.given[:60])
@pytest.mark.parametrize("command", ["check", "run"])
def test_it_is_refused_before_anything_is_started(
    case: Case[File], command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [] if case.sent.data is None else [tmp_path / case.sent.name]
    for file in files:
        file.write_bytes(case.sent.data or b"")
    code, out, err = call(("schedule", command, case.sent.name), NOWHERE, folder=tmp_path, patch=monkeypatch)
    assert err == case.line + "\n"
    assert (code, out) == (2, "")
    assert list(tmp_path.iterdir()) == files
