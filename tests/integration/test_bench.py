"""The bench of the queue: small runs on a real server. Nothing here is timed: the counts are what matters."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from onealarm.bench.loop import drain_in_batches, drain_one_by_one
from onealarm.bench.own import Own
from onealarm.bench.peer import peers
from onealarm.bench.plain_sql import PlainSession, PlainSql
from onealarm.bench.queue import Report, Wanted, measure_queue
from onealarm.bench.subject import Order, Shape
from onealarm.bench.system import Tally
from onealarm.postgres.embedded import EmbeddedServer
from tests.support.commands import run_json
from tests.support.postgres import Server

KNOWN = ("pgqueuer", "procrastinate", "graphile-worker")


@pytest.fixture
def own_server() -> Iterator[str]:
    """One that nobody else writes to: the bench waits until all sessions but its own have gone."""
    with tempfile.TemporaryDirectory(prefix="onealarm-test-") as folder:
        Path(folder).chmod(0o711)
        with EmbeddedServer(Path(folder), throw_away=True) as server:
            yield server.url


def in_batches(url: str, *, jobs: int, workers: int = 1) -> Order:
    return Order(url, "batch", batch=100, workers=workers, jobs=jobs, trial={"connections": 1})


def test_the_command_reports_both_phases_of_both_shapes_with_what_they_depend_on(tmp_path: Path) -> None:
    report = run_json(
        "bench", "queue", "--jobs", "2000", "--workers", "1", "--peers", "none", environment={"HOME": str(tmp_path)}
    )
    assert set(report) == {"settings", "results", "absent"}
    assert {name: report["settings"][name] for name in ("fsync", "synchronous_commit", "full_page_writes")} == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
    }
    for name in ("server_version", "shared_buffers", "wal_level", "cores", "python_version", "onealarm_version"):
        assert report["settings"][name], name
    assert [(row["shape"], row["system"], row["phase"]) for row in report["results"]] == [
        (shape, system, phase)
        for shape in ("batch", "single")
        for system in ("onealarm", "plain-sql")
        for phase in ("enqueue", "drain")
    ]
    for row in report["results"]:
        is_single = (row["shape"], row["phase"]) == ("single", "drain")
        assert (row["batch"], row["workers"]) == (1 if is_single else 1000, 1)
    for row in report["results"]:
        assert (row["jobs"], row["error"], row["limited"]) == (2000, None, False)
        assert row["jobs_per_second"] > 0
        assert row["wal_raw_bytes_per_job"] >= row["wal_bytes_per_job"] > 0
        assert (row["claim_p50_ms"] is None) == (row["phase"] == "enqueue")
        if row["phase"] == "drain":
            assert 0 < row["claim_p50_ms"] <= row["claim_p99_ms"]
    assert report["absent"] == []


@pytest.mark.parametrize(("shape", "connections"), [("batch", 1), ("single", 4)], ids=["batch", "one job per claim"])
async def test_every_job_is_completed_once_and_none_is_left_leased(
    server: Server, shape: Shape, connections: int
) -> None:
    with server.database(template=None) as url:
        own = Own(PlainSql())
        await own.prepare(url)
        order = replace(in_batches(url, jobs=950, workers=2), shape=shape, trial={"connections": connections})
        filled = await own.fill(order)
        assert (filled.jobs, await own.tally(url, filled=950)) == (950, Tally(waiting=950, leased=0, done=0))
        drained = await own.drain(replace(order, batch=100 if shape == "batch" else 1))
        assert (drained.completed, drained.limited) == (950, False)
        assert sum(claim > 0 for claim in drained.claims_ms) >= (950 if shape == "single" else 10)
        assert await own.tally(url, filled=950) == Tally(waiting=0, leased=0, done=950)


async def test_a_claim_takes_the_earliest_rings_and_a_lost_lease_completes_nothing(server: Server) -> None:
    with server.database(template=None) as url:
        system = PlainSql()
        await system.prepare(url)
        session = await system.open_session(url)
        await session.enqueue(5)
        first: Sequence[object] = await session.claim(2)
        assert [row["id"] for row in first if isinstance(row, asyncpg.Record)] == [1, 2]
        connection = await asyncpg.connect(url)
        await connection.execute("update jobs set lease_token = lease_token + 100 where id = 2")
        await connection.close()
        assert await session.complete(first) == 1
        await session.close()
        assert await system.tally(url) == Tally(waiting=3, leased=1, done=1)


async def test_when_the_time_is_over_nothing_more_is_claimed_and_nothing_is_left_leased(server: Server) -> None:
    with server.database(template=None) as url:
        system = PlainSql()
        await system.prepare(url)
        claimer, finisher = await system.open_session(url), await system.open_session(url)
        await claimer.enqueue(10)
        for record in (
            await drain_in_batches(claimer, batch=5, until=0),
            await drain_one_by_one([claimer], finisher, until=0),
        ):
            assert (record.claimed, record.completed, record.limited) == (0, 0, True)
        await claimer.close()
        await finisher.close()
        assert await system.tally(url) == Tally(waiting=10, leased=0, done=0)


async def test_a_fill_that_ran_out_of_time_tells_how_far_it_came(server: Server) -> None:
    with server.database(template=None) as url:
        own = Own(PlainSql())
        await own.prepare(url)
        filled = await own.fill(replace(in_batches(url, jobs=500), limit=timedelta(0)))
        assert filled.jobs == 0


class CarelessSession(PlainSession):
    """Forgets the last job of every batch."""

    async def complete(self, handles: Sequence[object]) -> int:
        return await super().complete(handles[:-1])


@dataclass(frozen=True, slots=True)
class Careless(PlainSql):
    name: str = "careless"

    async def open_session(self, url: str) -> CarelessSession:
        return CarelessSession(await asyncpg.connect(url))


async def measured(url: str, wanted: Wanted, *systems: PlainSql) -> tuple[Report, list[str]]:
    told: list[str] = []
    return await measure_queue(url, wanted, progress=told.append, systems=systems), told


async def test_a_wrong_count_is_an_error_and_the_others_are_measured_all_the_same(own_server: str) -> None:
    wanted = Wanted(jobs=200, batch=50, workers=1, peers=())
    report, told = await measured(own_server, wanted, Careless(), PlainSql())
    careless = [figures for figures in report.results if figures.system == "careless"]
    others = [figures for figures in report.results if figures.system == "plain-sql"]
    assert [(figures.phase, figures.jobs_per_second) for figures in careless] == [("drain", None)] * 2
    assert careless[0].error == "196 jobs were completed; of 4 the lease was lost, though nobody took it"
    assert [(figures.jobs, figures.error) for figures in others] == [(200, None)] * 4
    assert report.has_errors
    assert told[0] == "careless: batch, enqueue"


async def test_a_peer_that_is_not_installed_is_reported_as_absent(own_server: str, tmp_path: Path) -> None:
    wanted = Wanted(jobs=10, batch=5, workers=1, peers=tuple(peers(tmp_path).values()))
    report, _ = await measured(own_server, wanted)
    assert [one["system"] for one in report.absent] == [*KNOWN]
    assert all(one["absent"].endswith("Run 'make bench-peers'") for one in report.absent)
    assert (report.results, report.has_errors) == ([], False)


@pytest.mark.parametrize("name", KNOWN)
async def test_a_peer_that_is_installed_completes_all_jobs(own_server: str, name: str) -> None:
    peer = peers()[name]
    if peer.absent:
        pytest.skip(peer.absent)
    one_trial = {shape: trials[:1] for shape, trials in peer.settings.items()}
    wanted = Wanted(jobs=100, batch=50, workers=1, peers=(replace(peer, settings=one_trial),))
    report, _ = await measured(own_server, wanted)
    assert {(figures.system, figures.jobs, figures.error) for figures in report.results} == {(name, 100, None)}
    assert {figures.phase for figures in report.results} == {"enqueue", "drain"}
