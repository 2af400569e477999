"""Child processes for work that computes or may crash: the local voice, the encoder.

The children are those of ``anyio.to_process``: spawned when first needed, reused, ended with the event loop. Each reads
its calls from a pipe, and so ends by itself when its parent is gone.
"""

from __future__ import annotations

import ctypes
import math
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from types import TracebackType
from typing import Final, Self, TypeVar, cast

from anyio import BrokenWorkerProcess, CapacityLimiter, move_on_after, to_process

from onealarm.errors import BadInput, Retryable

T = TypeVar("T")

_PR_SET_PDEATHSIG: Final = 1

_TRIES: Final = 3
"""What runs here computes and changes nothing, so it can be run again."""


class ChildProcesses:
    """Implements ``onealarm.pipeline.ports.Processes`` with at most ``size`` calls at a time; others wait.

    A call's time starts when its turn comes, and includes the start of a new child. A child that crashed or ran out of
    time is killed; the next call starts another.
    """

    def __init__(self, size: int | None = None) -> None:
        size = os.cpu_count() or 1 if size is None else size
        if size < 1:
            raise BadInput("processes", f"{size} is less than one", "Give the number of child processes, at least 1")
        self._turns = CapacityLimiter(size)
        self._no_second_limit = CapacityLimiter(math.inf)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to do: the children belong to the event loop, and end with it."""

    async def run(
        self,
        function: Callable[..., T],
        *arguments: object,
        within: timedelta,
    ) -> T:
        """Run ``function`` in a child. Raises its error, and ``Retryable`` when children crashed or time ran out."""
        async with self._turns:
            with move_on_after(within.total_seconds()):
                return cast("T", await self._run(function, arguments))
        raise Retryable(f"{_name(function)} took longer than {within.total_seconds():g} s; its child process was ended")

    async def _run(self, function: Callable[..., object], arguments: tuple[object, ...]) -> object:
        """In another child where one has died: it may have been dead or dying before it was asked."""
        tries = 0
        while True:
            tries += 1
            try:
                return await to_process.run_sync(
                    _call, function, arguments, cancellable=True, limiter=self._no_second_limit
                )
            except BrokenWorkerProcess as error:
                if tries == _TRIES:
                    raise Retryable(f"The child process running {_name(function)} died {tries} times") from error


def _call(function: Callable[..., object], arguments: tuple[object, ...]) -> object:
    _settle_in()
    return function(*arguments)


@cache
def _settle_in() -> None:
    """Once per child: leave Ctrl-C to the parent, die with it even in the middle of a call, and stay out of stderr."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)  # it is a pipe that nobody reads: full, it would block native code
    os.close(nothing)


def _name(function: Callable[..., object]) -> str:
    inner = getattr(function, "func", function)  # a partial tells its function
    return str(getattr(inner, "__qualname__", inner))
