"""For cron services: have work done now, as the roadmap's functions do."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter, Depends, Response

from onealarm.api.access import TheParts, counted, cron_caller
from onealarm.api.json_input import StrictRoute
from onealarm.api.routes.clips import clip_listener
from onealarm.api.schemas.clips import CleanupView, GenerateAudioInput, GenerateAudioView
from onealarm.api.schemas.functions import DailyContentView, DispatchInput, DispatchView, FunctionName, FunctionView
from onealarm.ids import UserId

router = APIRouter(
    prefix="/functions/v1",
    tags=["operation"],
    route_class=StrictRoute,
    dependencies=[Depends(cron_caller), Depends(counted)],
)


@router.get("/{function}")
async def get_function(function: FunctionName, parts: TheParts) -> FunctionView:
    """Whether a function can be called, as the earlier system's monitors ask."""
    return FunctionView(function=function, timestamp=await parts.queue.now(), version=version("onealarm"))


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


@router.post("/generate-audio", responses={207: {"model": GenerateAudioView, "description": "Some clips failed"}})
async def generate_audio(given: GenerateAudioInput, parts: TheParts, response: Response) -> GenerateAudioView:
    """Make the clips of a user now. Those that are there are found; clients may ask for single ones without this."""
    user_id = UserId(given.user_id)
    told = await parts.delivery.clips.make_all(await clip_listener(parts, user_id))
    response.status_code = 207 if told.failed else 200
    return GenerateAudioView.of(told, user_id)


@router.post("/cleanup-audio-files")
async def cleanup_audio_files(parts: TheParts) -> CleanupView:
    """Remove now what is over. The services do the same every ten minutes by themselves."""
    return CleanupView.of(await parts.delivery.cleanup.run())
