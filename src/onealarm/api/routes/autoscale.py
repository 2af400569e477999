"""For whoever starts and ends workers: KEDA's metrics-api trigger, or a script."""

from __future__ import annotations

from fastapi import APIRouter, Response

from onealarm.api.access import TheParts
from onealarm.api.problems import Problem, problem
from onealarm.api.schemas.autoscale import Autoscale
from onealarm.control.autoscale import VALID

router = APIRouter(tags=["operation"])


@router.get("/v1/autoscale", response_model=Autoscale, responses={503: {"model": Problem, "description": "No leader"}})
async def get_autoscale(parts: TheParts) -> Autoscale | Response:
    """The leader's last answer, from memory. Without one that is still valid 503, so that a fall-back applies."""
    orders, age = parts.follower.orders, parts.follower.age()
    if orders is None or age is None or age > VALID:
        return problem(503, "nobody leads the fleet", remedy="Run onealarm control, or onealarm up")
    return Autoscale(
        desired_slots=orders.desired_slots,
        slots_per_worker=orders.slots_per_worker,
        reason=orders.reason,
        valid_until=orders.made_at + VALID,
        epoch=orders.plan.epoch,
    )
