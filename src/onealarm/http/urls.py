"""What a URL for outside content must look like before anything is looked up."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

import httpx

from onealarm.errors import BadInput
from onealarm.http.addresses import AddressGuard

LONGEST_URL: Final = 2_000
"""Characters."""

_LABEL: Final = re.compile(rb"[A-Za-z0-9_-]{1,63}")
_REMEDY: Final = "Give a public address such as https://example.org/news.xml"


def check_url(url: str, *, guard: AddressGuard, field: str = "url") -> httpx.URL:
    """The parsed URL, without its fragment.

    Raises ``BadInput`` (naming ``field``) for a URL that can never be right: another scheme than http or
    https, no host, credentials, control characters or blanks, too long, or an address of a forbidden network.
    """

    def refuse(problem: str) -> BadInput:
        return BadInput(field, problem, _REMEDY)

    if len(url) > LONGEST_URL:
        raise refuse(f"a URL of {len(url)} characters is too long")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise refuse("a URL holds no blanks and no control characters")
    try:
        parsed = httpx.URL(url)
        host = parsed.host
    except (httpx.InvalidURL, UnicodeError) as error:  # the latter for a name that only looks encoded (xn--)
        raise refuse("it is not a URL") from error
    if parsed.scheme not in ("http", "https"):
        raise refuse("only http and https can be fetched")
    if parsed.userinfo:
        raise refuse("a URL must not hold a user name or password")
    address = _literal(host)
    if address is None and not _is_name(parsed.raw_host):
        raise refuse("the URL names no host that could exist")
    if address is not None and not guard.permits(address):
        raise refuse(f"{address} is not a public address")
    if parsed.port is not None and not 1 <= parsed.port <= 65_535:
        raise refuse(f"port {parsed.port} does not exist")
    return parsed.copy_with(fragment=None)


def _literal(host: str) -> str | None:
    """The host, if it is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return None
    return host


def _is_name(raw_host: bytes) -> bool:
    """Within the limits of RFC 1035: 253 characters in labels of 1 to 63; a final dot is allowed."""
    name = raw_host.removesuffix(b".")
    return len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.split(b"."))
