"""What every law keeps, whichever engine found it: order, units, moments, and error bars that fit each other."""

import math
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

import brainparams as bp
from brainparams.convolution.factoring import factored
from brainparams.engines import convolution, sampling, streaming
from brainparams.engines.by_cells import Shaped
from brainparams.engines.convolution import Convolved, InBlocks, Tabled
from brainparams.engines.smoothing import Smoothed
from brainparams.engines.stepwise import Stepwise
from brainparams.estimate import Drawn
from brainparams.estimate.laws import SideBySide
from checks import number as pure

PLACES = (0.02, 0.05, 0.31, 0.5, 0.8, 0.95)


def of_factors():
    """A number whose moments are those of its factors."""
    x, y = pure(bp.LogNormal(0.0, 0.4), "x"), pure(bp.Normal(9.0, 1.0), "y")
    return x * y


def held():
    x, y = pure(bp.LogNormal(0.0, 0.4), "x"), pure(bp.LogNormal(0.5, 0.6), "y")
    return x * y + bp.exp(x / 4)


def rows(many, shared=False):
    means = 10.0 + np.arange(many) % 17
    n = bp.assumed(bp.Normal(means, 0.1 * means), "1", because="test", axis="row", name="n")
    s = pure(bp.LogNormal(0.0, 0.4), "s")
    return n * s + s * pure(bp.LogNormal(0.0, 0.2), "t") if shared else n * s


def cells():
    n = bp.assumed(bp.Normal([10.0, 20.0], [1.0, 3.0]), "1", because="test", axis="row", name="n")
    m = bp.assumed(bp.LogNormal([0.0, 1.0, 2.0], 0.3), "1", because="test", axis="column", name="m")
    return n * m


def sharing():
    """Elements that have laws of their own, beside each other."""
    a, b, c = (pure(bp.LogNormal(0.1 * k, 0.3), "abc"[k]) for k in range(3))
    return bp.stacked([a + b, b * pure(bp.Normal(5.0, 1.0), "n"), c + 1], "part", ["u", "v", "w"])


def whole(quantity):
    return convolution._law(quantity.node, 3)


def tabled(quantity):
    return convolution._tabled(factored(quantity.node))


def by_engine(engine, **asked):
    return lambda quantity: quantity.estimate(engine=engine, **asked).law


LAWS = {
    "convolved": (Convolved, held, whole),
    "convolved rows": (Convolved, lambda: rows(5), whole),
    "convolved at shared nodes": (Convolved, lambda: rows(3, shared=True), whole),
    "in blocks": (InBlocks, lambda: rows(2100), whole),
    "tabled": (Tabled, lambda: pure(bp.Uniform(1.0, 3.0), "u") * pure(bp.Uniform(2.0, 5.0), "v"), tabled),
    "tabled beyond": (Tabled, of_factors, tabled),
    "step by step": (Stepwise, lambda: of_factors() + pure(bp.LogNormal(1.0, 0.8), "z"), by_engine("convolution")),
    "cells": (Shaped, cells, by_engine("convolution")),
    "elements": (SideBySide, sharing, by_engine("convolution")),
    "smoothed": (Smoothed, held, by_engine("sobol", digits=2)),
    "drawn": (Drawn, lambda: rows(2), by_engine("sobol", digits=1)),
    "random": (Drawn, held, by_engine("random", draws=30_000)),
    "streamed": (streaming.Streamed, held, by_engine("random", draws=300_001)),
}


@pytest.fixture(params=LAWS)
def made(request, monkeypatch):
    kind, make, of = LAWS[request.param]
    if kind is streaming.Streamed:
        monkeypatch.setattr(sampling, "MOST_VALUES", 2**17)
        monkeypatch.setattr(streaming, "MOST_SAMPLED", 2**15)
        monkeypatch.setattr(streaming, "FEWEST_SAMPLED", 2**14)
    quantity = make()
    law = of(quantity)
    assert type(law) is kind
    return quantity, law, of


def test_quantiles_rise_and_have_the_shape_of_the_quantity(made):
    quantity, law, _ = made
    shape = tuple(len(axis.labels) for axis in quantity.node.axes)
    found = np.array([law.quantile(p) for p in PLACES])
    assert found.shape == (len(PLACES), *shape)
    assert np.all(np.diff(found, axis=0) > 0)
    told = [law.quantile(0.3), law.standard_error(0.3), *law.cdf(3.0), law.mean(), law.sd(), *law.moment_errors()]
    assert {np.shape(each) for each in told} == {shape}
    assert shape or {type(each) for each in told} == {float}
    assert np.all(np.array([law.standard_error(p) for p in PLACES]) >= 0)


def test_the_probability_of_a_quantile_is_its_own(made):
    """And both errors are one: that of the probability is that of the quantile, times the density."""
    _, law, _ = made
    size = np.size(law.mean())
    for place in {0, size - 1}:
        for p in PLACES:
            x, low, high = (np.ravel(law.quantile(each))[place] for each in (p, p - 0.002, p + 0.002))
            below, error = (np.ravel(each)[place] for each in law.cdf(float(x)))
            of_quantile = np.ravel(law.standard_error(p))[place] * 0.004 / (high - low)
            is_drawn = isinstance(law, Drawn | streaming.Streamed)
            assert below == pytest.approx(p, abs=2e-7 + 1e-3 * is_drawn)
            if isinstance(law, Convolved | InBlocks | Shaped | SideBySide):  # their errors are what is left over
                assert max(of_quantile, error) < 1e-6
            elif isinstance(law, Stepwise | Tabled):
                assert of_quantile == pytest.approx(error, rel=0.01)
            else:
                assert of_quantile == pytest.approx(error, rel=0.3 if is_drawn else 0.05)


def test_moments_are_the_integrals_of_the_quantiles(made):
    _, law, _ = made
    nodes, weights = np.polynomial.legendre.leggauss(12)
    ends = np.concatenate([[0.0, 1e-4, 1e-3, 0.01], np.linspace(0.05, 0.95, 7), [0.99, 0.999, 1 - 1e-4, 1.0]])
    low, width = ends[:-1, np.newaxis], np.diff(ends)[:, np.newaxis]
    p, weights = (low + width * (nodes + 1) / 2).ravel(), (width * weights / 2).ravel()
    if isinstance(law, streaming.Streamed):
        p, weights = (np.arange(40) + 0.5) / 40, np.full(40, 1 / 40)
    values = np.array([np.ravel(law.quantile(each))[-1] for each in p])
    mean = np.sum(weights * values)
    sd = math.sqrt(np.sum(weights * (values - mean) ** 2))
    rough = 3e-2 if isinstance(law, Drawn | streaming.Streamed | Smoothed) else 2e-4
    assert np.ravel(law.mean())[-1] == pytest.approx(mean, rel=rough)
    assert np.ravel(law.sd())[-1] == pytest.approx(sd, rel=4 * rough)


def test_another_unit_changes_nothing_else(made):
    quantity, law, of = made
    if isinstance(law, streaming.Streamed):
        pytest.skip("its draws are another quantity's")
    scaled = of(quantity * bp.exact(4, "1"))
    for p in (0.05, 0.5, 0.9):
        assert scaled.quantile(p) == pytest.approx(4 * law.quantile(p), rel=1e-9)
        assert scaled.standard_error(p) == pytest.approx(4 * law.standard_error(p), rel=0.05, abs=1e-5)
    assert scaled.mean() == pytest.approx(4 * law.mean(), rel=1e-9)
    assert scaled.sd() == pytest.approx(4 * law.sd(), rel=1e-9)


def test_what_an_engine_found_cannot_be_changed(made):
    _, law, _ = made
    for each in fields(law):
        with pytest.raises(FrozenInstanceError):
            setattr(law, each.name, None)
    before = repr(law)
    law.quantile(0.123), law.mean(), law.standard_error(0.3)
    assert repr(law) == before  # what was asked meanwhile is no part of it


def test_what_is_told_of_many_rows_is_what_each_block_tells():
    law = whole(rows(2100))
    assert len(law._blocks) == 3
    for ask in (lambda each: each.moment_errors(), lambda each: each.cdf(12.0), lambda each: (each.mean(), each.sd())):
        parts = zip(*(ask(block) for block in law._blocks), strict=True)
        for found, part in zip(ask(law), parts, strict=True):
            np.testing.assert_array_equal(found, np.concatenate(part))
    assert not np.array_equal(*law.moment_errors())


@pytest.mark.parametrize("engine", ["sobol", "random"])
def test_errors_of_moments_are_the_spread_over_seeds(engine):
    asked = {"draws": 20_000} if engine == "random" else {"digits": 1}
    product = pure(bp.Normal(5.0, 1.0), "a") * pure(bp.Normal(3.0, 0.5), "b")
    laws = [product.estimate(engine=engine, seed=seed, **asked).law for seed in range(40)]
    found, errors = np.array([(law.mean(), law.sd()) for law in laws]), np.array([law.moment_errors() for law in laws])
    right = np.array([15.0, math.sqrt((25 + 1) * (9 + 0.25) - 225)])
    assert np.all(np.abs(found - right) <= 5 * errors)
    ratio = found.std(axis=0, ddof=1) / np.sqrt(np.mean(errors**2, axis=0))
    assert np.all((ratio > 0.6) & (ratio < 1.6)), ratio


def test_moments_of_draws_that_are_not_kept_have_the_errors_of_a_normal(monkeypatch):
    monkeypatch.setattr(sampling, "MOST_VALUES", 2**16)
    monkeypatch.setattr(streaming, "MOST_SAMPLED", 2**15)
    monkeypatch.setattr(streaming, "FEWEST_SAMPLED", 2**14)
    draws = 200_000
    law = (pure(bp.Normal(5.0, 3.0), "a") * bp.exp(pure(bp.Normal(0.0, 0.01)))).estimate(draws=draws).law
    assert isinstance(law, streaming.Streamed)
    assert law.sd() == pytest.approx(3.0, rel=0.01)
    assert law.moment_errors() == pytest.approx((law.sd() / math.sqrt(draws), law.sd() / math.sqrt(2 * draws)))
    below, error = law.cdf(5.0)
    assert error == pytest.approx(math.sqrt(below * (1 - below) / draws))
