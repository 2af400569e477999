"""Objects in a bucket of Amazon S3, or of a server that offers the same."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from obstore.store import S3Store

from onealarm.errors import Retryable, SetupError
from onealarm.stores.objects import Objects
from onealarm.stores.settings import Bucket

_CODE: Final = re.compile(r"<Code>(\w+)</Code>")

_ROLES: Final = "169.254.169.254"
"""Whom the library asks for the machine's role when it is given no key."""

_NO_KEY: Final = "no key is given, and this machine has no role"

_PROBLEMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "NoSuchBucket": "the bucket does not exist",
        "InvalidAccessKeyId": "the server does not know the key",
        "SignatureDoesNotMatch": "the secret does not go with the key",
        "AccessDenied": "the key may not do this",
        "InvalidClientTokenId": "the server does not know the key",
    }
)
"""By the codes of the protocol. All else is told in the library's words."""

_REMEDIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        _NO_KEY: "Give key_id_env and secret_env under [store]",
        "the bucket does not exist": "Make it, or correct bucket, endpoint and region under [store]",
        "the key may not do this": "Let the key list, read, write and delete objects of the bucket",
    }
)
_KEY_REMEDY: Final = "Correct the variables that key_id_env and secret_env name under [store]"
_ANY_REMEDY: Final = "See whether the server runs, and correct endpoint and region under [store]"


@dataclass(frozen=True, slots=True)
class BucketKeys:
    """Who calls."""

    key_id: str = field(repr=False)
    secret: str = field(repr=False)
    session: str | None = field(default=None, repr=False)


class BucketStore(Objects):
    """Implements ``ObjectStore``. A put is one request, so an object is there whole or not at all."""

    def __init__(self, settings: Bucket, keys: BucketKeys | None) -> None:
        """Without ``keys`` they are what the machine's own role gives."""
        super().__init__(_client(settings, keys))
        self._place = f"bucket {settings.bucket}"

    async def remove_unfinished(self, *, older_than: timedelta, now: datetime) -> int:  # noqa: ARG002 (a promise)
        """Nothing is ever unfinished here."""
        return 0

    async def try_out(self) -> None:
        """Write an object, read it, list it and take it away. Raises ``SetupError`` with what is to be corrected."""
        name = f"probe/{uuid4().hex}"
        try:
            await self.put(name, b"onealarm")
            found = await self.get(name)
            listed = await self.objects("probe/")
            await self.delete(name)
        except Retryable as error:
            problem = self._told(error.__cause__ or error)
            raise SetupError(f"[store] {self._place}: {problem}", _remedy(problem)) from error
        if found != b"onealarm" or name not in {one.name for one in listed}:
            raise SetupError(f"[store] {self._place} does not give back what was written", _ANY_REMEDY)

    def _is_missing(self, error: BaseException) -> bool:
        """A bucket that is not there is no object that is not there: else all sound would count as lost."""
        return isinstance(error, FileNotFoundError) and _code(error) != "NoSuchBucket"

    def _told(self, error: BaseException) -> str:
        if _ROLES in str(error):
            return _NO_KEY
        return _PROBLEMS.get(_code(error) or "", str(error).partition("\n")[0].partition(" - Server")[0][:300])


async def sizes_in(store: Objects, folders: Collection[str]) -> dict[str, int]:
    """The sizes in bytes of all objects in some folders, by name."""
    found = await asyncio.gather(*(store.objects(folder) for folder in sorted(folders)))
    return {one.name: one.size for some in found for one in some}


def _code(error: BaseException) -> str | None:
    match = _CODE.search(str(error))
    return None if match is None else match[1]


def _remedy(problem: str) -> str:
    if problem in _REMEDIES:
        return _REMEDIES[problem]
    return _KEY_REMEDY if problem in _PROBLEMS.values() else _ANY_REMEDY


def _client(settings: Bucket, keys: BucketKeys | None) -> S3Store:
    given: dict[str, str] = {}
    if keys is not None:
        given = {"access_key_id": keys.key_id, "secret_access_key": keys.secret}
        if keys.session is not None:
            given["session_token"] = keys.session
    if settings.endpoint is not None:
        given["endpoint"] = str(settings.endpoint).rstrip("/")
    return S3Store(
        settings.bucket,
        prefix=settings.prefix,
        config={**given, "region": settings.region, "virtual_hosted_style_request": settings.virtual_host},  # type: ignore[arg-type]  # its own types for each key
        client_options={"allow_http": settings.is_plain, "timeout": timedelta(seconds=settings.timeout)},
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=2 * settings.timeout)},
    )
