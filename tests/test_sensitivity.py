"""Who drives the spread: Sobol indices against exact answers, swings, and the value of a measurement."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp
from checks import number

LAW = settings(max_examples=20, deadline=None, derandomize=True)


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


# --- on which scale ---------------------------------------------------------------------------------------------------


def two_normals():
    return number(bp.Normal(0, 3), "x") + number(bp.Normal(0, 1), "y")


def test_what_has_no_variance_is_shared_by_rank():
    """Of a Cauchy plus a Cauchy each explains as much of the rank; of the value there is nothing to share."""
    cauchy = number(bp.StudentT(0, 1, 1), "x") + number(bp.StudentT(0, 1, 1), "y")
    found, indices = cauchy.drivers(), cauchy.sobol_indices(tolerance=0.02)
    assert (found.scale, indices.scale) == ("rank", "rank")
    assert "no variance" in str(found)
    assert "no variance" in str(indices)
    assert [each.share for each in found] == pytest.approx([0.45, 0.45], abs=0.02)
    for row in indices:  # the mean rank given x is 1/2 + arctan(x / 2) / π, found by quadrature: 0.4537
        assert row.first_order == pytest.approx(0.4537, abs=row.first_order_error + 0.01)
        assert row.total == pytest.approx(1 - 0.4537, abs=row.total_error + 0.01)
    for ask in (cauchy.drivers, cauchy.sobol_indices):
        with pytest.raises(bp.errors.RangeError, match=r"no variance.*ask for scale='rank'"):
            ask(scale="value")


def test_the_rank_of_a_sum_of_normals():
    """Given x, the mean rank is Φ(x / sqrt(s² + t²)), whose variance is asin(s² / (s² + …)) as of a normal orthant."""
    found = two_normals().drivers(scale="rank")
    share = 12 * math.asin(0.9 / 2) / (2 * math.pi)  # corr of two results that share x is 0.9
    assert found.scale == "rank"
    assert found[0].share == pytest.approx(share, abs=0.005)


def test_shares_of_the_value_see_the_tail():
    """Of a × b with lognormal factors the share of the variance is known."""
    a, b = number(bp.LogNormal(0, 1.2), "a"), number(bp.LogNormal(0, 0.3), "b")
    u, v = math.expm1(1.2**2), math.expm1(0.3**2)
    shares = (a * b).drivers(scale="value")
    found, error = {each.name: each.share for each in shares}, float(shares.method.rpartition("± ")[2])
    assert found["a"] == pytest.approx(u / ((1 + u) * (1 + v) - 1), abs=error)
    assert found["b"] == pytest.approx(v / ((1 + u) * (1 + v) - 1), abs=error)
    assert 0.01 < error < 0.1  # a lognormal of this width has its variance in few draws
    assert two_normals().drivers().method.endswith("± 0.01")
    t = number(bp.StudentT(0, 1, 3), "x") + number(bp.StudentT(0, 1, 5), "y")
    assert [each.share for each in t.drivers(scale="value")] == pytest.approx([9 / 14, 5 / 14], abs=0.02)


def test_the_only_input_explains_everything():
    ratio = bp.exact("1.5e14 synapse") / bp.measured("86(30)e9 neuron", source="azevedo2009")
    squared = number("2 +/- 1 1", "x") ** 2
    for quantity in (ratio, squared, bp.sin(number(bp.Normal(0, 10), "x")), bp.log(number("1 to 10", "x"))):
        assert [each.share for each in quantity.drivers()] == [1.0]
    assert "Spread from: 100 % neurons" in ratio.explain("brief")


def test_a_function_of_an_input_is_no_power_of_it():
    x, y = lognormal(1, 10, "x"), lognormal(1, 2, "y")
    shares = {each.name: each.share for each in (bp.log(x) * y).drivers()}
    wide = math.log(2) ** 2
    assert (shares["x"], shares["y"]) == pytest.approx(
        (math.exp(-wide), 0.0), abs=0.03
    )  # E[y]² / E[y²]; ln x has mean 0


def test_what_is_certain_has_no_drivers_to_tell():
    x = lognormal(1, 10, "x")
    for quantity in (x - x, x * 0):
        assert "pread from" not in quantity.explain("brief")
        assert "comes from" not in quantity.explain()
        assert quantity.drivers().interactions == 0.0


def test_an_array_whose_elements_are_correlated_is_one_input():
    density = bp.assumed({"V1": "6 +/- 1 1", "V2": "5 +/- 1 1"}, axis="area", because="test", name="d")
    both = bp.correlate(density, axis="area", r=0.5).total("area") + number(bp.Normal(0, 1), "z")
    found = {row.name: row for row in both.sobol_indices(scale="value")}
    assert found["d"].first_order == pytest.approx(0.75, abs=0.01)  # 3 of 4
    assert found["z"].first_order == pytest.approx(0.25, abs=0.01)
    product = bp.correlate(density, axis="area", loadings=0.8).total("area") * number(bp.Normal(1, 0.1), "z")
    share = 3.28 / (3.28 + 11**2 * 0.01 + 3.28 * 0.01)
    assert {r.name: r.first_order for r in product.sobol_indices(scale="value")}["d"] == pytest.approx(share, abs=0.01)


# --- the budget of first order ----------------------------------------------------------------------------------------


def test_covariances_are_part_of_the_budget():
    """JCGM 100, 5.2.2: of a sum they add, of a difference they cancel; coefficients of the inputs themselves."""
    a, b = number(bp.Normal(10, 0.3), "a", "m"), number(bp.Normal(20, 0.4), "b", "m")
    a, b = bp.correlate({(a, b): 0.5}, kind="normal-scores")
    assert (a + b).uncertainty_budget().uncertainty == pytest.approx(math.sqrt(0.37), rel=1e-9)
    assert (b - a).uncertainty_budget().uncertainty == pytest.approx(math.sqrt(0.13), rel=1e-9)
    assert sum(row.share for row in (b - a).uncertainty_budget()) == pytest.approx(1.0)
    x, y = number(bp.LogNormal(0, 0.5), "x"), number(bp.LogNormal(1, 0.8), "y")
    for kind in ("normal-scores", "spearman"):
        one, other = bp.correlate({(x, y): 0.6}, kind=kind)
        assert (one + other).uncertainty_budget().uncertainty == pytest.approx((one + other).sd(), rel=1e-9)


@pytest.mark.parametrize(("r", "sd"), [(0.0, math.sqrt(2)), (0.5, math.sqrt(3)), (1.0, 2.0)])
def test_the_budget_of_an_array_has_a_row_for_each_element(r, sd):
    density = bp.assumed({"V1": "6 +/- 1 1", "V2": "5 +/- 1 1"}, axis="area", because="test", name="d")
    found = bp.correlate(density, axis="area", r=r).total("area").uncertainty_budget()
    assert [row.name for row in found] == ["d, V1", "d, V2"]
    assert found.uncertainty == pytest.approx(sd)
    assert [row.share for row in found] == pytest.approx([0.5, 0.5])


def test_a_choice_has_no_first_order():
    choice = bp.choose({"a": "1 to 2 1", "b": "4 to 30 1"}, weights=[0.5, 0.5], because="test")
    with pytest.raises(bp.errors.RangeError, match=r"uncertainty_budget\(\): a choice between options"):
        choice.uncertainty_budget()
    with pytest.warns(bp.errors.LinearityWarning, match="a ufloat holds one of them"):
        choice.to_uncertainties()
    assert choice.assuming(model="a").uncertainty_budget().uncertainty > 0


# --- what is not there is not printed ---------------------------------------------------------------------------------


def test_a_pure_number_has_no_unit_in_a_table():
    x = number(bp.Normal(0, 1), "x") + number(bp.Normal(0, 2), "y")
    tables = (x.value_of_information(), x.uncertainty_budget(), x.swings(), x.given_that(x, above="1"))
    for table in map(str, tables):
        assert " 1 now" not in table
        assert "[1]" not in table
        assert "at least 1 1" not in table


def test_a_measurement_may_find_what_divides_to_be_anything_but_zero():
    ratio = bp.arctan(number(bp.Normal(0, 1), "x") / number(bp.Normal(0, 1), "y"))
    assert [row.width for row in ratio.value_of_information()] == pytest.approx([2.23, 2.34], abs=0.15)


# --- element by element -----------------------------------------------------------------------------------------------


def density(r=None):
    found = bp.assumed({"V1": "6 +/- 1 1", "V2": "5 +/- 2 1"}, axis="area", because="test", name="d")
    return found if r is None else bp.correlate(found, axis="area", r=r)


def test_swings_and_the_value_of_information_by_element():
    """Of a sum of normals, a known element takes its own variance out of the width."""
    total = density().total("area")
    width = 2 * 1.6448536269514722
    swings = {row.name: row.at_high - row.at_low for row in total.swings(by_element=True)}
    assert swings == pytest.approx({"d, V1": width, "d, V2": 2 * width}, rel=1e-3)
    known = total.value_of_information(by_element=True)
    assert [row.name for row in known] == ["d, V2", "d, V1"]
    whole = total.value_of_information()
    assert [row.name for row in whole] == ["d"]
    assert known.width == pytest.approx(whole.width)


def test_correlated_elements_move_along():
    total = density(0.5).total("area")
    swings = {row.name: row.at_high - row.at_low for row in total.swings(by_element=True)}
    width = 2 * 1.6448536269514722
    assert swings == pytest.approx({"d, V1": (1 + 0.5 * 2) * width, "d, V2": (2 + 0.5) * width}, rel=5e-3)


def test_too_many_elements_are_told():
    many = bp.assumed(bp.Normal(np.full(5000, 10.0), np.ones(5000)), "1", axis="cell", because="test", name="d")
    with pytest.raises(bp.errors.RangeError, match=r"swings\(\): 5,000 elements are too many"):
        many.total("cell").swings(by_element=True)


def test_the_share_of_a_choice_of_several_options_is_that_of_its_means():
    weights, centres, width = [0.45, 0.2, 0.2, 0.04, 0.04, 0.04, 0.03], [5.1, 5.5, 4.6, 6.2, 6.3, 5.7, 4.1], 0.2
    options = {f"v{k}": bp.assumed(bp.LogNormal(at, width), "1", because="test") for k, at in enumerate(centres)}
    chosen = bp.choose(options, weights=weights, because="test")
    base = bp.assumed(bp.LogNormal(0.0, 0.1), "1", because="test")
    middle = np.average(centres, weights=weights)
    between = np.average((np.array(centres) - middle) ** 2, weights=weights)
    found = (chosen * base + bp.exact("1e-9", "1")).drivers()  # the sum hides the product
    assert "± 0.01" in found.method
    assert found[0].share == pytest.approx(between / (between + width**2 + 0.1**2), abs=0.01)


def test_shares_of_an_array_are_those_of_its_elements_added_up():
    rows = {"a": bp.Normal(10, 1), "b": bp.Normal(20, 3), "c": bp.Normal(5, 2)}
    rows = bp.assumed(rows, "1", axis="k", because="a test", name="rows")
    y, z = (bp.assumed(bp.Normal(*each), "1", because="a test", name=n) for n, each in (("y", (3, 2)), ("z", (0, 4))))
    shares = {each.name: each.share for each in (rows.total() + y * z).drivers()}
    whole = 14 + 9 * 16 + 4 * 16
    assert shares["rows"] == pytest.approx(14 / whole, abs=1e-3)
    assert shares["z"] == pytest.approx(9 * 16 / whole, abs=1e-3)
    shares = {each.name: each.share for each in (rows.total() * y).drivers(scale="value")}
    whole = (35**2 + 14) * 13 - 35**2 * 9
    assert shares["rows"] == pytest.approx(14 * 9 / whole, abs=1e-3)
