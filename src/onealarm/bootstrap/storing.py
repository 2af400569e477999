"""Where sound is kept, as the providers' file says."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from onealarm.config import Settings, provider_key
from onealarm.errors import SetupError
from onealarm.stores.bucket import BucketKeys, BucketStore
from onealarm.stores.local import LocalStore
from onealarm.stores.settings import Bucket, LocalFolder, StoreSettings

Store: TypeAlias = LocalStore | BucketStore


def build_store(settings: Settings, wanted: StoreSettings) -> Store:
    """Raises ``SetupError`` for a folder that cannot be made, or a key that is not set."""
    match wanted:
        case LocalFolder():
            return LocalStore(_made(settings.sound))
        case Bucket():
            return build_bucket(wanted)


def build_bucket(wanted: Bucket) -> BucketStore:
    """Nothing is asked of it yet. Raises ``SetupError`` for a key that is not set."""
    key_id, secret = provider_key(wanted.key_id_env), provider_key(wanted.secret_env)
    if key_id is None or secret is None:
        return BucketStore(wanted, None)
    return BucketStore(wanted, BucketKeys(key_id, secret, provider_key(wanted.session_env)))


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"{folder} cannot be made: {error.strerror}",
            "Free space, or set ONEALARM_HOME to a folder that you may write",
        ) from error
    return folder
