"""Where the operator keeps sound: the ``[store]`` table of the providers' file."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, model_validator

_FOLDER: Final = r"^[a-z0-9_][a-z0-9_.-]*(/[a-z0-9_][a-z0-9_.-]*)*$"
_BUCKET: Final = r"^[A-Za-z0-9][A-Za-z0-9_.-]{1,62}$"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LocalFolder(_Table):
    """The folder ``audio`` in ``ONEALARM_HOME``."""

    kind: Literal["local"] = "local"


class Bucket(_Table):
    """A bucket of Amazon S3, or of a server that offers the same.

    ``endpoint`` is None for Amazon's own. The keys stand in variables that ``key_id_env`` and ``secret_env`` name;
    without them they are what the machine's own role gives.
    """

    kind: Literal["s3"]
    bucket: Annotated[str, Field(pattern=_BUCKET)]
    prefix: Annotated[str, Field(pattern=_FOLDER, max_length=80)] | None = None
    endpoint: HttpUrl | None = None
    region: Annotated[str, Field(min_length=1, max_length=50)] = "us-east-1"
    key_id_env: str | None = None
    secret_env: str | None = None
    session_env: str | None = None
    plain_http: bool = False
    """Whether a server elsewhere than on this machine may be called without encryption."""

    virtual_host: bool = False
    """Whether the bucket's name is part of the host, as Amazon wants it; else it is part of the path."""

    timeout: Annotated[float, Field(ge=0.1, le=300)] = 15.0
    """Seconds for one request."""

    @model_validator(mode="after")
    def _has_both_keys(self) -> Self:
        if (self.key_id_env is None) != (self.secret_env is None):
            raise ValueError("key_id_env and secret_env go together")
        return self

    @model_validator(mode="after")
    def _is_encrypted(self) -> Self:
        if self.is_plain and not self.plain_http and not _is_here(self.endpoint):
            raise ValueError("endpoint is plain http on another machine; give https, or plain_http = true")
        return self

    @property
    def is_plain(self) -> bool:
        """Whether requests go unencrypted."""
        return self.endpoint is not None and self.endpoint.scheme == "http"


StoreSettings = Annotated[LocalFolder | Bucket, Field(discriminator="kind")]


def _is_here(endpoint: HttpUrl | None) -> bool:
    host = None if endpoint is None else endpoint.host
    if host in (None, "localhost"):
        return host is not None
    try:
        return ip_address(str(host).strip("[]")).is_loopback
    except ValueError:
        return False
