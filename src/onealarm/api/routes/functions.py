"""For cron services: have work done now, as the roadmap's functions do."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from onealarm.api.access import TheParts, counted, cron_caller
from onealarm.api.json_input import StrictRoute
from onealarm.api.schemas.functions import DailyContentView, DispatchInput, DispatchView

router = APIRouter(
    prefix="/functions/v1",
    tags=["operation"],
    route_class=StrictRoute,
    dependencies=[Depends(cron_caller), Depends(counted)],
)


@router.post("/generate-alarm-audio")
async def generate_alarm_audio(parts: TheParts, given: DispatchInput | None = None) -> DispatchView:
    """Make the briefings of the due jobs of a lane, within a time budget; the answer comes when they are made.

    Calls at once share the work, and do nothing twice.
    """
    order = (given or DispatchInput()).order()
    return DispatchView.of(await parts.dispatcher.run(order))


@router.post("/daily-content")
async def daily_content(parts: TheParts) -> DailyContentView:
    """Collect what the coming alarms want to tell and is not fresh, once for everybody.

    Calls at once share the work, and one that comes again finds it done.
    """
    return DailyContentView.of(await parts.editor.edit())
