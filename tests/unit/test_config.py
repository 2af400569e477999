"""Settings come from their own variables and from nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from onealarm.config import Settings, load_settings
from onealarm.errors import BadInput


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", "/home/somebody")


def test_the_home_of_an_ordinary_user_is_below_his_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert load_settings().home == Path("/home/somebody/.local/share/onealarm")


def test_the_home_of_root_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert load_settings().home == Path("/var/lib/onealarm")


def test_no_field_is_read_from_a_variable_of_its_bare_name(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load_settings()
    own = {str(field.validation_alias).lower() for field in Settings.model_fields.values()}
    for name in set(Settings.model_fields) - own - {"home"}:
        monkeypatch.setenv(name, "7")
        monkeypatch.setenv(name.upper(), "7")
    assert load_settings() == before


def test_each_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEALARM_HOME", "/srv/alarm")
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("ONEALARM_ALLOWED_NETWORKS", "10.0.0.0/8, 192.168.0.0/16,")
    found = load_settings()
    assert (found.home, found.port) == (Path("/srv/alarm"), 9000)
    assert found.allowed_networks == ("10.0.0.0/8", "192.168.0.0/16")


def test_what_is_given_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEALARM_LOG_LEVEL", "debug")
    assert load_settings(ONEALARM_LOG_LEVEL="error").log_level == "error"


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("PORT", "70000"), ("ONEALARM_SLOTS", "0"), ("ONEALARM_LOG_FORMAT", "xml")],
)
def test_a_bad_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadInput, match=f"^{name}: "):
        load_settings()
