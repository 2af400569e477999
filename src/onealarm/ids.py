"""Identifiers: one type each, so that one cannot be given for another."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

UserId = NewType("UserId", UUID)
AlarmId = NewType("AlarmId", UUID)
SnoozeId = NewType("SnoozeId", UUID)
JobId = NewType("JobId", int)
AudioId = NewType("AudioId", UUID)
WorkerId = NewType("WorkerId", UUID)
LeaseToken = NewType("LeaseToken", int)
SegmentKey = NewType("SegmentKey", str)
