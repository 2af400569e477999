"""The forecast's rules for all input."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from onealarm.control.forecast.bands import LEVELS, bands_of, by_chance, calibrate
from onealarm.control.forecast.demand import FRESH, TRUSTED_AFTER, Newest, with_expected
from onealarm.control.forecast.grid import (
    BUCKETS,
    LEADS,
    QUARTERS,
    Floats,
    Integers,
    bucket_of,
    hours_ahead,
    quarter_of_week,
    start_of,
)
from onealarm.control.forecast.pickup import AROUND, Expected, History, Rates, expect, fit, nothing_learned
from onealarm.control.forecast.scores import deviation
from onealarm.control.forecast.zones import foresee_zone, share_of

HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 25, 12, 3, tzinfo=UTC)

COUNTS = arrays.arrays(np.int64, BUCKETS, elements=st.integers(0, 5000)).map(lambda counts: counts.astype(float))
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2039, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  the strategy adds the zone


@st.composite
def histories(draw: st.DrawFn) -> History:
    buckets = draw(st.integers(0, 60))
    size = (buckets, len(LEADS))
    whole = st.integers(0, 300)
    known, late = (draw(arrays.arrays(np.int64, size, elements=whole)).astype(float) for _ in range(2))
    cancelled = np.floor(known * draw(arrays.arrays(float, size, elements=st.floats(0, 1))))
    gaps = draw(arrays.arrays(bool, size))
    for column in (known, late, cancelled):
        column[gaps] = np.nan
    return History(
        ages=draw(arrays.arrays(float, buckets, elements=st.floats(0, 60))),
        quarters=draw(arrays.arrays(np.int64, buckets, elements=st.integers(0, QUARTERS - 1))),
        final=draw(arrays.arrays(np.int64, buckets, elements=whole)).astype(float),
        known=known,
        late=late,
        cancelled=cancelled,
    )


def quarters_from(made_at: datetime) -> Integers:
    first = bucket_of(made_at) + 1
    return np.array([quarter_of_week(start_of(first + n)) for n in range(BUCKETS)], np.int64)


def expected(known: Floats, rates: Rates, *, made_at: datetime = NOW) -> Expected:
    return expect(known, quarters=quarters_from(made_at), hours=hours_ahead(made_at), rates=rates)


@settings(deadline=None)
@given(histories(), COUNTS, INSTANTS)
def test_whatever_was_learned_a_forecast_is_finite_and_no_more_stays_than_is_known(
    history: History, known: Floats, made_at: datetime
) -> None:
    found = expected(known, fit(history), made_at=made_at)
    assert np.isfinite(found.total).all()
    assert (found.stay <= known + 1e-9).all()
    assert (found.stay >= 0).all()
    assert (found.late >= 0).all()
    assert (found.open >= -1e-9).all()


@settings(deadline=None)
@given(COUNTS)
def test_who_has_learned_nothing_expects_what_is_known(known: Floats) -> None:
    assert (expected(known, nothing_learned()).total == known).all()


@settings(deadline=None)
@given(histories(), INSTANTS, COUNTS)
def test_less_is_open_the_nearer_a_bucket_is_where_it_was_always_so(
    history: History, made_at: datetime, known: Floats
) -> None:
    """Rates that grow with the lead make the open part of a bucket grow with it."""
    size = (len(LEADS) + 1, QUARTERS)
    grown = np.cumsum(np.full(size, 1.0), axis=0) - 1
    rates = Rates(lost=grown[:, : QUARTERS // 4] / 100, late=grown, known=np.zeros(size))
    found = expected(np.full(BUCKETS, 10.0), rates, made_at=made_at)
    assert (np.diff(found.open) >= -1e-9).all()


@settings(deadline=None)
@given(st.integers(1, 200), st.floats(0, 0.5), st.floats(0, 3))
def test_a_history_that_is_always_the_same_is_found_again(final: int, lost: float, late_share: float) -> None:
    known = 1000.0 * final
    late, cancelled = known * late_share, known * lost
    everywhere = np.arange(QUARTERS)
    of_lead = np.ones((QUARTERS, len(LEADS)))
    rates = fit(
        History(
            ages=np.linspace(0, 7, QUARTERS),
            quarters=everywhere,
            final=np.full(QUARTERS, known + late - cancelled),
            known=known * of_lead,
            late=late * of_lead,
            cancelled=cancelled * of_lead,
        )
    )
    found = expected(np.full(BUCKETS, known), rates)
    beyond = slice(AROUND + 1, None)  # nearer, what is usually known lies between two leads
    np.testing.assert_allclose(found.stay[beyond], known - cancelled, rtol=1e-6)
    np.testing.assert_allclose(found.late[beyond], late, rtol=1e-6, atol=1e-6)


@settings(deadline=None)
@given(COUNTS, histories(), st.integers(0, 40))
def test_bands_lie_in_each_other_and_sums_never_fall(known: Floats, history: History, seed: int) -> None:
    errors = np.random.default_rng(seed).normal(0.3, 2.0, (200, len(LEADS)))
    bands = bands_of(expected(known, fit(history)), calibrate(errors, pause=HOUR))
    ordered = (bands.low99, bands.low90, bands.upper, bands.high90, bands.high99)
    for lower, higher in pairwise(ordered):
        assert (lower <= higher + 1e-9).all()
    for band in ordered:
        assert (np.diff(band) >= 0).all()
        assert (band >= 0).all()


def test_a_band_holds_as_many_of_the_errors_to_come_as_it_says() -> None:
    random = np.random.default_rng(26)
    held = []
    for _ in range(300):
        errors, next_ = random.standard_t(3, (400, len(LEADS))), random.standard_t(3, len(LEADS))
        quantiles = calibrate(errors, pause=48 * HOUR)  # none of them overlap
        held.append((quantiles[:, 1] <= next_) & (next_ <= quantiles[:, 3]))
    assert np.mean(held) == pytest.approx(0.9, abs=0.02)


def test_without_errors_there_is_chance_alone() -> None:
    few = np.zeros((5, len(LEADS)))
    assert (calibrate(few, pause=HOUR) == by_chance()).all()
    assert by_chance()[0, LEVELS.index(0.9)] == pytest.approx(1.2816, abs=1e-4)


@settings(deadline=None)
@given(st.floats(0.01, 400))
def test_the_deviation_of_poissons_law_is_the_sum_that_it_means(mean: float) -> None:
    counts = np.arange(0, 1000)
    logs = counts * np.log(mean) - mean - np.cumsum(np.log(np.maximum(counts, 1)))
    assert deviation(np.array([mean]))[0] == pytest.approx(np.sum(np.exp(logs) * np.abs(counts - mean)), rel=1e-6)


@settings(deadline=None)
@given(COUNTS, histories(), st.integers(0, 24), st.dictionaries(st.integers(0, 1439), st.integers(0, 50)))
def test_the_plan_gets_what_is_known_and_in_sum_what_the_bound_is_beyond_it(
    known: Floats, history: History, minutes_later: int, demand: dict[int, int]
) -> None:
    found = expected(known, fit(history))
    upper = bands_of(found, by_chance()).upper
    newest = Newest(NOW, NOW - TRUSTED_AFTER, known, upper)
    total = with_expected(demand, newest, now=NOW + timedelta(minutes=minutes_later))
    assert all(total[minute] >= jobs for minute, jobs in demand.items())
    added = sum(total.values()) - sum(demand.values())
    beyond = max(0.0, float((upper - np.cumsum(known)).max()))
    assert added <= beyond + 1
    if minutes_later == 0:
        assert added >= beyond - 1


@pytest.mark.parametrize(
    ("age", "since"), [(FRESH + timedelta(seconds=1), 2 * TRUSTED_AFTER), (HOUR / 60, TRUSTED_AFTER - HOUR)]
)
def test_the_plan_gets_nothing_from_a_forecast_that_is_old_or_has_seen_little(age: timedelta, since: timedelta) -> None:
    newest = Newest(NOW, NOW - since, np.zeros(BUCKETS), np.arange(float(BUCKETS)))
    assert with_expected({3: 1}, newest, now=NOW + age) == {3: 1}
    assert with_expected({3: 1}, None, now=NOW) == {3: 1}


@settings(deadline=None)
@given(st.lists(COUNTS, min_size=1, max_size=4), histories(), st.integers(1, 48))
def test_the_parts_of_the_zones_are_their_group(parts: list[Floats], history: History, hours: int) -> None:
    known = np.sum(parts, axis=0)
    group = expected(known, fit(history))
    count = 4 * hours
    shares = [share_of(part, group, count=count) for part in parts]
    np.testing.assert_allclose(np.sum([one.stay for one in shares], axis=0), group.stay, atol=1e-6)
    if known[:count].sum() > 0:
        np.testing.assert_allclose(np.sum([one.late for one in shares], axis=0), group.late, atol=1e-6)


def test_a_zone_is_foreseen_up_to_the_instant_that_is_asked_for() -> None:
    first = start_of(bucket_of(NOW) + 1)
    group = Expected(np.full(BUCKETS, 10.0), np.full(BUCKETS, 9.0), np.full(BUCKETS, 2.0))
    known = {first - 15 * HOUR / 60: 7, **{first + n * HOUR / 4: 5 for n in range(8)}}
    found = foresee_zone(known, group, made_at=NOW, quantiles=by_chance(), until=first + 2 * HOUR)
    assert found.expected == pytest.approx(7 + 8 * (4.5 + 1.0))
    assert found.low90 < found.expected < found.high90
    assert list(found.by_bucket.values()) == pytest.approx([5.5] * 8)
