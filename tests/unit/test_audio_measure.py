"""Loudness and true peak against signals whose values the standards give."""

from __future__ import annotations

import math

import numpy as np
import pytest

from onealarm.audio.measure import measure
from onealarm.audio.samples import Samples, amplitude
from onealarm.audio.segment import SAMPLE_RATE
from onealarm.audio.trim import fade_edges


def sine(hertz: float, *, level_dbfs: float, seconds: float, phase: float = 0.0) -> Samples:
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (amplitude(level_dbfs) * np.sin(2 * np.pi * hertz * times + phase)).astype(np.float32)


@pytest.mark.parametrize("level_dbfs", [-33.0, -23.0, -20.0])
def test_a_mono_sine_of_997_hz_is_three_units_below_its_peak(level_dbfs: float) -> None:
    loudness = measure(sine(997, level_dbfs=level_dbfs, seconds=5))
    assert loudness.lufs == pytest.approx(level_dbfs - 3.01, abs=0.05)
    assert loudness.true_peak_dbtp == pytest.approx(level_dbfs, abs=0.2)


def test_silence_is_gated_out() -> None:
    tone = sine(997, level_dbfs=-20, seconds=30)
    alone = measure(tone).lufs
    assert alone is not None
    assert measure(np.pad(tone, 20 * SAMPLE_RATE)).lufs == pytest.approx(alone, abs=0.1)


def test_a_peak_between_the_samples_counts() -> None:
    quarter = fade_edges(sine(SAMPLE_RATE / 4, level_dbfs=-6, seconds=1, phase=math.pi / 4), fade=240)
    assert np.abs(quarter).max() == pytest.approx(amplitude(-9.01), rel=0.01)
    assert measure(quarter).true_peak_dbtp == pytest.approx(-6, abs=0.4)


def test_a_peak_in_the_last_samples_counts() -> None:
    click = np.zeros(SAMPLE_RATE + 7, np.float32)
    click[-1] = 0.5
    assert measure(click).true_peak_dbtp == pytest.approx(-6, abs=0.4)


def test_less_than_a_block_of_400_ms_has_no_loudness() -> None:
    assert measure(sine(997, level_dbfs=-20, seconds=0.39)).lufs is None
    assert measure(sine(997, level_dbfs=-20, seconds=0.41)).lufs == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("samples", [0, 1, SAMPLE_RATE])
def test_silence_has_no_loudness_and_no_peak(samples: int) -> None:
    silence = measure(np.zeros(samples, np.float32))
    assert silence.lufs is None
    assert silence.true_peak_dbtp == -math.inf
