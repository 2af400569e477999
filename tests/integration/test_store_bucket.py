"""Objects in a bucket: the same promises as files, on a server of S3."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from onealarm.alarms.preferences import Preferences
from onealarm.audio.pause import is_pause
from onealarm.bootstrap import build
from onealarm.cli.doctor.finding import Finding
from onealarm.cli.doctor.store import look_at_store
from onealarm.config import load_settings
from onealarm.errors import BadInput, NotFound, Retryable, SetupError
from onealarm.pipeline.objects import object_name
from onealarm.providers import Providers, parse_providers
from onealarm.stores.bucket import BucketKeys, BucketStore, sizes_in
from onealarm.stores.settings import Bucket, LocalFolder
from tests.support.bucket import KEYS, BucketServer, bucket_server, strict
from tests.support.clock import VirtualClock

NAME = "segments/ab/abcdef.aac"


@pytest.fixture(scope="module")
def buckets() -> Iterator[BucketServer]:
    with bucket_server() as running:
        yield running


@pytest.fixture
def bucket(buckets: BucketServer) -> Bucket:
    return buckets.make(f"sound-{uuid4().hex[:12]}")


@pytest.fixture
def store(bucket: Bucket) -> BucketStore:
    return BucketStore(bucket, KEYS)


@pytest.mark.parametrize("data", [b"", b"sound", bytes(range(256)) * 30_000], ids=["empty", "small", "7.7 MB"])
async def test_what_was_put_is_got_and_the_last_wins(store: BucketStore, data: bytes) -> None:
    await store.put(NAME, b"before")
    await store.put(NAME, data)
    assert await store.get(NAME) == data


async def test_what_is_deleted_is_gone_and_deleting_again_is_harmless(store: BucketStore) -> None:
    await store.put(NAME, b"sound")
    for _ in range(2):
        await store.delete(NAME)
    with pytest.raises(NotFound, match=NAME):
        await store.get(NAME)


async def test_a_folder_is_listed_whole_and_nothing_beside_it(store: BucketStore) -> None:
    assert await store.objects("segments/ab/") == []
    for name, data in ((NAME, b"sound"), ("segments/ab/other.aac", b""), ("segments/abc/x.aac", b"beside")):
        await store.put(name, data)
    found = {one.name: one for one in await store.objects("segments/ab/")}
    assert {name: one.size for name, one in found.items()} == {NAME: 5, "segments/ab/other.aac": 0}
    assert abs(found[NAME].changed_at - datetime.now(UTC)) < timedelta(hours=1)
    assert await sizes_in(store, {"segments/ab/", "segments/abc/"}) == {
        NAME: 5,
        "segments/ab/other.aac": 0,
        "segments/abc/x.aac": 6,
    }


async def test_a_prefix_keeps_two_installations_in_one_bucket_apart(buckets: BucketServer, bucket: Bucket) -> None:
    mine, yours = (BucketStore(buckets.named(bucket.bucket, prefix=one), KEYS) for one in ("mine/one", "yours"))
    await mine.put(NAME, b"mine")
    await yours.put(NAME, b"yours")
    assert (await mine.get(NAME), await yours.get(NAME)) == (b"mine", b"yours")
    assert [one.name for one in await mine.objects("segments/ab/")] == [NAME]
    assert buckets.object_names(bucket.bucket) == [f"mine/one/{NAME}", f"yours/{NAME}"]


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../outside", "a/..", "A", "a b", "a%2e%2e/b"])
async def test_a_name_that_could_lead_elsewhere_is_refused_by_all(store: BucketStore, name: str) -> None:
    for attempt in (store.put(name, b"x"), store.get(name), store.delete(name)):
        with pytest.raises(BadInput) as refused:
            await attempt
        assert refused.value.field == "name"
        assert not isinstance(refused.value, NotFound)


async def test_a_bucket_that_is_not_there_is_not_taken_for_lost_sound(buckets: BucketServer) -> None:
    """Else one wrong name would have every segment forgotten."""
    store = BucketStore(buckets.named("nowhere-to-be-found"), KEYS)
    for attempt in (store.put(NAME, b"x"), store.get(NAME), store.delete(NAME), store.objects("segments/ab/")):
        with pytest.raises(Retryable, match="the bucket does not exist"):
            await attempt


async def test_trying_out_leaves_nothing_behind(buckets: BucketServer, bucket: Bucket, store: BucketStore) -> None:
    await store.try_out()
    assert buckets.object_names(bucket.bucket) == []
    assert await store.remove_unfinished(older_than=timedelta(), now=datetime.now(UTC)) == 0


async def test_what_is_wrong_with_a_bucket_is_said_with_its_remedy(buckets: BucketServer, bucket: Bucket) -> None:
    allowed = buckets.allow_nobody_but(f"alarm-{uuid4().hex[:8]}")
    wrong = {
        "the bucket does not exist": BucketStore(buckets.named("not-there-at-all"), allowed),
        "the server does not know the key": BucketStore(bucket, KEYS),
        "the secret does not go with the key": BucketStore(bucket, BucketKeys(allowed.key_id, "another")),
    }
    with strict():
        await BucketStore(bucket, allowed).try_out()
        for problem, store in wrong.items():
            with pytest.raises(SetupError, match=problem) as refused:
                await store.try_out()
            assert "[store]" in refused.value.remedy
            assert "another" not in str(refused.value)


async def test_a_server_that_does_not_answer_is_worth_another_try(bucket: Bucket) -> None:
    store = BucketStore(Bucket.model_validate(bucket.model_dump() | {"endpoint": "http://127.0.0.1:9"}), KEYS)
    with pytest.raises(Retryable, match="could not be read"):
        await store.get(NAME)
    with pytest.raises(SetupError, match=r"127\.0\.0\.1:9") as refused:
        await store.try_out()
    assert "endpoint" in refused.value.remedy


def providers(**store: object) -> Providers:
    return parse_providers({"store": {"kind": "s3", "bucket": "sound", **store}})


def test_without_a_table_sound_is_kept_in_a_folder() -> None:
    assert parse_providers({}).store == LocalFolder()


@pytest.mark.parametrize("endpoint", ["https://s3.example.org", "http://127.0.0.1:9000", "http://[::1]:9000"])
def test_an_endpoint_is_encrypted_or_on_this_machine(endpoint: str) -> None:
    assert isinstance(providers(endpoint=endpoint).store, Bucket)


@pytest.mark.parametrize(
    ("table", "place", "says"),
    [
        ({"endpoint": "http://minio:9000"}, "store", "plain_http = true"),
        ({"endpoint": "ftp://x"}, "store.endpoint", "http"),
        ({"key_id_env": "A"}, "store", "go together"),
        ({"bucket": "a/b"}, "store.bucket", "pattern"),
        ({"prefix": "../up"}, "store.prefix", "pattern"),
        ({"folder": "x"}, "store.folder", "not permitted"),
        ({"timeout": 0}, "store.timeout", "greater"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_place(table: dict[str, object], place: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        providers(**table)
    assert refused.value.field == f"ONEALARM_PROVIDERS: {place}"


def test_plain_http_elsewhere_has_to_be_meant() -> None:
    assert isinstance(providers(endpoint="http://minio:9000", plain_http=True).store, Bucket)


async def test_the_doctor_tries_the_bucket_out(
    buckets: BucketServer, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3_KEY_ID", KEYS.key_id)
    monkeypatch.setenv("S3_SECRET", KEYS.secret)

    async def look(name: str) -> Finding:
        file = tmp_path / f"{name}.toml"
        table = f'kind = "s3"\nbucket = "{name}"\nendpoint = "{buckets.url}"\nregion = "eu-central-1"\n'
        file.write_text(f'[store]\n{table}key_id_env = "S3_KEY_ID"\nsecret_env = "S3_SECRET"\n')
        [finding] = await look_at_store(load_settings(ONEALARM_PROVIDERS=str(file)))
        return finding

    assert (await look(bucket.bucket)).remedy is None
    wrong = await look("never-made")
    assert wrong.found == "[store] bucket never-made: the bucket does not exist"
    assert "bucket, endpoint and region" in (wrong.remedy or "")
    monkeypatch.delenv("S3_SECRET")
    assert "S3_SECRET is not set" in (await look(bucket.bucket)).found


async def test_a_briefing_is_made_played_and_dropped_in_a_bucket(
    buckets: BucketServer,
    bucket: Bucket,
    database_url: str,
    clock: VirtualClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("S3_KEY_ID", KEYS.key_id)
    monkeypatch.setenv("S3_SECRET", KEYS.secret)
    bucket = bucket.model_copy(update={"key_id_env": "S3_KEY_ID", "secret_env": "S3_SECRET"})
    settings = load_settings(ONEALARM_HOME=str(tmp_path), ONEALARM_PROCESSES="1")
    async with build(settings, database_url, now=clock.now, stock=(), providers=Providers(store=bucket)) as parts:
        user = await parts.people.create(Preferences(timezone="UTC", name="Sarah"))
        await parts.alarms.create(user.id, time=time(12, 30), date=None, days=None, timezone="UTC")
        await parts.queue.beat(parts.worker.id)
        assert await parts.worker.claim_once() == 1
        await parts.worker.finish()
        [audio] = await parts.audio.playable(user.id, limit=5)
        sound = await parts.player.read(audio.briefing, "aac", making=audio.making)
        assert len(sound) == audio.briefing.size
        spoken = {object_name(part.key) for part in audio.briefing.parts if not is_pause(part.key)}
        assert set(buckets.object_names(bucket.bucket)) == spoken
        assert not (tmp_path / "audio").exists(), "nothing is kept on this machine"
        await parts.departure.delete(user.id)
        assert len(buckets.object_names(bucket.bucket)) < len(spoken), "his name's sound is gone"
