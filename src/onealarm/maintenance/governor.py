"""The governor: the leader grants to each worker its share of what the providers allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from onealarm.control.governor.leading import Decision, PoolState, Report, decide
from onealarm.control.governor.pools import RENEWAL

Decide = Callable[[PoolState, Sequence[Report], datetime], Decision]


class Pools(Protocol):
    """All pools and their leases. The implementation is ``onealarm.postgres.governor``."""

    async def grant(self, *, epoch: int, decide: Decide) -> int:
        """Decide on every pool and write all grants, under the fence of an epoch. Returns how many rows changed.

        Raises ``LeaseLost`` when a leader of a later epoch has been here.
        """
        ...

    async def forget(self) -> int:
        """Drop the leases of workers that have been silent for an hour."""
        ...


class Governor:
    """Grants every 5 s while this process leads. ``epoch`` tells the epoch of its leadership, or None."""

    name = "governor"
    SELDOM: Final = RENEWAL

    def __init__(self, pools: Pools, *, epoch: Callable[[], int | None]) -> None:
        self._pools = pools
        self._epoch = epoch

    @property
    def every(self) -> timedelta:
        """Until it leads it is ready to: the leases of before end 20 s after their last grant."""
        return self.SELDOM if self._epoch() is not None else timedelta(seconds=1)

    async def run_once(self) -> int:
        """Raises ``LeaseLost`` when somebody else leads by now."""
        epoch = self._epoch()
        if epoch is None:
            return 0
        granted = await self._pools.grant(epoch=epoch, decide=decide)
        await self._pools.forget()
        return granted
