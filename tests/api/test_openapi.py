"""The description of the API says what the API does."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import httpx
from fastapi import FastAPI

REFERENCE: Final = Path(__file__).parents[2] / "docs" / "reference" / "http.md"

OPEN: Final = ("/v1/feeds/", "/v1/flash-briefings/", "/v1/generic-audio/")
"""Where the address is the secret, or there is none."""


async def test_every_operation_describes_its_problems(nobody: httpx.AsyncClient) -> None:
    description = (await nobody.get("/openapi.json")).json()
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            if path.startswith(("/v1/", "/functions/v1/")) and path != "/v1/autoscale":  # for machines, as metrics are
                assert path.startswith(OPEN) or operation["security"], (method, path)
                for status in ("401", "403", "404", "422", "503"):
                    [(media_type, content)] = operation["responses"][status]["content"].items()
                    assert media_type == "application/problem+json"
                    assert content["schema"] == {"$ref": "#/components/schemas/Problem"}


async def test_every_reference_leads_somewhere(nobody: httpx.AsyncClient) -> None:
    description = (await nobody.get("/openapi.json")).json()
    named = {reference.removeprefix("#/components/schemas/") for reference in references(description)}
    assert named == set(description["components"]["schemas"])


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in references(value)]
    if isinstance(node, list):
        return [found for value in node for found in references(value)]
    return []


async def test_sound_is_described_as_sound(nobody: httpx.AsyncClient) -> None:
    paths = (await nobody.get("/openapi.json")).json()["paths"]
    for name, mime in (("briefing.aac", "audio/aac"), ("briefing.m4a", "audio/mp4"), ("ring.wav", "audio/wav")):
        responses = paths[f"/v1/audio/{{audio_id}}/{name}"]["get"]["responses"]
        assert set(responses["200"]["content"]) == set(responses["206"]["content"]) == {mime}
        assert {"304", "416"} <= set(responses)


def test_the_reference_names_every_operation_and_no_other(app: FastAPI) -> None:
    described = {
        f"{method.upper()} {path}" for path, operations in app.openapi()["paths"].items() for method in operations
    }
    rows = [line.split("`")[1] for line in REFERENCE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    named = {row for row in rows if " /" in row}
    assert named == described
