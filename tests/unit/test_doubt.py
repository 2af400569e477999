"""How long a worker looks for leases whose answer was lost."""

from __future__ import annotations

from onealarm.worker.doubt import Doubt


class Steady:
    """A clock of seconds that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_it_looks_at_once_and_every_few_seconds_for_a_minute() -> None:
    clock = Steady()
    doubt = Doubt(steady=clock)
    assert not doubt.is_time_to_look
    doubt.begin()
    looks: list[int] = []
    for second in range(120):
        clock.seconds = 1000.0 + second
        if doubt.is_time_to_look:
            doubt.looked()
            looks.append(second)
    assert looks == list(range(0, 65, 5))


def test_a_look_that_failed_is_made_again() -> None:
    clock = Steady()
    doubt = Doubt(steady=clock)
    doubt.begin()
    assert doubt.is_time_to_look
    clock.seconds += 1
    assert doubt.is_time_to_look
    doubt.begin()
    doubt.looked()
    assert not doubt.is_time_to_look
