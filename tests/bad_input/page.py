"""Writes docs/reference/errors.md from the table of cases: ``python -m tests.bad_input.page``, or ``make docs``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from onealarm.postgres.refusals import BY_CONSTRAINT, WITHOUT_ITS_OWNER
from tests.bad_input import (
    cli_cases,
    config_cases,
    feed_cases,
    http_cases,
    import_file_cases,
    schedule_file_cases,
    sql_cases,
    weather_file_cases,
)
from tests.bad_input.case import Case

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "errors.md"


@dataclass(frozen=True, slots=True)
class Entry:
    """A way in: what it is called, what is to be known of it, and its cases by their subject."""

    name: str
    words: str
    groups: Mapping[str, Sequence[Case[Any]]]

    @property
    def cases(self) -> Iterator[Case[Any]]:
        return (case for group in self.groups.values() for case in group)


ENTRIES: Final = (
    Entry(
        "HTTP",
        "The answer is `application/problem+json` with the status 422 and the type `urn:onealarm:problem:bad-input`, "
        "unless another type is named below. `detail` is the problem; `field` and `remedy` stand beside it.",
        http_cases.GROUPS,
    ),
    Entry(
        "Command line",
        "One line on standard error, `error: FIELD: PROBLEM. REMEDY`, and exit code 2. An option is named as it is "
        "typed.",
        cli_cases.GROUPS,
    ),
    Entry(
        "SQL",
        "Whoever writes with SQL meets the constraints and triggers of the tables. The field is the column or the "
        "constraint, the problem PostgreSQL's message and the remedy its hint. A plain constraint has none: the remedy "
        "below is then the one that HTTP and the command line tell. The code in brackets is the SQLSTATE.",
        sql_cases.GROUPS,
    ),
    Entry(
        "Settings",
        "Every command ends with the same line and code 2, before it does anything.",
        {"Variables of the environment": config_cases.CASES},
    ),
    Entry(
        "Feeds",
        "An address that can never be fetched is refused when it is saved, in the words of HTTP, and again when it is "
        "read. What a publisher sends is no input of the user's: a feed that gives nothing is left out of the "
        "briefing, with the reason in the log, and what it last said is used for a while.",
        feed_cases.GROUPS,
    ),
    Entry(
        "Weather file",
        "`onealarm demo --weather FILE` takes what `PUT /v1/users/{user}/weather` takes, and refuses what that "
        "refuses.",
        {"Files": weather_file_cases.CASES},
    ),
    Entry(
        "Import file",
        "`onealarm import FILE` ends with the same line and code 2 where the file itself cannot be used. A line that "
        "cannot be used is told as `line NUMBER: FIELD: PROBLEM. REMEDY` and kept in a reject file; the others come "
        "in.",
        import_file_cases.GROUPS,
    ),
    Entry(
        "Schedule file",
        "`onealarm schedule check FILE` and `onealarm schedule run FILE` end with the same line and code 2, before "
        "anything is started. The field is the lane's path in the file.",
        schedule_file_cases.GROUPS,
    ),
)

_HEAD: Final = """\
# Errors

What OneAlarm says to bad input, wherever it comes in. This page is written from the table that the tests try, each case
at the real entry (`make docs`). None of them changes the database.

A refusal names the *field* as the caller knows it, the *problem*, and the *remedy*: what to give instead. Programs look
at the field and the type, people at the rest. Below, long repetitions are cut (`xxx…`), and what cannot be printed is
written as an escape.
"""
_WORDS: Final = {**BY_CONSTRAINT, **WITHOUT_ITS_OWNER}
_REPEATED: Final = re.compile(r"(.)\1{19,}")


def page() -> str:
    """The whole page."""
    lines = [_HEAD]
    for entry in ENTRIES:
        lines += [f"## {entry.name}", "", _folded(entry.words), ""]
        for name, cases in entry.groups.items():
            lines += [f"### {name}", ""] if len(entry.groups) > 1 else []
            lines += ["| Given | Field | Problem | Remedy |", "|---|---|---|---|"]
            lines += [_row(case) for case in cases]
            lines.append("")
    return "\n".join(lines)


def _row(case: Case[Any]) -> str:
    kind = "" if case.kind in ("bad-input", "source-unavailable") else f" (`{case.kind}`)"
    field = f"`{_plain(case.field)}`" if case.field else ""
    remedy = case.remedy or _WORDS.get(case.field, ("", "", ""))[2]
    return f"| {_plain(case.given)} | {field} | {_plain(case.problem)}{kind} | {_plain(remedy)} |"


def _plain(text: str) -> str:
    """In one line of a table."""
    short = _REPEATED.sub(r"\1\1\1…", text)
    printed = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in short)
    return printed.replace("|", "\\|").replace("<", "&lt;")


def _folded(text: str, width: int = 120) -> str:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
