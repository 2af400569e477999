"""What a worker tells of itself with each beat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class WorkerReport:
    """``slots`` jobs can be worked side by side, ``held`` are. In all its life: jobs ``done`` and ``failed``, and the
    time that the done ones took, from claim to ready."""

    slots: int = 0
    held: int = 0
    done: int = 0
    failed: int = 0
    worked: timedelta = timedelta()


NOTHING: Final = WorkerReport()
