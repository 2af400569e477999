"""Temperatures, percentages and units."""

from __future__ import annotations

import pytest

from onealarm.briefing.spoken import for_language

CASES = {
    "−4°C": "minus four degrees Celsius",
    "-4°C": "minus four degrees Celsius",
    "–4 °C": "minus four degrees Celsius",
    "72°F": "seventy-two degrees Fahrenheit",
    "72°": "seventy-two degrees",
    "5 °C": "five degrees Celsius",
    "0 °C": "zero degrees Celsius",
    "1°C": "one degree Celsius",
    "-1°C": "minus one degree Celsius",
    "-0°C": "zero degrees Celsius",
    "-0.4°C": "minus point four degrees Celsius",
    "−0.4 °C": "minus point four degrees Celsius",
    "21.5°C": "twenty-one point five degrees Celsius",
    "22℃": "twenty-two degrees Celsius",
    "20-25°C": "twenty to twenty-five degrees Celsius",
    "20°-25°C": "twenty to twenty-five degrees Celsius",
    "-10 to -5°C": "minus ten to minus five degrees Celsius",
    "10 °C/50 °F": "ten degrees Celsius fifty degrees Fahrenheit",
    "45°N": "forty-five degrees north",
    "360°": "three hundred sixty degrees",
    "-4 degrees": "minus four degrees",
    "3.5%": "three point five percent",
    "3.5 %": "three point five percent",
    "-0.4 %": "minus point four percent",
    "+3%": "plus three percent",
    "5-7%": "five to seven percent",
    "5%–7%": "five to seven percent",
    "100%": "one hundred percent",
    "1%": "one percent",
    "a 5% rise": "a five percent rise",
    "50-60 mph": "fifty to sixty miles per hour",
    "50 km/h": "fifty kilometers per hour",
    "30kph": "thirty kilometers per hour",
    "1 mph": "one mile per hour",
    "3 m/s": "three meters per second",
    "5 km": "five kilometers",
    "1 km": "one kilometer",
    "5-km run": "five kilometer run",
    "a 5 km run": "a five kilometer run",
    "10,000 km": "ten thousand kilometers",
    "100 km²": "one hundred square kilometers",
    "500 m³": "five hundred cubic meters",
    "x²": "x squared",
    "10 kg": "ten kilograms",
    "1 kg": "one kilogram",
    "500 g": "five hundred grams",
    "20 lbs.": "twenty pounds.",
    "12 oz.": "twelve ounces.",
    "5 mm": "five millimeters",
    "6'2\"": "six foot two",
    "5 ft. tall": "five feet tall",
    "100 kWh": "one hundred kilowatt hours",
    "5 MWh": "five megawatt hours",
    "10 kWh/day": "ten kilowatt hours per day",
    "3.5GHz": "three point five gigahertz",
    "16GB RAM": "sixteen gigabytes RAM",
    "100 Mbps": "one hundred megabits per second",
    "1,013 hPa": "one thousand thirteen hectopascals",
    "30 min": "thirty minutes",
    "1 hr": "one hour",
    "2 hrs": "two hours",
    "5 million km": "five million kilometers",
}


@pytest.mark.parametrize(("written", "spoken"), CASES.items())
def test_measures_are_spoken_in_words(written: str, spoken: str) -> None:
    assert for_language("en").normalise(written) == spoken
