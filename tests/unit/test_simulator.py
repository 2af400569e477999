"""The simulator's parts: that it does what it is told, and that its figures are counted rightly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from onealarm.errors import BadInput, SetupError
from onealarm.simulator.optimum import early_quantile, optimum
from onealarm.simulator.outcome import judge
from onealarm.simulator.picture import draw
from onealarm.simulator.policies import POLICIES, Constant, Parts
from onealarm.simulator.queue import SimulatedQueue
from onealarm.simulator.report import report
from onealarm.simulator.roadmap import PHASES, Moment, batch_size, run_roadmap
from onealarm.simulator.run import Course, run
from onealarm.simulator.simulation import simulate
from onealarm.simulator.spans import WantedSpan, parse_span, peak_minute
from onealarm.simulator.tiers import TIERS, tier_of
from onealarm.simulator.wanted import Wanted
from onealarm.simulator.world import Span, World, instant, seconds_at
from onealarm.workload.habits import STEADY
from onealarm.workload.population import BEFORE, changed
from onealarm.workload.profile import MINUTES

SEVEN = BEFORE + 7 * 60
"""The minute at which seven o'clock comes on the first day."""


def world(
    minutes: Sequence[int],
    *,
    per_hour: int = 60,
    known: dict[int, int] | None = None,
    gone: dict[int, int] | None = None,
) -> World:
    """Rings at these minutes after seven. Of single ones, how many seconds before they are set or cancelled."""
    ring = np.array([SEVEN + minute for minute in minutes], np.int64)
    people = changed(ring, (ring - BEFORE) % MINUTES, days=1, habits=STEADY, rng=np.random.default_rng(0))
    set_late, cancelled = people.known.copy(), people.gone.copy()
    for number, before in (known or {}).items():
        set_late[number] = people.ring[number] - before
    for number, before in (gone or {}).items():
        cancelled[number] = people.ring[number] - before
    return World(replace(people, known=set_late, gone=cancelled), STEADY, np.zeros(MINUTES), per_hour)


def begun(of: World, policy: str = "fixed-58", parts: Parts | None = None) -> list[float]:
    """Minutes before each ring at which its work began; -1 where it never did."""
    whole = parts or Parts()
    course = run(of, POLICIES[policy](of, whole), parts=whole)
    return [(ring - at) / 60 if at >= 0 else -1 for ring, at in zip(of.population.ring, course.begun_at, strict=True)]


def test_time_begins_on_the_evening_before_the_first_day() -> None:
    assert instant(seconds_at(day=0, minute=0)).isoformat() == "2026-06-01T00:00:00+00:00"
    assert instant(0).isoformat() == "2026-05-31T18:00:00+00:00"


def test_work_begins_at_the_lead_one_after_the_other() -> None:
    assert begun(world([0, 0, 0])) == [58, 57, 56]


def test_the_earliest_ring_goes_first() -> None:
    assert begun(world([0, 0, 0, 1, 2])) == [58, 57, 56, 56, 56]


def test_the_plan_begins_so_early_that_the_last_one_is_in_time() -> None:
    assert begun(world([0, 0, 0]), "lazy-edf") == [60, 59, 58]


def test_idle_time_cannot_be_kept() -> None:
    spread = begun(world([60, 60, 60]))
    assert spread == [58, 57, 56]


def test_what_is_not_set_yet_cannot_begin() -> None:
    assert begun(world([0], known={0: 20 * 60})) == [20]


def test_what_is_cancelled_before_does_not_begin_and_later_was_in_vain() -> None:
    of = world([0, 10], gone={0: 59 * 60, 1: 57 * 60})
    course = run(of, Constant(0))
    assert (course.begun_at >= 0).tolist() == [False, True]
    found = judge(of, course)
    assert (found.rings, found.in_vain) == (0, 1)


def test_nothing_begins_in_an_outage() -> None:
    of = world([0])
    at = int(of.population.ring[0]) - 58 * 60
    assert begun(replace(of, outages=(Span(at, at + 600),))) == [48]
    assert (World(of.population, STEADY, of.expected, 60, outages=(Span(at, at + 90),)).capacity() == 1).sum() == (
        of.population.minutes - 2
    )


def test_the_window_of_always_busy_ends_where_content_is_too_old() -> None:
    assert begun(world([0, 0]), "always-busy") == [240, 239]


def test_without_order_who_was_first_set_is_first() -> None:
    of = world([0, 1, 2], per_hour=6, known={0: 56 * 60})
    assert begun(of)[0] > begun(of, parts=Parts(order=False))[0]


def test_the_queue_counts_what_waits_by_its_minute_and_what_is_overdue_in_the_first() -> None:
    of = world([0, 0, 5])
    queue = SimulatedQueue(of)
    queue.turn(0)
    preferred = int(of.preferred[0])
    assert queue.ahead(preferred - 2, count=8).tolist() == [0, 0, 2, 0, 0, 0, 0, 1]
    assert queue.ahead(preferred + 3, count=8).tolist() == [2, 0, 1, 0, 0, 0, 0, 0]
    assert queue.ahead(preferred + 59, count=2).tolist() == [1, 0], "what has rung is no work any more"
    queue.begin(queue.reachable(60 * preferred, advance=0)[:1], now=60 * preferred)
    assert queue.ahead(preferred, count=6).tolist() == [1, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("left", "tier"),
    [
        (12 * 60, "full"),
        (12 * 60 - 1, "short"),
        (390, "short"),
        (389, "local"),
        (310, "local"),
        (309, "stock"),
        (0, "stock"),
    ],
)
def test_the_ladder_takes_the_best_that_is_done_by_the_deadline(left: int, tier: str) -> None:
    assert TIERS[int(tier_of(np.array([left]))[0])].name == tier


def test_ages_and_late_ones_are_counted() -> None:
    of = world([0, 0, 1440 // 2, 3])
    minutes = [60, 11, 58, -1]
    begun_at = np.array(
        [ring - 60 * before for ring, before in zip(of.population.ring, minutes, strict=True)], np.int32
    )
    begun_at[3] = -1
    course = Course(begun_at, np.zeros(4, np.int8), np.zeros(of.population.minutes, np.int32))
    found = judge(of, course)
    assert of.population.ring.tolist() == sorted(of.population.ring.tolist())
    assert found.rings == 4
    assert found.tiers["stock"] == found.late == found.late_of_known
    assert found.late_share == found.late / 4
    assert found.longest_extra == max(0, *((of.preferred - begun_at // 60)[begun_at >= 0].tolist()))


def test_the_optimum_is_told_with_its_quantiles() -> None:
    fill = optimum(world([0, 0, 0, 10]))
    assert fill.early == 3  # two, one and none
    assert [early_quantile(fill, share) for share in (0.5, 0.75, 1.0)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30m@peak", WantedSpan(30, None)),
        ("6h@peak", WantedSpan(360, None)),
        ("2h@03:30", WantedSpan(120, 210)),
        ("24h@00:00", WantedSpan(1440, 0)),
    ],
)
def test_spans_are_read(text: str, span: WantedSpan) -> None:
    assert parse_span(text, option="--outage") == span


@pytest.mark.parametrize(
    "text", ["", "30", "30m", "m@peak", "30s@peak", "30m@24:00", "-5m@peak", "0m@peak", "25h@peak", "٣m@peak"]
)
def test_what_is_no_span_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_span(text, option="--outage")
    assert refused.value.field == "--outage"
    assert refused.value.remedy.startswith("Give")


def test_the_peak_is_where_most_work_begins() -> None:
    assert peak_minute("one") == 6 * 60 + 25 - 58, "until 07:25 most begins"
    span = WantedSpan(30, None).on(day=1, zones="one")
    assert (span.begin, span.end) == (60 * (BEFORE + MINUTES + 327), 60 * (BEFORE + MINUTES + 357))


def wanted(**given: object) -> Wanted:
    usual = {
        "policies": ("lazy-edf", "fixed-58", "offline", "roadmap-6"), "zones": "one", "alarms": 300,
        "capacity": "100/h", "days": 2, "seeds": 2, "outage": None, "controller_dead": None, "without": (),
        "picture": None,
    }  # fmt: skip
    return Wanted.checked(**{**usual, **given})  # type: ignore[arg-type]


def test_the_report_has_a_row_for_each_policy_and_the_same_seed_gives_the_same() -> None:
    told: list[str] = []
    of = wanted(outage="30m@peak")
    reports = [report(simulate(of, progress=told.append), of, seconds=1.23, picture=None) for _ in range(2)]
    assert reports[0] == reports[1]
    assert told == 2 * 2 * list(of.policies)
    found = json.loads(json.dumps(reports[0]))
    assert [row["policy"] for row in found["policies"]] == list(of.policies)
    assert found["settings"]["outage_minutes"] == 30
    ours, _, best, roadmap = found["policies"]
    assert len(ours["seeds"]) == 2
    assert ours["late"] == sum(one["late"] for one in ours["seeds"])
    assert ours["rings"] == best["rings"] == sum(ours["tiers"].values())
    assert best["extra"] == pytest.approx(ours["optimal_extra"], abs=1e-5)
    assert (roadmap["claims_per_hour"], roadmap["yields_per_hour"]) == (10_000, 1200)


def test_the_optimum_alone_looks_at_no_single_ring() -> None:
    of = wanted(policies=("offline",), alarms=1_000_000_000, capacity="100000000", zones="world", seeds=1)
    found = simulate(of, progress=lambda _: None)
    assert found.world is None
    assert found.optima[0].rings == 1_000_000_000


def test_the_roadmap_makes_a_briefing_for_a_ring_that_is_over() -> None:
    of = world([0] * 500)
    course = run_roadmap(of, PHASES["roadmap-2"])
    assert (course.begun_at > of.population.ring).any()
    assert judge(of, course).tiers["stock"] > 0


@pytest.mark.parametrize(("due", "hour", "size"), [(1001, 7, 10), (1000, 7, 3), (1000, 8, 3), (1000, 9, 5), (0, 5, 5)])
def test_the_roadmaps_batch_is_as_it_says(due: int, hour: int, size: int) -> None:
    assert batch_size(Moment(60 * hour, due)) == size


def test_a_run_is_drawn(tmp_path: Path) -> None:
    of = wanted(seeds=1, outage="30m@peak", controller_dead="1h@peak")
    found = simulate(of, progress=lambda _: None)
    assert set(found.courses) == {"lazy-edf", "fixed-58", "roadmap-6"}
    assert found.world is not None
    draw(found.world, found.courses, tmp_path / "run.png", title="A run")
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(SetupError, match="cannot be written"):
        draw(found.world, found.courses, tmp_path / "missing" / "run.png", title="A run")
