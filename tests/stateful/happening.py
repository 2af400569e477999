"""What may happen, with what, when and how often: drawn evenly from all that is possible at the moment.

hypothesis leaves out whole rules for the length of an example, at random. That serves machines whose rules stand alone;
here nearly every one needs others before it, and most examples would be about next to nothing. So there is one rule for
hypothesis, which draws one number, and the choice is ours. What is drawn from hypothesis must not depend on the
database: ids are random there, and it takes two runs that begin alike and go on otherwise for a mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final, TypeVar

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., None])

Event = tuple[str, dict[str, Any]]
"""The name of a method and its arguments."""

Draw = Callable[[Random], Any]
"""How an argument is drawn."""

_MARK: Final = "happening"


@dataclass(frozen=True, slots=True)
class Happening:
    """``weight`` times as likely as others, while ``when`` holds."""

    name: str
    when: Callable[[Any], object]
    weight: int
    arguments: dict[str, Draw]


def number(least: int, most: int) -> Draw:
    return lambda random: random.randint(least, most)


def one_of(*values: object) -> Draw:
    return lambda random: random.choice(values)


def happens(*, when: Callable[[Any], object] = lambda _: True, weight: int = 1, **arguments: Draw) -> Callable[[F], F]:
    """Marks a method of a machine as something that may happen."""

    def mark(function: F) -> F:
        setattr(function, _MARK, Happening(function.__name__, when, weight, arguments))
        return function

    return mark


def happenings(machine: type) -> list[Happening]:
    """What is marked, in the order in which it is written."""
    return [getattr(one, _MARK) for one in vars(machine).values() if hasattr(one, _MARK)]


def happening(machine: Any, random: Random) -> Event:
    """Something that can happen now."""
    possible = [one for one in happenings(type(machine)) if one.when(machine)]
    [chosen] = random.choices(possible, weights=[one.weight for one in possible])
    return chosen.name, {name: draw(random) for name, draw in chosen.arguments.items()}
