"""How a process that works through many small jobs treats its memory."""

from __future__ import annotations

import gc


def collect_seldom() -> None:
    """Look for cycles less often, and never among what was there at the start.

    Each job is a handful of objects that reference counting frees; at thousands of jobs a second, to look through them
    for cycles took a fifth of the process's time.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
