"""The batcher: who is written when and with whom, and that every item has an answer. Time is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from onealarm.errors import DatabaseUnavailable
from onealarm.worker.batcher import Batcher
from tests.support.hand_loop import by_hand, loop

MS = timedelta(milliseconds=1)


class Table:
    """What is written to. It refuses ``bad`` items, and writes only while the gate is open."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.written: list[int] = []
        self.bad: set[int] = set()
        self.is_away = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.under_way = 0
        self.most_under_way = 0

    async def write(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await self.gate.wait()
        finally:
            self.under_way -= 1
        if self.is_away:
            raise DatabaseUnavailable("away")
        if self.bad & set(items):
            raise ValueError(f"{items} will not do")
        self.written += items
        return [item * 10 for item in items]


def put(batcher: Batcher[int, int], *items: int, urgent: bool = False) -> list[asyncio.Task[int]]:
    return [asyncio.create_task(batcher.put(item, urgent=urgent)) for item in items]


@by_hand
async def test_the_first_is_written_at_once_and_followers_together_after_the_pause() -> None:
    table = Table()
    batcher = Batcher(table.write, pause=50 * MS)
    [first] = put(batcher, 1)
    await loop().settle()
    assert (table.batches, first.result()) == ([[1]], 10)
    await loop().pass_time(10 * MS)
    second = put(batcher, 2)
    await loop().pass_time(39 * MS)
    third = put(batcher, 3)
    await loop().settle()
    assert table.batches == [[1]]
    await loop().pass_time(1 * MS)
    assert table.batches == [[1], [2, 3]]
    assert await asyncio.gather(*second, *third) == [20, 30]
    await loop().pass_time(50 * MS)
    [late] = put(batcher, 4)
    await loop().settle()
    assert late.result() == 40, "after a pause one is the first again"


@by_hand
async def test_what_ends_in_one_turn_goes_together() -> None:
    table = Table()
    tasks = put(Batcher(table.write), *range(100))
    assert await asyncio.gather(*tasks) == [item * 10 for item in range(100)]
    assert table.batches == [list(range(100))]


@by_hand
async def test_a_full_batch_waits_for_nothing() -> None:
    table = Table()
    batcher = Batcher(table.write, size=3, pause=50 * MS)
    put(batcher, 0)
    await loop().settle()
    tasks = put(batcher, 1, 2)
    await loop().settle()
    assert table.batches == [[0]]
    tasks += put(batcher, 3, 4)
    await loop().settle()
    assert table.batches == [[0], [1, 2, 3]], "and the next one is not full"
    await loop().pass_time(50 * MS)
    assert table.batches == [[0], [1, 2, 3], [4]]
    assert await asyncio.gather(*tasks) == [10, 20, 30, 40]


@by_hand
async def test_an_urgent_item_takes_all_along_at_once() -> None:
    table = Table()
    batcher = Batcher(table.write, pause=50 * MS)
    put(batcher, 0)
    await loop().settle()
    put(batcher, 1)
    await loop().settle()
    put(batcher, 2, urgent=True)
    await loop().settle()
    assert table.batches == [[0], [1, 2]]
    put(batcher, 3)
    await loop().settle()
    assert table.batches == [[0], [1, 2]], "what follows it is not urgent"
    await loop().pass_time(50 * MS)
    assert table.written == [0, 1, 2, 3]


@by_hand
async def test_an_urgent_item_that_was_cancelled_hurries_nobody() -> None:
    table = Table()
    batcher = Batcher(table.write, pause=50 * MS)
    put(batcher, 0)
    await loop().settle()
    [urgent] = put(batcher, 1, urgent=True)
    await loop().turn()
    urgent.cancel()
    await loop().pass_time(10 * MS)
    put(batcher, 2)
    await loop().settle()
    assert table.batches == [[0]]
    await loop().pass_time(50 * MS)
    assert table.batches == [[0], [2]]


@by_hand
async def test_who_comes_beyond_the_bound_waits_before_the_door() -> None:
    table = Table()
    table.gate.clear()
    batcher = Batcher(table.write, size=2, bound=3)
    tasks = put(batcher, *range(7))
    await loop().pass_time(timedelta(seconds=10))
    assert sorted(item for batch in table.batches for item in batch) == [0, 1, 2]
    table.gate.set()
    await loop().pass_time(timedelta(seconds=10))
    assert [task.result() for task in tasks] == [item * 10 for item in range(7)]
    assert sorted(table.written) == list(range(7))


@by_hand
async def test_an_item_that_is_refused_fails_alone() -> None:
    table = Table()
    table.bad = {2}
    answers = await asyncio.gather(*put(Batcher(table.write), 1, 2, 3), return_exceptions=True)
    assert (answers[0], answers[2]) == (10, 30)
    assert isinstance(answers[1], ValueError)
    assert table.written == [1, 3]


@by_hand
async def test_where_the_database_is_away_all_are_told_and_nothing_is_tried_alone() -> None:
    table = Table()
    table.is_away = True
    batcher = Batcher(table.write)
    answers = await asyncio.gather(*put(batcher, 1, 2, 3), return_exceptions=True)
    assert [type(answer) for answer in answers] == [DatabaseUnavailable] * 3
    assert table.batches == [[1, 2, 3]]
    table.is_away = False
    again = put(batcher, 1, 2, 3)
    await loop().pass_time(50 * MS)
    assert await asyncio.gather(*again) == [10, 20, 30]


@by_hand
async def test_what_is_cancelled_while_it_waits_is_not_written() -> None:
    table = Table()
    batcher = Batcher(table.write, pause=50 * MS)
    put(batcher, 0)
    await loop().settle()
    one, two = put(batcher, 1, 2)
    await loop().settle()
    one.cancel()
    await loop().pass_time(50 * MS)
    assert table.batches == [[0], [2]]
    assert two.result() == 20
    with pytest.raises(asyncio.CancelledError):
        await one


@by_hand
async def test_what_is_cancelled_while_it_is_written_keeps_no_answer_from_others() -> None:
    table = Table()
    table.gate.clear()
    one, two = put(Batcher(table.write), 1, 2)
    await loop().settle()
    one.cancel()
    await loop().settle()
    table.gate.set()
    assert await two == 20


@by_hand
async def test_nothing_is_lost_and_nothing_written_twice_while_statements_overlap() -> None:
    table = Table()
    table.gate.clear()
    table.bad = {17, 40}
    batcher = Batcher(table.write, size=5, pause=50 * MS, bound=1000)
    tasks = []
    for item in range(60):
        tasks += put(batcher, item, urgent=item % 7 == 0)
        await loop().pass_time(3 * MS)
    assert table.most_under_way == 4, "at most four at once"
    table.gate.set()
    await loop().pass_time(timedelta(seconds=5))
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [item for item, answer in enumerate(answers) if answer != item * 10] == [17, 40]
    assert sorted(table.written) == [item for item in range(60) if item not in table.bad]
