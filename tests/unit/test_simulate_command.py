"""``onealarm simulate`` and ``onealarm bench plan`` as they are called: table, JSON, picture, and quiet in a pipe."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from onealarm.cli.main import program

SMALL = ("simulate", "--zones", "one", "--alarms", "300", "--capacity", "100/h", "--days", "1")


def call(*arguments: str) -> Result:
    done = CliRunner().invoke(program(), list(arguments))
    assert done.exit_code == 0, done.output
    return done


def last_line(done: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_it_prints_a_table_and_nothing_else_in_a_pipe() -> None:
    done = call(*SMALL, "--policy", "lazy-edf", "--policy", "roadmap-2")
    assert "lazy-edf" in done.stdout
    assert "begun early, min" in done.stdout
    assert "roadmap-2 claims 4,500 an hour; its text yields 44." in done.stdout
    assert done.stderr == ""


def test_the_last_line_is_one_object_of_json() -> None:
    found = last_line(call(*SMALL, "--outage", "30m@peak", "--seeds", "2", "--without", "ladder", "--json"))
    assert found["settings"] == {
        "zones": "one",
        "alarms_per_day": 300,
        "capacity_per_hour": 100,
        "days": 1,
        "seeds": 2,
        "outage_minutes": 30,
        "controller_dead_minutes": None,
        "without": ["ladder"],
    }
    assert [row["policy"] for row in found["policies"]] == ["lazy-edf", "fixed-58", "offline"]
    assert found["picture"] is None


def test_it_draws_the_first_run(tmp_path: Path) -> None:
    picture = tmp_path / "run.png"
    found = last_line(call(*SMALL, "--picture", str(picture), "--json"))
    assert found["picture"] == str(picture)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_without_matplotlib_it_says_so_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    done = call(*SMALL, "--picture", str(tmp_path / "run.png"), "--json")
    assert "A picture needs matplotlib" in done.stderr
    assert last_line(done)["picture"] is None
    assert list(tmp_path.iterdir()) == []


def test_the_bench_of_the_plan_tells_its_figures() -> None:
    found = last_line(call("bench", "plan", "--alarms", "1000,20000", "--json"))
    assert [one["alarms"] for one in found["results"]] == [1000, 20_000]
    for one in found["results"]:
        parts = one["count_seconds"] + one["plan_seconds"] + one["start_seconds"]
        assert one["seconds"] == pytest.approx(parts, abs=1e-3)
    assert found["tick"]["minutes"] == 1622
    assert 0 < found["tick"]["p50_ms"] <= found["tick"]["p99_ms"] <= found["tick"]["longest_ms"]
    assert "p50_ms" in call("bench", "plan", "--alarms", "1000").stdout
