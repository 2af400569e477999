"""The sources as the newsroom asks them."""

from __future__ import annotations

from onealarm.pipeline.newsroom import Desks
from onealarm.sources.build import Sources
from onealarm.sources.categories import CategorySettings, category_feeds


def desks_of(sources: Sources, categories: CategorySettings) -> Desks:
    """``categories`` are the operator's own feeds; where there are none, vendors that tell of a category are asked."""
    vendors = [name for name, vendor in (("wikimedia", sources.wikimedia), ("guardian", sources.guardian)) if vendor]
    return Desks(
        news=sources.news,
        feeds=category_feeds(categories, vendors=vendors),
        weather=sources.weather,
        sport=sources.sport,
        markets=sources.markets,
    )
