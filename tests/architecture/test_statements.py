"""Every named SQL statement is used by the module of its noun, and every used one exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import onealarm.postgres
from onealarm.postgres.statements import statements

ROOM = Path(onealarm.postgres.__file__).parent
NOUNS = sorted(path.stem for path in (ROOM / "sql").glob("*.sql"))


@pytest.mark.parametrize("noun", NOUNS)
def test_statements_and_their_uses_match(noun: str) -> None:
    source = (ROOM / f"{noun}.py").read_text()
    assert set(re.findall(r'_SQL\["(\w+)"\]', source)) == set(statements(noun))


@pytest.mark.parametrize("noun", NOUNS)
def test_each_statement_says_its_purpose(noun: str) -> None:
    for name, statement in statements(noun).items():
        assert statement.startswith("-- "), f"{noun}.{name} has no line of purpose"


def test_there_are_statements_to_check() -> None:
    assert len(NOUNS) >= 7


def test_sql_is_written_nowhere_else() -> None:
    package = ROOM.parent
    allowed = {ROOM / "migrate.py", ROOM / "database.py"}  # what must work before there is a schema, and the clock
    pattern = re.compile(r"""["'](select|insert into|update|delete from) """, re.IGNORECASE)
    found = {path for path in package.rglob("*.py") if pattern.search(path.read_text())}
    assert found == allowed
