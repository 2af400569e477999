"""Who speaks and writes in the demo, from its options."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from onealarm.errors import BadInput
from onealarm.providers import Providers, parse_providers

SAMPLE_FEED: Final = Path(__file__).parent / "sample_feed.xml"
"""News of no day, for a model that is tried without a feed."""

_KEY: Final = "OPENAI_API_KEY"


def demo_providers(*, writer: str, speech: str, base_url: str | None, given: Providers) -> Providers:
    """What the options ask for in the place of the providers' file. Raises ``BadInput``."""
    for option, value, known in (
        ("--writer", writer, ("template", "openai")),
        ("--speech", speech, ("espeak", "openai")),
    ):
        if value not in known:
            raise BadInput(option, f"{value!r} is not known", "Give " + " or ".join(known))
    if writer == "template" and speech == "espeak":
        if base_url is not None:
            raise BadInput("--base-url", "nobody would call it", "Give --writer openai, --speech openai or both")
        return given
    server: dict[str, Any] = {"key_env": _KEY} if base_url is None else {"base_url": base_url}
    document: dict[str, Any] = {}
    if speech == "openai":
        document["voices"] = [{"kind": "openai", **server}]
    if writer == "openai":
        document["writer"] = {"kind": "openai", **server}
    try:
        return parse_providers(document)
    except BadInput as error:
        raise BadInput("--base-url", error.problem, "Give an address such as http://127.0.0.1:8081/v1") from error
