"""Sends bytes: whole, in part, or not at all when the caller has them (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from fastapi import Request, Response

from onealarm.api.problems import problem
from onealarm.api.ranges import byte_range, names_etag

ANYWHERE: Final = MappingProxyType({"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"})
"""Players in pages of other origins may read it: who holds the address may have it."""


def described(media_type: str) -> dict[int | str, dict[str, Any]]:
    """What the answers are, for the description of the API."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {
        200: {"description": "The whole file", "content": content},
        206: {"description": "The range that was asked for", "content": content},
        304: {"description": "The caller has it already"},
        416: {"description": "The range lies outside the file"},
    }


def file_headers(etag: str, *, cache: str) -> dict[str, str]:
    """``etag`` is strong, without its quotes; ``cache`` says who may keep the file and for how long."""
    return {"ETag": f'"{etag}"', "Accept-Ranges": "bytes", "Cache-Control": cache}


def not_modified(request: Request, headers: Mapping[str, str]) -> Response | None:
    """The answer to a caller who has it already, before anything is read."""
    if names_etag(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return None


def send(request: Request, data: bytes, *, media_type: str, headers: Mapping[str, str]) -> Response:
    """The file, or the range of it that was asked for."""
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    sent = {**headers, "Repr-Digest": f"sha-256=:{digest}:"}
    if request.method == "HEAD":
        return Response(media_type=media_type, headers=sent | {"Content-Length": str(len(data))})
    part = byte_range(_range_header(request, headers["ETag"]), len(data))
    if part is None:
        return Response(data, media_type=media_type, headers=sent)
    if not part:
        return _outside(len(data))
    sent["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(data)}"
    return Response(data[part.start : part.stop], 206, media_type=media_type, headers=sent)


def _range_header(request: Request, etag: str) -> str | None:
    """The ``Range`` header, unless ``If-Range`` names another state of the file than the present one."""
    if request.headers.get("if-range", etag) != etag:
        return None
    return request.headers.get("range")


def _outside(size: int) -> Response:
    return problem(
        416,
        f"the file has {size} bytes",
        field="Range",
        remedy=f"Ask for positions from 0 to {size - 1}",
        headers={"Content-Range": f"bytes */{size}"},
    )
