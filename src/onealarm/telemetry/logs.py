"""Structured logs: one line per event, with the event's own fields and nothing personal."""

from __future__ import annotations

import logging
import re
import sys
from dataclasses import fields
from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

import structlog

from onealarm.events import (
    BreakerTurned,
    BudgetAtRisk,
    BudgetReached,
    CallEnded,
    CallPaid,
    ConcurrencySeen,
    ControlDecided,
    Event,
    FigureSeen,
    ForecastScored,
    HintsLost,
    JobBuried,
    JobRetried,
    LevelChanged,
    OrdersHeard,
    ProviderExhausted,
    ResultRefused,
    RingsMissed,
    SectionMissing,
    SegmentsFound,
    SegmentSpoken,
    ServiceFailed,
    SoundLost,
)

_WARNINGS: Final = (
    *(BudgetAtRisk, BudgetReached, HintsLost, JobBuried, JobRetried, LevelChanged),
    *(BreakerTurned, ProviderExhausted, ResultRefused, RingsMissed),
    *(SectionMissing, ServiceFailed, SoundLost),
)
_DETAILS: Final = (
    *(CallEnded, CallPaid, ConcurrencySeen, ControlDecided, ForecastScored),
    *(OrdersHeard, SegmentSpoken, SegmentsFound),
)
_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")


def configure_logs(*, style: Literal["text", "json"], level: str) -> None:
    """Log to standard error: JSON for machines, text for people."""
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: structlog.typing.Processor
    if style == "json":
        renderer = structlog.processors.JSONRenderer()
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _take_over_libraries(renderer)


def _take_over_libraries(renderer: structlog.typing.Processor) -> None:
    """What libraries log, from warnings on, in the same form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


class LogEvents:
    """An observer that writes each event as a line: ``JobDone`` becomes ``job_done``."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("onealarm")

    def __call__(self, event: Event) -> None:
        name = _WORD.sub("_", type(event).__name__).lower()
        values = {field.name: _plain(getattr(event, field.name)) for field in fields(event)}
        if isinstance(event, _WARNINGS):
            self._log.warning(name, **values)
        elif isinstance(event, (FigureSeen, *_DETAILS)):
            self._log.debug(name, **values)
        else:
            self._log.info(name, **values)


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return round(value.total_seconds(), 3)
    if isinstance(value, UUID):
        return str(value)
    return value
