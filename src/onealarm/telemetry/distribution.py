"""A histogram for what happens thousands of times a second."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector


class Distribution(Collector):
    """As ``prometheus_client.Histogram``, in one thread: it counts in plain numbers, and takes no locks.

    ``buckets`` are upper bounds in rising order; what lies beyond the last is counted too.
    """

    def __init__(self, name: str, documentation: str, *, buckets: Sequence[float], registry: CollectorRegistry) -> None:
        self._name = name
        self._documentation = documentation
        self._bounds = tuple(buckets)
        self._counts = [0] * (len(buckets) + 1)
        self._sum = 0.0
        registry.register(self)

    def observe(self, value: float) -> None:
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def collect(self) -> Iterator[HistogramMetricFamily]:
        family = HistogramMetricFamily(self._name, self._documentation)
        names = [*(str(float(bound)) for bound in self._bounds), "+Inf"]
        family.add_metric([], list(zip(names, accumulate(self._counts), strict=True)), self._sum)
        yield family
