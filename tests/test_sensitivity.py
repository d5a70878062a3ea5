"""Who drives the spread: Sobol indices against exact answers, swings, and the value of a measurement."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp

LAW = settings(max_examples=20, deadline=None, derandomize=True)


def number(belief, name, unit="1"):
    return bp.assumed(belief, unit, because="test", name=name)


def lognormal(median, ratio, name):
    """Return a pure number with its 84 % quantile at `ratio` medians."""
    return number(bp.LogNormal(math.log(median), math.log(ratio)), name)


def as_map(indices):
    return {each.name: each for each in indices}


# --- Sobol indices ---------------------------------------------------------------------------------------------------


def test_ishigami_function():
    # Ishigami & Homma (1990), doi:10.1109/ISUMA.1990.151285, with a = 7 and b = 0.1
    x, y, z = (number(bp.Uniform(-math.pi, math.pi), name) for name in "xyz")
    seven, tenth = bp.exact(7, "1"), bp.exact("0.1", "1")
    found = (bp.sin(x) + seven * bp.sin(y) ** 2 + tenth * z**4 * bp.sin(x)).sobol_indices()
    assert found.scale == "value"
    first = {"x": 0.3139, "y": 0.4424, "z": 0.0}
    total = {"x": 0.5576, "y": 0.4424, "z": 0.2437}
    for name, each in as_map(found).items():
        assert each.first_order == pytest.approx(first[name], abs=0.01)
        assert each.total == pytest.approx(total[name], abs=0.01)
        assert max(each.first_order_error, each.total_error) <= 0.01
    assert [each.name for each in found] == ["x", "y", "z"]


def g_function(coefficients):
    """Return a product of linear factors with the indices of Sobol's g-function, and those indices."""
    factors, parts = bp.exact(1, "1"), {}
    for place, a in enumerate(coefficients):
        x = number(bp.Uniform(0, 1), f"x{place}")
        # |4x - 2| is uniform on [0, 2], and so is 2x: the same law without the fold
        factors = factors * (2 * x + bp.exact(a, "1")) / bp.exact(1 + a, "1")
        parts[f"x{place}"] = 1 / (3 * (1 + a) ** 2)
    whole = math.prod(1 + part for part in parts.values()) - 1
    first = {name: part / whole for name, part in parts.items()}
    total = {name: part / (1 + part) * (1 + whole) / whole for name, part in parts.items()}
    return factors - bp.exact(3, "1"), first, total  # takes negative values, so that no logarithm is taken


def test_product_of_linear_factors():
    model, first, total = g_function([0, 0.5, 3, 9])
    found = model.sobol_indices(tolerance=0.005)
    assert found.scale == "value"
    for name, each in as_map(found).items():
        assert each.first_order == pytest.approx(first[name], abs=0.006)
        assert each.total == pytest.approx(total[name], abs=0.006)


def test_error_bars_cover():
    model, first, total = g_function([0, 1, 4])
    inside = []
    for seed in range(20):
        for name, each in as_map(model.sobol_indices(seed=seed)).items():
            inside.append(abs(each.first_order - first[name]) <= each.first_order_error)
            inside.append(abs(each.total - total[name]) <= each.total_error)
    assert np.mean(inside) >= 0.85


def test_error_bars_shrink_with_the_tolerance():
    model, _, _ = g_function([0, 1, 4])
    rough, fine = model.sobol_indices(tolerance=0.05), model.sobol_indices(tolerance=0.002)
    assert fine.evaluations > rough.evaluations
    assert max(each.total_error for each in fine) <= 0.002


def test_agrees_with_scipy():
    from scipy import stats

    a, b, c = number(bp.Normal(3, 1), "a"), number(bp.Uniform(0, 2), "b"), number(bp.Beta(2, 5), "c")
    found = as_map((a * b + b * c - a).sobol_indices())
    reference = stats.sobol_indices(
        func=lambda x: x[0] * x[1] + x[1] * x[2] - x[0],
        n=2**15,
        dists=[stats.norm(3, 1), stats.uniform(0, 2), stats.beta(2, 5)],
        rng=0,
    )
    for place, name in enumerate("abc"):
        assert found[name].first_order == pytest.approx(reference.first_order[place], abs=0.01)
        assert found[name].total == pytest.approx(reference.total_order[place], abs=0.01)


def test_nearly_a_product_needs_few_evaluations():
    n, s = number(bp.Normal(86.06, 8.12), "n"), lognormal(3162.0, 2.0, "s")
    p, f = number(bp.Uniform(1, 10), "p"), number(bp.Beta(2, 5), "f")
    found = (n * s * p * f + n).sobol_indices()
    assert found.scale == "logarithm"
    assert found.evaluations <= 8 * 128 * 6
    by_name = as_map(found)
    assert by_name["n"].first_order == pytest.approx(0.0068, abs=0.002)
    assert sum(each.first_order for each in found) == pytest.approx(1.0, abs=0.01)
    assert [each.share for each in (n * s * p * f + n).drivers()] == pytest.approx(
        [by_name[each.name].first_order for each in (n * s * p * f + n).drivers()], abs=0.015
    )


@LAW
@given(st.lists(st.floats(1.1, 10), min_size=1, max_size=4))
def test_indices_of_a_product_are_exact_and_sum_to_one(ratios):
    product = math.prod(
        (lognormal(2.0, ratio, f"x{place}") for place, ratio in enumerate(ratios)), start=bp.exact(1, "1")
    )
    found = product.sobol_indices()
    assert found.evaluations == 0
    assert sum(each.first_order for each in found) == pytest.approx(1.0)
    assert all(each.first_order == each.total and each.total_error == 0 for each in found)
    shares = {each.name: each.share for each in product.drivers()}
    assert {each.name: each.total for each in found} == pytest.approx(shares)


def test_an_unused_input_changes_nothing():
    a, b, unused = number(bp.Normal(0, 1), "a"), number(bp.Normal(0, 2), "b"), number(bp.Normal(0, 9), "unused")
    without, beside = (a + b + a * b).sobol_indices(), (a + b + a * b + (unused - unused)).sobol_indices()
    assert [each.name for each in beside] == ["b", "a", "unused"]
    assert beside[2].total == beside[2].first_order == 0
    for one, other in zip(without, beside, strict=False):
        assert one.total == pytest.approx(other.total, abs=0.01)


def test_an_array_input_is_one_input():
    parts = bp.assumed(bp.Normal(0.0, [1.0, 2.0, 2.0]), "1", because="test", axis="region", name="parts")
    other = number(bp.Normal(0, 4), "other")
    found = as_map((parts.total("region") + other).sobol_indices())
    assert found["parts"].total == pytest.approx(9 / 25, abs=0.01)
    assert found["other"].first_order == pytest.approx(16 / 25, abs=0.01)


def test_correlated_inputs():
    # Kucherenko et al. (2012), doi:10.1016/j.cpc.2011.12.020: a sum of two normals with sd 1 and 2, correlation r
    r = 0.6
    a, b = bp.correlate({(number(bp.Normal(0, 1), "a"), number(bp.Normal(0, 2), "b")): r}, kind="normal-scores")
    found = (a + b).sobol_indices()
    assert found.correlated
    assert "need not add up" in str(found)
    variance = 1 + 4 + 2 * r * 2
    by_name = as_map(found)
    assert by_name["a"].first_order == pytest.approx((1 + 2 * r) ** 2 / variance, abs=0.01)
    assert by_name["b"].first_order == pytest.approx((2 + r) ** 2 / variance, abs=0.01)
    assert by_name["a"].total == pytest.approx((1 - r**2) / variance, abs=0.01)
    assert by_name["b"].total == pytest.approx(4 * (1 - r**2) / variance, abs=0.01)
    shares = {each.name: each.share for each in (a + b).drivers()}
    assert shares == pytest.approx({name: each.first_order for name, each in by_name.items()}, abs=0.02)
    assert "need not add up" in (a + b).drivers().method


def test_a_correlated_input_beside_independent_ones():
    a, b = bp.correlate({(number(bp.Normal(0, 1), "a"), number(bp.Normal(0, 1), "b")): 0.0}, kind="normal-scores")
    c = number(bp.Normal(0, 2), "c")
    plain = number(bp.Normal(0, 1), "a") + number(bp.Normal(0, 1), "b") + c
    declared, free = as_map((a + b + c).sobol_indices()), as_map(plain.sobol_indices())
    for name in "abc":
        assert declared[name].total == pytest.approx(free[name].total, abs=0.012)
        assert declared[name].first_order == pytest.approx(free[name].first_order, abs=0.012)


def test_same_seed_same_digits():
    model, _, _ = g_function([0, 2])
    assert model.sobol_indices(seed=3).rows == model.sobol_indices(seed=3).rows
    assert model.sobol_indices(seed=3).rows != model.sobol_indices(seed=4).rows


def test_what_sobol_indices_refuse():
    array = bp.exact({"a": 1, "b": 2}, "1", axis="r") * lognormal(1.0, 2.0, "x")
    with pytest.raises(bp.ShapeError, match=r"sobol_indices\(\): this quantity is an array along r"):
        array.sobol_indices()
    x = lognormal(1.0, 2.0, "x")
    with pytest.raises(bp.RangeError, match="must be in"):
        (x + x**2).sobol_indices(tolerance=0)
    with pytest.raises(bp.RangeError, match="not finite"):
        bp.log(number(bp.Normal(0, 1), "z") + x).sobol_indices()


def test_nothing_to_index():
    assert len(bp.exact("3 m").sobol_indices()) == 0
    x = lognormal(1.0, 2.0, "x")
    assert [each.total for each in (bp.exp(x / 9) - bp.exp(x / 9)).sobol_indices()] == [0.0]


# --- swings ----------------------------------------------------------------------------------------------------------


def test_swings_of_a_product():
    x, y = lognormal(10.0, 2.0, "x"), lognormal(1.0, 3.0, "y")
    found = (x * y).swings(0.90)
    z = 1.6448536269514722
    assert [each.name for each in found] == ["y", "x"]
    assert found[0].factor == pytest.approx(3 ** (2 * z))
    assert found[1].at_low == pytest.approx(10.0 * 2**-z)
    assert found[1].low == pytest.approx(10.0 * 2**-z)
    assert found.median == pytest.approx(10.0)


def test_a_swing_is_the_assumption():
    a, b = number(bp.Normal(5, 1), "a"), number(bp.Uniform(1, 2), "b")
    (row,) = [each for each in (a * b + a).swings(0.80) if each.name == "b"]
    assert row.at_high == pytest.approx((a * b + a).assuming(b=bp.exact(row.high, "1")).median(), rel=1e-4)


def test_swings_that_cross_zero_have_no_factor():
    a, b = number(bp.Normal(0, 1), "a"), number(bp.Normal(0, 3), "b")
    found = (a + b).swings(0.90)
    assert math.isnan(found[0].factor)
    assert [each.name for each in found] == ["b", "a"]
    assert found[0].at_high == pytest.approx(3 * 1.6448536, rel=1e-6)


def test_correlated_inputs_move_along():
    r = 0.5
    a, b = bp.correlate({(number(bp.Normal(0, 1), "a"), number(bp.Normal(0, 1), "b")): r}, kind="normal-scores")
    found = (a + b).swings(0.90)
    assert found.correlated
    assert found[0].at_high == pytest.approx((1 + r) * 1.6448536, rel=1e-4)
    assert "moving along" in str(found)


def test_swings_of_an_array_input_move_all_elements():
    parts = bp.assumed(bp.Uniform([0.0, 0.0], [1.0, 3.0]), "1", because="test", axis="region", name="parts")
    (row,) = parts.total("region").swings(0.90)
    assert row.at_low == pytest.approx(0.05 * 4)
    assert row.at_high == pytest.approx(0.95 * 4)


# --- value of information --------------------------------------------------------------------------------------------


def test_value_of_information_of_a_product():
    x, y = lognormal(1.0, 2.0, "x"), lognormal(1.0, 10.0, "y")
    found = (x * y).value_of_information(0.90)
    z = 2 * 1.6448536269514722
    assert found.unit == "decades"
    assert found.width == pytest.approx(z * math.hypot(math.log10(2), 1.0))
    assert [each.name for each in found] == ["y", "x"]
    assert found[0].width == pytest.approx(z * math.log10(2))
    assert found[1].width == pytest.approx(z * 1.0)
    assert found[1].narrowing == pytest.approx(1 - 1 / math.hypot(math.log10(2), 1.0))


def test_value_of_information_of_a_sum_is_in_its_unit():
    a, b = number(bp.Normal(0, 3), "a", "m"), number(bp.Normal(0, 4), "b", "m")
    found = (a + b).value_of_information(0.90)
    assert found.unit == "m"
    assert [(each.name, each.width) for each in found] == [
        ("b", pytest.approx(2 * 3 * 1.64485, rel=1e-5)),
        ("a", pytest.approx(2 * 4 * 1.64485, rel=1e-5)),
    ]


def test_value_of_information_averages_over_the_answer():
    # width given a is proportional to a, so that its mean is the width at the mean of a
    a, b = number(bp.Uniform(1, 3), "a"), number(bp.Normal(0, 1), "b")
    found = {each.name: each.width for each in (a * b).value_of_information(0.90)}
    assert found["a"] == pytest.approx(2 * 1.6448536 * 2.0, rel=0.005)


def test_knowing_an_input_narrows_what_it_is_correlated_with():
    r = 0.8
    a, b = bp.correlate({(number(bp.Normal(0, 1), "a"), number(bp.Normal(0, 1), "b")): r}, kind="normal-scores")
    (first, _) = (a + b).value_of_information(0.90)
    assert first.width == pytest.approx(2 * 1.6448536 * math.sqrt(1 - r**2), rel=1e-3)


def test_value_of_information_of_an_array_input():
    parts = bp.assumed(bp.Normal(0.0, [3.0, 4.0]), "1", because="test", axis="region", name="parts")
    other = number(bp.Normal(0, 2), "other")
    found = {each.name: each.width for each in (parts.total("region") + other).value_of_information(0.90)}
    assert found["parts"] == pytest.approx(2 * 2 * 1.64485, rel=0.01)
    assert found["other"] == pytest.approx(2 * 5 * 1.64485, rel=0.01)


@pytest.mark.parametrize("question", ["swings", "value_of_information"])
def test_what_they_refuse(question):
    array = bp.exact({"a": 1, "b": 2}, "1", axis="r") * lognormal(1.0, 2.0, "x")
    with pytest.raises(bp.ShapeError, match=rf"{question}\(\): this quantity is an array along r"):
        getattr(array, question)()
    with pytest.raises(bp.RangeError, match=rf"{question}\(\): level must be in"):
        getattr(lognormal(1.0, 2.0, "x"), question)(90)
    assert len(getattr(bp.exact("3 m"), question)()) == 0


# --- how the tables look ---------------------------------------------------------------------------------------------


def test_tables_print_aligned_and_as_markdown():
    found = (lognormal(1.0, 2.0, "x") * lognormal(1.0, 9.0, "long | name")).value_of_information()
    caption, *lines = str(found).splitlines()
    assert "90 %" in caption
    assert len(lines) == 3
    assert len({len(line) for line in lines}) == 1
    markdown = found._repr_markdown_()
    assert r"long \| name" in markdown
    assert markdown.splitlines()[3] == "| --- | ---: | ---: |"
