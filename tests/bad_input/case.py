"""One bad input, and exactly what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Sent = TypeVar("Sent")


@dataclass(frozen=True, slots=True)
class Case(Generic[Sent]):
    """``given`` says to people what is sent; ``kind`` is what programs tell refusals apart by.

    Field, problem and remedy are those of ``BadInput``. The kind is the HTTP problem's type, SQL's SQLSTATE, or the
    name of the error's class; of SQL the problem is the message and the remedy the hint, of which a constraint has
    none.
    """

    given: str
    sent: Sent
    field: str
    problem: str
    remedy: str = ""
    kind: str = "bad-input"

    @property
    def line(self) -> str:
        """The refusal in one line, as a command prints it."""
        return f"error: {self.field}: {self.problem}. {self.remedy}"
