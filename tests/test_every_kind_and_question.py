"""Every kind of quantity, asked every question: a right answer, or an error of ours that is expected there.

What an engine answers is held against draws of the same graph, within five standard errors of these. Nothing foreign
comes out, no warning that is not ours, and no question takes long, counted in processor time.
"""

import math
import time
import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from uncertainties import ufloat

import brainparams as bp
from brainparams.errors import (
    ArgumentError,
    BrainparamsError,
    BrainparamsWarning,
    MomentError,
    NoClosedForm,
    RangeError,
    ShapeError,
    UnknownNameError,
)

BUDGET = 6.0  # seconds of processor time; about two on a machine that does nothing else
DRAWS = 100_000
FAR = 5.0  # standard errors of the draws


def pure(belief, name):
    return bp.assumed(belief, "1", because="a test", name=name)


def correlated(folder):
    a, b = bp.correlate({(pure(bp.LogNormal(0, 0.5), "x"), pure(bp.Beta(2, 3), "y")): 0.6}, kind="spearman")
    return a * b


def loaded(folder):
    x = bp.assumed("1 to 10 neuron", because="a test", name="x")
    y = bp.assumed("2 +/- 0.3 synapse/neuron", because="a test", name="y")
    return bp.load((x * y).save(folder / "kind.json"))


def rows(folder):
    counts = {"a": bp.Normal(10, 1), "b": bp.LogNormal(1, 0.5)}
    return bp.assumed(counts, "1", axis="region", because="a test", name="x")


def two_axes(folder):
    layers = {"1": bp.Uniform(1, 2), "2": bp.Normal(4, 0.1), "3": bp.Gamma(3, 1)}
    return rows(folder) * bp.assumed(layers, "1", axis="layer", because="a test", name="y")


def shared(folder):
    x = pure(bp.Gamma(2, 1), "x")
    return x * bp.exp(-x) * pure(bp.Uniform(1, 2), "y") + x


def smaller(folder):
    u = pure(bp.Uniform(0, 1), "x") + pure(bp.Uniform(0, 1), "y")
    return bp.minimum(u, pure(bp.LogNormal(3, 2), "z") - pure(bp.Uniform(0, 1), "w"))


def chosen(folder):
    options = {"low": pure(bp.LogNormal(0, 0.3), "x"), "high": pure(bp.LogNormal(3, 0.3), "y")}
    return bp.choose(options, weights={"low": 0.7, "high": 0.3}, because="a test")


KINDS = {
    "exact": lambda folder: bp.exact("3 1", name="x") * bp.exact("7 1", name="y"),
    "normal": lambda folder: pure(bp.Normal(10, 2), "x"),
    "lognormal product": lambda folder: pure(bp.LogNormal(0, 1), "x") * pure(bp.LogNormal(1, 0.5), "y"),
    "ratio": lambda folder: pure(bp.Normal(5, 0.5), "x") / pure(bp.Gamma(4, 1), "y"),
    "chosen": chosen,
    "mixture": lambda folder: pure(bp.Mixture([bp.Normal(3, 0.2), bp.LogNormal(3, 0.5)], [0.4, 0.6]), "x"),
    "pooled": lambda folder: bp.pool("human/neocortex/synapses", how="mixture", because="a test"),
    "discrete": lambda folder: pure(bp.Discrete([1, 10, 100], [0.45, 0.35, 0.2]), "x"),
    "truncated": lambda folder: pure(bp.Truncated(bp.Normal(1, 1), low=0.5, high=3), "x"),
    "student t": lambda folder: pure(bp.StudentT(0, 1, 3), "x") + pure(bp.StudentT(1, 2, 5), "y"),
    "cauchy": lambda folder: pure(bp.StudentT(0, 1, 1), "x") + pure(bp.StudentT(0, 1, 1), "y"),
    "beta": lambda folder: pure(bp.Beta(2, 5), "x") ** 2,
    "empirical": lambda folder: pure(bp.Empirical([1.0, 2.0, 2.5, 7.0]), "x") * pure(bp.Uniform(1, 2), "y"),
    "correlated": correlated,
    "became constant": lambda folder: (pure(bp.Normal(10, 2), "x") * 2).assuming(x="3"),
    "one axis": rows,
    "two axes": two_axes,
    "stacked": lambda folder: bp.stacked([pure(bp.Normal(1, 0.1), "x"), pure(bp.Gamma(2, 1), "y")], axis="row"),
    "element": lambda folder: (rows(folder) * 3)["b"],
    "negative": lambda folder: -pure(bp.LogNormal(0, 1), "x"),
    "straddles zero": lambda folder: pure(bp.Normal(0, 1), "x") * pure(bp.Uniform(-1, 2), "y"),
    "smaller of two": smaller,
    "inverse across zero": lambda folder: 1 / pure(bp.Normal(0, 1), "x"),
    "shared": shared,
    "wide": lambda folder: pure(bp.LogNormal(0, 8), "x") - pure(bp.LogNormal(0, 8), "y"),
    "loaded": loaded,
    "ufloat": lambda folder: bp.given(ufloat(10, 1, tag="x"), "neuron"),
    "headline": lambda folder: bp.evidence("human/brain/synapses"),
}
ARRAYS = {"one axis", "two axes", "stacked"}
CERTAIN = {"exact", "became constant"}
CLOSED = {"normal", "lognormal product", "discrete", "truncated", "mixture", "element", "negative", "ufloat"}
CLOSED |= {"one axis", "stacked"} | CERTAIN
NO_MEAN = {"cauchy", "inverse across zero"}


# --- questions with a number that draws can be held against -----------------------------------------------------------


def quantiles_of(question):
    return lambda q, draws, folder: [(0.5, question(q))]


def interval(q, draws, folder):
    low, high = q.interval(0.9)
    return [(0.05, low), (0.95, high)]


AGAINST_DRAWS = {
    "median": quantiles_of(lambda q: q.median()),
    "quantile": lambda q, draws, folder: [(0.9, q.quantile(0.9))],
    "interval": interval,
    "exact engine": quantiles_of(lambda q: q.estimate(engine="exact").median),
    "convolution engine": quantiles_of(lambda q: q.estimate(engine="convolution").median),
    "sobol engine": quantiles_of(lambda q: q.estimate(engine="sobol", digits=2).median),
    "random engine": quantiles_of(lambda q: q.estimate(engine="random", draws=20_000, seed=4).median),
    "save and load": lambda q, draws, folder: [(0.5, bp.load(q.save(folder / "question.json")).median())],
}


def held_against_draws(pairs, draws, count):
    """Whether below each value lies the share of the draws that should, steps and both sets of errors allowed for."""
    for p, value in pairs:
        error = FAR * math.sqrt(p * (1 - p)) * math.sqrt(1 / len(draws) + 1 / count)
        slack = 1e-9 * np.abs(value)
        low, high = np.mean(draws < value - slack, axis=0), np.mean(draws <= value + slack, axis=0)
        assert np.all(low - error <= p), (p, value)
        assert np.all(high + error >= p), (p, value)


# --- questions that give something to read --------------------------------------------------------------------------


def first_input(q):
    return next((row.name for row in q.drivers()), "nothing")


def shortest(q, draws, folder):
    low, high = q.shortest_interval(0.9)
    inside = np.mean((draws >= low) & (draws <= high))
    assert inside >= 0.9 - 0.01
    return inside


def probability(ask):
    def question(q, draws, folder):
        reference = q.median()
        share = ask(q, bp.exact(reference, q.unit))
        below, reached = np.mean(draws < reference), np.mean(draws <= reference)
        assert below - 0.01 <= float(share) <= reached + 0.01
        return float(share)

    return question


def moments(what):
    def question(q, draws, folder):
        found, error = getattr(q, what)(), q.estimate().standard_error(what)
        if what == "mean":
            spread = np.std(draws, axis=0) / math.sqrt(len(draws))
            heavy = spread > 0.02 * np.abs(found)  # draws say little of a mean that lies in a tail
            assert np.all(heavy | (np.abs(found - np.mean(draws, axis=0)) <= FAR * spread + 2 * error + 1e-9))
        else:
            assert np.all(np.asarray(found) >= 0)
        return found

    return question


OTHERS = {
    "repr": lambda q, draws, folder: repr(q),
    "linear engine": lambda q, draws, folder: q.estimate(engine="linear").median,
    "shortest interval": shortest,
    "mean": moments("mean"),
    "sd": moments("sd"),
    "drivers": lambda q, draws, folder: str(q.drivers()),
    "sobol indices": lambda q, draws, folder: str(q.sobol_indices(tolerance=0.05)),
    "swings": lambda q, draws, folder: str(q.swings()),
    "value of information": lambda q, draws, folder: str(q.value_of_information()),
    "below": probability(lambda q, reference: q.below(reference)),
    "above": lambda q, draws, folder: float(q.above(bp.exact(q.median(), q.unit))),
    "greater": probability(lambda q, reference: bp.probability_greater(reference, q)),
    "assuming": lambda q, draws, folder: repr(q.assuming({first_input(q): "5"})),
    "sweep": lambda q, draws, folder: str(q.sweep({first_input(q): ["1", "2"]})),
    "solve": lambda q, draws, folder: q.solve(first_input(q), bp.exact(q.quantile(0.6), q.unit)),
    "linearity": lambda q, draws, folder: q.linearity().holds,
    "text": lambda q, draws, folder: q.explain(),
    "brief": lambda q, draws, folder: q.explain("brief"),
    "markdown": lambda q, draws, folder: q.explain("markdown"),
    "latex": lambda q, draws, folder: q.explain("latex"),
    "html": lambda q, draws, folder: q.explain("html"),
    "notebook": lambda q, draws, folder: q._repr_html_() + q._repr_markdown_(),
    "plot": lambda q, draws, folder: q.plot(),
    "to numpy": lambda q, draws, folder: q.to_numpy(100),
    "to uncertainties": lambda q, draws, folder: q.to_uncertainties(),
    "to pint": lambda q, draws, folder: q.to_pint(),
    "to latex": lambda q, draws, folder: q.to_latex(),
}

QUESTIONS = (*AGAINST_DRAWS, *OTHERS)
ONE_NUMBER = {
    *("shortest interval", "drivers", "sobol indices", "swings", "value of information", "below", "above", "greater"),
    *("assuming", "sweep", "solve", "linearity"),
}


def expected_refusals(kind, question):
    """Which errors a cell may give, and which it has to."""
    if kind in ARRAYS and question in ONE_NUMBER:
        return {ShapeError}, True
    if question == "exact engine" and kind not in CLOSED:
        return {NoClosedForm}, kind not in ARRAYS
    if question == "convolution engine":
        return {NoClosedForm}, kind == "shared"
    if question in ("mean", "sd") and kind in NO_MEAN:
        return {MomentError}, True
    if kind in NO_MEAN and question in ("linear engine", "linearity", "to uncertainties"):
        return {RangeError}, True
    if kind in CERTAIN and question in ("assuming", "sweep", "solve"):
        return {UnknownNameError}, True
    if kind in CERTAIN and question == "plot":
        return {RangeError}, True
    if kind == "element" and question == "solve":
        return {ShapeError}, True
    if question in ("assuming", "sweep", "solve"):  # the first input may have a unit, or be a choice by name
        return {RangeError, ArgumentError, BrainparamsError}, False
    return set(), False


def answer(quantity, question, draws, folder):
    if question in AGAINST_DRAWS:
        pairs = AGAINST_DRAWS[question](quantity, draws, folder)
        held_against_draws(pairs, draws, 20_000 if "engine" in question else DRAWS)
        return pairs
    return OTHERS[question](quantity, draws, folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    mpl.use("Agg")
    return tmp_path_factory.mktemp("questions")


@pytest.mark.parametrize("kind", KINDS)
def test_every_question_is_answered_rightly_or_refused_in_our_words(kind, folder):
    draws = np.atleast_1d(np.asarray(KINDS[kind](folder).to_numpy(DRAWS, seed=9), dtype=np.float64))
    slow = {}
    for question in QUESTIONS:
        quantity = KINDS[kind](folder)
        allowed, required = expected_refusals(kind, question)
        start = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", BrainparamsWarning)
            try:
                answer(quantity, question, draws, folder)
                refused = None
            except BrainparamsError as error:
                refused = error
        taken = time.process_time() - start
        if taken > BUDGET:
            slow[question] = round(taken, 1)
        if refused is None:
            assert not required, (question, "was answered")
        else:
            assert isinstance(refused, tuple(allowed)) if allowed else False, (question, refused)
            assert len(str(refused)) > 15, question
        plt.close("all")
    assert slow == {}


def test_the_table_has_no_empty_cell():
    assert len(KINDS) * len(QUESTIONS) > 900
    assert len(set(QUESTIONS)) == len(QUESTIONS)
