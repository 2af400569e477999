"""A schedule from the text of its files: TOML, JSON as in the roadmap, or cron lines with comments."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from onealarm.control.schedules.fields import read_lane, read_window, read_zone
from onealarm.control.schedules.lane import Lane, Schedule
from onealarm.errors import BadInput

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", re.ASCII)
_TOP: Final = ("timezone", "windows", "lanes")
_NOT_A_WORD: Final = re.compile(r"[^a-z0-9]+")
_LABEL: Final = re.compile(r"^(.*?)(?:\(| - |:|$)")
_LONGEST_TEXT: Final = 128 * 1024


def read_schedule(name: str, text: str) -> Schedule:
    """One file, by its ending: ``.toml``, ``.json``, anything else as cron lines. Raises ``BadInput``."""
    if len(text) > _LONGEST_TEXT:
        raise BadInput("file", f"{name[:80]!r} is longer than {_LONGEST_TEXT} characters", "Give a schedule")
    if name.lower().endswith(".toml"):
        return _from_table(_toml(text))
    if name.lower().endswith(".json"):
        return _from_table(_json(text))
    return _from_lines(text)


def joined(schedules: Sequence[Schedule]) -> Schedule:
    """Several files as one. Raises ``BadInput`` for a lane that two of them have."""
    lanes = [lane for schedule in schedules for lane in schedule.lanes]
    for name, count in Counter(lane.name for lane in lanes).items():
        if count > 1:
            raise BadInput(f"lanes.{name}", "is the name of two lanes", "Give each lane a name of its own")
    return Schedule(tuple(lanes), tuple(window for schedule in schedules for window in schedule.windows))


def narrowed(schedule: Schedule, names: Iterable[str]) -> Schedule:
    """The lanes of these names, or all when there are none. Raises ``BadInput`` for a name that is not there."""
    wanted = list(names)
    known = [lane.name for lane in schedule.lanes]
    for name in wanted:
        if name not in known:
            raise BadInput("--lane", f"{name[:80]!r} is not in the schedule", f"Give {', '.join(known)}")
    if not wanted:
        return schedule
    return Schedule(tuple(lane for lane in schedule.lanes if lane.name in wanted), schedule.windows)


def _toml(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput("file", f"is not TOML: {str(error)[:100]}", "See docs/reference/schedules.md") from error


def _json(text: str) -> Mapping[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for name, count in Counter(name for name, _ in pairs).items():
            if count > 1:
                raise BadInput(f"file.{name[:80]}", "is given twice", "Give it once")
        return dict(pairs)

    try:
        found = json.loads(text, object_pairs_hook=once)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f" from line {error.lineno} on" if isinstance(error, json.JSONDecodeError) else ""
        raise BadInput("file", f"is not JSON{where}", "Give one object of lanes by name") from error
    if not isinstance(found, dict):
        raise BadInput("file", "is not an object", "Give one object of lanes by name")
    return found


def _from_table(table: Mapping[str, Any]) -> Schedule:
    """Either lanes under ``lanes``, beside ``windows`` and ``timezone``, or lanes by name as in the roadmap."""
    is_roadmaps = isinstance(table, dict) and "lanes" not in table and "windows" not in table
    if is_roadmaps and all(isinstance(value, Mapping) for value in table.values()):
        table = {"lanes": table}
    for key in table:
        if key not in _TOP:
            raise BadInput(f"file.{key[:80]}", "is not known", f"Give {', '.join(_TOP)}")
    timezone = table.get("timezone")
    if timezone is not None:
        if not isinstance(timezone, str):
            raise BadInput("file.timezone", f"{timezone!r:.60} is not text", "Give an IANA name in quotes")
        read_zone(timezone, field="file.timezone")
    windows = {key: read_window(key, value) for key, value in _mapping(table, "windows").items()}
    lanes = _mapping(table, "lanes")
    if not lanes:
        raise BadInput("lanes", "there is no lane", "Give at least one, with its schedule")
    found = []
    for name, given in lanes.items():
        if not _NAME.fullmatch(name):
            raise BadInput("lanes", f"{name[:80]!r} is no name for a lane", "Give letters, digits, _ . and -")
        if not isinstance(given, Mapping):
            raise BadInput(f"lanes.{name}", f"{given!r:.60} is no lane", "Give a table with a schedule")
        found.append(read_lane(name, given, windows=windows, timezone=timezone))
    return Schedule(tuple(found), tuple(windows.values()))


def _mapping(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, Mapping):
        raise BadInput(key, f"{value!r:.60} is not a table", "Give a table by name")
    return value


def _from_lines(text: str) -> Schedule:
    """Each line an expression, in quotes or bare; the comment above it is its description and gives its name."""
    lanes: list[Lane] = []
    comment = ""
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()  # noqa: PLW2901
        if line.startswith("#"):
            comment = " ".join((comment, line.lstrip("# "))).strip()
        elif line:
            lanes.append(_lane_of_line(line, comment, taken={lane.name for lane in lanes}, number=number))
            comment = ""
    if not lanes:
        raise BadInput("file", "there is no cron line in it", 'Give one such as "*/2 * * * *", with a comment above')
    return Schedule(tuple(lanes))


def _lane_of_line(line: str, comment: str, *, taken: set[str], number: int) -> Lane:
    label = _LABEL.match(comment)
    name = _NOT_A_WORD.sub("_", (label[1] if label else "").lower()).strip("_")[:60] or f"line_{number}"
    if name in taken:
        name = f"{name[:50]}_line_{number}"
    quoted = re.fullmatch(r"([\"'])(.*)\1", line)
    return read_lane(name, {"schedule": quoted[2] if quoted else line}, windows={}, said=comment)
