"""A lane fires exactly when the clock of its zone shows what it says: against looking at every minute."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from onealarm.alarms.zones import zone
from onealarm.control.schedules.firings import firings_between, instant_of, next_firing
from onealarm.control.schedules.lane import Cron, Lane, Window

MINUTE = timedelta(minutes=1)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns")
CHANGES = ("2026-03-08", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-11-01", "2026-07-01")
"""A day before clocks change somewhere, and one on which none does."""

some_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
windows = st.builds(Window, st.just("some"), some_times, some_times).filter(lambda window: window.start != window.end)


@settings(max_examples=60, deadline=None)
@given(
    minutes=st.sets(st.integers(0, 59), min_size=1),
    hours=st.sets(st.integers(0, 23), min_size=1),
    window=st.none() | windows,
    name=st.sampled_from(ZONES),
    day=st.sampled_from(CHANGES),
    length=st.integers(1, 1800),
)
def test_it_is_what_one_finds_by_looking_at_every_minute(
    minutes: set[int], hours: set[int], window: Window | None, name: str, day: str, length: int
) -> None:
    text = f"{','.join(map(str, sorted(minutes)))} {','.join(map(str, sorted(hours)))} * * *"
    lane = Lane("one", Cron(text), timezone=name, window=window)
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    wanted = []
    for n in range(length):
        wall = (start + n * MINUTE).astimezone(zone(name))
        if wall.minute in minutes and wall.hour in hours and (window is None or window.holds(wall.time())):
            wanted.append(start + n * MINUTE)
    assert firings_between(lane, start, start + length * MINUTE) == wanted
    first = next_firing(lane, after=start - timedelta(seconds=1))
    assert wanted == [] or first == wanted[0]


@given(name=st.sampled_from(ZONES), day=st.sampled_from(CHANGES), minute=st.integers(0, 2 * 1440))
def test_the_instant_of_a_wall_time_is_the_first_at_which_the_clock_has_come_to_it(
    name: str, day: str, minute: int
) -> None:
    wall = datetime.fromisoformat(day) + minute * MINUTE
    found = instant_of(name, wall)
    shown = found.astimezone(zone(name)).replace(tzinfo=None)
    before = (found - timedelta(seconds=1)).astimezone(zone(name)).replace(tzinfo=None)
    assert before < wall <= shown
