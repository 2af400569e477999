"""Whole degrees, as they are spoken and written."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

from onealarm.briefing.facts import Unit
from onealarm.errors import BadInput


def whole_degrees(degrees: float, unit: Unit) -> int:
    """Half rounded away from zero. Raises ``BadInput`` for a value that is not finite."""
    if not math.isfinite(degrees):
        raise BadInput("temperature", f"{degrees} {unit} cannot be said", "Give a finite number of degrees")
    return int(Decimal(repr(degrees)).quantize(Decimal(1), ROUND_HALF_UP))
