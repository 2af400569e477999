"""Who writes: the templates, or a model beside them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack

from onealarm.bootstrap.open_api import open_api
from onealarm.clock import Clock
from onealarm.events import Events
from onealarm.ids import WorkerId
from onealarm.pipeline.ports import Writer
from onealarm.pipeline.stories import WrittenStories
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.provider_calls import ProviderCalls
from onealarm.writers.bespoke_writer import BespokeWriter
from onealarm.writers.model import ModelClient, TextModel
from onealarm.writers.model_writer import ModelWriter
from onealarm.writers.settings import WriterSettings
from onealarm.writers.storyteller import Storyteller


def build_writer(
    settings: WriterSettings,
    template: Writer,
    *,
    written: WrittenStories,
    worker: WorkerId,
    calls: Callable[[str, str], ProviderCalls],
    time: DatabaseTime,
    clock: Clock,
    events: Events,
    stack: AsyncExitStack,
) -> Writer:
    """``stack`` closes its connections at the end. Raises ``SetupError`` where a key is missing."""
    if settings.kind == "template":
        return template
    api = open_api(settings.base_url, settings.key_env, stack)
    model = TextModel(
        provider=settings.name,
        model=settings.model,
        output=settings.output,
        most_tokens=settings.most_tokens,
        extra=settings.extra,
        price=settings.price,
    )
    client = ModelClient(api, model, calls=calls(settings.name, settings.model), time=time)
    stories = Storyteller(client, written, worker=worker, time=time, clock=clock, events=events)
    if settings.mode == "bespoke":
        return BespokeWriter(template, stories)
    return ModelWriter(template, stories, told=settings.tells)
