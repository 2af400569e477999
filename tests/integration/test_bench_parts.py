"""The benches of one part each, small: that they measure what they say, not how fast it is."""

from __future__ import annotations

from onealarm.bench import saving, waiting, worker
from onealarm.bench.server import bench_server
from tests.support.postgres import Server


async def test_a_worker_gets_through_all_jobs_and_hears_of_new_ones(server: Server) -> None:
    told: list[str] = []
    async with bench_server(server.url()) as measured:
        wanted = worker.Wanted.checked(jobs=300, slots=20, seconds=1)
        found = await worker.measure_worker(measured, wanted, progress=told.append)
    assert len(told) == 3
    assert found.jobs == 300
    assert found.pick_up.jobs == max(1, round(found.jobs_per_second / 2))
    assert found.pick_up.hints_heard == 1
    assert (found.pick_up_without_hints.jobs, found.pick_up_without_hints.hints_heard) == (50, 0)
    for pick_up in (found.pick_up, found.pick_up_without_hints):
        assert pick_up.p50_ms is not None
        assert pick_up.p99_ms is not None
        assert pick_up.longest_ms is not None
        assert 0 < pick_up.p50_ms <= pick_up.p99_ms <= pick_up.longest_ms


async def test_alarms_are_saved_in_bulk_and_at_a_pace(server: Server) -> None:
    async with bench_server(server.url()) as measured:
        found = await saving.measure_saving(measured, saving.Wanted.checked(alarms=300, rate=20, seconds=1))
    assert (found.bulk_alarms, found.single_alarms) == (300, 20)
    assert found.bulk_alarms_per_second > 0
    assert found.single_p50_ms is not None
    assert found.single_p99_ms is not None
    assert 0 < found.single_p50_ms <= found.single_p99_ms


async def test_claims_find_what_is_due_beside_what_waits(server: Server) -> None:
    told: list[str] = []
    async with bench_server(server.url()) as measured:
        found = await waiting.measure_waiting(measured, [0, 1000], progress=told.append)
    assert told == ["1,000 jobs wait"]
    assert [one.waiting for one in found] == [0, 1000]
    assert all(one.claim_p50_ms and one.claim_p99_ms for one in found)
