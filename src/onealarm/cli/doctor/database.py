"""The database: its server, and whether its tables are those of this program."""

from __future__ import annotations

from collections.abc import Sequence

from onealarm.cli.doctor.finding import MIGRATE, Finding
from onealarm.postgres.condition import AppliedMigration, ServerLook
from onealarm.postgres.migrate import OLDEST_SERVER, Migration


def judge_server(server: ServerLook) -> Finding:
    """Whether the server can serve at all."""
    found = f"PostgreSQL {server.version}"
    if server.number < OLDEST_SERVER:
        return Finding("database", f"{found} is too old", "OneAlarm needs PostgreSQL 15 or later")
    if server.read_only:
        remedy = "Connect to the primary, and see that default_transaction_read_only is off"
        return Finding("database", f"{found} takes no writes", remedy)
    return Finding("database", found)


def judge_migrations(applied: Sequence[AppliedMigration], known: Sequence[Migration]) -> Finding:
    """Whether what was applied to the database is what this program brings. Only then can more be asked of it."""
    digests = {migration.number: migration.digest for migration in known}
    newer = [one.name for one in applied if one.number not in digests]
    edited = [one.name for one in applied if digests.get(one.number, one.digest) != one.digest]
    pending = [one.name for one in known if one.number not in {done.number for done in applied}]
    if newer:
        return Finding(
            "database",
            f"its tables are of a newer program: {', '.join(newer)} is unknown here",
            "Install the version of OneAlarm that made them, or a later one, on this machine too",
        )
    if edited:
        return Finding(
            "database",
            f"{', '.join(edited)} was changed after it was applied to this database",
            "Restore the file from the release, and put the change into a migration of its own",
        )
    if pending:
        found = f"{len(pending)} of {len(known)} migrations are missing, the first is {pending[0]}"
        return Finding("database", found if applied else "it is empty: nothing has been set up in it", MIGRATE)
    return Finding("database", f"all {len(known)} migrations are there")
