"""The description of the API, with the problems that every operation may answer with."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

from onealarm.api.problems import MEDIA_TYPE, Problem

_PROBLEMS: Final = {
    "401": "No token, or one that nobody holds",
    "403": "The caller may not do this",
    "404": "It does not exist, or it is somebody else's",
    "422": "The input cannot be used",
    "503": "Not possible at the moment; try again after Retry-After",
}
_REPLACED: Final = ("HTTPValidationError", "ValidationError")
"""What the framework would describe in the place of a problem."""


class DescribedAPI(FastAPI):
    """A FastAPI whose description tells the truth about errors."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = _with_problems(super().openapi())
        return self.openapi_schema


def _with_problems(description: dict[str, Any]) -> dict[str, Any]:
    schemas = description["components"]["schemas"]
    for name in _REPLACED:
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema()
    for path, operations in description["paths"].items():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            if path.startswith(("/v1/", "/functions/v1/")):
                operation["responses"] |= {status: _response(what) for status, what in _PROBLEMS.items()}
    return description


def _response(what: str) -> dict[str, Any]:
    return {"description": what, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
