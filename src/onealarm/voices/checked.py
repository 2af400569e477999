"""A voice whose sound is looked at before it is used: what cannot be right is spoken once more, and then not at all."""

from __future__ import annotations

from dataclasses import replace

from onealarm.audio.plausibility import implausible
from onealarm.errors import VoiceFailed
from onealarm.pipeline.library import Charge
from onealarm.pipeline.ports import Due, Utterance, Voice
from onealarm.voices.spoilt import SpoiltSound


class CheckedVoice:
    """Implements ``onealarm.pipeline.ports.Voice`` by another one."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    @property
    def engine(self) -> str:
        return self._voice.engine

    async def speak(self, text: str, *, voice: str, language: str, due: Due | None = None) -> Utterance:
        """As the voice does. Raises ``VoiceFailed`` also when its sound cannot be what was asked for, twice."""
        paid: Charge | None = None
        problem = ""
        for _ in range(2):
            try:
                said = await self._voice.speak(text, voice=voice, language=language, due=due)
            except SpoiltSound as error:
                problem, charge = str(error), error.charge
            else:
                found = implausible(said.recording, text, language=language)
                if found is None:
                    return replace(said, charge=_both(paid, said.charge))
                problem, charge = found, said.charge
            paid = _both(paid, charge)
        raise VoiceFailed(f"{self.engine} gave no usable sound: {problem}")


def _both(one: Charge | None, other: Charge | None) -> Charge | None:
    return one.plus(other) if one and other else one or other
