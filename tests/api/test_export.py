"""A user's data as a file, with the briefings that can still be played."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import httpx

from onealarm.audio.decode import decode
from onealarm.bootstrap import Parts
from onealarm.cli.export import read_export, write_export
from onealarm.ids import UserId
from tests.api.support import alarm_of, briefing_of, make_due_briefings


async def test_every_briefing_that_can_be_played_is_in_the_file(
    sarah: httpx.AsyncClient, sarah_id: UserId, parts: Parts, tmp_path: Path
) -> None:
    manifest = await briefing_of(sarah, parts)
    await alarm_of(sarah, "23:00")
    sound = (await sarah.get(manifest["files"]["m4a"]["url"])).content
    write_export(await read_export(parts, sarah_id), tmp_path / "sarah.zip")
    with ZipFile(tmp_path / "sarah.zip") as archive:
        data, briefing = archive.namelist()
        assert (data, briefing) == ("data.json", f"briefings/2026-11-24T1230Z-{manifest['id']}.m4a")
        assert archive.read(briefing) == sound
        assert decode(archive.read(briefing)).size > 0
        assert json.loads(archive.read(data))["audio"][0]["id"] == manifest["id"]


async def test_lost_sound_does_not_stop_an_export_and_is_made_again(
    sarah: httpx.AsyncClient, sarah_id: UserId, parts: Parts, tmp_path: Path
) -> None:
    await briefing_of(sarah, parts)
    for path in (tmp_path / "home" / "audio").rglob("*.aac"):
        path.unlink()
    assert not (await read_export(parts, sarah_id)).sounds
    await make_due_briefings(parts)
    assert len((await read_export(parts, sarah_id)).sounds) == 1
