"""What every vendor is made of: how it is asked, under which licence, and the polite reader that asks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from pydantic import SecretStr

from onealarm.briefing.facts import Credit
from onealarm.http.fetcher import Fetcher
from onealarm.sources.allowance import Allowance
from onealarm.sources.licence import Licence
from onealarm.sources.polite import PoliteReader
from onealarm.sources.read_policy import ReadPolicy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Access:
    """How one vendor is asked: where, under which licence, how often, and with which key, if any."""

    fetcher: Fetcher
    now: Callable[[], datetime]
    allowance: Allowance
    licence: Licence
    base_url: str
    key: SecretStr | None = None


class Vendor(Generic[T]):
    """The base of all; ``T`` is what its answers are read as. ``most`` topics of it are remembered."""

    policy: ClassVar[ReadPolicy]
    most: ClassVar[int]

    def __init__(self, access: Access) -> None:
        self._reader = PoliteReader[T](
            access.fetcher, now=access.now, policy=self.policy, most=self.most, allowance=access.allowance
        )
        self._now = access.now
        self._key = access.key
        self._base_url = access.base_url.rstrip("/")
        self.licence = access.licence

    def credit(self, language: str) -> Credit:
        return self.licence.credit(language)

    @property
    def _secret(self) -> str:
        """The key, of a vendor that is not asked without one."""
        assert self._key is not None, "it was built with a key"
        return self._key.get_secret_value()
