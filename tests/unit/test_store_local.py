"""Objects as files: whole or not there."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onealarm.errors import BadInput, NotFound, Retryable
from onealarm.pipeline.ports import StoredObject
from onealarm.stores.local import LocalStore

NAME = "segments/ab/abcdef.aac"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "audio"


@pytest.fixture
def store(root: Path) -> LocalStore:
    return LocalStore(root)


def contents(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("data", [b"", b"sound", bytes(range(256)) * 50_000], ids=["empty", "small", "12.8 MB"])
async def test_what_was_put_is_got(store: LocalStore, root: Path, data: bytes) -> None:
    await store.put(NAME, data)
    assert await store.get(NAME) == data
    assert (root / NAME).read_bytes() == data


async def test_another_store_on_the_same_root_finds_it(store: LocalStore, root: Path) -> None:
    await store.put(NAME, b"sound")
    assert await LocalStore(root).get(NAME) == b"sound"


async def test_putting_again_is_harmless_and_the_last_wins(store: LocalStore) -> None:
    for data in (b"longer than the next", b"sound", b"sound"):
        await store.put(NAME, data)
    assert await store.get(NAME) == b"sound"


async def test_what_is_not_there_is_not_found(store: LocalStore) -> None:
    await store.put(NAME, b"sound")
    for name in ("segments/ab/other.aac", "segments/ab", "nothing"):
        with pytest.raises(NotFound, match=name):
            await store.get(name)


async def test_what_is_deleted_is_gone_and_deleting_again_is_harmless(store: LocalStore) -> None:
    await store.put(NAME, b"sound")
    await store.delete(NAME)
    await store.delete(NAME)
    with pytest.raises(NotFound):
        await store.get(NAME)


BAD_NAMES = (
    *("", "/", "/etc/passwd", "../outside", "a/../../outside", "a/..", "a//b", "a/", "./a", ".hidden", "a/.b", "-a"),
    *("a\\b", "C:\\x", "a#1", "a b", "a\nb", "a\x00b", "ä", "A", "a%2e%2e/b", "~/a", "a" * 201, "a..b"),
)


@pytest.mark.parametrize("name", BAD_NAMES)
async def test_a_name_that_could_lead_elsewhere_is_refused_by_all(store: LocalStore, root: Path, name: str) -> None:
    for attempt in (store.put(name, b"x"), store.get(name), store.delete(name)):
        with pytest.raises(BadInput) as refused:
            await attempt
        assert refused.value.field == "name"
        assert not isinstance(refused.value, NotFound)
    assert contents(root) == []


@given(name=st.text(alphabet="ab./-_#\\~ 0", max_size=12))
async def test_whatever_name_is_accepted_stays_below_the_root(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = LocalStore(folder / "root")
    try:
        await store.put(name, b"x")
    except BadInput:
        assert contents(folder / "root") == []
    else:
        assert (folder / "root" / name).read_bytes() == b"x"
    assert contents(folder) == ["root"]


async def test_many_writers_and_readers_of_one_name_see_whole_objects_only(store: LocalStore, root: Path) -> None:
    versions = [bytes([number]) * 300_000 for number in range(8)]
    await store.put(NAME, versions[0])

    async def write(data: bytes) -> None:
        for _ in range(5):
            await store.put(NAME, data)

    async def read() -> None:
        for _ in range(20):
            assert await store.get(NAME) in versions

    await asyncio.gather(*map(write, versions), *(read() for _ in range(8)))
    assert await store.get(NAME) in versions
    assert contents((root / NAME).parent) == [Path(NAME).name], "nothing is left behind"


def write_for_ever(root: str, started: object) -> None:
    async def write() -> None:
        store = LocalStore(Path(root))
        number = 0
        while True:
            data = bytes([number % 256]) * 5_000_000
            await store.put(NAME, hashlib.sha256(data).digest() + data)
            started.set()  # type: ignore[attr-defined]  # an Event of multiprocessing
            number += 1

    asyncio.run(write())


async def test_a_writer_killed_in_the_middle_leaves_the_whole_object_before_it(store: LocalStore, root: Path) -> None:
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    writer = context.Process(target=write_for_ever, args=(str(root), started), daemon=True)
    writer.start()
    try:
        assert await asyncio.to_thread(started.wait, 30)
    finally:
        writer.kill()
        await asyncio.to_thread(writer.join)
    stored = await store.get(NAME)
    assert hashlib.sha256(stored[32:]).digest() == stored[:32]


async def test_what_a_killed_writer_left_is_removed_when_it_is_old_and_nothing_else(
    store: LocalStore, root: Path
) -> None:
    await store.put(NAME, b"sound")
    now = datetime.now(UTC)
    folder = (root / NAME).parent
    old, young = folder / "abcdef.aac#1", folder / "other.aac#12"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    hours_ago = (now - timedelta(hours=2)).timestamp()
    os.utime(old, (hours_ago, hours_ago))
    os.utime(root / NAME, (hours_ago, hours_ago))
    assert await store.remove_unfinished(older_than=timedelta(hours=1), now=now) == 1
    assert contents(folder) == ["abcdef.aac", "other.aac#12"]
    assert await store.get(NAME) == b"sound"


async def test_a_folder_is_listed_whole_with_sizes_and_times_and_nothing_beside_it(
    store: LocalStore, root: Path
) -> None:
    assert await store.objects("segments/ab/") == []
    for name, data in ((NAME, b"sound"), ("segments/ab/other.aac", b""), ("segments/abc/x.aac", b"beside")):
        await store.put(name, data)
    (root / "segments/ab/unfinished.aac#1").write_bytes(b"half")
    changed = datetime(2026, 11, 24, 12, tzinfo=UTC)
    os.utime(root / NAME, (changed.timestamp(), changed.timestamp()))
    found = {one.name: one for one in await store.objects("segments/ab/")}
    assert found.keys() == {NAME, "segments/ab/other.aac"}
    assert found[NAME] == StoredObject(NAME, 5, changed)
    assert found["segments/ab/other.aac"].size == 0
    with pytest.raises(BadInput):
        await store.objects("../")


async def test_a_place_that_cannot_be_written_is_worth_another_try(store: LocalStore, root: Path) -> None:
    (root / "segments").write_bytes(b"a file where a folder should be")
    with pytest.raises(Retryable, match=NAME):
        await store.put(NAME, b"sound")
