"""Means and standard deviations without drawing: against closed forms, mpmath and many draws."""

import itertools
import math
import time

import mpmath
import numpy as np
import pytest
from scipy import special

import brainparams as bp
import graphs
from brainparams.engines.moments import expectation_of
from brainparams.errors import MomentError
from brainparams.makers import arctan


def pure(belief, name=None):
    return bp.assumed(belief, "1", because="a test", name=name)


def text(value):
    return bp.assumed(value, because="a test")


NEURONS = "86.06(8.12)e9 neuron"


def lognormal(low, high):
    mu, sigma = math.log(low * high) / 2, math.log(high / low) / 2 / 1.6448536269514722
    return math.exp(mu + sigma**2 / 2), math.exp(mu + sigma**2 / 2) * math.sqrt(math.expm1(sigma**2))


def of_product(*parts):
    mean = math.prod(mean for mean, _ in parts)
    return mean, math.sqrt(math.prod(m**2 + s**2 for m, s in parts) - mean**2)


def of_sum(*parts):
    return sum(mean for mean, _ in parts), math.hypot(*(sd for _, sd in parts))


WIDE, UNIFORM = lognormal(1, 1e8), (0.5, math.sqrt(1 / 12))
CASES = {
    "a count times eight decades": (
        lambda: text(NEURONS) * text("1 to 1e8 synapse/neuron"),
        of_product((86.06e9, 8.12e9), WIDE),
    ),
    "a wide number times a fraction": (lambda: text("10 to 1e6 1") * pure(bp.Uniform(0, 1)), None),
    "a gamma with a pole": (lambda: pure(bp.Gamma(0.05, 5)) * pure(bp.Uniform(1, 3)), (0.5, 2.331844763)),
    "a sum of wide ones": (
        lambda: text("1e13 to 1e17 operation") + text("1e14 to 1e15 operation"),
        of_sum(lognormal(1e13, 1e17), lognormal(1e14, 1e15)),
    ),
    "wide times normal": (
        lambda: text("1e13 to 1e17 operation") * text("5 +/- 1 1"),
        of_product(lognormal(1e13, 1e17), (5.0, 1.0)),
    ),
    "a wide difference": (
        lambda: text("1e-6 to 1e6 1") - text("1e-6 to 1e6 1"),
        (0.0, math.sqrt(2) * lognormal(1e-6, 1e6)[1]),
    ),
    "a tenth power": (lambda: pure(bp.Uniform(0, 1)) ** 10, (1 / 11, math.sqrt(1 / 21 - 1 / 121))),
    "a fourth power of a beta": (lambda: pure(bp.Beta(0.3, 0.8)) ** 4, (0.100820501, 0.221128727)),
    "a capped number": (lambda: bp.minimum(text("1 to 10 1"), bp.exact("5 1")), (3.228774994, 1.435053922)),
    "the exponential of a capped number": (
        lambda: bp.exp(bp.minimum(text("0.939 to 23.8 1"), bp.exact("20 1"))),
        (38334818.71, 127000453.72),
    ),
    "two of one range": (lambda: text("1 to 10 1") + text("1 to 10 1"), of_sum(*[lognormal(1, 10)] * 2)),
    "a wide leaf": (lambda: text("1 to 1e6 1"), lognormal(1, 1e6)),
}
CASES["a wide number times a fraction"] = (
    CASES["a wide number times a fraction"][0],
    of_product(lognormal(10, 1e6), UNIFORM),
)


@pytest.mark.parametrize("name", CASES)
def test_moments_that_exist_are_computed_in_full(name):
    build, (mean, sd) = CASES[name]
    found = build().estimate()
    assert found.mean == pytest.approx(mean, rel=1e-8, abs=1e-9 * sd)
    assert found.sd == pytest.approx(sd, rel=1e-8)
    assert found.standard_error("mean") <= 1e-6 * max(abs(mean), sd)
    assert found.standard_error("sd") <= 1e-6 * sd


def test_every_engine_but_the_linear_one_gives_the_same_moments():
    wide = text("1e13 to 1e17 operation") * text("5 +/- 1 1")
    mean, sd = of_product(lognormal(1e13, 1e17), (5.0, 1.0))
    for asked in ({"engine": "sobol"}, {"engine": "random", "draws": 100_000}, {"seed": 3}):
        found = wide.estimate(**asked)
        assert (found.mean, found.sd) == (pytest.approx(mean, rel=1e-9), pytest.approx(sd, rel=1e-9))


def test_correlated_wide_inputs():
    belief = bp.LogNormal.from_interval(1, 1e3, level=0.9)
    a, b = bp.correlate({(pure(belief, "a"), pure(belief, "b")): 0.5}, kind="normal-scores")
    mean, sd = lognormal(1, 1e3)
    covariance = mean**2 * math.expm1(0.5 * belief.sigma**2)
    found = (a + b).estimate()
    assert found.mean == pytest.approx(2 * mean, rel=1e-9)
    assert found.sd == pytest.approx(math.sqrt(2 * sd**2 + 2 * covariance), rel=1e-9)


def test_two_spellings_of_one_belief_agree():
    low, high = bp.LogNormal.from_median(1, 1.5), bp.LogNormal.from_median(1e6, 1.5)
    u = pure(bp.Uniform(1, 3))
    mixed = pure(bp.Mixture([low, high], [0.9, 0.1])) * u
    options = {"a": pure(low, "a"), "b": pure(high, "b")}
    chosen = bp.choose(options, weights={"a": 0.9, "b": 0.1}, because="a test") * u
    right = 2 * (0.9 * low.mean + 0.1 * high.mean)
    assert mixed.mean() == pytest.approx(right, rel=1e-9)
    assert chosen.mean() == pytest.approx(right, rel=1e-9)
    assert mixed.sd() == pytest.approx(chosen.sd(), rel=1e-9)
    assert mixed.median() == pytest.approx(chosen.median(), rel=1e-5)


# --- beside a pole ---------------------------------------------------------------------------------------------------


def by_the_rule(function, cv):
    """The mean with 1e-12 of the probability left out beside the pole, on either side, by mpmath."""
    below = mpmath.ncdf(-1 / mpmath.mpf(cv))
    total = mpmath.mpf(0)
    for sign, mass in ((-1, below), (1, 1 - below)):
        if mass > 1e-12:
            left_out = below + sign * mpmath.mpf("1e-12")
            end = mpmath.sqrt(2) * mpmath.erfinv(2 * left_out - 1)
            edges = sorted({end, *(mpmath.mpf(z) for z in range(-30, 31) if (z - end) * sign > 0), sign * 30})
            total += mpmath.quad(lambda z: function(1 + cv * z) * mpmath.npdf(z), edges)
    return float(total)


@pytest.mark.parametrize("cv", [0.05, 0.1, 0.16, 0.18, 0.2, 0.21])
def test_an_inverse_of_a_normal_has_one_rule_at_every_width(cv):
    found = (1 / pure(bp.Normal(1, cv))).estimate()
    assert found.mean == pytest.approx(by_the_rule(lambda x: 1 / x, cv), rel=1e-6)
    assert found.standard_error("mean") < 0.01


def test_means_beside_a_pole_as_they_were_settled():
    assert [round((1 / pure(bp.Normal(1, cv))).mean(), 4) for cv in (0.1, 0.16, 0.18, 0.21)] == [
        1.0103,
        1.0279,
        1.0362,
        1.052,
    ]


@pytest.mark.parametrize(
    "build",
    [
        lambda: bp.exact("1.5e14 synapse") / text("86(30)e9 neuron"),
        lambda: 1 / pure(bp.Normal(1, 0.35)),
        lambda: 1 / pure(bp.Uniform(0, 1)),
        lambda: pure(bp.Normal(5, 1)) / pure(bp.Normal(1, 1)),
        lambda: pure(bp.StudentT(0, 1, 1)),
        lambda: pure(bp.StudentT(0, 1, 1)) + pure(bp.StudentT(0, 1, 1)),
        lambda: pure(bp.LogNormal(0, 1)) / (pure(bp.Normal(0, 1)) + pure(bp.Uniform(0, 1))),
        lambda: pure(bp.StudentT(0, 1, 1.5)) ** 2,
        lambda: bp.exp(pure(bp.LogNormal(0, 1))),
    ],
)
def test_where_there_is_no_mean_it_says_so_and_names_the_median(build):
    quantity = build()
    for ask in (quantity.mean, quantity.sd, lambda: quantity.estimate().mean):
        with pytest.raises(MomentError, match=r"no (mean|standard deviation).*\.median\(\)"):
            ask()
    assert math.isfinite(quantity.median())


@pytest.mark.parametrize("cv", [0.1, 0.16, 0.17, 0.18, 0.19, 0.2])
@pytest.mark.parametrize(("build", "function"), [(bp.log, mpmath.log), (bp.sqrt, mpmath.sqrt)])
def test_logarithm_and_root_of_a_normal_have_moments_where_nothing_is_below_zero(cv, build, function):
    start = -1 / mpmath.mpf(cv) * (1 - mpmath.mpf("1e-12"))
    right = mpmath.quad(lambda z: function(1 + cv * z) * mpmath.npdf(z), [start, -3, -1, 0, 1, 3, 30])
    assert build(pure(bp.Normal(1, cv))).mean() == pytest.approx(float(right), abs=2e-6)


# --- neighbours: every kind of belief in every combination, against many draws ----------------------------------------

KINDS = {
    "normal": bp.Normal(3, 0.4),
    "lognormal": bp.LogNormal(0.5, 0.6),
    "gamma": bp.Gamma(2.5, 0.8),
    "uniform": bp.Uniform(0.5, 3),
    "loguniform": bp.LogUniform(0.5, 5),
    "triangular": bp.Triangular(1, 2, 4),
    "pert": bp.PERT(1, 2, 6),
    "beta": bp.Beta(2, 3),
    "studentt": bp.StudentT(8, 0.3, 40),
    "shiftedlognormal": bp.ShiftedLogNormal(0.5, 0, 0.5),
    "discrete": bp.Discrete([1, 2, 5], [0.5, 0.3, 0.2]),
    "empirical": bp.Empirical([1.0, 1.5, 2.5, 4.0]),
    "mixture": bp.Mixture([bp.Normal(2, 0.1), bp.LogNormal(1.5, 0.3)], [0.6, 0.4]),
    "truncated": bp.Truncated(bp.Normal(2, 1), low=0.5),
}
WAYS = {
    "sum": lambda a, b: (a + 2 * b, lambda x, y: x + 2 * y),
    "difference": lambda a, b: (a - b, lambda x, y: x - y),
    "product": lambda a, b: (a * b, lambda x, y: x * y),
    "quotient": lambda a, b: (a / (1 + b * b), lambda x, y: x / (1 + y * y)),
    "power": lambda a, b: (a**3 * bp.sqrt(b), lambda x, y: x**3 * np.sqrt(y)),
    "minimum": lambda a, b: (bp.minimum(a, b), np.minimum),
    "maximum": lambda a, b: (bp.maximum(a, b) ** 2, lambda x, y: np.maximum(x, y) ** 2),
    "exponential": lambda a, b: (bp.exp(-a - b / 2), lambda x, y: np.exp(-x - y / 2)),
    "logarithm": lambda a, b: (bp.log(1 + a) * b, lambda x, y: np.log(1 + x) * y),
    "shared": lambda a, b: (a * b + a, lambda x, y: x * y + x),
    "shared otherwise": lambda a, b: (a / (a + b), lambda x, y: x / (x + y)),
}
DRAWS = 400_000


@pytest.mark.parametrize("way", WAYS)
def test_moments_agree_with_many_draws(way):
    rng = np.random.default_rng(11)
    drawn = {name: belief.draw(rng, DRAWS) for name, belief in KINDS.items()}
    names = list(KINDS)
    pairs = zip(names, names[3:] + names[:3], strict=True)
    for one, other in itertools.chain(pairs, [("gamma", "studentt"), ("lognormal", "normal")]):
        if way == "exponential" and "studentt" in (one, other):
            continue  # its lower tail falls like a power: there is none
        quantity, by_hand = WAYS[way](pure(KINDS[one], "a"), pure(KINDS[other], "b"))
        values = by_hand(drawn[one], drawn[other])
        found = quantity.estimate(digits=2)
        error = values.std() / math.sqrt(DRAWS)
        assert found.mean == pytest.approx(values.mean(), abs=5 * math.hypot(error, found.standard_error("mean"))), (
            one,
            other,
        )
        away = (values - values.mean()) ** 2
        spread = away.std() / math.sqrt(DRAWS) / (2 * values.std())
        assert found.sd == pytest.approx(values.std(), abs=6 * math.hypot(spread, found.standard_error("sd"))), (
            one,
            other,
        )


def test_moments_of_an_array_see_the_tails_of_each_row():
    wide = {"a": "1 to 1e6 synapse/neuron", "b": "10 to 1e5 synapse/neuron"}
    rows = bp.assumed(wide, axis="region", because="a test") * text("86(8)e9 neuron")
    found = rows.estimate()
    right = [of_product(lognormal(1, 1e6), (86e9, 8e9)), of_product(lognormal(10, 1e5), (86e9, 8e9))]
    assert found.mean == pytest.approx([mean for mean, _ in right], rel=1e-9)
    assert found.sd == pytest.approx([sd for _, sd in right], rel=1e-9)


def test_draws_give_moments_with_an_error_where_no_algebra_does():
    a, b, c = (pure(bp.Gamma(3, 1), name) for name in "abc")
    found = (bp.minimum(a * b, a * c) * bp.maximum(b, c + a)).estimate(digits=2)
    rng = np.random.default_rng(5)
    x, y, z = rng.gamma(3, 1, (3, 1_000_000))
    values = np.minimum(x * y, x * z) * np.maximum(y, z + x)
    assert found.standard_error("mean") > 0
    error = math.hypot(found.standard_error("mean"), values.std() / 1000)
    assert found.mean == pytest.approx(values.mean(), abs=5 * error)


def test_a_jump_in_a_shared_input_is_seen_by_the_mean():
    r, mu, sigma = -0.3, 1.5, 1.2
    x, y = pure(bp.Discrete([-1, 0.5, 3], [0.2, 0.5, 0.3]), "x"), pure(bp.LogNormal(mu, sigma), "y")
    a, b = bp.correlate({(x, y): r}, kind="normal-scores")
    found = (a * b).estimate()
    # E[exp(σ z₂) | z₁] is exp(σ² / 2) with the score of x moved by r σ
    edges = special.ndtr(special.ndtri(np.array([0.0, 0.2, 0.7, 1.0])) - r * sigma)
    right = math.exp(mu + sigma**2 / 2) * float(np.diff(edges) @ [-1, 0.5, 3])
    assert found.mean == pytest.approx(right, rel=1e-4)
    assert abs(found.mean - right) <= 2 * found.standard_error("mean")


def test_the_far_tail_of_a_shared_input_is_seen_by_the_mean():
    w, n = pure(bp.LogNormal(0, 5), "w"), pure(bp.Normal(1, 0.3), "n")
    assert (w * (w + n)).mean() == pytest.approx(math.exp(50) + math.exp(12.5), rel=1e-6)


def test_moments_over_slow_beliefs_stay_in_their_budget():
    a, b = pure(bp.Mixture([bp.Normal(-2, 0.1), bp.LogNormal(1, 0.5)], [0.4, 0.6]), "a"), pure(bp.Gamma(2, 1), "b")
    a, b = bp.correlate({(a, b): 0.5}, kind="spearman")
    start = time.process_time()
    found = (bp.minimum(a, b) * a / (b + 1)).estimate(digits=2)
    assert found.standard_error("mean") >= 0
    assert time.process_time() - start < 6


def test_the_mean_of_what_cancels_is_zero():
    n, t, u = pure(bp.Normal(0, 1), "n"), pure(bp.StudentT(0, 1, 9), "t"), pure(bp.Uniform(-1, 1), "u")
    for odd in (n**3, n**5, n * n * n, t**3, u**7, bp.sin(n), bp.arctan(t)):
        assert odd.mean() == 0.0
    assert (pure(bp.Normal(1e-12, 1), "m") ** 3).mean() == pytest.approx(3e-12, rel=1e-3)


STUDENT = bp.assumed(bp.StudentT(3, 1, 3), "1", because="test", name="t")
RANGE = bp.assumed("1 to 10 1", because="test", name="x")
NORMAL = bp.assumed(bp.Normal(0, 1), "1", because="test", name="n")
ZERO = bp.exact("0", "1")


@pytest.mark.parametrize(
    ("quantity", "mean"),
    [
        (STUDENT * STUDENT, 12.0),  # sd² ν / (ν − 2) + mean²
        (STUDENT * STUDENT - RANGE, 12.0 - RANGE.mean()),
        (bp.assumed(bp.StudentT(1, 2, 5), "1", because="test") ** 3, 21.0),  # 1 + 3 · 20/3
        (bp.assumed(bp.Uniform(0, 1), "1", because="test") ** -0.7, 1 / 0.3),
        (bp.exact("1", "1") / bp.assumed(bp.Gamma(1.5, 2), "1", because="test"), 1.0),  # 1 / (θ (k − 1))
        (bp.exact("1", "1") / bp.assumed(bp.Beta(1.5, 2), "1", because="test"), 5.0),  # (a + b − 1) / (a − 1)
        (bp.exp(NORMAL * NORMAL * bp.exact("0.3", "1")), 0.4**-0.5),
    ],
    ids=str,
)
def test_a_mean_is_there_though_the_variance_is_not(quantity, mean):
    assert quantity.mean() == pytest.approx(mean, rel=1e-6)
    with pytest.raises(MomentError):
        quantity.sd()


@pytest.mark.parametrize("k", [2.5, 3.0, 5.0])
def test_what_is_not_zero_in_a_tail_only_has_a_mean(k):
    density, beyond = math.exp(-k * k / 2) / math.sqrt(2 * math.pi), math.erfc(k / math.sqrt(2)) / 2
    beyond_mean = density - k * beyond
    rest = bp.maximum(NORMAL - bp.exact(f"{k}", "1"), ZERO)
    assert rest.mean() == pytest.approx(beyond_mean, rel=1e-6)
    assert rest.sd() == pytest.approx(math.sqrt((1 + k * k) * beyond - k * density - beyond_mean**2), rel=1e-6)


def decades(name, many=30.0):
    return pure(bp.LogNormal(0.0, many * math.log(10) / (2 * 1.645)), name)


SHARES = {
    "of two": (lambda w, y: w / (w + y), 0.5),
    "of two, the other way round": (lambda w, y: 1 / (1 + y / w), 0.5),
    "of many decades more": (lambda w, y: w**2 / (w**2 + y**2), 0.5),
    "a contrast": (lambda w, y: (w - y) / (w + y), 0.0),
    "a root": (lambda w, y: bp.sqrt(w / (w + y)) ** 2, 0.5),
    "an angle": (lambda w, y: arctan(w / y), math.pi / 4),
    "of an array": (lambda w, y: bp.stacked({"w": w, "y": y}, axis="row").share("row")["w"], 0.5),
}


@pytest.mark.parametrize("way", SHARES)
@pytest.mark.parametrize("many", [3.0, 30.0, 60.0])
def test_what_lies_between_two_bounds_has_a_mean_however_wide_its_inputs(way, many):
    build, mean = SHARES[way]
    found = build(decades("w", many), decades("y", many)).estimate(digits=2)
    assert abs(found.mean - mean) <= 4 * found.standard_error("mean") + 1e-9
    assert found.sd > 0.2


def test_the_mean_of_a_function_of_a_table_is_within_its_error():
    for exponent in (-1.0, -0.5, 0.5, 1.5, 2.5):
        for one, other in ((0.7, 1.9), (3.0, 4.0)):
            power = (pure(bp.Gamma(one, 1.0), "a") + pure(bp.Gamma(other, 1.0), "b")) ** exponent
            found = power.estimate()
            right = math.exp(math.lgamma(one + other + exponent) - math.lgamma(one + other))
            assert abs(found.mean - right) <= found.standard_error("mean") + 1e-12 * right


def test_a_table_with_inputs_held_stays_in_its_budget():
    number = graphs.graph(195)  # 9e7 points and 3 s, where draws tell the mean in a fraction of one
    assert expectation_of(number.node) is None
    found = number.estimate(digits=2)
    assert 0 < found.standard_error("mean") < 0.02 * found.mean
