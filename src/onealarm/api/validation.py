"""Turns the validation library's findings into refusals that name the field and the remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from onealarm.api.schemas.fields import REFUSED, shown
from onealarm.errors import BadInput

M = TypeVar("M", bound=BaseModel)

_FINDINGS: Final = {
    "missing": ("is missing", "Give it"),
    "extra_forbidden": ("is not known", "Leave it out, or check its spelling"),
    "string_type": ("{given} is not text", "Give text"),
    "string_unicode": ("holds half a character (an unpaired surrogate)", "Give whole characters"),
    "string_too_short": ("is empty", "Give at least {min_length} character"),
    "string_too_long": ("is longer than {max_length} characters", "Give at most {max_length}"),
    "too_long": ("has more than {max_length} entries", "Give at most {max_length}"),
    "tuple_type": ("{given} is not a list", "Give a list"),
    "model_attributes_type": ("{given} is not an object", "Give an object"),
    "model_type": ("{given} is not an object", "Give an object"),
    "bool_type": ("{given} is neither true nor false", "Give true or false"),
    "int_type": ("{given} is not a whole number", "Give a whole number"),
    "int_from_float": ("{given} is not a whole number", "Give a whole number"),
    "int_parsing": ("{given} is not a whole number", "Give a whole number"),
    "int_parsing_size": ("{given} is too large", "Give a whole number within reason"),
    "float_type": ("{given} is not a number", "Give a number, without quotes"),
    "finite_number": ("{given} is not a finite number", "Give a finite number"),
    "greater_than_equal": ("{given} is too little", "Give at least {ge:g}"),
    "less_than_equal": ("{given} is too much", "Give at most {le:g}"),
    "literal_error": ("{given} is not known", "Give {expected}"),
    "uuid_type": ("{given} is not an id", "Give an id as text"),
    "uuid_parsing": ("{given} is not an id", "Give an id such as 00000000-0000-0000-0000-000000000000"),
}
_ELSE: Final = ("{given} cannot be used", "See /openapi.json for what is accepted")
_PLACES: Final = ("body", "query", "path", "header")
_LONGEST_NAME: Final = 80
NO_OBJECT: Final = "Send one JSON object, with Content-Type: application/json"

if TYPE_CHECKING:
    from fastapi.exceptions import RequestValidationError


def first_refusal(error: RequestValidationError) -> BadInput:
    """The first finding in a request, as the refusal that it amounts to."""
    first: Mapping[str, Any] = error.errors()[0]
    place, *path = first["loc"]
    assert place in _PLACES, "the framework names the part of the request first"
    if place == "body" and not path:
        return BadInput("body", "there is no JSON object in it", NO_OBJECT)
    return _refusal(first, path)


def checked(schema: type[M], given: object, *, whole: str = "input") -> M:
    """What was given, as the schema reads it. Raises ``BadInput`` with the first field that cannot be used.

    ``whole`` names what was given when it is no object at all.
    """
    try:
        return schema.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise _refusal(first, first["loc"] or (whole,)) from error


def _refusal(finding: Mapping[str, Any], path: Sequence[str | int]) -> BadInput:
    field = ".".join(str(part)[:_LONGEST_NAME] or '""' for part in path)
    context = finding.get("ctx", {})
    if finding["type"] == REFUSED:
        return BadInput(field, context["problem"], context["remedy"])
    kind = finding["type"]
    if kind == "too_long" and isinstance(finding["input"], str):
        kind = "string_too_long"  # as the library calls it only where it is told before other validators
    problem, remedy = _FINDINGS.get(kind, _ELSE)
    values = {**context, "given": shown(finding["input"])}
    return BadInput(field, problem.format_map(values), remedy.format_map(values))
