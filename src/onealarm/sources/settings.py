"""The table ``[sources]`` of the providers file: which vendors are asked, where, with which keys, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, model_validator

from onealarm.errors import BadInput

Weather = Literal["met-norway", "open-meteo", "none"]
NewsVendor = Literal["wikimedia", "guardian"]
Sport = Literal["thesportsdb", "none"]
Markets = Literal["twelve-data", "none"]

_MOST_CALLS: Final = 10_000_000

_Calls = Annotated[int, Field(strict=True, ge=1, le=_MOST_CALLS)]
_Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class VendorSettings(_Table):
    """One vendor. What is left out is the vendor's own default, ``onealarm.sources.build`` lists them.

    ``key_env`` names the environment variable with the key; ``commercial_contract`` says that there is a contract
    under which a business may use it. ``calls_a_minute`` and ``calls_a_day`` are those of each process.
    """

    base_url: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    key_env: _Variable | None = None
    commercial_contract: StrictBool = False
    calls_a_minute: _Calls | None = None
    calls_a_day: _Calls | None = None


class SourceSettings(_Table):
    """The whole table. ``commercial`` marks the deployment as a business's; ``news`` are vendors beside the feeds."""

    commercial: StrictBool = False
    weather: Weather = "met-norway"
    news: tuple[NewsVendor, ...] = ("wikimedia",)
    sport: Sport = "none"
    markets: Markets = "none"
    calendar: StrictBool = True
    met_norway: Annotated[VendorSettings, Field(alias="met-norway")] = VendorSettings()
    open_meteo: Annotated[VendorSettings, Field(alias="open-meteo")] = VendorSettings()
    wikimedia: VendorSettings = VendorSettings()
    guardian: VendorSettings = VendorSettings()
    thesportsdb: VendorSettings = VendorSettings()
    twelve_data: Annotated[VendorSettings, Field(alias="twelve-data")] = VendorSettings()
    calendars: VendorSettings = VendorSettings()

    @model_validator(mode="after")
    def _once(self) -> SourceSettings:
        if len(set(self.news)) != len(self.news):
            raise ValueError("news names a vendor twice")
        return self


def read_settings(table: Mapping[str, object]) -> SourceSettings:
    """The settings of a table as TOML gives it. Raises ``BadInput`` naming the field, such as ``sources.weather``."""
    try:
        return SourceSettings.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(["sources", *(str(part) for part in first["loc"])])
        if first["type"] == "extra_forbidden":
            raise BadInput(field, "is not known", f"Give one of: {', '.join(_names(first['loc']))}") from None
        problem = first["msg"].removeprefix("Value error, ")
        raise BadInput(field, problem, "See docs/reference/sources.md for what it may be") from None


def _names(where: tuple[int | str, ...]) -> list[str]:
    model = SourceSettings if len(where) == 1 else VendorSettings
    return [field.alias or name for name, field in model.model_fields.items()]
