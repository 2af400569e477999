"""``onealarm user``: the people who are woken."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from onealarm.alarms.preferences import Preferences
from onealarm.api.schemas.feeds import NewFeedView
from onealarm.api.schemas.users import PreferencesChange, located
from onealarm.api.validation import checked
from onealarm.bootstrap import Parts
from onealarm.briefing.spoken import LANGUAGES, for_language
from onealarm.briefing.voices import VOICES
from onealarm.cli import running
from onealarm.cli.export import Export, check_target, read_export, write_export
from onealarm.cli.first_alarm import machine_timezone
from onealarm.cli.listing import print_list
from onealarm.cli.options import parse_id, parse_place
from onealarm.errors import BadInput
from onealarm.http.addresses import AddressGuard
from onealarm.ids import UserId
from onealarm.postgres.people import User
from onealarm.writers.naming import spoken_name

app = typer.Typer(no_args_is_help=True, help="The people who are woken.")

Id = Annotated[str, typer.Argument(help="The user's id.")]
Name = Annotated[str | None, typer.Option(help="How the voice says hello.")]
Zone = Annotated[str | None, typer.Option(help="IANA zone, such as Europe/Berlin.")]
Voice = Annotated[str | None, typer.Option(help="One of " + ", ".join(VOICES) + ".")]
Language = Annotated[str | None, typer.Option(help="What the voice speaks: " + " or ".join(LANGUAGES) + ".")]
Place = Annotated[
    str | None, typer.Option(help="A town such as Cologne or 'Paris, US', or any place as NAME,LATITUDE,LONGITUDE.")
]
Country = Annotated[str | None, typer.Option(help="For public holidays: a code such as DE, or DE-BY with its part.")]
Feed = Annotated[list[str] | None, typer.Option(help="Address of an RSS or Atom feed; give it again for more.")]
News = Annotated[list[str] | None, typer.Option(help="A category: general, business, …; again for more.")]
Team = Annotated[list[str] | None, typer.Option(help="A team's id at the source of sport; again for more.")]
Ticker = Annotated[list[str] | None, typer.Option(help="A symbol such as AAPL or SPX; again for more.")]
Calendar = Annotated[str | None, typer.Option(help="Address of his own calendar (iCalendar); it is kept secret.")]
Temperatures = Annotated[str | None, typer.Option(help="F or C; otherwise what is usual in the country.")]
Out = Annotated[Path | None, typer.Option(metavar="FILE.zip", help="Where the ZIP file goes; it must not exist.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")]

_NOTHING: Final = Preferences(timezone="UTC")
"""The preferences before a change that names country and subdivision together, and so asks for neither."""


@app.command()
def create(
    name: Name = None,
    timezone: Zone = None,
    voice: Voice = None,
    language: Language = None,
    place: Place = None,
    country: Country = None,
    feed: Feed = None,
    news: News = None,
    team: Team = None,
    ticker: Ticker = None,
    calendar: Calendar = None,
    temperatures: Temperatures = None,
    as_json: Json = False,
) -> None:
    """Create a user and print a token for the API."""

    async def main(parts: Parts) -> tuple[User, str]:
        zone = timezone or machine_timezone()
        content = _content(news, team, ticker, calendar, temperatures)
        given = await _given(name, zone, voice, language, place, country, feed, content, parts)
        user = await parts.people.create(Preferences(**given))
        return user, await parts.people.create_token(user.id)

    user, token = running.with_parts(main)
    if as_json:
        running.print_json({**_shown(user), "token": token})
    else:
        running.out.print(f"user  {user.id}\ntoken {token}  (shown once)")
        _tell_name(user)


@app.command("set")
def change(
    user_id: Id,
    name: Name = None,
    timezone: Zone = None,
    voice: Voice = None,
    language: Language = None,
    place: Place = None,
    country: Country = None,
    feed: Feed = None,
    news: News = None,
    team: Team = None,
    ticker: Ticker = None,
    calendar: Calendar = None,
    temperatures: Temperatures = None,
    as_json: Json = False,
) -> None:
    """Change what a user prefers; what is not given stays."""

    async def main(parts: Parts) -> User:
        content = _content(news, team, ticker, calendar, temperatures)
        changes = await _given(name, timezone, voice, language, place, country, feed, content, parts)
        return await parts.people.change_preferences(UserId(parse_id(user_id, field="user")), changes)

    user = running.with_parts(main)
    if as_json:
        running.print_json(_shown(user))
    else:
        running.out.print(f"user {user.id} was changed")
        _tell_name(user)


@app.command("list")
def show(as_json: Json = False) -> None:
    """List the users."""

    async def main(parts: Parts) -> list[User]:
        return await parts.people.list()

    users = running.with_parts(main)
    if as_json:
        running.print_json({"users": [_shown(user) for user in users]})
        return
    print_list(("id", "name", "timezone", "voice", "place"), map(_row, users))


@app.command()
def token(
    user_id: Annotated[str | None, typer.Argument(help="The user's id.")] = None,
    operator: Annotated[bool, typer.Option("--operator", help="A token that reaches every user.")] = False,
    revoke: Annotated[str | None, typer.Option(metavar="TOKEN", help="Revoke this token, make none.")] = None,
    revoke_all: Annotated[bool, typer.Option("--revoke-all", help="Revoke all that he has, make none.")] = False,
    as_json: Json = False,
) -> None:
    """Print a new token for the API, a user's or an operator's; or revoke tokens."""
    with running.told():
        if (user_id is not None) + operator + (revoke is not None) != 1 or (revoke is not None and revoke_all):
            raise BadInput(
                "user",
                "it is not clear whose token",
                "Give one of: an id (onealarm user list), --operator, --revoke TOKEN",
            )
        owner = None if user_id is None else UserId(parse_id(user_id, field="user"))

    async def revoking(parts: Parts) -> int:
        if revoke is None:
            return await parts.people.revoke_tokens(owner)
        await parts.people.revoke_token(revoke)
        return 1

    async def making(parts: Parts) -> str:
        return await parts.people.create_token(owner)

    if revoke is not None or revoke_all:
        _tell_revoked(running.with_parts(revoking), as_json)
    else:
        _tell_token(running.with_parts(making), as_json)


@app.command()
def feed(
    user_id: Id,
    revoke: Annotated[str | None, typer.Option(metavar="FEED", help="Revoke this feed, make none.")] = None,
    as_list: Annotated[bool, typer.Option("--list", help="List his feeds, make none.")] = False,
    as_json: Json = False,
) -> None:
    """Make a private podcast feed of a user's briefings and print its address; or list or revoke his feeds."""
    with running.told():
        if revoke is not None and as_list:
            raise BadInput("--list", "goes not with --revoke", "Give one of the two")
        owner = UserId(parse_id(user_id, field="user"))
        revoked = None if revoke is None else _feed_id(revoke)

    async def main(parts: Parts) -> dict[str, Any]:
        if revoked is not None:
            await parts.delivery.feeds.revoke(revoked, user_id=owner)
            return {"revoked": revoked}
        if as_list:
            return {"feeds": await parts.delivery.feeds.of_user(owner)}
        origin = parts.settings.public_url or f"http://{parts.settings.host}:{parts.settings.port}"
        return NewFeedView.of(await parts.delivery.feeds.create(owner), origin=origin).model_dump()

    _tell_feed(running.with_parts(main), as_json)


@app.command()
def delete(user_id: Id, as_json: Json = False) -> None:
    """Delete a user and all that belongs to him."""

    async def main(parts: Parts) -> None:
        await parts.departure.delete(UserId(parse_id(user_id, field="user")))

    running.with_parts(main)
    if as_json:
        running.print_json({"deleted": user_id})
    else:
        running.out.print(f"user {user_id} was deleted")


@app.command()
def export(user_id: Id, out: Out = None, as_json: Json = False) -> None:
    """Print all that is kept about a user as JSON, or write it with his briefings into a ZIP file."""

    async def main(parts: Parts) -> Export:
        owner = UserId(parse_id(user_id, field="user"))
        if out is None:
            return Export(await parts.export.of_user(owner), {})
        check_target(out)
        return await read_export(parts, owner)

    found = running.with_parts(main)
    if out is None:
        running.print_json(found.data)
        return
    with running.told():
        write_export(found, out)
    if as_json:
        running.print_json({"path": str(out), "briefings": len(found.sounds)})
    else:
        running.out.print(f"{out}: data.json and {len(found.sounds)} briefings")


def _tell_name(user: User) -> None:
    """Where the voice says the name in another way than it is written, or not at all."""
    given, said = user.preferences.name, _spoken_name(user)
    if given is not None and said is None:
        running.out.print("the name cannot be spoken; the greeting goes without it")
    elif said != given:
        running.out.print(f"the name will be spoken as {said}", markup=False)


def _spoken_name(user: User) -> str | None:
    return spoken_name(user.preferences.name, language=user.preferences.language)


def _tell_token(made: str, as_json: bool) -> None:
    if as_json:
        running.print_json({"token": made})
    else:
        running.out.print(made)


def _feed_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        remedy = "List his feeds to see their ids: onealarm user feed USER --list"
        raise BadInput("--revoke", f"{text!r} is not an id", remedy) from error


def _tell_feed(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        running.print_json(found)
    elif "feeds" in found:
        rows = ((str(one.id), one.created_at.isoformat(), str(one.last_read_at or "never")) for one in found["feeds"])
        print_list(("id", "made", "read"), rows)
    elif "revoked" in found:
        running.out.print(f"feed {found['revoked']} was revoked")
    else:
        running.out.print(f"feed    {found['id']}\naddress {found['podcast']}  (shown once)", markup=False)


def _tell_revoked(count: int, as_json: bool) -> None:
    if as_json:
        running.print_json({"revoked": count})
    else:
        running.out.print(f"{count} revoked")


async def _given(
    name: str | None,
    timezone: str | None,
    voice: str | None,
    language: str | None,
    place: str | None,
    country: str | None,
    feed: list[str] | None,
    content: dict[str, Any],
    parts: Parts,
) -> dict[str, Any]:
    """The preferences that were given, judged as the API does; an empty text takes a value away."""
    given = dict(content)
    if name is not None:
        given["name"] = name or None
    if timezone is not None:
        given["timezone"] = timezone
    if voice is not None:
        given["voice"] = voice
    if language is not None:
        given["language"] = for_language(language).code
    if place is not None:
        given["place"] = parse_place(place) if place else None
    if country is not None:
        code, _, part = country.partition("-")
        given |= {"country": code or None, "subdivision": part or None}
    if feed is not None:
        given["feeds"] = tuple(address for address in feed if address)
    wanted = await located(checked(PreferencesChange, given), parts.gazetteer)
    return wanted.changes(_NOTHING, AddressGuard(parts.settings.allowed_networks))


def _content(
    news: list[str] | None,
    team: list[str] | None,
    ticker: list[str] | None,
    calendar: str | None,
    temperatures: str | None,
) -> dict[str, Any]:
    """What of the content was given; an empty text takes a value away."""
    given: dict[str, Any] = {}
    for field, values in (("news_categories", news), ("teams", team), ("tickers", ticker)):
        if values is not None:
            given[field] = tuple(value for value in values if value)
    if calendar is not None:
        given["calendar_url"] = calendar or None
    if temperatures is not None:
        given["temperature_unit"] = temperatures or None
    return given


def _row(user: User) -> tuple[str, ...]:
    wanted = user.preferences
    return str(user.id), wanted.name or "-", wanted.timezone, wanted.voice, wanted.place_name or "-"


def _shown(user: User) -> dict[str, Any]:
    preferences = asdict(user.preferences) | {"spoken_name": _spoken_name(user)}
    preferences["has_calendar"] = preferences.pop("calendar_url") is not None
    return {"id": user.id, "email": user.email, "created_at": user.created_at, "preferences": preferences}
