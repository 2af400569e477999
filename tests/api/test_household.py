"""The household's page: its cookie reads, on this machine only, and never writes."""

from __future__ import annotations

import asyncio
import re
import socket

import httpx
import pytest
from fastapi import FastAPI

from onealarm.api.app import create_app
from onealarm.api.server import serve
from onealarm.bootstrap import Parts
from onealarm.ids import UserId
from tests.api.support import Connect, alarm_of, assert_problem, briefing_of


@pytest.fixture
def home(parts: Parts) -> FastAPI:
    return create_app(parts, household=True)


@pytest.fixture
async def page(home: FastAPI, connect: Connect) -> httpx.AsyncClient:
    """A browser on the machine itself that has opened the page."""
    client = connect(home)
    response = await client.get("/")
    assert response.status_code == 200
    return client


async def test_the_page_reads_everybodys_alarms_and_audio(
    page: httpx.AsyncClient, sarah: httpx.AsyncClient, otto: httpx.AsyncClient, otto_id: UserId, parts: Parts
) -> None:
    his = await alarm_of(otto, "23:00")
    manifest = await briefing_of(sarah, parts)
    listed = (await page.get("/v1/alarms")).json()["alarms"]
    assert [alarm["id"] for alarm in listed] == [manifest["alarm_id"], his["id"]]
    assert (await page.get(f"/v1/alarms/{manifest['alarm_id']}")).status_code == 200
    answer = (await page.get(f"/v1/alarms/{manifest['alarm_id']}/audio")).json()
    assert answer["audio"] == manifest
    assert (await page.get(answer["play"]["url"])).status_code == 200
    assert (await page.head(answer["play"]["url"])).status_code == 200
    assert (await page.get("/v1/audio", params={"user_id": str(otto_id)})).json() == {"audio": []}
    members = (await page.get("/v1/household")).json()["members"]
    assert sorted(member["name"] for member in members) == ["Otto", "Sarah"]


async def test_the_cookie_is_kept_from_scripts_and_other_sites(home: FastAPI, connect: Connect) -> None:
    cookie = (await connect(home).get("/")).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "domain" not in cookie


async def test_the_cookie_never_writes(page: httpx.AsyncClient, sarah: httpx.AsyncClient, sarah_id: UserId) -> None:
    alarm = await alarm_of(sarah)
    for method, path, body in (
        ("POST", "/v1/users", {"preferences": {"timezone": "UTC"}}),
        ("DELETE", f"/v1/users/{sarah_id}", None),
        ("PATCH", f"/v1/users/{sarah_id}/preferences", {"name": "X"}),
        ("PUT", f"/v1/users/{sarah_id}/weather", {}),
        ("POST", "/v1/alarms", {"time": "07:00", "user_id": str(sarah_id)}),
        ("PATCH", f"/v1/alarms/{alarm['id']}", {"active": False}),
        ("DELETE", f"/v1/alarms/{alarm['id']}", None),
    ):
        assert_problem(await page.request(method, path, json=body), 401)
    assert (await sarah.get("/v1/alarms")).json() == {"alarms": [alarm]}


async def test_the_cookie_does_not_read_what_is_no_alarm_and_no_audio(
    page: httpx.AsyncClient, sarah_id: UserId
) -> None:
    for path in ("", f"/{sarah_id}", f"/{sarah_id}/preferences", f"/{sarah_id}/weather"):
        assert_problem(await page.get(f"/v1/users{path}"), 401)


async def test_only_this_machine_under_its_own_name_gets_the_cookie(
    home: FastAPI, connect: Connect, subtests: pytest.Subtests
) -> None:
    for address, host, headers, welcome in (
        ("127.0.0.1", "127.0.0.1:8080", {}, True),
        ("127.8.8.8", "localhost", {}, True),
        ("::1", "[::1]:8080", {}, True),
        ("127.0.0.1", "LOCALHOST:8080", {"Sec-Fetch-Site": "none"}, True),
        ("192.168.1.7", "127.0.0.1:8080", {}, False),
        ("2001:db8::1", "localhost", {}, False),
        ("unix", "localhost", {}, False),
        ("127.0.0.1", "evil.example", {}, False),
        ("127.0.0.1", "127.0.0.1.evil.example", {}, False),
        ("127.0.0.1", "evil.example:8080", {}, False),
        ("127.0.0.1", "localhost:", {}, False),
        ("127.0.0.1", "", {}, False),
        ("127.0.0.1", "localhost", {"X-Forwarded-For": "203.0.113.9"}, False),
        ("127.0.0.1", "localhost", {"Forwarded": "for=203.0.113.9"}, False),
        ("127.0.0.1", "localhost", {"X-Forwarded-Host": "alarms.example"}, False),
        ("127.0.0.1", "localhost", {"X-Forwarded-Proto": "https"}, False),
        ("127.0.0.1", "localhost", {"X-Real-IP": "203.0.113.9"}, False),
        ("127.0.0.1", "localhost", {"Via": "1.1 proxy"}, False),
        ("127.0.0.1", "localhost", {"Sec-Fetch-Site": "cross-site"}, False),
        ("127.0.0.1", "localhost", {"Sec-Fetch-Site": "same-site"}, False),
    ):
        with subtests.test(address=address, host=host, headers=headers):
            client = connect(home, address=address)
            response = await client.get("/", headers={"Host": host, **headers})
            assert response.status_code == 200
            assert ("set-cookie" in response.headers) is welcome


async def test_a_proxy_that_says_nothing_of_itself_gets_no_cookie(home: FastAPI) -> None:
    """nginx with ``proxy_pass http://127.0.0.1:8080;`` and nothing else asks in HTTP/1.0, under this machine's name."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = serve(home)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            assert "set-cookie" not in await opened(port, "HTTP/1.0")
            direct = await opened(port, "HTTP/1.1")
            [cookie] = re.findall(r"^set-cookie: ([^;]+)", direct, re.MULTILINE)
            for version, status in (("HTTP/1.0", "401"), ("HTTP/1.1", "200")):
                answer = await opened(port, version, path="/v1/alarms", more=f"Cookie: {cookie}\r\n")
                assert answer.split()[1] == status
        finally:
            server.should_exit = True
            await asyncio.wait_for(serving, 10)


async def opened(port: int, version: str, *, path: str = "/", more: str = "") -> str:
    """The whole answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} {version}\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{more}\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    return answer.decode().replace("\r\n", "\n")


async def test_a_stolen_cookie_is_refused_elsewhere_and_under_another_name(
    home: FastAPI, connect: Connect, page: httpx.AsyncClient, parts: Parts
) -> None:
    elsewhere = connect(home, address="192.168.1.7")
    elsewhere.cookies = page.cookies
    assert_problem(await elsewhere.get("/v1/alarms"), 401)
    assert_problem(await page.get("/v1/alarms", headers={"Host": "evil.example"}), 401)
    assert_problem(await page.get("/v1/alarms", headers={"Sec-Fetch-Site": "cross-site"}), 401)
    restarted = connect(create_app(parts, household=True))
    restarted.cookies = page.cookies
    assert_problem(await restarted.get("/v1/alarms"), 401)
    assert (await page.get("/v1/alarms")).status_code == 200


async def test_a_token_counts_more_than_the_cookie(
    page: httpx.AsyncClient, sarah: httpx.AsyncClient, otto: httpx.AsyncClient
) -> None:
    await alarm_of(otto)
    authorization = {"Authorization": sarah.headers["Authorization"]}
    assert (await page.get("/v1/alarms", headers=authorization)).json() == {"alarms": []}
    assert_problem(await page.get("/v1/alarms", headers={"Authorization": "Bearer oa_wrong"}), 401)


async def test_without_a_household_there_is_no_cookie(app: FastAPI, connect: Connect) -> None:
    client = connect(app)
    assert "set-cookie" not in (await client.get("/")).headers
    client.cookies.set("onealarm_page", "")
    assert_problem(await client.get("/v1/alarms"), 401)


async def test_an_empty_cookie_is_none(home: FastAPI, connect: Connect) -> None:
    client = connect(home)
    for value in ("", "ü", "x" * 43):
        response = await client.get("/v1/alarms", headers=[(b"Cookie", f"onealarm_page={value}".encode())])
        assert_problem(response, 401)


async def test_the_page_runs_nothing_that_is_not_ours(page: httpx.AsyncClient) -> None:
    for path in ("/", "/page/app.js", "/page/api.js", "/page/player.js", "/page/words.js", "/page/style.css"):
        response = await page.get(path)
        assert response.status_code == 200
        policy = response.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert "innerHTML" not in response.text
        assert "http://" not in response.text
        assert "https://" not in response.text
    html = (await page.get("/")).text
    assert html.count("<script") == 1
    assert "<style" not in html
    assert " on" not in "".join(tag for tag in html.split("<") if "=" in tag and " on" in tag.split(">")[0])
