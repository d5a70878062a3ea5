"""How often two standard errors hold the truth, over graphs that have a closed form; rare events among them."""

import math
import random

import numpy as np
import pytest

import brainparams as bp
from brainparams.engines import exact

GRAPHS = 400
WANTED = (0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999)


def pure(belief, place):
    return bp.assumed(belief, "1", because="a test", name=f"x{place}")


def closed(seed):
    rng = random.Random(seed)
    count, kind = rng.randrange(2, 6), rng.randrange(3)
    if kind == 0:
        parts = [
            pure(bp.LogNormal(rng.uniform(-1, 1), rng.uniform(0.05, 1.5)), k) ** rng.choice([1, 1, 2, -1, 0.5])
            for k in range(count)
        ]
        return math.prod(parts[1:], start=parts[0])
    if kind == 1:
        parts = [
            pure(bp.Normal(rng.uniform(-3, 3), rng.uniform(0.05, 2)), k) * rng.choice([1, -1, 3]) for k in range(count)
        ]
        return sum(parts[1:], parts[0])
    parts = [pure(bp.Normal(rng.uniform(-1, 1), rng.uniform(0.2, 1)), k) for k in range(count)]
    return bp.exp(sum(parts[1:], parts[0]) * rng.choice([0.5, 1, 2]))


def test_two_standard_errors_hold_the_truth_as_often_as_they_should():
    apart = []
    for seed in range(GRAPHS):
        quantity = closed(seed)
        truth = exact.law(quantity.node)
        found = quantity.estimate(engine="sobol", digits=2, seed=seed)
        apart.append([(found.quantile(p) - truth.quantile(p)) / found.standard_error(p) for p in WANTED])
    within = np.abs(apart) <= 2.0
    assert 0.93 <= within.mean() <= 0.97
    assert np.all(within.mean(axis=0) >= 0.90)
    assert np.max(np.abs(apart)) < 6.0


@pytest.mark.parametrize("threshold", [3.0, 3.7])
def test_a_rare_event_has_an_error_that_it_deserves(threshold):
    # 1 where a sum of five passes a threshold in their sd: nothing of it is smooth in the one that is integrated
    within = []
    for seed in range(40):
        a, *others = [pure(bp.Normal(0.0, 1.0), k) for k in range(5)]
        tail = bp.exp(bp.exact(8, "1") * (sum(others[1:], others[0]) * bp.exact(0.5, "1") - bp.exact(threshold, "1")))
        found = (a * bp.exact(0.05, "1") + tail).estimate(engine="sobol", digits=2, seed=seed)
        below, error = found.law.cdf(2.0)
        # P(0.05 a + exp(8 (z − t)) > 2), z standard normal: by quadrature
        z = np.linspace(-8, 8, 20_001)
        weights = np.exp(-0.5 * z * z)
        rest = bp.Normal(0.0, 0.05).cdf(2.0 - np.exp(8 * (z - threshold)))
        truth = float(np.sum(weights * rest) / np.sum(weights))
        within.append(abs(below - truth) <= 2.0 * error)
    assert np.mean(within) >= 0.85


def test_a_sum_beyond_floats_is_refused_in_our_words():
    big = [pure(bp.Normal(1e308, 1e306), k) for k in range(2)]
    with pytest.raises(bp.errors.RangeError, match="beyond float range"):
        (big[0] + big[1]).estimate()


def test_a_rare_event_of_an_input_that_is_not_integrated_is_within_the_error():
    """A heavy tail that lies beyond all points moves the outermost quantiles, and the error bar has room for it."""
    far = []
    for seed in range(24):
        rng = random.Random(seed)
        one, other = rng.uniform(0.1, 5), rng.uniform(0.1, 5)
        total = pure(bp.StudentT(1, one, 1), 0) + pure(bp.StudentT(2, other, 1), 1)
        found = total.estimate(engine="sobol", digits=2, seed=seed)
        for p in (0.001, 0.999):
            right = 3 + (one + other) * math.tan(math.pi * (p - 0.5))
            far.append(abs(found.quantile(p) - right) / found.standard_error(p))
    assert np.mean(np.array(far) <= 2.0) >= 0.85
    assert max(far) < 6.0


WIDE = {
    "thirty decades": bp.LogNormal(0.0, 21.0),
    "twenty-four decades": bp.LogNormal(0.0, 16.8),
    "even in the logarithm": bp.LogUniform(1e-12, 1e12),
    "almost always tiny": bp.Gamma(0.02, 1.0),
    "cut": bp.Truncated(bp.LogNormal(0.0, 10.0), high=1e5),
    "six decades": bp.LogNormal(0.0, 4.2),
    "one decade": bp.LogUniform(1.0, 10.0),
}


@pytest.mark.parametrize("belief", WIDE.values(), ids=list(WIDE))
def test_a_difference_of_two_alike_is_symmetric_within_its_errors(belief):
    """A jump that lies between the same points of all replicates does not show in their spread."""
    apart = []
    for seed in range(6):
        found = (pure(belief, 0) - pure(belief, 1)).estimate(engine="sobol", digits=2, seed=seed)
        for p in (0.01, 0.05, 0.25):
            both = math.hypot(found.standard_error(p), found.standard_error(1 - p))
            apart.append(abs(found.quantile(p) + found.quantile(1 - p)) / both)
    assert np.mean(np.array(apart) <= 2.0) >= 0.85
    assert max(apart) < 6.0
