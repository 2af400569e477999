"""Errors as HTTP: every refusal has one shape, ``application/problem+json`` (RFC 9457), with field and remedy."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from onealarm.api.validation import first_refusal
from onealarm.errors import BadInput, DatabaseUnavailable, NotAllowed, NotFound, Retryable

MEDIA_TYPE: Final = "application/problem+json"

_KINDS: Final = {
    401: ("unauthenticated", "A token is needed"),
    403: ("not-allowed", "This is not allowed"),
    404: ("not-found", "There is no such thing"),
    405: ("method-not-allowed", "This method is not served here"),
    413: ("too-large", "The request is too large"),
    416: ("range-not-satisfiable", "The range lies outside the file"),
    422: ("bad-input", "The input cannot be used"),
    500: ("internal", "Something went wrong inside"),
    503: ("unavailable", "This is not possible at the moment"),
}
_LONGEST_PATH: Final = 200
_PAUSE: Final = timedelta(seconds=5)
"""Before the next try, where nobody has asked for another pause."""


class Problem(BaseModel):
    """A refusal. ``field`` names what was given wrongly, ``remedy`` says what to do instead."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    remedy: str | None = None


class Unauthenticated(NotAllowed):
    """No token was given, or one that nobody holds."""


def problem(
    status: int,
    detail: str,
    *,
    field: str | None = None,
    remedy: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A response that says what is wrong."""
    kind, title = _KINDS.get(status, ("http-error", HTTPStatus(status).phrase))
    body = Problem(
        type=f"urn:onealarm:problem:{kind}", title=title, status=status, detail=detail, field=field, remedy=remedy
    )
    # Plain ASCII, because what is quoted from the input may hold characters that UTF-8 cannot.
    text = json.dumps(body.model_dump(exclude_none=True))
    return Response(text, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def tell_problems(app: FastAPI) -> None:
    """Have the app answer every error with a problem."""
    app.add_exception_handler(BadInput, _bad_input)
    app.add_exception_handler(Retryable, _retryable)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


async def _bad_input(_: Request, error: Exception) -> Response:
    assert isinstance(error, BadInput), "registered for it"
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthenticated) else None
    return problem(_status(error), error.problem, field=error.field, remedy=error.remedy, headers=headers)


def _status(error: BadInput) -> int:
    match error:
        case Unauthenticated():
            return 401
        case NotAllowed():
            return 403
        case NotFound():
            return 404
        case _:
            return 422


async def _retryable(_: Request, error: Exception) -> Response:
    assert isinstance(error, Retryable), "registered for it"
    seconds = math.ceil((error.wait or _PAUSE).total_seconds())
    what = "the database cannot be reached" if isinstance(error, DatabaseUnavailable) else "it did not work this time"
    remedy = f"Try again in {seconds} s"
    return problem(503, what, remedy=remedy, headers={"Retry-After": str(seconds)})


async def _malformed(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError), "registered for it"
    refused = first_refusal(error)
    return problem(422, refused.problem, field=refused.field, remedy=refused.remedy)


async def _http_error(request: Request, error: Exception) -> Response:
    """What the router and the framework refuse."""
    assert isinstance(error, HTTPException), "registered for it"
    if isinstance(error.__cause__, BadInput):  # of the body; the framework wraps it
        return await _bad_input(request, error.__cause__)
    path = request.url.path[:_LONGEST_PATH]
    if error.status_code == 404:
        return problem(404, f"nothing is served at {path}", field="path", remedy="See /openapi.json")
    if error.status_code == 405:
        served = _served(request)
        detail = f"{request.method} is not served at {path}"
        return problem(405, detail, field="method", remedy=f"Use {served}", headers={"Allow": served})
    if error.status_code == 413:
        return problem(413, error.detail, field="body", remedy="Send less")
    return problem(error.status_code, error.detail, headers=error.headers)


def _served(request: Request) -> str:
    """The methods of all routes at this path; the framework itself names those of the first alone."""
    routes = (context.original_route for context in iter_route_contexts(request.app.routes))
    here = (route for route in routes if isinstance(route, Route) and route.matches(request.scope)[0] is Match.PARTIAL)
    return ", ".join(sorted({method for route in here for method in route.methods or ()})) or "GET"  # the page's files


async def _unexpected(_request: Request, _error: Exception) -> Response:
    """The cause is logged by the server, and not told: it may hold anything."""
    return problem(500, "an unexpected error, which was logged", remedy="Tell the operator when it happened")
