"""What an operator says of who writes: the ``[writer]`` table of the providers' file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from onealarm.control.prices import TextPrice, text_price

ToldSection = Literal["news", "sport", "markets"]


class WriterSettings(BaseModel):
    """Templates, or a model behind an OpenAI-compatible server."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["template", "openai"] = "template"
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")] = "openai"
    base_url: HttpUrl = HttpUrl("https://api.openai.com/v1")
    key_env: str | None = None
    """The variable that holds the key; without one none is sent."""

    model: Annotated[str, Field(min_length=1, max_length=100)] = "gpt-5-mini"
    mode: Literal["shared", "bespoke"] = "shared"
    """What many hear is written once for all of them, or each briefing has a script of its own."""

    tells: tuple[ToldSection, ...] = ("news", "sport", "markets")
    """The sections that it writes when they are shared; the others are from templates."""

    output: Literal["schema", "object", "text"] = "schema"
    most_tokens: Annotated[int, Field(ge=100, le=100_000)] = 4_000
    extra: dict[str, Any] = {}
    usd_per_million_input: Annotated[float | None, Field(ge=0)] = None
    usd_per_million_output: Annotated[float | None, Field(ge=0)] = None

    @property
    def price(self) -> TextPrice:
        """What is given here, else what is known of the model, else nothing."""
        if self.usd_per_million_input is None and self.usd_per_million_output is None:
            return text_price(self.model) or TextPrice()
        return TextPrice(self.usd_per_million_input or 0.0, self.usd_per_million_output or 0.0)
