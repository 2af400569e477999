"""Who is calling, and what he may do. Route handlers ask for one of the types at the end."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import compare_digest
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from onealarm.api.household import Household
from onealarm.api.problems import Unauthenticated
from onealarm.bootstrap import Parts
from onealarm.errors import BadInput, NotAllowed, NotFound
from onealarm.ids import UserId
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.people import Caller

INVOCATIONS: Final = "invocations"
"""The unit of a platform's quota of function calls."""

_bearer: Final = HTTPBearer(auto_error=False, description="A token from `onealarm user create` or POST /v1/users.")

Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose alarms and audio may be read: one user's, or with None everybody's (an operator, the household's page)."""

    user_id: UserId | None

    def may_read(self, owner: UserId | None) -> bool:
        """Whether what belongs to ``owner`` may be read; what is nobody's (stock) may be by all."""
        return owner is None or self.user_id is None or self.user_id == owner

    def narrowed(self, user_id: UUID | None) -> UserId | None:
        """Whose things are asked for. Raises ``NotFound`` for another user's."""
        if user_id is None:
            return self.user_id
        if not self.may_read(UserId(user_id)):
            raise _unknown(user_id)
        return UserId(user_id)


def parts_of(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


async def caller(parts: Annotated[Parts, Depends(parts_of)], given: Credentials) -> Caller:
    """Raises ``Unauthenticated``."""
    if given is None:
        raise Unauthenticated("Authorization", "no token was given", "Send Authorization: Bearer oa_…")
    found = await parts.people.caller(given.credentials)
    if found is None:
        raise Unauthenticated("Authorization", "the token is not known", "Ask the operator for a new one")
    return found


async def operator(calling: Annotated[Caller, Depends(caller)]) -> Caller:
    """Raises ``NotAllowed`` for a user."""
    if not calling.is_operator:
        raise NotAllowed("Authorization", "this needs an operator's token", "Ask the operator to do it")
    return calling


async def cron_caller(parts: Annotated[Parts, Depends(parts_of)], given: Credentials) -> None:
    """Who may have work done: the holder of the service token, which is good for nothing else, or an operator.

    Raises ``Unauthenticated``, and ``NotAllowed`` for a user.
    """
    token = parts.settings.service_token
    if given is not None and token is not None and compare_digest(given.credentials.encode(), token.encode()):
        return
    await operator(await caller(parts, given))


async def counted(parts: Annotated[Parts, Depends(parts_of)]) -> None:
    """A call of a function, as a platform counts it; nothing where the operator has given no quota."""
    await PostgresBudgets(parts.database, amounts=parts.settings.daily_budgets).add_use(INVOCATIONS, 1)


async def reader(request: Request, parts: Annotated[Parts, Depends(parts_of)], given: Credentials) -> Reader:
    """A token's holder, or the household's page. Raises ``Unauthenticated``."""
    household: Household | None = request.app.state.household
    if given is None and household is not None and household.may_read(request):
        return Reader(None)
    return Reader((await caller(parts, given)).user_id)


async def subject(user: str, calling: Annotated[Caller, Depends(caller)]) -> UserId:
    """The user that the path names, by ``me`` or by id. Others than an operator know only themselves."""
    if user == "me":
        if calling.user_id is None:
            raise BadInput("user", "an operator is not a user", "Give a user's id in the place of me")
        return calling.user_id
    try:
        user_id = UUID(user)
    except ValueError as error:
        raise BadInput("user", f"{user[:80]!r} is not an id", "Give me, or a user's id") from error
    if not calling.is_operator and calling.user_id != user_id:
        raise _unknown(user_id)
    return UserId(user_id)


def _unknown(user_id: UUID) -> NotFound:
    return NotFound("user", f"{user_id} does not exist", "Give me, or a user's id")


TheParts = Annotated[Parts, Depends(parts_of)]
TheCaller = Annotated[Caller, Depends(caller)]
TheReader = Annotated[Reader, Depends(reader)]
TheSubject = Annotated[UserId, Depends(subject)]
