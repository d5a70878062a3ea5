"""Weighted values, mixtures, truncation and distributions through percentiles, against 30-digit references."""

import copy
import json
import math
import pickle

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mpf

from brainparams.distributions import (
    PERT,
    Beta,
    Discrete,
    Empirical,
    Gamma,
    LogNormal,
    LogUniform,
    Mixture,
    Normal,
    Point,
    ShiftedLogNormal,
    StudentT,
    Triangular,
    Truncated,
    Uniform,
    distribution_from,
    from_percentiles,
    stack,
)
from brainparams.errors import ArgumentError, KindError, RangeError, ShapeError
from checks import PROBABILITIES


@pytest.fixture(autouse=True)
def thirty_digits():
    with mpmath.workdps(30):
        yield


def name_of(value):
    return repr(value)


# --- references: probability and density of each part


def normal_reference(mean, sd):
    return lambda x: mpmath.erfc((mean - x) / sd / mpmath.sqrt(2)) / 2, lambda x: mpmath.npdf(x, mean, sd)


def lognormal_reference(mu, sigma):
    below, density = normal_reference(mu, sigma)
    return (
        lambda x: below(mpmath.log(x)) if x > 0 else mpf(0),
        lambda x: density(mpmath.log(x)) / x if x > 0 else mpf(0),
    )


def uniform_reference(low, high):
    return (
        lambda x: min(max((x - low) / (high - low), mpf(0)), mpf(1)),
        lambda x: 1 / (high - low) if low <= x <= high else mpf(0),
    )


def student_reference(median, scale, df):
    def below(x):
        t = (x - median) / scale
        tail = mpmath.betainc(df / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2
        return tail if t < 0 else 1 - tail

    factor = mpmath.gammaprod([(df + 1) / 2], [df / 2]) / mpmath.sqrt(df * mpmath.pi) / scale
    return below, lambda x: factor * (1 + ((x - median) / scale) ** 2 / df) ** (-(df + 1) / 2)


def gamma_reference(alpha, scale):
    return (
        lambda x: mpmath.gammainc(alpha, 0, x / scale, regularized=True) if x > 0 else mpf(0),
        lambda x: (
            (x / scale) ** (alpha - 1) * mpmath.exp(-x / scale) / mpmath.gamma(alpha) / scale if x > 0 else mpf(0)
        ),
    )


def triangular_reference(low, mode, high):
    def density(x):
        if not low <= x <= high:
            return mpf(0)
        side = (x - low) / (mode - low) if x < mode else (high - x) / (high - mode)
        return 2 * side / (high - low)

    def below(x):
        if x < mode:
            return (x - low) ** 2 / ((high - low) * (mode - low))
        return 1 - (high - x) ** 2 / ((high - low) * (high - mode))

    return below, density


REFERENCES = {
    "normal": normal_reference,
    "lognormal": lognormal_reference,
    "uniform": uniform_reference,
    "studentt": student_reference,
    "gamma": gamma_reference,
    "triangular": triangular_reference,
}


def reference(belief):
    """Return probability and density of a continuous distribution or a mixture of some."""
    if isinstance(belief, Mixture):
        parts = [reference(part) for part in belief.parts]
        weights = [mpf(float(weight)) for weight in belief.weights]
        return tuple(
            lambda x, which=which: mpmath.fsum(w * part[which](x) for w, part in zip(weights, parts, strict=True))
            for which in (0, 1)
        )
    return REFERENCES[belief.name](*(mpf(each) for each in belief.parameters().values()))


# --- weighted values


def test_weighted_values_are_steps():
    belief = Discrete({4: 0.25, 1: 0.25, 2: 0.5})
    assert belief == Discrete([1, 2, 4], [0.25, 0.5, 0.25])
    assert belief.ppf(np.array([0, 0.1, 0.25, 0.26, 0.75, 0.76, 1])).tolist() == [1, 1, 1, 2, 2, 4, 4]
    # right-continuous
    assert [belief.cdf(x) for x in (0.9, 1, 1.9, 2, 4, 5)] == [0, 0.25, 0.25, 0.75, 1, 1]
    assert belief.mean == 2.25
    assert belief.sd == pytest.approx(math.sqrt(0.25 * 1.25**2 + 0.5 * 0.25**2 + 0.25 * 1.75**2), rel=1e-15)
    assert belief.shape == ()
    for array in (belief.values, belief.weights):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 3


def test_weights_that_round_keep_their_steps():
    belief = Discrete(range_of(10), [0.1] * 10)
    for rank in range(1, 11):
        assert belief.ppf(math.fsum([0.1] * rank)) == rank
        assert belief.cdf(rank) == math.fsum([0.1] * rank)
        if rank < 10:
            assert belief.ppf(np.nextafter(math.fsum([0.1] * rank), 1)) == rank + 1


def range_of(count):
    return [float(each) for each in range(1, count + 1)]


def test_weights_are_scaled_only_if_told_to():
    with pytest.raises(RangeError, match=r"Discrete\(weights\): .* they sum to 4; .*Discrete.normalised"):
        Discrete({1: 3, 2: 1})
    assert Discrete.normalised({1: 3, 2: 1}) == Discrete({1: 0.75, 2: 0.25})
    assert Discrete.normalised([1, 2], [1e308, 1e308]).weights.tolist() == [0.5, 0.5]
    third = Discrete([1, 2, 3], [0.3333333333] * 3)  # off by 1e-10
    assert third.cdf(1) == pytest.approx(1 / 3, rel=1e-15)
    with pytest.raises(RangeError, match=r"they sum to 0\.999999"):
        Discrete([1, 2, 3], [0.333333] * 3)


def test_equal_values_are_joined():
    assert Discrete([2, 1, 2], [0.25, 0.25, 0.5]) == Discrete({1: 0.25, 2: 0.75})


@given(st.dictionaries(st.floats(-1e300, 1e300), st.floats(1e-6, 1e6), min_size=1, max_size=30), st.floats(0, 1))
def test_law_of_weighted_steps(weights, p):
    belief = Discrete.normalised(weights)
    x = belief.ppf(p)
    assert belief.cdf(x) >= p
    assert x == min(weights) or belief.cdf(np.nextafter(x, -np.inf)) < p
    assert distribution_from("discrete", json.loads(json.dumps(belief.parameters()))) == belief


def test_weighted_values_overflow_nowhere():
    belief = Discrete({1e308: 0.5, 1.5e308: 0.5})
    assert (belief.mean, belief.sd) == pytest.approx((1.25e308, 2.5e307), rel=1e-14)


# --- mixtures

MIXTURES = [
    Mixture([Normal(1, 2)]),
    Mixture([LogNormal(7, 0.5), LogNormal(23, 1)], [0.3, 0.7]),
    Mixture([Normal(0, 1), Normal(10, 0.1)], [0.999, 0.001]),
    Mixture([Uniform(0, 2), Uniform(1, 3), Normal(1, 1)], [0.25, 0.25, 0.5]),
    Mixture([LogNormal(-40, 0.2), StudentT(5, 1, 3)]),
    Mixture([Mixture([Normal(-3, 1), Gamma(2.5, 2)]), LogNormal(1, 1)], [0.6, 0.4]),
]


@pytest.mark.parametrize("belief", MIXTURES, ids=name_of)
def test_mixture_matches_thirty_digits(belief):
    below, density = reference(belief)
    for p in PROBABILITIES:
        x = mpf(belief.ppf(p))
        # one Newton step; of p next to 1 the distribution function itself holds 16 digits
        error = abs((below(x) - mpf(p)) / (x * density(x)))
        rounding = 4e-16 * below(x) / (abs(x) * density(x))
        assert error < 1e-12 + rounding, p
        assert belief.cdf(float(x)) == pytest.approx(float(below(x)), rel=1e-13, abs=0)


@pytest.mark.parametrize("belief", MIXTURES, ids=name_of)
def test_mixture_moments_follow_from_the_parts(belief):
    weights = [mpf(float(each)) for each in belief.weights]
    means, sds = ([mpf(getattr(part, which)) for part in belief.parts] for which in ("mean", "sd"))
    mean = mpmath.fsum(w * m for w, m in zip(weights, means, strict=True))
    variance = mpmath.fsum(w * (s * s + (m - mean) ** 2) for w, m, s in zip(weights, means, sds, strict=True))
    assert belief.mean == pytest.approx(float(mean), rel=1e-14)
    assert belief.sd == pytest.approx(float(mpmath.sqrt(variance)), rel=1e-14)


def test_a_mixture_with_exact_values():
    belief = Mixture([Point(3), Uniform(0, 6)])
    assert belief.ppf(np.array([0, 0.25, 0.26, 0.5, 0.75, 1])).tolist() == [0, 3, 3, 3, 3, 6]
    assert belief.ppf(np.array([0.125, 0.875])) == pytest.approx([1.5, 4.5], rel=1e-13)
    assert belief.cdf(3) == 0.75
    assert belief.cdf(np.nextafter(3, 0)) == pytest.approx(0.25, rel=1e-15)
    discrete = Mixture([Empirical([1, 2]), Discrete({2: 0.5, 7: 0.5}), Normal(4, 0)], [0.5, 0.25, 0.25])
    assert discrete.ppf(np.array([0, 0.25, 0.3, 0.625, 0.7, 0.875, 0.9, 1])).tolist() == [1, 1, 2, 2, 4, 4, 7, 7]


def test_a_gap_belongs_to_its_lower_end():
    belief = Mixture([Uniform(0, 1), Uniform(5, 6)])
    assert belief.ppf(0.5) == pytest.approx(1, rel=1e-14)
    assert belief.ppf(np.nextafter(0.5, 1)) == pytest.approx(5, rel=1e-14)
    assert belief.support == (0.0, 6.0)


def test_many_quantiles_of_a_mixture_are_its_inverse():
    p = np.random.default_rng(5).random(100_000)
    for belief in (MIXTURES[1], MIXTURES[3], Mixture([LogNormal(each, 1) for each in range(8)])):
        x = belief.ppf(p)
        assert np.all(belief.cdf(x - 1e-12 * np.abs(x)) <= p)
        assert np.all(belief.cdf(x + 1e-12 * np.abs(x)) >= p)
    assert belief.ppf(p.reshape(10, -1)).shape == (10, 10_000)


def test_mixture_weights():
    parts = [Normal(0, 1), Normal(5, 1)]
    assert Mixture(parts) == Mixture(parts, [0.5, 0.5])
    assert Mixture.normalised(parts, [3, 1]) == Mixture(parts, [0.75, 0.25])
    assert Mixture(parts) != Mixture(parts[::-1])
    assert len({Mixture(parts), Mixture(parts, [0.25, 0.75]), Mixture(parts)}) == 2


def test_log_sd_of_a_mixture():
    belief = Mixture([LogNormal(1, 0.5), LogNormal(4, 2), Point(math.e)], [0.5, 0.25, 0.25])
    mean = 0.5 + 1 + 0.25
    expected = 0.5 * (0.25 + (1 - mean) ** 2) + 0.25 * (4 + (4 - mean) ** 2) + 0.25 * (1 - mean) ** 2
    assert belief.log_sd() == pytest.approx(math.sqrt(expected), rel=1e-14)
    with pytest.raises(RangeError, match="zero or less has probability"):
        Mixture([LogNormal(0, 1), Normal(0, 1)]).log_sd()


# --- truncation

CUTS = [
    Truncated(Normal(0, 1), low=0),
    Truncated(Normal(3, 2), low=0),
    Truncated(Normal(0, 1), low=4),
    Truncated(Normal(0, 1), high=-4.5),
    Truncated(Normal(5, 1), low=4.99, high=5.01),
    Truncated(LogNormal(0, 1), low=0.5, high=20),
    Truncated(LogNormal(2, 3), low=100),
    Truncated(LogNormal(8, 0.7), high=1e5),
    Truncated(StudentT(0, 1, 2.5), low=-1, high=50),
    Truncated(StudentT(0, 1, 5), low=2),
    Truncated(Gamma(2.5, 4), low=1, high=90),
    Truncated(Triangular(0, 1, 10), low=0.5),
    Truncated(Mixture([Normal(0, 1), Normal(10, 0.1)], [0.5, 0.5]), low=-1, high=10.05),
    Truncated(Truncated(Normal(0, 1), low=-1), high=2),
]


def inside(belief):
    """Return probability and density of the whole, and the bounds."""
    whole, low, high = belief, -mpmath.inf, mpmath.inf
    while isinstance(whole, Truncated):
        low = low if whole.low is None else max(low, mpf(whole.low))
        high = high if whole.high is None else min(high, mpf(whole.high))
        whole = whole.distribution
    if isinstance(whole, LogNormal | Gamma | Triangular):
        low = max(low, mpf(0))
    if isinstance(whole, Triangular):
        high = min(high, mpf(whole.high))
    return *reference(whole), low, high


def panels(belief, low, high):
    """Return points between which the density is smooth and neither end is far away on its scale."""
    points = [low, high, *(mpf(belief.ppf(p)) for p in (1e-9, 1e-4, 0.05, 0.3, 0.499, 0.501, 0.7, 0.95, 1 - 1e-4))]
    points += [mpf(belief.ppf(1 - 1e-9)), mpf(1)] if low < 1 < high else [mpf(belief.ppf(1 - 1e-9))]
    return sorted(set(points))


@pytest.mark.parametrize("belief", CUTS, ids=name_of)
def test_truncated_matches_thirty_digits(belief):
    below, density, low, high = inside(belief)
    start = below(low) if mpmath.isfinite(low) else mpf(0)
    mass = (below(high) if mpmath.isfinite(high) else mpf(1)) - start
    for p in PROBABILITIES:
        x = mpf(belief.ppf(p))
        assert low <= x <= high
        error = abs((start + mass * mpf(p) - below(x)) / density(x))
        # next to a bound a float holds x itself no better than the bound
        assert error < 1e-12 * max(abs(x), mpf(belief.sd)), p
        share = (below(x) - start) / mass
        step = 4e-16 * max(abs(x), 1) * density(x) / mass
        assert abs(mpf(belief.cdf(float(x))) - share) < 1e-12 * share + step + 1e-15, p
    assert belief.support == (max(float(low), float(belief.ppf(0))), min(float(high), float(belief.ppf(1))))


@pytest.mark.parametrize("belief", CUTS, ids=name_of)
def test_truncated_moments_match_quadrature(belief):
    _, density, low, high = inside(belief)
    edges = panels(belief, low, high)
    mass = mpmath.quad(density, edges)
    mean = mpmath.quad(lambda x: x * density(x), edges) / mass
    sd = mpmath.sqrt(mpmath.quad(lambda x: (x - mean) ** 2 * density(x), edges) / mass)
    assert abs(belief.mean - float(mean)) < 1e-10 * max(abs(mean), sd)
    assert belief.sd == pytest.approx(float(sd), rel=1e-10)


def test_a_truncated_normal_by_formula():
    assert Truncated(Normal(0, 1), low=0).mean == pytest.approx(math.sqrt(2 / math.pi), rel=1e-13)
    assert Truncated(Normal(0, 1), low=0).sd == pytest.approx(math.sqrt(1 - 2 / math.pi), rel=1e-13)


def test_truncated_data_are_weighted_values():
    belief = Truncated(Empirical(range_of(10)), low=3)
    for rank in range(1, 9):
        assert belief.ppf(rank / 8) == rank + 2
        assert belief.cdf(rank + 2) == rank / 8
    assert belief.mean == pytest.approx(6.5, rel=1e-15)
    assert belief.support == (3.0, 10.0)
    assert belief.log_sd() == pytest.approx(float(np.std(np.log(range_of(10)[2:]))), rel=1e-14)
    assert Truncated(Discrete({1: 0.5, 2: 0.25, 3: 0.25}), high=2).mean == pytest.approx(4 / 3, rel=1e-15)


def test_a_bound_belongs_to_the_inside():
    belief = Truncated(Mixture([Point(0), Uniform(-1, 1)]), low=0)
    assert belief.cdf(0) == pytest.approx(2 / 3, rel=1e-15)
    assert belief.mean == pytest.approx(1 / 6, rel=1e-13)
    assert belief.ppf(0.5) == 0.0


def test_a_tail_without_a_mean_has_none():
    assert Truncated(StudentT(0, 1, 1), low=0).mean == math.inf
    assert Truncated(StudentT(0, 1, 1), high=0).mean == -math.inf
    belief = Truncated(StudentT(0, 1, 1.5), low=0)
    assert math.isfinite(belief.mean)
    assert belief.sd == math.inf
    assert math.isfinite(Truncated(StudentT(0, 1, 1), low=0, high=9).sd)


def test_log_sd_of_what_is_left():
    whole = LogUniform(1e-30, 1e30)
    belief = Truncated(whole, low=1)
    assert belief.log_sd() == pytest.approx(LogUniform(1, 1e30).log_sd(), rel=1e-9)
    assert Truncated(Uniform(-5, 5), low=0).log_sd() == pytest.approx(1.0, rel=1e-6)
    with pytest.raises(RangeError, match="zero or less has probability"):
        Truncated(Normal(0, 1), low=-1).log_sd()


@pytest.mark.parametrize("belief", [*CUTS, *MIXTURES, Mixture([Point(1), Truncated(Normal(0, 1), low=0)])], ids=name_of)
def test_composed_distributions_survive_documents_and_copies(belief):
    text = json.dumps({"kind": belief.name, "parameters": belief.parameters()}, allow_nan=False)
    for again in (distribution_from(**json.loads(text)), pickle.loads(pickle.dumps(belief)), copy.deepcopy(belief)):
        assert again == belief
        assert hash(again) == hash(belief)
        assert again.ppf(0.3) == belief.ppf(0.3)


def test_composed_distributions_side_by_side():
    parts = [Truncated(Normal(each, 1), low=0) for each in (1, 2)]
    belief = stack(parts)
    assert belief.shape == (2,)
    assert belief.ppf(np.full((3, 2), 0.5)).tolist() == [[part.ppf(0.5) for part in parts]] * 3
    assert belief.draw(np.random.default_rng(0), 4).min() >= 0
    assert stack([Mixture(parts), Mixture(parts)]).mean.shape == (2,)


# --- through percentiles


@pytest.mark.parametrize(
    ("percentiles", "kind"),
    [
        ({0.05: 1000, 0.95: 10000}, LogNormal),
        ({0.2: 1e-12, 0.3: 5e9}, LogNormal),
        ({0.05: -3, 0.95: 4}, Normal),
        ({0.05: 0, 0.5: 4}, Normal),
        ({0.05: 1e3, 0.5: 1e5, 0.95: 1e7}, LogNormal),
        ({0.05: 2, 0.5: 3, 0.95: 4}, Normal),
        ({0.05: -2, 0.5: 0, 0.95: 2}, Normal),
        ({0.05: 1, 0.5: 2, 0.95: 10}, ShiftedLogNormal),
        ({0.05: 1, 0.5: 9, 0.95: 10}, ShiftedLogNormal),
        ({0.1: -5, 0.3: 2, 0.95: 3}, ShiftedLogNormal),
        ({0.001: 5, 0.9: 6, 0.99: 6000}, ShiftedLogNormal),
        ({0.05: 1e9, 0.5: 2.5e9, 0.95: 7e9}, ShiftedLogNormal),
        ({0.95: 7e-9, 0.05: 1e-9, 0.5: 2.5e-9}, ShiftedLogNormal),
    ],
)
def test_a_distribution_through_percentiles(percentiles, kind):
    belief = from_percentiles(percentiles)
    assert type(belief) is kind
    widest = max(percentiles.values()) - min(percentiles.values())
    for p, value in percentiles.items():
        slack = 0 if kind is LogNormal else 1e-12 * widest
        assert belief.ppf(p) == pytest.approx(value, rel=1e-12, abs=slack)


def test_percentiles_between_lognormal_and_normal():
    # nearly symmetric: the bound is far away, and still all three values are kept
    for off in (1e-2, 1e-4, 1e-6, 1e-8, 1e-10):
        belief = from_percentiles({0.05: 1, 0.5: 2, 0.95: 3 + off})
        assert [belief.ppf(p) for p in (0.05, 0.5, 0.95)] == pytest.approx([1, 2, 3 + off], rel=1e-7)
    assert from_percentiles({0.05: 1, 0.5: 2, 0.95: 3}).name == "normal"


steps = st.floats(1e-3, 1e3)


@given(st.floats(-1e3, 1e3), steps, steps, st.floats(0.01, 0.4), st.floats(0.45, 0.55), st.floats(0.6, 0.99))
def test_law_of_three_percentiles(low, first, second, p, q, r):
    values = (low, low + first, low + first + second)
    belief = from_percentiles(dict(zip((p, q, r), values, strict=True)))
    slack = 1e-7 * (values[2] - values[0]) + 1e-12 * abs(low)
    assert [belief.ppf(each) for each in (p, q, r)] == pytest.approx(values, rel=0, abs=slack)


# --- bad input


@pytest.mark.parametrize(
    ("error", "call", "message"),
    [
        (ArgumentError, lambda: Discrete([1, 2]), r"Discrete\(weights\): missing; .* Empirical\(values\)"),
        (ArgumentError, lambda: Discrete({1: 1}, [1]), r"Discrete\(weights\): the mapping holds the weights already"),
        (ShapeError, lambda: Discrete([1, 2], [1]), r"Discrete\(weights\): needs 2 weights, one each; got 1"),
        (ShapeError, lambda: Discrete(1, [1]), r"Discrete\(values\): needs one row"),
        (
            RangeError,
            lambda: Discrete({1: 1.5, 2: -0.5}),
            r"Discrete\(weights\[1\]\): a weight must be above 0; got -",
        ),
        (RangeError, lambda: Discrete({1: 1, 2: 0}), r"Discrete\(weights\[1\]\): .* leave out what is impossible"),
        (RangeError, lambda: Discrete({}), r"Discrete\(values\): holds no numbers"),
        (RangeError, lambda: Discrete({math.nan: 1}), r"Discrete\(values\[0\]\): not a number"),
        (RangeError, lambda: Discrete.normalised([1, 2], [1e-300, 1e300]), r"normalised\(weights\[0\]\): 1e-300 van"),
        (KindError, lambda: Discrete({"a": 1}), r"Discrete\(values\[0\]\): needs a real number"),
        (RangeError, lambda: Mixture([]), r"Mixture\(parts\): needs at least one"),
        (KindError, lambda: Mixture([3]), r"Mixture\(parts\[0\]\): needs a distribution; got 3"),
        (ShapeError, lambda: Mixture([Normal([1, 2], 1)]), r"Mixture\(parts\): needs distributions of a single number"),
        (ShapeError, lambda: Mixture([Normal(0, 1)], [0.5, 0.5]), r"Mixture\(weights\): needs 1 weights"),
        (RangeError, lambda: Mixture([Normal(0, 1)], [0.5]), r"they sum to 0.5; .* Mixture.normalised\(...\)"),
        (KindError, lambda: Truncated(3, low=0), r"Truncated\(distribution\): needs a distribution; got 3"),
        (ShapeError, lambda: Truncated(Normal([1, 2], 1), low=0), r"Truncated\(distribution\): needs a single number"),
        (ArgumentError, lambda: Truncated(Normal(0, 1)), r"Truncated\(\): needs low, high or both"),
        (RangeError, lambda: Truncated(Normal(0, 1), 3, 1), r"Truncated\(low\): must be below high; got 3 and 1; swap"),
        (RangeError, lambda: Truncated(Normal(0, 1), low=5), r"only 2.87e-07 of its probability lies within 5 to inf"),
        (RangeError, lambda: Truncated(LogNormal(0, 1), high=-1), r"only 0 of its probability"),
        (RangeError, lambda: Truncated(Normal(0, 1), low=math.nan), r"Truncated\(low\): not a number"),
        (ShapeError, lambda: Truncated(Normal(0, 1), low=[1, 2]), r"Truncated\(low\): needs one number"),
        (KindError, lambda: from_percentiles([1, 2]), r"from_percentiles\(percentiles\): needs a mapping"),
        (RangeError, lambda: from_percentiles({0.5: 1}), r"needs two or three percentiles; got 1; write \{0.05"),
        (
            RangeError,
            lambda: from_percentiles({5: 1, 95: 2}),
            r"must be in \(0, 1\); got 5; divide a percentage",
        ),
        (
            RangeError,
            lambda: from_percentiles({0.1: 3, 0.9: 2}),
            r"must rise .* got 3 at 0.1 and 2 at 0.9; swap",
        ),
        (RangeError, lambda: from_percentiles({0.1: 3, 0.5: 3, 0.9: 4}), r"must rise with the probability; got 3 at"),
        (RangeError, lambda: from_percentiles({0.1: 0, 0.5: 1e-9, 0.9: 1e9}), r"too skew for a lognormal; give two"),
        (RangeError, lambda: from_percentiles({0.1: math.inf, 0.9: 4}), r"\[0.1\]\): must be finite"),
        (ShapeError, lambda: from_percentiles({0.1: [1, 2], 0.9: 4}), r"needs single numbers"),
        (
            KindError,
            lambda: distribution_from("truncated", {"distribution": 3, "low": 1, "high": None}),
            r"distribution",
        ),
        (KindError, lambda: distribution_from("mixture", {"parts": 3, "weights": [1]}), r"needs a list of parts"),
    ],
)
def test_what_is_refused(error, call, message):
    with pytest.raises(error, match=message):
        call()


def test_kinds_that_may_be_cut_or_mixed():
    kinds = [PERT(0, 1, 5), Beta(2, 3), LogUniform(1, 9), ShiftedLogNormal(0, 0, 0.5, direction=-1), Point(2)]
    for part in kinds:
        centre = part.ppf(0.5)
        assert Truncated(part, low=centre).ppf(0) == pytest.approx(centre, rel=1e-15)
    mixed = Mixture(kinds)
    assert mixed.mean == pytest.approx(np.mean([part.mean for part in kinds]), rel=1e-14)
