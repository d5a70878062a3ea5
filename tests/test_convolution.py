"""Convolution: against closed forms, against integrals, and against Sobol points on random graphs."""

import math
import random
import warnings

import numpy as np
import pytest
from scipy import integrate, special

import brainparams as bp
from brainparams.engines import convolution
from brainparams.engines.factoring import factored, uses


def pure(belief, name):
    return bp.assumed(belief, "1", because="test", name=name)


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
    assert max(uses(factored(first_task().node)).values()) == 1


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
    assert max(uses(factored(shared.node)).values()) == 2
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
        (lambda x, y: bp.stacked([x, y], "row").total("row"), "along an axis"),
        (lambda x, y: bp.log(y - 5), "zero or negative"),
    ],
)
def test_it_says_why_it_declines(build, reason):
    x, y = pure(bp.LogNormal(0.0, 0.4), "x"), pure(bp.Normal(0.5, 0.6), "y")
    with pytest.raises(bp.NoClosedForm, match=reason):
        build(x, y).estimate(engine="convolution")


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


def test_it_agrees_with_sobol_points_on_random_graphs():
    done = 0
    for seed in range(80):
        quantity = random_graph(seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", bp.BrainparamsWarning)
            try:
                found = convolution.law(quantity.node)
            except bp.NoClosedForm:
                continue
            drawn = quantity.estimate(engine="sobol", digits=1)
        done += 1
        for p in (0.05, 0.5, 0.95):
            error = math.hypot(drawn.standard_error(p), found.standard_error(p))
            slack = (1e-3 if drawn.standard_error(p) == 0 else 3e-7) * abs(drawn.quantile(p))
            assert found.quantile(p) == pytest.approx(drawn.quantile(p), abs=6 * error + slack), (seed, p)
    assert done > 25
