"""One lane, from the values that a file gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, get_args

from onealarm.alarms.zones import zone
from onealarm.control.classes import LaneKind
from onealarm.control.schedules import lane as defaults
from onealarm.control.schedules.expression import FORMS, parse_expression
from onealarm.control.schedules.firings import next_firing
from onealarm.control.schedules.lane import Lane, Window
from onealarm.errors import BadInput

FUNCTION: Final = "generate-alarm-audio"

PRIORITIES: Final[tuple[LaneKind, ...]] = get_args(LaneKind)

_KNOWN: Final = (
    *("schedule", "function", "priority", "description", "timezone", "window", "batch", "concurrency"),
    "time_budget_seconds",
)
_SOME_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)


def read_lane(
    name: str, given: Mapping[str, Any], *, windows: Mapping[str, Window], timezone: str | None = None, said: str = ""
) -> Lane:
    """The lane. ``timezone`` is the file's, for a lane that has none. Raises ``BadInput`` with lane and field."""

    def field(key: str) -> str:
        return f"lanes.{name}.{key}"

    for key in given:
        if key not in _KNOWN:
            raise BadInput(field(key[:80]), "is not known", f"Give {', '.join(_KNOWN)}")
    if "schedule" not in given:
        raise BadInput(field("schedule"), "is missing", FORMS)
    if _text(given, "function", field, FUNCTION) != FUNCTION:
        raise BadInput(field("function"), f"{given['function'][:80]!r} is not known", f"Give {FUNCTION}")
    zoned = read_zone(_text(given, "timezone", field, timezone or "UTC"), field=field("timezone"))
    lane = Lane(
        name=name,
        when=parse_expression(_text(given, "schedule", field), field=field("schedule")),
        priority=_priority(_text(given, "priority", field, "batch"), field("priority")),
        timezone=zoned,
        window=_window(given, windows, field),
        batch=_number(given, "batch", field, defaults.BATCH, most=defaults.LARGEST_BATCH),
        concurrency=_number(given, "concurrency", field, defaults.CONCURRENCY, most=defaults.LARGEST_CONCURRENCY),
        budget=_budget(given, field),
        said=" ".join(part for part in (said, _text(given, "description", field, "")) if part),
        given=frozenset(given) | (frozenset() if timezone is None else {"timezone"}),
    )
    if next_firing(lane, after=_SOME_DAY) is None:
        inside = "" if lane.window is None else f" inside the window {lane.window.name} ({lane.window})"
        raise BadInput(field("schedule"), f"{str(lane.when)!r} never fires{inside}", "Give one that does")
    return lane


def read_zone(name: str, *, field: str) -> str:
    """Raises ``BadInput`` for a name that is not IANA's."""
    try:
        zone(name)
    except BadInput as error:
        raise BadInput(field, error.problem, error.remedy) from error
    return name


def read_window(name: str, given: object) -> Window:
    """``HH:MM-HH:MM`` on the lanes' clocks. Raises ``BadInput``."""
    begins, _, ends = given.partition("-") if isinstance(given, str) else ("", "", "")
    start, end = _hour(begins), _hour(ends)
    if start is None or end is None or start == end:
        raise BadInput(
            f"windows.{name}", f"{given!r:.60} is no part of a day", "Give it as HH:MM-HH:MM, such as 06:00-09:00"
        )
    return Window(name, start, end)


def _hour(text: str) -> time | None:
    try:
        return datetime.strptime("00:00" if text.strip() == "24:00" else text.strip(), "%H:%M").time()  # noqa: DTZ007
    except ValueError:
        return None


def _text(given: Mapping[str, Any], key: str, field: Callable[[str], str], default: str | None = None) -> str:
    value = given.get(key, default)
    if not isinstance(value, str):
        raise BadInput(field(key), f"{value!r:.60} is not text", "Give it in quotes")
    return value


def _priority(text: str, field: str) -> LaneKind:
    for known in PRIORITIES:
        if text == known:
            return known
    raise BadInput(field, f"{text[:80]!r} is not known", f"Give {', '.join(PRIORITIES)}")


def _window(given: Mapping[str, Any], windows: Mapping[str, Window], field: Callable[[str], str]) -> Window | None:
    if "window" not in given:
        return None
    name = _text(given, "window", field)
    if name in windows:
        return windows[name]
    if "-" in name and ":" in name:
        try:
            return read_window(name, name)
        except BadInput as error:
            raise BadInput(field("window"), error.problem, error.remedy) from error
    remedy = f"Give {', '.join(windows)}" if windows else "Name it in [windows], or give HH:MM-HH:MM"
    raise BadInput(field("window"), f"{name[:80]!r} is not among the windows", remedy)


def _number(given: Mapping[str, Any], key: str, field: Callable[[str], str], default: int, *, most: int) -> int:
    value = given.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise BadInput(field(key), f"{value!r:.60} is no number of jobs", f"Give a whole number from 1 to {most}")
    return value


def _budget(given: Mapping[str, Any], field: Callable[[str], str]) -> timedelta:
    least, most = (int(one.total_seconds()) for one in (defaults.SHORTEST_BUDGET, defaults.LONGEST_BUDGET))
    value = given.get("time_budget_seconds", int(defaults.BUDGET.total_seconds()))
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        problem = f"{value!r:.60} is no time that a firing may take"
        raise BadInput(field("time_budget_seconds"), problem, f"Give whole seconds from {least} to {most}")
    return timedelta(seconds=value)
