"""Flash briefings: the news of an edition for everybody, as voice assistants fetch them. Nothing in them is personal.

The shape is that of Alexa's Flash Briefing feeds: one to five items, newest first, each with an MP3 of 10 s to 10 min
at about -14 LUFS.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID, uuid5

from onealarm.audio.mp3 import to_mp3
from onealarm.briefing.facts import Listener
from onealarm.briefing.script import Script
from onealarm.delivery.settings import FlashSettings
from onealarm.errors import BadInput, Permanent, VoiceFailed
from onealarm.pipeline.briefing import Briefing
from onealarm.pipeline.compose import Composer
from onealarm.pipeline.gather import Gather, Wish
from onealarm.pipeline.ladder import Engine
from onealarm.pipeline.pipeline import speak_script
from onealarm.pipeline.ports import ObjectStore, Processes, Writer

KEPT: Final = 5
"""Items of each name; more are not looked at."""

LONGEST_TEXT: Final = 4_500

_NAMESPACE: Final = UUID("2f1b8c0e-7f4e-5d0a-9a63-6a2f1e5c9b11")
_RENDER_WITHIN: Final = timedelta(seconds=60)
_AHEAD: Final = timedelta(minutes=2)
"""As if an alarm rang then: so long may the sources take."""


@dataclass(frozen=True, slots=True)
class Flash:
    """An item; ``size`` in bytes of its MP3."""

    id: UUID
    name: str
    title: str
    text: str
    duration: timedelta
    size: int
    made_at: datetime


class FlashShelf(Protocol):
    """Keeps items. The implementation is ``onealarm.postgres.flash``."""

    async def of(self, name: str) -> Sequence[Flash]:
        """Newest first, at most ``KEPT``."""
        ...

    async def save(self, item: Flash) -> None:
        """One that is there already stays as it is; when it was made is the database's affair."""
        ...

    async def forget(self, *, names: Collection[str]) -> Sequence[tuple[str, UUID]]:
        """Delete what is over ``KEPT``, and what no name of these has; returns name and id of each."""
        ...


class FlashDesk:
    """A service: has each flash briefing told anew when its edition is another. Any number of processes may run it."""

    name = "flash"
    every = timedelta(minutes=5)

    def __init__(
        self,
        wanted: Sequence[FlashSettings],
        *,
        shelf: FlashShelf,
        gather: Gather,
        writer: Writer,
        engines: Sequence[Engine],
        composer: Composer,
        store: ObjectStore,
        processes: Processes,
        now: Callable[[], datetime],
    ) -> None:
        self._wanted = wanted
        self._shelf = shelf
        self._gather = gather
        self._writer = writer
        self._engines = engines
        self._composer = composer
        self._store = store
        self._processes = processes
        self._now = now

    async def run_once(self) -> int:
        made = [await self._tell(one) for one in self._wanted]
        gone = await self._shelf.forget(names=[one.name for one in self._wanted])
        for name, item in gone:
            await self._store.delete(sound_name(name, item))
        return sum(made) + len(gone)

    async def _tell(self, wanted: FlashSettings) -> bool:
        """Whether there is something new. Raises what the last voice raises."""
        listener = _listener(wanted)
        ring_at = self._now().astimezone(UTC) + _AHEAD
        facts = await self._gather.facts(Wish((0, 0), ring_at, label=None, listener=listener, weather=None))
        script = _for_all(await self._writer.write(facts))
        if not script.sections:
            return False
        briefing = await self._speak(script, listener)
        item = uuid5(_NAMESPACE, f"{wanted.name}/{briefing.etag}")
        if any(one.id == item for one in await self._shelf.of(wanted.name)):
            return False
        sound = await self._processes.run(to_mp3, await self._composer.read(briefing, "aac"), within=_RENDER_WITHIN)
        await self._store.put(sound_name(wanted.name, item), sound)
        text = " ".join(section.display for section in briefing.sections)[:LONGEST_TEXT]
        await self._shelf.save(Flash(item, wanted.name, wanted.title, text, briefing.duration, len(sound), self._now()))
        return True

    async def _speak(self, script: Script, listener: Listener) -> Briefing:
        *better, last = self._engines
        for engine in better:
            try:
                return await speak_script(script, listener=listener, speaker=engine.speaker, tier="full")
            except (VoiceFailed, Permanent, BadInput):
                continue
        return await speak_script(script, listener=listener, speaker=last.speaker, tier="full")


def sound_name(name: str, item: UUID) -> str:
    """Where an item's MP3 is kept in the store."""
    return f"flash/{name}/{item}.mp3"


def flash_feed(items: Sequence[Flash], *, base: str) -> list[dict[str, Any]]:
    """As the assistant reads it. ``base`` is the address below which the items' sounds are."""
    return [
        {
            "uid": f"urn:uuid:{item.id}",
            "updateDate": f"{item.made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0Z",
            "titleText": item.title,
            "mainText": item.text,
            "streamUrl": f"{base}/{item.id}.mp3",
        }
        for item in items[:KEPT]
    ]


def _listener(wanted: FlashSettings) -> Listener:
    return Listener(
        voice=wanted.voice,
        language=wanted.language,
        news_categories=wanted.categories,
        include_weather=False,
        include_sport=False,
        include_markets=False,
        include_calendar=False,
    )


def _for_all(script: Script) -> Script:
    """The news alone: a greeting belongs to somebody, and a date is soon over."""
    news = (one for one in script.sections if one.kind == "news")
    return Script(tuple(one for one in news if not any(sentence.sealed for sentence in one.sentences)))
