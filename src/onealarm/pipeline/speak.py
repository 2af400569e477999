"""Speak: from sentences to segments, each found by its key or spoken once by the whole fleet."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Final

from onealarm.audio.encode import make_segment
from onealarm.audio.level import measure_gain
from onealarm.audio.segment import SAMPLE_RATE, Segment, SpokenText
from onealarm.briefing.passages import PASSAGES
from onealarm.briefing.script import Sentence
from onealarm.clock import Clock
from onealarm.errors import DatabaseUnavailable
from onealarm.events import Events, SegmentsFound, SegmentSpoken
from onealarm.ids import LeaseToken, SegmentKey, WorkerId
from onealarm.pipeline.library import Found, SegmentLibrary, Wanted
from onealarm.pipeline.objects import object_name
from onealarm.pipeline.ports import Due, ObjectStore, Processes, Voice

_PAUSE: Final = timedelta(milliseconds=50)
_ENCODE_WITHIN: Final = timedelta(seconds=30)


class Speaker:
    """Gives the segments of a list of sentences in one voice."""

    def __init__(
        self,
        *,
        voice: Voice,
        library: SegmentLibrary,
        store: ObjectStore,
        processes: Processes,
        clock: Clock,
        events: Events,
        secret: bytes,
        worker: WorkerId,
    ) -> None:
        self._voice = voice
        self._library = library
        self._store = store
        self._processes = processes
        self._clock = clock
        self._events = events
        self._secret = secret
        self._worker = worker
        self._speaking: set[SegmentKey] = set()
        self._claim_lock = asyncio.Lock()
        self._gains: dict[tuple[str, str], asyncio.Task[float]] = {}

    @property
    def engine(self) -> str:
        return self._voice.engine

    async def speak(
        self, sentences: Sequence[Sentence], *, voice: str, language: str, due: Due | None = None
    ) -> list[Segment]:
        """One segment per sentence, in order. ``language`` is the code of one that is spoken, without a region.

        Raises ``VoiceFailed`` and ``BadInput`` as the voice does.
        """
        keys = [self._key(sentence, voice, language) for sentence in sentences]
        texts = dict(zip(keys, sentences, strict=True))
        ready: dict[SegmentKey, Segment] = {}
        spoken = 0
        while len(ready) < len(texts):
            missing = {key: sentence for key, sentence in texts.items() if key not in ready}
            found, made = await self._find_or_make(missing, voice=voice, language=language, due=due)
            ready |= found.ready
            ready |= {segment.key: segment for segment in made}
            spoken += len(made)
            if not found.ours and len(ready) < len(texts):
                await self._clock.sleep(_PAUSE)  # somebody else speaks what is missing
        self._events.emit(SegmentsFound(reused=len(texts) - spoken, spoken=spoken, ahead=due is None))
        return [ready[key] for key in keys]

    async def _find_or_make(
        self, missing: Mapping[SegmentKey, Sentence], *, voice: str, language: str, due: Due | None
    ) -> tuple[Found, list[Segment]]:
        """Look for the missing ones once, and speak those that become ours."""
        wanted = [
            Wanted(key, self.engine, voice, None if sentence.sealed else sentence.text)
            for key, sentence in missing.items()
        ]
        found = await self._claim(wanted)
        try:
            ours = [(key, token, missing[key].text) for key, token in found.ours.items()]
            return found, await self._make_all(ours, voice=voice, language=language, due=due)
        finally:
            self._speaking -= found.ours.keys()

    async def _claim(self, wanted: Sequence[Wanted]) -> Found:
        """One claim at a time, so that no briefing here takes the claim of another, just made, for a forgotten one."""
        async with self._claim_lock:
            found = await self._library.find_or_claim(wanted, worker=self._worker, speaking=self._speaking)
            self._speaking |= found.ours.keys()
            return found

    def _key(self, sentence: Sentence, voice: str, language: str) -> SegmentKey:
        spoken = SpokenText(text=sentence.text, voice=voice, engine=self.engine, language=language)
        return spoken.private_key(self._secret) if sentence.sealed else spoken.public_key()

    async def _make_all(
        self, ours: Sequence[tuple[SegmentKey, LeaseToken, str]], *, voice: str, language: str, due: Due | None
    ) -> list[Segment]:
        """Speak what is ours side by side; when one fails, the others are finished first: somebody can use them."""
        made = await asyncio.gather(
            *(self._make(key, token, text, voice=voice, language=language, due=due) for key, token, text in ours),
            return_exceptions=True,
        )
        for result in made:
            if isinstance(result, BaseException):
                raise result
        return [result for result in made if isinstance(result, Segment)]

    async def _make(
        self, key: SegmentKey, token: LeaseToken, text: str, *, voice: str, language: str, due: Due | None
    ) -> Segment:
        started = monotonic()
        try:
            gain_db = await self._gain(voice, language, due)
            said = await self._voice.speak(text, voice=voice, language=language, due=due)
            encode = partial(make_segment, said.recording, key=key, gain_db=gain_db)
            segment, data = await self._processes.run(encode, within=_ENCODE_WITHIN)
            await self._store.put(object_name(key), data)
        except BaseException:
            with contextlib.suppress(DatabaseUnavailable):  # then it is a forgotten claim, and taken anew
                await asyncio.shield(self._library.abandon(key, token=token))
            raise
        # A lost claim is no loss: the bytes under this key are the same whoever spoke them.
        await self._library.finish(segment, token=token, charge=said.charge)
        if said.charge is not None:
            self._events.emit(said.charge.told())
        self._events.emit(
            SegmentSpoken(
                self.engine,
                voice,
                sound=timedelta(seconds=segment.samples / SAMPLE_RATE),
                took=timedelta(seconds=monotonic() - started),
            )
        )
        return segment

    async def _gain(self, voice: str, language: str, due: Due | None) -> float:
        """The voice's stored gain in this language; measured once, on a passage that every voice reads.

        All who need it at once wait for one measurement, and share its failure.
        """
        key = (voice, language)
        if key not in self._gains:
            measuring = self._gains[key] = asyncio.create_task(self._find_or_measure_gain(voice, language, due))
            measuring.add_done_callback(partial(self._forget_failed, key))
        return await asyncio.shield(self._gains[key])

    def _forget_failed(self, key: tuple[str, str], measuring: asyncio.Task[float]) -> None:
        """The next one who needs it tries again."""
        if measuring.cancelled() or measuring.exception() is not None:
            del self._gains[key]

    async def _find_or_measure_gain(self, voice: str, language: str, due: Due | None) -> float:
        stored = await self._library.find_gain(engine=self.engine, voice=voice, language=language)
        if stored is not None:
            return stored
        said = await self._voice.speak(PASSAGES[language], voice=voice, language=language, due=due)
        if said.charge is not None:
            self._events.emit(said.charge.told())
            await self._library.note_charge(said.charge)
        measured = await self._processes.run(measure_gain, said.recording, within=_ENCODE_WITHIN)
        return await self._library.save_gain(measured, engine=self.engine, voice=voice, language=language)
