"""Where laws have steps, gaps and edges, and where an engine has to look in two ways: against what is known exactly."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

import brainparams as bp
from brainparams import engines
from brainparams.convolution.factoring import factored
from brainparams.engines import common_points, convolution, lines, smoothing, stepwise
from brainparams.engines.common_points import CommonPoints
from brainparams.engines.conditional import MOST_TABLES, _tables_above, quantiles_if_known, with_values
from brainparams.engines.smoothing import Smoothed
from brainparams.engines.stepwise import STEPS, Steps, Stepwise
from brainparams.errors import NoClosedForm
from brainparams.graph import roots
from brainparams.graph.substitution import given_input
from checks import LAW
from checks import number as pure

# --- known numbers among the options of a choice ---------------------------------------------------------------------

MIDDLE = bp.LogNormal(2.0, 0.2)


def with_steps():
    """1 with 40 %, 50 with 25 %, and a lognormal between them."""
    options = {"low": bp.exact(1, "1"), "middle": pure(MIDDLE, "middle"), "high": bp.exact(50, "1")}
    return bp.choose(options, weights={"low": 0.4, "middle": 0.35, "high": 0.25}, because="test")


@pytest.mark.parametrize("engine", ["convolution", "sobol"])
def test_a_known_option_holds_its_quantiles_and_no_more(engine):
    law = with_steps().estimate(engine=engine, digits=2).law
    assert type(law) is {"convolution": Stepwise, "sobol": Smoothed}[engine]
    for p, value in ((0.001, 1), (0.2, 1), (0.38, 1), (0.77, 50), (0.9, 50), (0.9999, 50)):
        assert law.quantile(p) == pytest.approx(value, rel=1e-6), p
        assert 0 <= law.standard_error(p) < 1e-4, p
    for p in (0.41, 0.5, 0.74):
        right = MIDDLE.ppf((p - 0.4) / 0.35)
        assert law.quantile(p) == pytest.approx(right, rel=1e-4 if engine == "sobol" else 1e-9)
        assert law.standard_error(p) < 2e-3
    for x, p in ((0.9, 0.0), (1.0, 0.4), (2.0, 0.4), (MIDDLE.ppf(0.5), 0.575), (49.9, 0.75), (50.0, 1.0), (90.0, 1.0)):
        below, error = law.cdf(float(x))
        assert below == pytest.approx(p, abs=1e-4 if engine == "sobol" else 1e-9)
        assert 0 <= error < 1e-3


def test_steps_are_shifted_and_scaled_with_their_options():
    law = (with_steps() * bp.exact(-2, "1") + bp.exact(3, "1")).estimate().law
    assert isinstance(law, Stepwise)
    for p, value in ((0.2, -97.0), (0.7, 1.0), (0.9, 1.0)):
        assert law.quantile(p) == pytest.approx(value, rel=1e-11)
    assert law.cdf(1.0)[0] == pytest.approx(1.0)
    assert law.cdf(0.999)[0] == pytest.approx(0.6)


def test_what_is_added_to_a_choice_is_added_to_each_option():
    x = bp.Normal(5.0, 0.3)
    for quantity, sign in ((with_steps() + pure(x, "x"), 1.0), (pure(x, "x") - with_steps(), -1.0)):
        law = quantity.estimate().law
        assert isinstance(law, Stepwise)
        for y in (5.2, 6.0, 6.4, 54.0, 55.0, 55.6):
            z = np.linspace(-8, 8, 4001)
            weights = np.exp(-z * z / 2)
            middle = np.sum(weights * x.cdf(y - MIDDLE.at_score(z))) / np.sum(weights)
            at = y if sign > 0 else 10.0 - y
            right = 0.4 * x.cdf(y - 1) + 0.35 * middle + 0.25 * x.cdf(y - 50)
            below, error = law.cdf(at)
            assert (below if sign > 0 else 1 - below) == pytest.approx(right, abs=1e-8)
            assert error < 1e-6


def test_no_probability_is_above_one_though_weights_add_up_to_more():
    weights = [0.3, 0.25, 0.15, 0.15, 0.05, 0.05, 0.05]
    total = 0.0
    for weight in weights:
        total += weight
    assert total > 1.0
    options = {f"o{k}": pure(bp.LogNormal(0.4 * k, 0.2), f"x{k}") for k in range(7)}
    law = bp.choose(options, weights=weights, because="test").estimate().law
    assert law.cdf(1e9)[0] <= 1.0
    assert not math.isnan(law.cdf(1e9)[1])


def test_beyond_seven_deviations_quantiles_stand_still():
    law = (pure(bp.LogNormal(0.0, 0.4), "a") + pure(bp.Gamma(3.0, 1.0), "b")).estimate().law
    assert isinstance(law, Stepwise)
    assert law.quantile(0.0) == law.quantile(1e-13) < law.quantile(1e-11)
    assert law.quantile(1.0) == law.quantile(1 - 1e-14) > law.quantile(1 - 1e-10)
    assert law.cdf(law.quantile(0.0))[0] == pytest.approx(special.ndtr(-7.0), rel=1e-3)
    assert law.cdf(-1.0) == (0.0, pytest.approx(0.0, abs=1e-12))
    assert law.cdf(1e9) == (1.0, pytest.approx(0.0, abs=1e-12))


def test_what_is_shown_together_is_found_by_one_search(monkeypatch):
    law = (pure(bp.LogNormal(0.0, 0.4), "a") + pure(bp.Gamma(3.0, 1.0), "b")).estimate().law
    law.found.clear()
    searched, original = [], stepwise.quantiles
    monkeypatch.setattr(stepwise, "quantiles", lambda *given: searched.append(given) or original(*given))
    low, high = (1 - 0.9) / 2, 1 - (1 - 0.9) / 2
    for p in (low, 0.5, high, 0.05, 0.95):
        law.quantile(p), law.standard_error(p)
    assert len(searched) == 1
    law.quantile(0.31), law.standard_error(0.31)
    assert len(searched) == 2


@pytest.mark.parametrize(("apart", "most"), [(3.0, 17), (30.0, 46)])
def test_a_quantile_of_a_choice_takes_few_steps(apart, most, monkeypatch):
    """As many as where both ends come nearer; halving alone takes as many as a value has bits."""
    a, g, b = (pure(each) for each in (bp.LogNormal(0.0, 0.3), bp.Gamma(3.0, 1.0), bp.LogNormal(apart, 0.3)))
    law = bp.choose({"a": a + g, "b": b}, weights=[0.6, 0.4], because="test").estimate().law
    assert len(law.form.outline[0]) == 1  # made before it is counted
    calls, original = [], stepwise.cdf
    monkeypatch.setattr(stepwise, "cdf", lambda *given: calls.append(given) or original(*given))
    for p in (0.001, 0.05, 0.2, 0.31, 0.39999, 0.5, 0.6, 0.9, 0.95, 0.999):
        law.found.clear()
        calls.clear()
        law.quantile(p)
        assert len(calls) <= most, p


def test_more_options_than_are_followed_are_refused():
    options = {f"o{k}": pure(bp.LogNormal(0.1 * k, 0.2), f"x{k}") for k in range(65)}
    weights = dict.fromkeys(options, 1 / 65)
    with pytest.raises(NoClosedForm, match="choices with more than 64 options together"):
        Steps().form(bp.choose(options, weights=weights, because="test").node)
    del options["o64"]
    few = bp.choose(options, weights=dict.fromkeys(options, 1 / 64), because="test")
    assert len(Steps().form(few.node).options) == 64


# --- what is known of an input ---------------------------------------------------------------------------------------


def selected():
    a, b, c = (
        pure(belief, name) for belief, name in ((MIDDLE, "a"), (bp.Gamma(3.0, 2.0), "b"), (bp.Normal(20, 2), "c"))
    )
    return bp.choose({"a": a, "b": b * a, "c": c}, weights={"a": 0.2, "b": 0.3, "c": 0.5}, because="test")


@pytest.mark.parametrize("make", [selected, lambda: selected() + pure(bp.Normal(4.0, 1.0), "y"), with_steps])
def test_each_input_of_a_choice_and_what_selects_may_be_known(make):
    quantity, at, wanted = make(), [0.1, 0.35, 0.9], [0.05, 0.5, 0.9]
    for root in roots([quantity.node]):
        found = quantiles_if_known(quantity.node, root, at, wanted, engines.estimate_all)
        right = [engines.estimate(given_input(quantity.node, root, p), digits=4) for p in at]
        expected = [[each.quantile(p) for p in wanted] for each in right]
        np.testing.assert_allclose(found, expected, rtol=2e-4)


def test_what_was_known_for_one_question_is_not_believed_in_the_next():
    x, y = pure(bp.LogNormal(0.0, 0.5), "x"), pure(bp.Gamma(3.0, 1.0), "y")
    node, middle = ((x + y) * pure(bp.LogNormal(0.1, 0.2), "z")).node, (x + y).node
    before = convolution.law(node, 3, Steps())
    steps = Steps()
    known = steps.form(node, {x.node.key: stepwise.Constant(np.array([[1.0], [9.0]]))})
    assert stepwise.quantiles(known, np.zeros(1)).shape == (2, 1)
    after = convolution.law(node, 3, steps)
    assert [after.quantile(p) for p in (0.05, 0.5)] == [before.quantile(p) for p in (0.05, 0.5)]
    again = steps.form(node, {x.node.key: stepwise.Constant(np.array([[1.0], [9.0]]))})
    np.testing.assert_array_equal(stepwise.quantiles(again, np.zeros(3)), stepwise.quantiles(known, np.zeros(3)))
    assert middle.key != node.key
    values = with_values(node, {x.node.key: np.array([1.0, 9.0])}, [0.05, 0.5])
    assert values.shape == (2, 2)
    right = [convolution.law(((v + y) * pure(bp.LogNormal(0.1, 0.2), "z")).node) for v in (1.0, 9.0)]
    assert values == pytest.approx(np.array([[law.quantile(p) for p in (0.05, 0.5)] for law in right]), rel=1e-4)


def test_two_parts_that_share_an_input_are_not_paired():
    x, y = pure(bp.LogNormal(0.0, 0.5), "x"), pure(bp.Gamma(3.0, 1.0), "y")
    for quantity in (x * y + x, (x + 1) * x * y, bp.exp(x) + y / x):
        with pytest.raises(NoClosedForm, match="two parts share an input"):
            Steps().form(quantity.node)
    at = np.array([1.0, 3.0])  # where it is known it may be used twice
    found = with_values((x * y + x).node, {x.node.key: at}, [0.05, 0.5])
    right = np.outer(at, bp.Gamma(3.0, 1.0).ppf(np.array([0.05, 0.5]))) + at[:, np.newaxis]
    assert found == pytest.approx(right, rel=1e-7)
    both = bp.choose({"one": x * y, "other": x + y}, weights=[0.5, 0.5], because="test")
    assert len(Steps().form(both.node).options) == 2
    with pytest.raises(NoClosedForm, match="two parts share an input"):
        Steps().form((both * x).node)
    assert Steps().form((x + x).node).parts[0][1].centre == pytest.approx(math.log(2.0))
    squared = Steps().form((x * x).node).parts[0][1]
    assert (squared.centre.item(), squared.width.item()) == (0.0, 1.0)


# --- common points ---------------------------------------------------------------------------------------------------


@LAW
@given(st.floats(-0.5, 2.0), st.integers(0, 10**6))
def test_what_goes_with_what_is_known_is_taken_off(share, seed):
    """All of it where it goes with it, nothing where it goes the other way, and never more than 1.25 times."""
    known = np.random.default_rng(seed).normal(0.0, 1e-3, (3, common_points.REPLICATES)) + 1e-3
    found = common_points._held_against(share * known, known)
    np.testing.assert_allclose(found, (share - min(max(share, 0.0), common_points.MOST)) * known, atol=1e-12)
    flat = np.full((3, common_points.REPLICATES), 0.5)
    np.testing.assert_allclose(common_points._held_against(flat, flat * 0.1), flat, atol=1e-12)


def test_points_are_fewer_where_they_would_fill_memory(monkeypatch):
    node = (pure(bp.LogNormal(0.0, 0.5), "a") * pure(bp.Normal(3.0, 0.1), "b") + pure(bp.Gamma(3.0, 1.0), "c")).node
    steps = len(list(CommonPoints(node, 0)._nodes))
    assert CommonPoints(node, 0).count == 4096
    for room, count in ((4096, 4096), (4095, 2048), (1024, 1024), (1023, 512), (512, 512)):
        monkeypatch.setattr(common_points, "MOST_VALUES", room * steps)
        assert CommonPoints(node, 0).count == count
    monkeypatch.setattr(common_points, "MOST_VALUES", 512 * steps - 1)
    with pytest.raises(NoClosedForm, match="too many elements"):
        CommonPoints(node, 0)


def test_results_that_are_not_finite_have_no_common_points():
    x = pure(bp.Normal(1.0, 1.0), "x")
    with pytest.raises(NoClosedForm, match="not finite"):
        CommonPoints((bp.log(x) * pure(bp.LogNormal(0.0, 0.5), "a")).node, 0)


FORMULAS = {
    "sum": lambda a, b, c: a + b * 2 - c,
    "product": lambda a, b, c: a * b * c,
    "falling": lambda a, b, c: a * bp.exact(-2, "1") * b - c / a,
    "powers": lambda a, b, c: a**2 * bp.sqrt(b) + c**-1,
    "functions": lambda a, b, c: bp.exp(a / 3) * bp.log(b + 4) + bp.arctan(c),
    "logarithm of a product": lambda a, b, c: bp.log(a * b * 3) + c,
    "exponential of a sum": lambda a, b, c: bp.exp(a * 0.5 + b * 0.1 + 1) / c,
    "twice": lambda a, b, c: (a + a) * b + c * c,
    "larger": lambda a, b, c: bp.maximum(a, b) + c * a,
    "sine": lambda a, b, c: bp.sin(a) * b + c,
}


@pytest.mark.parametrize("name", FORMULAS)
def test_the_line_of_a_number_is_the_number(name):
    """With the open unknown put in at its own points, shift and factor give the values; below() counts them."""
    inputs = [pure(bp.LogNormal(0.0, 0.5), "a"), pure(bp.Gamma(4.0, 2.0), "b"), pure(bp.Normal(5.0, 0.5), "c")]
    quantity = FORMULAS[name](*inputs)
    points = CommonPoints(quantity.node, 0)
    own = [np.asarray(points._lines[each.node.key].values) for each in inputs]
    line = points._lines[quantity.node.key]
    by_hand = {
        "sum": lambda a, b, c: a + 2 * b - c,
        "product": lambda a, b, c: a * b * c,
        "falling": lambda a, b, c: -2 * a * b - c / a,
        "powers": lambda a, b, c: a**2 * np.sqrt(b) + 1 / c,
        "functions": lambda a, b, c: np.exp(a / 3) * np.log(b + 4) + np.arctan(c),
        "logarithm of a product": lambda a, b, c: np.log(3 * a * b) + c,
        "exponential of a sum": lambda a, b, c: np.exp(0.5 * a + 0.1 * b + 1) / c,
        "twice": lambda a, b, c: 2 * a * b + c * c,
        "larger": lambda a, b, c: np.maximum(a, b) + c * a,
        "sine": lambda a, b, c: np.sin(a) * b + c,
    }[name](*own)
    np.testing.assert_allclose(line.values, by_hand, rtol=1e-12)
    assert line.unknowns == {each.node.uid for each in inputs}
    # the mean of the conditional probabilities is the share below, as many points as there are
    levels = np.quantile(by_hand, [0.1, 0.5, 0.9])
    below = points._whole.below(levels[np.newaxis])
    assert below.shape == (1, 3, common_points.REPLICATES)
    assert below.mean(axis=-1)[0] == pytest.approx([0.1, 0.5, 0.9], abs=0.02)
    assert (line.slope is not None) is points._whole.is_smooth
    if line.slope is not None:
        assert below.std(axis=-1).max() < 0.012  # of counting alone: 0.016 and more
        (_, part), *_ = line.slope.parts
        assert line.slope.reach > 0
        assert part is not None


def test_what_goes_one_way_keeps_its_input_open_and_what_turns_does_not():
    x = pure(bp.Normal(1.0, 0.5), "x")
    for function, by_hand, is_smooth in ((bp.arctan, np.arctan, True), (bp.exp, np.exp, True), (bp.sin, np.sin, False)):
        quantity = function(x)
        points = CommonPoints(quantity.node, 0)
        assert points._whole.is_smooth is is_smooth
        at = by_hand(bp.Normal(1.0, 0.5).ppf(np.array([0.05, 0.3])))
        if is_smooth:
            below = points._whole.below(at[np.newaxis])
            np.testing.assert_allclose(
                below[0], np.repeat([[0.05], [0.3]], common_points.REPLICATES, axis=1), rtol=1e-6
            )


def test_the_wider_of_two_stays_open():
    narrow, wide_ = pure(bp.Normal(1.0, 0.1), "narrow"), pure(bp.Normal(1.0, 0.2), "wide")
    for quantity in (narrow + wide_, wide_ + narrow, narrow - wide_, narrow * wide_, wide_ * narrow):
        slope = CommonPoints(quantity.node, 0)._lines[quantity.node.key].slope
        assert slope.open == {wide_.node.uid}
    much = narrow * bp.exact(5, "1") + wide_
    slope = CommonPoints(much.node, 0)._lines[much.node.key].slope
    assert slope.open == {narrow.node.uid}
    assert slope.reach == pytest.approx(5 * 0.2)
    assert slope.width == pytest.approx(0.2)
    assert slope.factor == 5.0


def test_a_correlated_input_is_straight_or_an_exponential_in_its_score():
    """So that it stays open beside what it is correlated with, and no step is left in the points."""
    beliefs = {"normal": bp.Normal(5.0, 0.5), "lognormal": bp.LogNormal(0.5, 0.4), "gamma": bp.Gamma(3.0, 1.0)}
    for name, belief in beliefs.items():
        a, b = bp.correlate({(pure(belief, "a"), pure(bp.Normal(9.0, 1.0), "b")): 0.6}, kind="normal-scores")
        points = CommonPoints((a * 1).node, 0)
        line = points._lines[a.node.key]
        z = special.ndtri((np.arange(4096) + 0.5) / 4096)
        np.testing.assert_allclose(np.sort(line.values)[50:-50], belief.at_score(z)[50:-50], rtol=0.03)
        at = belief.ppf(np.array([0.1, 0.5, 0.9]))
        below = points._whole.below(at[np.newaxis])
        assert below.mean(axis=-1)[0] == pytest.approx([0.1, 0.5, 0.9], abs=2e-3)
        both = CommonPoints((a + b).node, 0)
        assert both._whole.is_smooth, name
        assert both._lines[a.node.key].unknowns <= both._lines[(a + b).node.key].unknowns


def test_values_are_repeated_to_a_length():
    assert lines.lined_up(3.0, 6) == 3.0
    np.testing.assert_array_equal(lines.lined_up(np.array([1.0, 2.0]), 6), [1, 2, 1, 2, 1, 2])
    np.testing.assert_array_equal(lines.lined_up(np.array([7.0]), 6), [7])
    rows = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(lines.lined_up(rows, 4), [[1, 2, 1, 2], [3, 4, 3, 4]])
    assert lines.lined_up(rows, 2) is rows


# --- points with one unknown integrated ------------------------------------------------------------------------------


def test_what_no_point_saw_may_have_the_chance_of_one():
    law = with_steps().estimate(engine="sobol", digits=1).law
    assert law.cdf(1e-9) == (0.0, pytest.approx(1 / law.draws.size))
    assert law.cdf(1e9) == (1.0, pytest.approx(1 / law.draws.size))


def test_discrete_inputs_are_added_up_while_their_combinations_are_few():
    wide_ = pure(bp.LogNormal(0.0, 0.5), "wide")

    def made(*counts):
        few = [pure(bp.Discrete(np.arange(1.0, n + 1), np.full(n, 1 / n)), f"d{k}") for k, n in enumerate(counts)]
        return math.prod(few[1:], start=few[0]) * wide_

    for counts, added in {
        (2,): [2],
        (4, 3): [3, 4],
        (2, 3, 2): [2, 2, 3],
        (5, 8): None,
        (2, 7): None,
        (5, 12): [5],
        (40,): [],
    }.items():
        found = smoothing.smoothable(made(*counts).node)
        sizes = None if found is None else [len(leaf.value.atoms[0]) for leaf in found.discrete]
        assert sizes == added, counts
    assert smoothing.smoothable(made(3, 3, 3).node) is None


def test_the_worth_of_an_input_is_how_the_result_follows_it():
    leaf = pure(bp.Normal(0.0, 1.0), "x").node
    x = np.random.default_rng(0).normal(size=(4, 256))
    same, opposite = (smoothing._worth(leaf, x, each) for each in (x, -x))
    assert same == opposite == smoothing._worth(leaf, x, np.exp(x)) > 0
    assert smoothing._worth(leaf, x, np.random.default_rng(1).normal(size=(4, 256))) < 0.15 * same


def test_the_outline_of_draws_is_where_they_lie():
    z = special.ndtri((np.arange(1000) + 0.5) / 1000).reshape(10, 100)
    about = smoothing._outline(np.exp(2 + 0.5 * z))
    assert about.logarithmic
    assert (about.centre.item(), about.scale.item()) == (pytest.approx(2.0), pytest.approx(0.497, abs=2e-3))
    assert about.low.item() == pytest.approx(2 + 0.5 * z.min() - 2 * about.scale.item())
    assert about.high.item() == pytest.approx(2 + 0.5 * z.max() + 2 * about.scale.item())
    plain = smoothing._outline(3 + z)
    assert not plain.logarithmic
    assert plain.centre.item() == pytest.approx(3.0)
    assert smoothing._outline(np.full((2, 4), 3.0)) is None
    far = np.zeros((2, 100))
    far[0, 0] = 100.0
    assert smoothing._outline(far).scale.item() == pytest.approx(np.std(far))


# --- convolution: what counts as settled -----------------------------------------------------------------------------


def test_a_change_is_relative_to_the_value_or_to_the_largest_of_its_row():
    before = np.array([[1.0, 10.0, 100.0], [1e-9, 1.0, 2.0]])
    assert convolution._change(before, before) == 0.0
    after = before.copy()
    after[0, 1] = 10.1
    assert convolution._change(before, after) == pytest.approx(0.1 / 10.1)
    after = before.copy()
    after[1, 0] = 3e-9  # against a millionth of 2
    assert convolution._change(before, after) == pytest.approx(1e-3)
    endless = np.array([[-np.inf, 1.0]])
    assert convolution._change(endless, endless) == 0.0
    assert convolution._change(-before, -after) == convolution._change(before, after)


def test_quantiles_that_are_off_are_not_taken_for_probable():
    law = convolution._law((pure(bp.LogNormal(0.0, 0.4), "a") * pure(bp.Gamma(3.0, 1.0), "b")).node, 3)
    right = convolution._standard(law.expression, law.fine, law.search)
    assert convolution._are_probable(right, law.expression, law.coarse)
    assert convolution._are_quantiles(right, law.expression, law.fine, law.search)
    for place in (0, 7, 14):
        for factor in (1.001, 0.999):
            wrong = right.copy()
            wrong[0, place] *= factor
            assert not convolution._are_probable(wrong, law.expression, law.coarse)
            is_inside = (place, factor) in ((0, 1.001), (14, 0.999))
            assert convolution._are_quantiles(wrong, law.expression, law.fine, law.search) is not is_inside


def test_a_quantile_at_a_step_is_one(monkeypatch):
    """Half is at 1, and the rest at 9: below each there is less than is asked for, and with it there is enough."""
    law = convolution._law((pure(bp.LogNormal(0.0, 0.4), "a") * pure(bp.Gamma(3.0, 1.0), "b")).node, 3)
    steps = lambda expression, x, at: np.where(x < 1.0, 0.0, np.where(x < 9.0, 0.5, 1.0))  # noqa: E731
    monkeypatch.setattr(convolution, "mixed_cdf", steps)
    for low, high, holds in ((1.0, 9.0, True), (1.1, 9.0, False), (1.0, 8.9, False), (0.9, 9.1, True)):
        found = np.full((1, 15), 5.0)
        found[0, 0], found[0, -1] = low, high
        assert convolution._are_quantiles(found, law.expression, law.fine, law.search) is holds


def test_one_number_stands_for_all_that_cancels():
    x = pure(bp.LogNormal(0.0, 0.4), "x")
    alone = convolution._law((x - x + 3).node, 3)
    assert alone.quantile(0.5) == 3.0
    rows = bp.assumed(bp.LogNormal([0.0, 1.0], 0.4), "1", because="test", axis="row")
    assert convolution._law((rows / rows).node, 3).quantile(0.5).tolist() == [1.0, 1.0]


def test_a_table_is_refused_by_its_error():
    product = pure(bp.Uniform(1.0, 3.0), "u") * pure(bp.Uniform(2.0, 5.0), "v")
    expression = factored(product.node)
    error = convolution._tabled(expression).table.error
    assert 0 < error < convolution.ALLOWED
    with pytest.raises(NoClosedForm, match=rf"a probability may be wrong by {error:.1g}"):
        convolution._tabled(expression, 0.99 * error)
    assert convolution._tabled(expression, error).table.error == error


def test_what_does_not_settle_says_by_how_much_it_moved():
    x, y = pure(bp.LogNormal(0.0, 0.4), "x"), pure(bp.LogNormal(0.5, 0.6), "y")
    expression = factored((x * y + bp.exp(x / 4)).node)
    rough = (convolution.Rule(4.0, 2), convolution.Rule(2.4, 3))
    with pytest.raises(NoClosedForm, match=r"did not settle: the last refinement moved a quantile by [\d.e-]+$") as e:
        convolution._settled(expression, 1, rough, 1e-9, is_array=False)
    moved = float(str(e.value).rpartition(" ")[2])
    assert convolution.GOOD_ENOUGH < moved < 1.0
    law = convolution._settled(expression, 1, convolution.RULES[:2], 1e-12, is_array=False)
    assert law.fine.rule == convolution.RULES[1]  # good enough where it is the finest


# --- one input after the other ---------------------------------------------------------------------------------------


def test_closed_forms_need_no_points_however_many():
    inputs = [pure(bp.LogNormal(0.01 * k, 0.1), f"x{k}") for k in range(40)]
    product = math.prod(inputs[1:], start=inputs[0])
    found = engines.if_each_known(product.node, [(each.node, [0.05, 0.5]) for each in inputs], [0.5, 0.9], seed=0)
    assert found.points == 0
    assert len(found.quantiles) == len(found.errors) == 40
    assert not np.any(found.errors)
    whole, rest = sum(0.01 * k for k in range(40)), 0.1 * math.sqrt(39)
    for quantiles in found.quantiles:
        for row, z in ((0, -1.6448536269514722), (1, 0.0)):
            right = [math.exp(whole + 0.1 * z), math.exp(whole + 0.1 * z + 1.2815515655446004 * rest)]
            assert quantiles[row] == pytest.approx(right, rel=1e-6)


def test_tables_are_counted_for_each_input_that_they_rest_on():
    """A sum of products: knowing one factor makes its product afresh and all sums above it."""
    parts = [pure(bp.LogNormal(0.0, 0.3), f"x{k}") * pure(bp.Gamma(3.0, 1.0), f"y{k}") for k in range(4)]
    node = sum(parts[1:], parts[0]).node
    STEPS.form(node)
    keys = {root.key for root in roots([node])}
    assert sorted(_tables_above(node, keys)) == [2, 2, 2, 2, 4, 6, 8]
    assert max(_tables_above(node, set(list(keys)[:1]))) == 1
    assert sum(_tables_above(node, keys)) <= MOST_TABLES
    asked = [(root, [0.3]) for root in roots([node])]
    found = engines.if_each_known(node, asked, [0.5], seed=0)
    assert found.points == 0
    more = sum(parts[1:], parts[0]) + pure(bp.Gamma(2.0, 1.0), "one") + pure(bp.Gamma(2.0, 2.0), "two")
    asked = [(root, [0.3]) for root in roots([more.node])]
    assert engines.if_each_known(more.node, asked, [0.5], seed=0).points == 4096
