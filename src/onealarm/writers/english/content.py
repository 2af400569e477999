"""Forecast, sport, markets and calendar. Sentences hold no figure of their own."""

from __future__ import annotations

from typing import Final

from onealarm.writers.content_phrases import CalendarPhrases, DayPhrases, ForecastPhrases, MarketPhrases, SportPhrases

FORECAST: Final = ForecastPhrases(
    opening=("Now the weather for {place}.", "Here is the weather for {place}.", "Next, the weather for {place}."),
    rain=(
        "The chance of rain is {chance}.",
        "There is a {chance} chance of rain.",
        "Rain has a chance of {chance} today.",
    ),
    dry=("Rain is not expected today.", "It should stay dry today.", "The forecast has no rain today."),
)

DAYS: Final = DayPhrases(today="today", yesterday="yesterday", tomorrow="tomorrow", on_weekday="on {weekday}")

SPORT: Final = SportPhrases(
    score="{home} to {away}",
    opening=("Now the sport.", "On to sport.", "Here is the sport."),
    final=(
        "{home} against {away} ended {score} {when}.",
        "The final score of {home} against {away} {when}: {score}.",
        "{home} and {away} finished {score} {when}.",
    ),
    final_without_score=(
        "{home} and {away} played {when}. The result is not known yet.",
        "{home} against {away} is over, but the result of the game {when} is not known yet.",
    ),
    playing=(
        "{home} and {away} were playing at the last report.",
        "{home} against {away} was under way at the last report.",
    ),
    playing_score=(
        "{home} and {away} were playing at the last report, with {score} on the board.",
        "{home} against {away} was under way at the last report, at {score}.",
    ),
    scheduled=(
        "{home} against {away} begins {when} at {time}.",
        "{home} meet {away} {when} at {time}.",
        "Coming up {when} at {time}: {home} against {away}.",
    ),
    at_midnight=(
        "{home} against {away} begins at midnight, going into {weekday}.",
        "Coming up at midnight, going into {weekday}: {home} against {away}.",
    ),
    no_result=(
        "{home} against {away} was to begin {when} at {time}. There is no result yet.",
        "There is no result yet of {home} against {away}, which was to begin {when} at {time}.",
    ),
    postponed=(
        "{home} against {away}, which was set for {when}, is postponed.",
        "The game of {home} against {away} is postponed. It was set for {when}.",
    ),
    cancelled=(
        "{home} against {away}, which was set for {when}, is cancelled.",
        "The game of {home} against {away} is cancelled. It was set for {when}.",
    ),
)

MARKETS: Final = MarketPhrases(
    opening=("Now the markets.", "On to the markets.", "Here are the markets."),
    close=(
        "At the last close, on {date}, {name} stood at {price}, {change}.",
        "{name} was at {price} at the last close, on {date}, {change}.",
    ),
    close_alone=(
        "At the last close, on {date}, {name} stood at {price}.",
        "{name} was at {price} at the last close, on {date}.",
    ),
    report=(
        "At the last report, on {date}, {name} stood at {price}, {change}.",
        "{name} was at {price} at the last report, on {date}, {change}.",
    ),
    report_alone=(
        "At the last report, on {date}, {name} stood at {price}.",
        "{name} was at {price} at the last report, on {date}.",
    ),
    up="up {percent}",
    down="down {percent}",
    unchanged="unchanged",
    points="{figure} points",
)

CALENDAR: Final = CalendarPhrases(
    opening=("On your calendar today.", "This is on your calendar today.", "Your calendar for today."),
    at=("At {time}: {title}.", "You have at {time}: {title}."),
    until=("Until {time}: {title}.", "Going on until {time}: {title}."),
    all_day=("All day: {title}.", "The whole day: {title}."),
    more=("There is more on your calendar.", "More follows on your calendar."),
)
