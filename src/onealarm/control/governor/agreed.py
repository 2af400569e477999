"""What the operator agreed with providers and platforms, as he writes it in a setting."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final, get_args

from onealarm.control.governor.pools import CALL, PoolId, PoolLimit, Unit
from onealarm.errors import BadInput

LIMITS: Final = "ONEALARM_LIMITS"
BUDGETS: Final = "ONEALARM_BUDGETS"

_LIMITS_REMEDY: Final = "Give openai/tts-1:requests=500,characters=200000 and a semicolon before the next model"
_BUDGETS_REMEDY: Final = "Give usd=25, and a comma before the next unit: usd=25,invocations=16000"
_UNITS: Final = get_args(Unit)
_WORD: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}", re.IGNORECASE)
_UNIT: Final = re.compile(r"[a-z_]{1,32}")


def parse_limits(text: str) -> tuple[PoolLimit, ...]:
    """Limits per minute such as ``openai/tts-1:requests=500,tokens=50000; openai/gpt-4o:requests=500``.

    Raises ``BadInput``.
    """
    found = [limit for part in _parts(text, ";") for limit in _model(part)]
    ids = [one.id for one in found]
    if twice := next((str(one) for one in ids if ids.count(one) > 1), None):
        raise BadInput(LIMITS, f"{twice} is given twice", "Give each limit once")
    return tuple(found)


def parse_budgets(text: str) -> dict[str, float]:
    """Amounts for a day of UTC by unit, such as ``usd=25,invocations=16000``. Raises ``BadInput``."""
    found: dict[str, float] = {}
    for part in _parts(text, ","):
        unit, amount = _assignment(BUDGETS, part, _BUDGETS_REMEDY)
        if _UNIT.fullmatch(unit) is None:
            raise BadInput(BUDGETS, f"{unit[:80]!r} is no name of a unit", _BUDGETS_REMEDY)
        if unit in found:
            raise BadInput(BUDGETS, f"{unit} is given twice", "Give each unit once")
        found[unit] = amount
    return found


def _model(text: str) -> Iterator[PoolLimit]:
    name, colon, rest = text.partition(":")
    provider, slash, model = name.strip().partition("/")
    parts = list(_parts(rest, ","))
    if not colon or not slash or not parts or not all(_WORD.fullmatch(word) for word in (provider, model)):
        raise BadInput(LIMITS, f"{text[:80]!r} names no provider, model and limit", _LIMITS_REMEDY)
    for part in parts:
        unit, amount = _assignment(LIMITS, part, _LIMITS_REMEDY)
        if unit not in _UNITS:
            raise BadInput(LIMITS, f"{unit[:80]!r} is not known", f"Give {', '.join(_UNITS)}")
        if amount == 0:
            raise BadInput(LIMITS, f"{unit} of {name.strip()} is zero", "Give more than zero, or leave the model out")
        known: Unit = unit  # type: ignore[assignment]  # looked up a moment ago
        yield PoolLimit(PoolId(provider, model, known), amount, CALL[known])


def _assignment(field: str, text: str, remedy: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        amount = float(number)
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount) or amount < 0 or amount > 1e12:
        raise BadInput(field, f"{text[:80]!r} gives no amount", remedy)
    return name.strip(), amount


def _parts(text: str, separator: str) -> Iterator[str]:
    return (part.strip() for part in text.split(separator) if part.strip())
