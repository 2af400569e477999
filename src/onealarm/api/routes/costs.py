"""For operators: what was paid, what for, and what came of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from onealarm.api.access import TheParts, operator
from onealarm.api.schemas.costs import Costs
from onealarm.control.ledger import MOST_DAYS
from onealarm.postgres.ledger import PostgresLedger

router = APIRouter(tags=["operation"], dependencies=[Depends(operator)])


@router.get("/v1/costs")
async def get_costs(parts: TheParts, days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 7) -> Costs:
    """What providers were paid in so many days of UTC, today included, by day, model and kind of call."""
    return Costs.of(await PostgresLedger(parts.database).report(days=days))
