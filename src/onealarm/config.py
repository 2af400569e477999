"""Settings: one frozen object, the only reader of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from onealarm.errors import BadInput

_REMEDIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PORT": "Give a number from 1 to 65535",
        "ONEALARM_METRICS_PORT": "Give a number from 1 to 65535",
        "ONEALARM_HOUSEHOLD": "Give true or false",
        "ONEALARM_SLOTS": "Give a number from 1 to 1000",
        "ONEALARM_PROCESSES": "Give a number from 1 to 256",
        "ONEALARM_LOG_FORMAT": "Give text or json",
        "ONEALARM_LOG_LEVEL": "Give debug, info, warning or error",
        "ONEALARM_CONTACT": "Give a URL or an e-mail address, at most 200 characters",
    }
)
_PROBLEMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "int_parsing": "is not a whole number",
        "greater_than_equal": "is too little",
        "less_than_equal": "is too much",
        "bool_parsing": "is neither true nor false",
        "literal_error": "is not known",
        "string_too_long": "is too long",
    }
)
"""By the type of the validation library's finding."""


def _default_home() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/onealarm")
    return Path.home() / ".local" / "share" / "onealarm"


class Settings(BaseSettings):
    """Read from the environment. ``docs/reference/configuration.md`` lists every variable."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    home: Path = Field(default_factory=_default_home, validation_alias="ONEALARM_HOME")
    """Where the embedded database and the audio are kept."""

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    """A PostgreSQL 15 or later; None starts the embedded server."""

    database_direct_url: str | None = Field(default=None, validation_alias="DATABASE_DIRECT_URL")
    """The same database past a pooler, for migrations; with it, ``DATABASE_URL`` is taken to be the pooler."""

    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    port: int = Field(default=8080, ge=1, le=65535, validation_alias="PORT")

    household: bool = Field(default=True, validation_alias="ONEALARM_HOUSEHOLD")
    """Whether the page, opened on this machine, may read everybody's alarms without a token. Off behind a proxy."""

    slots: int = Field(default=8, ge=1, le=1000, validation_alias="ONEALARM_SLOTS")
    """Briefings that one worker makes side by side."""

    processes: int | None = Field(default=None, ge=1, le=256, validation_alias="ONEALARM_PROCESSES")
    """Child processes for speech and encoding; None is one per core."""

    log_format: Literal["text", "json"] = Field(default="text", validation_alias="ONEALARM_LOG_FORMAT")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", validation_alias="ONEALARM_LOG_LEVEL"
    )

    metrics_port: int | None = Field(default=None, ge=1, le=65535, validation_alias="ONEALARM_METRICS_PORT")
    """Where a worker of its own shows its metrics; the API has them at /metrics."""

    contact: str = Field(default="operator of this OneAlarm", max_length=200, validation_alias="ONEALARM_CONTACT")
    """How a publisher whose feed is read can reach the operator; part of the User-Agent."""

    allowed_networks: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), validation_alias="ONEALARM_ALLOWED_NETWORKS"
    )
    """Private networks, separated by commas, that feeds may be fetched from all the same."""

    @field_validator("allowed_networks", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def load_settings(**given: str) -> Settings:
    """The settings; ``given`` variables win. Raises ``BadInput`` with the variable that cannot be used."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic validates what is given
    except ValidationError as error:
        raise _problem(error.errors()[0]) from error


def _problem(error: ErrorDetails) -> BadInput:
    field = str(error["loc"][0])
    problem = _PROBLEMS.get(error["type"], "cannot be used")
    remedy = _REMEDIES.get(field, "See docs/reference/configuration.md")
    return BadInput(field, f"{str(error['input'])[:80]!r} {problem}", remedy)
