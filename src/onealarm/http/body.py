"""A response's body, taken in within bounds: decoded size, and how far it may have been compressed."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable
from typing import Final, Protocol

import httpx

_SUSPICIOUS_FROM: Final = 64 * 1024
"""Bytes; below this size a high ratio means nothing."""

_HIGHEST_RATIO: Final = 100
"""Decoded to encoded bytes. News in XML compresses 5 to 30 times; bombs reach 1,000."""

_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS


class BodyError(Exception):
    """The body is too large, compressed in a way that was not asked for, or damaged."""


class _Decoder(Protocol):
    def decode(self, chunk: bytes, *, room: int) -> bytes:
        """At most ``room`` + 1 bytes more; one beyond the room says that there would be too many."""
        ...

    def check_complete(self) -> None: ...


class _Plain:
    def decode(self, chunk: bytes, *, room: int) -> bytes:
        return chunk[: room + 1]

    def check_complete(self) -> None:
        return


class _Gzip:
    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP_WINDOW)

    def decode(self, chunk: bytes, *, room: int) -> bytes:
        try:
            decoded = self._inflate.decompress(chunk, room + 1)
        except zlib.error as error:
            raise BodyError("its compression is damaged") from error
        if self._inflate.unused_data:
            raise BodyError("there is more after the end of its compressed data")
        return decoded

    def check_complete(self) -> None:
        if not self._inflate.eof:
            raise BodyError("its compressed data end too early")


async def read_body(chunks: AsyncIterable[bytes], *, headers: httpx.Headers, limit: int) -> bytes:
    """The decoded body of at most ``limit`` bytes. Raises ``BodyError``."""
    decoder = _decoder_for(headers)
    _check_announced(headers, limit=limit)
    body = bytearray()
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        body += decoder.decode(chunk, room=limit - len(body))
        if len(body) > limit:
            raise BodyError(f"it is larger than {limit} bytes")
        if len(body) > max(_SUSPICIOUS_FROM, _HIGHEST_RATIO * received):
            raise BodyError("it is compressed beyond reason")
    decoder.check_complete()
    return bytes(body)


def _decoder_for(headers: httpx.Headers) -> _Decoder:
    match headers.get("content-encoding", "identity").strip().lower():
        case "identity" | "":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Gzip()
        case other:
            raise BodyError(f"it is encoded as {other[:40]!r}, which was not asked for")


def _check_announced(headers: httpx.Headers, *, limit: int) -> None:
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise BodyError(f"it is announced as larger than {limit} bytes")
