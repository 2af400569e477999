"""What happened, as values on one channel: logs, metrics and tests subscribe, and the work does not know them.

No event carries a name, a text, or anything else that is personal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeVar
from uuid import UUID

CallResult = Literal["answered", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Event:
    """Root of all events."""


@dataclass(frozen=True, slots=True)
class WorkerStarted(Event):
    worker: UUID
    slots: int


@dataclass(frozen=True, slots=True)
class WorkerStopped(Event):
    worker: UUID


@dataclass(frozen=True, slots=True)
class JobEvent(Event):
    job: int
    alarm: UUID
    attempt: int


@dataclass(frozen=True, slots=True)
class JobClaimed(JobEvent):
    """``delay`` is the time since the job came due."""

    delay: timedelta


@dataclass(frozen=True, slots=True)
class JobDone(JobEvent):
    """``slack`` is the time left to the deadline; negative when the briefing came late."""

    tier: str
    took: timedelta
    slack: timedelta
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobRetried(JobEvent):
    reason: str
    pause: timedelta


@dataclass(frozen=True, slots=True)
class JobBuried(JobEvent):
    reason: str


@dataclass(frozen=True, slots=True)
class JobReleased(JobEvent):
    pass


@dataclass(frozen=True, slots=True)
class ResultRefused(JobEvent):
    """The lease was lost, so what was made has been dropped."""


@dataclass(frozen=True, slots=True)
class RingsMissed(Event):
    """Rings passed while OneAlarm was not there; the logs in the database say whose."""

    count: int


@dataclass(frozen=True, slots=True)
class SegmentsFound(Event):
    """Of the segments of one briefing, how many were there already and how many had to be spoken.

    Or, where it is ``ahead``, of sentences that no job waits for yet.
    """

    reused: int
    spoken: int
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class SegmentSpoken(Event):
    engine: str
    voice: str
    sound: timedelta
    took: timedelta


@dataclass(frozen=True, slots=True)
class SoundLost(Event):
    """Objects were gone: so many segments are spoken anew, and so many briefings, stock included, made again."""

    found_by: str
    segments: int
    briefings: int


@dataclass(frozen=True, slots=True)
class SectionMissing(Event):
    """A section was left out; ``reason`` is safe to log."""

    section: str
    reason: str


@dataclass(frozen=True, slots=True)
class WordsLeftOut(Event):
    """Something of a text is not said in a section: ``what`` it is (a name, a label), and the ``reason``."""

    section: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class HeadlinesDropped(Event):
    """Headlines that were not fit to be spoken, by reason."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class ServiceRan(Event):
    """A background service did something; ``changed`` counts rows."""

    service: str
    changed: int


@dataclass(frozen=True, slots=True)
class CallPaid(Event):
    """A provider is paid for a call, or for the few that one thing took. It is in the ledger with what was made."""

    provider: str
    model: str
    requests: int
    tokens: int
    characters: int
    usd: float


@dataclass(frozen=True, slots=True)
class CallEnded(Event):
    """A provider has answered a call, or has not, in the time that it ``took``. ``result``: answered, refused, failed.

    ``units`` are what was asked for, in the model's own measure (characters of speech, tokens of a script). ``wait`` is
    the pause that a refusal asked for.
    """

    provider: str
    model: str
    result: CallResult
    took: timedelta
    units: float
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ConcurrencySeen(Event):
    """A model bears so many jobs of this process side by side, by its answers; told when it is looked at."""

    provider: str
    model: str
    limit: float


@dataclass(frozen=True, slots=True)
class StoriesWritten(Event):
    """A model was asked for an edition's stories: how many hold, or why there are none."""

    model: str
    stories: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class StoryDropped(Event):
    """A sentence of a model is not said, since it does not hold."""

    reason: str


@dataclass(frozen=True, slots=True)
class ProviderExhausted(Event):
    """A provider says that no quota or credit is left. Told once, until it takes calls again: operators have to act."""

    provider: str
    model: str


@dataclass(frozen=True, slots=True)
class BreakerTurned(Event):
    """This process calls a model no more but for a probe now and then, since it fails; or calls it again."""

    provider: str
    model: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class ServiceFailed(Event):
    service: str
    error: str


@dataclass(frozen=True, slots=True)
class LaneFired(Event):
    """A firing of a schedule's lane was claimed, so long after its instant."""

    lane: str
    late: timedelta


@dataclass(frozen=True, slots=True)
class LaneEnded(Event):
    """A dispatch has ended: what became of the jobs that it claimed, and how many are due in the lane and wait.

    It could have claimed ``batch``.
    """

    lane: str
    batch: int
    claimed: int
    done: int
    failed: int
    released: int
    remaining: int
    took: timedelta


@dataclass(frozen=True, slots=True)
class HintsHeard(Event):
    """The database's hints are heard from now on."""


@dataclass(frozen=True, slots=True)
class HintsLost(Event):
    """They are not heard, so new work is found by looking."""

    reason: str


@dataclass(frozen=True, slots=True)
class ControlDecided(Event):
    """What the leader saw and ordered. ``due`` by priority 1, 3 and 5; ``in_work`` are leased; ``shortfall``: needed
    capacity over present."""

    due: tuple[int, int, int]
    in_work: int
    oldest_slack: timedelta | None
    drain: timedelta
    carry: int
    advance: timedelta
    missed: int
    shortfall: float | None
    batch: int
    tick: timedelta
    level: int
    desired_slots: int


@dataclass(frozen=True, slots=True)
class LevelChanged(Event):
    """The emergency level; ``cause`` is signals or override."""

    before: int
    after: int
    cause: str


@dataclass(frozen=True, slots=True)
class ForecastScored(Event):
    """How good the forecasts of four weeks were at one lead; ``sup_error`` in alarms."""

    lead: str
    wape: float
    sup_error: float


@dataclass(frozen=True, slots=True)
class OrdersHeard(Event):
    """The leader's orders reached this process; ``age`` is how old they were."""

    epoch: int
    age: timedelta


@dataclass(frozen=True, slots=True)
class BudgetReached(Event):
    """So much of the day's budget is spent: ``share`` is 0.5, 0.8 or 1."""

    unit: str
    share: float


@dataclass(frozen=True, slots=True)
class BudgetAtRisk(Event):
    """As things go, so many times the day's budget will be needed by its end; the briefings get shorter first."""

    unit: str
    projected: float


@dataclass(frozen=True, slots=True)
class FigureSeen(Event):
    """The leader has looked at something that is a figure and no happening."""


@dataclass(frozen=True, slots=True)
class BudgetSeen(FigureSeen):
    """The leader looked at a day's budget or quota: which share is spent, and which will be by its end."""

    unit: str
    spent: float
    projected: float


@dataclass(frozen=True, slots=True)
class PoolSeen(FigureSeen):
    """The leader looked at a pool of what a provider allows: ``use`` is what goes out over what is allowed."""

    provider: str
    model: str
    unit: str
    use: float


@dataclass(frozen=True, slots=True)
class LeasesSeen(FigureSeen):
    """By how many units per minute the leases of all pools promise more than they may: always 0."""

    overcommit: float


@dataclass(frozen=True, slots=True)
class CallsSeen(FigureSeen):
    """One model's calls since the beginning of the hour before, by what became of them."""

    provider: str
    model: str
    calls: int
    refused: int
    failed: int


@dataclass(frozen=True, slots=True)
class CostsSeen(FigureSeen):
    """What the last day's money came to: ``efficiency`` from 0 to 1, and bytes stored in all and for each alarm."""

    efficiency: float | None
    stored: int
    stored_per_alarm: float | None


Observer = Callable[[Event], None]
Joined = TypeVar("Joined", bound=Observer)


class Events:
    """The channel: hands each event to every observer, in order. Observers are fast and do not raise."""

    def __init__(self, observers: Iterable[Observer] = ()) -> None:
        self._observers = list(observers)

    def subscribe(self, observer: Observer) -> None:
        self._observers.append(observer)

    def joined(self, observer: Joined) -> Joined:
        """The same observer, subscribed."""
        self.subscribe(observer)
        return observer

    def emit(self, event: Event) -> None:
        for observer in self._observers:
            observer(event)
