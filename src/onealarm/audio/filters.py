"""Filters: samples through a chain of FFmpeg's audio filters."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import cast

import av
from av.filter import Graph

from onealarm.audio.samples import Samples, to_frame
from onealarm.audio.segment import SAMPLE_RATE


def through(samples: Samples, *filters: tuple[str, str]) -> list[av.AudioFrame]:
    """What comes out of the chain; each filter is its name and its arguments as FFmpeg writes them."""
    graph = Graph()
    source = graph.add(
        "abuffer", f"sample_rate={SAMPLE_RATE}:sample_fmt=flt:channel_layout=mono:time_base=1/{SAMPLE_RATE}"
    )
    sink = graph.add("abuffersink")
    chain = [source, *(graph.add(name, arguments) for name, arguments in filters), sink]
    for first, second in pairwise(chain):
        first.link_to(second)
    graph.configure()
    frame = to_frame(samples)
    frame.time_base = Fraction(1, SAMPLE_RATE)
    source.push(frame)
    source.push(None)
    frames: list[av.AudioFrame] = []
    while True:
        try:
            frames.append(cast("av.AudioFrame", sink.pull()))
        except av.EOFError:
            return frames
