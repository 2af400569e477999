"""The machine: whatever users, workers, services and clocks do, in any order, on the real database."""

from __future__ import annotations

from collections.abc import Collection, Coroutine
from datetime import datetime, time, timedelta
from random import Random
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from onealarm.alarms.next_ring import wall_time_of
from onealarm.alarms.preferences import Preferences
from onealarm.briefing.facts import Listener
from onealarm.errors import BadInput, NotFound, Permanent
from onealarm.ids import AlarmId, UserId, WorkerId
from onealarm.jobs.backoff import next_attempt
from onealarm.jobs.deadline import LEAD
from onealarm.jobs.job import Job
from tests.stateful import laws
from tests.stateful.happening import happening, happens, number, one_of
from tests.stateful.model import Hand, Process, Somebody
from tests.stateful.world import Row, Sight, World
from tests.support.briefings import briefing_saying

T = TypeVar("T")

PICK: Final = number(0, 5)
MINUTES: Final = one_of(2, 9, 20, 30, 40, 50, 57, 58, 59, 75, 180, 1500)
YES_OR_NO: Final = one_of(True, False)
ZONES: Final = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Africa/Abidjan")
HEARD: Final = ("name", "voice", "feeds", "include_weather", "country")
"""Preferences that are heard."""

HOUR: Final = timedelta(hours=1)


def some(things: Collection[T], number: int) -> T:
    """One of them, whatever the number."""
    return list(things)[number % len(things)]


class LifeOfJobs(RuleBasedStateMachine):
    """The rules are named for what happens. ``seen`` is what the last look found, before the step that is taken."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.people: dict[UUID, Somebody] = {}
        self.workers: list[Process] = []
        self.hands: list[Hand] = []
        self.by_hand: set[int] = set()
        self.put_in: set[int] = set()
        self.gone: set[UUID] = set()
        self.tokens: set[int] = set()
        self.number = 0
        self.steps = -1  # the first look comes before the first step

    @initialize(day=st.integers(0, 2**32 - 1))
    def begin_the_day(self, day: int) -> None:
        self.day = day
        self.world.empty()
        self.latest = self.world.now()
        for _ in range(2):
            self._welcome()
        for _ in range(2):
            self.a_worker_starts()
        self.seen = self.world.look()

    @rule(chance=st.integers(0, 2**32 - 1))
    def then(self, chance: int) -> None:
        """Day and step take part in it: hypothesis likes to repeat itself."""
        name, arguments = happening(self, Random(f"{self.day} {self.steps} {chance}"))
        getattr(self, name)(**arguments)
        self.world.counts[name] += 1

    def teardown(self) -> None:
        self.world.counts["steps"] += max(0, self.steps)
        self.world.counts["examples"] += 1

    @invariant()
    def all_laws_hold(self) -> None:
        self.steps += 1
        now = self.world.now()
        self.latest = max(self.latest, now)
        before, self.seen = self.seen, self.world.look()
        laws.every_change_was_legal(self.seen, self.tokens)
        laws.final_jobs_are_final(before, self.seen, self.gone)
        laws.one_of_each(self.seen)
        laws.every_ring_to_come_has_its_job(self.seen, since=self.latest, by_hand=self.by_hand)
        laws.nobody_works_for_nothing(self.seen, now=self.latest, put_in=self.put_in)
        answers = laws.ask(self.world, self.seen)
        laws.nothing_out_of_date_is_served(self.world, self.seen, answers, self.people, since=self.latest)
        laws.something_always_plays(self.seen, answers, now=now)
        self._count(before)

    def _count(self, before: Sight) -> None:
        for change in self.seen.changes:
            if change.old != change.new:
                self.world.counts[f"{change.old} to {change.new}"] += 1
        self.world.counts["snoozes"] += len(self.seen.snoozes.keys() - before.snoozes.keys())
        for id_, row in self.seen.audio.items():
            was = before.audio[id_]["status"] if id_ in before.audio else None
            if was != row["status"]:
                self.world.counts[f"audio {was} to {row['status']}"] += 1

    # What users do

    def _welcome(self) -> None:
        user = self.world.run(self.world.people.create(Preferences(timezone="UTC", name="Sarah")))
        self.people[user.id] = Somebody(user.id, Listener(name="Sarah"))

    @happens(
        when=lambda self: self._on() < 4 and len(self.seen.alarms) < 10,
        who=PICK,
        ahead=MINUTES,
        weekly=YES_OR_NO,
        zone=one_of(None, *ZONES),
        weight=6,
    )
    def an_alarm_is_set(self, who: int, ahead: int, weekly: bool, zone: str | None) -> None:
        owner = some(self.people, who)
        [row] = self.world.sql("select timezone from user_preferences where user_id = $1", owner)
        ring = wall_time_of(self.world.now() + timedelta(minutes=ahead), zone or row["timezone"])
        given: dict[str, Any] = {"days": (1, 2, 3, 4, 5, 6, 7)} if weekly else {"date": ring.date()}
        created = self.world.alarms.create(UserId(owner), time=_minute(ring), timezone=zone, **given)
        self._edit(created)

    @happens(when=lambda self: self.seen.alarms, which=PICK, ahead=MINUTES, weight=2)
    def an_alarm_is_moved(self, which: int, ahead: int) -> None:
        alarm = some(self.seen.alarms.values(), which)
        ring = wall_time_of(self.world.now() + timedelta(minutes=ahead), alarm["timezone"])
        changes: dict[str, object] = {"time": _minute(ring), "active": True}
        if alarm["days"] is None:
            changes["date"] = ring.date()
        self._change(alarm, changes)

    @happens(when=lambda self: self.seen.alarms, which=PICK, zone=one_of(*ZONES))
    def an_alarm_is_moved_to_the_same_instant_of_another_zone(self, which: int, zone: str) -> None:
        alarm = some(self.seen.alarms.values(), which)
        if alarm["active"]:
            ring = wall_time_of(alarm["next_trigger_at"], zone)
            changes: dict[str, object] = {"time": _minute(ring), "timezone": zone, "zone_mode": "fixed"}
            if alarm["days"] is None:
                changes["date"] = ring.date()
            self._change(alarm, changes)

    @happens(when=lambda self: self.seen.alarms, which=PICK, weight=1)
    def an_alarm_is_named(self, which: int) -> None:
        self._change(some(self.seen.alarms.values(), which), {"label": self._new("label")})

    @happens(when=lambda self: self.seen.alarms, which=PICK, on=YES_OR_NO)
    def an_alarm_is_switched(self, which: int, on: bool) -> None:
        self._change(some(self.seen.alarms.values(), which), {"active": on})

    @happens(when=lambda self: self.seen.alarms, which=PICK)
    def the_next_ring_is_left_out(self, which: int) -> None:
        alarm = some(self.seen.alarms.values(), which)
        coming = self.world.run(self.world.alarms.coming(AlarmId(alarm["id"]), user_id=None, most=2))
        self._edit(self.world.alarms.skip_next(AlarmId(alarm["id"]), user_id=None))
        skipped = self.world.run(self.world.alarms.find(AlarmId(alarm["id"]), user_id=None))
        if alarm["active"] and alarm["days"] is not None:
            # A ring that was over before the clock was set back comes again when its alarm is reckoned anew.
            assert skipped.next_ring_at is not None
            comes_again = self.world.now() < self.latest and skipped.next_ring_at < coming[0].ring_at
            assert comes_again or skipped.next_ring_at == coming[1].ring_at

    @happens(when=lambda self: len(self.seen.alarms) > 2, which=PICK, weight=2)
    def an_alarm_is_deleted(self, which: int) -> None:
        alarm = some(self.seen.alarms.values(), which)
        self._edit(self.world.alarms.delete(AlarmId(alarm["id"]), user_id=None))

    @happens(when=lambda self: self.seen.alarms, which=PICK, minutes=one_of(None, 1, 5, 30, 60), weight=3)
    def an_alarm_is_snoozed(self, which: int, minutes: int | None) -> None:
        alarm = some(self.seen.alarms.values(), which)
        self._edit(self.world.alarms.snooze(AlarmId(alarm["id"]), user_id=None, minutes=minutes))

    @happens(when=lambda self: self.seen.snoozes, which=PICK)
    def a_snooze_is_ended(self, which: int) -> None:
        snooze = some(self.seen.snoozes.values(), which)
        self._edit(self.world.alarms.end_snooze(AlarmId(snooze["alarm_id"]), user_id=None))

    @happens(who=PICK, field=one_of(*HEARD))
    def somebody_wants_to_hear_otherwise(self, who: int, field: str) -> None:
        self._hear(some(self.people.values(), who), field)

    @happens(when=lambda self: self._made(), which=PICK, field=one_of(*HEARD), weight=6)
    def what_is_made_is_wished_otherwise(self, which: int, field: str) -> None:
        """While it is in the making, or ready."""
        self._hear(self.people[some(self._made(), which)["user_id"]], field)

    @happens(when=lambda self: self._made(), which=PICK, weight=2)
    def what_is_made_is_named_otherwise(self, which: int) -> None:
        alarm = self.seen.alarms.get(some(self._made(), which)["alarm_id"])
        if alarm is not None:
            self._change(alarm, {"label": self._new("label")})

    def _hear(self, somebody: Somebody, field: str) -> None:
        value: object = {
            "name": self._new("name"),
            "voice": "nova" if somebody.listener.voice == "alloy" else "alloy",
            "feeds": (f"https://news.example/{self._new('feed')}",),
            "include_weather": not somebody.listener.include_weather,
            "country": "DE" if somebody.listener.country is None else None,
        }[field]
        self._edit(self.world.people.change_preferences(somebody.id, {field: value}))
        somebody.hear(**{field: value})

    @happens(who=PICK, zone=one_of(*ZONES))
    def somebody_travels(self, who: int, zone: str) -> None:
        self._edit(self.world.people.change_preferences(some(self.people.values(), who).id, {"timezone": zone}))

    @happens(who=PICK, minutes=number(1, 60))
    def something_is_edited_that_nobody_hears(self, who: int, minutes: int) -> None:
        owner = some(self.people, who)
        self.world.sql("update users set email = $2 where id = $1", owner, f"{self._new('mail')}@example.org")
        self.world.sql("update user_preferences set updated_at = onealarm.now() where user_id = $1", owner)
        for alarm in self.seen.alarms.values():
            self._change(alarm, {"snooze_minutes": minutes})
        after = self.world.look()
        assert (after.jobs, after.audio, after.versions) == (self.seen.jobs, self.seen.audio, self.seen.versions)

    @happens(when=lambda self: self.number % 5 == 0, who=PICK)
    def somebody_leaves_for_good_and_another_comes(self, who: int) -> None:
        somebody = some(self.people.values(), who)
        self._new("user")
        self.world.run(self.world.people.delete(somebody.id))
        self.gone.add(somebody.id)
        del self.people[somebody.id]
        self._welcome()

    def _new(self, what: str) -> str:
        self.number += 1
        return f"{what} {self.number}".replace(" ", "-")

    def _change(self, alarm: Row, changes: dict[str, object]) -> None:
        self._edit(self.world.alarms.change(AlarmId(alarm["id"]), user_id=None, changes=changes))

    def _edit(self, edit: Coroutine[Any, Any, object]) -> None:
        """What is refused changes nothing."""
        try:
            self.world.run(edit)
        except (BadInput, NotFound):
            after = self.world.look()
            assert after.same(self.seen)
            assert not after.changes
            self.world.counts["edits refused"] += 1
        else:
            self.world.counts["edits"] += 1

    # What a person does in the database

    @happens(when=lambda self: self._live(), which=PICK)
    def a_job_is_cancelled(self, which: int) -> None:
        job = some(self._live(), which)
        self.world.sql(
            "update audio_generation_queue set state = 'cancelled', reason = 'by hand', finished_at = onealarm.now(),"
            " lease_token = null, worker_id = null where id = $1",
            job["id"],
        )
        self.by_hand.add(job["id"])

    @happens(when=lambda self: self.seen.alarms, which=PICK)
    def a_job_is_put_in(self, which: int) -> None:
        rows = self.world.sql(
            "insert into audio_generation_queue (alarm_id, user_id, ring_at, scheduled_for)"
            " select id, user_id, next_trigger_at, next_trigger_at - onealarm.lead() from alarms"
            " where id = $1 and active on conflict do nothing returning id",
            some(self.seen.alarms, which),
        )
        self.put_in |= {row["id"] for row in rows}

    # What workers do

    @happens(when=lambda self: len(self.workers) < 8 and self._beating() < 3, weight=4)
    def a_worker_starts(self) -> None:
        worker = Process(WorkerId(uuid4()), beat_at=self.world.now(), alive_since=self.world.now())
        self.world.run(self.world.queue.beat(worker.id))
        self.workers.append(worker)

    @happens(when=lambda self: self.workers, which=PICK, weight=3)
    def a_worker_beats(self, which: int) -> None:
        self._beat(some(self.workers, which))

    @happens(when=lambda self: self.workers, which=PICK)
    def a_worker_crashes(self, which: int) -> None:
        some(self.workers, which).beating = False

    @happens(when=lambda self: self._held(), which=PICK, is_seen=YES_OR_NO, weight=4)
    def a_worker_dies_at_its_work(self, which: int, is_seen: bool) -> None:
        """And the others go on for as long as it takes to see that, and to take its work over."""
        hand = some(self._held(), which)
        for worker in self.workers:
            if worker.id == hand.worker:
                worker.beating = False
        self.time_passes_for_the_living(4)
        survivors = [worker for worker in self.workers if worker.beating]
        if is_seen and survivors:
            survivor = some(survivors, which)
            self._rescue(survivor)
            self._claim(survivor, 3)

    @happens(when=lambda self: self.workers, which=PICK)
    def a_worker_leaves(self, which: int) -> None:
        worker = some(self.workers, which)
        self.world.run(self.world.queue.leave(worker.id))
        self.workers.remove(worker)
        held = {id_ for id_, row in self.seen.jobs.items() if row["worker_id"] == worker.id}
        after = self.world.look()
        assert self._changed(after) == held
        for id_ in held:
            assert after.jobs[id_]["state"] == "waiting"
            assert after.jobs[id_]["attempt"] == self.seen.jobs[id_]["attempt"] - 1
        self._keep(after)

    @happens(when=lambda self: self.workers, which=PICK, limit=number(1, 3), beats=YES_OR_NO, weight=8)
    def a_worker_claims(self, which: int, limit: int, beats: bool) -> None:
        worker = some(self.workers, which)
        if beats and worker.beating:
            self._beat(worker)
        self._claim(worker, limit)

    @happens(when=lambda self: self.workers, which=PICK, weight=8)
    def a_worker_makes_a_briefing(self, which: int) -> None:
        """From the beat to the publication, without anything in between."""
        worker = some(self.workers, which)
        if worker.beating:
            self._beat(worker)
            for hand in self._claim(worker, 1):
                self._keep(self.world.look())
                self._begin(hand)
                if hand.wish is not None:
                    self._publish(hand)

    @happens(when=lambda self: self._idle(), which=PICK, weight=20)
    def work_begins(self, which: int) -> None:
        self._begin(some(self._idle(), which))

    @happens(when=lambda self: self._begun(), which=PICK, weight=12)
    def work_is_completed(self, which: int) -> None:
        self._publish(some(self._begun(), which))

    @happens(
        when=lambda self: self._begun(),
        which=PICK,
        wait=one_of(None, *range(1, 600)),
        permanent=YES_OR_NO,
        weight=5,
    )
    def work_fails(self, which: int, wait: int | None, permanent: bool) -> None:
        hand = some(self._begun(), which)
        job = hand.job
        run_after = next_attempt(
            attempt=job.attempt,
            ring_at=job.ring_at,
            now=self.world.now(),
            random=Random(0),
            wait=None if wait is None else timedelta(seconds=wait),
        )
        if permanent or run_after is None:
            assert self.world.run(self.world.queue.bury(job, reason="no such voice"))
        else:
            assert self.world.run(self.world.queue.retry(job, run_after=run_after, reason="voice: crashed"))

    @happens(when=lambda self: self._held(), which=PICK)
    def work_is_given_back(self, which: int) -> None:
        assert self.world.run(self.world.queue.release(some(self._held(), which).job))

    @happens(when=lambda self: self._lost(), which=PICK, weight=6)
    def a_late_worker_writes_all_it_can(self, which: int) -> None:
        """Its job was rescued, cancelled, expired, edited away, finished: by it or by another."""
        hand = some(self._lost(), which)
        queue, audio, job = self.world.queue, self.world.audio, hand.job
        assert not self.world.run(audio.start(job, voice="echo"))
        if hand.wish is not None:
            late = briefing_saying("late", voice="echo")
            assert not self.world.run(audio.publish(job, late, version=hand.wish.version))
        assert not self.world.run(queue.retry(job, run_after=self.world.now(), reason="late"))
        assert not self.world.run(queue.bury(job, reason="late"))
        assert not self.world.run(queue.release(job))
        after = self.world.look()
        assert after.same(self.seen), "a late worker changed something"
        assert not after.changes
        self.hands.remove(hand)
        row = self.seen.jobs.get(job.id)
        self.world.counts[f"late: {'gone' if row is None else row['state']}"] += 1

    def _claim(self, worker: Process, limit: int) -> list[Hand]:
        now = self.world.now()
        due = sorted(
            (row["ring_at"], id_)
            for id_, row in self.seen.jobs.items()
            if row["state"] == "waiting"
            and now < row["ring_at"] <= now + LEAD
            and (row["run_after"] is None or row["run_after"] <= now)
        )
        jobs = self._claim_by_hints(worker, limit, now)
        assert [(job.ring_at, job.id) for job in jobs] == (due[:limit] if worker.lives(now) else [])
        hands = [Hand(worker.id, job) for job in jobs]
        self.hands = [*self.hands[-12:], *hands]
        return hands

    def _claim_by_hints(self, worker: Process, limit: int, now: datetime) -> list[Job]:
        """From where the worker's own claims and the database's hints have brought it."""
        for hint in self.world.hints():
            for one in self.workers:
                one.frontier.hear(hint)
        jobs: list[Job] = []
        for stretch in worker.frontier.stretches(now):
            most = limit - len(jobs)
            found = self.world.run(self.world.queue.claim(worker.id, limit=most, stretch=stretch))
            worker.frontier.took(stretch, found, limit=most)
            jobs += found
            if len(jobs) >= limit:
                break
        return jobs

    def _begin(self, hand: Hand) -> None:
        try:
            hand.wish = self.world.run(self.world.wishes.load(hand.job))
        except Permanent:
            kept = self.world.run(self.world.queue.bury(hand.job, reason="the alarm is gone or turned off"))
            self.world.counts["nothing to begin"] += 1
        else:
            kept = self.world.run(self.world.audio.start(hand.job, voice=hand.wish.listener.voice))
        assert kept, f"refused: {hand}"

    def _publish(self, hand: Hand) -> None:
        """Refused only where the wish was edited and the ring is over: to come, the edit has taken the job away."""
        assert hand.wish is not None
        briefing = briefing_saying(hand.said, voice=hand.wish.listener.voice)
        if self.world.run(self.world.audio.publish(hand.job, briefing, version=hand.wish.version)):
            self.world.counts["published"] += 1
        else:
            assert hand.job.ring_at <= self.latest, f"refused: {hand}"
            assert self.world.run(self.world.queue.release(hand.job))
            self.world.counts["given back after an edit"] += 1

    def _beat(self, worker: Process) -> None:
        self.world.run(self.world.queue.beat(worker.id))
        worker.beat(self.world.now())
        worker.beating = True

    # What services do

    @happens(weight=2)
    def the_expirer_runs(self) -> None:
        ended = self.world.run(self.world.queue.expire())
        now = self.world.now()
        over = {row["id"] for row in self._live() if row["ring_at"] <= now}
        after = self.world.look()
        assert ended == len(over)
        assert self._changed(after) == over
        assert all(after.jobs[id_]["state"] == "expired" for id_ in over)
        self._keep(after)

    @happens(weight=2)
    def the_roller_runs(self) -> None:
        now = self.world.now()
        rung = [row for row in self.seen.alarms.values() if row["active"] and row["next_trigger_at"] <= now]
        assert self.world.run(self.world.alarms.roll()).alarms == len(rung)
        rolled = self.world.look().alarms
        for row in rung:
            assert rolled[row["id"]]["active"] == (row["days"] is not None)
            assert rolled[row["id"]]["last_ring_at"] == row["next_trigger_at"]
        self.world.counts["rolled"] += len(rung)

    @happens(when=lambda self: self.workers, which=PICK, weight=4)
    def the_rescuer_runs(self, which: int) -> None:
        self._rescue(some(self.workers, which))

    def _rescue(self, by: Process) -> None:
        now = self.world.now()
        alive = {worker.id for worker in self.workers if worker.lives(now)}
        orphans = {id_ for id_, row in self.seen.jobs.items() if row["worker_id"] not in (None, *alive)}
        rescued = self.world.run(self.world.queue.rescue(by.id))
        after = self.world.look()
        expected = orphans if by.may_rescue(now) else set()
        assert rescued == len(expected)
        assert self._changed(after) == expected
        assert all(after.jobs[id_]["state"] == "waiting" for id_ in expected)
        self.world.counts["rescued"] += len(expected)
        self._keep(after)

    @happens()
    def the_cleaner_runs(self) -> None:
        self.world.run(self.world.audio.expire())
        self.world.run(self.world.queue.forget())
        now = self.world.now()
        for worker in list(self.workers):
            if worker.beat_at < now - timedelta(days=1):
                self.workers.remove(worker)

    # What time does

    @happens(beats=number(1, 6), weight=5)
    def time_passes_for_the_living(self, beats: int) -> None:
        for _ in range(beats):
            self.world.clock.advance(timedelta(seconds=5))
            for worker in self.workers:
                if worker.beating:
                    self._beat(worker)

    @happens(seconds=one_of(1, 14, 15, 16, 60, 240, 600))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.advance(timedelta(seconds=seconds))

    @happens(hours=one_of(1, 3, 20, 49, 170))
    def hours_pass(self, hours: int) -> None:
        self.world.clock.advance(hours * HOUR)

    @happens(
        when=lambda self: self.seen.alarms,
        which=PICK,
        seconds=one_of(-3480, -3000, -1800, -1800, -600, -1, 0, 1),
        weight=2,
    )
    def it_gets_near_the_ring(self, which: int, seconds: int) -> None:
        alarm = some(self.seen.alarms.values(), which)
        if alarm["active"]:
            near: datetime = alarm["next_trigger_at"] + timedelta(seconds=seconds)
            self.world.clock.set(max(near, self.world.now()))

    @happens(hours=one_of(-2, 2))
    def the_clock_is_set(self, hours: int) -> None:
        self.world.clock.advance(hours * HOUR)
        self.world.counts[f"clock set by {hours} h"] += 1

    # What is where

    def _made(self) -> list[Row]:
        """Audio in the making, or ready, for a ring to come."""
        return [
            row
            for row in self.seen.audio.values()
            if row["status"] in ("generating", "ready") and row["ring_at"] > self.world.now()
        ]

    def _on(self) -> int:
        return sum(row["active"] for row in self.seen.alarms.values())

    def _beating(self) -> int:
        return sum(worker.beating for worker in self.workers)

    def _live(self) -> list[Row]:
        return [row for row in self.seen.jobs.values() if row["state"] in laws.LIVE]

    def _held(self) -> list[Hand]:
        return [hand for hand in self.hands if hand.holds(self.seen)]

    def _idle(self) -> list[Hand]:
        return [hand for hand in self._held() if hand.wish is None]

    def _begun(self) -> list[Hand]:
        return [hand for hand in self._held() if hand.wish is not None]

    def _lost(self) -> list[Hand]:
        return [hand for hand in self.hands if not hand.holds(self.seen)]

    def _changed(self, after: Sight) -> set[int]:
        ids = {*after.jobs, *self.seen.jobs}
        return {id_ for id_ in ids if after.jobs.get(id_) != self.seen.jobs.get(id_)}

    def _keep(self, after: Sight) -> None:
        """Take a look in the middle of a step as the one before, and its changes with it."""
        laws.every_change_was_legal(after, self.tokens)
        laws.final_jobs_are_final(self.seen, after, self.gone)
        before, self.seen = self.seen, after
        self._count(before)


def _minute(wall_time: datetime) -> time:
    return wall_time.time().replace(second=0, microsecond=0)
