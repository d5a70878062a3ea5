"""Convolution by tables and by spectra: against closed forms of shapes that have kinks or steps, or many factors."""

import copy
import math
import pickle
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

import brainparams as bp
from brainparams.convolution.factoring import factored
from brainparams.engines import convolution
from brainparams.engines.convolution import Convolved, InBlocks, Tabled
from brainparams.makers import arctan
from checks import number as pure

PROBABILITIES = (0.01, 0.05, 0.3, 0.5, 0.9, 0.99)


def uniform(name, low=0.0, high=1.0):
    return pure(bp.Uniform(low, high), name)


# --- grids -----------------------------------------------------------------------------------------------------------


def test_a_sum_of_three_uniforms_is_irwin_and_hall():
    law = convolution.law((uniform("a") + uniform("b") + uniform("c")).node)
    for p in PROBABILITIES:
        x = law.quantile(p)
        terms = [(-1) ** k * math.comb(3, k) * (x - k) ** 3 for k in range(4) if k <= x]
        assert sum(terms) / 6 == pytest.approx(p, abs=1e-6)


@pytest.mark.parametrize("many", [2, 3])
def test_a_product_of_uniforms_is_the_closed_form(many):
    # −ln of a product of n uniforms on 0 to 1 is Gamma(n, 1); here each runs from 1e-3 to 1, and the tail is cut
    low = 1e-3
    parts = [uniform(f"x{place}", low, 1.0) for place in range(many)]
    law = convolution.law(math.prod(parts[1:], start=parts[0]).node)
    assert isinstance(law, Tabled)
    if many == 2:
        for p in PROBABILITIES:
            x = law.quantile(p)
            # P(ab <= x) = integral over a of clip((x / a - low) / (1 - low), 0, 1)
            edges = np.clip([x, x / low], low, 1.0)
            inside = x * np.log(edges[1] / edges[0]) - low * (edges[1] - edges[0])
            exact = ((edges[0] - low) * (1 - low) + inside) / (1 - low) ** 2
            assert exact == pytest.approx(p, abs=1e-7)
    drawn = bp.Quantity(math.prod(parts[1:], start=parts[0]).node).estimate(engine="random", draws=200_000)
    for p in PROBABILITIES:
        assert law.quantile(p) == pytest.approx(drawn.quantile(p), abs=5 * drawn.standard_error(p))


def test_a_discrete_number_times_a_uniform_is_a_mixture():
    chosen = pure(bp.Discrete([1, 2, 5], [0.2, 0.3, 0.5]), "d")
    law = convolution.law((chosen * uniform("u", 1.0, 3.0)).node)
    for p in (0.1, 0.35, 0.6, 0.9):
        x = law.quantile(p)
        below = sum(w * np.clip((x / v - 1) / 2, 0, 1) for v, w in ((1, 0.2), (2, 0.3), (5, 0.5)))
        assert below == pytest.approx(p, abs=1e-9)


def test_the_smaller_of_a_product_and_a_number():
    a, b, c = uniform("a", 1, 2), uniform("b", 1, 3), uniform("c", 0, 9)
    smaller = bp.minimum(a * b, c)
    law, product = convolution.law(smaller.node), convolution.law((a * b).node)
    for x in (0.5, 1.5, 3.0, 5.0):
        exact = 1 - (1 - product.cdf(x)[0]) * (1 - x / 9)
        assert law.cdf(x)[0] == pytest.approx(exact, abs=2e-7)


def test_moments_on_a_grid():
    law = convolution.law((uniform("a", 1, 2) * uniform("b", 1, 3)).node)
    assert law.mean() == pytest.approx(3.0, rel=1e-6)
    second = (7 / 3) * (26 / 6)
    assert law.sd() == pytest.approx(math.sqrt(second - 9.0), rel=1e-5)


def test_the_error_bar_holds_what_the_grid_gets_wrong():
    law = convolution.law((uniform("a", 1, 2) + uniform("b", 1, 3)).node)
    for p in (0.05, 0.1):  # below the first kink the distribution function is (x - 2)^2 / 4
        assert abs(law.quantile(p) - (2 + 2 * math.sqrt(p))) <= 4 * law.standard_error(p) + 1e-9


def test_tables_decline_with_both_reasons():
    a, b = uniform("a", 1, 4), uniform("b", 1, 4)
    with pytest.raises(bp.NoClosedForm, match=r"longer.*an input is used more than once"):
        (a * b + uniform("c") * bp.exp(-a)).estimate(engine="convolution")


def test_two_wide_kinks_and_a_third_agree_with_random_draws():
    a, b = pure(bp.LogUniform(1, 1e4), "a"), pure(bp.LogUniform(1, 1e4), "b")
    quantity = a * b + uniform("c")
    law, drawn = convolution.law(quantity.node), quantity.estimate(engine="random", draws=400_000)
    for p in PROBABILITIES:
        assert law.standard_error(p) <= 1e-4 * law.quantile(p)
        assert law.quantile(p) == pytest.approx(drawn.quantile(p), abs=5 * drawn.standard_error(p))


@pytest.mark.parametrize(
    "build",
    [
        lambda: uniform("a", 1, 2) * uniform("b", 1, 3),
        lambda: pure(bp.LogNormal(0, 1), "a") + pure(bp.LogNormal(-1, 0.5), "b"),
        lambda: pure(bp.LogNormal(0, 1), "a") * pure(bp.LogNormal(0, 0.3), "b") + pure(bp.LogNormal(-1, 0.5), "c"),
        lambda: math.prod([pure(bp.LogNormal(0, 0.3), name) for name in "abcd"], start=uniform("e", 1, 2)),
    ],
)
def test_a_law_comes_back_from_a_pickle(build):
    estimate = build().estimate(engine="convolution")
    back = pickle.loads(pickle.dumps(estimate))
    assert back.quantile(0.05) == estimate.quantile(0.05)
    assert back.quantile(0.123) == pytest.approx(estimate.quantile(0.123), rel=1e-9)
    assert back.standard_error(0.5) == estimate.standard_error(0.5)
    assert copy.deepcopy(estimate).quantile(0.77) == pytest.approx(estimate.quantile(0.77), rel=1e-9)


# --- spectra ---------------------------------------------------------------------------------------------------------


@given(sigmas=st.lists(st.floats(0.05, 2.0), min_size=4, max_size=8))
@settings(deadline=None, max_examples=25)
def test_a_product_of_many_lognormals_is_the_closed_form(sigmas):
    parts = [pure(bp.LogNormal(0.1, sigma), f"x{place}") for place, sigma in enumerate(sigmas)]
    law = convolution.law(math.prod(parts[1:], start=parts[0]).node)
    total = math.hypot(*sigmas)
    for p in PROBABILITIES:
        assert law.quantile(p) == pytest.approx(math.exp(0.1 * len(sigmas) + total * special.ndtri(p)), rel=1e-6)


def test_many_factors_of_mixed_shapes_agree_with_sobol_points():
    beliefs = [bp.LogNormal(0, 0.7), bp.Normal(10, 1), bp.Uniform(1, 2), bp.Beta(8, 2), bp.LogUniform(1, 10)]
    quantity = math.prod([pure(each, f"x{place}") for place, each in enumerate(beliefs)], start=bp.exact(1, "1"))
    law = convolution.law(quantity.node)
    drawn = bp.Quantity(quantity.node).estimate(engine="random", draws=400_000)
    for p in PROBABILITIES:
        assert law.standard_error(p) <= 1e-6 * law.quantile(p)
        assert law.quantile(p) == pytest.approx(drawn.quantile(p), abs=5 * drawn.standard_error(p))


# --- sums of many terms, and many rows -------------------------------------------------------------------------------


def test_a_sum_of_many_normals_is_the_closed_form():
    parts = [pure(bp.Normal(10.0 + place, 1.0 + place / 3), f"x{place}") for place in range(6)]
    law = convolution.law(sum(parts[1:], start=parts[0]).node)
    assert isinstance(law, Convolved)
    mean, sd = sum(10.0 + place for place in range(6)), math.hypot(*(1.0 + place / 3 for place in range(6)))
    for p in PROBABILITIES:
        assert law.quantile(p) == pytest.approx(mean + sd * special.ndtri(p), rel=1e-6)


def test_a_sum_of_products_agrees_with_random_draws():
    regions = [
        pure(bp.Normal(2.0 + place, 0.3), f"n{place}") * pure(bp.LogNormal(place - 1.0, 0.6), f"s{place}")
        for place in range(4)
    ]
    total = sum(regions[1:], start=regions[0])
    law = convolution.law(total.node)
    drawn = bp.Quantity(total.node).estimate(engine="random", draws=400_000)
    for p in PROBABILITIES:
        assert law.standard_error(p) <= 1e-6 * law.quantile(p)
        assert law.quantile(p) == pytest.approx(drawn.quantile(p), abs=5 * drawn.standard_error(p))


def test_many_rows_in_blocks_agree_with_rows_alone():
    generator = np.random.default_rng(1)
    means, low = np.exp(generator.normal(0, 1, 1500)), np.exp(generator.normal(0, 0.3, 1500))
    n = bp.assumed(bp.Normal(means, 0.1 * means), "neuron", because="test", axis="row", name="n")
    s = bp.assumed(
        bp.LogNormal.from_interval(low, 10 * low, level=0.9), "synapse/neuron", because="test", axis="row", name="s"
    )
    task = n * s * pure(bp.Uniform(1, 2), "p") + n * bp.exact("1 synapse/neuron")
    law = convolution.law(task.node, digits=2)
    assert isinstance(law, InBlocks)
    found = {p: law.quantile(p) for p in (0.05, 0.5, 0.95)}
    for row in (0, 700, 1499):
        one = convolution.law(task[str(row)].node if isinstance(task.axes["row"][0], str) else task[row].node)
        for p, values in found.items():
            assert values[row] == pytest.approx(one.quantile(p), rel=1e-3)
    assert law.standard_error(0.5).max() <= 1e-3 * found[0.5].max()
    assert law.mean().shape == law.sd().shape == law.cdf(5.0)[0].shape == (1500,)


def test_the_total_of_many_rows_with_a_shared_input_agrees_with_random_draws():
    ends = {f"r{place}": f"{place + 1}e6 to {place + 3}e7 neuron" for place in range(40)}
    neurons = bp.assumed(ends, axis="region", because="test", name="n")
    total = (neurons * bp.assumed("1e3 to 1e4 synapse/neuron", because="test", name="s")).total("region")
    law = convolution.law(total.node)
    drawn = bp.Quantity(total.node).estimate(engine="random", draws=400_000)
    for p in PROBABILITIES:
        assert law.standard_error(p) <= 1e-6 * law.quantile(p)
        assert law.quantile(p) == pytest.approx(drawn.quantile(p), abs=5 * drawn.standard_error(p))


# --- numbers that are clipped ----------------------------------------------------------------------------------------

ZERO, ONE = bp.exact(0, "1"), bp.exact(1, "1")


@pytest.mark.parametrize(
    "clipped",
    [
        lambda a, b: bp.minimum(bp.maximum(a, ZERO), ONE) * b,
        lambda a, b: bp.maximum(a, ZERO) * b,
        lambda a, b: bp.minimum(bp.maximum(a, ZERO), ONE) + b,
        lambda a, b: bp.maximum(a, ZERO) ** 2,
        lambda a, b: bp.sqrt(bp.maximum(a, ZERO)) + b,
        lambda a, b: bp.minimum(a + b, ONE),
    ],
)
def test_what_is_clipped_has_a_step_where_it_ends(clipped):
    quantity = clipped(pure(bp.Normal(0, 1), "a"), bp.assumed("1 to 10", "1", because="test", name="b"))
    found, draws = quantity.estimate(), np.asarray(quantity.to_numpy(200_000, seed=3))
    for p in (0.05, 0.25, 0.5, 0.75, 0.95):
        value, error = found.quantile(p), 2 * found.standard_error(p) + 1e-12
        slack = 4 * math.sqrt(p * (1 - p) / len(draws))
        assert np.mean(draws < value - error) - slack <= p <= np.mean(draws <= value + error) + slack
    assert found.mean == pytest.approx(draws.mean(), abs=4 * draws.std() / math.sqrt(len(draws)))


def test_a_number_capped_below_nearly_all_of_it_has_its_mean():
    capped = bp.minimum(pure(bp.Normal(0, 1), "a") + pure(bp.LogNormal.from_interval(1, 100, level=0.9), "b"), 2 * ONE)
    draws = np.asarray(capped.to_numpy(1_000_000, seed=1))
    assert capped.mean() == pytest.approx(draws.mean(), abs=4 * draws.std() / 1000)


def test_what_is_narrow_beside_a_large_value_settles_in_probability():
    quantity = pure(bp.LogNormal.from_interval(1e-9, 1e-3, level=0.9), "a") + pure(bp.Normal(1, 1e-6), "b")
    found, draws = quantity.estimate(), np.asarray(quantity.to_numpy(400_000, seed=3))
    for p in (0.25, 0.5, 0.75):
        assert np.mean(draws <= found.quantile(p)) == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / len(draws)))


def test_moments_of_correlated_bounded_inputs_take_no_longer_than_a_second():
    pair = (pure(bp.Beta(2, 3), "a"), pure(bp.Gamma(2, 3), "b"))
    a, b = bp.correlate({pair: -0.6}, kind="normal-scores")
    start = time.process_time()
    mean = (a + b).mean()
    assert time.process_time() - start < 3
    assert mean == pytest.approx(6.4, rel=1e-9)


BENT = {
    "a share that is used once": (lambda ratio: 1 / (1 + ratio), lambda x: 1 / x - 1),
    "one more": (lambda ratio: 1 + ratio, lambda x: x - 1),
    "less than one": (lambda ratio: 1 - ratio, lambda x: 1 - x),
    "the logarithm of one more": (lambda ratio: bp.log(1 + ratio), math.expm1),
    "an angle": (arctan, math.tan),
    "the root of one more": (lambda ratio: bp.sqrt(ratio + 4), lambda x: x * x - 4),
}


@pytest.mark.parametrize("sigma", [1.0, 5.0, 12.0])
@pytest.mark.parametrize("how", BENT)
def test_a_table_has_points_where_a_function_of_many_decades_bends(how, sigma):
    function, back = BENT[how]
    ratio = pure(bp.LogNormal(0.0, sigma), "one") / pure(bp.LogNormal(0.0, sigma), "other")
    table = factored(function(ratio).node).table()
    for score in (-1.0, -0.3, -0.05, 0.05, 0.3, 1.0):
        x = float(table.at_score(np.array([score]))[0])
        right = special.ndtr(math.log(back(x)) / (sigma * math.sqrt(2)))
        right = 1 - right if how in ("a share that is used once", "less than one") else right
        assert special.ndtr(score) == pytest.approx(right, abs=table.error + 1e-7), score
