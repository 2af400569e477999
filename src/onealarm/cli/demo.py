"""``onealarm demo``: the whole path once, from an alarm to its briefing, on a throw-away database."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from onealarm.alarms.next_ring import wall_time_of
from onealarm.alarms.preferences import DEFAULT_LANGUAGE, DEFAULT_VOICE, Preferences
from onealarm.alarms.zones import zone
from onealarm.api.schemas.users import PreferencesChange
from onealarm.api.validation import checked
from onealarm.audio.decode import decode
from onealarm.audio.measure import measure
from onealarm.audio.segment import SAMPLE_RATE
from onealarm.bootstrap import Parts, build
from onealarm.briefing.facts import Weather
from onealarm.briefing.spoken import LANGUAGES, for_language
from onealarm.briefing.voices import VOICES
from onealarm.cli import running
from onealarm.cli.demo_providers import SAMPLE_FEED, demo_providers
from onealarm.cli.first_alarm import machine_timezone
from onealarm.cli.options import parse_ring
from onealarm.cli.weather_file import read_weather
from onealarm.config import Settings
from onealarm.errors import BadInput, OneAlarmError
from onealarm.http.addresses import AddressGuard
from onealarm.http.urls import check_url
from onealarm.jobs.deadline import LEAD
from onealarm.pipeline.compose import Format
from onealarm.postgres.audio import Audio
from onealarm.postgres.embedded import EmbeddedServer
from onealarm.postgres.migrate import migrate
from onealarm.providers import Providers

_FILES: Final[tuple[tuple[Format, str], ...]] = (
    ("aac", "briefing.aac"),
    ("m4a", "briefing.m4a"),
    ("ring", "ring.wav"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the demo was asked for."""

    preferences: Preferences
    ring_at: datetime
    weather: Weather | None
    folder: Path


class MovableClock:
    """Now, until it is set to the instant at which the job comes due."""

    def __init__(self) -> None:
        self._set: datetime | None = None

    def now(self) -> datetime:
        return self._set or datetime.now(UTC)

    def set(self, instant: datetime) -> None:
        self._set = instant


def demo(
    name: Annotated[str | None, typer.Option(help="How the voice says hello.")] = None,
    timezone: Annotated[str | None, typer.Option(help="IANA zone; otherwise this machine's.")] = None,
    at: Annotated[str, typer.Option(help="+70m from now, or HH:MM.")] = "+70m",
    feed: Annotated[str | None, typer.Option(help="An RSS or Atom feed: a file or an address.")] = None,
    weather: Annotated[Path | None, typer.Option(help="A JSON file with the keys of weather_data.")] = None,
    voice: Annotated[str, typer.Option(help="One of " + ", ".join(VOICES) + ".")] = DEFAULT_VOICE,
    language: Annotated[str, typer.Option(help="One of " + ", ".join(LANGUAGES) + ".")] = DEFAULT_LANGUAGE,
    writer: Annotated[str, typer.Option(help="template, or openai: a model tells the news.")] = "template",
    speech: Annotated[str, typer.Option(help="espeak, or openai: a server speaks.")] = "espeak",
    base_url: Annotated[
        str | None, typer.Option(help="The server for both; otherwise OpenAI's, with the key in OPENAI_API_KEY.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the files go.")] = Path("onealarm-demo"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
) -> None:
    """Make one real briefing, as it would be made before a real alarm, and write it to files."""
    with running.told():
        settings = running.settings(log_level="error")
        providers = demo_providers(writer=writer, speech=speech, base_url=base_url, given=settings.providers)
        feed = str(SAMPLE_FEED) if feed is None and providers.writer.kind != "template" else feed
        feeds = () if feed is None else (_feed(feed, settings),)
        wanted = _wanted(name, timezone, at, feeds, weather, voice, language, out)
        with _throw_away(settings) as (thrown_away, server):
            result = running.run(_demo(thrown_away, server.url, wanted, providers))
    if as_json:
        running.print_json(result)
    else:
        _tell(result, wanted)


def _wanted(
    name: str | None,
    timezone: str | None,
    at: str,
    feeds: tuple[str, ...],
    weather: Path | None,
    voice: str,
    language: str,
    out: Path,
) -> Wanted:
    if voice not in VOICES:
        raise BadInput("--voice", f"{voice!r} is not a voice", "Give one of " + ", ".join(VOICES))
    zone_name = zone(timezone or machine_timezone()).key
    ring_at = parse_ring(at, timezone=zone_name, now=datetime.now(UTC))
    checked(PreferencesChange, {"name": name})
    report = None if weather is None else read_weather(weather, now=datetime.now(UTC))
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            "--out", f"{str(out)!r} cannot be made: {error.strerror}", "Give a folder that you may write"
        ) from error
    preferences = Preferences(
        name=name, timezone=zone_name, voice=voice, language=for_language(language).code, feeds=feeds
    )
    return Wanted(
        preferences=preferences,
        ring_at=ring_at,
        weather=report,
        folder=out,
    )


def _feed(given: str, settings: Settings) -> str:
    """An address that may be fetched, or the whole path of a file that can be read. Raises ``BadInput``."""
    if "://" in given:
        check_url(given, guard=AddressGuard(settings.allowed_networks), field="--feed")
        return given
    try:
        with Path(given).open("rb"):
            return str(Path(given).resolve())
    except OSError as error:
        problem = f"{given!r} cannot be read: {error.strerror}"
        raise BadInput("--feed", problem, "Give the address of an RSS or Atom feed, or a file") from error


@contextmanager
def _throw_away(settings: Settings) -> Iterator[tuple[Settings, EmbeddedServer]]:
    """A server and an audio folder, gone afterwards. As root, PostgreSQL's own user must enter the folder too."""
    with tempfile.TemporaryDirectory(prefix="onealarm-demo-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with EmbeddedServer(home, throw_away=True) as server:
            yield settings.model_copy(update={"home": home}), server


async def _demo(settings: Settings, url: str, wanted: Wanted, providers: Providers) -> dict[str, Any]:
    clock = MovableClock()
    await migrate(url)
    voices, languages = (wanted.preferences.voice,), (wanted.preferences.language,)
    async with build(
        settings,
        url,
        now=clock.now,
        stock=voices,
        languages=languages,
        files_allowed=True,
        providers=providers,
    ) as parts:
        audio = await _make(parts, wanted, clock)
        ready_after = _since_the_start()
        files = {form: await parts.player.read(audio.briefing, form, making=audio.making) for form, _ in _FILES}
    for form, file_name in _FILES:
        (wanted.folder / file_name).write_bytes(files[form])
    transcript = "\n\n".join(section.display for section in audio.briefing.sections)
    (wanted.folder / "transcript.txt").write_text(transcript + "\n", encoding="utf-8")
    return _result(audio, wanted, files, ready_after)


async def _make(parts: Parts, wanted: Wanted, clock: MovableClock) -> Audio:
    """As a client and a worker would: save, wait until the work is due, and make the briefing."""
    user = await parts.people.create(wanted.preferences)
    if wanted.weather is not None:
        if wanted.weather.updated_at < wanted.ring_at - LEAD - timedelta(hours=12):
            running.err.print("the weather will be older than 12 hours when the briefing is made: it is left out")
        await parts.people.save_weather(user.id, wanted.weather)
    ring = wall_time_of(wanted.ring_at, wanted.preferences.timezone)
    alarm = await parts.alarms.create(user.id, time=ring.time(), date=ring.date())
    await parts.queue.beat(parts.worker.id)
    await parts.stocker.run_once()
    clock.set(wanted.ring_at - LEAD)
    await parts.queue.beat(parts.worker.id)
    await parts.worker.claim_once()
    await parts.worker.finish()
    found = await parts.audio.of_alarm(alarm.id)
    if found is None or found.audio is None:
        reason = "no job" if found is None else f"{found.job_state}: {found.reason}"
        raise OneAlarmError(f"the briefing could not be made ({reason}); 'onealarm doctor' looks for the cause")
    return found.audio


def _result(audio: Audio, wanted: Wanted, files: dict[Format, bytes], ready_after: timedelta) -> dict[str, Any]:
    samples = decode(files["m4a"])
    loudness = measure(samples)
    ring = decode(files["ring"])
    return {
        "alarm_id": audio.alarm_id,
        "ring_at": audio.ring_at,
        "scheduled_for": wanted.ring_at - LEAD,
        "ready_after_s": round(ready_after.total_seconds(), 3),
        "briefing": {
            "path": str(wanted.folder / "briefing.aac"),
            "bytes": len(files["aac"]),
            "duration_ms": round(len(samples) * 1000 / SAMPLE_RATE),
            "lufs": loudness.lufs,
            "true_peak_dbtp": loudness.true_peak_dbtp,
        },
        "ring": {
            "path": str(wanted.folder / "ring.wav"),
            "duration_ms": round(len(ring) * 1000 / SAMPLE_RATE),
        },
        "sections": [asdict(section) for section in audio.briefing.sections],
        "tier": audio.briefing.tier,
        "reason": audio.briefing.reason,
        "engine": audio.briefing.engine,
    }


def _since_the_start() -> timedelta:
    """Wall time since the kernel started this process, whose record counts in ticks since boot (proc(5), field 22)."""
    record = Path("/proc/self/stat").read_text(encoding="utf-8")
    ticks = int(record.rpartition(")")[2].split()[19])
    return timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK"))


def _tell(result: dict[str, Any], wanted: Wanted) -> None:
    for section in result["sections"]:
        running.out.print(f"{section['start_ms'] / 1000:6.1f} s  {section['kind']:9}", end="")
        running.out.print(section["display"], markup=False)
    seconds = result["briefing"]["duration_ms"] / 1000
    running.out.print(
        f"\n{seconds:.0f} seconds of audio, ready {result['ready_after_s']:.1f} s after the start; listen to "
        f"{wanted.folder / 'briefing.m4a'}"
    )
