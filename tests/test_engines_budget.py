"""Exact arithmetic, memory and work have bounds, and say so."""

import time
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import brainparams as bp


def timed(make):
    start = time.process_time()
    value = make()
    assert time.process_time() - start < 2.0
    return value


def test_powers_of_too_many_digits_are_the_nearest_float():
    base = Fraction(10**9 + 1, 10**9)
    found = timed(lambda: (bp.exact(base, "1") ** 10**9).value)
    with mpmath.workdps(40):
        right = float((mpmath.mpf(base.numerator) / base.denominator) ** 10**9)
    assert found == right
    assert timed(lambda: (bp.exact("1.0001", "1") ** 1_000_000).value) == pytest.approx(2.67471099314214e43, rel=1e-14)


def test_squarings_end_in_a_float():
    x = bp.exact(Fraction(1_000_001, 1_000_000), "1")
    for _ in range(20):
        x = x * x
    with mpmath.workdps(40):
        right = float((mpmath.mpf(1_000_001) / 1_000_000) ** 2**20)
    assert timed(lambda: x.value) == pytest.approx(right, rel=1e-9)
    for _ in range(20):
        x = x * x
    with pytest.raises(bp.errors.RangeError, match="beyond float range"):
        timed(lambda: x.value)


def test_few_digits_stay_exact():
    third = bp.exact(Fraction(1, 3), "1")
    assert (third + third + third).value == 1
    assert (bp.exact(10**300, "1") * 7).value == 7 * 10**300


def test_a_sum_of_many_fractions_is_capped():
    total = bp.exact(1, "1")
    for k in range(2, 1500):
        total = total + bp.exact(Fraction(1, k), "1")
    assert timed(lambda: total.value) == pytest.approx(float(mpmath.harmonic(1499)), rel=1e-12)


def test_arrays_that_do_not_fit_are_refused():
    q = bp.assumed("1 to 2", "1", because="test") + bp.assumed("1 to 2", "1", because="test")
    for place in range(3):
        q = q * bp.exact(np.arange(1, 101), "1", axis=f"axis {place}")
    with pytest.raises(bp.errors.RangeError, match=r"does not fit in memory.*ask elements by label, or totals"):
        timed(q.median)


@pytest.mark.parametrize(("budget", "error"), [(0, "RangeError"), (-1, "RangeError"), ("more", "KindError")])
def test_a_budget_is_a_positive_number(budget, error):
    with pytest.raises(getattr(bp.errors, error), match=r"estimate\(\): budget must be a number > 0"):
        bp.assumed("1 to 2", "1", because="test").estimate(budget=budget)


def hard():
    """An input used twice inside a sine, with quantiles that have no formula."""
    x, y, z, w = (bp.assumed(bp.Beta(2, 3), "1", because="test", name=name) for name in "xyzw")
    s = bp.assumed(bp.Uniform(1, 2), "1", because="test", name="s")
    return x * s + y * z * bp.sin(s) + w


def test_work_stops_at_the_budget_and_says_how_to_go_on():
    found = hard().estimate(digits=7)
    assert found.engine == "sobol"
    assert "stopped with fewer digits" in found.reason
    assert "budget=4 goes on" in found.reason
    more = hard().estimate(digits=7, budget=4)
    assert more.draws > found.draws
    assert more.median == pytest.approx(found.median, abs=5 * found.standard_error(0.5))
    assert hard().estimate(digits=7).median == found.median
    assert "stopped" not in hard().estimate(digits=2).reason


def test_the_work_of_an_array_is_that_of_its_elements():
    few, many = (
        bp.assumed(
            {f"r{place}": bp.Normal(100.0 + place, 5.0) for place in range(size)}, "1", because="test", axis="r"
        ).largest()
        for size in (20, 3000)
    )
    assert few.estimate().draws > 4 * many.estimate().draws
    assert many.estimate().standard_error(0.5) > 0


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_the_squares_of_a_very_wide_range_do_not_overflow():
    (row,) = bp.assumed("1e-15 to 1e15 m", because="x").uncertainty_budget()
    assert row.share == 1.0
    with pytest.raises(bp.errors.RangeError, match="not finite"):
        bp.assumed("1e-30 to 1e30 m", because="x").uncertainty_budget()
