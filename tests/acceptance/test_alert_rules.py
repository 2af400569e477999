"""The alert rules, by Prometheus's own tool: each fires when it should, and stays quiet when it should."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from prometheus_client import CollectorRegistry

from onealarm.telemetry.control_metrics import ControlMetrics
from onealarm.telemetry.metrics import Metrics

ROOT: Final = Path(__file__).parents[2]
RULES: Final = ROOT / "deploy" / "prometheus" / "alerts.yml"
CASES: Final = RULES.with_name("alerts_test.yml")
ALERTS: Final = re.findall(r"alert: (\w+)", RULES.read_text(encoding="utf-8"))


@pytest.fixture
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        assert not os.environ.get("CI"), "CI installs Debian's prometheus"
        pytest.skip("promtool is not installed")
    return found


def test_the_rules_can_be_read_and_do_what_their_cases_say(promtool: str) -> None:
    for arguments in (["check", "rules", RULES.name], ["test", "rules", CASES.name]):
        done = subprocess.run(
            [promtool, *arguments], cwd=RULES.parent, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alert", ALERTS)
def test_r29_every_alert_has_a_case_that_fires_it_and_one_that_does_not(alert: str) -> None:
    text = CASES.read_text(encoding="utf-8")
    assert re.search(rf"alertname: {alert}}}", text), "it is expected to be quiet"
    assert re.search(rf"alertname: {alert}\n\s+exp_alerts:\n\s+- exp_labels", text), "it is expected to fire"


def test_every_metric_in_the_rules_is_one_of_ours() -> None:
    registry = CollectorRegistry()
    Metrics(registry)
    ControlMetrics(registry)
    known = {sample for family in registry.collect() for sample in (family.name, f"{family.name}_total")}
    used = set(re.findall(r"\bonealarm_\w+", RULES.read_text(encoding="utf-8")))
    assert used
    assert used <= known


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_is_explained(alert: str) -> None:
    assert f"| `{alert}` |" in (ROOT / "docs" / "how-to" / "alerts.md").read_text(encoding="utf-8")
