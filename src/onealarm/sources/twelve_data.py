"""Quotes from Twelve Data. https://twelvedata.com/docs#quote

One request carries many symbols and costs a credit for each; credits are counted by minute and day. Errors come as
objects with a code inside an answer of status 200, for the whole request or for one symbol. Numbers come as text.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Final

import httpx
from pydantic import BeforeValidator, RootModel, ValidationError

from onealarm.briefing.facts import Quote
from onealarm.errors import SourceUnavailable
from onealarm.http.fetcher import Fetched
from onealarm.sources.json_answer import JSON, Answer, read_json
from onealarm.sources.licence import Licence
from onealarm.sources.plain import plain_text
from onealarm.sources.polite import Ask, SourceCloses
from onealarm.sources.read_policy import ReadPolicy
from onealarm.sources.vendor import Access, Vendor

NAME: Final = "twelve-data"
BASE_URL: Final = "https://api.twelvedata.com"
LICENCE: Final = Licence(
    name="Twelve Data, individual plan: personal use",
    source="Twelve Data",
    attribution={"en": "Market data by Twelve Data.", "de": "Marktdaten von Twelve Data."},
    url="https://twelvedata.com/terms",
    commercial=False,
)
POLICY: Final = ReadPolicy(keep_for=timedelta(hours=24))

_SYMBOL: Final = re.compile(r"[A-Z0-9][A-Z0-9./:&-]{0,19}")
_INDICES: Final = frozenset(
    {
        "SPX",
        "NDX",
        "DJI",
        "IXIC",
        "RUT",
        "VIX",
        "GDAXI",
        "DAX",
        "MDAX",
        "FTSE",
        "FCHI",
        "STOXX50E",
        "N225",
        "HSI",
        "SSMI",
    }
)
"""The vendor gives these a currency, though they are in points."""

_MOST_SYMBOLS: Final = 4_000
_MOST_BATCHES: Final = 500
_LARGEST_BATCH: Final = 8
_MINUTE: Final = timedelta(minutes=1)
_LONGEST: Final = 80
_REFUSALS: Final = frozenset({401, 403, 429})


def _day_of(given: object) -> object:
    return given[:10] if isinstance(given, str) else given


class _Error(Answer):
    code: int


class _Quote(Answer):
    symbol: str
    name: str
    currency: str | None = None
    datetime: Annotated[date, BeforeValidator(_day_of)]
    close: float
    percent_change: float | None = None


class _Body(RootModel[dict[str, object]]):
    pass


_Batch = Mapping[str, Quote | None]
"""By symbol; None for one that the vendor does not know."""


@dataclass(frozen=True, slots=True)
class _Kept:
    quote: Quote | None
    confirmed_at: datetime


class TwelveData(Vendor[_Batch]):
    """Implements ``MarketSource``. The key travels as a header."""

    policy = POLICY
    most = _MOST_BATCHES

    def __init__(self, access: Access) -> None:
        super().__init__(access)
        self._largest = min(_LARGEST_BATCH, access.allowance.a_minute)
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def quotes(self, symbols: Sequence[str]) -> tuple[Quote, ...]:
        """In the order asked for; what is not known, or could not be had in this minute's credits, is left out.

        Raises ``SourceUnavailable`` when nothing could be had of what was asked for.
        """
        wanted = list(dict.fromkeys(symbol for symbol in symbols if _SYMBOL.fullmatch(symbol)))
        failure: SourceUnavailable | None = None
        async with self._one_at_a_time:  # who asks for the same symbol in another company finds it when his turn comes
            missing = [symbol for symbol in wanted if not self._is_fresh(symbol)]
            for batch in _batches(missing, self._largest):
                try:
                    await self._fetch(batch)
                except SourceUnavailable as error:
                    failure = error
                    break
        usable = [self._kept[symbol] for symbol in wanted if self._is_usable(symbol)]
        if failure is not None and not usable:
            raise failure
        return tuple(kept.quote for kept in usable if kept.quote is not None)

    def _is_fresh(self, symbol: str) -> bool:
        kept = self._kept.get(symbol)
        return kept is not None and self._now() - kept.confirmed_at < self.policy.shortest_ttl

    def _is_usable(self, symbol: str) -> bool:
        kept = self._kept.get(symbol)
        return kept is not None and self._now() - kept.confirmed_at <= self.policy.keep_for

    async def _fetch(self, batch: Sequence[str]) -> None:
        async def parse(fetched: Fetched) -> _Batch:
            return _parse(read_json(_Body, fetched, source=NAME).root, batch)

        ask = Ask(
            topic=",".join(sorted(batch)),
            url=f"{self._base_url}/quote?{httpx.QueryParams({'symbol': ','.join(batch)})}",
            source=NAME,
            accept=JSON,
            secrets={"Authorization": f"apikey {self._secret}"},
            cost=len(batch),
        )
        reading = await self._reader.read(ask, parse)
        for symbol, quote in reading.value.items():
            self._kept[symbol] = _Kept(quote, reading.confirmed_at)
            self._kept.move_to_end(symbol)
        while len(self._kept) > _MOST_SYMBOLS:
            self._kept.popitem(last=False)


def _batches(symbols: Sequence[str], largest: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(symbols), largest):
        yield symbols[start : start + largest]


def _parse(body: Mapping[str, object], batch: Sequence[str]) -> _Batch:
    """One symbol's answer is its quote, several symbols' is an object of them."""
    _check(body)
    answers = {batch[0]: body} if len(batch) == 1 else {symbol: body.get(symbol) for symbol in batch}
    if all(answer is None for answer in answers.values()):
        raise SourceUnavailable(NAME, "sent JSON of another shape (none of the symbols)")
    return {symbol: _quote(symbol, answer) for symbol, answer in answers.items()}


def _check(answer: object) -> int | None:
    """The code of an error, None where it is none. Raises ``SourceCloses`` for those that mean the caller."""
    try:
        code = _Error.model_validate(answer).code
    except ValidationError:
        return None
    if code in _REFUSALS:
        raise SourceCloses(NAME, f"answered with code {code}", wait=_MINUTE)
    if code >= 500:
        raise SourceUnavailable(NAME, f"answered with code {code}")
    return code


def _quote(symbol: str, answer: object) -> Quote | None:
    if answer is None or _check(answer) is not None:
        return None
    try:
        given = _Quote.model_validate(answer)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])[:100]
        raise SourceUnavailable(NAME, f"sent a quote of another shape (at {where})") from None
    return Quote(
        symbol=symbol,
        name=plain_text(given.name, longest=_LONGEST) or symbol,
        price=given.close,
        change_percent=given.percent_change,
        session=given.datetime,
        currency=_currency(symbol, given),
    )


def _currency(symbol: str, given: _Quote) -> str | None:
    """Of a pair such as ``EUR/USD`` the second one."""
    if symbol.partition(":")[0] in _INDICES:
        return None
    pair = symbol.partition(":")[0].partition("/")[2]
    code = (pair or given.currency or "").upper()
    return code if re.fullmatch(r"[A-Z]{3}", code) else None
