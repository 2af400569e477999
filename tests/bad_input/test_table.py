"""The table itself: large enough, at every entry, in one manner of speaking, and the page that is written from it."""

from __future__ import annotations

from collections import Counter

from tests.bad_input.page import ENTRIES, PAGE, page

CASES = [case for entry in ENTRIES for case in entry.cases]
TEXTS_OF_OTHERS = ("Input should", "violates", "pydantic", "asyncpg", "Traceback", "Error(", "type=", "DETAIL")


def test_there_are_at_least_300_cases_and_some_for_every_entry() -> None:
    assert len(CASES) >= 300
    names = ["HTTP", "Command line", "SQL", "Settings", "Feeds", "Weather file", "Import file", "Schedule file"]
    assert [entry.name for entry in ENTRIES] == names
    assert min(sum(1 for _ in entry.cases) for entry in ENTRIES) >= 20


def test_no_case_stands_twice() -> None:
    for entry in ENTRIES:
        twice = [given for given, count in Counter(case.given for case in entry.cases).items() if count > 1]
        assert twice == [], entry.name


def test_every_refusal_of_ours_names_a_field_and_a_remedy_in_our_own_words() -> None:
    for entry in ENTRIES:
        if entry.name == "SQL":  # PostgreSQL's words
            continue
        for case in entry.cases:
            told = f"{case.problem} {case.remedy}"
            assert case.field, case.given
            assert case.remedy or case.kind == "source-unavailable", case.given
            assert not any(text in told for text in TEXTS_OF_OTHERS), told
            assert not case.problem.endswith("."), told
            assert not case.remedy.endswith("."), told


def test_the_page_is_written_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make docs writes it"
