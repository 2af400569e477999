"""Weather and news. The weather's sentences hold no figure of their own."""

from __future__ import annotations

from typing import Final

from onealarm.writers.phrases import NewsPhrases, WeatherPhrases

WEATHER: Final = WeatherPhrases(
    place=" for {place}",
    condition_in_lower_case=True,
    condition_and_current=(
        "The latest weather{where}: {condition}, and {current}.",
        "Here is the weather{where}: {condition}, and {current}.",
        "The weather report{where} says {condition}, with {current}.",
        "The latest report{where}: {condition}, with {current}.",
        "Now the weather{where}: {condition}, with a temperature of {current}.",
        "Looking at the weather{where}: {condition}, and {current} at the last report.",
    ),
    condition=(
        "The latest weather{where}: {condition}.",
        "Here is the weather{where}: {condition}.",
        "The weather report{where} says {condition}.",
        "The latest report{where}: {condition}.",
        "Now the weather{where}: {condition}.",
    ),
    current=(
        "The latest temperature{where}: {current}.",
        "Here is the temperature{where}: {current}.",
        "The weather report{where} says {current}.",
        "The latest reading{where} is {current}.",
        "Now the temperature{where}: {current} at the last report.",
    ),
    high_and_low=(
        "The high is {high}, and the low is {low}.",
        "Expect a high of {high} and a low of {low}.",
        "The forecast has a high of {high} and a low of {low}.",
        "The temperature tops out at {high}, with a low of {low}.",
        "Temperatures run from a low of {low} to a high of {high}.",
    ),
    high=(
        "The high is {high}.",
        "Expect a high of {high}.",
        "The forecast has a high of {high}.",
        "The temperature tops out at {high}.",
        "At its warmest, expect {high}.",
    ),
    low=(
        "The low is {low}.",
        "Expect a low of {low}.",
        "The forecast has a low of {low}.",
        "The temperature goes down to {low}.",
        "At its coldest, expect {low}.",
    ),
)

NEWS: Final = NewsPhrases(
    quotation_marks="“”",
    opening_one=(
        "Here is a headline from the news.",
        "Now a headline from the news.",
        "This is in the news.",
        "Let us turn to the news.",
        "On to the news.",
    ),
    opening_several=(
        "Here are the headlines.",
        "Now for the headlines.",
        "These are the headlines.",
        "Let us turn to the news.",
        "On to the news.",
    ),
    attributed=(
        "From {publisher}: {headline}",
        "{publisher} reports: {headline}",
        "{publisher} writes: {headline}",
        "In the headlines at {publisher}: {headline}",
        "This comes from {publisher}: {headline}",
    ),
    alone=("{headline}",),
)
