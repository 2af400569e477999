"""Fixtures of several tests: a process of the fleet with a scripted voice, its keeper, and racing sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from onealarm.postgres.database import Database
from tests.support.clock import VirtualClock
from tests.support.keeping import Keeping, keeping
from tests.support.making import Making, making
from tests.support.sessions import Session, session
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


@pytest.fixture
async def one(database: Database) -> AsyncIterator[Session]:
    async with session(database) as opened:
        yield opened


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Session]:
    async with session(database) as opened:
        yield opened


@pytest.fixture
async def third(database: Database) -> AsyncIterator[Session]:
    async with session(database) as opened:
        yield opened
