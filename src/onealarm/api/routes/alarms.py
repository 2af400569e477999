"""Alarms, and what to play for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from onealarm.alarms.alarm import Alarm
from onealarm.alarms.preferences import DEFAULT_LANGUAGE
from onealarm.api.access import TheCaller, TheParts, TheReader
from onealarm.api.json_input import StrictRoute
from onealarm.api.schemas.alarms import AlarmChange, AlarmInput, AlarmsView, AlarmView
from onealarm.api.schemas.audio import AlarmAudioView, ManifestView, PlayView
from onealarm.api.schemas.rings import Count, RingsView, SnoozeInput, SnoozeView
from onealarm.bootstrap import Parts
from onealarm.briefing.spoken import for_language, is_spoken
from onealarm.errors import BadInput, NotAllowed, NotFound
from onealarm.ids import AlarmId, UserId
from onealarm.pipeline.what_to_play import Situation, what_to_play
from onealarm.postgres.audio import AlarmAudio, Audio
from onealarm.postgres.people import Caller

router = APIRouter(prefix="/v1/alarms", tags=["alarms"], route_class=StrictRoute)


@router.post("", status_code=201)
async def create_alarm(given: AlarmInput, calling: TheCaller, parts: TheParts, response: Response) -> AlarmView:
    """Create an alarm. Its next ring and the work on its briefing are planned with it."""
    alarm = await parts.alarms.create(
        _owner(calling, given.user_id),
        time=given.time,
        date=given.date,
        days=given.days,
        timezone=given.timezone,
        zone_mode=given.zone_mode,
        label=given.label,
        active=given.active,
        skip_dates=given.skip_dates,
        pause=given.pause.days() if given.pause else None,
        skip_holidays=given.skip_holidays,
        snooze_minutes=given.snooze_minutes,
        snooze_limit=given.snooze_limit,
    )
    response.headers["Location"] = f"/v1/alarms/{alarm.id}"
    return AlarmView.of(alarm)


@router.get("")
async def list_alarms(reading: TheReader, parts: TheParts, user_id: UUID | None = None) -> AlarmsView:
    """The caller's alarms; for an operator everybody's, or those of ``user_id``."""
    alarms = await parts.alarms.list(reading.narrowed(user_id))
    return AlarmsView(alarms=[AlarmView.of(alarm) for alarm in alarms])


@router.get("/{alarm_id}")
async def get_alarm(alarm_id: UUID, reading: TheReader, parts: TheParts) -> AlarmView:
    """One alarm."""
    return AlarmView.of(await parts.alarms.find(AlarmId(alarm_id), user_id=reading.user_id))


@router.patch("/{alarm_id}")
async def change_alarm(alarm_id: UUID, given: AlarmChange, calling: TheCaller, parts: TheParts) -> AlarmView:
    """Change what is given of an alarm, and nothing else."""
    changes = given.changes()
    alarm = await parts.alarms.change(AlarmId(alarm_id), user_id=calling.user_id, changes=changes)
    return AlarmView.of(alarm)


@router.delete("/{alarm_id}", status_code=204)
async def delete_alarm(alarm_id: UUID, calling: TheCaller, parts: TheParts) -> None:
    """Delete an alarm, its coming briefing and its audio."""
    await parts.alarms.delete(AlarmId(alarm_id), user_id=calling.user_id)


@router.post("/{alarm_id}/skip")
async def skip_next(alarm_id: UUID, calling: TheCaller, parts: TheParts) -> AlarmView:
    """Leave the next ring out. A weekly alarm goes on to the one after it, a one-off turns itself off."""
    return AlarmView.of(await parts.alarms.skip_next(AlarmId(alarm_id), user_id=calling.user_id))


@router.get("/{alarm_id}/rings")
async def list_rings(alarm_id: UUID, reading: TheReader, parts: TheParts, count: Count = 10) -> RingsView:
    """When it will ring: the next ``count`` times, as far as is known today."""
    alarm = await parts.alarms.find(AlarmId(alarm_id), user_id=reading.user_id)
    found = await parts.alarms.coming(alarm.id, user_id=reading.user_id, most=count)
    return RingsView.of(alarm, found)


@router.post("/{alarm_id}/snooze", status_code=201)
async def snooze_alarm(alarm_id: UUID, given: SnoozeInput, calling: TheCaller, parts: TheParts) -> SnoozeView:
    """Have an alarm that rings, or rang within the hour, ring once more. The series stays as it is."""
    snooze = await parts.alarms.snooze(AlarmId(alarm_id), user_id=calling.user_id, minutes=given.minutes)
    return SnoozeView.of(snooze)


@router.get("/{alarm_id}/snooze")
async def get_snooze(alarm_id: UUID, reading: TheReader, parts: TheParts) -> SnoozeView:
    """The snooze that is still to ring."""
    alarm = await parts.alarms.find(AlarmId(alarm_id), user_id=reading.user_id)
    snooze = await parts.alarms.snoozed(alarm.id)
    if snooze is None:
        raise NotFound("snooze", "the alarm is not snoozed", "Snooze it while it rings")
    return SnoozeView.of(snooze)


@router.delete("/{alarm_id}/snooze", status_code=204)
async def end_snooze(alarm_id: UUID, calling: TheCaller, parts: TheParts) -> None:
    """End the snooze that is still to ring."""
    await parts.alarms.end_snooze(AlarmId(alarm_id), user_id=calling.user_id)


@router.get("/{alarm_id}/audio")
async def get_alarm_audio(alarm_id: UUID, reading: TheReader, parts: TheParts) -> AlarmAudioView:
    """How far the briefing is, and what to play now: the briefing, else the stock briefing, else the client's tone."""
    alarm = await parts.alarms.find(AlarmId(alarm_id), user_id=reading.user_id)
    found = await parts.audio.of_alarm(alarm.id)
    stock = await _stock(parts, alarm.user_id)
    play = what_to_play(_situation(alarm, found, stock, now=await parts.queue.now()))
    audio = {"briefing": found.audio if found else None, "stock": stock, "tone": None}[play.source]
    return AlarmAudioView(
        alarm_id=alarm.id,
        ring_at=None if found is None else found.ring_at,
        status=play.status,
        tier="tone" if audio is None else audio.briefing.tier,
        reason=play.reason,
        play=PlayView() if audio is None else PlayView.of(audio),
        audio=None if audio is None else ManifestView.of(audio),
    )


def _owner(calling: Caller, given: UUID | None) -> UserId:
    """Whose alarm is to be created. Raises ``BadInput`` and ``NotAllowed``."""
    if calling.user_id is None:
        if given is None:
            raise BadInput("user_id", "an operator is not a user", "Say whose alarm it is")
        return UserId(given)
    if given not in (None, calling.user_id):
        raise NotAllowed("user_id", "is not the caller's", "Leave it out")
    return calling.user_id


def _situation(alarm: Alarm, found: AlarmAudio | None, stock: Audio | None, *, now: datetime) -> Situation:
    if found is None:
        return Situation(now=now, active=alarm.active, stock=stock is not None)
    audio = found.audio
    return Situation(
        now=now,
        active=alarm.active,
        ring_at=found.ring_at,
        job=found.job_state,
        job_reason=found.reason,
        playable_until=None if audio is None else audio.expires_at,
        briefing_reason=None if audio is None else audio.briefing.reason,
        stock=stock is not None,
    )


async def _stock(parts: Parts, user_id: UserId) -> Audio | None:
    """The stock briefing in the user's voice and language, if there is one."""
    wanted = (await parts.people.find(user_id)).preferences
    # Written by SQL it may be one that nobody speaks: then the words of everybody are better than none.
    language = for_language(wanted.language if is_spoken(wanted.language) else DEFAULT_LANGUAGE).code
    try:
        return await parts.audio.stock(wanted.voice, language=language)
    except NotFound:
        return None
