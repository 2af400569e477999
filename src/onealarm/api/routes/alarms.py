"""Alarms, and what to play for them."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from fastapi import APIRouter, Response

from onealarm.alarms.alarm import Alarm
from onealarm.alarms.preferences import DEFAULT_LANGUAGE
from onealarm.api.access import TheCaller, TheParts, TheReader
from onealarm.api.schemas.alarms import AlarmChange, AlarmInput, AlarmsView, AlarmView
from onealarm.api.schemas.audio import AlarmAudioView, ManifestView, PlayView, Status
from onealarm.bootstrap import Parts
from onealarm.briefing.spoken import for_language, is_spoken
from onealarm.errors import BadInput, NotAllowed, NotFound
from onealarm.ids import AlarmId, UserId
from onealarm.jobs.job import JobState
from onealarm.postgres.audio import AlarmAudio, Audio
from onealarm.postgres.people import Caller

router = APIRouter(prefix="/v1/alarms", tags=["alarms"])


@router.post("", status_code=201)
async def create_alarm(given: AlarmInput, calling: TheCaller, parts: TheParts, response: Response) -> AlarmView:
    """Create an alarm. Its next ring and the work on its briefing are planned with it."""
    alarm = await parts.alarms.create(
        _owner(calling, given.user_id),
        time=given.time,
        date=given.date,
        days=given.days,
        timezone=given.timezone,
        label=given.label,
        active=given.active,
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


@router.get("/{alarm_id}/audio")
async def get_alarm_audio(alarm_id: UUID, reading: TheReader, parts: TheParts) -> AlarmAudioView:
    """How far the briefing is, and what to play now: the briefing, else the stock briefing, else the client's tone."""
    alarm = await parts.alarms.find(AlarmId(alarm_id), user_id=reading.user_id)
    found = await parts.audio.of_alarm(alarm.id)
    status = _status(found)
    audio = found.audio if found is not None else None
    if audio is None:
        audio = await _stock(parts, alarm.user_id)
    return AlarmAudioView(
        alarm_id=alarm.id,
        status=status,
        tier="tone" if audio is None else audio.briefing.tier,
        reason=_reason(status, alarm, found),
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


def _status(found: AlarmAudio | None) -> Status:
    if found is None:
        return "none"
    if found.audio is not None:
        return "ready"
    match found.job_state:
        case JobState.WAITING:
            return "waiting"
        case JobState.LEASED:
            return "generating"
        case JobState.DEAD | JobState.EXPIRED | JobState.DONE | JobState.CANCELLED:
            return "failed"
        case _:
            assert_never(found.job_state)


def _reason(status: Status, alarm: Alarm, found: AlarmAudio | None) -> str | None:
    """In words: why there is not (yet) a full briefing."""
    if status == "none" or found is None:
        return "nothing is to be made at the moment" if alarm.active else "the alarm is off"
    if status == "ready" and found.audio is not None:
        return found.audio.briefing.reason
    if status == "failed":
        return found.reason or "its audio is over"
    return found.reason


async def _stock(parts: Parts, user_id: UserId) -> Audio | None:
    """The stock briefing in the user's voice and language, if there is one."""
    wanted = (await parts.people.find(user_id)).preferences
    # Written by SQL it may be one that nobody speaks: then the words of everybody are better than none.
    language = for_language(wanted.language if is_spoken(wanted.language) else DEFAULT_LANGUAGE).code
    try:
        return await parts.audio.stock(wanted.voice, language=language)
    except NotFound:
        return None
