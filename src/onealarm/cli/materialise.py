"""``onealarm materialise``: whole files of briefings, written into the store."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final, get_args

import typer

from onealarm.bootstrap import Parts
from onealarm.cli import running
from onealarm.cli.listing import print_list
from onealarm.cli.options import parse_id
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
        audio_id = None if audio is None else AudioId(parse_id(audio, field="audio"))

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


def _form(text: str) -> Form:
    for form in _FORMS:
        if form == text:
            known: Form = form
            return known
    raise BadInput("--form", f"{text[:80]!r} is not known", f"Give {' or '.join(_FORMS)}")
