"""Sums of many terms: large ones on one grid, small ones by their cumulants; against draws and closed forms."""

import math
import time

import numpy as np
import pytest
from scipy import special

import brainparams as bp
from brainparams.convolution.long_sums import Between, summed
from brainparams.convolution.sums import LONG
from brainparams.convolution.tabulating import table_of_belief
from brainparams.convolution.terms import Alike, Alone
from brainparams.engines import convolution
from brainparams.errors import NoClosedForm
from checks import number as pure

PROBABILITIES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
KINDS = (
    lambda size: bp.Normal(size, 0.2 * size),
    lambda size: bp.LogNormal(math.log(size), 0.5),
    lambda size: bp.Uniform(0, size),
    lambda size: bp.Gamma(2, size),
    lambda size: bp.Triangular(0, size, 2 * size),
    lambda size: bp.PERT(0, size, 2 * size),
    lambda size: bp.StudentT(size, 0.1 * size, 4),
    lambda size: bp.Beta(2, 3),
    lambda size: bp.Discrete([0.0, size], [0.3, 0.7]),
    lambda size: bp.LogNormal(math.log(size), 1.4),
)


def sizes(count, spread=2.0):
    return np.exp(np.random.default_rng(1).normal(10, spread, count))


def agrees(quantity, draws=200_000):
    found, drawn = quantity.estimate(), np.asarray(quantity.to_numpy(draws, seed=5))
    assert found.engine == "convolution"
    for p in PROBABILITIES:
        value, error = found.quantile(p), 2.0 * found.standard_error(p)
        slack = 4.5 * math.sqrt(p * (1 - p) / draws)
        assert np.mean(drawn < value - error) - slack <= p <= np.mean(drawn <= value + error) + slack, p
        assert error <= 5e-3 * max(abs(value), found.interval(0.9).high - found.interval(0.9).low)


@pytest.mark.parametrize("count", [LONG, 12, 40, 100])
def test_a_sum_of_many_kinds_agrees_with_draws(count):
    terms = [pure(KINDS[place % len(KINDS)](size), f"x{place}") for place, size in enumerate(sizes(count, 1.0))]
    agrees(sum(terms[1:], terms[0]))


def test_differences_and_multiples_are_terms_too():
    terms = [pure(KINDS[place % 8](size), f"x{place}") for place, size in enumerate(sizes(20, 0.5))]
    agrees(3 * terms[0] - sum(terms[1:10], terms[10]) + 0.25 * sum(terms[12:], terms[11]))


def test_a_common_factor_stands_outside():
    terms = [pure(KINDS[place % 8](size), f"x{place}") for place, size in enumerate(sizes(30))]
    factor = pure(bp.LogNormal(1, 0.7), "s")
    one, other = (sum(terms[1:], terms[0]) * factor), sum((term * factor for term in terms[1:]), terms[0] * factor)
    for p in PROBABILITIES:
        assert one.quantile(p) == pytest.approx(other.quantile(p), rel=1e-6)
    agrees(one)


def test_a_sum_of_gammas_is_a_gamma():
    terms = [pure(bp.Gamma(0.5, 2.0), f"g{place}") for place in range(60)]
    law = convolution.law(sum(terms[1:], terms[0]).node)
    for p in PROBABILITIES:
        assert law.cdf(2.0 * special.gammaincinv(30, p))[0] == pytest.approx(p, abs=5e-5)


def test_a_sum_of_uniforms_is_irwin_and_hall():
    law = convolution.law(sum((pure(bp.Uniform(0, 1), f"u{k}") for k in range(11)), pure(bp.Uniform(0, 1), "u")).node)
    for x in (3.0, 4.5, 6.0, 7.7):
        exact = sum((-1) ** k * math.comb(12, k) * (x - k) ** 12 for k in range(13) if k <= x) / math.factorial(12)
        found, error = law.cdf(x)
        assert found == pytest.approx(exact, abs=2 * error + 1e-9)
        assert error < 1e-5


@pytest.mark.parametrize("count", [100, 1000])
def test_small_terms_are_lumped_within_the_bound(count):
    small = [pure(bp.Gamma(4.0, 1.0), f"g{place}") for place in range(count)]
    law = convolution.law(sum(small[1:], small[0]).node)
    for p in PROBABILITIES:
        found, error = law.cdf(special.gammaincinv(4.0 * count, p))
        assert abs(found - p) <= 2 * error + 1e-8
        assert error < 1e-4


@pytest.mark.parametrize("count", [100, 1000, 10_000])
def test_a_total_over_regions_takes_little_time(count):
    size = sizes(count)
    counts = bp.assumed(bp.LogNormal(np.log(size), np.full(count, 0.5)), "neuron", because="test", axis="region")
    factor = bp.assumed("1e3 to 1e4 synapse/neuron", because="test", name="s")
    (counts * factor).total("region").estimate()  # what is loaded once
    for total in (counts.total("region") * factor, (counts * factor).total("region") * bp.exact(2, "1")):
        start = time.process_time()
        found = total.estimate()
        assert found.engine == "convolution"
        assert 2 * found.standard_error(0.95) < 5e-4 * found.quantile(0.95)
        assert time.process_time() - start < 4.0  # a tenth of that on a machine of one's own


def test_totals_of_products_of_arrays_are_sums_of_their_rows():
    one = pure(bp.LogNormal(np.zeros(20), np.full(20, 0.3)), "a", axis="k")
    other = pure(bp.Gamma(np.full(20, 3.0), np.ones(20)), "b", axis="k")
    agrees((one * other).total("k"))


def test_mean_and_spread_of_a_long_sum_are_those_of_its_terms():
    size = sizes(3000)
    total = pure(bp.LogNormal(np.log(size), np.full(3000, 0.5)), "n", axis="k").total("k")
    mean = size * math.exp(0.125)
    assert total.mean() == pytest.approx(np.sum(mean), rel=1e-12)
    assert total.sd() == pytest.approx(math.sqrt(np.sum(mean**2) * math.expm1(0.25)), rel=1e-12)


def test_a_long_sum_with_a_correlated_pair_takes_no_longer():
    terms = [pure(KINDS[place % 8](1.0 + place / 10), f"x{place}") for place in range(12)]
    terms[1], terms[4] = bp.correlate({(terms[1], terms[4]): 0.6}, kind="normal-scores")
    total = sum(terms[1:], terms[0])
    start = time.process_time()
    agrees(total)
    assert time.process_time() - start < 20.0


def test_terms_over_too_many_decades_are_declined():
    wide = Alike(bp.LogNormal(np.zeros(300), np.full(300, 4.0)), np.ones(300))
    with pytest.raises(NoClosedForm, match="decades"):
        summed([wide])


def test_normal_terms_alone_are_normal():
    table = summed([], 3.0, 4.0)
    assert table.quantile(0.975) == pytest.approx(3.0 + 2.0 * 1.959963984540054)


def test_a_term_alone_and_terms_alike_say_the_same():
    belief = bp.Gamma(np.array([2.0, 3.0]), np.array([1.0, 5.0]))
    alike = Alike(belief, np.array([1.0, -2.0]))
    alone = [Alone(table_of_belief(bp.Gamma(2.0, 1.0))), Alone(table_of_belief(bp.Gamma(3.0, 5.0)).scaled(-2.0))]
    for place, each in enumerate(alone):
        for one, other in zip(alike.cumulants, each.cumulants, strict=True):
            assert one[place] == pytest.approx(other[0], rel=1e-4)
        x = float(np.asarray(alike.quantiles(np.array([0.3])))[0, place])
        assert alike.below(place)(np.array([x]))[0] == pytest.approx(each.below(0)(np.array([x]))[0], abs=1e-6)
    assert alone[0].atoms(0) is None is alike.atoms(0)


def test_cubics_between_places_are_exact_for_straight_lines():
    line = Between(0.0, 0.5, np.linspace(0.0, 1.0, 5))
    assert line(np.array([-1.0, 0.3, 1.1, 9.0])) == pytest.approx([0.0, 0.15, 0.55, 1.0])


def test_a_number_that_had_to_be_rounded_says_so():
    root, power, whole = bp.sqrt(bp.exact(2, "1")), bp.exact("1.0001", "1") ** 1_000_000, bp.exact(2, "1") ** 100
    for rounded in (root, power):
        assert rounded.estimate().is_rounded
        assert "rounded to a float" in repr(rounded)
        assert "exactly" not in repr(rounded.estimate())
    assert not whole.estimate().is_rounded
    assert "rounded" not in repr(whole)


@pytest.mark.parametrize("length", [10, 40])
@pytest.mark.parametrize(
    "of",
    [
        lambda x, w, y: (x * w).total(),
        lambda x, w, y: (x**2).total() * -3,
        lambda x, w, y: (x / w).total(),
        lambda x, w, y: (x * y).total(),
        lambda x, w, y: bp.minimum(x, y).total(),
        lambda x, w, y: (x + w).total(),
    ],
    ids=["product", "square", "ratio", "with a normal", "minimum", "sum"],
)
def test_a_total_of_what_is_computed_row_by_row_agrees_with_draws(of, length):
    middles = np.linspace(1, 5, length)
    x, w = (
        bp.assumed(bp.LogNormal.from_median(middles, np.full(length, 1.5)), "1", because="test", axis="row")
        for _ in range(2)
    )
    y = bp.assumed(bp.Normal(middles, np.full(length, 0.1)), "1", because="test", axis="row")
    total = of(x, w, y)
    drawn = total.estimate(engine="random", draws=200_000)
    for p in (0.05, 0.5, 0.95):
        assert total.quantile(p) == pytest.approx(drawn.quantile(p), abs=4.5 * drawn.standard_error(p))


@pytest.mark.parametrize(
    "shared",
    [
        bp.LogNormal.from_interval(1, 3, level=0.9),
        bp.Normal(2, 1.5),
        bp.Uniform(-1, 2),
        bp.Discrete([1, 5], [0.5, 0.5]),
    ],
    ids=["lognormal", "straddles zero", "bounded", "of two values"],
)
def test_a_factor_that_many_terms_share_goes_before_their_sum(shared):
    """Beside terms that do not share it; its values were held one by one, which took 14 s for twelve terms."""
    inputs = [bp.assumed(f"{1 + i % 7} to {20 + i % 13}", "1", because="test") for i in range(12)]
    factor = bp.assumed(shared, "1", because="test")
    total = inputs[0] * factor
    for place, each in enumerate(inputs[1:]):
        total = total + (each * factor if place % 3 else -2 * each)
    start = time.process_time()
    found = total.estimate()
    assert time.process_time() - start < 2.0
    drawn = total.estimate(engine="random", draws=200_000)
    assert found.engine == "convolution"
    for p in (0.05, 0.5, 0.95):
        assert found.quantile(p) == pytest.approx(drawn.quantile(p), abs=4.5 * drawn.standard_error(p))
    assert found.mean == pytest.approx(drawn.mean, abs=4.5 * drawn.standard_error("mean"))
