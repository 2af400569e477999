"""``onealarm doctor`` looks at real databases, servers, disks and voices that are really broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import espeakng_loader
import pytest

from onealarm.cli.doctor.examination import examine_database
from onealarm.cli.doctor.finding import Finding
from onealarm.config import load_settings
from onealarm.errors import SetupError
from onealarm.postgres.condition import Condition
from onealarm.postgres.database import Database
from onealarm.postgres.embedded import EmbeddedServer
from tests.support.commands import COMMAND, run, run_json
from tests.support.factories import make_alarm_in, make_worker
from tests.support.namespaces import run_on_a_mount
from tests.support.postgres import Server

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A temporary folder that every user can enter (pytest's own is closed to others)."""
    with tempfile.TemporaryDirectory(prefix="onealarm-doctor-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


async def execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def examined(url: str, home: Path = Path("/nowhere")) -> list[Finding]:
    """What is wrong, by the doctor's examination of the database alone."""
    settings = load_settings(ONEALARM_HOME=str(home), DATABASE_URL=url)
    return await examine_database(settings, url, engine="scripted-1")


async def wrong(url: str, part: str) -> Finding:
    [finding] = [one for one in await examined(url) if one.part == part and one.remedy is not None]
    return finding


def told(*arguments: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """The one thing that is wrong, by the command itself, which ends with code 1 and without a traceback."""
    done = run("doctor", *arguments, environment=environment, code=1)
    assert "Traceback" not in done.stderr + done.stdout
    assert "wrong" in done.stdout
    [line] = [line for line in done.stdout.splitlines() if line.startswith("wrong")]
    return {"line": line, "whole": done.stdout}


async def test_a_database_that_is_whole_is_well_but_for_what_a_worker_lays_in(database_url: str) -> None:
    findings = {one.part: one for one in await examined(database_url)}
    assert [part for part, one in findings.items() if one.remedy is not None] == ["stock"]
    assert "18 of 18 voices have no stock briefing" in findings["stock"].found
    assert list(findings) == ["database", "clock", "zones", "stock", "queue"]


async def test_a_server_that_does_not_answer_is_told() -> None:
    finding = await wrong("postgresql://nobody@127.0.0.1:1/nothing", "database")
    assert "cannot be reached" in finding.found
    assert "that the server runs" in (finding.remedy or "")


async def test_a_database_that_does_not_exist_is_told(server: Server) -> None:
    finding = await wrong(server.url("nothing"), "database")
    assert 'database "nothing" does not exist' in finding.found
    assert "Create the database" in (finding.remedy or "")


async def test_a_wrong_password_is_told_and_not_repeated(reachable: Path) -> None:
    with EmbeddedServer(reachable / "home", throw_away=True) as own:
        await execute(own.url, "create role guest login password 'right'")
    access = reachable / "home" / "postgres" / "data" / "pg_hba.conf"
    access.write_text("local all guest scram-sha-256\n" + access.read_text())
    with EmbeddedServer(reachable / "home", throw_away=True) as own:
        right = own.url.replace("postgres@", "guest:right@")
        assert "it is empty" in (await wrong(right, "database")).found
        found = told(environment=environment(right.replace("right", "hunter2"), reachable / "other"))
    assert 'password authentication failed for user "guest"' in found["line"]
    assert "Check user and password in DATABASE_URL" in found["line"]
    assert "hunter2" not in found["whole"]


async def test_a_way_past_the_pooler_does_not_hide_that_the_pooler_is_away(database_url: str) -> None:
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    settings = load_settings(DATABASE_URL=url, DATABASE_DIRECT_URL=database_url)
    [finding] = await examine_database(settings, url, engine="scripted-1")
    assert "cannot be reached" in finding.found


async def test_an_empty_database_is_told_and_stays_empty(server: Server) -> None:
    with server.database(template=None) as url:
        finding = await wrong(url, "database")
        assert "it is empty" in finding.found
        assert "onealarm migrate" in (finding.remedy or "")
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("select to_regnamespace('onealarm')") is None
        await connection.close()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("delete from onealarm.migrations where number > 5", "migrations are missing, the first is 0006_access.sql"),
        ("insert into onealarm.migrations values (9999, '9999_x.sql', 'x')", "9999_x.sql is unknown here"),
        ("update onealarm.migrations set digest = 'x' where number = 1", "0001_time.sql was changed after it was"),
        ("drop table audio cascade", 'answers with an error: relation "audio" does not exist'),
        ("drop table onealarm.migrations", "it is empty"),
    ],
)
async def test_tables_that_are_not_this_programs_are_told(database_url: str, statement: str, found: str) -> None:
    await execute(database_url, statement)
    assert found in (await wrong(database_url, "database")).found


async def test_a_database_that_takes_no_writes_is_told(database_url: str) -> None:
    name = database_url.partition("@/")[2].partition("?")[0]
    await execute(database_url, f"alter database {name} set default_transaction_read_only = on")
    assert "takes no writes" in (await wrong(database_url, "database")).found


@pytest.mark.parametrize("ahead", [timedelta(seconds=-30), timedelta(days=-10_000)])
async def test_a_database_that_lives_at_another_instant_is_told(database_url: str, ahead: timedelta) -> None:
    name = database_url.partition("@/")[2].partition("?")[0]
    instant = datetime.now(UTC) + ahead
    await execute(database_url, f"alter database {name} set onealarm.now = '{instant.isoformat()}'")
    finding = await wrong(database_url, "clock")
    assert f"lives at {instant.isoformat()}, because onealarm.now is set" in finding.found
    assert "reset onealarm.now" in (finding.remedy or "")


async def test_a_database_whose_clock_is_set_to_nonsense_is_told(database_url: str) -> None:
    name = database_url.partition("@/")[2].partition("?")[0]
    await execute(database_url, f"alter database {name} set onealarm.now = 'teatime'")
    assert "answers with an error" in (await wrong(database_url, "database")).found


async def test_a_database_that_does_not_answer_is_told_in_time(database_url: str) -> None:
    holder = await asyncpg.connect(database_url)
    async with holder.transaction():
        await holder.execute("lock table onealarm.migrations in access exclusive mode")
        async with Condition.of(database_url, within=timedelta(seconds=0.2)) as condition:
            with pytest.raises(SetupError, match="does not answer in time"):
                await condition.applied()
    await holder.close()


async def test_zone_rules_of_another_version_are_told(database_url: str) -> None:
    await execute(database_url, "update onealarm.zone_data set version = '2019a'")
    assert "rules 2019a in the database" in (await wrong(database_url, "zones")).found
    await execute(database_url, "delete from onealarm.zone_data")
    assert "no zone rules" in (await wrong(database_url, "zones")).found


async def test_due_work_without_a_living_worker_is_told(database_url: str) -> None:
    database = await Database.connect(database_url)
    await make_alarm_in(database, timedelta(minutes=30), now=datetime.now(UTC))
    assert "1 due, 0 in work, 0 workers alive" in (await wrong(database_url, "queue")).found
    await make_worker(database)
    assert "queue" not in {one.part for one in await examined(database_url) if one.remedy is not None}
    await database.fetch("update onealarm.workers set beat_at = beat_at - interval '16 seconds'")
    assert "the last beat was at" in (await wrong(database_url, "queue")).found
    await database.close()


async def test_due_work_that_waits_though_workers_live_is_told_unless_it_waits_for_its_next_attempt(
    database_url: str,
) -> None:
    database = await Database.connect(database_url)
    await make_alarm_in(database, timedelta(minutes=30), now=datetime.now(UTC))
    await make_worker(database)
    await database.fetch("update audio_generation_queue set created_at = created_at - interval '6 minutes'")
    assert "Start more workers" in str((await wrong(database_url, "queue")).remedy)
    await database.fetch("update audio_generation_queue set run_after = onealarm.now() + interval '1 minute'")
    assert "queue" not in {one.part for one in await examined(database_url) if one.remedy is not None}
    await database.close()


def environment(url: str | None, home: Path) -> dict[str, str]:
    return {"ONEALARM_HOME": str(home), "ONEALARM_PROCESSES": "2"} | ({} if url is None else {"DATABASE_URL": url})


@dataclass(frozen=True)
class Repaired:
    """An installation that was looked at while there was nothing, and was then repaired."""

    environment: Mapping[str, str]
    home: Path
    looked: str
    report: Mapping[str, Any]


@pytest.fixture(scope="module")
def repaired(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repaired]:
    home = tmp_path_factory.mktemp("repaired") / "home"
    with server.database(template=None) as url:
        looked = told(environment=environment(url, home))["line"]
        assert not home.exists()
        report = run_json("doctor", "--repair", environment=environment(url, home))
        yield Repaired(environment(url, home), home, looked, report)


def test_looking_changes_nothing_and_a_repair_sets_up_what_is_missing(repaired: Repaired) -> None:
    assert "it is empty: nothing has been set up in it. Run onealarm migrate" in repaired.looked
    assert repaired.report["well"] is True
    assert repaired.report["repaired"][0] == "applied 0001_time.sql"
    assert repaired.report["repaired"][-3:] == [
        "applied zone rules",
        "applied public holidays",
        "laid in 18 stock briefings",
    ]


def test_lost_sound_is_found_and_spoken_again_by_a_repair(repaired: Repaired) -> None:
    first, second, *_ = sorted((repaired.home / "audio").rglob("*.aac"))
    whole = second.read_bytes()
    first.unlink()
    second.write_bytes(whole[:-1])
    found = told(environment=repaired.environment)
    assert "stock     2 segments of " in found["line"]
    assert "onealarm doctor --repair" in found["line"]
    assert not first.exists()

    report = run_json("doctor", "--repair", environment=repaired.environment)
    assert report["well"] is True
    assert "whose sound was lost" in report["repaired"][0]
    assert report["repaired"][1].startswith("laid in ")
    assert first.exists()
    assert second.read_bytes() == whole


async def test_what_a_repair_cannot_mend_is_told(database_url: str, tmp_path: Path) -> None:
    await execute(database_url, "update onealarm.migrations set digest = 'x' where number = 1")
    done = run("doctor", "--repair", environment=environment(database_url, tmp_path), code=1)
    assert "wrong repair    0001_time.sql was changed after it was applied" in done.stdout


def test_a_home_without_a_database_is_told_and_left_alone(reachable: Path) -> None:
    found = told(environment=environment(None, reachable / "home"))
    assert f"database  there is none yet in {reachable / 'home'}" in found["line"]
    assert not (reachable / "home").exists()


@pytest.fixture(scope="module")
def stopped_home() -> Iterator[Path]:
    """A home whose embedded server has stopped, with a copy of its data beside them."""
    with tempfile.TemporaryDirectory(prefix="onealarm-doctor-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        with EmbeddedServer(home, throw_away=True):
            pass
        copy_data(home / "postgres" / "data", home / "postgres" / "saved")
        yield home


@pytest.fixture
def stopped(stopped_home: Path) -> Path:
    """Its data folder, whole again for every test."""
    postgres = stopped_home / "postgres"
    shutil.rmtree(postgres / "data")
    copy_data(postgres / "saved", postgres / "data")
    return postgres / "data"


def copy_data(source: Path, target: Path) -> None:
    subprocess.run(["cp", "--archive", str(source), str(target)], check=True)


def damage(data: Path, kind: str) -> None:
    if kind == "control file cut":
        (data / "global" / "pg_control").write_bytes(b"")
    elif kind == "log gone":
        shutil.rmtree(data / "pg_wal")
    elif kind == "version gone":
        (data / "PG_VERSION").unlink()
    elif kind == "version empty":
        (data / "PG_VERSION").write_text("")
    else:
        (data / "postgresql.conf").write_text("nonsense = 1\n")


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("control file cut", "pg_control"),
        ("log gone", "pg_wal"),
        ("version gone", "are damaged: PG_VERSION is missing or empty"),
        ("version empty", "are damaged: PG_VERSION is missing or empty"),
        ("settings wrong", 'unrecognized configuration parameter "nonsense"'),
    ],
)
def test_an_embedded_server_that_does_not_start_is_told_with_the_end_of_its_log(
    stopped: Path, kind: str, says: str
) -> None:
    damage(stopped, kind)
    before = sorted(stopped.rglob("*"))
    found = told(environment=environment(None, stopped.parents[1]))
    assert says in found["whole"]
    assert "Restore a backup of the home" in found["whole"]
    assert [path for path in before if not path.exists()] == [], "what is damaged is not made worse"


@as_root
@pytest.mark.parametrize("folder", ["postgres", "postgres/data"])
def test_data_of_another_user_are_told(stopped: Path, folder: str) -> None:
    home = stopped.parents[1]
    owner = (home / folder).stat()
    os.chown(home / folder, 65_534, 65_534)
    try:
        found = told(environment=environment(None, home))
    finally:
        os.chown(home / folder, owner.st_uid, owner.st_gid)
    assert f"{home / folder} belongs to another user (number 65534)" in found["line"]
    assert "chown -R" in found["line"]


def test_a_full_disk_is_told(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    report = run_on_a_mount(
        "doctor", options="size=256k", folder=tmp_path, environment=environment(database_url, tmp_path), code=1
    )
    [disk] = [one for one in report["findings"] if one["part"] == "disk"]
    assert "takes no file of 1 MiB: No space left on device" in disk["found"]
    assert disk["remedy"].startswith("Free at least 1 GiB")


def test_a_disk_with_little_room_is_told(database_url: str, tmp_path: Path) -> None:
    report = run_on_a_mount(
        "doctor", options="size=2m", folder=tmp_path, environment=environment(database_url, tmp_path), code=1
    )
    [disk] = [one for one in report["findings"] if one["part"] == "disk"]
    assert disk["found"].startswith("0.0 GiB free in")
    assert disk["remedy"].startswith("Free at least 1 GiB")


def test_a_disk_that_can_only_be_read_is_told(database_url: str, tmp_path: Path) -> None:
    report = run_on_a_mount(
        "doctor", options="ro", folder=tmp_path, environment=environment(database_url, tmp_path), code=1
    )
    [disk] = [one for one in report["findings"] if one["part"] == "disk"]
    assert "can only be read" in disk["found"]


def test_a_limit_on_files_is_told_as_a_full_disk_is(database_url: str, tmp_path: Path) -> None:
    done = subprocess.run(
        ["prlimit", "--fsize=65536", *COMMAND, "doctor"],
        env={"PATH": os.environ["PATH"], **environment(database_url, tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "takes no file of 1 MiB: File too large. Free at least 1 GiB" in done.stdout
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def spoil(package: Path, kind: str) -> None:
    data = package / "espeak-ng-data"
    if kind == "folder gone":
        shutil.rmtree(data)
    elif kind == "data cut short":
        for name in ("phontab", "phonindex", "phondata"):
            (data / name).write_bytes(b"")
    else:
        Path(package / Path(espeakng_loader.get_library_path()).name).write_bytes(b"no library")


@pytest.mark.parametrize("kind", ["folder gone", "data cut short", "library damaged"])
def test_a_voice_that_is_missing_is_told(database_url: str, tmp_path: Path, kind: str) -> None:
    package = tmp_path / "broken" / "espeakng_loader"
    shutil.copytree(Path(espeakng_loader.__file__).parent, package)
    spoil(package, kind)
    home = environment(database_url, tmp_path / "home") | {"PYTHONPATH": str(package.parent)}
    done = run("doctor", environment=home, code=1)
    assert "Traceback" not in done.stderr
    [line] = [line for line in done.stdout.splitlines() if line.startswith("wrong voice")]
    assert "9 of 9 voices do not speak" in line
    assert line.endswith("Install the package espeakng-loader again")
