"""The table ``[sources]``: what it may hold, what is refused, and what is built from it."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from onealarm.clock import SystemClock
from onealarm.errors import BadInput
from onealarm.http.fetcher import Fetcher
from onealarm.processes import ChildProcesses
from onealarm.sources.build import BUDGETS, Sources, build_sources
from onealarm.sources.met_norway import MetNorway
from onealarm.sources.open_meteo import OpenMeteo
from onealarm.sources.settings import read_settings

WHOLE = """
commercial = true
weather = "open-meteo"
news = ["wikimedia", "guardian"]
sport = "thesportsdb"
markets = "twelve-data"
calendar = false

[open-meteo]
base_url = "https://weather.example/v1"
commercial_contract = true
[guardian]
key_env = "GUARDIAN_KEY"
commercial_contract = true
[thesportsdb]
commercial_contract = true
[twelve-data]
key_env = "TWELVE_KEY"
commercial_contract = true
calls_a_minute = 55
calls_a_day = 5000
"""
KEYS = {"GUARDIAN_KEY": "one-key", "TWELVE_KEY": "another-key", "ODD_KEY": "a/b key", "EMPTY": ""}


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(contact="tests") as made:
        yield made


def build(fetcher: Fetcher, table: Mapping[str, object]) -> Sources:
    settings = read_settings(table)
    return build_sources(settings, keys=KEYS, fetcher=fetcher, processes=ChildProcesses(1), now=SystemClock().now)


async def test_without_a_table_there_is_what_needs_no_key_and_may_be_used_by_all(fetcher: Fetcher) -> None:
    sources = build(fetcher, {})
    assert isinstance(sources.weather, MetNorway)
    assert sources.wikimedia is not None
    assert sources.calendar is not None
    assert (sources.guardian, sources.sport, sources.markets) == (None, None, None)
    assert build(fetcher, {"commercial": True}).licences == sources.licences


async def test_a_whole_table_builds_all_that_it_names(fetcher: Fetcher) -> None:
    sources = build(fetcher, tomllib.loads(WHOLE))
    assert isinstance(sources.weather, OpenMeteo)
    assert None not in (sources.wikimedia, sources.guardian, sources.sport, sources.markets)
    assert sources.calendar is None
    assert set(sources.licences) == {"open-meteo", "wikimedia", "guardian", "thesportsdb", "twelve-data"}
    assert not any(key in repr(sources) for key in KEYS.values() if key)


REFUSED: list[tuple[dict[str, object], str, str]] = [
    ({"weather": "accuweather"}, "sources.weather", "'met-norway', 'open-meteo' or 'none'"),
    ({"wether": "none"}, "sources.wether", "Give one of: commercial, weather, news"),
    ({"news": ["reuters"]}, "sources.news.0", "'wikimedia' or 'guardian'"),
    ({"news": ["wikimedia", "wikimedia"]}, "sources", "twice"),
    ({"commercial": "yes"}, "sources.commercial", "boolean"),
    ({"met-norway": {"url": "https://x.example"}}, "sources.met-norway.url", "base_url"),
    ({"met-norway": {"calls_a_minute": 0}}, "sources.met-norway.calls_a_minute", "greater than"),
    ({"met-norway": {"calls_a_minute": "9"}}, "sources.met-norway.calls_a_minute", "integer"),
    ({"met-norway": {"calls_a_day": 5}}, "sources.met-norway.calls_a_minute", "600 is more than 5 a day"),
    ({"met-norway": {"base_url": "http://10.0.0.1/"}}, "sources.met-norway.base_url", "public"),
    ({"news": ["guardian"]}, "sources.guardian.key_env", "is missing"),
    ({"news": ["guardian"], "guardian": {"key_env": "NOT_SET"}}, "sources.guardian.key_env", "NOT_SET is not set"),
    ({"news": ["guardian"], "guardian": {"key_env": "EMPTY"}}, "sources.guardian.key_env", "EMPTY is not set"),
    ({"sport": "thesportsdb", "thesportsdb": {"key_env": "ODD_KEY"}}, "sources.thesportsdb.key_env", "holds no key"),
    ({"guardian": {"key_env": "a b"}}, "sources.guardian.key_env", "pattern"),
    ({"weather": "open-meteo", "commercial": True}, "sources.weather", "Open-Meteo is for non-commercial use"),
]


@pytest.mark.parametrize(("table", "field", "words"), REFUSED)
async def test_what_cannot_be_used_is_refused_by_its_field(
    fetcher: Fetcher, table: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(BadInput) as refused:
        build(fetcher, table)
    assert refused.value.field == field
    assert words in str(refused.value)
    assert not any(key in str(refused.value) for key in KEYS.values() if key)


def test_every_budget_makes_sense() -> None:
    assert all(1 <= a_minute <= a_day for a_minute, a_day in BUDGETS.values())
