"""Distributions against 40-digit references, their laws, and what bad input is told."""

import copy
import json
import math
import pickle
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

import brainparams as bp
from brainparams.distributions import (
    PERT,
    Beta,
    Discrete,
    Distribution,
    Empirical,
    Gamma,
    LogNormal,
    LogUniform,
    Mixture,
    Normal,
    Point,
    ShiftedLogNormal,
    Stack,
    StudentT,
    Triangular,
    Truncated,
    Uniform,
    between,
    distribution_from,
    from_counts,
    from_percentiles,
    stack,
)
from brainparams.distributions.belief import KINDS
from brainparams.errors import ArgumentError, KindError, RangeError, ShapeError, UnknownNameError
from checks import PROBABILITIES

LEVELS = [0.5, 0.8, 0.9, 0.95, 0.99]


@pytest.fixture(autouse=True)
def forty_digits():
    with mpmath.workdps(40):
        yield


# --- references: quantile, probability, mean and sd of each kind, straight from its definition


def normal_quantile(p):
    # through erfc of the smaller tail, refined from a double start: mpmath's erfinv loses the far tail
    tail = min(mpf(p), 1 - mpf(p))
    start = -mpmath.sqrt(-2 * mpmath.log(tail)) if tail < 0.02 else mpmath.sqrt(2) * mpmath.erfinv(2 * tail - 1)
    z = mpmath.findroot(lambda z: mpmath.log(mpmath.erfc(-z / mpmath.sqrt(2)) / 2) - mpmath.log(tail), start)
    return z if mpf(p) <= 0.5 else -z


def normal_probability(z):
    return mpmath.erfc(-z / mpmath.sqrt(2)) / 2


def triangular_quantile(p, low, mode, high):
    share = (mode - low) / (high - low)
    if p < share:
        return low + mpmath.sqrt(p * (high - low) * (mode - low))
    return high - mpmath.sqrt((1 - p) * (high - low) * (high - mode))


def triangular_probability(x, low, mode, high):
    if x < mode:
        return (x - low) ** 2 / ((high - low) * (mode - low))
    return 1 - (high - x) ** 2 / ((high - low) * (high - mode))


def beta_probability(x, a, b):
    return mpmath.betainc(a, b, 0, x, regularized=True)


def beta_density(x, a, b):
    return x ** (a - 1) * (1 - x) ** (b - 1) / mpmath.beta(a, b)


def newton_error(x, p, probability, density):
    """Relative error of the quantile x at p, by one Newton step: (F(x) - p) / (x f(x))."""
    x = mpf(x)
    return abs(float((probability(x) - mpf(p)) / (x * density(x))))


def beta_error(x, p, a, b):
    return newton_error(x, p, lambda x: beta_probability(x, a, b), lambda x: beta_density(x, a, b))


def student_probability(t, v):
    tail = mpmath.betainc(v / 2, mpf(1) / 2, 0, v / (v + t * t), regularized=True) / 2
    return tail if t < 0 else 1 - tail


def student_density(t, v):
    return mpmath.gammaprod([(v + 1) / 2], [v / 2]) / mpmath.sqrt(v * mpmath.pi) * (1 + t * t / v) ** (-(v + 1) / 2)


def reference(kind, distribution):
    values = [mpf(each) for each in distribution.parameters().values()]
    return REFERENCES[kind](*values)


def loguniform_reference(low, high):
    width = mpmath.log(high / low)
    mean = (high - low) / width
    return (
        lambda p: low * mpmath.exp(p * width),
        lambda x: mpmath.log(x / low) / width,
        mean,
        mpmath.sqrt((high**2 - low**2) / (2 * width) - mean**2),
        None,
    )


def pert_reference(low, mode, high):
    width = high - low
    a, b = 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width
    return (
        None,
        lambda x: beta_probability((x - low) / width, a, b),
        low + width * a / (a + b),
        width * mpmath.sqrt(a * b / ((a + b) ** 2 * (a + b + 1))),
        lambda x: beta_density((x - low) / width, a, b) / width,
    )


def shifted_reference(shift, mu, sigma, direction):
    _, probability, mean, sd, _ = REFERENCES["lognormal"](mu, sigma)

    def below(x):
        within = probability(direction * (x - shift))
        return within if direction > 0 else 1 - within

    return (
        lambda p: shift + direction * mpmath.exp(mu + direction * sigma * normal_quantile(p)),
        below,
        shift + direction * mean,
        sd,
        None,
    )


# the last is the density, where the quantile has no formula
REFERENCES = {
    "normal": lambda m, s: (
        lambda p: m + s * normal_quantile(p),
        lambda x: normal_probability((x - m) / s),
        m,
        s,
        None,
    ),
    "lognormal": lambda m, s: (
        lambda p: mpmath.exp(m + s * normal_quantile(p)),
        lambda x: normal_probability((mpmath.log(x) - m) / s),
        mpmath.exp(m + s * s / 2),
        mpmath.exp(m + s * s / 2) * mpmath.sqrt(mpmath.expm1(s * s)),
        None,
    ),
    "uniform": lambda a, b: (
        lambda p: a + (b - a) * p,
        lambda x: (x - a) / (b - a),
        (a + b) / 2,
        (b - a) / mpmath.sqrt(12),
        None,
    ),
    "loguniform": loguniform_reference,
    "triangular": lambda a, c, b: (
        lambda p: triangular_quantile(p, a, c, b),
        lambda x: triangular_probability(x, a, c, b),
        (a + b + c) / 3,
        mpmath.sqrt((a * a + b * b + c * c - a * b - a * c - b * c) / 18),
        None,
    ),
    "beta": lambda a, b: (
        None,
        lambda x: beta_probability(x, a, b),
        a / (a + b),
        mpmath.sqrt(a * b / ((a + b) ** 2 * (a + b + 1))),
        lambda x: beta_density(x, a, b),
    ),
    "gamma": lambda k, scale: (
        None,
        lambda x: mpmath.gammainc(k, 0, x / scale, regularized=True),
        k * scale,
        mpmath.sqrt(k) * scale,
        lambda x: mpmath.exp((k - 1) * mpmath.log(x / scale) - x / scale - mpmath.loggamma(k)) / scale,
    ),
    "studentt": lambda m, s, v: (
        None,
        lambda x: student_probability((x - m) / s, v),
        m if v > 1 else mpmath.inf,
        s * mpmath.sqrt(v / (v - 2)) if v > 2 else mpmath.inf,
        lambda x: student_density((x - m) / s, v) / s,
    ),
    "pert": pert_reference,
    "shiftedlognormal": shifted_reference,
}

CONTINUOUS = [
    Normal(86.06e9, 8.12e9),
    Normal(-3, 0.01),
    LogNormal(8.06, 0.7),
    LogNormal(-40, 3),
    LogNormal(25, 0.01),
    Uniform(1000, 10000),
    Uniform(0, 1e-9),
    LogUniform(1000, 10000),
    LogUniform(1e-200, 1e200),
    LogUniform(3, 3.000001),
    LogUniform(1, 7),
    Triangular(1, 4, 9),
    Triangular(0, 0, 2),
    Triangular(2, 5, 5),
    Triangular(-7, -1, 0),
    Triangular(-2, 0, 0),
    Beta(2, 5),
    Beta(0.5, 0.7),
    Beta(150, 3),
    Beta(400, 900),
    Gamma(0.05, 3),
    Gamma(1, 1e-12),
    Gamma(2.5, 4),
    Gamma(900, 1e9),
    Gamma(1e5, 1),
    StudentT(5, 2, 0.3),
    StudentT(-3, 1, 1),
    StudentT(1e3, 7, 2.5),
    StudentT(-1e-9, 2e-9, 4),
    StudentT(10, 1, 60),
    StudentT(86e9, 8e9, 1e5),
    PERT(1, 4, 9),
    PERT(0, 0, 2),
    PERT(2, 5, 5),
    PERT(-7, -1, 0),
    PERT(1e-30, 2e-30, 1e-28),
    ShiftedLogNormal(3, 0, 0.7),
    ShiftedLogNormal(-2, 5, 1.5),
    ShiftedLogNormal(1, -3, 0.2, direction=-1),
]


def name_of(value):
    return repr(value)


def relative(value, expected):
    if mpmath.isinf(expected):
        return 0.0 if value == expected else math.inf
    return abs(float((mpf(float(value)) - expected) / expected)) if expected else abs(float(value))


@pytest.mark.parametrize("distribution", CONTINUOUS, ids=name_of)
def test_moments_match_forty_digits(distribution):
    _, _, mean, sd, _ = reference(distribution.name, distribution)
    assert relative(distribution.mean, mean) < 1e-12
    # the parameters of a narrow interval fix its width only as well as floats hold low and high: both sides see that
    assert relative(distribution.sd, sd) < 1e-12


@pytest.mark.parametrize("distribution", CONTINUOUS, ids=name_of)
def test_ppf_matches_forty_digits(distribution):
    quantile, probability, _, _, density = reference(distribution.name, distribution)
    for p in PROBABILITIES:
        got = distribution.ppf(p)
        error = relative(got, quantile(mpf(p))) if quantile else newton_error(got, p, probability, density)
        assert error < 1e-12, p


@pytest.mark.parametrize("distribution", CONTINUOUS, ids=name_of)
def test_cdf_matches_forty_digits(distribution):
    probability = reference(distribution.name, distribution)[1]
    for p in PROBABILITIES:
        x = distribution.ppf(p)
        expected = probability(mpf(x))
        # what a last-digit change of x, or of its logarithm, does to the probability is not the cdf's error
        step = 4 * np.finfo(float).eps * max(abs(x), abs(x * math.log(abs(x) + 1e-300)))
        slack = abs(float(probability(mpf(min(x + step, distribution.support[1]))) - expected))
        assert abs(float(mpf(distribution.cdf(x)) - expected)) < 1e-12 * float(expected) + 2 * slack, p


def test_empirical_moments_and_steps():
    data = np.random.default_rng(3).lognormal(7, 2, 37)
    belief = Empirical(data)
    exact = [mpf(float(each)) for each in data]
    mean = mpmath.fsum(exact) / 37
    assert relative(belief.mean, mean) < 1e-12
    assert relative(belief.sd, mpmath.sqrt(mpmath.fsum((each - mean) ** 2 for each in exact) / 37)) < 1e-12
    ordered = np.sort(data)
    for p in PROBABILITIES:
        assert belief.ppf(p) == ordered[max(0, int(mpmath.ceil(mpf(p) * 37)) - 1)]
    for rank, x in enumerate(ordered, start=1):
        assert belief.cdf(float(x)) == rank / 37
        assert belief.ppf(rank / 37) == x
        assert belief.cdf(np.nextafter(x, -np.inf)) == (rank - 1) / 37


@pytest.mark.parametrize("count", [3, 25, 29, 35, 39])
def test_empirical_ranks_where_products_round(count):
    belief = Empirical(list(range(1, count + 1)))
    for rank in range(1, count + 1):
        assert belief.ppf(rank / count) == rank
        if rank < count:
            assert belief.ppf(np.nextafter(rank / count, 2)) == rank + 1


def test_empirical_counts_ties_and_does_not_overflow():
    assert Empirical([2, 1, 2, 2]).cdf(2) == 1.0
    assert Empirical([2, 1, 2, 2]).cdf(1.5) == 0.25
    assert Empirical([1e308, 1.5e308]).mean == pytest.approx(1.25e308, rel=1e-14)
    assert Empirical([1e308, 1.5e308]).sd == pytest.approx(2.5e307, rel=1e-14)
    assert Empirical([0, 0]).sd == 0.0


def test_point_is_a_step():
    belief = Point(7)
    assert (belief.mean, belief.sd, belief.support, belief.log_sd()) == (7.0, 0.0, (7.0, 7.0), 0.0)
    assert [belief.ppf(p) for p in (0, 0.3, 1)] == [7.0] * 3
    assert belief.cdf(np.nextafter(7, 0)) == 0.0
    assert belief.cdf(7) == 1.0


@pytest.mark.parametrize("p", [1e-17, 1e-40, 1e-150, 4.4e-267])
@pytest.mark.parametrize(("a", "b"), [(55 / 18, 55 / 18), (1.02, 0.05), (1.03, 500.0)])
def test_beta_ppf_far_below(a, b, p):
    assert beta_error(Beta(a, b).ppf(p), p, mpf(a), mpf(b)) < 1e-10


def test_lognormal_sd_survives_where_its_factors_overflow():
    # exp(σ²) is beyond float range here, the standard deviation is not
    belief = LogNormal(-700, 27)
    expected = mpmath.exp(-700 + mpf(27) ** 2 / 2) * mpmath.sqrt(mpmath.expm1(mpf(27) ** 2))
    assert relative(belief.sd, expected) < 1e-12
    assert LogNormal(700, 30).mean == math.inf


def test_supports():
    assert Normal(0, 1).support == (-math.inf, math.inf)
    assert Normal(4, 0).support == (4.0, 4.0)
    assert LogNormal(0, 1).support == (0.0, math.inf)
    assert Uniform(0.1, 0.3).support == (0.1, 0.3)
    low, high = -1.4877420741976768, 0.14934036374543258
    assert low + (high - low) < high
    assert Uniform(low, high).support == (low, high)
    assert LogUniform(0.1, 0.3).support == (0.1, 0.3)
    assert Triangular(0.1, 0.2, 0.3).support == (0.1, 0.3)
    assert Beta(2, 3).support == (0.0, 1.0)
    assert Empirical([3, 1, 2]).support == (1.0, 3.0)
    assert Gamma(2, 3).support == (0.0, math.inf)
    assert StudentT(2, 3, 4).support == (-math.inf, math.inf)
    assert PERT(0.1, 0.2, 0.3).support == (0.1, 0.3)
    assert ShiftedLogNormal(3, 1, 1).support == (3.0, math.inf)
    assert ShiftedLogNormal(3, 1, 1, direction=-1).support == (-math.inf, 3.0)
    assert Discrete({4: 0.5, 1: 0.5}).support == (1.0, 4.0)
    assert Mixture([Uniform(0, 1), LogNormal(0, 1)]).support == (0.0, math.inf)
    assert Truncated(Normal(0, 1), low=-0.3).support == (-0.3, math.inf)
    assert Truncated(Uniform(0, 1), low=-3, high=0.7).support == (0.0, 0.7)
    low, high = Normal([1, 2], [0, 1]).support
    assert low.tolist() == [1.0, -math.inf]
    assert high.tolist() == [1.0, math.inf]


@pytest.mark.parametrize("distribution", [*CONTINUOUS, Point(3), Empirical([1, 4])], ids=name_of)
def test_cdf_beyond_the_support(distribution):
    assert distribution.cdf(-math.inf) == 0.0
    assert distribution.cdf(math.inf) == 1.0


def test_zero_spread_is_exact():
    for belief, value in ((Normal(5, 0), 5.0), (LogNormal(math.log(5), 0), math.exp(math.log(5)))):
        assert [belief.ppf(p) for p in (0, 1e-10, 0.5, 1)] == [value] * 4
        assert belief.cdf(np.nextafter(value, 0)) == 0.0
        assert belief.cdf(value) == 1.0
        assert belief.mean == pytest.approx(value, rel=1e-15)
        assert belief.sd == 0.0
        assert belief.log_sd() == 0.0
        assert set(belief.draw(np.random.default_rng(0), 3).tolist()) == {value}


# --- log_sd


def log_sd_reference(quantile, panels):
    def logarithm(p):
        return mpmath.log(quantile(p))

    mass = panels[-1] - panels[0]
    mean = mpmath.quad(logarithm, panels) / mass
    return mpmath.sqrt(mpmath.quad(lambda p: (logarithm(p) - mean) ** 2, panels) / mass)


@pytest.mark.parametrize(
    ("belief", "panels"),
    [
        (Uniform(1, 3), [0, 1]),
        (Uniform(1000, 1000.001), [0, 1]),
        (Triangular(1, 2, 50), [0, mpf(1) / 49, 1]),
        (Triangular(0, 0, 2), [0, 1]),
        (Triangular(2, 5, 5), [0, 1]),
        (LogUniform(1, 1e4), [0, 1]),
    ],
    ids=name_of,
)
def test_log_sd_by_quantiles(belief, panels):
    with mpmath.workdps(20):
        quantile = reference(belief.name, belief)[0]
        expected = log_sd_reference(quantile, panels)
    assert relative(belief.log_sd(), expected) < 1e-7


@pytest.mark.parametrize("cv", [1e-6, 0.01, 0.1, 0.2, 0.21])
def test_log_sd_of_a_normal(cv):
    with mpmath.workdps(25):
        c = mpf(cv)

        def density(y):  # of y = x / mean, cut at zero
            return mpmath.npdf(y, 1, c)

        edges = [max(mpf(0), 1 - 9 * c), 1 - 3 * c, mpf(1), 1 + 3 * c, 1 + 9 * c]
        mass = mpmath.quad(density, edges)
        mean = mpmath.quad(lambda y: density(y) * mpmath.log(y), edges) / mass
        square = mpmath.quad(lambda y: density(y) * (mpmath.log(y) - mean) ** 2, edges) / mass
        assert relative(Normal(86e9, 86e9 * cv).log_sd(), mpmath.sqrt(square)) < 1e-6


def test_log_sd_closed_forms():
    assert relative(Gamma(2.5, 4).log_sd(), mpmath.sqrt(mpmath.psi(1, mpf(2.5)))) < 1e-12
    assert ShiftedLogNormal(0, 3, 0.4).log_sd() == pytest.approx(0.4, rel=1e-9)
    assert Discrete({1: 0.5, math.e**2: 0.5}).log_sd() == pytest.approx(1.0, rel=1e-15)
    assert Uniform(0, 5).log_sd() == pytest.approx(1.0, rel=1e-6)  # -ln U is exponential
    assert LogNormal(3, 0.4).log_sd() == 0.4
    assert Empirical([1, math.e**2]).log_sd() == pytest.approx(1.0, rel=1e-15)
    expected = mpmath.sqrt(mpmath.psi(1, mpf(2)) - mpmath.psi(1, mpf(7)))
    assert relative(Beta(2, 5).log_sd(), expected) < 1e-12


@pytest.mark.parametrize(
    "belief",
    [Normal(1, 0.25), Normal(-1, 0), Uniform(-1, 3), Triangular(-1, 2, 3), Empirical([0, 1]), Point(0), Point(-2)],
    ids=name_of,
)
def test_log_sd_refuses_zero_and_less(belief):
    with pytest.raises(RangeError, match=r"log_sd\(\): zero or less has probability"):
        belief.log_sd()


def test_log_sd_is_for_a_single_number():
    with pytest.raises(ShapeError, match="shape \\(2,\\)"):
        LogNormal([1, 2], 1).log_sd()


# --- intervals


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", [Normal, LogNormal, Uniform, LogUniform])
@pytest.mark.parametrize(("low", "high"), [(1000, 10000), (1e-12, 3e-12), (1e15, 1.001e15), (1e99, 1e101), (0.2, 0.9)])
def test_interval_round_trip(kind, low, high, level):
    belief = kind.from_interval(low, high, level=level)
    assert belief.ppf((1 - level) / 2) == pytest.approx(low, rel=1e-12)
    assert belief.ppf((1 + level) / 2) == pytest.approx(high, rel=1e-12)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", [LogNormal, LogUniform])
def test_interval_round_trip_over_many_decades(kind, level):
    belief = kind.from_interval(1e-60, 1e80, level=level)
    assert belief.ppf((1 - level) / 2) == pytest.approx(1e-60, rel=1e-12, abs=0)
    assert belief.ppf((1 + level) / 2) == pytest.approx(1e80, rel=1e-12)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("low", "mode", "high"), [(1000, 4000, 10000), (1e-90, 2e-90, 3e-90), (1e90, 9e90, 1e91)])
def test_triangular_interval_round_trip(low, mode, high, level):
    belief = Triangular.from_interval(low, high, level=level, mode=mode)
    assert belief.mode == mode
    assert belief.ppf((1 - level) / 2) == pytest.approx(low, rel=1e-12, abs=0)
    assert belief.ppf((1 + level) / 2) == pytest.approx(high, rel=1e-12, abs=0)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("mode", [1000, 1000 + 1e-13, 1000 + 1e-9, 10000 - 1e-9, 10000])
def test_triangular_interval_with_the_mode_at_an_end(mode, level):
    belief = Triangular.from_interval(1000, 10000, level=level, mode=mode)
    assert belief.ppf((1 - level) / 2) == pytest.approx(1000, rel=2e-12)
    assert belief.ppf((1 + level) / 2) == pytest.approx(10000, rel=2e-12)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("low", "high"),
    [(0.1, 0.4), (0.001, 0.002), (0.97, 0.999), (1e-6, 0.5), (0.3, 0.30001), (1e-9, 1e-8), (0.01, 0.99)],
)
def test_beta_interval_round_trip(low, high, level):
    belief = Beta.from_interval(low, high, level=level)
    assert belief.ppf((1 - level) / 2) == pytest.approx(low, rel=1e-12, abs=0)
    assert belief.ppf((1 + level) / 2) == pytest.approx(high, rel=1e-12, abs=0)


def test_intervals_of_arrays_equal_those_of_each_number():
    low, high = np.array([0.1, 0.2, 0.3]), np.array([0.4, 0.5, 0.9])
    for kind in (Normal, LogNormal, Uniform, LogUniform, Beta):
        together = kind.from_interval(low, high, level=0.9)
        single = [kind.from_interval(a, b, level=0.9) for a, b in zip(low, high, strict=True)]
        assert np.allclose(together.ppf(0.3), [each.ppf(0.3) for each in single], rtol=1e-13, atol=0)
    together = Triangular.from_interval(low, high, level=0.9, mode=0.35)
    assert together.shape == (3,)
    assert together.ppf(0.05) == pytest.approx(low, rel=1e-12)


def test_triangular_interval_with_the_mode_too_near_the_end_to_tell():
    belief = Triangular.from_interval(0, 1, level=0.99, mode=1e-20)
    assert belief.ppf(0.005) == pytest.approx(0, abs=1e-15)
    assert belief.ppf(0.995) == pytest.approx(1, rel=1e-12)


def test_between_is_a_lognormal_of_that_interval():
    belief = between(1000, 10000, level=0.8)
    assert belief == LogNormal.from_interval(1000, 10000, level=0.8)
    assert belief.ppf(0.1) == pytest.approx(1000, rel=1e-12)
    with pytest.raises(TypeError, match="level"):
        between(1000, 10000)


def test_other_constructors():
    belief = LogNormal.from_median(7000, 2)
    assert belief.ppf(0.5) == pytest.approx(7000, rel=1e-13)
    assert belief.log_sd() == pytest.approx(math.log(2), rel=1e-15)
    belief = LogNormal.from_mean(10, 3)
    assert (belief.mean, belief.sd) == pytest.approx((10, 3), rel=1e-12)
    belief = Beta.from_mean(0.2, 0.05)
    assert (belief.mean, belief.sd) == pytest.approx((0.2, 0.05), rel=1e-12)
    assert LogNormal.from_mean([1, 2], 1).shape == (2,)
    assert Beta.from_mean([0.1, 0.2], 0.1).shape == (2,)
    belief = Gamma.from_mean(10, 3)
    assert (belief.mean, belief.sd) == pytest.approx((10, 3), rel=1e-14)
    assert Gamma.from_mean([1, 2], 1).shape == (2,)


def test_powers_of_ten():
    belief = LogNormal.from_log10(14, 0.5)
    assert [math.log10(belief.ppf(p)) for p in (0.5, normal_tail(1))] == pytest.approx([14, 14.5], rel=1e-13)
    for level in LEVELS:
        belief = LogNormal.from_log10_interval([-200, 13], [150, 15], level=level)
        assert np.log10(belief.ppf((1 - level) / 2)) == pytest.approx([-200, 13], rel=1e-13)
        assert np.log10(belief.ppf((1 + level) / 2)) == pytest.approx([150, 15], rel=1e-13)


def normal_tail(z):
    return float(normal_probability(mpf(z)))


def test_counts_are_a_beta_by_jeffreys():
    assert Beta.from_counts(7, 10) == from_counts(7, 10) == Beta(7.5, 3.5)
    assert from_counts([0, 5], 5) == Beta([0.5, 5.5], [5.5, 0.5])
    # Brown, Cai & DasGupta (2001), appendix: the 95 % Jeffreys interval of 7 out of 10
    low, high = mpmath.findroot(lambda x: beta_probability(x, 7.5, 3.5) - mpf("0.025"), 0.4), mpf("0.9")
    assert relative(from_counts(7, 10).ppf(0.025), low) < 1e-12
    assert float(high) < from_counts(7, 10).ppf(0.975) < 0.91


# --- Student's t


@pytest.mark.parametrize("p", [1e-300, 1e-20, *PROBABILITIES])
def test_student_with_infinite_degrees_is_the_normal(p):
    many, normal = StudentT(3, 2, math.inf), Normal(3, 2)
    assert many.ppf(p) == pytest.approx(normal.ppf(p), rel=1e-13)
    assert many.cdf(normal.ppf(p)) == pytest.approx(normal.cdf(normal.ppf(p)), rel=1e-13, abs=0)
    assert (many.mean, many.sd) == (3.0, 2.0)


def test_student_moments_that_do_not_exist_are_infinite():
    belief = StudentT(7, 1, [0.5, 1, 1.5, 2, 4, math.inf])
    assert belief.mean.tolist() == [math.inf, math.inf, 7, 7, 7, 7]
    assert belief.sd.tolist() == [math.inf, math.inf, math.inf, math.inf, math.sqrt(2), 1]
    again = distribution_from("studentt", json.loads(json.dumps(belief.parameters(), allow_nan=False)))
    assert again == belief


def test_student_far_tails():
    assert StudentT(0, 1, 1).ppf(1e-300) == pytest.approx(-1e300 / math.pi, rel=1e-12)
    assert StudentT(0, 1, 1).cdf(-1e300) == pytest.approx(1e-300 / math.pi, rel=1e-12, abs=0)
    assert StudentT(0, 1, 2).cdf(-1e100) == pytest.approx(0.5e-200, rel=1e-12, abs=0)


def test_data_have_no_interval_form():
    for kind in (Empirical, Point, Stack):
        assert not hasattr(kind, "from_interval")


# --- laws

magnitude = st.floats(1e-6, 1e12)
spread = st.floats(0.01, 3.0)
shape_parameter = st.floats(0.5, 200.0)


def ordered(count):
    """Ascending positive numbers, each at least one part in a hundred above the one before."""
    return st.tuples(magnitude, *[st.floats(0.01, 10.0)] * (count - 1)).map(
        lambda given: [given[0] * math.prod(1 + step for step in given[1 : index + 1]) for index in range(count)]
    )


continuous = st.one_of(
    st.builds(Normal, st.floats(-1e3, 1e3), st.floats(0.1, 1e3)),
    st.builds(LogNormal, st.floats(-20, 40), spread),
    ordered(2).map(lambda ends: Uniform(*ends)),
    ordered(2).map(lambda ends: LogUniform(*ends)),
    ordered(3).map(lambda ends: Triangular(*ends)),
    st.builds(Beta, shape_parameter, shape_parameter),
    st.builds(Gamma, shape_parameter, magnitude),
    st.builds(StudentT, st.floats(-1e3, 1e3), st.floats(0.1, 1e3), st.floats(0.5, 50) | st.just(math.inf)),
    ordered(3).map(lambda ends: PERT(*ends)),
    st.builds(ShiftedLogNormal, st.floats(-3, 3), st.floats(-1, 20), st.floats(0.05, 1), st.sampled_from([-1, 1])),
)
weights = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=4)
mixed = st.one_of(continuous, st.builds(Point, st.floats(-10, 10)))
mixture = weights.flatmap(
    lambda given: st.lists(mixed, min_size=len(given), max_size=len(given)).map(
        lambda parts: Mixture.normalised(parts, given)
    )
)
single = st.one_of(
    continuous,
    st.builds(Empirical, st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=9)),
    st.builds(Point, st.floats(-1e9, 1e9)),
    st.dictionaries(st.floats(-1e9, 1e9), st.floats(1e-3, 1e3), min_size=1, max_size=9).map(Discrete.normalised),
    mixture,
    st.one_of(continuous, mixture).map(lambda inner: Truncated(inner, low=inner.ppf(0.1))),
    st.one_of(continuous, mixture).map(lambda inner: Truncated(inner, low=inner.ppf(0.2) - 1, high=inner.ppf(0.7))),
)
anything = st.one_of(
    single,
    st.lists(single, min_size=1, max_size=4).map(Stack),
    st.lists(single, min_size=1, max_size=4).map(stack),
    st.lists(st.lists(single, min_size=2, max_size=2).map(Stack), min_size=1, max_size=3).map(Stack),
)


@given(continuous, st.floats(1e-6, 1 - 1e-6))
def test_law_cdf_undoes_ppf(belief, p):
    assert belief.cdf(belief.ppf(p)) == pytest.approx(p, rel=1e-9)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40), st.floats(0, 1))
def test_law_of_steps(data, p):
    belief = Empirical(data)
    x = belief.ppf(p)
    assert belief.cdf(x) >= p
    assert x == min(data) or belief.cdf(np.nextafter(x, -np.inf)) < p


@given(single, st.floats(0, 1), st.floats(0, 1))
def test_law_ppf_rises(belief, p, q):
    low, high = sorted((p, q))
    # inverse functions without a formula are good to some last digits, not to their order
    extent = max(abs(each) for each in (*belief.ppf(np.array([low, high])), belief.ppf(0.5)) if math.isfinite(each))
    slack = 1e-12 * extent if isinstance(belief, Beta | PERT | Gamma | StudentT | Mixture | Truncated) else 0.0
    assert belief.ppf(low) <= belief.ppf(high) + slack
    assert belief.support[0] <= belief.ppf(low) <= belief.support[1]


@given(ordered(3), st.floats(0.01, 0.999))
def test_law_interval_round_trip(ends, level):
    low, mode, high = ends
    beliefs = [kind.from_interval(low, high, level=level) for kind in (Normal, LogNormal, Uniform)]
    beliefs.append(Triangular.from_interval(low, high, level=level, mode=mode))
    if high < low * 1.5 or level > 0.4:  # else the support leaves the float range, which is refused
        beliefs.append(LogUniform.from_interval(low, high, level=level))
    for belief in beliefs:
        # a wide symmetrical support keeps its digits relative to the support, not to the lower bound
        extent = (
            max(abs(each) for each in belief.support if math.isfinite(each)) if belief.support[0] > -math.inf else 0
        )
        sharp = isinstance(belief, LogNormal | LogUniform)
        slack = 0.0 if sharp else 1e-14 * (extent + high / level)
        assert belief.ppf((1 - level) / 2) == pytest.approx(low, rel=1e-12, abs=slack)
        assert belief.ppf((1 + level) / 2) == pytest.approx(high, rel=1e-12, abs=slack)


@given(anything)
def test_law_parameters_round_trip_through_json(belief):
    text = json.dumps({"kind": belief.name, "parameters": belief.parameters()}, allow_nan=False)
    again = distribution_from(**json.loads(text))
    assert again == belief
    assert hash(again) == hash(belief)
    assert again.shape == belief.shape


@given(anything)
def test_law_copies_are_equal(belief):
    for again in (pickle.loads(pickle.dumps(belief)), copy.copy(belief), copy.deepcopy(belief)):
        assert again == belief
        assert hash(again) == hash(belief)
        assert again.key() == belief.key()


@given(st.lists(continuous, min_size=1, max_size=4), st.lists(st.floats(0.001, 0.999), min_size=1, max_size=3))
def test_law_arrays_equal_their_elements(beliefs, probabilities):
    for kind in {type(each) for each in beliefs}:
        same = [each for each in beliefs if type(each) is kind]
        together = stack(same)
        assert type(together) is kind
        assert together.shape == (len(same),)
        p = np.array(probabilities)[:, np.newaxis]
        expected = np.array([[each.ppf(q) for each in same] for q in probabilities])
        assert np.allclose(together.ppf(p), expected, rtol=1e-14, atol=0)
        assert np.allclose(together.mean, [each.mean for each in same], rtol=1e-14, atol=0)
        assert np.allclose(together.sd, [each.sd for each in same], rtol=1e-14, atol=0)
        assert np.allclose(together.cdf(expected), p, rtol=1e-9, atol=0)


DRAWN = [
    Normal(10, 3),
    LogNormal(2, 0.5),
    Uniform(-2, 5),
    LogUniform(1, 50),
    Triangular(1, 2, 9),
    Beta(2, 5),
    Empirical([1, 2, 2, 7, 11]),
    Gamma(2, 3),
    StudentT(1, 2, 9),
    StudentT([1, 2], 3, [12, math.inf]),
    PERT(1, 2, 9),
    ShiftedLogNormal(3, 1, 0.5),
    ShiftedLogNormal(3, 1, 0.5, direction=-1),
    Discrete({1: 0.2, 5: 0.3, 6: 0.5}),
    Mixture([Normal(1, 1), Uniform(5, 9), Point(2)], [0.5, 0.3, 0.2]),
    Truncated(Normal(1, 2), low=0),
    Stack([Normal(1, 2), Uniform(0, 3), Point(4)]),
    Normal([[1.0, 2.0], [3.0, 4.0]], 1),
]


@pytest.mark.parametrize("belief", DRAWN, ids=name_of)
def test_draws_have_the_moments(belief):
    n = 200_000
    draws = belief.draw(np.random.default_rng(20240501), n)
    assert draws.dtype == np.float64
    assert draws.shape == (n, *belief.shape)
    error = np.asarray(belief.sd) / math.sqrt(n)
    assert np.all(np.abs(draws.mean(axis=0) - belief.mean) <= 5 * error)
    deviations = (draws - np.asarray(belief.mean)) ** 2
    error = deviations.std(axis=0) / math.sqrt(n)
    assert np.all(np.abs(deviations.mean(axis=0) - np.asarray(belief.sd) ** 2) <= 5 * error + 1e-30)


@pytest.mark.parametrize("belief", DRAWN, ids=name_of)
def test_draws_follow_the_seed(belief):
    first = belief.draw(np.random.default_rng(5), 4)
    assert np.array_equal(first, belief.draw(np.random.default_rng(5), 4))
    assert first.size == 4 or not np.array_equal(first[0], first[1])


@pytest.mark.parametrize("belief", [Uniform(-2, 5), LogUniform(1, 50), Triangular(1, 2, 9), LogNormal(2, 0.5)])
def test_draws_follow_the_cdf(belief):
    n = 100_000
    ranks = np.sort(belief.cdf(belief.draw(np.random.default_rng(11), n)))
    distance = np.max(np.abs(ranks - (np.arange(n) + 0.5) / n))
    assert distance < 2.0 / math.sqrt(n)  # Kolmogorov: exceeded with probability 7e-4


def test_draws_stay_strictly_inside():
    class Edges(np.random.Generator):
        def random(self, size=None, dtype=np.float64, out=None):
            out[...] = np.resize([0.0, 1 - 2.0**-53], out.shape)
            return out

    draws = Uniform(0, 1).draw(Edges(np.random.PCG64(0)), 2)
    assert 0 < draws[0] < 1e-15
    assert 1 - 1e-15 < draws[1] < 1


# --- arrays and stacks


def test_arrays_broadcast_and_are_read_only():
    source = np.array([1.0, 2.0])
    belief = Normal(source, 3)
    assert belief.shape == (2,)
    assert belief.sd.tolist() == [3.0, 3.0]
    source[0] = 99
    assert belief.mean.tolist() == [1.0, 2.0]
    for held in (belief, pickle.loads(pickle.dumps(belief)), copy.deepcopy(belief)):
        with pytest.raises(ValueError, match="read-only"):
            held.mean[0] = 5
    with pytest.raises(ValueError, match="read-only"):
        Empirical([1, 2]).data[0] = 5


def test_fields_cannot_be_replaced():
    with pytest.raises(AttributeError):
        Normal(1, 2).mean = 3


def test_single_numbers_come_back_as_floats():
    belief = Normal(np.float32(1), np.int64(2))
    for value in (belief.mean, belief.sd, belief.ppf(0.3), belief.cdf(1), *belief.support, belief.ppf(np.array(0.3))):
        assert type(value) is float
    assert belief.ppf(np.array([0.3])).shape == (1,)


def test_probabilities_broadcast_against_the_shape():
    belief = Normal([1, 2, 3], 1)
    assert belief.ppf(0.5).tolist() == [1, 2, 3]
    assert belief.ppf(np.full((4, 3), 0.5)).shape == (4, 3)
    assert belief.ppf(np.full((4, 1), 0.5)).shape == (4, 3)
    for wrong in (np.full(4, 0.5), np.full((3, 4), 0.5)):
        with pytest.raises(ShapeError, match=r"Normal.ppf\(p\)"):
            belief.ppf(wrong)
    with pytest.raises(ShapeError, match=r"Normal.cdf\(x\)"):
        Normal([1], 1).cdf([1, 2])


def test_stack_of_different_kinds():
    parts = [Normal(1, 2), Point(4), Empirical([1, 2, 3])]
    belief = stack(parts)
    assert isinstance(belief, Stack)
    assert belief.shape == (3,)
    assert belief.mean.tolist() == [1, 4, 2]
    p = np.array([[0.1, 0.2, 0.3], [0.9, 0.8, 0.7]])
    assert belief.ppf(p).tolist() == [[part.ppf(q) for part, q in zip(parts, row, strict=True)] for row in p]
    assert belief.cdf([1, 4, 2]).tolist() == [0.5, 1.0, 2 / 3]
    nested = stack([belief, belief])
    assert nested.shape == (3, 2)
    assert nested.ppf(np.full((5, 3, 2), 0.5)).shape == (5, 3, 2)
    assert nested.draw(np.random.default_rng(0), 4).shape == (4, 3, 2)


def test_stack_chooses_the_plainer_form():
    assert stack([Normal(1, 2), Normal(3, 4)]) == Normal([1, 3], [2, 4])
    assert isinstance(stack([Empirical([1]), Empirical([2])]), Stack)
    assert isinstance(stack([Normal([1], 2), Normal([3], 4)]), Stack)
    assert stack(iter([Point(1)])) == Point([1])


def test_equality_sees_kind_shape_and_value():
    assert Normal(1, 2) == Normal(1.0, Fraction(2))
    assert Normal(0.0, 1) == Normal(-0.0, 1)
    assert hash(Normal(0.0, 1)) == hash(Normal(-0.0, 1))
    different = [Normal(1, 2), Normal([1], 2), Normal(2, 1), LogNormal(1, 2), Uniform(1, 2), Stack([Normal(1, 2)])]
    assert len(set(different)) == len(different)
    assert Empirical([2, 1]) == Empirical([1, 2])
    assert Normal(1, 2) != "normal"


ELSEWHERE = {
    "empirical": "test_empirical_moments_and_steps",
    "point": "test_point_is_a_step",
    "stack": "test_stack_of_different_kinds",
    "discrete": "test_composed_distributions",
    "mixture": "test_composed_distributions",
    "truncated": "test_composed_distributions",
}


def test_every_kind_is_held_against_reference_values():
    """A new kind registers itself, and stands among the continuous ones above or names its own test."""
    ours = {name for name, kind in KINDS.items() if kind.__module__.startswith("brainparams.")}
    assert ours == {each.name for each in CONTINUOUS} | set(ELSEWHERE)


def test_a_kind_registers_itself_and_keeps_its_name():
    class Ramp(Uniform):
        name = "ramp of a test"

    assert distribution_from("ramp of a test", {"low": 0, "high": 2}) == Ramp(0, 2)
    with pytest.raises(KindError, match="called 'normal' already"):

        class Second(Uniform):
            name = "normal"

    assert KINDS["normal"] is Normal
    del KINDS["ramp of a test"]


def test_names():
    known = [Normal, LogNormal, ShiftedLogNormal, StudentT, Gamma, Uniform, LogUniform, Triangular, PERT, Beta]
    known += [Empirical, Discrete, Point, Mixture, Truncated, Stack]
    assert [kind.name for kind in known] == [kind.__name__.lower() for kind in known]
    with pytest.raises(TypeError, match="abstract"):
        Distribution()


# --- bad input


@pytest.mark.parametrize("number", [3, np.int32(3), np.uint64(3), np.float32(3), Fraction(3), Decimal(3), np.array(3)])
def test_every_real_number_is_a_number(number):
    belief = Normal(number, number)
    assert belief == Normal(3.0, 3.0)
    assert type(belief.mean) is float


@pytest.mark.parametrize(
    "value",
    [
        True,
        np.True_,
        1j,
        "3",
        b"3",
        None,
        {1},
        {1: 2},
        range(3),
        object,
        np.timedelta64(3, "s"),
        np.array([1, None], dtype=object),
        np.array(["1"]),
        np.array([True]),
        np.array([1j]),
        np.ma.array([1.0, 2.0], mask=[False, True]),
        [1.0, True],
        [1.0, "2"],
        [1.0, None],
    ],
    ids=repr,
)
def test_what_is_not_a_number(value):
    for kind, arguments in ((Normal, (value, 1)), (Uniform, (value, 5)), (Point, (value,)), (Empirical, (value,))):
        with pytest.raises(KindError, match=rf"{kind.__name__}\(\w+(\[1\])?\): needs a"):
            kind(*arguments)
    with pytest.raises(KindError, match=r"Normal.ppf\(p(\[1\])?\)"):
        Normal(0, 1).ppf(value)
    with pytest.raises(KindError, match=r"between\(high(\[1\])?\)"):
        between(1, value, level=0.9)


BAD = [
    (lambda: Normal(math.nan, 1), r"Normal\(mean\): not a number; leave it out instead"),
    (lambda: Normal(Decimal("sNaN"), 1), r"Normal\(mean\): not a number; leave it out instead"),
    (lambda: Normal([1, math.nan], 1), r"Normal\(mean\[1\]\): not a number; leave it out instead"),
    (lambda: Empirical([1, 2, math.nan]), r"Empirical\(data\[2\]\): not a number; leave it out instead"),
    (lambda: Normal(0, math.inf), r"Normal\(sd\): must be finite; got inf"),
    (lambda: Uniform(-math.inf, 1), r"Uniform\(low\): must be finite; got -inf"),
    (lambda: Normal(10**400, 1), r"Normal\(mean\): an integer of about 40\d digits is beyond float range \(1.8e308\)"),
    (lambda: Normal(Fraction(10**400, 3), 1), r"beyond float range \(1.8e308\)"),
    (lambda: Normal(Decimal("1e400"), 1), r"beyond float range \(1.8e308\)"),
    (lambda: Normal([1, 10**400], 1), r"Normal\(mean\[1\]\): .* beyond float range"),
    (lambda: Normal(1, -0.1), r"Normal\(sd\): standard deviation must be >= 0; got -0.1; did you mean 0.1\?"),
    (lambda: Normal(1, [1, -2]), r"Normal\(sd\[1\]\): standard deviation must be >= 0; got -2; did you mean 2\?"),
    (lambda: LogNormal(1, -0.1), r"LogNormal\(sigma\): standard deviation must be >= 0; got -0.1"),
    (lambda: LogNormal(1000, 1), r"LogNormal\(mu\): mu is the natural logarithm of the median.* take the logarithm"),
    (lambda: LogNormal(-1000, 1), r"LogNormal\(mu\): mu is the natural logarithm of the median"),
    (lambda: Uniform(9, 3), r"Uniform\(low\): lower 9 above upper 3; swap them\?"),
    (lambda: Uniform([1, 9], [2, 3]), r"Uniform\(low\[1\]\): lower 9 above upper 3; swap them\?"),
    (lambda: between(9, 3, level=0.9), r"between\(low\): lower 9 above upper 3; swap them\?"),
    (lambda: Normal.from_interval(9, 3, level=0.9), r"Normal.from_interval\(low\): lower 9 above upper 3"),
    (lambda: Triangular(9, 5, 3), r"Triangular\(low\): lower 9 above upper 3; swap them\?"),
    (lambda: Uniform(3, 3), r"Uniform\(low\): zero width at 3; use an exact value"),
    (lambda: between(3, 3, level=0.9), r"between\(low\): zero width at 3; use an exact value"),
    (lambda: Uniform(-1.7e308, 1.7e308), r"Uniform\(low\): .* wider than float range"),
    (lambda: LogUniform(0, 3), r"LogUniform\(low\): needs positive bounds; got 0; .*Normal.from_interval, Uniform"),
    (lambda: between(-1, 3, level=0.9), r"between\(low\): needs positive bounds; got -1; .*Normal.from_interval"),
    (lambda: LogNormal.from_interval(0, 3, level=0.9), r"needs positive bounds; got 0; .*Normal.from_interval, Unif"),
    (lambda: LogUniform.from_interval(0, 3, level=0.9), r"LogUniform.from_interval\(low\): needs positive bounds"),
    (lambda: LogUniform.from_interval(1e-300, 1e300, level=0.5), r"beyond float range; use a level nearer 1"),
    (lambda: between(1, 3, level=95), r"between\(level\): must be in \(0, 1\); got 95; did you mean 0.95\?"),
    (lambda: between(1, 3, level=1), r"between\(level\): must be in \(0, 1\); got 1"),
    (lambda: between(1, 3, level=0), r"between\(level\): must be in \(0, 1\); got 0"),
    (lambda: between(1, 3, level=1e-20), r"between\(level\): 1e-20 is too close to 0 or 1"),
    (lambda: between(1, 3, level=1 - 2**-53), r"between\(level\): 1 is too close to 0 or 1"),
    (lambda: Normal(0, 1).ppf(1.2), r"Normal.ppf\(p\): probability must be in \[0, 1\]; got 1.2"),
    (lambda: Normal(0, 1).ppf([0.5, -0.1]), r"Normal.ppf\(p\[1\]\): probability must be in \[0, 1\]; got -0.1"),
    (lambda: Normal(0, 1).ppf(math.nan), r"Normal.ppf\(p\): not a number"),
    (lambda: Normal(0, 1).cdf(math.nan), r"Normal.cdf\(x\): not a number"),
    (lambda: Empirical([]), r"Empirical\(data\): holds no numbers; give at least one"),
    (lambda: Normal(np.zeros((0, 2)), 1), r"Normal\(mean\): holds no numbers"),
    (lambda: Triangular(1, 9, 3), r"Triangular\(mode\): the mode must lie within 1 to 3; got 9"),
    (
        lambda: Triangular.from_interval(1, 3, level=0.9, mode=0),
        r"from_interval\(mode\): the mode must lie within 1 to",
    ),
    (lambda: Beta(0, 1), r"Beta\(alpha\): must be within 1e-12 to 1e12; got 0"),
    (lambda: Beta(1, [1, -1]), r"Beta\(beta\[1\]\): must be within 1e-12 to 1e12; got -1"),
    (lambda: Beta.from_interval(10, 40, level=0.9), r"Beta.from_interval\(high\): a fraction lies within \(0, 1\)"),
    (lambda: Beta.from_interval(0, 0.4, level=0.9), r"Beta.from_interval\(low\): a fraction lies within \(0, 1\)"),
    (lambda: Beta.from_interval(1e-309, 2e-309, level=0.5), r"Beta.from_interval\(low\): found no beta distribution"),
    (lambda: Uniform(0, 5e-324).log_sd(), r"Uniform.log_sd\(\): the spread of ln X is nan, beyond floats"),
    (lambda: Beta.from_mean(20, 5), r"Beta.from_mean\(mean\): a fraction lies within \(0, 1\); got 20"),
    (lambda: Beta.from_mean(0.5, 0.5), r"Beta.from_mean\(sd\): must be below 0.5, the widest for this mean; got 0.5"),
    (lambda: Beta.from_mean(0.5, -0.1), r"Beta.from_mean\(sd\): standard deviation must be >= 0"),
    (lambda: Beta.from_mean(0.5, 0), r"Beta.from_mean\(sd\): must be above 0; got 0; use an exact value"),
    (lambda: LogNormal.from_median(0, 2), r"LogNormal.from_median\(median\): must be positive; got 0"),
    (lambda: LogNormal.from_median(5, 1), r"from_median\(gsd\): a geometric standard deviation is a factor above 1"),
    (lambda: LogNormal.from_mean(-1, 2), r"LogNormal.from_mean\(mean\): must be positive; got -1; .*Normal.from_int"),
    (lambda: LogNormal.from_mean(1, -2), r"LogNormal.from_mean\(sd\): standard deviation must be >= 0; got -2"),
    (lambda: Gamma(0, 1), r"Gamma\(alpha\): must be within 1e-3 to 1e5; got 0; Gamma.from_mean"),
    (lambda: Gamma(1, 0), r"Gamma\(scale\): must be positive; got 0"),
    (lambda: Gamma.from_mean(-1, 2), r"Gamma.from_mean\(mean\): must be positive; got -1"),
    (lambda: Gamma.from_mean(1, -2), r"Gamma.from_mean\(sd\): standard deviation must be >= 0"),
    (lambda: Gamma.from_mean(1, 100), r"Gamma.from_mean\(sd\): sd / mean must be within 0.0032 to 31; got 100"),
    (lambda: StudentT(0, 0, 3), r"StudentT\(scale\): must be above 0; got 0"),
    (lambda: StudentT(0, 1, [3, 0]), r"StudentT\(degrees_of_freedom\[1\]\): must be 0.1 or more; got 0"),
    (lambda: StudentT(math.inf, 1, 3), r"StudentT\(median\): must be finite"),
    (lambda: PERT(1, 9, 3), r"PERT\(mode\): the mode must lie within 1 to 3; got 9"),
    (lambda: PERT(9, 5, 3), r"PERT\(low\): lower 9 above upper 3"),
    (lambda: ShiftedLogNormal(0, 1000, 1), r"ShiftedLogNormal\(mu\): .* take the logarithm"),
    (lambda: ShiftedLogNormal(0, 1, -1), r"ShiftedLogNormal\(sigma\): standard deviation must be >= 0"),
    (lambda: ShiftedLogNormal(0, 1, 1, direction=2), r"direction\): must be 1, .* or -1; got 2"),
    (lambda: LogNormal.from_log10(1e14, 1), r"from_log10\(mean\): needs a power of ten .* take the base 10 logarithm"),
    (lambda: LogNormal.from_log10(3, -1), r"from_log10\(sd\): standard deviation must be >= 0"),
    (lambda: LogNormal.from_log10_interval(1e3, 1e4, level=0.9), r"from_log10_interval\(low\): needs a power of ten"),
    (lambda: LogNormal.from_log10_interval(4, 3, level=0.9), r"from_log10_interval\(low\): lower 4 above upper 3"),
    (lambda: LogNormal.from_log10_interval(3, 4, level=90), r"from_log10_interval\(level\): .* did you mean 0.9"),
    (lambda: from_counts(11, 10), r"from_counts\(successes\): 11 successes out of 10 trials; order is"),
    (lambda: from_counts(0.7, 10), r"from_counts\(successes\): needs a count, .* got 0.7"),
    (lambda: Beta.from_counts(-1, 10), r"Beta.from_counts\(successes\): needs a count"),
    (lambda: Beta.from_counts(0, 0), r"Beta.from_counts\(trials\): no trials tell nothing"),
    (lambda: stack([]), r"stack\(distributions\): needs at least one distribution"),
    (lambda: Normal(0, 1).draw(np.random.default_rng(0), 0), r"Normal.draw\(n\): needs at least 1 draw; got 0"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_impossible_numbers(call, message):
    with pytest.raises(RangeError, match=message):
        call()


def deep(levels, leaf):
    for _ in range(levels):
        leaf = [leaf]
    return leaf


def deep_stack(levels):
    parameters = {"value": 1.0}
    kind = "point"
    for _ in range(levels):
        parameters, kind = {"parts": [{"kind": kind, "parameters": parameters}]}, "stack"
    return parameters


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Normal([1, 2], [1, 2, 3]), r"Normal\(\): .* mean \(2,\), sd \(3,\)"),
        (lambda: between([1, 2], [3, 4, 5], level=0.9), r"between\(\): .* low \(2,\), high \(3,\)"),
        (lambda: Normal([[1, 2], [3]], 1), r"Normal\(mean\): rows differ in length"),
        (lambda: Empirical([[1, 2], [3, 4]]), r"Empirical\(data\): .* shape \(2, 2\)"),
        (lambda: Empirical(3), r"Empirical\(data\): .* write \[x\]"),
        (lambda: between(1, 3, level=[0.5, 0.9]), r"between\(level\): needs one number"),
        (lambda: stack([Normal(1, 2), Normal([1], 2)]), r"stack\(distributions\[1\]\): has shape \(1,\)"),
        (lambda: Normal(deep(500, 1.0), 1), r"nested deeper than 16 levels"),
        (lambda: Normal(np.ones((1,) * 20), 1), r"has 20 axes"),
        (lambda: distribution_from("stack", deep_stack(500)), r"nested deeper than 16 levels"),
    ],
)
def test_shapes_that_do_not_fit(call, message):
    with pytest.raises(ShapeError, match=message):
        call()


@pytest.mark.parametrize(
    ("error", "call", "message"),
    [
        (UnknownNameError, lambda: distribution_from("lognorml", {}), r"Did you mean 'lognormal'"),
        (KindError, lambda: distribution_from(3, {}), r"distribution_from\(kind\)"),
        (KindError, lambda: distribution_from("normal", [1, 2]), r"distribution_from\(parameters\)"),
        (ArgumentError, lambda: distribution_from("normal", {"mean": 1}), r"sd missing"),
        (ArgumentError, lambda: distribution_from("normal", {"mean": 1, "sdd": 2}), r"'sdd'.*Did you mean 'sd'"),
        (ArgumentError, lambda: distribution_from("normal", {"mean": 1, "sd": 2, 3: 4}), r"unknown 3"),
        (RangeError, lambda: distribution_from("normal", {"mean": 1, "sd": -2}), r"did you mean 2\?"),
        (KindError, lambda: distribution_from("normal", {"mean": "1", "sd": 2}), r"Normal\(mean\)"),
        (KindError, lambda: distribution_from("stack", {"parts": {}}), r"needs a list of parts"),
        (KindError, lambda: distribution_from("stack", {"parts": [1]}), r"parts\[0\]"),
        (ArgumentError, lambda: distribution_from("stack", {"parts": [{"kind": "point"}]}), r"parameters missing"),
        (RangeError, lambda: distribution_from("stack", {"parts": []}), r"Stack\(parts\): needs at least one"),
        (KindError, lambda: stack([Normal(1, 2), 3]), r"stack\(distributions\[1\]\): .* write Point"),
        (KindError, lambda: stack(3), r"stack\(distributions\): needs a list"),
        (KindError, lambda: Normal(0, 1).draw(0, 3), r"draw\(generator\): .*default_rng"),
        (KindError, lambda: Normal(0, 1).draw(np.random.default_rng(0), 2.5), r"draw\(n\)"),
        (KindError, lambda: Normal(0, 1).draw(np.random.default_rng(0), True), r"draw\(n\)"),
    ],
)
def test_other_refusals(error, call, message):
    with pytest.raises(error, match=message):
        call()


def test_importing_and_refusing_loads_no_scipy_stats():
    code = (
        "import sys; from brainparams import distributions as d; "
        "assert 'scipy' not in sys.modules; "
        "d.Beta.from_interval(0.1, 0.4, level=0.9); d.Normal(1, 2).ppf(0.3); "
        "assert 'scipy.special' in sys.modules; assert 'scipy.stats' not in sys.modules"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr


def outcome(call):
    """Return what the call gives, or None if it is refused with one of our errors."""
    try:
        return call()
    except (ArgumentError, KindError, RangeError, ShapeError) as error:
        assert ": " in str(error)  # noqa: PT017 - either outcome is right, the message must name the place
        return None


any_float = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=300, deadline=None)
@given(any_float, any_float, any_float, st.floats(0, 1), st.floats(0, 1))
def test_extreme_numbers_give_numbers_or_our_errors(a, b, c, level, p):
    fraction = min(abs(b), 1.0)
    for make in (
        lambda: Normal(a, abs(b)),
        lambda: LogNormal(a, abs(b)),
        lambda: Uniform(a, b),
        lambda: LogUniform(a, b),
        lambda: Triangular(a, c, b),
        lambda: Beta(abs(a), abs(b)),
        lambda: Empirical([a, b, c]),
        lambda: Normal.from_interval(a, b, level=level),
        lambda: LogNormal.from_interval(a, b, level=level),
        lambda: Uniform.from_interval(a, b, level=level),
        lambda: LogUniform.from_interval(a, b, level=level),
        lambda: Triangular.from_interval(a, b, level=level, mode=c),
        lambda: Beta.from_interval(p * fraction, fraction, level=level),
        lambda: Beta.from_mean(fraction, c),
        lambda: LogNormal.from_mean(a, b),
        lambda: LogNormal.from_median(a, b),
        lambda: LogNormal.from_log10(a, b),
        lambda: LogNormal.from_log10_interval(a, b, level=level),
        lambda: Gamma(abs(a), abs(b)),
        lambda: Gamma.from_mean(a, b),
        lambda: StudentT(a, abs(b), abs(c)),
        lambda: PERT(a, c, b),
        lambda: ShiftedLogNormal(a, b, abs(c)),
        lambda: Beta.from_counts(a, b),
        lambda: Discrete({a: p, b: 1 - p}),
        lambda: Mixture([Uniform(a, b), LogNormal(c, 1), Normal(c, abs(a))]),
        lambda: Truncated(Normal(a, abs(b)), low=c),
        lambda: Truncated(Mixture([Normal(a, abs(b)), Point(b)]), high=c),
        lambda: from_percentiles({0.05: a, 0.4: c, 0.95: b}),
    ):
        belief = outcome(make)
        if belief is not None:
            low, high = belief.support
            assert low <= belief.ppf(p) <= high
            assert 0 <= belief.cdf(c) <= 1
            assert not math.isnan(belief.mean)
            assert belief.sd >= 0
            log_sd = outcome(belief.log_sd)
            assert log_sd is None or log_sd >= 0


@settings(max_examples=300)
@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=3), st.lists, max_leaves=6)
)
def test_only_our_errors_escape(value):
    for call in (
        lambda: Normal(value, 1),
        lambda: Normal(1, value),
        lambda: LogNormal(value, value),
        lambda: Uniform(value, 3),
        lambda: LogUniform(1, value),
        lambda: Triangular(0, value, 2),
        lambda: Beta(value, 2),
        lambda: Empirical(value),
        lambda: Point(value),
        lambda: Stack(value),
        lambda: Gamma(value, 2),
        lambda: StudentT(0, 1, value),
        lambda: PERT(0, value, 2),
        lambda: ShiftedLogNormal(value, value, value),
        lambda: Discrete(value, value),
        lambda: Discrete.normalised(value, [1]),
        lambda: Mixture(value),
        lambda: Mixture([Normal(0, 1)], value),
        lambda: Truncated(value, 0),
        lambda: Truncated(Normal(0, 1), value, value),
        lambda: from_percentiles(value),
        lambda: from_percentiles({0.5: value, 0.9: 2}),
        lambda: from_counts(value, 3),
        lambda: between(1, value, level=0.9),
        lambda: between(1, 2, level=value),
        lambda: Uniform(0, 1).ppf(value),
        lambda: Uniform(0, 1).cdf(value),
    ):
        outcome(call)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: bp.Normal.from_interval(1, level=0.9), r"Normal\.from_interval\(\): missing high"),
        (lambda: bp.LogNormal.from_mean(3), r"LogNormal\.from_mean\(\): missing sd"),
        (lambda: bp.Gamma.from_mean(mean=2, std=3), "unknown argument 'std'. Did you mean 'sd'"),
        (lambda: bp.Triangular.from_interval(1, 2, level=0.9), r"Triangular\.from_interval\(\): missing mode"),
        (lambda: bp.Beta.from_counts(3), r"Beta\.from_counts\(\): missing trials"),
        (lambda: bp.Normal(1, 2).ppf(), r"Normal\.ppf\(\): missing p=0\.95"),
        (lambda: bp.LogNormal.from_mode(3), "LogNormal has no 'from_mode'. Did you mean .*'from_mean'"),
        (lambda: bp.Uniform.from_bounds(3), "Uniform has no 'from_bounds'"),
    ],
)
def test_another_way_to_make_a_belief_says_what_it_takes(call, told):
    with pytest.raises(bp.BrainparamsError, match=told):
        call()
