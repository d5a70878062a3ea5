"""Declared correlation, and the choice between rivals."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp

LAW = settings(derandomize=True, deadline=None, max_examples=60)


def normal(name, mean=10.0, sd=2.0):
    return bp.assumed(bp.Normal(mean, sd), "m", because="test", name=name)


def lognormal(name, sigma=0.5):
    return bp.assumed(bp.LogNormal(1.0, sigma), "1", because="test", name=name)


@LAW
@given(st.floats(-1, 1), st.floats(0.1, 9), st.floats(0.1, 9))
def test_correlated_normals_add_up_in_closed_form(r, one, other):
    a, b = bp.correlate({(normal("a", sd=one), normal("b", sd=other)): r}, kind="normal-scores")
    variance = one**2 + other**2 + 2 * r * one * other
    assert (a + b).estimate(engine="exact").sd == pytest.approx(math.sqrt(max(variance, 0.0)), rel=1e-9, abs=1e-7)


@LAW
@given(st.floats(-0.99, 0.99), st.floats(0.1, 2), st.floats(0.1, 2))
def test_correlated_lognormals_multiply_in_closed_form(r, one, other):
    a, b = bp.correlate({(lognormal("a", one), lognormal("b", other)): r}, kind="normal-scores")
    found = (a * b).estimate(engine="exact")
    sigma = math.sqrt(one**2 + other**2 + 2 * r * one * other)
    assert found.quantile(0.95) == pytest.approx(math.exp(2.0 + 1.6448536269514722 * sigma), rel=1e-9)


@pytest.mark.parametrize("engine", ["exact", "convolution", "linear", "sobol", "random"])
def test_engines_agree_on_a_correlated_sum(engine):
    a, b = bp.correlate({(normal("a"), normal("b")): 0.7}, kind="normal-scores")
    found = (a + b).estimate(engine=engine)
    assert found.sd == pytest.approx(2.0 * math.sqrt(3.4), rel=5e-3)


def test_the_gaussian_copula_has_the_rank_correlation_asked_for():
    x, y = bp.assumed(bp.Uniform(0, 1), "1", because="t"), bp.assumed(bp.Beta(2, 5), "1", because="t")
    x, y = bp.correlate({(x, y): 0.6}, kind="spearman")
    pair = bp.stacked([x, y], "input").to_numpy(200_000)
    ranks = pair.argsort(axis=0).argsort(axis=0)
    assert np.corrcoef(ranks.T)[0, 1] == pytest.approx(0.6, abs=0.006)


def test_margins_stay_as_they_were():
    x = bp.assumed(bp.Uniform(0, 1), "1", because="t", name="x")
    y, _ = bp.correlate({(x, lognormal("b")): -0.8}, kind="spearman")
    assert y.quantile(0.05) == pytest.approx(0.05, rel=1e-4)


@pytest.mark.parametrize("engine", ["exact", "convolution", "linear", "sobol", "random"])
def test_a_correlated_input_is_one_unknown(engine):
    a, _ = bp.correlate({(lognormal("a"), lognormal("b")): 0.5}, kind="normal-scores")
    for same in (a, copy.deepcopy(a), pickle.loads(pickle.dumps(a))):
        zero, one = (a - same).estimate(engine=engine), (a / same).estimate(engine=engine)
        assert (zero.median, zero.sd) == (0, 0)
        assert (one.median, one.sd) == (1, 0)


def test_a_correlated_quantity_is_saved_and_told(tmp_path):
    a, b = bp.correlate({(lognormal("width"), lognormal("height")): 0.5}, kind="spearman")
    area = (a * b).named("area")
    assert bp.load(area.save(tmp_path / "area.json")) == area
    for style in ("text", "brief", "markdown", "latex"):
        told = area.explain(style)
        assert "width with height: 0.5 (Spearman)" in told
        assert "normal score of" not in told.split("spread")[0]


def test_mixing_the_correlated_with_the_uncorrelated_is_refused():
    x = lognormal("x")
    y, _ = bp.correlate({(x, lognormal("b")): 0.5}, kind="normal-scores")
    with pytest.raises(bp.CorrelationError, match="'x' stands in one expression both"):
        (x * y).median()


@pytest.mark.parametrize(
    ("pairs", "kind", "words"),
    [
        (lambda a, b, c: {(a, b): 0.5}, None, "state what the coefficients are"),
        (lambda a, b, c: {(a, b): 1.5}, "spearman", r"must be in \[-1, 1\]; got 1.5"),
        (lambda a, b, c: {(a, b): float("nan")}, "spearman", r"must be in \[-1, 1\]"),
        (lambda a, b, c: {(a, b): True}, "spearman", "is a number; got True"),
        (lambda a, b, c: {(a, a): 0.5}, "spearman", "paired with itself"),
        (lambda a, b, c: {(a, b): 0.5, (b, a): 0.5}, "spearman", "paired twice"),
        (lambda a, b, c: {(a, a * b): 0.5}, "spearman", "is computed or correlated already"),
        (lambda a, b, c: {(a, bp.exact(3, "1", name="n")): 0.5}, "spearman", "exact: its standard deviation is 0"),
        (
            lambda a, b, c: {(a, b): 0.9, (b, c): 0.9, (a, c): -0.9},
            "spearman",
            "smallest eigenvalue is -0.8.*nearest valid",
        ),
        (lambda a, b, c: {}, "spearman", "needs pairs"),
    ],
)
def test_what_is_no_correlation_is_refused_with_the_mend(pairs, kind, words):
    with pytest.raises(bp.CorrelationError, match=words):
        bp.correlate(pairs(lognormal("a"), lognormal("b"), lognormal("c")), kind=kind)


def rivals():
    return bp.choose(
        {"static": "1 parameter/synapse", "dynamic": "4 parameter/synapse"},
        weights={"static": 0.7, "dynamic": 0.3},
        because="test",
    )


def test_a_choice_is_a_mixture():
    synapses = bp.assumed(bp.LogNormal(30.0, 0.5), "synapse", because="test", name="S")
    found = (synapses * rivals()).estimate()
    assert found.engine == "convolution"
    mixture = bp.Mixture([bp.LogNormal(30.0, 0.5), bp.LogNormal(30.0 + math.log(4.0), 0.5)], [0.7, 0.3])
    for p in (0.05, 0.5, 0.95):
        assert found.quantile(p) == pytest.approx(mixture.ppf(p), rel=1e-6)
    assert found.mean == pytest.approx(mixture.mean, rel=1e-9)


def test_a_choice_used_twice_is_one_choice():
    model = rivals()
    assert (model - model).value == 0
    square = (model * model).estimate(engine="sobol")
    assert {round(each) for each in (square.quantile(0.2), square.quantile(0.9))} == {1, 16}


def test_the_choice_has_its_share_of_the_variance():
    synapses = bp.assumed(bp.LogNormal(30.0, 0.5), "synapse", because="test", name="S")
    shares = {each.name: each.share for each in (synapses * rivals()).drivers()}
    choice = 0.7 * 0.3 * math.log(4.0) ** 2
    assert shares["model"] == pytest.approx(choice / (choice + 0.25), abs=0.02)


@pytest.mark.parametrize(
    ("options", "weights", "error"),
    [
        ({"a": "1 m"}, {"a": 1.0}, bp.ArgumentError),
        ({"a": "1 m", "b": "2 m"}, {"a": 0.5, "c": 0.5}, bp.ArgumentError),
        ({"a": "1 m", "b": "2 m"}, {"a": 0.5, "b": 0.6}, bp.RangeError),
        ({"a": "1 m", "b": "2 s"}, {"a": 0.5, "b": 0.5}, bp.UnitError),
    ],
)
def test_what_is_no_choice_is_refused(options, weights, error):
    with pytest.raises(error):
        bp.choose(options, weights=weights, because="test")
