"""What a database's URL says: where it leads, and whether it carries a password. The password itself is told nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from onealarm.errors import BadInput

_SCHEMES: Final = ("postgresql", "postgres")
_HOST: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.%\w]+\]|[^:\[\]]*)(:(?P<port>\d{1,5}))?")
_PORT: Final = 5432
_REMEDY: Final = (
    "Give postgresql://user:password@host:port/name with special characters as %XX, "
    "or leave it out for the embedded server"
)


@dataclass(frozen=True, slots=True)
class Host:
    """A host that is named in a URL; a name that begins with ``/`` is the folder of a socket."""

    name: str
    port: int

    @property
    def is_here(self) -> bool:
        """Whether it is this machine."""
        if not self.name or self.name.startswith("/") or self.name == "localhost":
            return True
        try:
            return ip_address(self.name).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Several hosts are one server and its stand-ins."""

    hosts: tuple[Host, ...]
    has_password: bool


def parse_address(url: str) -> DatabaseAddress:
    """Raises ``BadInput`` for what is no PostgreSQL URL, without quoting it."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BadInput("DATABASE_URL", "is not a URL", _REMEDY) from error
    if parts.scheme not in _SCHEMES or not url.startswith(f"{parts.scheme}://"):
        raise BadInput("DATABASE_URL", "is not a postgresql:// URL", _REMEDY)
    query = parse_qs(parts.query)
    return DatabaseAddress(_hosts(parts, query), ":" in _userinfo(parts) or "password" in query)


def _userinfo(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[0]


def _hosts(parts: SplitResult, query: dict[str, list[str]]) -> tuple[Host, ...]:
    named = parts.netloc.rpartition("@")[2] or ",".join(query.get("host", []))
    if named.startswith("/"):
        return tuple(Host(folder, _PORT) for folder in named.split(","))
    matches = [_HOST.fullmatch(one) for one in named.split(",")]
    found = [match for match in matches if match is not None and 0 < int(match["port"] or _PORT) < 1 << 16]
    if len(found) < len(matches):
        raise BadInput("DATABASE_URL", "names a host or a port that cannot be", _REMEDY)
    return tuple(Host(match["host"].strip("[]"), int(match["port"] or _PORT)) for match in found)
