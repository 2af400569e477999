"""Where the news of a category come from: the vendors that are configured, and feeds that an operator names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from onealarm.alarms.preferences import NEWS_CATEGORIES
from onealarm.errors import BadInput
from onealarm.http.addresses import AddressGuard
from onealarm.http.urls import check_url

MOST_FEEDS: Final = 10

_GUARDIAN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "general": "news",
        "business": "business",
        "technology": "technology",
        "sports": "sport",
        "science": "science",
        "health": "society",
        "entertainment": "culture",
        "world": "world",
    }
)
"""The sections of the Guardian, which writes in English."""

_ENCYCLOPEDIC: Final = frozenset({"general", "world"})
"""What the news of an encyclopedia are about."""

_Feeds = Annotated[tuple[str, ...], Field(max_length=MOST_FEEDS)]


class CategorySettings(BaseModel):
    """Feeds by language and category, as in ``[sources.categories.de] business = ["https://…"]``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    categories: dict[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], dict[str, _Feeds]] = {}

    @model_validator(mode="after")
    def _known(self) -> CategorySettings:
        for language, of in self.categories.items():
            for category in of:
                if category not in NEWS_CATEGORIES:
                    raise ValueError(f"{language}.{category[:40]} is not one of {', '.join(NEWS_CATEGORIES)}")
        return self


def read_categories(table: Mapping[str, object], *, guard: AddressGuard) -> CategorySettings:
    """Of ``{"categories": …}`` as TOML gives it. Raises ``BadInput`` with the field, such as ``sources.categories``."""
    try:
        settings = CategorySettings.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(["sources", *(str(part) for part in first["loc"])])
        problem = first["msg"].removeprefix("Value error, ")
        raise BadInput(field, problem, "Give feeds by language and category") from None
    for language, of in settings.categories.items():
        for category, feeds in of.items():
            for number, feed in enumerate(feeds):
                check_url(feed, guard=guard, field=f"sources.categories.{language}.{category}.{number}")
    return settings


def category_feeds(settings: CategorySettings, *, vendors: Collection[str]) -> Callable[[str, str], tuple[str, ...]]:
    """From a language and a category to feeds: the operator's own, else those of ``vendors`` that tell of it."""

    def feeds(language: str, category: str) -> tuple[str, ...]:
        own = settings.categories.get(language, {}).get(category)
        if own:
            return own
        found = []
        if "guardian" in vendors and language == "en" and category in _GUARDIAN:
            found.append(f"guardian:{_GUARDIAN[category]}")
        if "wikimedia" in vendors and category in _ENCYCLOPEDIC:
            found.append(f"wikimedia:{language}")
        return tuple(found)

    return feeds
