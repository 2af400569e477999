"""The voices of the providers' file, as engines in the order of preference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Protocol, assert_never

from onealarm.bootstrap.open_api import open_api
from onealarm.pipeline.ladder import Engine
from onealarm.pipeline.ports import Processes, Voice
from onealarm.pipeline.speak import Speaker
from onealarm.providers import Providers
from onealarm.voices.checked import CheckedVoice
from onealarm.voices.command import Command, CommandVoice
from onealarm.voices.openai_speech import OpenAISpeech, SpeechModel
from onealarm.voices.piper import piper_voice
from onealarm.voices.settings import CommandVoice as CommandSettings
from onealarm.voices.settings import OpenAIVoice, PiperVoice, VoiceSettings
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.provider_calls import ProviderCalls


class SpeakerOf(Protocol):
    def __call__(self, *, voice: Voice) -> Speaker: ...


def build_engines(
    providers: Providers,
    speaker_of: SpeakerOf,
    *,
    calls: Callable[[str, str], ProviderCalls],
    processes: Processes,
    time: DatabaseTime,
    stack: AsyncExitStack,
) -> Iterator[Engine]:
    """``stack`` closes their connections at the end. Raises ``SetupError`` where a key, file or program is missing."""
    for one in providers.voices:
        voice = _voice(one, calls=calls, processes=processes, time=time, stack=stack)
        is_local = one.kind != "openai" or one.local
        yield Engine(speaker_of(voice=CheckedVoice(voice)), is_local=is_local)


def _voice(
    one: VoiceSettings,
    *,
    calls: Callable[[str, str], ProviderCalls],
    processes: Processes,
    time: DatabaseTime,
    stack: AsyncExitStack,
) -> Voice:
    match one:
        case OpenAIVoice():
            api = open_api(one.base_url, one.key_env, stack)
            model = SpeechModel(
                provider=one.name,
                model=one.model,
                server=str(one.base_url),
                voices=one.voices,
                response_format=one.format,
                raw_rate=one.sample_rate,
                instructions=one.instructions,
                most_characters=one.max_characters,
                answers_within=timedelta(seconds=one.timeout),
                extra=one.extra,
                price=one.price,
            )
            return OpenAISpeech(api, model, calls=calls(one.name, one.model), processes=processes, time=time)
        case CommandSettings():
            command = Command(one.name, one.command, one.voices, one.version)
            return CommandVoice(command, processes=processes)
        case PiperVoice():
            return piper_voice(one.name, one.files, processes=processes, program=one.program)
        case _:
            assert_never(one)
