"""The providers' file: which voices speak, who writes, who is asked, and where sound is kept, as one TOML document."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from onealarm.control.budget import BESPOKE_USD, FIRST_DAY, Costs
from onealarm.delivery.settings import FlashSettings
from onealarm.errors import BadInput
from onealarm.sources.categories import CategorySettings
from onealarm.sources.settings import SourceSettings
from onealarm.stores.settings import LocalFolder, StoreSettings
from onealarm.voices.settings import VoiceSettings
from onealarm.writers.settings import WriterSettings

VARIABLE: Final = "ONEALARM_PROVIDERS"
_LARGEST: Final = 1_000_000
_KINDS: Final = ("openai", "command", "piper", "local", "s3")
"""What the validation library puts into a place that the file does not have."""


class Providers(BaseModel):
    """``voices`` come in the order of preference; the local voice is always the last, else the only one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voices: Annotated[tuple[VoiceSettings, ...], Field(max_length=10)] = ()
    writer: WriterSettings = WriterSettings()
    sources: SourceSettings = SourceSettings()
    news: CategorySettings = CategorySettings()
    store: StoreSettings = LocalFolder()
    flash: Annotated[tuple[FlashSettings, ...], Field(max_length=20)] = ()

    @property
    def first_costs(self) -> Costs:
        """What a briefing is expected to cost in US dollars, before any has been made."""
        return BESPOKE_USD if self.writer.kind == "openai" and self.writer.mode == "bespoke" else FIRST_DAY

    @property
    def are_paid(self) -> bool:
        """Whether any of them is called over the network, and may have limits and a price."""
        return self.writer.kind == "openai" or any(voice.kind == "openai" for voice in self.voices)


def read_providers(path: Path) -> Providers:
    """Raises ``BadInput`` with the place in the file that cannot be used."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise BadInput(VARIABLE, f"{path} cannot be read: {error.strerror}", "Give the path of a TOML file") from error
    if len(content) > _LARGEST:
        raise BadInput(VARIABLE, f"{path} has more than {_LARGEST} bytes", "Give a smaller file")
    try:
        return parse_providers(tomllib.loads(content.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(VARIABLE, f"{path} is not TOML: {error}", "See docs/reference/providers.md") from error


def parse_providers(document: dict[str, Any]) -> Providers:
    """Raises ``BadInput``."""
    try:
        found = Providers.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(
            str(part) for part in first["loc"] if part not in ("openai", "command", "piper", "local", "s3")
        )
        problem = first["msg"].removeprefix("Value error, ")
        raise BadInput(f"{VARIABLE}: {place}", problem, "See docs/reference/providers.md") from error
    for table, names in (("voices", [one.name for one in found.voices]), ("flash", [one.name for one in found.flash])):
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise BadInput(f"{VARIABLE}: {table}", f"{twice!r} is there twice", "Give each a name of its own")
    return found
