"""What the emergency ladder looks at, read from the snapshot, the rates and the plan."""

from __future__ import annotations

from datetime import datetime, timedelta

from onealarm.control.prospects import Prospects
from onealarm.control.rates import WINDOW, FleetRates
from onealarm.control.signals import Signals, drain_time
from onealarm.control.snapshot import Snapshot
from onealarm.jobs.deadline import EXPECTED_WORK, slack


def able_per_second(snapshot: Snapshot, rates: FleetRates, *, full_since: datetime | None) -> float:
    """Jobs per second that the slots can be expected to do; 0 where it shows what they do.

    A fleet that had nothing to do has done nothing, which says nothing of what it can. One that has been full for as
    long as its throughput is measured shows it.
    """
    if full_since is not None and snapshot.now - full_since >= WINDOW:
        return 0.0
    return snapshot.slots / (rates.processing or EXPECTED_WORK).total_seconds()


def read_signals(
    snapshot: Snapshot, rates: FleetRates, prospects: Prospects, *, able: float = 0.0, pays_for_short: bool = True
) -> Signals:
    """What the ladder looks at. Before two looks nothing is known of the throughput, and nothing is concluded.

    ``able`` is what the fleet can be expected to do in a second, whatever it did lately. What the plan releases before
    its time waits because that was planned, so it is not due here.
    """
    queue = snapshot.queue
    due = queue.critical + queue.high
    per_second = rates.done_per_second
    drain = timedelta() if per_second is None else drain_time(due, per_second=max(per_second, able))
    return Signals(
        due=due,
        drain=drain,
        missed=prospects.missed,
        later_short=prospects.later_short,
        throttled=rates.throttled,
        is_short_enough=prospects.is_short_enough,
        money_for_short=pays_for_short,
        provider_down=rates.provider_down(snapshot.now),
        slack=None if queue.earliest_ring is None else slack(queue.earliest_ring, snapshot.now),
        hands=bool(snapshot.workers),
    )
