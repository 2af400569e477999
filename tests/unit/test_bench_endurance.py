"""What an endurance run concludes from what it found: above all, that it tells of a job that is lost or done twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from onealarm.bench.endurance.course import Course, Performance, loss, per_second, percentiles_per_second, ratio
from onealarm.bench.endurance.jobs import Sizes
from onealarm.bench.endurance.notes import NoteBook, Notes, read_notes
from onealarm.bench.endurance.pace import Pace
from onealarm.bench.endurance.picture import draw
from onealarm.bench.endurance.report import report
from onealarm.bench.endurance.run import Outcome
from onealarm.bench.endurance.tally import Row, Tally, tally
from onealarm.bench.endurance.wanted import Wanted

A, B, C = (UUID(int=number) for number in (1, 2, 3))
ALL_DONE = [Row(11, A, "done"), Row(12, B, "done"), Row(13, C, "done")]
WHOLE = Tally(jobs=3, outcomes=3, lost=0, doubled=0, left_live=0)


def test_what_was_done_once_is_whole() -> None:
    assert tally({A, B, C}, ALL_DONE, [11, 12, 13]) == WHOLE
    assert WHOLE.is_whole


def test_an_end_whose_answer_was_lost_is_an_end() -> None:
    assert tally({A, B, C}, ALL_DONE, [11]) == WHOLE


@pytest.mark.parametrize(
    ("rows", "accepted", "expected"),
    [
        (ALL_DONE[:2], [], replace(WHOLE, outcomes=2, lost=1)),
        ([*ALL_DONE[:2], Row(13, C, "dead")], [], replace(WHOLE, outcomes=2, lost=1)),
        ([*ALL_DONE[:2], Row(13, C, "expired")], [], replace(WHOLE, outcomes=2, lost=1)),
        (ALL_DONE[:2], [13], replace(WHOLE, outcomes=2, lost=2)),
        ([*ALL_DONE[:2], Row(13, C, "waiting")], [], replace(WHOLE, outcomes=2, left_live=1)),
        ([*ALL_DONE[:2], Row(13, C, "leased")], [], replace(WHOLE, outcomes=2, left_live=1)),
        ([*ALL_DONE[:2], Row(13, C, "leased")], [13], replace(WHOLE, outcomes=2, left_live=1, lost=1)),
        ([*ALL_DONE, Row(13, C, "leased")], [], replace(WHOLE, doubled=1, left_live=1)),
        ([*ALL_DONE, Row(13, C, "done")], [], replace(WHOLE, doubled=1)),
        ([*ALL_DONE, Row(14, C, "done")], [], replace(WHOLE, doubled=1)),
        (ALL_DONE, [11, 12, 12], replace(WHOLE, doubled=1)),
        (ALL_DONE, [11, 11, 12, 12, 12], replace(WHOLE, doubled=2)),
    ],
    ids=[
        "nowhere",
        "given up",
        "expired",
        "nowhere, and its end was accepted",
        "waiting",
        "leased",
        "live, though its end was accepted",
        "live and ended",
        "ended twice",
        "two jobs for one",
        "accepted twice",
        "two accepted too often",
    ],
)
def test_what_is_not_whole_is_told(rows: list[Row], accepted: list[int], expected: Tally) -> None:
    found = tally({A, B, C}, rows, accepted)
    assert found == expected
    assert not found.is_whole


def course() -> Course:
    """Ten seconds, one job in each; from the fifth on everything takes ten times as long, and the last job is late."""
    return Course(
        begin=100.0,
        end=110.0,
        jobs=10,
        pinned_at=105.0,
        kills=[102.0],
        restarts=[107.0],
        sizes=[(100 + n, Sizes(live_dead=n, ended_dead=1, live_bytes=8192 * n)) for n in range(10)],
        ended=[100.5 + n for n in range(9)] + [112.0],
        notes=Notes(
            claims_ms=[(100.5 + n, 2.0 if n < 5 else 20.0) for n in range(10)],
            delays_ms=[(100.5 + n, 30.0 if n < 5 else 300.0) for n in range(10)],
            accepted=[*range(9)],
            counts={"refused": 4, "rescuer": 7},
        ),
    )


def test_each_stretch_has_its_own_figures() -> None:
    found = course()
    assert found.baseline == Performance(1.0, 2.0, 2.0, 30.0, 30.0)
    assert found.pinned == Performance(0.8, 20.0, 20.0, 300.0, 300.0)


def test_without_a_snapshot_all_is_baseline() -> None:
    found = course()
    found.pinned_at = None
    assert (found.baseline.jobs_per_second, found.baseline.claim_p99_ms, found.pinned) == (0.9, 20.0, None)


def test_of_a_stretch_in_which_nothing_was_claimed_no_latency_is_known() -> None:
    assert course().performance(200.0, 210.0) == Performance(0.0, None, None, None, None)
    assert ratio(None, 2.0) is None
    assert ratio(2.0, None) is None
    assert ratio(2.0, 0.0) is None


def test_the_report_compares_the_stretches() -> None:
    wanted = Wanted(timedelta(seconds=10), 10, 2, baseline=timedelta(seconds=5))
    outcome = Outcome(Tally(10, 10, 0, 0, 0), course(), deaths=0)
    found = report(outcome, wanted, settings={"fsync": "on"}, picture=None)
    assert (found["throughput_loss"], found["claim_p50_ratio"], found["claim_p99_ratio"]) == (0.2, 10.0, 10.0)
    assert (found["kills"], found["restarts"], found["refused"], found["rescued"]) == (1, 1, 4, 7)
    assert (found["dead_tuples_max"], found["live_jobs_bytes_max"], found["seconds"]) == (10, 8192 * 9, 10.0)
    assert found["settings"]["fsync"] == "on"
    assert loss(Performance(1.1, None, None, None, None), Performance(1.0, None, None, None, None)) == -0.1


@pytest.mark.parametrize("broken", ["lost", "doubled", "left_live"])
def test_a_run_is_good_only_when_it_is_whole_and_nobody_died(broken: str) -> None:
    whole = Tally(10, 10, 0, 0, 0)
    assert Outcome(whole, course(), deaths=0).is_good
    assert not Outcome(replace(whole, **{broken: 1}), course(), deaths=0).is_good
    assert not Outcome(replace(whole, outcomes=9), course(), deaths=0).is_good
    assert not Outcome(whole, course(), deaths=1).is_good


def test_notes_survive_a_death_in_the_middle_of_a_line(tmp_path: Path) -> None:
    for name, ids in (("1", [5, 6]), ("2", [7])):
        with NoteBook(tmp_path / name) as book:
            book.claim(1.5, [20.0, 30.0])
            book.claim(0.5, [])
            book.done(ids)
            book.count("refused")
            book.count("rescuer", 3)
    with (tmp_path / "2").open("a") as file:
        file.write("done 12345.678 8 9")
    found = read_notes(tmp_path)
    assert [took for _, took in found.claims_ms] == [1.5, 0.5] * 2
    assert [delay for _, delay in found.delays_ms] == [20.0, 30.0] * 2
    assert found.accepted == [5, 6, 7]
    assert found.counts == {"refused": 2, "rescuer": 6}


def test_jobs_come_due_evenly_from_the_beginning_to_the_end() -> None:
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    pace = Pace(begin, timedelta(seconds=10), 20)
    assert [pace.due_at(number) for number in (0, 1, 19)] == [
        begin,
        begin + timedelta(seconds=0.5),
        begin + timedelta(seconds=9.5),
    ]
    seconds = (-1, 0, 0.4, 0.6, 5.1, 9.6, 100)
    assert [pace.due_by(begin + timedelta(seconds=second)) for second in seconds] == [0, 1, 1, 2, 11, 20, 20]


def test_what_happened_in_each_second() -> None:
    assert per_second([9.9, 10.0, 10.9, 12.1, 13.0], begin=10.0, seconds=3) == [2, 0, 1]
    values = [(9.9, 9.0), (10.0, 1.0), (10.5, 2.0), (10.9, 3.0), (12.5, 4.0)]
    assert percentiles_per_second(values, 0.5, begin=10.0, seconds=3) == [2.0, None, 4.0]


def test_the_picture_is_a_png(tmp_path: Path) -> None:
    draw(course(), tmp_path / "run.png", title="a run")
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
