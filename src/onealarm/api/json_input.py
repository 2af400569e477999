"""JSON as callers send it, read strictly: what other readers take in silence and each in its own way is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute

from onealarm.errors import BadInput

_REMEDY: Final = "Send one JSON object in UTF-8"
_LONGEST_NAME: Final = 80


def read_json(text: bytes | str, *, field: str = "body") -> object:
    """The value in the text, which may begin with a byte order mark.

    Raises ``BadInput`` for what is not JSON (RFC 8259), NaN and Infinity included, and with the key for one that is
    given twice: which of its values was meant cannot be known.
    """
    try:
        return json.loads(text, object_pairs_hook=partial(_without_repetition, field=field), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise BadInput(field, f"is not JSON from character {error.pos + 1} on", _REMEDY) from error
    except UnicodeDecodeError as error:
        raise BadInput(field, f"is not UTF-8 at byte {error.start + 1}", _REMEDY) from error
    except RecursionError as error:
        raise BadInput(field, "is nested too deeply", _REMEDY) from error
    except _NoNumberError as error:
        raise BadInput(field, f"is not JSON: {error} is no number", "Give finite numbers, or null") from error
    except ValueError as error:  # a whole number of more digits than Python reads
        raise BadInput(field, "holds a number that is too long", "Give numbers within reason") from error


class _NoNumberError(ValueError):
    """A word that some writers of JSON use for what is no number."""


def _no_number(word: str) -> NoReturn:
    raise _NoNumberError(word)


def _without_repetition(pairs: list[tuple[str, Any]], *, field: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadInput(name[:_LONGEST_NAME], "is given twice", "Give it once")
        found[name] = value
    names = "".join(found)
    if not names.isascii() and any("\ud800" <= character <= "\udfff" for character in names):
        raise BadInput(field, "holds half a character (an unpaired surrogate) in a name", _REMEDY)
    return found


class _StrictRequest(Request):
    async def json(self) -> Any:
        return read_json(await self.body())


class StrictRoute(APIRoute):
    """A route whose body is read by ``read_json``."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return handle_strictly
