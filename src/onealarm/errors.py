"""The error tree, shaped by what the caller does next.

::

    OneAlarmError
    ├── BadInput          refuse: names the field and the remedy; exit code 2, HTTP 4xx
    │   ├── NotFound      the thing named does not exist (or is not the caller's)
    │   │   └── LostSound the bytes of a briefing are gone
    │   └── NotAllowed    the caller may not do this
    ├── Retryable         try again later; carries an optional wait
    │   ├── DatabaseUnavailable the database is away; what was asked of it may or may not have happened
    │   ├── SourceUnavailable   a content source failed; its section is left out
    │   └── VoiceFailed         a voice gave nothing usable
    ├── Permanent         trying again cannot help; the job is buried with this reason
    ├── LeaseLost         the work is no longer ours or no longer wanted; drop the result
    └── SetupError        the installation is not usable; names the remedy
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Self


class OneAlarmError(Exception):
    """Root of every error that OneAlarm raises on purpose. It survives pickling, as on its way from a child process."""

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuilt, (type(self), self.args), vars(self)


def _rebuilt(kind: type[OneAlarmError], args: tuple[object, ...]) -> OneAlarmError:
    """Without ``__init__``: pickle's own way would give it the finished message in place of its arguments."""
    return kind.__new__(kind, *args)


class BadInput(OneAlarmError):
    """A value that was given cannot be used.

    ``field`` is the name the caller used for it, ``problem`` says what is wrong and ``remedy`` what to give instead.
    """

    def __init__(self, field: str, problem: str, remedy: str) -> None:
        super().__init__(f"{field}: {problem}. {remedy}")
        self.field = field
        self.problem = problem
        self.remedy = remedy

    def below(self, field: str) -> Self:
        """The same refusal for a caller whose name for the field has another one in front: ``preferences.country``."""
        return type(self)(f"{field}.{self.field}", self.problem, self.remedy)


def check_count(field: str, number: int, *, most: int) -> None:
    """Raises ``BadInput`` unless ``number`` is from 1 to ``most``."""
    if number < 1:
        raise BadInput(field, f"{number} is less than one", "Give at least 1")
    if number > most:
        raise BadInput(field, f"{number} is too much", f"Give at most {most}")


class NotFound(BadInput):
    """The thing that was named does not exist, or belongs to somebody else."""


class LostSound(NotFound):
    """Some of a briefing's sound is no longer there.

    ``lost`` names the segments: with None those that are gone, with a size in bytes those that do not have it.
    """

    def __init__(self, lost: Mapping[str, int | None]) -> None:
        super().__init__(
            "audio", "its sound was lost", "Ask for the alarm's audio again: it says what there is to play"
        )
        self.lost = dict(lost)


class NotAllowed(BadInput):
    """The caller is not allowed to do this."""


class Retryable(OneAlarmError):
    """Something outside failed in a way that may pass; ``wait`` is the pause it asked for, if any."""

    def __init__(self, message: str, *, wait: timedelta | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class DatabaseUnavailable(Retryable):
    """The database cannot be reached at the moment."""


class SourceUnavailable(Retryable):
    """A content source gave nothing usable; ``source`` names it."""

    def __init__(self, source: str, message: str, *, wait: timedelta | None = None) -> None:
        super().__init__(f"{source}: {message}", wait=wait)
        self.source = source


class VoiceFailed(Retryable):
    """A voice crashed, hung, or gave sound that cannot be used."""


class Permanent(OneAlarmError):
    """Trying again cannot help."""


class LeaseLost(OneAlarmError):
    """Another worker holds the job now, or its wish was edited; what was made for it must be dropped."""


class SetupError(OneAlarmError):
    """The installation cannot run as it stands; ``remedy`` says what to do about it."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}. {remedy}")
        self.problem = problem
        self.remedy = remedy


def safe_reason(error: Exception) -> str:
    """What may be logged and kept of an error: our own are written to be read, the text of others may hold anything."""
    return str(error) if isinstance(error, OneAlarmError) else f"unexpected {type(error).__name__}"
