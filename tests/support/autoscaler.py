"""An autoscaler as Kubernetes has it, with KEDA before it: it reads a number, and says how many pods there are to be.

The rules are those of HorizontalPodAutoscaler (an average value, a tolerance of a tenth, a look every 15 s), with the
behaviour that OneAlarm advises: at most double every 15 s; after ten minutes a fifth fewer each minute.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

LOOK: Final = timedelta(seconds=15)
BOOT: Final = timedelta(seconds=90)
_TOLERANCE: Final = 0.1
_STABILIZATION: Final = timedelta(minutes=10)
_MINUTE: Final = timedelta(minutes=1)
_FEWER: Final = 0.2


@dataclass
class Autoscaler:
    """``per_pod`` is the target of the metric for each pod."""

    per_pod: int
    least: int = 2
    most: int = 200
    pods: int = 2
    _wanted: deque[tuple[datetime, int]] = field(default_factory=deque)
    _ended: deque[tuple[datetime, int]] = field(default_factory=deque)

    def look(self, metric: int | None, now: datetime) -> int:
        """How many pods there should be; without a metric nothing changes."""
        if metric is None:
            return self.pods
        ratio = metric / (self.pods * self.per_pod)
        wanted = self.pods if abs(ratio - 1) <= _TOLERANCE else math.ceil(metric / self.per_pod)
        wanted = min(max(wanted, self.least), self.most)
        self._wanted.append((now, wanted))
        while self._wanted[0][0] <= now - _STABILIZATION:
            self._wanted.popleft()
        while self._ended and self._ended[0][0] <= now - _MINUTE:
            self._ended.popleft()
        if wanted > self.pods:
            self.pods = min(wanted, 2 * self.pods)
        else:
            calmed = max(one for _, one in self._wanted)
            before = self.pods + sum(ended for _, ended in self._ended)
            fewest = max(calmed, before - math.ceil(_FEWER * before), self.least)
            if fewest < self.pods:
                self._ended.append((now, self.pods - fewest))
                self.pods = fewest
        return self.pods
