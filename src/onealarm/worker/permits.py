"""Permits: what work needs of a provider that is not there without limit. They are taken before a job is claimed."""

from __future__ import annotations

from typing import Protocol


class Permits(Protocol):
    """A worker asks for as many as it has free slots, and claims no more jobs than it was given permits."""

    @property
    def scarce(self) -> bool:
        """Whether work needs permits at all. Where it does, no job is claimed ahead."""
        ...

    async def take(self, most: int) -> int:
        """Take up to ``most`` for as many jobs; returns how many there are. They go with the jobs that use them."""
        ...

    def give_back(self, number: int) -> None:
        """Return what no job was found for."""
        ...

    def ended(self, number: int) -> None:
        """So many jobs that took a permit with them have ended, whatever became of them."""
        ...


class LocalWork:
    """Implements ``Permits`` for work that needs nothing but this machine."""

    scarce = False

    async def take(self, most: int) -> int:
        return most

    def give_back(self, number: int) -> None:
        del number

    def ended(self, number: int) -> None:
        del number
