"""Writes docs/reference/edits.md from the table: ``python -m tests.edits.page``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from onealarm.jobs.job import JobState
from tests.edits.table import BEFORE, EDITS, EFFECTS, Effect, Outcome, expected

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "edits.md"

_HEAD: Final = """\
# Edits

What an edit does to the work on the alarm's next ring. This page is written from the table that the tests try, every
edit in every state (`make docs`).

An edit counts from the transaction that saves it, whoever saves it: the API, the command line or SQL. Work in hand is
not waited for: its lease ends, and whatever it writes later is refused. What was made before the edit is never served
for a ring to come. A ring that has passed is what it was.

## Kinds of effect

| Effect | Meaning |
|---|---|
"""


def page() -> str:
    """The whole page."""
    lines = [_HEAD.rstrip("\n")]
    lines += [f"| {effect} | {meaning} |" for effect, meaning in EFFECTS.items()]
    lines += ["", "## Of each edit", "", "| Edit | Effect |", "|---|---|"]
    lines += [f"| {edit.words} | {edit.effect} |" for edit in EDITS]
    lines += [
        "",
        "## In each state",
        "",
        "The states are those of the job of the alarm's next ring, its audio row in brackets.",
    ]
    states = list(BEFORE)
    lines += ["", "| Effect | " + " | ".join(f"`{state}`" for state in states) + " |"]
    lines += ["|---" * (len(states) + 1) + "|"]
    for effect in EFFECTS:
        lines.append(f"| {effect} | " + " | ".join(_words(effect, state) for state in states) + " |")
    lines += ["", _FOOT]
    return "\n".join(lines)


_FOOT: Final = """\
Of an `expired` job the ring has passed: the edit is about the ring after it. A job that has not been begun (`waiting`)
reads the wish when it is; if it waits for another attempt, it need not wait any longer.

Weather and headlines are content, not edits: a newer report is told by whatever is made after it.
"""


def _words(effect: Effect, state: JobState) -> str:
    outcome = expected(effect, state)
    if outcome == Outcome(state, BEFORE[state]):
        return "stays" if outcome.audio is None else f"stays ({outcome.audio})"
    new = {"none": "", "same ring": "; a new job for the same ring", "new ring": "; a job for the new ring"}
    job = "stays" if outcome.job is state else f"`{outcome.job}`"
    audio = "no audio" if outcome.audio is None else outcome.audio
    return f"{job} ({audio}){new[outcome.new_job]}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
