"""``onealarm alarm``: when they are woken."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from onealarm.alarms.alarm import Alarm, Snooze
from onealarm.alarms.next_ring import Occurrence
from onealarm.api.schemas.alarms import AlarmChange
from onealarm.api.schemas.rings import SnoozeInput
from onealarm.api.validation import checked
from onealarm.cli import running
from onealarm.cli.listing import print_list
from onealarm.cli.options import parse_date, parse_days, parse_id, parse_pause, parse_time, parse_zone_mode, shown
from onealarm.cli.records import Records, with_records
from onealarm.errors import BadInput
from onealarm.ids import AlarmId, UserId
from onealarm.jobs.deadline import GUARD

app = typer.Typer(no_args_is_help=True, help="When they are woken.")

Id = Annotated[str, typer.Argument(help="The alarm's id.")]
Owner = Annotated[str | None, typer.Option("--user", help="The user's id; not needed when there is only one user.")]
Date = Annotated[str | None, typer.Option(help="Ring once, on this date (YYYY-MM-DD).")]
Days = Annotated[str | None, typer.Option(help="Ring weekly: mon,wed, or weekdays, weekend, daily.")]
Zone = Annotated[str | None, typer.Option(help="IANA zone; otherwise the user's.")]
Mode = Annotated[
    str | None, typer.Option("--zone-mode", help="device follows the user's zone, fixed stays in its own.")
]
SkipDates = Annotated[
    list[str] | None, typer.Option("--skip-date", help="A date to leave out; give it again for more, '' for none.")
]
Paused = Annotated[str | None, typer.Option("--pause", help="Do not ring FROM..UNTIL (two dates); '' ends it.")]
Holidays = Annotated[
    bool | None, typer.Option("--skip-holidays/--ring-on-holidays", help="Leave out the user's public holidays.")
]
SnoozeMinutes = Annotated[int | None, typer.Option(help="How long a snooze is, 1 to 60 minutes.")]
SnoozeLimit = Annotated[int | None, typer.Option(help="How often one ring may be snoozed, 0 to 20.")]
Label = Annotated[str | None, typer.Option(help="What the alarm is for.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")]


@app.command()
def create(
    time: Annotated[str, typer.Argument(help="Wall time, HH:MM.")],
    user: Owner = None,
    date: Date = None,
    days: Days = None,
    timezone: Zone = None,
    zone_mode: Mode = None,
    skip_date: SkipDates = None,
    pause: Paused = None,
    skip_holidays: Holidays = None,
    snooze_minutes: SnoozeMinutes = None,
    snooze_limit: SnoozeLimit = None,
    label: Label = None,
    as_json: Json = False,
) -> None:
    """Create an alarm: weekly with --days, once on --date, or once the next time the clock shows TIME."""
    with running.told():
        owner = None if user is None else UserId(parse_id(user, field="--user"))
        wall_time, day, weekly = parse_time(time), parse_date(date), parse_days(days)
        left_out = _left_out(zone_mode, skip_date, pause, skip_holidays, snooze_minutes, snooze_limit)
        words = _words(timezone, label)

    async def main(records: Records) -> Alarm:
        user_id = owner or await _only_user(records)
        return await records.alarms.create(user_id, time=wall_time, date=day, days=weekly, **words, **left_out)

    _tell(with_records(main), as_json)


@app.command("set")
def change(
    alarm_id: Id,
    time: Annotated[str | None, typer.Option(help="Wall time, HH:MM.")] = None,
    date: Date = None,
    days: Days = None,
    timezone: Zone = None,
    zone_mode: Mode = None,
    skip_date: SkipDates = None,
    pause: Paused = None,
    skip_holidays: Holidays = None,
    snooze_minutes: SnoozeMinutes = None,
    snooze_limit: SnoozeLimit = None,
    label: Label = None,
    active: Annotated[bool | None, typer.Option("--on/--off", help="Turn it on or off.")] = None,
    as_json: Json = False,
) -> None:
    """Change an alarm; what is not given stays."""
    with running.told():
        found = AlarmId(parse_id(alarm_id, field="alarm"))
        given: dict[str, Any] = {
            "time": None if time is None else parse_time(time, field="--time"),
            "date": parse_date(date),
            "days": parse_days(days),
            "active": active,
        }
        changes = {name: value for name, value in given.items() if value is not None} | _words(timezone, label)
        changes |= _left_out(zone_mode, skip_date, pause, skip_holidays, snooze_minutes, snooze_limit)
        if not changes:
            raise BadInput("alarm", "nothing to change was given", "See onealarm alarm set --help")

    async def main(records: Records) -> Alarm:
        return await records.alarms.change(found, user_id=None, changes=changes)

    _tell(with_records(main), as_json)


@app.command("list")
def show(user: Owner = None, as_json: Json = False) -> None:
    """List the alarms, the next to ring first."""

    async def main(records: Records) -> list[Alarm]:
        return await records.alarms.list(None if user is None else UserId(parse_id(user, field="--user")))

    alarms = with_records(main)
    if as_json:
        running.print_json({"alarms": [asdict(alarm) for alarm in alarms]})
        return
    print_list(("id", "next ring", "timezone", "days", "label"), map(_row, alarms))


@app.command()
def skip(alarm_id: Id, as_json: Json = False) -> None:
    """Leave the next ring out; a one-off turns itself off."""
    with running.told():
        found = AlarmId(parse_id(alarm_id, field="alarm"))

    async def main(records: Records) -> Alarm:
        return await records.alarms.skip_next(found, user_id=None)

    _tell(with_records(main), as_json)


@app.command()
def rings(
    alarm_id: Id,
    count: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 10,
    as_json: Json = False,
) -> None:
    """Show when an alarm will ring next."""
    with running.told():
        found = AlarmId(parse_id(alarm_id, field="alarm"))

    async def main(records: Records) -> tuple[Alarm, list[Occurrence]]:
        alarm = await records.alarms.find(found, user_id=None)
        return alarm, await records.alarms.coming(found, user_id=None, most=count)

    alarm, coming = with_records(main)
    if as_json:
        running.print_json({"rings": [asdict(one) for one in coming]})
        return
    for one in coming:
        running.out.print(shown(one.ring_at, alarm.timezone))


@app.command()
def snooze(
    alarm_id: Id,
    minutes: Annotated[int | None, typer.Option(help="How long, 1 to 60; otherwise as the alarm says.")] = None,
    end: Annotated[bool, typer.Option("--end", help="End the snooze that is still to ring.")] = False,
    as_json: Json = False,
) -> None:
    """Have an alarm that rings ring once more, or end that; the series stays as it is."""
    with running.told():
        found = AlarmId(parse_id(alarm_id, field="alarm"))
        if end and minutes is not None:
            raise BadInput("--minutes", "cannot be given with --end", "Give one of the two")
        checked(SnoozeInput, {"minutes": minutes})

    async def main(records: Records) -> Snooze | None:
        if end:
            await records.alarms.end_snooze(found, user_id=None)
            return None
        return await records.alarms.snooze(found, user_id=None, minutes=minutes)

    made = with_records(main)
    if as_json:
        running.print_json({"ended": alarm_id} if made is None else asdict(made))
    else:
        running.out.print("the snooze was ended" if made is None else f"rings again in {made.minutes} min")


@app.command()
def delete(alarm_id: Id, as_json: Json = False) -> None:
    """Delete an alarm, its coming briefing and its audio."""
    with running.told():
        found = AlarmId(parse_id(alarm_id, field="alarm"))

    async def main(records: Records) -> None:
        await records.alarms.delete(found, user_id=None)

    with_records(main)
    if as_json:
        running.print_json({"deleted": alarm_id})
    else:
        running.out.print(f"alarm {alarm_id} was deleted")


def _left_out(
    zone_mode: str | None,
    skip_date: list[str] | None,
    pause: str | None,
    skip_holidays: bool | None,
    snooze_minutes: int | None,
    snooze_limit: int | None,
) -> dict[str, Any]:
    """Of these options the ones that were given, as what they change, judged as the API does. Raises ``BadInput``."""
    given: dict[str, Any] = {
        "zone_mode": parse_zone_mode(zone_mode),
        "skip_holidays": skip_holidays,
        "snooze_minutes": snooze_minutes,
        "snooze_limit": snooze_limit,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if skip_date is not None:
        changes["skip_dates"] = [str(parse_date(text, field="skip_dates")) for text in skip_date if text]
    if pause is not None:
        days = parse_pause(pause)
        changes["pause"] = None if days is None else {"from": str(days[0]), "until": str(days[1])}
    return checked(AlarmChange, changes).changes()


def _words(timezone: str | None, label: str | None) -> dict[str, Any]:
    """Zone and label where they were given, judged as the API does; an empty label takes it away."""
    given = {"timezone": timezone, "label": label}
    changes = {name: value or None if name == "label" else value for name, value in given.items() if value is not None}
    return checked(AlarmChange, changes).changes()


async def _only_user(records: Records) -> UserId:
    users = await records.people.list(limit=2)
    if len(users) == 1:
        return users[0].id
    problem = "there are several users" if users else "there is no user yet"
    raise BadInput("--user", problem, "Give --user ID (onealarm user list), or create one: onealarm user create")


def _tell(alarm: Alarm, as_json: bool) -> None:
    if as_json:
        running.print_json(asdict(alarm))
        return
    running.out.print(f"alarm {alarm.id}\nrings {_ring(alarm)} ({alarm.timezone})")
    if alarm.next_ring_at is not None and alarm.next_ring_at - datetime.now(UTC) < GUARD:
        running.out.print(
            "that is near: the stock plays, or the client's tone, unless its own briefing is ready in time"
        )


def _row(alarm: Alarm) -> tuple[str, ...]:
    days = "-" if alarm.days is None else ",".join(map(str, alarm.days))
    return str(alarm.id), _ring(alarm), alarm.timezone, days, alarm.label or "-"


def _ring(alarm: Alarm) -> str:
    return shown(alarm.next_ring_at, alarm.timezone) if alarm.active else "off"
