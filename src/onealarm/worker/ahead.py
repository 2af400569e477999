"""How many jobs to claim ahead of free slots."""

from __future__ import annotations


class Ahead:
    """As many as are finished while one claim is under way: by Little's law, slots times its time over theirs.

    So work that takes long is never claimed ahead, and left for a worker that is free; work that takes next to nothing
    finds its next job waiting. Both times are running means, the last of eight having half of the weight.
    """

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self._claim = 0.0
        self._work = 0.0

    def claimed(self, seconds: float) -> None:
        """A claim took so long."""
        self._claim += (seconds - self._claim) / 8

    def worked(self, seconds: float) -> None:
        """A job took so long."""
        self._work = seconds if self._work == 0 else self._work + (seconds - self._work) / 8

    @property
    def jobs(self) -> int:
        """At most as many as there are slots; none before a job was worked."""
        if self._work == 0:
            return 0
        return round(min(float(self.slots), self.slots * self._claim / self._work))
