"""News from the Guardian's Open Platform, by section. https://open-platform.theguardian.com/documentation/search"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal

import httpx
from pydantic import AwareDatetime

from onealarm.briefing.facts import Headline
from onealarm.errors import BadInput
from onealarm.http.fetcher import Fetched
from onealarm.sources.json_answer import JSON, Answer, read_json
from onealarm.sources.licence import Licence
from onealarm.sources.plain import plain_text, web_link
from onealarm.sources.polite import Ask
from onealarm.sources.read_policy import ReadPolicy
from onealarm.sources.vendor import Vendor

NAME: Final = "guardian"
BASE_URL: Final = "https://content.guardianapis.com"
LICENCE: Final = Licence(
    name="Guardian Open Platform, developer key: non-commercial",
    source="The Guardian",
    attribution={
        "en": "Powered by the Guardian Open Platform.",
        "de": "Bereitgestellt von The Guardian Open Platform.",
    },
    url="https://www.theguardian.com/open-platform/terms-and-conditions",
    commercial=False,
)
POLICY: Final = ReadPolicy(keep_for=timedelta(hours=12))

_SECTION: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MOST_SECTIONS: Final = 100
_MOST_ITEMS: Final = 20
_LONGEST: Final = 250


class _Item(Answer):
    webTitle: str  # noqa: N815 - the vendor's names
    webUrl: str | None = None  # noqa: N815
    webPublicationDate: AwareDatetime | None = None  # noqa: N815


class _Response(Answer):
    status: Literal["ok"]
    results: tuple[_Item, ...]


class _Search(Answer):
    response: _Response


class Guardian(Vendor[tuple[Headline, ...]]):
    """Implements ``NewsSource``, whose feeds are sections such as ``world``. The key travels as a header."""

    policy = POLICY
    most = _MOST_SECTIONS

    async def headlines(self, feed: str) -> tuple[Headline, ...]:
        """The newest of a section. Raises ``SourceUnavailable``, and ``BadInput`` for what is no section."""
        if not _SECTION.fullmatch(feed):
            raise BadInput(
                "section", f"{feed[:40]!r} is not one of the Guardian's", "Give one such as world or science"
            )
        query = httpx.QueryParams({"section": feed, "order-by": "newest", "page-size": str(_MOST_ITEMS)})
        ask = Ask(
            topic=feed,
            url=f"{self._base_url}/search?{query}",
            source=NAME,
            accept=JSON,
            secrets={"api-key": self._secret},
        )
        reading = await self._reader.read(ask, self._parse)
        return tuple(replace(headline, fetched_at=reading.confirmed_at) for headline in reading.value)

    async def _parse(self, fetched: Fetched) -> tuple[Headline, ...]:
        items = read_json(_Search, fetched, source=NAME).response.results
        return tuple(filter(None, map(self._headline, items[:_MOST_ITEMS])))

    def _headline(self, item: _Item) -> Headline | None:
        title = plain_text(item.webTitle, longest=_LONGEST)
        if title is None:
            return None
        return Headline(
            title,
            self.licence.source,
            web_link(item.webUrl),
            fetched_at=self._now(),
            published_at=item.webPublicationDate,
        )
