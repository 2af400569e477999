"""What an autoscaler is told."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class Autoscale(BaseModel):
    """How many jobs the fleet should be able to work side by side, and for how long that holds."""

    desired_slots: int
    slots_per_worker: int
    reason: str
    valid_until: datetime
    epoch: int
