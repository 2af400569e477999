"""Every named SQL statement is used by the module of its noun, and every used one exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import onealarm.bench
import onealarm.bench.cost
import onealarm.bench.endurance
import onealarm.postgres
from onealarm.postgres.statements import statements

ROOM = Path(onealarm.postgres.__file__).parent
ROOMS = {
    "onealarm.postgres": ROOM,
    "onealarm.bench": Path(onealarm.bench.__file__).parent,
    "onealarm.bench.cost": Path(onealarm.bench.cost.__file__).parent,
    "onealarm.bench.endurance": Path(onealarm.bench.endurance.__file__).parent,
}
NOUNS = sorted((package, path.stem) for package, room in ROOMS.items() for path in (room / "sql").glob("*.sql"))


@pytest.mark.parametrize(("package", "noun"), NOUNS)
def test_statements_and_their_uses_match(package: str, noun: str) -> None:
    source = (ROOMS[package] / f"{noun}.py").read_text()
    assert set(re.findall(r'_SQL\["(\w+)"\]', source)) == set(statements(noun, package=package))


@pytest.mark.parametrize(("package", "noun"), NOUNS)
def test_each_statement_says_its_purpose(package: str, noun: str) -> None:
    for name, statement in statements(noun, package=package).items():
        assert statement.startswith("-- "), f"{noun}.{name} has no line of purpose"


def test_there_are_statements_to_check() -> None:
    assert len(NOUNS) >= 10


def test_sql_is_written_nowhere_else() -> None:
    package = ROOM.parent
    allowed = {ROOM / "migrate.py", ROOM / "database.py"}  # what must work before there is a schema, and the clock
    pattern = re.compile(r"""["'](select|insert into|update|delete from) """, re.IGNORECASE)
    found = {path for path in package.rglob("*.py") if pattern.search(path.read_text())}
    assert found == allowed
