"""The store: can it be used, and what of the stock's sound does it hold?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from onealarm.audio.pause import is_pause
from onealarm.bootstrap.storing import build_bucket
from onealarm.cli.doctor.finding import Finding, of_error
from onealarm.config import Settings
from onealarm.errors import OneAlarmError
from onealarm.pipeline.objects import folder_of, object_name
from onealarm.postgres.condition import StockLook
from onealarm.stores.bucket import sizes_in
from onealarm.stores.settings import Bucket


async def look_at_store(settings: Settings) -> list[Finding]:
    """Whether a bucket takes, shows and gives back an object. A folder is looked at with the disk."""
    wanted = settings.providers.store
    if not isinstance(wanted, Bucket):
        return []
    try:
        await build_bucket(wanted).try_out()
    except OneAlarmError as error:
        return [of_error("store", error)]
    return [Finding("store", f"bucket {wanted.bucket} takes, shows and gives back an object")]


def place_of(settings: Settings) -> str:
    """Where the sound is, in words."""
    wanted = settings.providers.store
    return f"bucket {wanted.bucket}" if isinstance(wanted, Bucket) else str(settings.sound)


async def stock_sizes(settings: Settings, stock: Iterable[StockLook]) -> Mapping[str, int]:
    """The sizes in bytes of the stock's objects by name, of those that are there. Raises ``Retryable``."""
    wanted = settings.providers.store
    keys = {part.key for one in stock for part in one.parts if not is_pause(part.key)}
    if isinstance(wanted, Bucket):
        return await sizes_in(build_bucket(wanted), {folder_of(key[:2]) for key in keys})
    return sizes_on_disk(settings.sound, map(object_name, keys))


def sizes_on_disk(folder: Path, names: Iterable[str]) -> Mapping[str, int]:
    """As ``stock_sizes``, of files below a folder, which need not be there."""
    return {name: (folder / name).stat().st_size for name in names if (folder / name).is_file()}
