"""English."""

from __future__ import annotations

from typing import Final

from tests.unit.spoken_cases import united
from tests.unit.spoken_cases.english import characters, measures, money, numbers, times, words

ENGLISH: Final = united(times.CASES, numbers.CASES, money.CASES, measures.CASES, words.CASES, characters.CASES)
