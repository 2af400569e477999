"""Schedules that ``onealarm schedule check FILE`` and ``run`` refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.bad_input.case import Case


@dataclass(frozen=True, slots=True)
class File:
    """What it is called, and its bytes; None where there is no file."""

    name: str
    data: bytes | None


_FORMS: Final = "Give five fields such as */2 * * * *, six with the seconds first, or every 30s"
_JOBS: Final = "Give a whole number from 1 to 10000"
_BUDGET: Final = "Give whole seconds from 60 to 3600"
_ZONE: Final = "Give an IANA name such as Europe/Berlin or America/New_York"
_PART: Final = "Give it as HH:MM-HH:MM, such as 06:00-09:00"
_BY_NAME: Final = "Give one object of lanes by name"


def _toml(text: str, field: str, problem: str, remedy: str, *, given: str = "") -> Case[File]:
    shown = text.replace("\n", "; ")
    return Case(given or f"`{shown}`", File("lanes.toml", text.encode()), field, problem, remedy)


def _lane(values: str, field: str, problem: str, remedy: str) -> Case[File]:
    """A lane with a schedule, and values in it that cannot be used."""
    shown = values.replace("\n", "; ")
    text = f'[lanes.peak]\nschedule = "*/2 * * * *"\n{values}\n'
    return Case(f"in a lane `{shown}`", File("lanes.toml", text.encode()), f"lanes.peak.{field}", problem, remedy)


def _when(text: str, problem: str, remedy: str = _FORMS) -> Case[File]:
    data = f'[lanes.peak]\nschedule = "{text}"\n'.encode()
    return Case(f'`schedule = "{text}"`', File("lanes.toml", data), "lanes.peak.schedule", problem, remedy)


def _json(text: str, field: str, problem: str, remedy: str) -> Case[File]:
    return Case(f"`{text}` as JSON", File("lanes.json", text.encode()), field, problem, remedy)


def _lines(text: str, field: str, problem: str, remedy: str, *, given: str = "") -> Case[File]:
    return Case(given or f"the line `{text}`", File("lanes.cron", text.encode()), field, problem, remedy)


FILES: Final = (
    Case("a file that is not there", File("lanes.toml", None), "file",
         "'lanes.toml' cannot be read: No such file or directory", "Give a schedule's file"),
    Case("a file that is not UTF-8", File("lanes.toml", b"# \xff"), "file", "'lanes.toml' is not UTF-8",
         "Save it as UTF-8"),
    Case("a file of more than 131,072 characters", File("lanes.cron", b"#" * 131_073), "file",
         "'lanes.cron' is longer than 131072 characters", "Give a schedule"),
    _toml("lanes = ", "file", "is not TOML: Invalid value (at end of document)", "See docs/reference/schedules.md"),
    _toml("", "lanes", "there is no lane", "Give at least one, with its schedule", given="an empty file"),
    _toml("lanes = 5", "lanes", "5 is not a table", "Give a table by name"),
    _toml("[lanes]\npeak = 5", "lanes.peak", "5 is no lane", "Give a table with a schedule"),
    _toml('[lanes."my lane"]\nschedule = "* * * * *"', "lanes", "'my lane' is no name for a lane",
          "Give letters, digits, _ . and -"),
    _toml("[lanes.peak]\nbatch = 5", "lanes.peak.schedule", "is missing", _FORMS),
    _toml("[lane.peak]\n[windows]", "file.lane", "is not known", "Give timezone, windows, lanes"),
    _toml('timezone = "Mars/Base"\n[lanes]', "file.timezone", "'Mars/Base' is not a known zone", _ZONE),
    _toml("timezone = 1\n[lanes]", "file.timezone", "1 is not text", "Give an IANA name in quotes"),
    _toml("[windows]\npeak = 6\n[lanes]", "windows.peak", "6 is no part of a day", _PART),
    _toml('[windows]\npeak = "6-9"\n[lanes]', "windows.peak", "'6-9' is no part of a day", _PART),
    _toml('[windows]\npeak = "06:00-06:00"\n[lanes]', "windows.peak", "'06:00-06:00' is no part of a day", _PART),
    _json("[]", "file", "is not an object", _BY_NAME),
    _json('{"peak": }', "file", "is not JSON from line 1 on", _BY_NAME),
    _json('{"peak": {}, "peak": {}}', "file.peak", "is given twice", "Give it once"),
    _json('{"peak": {"schedule": "* * * * *", "function": "mail"}}', "lanes.peak.function", "'mail' is not known",
          "Give generate-alarm-audio"),
    _json('{"peak": {"schedule": ["* * * * *"]}}', "lanes.peak.schedule", "['* * * * *'] is not text",
          "Give it in quotes"),
    _lines("# If queue > 100: every 30 seconds", "file", "there is no cron line in it",
           'Give one such as "*/2 * * * *", with a comment above', given="comments alone"),
    _lines("*/5 * * * * curl https://example.org/", "lanes.line_1.schedule",
           "'*/5 * * * * curl https://example.org/' has 7 fields", _FORMS),
)  # fmt: skip

LANES: Final = (
    _lane('priority = "urgent"', "priority", "'urgent' is not known", "Give high, normal, batch"),
    _lane("priority = 1", "priority", "1 is not text", "Give it in quotes"),
    _lane('timezone = "PST"', "timezone", "'PST' is not a known zone", _ZONE),
    _lane('window = "peak"', "window", "'peak' is not among the windows",
          "Name it in [windows], or give HH:MM-HH:MM"),
    _lane('window = "6:00-25:00"', "window", "'6:00-25:00' is no part of a day", _PART),
    _lane("batch = 0", "batch", "0 is no number of jobs", _JOBS),
    _lane("batch = true", "batch", "True is no number of jobs", _JOBS),
    _lane("batch = 2.5", "batch", "2.5 is no number of jobs", _JOBS),
    _lane("concurrency = 1001", "concurrency", "1001 is no number of jobs", "Give a whole number from 1 to 1000"),
    _lane("time_budget_seconds = 59", "time_budget_seconds", "59 is no time that a firing may take", _BUDGET),
    _lane("time_budget_seconds = 3601", "time_budget_seconds", "3601 is no time that a firing may take", _BUDGET),
    _lane("cron = 5", "cron", "is not known",
          "Give schedule, function, priority, description, timezone, window, batch, concurrency, time_budget_seconds"),
    _when("", "there is no expression"),
    _when("* * * *", "'* * * *' has 4 fields"),
    _when("@hourly", "'@hourly' has 1 fields"),
    _when("60 * * * *", "'60' is no value for the minute"),
    _when("* 24 * * *", "'24' is no value for the hour"),
    _when("* * 0 * *", "'0' is no value for the day of the month"),
    _when("* * * 13 *", "'13' is no value for the month"),
    _when("* * * * 8", "'8' is no value for the day of the week"),
    _when("60 * * * * *", "'60' is no value for the second"),
    _when("R * * * *", "'R' is no value for the minute"),
    _when("*/60 * * * *", "'*/60' steps by 60 where the minute has 60 values",
          "Give a step from 1 to 59, or a field for larger units"),
    _when("*/0 * * * *", "'*/0' steps by 0 where the minute has 60 values",
          "Give a step from 1 to 59, or a field for larger units"),
    _when("0 0 30 2 *", "'0 0 30 2 *' never fires", "Give one that does"),
    _when("every now and then", "'every now and then' is no period",
          "Give a whole number of s, m or h, such as every 30s"),
    _when("every 0s", "'every 0s' is no period from 1 second to a day", "Give one such as every 30s"),
    _when("every 25h", "'every 25h' is no period from 1 second to a day", "Give one such as every 30s"),
    Case("a schedule that never fires in its window",
         File("lanes.toml", b'[windows]\npeak = "06:00-09:00"\n'
              b'[lanes.late]\nschedule = "0 12 * * *"\nwindow = "peak"\n'),
         "lanes.late.schedule", "'0 12 * * *' never fires inside the window peak (06:00-09:00)", "Give one that does"),
)  # fmt: skip

GROUPS: Final = {"Files": FILES, "Lanes": LANES}
CASES: Final = (*FILES, *LANES)
