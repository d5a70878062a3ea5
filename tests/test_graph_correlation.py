"""Declared correlation, and the choice between rivals."""

import copy
import math
import operator
import pickle
import warnings
from fractions import Fraction

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


def test_the_partner_of_a_correlated_input_stands_beside_it_as_that_call_returned_it(tmp_path):
    x, y, z = normal("x"), normal("y"), normal("z")
    a, b, c = bp.correlate({(x, y): 0.8, (y, z): 0.3}, kind="spearman")
    other, _ = bp.correlate({(y, z): 0.1}, kind="spearman")
    for one in (a, pickle.loads(pickle.dumps(a)), bp.load(a.save(tmp_path / "a.json"))):
        for meets in (operator.add, bp.probability_greater, lambda *both: bp.stacked(both, axis="k")):
            with pytest.raises(bp.CorrelationError, match="'y' was correlated with 'x' and stands beside it as it was"):
                repr(meets(one, y))
        with pytest.raises(bp.CorrelationError, match="stands beside it correlated in another call"):
            (one + other).median()
        assert (one + b).median() == pytest.approx(20.0)
    assert (a + z).sd() == pytest.approx((a + c).sd())  # nothing was declared between these two


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


# --- along an axis -----------------------------------------------------------------------------------------------

PARTS = {"cortex": "16.34(2.17)e9 neuron", "cerebellum": "69.03(6.65)e9 neuron", "rest": "0.69(0.12)e9 neuron"}
SDS = np.array([2.17e9, 6.65e9, 0.12e9])


def parts():
    return bp.measured(PARTS, axis="region", source="azevedo2009", name="neurons")


def total_sd(matrix):
    return math.sqrt(SDS @ matrix @ SDS)


def equal(r):
    return np.where(np.eye(3) > 0, 1.0, r)


@pytest.mark.parametrize("r", [0.0, 0.3, 0.548, 1.0, -0.3])
def test_equal_correlation_along_an_axis(r):
    counted = bp.correlate(parts(), axis="region", r=r)
    assert counted.total().sd() == pytest.approx(total_sd(equal(r)), rel=1e-9)
    assert counted.total().estimate(engine="random", draws=200_000).sd == pytest.approx(total_sd(equal(r)), rel=0.01)
    assert counted.interval(0.9).low.tolist() == pytest.approx(parts().interval(0.9).low.tolist(), rel=1e-9)
    assert counted.axes == parts().axes


def test_the_human_brain_is_as_sure_as_its_parts_are_correlated():
    found = [f"{bp.correlate(parts(), axis='region', r=r).total().sd() / 1e9:.2f}" for r in (0, 0.548, 1)]
    assert found == ["7.00", "8.12", "8.94"]


MATRIX = np.array([[1.0, 0.5, 0.0], [0.5, 1.0, 0.2], [0.0, 0.2, 1.0]])


@pytest.mark.parametrize(
    "r",
    [
        MATRIX,
        MATRIX.tolist(),
        {("cortex", "cerebellum"): 0.5, ("rest", "cerebellum"): 0.2},
        {"cortex": {"cerebellum": 0.5, "cortex": 1.0}, "cerebellum": {"rest": 0.2, "cortex": 0.5}},
    ],
)
def test_a_matrix_by_label(r):
    counted = bp.correlate(parts(), axis="region", r=r)
    assert counted.total().sd() == pytest.approx(total_sd(MATRIX), rel=1e-9)


def test_a_shared_factor():
    loadings = np.array([0.9, 0.5, 0.0])
    matrix = np.where(np.eye(3) > 0, 1.0, np.outer(loadings, loadings))
    counted = bp.correlate(parts(), axis="region", loadings=dict(zip(PARTS, loadings, strict=True)))
    assert counted.total().sd() == pytest.approx(total_sd(matrix), rel=1e-9)


def test_elements_that_differ_along_another_axis_stay_independent():
    belief = bp.Normal(np.full((3, 2), 10.0), np.ones((3, 2)))
    cells = bp.assumed(belief, "m", because="a test", axis=("area", "layer"))
    by_area = bp.correlate(cells, axis="area", r=1.0)
    assert by_area.total("area").sd().tolist() == pytest.approx([3.0, 3.0], rel=1e-9)
    assert by_area.total().sd() == pytest.approx(math.sqrt(18.0), rel=1e-9)
    assert bp.correlate(cells, axis=("area", "layer"), r=1.0).total().sd() == pytest.approx(6.0, rel=1e-9)


def test_an_element_is_correlated_as_its_array_is():
    counted = bp.correlate(parts(), axis="region", r=0.5)
    assert (counted["cortex"] + counted["cerebellum"]).sd() == pytest.approx(
        math.sqrt(2.17**2 + 6.65**2 + 2.17 * 6.65) * 1e9, rel=1e-9
    )
    assert (counted["cortex"] - counted.select(region="cortex")).value == 0


def test_correlated_elements_of_any_shape_agree_with_draws():
    wide = {"a": "1 to 100 m", "b": bp.Uniform(1, 5), "c": "3(1) m"}
    total = bp.correlate(bp.assumed(wide, "m", because="a test", axis="part"), axis="part", r=0.8).total()
    drawn = total.estimate(engine="random", draws=400_000)
    for p in (0.05, 0.5, 0.95):
        assert total.quantile(p) == pytest.approx(drawn.quantile(p), abs=5 * drawn.standard_error(p))


def test_the_correlation_is_told_and_saved(tmp_path):
    counted = bp.correlate(parts(), axis="region", r=0.5)
    assert "along region: 0.5 (normal scores)" in counted.total().explain()
    back = bp.load(counted.save(tmp_path / "parts.json"))
    assert back == counted
    assert back.total().sd() == counted.total().sd()


@pytest.mark.parametrize(
    ("correlate", "words"),
    [
        (lambda: bp.correlate(parts(), axis="region", r=-0.9), ("contradict", "-0.8", "nearest")),
        (lambda: bp.correlate(parts(), axis="region", r=2), ("[-1, 1]", "2")),
        (lambda: bp.correlate(parts(), axis="region", r="high"), ("r=", "3 by 3", "'high'")),
        (lambda: bp.correlate(parts(), axis="region", r=np.eye(2)), ("3 by 3",)),
        (lambda: bp.correlate(parts(), axis="region"), ("r=", "loadings=")),
        (lambda: bp.correlate(parts(), axis="region", r={("cortex", "rest"): 0.1, ("rest", "cortex"): 0.2}), ("two",)),
        (lambda: bp.correlate(parts(), axis="region", loadings={"cortex": 0.3}), ("cortex", "cerebellum")),
        (
            lambda: bp.correlate(parts(), axis="region", loadings=[0.3]),
            ("loadings=", "cortex, cerebellum, rest", "[0.3]"),
        ),
        (lambda: bp.correlate(parts(), axis="region", loadings=3j), ("loadings=", "3j")),
        (lambda: bp.correlate(parts(), axis="region", loadings=True), ("loadings=", "True")),
        (lambda: bp.correlate(parts().total(), axis="region", r=0.5), ("array", "computed")),
        (lambda: bp.correlate(parts(), r=0.5), ("axis=",)),
        (lambda: bp.correlate(bp.exact([1, 2], "m", axis="a"), axis="a", r=0.5), ("uncertain",)),
    ],
)
def test_what_is_no_correlation_of_elements_is_refused(correlate, words):
    with pytest.raises(bp.errors.CorrelationError) as caught:
        correlate()
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize("kind", [np.float32, np.float64, Fraction, np.array])
def test_any_plain_number_correlates_elements(kind):
    by_loading, by_r = parts(), parts()
    shared = bp.correlate(by_loading, axis="region", loadings=kind(0.5)).total().sd()
    assert shared == pytest.approx(bp.correlate(by_loading, axis="region", loadings=0.5).total().sd())
    if kind is not np.array:
        less = bp.correlate(by_r, axis="region", r=kind(-0.25))
        assert less.total().sd() < by_r.total().sd() < shared


def test_an_array_beside_its_correlated_self_is_refused():
    counted = parts()
    with pytest.raises(bp.errors.CorrelationError, match="both correlated and as it was made"):
        (counted + bp.correlate(counted, axis="region", r=0.5)).median()


@pytest.mark.parametrize("kind", ["normal-scores", "spearman"])
@pytest.mark.parametrize("r", [1, -1])
def test_an_input_that_another_determines_moves_along_exactly(r, kind):
    """With r = ±1 one input is a function of the other, so every question has the answer of one input less."""
    pair = {
        (
            bp.assumed("1 to 10", "1", because="test", name="a"),
            bp.assumed(bp.Uniform(0, 4), "1", because="test", name="b"),
        ): r
    }
    a, b = bp.correlate(pair, kind=kind)
    c = bp.assumed("1 to 5", "1", because="test", name="c")
    result = a * b + c
    low, middle, high = c.quantile(0.05), c.median(), c.quantile(0.95)

    def beside(value):
        return float(b.quantile(float(a.estimate().cdf(value)) if r > 0 else 1 - float(a.estimate().cdf(value))))

    for value in (1.0, 3.0, 10.0):
        expected = [value * beside(value) + each for each in (low, middle, high)]
        assert result.assuming(a=str(value)).quantile([0.05, 0.5, 0.95]) == pytest.approx(expected, rel=1e-6)
        (row,) = result.sweep(a=[str(value)])
        assert (row.low, row.median, row.high) == pytest.approx(expected, rel=1e-6)
    swings = {row.name: row for row in result.swings()}
    assert swings["a"].at_low == pytest.approx(a.quantile(0.05) * beside(a.quantile(0.05)) + middle, rel=2e-3)
    assert swings["a"].at_high == pytest.approx(a.quantile(0.95) * beside(a.quantile(0.95)) + middle, rel=2e-3)
    known = {row.name: row.width for row in result.value_of_information()}
    assert known["a"] == pytest.approx(known["b"], rel=1e-3)
    assert known["a"] < known["c"]
    target = 3.0 * beside(3.0) + middle
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", bp.errors.AmbiguityWarning)
        assert result.assuming(a=result.solve("a", target)).median() == pytest.approx(target, rel=1e-4)


def test_equal_beliefs_that_go_together_differ_by_nothing():
    a, b = bp.correlate({(normal("a"), normal("b")): 1}, kind="spearman")
    assert (a - b).sd() == 0
    assert repr(a - b) == "0 m"


def test_an_input_that_two_others_determine_together_is_known_with_both():
    a, b, c = (normal(each, mean=0.0, sd=1.0) for each in "abc")
    a, b, c = bp.correlate({(a, b): 0.0, (a, c): 0.6, (b, c): 0.8}, kind="normal-scores")
    assert c.sd() == pytest.approx(1.0)
    both = (a + b + c).assuming(a="1 m", b="-2 m")
    assert both.sd() == 0
    assert both.median() == pytest.approx(1 - 2 + 0.6 - 1.6)


def test_elements_of_an_array_are_told_to_correlate_along_its_axis():
    parts = bp.measured({"V1": "6(1) neuron", "V2": "5(1) neuron"}, axis="area", source="azevedo2009")
    with pytest.raises(bp.CorrelationError, match=r"bp\.correlate\(array, axis='area', r=0\.5\)"):
        bp.correlate({(parts["V1"], parts["V2"]): 0.5}, kind="normal-scores")
