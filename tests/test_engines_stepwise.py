"""Laws of steps from those of their parents: right values, honest errors, choices, and what is known of an input."""

import math
import pickle

import numpy as np
import pytest
from scipy import integrate, special

import brainparams as bp
from brainparams import engines
from brainparams.convolution.pairs import product, sum_of
from brainparams.convolution.parts import Constant, TooCoarse, part_of, powered, scaled, shifted
from brainparams.engines import convolution, stepwise
from brainparams.engines.conditional import quantiles_if_known
from brainparams.engines.stepwise import FINE, Steps, Stepwise
from brainparams.errors import NoClosedForm
from brainparams.graph import roots
from brainparams.graph.substitution import given_input
from checks import number as pure

SCORES = np.array([-2.326, -1.645, -0.5, 0.0, 1.0, 1.96, 2.326])
NORMAL, WIDE, NARROW = bp.Normal(15.0, 4.2), bp.LogNormal(1.0, 1.4), bp.LogNormal(2.0, 0.3)
BELIEFS = {
    "normal": NORMAL,
    "wide": WIDE,
    "narrow": NARROW,
    "gamma": bp.Gamma(3.0, 2.0),
    "t": bp.StudentT(5.0, 1.0, 4),
    "negative": bp.Normal(-3.0, 1.0),
}


def right_cdf(one, other, x, combine):
    """Return P(one ∘ other ≤ x) by adaptive quadrature over the probabilities of the second."""

    def inner(z):
        value = other.at_score(z)
        if combine == "sum":
            below = one.cdf(x - value)
        else:
            below = float(x >= 0) if value == 0 else one.cdf(x / value) if value > 0 else 1.0 - one.cdf(x / value)
        return below * math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)

    marks = sorted(other.score_at(v) for v in (x, x / 2) if combine == "sum")
    marks = [mark for mark in marks if -8 < mark < 8]
    return integrate.quad(inner, -8, 8, epsabs=1e-12, epsrel=1e-11, limit=800, points=marks or None)[0]


@pytest.mark.parametrize("other", BELIEFS)
@pytest.mark.parametrize("one", BELIEFS)
@pytest.mark.parametrize("combine", ["sum", "product"])
def test_two_numbers_have_their_scores_within_the_error(one, other, combine):
    a, b = BELIEFS[one], BELIEFS[other]
    join = sum_of if combine == "sum" else product
    try:
        part = join(part_of(a), part_of(b), FINE)
    except TooCoarse:
        assert combine == "product" or "t" in (one, other)
        return
    for score, x in zip(SCORES, part.at(SCORES)[0], strict=True):
        right = right_cdf(a, b, x, combine)
        assert special.ndtri(right) == pytest.approx(score, abs=2e-9 + 3 * part.error)


def test_closed_forms_stay_closed():
    a, b = part_of(bp.LogNormal(1.0, 0.3)), part_of(bp.LogNormal(2.0, 0.4))
    whole = product(powered(a, 2.0), scaled(b, 3.0), FINE)
    assert whole.centre.item() == pytest.approx(4.0 + math.log(3.0))
    assert whole.width.item() == pytest.approx(math.hypot(0.6, 0.4))
    n = sum_of(part_of(bp.Normal(1.0, 3.0)), shifted(scaled(part_of(bp.Normal(2.0, 4.0)), -1.0), 7.0), FINE)
    assert (n.centre.item(), n.width.item()) == (6.0, 5.0)
    assert isinstance(sum_of(Constant(np.ones((1, 1))), Constant(np.ones((1, 1))), FINE), Constant)


def test_a_sum_above_a_large_known_number():
    """The logarithm of the sum would have a kink at the known number."""
    law = (bp.exact(1000, "1") + pure(WIDE) + pure(NARROW)).estimate().law
    bare = (pure(WIDE) + pure(NARROW)).estimate().law
    for p in (0.01, 0.3, 0.99):
        assert law.quantile(p) == pytest.approx(1000 + bare.quantile(p), rel=1e-9)


def tree(seed):
    """Return a number in which no two parts share an input, of up to seven inputs."""
    generator = np.random.default_rng(seed)
    beliefs = [
        bp.Normal(generator.uniform(3, 30), generator.uniform(0.1, 0.6)),
        bp.LogNormal(generator.uniform(-1, 3), generator.uniform(0.1, 1.5)),
        bp.Gamma(generator.uniform(1.5, 9), 1.0),
        bp.LogNormal(generator.uniform(-1, 3), generator.uniform(0.1, 1.0)),
    ]
    values = [pure(beliefs[generator.integers(4)], f"x{place}") for place in range(generator.integers(3, 8))]
    while len(values) > 1:
        one, other = values.pop(generator.integers(len(values))), values.pop(generator.integers(len(values)))
        values.append([one + other, one * other, one / other, one + 2 * other][generator.integers(4)])
    return values[0]


def test_a_sum_of_products_against_quadrature():
    """Of x2 / x0 + 2 x3 x1 with x1 and x2 nearly known: a Gauss rule over these, adaptive quadrature over x0."""
    n, wide, wider = bp.Normal(12.9, 0.2), bp.LogNormal(2.95, 0.87), bp.LogNormal(-0.65, 1.01)
    law = (pure(n) / pure(wide) + 2 * pure(wider) * pure(n)).estimate().law
    nodes, weights = np.polynomial.hermite_e.hermegauss(24)
    weights = weights / weights.sum()

    def below(x):
        def inner(z):
            rest = (x - n.at_score(nodes)[:, None] / wide.at_score(z)) / (2 * n.at_score(nodes))
            mean = weights @ wider.cdf(np.maximum(rest, 0.0)) @ weights
            return float(mean) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

        return integrate.quad(inner, -8, 8, epsabs=1e-13, epsrel=1e-12, limit=500)[0]

    for p in (0.01, 0.5, 0.99):
        assert below(law.quantile(p)) == pytest.approx(p, abs=1e-8)


def test_random_trees_agree_with_the_convolution_of_the_whole():
    done = 0
    for seed in range(60):
        quantity = tree(seed)
        try:
            law, whole = convolution.law(quantity.node), convolution._law(quantity.node, 3)
        except NoClosedForm:
            continue
        done += isinstance(law, Stepwise)
        for p in (0.01, 0.05, 0.5, 0.95, 0.99):
            allowed = 3 * (law.standard_error(p) + whole.standard_error(p)) + 1e-4 * abs(whole.quantile(p))
            assert abs(law.quantile(p) - whole.quantile(p)) <= allowed, (seed, p)
    assert done >= 30


def test_a_choice_is_the_mixture_of_its_options():
    a, b, x = pure(bp.LogNormal(0.0, 0.3)), pure(bp.LogNormal(5.0, 0.3)), pure(bp.Normal(10.0, 1.0))
    chosen = bp.choose({"a": a, "b": b}, weights={"a": 0.7, "b": 0.3}, because="test") * x
    law = chosen.estimate().law
    parts = [(0.7, (a * x).estimate()), (0.3, (b * x).estimate())]
    for y in (8.0, 11.0, 50.0, 1000.0, 1600.0):
        assert law.cdf(y)[0] == pytest.approx(sum(weight * each.cdf(y) for weight, each in parts), abs=1e-9)
    assert law.cdf(law.quantile(0.9))[0] == pytest.approx(0.9, abs=1e-9)


def test_a_mixture_is_taken_part_by_part():
    belief = bp.Mixture([bp.LogNormal(0.0, 0.2), bp.Mixture([bp.Normal(9.0, 0.5), bp.Normal(30.0, 1.0)])], [0.5, 0.5])
    assert [round(weight, 3) for weight, _ in belief.alternatives()] == [0.5, 0.25, 0.25]
    law = (pure(belief) + pure(bp.Normal(5.0, 1.0))).estimate().law
    assert law.cdf(20.0)[0] == pytest.approx(0.75, abs=2e-8)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_known_of_an_input_is_put_in(seed):
    quantity, at, wanted = tree(seed), [0.05, 0.5, 0.9], [0.05, 0.5]
    for root in roots([quantity.node]):
        found = quantiles_if_known(quantity.node, root, at, wanted, engines.estimate_all)
        right = [engines.estimate(given_input(quantity.node, root, p)) for p in at]
        expected = [[each.quantile(p) for p in wanted] for each in right]
        np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_a_law_comes_back_from_a_pickle():
    found = (pure(WIDE) + pure(NARROW)).estimate()
    assert isinstance(found.law, Stepwise)
    back = pickle.loads(pickle.dumps(found))
    assert back.quantile(0.3) == found.quantile(0.3)
    assert back.mean == found.mean


# --- work done once ----------------------------------------------------------------------------------------------


def test_the_same_question_twice_is_answered_from_memory(monkeypatch):
    quantity = tree(5)
    found = quantity.estimate()
    text = quantity.explain()
    monkeypatch.setattr(engines, "_found", None)
    assert quantity.estimate() is found
    assert quantity.explain() == text
    assert repr(quantity)


def test_the_steps_of_a_derivation_share_work(monkeypatch):
    quantity = tree(5) + tree(6)
    made = []
    original = Steps.form

    def counted(self, node, known=None):
        made.append(node)
        return original(self, node, known)

    monkeypatch.setattr(Steps, "form", counted)
    quantity.estimate()
    (quantity * bp.exact(2, "1")).estimate()
    kept = stepwise.STEPS.forms
    assert all(kept.get(parent) is not None for parent in quantity.node.parents)


def test_two_editions_of_one_unknown_are_not_mixed_up():
    """Memory goes by the nodes themselves: one identity may stand for two beliefs in two files."""
    from dataclasses import replace

    leaf = pure(bp.LogNormal(0.0, 0.5), "x").node
    other = replace(leaf, value=bp.LogNormal(3.0, 0.5))
    y = pure(bp.Normal(10.0, 1.0), "y")
    one, two = (bp.Quantity(each) + y for each in (leaf, other))
    assert one.median() == pytest.approx(11.1, abs=0.1)
    assert two.median() == pytest.approx(30.3, abs=0.3)


def test_sums_of_choices_with_many_options():
    """Two mixtures that hang together are one table each; where the options lie apart they are followed one by one."""
    for away in (1.3, 30.0):
        one, other = (
            {f"o{k}": pure(bp.LogNormal(k * math.log(away), 0.2), f"{what}{k}") for k in range(5)} for what in "ab"
        )
        weights = dict.fromkeys(one, 0.2)
        a, b = (bp.choose(each, weights=weights, because="test", name=n) for each, n in ((one, "m"), (other, "n")))
        law = (a + b).estimate().law
        assert isinstance(law, Stepwise)
        pairs = [(x + y).estimate() for x in one.values() for y in other.values()]
        for p in (0.05, 0.5, 0.9):
            x = law.quantile(p)
            assert np.mean([each.cdf(x) for each in pairs]) == pytest.approx(p, abs=2e-6)


@pytest.mark.parametrize("count", [3, 100])
@pytest.mark.parametrize("size", [1e16, 1e18, 1e124, -1e18])
def test_numbers_closer_together_than_floats_have_a_law_or_a_reason(size, count):
    parts = [pure(bp.Normal(size, 1.0), f"n{k}") for k in range(count)]
    total = sum(parts, pure(bp.LogNormal(1.0, 0.5), "beside"))
    assert total.median() == pytest.approx(count * size, rel=1e-12)
    assert total.sd() == pytest.approx(math.sqrt(count + math.exp(2.25) * math.expm1(0.25)), rel=1e-6)
