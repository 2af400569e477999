"""What happened becomes a line in the log and a figure in the metrics."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import structlog
from prometheus_client import CollectorRegistry, generate_latest

from onealarm.events import (
    BreakerTurned,
    BudgetAtRisk,
    BudgetReached,
    BudgetSeen,
    CallEnded,
    CallPaid,
    CallsSeen,
    ConcurrencySeen,
    ControlDecided,
    CostsSeen,
    Event,
    ForecastScored,
    HeadlinesDropped,
    HintsHeard,
    HintsLost,
    JobBuried,
    JobClaimed,
    JobDone,
    JobReleased,
    JobRetried,
    LaneEnded,
    LaneFired,
    LeasesSeen,
    LevelChanged,
    OrdersHeard,
    PoolSeen,
    ProviderExhausted,
    ResultRefused,
    RingsMissed,
    SectionMissing,
    SegmentsFound,
    SegmentSpoken,
    ServiceFailed,
    ServiceRan,
    SoundLost,
    StoriesWritten,
    StoryDropped,
    WordsLeftOut,
    WorkerStarted,
    WorkerStopped,
)
from onealarm.telemetry.control_metrics import ControlMetrics
from onealarm.telemetry.logs import LogEvents, configure_logs
from onealarm.telemetry.metrics import Metrics

ALARM = UUID("6e3737c5-67ff-45fd-852e-2c7f777e88f1")
SECOND = timedelta(seconds=1)
ALL: tuple[Event, ...] = (
    WorkerStarted(uuid4(), 8),
    WorkerStopped(uuid4()),
    JobClaimed(1, ALARM, 1, delay=2 * SECOND),
    JobDone(1, ALARM, 1, tier="full", took=3 * SECOND, slack=-SECOND, sections=("greeting",)),
    JobRetried(1, ALARM, 1, "voice: crashed", pause=2 * SECOND),
    JobBuried(1, ALARM, 8, "voice: crashed"),
    JobReleased(1, ALARM, 1),
    ResultRefused(1, ALARM, 1),
    SegmentsFound(reused=4, spoken=2),
    SegmentSpoken("espeak", "nova", sound=5 * SECOND, took=SECOND),
    SectionMissing("news", "feed.example: timed out"),
    HeadlinesDropped("link", 3),
    RingsMissed(2),
    SoundLost("sweeper", segments=2, briefings=1),
    LaneFired("urgent", late=SECOND),
    LaneEnded("urgent", batch=5, claimed=5, done=3, failed=1, released=1, remaining=2, took=9 * SECOND),
    HintsHeard(),
    HintsLost("no answer came"),
    CallPaid("openai", "tts-1", 1, 10, 40, 0.01),
    CallEnded("openai", "tts-1", "refused", took=SECOND, units=40.0, wait=2 * SECOND),
    ConcurrencySeen("acme", "talk", 5.6),
    StoriesWritten("openai/gpt-5-mini", 3, None),
    StoryDropped("a name of its own"),
    ProviderExhausted("openai", "tts-1"),
    BudgetReached("usd", 0.8),
    BudgetAtRisk("usd", 1.07),
    BreakerTurned("acme", "talk", is_open=True),
    LeasesSeen(0.0),
    PoolSeen("acme", "talk", "requests", use=0.5),
    CallsSeen("acme", "talk", calls=10, refused=1, failed=2),
    BudgetSeen("usd", spent=0.25, projected=0.75),
    CostsSeen(efficiency=0.9, stored=4000, stored_per_alarm=None),
    WordsLeftOut("greeting", "name", "unspeakable"),
    LevelChanged(0, 3, "signals"),
    OrdersHeard(7, age=4 * SECOND),
    ControlDecided(
        due=(1, 20, 300),
        in_work=7,
        oldest_slack=900 * SECOND,
        drain=60 * SECOND,
        carry=12,
        advance=120 * SECOND,
        missed=5,
        shortfall=None,
        batch=10,
        tick=30 * SECOND,
        level=3,
        desired_slots=64,
    ),
    ServiceRan("roller", 2),
    ServiceFailed("rescuer", "the database is away"),
    ForecastScored("24h", wape=0.125, sup_error=40.0),
)


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def test_every_kind_of_event_is_tried_here() -> None:
    def below(kind: type[Event]) -> set[str]:
        return {kind.__name__}.union(*(below(one) for one in kind.__subclasses__()))

    assert {type(event).__name__ for event in ALL} == below(Event) - {"Event", "JobEvent", "FigureSeen"}


@pytest.mark.parametrize("event", ALL, ids=lambda event: type(event).__name__)
def test_each_event_is_one_json_line_with_its_fields(event: Event, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(style="json", level="debug")
    LogEvents()(event)
    [line] = capsys.readouterr().err.splitlines()
    written = json.loads(line)
    assert written["event"].replace("_", "") == type(event).__name__.lower()
    assert {field.name for field in fields(event)} <= set(written)
    assert written["timestamp"].endswith("Z")


def test_what_libraries_log_has_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(style="json", level="info")
    logging.getLogger("some.library").info("too much")
    logging.getLogger("some.library").error("broken pipe")
    [line] = capsys.readouterr().err.splitlines()
    written = json.loads(line)
    assert (written["event"], written["level"]) == ("broken pipe", "error")


def test_details_are_quiet_and_trouble_is_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(style="json", level="info")
    log = LogEvents()
    for event in ALL:
        log(event)
    levels = {written["event"]: written["level"] for written in map(json.loads, capsys.readouterr().err.splitlines())}
    assert "segment_spoken" not in levels
    assert levels["job_done"] == "info"
    assert (
        levels["sound_lost"]
        == levels["job_buried"]
        == levels["section_missing"]
        == levels["service_failed"]
        == "warning"
    )


def test_the_leaders_metrics_are_unknown_until_it_has_decided() -> None:
    registry = CollectorRegistry()
    metrics = ControlMetrics(registry)
    assert "onealarm_emergency_level NaN" in generate_latest(registry).decode()
    for event in ALL:
        metrics(event)
    text = generate_latest(registry).decode()
    for line in (
        'onealarm_due{class="critical"} 1.0',
        'onealarm_due{class="high"} 20.0',
        'onealarm_due{class="normal"} 300.0',
        "onealarm_in_flight 7.0",
        "onealarm_oldest_slack_seconds 900.0",
        "onealarm_drain_seconds 60.0",
        "onealarm_required_carry 12.0",
        "onealarm_advance_seconds 120.0",
        "onealarm_predicted_misses 5.0",
        "onealarm_capacity_shortfall_ratio +Inf",
        "onealarm_batch_size 10.0",
        "onealarm_tick_seconds 30.0",
        "onealarm_emergency_level 3.0",
        "onealarm_desired_slots 64.0",
        'onealarm_level_changes_total{cause="signals"} 1.0',
        "onealarm_control_epoch_age_seconds 4.0",
        "onealarm_lease_overcommit 0.0",
        'onealarm_pool_utilization_ratio{model="talk",provider="acme",unit="requests"} 0.5',
        'onealarm_provider_recent_calls{model="talk",provider="acme",result="answered"} 7.0',
        'onealarm_provider_recent_calls{model="talk",provider="acme",result="refused"} 1.0',
        'onealarm_budget_spent_ratio{unit="usd"} 0.25',
        'onealarm_budget_projected_ratio{unit="usd"} 0.75',
        "onealarm_efficiency_ratio 0.9",
        'onealarm_breaker_open{model="talk",provider="acme"} 1.0',
        'onealarm_concurrency_limit{model="talk",provider="acme"} 5.6',
        'onealarm_spend_usd_total{model="tts-1",provider="openai"} 0.01',
        "onealarm_stored_bytes 4000.0",
        "onealarm_stored_bytes_per_alarm NaN",
    ):
        assert line in text, line


def test_the_metrics_count_what_happened() -> None:
    metrics = Metrics(CollectorRegistry())
    for event in ALL:
        metrics(event)
    text = generate_latest(metrics.registry).decode()
    for line in (
        'onealarm_jobs_total{outcome="done"} 1.0',
        'onealarm_jobs_total{outcome="retried"} 1.0',
        'onealarm_jobs_total{outcome="buried"} 1.0',
        'onealarm_jobs_total{outcome="released"} 1.0',
        'onealarm_jobs_total{outcome="refused"} 1.0',
        'onealarm_briefings_total{tier="full"} 1.0',
        'onealarm_alarms_total{outcome="late",tier="full"} 1.0',
        'onealarm_alarms_total{outcome="stock",tier="stock"} 1.0',
        'onealarm_ready_lead_seconds_bucket{le="300.0"} 1.0',
        'onealarm_ready_lead_seconds_bucket{le="60.0"} 0.0',
        'onealarm_segments_total{origin="reused"} 4.0',
        'onealarm_segments_total{origin="spoken"} 2.0',
        'onealarm_speech_seconds_total{engine="espeak"} 5.0',
        'onealarm_sections_missing_total{section="news"} 1.0',
        'onealarm_sound_lost_total{kind="segment"} 2.0',
        'onealarm_sound_lost_total{kind="briefing"} 1.0',
        'onealarm_headlines_dropped_total{reason="link"} 3.0',
        'onealarm_service_runs_total{result="changed",service="roller"} 1.0',
        'onealarm_service_runs_total{result="failed",service="rescuer"} 1.0',
        "onealarm_queue_due NaN",
    ):
        assert line in text.splitlines()


def test_the_scores_of_the_forecasts_are_told_by_lead() -> None:
    registry = CollectorRegistry()
    metrics = ControlMetrics(registry)
    for event in ALL:
        metrics(event)
    text = generate_latest(registry).decode()
    assert 'onealarm_forecast_wape_ratio{lead="24h"} 0.125' in text
    assert 'onealarm_forecast_sup_error{lead="24h"} 40.0' in text
