"""The frontier against an all-seeing claim: the same jobs as long as every hint is heard, and late by its pause if not.

The queue is a model in memory. A hint may be heard while a claim is under way, which saw the queue before; a claim may
end without an answer; other workers claim, give back and retry beside this one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from onealarm.ids import AlarmId, JobId, LeaseToken, UserId
from onealarm.jobs.frontier import EVERYWHERE, Frontier, Hint, Place, Stretch
from onealarm.jobs.job import Job
from tests.support.clock import NOON

EVERY = timedelta(seconds=30)
TICK = timedelta(milliseconds=500)
"""Claims are made between two seconds, and pauses end on one."""

_NOBODY = UUID(int=0)

SECONDS = st.integers(1, 40)
PLACES = st.builds(lambda minutes, number: Place(NOON + timedelta(minutes=minutes), number), SECONDS, st.integers(1, 9))
MANY_PLACES = st.lists(PLACES, min_size=1, max_size=12, unique=True)
INDEX = st.integers(0, 1000)


class ModelQueue(RuleBasedStateMachine):
    """Places that wait, since and from when, and those that somebody holds."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON + TICK
        self.waiting: dict[Place, datetime] = {}
        self.since: dict[Place, datetime] = {}
        self.held: list[Place] = []
        self.frontier = Frontier(every=EVERY)
        self.is_deaf = False

    # What the database does

    def free(self, places: list[Place], run_after: datetime | None = None) -> None:
        """They wait from now on, and one hint tells it, as ``onealarm.hint_jobs`` does."""
        for place in places:
            self.waiting[place] = run_after or self.now
            self.since[place] = self.waiting[place]
        if not self.is_deaf:
            first = Place(min(place.ring_at for place in places), min(place.id for place in places))
            last = Place(max(place.ring_at for place in places), max(place.id for place in places))
            self.frontier.hear(Hint(first, last, run_after))

    def claimable(self, stretch: Stretch) -> list[Place]:
        return sorted(
            place
            for place, run_after in self.waiting.items()
            if stretch.after < place <= stretch.until and run_after <= self.now
        )

    def take(self, places: list[Place]) -> list[Place]:
        for place in places:
            del self.waiting[place], self.since[place]
        self.held += places
        return places

    # What happens beside this worker

    @rule(places=MANY_PLACES)
    def are_put_in(self, places: list[Place]) -> None:
        new = [place for place in places if place not in self.waiting and place not in self.held]
        if new:
            self.free(new)

    @rule(index=INDEX, pause=st.none() | st.integers(1, 90))
    @precondition(lambda self: self.held)
    def one_is_given_back(self, index: int, pause: int | None) -> None:
        place = self.held.pop(index % len(self.held))
        second = self.now - TICK
        self.free([place], None if pause is None else second + timedelta(seconds=pause))

    @rule(index=INDEX)
    @precondition(lambda self: self.held)
    def one_is_done(self, index: int) -> None:
        self.held.pop(index % len(self.held))

    @rule(number=st.integers(1, 5))
    def another_worker_claims(self, number: int) -> None:
        self.take(self.claimable(EVERYWHERE)[:number])

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    # What this worker does

    def claim(self, limit: int, meanwhile: Callable[[], None] = lambda: None) -> list[Place]:
        found: list[Place] = []
        for stretch in self.frontier.stretches(self.now):
            room = limit - len(found)
            taken = self.take(self.claimable(stretch)[:room])
            meanwhile()
            self.frontier.took(stretch, [job_at(place) for place in taken], limit=room)
            found += taken
            if len(found) == limit:
                break
        return found

    @rule(limit=st.integers(1, 6))
    def it_claims(self, limit: int) -> None:
        best = self.claimable(EVERYWHERE)[:limit]
        since = {place: self.since[place] for place in best}
        found = self.claim(limit)
        assert found == sorted(found)
        if self.is_deaf:
            missed = [place for place in best if place not in found]
            assert all(since[place] > self.now - EVERY for place in missed), f"missed for too long: {missed}"
        else:
            assert found == best

    @rule(limit=st.integers(1, 6), places=MANY_PLACES, index=INDEX)
    def it_claims_while_more_comes(self, limit: int, places: list[Place], index: int) -> None:
        """The claim cannot have seen it; the next one must."""

        def meanwhile() -> None:
            self.are_put_in(places)
            if self.held:
                self.one_is_given_back(index, None)

        self.claim(limit, meanwhile)

    @rule(limit=st.integers(1, 6), was_made=st.booleans(), which=st.integers(0, 2))
    def its_claim_has_no_answer(self, limit: int, was_made: bool, which: int) -> None:
        """Perhaps it was made, and then what it took is given back."""
        found: list[Place] = []
        for number, stretch in enumerate(self.frontier.stretches(self.now)):
            room = limit - len(found)
            if number == which or room == 0:
                lost = self.take(self.claimable(stretch)[:room]) if was_made else []
                for place in (*found, *lost):
                    self.held.remove(place)
                    self.free([place])
                return
            taken = self.take(self.claimable(stretch)[:room])
            self.frontier.took(stretch, [job_at(place) for place in taken], limit=room)
            found += taken

    @invariant()
    def what_it_remembers_is_bounded(self) -> None:
        assert len(self.frontier._windows) <= 16


class DeafQueue(ModelQueue):
    """The same, where hints are lost from some time on."""

    @rule()
    def hints_are_lost(self) -> None:
        self.is_deaf = True


def job_at(place: Place) -> Job:
    return Job(
        JobId(place.id), AlarmId(_NOBODY), UserId(_NOBODY), place.ring_at, NOON, 1, NOON, LeaseToken(1)
    )  # fmt: skip


TestEveryHintIsHeard = ModelQueue.TestCase
TestEveryHintIsHeard.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
TestHintsAreLost = DeafQueue.TestCase
TestHintsAreLost.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
