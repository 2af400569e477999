"""What may happen, with what, when and how often: drawn evenly from all that is possible at the moment.

hypothesis leaves out whole rules for the length of an example, at random. That serves machines whose rules stand alone;
here nearly every one needs others before it, and most examples would be about next to nothing. So there is one rule for
hypothesis, and the choice is ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from zlib import crc32

from hypothesis import strategies as st

F = TypeVar("F", bound=Callable[..., None])

Event = tuple[str, dict[str, Any]]
"""The name of a method and its arguments."""

_MARK: Final = "happening"


@dataclass(frozen=True, slots=True)
class Happening:
    """``weight`` times as likely as others, while ``when`` holds."""

    name: str
    when: Callable[[Any], object]
    weight: int
    arguments: st.SearchStrategy[dict[str, Any]]


def happens(
    *, when: Callable[[Any], object] = lambda _: True, weight: int = 1, **arguments: st.SearchStrategy[Any]
) -> Callable[[F], F]:
    """Marks a method of a machine as something that may happen."""

    def mark(function: F) -> F:
        made = Happening(function.__name__, when, weight, st.fixed_dictionaries(arguments))
        setattr(function, _MARK, made)
        return function

    return mark


def happenings(machine: type) -> list[Happening]:
    """What is marked, in the order in which it is written."""
    return [getattr(one, _MARK) for one in vars(machine).values() if hasattr(one, _MARK)]


def possible(machine: Any) -> st.SearchStrategy[Event]:
    """What can happen now. Day and step take part in the choice: hypothesis likes to repeat itself."""
    choice = [one for one in happenings(type(machine)) if one.when(machine) for _ in range(one.weight)]
    return st.integers(0, 65_535).flatmap(
        lambda drawn: _chosen(choice[crc32(b"%d %d %d" % (machine.day, machine.steps, drawn)) % len(choice)])
    )


def _chosen(one: Happening) -> st.SearchStrategy[Event]:
    return st.tuples(st.just(one.name), one.arguments)
