"""The rule of byte ranges, against RFC 9110 written down once more in the plainest way."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from onealarm.api.ranges import UNSATISFIABLE, byte_range

SIZES = st.integers(1, 50)
POSITIONS = st.integers(0, 60)


@given(first=POSITIONS, last=POSITIONS, size=SIZES)
def test_a_closed_range_gives_the_positions_that_the_file_has(first: int, last: int, size: int) -> None:
    found = byte_range(f"bytes={first}-{last}", size)
    if last < first:
        assert found is None
    else:
        assert list(found or []) == [position for position in range(size) if first <= position <= last]


@given(first=POSITIONS, size=SIZES)
def test_an_open_range_goes_to_the_end(first: int, size: int) -> None:
    found = byte_range(f"bytes={first}-", size)
    assert found is not None
    assert list(found) == [position for position in range(size) if first <= position]


@given(length=POSITIONS, size=SIZES)
def test_a_suffix_gives_the_last_positions(length: int, size: int) -> None:
    found = byte_range(f"bytes=-{length}", size)
    assert found is not None
    assert list(found) == [position for position in range(size) if size - length <= position]


@given(header=st.one_of(st.none(), st.text(), st.from_regex(r"\A\s*bytes\s*=[0-9 ,-]*\Z")), size=SIZES)
@example(header=f"bytes={'9' * 5_000}-", size=1)
@example(header="bytes=²-", size=1)
def test_any_header_gives_none_or_a_part_of_the_file(header: str | None, size: int) -> None:
    found = byte_range(header, size)
    assert found is None or found == UNSATISFIABLE or (0 <= found.start < found.stop <= size and found.step == 1)
