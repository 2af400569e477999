"""What holds after every step, whatever has happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from onealarm.errors import NotFound
from onealarm.ids import AlarmId, AudioId
from onealarm.jobs.job import TRANSITIONS, JobState
from onealarm.pipeline.what_to_play import Play, Situation, what_to_play
from onealarm.postgres.audio import AlarmAudio, Audio
from tests.stateful.model import Somebody, coming_rings, would_be_said
from tests.stateful.world import Row, Sight, World

LIVE = ("waiting", "leased")


def every_change_was_legal(seen: Sight, tokens: set[int]) -> None:
    """Only along the arrows; every lease has a token of its own, for ever. ``tokens`` are those seen so far."""
    for change in seen.changes:
        if change.old is None:
            assert change.new == "waiting", change
        elif change.old != change.new:
            assert JobState(change.new) in TRANSITIONS[JobState(change.old)], change
        if change.new == "leased":
            assert change.token is not None, change
            assert change.token not in tokens, f"a lease token came twice: {change}"
            tokens.add(change.token)


def final_jobs_are_final(before: Sight, after: Sight, gone: Collection[UUID]) -> None:
    """To the last column; and a job that is not final goes only with its user (``gone``)."""
    for id_, row in before.jobs.items():
        now = after.jobs.get(id_)
        if row["state"] not in LIVE:
            assert now is None or now == row, f"a final job changed: {row} became {now}"
        else:
            assert now is not None or row["user_id"] in gone, f"a live job vanished: {row}"


def one_of_each(seen: Sight) -> None:
    """One live job and one ready briefing for an occurrence, one job for a lease."""
    live = Counter((row["alarm_id"], row["ring_at"]) for row in seen.jobs.values() if row["state"] in LIVE)
    ready = Counter(
        (row["alarm_id"], row["ring_at"])
        for row in seen.audio.values()
        if row["status"] == "ready" and row["audio_type"] == "combined"
    )
    leases = Counter(row["lease_token"] for row in seen.jobs.values() if row["state"] == "leased")
    for counted in (live, ready, leases):
        assert all(count == 1 for count in counted.values()), counted
    for row in seen.jobs.values():
        assert (row["state"] == "leased") == (row["lease_token"] is not None), row
        assert row["attempt"] >= 0, row


def every_ring_to_come_has_its_job(seen: Sight, *, since: datetime, by_hand: Collection[int]) -> None:
    """Live, done or dead; ``by_hand`` are the jobs that a person cancelled. What is done is there to be played.

    ``since`` is the latest instant that the clock has shown: a ring before it was heard, even if the clock was set
    back afterwards.
    """
    newest: dict[tuple[object, datetime], Row] = {}
    for row in seen.jobs.values():  # by id
        newest[row["alarm_id"], row["ring_at"]] = row
    ready = {(row["alarm_id"], row["ring_at"]) for row in seen.audio.values() if row["status"] == "ready"}
    for ring in coming_rings(seen, after=since):
        job = newest.get(ring)
        assert job is not None, f"nobody works on {ring}"
        assert job["state"] in (*LIVE, "done", "dead") or job["id"] in by_hand, f"nobody works on {ring}: {job}"
        assert job["state"] != "done" or ring in ready, f"done, and not ready: {job}"


def nobody_works_for_nothing(seen: Sight, *, now: datetime, put_in: Collection[int]) -> None:
    """A live job to come is for a ring to come, unless a person put it in (``put_in``)."""
    rings = coming_rings(seen, after=now)
    for row in seen.jobs.values():
        if row["state"] in LIVE and row["ring_at"] > now and row["id"] not in put_in:
            assert (row["alarm_id"], row["ring_at"]) in rings, f"no ring of this job comes: {row}"


def ask(world: World, seen: Sight) -> dict[UUID, AlarmAudio | None]:
    """What there is for each alarm, as clients ask for it."""
    return {id_: world.run(world.audio.of_alarm(AlarmId(id_))) for id_ in seen.alarms}


def nothing_out_of_date_is_served(
    world: World,
    seen: Sight,
    answers: Mapping[UUID, AlarmAudio | None],
    people: Mapping[UUID, Somebody],
    *,
    since: datetime,
) -> None:
    """By whatever way it is asked for: of its alarm (``answers``), or by its id."""
    for found in answers.values():
        if found is not None and found.audio is not None:
            _is_of_today(found.audio, seen, people, since=since)
    for row in seen.audio.values():
        if row["ring_at"] <= since:
            continue
        try:
            audio = world.run(world.audio.find(AudioId(row["id"])))
        except NotFound:
            assert row["status"] != "ready", row
        else:
            assert row["status"] == "ready", row
            _is_of_today(audio, seen, people, since=since)


def _is_of_today(audio: Audio, seen: Sight, people: Mapping[UUID, Somebody], *, since: datetime) -> None:
    assert audio.ring_at is not None
    assert audio.alarm_id is not None
    assert audio.user_id is not None
    if audio.ring_at <= since:
        return
    [section] = audio.briefing.sections
    expected = would_be_said(seen.alarms[audio.alarm_id], audio.ring_at, people[audio.user_id])
    assert section.text == expected, f"served, and out of date:\n{section.text}\n{expected}"
    rings = coming_rings(seen, after=since)
    assert (audio.alarm_id, audio.ring_at) in rings, f"served for a ring that does not come: {audio}"


def something_always_plays(seen: Sight, answers: Mapping[UUID, AlarmAudio | None], *, now: datetime) -> None:
    """And the briefing whenever there is one."""
    for id_, row in seen.alarms.items():
        found = answers[id_]
        situation = Situation(now=now, active=row["active"])
        if found is not None:
            situation = Situation(
                now=now,
                active=row["active"],
                ring_at=found.ring_at,
                job=found.job_state,
                job_reason=found.reason,
                playable_until=None if found.audio is None else found.audio.expires_at,
            )
        play = what_to_play(situation)
        assert isinstance(play, Play)
        if situation.playable_until is None:
            assert play.source == "tone", (play, situation)
            assert play.status != "ready", (play, situation)
            near = row["active"] and row["next_trigger_at"] > now
            assert not near or situation.ring_at is not None, f"its ring comes, and nobody knows of it: {row}"
        else:
            assert (play.source, play.status) == ("briefing", "ready")
