"""Why a connection was not to be had, and what to do about it."""

from __future__ import annotations

from typing import Final

import asyncpg

from onealarm.errors import SetupError

FAILURES: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError, ValueError)
"""What connecting raises, for whatever reason."""

_REMEDIES: Final[tuple[tuple[type[Exception], str], ...]] = (
    (
        asyncpg.InvalidAuthorizationSpecificationError,  # a wrong password too
        "Check user and password in DATABASE_URL, and the server's pg_hba.conf",
    ),
    (asyncpg.InvalidCatalogNameError, "Create the database, or name another in DATABASE_URL"),
    (asyncpg.TooManyConnectionsError, "Raise max_connections of the server, or run fewer processes"),
    (asyncpg.CannotConnectNowError, "It is starting or stopping: try again in a moment"),
)
_REMEDY: Final = "Check DATABASE_URL and that the server runs, or leave DATABASE_URL out to use the embedded server"


def unreachable(error: Exception) -> SetupError:
    """The error to raise for one of ``FAILURES``."""
    remedy = next((remedy for kind, remedy in _REMEDIES if isinstance(error, kind)), _REMEDY)
    said = "no answer in time" if isinstance(error, TimeoutError) and not str(error) else str(error)
    return SetupError(f"The database cannot be reached: {said}", remedy)
