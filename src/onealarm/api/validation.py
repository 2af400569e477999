"""Turns the validation library's findings into refusals that name the field and the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi.exceptions import RequestValidationError

from onealarm.api.schemas.fields import REFUSED
from onealarm.errors import BadInput

_REMEDIES: Final = {
    "missing": "Give it",
    "extra_forbidden": "Leave it out, or check its spelling against /openapi.json",
    "string_type": "Give text",
    "string_unicode": "Give text without unpaired surrogates",
    "string_too_short": "Give at least {min_length} character",
    "string_too_long": "Give at most {max_length} characters",
    "too_long": "Give at most {max_length}",
    "bool_type": "Give true or false",
    "float_type": "Give a number",
    "finite_number": "Give a finite number",
    "greater_than_equal": "Give at least {ge}",
    "less_than_equal": "Give at most {le}",
    "literal_error": "Give {expected}",
    "uuid_type": "Give an id as text",
    "uuid_parsing": "Give an id such as 00000000-0000-0000-0000-000000000000",
    "json_invalid": "Send one JSON object",
}
_ELSE: Final = "See /openapi.json for what is accepted"
NO_OBJECT: Final = "Send one JSON object, with Content-Type: application/json"


def first_refusal(error: RequestValidationError) -> BadInput:
    """The first finding, as the refusal that it amounts to."""
    first: Mapping[str, Any] = error.errors()[0]
    where = first["loc"][:1]
    path = [str(part) for part in first["loc"][1:]]
    if first["type"] == "json_invalid":
        return BadInput("body", f"not JSON: {first['ctx']['error']}", _REMEDIES["json_invalid"])
    if where == ("body",) and not path:
        return BadInput("body", "there is no JSON object in it", NO_OBJECT)
    field = ".".join(path) or "request"
    context = first.get("ctx", {})
    if first["type"] == REFUSED:
        return BadInput(field, context["problem"], context["remedy"])
    return BadInput(field, _lowered(first["msg"]), _REMEDIES.get(first["type"], _ELSE).format_map(context))


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]
