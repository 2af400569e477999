"""Streams: the playlist of a briefing, and its pieces at signed addresses."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from onealarm.bootstrap import Parts
from onealarm.delivery.packed import HEAD
from tests.api.support import assert_problem, briefing_of
from tests.support.clock import VirtualClock


@pytest.fixture
async def manifest(sarah: httpx.AsyncClient, parts: Parts) -> dict[str, Any]:
    return await briefing_of(sarah, parts)


@pytest.fixture
async def addresses(sarah: httpx.AsyncClient, manifest: dict[str, Any]) -> list[str]:
    return addresses_in((await sarah.get(manifest["files"]["hls"]["url"])).text)


def addresses_in(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]


def scope_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["scope"][0]


async def test_the_playlist_is_closed_as_long_as_the_file_and_its_pieces_in_a_row_are_the_file(
    nobody: httpx.AsyncClient, sarah: httpx.AsyncClient, manifest: dict[str, Any]
) -> None:
    response = await sarah.get(manifest["files"]["hls"]["url"])
    assert response.headers["content-type"] == manifest["files"]["hls"]["mime"] == "application/vnd.apple.mpegurl"
    assert response.headers["cache-control"] == "private, no-cache"
    text = response.text
    assert text.startswith("#EXTM3U\n")
    assert text.endswith("#EXT-X-ENDLIST\n")
    lengths = [float(found) for found in re.findall(r"#EXTINF:([\d.]+),", text)]
    [target] = re.findall(r"#EXT-X-TARGETDURATION:(\d+)", text)
    assert max(lengths) <= int(target)
    assert sum(lengths) * 1000 == pytest.approx(manifest["duration_ms"], abs=1)
    assert text.count("#EXT-X-DISCONTINUITY\n") == len(lengths) - 1
    pieces = [(await nobody.get(address)).content for address in addresses_in(text)]
    assert all(piece.startswith(HEAD) for piece in pieces)
    whole = (await sarah.get(manifest["files"]["aac"]["url"])).content
    assert b"".join(piece.removeprefix(HEAD) for piece in pieces) == whole


async def test_caches_may_keep_what_is_nobodys_own_and_only_that(
    nobody: httpx.AsyncClient, otto: httpx.AsyncClient, parts: Parts, addresses: list[str], clock: VirtualClock
) -> None:
    by_scope = {scope_of(address): address for address in addresses}
    assert by_scope.keys() == {"shared", "personal"}, "the greeting has a name in it"
    assert all(scope_of(address) == "shared" for address in addresses if "/pause-" in address)
    for scope, keeper in (("shared", "public"), ("personal", "private")):
        response = await nobody.get(by_scope[scope])
        given, seconds, unchanging = response.headers["cache-control"].split(", ")
        assert (given, unchanging) == (keeper, "immutable")
        until = int(parse_qs(urlsplit(by_scope[scope]).query)["expires"][0])
        assert int(seconds.removeprefix("max-age=")) == pytest.approx(until - clock.now().timestamp(), abs=2)
        assert response.headers["access-control-allow-origin"] == "*"
    other = await briefing_of(otto, parts, time="13:30")
    theirs = addresses_in((await otto.get(other["files"]["hls"]["url"])).text)
    common = {address for address in {*addresses} & {*theirs} if "/pause-" not in address}
    assert common, "to what both hear both are given one address"
    assert {scope_of(address) for address in common} == {"shared"}


async def test_a_segment_comes_in_ranges_and_not_again_to_who_has_it(
    nobody: httpx.AsyncClient, addresses: list[str]
) -> None:
    whole = await nobody.get(addresses[1])
    assert whole.headers["content-type"] == "audio/aac"
    part = await nobody.get(addresses[1], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    again = await nobody.get(addresses[1], headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await nobody.head(addresses[1])
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(whole.content)))
    assert_problem(await nobody.get(addresses[1], headers={"Range": "bytes=9999999-"}), 416, field="Range")


async def test_an_address_that_is_not_signed_rightly_gives_nothing(
    sarah: httpx.AsyncClient, parts: Parts, addresses: list[str], clock: VirtualClock
) -> None:
    bare, _, query = addresses[1].partition("?")
    other = addresses[3].partition("?")[0]
    for address in (bare, f"{other}?{query}", addresses[1] + "x", addresses[1].replace("scope=", "scope=x")):
        assert_problem(await sarah.get(address), 403, field="signature")
    clock.advance(timedelta(hours=13))
    await parts.database.value("select 1")
    assert_problem(await sarah.get(addresses[1]), 403, field="expires")


async def test_a_new_key_leaves_what_was_signed_good_to_its_end_unless_it_is_pressing(
    nobody: httpx.AsyncClient, sarah: httpx.AsyncClient, parts: Parts, manifest: dict[str, Any], addresses: list[str]
) -> None:
    assert await parts.delivery.signing.rotate(at_once=False) == 2
    renewed = addresses_in((await sarah.get(manifest["files"]["hls"]["url"])).text)
    assert all("key=2" in address for address in renewed)
    for address in (addresses[1], renewed[1]):
        assert (await nobody.get(address)).status_code == 200
    await parts.delivery.signing.rotate(at_once=True)
    for address in (addresses[1], renewed[1]):
        assert_problem(await nobody.get(address), 403, field="signature")


async def test_a_key_is_forgotten_when_nothing_that_it_signed_can_be_good(parts: Parts, clock: VirtualClock) -> None:
    await parts.delivery.signing.rotate(at_once=False)
    assert [key.number for key in (await parts.delivery.signing.current()).keys] == [2, 1]
    clock.advance(timedelta(hours=12))
    assert [key.number for key in (await parts.delivery.signing.current()).keys] == [2]
    await parts.delivery.signing.rotate(at_once=False)
    assert await parts.database.value("select count(*) from onealarm.signing_keys") == 2


async def test_a_player_that_can_send_no_token_is_given_an_address(
    nobody: httpx.AsyncClient, sarah: httpx.AsyncClient, otto: httpx.AsyncClient, manifest: dict[str, Any]
) -> None:
    url = f"/v1/audio/{manifest['id']}/link"
    link = (await sarah.get(url)).json()
    playlist = await nobody.get(link["playlist"])
    assert playlist.text == (await sarah.get(manifest["files"]["hls"]["url"])).text
    assert_problem(await otto.get(url), 404, field="audio")
    assert_problem(await nobody.get(link["playlist"] + "x"), 403, field="signature")
    assert_problem(await nobody.get(manifest["files"]["hls"]["url"]), 401)


async def test_a_lost_segment_is_told_and_made_good(
    nobody: httpx.AsyncClient, sarah: httpx.AsyncClient, parts: Parts, addresses: list[str], tmp_path: Path
) -> None:
    [address] = [one for one in addresses if scope_of(one) == "personal"][:1]
    name = urlsplit(address).path.rpartition("/")[2]
    [file] = (tmp_path / "home" / "audio").rglob(name)
    file.unlink()
    problem = assert_problem(await nobody.get(address), 404, field="segment")
    assert "playlist again" in problem["remedy"]
    state = "select state from onealarm.segments where key = $1"
    assert await parts.database.value(state, name.removesuffix(".aac")) == "speaking", "who wants it next speaks it"
