"""Tokens can be taken back: one, a user's, the operators'."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from onealarm.bootstrap import Parts
from onealarm.errors import NotFound
from onealarm.ids import UserId
from tests.api.support import Connect, assert_problem


async def test_an_operator_revokes_all_tokens_of_a_user_and_of_no_other(
    operator: httpx.AsyncClient, sarah: httpx.AsyncClient, sarah_id: UserId, otto: httpx.AsyncClient
) -> None:
    stolen = (await operator.post(f"/v1/users/{sarah_id}/tokens")).json()["token"]
    response = await operator.delete(f"/v1/users/{sarah_id}/tokens")
    assert (response.status_code, response.content) == (204, b"")
    assert_problem(await sarah.get("/v1/alarms"), 401)
    sarah.headers["Authorization"] = f"Bearer {stolen}"
    assert_problem(await sarah.get("/v1/alarms"), 401)
    assert (await otto.get("/v1/alarms")).status_code == 200
    assert (await operator.delete(f"/v1/users/{sarah_id}/tokens")).status_code == 204

    fresh = (await operator.post(f"/v1/users/{sarah_id}/tokens")).json()["token"]
    sarah.headers["Authorization"] = f"Bearer {fresh}"
    assert (await sarah.get("/v1/alarms")).status_code == 200


async def test_a_user_revokes_nothing(sarah: httpx.AsyncClient) -> None:
    assert_problem(await sarah.delete("/v1/users/me/tokens"), 403, field="Authorization")
    assert (await sarah.get("/v1/alarms")).status_code == 200


async def test_the_tokens_of_an_unknown_user_are_not_found(operator: httpx.AsyncClient) -> None:
    assert_problem(await operator.delete(f"/v1/users/{uuid4()}/tokens"), 404, field="user")
    assert (await operator.get("/v1/users")).status_code == 200


async def test_one_token_is_revoked_and_the_others_stay(
    parts: Parts, sarah: httpx.AsyncClient, sarah_id: UserId, app: FastAPI, connect: Connect
) -> None:
    token = await parts.people.create_token(sarah_id)
    await parts.people.revoke_token(token)
    assert_problem(await connect(app, token=token).get("/v1/alarms"), 401)
    assert (await sarah.get("/v1/alarms")).status_code == 200


async def test_a_token_that_is_nobodys_is_not_found_and_not_repeated(parts: Parts) -> None:
    with pytest.raises(NotFound) as refused:
        await parts.people.revoke_token("oa_nobodys")
    assert "oa_nobodys" not in str(refused.value)


async def test_the_operators_tokens_are_revoked_together(
    parts: Parts, operator: httpx.AsyncClient, sarah: httpx.AsyncClient
) -> None:
    await parts.people.create_token(None)
    assert await parts.people.revoke_tokens(None) == 2
    assert_problem(await operator.get("/v1/users"), 401)
    assert (await sarah.get("/v1/alarms")).status_code == 200
