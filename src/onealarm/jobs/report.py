"""What a worker tells of itself with each beat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class ModelReport:
    """Calls of one provider's model: ``sent``, of those ``refused`` for its rate (429) and ``answered`` well.

    What was paid for: ``requests``, ``tokens`` and ``characters``.
    """

    provider: str
    model: str
    sent: int = 0
    refused: int = 0
    answered: int = 0
    requests: int = 0
    tokens: int = 0
    characters: int = 0


@dataclass(frozen=True, slots=True)
class WorkerReport:
    """``slots`` jobs can be worked side by side, ``held`` are.

    In all its life: jobs ``done`` and ``failed``, and the time that the done ones took, from claim to ready;
    ``briefings`` whose segments were looked for, how many ``segments`` these had, how many were ``spoken`` for them or
    ahead of them, and the time of ``speaking`` these; and its calls by model.
    """

    slots: int = 0
    held: int = 0
    done: int = 0
    failed: int = 0
    worked: timedelta = timedelta()
    briefings: int = 0
    segments: int = 0
    spoken: int = 0
    speaking: timedelta = timedelta()
    models: tuple[ModelReport, ...] = ()


NOTHING: Final = WorkerReport()
