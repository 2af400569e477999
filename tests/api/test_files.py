"""The bytes: whole, in ranges, and not at all when the caller has them."""

from __future__ import annotations

import base64
import hashlib

import httpx
import pytest

from onealarm.bootstrap import Parts
from tests.api.support import assert_problem, briefing_of

FORMS = ("aac", "m4a", "ring")


@pytest.fixture
async def urls(sarah: httpx.AsyncClient, parts: Parts) -> dict[str, str]:
    files = (await briefing_of(sarah, parts))["files"]
    return {form: files[form]["url"] for form in FORMS}


async def test_a_file_comes_whole_with_what_a_client_needs_to_keep_it(
    sarah: httpx.AsyncClient, urls: dict[str, str]
) -> None:
    etags = set()
    for url in urls.values():
        response = await sarah.get(url)
        assert response.status_code == 200
        assert response.headers["content-length"] == str(len(response.content))
        assert response.headers["accept-ranges"] == "bytes"
        assert response.headers["cache-control"] == "private, max-age=172800, immutable"
        digest = base64.b64encode(hashlib.sha256(response.content).digest()).decode()
        assert response.headers["repr-digest"] == f"sha-256=:{digest}:"
        etags.add(response.headers["etag"])
        assert (await sarah.get(url)).content == response.content
    assert len(etags) == len(FORMS)
    assert all(etag.startswith('"') and etag.endswith('"') for etag in etags)


async def test_an_address_that_does_not_name_the_bytes_is_asked_again_each_time(
    sarah: httpx.AsyncClient, urls: dict[str, str]
) -> None:
    for url in (urls["aac"].partition("?")[0], urls["aac"] + "0"):
        response = await sarah.get(url)
        assert (response.status_code, response.headers["cache-control"]) == (200, "private, no-cache")


async def test_head_tells_the_same_without_the_bytes(sarah: httpx.AsyncClient, urls: dict[str, str]) -> None:
    for url in urls.values():
        whole, head = await sarah.get(url), await sarah.head(url, headers={"Range": "bytes=0-9"})
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers == whole.headers


async def test_a_range_gives_those_bytes(
    sarah: httpx.AsyncClient, urls: dict[str, str], subtests: pytest.Subtests
) -> None:
    for url in urls.values():
        whole = await sarah.get(url)
        size = len(whole.content)
        for asked, first, last in (
            ("bytes=0-0", 0, 0),
            ("bytes=100-199", 100, 199),
            ("bytes=100-", 100, size - 1),
            ("bytes=-100", size - 100, size - 1),
            (f"bytes=-{size + 5}", 0, size - 1),
            (f"bytes={size - 1}-{size + 5}", size - 1, size - 1),
            ("BYTES = 5-6", 5, 6),
        ):
            with subtests.test(url=url, asked=asked):
                part = await sarah.get(url, headers={"Range": asked})
                assert part.status_code == 206
                assert part.content == whole.content[first : last + 1]
                assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
                assert part.headers["content-length"] == str(last - first + 1)
                for name in ("etag", "repr-digest", "content-type", "cache-control"):
                    assert part.headers[name] == whole.headers[name]


async def test_a_range_outside_the_file_is_refused_with_its_size(
    sarah: httpx.AsyncClient, urls: dict[str, str]
) -> None:
    size = len((await sarah.get(urls["aac"])).content)
    for asked in (f"bytes={size}-", f"bytes={size}-{size + 1}", "bytes=-0"):
        response = await sarah.get(urls["aac"], headers={"Range": asked})
        assert_problem(response, 416, field="Range")
        assert response.headers["content-range"] == f"bytes */{size}"


async def test_a_range_that_makes_no_sense_is_ignored(sarah: httpx.AsyncClient, urls: dict[str, str]) -> None:
    whole = await sarah.get(urls["aac"])
    for asked in ("bytes=0-1,5-6", "bytes=9-3", "bytes=a-b", "bytes=-", "seconds=0-1", "bytes", f"bytes={'9' * 5000}-"):
        response = await sarah.get(urls["aac"], headers={"Range": asked})
        assert (response.status_code, response.content) == (200, whole.content)


async def test_what_the_client_has_is_not_sent_again(sarah: httpx.AsyncClient, urls: dict[str, str]) -> None:
    for url in urls.values():
        etag = (await sarah.get(url)).headers["etag"]
        for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            response = await sarah.get(url, headers={"If-None-Match": known})
            assert (response.status_code, response.content) == (304, b"")
            assert response.headers["etag"] == etag
        assert (await sarah.get(url, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_a_range_of_another_state_of_the_file_gives_the_whole(
    sarah: httpx.AsyncClient, urls: dict[str, str]
) -> None:
    etag = (await sarah.get(urls["aac"])).headers["etag"]
    for condition, status in (
        (etag, 206),
        ('"other"', 200),
        (f"W/{etag}", 200),
        ("Tue, 24 Nov 2026 12:00:00 GMT", 200),
    ):
        response = await sarah.get(urls["aac"], headers={"Range": "bytes=0-9", "If-Range": condition})
        assert response.status_code == status


async def test_another_users_file_does_not_exist(otto: httpx.AsyncClient, urls: dict[str, str]) -> None:
    for url in urls.values():
        assert_problem(await otto.get(url), 404, field="audio")
