"""What would be known with each input known in turn, at common points: against rules and against draws."""

import time

import numpy as np
import pytest

import brainparams as bp
from brainparams.engines.common_points import CommonPoints
from brainparams.engines.conditional import MOST_TABLES, quantiles_if_known
from brainparams.errors import NoClosedForm
from brainparams.graph import leaf_of, roots
from brainparams.graph.substitution import given_input
from checks import number as pure

WANTED = [0.05, 0.5, 0.95]
AT = [0.1, 0.5, 0.8]


def by_draws(node, root, p, draws=400_000):
    return bp.Quantity(given_input(node, root, p)).estimate(engine="random", draws=draws, seed=5)


def shared_and_chosen():
    a, b = pure(bp.LogNormal(0.0, 0.5), "a"), pure(bp.Normal(10.0, 2.0), "b")
    c, d = pure(bp.Gamma(3.0, 2.0), "c"), pure(bp.Uniform(1.0, 4.0), "d")
    one, other = (a * b + c).named("one"), (b / a + d**2).named("other")
    return bp.choose({"one": one, "other": other}, weights={"one": 0.6, "other": 0.4}, because="test") * c + b


def functions():
    a, b = pure(bp.Normal(0.0, 0.5), "a"), pure(bp.StudentT(2.0, 0.3, 6), "b")
    c, d = pure(bp.Beta(2.0, 3.0), "c"), pure(bp.LogNormal(1.0, 0.4), "d")
    return bp.exp(a) * d - bp.log(d * bp.exact(2, "1")) * c + bp.sqrt(d) / bp.exp(b) - bp.maximum(c, b)


def correlated():
    a, b = pure(bp.LogNormal(0.0, 0.5), "a"), pure(bp.Normal(10.0, 2.0), "b")
    a, b = bp.correlate({(a, b): 0.6}, kind="normal-scores")
    c = pure(bp.Gamma(3.0, 2.0), "c")
    return a * b + c * a


def arrays():
    n = bp.assumed(bp.Normal([10.0, 20.0, 30.0], [1.0, 2.0, 6.0]), "1", because="test", axis="region", name="n")
    s, k = pure(bp.LogNormal(0.0, 0.3), "s"), pure(bp.Normal(3.0, 0.2), "k")
    return (n * s).total("region") / k + s


def falling():
    a, b = pure(bp.Normal(3.0, 0.3), "a"), pure(bp.LogNormal(0.0, 0.6), "b")
    return a * bp.exact(-2, "1") * b - b / a


GRAPHS = (shared_and_chosen, functions, correlated, arrays, falling)


@pytest.mark.parametrize("make", GRAPHS)
def test_what_common_points_say_is_what_draws_say(make):
    node = make().node
    points = CommonPoints(node, 0)
    now = bp.Quantity(node).estimate()
    anchor = points.anchored(WANTED, [now.quantile(p) for p in WANTED])
    for root in roots([node]):
        shape = leaf_of(root).value.shape
        at = [np.full(shape, p) if shape else p for p in AT]
        found = points.if_known(root, at, anchor)
        assert found.quantiles.shape == found.errors.shape == (3, 3)
        for place, p in enumerate(at):
            right = by_draws(node, root, p)
            for k, level in enumerate(WANTED):
                error = np.hypot(right.standard_error(level), found.errors[place, k])
                here = (leaf_of(root).name, place, level)
                assert abs(found.quantiles[place, k] - right.quantile(level)) <= 5 * error, here


def test_their_errors_cover_what_a_rule_says():
    outside = asked = 0
    parts = [pure(bp.LogNormal(0.0, 0.1 + 0.05 * k), f"x{k}") * pure(bp.Normal(3.0, 0.4), f"y{k}") for k in range(5)]
    node = sum(parts[1:], parts[0]).node
    now = bp.Quantity(node).estimate()
    for seed in range(6):
        points = CommonPoints(node, seed)
        anchor = points.anchored(WANTED, [now.quantile(p) for p in WANTED])
        for root in roots([node]):
            right = quantiles_if_known(node, root, AT, WANTED, None)
            found = points.if_known(root, AT, anchor)
            outside += int(np.sum(np.abs(found.quantiles - right) > 2.4 * found.errors))
            asked += right.size
            assert np.max(np.abs(found.quantiles / right - 1.0)) < 5e-3
    assert outside <= 0.09 * asked  # 2.4 standard errors of eight replicates: Student t, 5 %


def test_an_input_without_effect_changes_nothing():
    node = (pure(bp.LogNormal(0.0, 0.5), "a") + pure(bp.Normal(10.0, 1e-9), "b")).node
    now = bp.Quantity(node).estimate()
    points = CommonPoints(node, 0)
    anchor = points.anchored([0.5], [now.quantile(0.5)])
    (b,) = [each for each in roots([node]) if each.name == "b"]
    assert points.if_known(b, [0.05, 0.95], anchor).quantiles == pytest.approx(now.median, rel=1e-6)


def test_few_tables_are_quicker_than_points_and_many_are_not():
    small = (pure(bp.LogNormal(0.0, 0.5), "a") + pure(bp.LogNormal(0.0, 0.5), "b")).swings()
    assert (small.points, small.error) == (0, 0.0)
    assert "common points" not in str(small)
    parts = [pure(bp.LogNormal(0.0, 0.3), f"x{k}") * pure(bp.Normal(3.0, 0.4), f"y{k}") for k in range(MOST_TABLES)]
    large = sum(parts[1:], parts[0])
    start = time.process_time()
    swings, worth = large.swings(), large.value_of_information()
    assert time.process_time() - start < 2.0
    assert swings.points == worth.points == 4096
    assert 0 < swings.error < 0.01
    assert "4,096 common points" in str(swings).splitlines()[0]
    assert "4,096 common points" in str(worth).splitlines()[0]
    assert all(-2 * worth.error <= row.narrowing < 0.1 for row in worth)


def test_more_unknowns_than_points_have_dimensions_are_refused():
    wide = bp.assumed(bp.LogNormal(np.zeros(5_000), 0.1), "1", because="test", axis="region", name="n")
    with pytest.raises(NoClosedForm, match="4096 uncertain numbers"):
        CommonPoints((wide.total("region") * pure(bp.LogNormal(0.0, 0.5), "x")).node, 0)
