"""The household's page: on the machine that OneAlarm runs on, reading needs no token.

Whoever opens the page there gets a cookie that lets him read, and never write, everybody's alarms and audio. The host
named in each request must be this machine's own, so that a foreign page that makes its name resolve to 127.0.0.1 (DNS
rebinding) gets nothing. A proxy on this machine would ask for others: what shows one is refused, but a proxy can be set
up to show nothing, so behind one the operator turns the household off.
"""

from __future__ import annotations

import re
import secrets
from ipaddress import ip_address
from typing import Final

from fastapi import Request, Response

_COOKIE: Final = "onealarm_page"
_OWN_HOST: Final = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE | re.ASCII)
_BY_A_PROXY: Final = re.compile(r"forwarded|via|x-real-ip|x-forwarded-.+", re.ASCII)
"""Names of headers that a proxy adds."""
_OWN_SITE: Final = (None, "same-origin", "none")
"""What a browser says of a request that the page or its address bar makes; None where it says nothing."""


class Household:
    """The cookie of this process. It ends with the process."""

    def __init__(self) -> None:
        self._secret = secrets.token_urlsafe(32)

    def admits(self, request: Request) -> bool:
        """Whether the page may be opened without a token: from this machine, under its own name, by no proxy."""
        return (
            _is_loopback(request)
            and _OWN_HOST.fullmatch(request.headers.get("host", "")) is not None
            and not _is_proxied(request)
            and request.headers.get("sec-fetch-site") in _OWN_SITE
        )

    def may_read(self, request: Request) -> bool:
        """Whether this is the page, reading."""
        given = request.cookies.get(_COOKIE, "")
        known = secrets.compare_digest(given.encode(), self._secret.encode())
        return known and request.method in ("GET", "HEAD") and self.admits(request)

    def welcome(self, response: Response) -> None:
        """Give the page its cookie."""
        response.set_cookie(_COOKIE, self._secret, httponly=True, samesite="strict")


def _is_proxied(request: Request) -> bool:
    """Whether a proxy shows: by what it adds, or by HTTP/1.0, which no browser speaks but proxies such as nginx do."""
    return request.scope["http_version"] == "1.0" or any(_BY_A_PROXY.fullmatch(name) for name in request.headers)


def _is_loopback(request: Request) -> bool:
    if request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
