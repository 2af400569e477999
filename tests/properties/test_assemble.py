"""A briefing's list of segments: gaps as planned, sections where they sound, an etag that follows the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from onealarm.audio.pause import is_pause
from onealarm.audio.segment import FRAME, SAMPLE_RATE, Segment
from onealarm.briefing.script import Section, Sentence
from onealarm.ids import SegmentKey
from onealarm.pipeline.assemble import AFTER, BEFORE, BETWEEN_SECTIONS, BETWEEN_SENTENCES, Spoken, assemble

HALF_A_FRAME = FRAME // 2


@st.composite
def segments(draw: st.DrawFn) -> Segment:
    """With up to 200 ms of silence at either edge, as encoded ones have."""
    frames = draw(st.integers(12, 400))
    onset, tail = draw(st.integers(1, 4_800)), draw(st.integers(1, 4_800))
    key = SegmentKey(draw(st.text("0123456789abcdef", min_size=64, max_size=64)))
    return Segment(key, frames, onset, frames * FRAME - tail, frames * 180, -16.0, -3.0)


SECTIONS = st.lists(segments(), min_size=1, max_size=6).map(
    lambda found: Spoken(Section("news", tuple(Sentence(f"{n}.", f"{n}.") for n in range(len(found)))), tuple(found))
)
BRIEFINGS = st.lists(SECTIONS, min_size=1, max_size=7)


LONG_EDGES = (
    Segment(SegmentKey("0" * 64), 12, 1, 8_175, 2_160, -16.0, -3.0),
    Segment(SegmentKey("1" * 64), 12, 4_800, 12_287, 2_160, -16.0, -3.0),
)
"""Their edges alone are longer than the gap between sentences."""


def samples(duration: timedelta) -> int:
    return round(duration.total_seconds() * SAMPLE_RATE)


@given(BRIEFINGS)
@example([Spoken(Section("news", (Sentence("1.", "1."), Sentence("2.", "2."))), LONG_EDGES)])
def test_r14_r15_gaps_are_as_planned_and_sections_are_where_they_sound(spoken: list[Spoken]) -> None:
    briefing = assemble(spoken, engine="e", voice="v", tier="full")
    segments = iter([segment for one in spoken for segment in one.segments])
    firsts = {sum(len(one.segments) for one in spoken[:n]) for n in range(len(spoken))}
    sounds: list[tuple[int, int]] = []
    position = count = silence = 0
    for part in briefing.parts:
        if not is_pause(part.key):
            segment = next(segments)
            assert part.key == segment.key
            begins = position + segment.onset
            planned = BETWEEN_SENTENCES if count not in firsts else BETWEEN_SECTIONS if sounds else BEFORE
            # Silence at the edges cannot be taken away: where it is longer than the gap, it is the gap.
            gap = max(samples(planned), silence + segment.onset)
            assert abs(begins - (sounds[-1][1] if sounds else 0) - gap) <= HALF_A_FRAME
            sounds.append((begins, position + segment.end))
            silence = segment.samples - segment.end
            count += 1
        position += part.frames * FRAME
    assert abs(position - sounds[-1][1] - samples(AFTER)) <= HALF_A_FRAME
    for section, first, one in zip(briefing.sections, sorted(firsts), spoken, strict=True):
        assert section.start_ms == round(sounds[first][0] * 1000 / SAMPLE_RATE)
        assert section.end_ms == round(sounds[first + len(one.segments) - 1][1] * 1000 / SAMPLE_RATE)
    assert briefing.duration == timedelta(seconds=position / SAMPLE_RATE)
    assert briefing.size == sum(part.size for part in briefing.parts)


@given(BRIEFINGS, st.data())
def test_the_etag_follows_the_list_of_segments(spoken: list[Spoken], data: st.DataObject) -> None:
    whole = assemble(spoken, engine="e", voice="v", tier="full")
    assert assemble(spoken, engine="e", voice="v", tier="full").etag == whole.etag
    changed = data.draw(st.integers(0, len(spoken) - 1))
    other = replace(spoken[changed].segments[0], key=SegmentKey("f" * 63 + "x"))
    differing = [*spoken]
    differing[changed] = replace(spoken[changed], segments=(other, *spoken[changed].segments[1:]))
    assert assemble(differing, engine="e", voice="v", tier="full").etag != whole.etag
