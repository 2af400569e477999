"""From a bill to a day's cost: what is kept for a month, what is paid twice, and the published arithmetic."""

from __future__ import annotations

from pathlib import Path

import pytest

from onealarm.bench.cost import prices
from onealarm.bench.cost.figures import compare
from onealarm.bench.cost.providers import Bill, Call, Naive, count
from onealarm.bench.cost.run import MOST, checked
from onealarm.errors import BadInput


def speech(section: str, characters: int, key: str) -> Call:
    return Call("speech", section, characters, prices.speech_usd(characters), key)


def test_prices_are_those_that_were_measured_on_a_bill() -> None:
    assert prices.speech_usd(4_096) == pytest.approx(0.0647 + 0.0006, rel=0.01)
    assert prices.writing_usd(3_600, 850) == pytest.approx(0.0026, rel=0.02)
    assert prices.writing_usd(*prices.SHARED_NEWS) == pytest.approx(0.001825)


def test_the_other_design_costs_what_was_worked_out_for_it(tmp_path: Path) -> None:
    bill = Bill(tmp_path / "bill")
    Naive(bill).make("x" * 2_672)
    counted = count(bill.calls())
    assert counted.naive_speech.usd + counted.naive_writing.usd == pytest.approx(0.0448, rel=0.01)


def test_clips_of_a_month_are_charged_by_the_day(tmp_path: Path) -> None:
    bill = Bill(tmp_path / "bill")
    for call in (speech("greeting", 300, "a"), speech("closing", 600, "b"), speech("news", 1_000, "c")):
        bill.add(call)
    bill.add(Call("writing", "news", 0, prices.writing_usd(*prices.SHARED_NEWS), "d"))
    for _ in range(10):
        Naive(bill).make("x" * 1_500)
    found = compare(count(bill.calls()), alarms=10)
    assert found.cold_day.characters == 1_900
    assert found.shared.characters == 1_030
    assert found.shared.usd == pytest.approx(prices.speech_usd(1_030) + 0.001825, abs=1e-4)
    assert found.shared.reuse == pytest.approx(1 - 1_030 / 15_000, abs=1e-4)
    assert found.naive.calls == 20
    assert found.naive.reuse == 0
    assert found.cheaper_by == pytest.approx(found.naive.usd / found.shared.usd, rel=0.01)


def test_what_was_paid_twice_is_told(tmp_path: Path) -> None:
    bill = Bill(tmp_path / "bill")
    for key in ("a", "b", "a", "a"):
        bill.add(speech("news", 10, key))
    assert count(bill.calls()).repeated == {"a": 2}


@pytest.mark.parametrize("alarms", [0, -1, MOST + 1])
def test_a_number_of_alarms_that_cannot_be_is_refused(alarms: int) -> None:
    with pytest.raises(BadInput, match="--alarms"):
        checked(alarms)
