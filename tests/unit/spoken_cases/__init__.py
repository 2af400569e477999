"""What is spoken for what is written: one package of tables per language, exact to the character."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain


def united(*tables: Mapping[str, str]) -> dict[str, str]:
    """All cases of a language in one table. A text that stands in two tables would be counted twice: it is refused."""
    cases = dict(chain.from_iterable(table.items() for table in tables))
    assert len(cases) == sum(map(len, tables)), "a case stands in two tables"
    return cases
