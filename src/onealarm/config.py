"""Settings: one frozen object, the only reader of the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, LiteralString

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from onealarm.control.governor import agreed
from onealarm.control.governor.pools import PoolLimit
from onealarm.errors import BadInput, SetupError
from onealarm.http.addresses import AddressGuard
from onealarm.postgres.address import parse_address
from onealarm.providers import VARIABLE, Providers, read_providers

PREFIX: Final = "ONEALARM_"

_TOKEN: Final = re.compile(r"[A-Za-z0-9_.~-]{32,200}", re.ASCII)

_ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.\[\]:-]{1,260}/?", re.ASCII)

_UNUSABLE: Final[LiteralString] = "unusable"
"""The type of a validation error that brings its own problem and remedy."""

_REMEDIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PORT": "Give a number from 1 to 65535",
        "ONEALARM_METRICS_PORT": "Give a number from 1 to 65535",
        "ONEALARM_HOUSEHOLD": "Give true or false",
        "ONEALARM_PREWARM": "Give true or false",
        "ONEALARM_SLOTS": "Give a number from 1 to 1000, or auto",
        "ONEALARM_MOST_SLOTS": "Give a number from 1 to 1000000",
        "ONEALARM_PROCESSES": "Give a number from 1 to 256",
        "ONEALARM_MATERIALISE": "Give off, aac or m4a",
        "ONEALARM_LOG_FORMAT": "Give text or json",
        "ONEALARM_LOG_LEVEL": "Give debug, info, warning or error",
        "ONEALARM_CONTACT": "Give a URL or an e-mail address, at most 200 characters",
    }
)
"""For the values that pydantic itself refuses; the validators below bring their own."""

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

    public_url: str | None = Field(default=None, validation_alias="ONEALARM_PUBLIC_URL")
    """Where the API is reached from outside; None takes what each caller has called."""

    household: bool = Field(default=True, validation_alias="ONEALARM_HOUSEHOLD")
    """Whether the page, opened on this machine, may read everybody's alarms without a token. Off behind a proxy."""

    service_token: str | None = Field(default=None, repr=False, validation_alias="ONEALARM_SERVICE_TOKEN")
    """What a cron service shows to have work done under /functions/v1; None: an operator's token only."""

    slots: int | None = Field(default=8, ge=1, le=1000, validation_alias="ONEALARM_SLOTS")
    """Briefings that one worker makes side by side; None (``auto``) is an even share of what the leader asks for."""

    most_slots: int | None = Field(default=None, ge=1, le=1_000_000, validation_alias="ONEALARM_MOST_SLOTS")
    """How far an autoscaler lets the whole fleet grow; None where there is none."""

    materialise: Literal["off", "aac", "m4a"] = Field(default="off", validation_alias="ONEALARM_MATERIALISE")
    """In which form whole files of ready briefings are written into the store."""

    prewarm: bool = Field(default=True, validation_alias="ONEALARM_PREWARM")
    """Whether idle workers speak what several listeners of the coming hour will hear."""

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

    @field_validator("slots", mode="before")
    @classmethod
    def _may_be_auto(cls, value: object) -> object:
        return None if value == "auto" else value

    @field_validator("allowed_networks", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    limits: str = Field(default="", validation_alias=agreed.LIMITS)
    """What providers allow in a minute, as ``openai/tts-1:requests=500,tokens=50000``; see ``pool_limits``."""

    budgets: str = Field(default="", validation_alias=agreed.BUDGETS)
    """What a day of UTC may cost, as ``usd=25``, and a platform's quotas; see ``daily_budgets``."""

    providers_file: Path | None = Field(default=None, validation_alias=VARIABLE)
    """A TOML file that says which voices speak and who writes; without one the local voice and templates."""

    @cached_property
    def providers(self) -> Providers:
        return Providers() if self.providers_file is None else read_providers(self.providers_file)

    @property
    def pool_limits(self) -> tuple[PoolLimit, ...]:
        return agreed.parse_limits(self.limits)

    @property
    def daily_budgets(self) -> dict[str, float]:
        """Amounts by unit."""
        return agreed.parse_budgets(self.budgets)

    @property
    def sound(self) -> Path:
        """Where the bytes of segments are kept."""
        return self.home / "audio"

    @field_validator("home")
    @classmethod
    def _is_whole(cls, home: Path) -> Path:
        if not home.is_absolute():
            raise _unusable("is not an absolute path", "Give a path that begins with /")
        return home

    @field_validator("database_url", "database_direct_url")
    @classmethod
    def _is_postgresql(cls, url: str | None) -> str | None:
        if url is not None and (refusal := _refusal(parse_address, url)):
            raise _unusable(refusal.problem, refusal.remedy)
        return url

    @field_validator("host")
    @classmethod
    def _is_address(cls, host: str) -> str:
        if host != "localhost":
            try:
                ip_address(host)
            except ValueError as error:
                raise _unusable(
                    f"{host!r} is not an IP address", "Give 127.0.0.1 for this machine alone, 0.0.0.0 for all"
                ) from error
        return host

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, url: str | None) -> str | None:
        if url is not None and not _ORIGIN.fullmatch(url):
            raise _unusable(
                f"{url[:80]!r} is not an address", "Give one such as https://alarm.example.org, without a path"
            )
        return None if url is None else url.rstrip("/")

    @field_validator("service_token")
    @classmethod
    def _cannot_be_guessed(cls, token: str | None) -> str | None:
        if token is not None and not _TOKEN.fullmatch(token):
            raise _unusable(
                "is not 32 to 200 letters, digits and . _ ~ -", "Give one of openssl rand -hex 32, or leave it out"
            )
        return token

    @field_validator("metrics_port")
    @classmethod
    def _is_another(cls, metrics_port: int | None, info: ValidationInfo) -> int | None:
        if metrics_port is not None and metrics_port == info.data.get("port"):
            raise _unusable(f"{metrics_port} is the PORT of the API too", "Give each a port of its own")
        return metrics_port

    @field_validator("contact")
    @classmethod
    def _fits_a_header(cls, contact: str) -> str:
        if not contact.strip() or not (contact.isascii() and contact.isprintable()):
            raise _unusable("is empty or not plain ASCII text", "Give a URL or an e-mail address")
        return contact

    @field_validator("allowed_networks")
    @classmethod
    def _are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        refusals = (_refusal(AddressGuard, (network,)) for network in networks)
        if wrong := [refusal for refusal in refusals if refusal is not None]:
            raise _unusable("; ".join(refusal.problem for refusal in wrong), wrong[0].remedy)
        return networks

    @field_validator("providers_file")
    @classmethod
    def _can_be_used(cls, path: Path | None) -> Path | None:
        if path is not None and (refusal := _refusal(read_providers, path)):
            raise _unusable(
                f"{refusal.field.removeprefix(VARIABLE).lstrip(': ')} {refusal.problem}".strip(), refusal.remedy
            )
        return path

    @field_validator("limits")
    @classmethod
    def _are_limits(cls, limits: str) -> str:
        if refusal := _refusal(agreed.parse_limits, limits):
            raise _unusable(refusal.problem, refusal.remedy)
        return limits

    @field_validator("budgets")
    @classmethod
    def _are_budgets(cls, budgets: str) -> str:
        if refusal := _refusal(agreed.parse_budgets, budgets):
            raise _unusable(refusal.problem, refusal.remedy)
        return budgets


def load_settings(**given: str) -> Settings:
    """The settings; ``given`` variables win. Raises ``BadInput`` with the variable that cannot be used."""
    settings, problems = try_settings(**given)
    if problems:
        raise problems[0]
    return settings


def try_settings(**given: str) -> tuple[Settings, list[BadInput]]:
    """The settings, with the defaults in the place of what cannot be used, and all that is wrong."""
    try:
        return _settings(given), []
    except ValidationError as error:
        problems = [_problem(one) for one in error.errors()]
    return _settings({**given, **{problem.field: _default(problem.field) for problem in problems}}), problems


def unknown_variables() -> list[str]:
    """Names in the environment that look like settings and are none."""
    return sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in variables())


def variables() -> set[str]:
    """The names of all settings."""
    return {str(field.validation_alias) for field in Settings.model_fields.values()}


def provider_keys() -> Mapping[str, str]:
    """Where the variables are that the providers' file names."""
    return os.environ


def provider_key(name: str | None) -> str | None:
    """The key of a provider, from the variable that the providers' file names for it. Raises ``SetupError``."""
    if name is None:
        return None
    key = os.environ.get(name)
    if not key:
        raise SetupError(
            f"{name} is not set", "Put the provider's key into it, or take key_env out of the providers' file"
        )
    return key


def has_password_elsewhere() -> bool:
    """Whether the database's password may be where PostgreSQL's own programs look for it too."""
    return bool(os.environ.get("PGPASSWORD") or os.environ.get("PGPASSFILE")) or (Path.home() / ".pgpass").exists()


def _settings(given: Mapping[str, object]) -> Settings:
    return Settings(**given)  # type: ignore[arg-type]  # pydantic validates what is given


def _default(variable: str) -> Any:
    [field] = [field for field in Settings.model_fields.values() if field.validation_alias == variable]
    return field.get_default(call_default_factory=True)


def _unusable(problem: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError(_UNUSABLE, "{problem}", {"problem": problem, "remedy": remedy})


def _refusal(check: Callable[[Any], object], value: object) -> BadInput | None:
    """What a check of ours says against a value."""
    try:
        check(value)
    except BadInput as error:
        return error
    return None


def _problem(error: ErrorDetails) -> BadInput:
    field = str(error["loc"][0])
    if error["type"] == _UNUSABLE:
        return BadInput(field, error["ctx"]["problem"], error["ctx"]["remedy"])
    problem = _PROBLEMS.get(error["type"], "cannot be used")
    return BadInput(
        field,
        f"{str(error['input'])[:80]!r} {problem}",
        _REMEDIES.get(field, "See docs/reference/configuration.md"),
    )
