"""What a URL for outside content must look like before anything is looked up."""

from __future__ import annotations

import ipaddress
from typing import Final

import httpx

from onealarm.errors import BadInput
from onealarm.http.addresses import AddressGuard

LONGEST_URL: Final = 2_000
"""Characters."""

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
    except httpx.InvalidURL as error:
        raise refuse(f"not a URL ({error})") from error
    if parsed.scheme not in ("http", "https"):
        raise refuse("only http and https can be fetched")
    if parsed.userinfo:
        raise refuse("a URL must not hold a user name or password")
    if not _is_host(parsed.raw_host):
        raise refuse("the URL names no host that could exist")
    if parsed.port == 0:
        raise refuse("port 0 cannot be reached")
    if _is_forbidden_literal(parsed.host, guard):
        raise refuse(f"{parsed.host} is not a public address")
    return parsed.copy_with(fragment=None)


def _is_host(raw_host: bytes) -> bool:
    """Length limits of RFC 1035: 253 characters, labels of 1 to 63; a final dot is allowed."""
    labels = raw_host.removesuffix(b".").split(b".")
    return len(raw_host) <= 254 and all(1 <= len(label) <= 63 for label in labels)


def _is_forbidden_literal(host: str, guard: AddressGuard) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not guard.permits(host)
