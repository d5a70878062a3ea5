"""Convolution: against closed forms, against integrals, and against Sobol points on random graphs."""

import math
import random

import numpy as np
import pytest
from scipy import integrate, optimize, special

import brainparams as bp
from brainparams.convolution import search
from brainparams.convolution.factoring import factored
from brainparams.engines import convolution, smoothing
from brainparams.estimate import Drawn
from checks import number as pure


def test_a_product_of_lognormals_is_the_closed_form():
    a, b, c = (pure(bp.LogNormal(0.3, sigma), name) for sigma, name in ((0.2, "a"), (0.9, "b"), (1.5, "c")))
    for quantity in (a * b * c, a * b / c, a**2 * bp.sqrt(b), bp.exp(bp.log(a) + bp.log(b))):
        exact, found = quantity.estimate(engine="exact"), quantity.estimate(engine="convolution")
        for p in (0.01, 0.05, 0.5, 0.95, 0.99):
            assert found.quantile(p) == pytest.approx(exact.quantile(p), rel=1e-8)
        assert found.mean == pytest.approx(exact.mean, rel=1e-8)
        assert found.sd == pytest.approx(exact.sd, rel=1e-4)  # the tail that the nodes leave out


def test_a_sum_of_normals_is_the_closed_form():
    a, b, c = (pure(bp.Normal(mean, 1.0 + mean), f"x{mean}") for mean in (0.0, 1.0, 5.0))
    exact, found = (a + b - c).estimate(engine="exact"), (a + b - c).estimate(engine="convolution")
    for p in (0.01, 0.05, 0.5, 0.95, 0.99):
        assert found.quantile(p) == pytest.approx(exact.quantile(p), rel=1e-8)


def first_task():
    n = bp.assumed(bp.Normal(86.1e9, 8.1e9), "neuron", because="test", name="n")
    s = bp.assumed("1e3 to 1e4 synapse/neuron", because="test", name="s")
    p = bp.assumed(bp.Uniform(1, 2), "parameter/synapse", because="test", name="p")
    f = pure(bp.Beta(8, 2), "f")
    return n * s * p * f + n * bp.exact("1 parameter/neuron")


def probability_below(x):
    """P(n (s p f + 1) <= x), with s in closed form and the other three by adaptive and Gauss rules of another kind."""
    mu, sigma = math.log(1e3 * 1e4) / 2, math.log(10) / 2 / special.ndtri(0.95)
    scores, its = special.roots_hermitenorm(20)
    shares, theirs = special.roots_jacobi(30, 1, 7)  # the weight (1 - t) (1 + t)^7 of a Beta(8, 2)
    n = 86.1e9 + 8.1e9 * scores
    f = (1 + shares) / 2

    def at(p):
        inner = special.ndtr((np.log(x / n[:, None] - 1.0) - np.log(p * f[None, :]) - mu) / sigma)
        return (its / its.sum()) @ inner @ (theirs / theirs.sum())

    return integrate.quad(at, 1.0, 2.0, epsabs=1e-13)[0]


def test_an_input_used_twice_is_factored_out():
    assert max(factored(first_task().node).uses().values()) == 1


def gauge_block():
    """A length beside others, and in a small correction in which everything is a product of either sign."""
    length = pure(bp.StudentT(50_000_623.0, 25.0, 18), "length")
    beside = pure(bp.StudentT(215.0, 6.0, 24), "difference") + pure(bp.StudentT(0.0, 7.0, 8), "effects")
    warmer = pure(bp.Uniform(9.5e-6, 13.5e-6), "expansion") * pure(bp.Uniform(-0.05, 0.05), "temperature")
    return length + beside - bp.exact(50_000_000, "1") - length * warmer


def test_an_input_that_only_some_terms_share_is_factored_out_of_these():
    assert max(factored(gauge_block().node).uses().values()) == 1
    a, b, c, d = (pure(bp.LogNormal(0.1, 0.3), name) for name in "abcd")
    once = {
        repr(sorted(factored(each.node).uses().values())) for each in (a + b + a * c, a + b + c - a * d, a * b + c + d)
    }
    assert once == {"[1, 1, 1]", "[1, 1, 1, 1]"}
    assert (
        max(factored((a * b + b * c + c * a + d).node).uses().values()) == 2
    )  # no one of them can be pulled out of all


def test_large_numbers_that_cancel_settle_at_their_rounding():
    found, drawn = gauge_block().estimate(), gauge_block().estimate(engine="random", draws=400_000)
    assert found.engine == "convolution"
    for p in (0.01, 0.05, 0.5, 0.95, 0.99):
        assert found.quantile(p) == pytest.approx(drawn.quantile(p), abs=5 * drawn.standard_error(p))
        assert found.cdf(found.quantile(p)) == pytest.approx(p, abs=1e-7)
        assert found.quantile([p])[0] == pytest.approx(found.quantile(p), abs=1e-6)


def test_quantiles_are_right_to_nine_digits_against_another_integral():
    found = first_task().estimate(engine="convolution")
    for p in (0.05, 0.5, 0.95):
        assert probability_below(found.quantile(p)) == pytest.approx(p, rel=1e-9)
        assert found.standard_error(p) < 1e-8 * found.quantile(p)


def test_a_normal_many_deviations_above_zero_counts_as_positive():
    n = pure(bp.Normal(1.37e7, 2.24e6), "n")  # 5e-10 of it is below zero
    s = pure(bp.LogNormal(8.8, 0.18), "s")
    found, drawn = (n * s).estimate(), (n * s).estimate(engine="sobol", digits=4)
    assert found.engine == "convolution"
    for p in (0.05, 0.5, 0.95):
        assert found.quantile(p) == pytest.approx(drawn.quantile(p), abs=5 * drawn.standard_error(p))


def test_there_is_no_seed():
    found = first_task().estimate(engine="convolution", seed=7)
    assert (found.seed, found.draws) == (None, 0)
    assert found.median == first_task().estimate(engine="convolution", seed=8).median


def test_a_shared_input_is_held_at_its_nodes():
    x, y = pure(bp.LogNormal(0.0, 0.4), "x"), pure(bp.LogNormal(0.5, 0.6), "y")
    shared = x * y + bp.exp(x)
    assert max(factored(shared.node).uses().values()) == 2
    found, drawn = shared.estimate(engine="convolution"), shared.estimate(engine="sobol", digits=4)
    for p in (0.05, 0.5, 0.95):
        assert found.quantile(p) == pytest.approx(drawn.quantile(p), abs=5 * drawn.standard_error(p))


def test_rows_of_an_array_are_done_at_once():
    means = np.array([1e3, 5e3, 2e4])
    n = bp.assumed(bp.Normal(means, 0.1 * means), "neuron", because="test", axis="region", name="n")
    s = bp.assumed("1e3 to 1e4 synapse/neuron", because="test", name="s")
    found = (n * s).estimate()
    assert found.engine == "convolution"
    for row, mean in enumerate(means):
        one = bp.assumed(bp.Normal(mean, 0.1 * mean), "neuron", because="test", name="n") * s
        assert found.quantile(0.05)[row] == pytest.approx(one.estimate(engine="convolution").quantile(0.05), rel=1e-7)


def test_an_array_less_itself_is_a_zero_for_each_element():
    counts = {"cortex": "16.34(2.17)e9 neuron", "cerebellum": "69.03(6.65)e9 neuron"}
    x = bp.measured(counts, axis="region", source="azevedo2009")
    assert list((x - x).estimate().median) == [0, 0]
    assert list((x / x).estimate().median) == [1, 1]
    assert "cortex 0, cerebellum 0 neurons" in repr(x - x)


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda x, y: x * y + bp.log(x - 1 + y), "zero or negative"),
        (lambda x, y: bp.log(y - 5), "zero or negative"),
    ],
)
def test_it_says_why_it_declines(build, reason):
    x, y = pure(bp.LogNormal(0.0, 0.4), "x"), pure(bp.Normal(0.5, 0.6), "y")
    with pytest.raises(bp.NoClosedForm, match=reason):
        build(x, y).estimate(engine="convolution")


def test_both_inputs_of_the_wiring_information_may_be_uncertain():
    candidates = bp.assumed("1e10 to 1e11 neuron", because="test", name="n")
    connections = bp.assumed("1e3 to 1e4 connection/neuron", because="test", name="s")
    bits = bp.wiring_information(candidates, connections)
    found, drawn = bits.estimate(), bits.estimate(engine="random", draws=400_000)  # and no warning of an overflow
    for p in (0.05, 0.5, 0.95):
        error = math.hypot(drawn.standard_error(p), found.standard_error(p))
        assert found.quantile(p) == pytest.approx(drawn.quantile(p), abs=5 * error)


def mixed():
    a, b, c, d, e = (pure(BELIEFS[place](random.Random(place), 2.0), f"x{place}") for place in (0, 1, 5, 6, 7))
    return a * b * c * d * e + a * b


def test_digits_do_not_depend_on_the_session():
    """Inputs get new identities when they are made again; what stands first must not follow from those."""
    found = [mixed() for _ in range(6)]
    assert len({convolution.law(each.node).quantile(0.05) for each in found}) == 1
    assert len({each.estimate(engine="sobol", digits=1).quantile(0.05) for each in found}) == 1


def test_digits_do_not_depend_on_the_order_of_factors():
    parts = [pure(BELIEFS[place](random.Random(place), 2.0), f"x{place}") for place in (0, 2, 4, 5, 7)]
    one, other = math.prod(parts[1:], start=parts[0]), math.prod(parts[-2::-1], start=parts[-1])
    assert convolution.law(one.node).quantile(0.05) == convolution.law(other.node).quantile(0.05)


def test_a_quantile_that_no_value_has_is_not_taken_for_settled(monkeypatch):
    """Where a rule loses mass, every search beyond it ends at the same place, however fine the rule."""
    whole = convolution.mixed_cdf
    for module in (convolution, search):
        monkeypatch.setattr(module, "mixed_cdf", lambda *given: 0.9 * whole(*given))
    with pytest.raises(bp.NoClosedForm):
        convolution._settled(factored(first_task().node), 1, convolution.RULES, convolution.SETTLED, is_array=False)


# --- Sobol points with unknowns integrated in closed form ------------------------------------------------------------


def assert_within_errors(quantity, probability_below):
    """Sobol points against a distribution function in closed form, within their own standard errors."""
    found = quantity.estimate(engine="sobol", digits=2)
    ends = found.quantile(1e-6), found.quantile(1 - 1e-6)

    def excess(x, p):
        return probability_below(x) - p

    for p in (0.05, 0.25, 0.5, 0.75, 0.95):
        right = optimize.brentq(excess, *ends, args=(p,), xtol=1e-300, rtol=1e-14)
        assert found.quantile(p) == pytest.approx(right, abs=5 * found.standard_error(p), rel=1e-10), p


@pytest.mark.parametrize(
    "weights", [[0.2, 0.5, 0.3], [51.02 / 256, 0.5, 76.98 / 256], [0.01, 0.98, 0.01], [1 / 3, 1 / 3, 1 / 3]]
)
def test_error_bars_hold_where_a_discrete_input_has_few_values(weights):
    """A jump can fall between the same points of all replicates: their spread would be nil, and the bar too."""
    values = [253.0, 507.0, 1776.0]
    wide = bp.LogNormal(5.9, 0.37)
    assert_within_errors(
        pure(bp.Discrete(values, weights), "few") * pure(wide, "wide"),
        lambda x: sum(weight * wide.cdf(x / value) for value, weight in zip(values, weights, strict=True)),
    )


@pytest.mark.parametrize(("mean", "other"), [(45.7, 13.7), (20.0, 18.0), (13.0, 13.0)])
def test_error_bars_hold_for_the_larger_and_the_smaller_of_two(mean, other):
    one, two = bp.Normal(mean, 2.6), bp.Gamma(7.3, other / 7.3)
    a, b = pure(one, "a"), pure(two, "b")
    assert_within_errors(bp.maximum(a, b), lambda x: one.cdf(x) * two.cdf(x))
    assert_within_errors(bp.minimum(a, b), lambda x: 1 - (1 - one.cdf(x)) * (1 - two.cdf(x)))


CROSSING, POSITIVE = bp.Normal(1.0, 0.5), bp.LogNormal(0.0, 0.3)
OF_NEGATIVES = {
    "inverse": (lambda x, y: bp.exact(1, "1") / x, lambda x, y: 1 / x),
    "inverse square": (lambda x, y: x**-2, lambda x, y: x**-2.0),
    "inverse cube": (lambda x, y: x**-3, lambda x, y: x**-3.0),
    "square": (lambda x, y: x**2, lambda x, y: x**2),
    "quotient": (lambda x, y: y / x, lambda x, y: y / x),
    "product": (lambda x, y: x * y, lambda x, y: x * y),
    "negative inverse": (lambda x, y: -y / x, lambda x, y: -y / x),
    "of a square": (lambda x, y: (x * y) ** 2, lambda x, y: (x * y) ** 2),
}


@pytest.mark.parametrize("name", OF_NEGATIVES)
def test_points_of_an_input_that_can_be_negative(name):
    build, by_hand = OF_NEGATIVES[name]
    found = build(pure(CROSSING, "x"), pure(POSITIVE, "y")).estimate(engine="sobol", digits=2)
    rng, n = np.random.default_rng(1), 1_000_000
    draws = by_hand(rng.normal(1.0, 0.5, n), rng.lognormal(0.0, 0.3, n))
    for p in (0.01, 0.05, 0.3, 0.5, 0.7, 0.95, 0.99):
        below = np.count_nonzero(draws <= found.quantile(p)) / n
        slope, error = (found.quantile(p + 1e-3) - found.quantile(p - 1e-3)) / 2e-3, found.standard_error(p)
        assert below == pytest.approx(p, abs=5 * math.hypot(math.sqrt(p * (1 - p) / n), error / slope)), p


def test_what_jumps_between_points_is_drawn():
    """One side of a maximum is used elsewhere, or a discrete input has too many values to add them all up."""
    a, b = pure(bp.Normal(3, 1), "a"), pure(bp.LogNormal(1, 0.4), "b")
    few = [pure(bp.Discrete([1, 2, 5], [0.2, 0.5, 0.3]), f"few{place}") for place in range(3)]
    for quantity in (bp.maximum(a, b) + a, a * few[0] * few[1] * few[2]):
        assert smoothing.smoothable(quantity.node) is None
        assert isinstance(quantity.estimate(engine="sobol", digits=1).law, Drawn)
    for quantity in (
        bp.maximum(a, b),
        a * few[0] * few[1],
        bp.maximum(a, bp.exact(3, "1")) * b,
        bp.maximum(a * few[0], b * few[0]),
    ):
        assert isinstance(quantity.estimate(engine="sobol", digits=1).law, smoothing.Smoothed)


# --- random graphs ---------------------------------------------------------------------------------------------------

BELIEFS = (
    lambda rng, m: bp.LogNormal.from_median(m, rng.uniform(1.05, 4)),
    lambda rng, m: bp.LogNormal.from_median(m, rng.uniform(1.05, 2)),
    lambda rng, m: bp.Uniform(m * rng.uniform(0.1, 0.9), m),
    lambda rng, m: bp.LogUniform(m * rng.uniform(0.01, 0.9), m),
    lambda rng, m: bp.Beta(rng.uniform(0.7, 9), rng.uniform(0.7, 9)),
    lambda rng, m: bp.Triangular(m, m * rng.uniform(1.1, 2), m * rng.uniform(2.1, 4)),
    lambda rng, m: bp.Normal(m, m * rng.uniform(0.01, 0.12)),
    lambda rng, m: bp.Gamma(rng.uniform(1.5, 9), m),
    lambda rng, m: bp.Discrete([m, 2 * m, 7 * m], [0.2, 0.5, 0.3]),
)
OPERATIONS = (
    lambda a, b: a * b,
    lambda a, b: a * b,
    lambda a, b: a + b,
    lambda a, b: a / b,
    lambda a, b: a + b * 0.3,
    lambda a, b: a**2 * b,
    bp.minimum,
    bp.maximum,
)


def random_graph(seed):
    rng = random.Random(seed)
    inputs = [
        pure(rng.choice(BELIEFS)(rng, 10 ** rng.uniform(-2, 3)), f"x{place}") for place in range(rng.randrange(1, 6))
    ]
    parts = inputs + ([rng.choice(inputs)] if rng.random() < 0.4 else [])
    while len(parts) > 1:
        one = parts.pop(rng.randrange(len(parts)))
        other = parts.pop(rng.randrange(len(parts)))
        parts.append(rng.choice(OPERATIONS)(one, other))
    return parts[0]


ROUNDING = 1e-11  # where both are a step


def test_it_agrees_with_sobol_points_on_random_graphs():
    done = 0
    for seed in range(1000):
        quantity = random_graph(seed)
        try:
            found = convolution.law(quantity.node)
        except bp.NoClosedForm:
            continue
        drawn = quantity.estimate(engine="sobol", digits=1)
        done += 1
        for p in (0.05, 0.5, 0.95):
            error = math.hypot(drawn.standard_error(p), found.standard_error(p))
            assert found.quantile(p) == pytest.approx(drawn.quantile(p), abs=6 * error, rel=ROUNDING), (seed, p)
    assert done > 700


# --- a function is a row -----------------------------------------------------------------------------------------


def test_a_rising_function_is_convolved_from_its_row_alone():
    x = bp.assumed(bp.Normal(2, 0.1), "1", because="a test")
    bent = bp.arctan(x)
    assert bent.estimate().engine == "convolution"
    assert bent.median() == pytest.approx(math.atan(2.0), rel=1e-9)
    for p in (0.05, 0.95):
        assert bent.quantile(p) == pytest.approx(math.atan(x.quantile(p)), rel=1e-6)


def test_a_function_that_rises_and_falls_is_added_up():
    x = bp.assumed(bp.Uniform(0, 2 * math.pi), "1", because="a test")
    found = bp.sin(x).estimate(engine="convolution")
    for p in (0.05, 0.3, 0.5, 0.95):  # the arcsine law
        assert found.quantile(p) == pytest.approx(math.sin(math.pi * (p - 0.5)), abs=2e-5)
    y = bp.assumed(bp.Normal(2, 0.5), "1", because="a test")
    found = (bp.sin(y) + bp.cos(x)).estimate(engine="convolution")
    drawn = (bp.sin(y) + bp.cos(x)).estimate(engine="random", draws=400_000)
    for p in (0.05, 0.5, 0.95):
        assert found.quantile(p) == pytest.approx(drawn.quantile(p), abs=5 * drawn.standard_error(p))


def test_the_reciprocal_of_something_positive_is_never_below_zero():
    """The probability of 0 or less was -1, so that an exponential of an inverse one level above was lost."""
    a, b = pure(bp.Normal(0.35, 0.015), "a"), pure(bp.Normal(0.37, 0.02), "b")
    one, other = pure(bp.Normal(0.0, 1.0), "one"), pure(bp.Normal(0.0, 1.0), "other")
    ratio = a * bp.exp(0.06 * one) / (b * bp.exp(0.1 * other)) * bp.exp(16 * a - 21 * b)
    power = 1 / bp.exp(bp.log(ratio) / (a + b))
    drawn = power.estimate(engine="random", draws=200_000)
    for p in (0.1, 0.5, 0.9):
        assert power.estimate(engine="sobol").quantile(p) == pytest.approx(
            drawn.quantile(p), abs=5 * drawn.standard_error(p)
        )
