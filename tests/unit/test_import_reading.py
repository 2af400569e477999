"""What the lines of an import file are read as, and what a reject file keeps of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path
from uuid import UUID

import pytest

from onealarm.alarms.importing import Line, Schedule
from onealarm.alarms.preferences import Preferences
from onealarm.cli.importing.chunks import Chunk, chunks
from onealarm.cli.importing.columns import LineReader
from onealarm.cli.importing.records import Record, open_file, source_of
from onealarm.cli.importing.rejects import rejecting, rejects_of
from onealarm.errors import BadInput
from onealarm.http.addresses import AddressGuard

ALL = {
    "user": "emp-7",
    "name": 'Ada "the" Quick, jr.\N{PARTY POPPER}',
    "email": "ada@example.org",
    "timezone": "Europe/Berlin",
    "voice": "nova",
    "language": "de",
    "place": "München",
    "latitude": 48.14,
    "longitude": 11.58,
    "country": "DE",
    "subdivision": "BY",
    "include_weather": False,
    "feeds": ["https://example.org/a,b.xml", "https://example.com/"],
    "alarm": "a1",
    "label": "محمد 李明",
    "time": "06:30",
    "days": ["mon", "fri"],
    "zone": "Asia/Tokyo",
    "zone_mode": "fixed",
    "active": True,
    "skip_dates": ["2026-12-24", "2026-12-25"],
    "pause": {"from": "2027-01-01", "until": "2027-01-07"},
    "skip_holidays": True,
    "snooze_minutes": 5,
    "snooze_limit": 0,
}
AS_TEXT = ALL | {
    "latitude": "48.14",
    "longitude": "11.58",
    "include_weather": "false",
    "feeds": "https://example.org/a,b.xml https://example.com/",
    "days": "mon, fri",
    "active": "TRUE",
    "skip_dates": "2026-12-24,2026-12-25",
    "pause": "2027-01-01..2027-01-07",
    "skip_holidays": "true",
    "snooze_minutes": "5",
    "snooze_limit": "0",
}


def quoted(values: Sequence[object]) -> str:
    return ",".join('"' + str(value).replace('"', '""') + '"' for value in values)


def read(folder: Path, text: str | bytes, *, suffix: str = ".csv", size: int = 100) -> list[Chunk]:
    path = folder / f"people{suffix}"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with open_file(path) as file:
        source = source_of(path, file)
        reader = LineReader(source.columns, as_text=source.as_text, guard=AddressGuard())
        return list(chunks(source, reader, size=size))


def lines(folder: Path, text: str | bytes, *, suffix: str = ".csv") -> list[Line]:
    """The lines of a file in which all are good."""
    found = read(folder, text, suffix=suffix)
    assert [chunk.refused for chunk in found if chunk.refused] == []
    return [line for chunk in found for line in chunk.lines]


def refused(folder: Path, text: str, *, suffix: str = ".csv") -> list[tuple[int, str]]:
    return [(number, error.field) for chunk in read(folder, text, suffix=suffix) for number, error in chunk.refused]


def test_csv_and_ndjson_say_the_same(tmp_path: Path) -> None:
    [of_csv] = lines(tmp_path, f"{quoted(list(AS_TEXT))}\n{quoted(list(AS_TEXT.values()))}\n")
    [of_json] = lines(tmp_path, json.dumps(ALL) + "\n", suffix=".ndjson")
    assert (of_csv.number, of_json.number) == (2, 1)
    assert of_csv.user is not None
    assert of_csv.user.email == "ada@example.org"
    assert of_csv.user.preferences == Preferences(
        timezone="Europe/Berlin",
        name='Ada "the" Quick, jr.\N{PARTY POPPER}',
        voice="nova",
        language="de",
        place_name="München",
        latitude=48.14,
        longitude=11.58,
        country="DE",
        subdivision="BY",
        include_weather=False,
        feeds=("https://example.org/a,b.xml", "https://example.com/"),
    )
    assert of_csv.alarm is not None
    assert of_csv.alarm.label == "محمد 李明"
    assert of_csv.alarm.schedule == Schedule(
        time=time(6, 30),
        date=None,
        days=(1, 5),
        timezone="Asia/Tokyo",
        zone_mode="fixed",
        active=True,
        skip_dates=(date(2026, 12, 24), date(2026, 12, 25)),
        pause=(date(2027, 1, 1), date(2027, 1, 7)),
        skip_holidays=True,
        snooze_minutes=5,
        snooze_limit=0,
    )
    assert (of_csv.user, of_csv.alarm, of_csv.user_id) == (of_json.user, of_json.alarm, of_json.user_id)


def test_what_is_left_out_is_as_with_the_api(tmp_path: Path) -> None:
    [line] = lines(tmp_path, '{"user": "o", "timezone": "UTC", "time": "07:00", "name": null}\n', suffix=".ndjson")
    assert line.user is not None
    assert line.user.preferences == Preferences(timezone="UTC")
    assert line.alarm is not None
    schedule = line.alarm.schedule
    assert (schedule.active, schedule.snooze_minutes, schedule.snooze_limit, schedule.zone_mode) == (True, 9, 3, None)


def test_a_line_may_tell_of_a_user_alone_or_of_an_alarm_alone(tmp_path: Path) -> None:
    alone, alarm = lines(tmp_path, "user,timezone,time\no,UTC,\no,,07:00\n")
    assert (alone.user is None, alone.alarm) == (False, None)
    assert (alarm.user, alarm.alarm is None) == (None, False)
    assert alone.user_id == alarm.user_id


@pytest.mark.parametrize(("days", "numbers"), [("1,7", (1, 7)), ("weekdays 7", (1, 2, 3, 4, 5, 7)), ("SUN", (7,))])
def test_days_are_taken_as_numbers_names_and_groups(tmp_path: Path, days: str, numbers: tuple[int, ...]) -> None:
    [line] = lines(tmp_path, f'user,time,days\no,07:00,"{days}"\n')
    assert line.alarm is not None
    assert line.alarm.schedule.days == numbers


def test_ids_follow_from_keys_alone(tmp_path: Path) -> None:
    one = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
    text = (
        "user,alarm,time,label\na,1,07:00,\nb,1,07:00,\na,1,08:00,x\na,2,07:00,\na,,07:00,\na,,07:00:00,\na,,07:00,x\n"
    )
    ids = [line.alarm.id for line in lines(tmp_path, f"{text}{one},{one},07:00,\n") if line.alarm]
    first, of_another, again, second, keyless, keyless_again, labelled, own = ids
    assert (again, keyless_again, own) == (first, keyless, one)
    assert len({first, of_another, second, keyless, labelled}) == 5
    assert lines(tmp_path, f"user\n{str(one).upper()}\n")[0].user_id == one
    assert lines(tmp_path, "user\nemp-7\n")[0].user_id == UUID("984f9b03-ee85-5e22-ae02-ea12cfb8342a")


def test_marks_line_ends_and_quoted_breaks_do_not_matter(tmp_path: Path) -> None:
    rows = b'\xef\xbb\xbfuser,label,time\r\n"a","\r\nWork\r\n",07:00\r\n\r\nb,,7:00\r\nc,,08:00'
    [chunk] = read(tmp_path, rows)
    assert [line.number for line in chunk.lines] == [2, 7]
    assert [number for number, _ in chunk.refused] == [6]
    assert chunk.lines[0].alarm is not None
    assert chunk.lines[0].alarm.label == "Work"
    objects = b'\xef\xbb\xbf{"user": "a"}\r\n\r\n{"user": "b"}'
    assert [line.number for line in lines(tmp_path, objects, suffix=".ndjson")] == [1, 3]


def test_a_break_inside_a_label_is_refused_at_the_line_where_the_record_begins(tmp_path: Path) -> None:
    assert refused(tmp_path, 'user,label,time\na,,07:00\na,"x\ny",07:00\na,,7\n') == [(3, "label"), (5, "time")]


def test_true_is_not_taken_for_one_however_often_one_was_read(tmp_path: Path) -> None:
    rows = [{"user": "a", "time": "07:00", "snooze_minutes": value} for value in (1, True, 1.0, 1)]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    assert refused(tmp_path, text, suffix=".ndjson") == [(2, "snooze_minutes"), (3, "snooze_minutes")]


def test_what_was_refused_once_is_refused_again(tmp_path: Path) -> None:
    assert refused(tmp_path, "user,time\na,7\na,7\nb,7\n") == [(2, "time"), (3, "time"), (4, "time")]


def test_a_false_value_is_a_value(tmp_path: Path) -> None:
    text = (
        '{"user": "a", "snooze_limit": 0}\n{"user": "a", "active": false}\n{"user": "a", "alarm": 0, "time": "07:00"}\n'
    )
    assert refused(tmp_path, text, suffix=".ndjson") == [(1, "time"), (2, "time"), (3, "alarm")]


def test_a_dry_run_finds_what_does_not_fit_together(tmp_path: Path) -> None:
    head = "user,time,date,days,pause,skip_holidays\n"
    rows = "a,07:00,2030-01-01,mon,,\na,07:00,2040-01-01,,,\na,07:00,,,,true\na,07:00,,,2027-01-01..2027-01-02,\n"
    good = "a,07:00,2039-12-31,,,false\na,07:00,,mon,2027-01-01..2027-01-02,true\n"
    assert refused(tmp_path, head + rows + good) == [(2, "days"), (3, "date"), (4, "days"), (5, "days")]


def test_chunks_end_between_users_where_they_can(tmp_path: Path) -> None:
    users = ["a", "a", "b", "b", "b", *"c" * 9]
    found = read(tmp_path, "user,time\n" + "".join(f"{user},07:00\n" for user in users), size=3)
    assert [[line.key for line in chunk.lines] for chunk in found] == [["a", "a", "b", "b", "b"], ["c"] * 6, ["c"] * 3]
    assert found[-1].end == (tmp_path / "people.csv").stat().st_size


def rejected(folder: Path, name: str) -> str:
    """What the reject file of a file holds, whose lines that cannot be read are rejected."""
    path = folder / name
    with open_file(path) as file:
        source = source_of(path, file)
        reader = LineReader(source.columns, as_text=source.as_text, guard=AddressGuard())
        target = rejects_of(path, None)
        with rejecting(target, source) as rejects:
            for chunk in chunks(source, reader):
                for number, error in chunk.refused:
                    rejects.add(chunk.records[number], error.field)
    return target.read_text(encoding="utf-8") if target.exists() else ""


def test_rejects_of_csv_are_imported_as_they_are_once_they_are_mended(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text('user,label,time\na,"Yoga, ""early"" 🧘",7:00\nb,,08:00\nc,x,09:00,y\nd,"\nx",\n', encoding="utf-8")
    kept = rejected(tmp_path, "people.csv")
    assert kept == (
        "line,reason,user,label,time\n"
        '2,time,a,"Yoga, ""early"" 🧘",7:00\n'
        "4,line,c,x,09:00,y\n"
        '5,time,d,"\nx",\n'
    )  # fmt: skip
    (tmp_path / "again.csv").write_text(kept, encoding="utf-8")
    again = rejected(tmp_path, "again.csv").splitlines()
    assert again[:2] == ["line,reason,user,label,time", '2,time,a,"Yoga, ""early"" 🧘",7:00']
    assert again[2] == "3,line,c,x,09:00,y"
    (tmp_path / "people.csv").write_text(kept.replace("7:00", "07:00").replace(",y", "").replace(",\n", ",06:00\n"))
    assert rejected(tmp_path, "people.csv") == ""
    assert not (tmp_path / "people.rejects.csv").exists()


def test_rejects_of_ndjson_keep_the_object_or_the_text(tmp_path: Path) -> None:
    path = tmp_path / "people.ndjson"
    rows = ['{"user": "李", "time": "7:00"}', "user: b", '{"user": "\\ud800", "time": "07:00"}', "[1]"]
    path.write_text("\n".join(rows), encoding="utf-8")
    kept = rejected(tmp_path, path.name).splitlines()
    assert kept[0] == '{"line": 1, "reason": "time", "user": "李", "time": "7:00"}'
    assert [json.loads(line) for line in kept[1:]] == [
        {"line": 2, "reason": "line", "text": "user: b"},
        {"line": 3, "reason": "user", "user": "\ud800", "time": "07:00"},
        {"line": 4, "reason": "line", "text": "[1]"},
    ]


def test_a_file_that_is_no_reject_file_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("user,time\na,7\n")
    (tmp_path / "people.rejects.csv").write_text("mine\n")
    for target in (None, path):
        with pytest.raises(BadInput, match="is there already and is no reject file of before"):
            rejects_of(path, target)
    with pytest.raises(BadInput, match=r"--rejects: .* is not \.csv"):
        rejects_of(path, tmp_path / "rejects.ndjson")


def test_a_reject_file_of_before_stays_whole_until_the_end(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("user,time\na,7\n")
    before = rejected(tmp_path, "people.csv")
    target = tmp_path / "people.rejects.csv"
    with open_file(path) as file:
        source = source_of(path, file)
        with pytest.raises(BadInput, match="unsound"), rejecting(target, source) as rejects:  # noqa: PT012 - the point
            rejects.add(Record(9, ["b", "8"], 0), "time")
            assert target.read_text() == before
            raise BadInput("file", "unsound", "Mend it")
    assert target.read_text() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["people.csv", "people.rejects.csv"]
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_reject_file_that_cannot_be_written_is_told_and_nothing_else_is_taken_for_it(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("user,time\na,7\n")
    with open_file(path) as file:
        source = source_of(path, file)
        nowhere = rejecting(tmp_path / "nowhere" / "x.csv", source)
        with pytest.raises(BadInput, match=r"--rejects: '.*x\.csv' cannot be written: No such file"), nowhere:
            pass
        with pytest.raises(ConnectionResetError), rejecting(tmp_path / "people.rejects.csv", source):
            raise ConnectionResetError
    assert [one.name for one in tmp_path.iterdir()] == ["people.csv"]


def test_a_reject_file_that_a_spreadsheet_has_saved_is_one(tmp_path: Path) -> None:
    path, target = tmp_path / "people.csv", tmp_path / "people.rejects.csv"
    path.write_text("user,time\na,07:00\n")
    target.write_bytes(b"\xef\xbb\xbfline,reason,user,time\r\n2,time,a,7\r\n")
    assert rejects_of(path, None) == target
