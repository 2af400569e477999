"""Bad statements: each against PostgreSQL 18 and 15, whose tables stay as they were; and what the API makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import asyncpg
import pytest

from onealarm.postgres.refusals import BY_CONSTRAINT, WITHOUT_ITS_OWNER
from tests.bad_input.case import Case
from tests.bad_input.sql_cases import CASES
from tests.bad_input.world import dump, furnish
from tests.support.clock import NOON
from tests.support.postgres import Server, run_apart

WRITABLE = ("users", "user_preferences", "weather_data", "alarms", "snoozes", "logs")
"""What callers write. Of audio it is one column, named below."""

CONSTRAINTS = """
    select c.conname from pg_constraint c
    where c.contype in ('c', 'u', 'f')
      and (c.conrelid::regclass::text = any ($1) or c.conname = 'audio_cache_status_check')
"""


class Tables:
    """A database at noon; ``before`` is what is in it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.before: Mapping[str, str] = {}

    async def connect(self) -> asyncpg.Connection[asyncpg.Record]:
        connection = await asyncpg.connect(self.url)
        await connection.execute("select set_config('onealarm.now', $1, false)", NOON.isoformat())
        return connection

    async def fill(self) -> None:
        connection = await self.connect()
        await furnish(connection)
        await connection.close()
        self.before = await dump(self.url)


@pytest.fixture(scope="module", params=["embedded_18", "debian_15"])
def tables(request: pytest.FixtureRequest) -> Iterator[Tables]:
    server: Server = request.getfixturevalue(request.param)
    with server.database() as url:
        found = Tables(url)
        run_apart(found.fill())
        yield found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.given[:60])
async def test_the_database_refuses_it_in_these_words_and_nothing_changes(tables: Tables, case: Case[str]) -> None:
    connection = await tables.connect()
    try:
        with pytest.raises(asyncpg.PostgresError) as refused:
            await connection.execute(case.sent)
    finally:
        await connection.close()
    error = refused.value
    assert (error.sqlstate, str(error.args[0]), error.hint or "") == (case.kind, case.problem, case.remedy)
    assert (error.constraint_name or error.column_name or "") == case.field
    assert await dump(tables.url) == tables.before


async def test_every_constraint_of_what_callers_write_has_words_of_its_own(tables: Tables) -> None:
    connection = await tables.connect()
    known = {row["conname"] for row in await connection.fetch(CONSTRAINTS, list(WRITABLE))}
    await connection.close()
    assert known == BY_CONSTRAINT.keys() | WITHOUT_ITS_OWNER.keys()


def test_those_words_name_field_problem_and_remedy() -> None:
    for name, (field, problem, remedy) in {**BY_CONSTRAINT, **WITHOUT_ITS_OWNER}.items():
        assert field.replace("_", "").replace(".", "").isalpha(), name
        assert problem[0].islower(), name
        assert remedy[0].isupper(), name
        assert not (problem + remedy).endswith("."), name
