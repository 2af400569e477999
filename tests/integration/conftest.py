"""Fixtures of several tests: one process of the fleet with a scripted voice, and the keeping of its sound."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from onealarm.postgres.database import Database
from tests.support.clock import VirtualClock
from tests.support.keeping import Keeping, keeping
from tests.support.making import Making, making
from tests.support.voices import ScriptedVoice


@pytest.fixture
def voice() -> ScriptedVoice:
    return ScriptedVoice()


@pytest.fixture
async def process(database: Database, tmp_path: Path, voice: ScriptedVoice) -> AsyncIterator[Making]:
    async with making(database, tmp_path, voice) as built:
        yield built


@pytest.fixture
def keeper(database: Database, tmp_path: Path, clock: VirtualClock) -> Keeping:
    return keeping(database, tmp_path, clock)
