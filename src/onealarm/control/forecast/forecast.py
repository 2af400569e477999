"""A forecast: of every zone group what is known and expected, and of all together how far it may be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from operator import add
from typing import Final

import numpy as np

from onealarm.control.forecast.bands import Bands, bands_of, by_chance
from onealarm.control.forecast.grid import BUCKETS, Floats, Integers, hours_ahead
from onealarm.control.forecast.pickup import Expected, Rates, expect, nothing_learned

MODEL_VERSION: Final = 1
"""Another number whenever the same rows would give another forecast."""

HISTORY: Final = timedelta(days=56)
"""What is older weighs less than a sixteenth, and is not looked at."""

CALIBRATED_ON: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Known:
    """Of one zone group, by bucket: the local quarter of the week, and the alarms that are known."""

    quarters: Integers
    alarms: Integers


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned from the buckets that were over at ``at``; ``since`` is the first of them, None without any."""

    at: datetime
    since: datetime | None = None
    rates: Mapping[str, Rates] = field(default_factory=dict)
    quantiles: Floats = field(default_factory=by_chance)


@dataclass(frozen=True, slots=True)
class Forecast:
    """``quarters`` and ``groups`` by zone group; ``bands`` of all together."""

    made_at: datetime
    quarters: Mapping[str, Integers]
    groups: Mapping[str, Expected]
    total: Expected
    bands: Bands


def foresee(known: Mapping[str, Known], learned: Learned, *, now: datetime) -> Forecast:
    """What becomes of the 192 buckets that begin with the next whole quarter of an hour."""
    hours, nothing = hours_ahead(now), nothing_learned()
    groups = {
        group: expect(
            np.asarray(of.alarms, np.float64),
            quarters=of.quarters,
            hours=hours,
            rates=learned.rates.get(group, nothing),
        )
        for group, of in known.items()
    }
    none = np.zeros(BUCKETS)
    total = reduce(add, groups.values(), Expected(none, none, none))
    quarters = {group: of.quarters for group, of in known.items()}
    return Forecast(now, quarters, groups, total, bands_of(total, learned.quantiles))
