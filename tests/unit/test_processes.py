"""Child processes: what crashes or hangs in one fails that call only, and none outlives its parent."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from onealarm.audio.pause import pause
from onealarm.errors import BadInput, Retryable
from onealarm.processes import ChildProcesses

LONG = timedelta(seconds=60)


@pytest.fixture
async def processes() -> AsyncIterator[ChildProcesses]:
    async with ChildProcesses(2) as two:
        yield two


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    """Reading it blocks until the test writes."""
    os.mkfifo(tmp_path / "fifo")
    return tmp_path / "fifo"


def ended(pid: int) -> bool:
    """Whether the process ends within ten seconds; one that nobody has waited for counts as ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 10)[0])
    finally:
        os.close(descriptor)


async def test_a_function_runs_in_another_process(processes: ChildProcesses) -> None:
    assert await processes.run(os.getpid, within=LONG) != os.getpid()
    assert await processes.run(partial(int, base=16), "ff", within=LONG) == 255


async def test_an_error_arrives_whole(processes: ChildProcesses) -> None:
    with pytest.raises(BadInput) as caught:
        await processes.run(pause, timedelta(0), within=LONG)
    assert (caught.value.field, caught.value.remedy) == ("duration", "Give the length of the pause")


async def test_a_crash_fails_that_call_and_not_the_one_beside_it(processes: ChildProcesses, fifo: Path) -> None:
    beside = asyncio.create_task(processes.run(Path.read_text, fifo, within=LONG))
    with pytest.raises(Retryable, match="raise_signal died"):
        await processes.run(signal.raise_signal, signal.SIGSEGV, within=LONG)
    assert not beside.done()
    await asyncio.to_thread(fifo.write_text, "survived")
    assert await beside == "survived"


async def test_after_a_crash_the_next_call_has_a_new_child(processes: ChildProcesses) -> None:
    before = await processes.run(os.getpid, within=LONG)
    with pytest.raises(Retryable):
        await processes.run(partial(os._exit, 3), within=LONG)
    assert await processes.run(os.getpid, within=LONG) != before


async def test_a_child_killed_while_idle_fails_at_most_the_next_call(processes: ChildProcesses) -> None:
    pid = await processes.run(os.getpid, within=LONG)
    os.kill(pid, signal.SIGKILL)
    try:
        after = await processes.run(os.getpid, within=LONG)
    except Retryable:
        after = await processes.run(os.getpid, within=LONG)
    assert after != pid


async def test_a_hang_is_ended_at_its_time_limit(processes: ChildProcesses) -> None:
    pid = await processes.run(os.getpid, within=LONG)
    with pytest.raises(Retryable, match="pause took longer"):
        await processes.run(signal.pause, within=timedelta(seconds=0.2))
    assert ended(pid)
    assert await processes.run(os.getpid, within=LONG) != pid


async def test_a_cancelled_call_ends_its_child(processes: ChildProcesses, fifo: Path) -> None:
    pid = await processes.run(os.getpid, within=LONG)
    call = asyncio.create_task(processes.run(Path.read_text, fifo, within=LONG))
    descriptor = await asyncio.to_thread(os.open, fifo, os.O_WRONLY)  # returns when the child is reading
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert ended(pid)
    os.close(descriptor)


async def test_no_more_calls_run_at_a_time_than_the_size() -> None:
    async with ChildProcesses(1) as one:
        pids = await asyncio.gather(*(one.run(os.getpid, within=LONG) for _ in range(5)))
    assert len(set(pids)) == 1


async def test_waiting_for_a_turn_does_not_use_up_a_calls_time(fifo: Path) -> None:
    async with ChildProcesses(1) as one:
        await one.run(os.getpid, within=LONG)
        first = asyncio.create_task(one.run(Path.read_text, fifo, within=LONG))
        descriptor = await asyncio.to_thread(os.open, fifo, os.O_WRONLY)  # returns when the first call is reading
        second = asyncio.create_task(one.run(os.getpid, within=timedelta(seconds=5)))
        done, _ = await asyncio.wait([second], timeout=0.2)
        os.close(descriptor)
        assert not done
        assert await first == ""
        assert await second


async def test_ctrl_c_is_left_to_the_parent(processes: ChildProcesses) -> None:
    pid = await processes.run(os.getpid, within=LONG)
    os.kill(pid, signal.SIGINT)
    assert await processes.run(os.getpid, within=LONG) == pid


@pytest.mark.parametrize("size", [0, -1])
def test_a_size_below_one_is_refused(size: int) -> None:
    with pytest.raises(BadInput, match="processes"):
        ChildProcesses(size)


PARENT = """
import asyncio, os, sys
from datetime import timedelta
from pathlib import Path
from uvloop import run as uvloop_run
from onealarm.processes import ChildProcesses

fifo = sys.argv[1]
hang = f"import signal; open({fifo!r}, 'w').close(); signal.pause()"

async def main():
    async with ChildProcesses(3) as processes:
        pids = await asyncio.gather(*(processes.run(os.getpid, within=timedelta(seconds=60)) for _ in range(3)))
        hanging = asyncio.create_task(processes.run(exec, hang, within=timedelta(seconds=600)))
        await asyncio.to_thread(Path(fifo).read_text)  # returns when the child is about to hang
        print(*pids, flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        hanging.cancel()

RUN(main())
"""


@pytest.fixture(params=["asyncio.run", "uvloop_run"])
def parent(request: pytest.FixtureRequest, fifo: Path) -> Iterator[subprocess.Popen[str]]:
    """A program with two idle children and one that hangs; it stops cleanly when it is sent a line."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT.replace("RUN", request.param), str(fifo)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        yield program
        program.kill()


def children_of(parent: subprocess.Popen[str]) -> list[int]:
    assert parent.stdout
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(set(pids)) == 3
    assert all(Path(f"/proc/{pid}").exists() for pid in pids)
    return pids


def test_a_clean_stop_leaves_no_child(parent: subprocess.Popen[str]) -> None:
    pids = children_of(parent)
    _, complaints = parent.communicate("stop\n", timeout=30)
    assert parent.returncode == 0
    assert "Traceback" not in complaints
    assert all(ended(pid) for pid in pids)


def test_a_parent_killed_by_sigkill_leaves_no_child(parent: subprocess.Popen[str]) -> None:
    pids = children_of(parent)
    parent.kill()
    assert all(ended(pid) for pid in pids)


def test_ctrl_c_for_the_whole_group_leaves_no_child(parent: subprocess.Popen[str]) -> None:
    pids = children_of(parent)
    os.killpg(parent.pid, signal.SIGINT)
    assert parent.stdin
    parent.stdin.close()
    assert all(ended(pid) for pid in pids)
