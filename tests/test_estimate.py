"""Order statistics and moments of draws that are looked through in parts: those of the whole, to the digit."""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.estimate import laws, order_statistics

LAW = settings(max_examples=60, deadline=None)
NUMBERS = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e300, 1e300), st.sampled_from([0.0, -0.0, 5e-324]))


@LAW
@given(st.lists(NUMBERS, min_size=1, max_size=200), st.floats(0, 1), st.integers(1, 50))
def test_windows_find_what_sorting_finds(numbers, p, stride):
    values = np.array(numbers)
    sample = laws.Drawn(values[np.newaxis, ::stride])
    order = order_statistics.OrderStatistics(
        len(values), sample.quantile, sample.draws.size, partial(order_statistics.windows_of, values)
    )
    assert order.quantile(p) == laws.Drawn(values[np.newaxis]).quantile(p)
    assert order.share(values[0]) == np.mean(values <= values[0])


def test_a_sample_that_misleads_costs_time_and_no_digit():
    values = np.random.default_rng(0).normal(size=20_000)
    misleading = laws.Drawn(values[np.newaxis] + 50.0)
    looks = []

    def look(ends):
        looks.append(ends)
        return order_statistics.windows_of(values, ends)

    order = order_statistics.OrderStatistics(len(values), misleading.quantile, 10_000, look)
    assert order.quantile(0.3) == laws.Drawn(values[np.newaxis]).quantile(0.3)
    assert len(looks) > 1


@LAW
@given(
    st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=60),
    st.integers(1, 20),
    st.sampled_from([-1000, 0, 900]),
)
def test_moments_in_runs_are_those_of_the_whole(numbers, length, power):
    values = np.ldexp(np.array(numbers, dtype=float), power)
    exponent = order_statistics.exponent_of(values)
    runs = [values[start : start + length] for start in range(0, len(values), length)]
    found = order_statistics.Moments.of(runs[0], exponent)
    for run in runs[1:]:
        found = found.merged(order_statistics.Moments.of(run, exponent))
    size = np.max(np.abs(numbers))
    assert np.ldexp(found.mean, -power) == pytest.approx(np.mean(numbers), abs=1e-13 * size)
    assert np.ldexp(found.sd, -power) == pytest.approx(np.std(numbers, ddof=1), rel=1e-9, abs=1e-13 * size)


def test_where_one_draw_holds_much_the_error_of_the_moments_sees_it():
    n = bp.assumed(bp.Normal(0, 1), "1", because="test", name="n")
    for power in (-0.4, -0.5, -0.7, -0.9):
        found = (bp.maximum(n, -n) ** power).estimate()
        true = 2 ** (power / 2) * math.gamma((1 + power) / 2) / math.sqrt(math.pi)
        assert abs(found.mean - true) < 3 * found.standard_error("mean")
    with pytest.raises(bp.errors.MomentError, match="does not settle"):
        _ = (bp.maximum(n, -n) ** -0.7).estimate().sd
