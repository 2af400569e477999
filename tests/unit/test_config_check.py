"""``onealarm config check``: every unusable setting at once, and what is probably not meant."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from onealarm.cli.config_remarks import Remark, home_errors, unknown, warnings
from onealarm.config import load_settings, try_settings, unknown_variables, variables
from onealarm.errors import BadInput
from tests.support.commands import run, run_json
from tests.support.namespaces import run_on_a_mount


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name not in ("PATH", "HOME", "TMPDIR", "CI"):
            monkeypatch.delenv(name)


UNUSABLE: Mapping[str, tuple[str, ...]] = {
    "ONEALARM_HOME": ("", "alarm", "~/alarm", "./home"),
    "DATABASE_URL": (
        "",
        "mysql://user@host/name",
        "postgresql:/host/name",
        "host=localhost dbname=x",
        "postgresql://user:pa#ss@host/name",
        "postgresql://user@host:0/name",
        "postgresql://user@host:65536/name",
        "postgresql://user@host:five/name",
        "postgresql://user@[::1/name",
        "postgresql://user@one,two:x/name",
    ),
    "DATABASE_DIRECT_URL": ("mysql://user@host/name",),
    "HOST": ("", "example.org", "127.0.0", "0.0.0.0:8080"),
    "PORT": ("", "eighty", "0", "65536", "-1", "80.5"),
    "ONEALARM_PUBLIC_URL": ("", "alarm.example.org", "ftp://x", "https://x/path", "https://x?y"),
    "ONEALARM_HOUSEHOLD": ("", "maybe"),
    "ONEALARM_SERVICE_TOKEN": ("", "short", "x" * 31, "x" * 201, "with a blank in it, and long enough"),
    "ONEALARM_SLOTS": ("0", "1001", "many"),
    "ONEALARM_MATERIALISE": ("", "always", "mp3"),
    "ONEALARM_PREWARM": ("", "perhaps"),
    "ONEALARM_MOST_SLOTS": ("0", "1000001", "auto"),
    "ONEALARM_PROCESSES": ("0", "257"),
    "ONEALARM_LOG_FORMAT": ("xml", "JSON"),
    "ONEALARM_LOG_LEVEL": ("loud",),
    "ONEALARM_METRICS_PORT": ("0", "8080"),
    "ONEALARM_CONTACT": ("", "  ", "Zoë", "me\nX-Header: 1", "x" * 201),
    "ONEALARM_ALLOWED_NETWORKS": ("home", "192.168.1.5/24", "10.0.0.0/33", "10.0.0.0/8,wlan"),
    "ONEALARM_PROVIDERS": ("/nowhere/providers.toml",),
    "ONEALARM_LIMITS": ("openai=500", "openai/tts-1:requests=0", "a/b:calls=1"),
    "ONEALARM_BUDGETS": ("usd=much", "25", "usd=-1"),
}


def test_there_is_an_unusable_value_of_every_setting() -> None:
    assert set(UNUSABLE) == variables()


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in UNUSABLE.items() for value in values])
def test_an_unusable_value_is_refused_with_its_variable_and_a_remedy(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadInput, match=f"^{name}: ") as refusal:
        load_settings()
    assert not refusal.value.problem.startswith("Value error")
    assert refusal.value.remedy.startswith("Give ")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:secret@host/name",
        "postgres://host",
        "postgresql://postgres@/postgres?host=/srv/alarm/postgres/run",
        "postgresql://user@[::1]:5433/name",
        "postgresql://user@one:5432,two:5433/name?target_session_attrs=primary",
        "postgresql:///name?sslmode=require",
    ],
)
def test_every_form_of_a_postgresql_url_is_taken(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert load_settings().database_url == url


def test_a_refused_url_is_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:hunter2@host:x/name")
    with pytest.raises(BadInput) as refusal:
        load_settings()
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::", "::1", "localhost"])
def test_a_host_is_an_address_or_this_machine(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", host)
    assert load_settings().host == host


def test_all_unusable_values_are_found_at_once_and_the_rest_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, values in UNUSABLE.items():
        if name != "ONEALARM_SLOTS":
            monkeypatch.setenv(name, values[0])
    monkeypatch.setenv("ONEALARM_SLOTS", "3")
    settings, problems = try_settings()
    assert {problem.field for problem in problems} == set(UNUSABLE) - {"ONEALARM_SLOTS"}
    assert (settings.slots, settings.port) == (3, 8080)


def test_every_network_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEALARM_ALLOWED_NETWORKS", "10.0.0.0/8, wlan, 192.168.1.5/24")
    _, [problem] = try_settings()
    assert "wlan" in problem.problem
    assert "192.168.1.5/24" in problem.problem


def warned(given: Mapping[str, str], *, cores: int = 8, password_elsewhere: bool = False) -> list[Remark]:
    settings = load_settings(**{"ONEALARM_CONTACT": "me@example.org", **given})
    return list(warnings(settings, cores=cores, password_elsewhere=password_elsewhere))


def test_the_defaults_with_a_contact_are_worth_no_warning() -> None:
    assert warned({}) == []
    assert warned({}, cores=1) == []


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"HOST": "0.0.0.0"}, "ONEALARM_HOUSEHOLD", "where HOST is not a loopback address (0.0.0.0)"),
        ({"HOST": "::"}, "ONEALARM_HOUSEHOLD", "where HOST is not a loopback address (::)"),
        ({"DATABASE_URL": "postgresql://u:p@db.example:6543/n"}, "DATABASE_URL", "a pooler (db.example)"),
        ({"DATABASE_URL": "postgresql://u:p@x.pooler.example/n"}, "DATABASE_URL", "a pooler (x.pooler.example)"),
        ({"DATABASE_URL": "postgresql://u:p@pgbouncer/n"}, "DATABASE_URL", "a pooler (pgbouncer)"),
        ({"DATABASE_URL": "postgresql://u@db.example/n"}, "DATABASE_URL", "no password for another machine"),
        ({"DATABASE_URL": "postgresql:///n?host=db.example"}, "DATABASE_URL", "no password for another machine"),
        ({"ONEALARM_SLOTS": "129"}, "ONEALARM_SLOTS", "129 briefings side by side are more than 8 processes"),
        ({"ONEALARM_SLOTS": "17", "ONEALARM_PROCESSES": "1"}, "ONEALARM_SLOTS", "more than 1 processes"),
    ],
)
def test_what_is_probably_not_meant_is_warned_of(given: dict[str, str], field: str, says: str) -> None:
    [warning] = warned(given)
    assert warning.field == field
    assert says in warning.problem
    assert warning.remedy


@pytest.mark.parametrize(
    "given",
    [
        {"HOST": "0.0.0.0", "ONEALARM_HOUSEHOLD": "false"},
        {"HOST": "localhost"},
        {"DATABASE_URL": "postgresql://u:p@db.example:6543/n", "DATABASE_DIRECT_URL": "postgresql://u:p@db.example/n"},
        {"DATABASE_URL": "postgresql://u@127.0.0.1/n"},
        {"DATABASE_URL": "postgresql://u@[::1]/n"},
        {"DATABASE_URL": "postgresql://u@localhost/n"},
        {"DATABASE_URL": "postgresql://u@/n?host=/run/postgresql"},
        {"DATABASE_URL": "postgresql://db.example/n?password=p"},
        {"ONEALARM_SLOTS": "128"},
    ],
)
def test_what_is_meant_is_not_warned_of(given: dict[str, str]) -> None:
    assert warned(given) == []


def test_a_password_may_be_elsewhere() -> None:
    assert warned({"DATABASE_URL": "postgresql://u@db.example/n"}, password_elsewhere=True) == []


def test_no_contact_is_worth_a_warning() -> None:
    [warning] = warnings(load_settings(), cores=8, password_elsewhere=False)
    assert warning.field == "ONEALARM_CONTACT"


def test_a_variable_that_nothing_reads_is_told_with_the_nearest_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEALARM_SLOT", "3")
    monkeypatch.setenv("ONEALARM_XYZZY", "3")
    monkeypatch.setenv("onealarm_slots", "3")  # is read
    found = {remark.field: remark.remedy for remark in unknown(unknown_variables(), known=variables())}
    assert found == {"ONEALARM_SLOT": "Did you mean ONEALARM_SLOTS?", "ONEALARM_XYZZY": "Remove it"}


def test_a_home_that_can_be_made_is_no_error_and_is_not_made(tmp_path: Path) -> None:
    assert list(home_errors(tmp_path / "far" / "home")) == []
    assert list(tmp_path.iterdir()) == []


def test_a_home_below_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    [error] = home_errors(tmp_path / "file" / "home")
    assert error.problem == f"{tmp_path / 'file'} is not a folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_is_not_ones_own_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    [error] = home_errors(tmp_path / "home")
    assert "is not yours to write" in error.problem


def test_a_home_that_can_only_be_read_is_an_error(tmp_path: Path) -> None:
    report = run_on_a_mount(
        "config", "check", options="ro", folder=tmp_path, environment={"ONEALARM_HOME": str(tmp_path)}, code=2
    )
    [error] = report["errors"]
    assert error["field"] == "ONEALARM_HOME"
    assert "can only be read" in error["problem"]


def test_errors_end_the_command_with_2_and_warnings_do_not(tmp_path: Path) -> None:
    environment = {"ONEALARM_HOME": str(tmp_path / "home"), "ONEALARM_SLOT": "3"}
    report = run_json("config", "check", environment=environment)
    assert report["usable"] is True
    assert report["errors"] == []
    assert [one["field"] for one in report["warnings"]] == ["ONEALARM_SLOT", "ONEALARM_CONTACT"]

    told = run("config", "check", environment=environment | {"PORT": "x", "HOST": "[red]"}, code=2).stdout
    assert "error   HOST: '[red]' is not an IP address. Give 127.0.0.1" in told
    assert "error   PORT: " in told
    assert "warning ONEALARM_SLOT: is no setting and has no effect. Did you mean ONEALARM_SLOTS?" in told
    assert not (tmp_path / "home").exists()
