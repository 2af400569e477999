"""Which topics a wish asks for. The editor asks the same of the database: ``list_wanted_topics``."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from onealarm.briefing.facts import Listener
from onealarm.briefing.topics import Topic, markets_topic, news_topic, sport_topic, weather_topic


def topics_of(listener: Listener, *, ring_at: datetime, has_weather: bool) -> tuple[Topic, ...]:
    """``ring_at`` is wall time in the alarm's zone; ``has_weather`` says that a client has told the weather."""
    topics: list[Topic] = []
    if listener.include_weather and not has_weather and listener.place is not None:
        topics.append(
            weather_topic(
                listener.place.latitude,
                listener.place.longitude,
                day=ring_at.date(),
                zone=ring_at.tzinfo.key if isinstance(ring_at.tzinfo, ZoneInfo) else "UTC",
            )
        )
    if listener.include_news:
        topics += [news_topic(language=listener.language, category=one) for one in listener.news_categories]
    if listener.include_sport:
        topics += [sport_topic(team) for team in listener.teams]
    if listener.include_markets:
        topics += [markets_topic(symbol) for symbol in listener.tickers]
    return tuple(topics)
