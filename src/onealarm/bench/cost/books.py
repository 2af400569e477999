"""The books: whether every briefing is what it should be, and whether the ledger says what the providers say."""

from __future__ import annotations

import math
from typing import Final

from onealarm.bench.connecting import connected
from onealarm.bench.cost.providers import UNKNOWN, Counted
from onealarm.errors import OneAlarmError
from onealarm.postgres.database import Database
from onealarm.postgres.statements import statements

_SQL: Final = statements("books", package="onealarm.bench.cost")

_ROUNDED: Final = 0.5e-6
"""By so many dollars a call may differ: the ledger rounds each charge to a millionth."""


async def pay_for_news(database: Database, key: str, usd: float) -> bool:
    """Whether it is ours to pay: nobody else has written it before."""
    return await database.value(_SQL["pay_for_news"], key, usd) is not None


async def prove(url: str, counted: Counted, *, alarms: int) -> None:
    """Every alarm has a full briefing with all that it needs, and the ledger says what the providers say.

    Raises ``OneAlarmError``.
    """
    async with connected(url) as connection:
        made = await connection.fetchrow(_SQL["check_briefings"])
        ledger = await connection.fetchrow(_SQL["sum_ledger"])
        news = await connection.fetchrow(_SQL["sum_ledger_of_news"])
    assert made is not None, "sums are always one row"
    assert ledger is not None, "sums are always one row"
    assert news is not None, "sums are always one row"
    calls = sum(total.calls for total in counted.speech.values())
    characters = sum(total.characters for total in counted.speech.values())
    usd = sum(total.usd for total in counted.speech.values())
    for what, found, expected in (
        ("briefings", made["ready"], alarms),
        ("full briefings", made["full"], alarms),
        ("briefings without name, date, weather or news", made["lacking"], 0),
        ("briefings of the other design", counted.naive_speech.calls, alarms),
        ("characters heard", made["characters"], counted.naive_speech.characters),
        ("calls in the ledger", ledger["calls"], calls),
        ("segments", ledger["segments"], calls),
        ("characters in the ledger", ledger["characters"], characters),
        ("segments claimed again", ledger["claimed_again"], 0),
        ("keys that were paid twice", len(counted.repeated), 0),
        ("texts of no section", UNKNOWN in counted.speech, False),
        ("calls in the ledger of news", news["calls"], counted.writing.calls),
    ):
        if found != expected:
            raise OneAlarmError(f"{what}: {found}, and {expected} were expected")
    for book, noted, paid in (("ledger", ledger["usd"], usd), ("ledger of news", news["usd"], counted.writing.usd)):
        if not math.isclose(noted, paid, rel_tol=1e-9, abs_tol=_ROUNDED * calls):
            raise OneAlarmError(f"the {book} says ${noted:.6f}, and the providers ${paid:.6f}")
