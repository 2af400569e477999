"""R11: the day's cap stops new paid synthesis; briefings degrade, none fails, and the ledger is the bill."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest

from onealarm.control.budget import FIRST_DAY
from onealarm.events import CallPaid, Events, JobDone
from onealarm.ids import WorkerId
from onealarm.pipeline.library import Charge
from onealarm.pipeline.ports import Due, Utterance
from onealarm.postgres.budget import PostgresBudgets
from onealarm.postgres.control import PostgresControl
from onealarm.postgres.database import Database
from onealarm.postgres.ledger import PostgresLedger
from onealarm.postgres.treasury import treasury
from onealarm.worker.database_time import DatabaseTime
from onealarm.worker.follower import Follower
from onealarm.worker.tiers import OrderedTiers
from onealarm.worker.wallet import Wallet
from tests.support.clock import NOON, VirtualClock
from tests.support.factories import make_alarm_in, make_user
from tests.support.making import Making, making
from tests.support.voices import ScriptedVoice

MINUTE: Final = timedelta(minutes=1)
USD_PER_CALL: Final = 0.02
CAP: Final = 0.5


class PaidVoice(ScriptedVoice):
    engine = "acme/talk"

    async def speak(self, text: str, *, voice: str, language: str, due: Due | None = None) -> Utterance:
        said = await super().speak(text, voice=voice, language=language, due=due)
        return Utterance(said.recording, Charge("acme", "talk", characters=len(text), usd=USD_PER_CALL))


async def test_r11_the_cap_of_the_day_stops_paid_work_and_nobody_is_silent(
    database: Database, clock: VirtualClock, tmp_path: Path, voice: ScriptedVoice
) -> None:
    paid_voice, time = PaidVoice(), DatabaseTime(steady=lambda: clock.now().timestamp())
    time.hear(clock.now())
    amounts = {"usd": CAP}
    wallet = Wallet(PostgresBudgets(database, amounts=amounts), worker=WorkerId(uuid4()), unit="usd", costs=FIRST_DAY)
    follower = Follower(PostgresControl(database), time=time, events=Events())
    tiers = OrderedTiers(follower, wallet=wallet, now=time.now)
    office = treasury(database, amounts=amounts, epoch=lambda: 1, events=Events())
    seen: list[JobDone] = []
    async with making(database, tmp_path, voice, better=(paid_voice,), tiers=tiers, slots=1) as process:
        for number in range(24):
            user = await make_user(database, name=f"{'ABCDEFGHIJKLMNOPQRSTUVWX'[number]}da")
            await make_alarm_in(database, 40 * MINUTE, now=clock.now(), user_id=user)
            if number % 4 == 0:
                for service in office:
                    await service.run_once()
            await wallet.renew(now=clock.now())
            calls = sum(paid_voice.calls.values())
            assert await process.work() == 1
            for _ in range(sum(paid_voice.calls.values()) - calls):
                tiers(CallPaid("acme", "talk", 1, 0, 0, USD_PER_CALL))
            clock.advance(MINUTE)
        seen = done(process)
    await wallet.close()
    assert len(seen) == 24, "nobody is silent"
    assert {event.tier for event in seen} >= {"full", "local"}
    assert [event.tier for event in seen][-4:] == ["local"] * 4
    bill = sum(paid_voice.calls.values()) * USD_PER_CALL
    paid = await PostgresLedger(database).paid(since=NOON - MINUTE, until=NOON + 60 * MINUTE)
    assert sum(one.usd for one in paid) == pytest.approx(bill)
    standing = (await PostgresBudgets(database, amounts=amounts).today("usd")).standing
    assert standing.spent == pytest.approx(bill), "what the budget believes is what it was"
    assert bill <= CAP + 8 * USD_PER_CALL, "by no more than the calls of one briefing"


def done(process: Making) -> list[JobDone]:
    return [event for event in process.events if isinstance(event, JobDone)]
