"""The cell of the map that a place lies in: what neighbours share, and all that a weather service learns."""

from __future__ import annotations

from dataclasses import dataclass

from onealarm.briefing.facts import Place


@dataclass(frozen=True, slots=True)
class Cell:
    """A tenth of a degree: about 11 km from south to north. Written as ``59.9`` and ``-0.1``, never ``-0.0``."""

    latitude: str
    longitude: str

    @classmethod
    def of(cls, place: Place) -> Cell:
        return cls(_tenth(place.latitude), _tenth(place.longitude))


def _tenth(degrees: float) -> str:
    return f"{round(degrees, 1) + 0.0:.1f}"
