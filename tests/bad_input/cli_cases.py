"""What is refused on the command line."""

from __future__ import annotations

import shlex
from typing import Final

from tests.bad_input.case import Case
from tests.bad_input.world import NOBODY, OFF, OTTO, SARAH, WEEKLY

Command = tuple[str, ...]

_ZONE: Final = "Give an IANA name such as Europe/Berlin or America/New_York"
_ONE_LINE: Final = "Give one line of text"
_TIME: Final = "Give it as HH:MM or HH:MM:SS, such as 07:00"
_DATE: Final = "Give it as YYYY-MM-DD, such as 2026-12-24"
_DAYS: Final = "Give mon,tue,wed,thu,fri,sat,sun, weekdays, weekend or daily"
_PLACE: Final = "Give a larger one near by, or its coordinates as well"
_URL: Final = "Give a public address such as https://example.org/news.xml"
_FEEDS: Final = "List his feeds to see their ids: onealarm user feed USER --list"
_USERS: Final = "List the users to see their ids"
_ALARMS: Final = "List the alarms to see their ids"
_TOKEN: Final = "Give one of: an id (onealarm user list), --operator, --revoke TOKEN"
_NO_UTF8: Final = "Caf\udce9"
"""What the shell's Latin-1 becomes."""

_USER_IDS: Final = (str(SARAH), str(OTTO))
_ALARM_IDS: Final = (str(WEEKLY), str(OFF))


def _case(sent: Command, field: str, problem: str, remedy: str, *, given: str = "") -> Case[Command]:
    shown = shlex.join("USER" if word in _USER_IDS else "ALARM" if word in _ALARM_IDS else word for word in sent)
    return Case(given or f"`onealarm {shown}`", sent, field, problem, remedy)


def _create(sent: Command, field: str, problem: str, remedy: str, *, given: str = "") -> Case[Command]:
    return _case(("alarm", "create", *sent), field, problem, remedy, given=given)


def _weekly(sent: Command, field: str, problem: str, remedy: str, *, given: str = "") -> Case[Command]:
    return _create(("07:00", "--user", str(SARAH), "--days", "daily", *sent), field, problem, remedy, given=given)


def _set(sent: Command, field: str, problem: str, remedy: str, *, given: str = "") -> Case[Command]:
    return _case(("user", "set", str(SARAH), *sent), field, problem, remedy, given=given)


def _simulate(sent: Command, field: str, problem: str, remedy: str) -> Case[Command]:
    return _case(("simulate", *sent), field, problem, remedy)


def _endure(sent: Command, field: str, problem: str, remedy: str) -> Case[Command]:
    return _case(("bench", "endurance", *sent), field, problem, remedy)


USAGE: Final = (
    _case(("ring",), "command", "no such command 'ring'", "See onealarm --help"),
    _case(("alarm", "snozze"), "command", "no such command 'snozze'. Did you mean 'snooze'?",
          "See onealarm alarm --help"),
    _case(("alarm", "list", "--usr", "x"), "--usr", "is not an option of onealarm alarm list",
          "Did you mean --user? See onealarm alarm list --help"),
    _case(("doctor", "--fix"), "--fix", "is not an option of onealarm doctor", "See onealarm doctor --help"),
    _case(("doctor", "--\x1b[31m"), r"--\x1b[31m", "is not an option of onealarm doctor", "See onealarm doctor --help",
          given="an option that would colour the terminal"),
    _case(("alarm", "list", "--user"), "--user", "requires an argument", "See onealarm --help"),
    _case(("alarm", "list", "--json=yes"), "--json", "does not take a value", "See onealarm --help"),
    _case(("alarm", "list", "all"), "command", "got unexpected extra argument(s) (all)",
          "See onealarm alarm list --help"),
    _case(("alarm", "create"), "time", "is missing", "See onealarm alarm create --help"),
    _case(("user", "set"), "user_id", "is missing", "See onealarm user set --help"),
    _case(("alarm", "rings", str(WEEKLY), "--count", "ten"), "--count",
          "should be a valid integer, unable to parse string as an integer", "See onealarm alarm rings --help"),
    _case(("alarm", "rings", str(WEEKLY), "--count", "0"), "--count", "should be greater than or equal to 1",
          "See onealarm alarm rings --help"),
    _case(("alarm", "rings", str(WEEKLY), "--count", "101"), "--count", "should be less than or equal to 100",
          "See onealarm alarm rings --help"),
    _case(("alarm", "snooze", str(WEEKLY), "--minutes", "1.5"), "--minutes",
          "should be a valid integer, unable to parse string as an integer", "See onealarm alarm snooze --help"),
)  # fmt: skip

ALARMS: Final = (
    _create(("7:00",), "time", "'7:00' is not a time of day", _TIME),
    _create(("24:00",), "time", "'24:00' is not a time of day", _TIME),
    _create(("07:00Z",), "time", "'07:00Z' is not a time of day", _TIME),
    _create(("",), "time", "'' is not a time of day", _TIME),
    _create(("07:00", "--date", "2026-02-30"), "--date", "'2026-02-30' is not a date", _DATE),
    _create(("07:00", "--date", "0000-01-01"), "--date", "'0000-01-01' is not a date", _DATE),
    _create(("07:00", "--date", "tomorrow"), "--date", "'tomorrow' is not a date", _DATE),
    _create(("07:00", "--user", str(SARAH), "--date", "2040-01-01"), "--date",
            "lies outside the years that zone rules are known for", "Give 2000 to 2039"),
    _create(("07:00", "--user", str(SARAH), "--date", "2001-01-01"), "--date",
            "2001-01-01 07:00:00 has passed in America/New_York",
            "Give a later date, or none for the next time the clock shows this time"),
    _create(("07:00", "--days", "mon,funday"), "--days", "'funday' is not a day", _DAYS),
    _create(("07:00", "--days", ""), "--days", "'' is not a day", _DAYS),
    _create(("07:00", "--user", str(SARAH), "--days", "mon", "--date", "2039-12-24"), "--days",
            "cannot be given together with a date", "Give a date for a one-off or days for a weekly alarm"),
    _create(("07:00", "--user", "sarah"), "--user", "'sarah' is not an id",
            "List them to see their ids: onealarm user list"),
    _create(("07:00", "--user", str(NOBODY)), "user", f"{NOBODY} does not exist", "Create the user first"),
    _create(("07:00",), "--user", "there are several users",
            "Give --user ID (onealarm user list), or create one: onealarm user create"),
    _weekly(("--timezone", "Foo3"), "--timezone", "'Foo3' is not a known zone", _ZONE),
    _weekly(("--timezone", "europe/berlin"), "--timezone", "'europe/berlin' is not a known zone",
            "Give Europe/Berlin"),
    _weekly(("--timezone", ""), "--timezone", "'' is not a known zone", _ZONE),
    _weekly(("--timezone", "Europe/Berlin", "--zone-mode", "device"), "--timezone",
            "Europe/Berlin is not its user's zone, which an alarm with zone mode device follows",
            "Leave it out (it is America/New_York), or give zone mode fixed"),
    _weekly(("--zone-mode", "floating"), "--zone-mode", "'floating' is not known", "Give device or fixed"),
    _weekly(("--label", "x" * 201), "--label", "is longer than 200 characters", "Give at most 200",
            given="`onealarm alarm create 07:00 --label` with 201 characters"),
    _weekly(("--label", "a\x1b[31mb"), "--label", "holds a control character", _ONE_LINE,
            given="`onealarm alarm create 07:00 --label` with a terminal's control sequence"),
    _weekly(("--label", _NO_UTF8), "--label", "holds half a character (an unpaired surrogate)",
            "Give whole characters", given="`onealarm alarm create 07:00 --label` with bytes that are not UTF-8"),
    _weekly(("--skip-date", "2026-13-01"), "--skip-date", "'2026-13-01' is not a date", _DATE),
    _weekly(("--skip-date", "2026-12-24") * 101, "--skip-date", "has more than 100 entries", "Give at most 100",
            given="`onealarm alarm create 07:00 --days daily` with 101 times `--skip-date`"),
    _weekly(("--pause", "2027-01-01"), "--pause", "'2027-01-01' is not a pause",
            "Give it as FROM..UNTIL, such as 2026-12-24..2027-01-03"),
    _weekly(("--pause", "2027-01-02..2027-01-01"), "--pause", "ends before it begins",
            "Give the last day without a ring as until"),
    _weekly(("--pause", "2027-01-01..2040-01-01"), "--pause", "ends too late", "Give dates from 2000 to 2039"),
    _create(("07:00", "--user", str(SARAH), "--skip-date", "2026-12-24"), "--days",
            "are missing: only a weekly alarm leaves out dates, a pause or holidays",
            "Give days, or turn a one-off off"),
    _weekly(("--snooze-minutes", "61"), "--snooze-minutes", "61 is too much", "Give at most 60"),
    _weekly(("--snooze-minutes", "99999999999999999999"), "--snooze-minutes", "a very large number is too much",
            "Give at most 60"),
    _weekly(("--snooze-limit", "-1"), "--snooze-limit", "-1 is too little", "Give at least 0"),
    _case(("alarm", "set", str(WEEKLY)), "alarm", "nothing to change was given", "See onealarm alarm set --help"),
    _case(("alarm", "set", "1", "--label", "x"), "alarm", "'1' is not an id",
          "List them to see their ids: onealarm alarm list"),
    _case(("alarm", "set", str(WEEKLY), "--time", "25:00"), "--time", "'25:00' is not a time of day", _TIME),
    _case(("alarm", "set", str(NOBODY), "--label", "x"), "alarm", f"{NOBODY} does not exist", _ALARMS),
    _case(("alarm", "list", "--user", "1"), "--user", "'1' is not an id",
          "List them to see their ids: onealarm user list"),
    _case(("alarm", "skip", str(OFF)), "alarm", "is off, so there is nothing to skip", "Turn it on first"),
    _case(("alarm", "rings", str(NOBODY)), "alarm", f"{NOBODY} does not exist", _ALARMS),
    _case(("alarm", "snooze", str(WEEKLY)), "alarm", "it has not rung within the hour",
          "Snooze an alarm while it rings"),
    _case(("alarm", "snooze", str(WEEKLY), "--minutes", "0"), "--minutes", "0 is too little", "Give at least 1"),
    _case(("alarm", "snooze", str(WEEKLY), "--minutes", "5", "--end"), "--minutes", "cannot be given with --end",
          "Give one of the two"),
    _case(("alarm", "snooze", str(WEEKLY), "--end"), "snooze", "the alarm is not snoozed", "There is nothing to end"),
    _case(("alarm", "delete", str(NOBODY)), "alarm", f"{NOBODY} does not exist", _ALARMS),
)  # fmt: skip

USERS: Final = (
    _set(("--name", "x" * 301), "--name", "is longer than 300 characters", "Give at most 300",
         given="`onealarm user set USER --name` with 301 characters"),
    _set(("--name", "Sa\nrah"), "--name", "holds a control character", _ONE_LINE,
         given="`onealarm user set USER --name` with a line break"),
    _set(("--name", _NO_UTF8), "--name", "holds half a character (an unpaired surrogate)", "Give whole characters",
         given="`onealarm user set USER --name` with bytes that are not UTF-8"),
    _set(("--voice", "siri"), "--voice", "'siri' is not a voice",
         "Give one of: alloy, ash, echo, fable, onyx, nova, sage, shimmer, verse"),
    _set(("--timezone", "UTC+3"), "--timezone", "'UTC+3' is not a known zone", _ZONE),
    _set(("--timezone", "../etc/passwd"), "--timezone", "'../etc/passwd' is not a known zone", _ZONE),
    _set(("--place", "Springfield"), "--place", "'Springfield' means several",
         "Give one of: Springfield, MO, US; Springfield, MA, US; Springfield, IL, US; Springfield, OR, US; "
         "Springfield, OH, US; or its coordinates as well"),
    _set(("--place", "Oslo,north,east"), "--place", "no town of the name 'Oslo,north,east' is known", _PLACE),
    _set(("--place", "Oslo,91,10"), "--place", "91 is too much", "Give at most 90"),
    _set(("--place", "Oslo,nan,10"), "--place", "nan is not a finite number", "Give a finite number"),
    _set(("--place", "Oslo,59,181"), "--place", "181 is too much", "Give at most 180"),
    _set(("--place", ",59,10"), "--place", "is empty", "Give at least 1 character"),
    _set(("--country", "Germany"), "--country", "'Germany' is not a country",
         "Give its ISO 3166-1 code, such as US or DE"),
    _set(("--country", "AT-X"), "--country", "'X' is not a part of AT with holidays of its own",
         "Give one of: 1, 2, 3, 4, 5, 6, 7, 8, 9; or leave it out"),
    _set(("--feed", "file:///etc/passwd"), "--feed", "only http and https can be fetched", _URL),
    _set(("--feed", "http://192.168.1.1/feed"), "--feed", "192.168.1.1 is not a public address", _URL),
    _set(("--feed", "https://a.example/feed") * 11, "--feed", "has more than 10 entries", "Give at most 10",
         given="`onealarm user set USER` with 11 times `--feed`"),
    _case(("user", "set", "sarah", "--name", "x"), "user", "'sarah' is not an id",
          "List them to see their ids: onealarm user list"),
    _case(("user", "set", str(NOBODY), "--name", "x"), "user", f"{NOBODY} does not exist", _USERS),
    _case(("user", "create", "--timezone", "Mars/Olympus"), "--timezone", "'Mars/Olympus' is not a known zone", _ZONE),
    _case(("user", "delete", str(NOBODY)), "user", f"{NOBODY} does not exist", _USERS),
    _case(("user", "token"), "user", "it is not clear whose token", _TOKEN),
    _case(("user", "token", str(OTTO), "--operator"), "user", "it is not clear whose token", _TOKEN),
    _case(("user", "token", str(NOBODY)), "user", f"{NOBODY} does not exist", _USERS),
    _case(("user", "feed", str(NOBODY)), "user", f"{NOBODY} does not exist", _USERS),
    _case(("user", "feed", str(OTTO), "--list", "--revoke", str(NOBODY)), "--list", "goes not with --revoke",
          "Give one of the two"),
    _case(("user", "feed", str(OTTO), "--revoke", "1"), "--revoke", "'1' is not an id", _FEEDS),
    _case(("user", "feed", str(OTTO), "--revoke", str(NOBODY)), "feed", f"{NOBODY} does not exist",
          "List the feeds to see their ids"),
    _case(("materialise", "--form", "mp3"), "--form", "'mp3' is not known", "Give aac or m4a"),
    _case(("materialise", "1"), "audio", "'1' is not an id", "Give that of a manifest, or none for all"),
    _case(("materialise", str(NOBODY)), "audio", f"{NOBODY} does not exist or has expired",
          "Ask for the alarm's audio again"),
    _case(("user", "token", "--revoke", "oa_nobodys"), "token", "it is nobody's",
          "Give one whole, as it was shown, or revoke all of a user's"),
)  # fmt: skip

DEMO: Final = (
    _case(("demo", "--voice", "siri"), "--voice", "'siri' is not a voice",
          "Give one of alloy, ash, echo, fable, onyx, nova, sage, shimmer, verse"),
    _case(("demo", "--at", "soon"), "--at", "'soon' is neither minutes ahead nor a time of day",
          "Give +70m for minutes from now, or HH:MM such as 07:00"),
    _case(("demo", "--at", "+0m"), "--at", "'+0m' is neither minutes ahead nor a time of day",
          "Give +70m for minutes from now, or HH:MM such as 07:00"),
    _case(("demo", "--timezone", "Foo3"), "--timezone", "'Foo3' is not a known zone", _ZONE),
    _case(("demo", "--name", "a\tb"), "--name", "holds a control character", _ONE_LINE,
          given="`onealarm demo --name` with a tab"),
    _case(("demo", "--out", "/dev/null/demo"), "--out", "'/dev/null/demo' cannot be made: Not a directory",
          "Give a folder that you may write"),
    _case(("demo", "--feed", "missing.xml"), "--feed", "'missing.xml' cannot be read: No such file or directory",
          "Give the address of an RSS or Atom feed, or a file"),
)  # fmt: skip

FORECAST: Final = (
    _case(("forecast", "--by", "country"), "--by", "value error, 'country' is not one of 'zone'",
          "See onealarm forecast --help"),
    _case(("forecast", "--hours", "0"), "--hours", "0 is out of range", "Give more than 0 and at most 48"),
    _case(("forecast", "--hours", "48.5"), "--hours", "48.5 is out of range", "Give more than 0 and at most 48"),
    _case(("forecast", "--hours", "nan"), "--hours", "nan is out of range", "Give more than 0 and at most 48"),
    _case(("forecast", "--hours", "day"), "--hours",
          "should be a valid number, unable to parse string as a number", "See onealarm forecast --help"),
    _case(("costs", "--days", "0"), "--days", "0 is out of range", "Give 1 to 31"),
    _case(("costs", "--days", "32"), "--days", "32 is out of range", "Give 1 to 31"),
)  # fmt: skip

BENCH: Final = (
    _case(("bench", "queue", "--jobs", "0"), "--jobs", "0 is less than one", "Give at least 1"),
    _case(("bench", "queue", "--jobs", "-5"), "--jobs", "-5 is less than one", "Give at least 1"),
    _case(("bench", "queue", "--jobs", "10000001"), "--jobs", "10000001 is too much", "Give at most 10000000"),
    _case(("bench", "queue", "--jobs", "1e6"), "--jobs",
          "should be a valid integer, unable to parse string as an integer", "See onealarm bench queue --help"),
    _case(("bench", "queue", "--batch", "0"), "--batch", "0 is less than one", "Give at least 1"),
    _case(("bench", "queue", "--batch", "100001"), "--batch", "100001 is too much", "Give at most 100000"),
    _case(("bench", "queue", "--jobs", "500", "--batch", "501"), "--batch", "501 is more than the 500 jobs",
          "Give at most as many as --jobs"),
    _case(("bench", "queue", "--workers", "0"), "--workers", "0 is less than one", "Give at least 1"),
    _case(("bench", "queue", "--workers", "33"), "--workers", "33 is too much", "Give at most 32"),
    _case(("bench", "queue", "--peers", "pgqueuer,celery"), "--peers", "'celery' is not known",
          "Give some of pgqueuer,procrastinate,graphile-worker, or none"),
    _case(("bench", "queue", "--peers", ""), "--peers", "'' is not known",
          "Give some of pgqueuer,procrastinate,graphile-worker, or none"),
    _case(("bench", "worker", "--jobs", "0"), "--jobs", "0 is less than one", "Give at least 1"),
    _case(("bench", "worker", "--slots", "0"), "--slots", "0 is less than one", "Give at least 1"),
    _case(("bench", "saving", "--alarms", "0"), "--alarms", "0 is less than one", "Give at least 1"),
    _case(("bench", "saving", "--rate", "-1"), "--rate", "-1 is less than one", "Give at least 1"),
    _case(("bench", "waiting", "--waiting", "many"), "--waiting", "'many' are not numbers",
          "Give some like 1000000,10000000"),
    _case(("bench", "waiting", "--waiting", "1,-1"), "--waiting", "-1 is not possible", "Give 0 to 50000000"),
    _case(("bench", "plan", "--alarms", "many"), "--alarms", "'many' are not numbers",
          "Give some like 10000000,100000000"),
    _case(("bench", "plan", "--alarms", "0"), "--alarms", "0 is not possible", "Give 1 to 200000000"),
    _case(("bench", "cost", "--alarms", "many"), "--alarms",
          "should be a valid integer, unable to parse string as an integer", "See onealarm bench cost --help"),
    _case(("bench", "cost", "--alarms", "0"), "--alarms", "0 is not possible", "Give 1 to 1000000"),
    _case(("bench", "cost", "--alarms", "1000001"), "--alarms", "1000001 is not possible", "Give 1 to 1000000"),
    _case(("bench", "endurance"), "--minutes", "is missing", "See onealarm bench endurance --help"),
    _endure(("--minutes", "0"), "--minutes", "0 is too short", "Give at least 0.05"),
    _endure(("--minutes", "241"), "--minutes", "241 is too long", "Give at most 240"),
    _endure(("--minutes", "nan"), "--minutes", "nan is not a finite number", "Give a finite number"),
    _endure(("--minutes", "0.9", "--pinned-snapshot"), "--minutes", "0.9 is too short for --pinned-snapshot",
            "Give at least 1"),
    _endure(("--minutes", "1", "--rate", "0"), "--rate", "0 is less than one", "Give at least 1"),
    _endure(("--minutes", "1", "--rate", "20001"), "--rate", "20001 is too much", "Give at most 20000"),
    _endure(("--minutes", "60", "--rate", "1000"), "--rate", "makes 3600000 jobs in that time",
            "Give less: at most 2000000 jobs in all"),
    _endure(("--minutes", "1", "--jobs", "0"), "--jobs", "0 is less than one", "Give at least 1"),
    _endure(("--minutes", "1", "--jobs", "2000001"), "--jobs", "2000001 is too much", "Give at most 2000000"),
    _endure(("--minutes", "1", "--jobs", "9", "--rate", "9"), "--jobs", "cannot be given together with --rate",
            "Give one of them: the other follows"),
    _endure(("--minutes", "1", "--workers", "0"), "--workers", "0 is less than one", "Give at least 1"),
    _endure(("--minutes", "1", "--workers", "33"), "--workers", "33 is too much", "Give at most 32"),
    _endure(("--minutes", "1", "--picture", "run.jpg"), "--picture", "'run.jpg' is not the name of a PNG file",
            "Give a name that ends in .png"),
    _endure(("--minutes", "1", "--picture", "missing/run.png"), "--picture", "there is no folder 'missing'",
            "Give a file in a folder that exists"),
)  # fmt: skip

_SPAN: Final = "Give it as 30m@peak or 2h@03:30: how long, and from when (UTC) on the middle day"

SIMULATION: Final = (
    _simulate(
        ("--policy", "edf"),
        "--policy",
        "'edf' is not known",
        "Give one of lazy-edf, fixed-58, always-busy, offline, roadmap-current, roadmap-1.1, roadmap-1, "
        "roadmap-2, roadmap-3, roadmap-4, roadmap-5, roadmap-6",
    ),
    _simulate(("--zones", "mars"), "--zones", "'mars' is not known", "Give one of one, us, world"),
    _simulate(("--alarms", "0"), "--alarms", "0 is less than one", "Give at least 1"),
    _simulate(("--alarms", "6666667"), "--alarms", "6666667 is too much", "Give at most 6666666"),
    _simulate(
        ("--policy", "offline", "--alarms", "10000000001"),
        "--alarms",
        "10000000001 is too much",
        "Give at most 10000000000",
    ),
    _simulate(
        ("--policy", "offline", "--outage", "30m@peak"),
        "--outage",
        "is not for the optimum alone",
        "Give another --policy with it",
    ),
    _simulate(
        ("--policy", "offline", "--controller-dead", "6h@peak"),
        "--controller-dead",
        "is not for the optimum alone",
        "Give another --policy with it",
    ),
    _simulate(("--capacity", "0"), "--capacity", "0 is less than one", "Give at least 1"),
    _simulate(
        ("--capacity", "1e4"), "--capacity", "'1e4' is not a capacity", "Give jobs per hour, such as 10000 or 10000/h"
    ),
    _simulate(
        ("--capacity", "10000/min"),
        "--capacity",
        "'10000/min' is not a capacity",
        "Give jobs per hour, such as 10000 or 10000/h",
    ),
    _simulate(("--days", "0"), "--days", "0 is less than one", "Give at least 1"),
    _simulate(("--days", "15"), "--days", "15 is too much", "Give at most 14"),
    _simulate(("--seeds", "101"), "--seeds", "101 is too much", "Give at most 100"),
    _simulate(("--outage", "30m"), "--outage", "'30m' is not a span of time", _SPAN),
    _simulate(("--outage", "30s@peak"), "--outage", "'30s@peak' is not a span of time", _SPAN),
    _simulate(("--outage", "25h@peak"), "--outage", "'25h@peak' is not possible", "Give a span from 1m to 24h"),
    _simulate(("--controller-dead", "6h@24:00"), "--controller-dead", "'6h@24:00' is not a span of time", _SPAN),
    _simulate(
        ("--without", "magic"), "--without", "'magic' is not known", "Give one of advance, forecast, order, ladder"
    ),
    _simulate(
        ("--picture", "run.jpg"),
        "--picture",
        "'run.jpg' is not the name of a PNG file",
        "Give a name that ends in .png",
    ),
    _simulate(
        ("--picture", "missing/run.png"),
        "--picture",
        "there is no folder 'missing'",
        "Give a file in a folder that exists",
    ),
)

SCHEDULES: Final = (
    _case(("schedule", "check"), "files", "is missing", "See onealarm schedule check --help"),
    _case(("schedule", "check", "lanes.toml", "--day", "25.11.2026"), "--day", "'25.11.2026' is not a date", _DATE),
    _case(("schedule", "check", "lanes.toml", "--work", "0"), "--work", "should be greater than or equal to 1",
          "See onealarm schedule check --help"),
    _case(("schedule", "run", "lanes.toml"), "file", "'lanes.toml' cannot be read: No such file or directory",
          "Give a schedule's file"),
)  # fmt: skip

GROUPS: Final = {
    "Calling": USAGE,
    "Alarms": ALARMS,
    "Users": USERS,
    "Demo": DEMO,
    "Bench": BENCH,
    "Forecast": FORECAST,
    "Simulation": SIMULATION,
    "Schedules": SCHEDULES,
}
CASES: Final = tuple(case for group in GROUPS.values() for case in group)
