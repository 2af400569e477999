"""The schedules of the roadmap, word for word."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from onealarm.control.schedules.lane import Schedule
from onealarm.control.schedules.reading import joined, narrowed, read_schedule

FOLDER: Final = Path(__file__).parent

PHASE_1: Final = FOLDER / "1.json"
PRIORITIES: Final = FOLDER / "2.1.json"
HOURS: Final = FOLDER / "2.2.cron"
LOAD: Final = FOLDER / "5.1.cron"


def schedule_of(*files: Path, lanes: tuple[str, ...] = ()) -> Schedule:
    return narrowed(joined([read_schedule(file.name, file.read_text(encoding="utf-8")) for file in files]), lanes)


def urgent_and_hours() -> Schedule:
    """The urgent lane of 2.1 and the three lines of 2.2."""
    return schedule_of(PRIORITIES, HOURS, lanes=("urgent_alarms", "peak_hours", "normal_hours", "off_peak_hours"))
