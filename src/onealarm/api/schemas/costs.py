"""What operators are told of money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from onealarm.control.ledger import Kind, Report


class PaidView(BaseModel):
    """The calls of one day of UTC, provider, model and kind."""

    model_config = ConfigDict(from_attributes=True)

    day: date
    provider: str
    model: str
    kind: Kind
    requests: int
    tokens: int
    characters: int
    usd: float


class StoredView(BaseModel):
    """Bytes of all segments, and for each active alarm; ``briefing`` is the mean size of one that can be played."""

    model_config = ConfigDict(from_attributes=True)

    size: int
    segments: int
    alarms: int
    briefing: float | None
    per_alarm: float | None


class Costs(BaseModel):
    """``efficiency``: of the last day's payments, the share that is in briefings which were ready in time."""

    since: datetime
    until: datetime
    paid: Sequence[PaidView]
    usd: float
    briefings: Mapping[str, int]
    usd_per_alarm: float | None
    efficiency: float | None
    stored: StoredView

    @classmethod
    def of(cls, report: Report) -> Costs:
        return cls(
            since=report.since,
            until=report.until,
            paid=[PaidView.model_validate(one) for one in report.paid],
            usd=report.usd,
            briefings=report.briefings,
            usd_per_alarm=report.usd_per_alarm,
            efficiency=report.efficiency,
            stored=StoredView.model_validate(report.stored),
        )
