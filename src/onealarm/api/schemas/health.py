"""Whether the service lives and can work."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class Alive(BaseModel):
    """The process lives."""

    status: Literal["ok"] = "ok"


class Check(BaseModel):
    """One thing that must be so; ``detail`` says what was found."""

    ok: bool
    detail: str


class Readiness(BaseModel):
    """Ready when every check is ok."""

    ready: bool
    checks: dict[str, Check]
