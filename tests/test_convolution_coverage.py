"""Error bars of convolution against closed truths: four hundred random graphs whose law is known by another name."""

import math
import random

import numpy as np
import pytest
from scipy import special

import brainparams as bp

GRAPHS = 400
PROBABILITIES = (0.025, 0.25, 0.5, 0.75, 0.975)
ROUNDING = 1e-11


def pure(belief):
    return bp.assumed(belief, "1", because="a test")


def sum_of_gammas(rng):
    scale, shapes = rng.uniform(0.1, 10), [rng.uniform(0.3, 5) for _ in range(rng.randrange(2, 12))]
    terms = [pure(bp.Gamma(shape, scale)) for shape in shapes]
    return sum(terms[1:], terms[0]), lambda p: scale * special.gammaincinv(sum(shapes), p)


def product_of_betas(rng):
    a, b, c = (rng.uniform(0.5, 5) for _ in range(3))
    return pure(bp.Beta(a, b)) * pure(bp.Beta(a + b, c)), lambda p: special.betaincinv(a, b + c, p)


def share_of_gammas(rng):
    a, b = rng.uniform(0.5, 5), rng.uniform(0.5, 5)
    return pure(bp.Gamma(a, 1)) / pure(bp.Gamma(b, 1)), lambda p: 1 / (1 / special.betaincinv(a, b, p) - 1)


def largest_of_uniforms(rng):
    a, b = rng.uniform(0.2, 3), rng.uniform(0.2, 3)
    one, other = pure(bp.Uniform(0, 1)) ** (1 / a), pure(bp.Uniform(0, 1)) ** (1 / b)
    return bp.maximum(one, other), lambda p: p ** (1 / (a + b))


def smallest_of_waits(rng):
    one, other = rng.uniform(0.1, 5), rng.uniform(0.1, 5)
    return (
        bp.minimum(pure(bp.Gamma(1, one)), pure(bp.Gamma(1, other))),
        lambda p: -math.log1p(-p) / (1 / one + 1 / other),
    )


def squares_of_normals(rng):
    count = rng.randrange(2, 5)
    terms = [pure(bp.Normal(0, 1)) ** 2 for _ in range(count)]
    return sum(terms[1:], terms[0]), lambda p: 2 * special.gammaincinv(count / 2, p)


def sum_of_cauchys(rng):
    one, other = rng.uniform(0.1, 5), rng.uniform(0.1, 5)
    total = pure(bp.StudentT(1, one, 1)) + pure(bp.StudentT(2, other, 1))
    return total, lambda p: 3 + (one + other) * math.tan(math.pi * (p - 0.5))


def product_of_powers(rng):
    count = rng.randrange(2, 6)
    terms = [pure(bp.Uniform(0, 1)) for _ in range(count)]
    product = terms[0]
    for term in terms[1:]:
        product = product * term
    return product, lambda p: math.exp(-special.gammainccinv(count, p))


FAMILIES = (
    sum_of_gammas,
    product_of_betas,
    share_of_gammas,
    largest_of_uniforms,
    smallest_of_waits,
    squares_of_normals,
    sum_of_cauchys,
    product_of_powers,
)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda each: each.__name__)
def test_two_standard_errors_cover_the_truth(family):
    """These errors are no spread of draws but bounds in practice, so at least as many are covered as two of those."""
    covered = []
    for seed in range(GRAPHS // len(FAMILIES)):
        quantity, truth = family(random.Random(seed))
        found = quantity.estimate(engine="convolution")
        for p in PROBABILITIES:
            right, value = truth(p), found.quantile(p)
            covered.append(abs(value - right) <= 2 * found.standard_error(p) + ROUNDING * abs(right))
            below, error = found.law.cdf(right)
            assert below == pytest.approx(p, abs=2 * error + 1e-6)
    assert np.mean(covered) >= 0.93, np.mean(covered)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda each: each.__name__)
def test_the_outermost_quantiles_have_errors_of_their_own(family):
    """Farther out less counts for whether a table settles, so that more may be wrong there."""
    apart = []
    for seed in range(12):
        quantity, truth = family(random.Random(seed))
        found = quantity.estimate(engine="convolution")
        for p in (0.0001, 0.001, 0.999, 0.9999):
            right = truth(p)
            room = 2 * found.standard_error(p) + ROUNDING * abs(right)
            apart.append(abs(found.quantile(p) - right) / room)
    assert np.mean(np.array(apart) <= 1) >= 0.93
    assert max(apart) < 3
