"""Sound that came and cannot be used. It may have been paid for all the same."""

from __future__ import annotations

from onealarm.errors import VoiceFailed
from onealarm.pipeline.library import Charge


class SpoiltSound(VoiceFailed):
    """What a voice gave is no sound, or breaks off."""

    def __init__(self, message: str, *, charge: Charge | None = None) -> None:
        super().__init__(message)
        self.charge = charge
