"""From settings to sources: the vendors that are asked for, within their budgets and their licences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from pydantic import SecretStr

from onealarm.briefing.facts import Credit
from onealarm.errors import BadInput
from onealarm.http.fetcher import Fetcher
from onealarm.pipeline.ports import NewsSource, Processes
from onealarm.sources import guardian, met_norway, open_meteo, the_sports_db, twelve_data, wikimedia
from onealarm.sources.allowance import Allowance, FleetBudgets
from onealarm.sources.budget import Budget
from onealarm.sources.calendar_url import CalendarUrl
from onealarm.sources.feed import FeedSource
from onealarm.sources.guardian import Guardian
from onealarm.sources.licence import Licence, check_commercial, credits_of
from onealarm.sources.met_norway import MetNorway
from onealarm.sources.news import News
from onealarm.sources.open_meteo import OpenMeteo
from onealarm.sources.settings import SourceSettings, VendorSettings
from onealarm.sources.the_sports_db import TheSportsDB
from onealarm.sources.twelve_data import TwelveData
from onealarm.sources.vendor import Access
from onealarm.sources.wikimedia import Wikimedia

BUDGETS: Final[Mapping[str, tuple[int, int]]] = {
    met_norway.NAME: (600, 100_000),
    open_meteo.NAME: (300, 9_000),
    wikimedia.NAME: (60, 5_000),
    guardian.NAME: (60, 450),
    the_sports_db.NAME: (25, 10_000),
    twelve_data.NAME: (8, 750),
    "calendars": (600, 100_000),
}
"""Calls a minute and a day, a little below what the vendors allow without payment."""

OPEN_METEO_CUSTOMERS: Final = "https://customer-api.open-meteo.com/v1"
SPORTS_DB_FREE_KEY: Final = "123"
"""The one that its documentation gives to everybody."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What can be asked; None where nothing is configured. ``licences`` are those of the vendors in use, by name."""

    news: News
    feeds: FeedSource
    weather: MetNorway | OpenMeteo | None
    wikimedia: Wikimedia | None
    guardian: Guardian | None
    sport: TheSportsDB | None
    markets: TwelveData | None
    calendar: CalendarUrl | None
    licences: Mapping[str, Licence]

    def credits(self, language: str) -> tuple[Credit, ...]:
        """Of every vendor in use, as for a page of thanks; those of one briefing are its sources' ``credit``."""
        return credits_of(self.licences.values(), language)


def build_sources(
    settings: SourceSettings,
    *,
    keys: Mapping[str, str],
    fetcher: Fetcher,
    processes: Processes,
    now: Callable[[], datetime],
    fleet: FleetBudgets | None = None,
    files_allowed: bool = False,
) -> Sources:
    """``keys`` is the environment; ``fleet`` counts the calls of other processes too; ``files_allowed`` lets feeds be
    local files.

    Raises ``BadInput`` naming the field: a key that is missing, an address that cannot be fetched, and a source whose
    licence does not allow what the deployment is.
    """
    return _Builder(settings, keys, fetcher, processes, now, fleet).build(files_allowed)


class _Builder:
    def __init__(
        self,
        settings: SourceSettings,
        keys: Mapping[str, str],
        fetcher: Fetcher,
        processes: Processes,
        now: Callable[[], datetime],
        fleet: FleetBudgets | None,
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._fetcher = fetcher
        self._processes = processes
        self._now = now
        self._fleet = fleet
        self._licences: dict[str, Licence] = {}

    def build(self, files_allowed: bool) -> Sources:
        settings = self._settings
        feeds = FeedSource(self._fetcher, processes=self._processes, now=self._now, files_allowed=files_allowed)
        weather = self._weather()
        encyclopedia = self._wikimedia() if wikimedia.NAME in settings.news else None
        paper = self._guardian() if guardian.NAME in settings.news else None
        vendors: dict[str, tuple[NewsSource, Licence]] = {}
        if encyclopedia is not None:
            vendors[wikimedia.NAME] = encyclopedia, encyclopedia.licence
        if paper is not None:
            vendors[guardian.NAME] = paper, paper.licence
        return Sources(
            news=News(feeds, vendors),
            feeds=feeds,
            weather=weather,
            wikimedia=encyclopedia,
            guardian=paper,
            sport=self._sport() if settings.sport != "none" else None,
            markets=self._markets() if settings.markets != "none" else None,
            calendar=self._calendar() if settings.calendar else None,
            licences=dict(self._licences),
        )

    def _weather(self) -> MetNorway | OpenMeteo | None:
        match self._settings.weather:
            case "none":
                return None
            case "met-norway":
                of = self._settings.met_norway
                return MetNorway(self._access("weather", met_norway.NAME, of, met_norway.LICENCE, met_norway.BASE_URL))
            case "open-meteo":
                of = self._settings.open_meteo
                key = self._key(open_meteo.NAME, of)
                base_url = OPEN_METEO_CUSTOMERS if key else open_meteo.BASE_URL
                return OpenMeteo(self._access("weather", open_meteo.NAME, of, open_meteo.LICENCE, base_url, key))

    def _wikimedia(self) -> Wikimedia:
        of = self._settings.wikimedia
        return Wikimedia(self._access("news", wikimedia.NAME, of, wikimedia.LICENCE, wikimedia.BASE_URL))

    def _guardian(self) -> Guardian:
        of = self._settings.guardian
        key = self._needed_key(guardian.NAME, of)
        return Guardian(self._access("news", guardian.NAME, of, guardian.LICENCE, guardian.BASE_URL, key))

    def _sport(self) -> TheSportsDB:
        name, of = the_sports_db.NAME, self._settings.thesportsdb
        key = self._key(name, of) or SecretStr(SPORTS_DB_FREE_KEY)
        return TheSportsDB(self._access("sport", name, of, the_sports_db.LICENCE, the_sports_db.BASE_URL, key))

    def _markets(self) -> TwelveData:
        name, of = twelve_data.NAME, self._settings.twelve_data
        key = self._needed_key(name, of)
        return TwelveData(self._access("markets", name, of, twelve_data.LICENCE, twelve_data.BASE_URL, key))

    def _access(
        self, kind: str, name: str, of: VendorSettings, licence: Licence, base_url: str, key: SecretStr | None = None
    ) -> Access:
        return Access(
            self._fetcher,
            now=self._now,
            allowance=self._allowance(name, of),
            licence=self._licence(kind, name, of, licence),
            base_url=self._base_url(name, of, base_url),
            key=key,
        )

    def _calendar(self) -> CalendarUrl:
        allowance = self._allowance("calendars", self._settings.calendars)
        return CalendarUrl(self._fetcher, processes=self._processes, now=self._now, allowance=allowance)

    def _allowance(self, name: str, of: VendorSettings) -> Allowance:
        a_minute, a_day = BUDGETS[name]
        a_minute, a_day = of.calls_a_minute or a_minute, of.calls_a_day or a_day
        if a_minute > a_day:
            raise BadInput(
                f"sources.{name}.calls_a_minute", f"{a_minute} is more than {a_day} a day", f"Give at most {a_day}"
            )
        return Allowance(name, Budget(a_minute=a_minute, a_day=a_day), now=self._now, fleet=self._fleet)

    def _licence(self, kind: str, name: str, of: VendorSettings, licence: Licence) -> Licence:
        if of.commercial_contract:
            licence = replace(licence, commercial=True)
        if self._settings.commercial:
            check_commercial(f"sources.{kind}", licence)
        self._licences[name] = licence
        return licence

    def _base_url(self, name: str, of: VendorSettings, default: str) -> str:
        if of.base_url is not None:
            self._fetcher.check(of.base_url, field=f"sources.{name}.base_url")
        return of.base_url or default

    def _needed_key(self, name: str, of: VendorSettings) -> SecretStr:
        key = self._key(name, of)
        if key is None:
            raise BadInput(
                f"sources.{name}.key_env",
                "is missing, and nothing is told without a key",
                "Name a variable that has it",
            )
        return key

    def _key(self, name: str, of: VendorSettings) -> SecretStr | None:
        """A key that could be smuggled into a path or a header as more than one is refused, unseen."""
        if of.key_env is None:
            return None
        value = self._keys.get(of.key_env, "").strip()
        if not value:
            raise BadInput(f"sources.{name}.key_env", f"{of.key_env} is not set", "Set that variable to the key")
        if not (value.isascii() and all(character.isalnum() or character in "-_.~" for character in value)):
            raise BadInput(
                f"sources.{name}.key_env", f"{of.key_env} holds no key", "Give the key's letters and digits only"
            )
        return SecretStr(value)
