"""Users and what they prefer. ``{user}`` in a path is ``me`` or an id."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from onealarm.api.access import TheParts, TheSubject, operator
from onealarm.api.json_input import StrictRoute
from onealarm.api.schemas.users import (
    ExportView,
    NewUserView,
    PreferencesChange,
    PreferencesInput,
    PreferencesView,
    TokenView,
    UserInput,
    UsersView,
    UserView,
)
from onealarm.errors import BadInput
from onealarm.http.addresses import AddressGuard

router = APIRouter(prefix="/v1/users", tags=["users"], route_class=StrictRoute)

_FOR_OPERATORS = [Depends(operator)]


def guard_of(request: Request) -> AddressGuard:
    guard: AddressGuard = request.app.state.guard
    return guard


TheGuard = Annotated[AddressGuard, Depends(guard_of)]


@router.post("", status_code=201, dependencies=_FOR_OPERATORS)
async def create_user(given: UserInput, parts: TheParts, guard: TheGuard, response: Response) -> NewUserView:
    """Create a user (operators). The token is shown this once."""
    try:
        user = await parts.people.create(given.preferences.preferences(guard), email=given.email)
    except BadInput as error:
        if error.field in UserInput.model_fields:
            raise
        raise error.below("preferences") from error
    response.headers["Location"] = f"/v1/users/{user.id}"
    return NewUserView.of(user, token=await parts.people.create_token(user.id))


@router.get("", dependencies=_FOR_OPERATORS)
async def list_users(parts: TheParts) -> UsersView:
    """List the users (operators)."""
    return UsersView(users=[UserView.of(user) for user in await parts.people.list()])


@router.get("/{user}")
async def get_user(subject: TheSubject, parts: TheParts) -> UserView:
    """A user with his preferences."""
    return UserView.of(await parts.people.find(subject))


@router.delete("/{user}", status_code=204)
async def delete_user(subject: TheSubject, parts: TheParts) -> None:
    """Delete a user and all that belongs to him: alarms, audio with its files, weather, tokens."""
    await parts.departure.delete(subject)


@router.get("/{user}/export")
async def export_user(subject: TheSubject, parts: TheParts) -> ExportView:
    """All that is kept about a user: row by row as the database has it, and without what proves who is calling."""
    return ExportView(**await parts.export.of_user(subject))


@router.post("/{user}/tokens", status_code=201, dependencies=_FOR_OPERATORS)
async def create_token(subject: TheSubject, parts: TheParts) -> TokenView:
    """Another token for a user (operators), for one who has lost his. It is shown this once."""
    return TokenView(token=await parts.people.create_token(subject))


@router.delete("/{user}/tokens", status_code=204, dependencies=_FOR_OPERATORS)
async def revoke_tokens(subject: TheSubject, parts: TheParts) -> None:
    """Revoke all tokens of a user (operators), for one whose token is in wrong hands."""
    await parts.people.revoke_tokens(subject)


@router.get("/{user}/preferences")
async def get_preferences(subject: TheSubject, parts: TheParts) -> PreferencesView:
    """What a user prefers."""
    return PreferencesView.of((await parts.people.find(subject)).preferences)


@router.put("/{user}/preferences")
async def replace_preferences(
    given: PreferencesInput, subject: TheSubject, parts: TheParts, guard: TheGuard
) -> PreferencesView:
    """Replace the preferences whole, save the address of the calendar, which stays unless it is given."""
    kept = (await parts.people.find(subject)).preferences.calendar_url
    user = await parts.people.save_preferences(subject, given.preferences(guard, calendar_url=kept))
    return PreferencesView.of(user.preferences)


@router.patch("/{user}/preferences")
async def change_preferences(
    given: PreferencesChange, subject: TheSubject, parts: TheParts, guard: TheGuard
) -> PreferencesView:
    """Change the preferences that are given, and no others."""
    current = (await parts.people.find(subject)).preferences
    user = await parts.people.change_preferences(subject, given.changes(current, guard))
    return PreferencesView.of(user.preferences)
