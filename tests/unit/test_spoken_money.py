"""Amounts of money."""

from __future__ import annotations

import pytest

from onealarm.briefing.spoken import for_language

CASES = {
    "$99,070.01": "ninety-nine thousand seventy dollars and one cent",
    "$1": "one dollar",
    "$1.00": "one dollar",
    "$0.99": "ninety-nine cents",
    "$.50": "fifty cents",
    "$0.00": "zero dollars",
    "$1,099": "one thousand ninety-nine dollars",
    "$1,234.5": "one thousand two hundred thirty-four point five dollars",
    "$1.2 billion": "one point two billion dollars",
    "$3.5-billion": "three point five billion dollars",
    "$5m": "five million dollars",
    "$5M": "five million dollars",
    "$44bn": "forty-four billion dollars",
    "$100K": "one hundred thousand dollars",
    "$5 trillion": "five trillion dollars",
    "-$5": "minus five dollars",
    "$-5": "minus five dollars",
    "−$3.50": "minus three dollars and fifty cents",
    "$5-10": "five to ten dollars",
    "$5-$10 million": "five to ten million dollars",
    "£2bn-£3bn": "two to three billion pounds",
    "a $5 million deal": "a five million dollar deal",
    "a $1.5bn bid": "a one point five billion dollar bid",
    "$1-a-day": "one dollar-a-day",
    "$70/barrel": "seventy dollars per barrel",
    "€5": "five euros",
    "€ 5": "five euros",
    "5 €": "five euros",
    "5€": "five euros",
    "€1": "one euro",
    "€1.5m": "one point five million euros",
    "£3.50": "three pounds and fifty pence",
    "£1": "one pound",
    "£0.01": "one penny",
    "¥500": "five hundred yen",
    "US$5": "five US dollars",
    "C$20": "twenty Canadian dollars",
    "A$1.5bn": "one point five billion Australian dollars",
    "₹100": "one hundred Indian rupees",
    "Rs 500": "five hundred Indian rupees",
    "5 USD": "five US dollars",
    "EUR 5": "five euros",
    "1 EUR": "one euro",
    "CHF 100": "one hundred Swiss francs",
    "100 JPY": "one hundred Japanese yen",
    "99¢": "ninety-nine cents",
    "1¢": "one cent",
    "$AAPL up": "AAPL up",
}


@pytest.mark.parametrize(("written", "spoken"), CASES.items())
def test_money_are_spoken_in_words(written: str, spoken: str) -> None:
    assert for_language("en").normalise(written) == spoken
