"""How long sound is kept, and why no segment goes that a briefing still needs.

A briefing can be played until 48 hours after its ring, and is made at most a day before it. When it is made, the use
of each of its segments is noted, or was within the last 6 hours. So a segment is still needed at most
``STILL_NEEDED`` after the last note of its use, and goes ``UNUSED_KEPT`` after it. The stock, which is played without
being made again, is spared by name.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

PLAYABLE_AFTER_RING: Final = timedelta(hours=48)
EARLIEST_WORK: Final = timedelta(days=1)
"""Before the ring: no briefing is made earlier."""

USE_NOTED_EVERY: Final = timedelta(hours=6)
"""A segment that is used all the time is not written all the time."""

STILL_NEEDED: Final = USE_NOTED_EVERY + EARLIEST_WORK + PLAYABLE_AFTER_RING

UNUSED_KEPT: Final = timedelta(days=30)
IN_DOUBT_AFTER: Final = timedelta(days=20)
"""From here on a reader waits for the lock of a segment before it counts on it: it may be about to go. The ten days to
``UNUSED_KEPT`` are more than any statement lasts."""

OWNERLESS_KEPT: Final = timedelta(hours=1)
"""A personal segment gets its owner when the briefing is published, which takes an attempt; afterwards it goes when it
has none."""
