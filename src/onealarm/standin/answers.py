"""What the stand-in answers: a status, headers and a body, in the shapes that OpenAI documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(status: int, content: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(content, ensure_ascii=False).encode(), JSON, headers or {})


def error(status: int, *, code: str, message: str, kind: str, headers: Mapping[str, str] | None = None) -> Reply:
    """As ``{"error": {message, type, code, param}}``."""
    return json_reply(status, {"error": {"message": message, "type": kind, "code": code, "param": None}}, headers)


def refusal(fault: str) -> Reply | None:
    """The answer of a fault that both endpoints can have; None for another one."""
    match fault:
        case "rate-limit":
            return error(
                429,
                code="rate_limit_exceeded",
                message="Rate limit reached for requests",
                kind="requests",
                headers={"Retry-After": "2", "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "2s"},
            )
        case "quota":
            return error(
                429,
                code="insufficient_quota",
                message="You exceeded your current quota, please check your plan and billing details.",
                kind="insufficient_quota",
            )
        case "overloaded":
            return error(503, code="server_is_overloaded", message="The server is overloaded", kind="server_error")
        case "unauthorised":
            return error(
                401, code="invalid_api_key", message="Incorrect API key provided", kind="invalid_request_error"
            )
        case "html":
            page = b"<!doctype html><html><title>Just a moment</title><p>Checking your browser</p></html>"
            return Reply(200, page, "text/html")
        case _:
            return None
