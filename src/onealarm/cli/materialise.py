"""``onealarm materialise``: whole files of briefings, written into the store."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final, get_args
from uuid import UUID

import typer

from onealarm.bootstrap import Parts
from onealarm.cli import running
from onealarm.cli.listing import print_list
from onealarm.delivery.materialise import BATCH, Form, Material, ReadyBriefing
from onealarm.errors import BadInput
from onealarm.ids import AudioId

_FORMS: Final = get_args(Form)


def materialise(
    audio: Annotated[str | None, typer.Argument(help="A briefing's id; without it all that are ready.")] = None,
    form: Annotated[str, typer.Option(metavar="FORM", help="m4a or aac.")] = "m4a",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
) -> None:
    """Write whole files of ready briefings into the store, for a CDN or a client that reads it directly."""
    with running.told():
        wanted = _form(form)
        audio_id = None if audio is None else _audio_id(audio)

    async def main(parts: Parts) -> list[Material]:
        if audio_id is not None:
            found = await parts.audio.find(audio_id)
            return [await parts.delivery.materialiser.write(ReadyBriefing(found.making, found.briefing), wanted)]
        written: list[Material] = []
        while some := await parts.delivery.materialiser.write_missing(wanted, limit=BATCH):
            written += some
        return written

    files = running.with_parts(main)
    if as_json:
        running.print_json({"files": [asdict(one) for one in files]})
    else:
        print_list(("name", "bytes", "sha256"), [(one.name, str(one.size), one.sha256) for one in files])


def _audio_id(text: str) -> AudioId:
    try:
        return AudioId(UUID(text))
    except ValueError as error:
        raise BadInput("audio", f"{text[:80]!r} is not an id", "Give that of a manifest, or none for all") from error


def _form(text: str) -> Form:
    for form in _FORMS:
        if form == text:
            known: Form = form
            return known
    raise BadInput("--form", f"{text[:80]!r} is not known", f"Give {' or '.join(_FORMS)}")
