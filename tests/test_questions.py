"""Questions to an estimate: how likely, what if, what for a target, why two differ, and the shortest interval."""

import math
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import brainparams as bp
from checks import number

LAW = settings(max_examples=20, deadline=None, derandomize=True)


def brain():
    neurons = bp.assumed("80e9 to 92e9 neuron", because="test", name="neurons")
    synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="test", name="synapses per neuron", symbol="s")
    return neurons * synapses


# --- how likely ------------------------------------------------------------------------------------------------------


def test_below_is_the_cdf():
    x = number(bp.LogNormal(2.0, 0.5), "x", "m")
    for limit in (3.0, 7.0, 20.0):
        found = x.below(bp.exact(limit, "m"))
        assert float(found) == pytest.approx(stats.lognorm(0.5, scale=math.exp(2.0)).cdf(limit), rel=1e-12)
        assert float(found) == pytest.approx(x.estimate().cdf(limit), rel=1e-12)
        assert found.draws == 0
        assert found.standard_error == 0


def test_below_changes_units():
    x = number(bp.Uniform(0, 10), "x", "mm")
    assert float(x.below("0.25 cm")) == pytest.approx(0.25)


@pytest.mark.parametrize("engine", ["convolution", "sobol", "random"])
def test_cdf_of_every_engine_inverts_the_quantile(engine):
    x = number(bp.LogNormal(0.0, 1.0), "x") * number(bp.Uniform(1, 2), "y")
    found = x.estimate(engine=engine)
    for p in (0.05, 0.5, 0.9):
        assert found.cdf(found.quantile(p)) == pytest.approx(p, abs=1e-4)


def test_below_by_draws_has_an_error_bar():
    x, y = number(bp.Uniform(0, 1), "x"), number(bp.Uniform(0, 1), "y")
    found = bp.maximum(x * y, bp.maximum(x, y) - x * x).below("0.5")
    assert found.draws > 0
    assert 0 < found.standard_error < 1e-3


def test_ratio_and_difference_in_closed_form():
    a, b = number(bp.LogNormal(1.0, 0.6), "a", "m"), number(bp.LogNormal(2.0, 0.8), "b", "m")
    assert float(bp.probability_greater(b, a)) == pytest.approx(stats.norm.cdf(1.0), rel=1e-12)
    c, d = number(bp.Normal(1.0, 3.0), "c", "m"), number(bp.Normal(2.0, 4.0), "d", "m")
    found = bp.probability_greater(c, d)
    assert float(found) == pytest.approx(stats.norm.cdf(-0.2), rel=1e-12)
    assert found.draws == 0


def test_negative_quantities_keep_their_order():
    a, b = -number(bp.LogNormal(1.0, 0.6), "a", "m"), -number(bp.LogNormal(2.0, 0.8), "b", "m")
    assert float(bp.probability_greater(a, b)) == pytest.approx(stats.norm.cdf(1.0), abs=1e-4)


def test_greater_and_below_are_one_question():
    a, b = brain(), number(bp.Uniform(1e14, 5e14), "b", "synapse")
    assert float(bp.probability_greater(a, b)) == float(b.below(a))
    assert float(a.below(b)) + float(b.below(a)) == pytest.approx(1.0, abs=1e-4)


def test_shared_inputs_are_one_unknown():
    x = number(bp.Normal(5, 1), "x", "m")
    assert float((x + bp.exact("1 m")).below(x)) == 0.0
    assert float(x.below(x + bp.exact("1 m"))) == 1.0
    assert float(x.below(x)) == 0.0


def test_exact_numbers_compare_exactly():
    big = 10**40
    assert float(bp.exact(big, "1").below(bp.exact(big + 1, "1"))) == 1.0
    assert float(bp.exact(big, "1").below(bp.exact(big, "1"))) == 0.0


def test_probabilities_that_are_refused():
    with pytest.raises(bp.UnitError):
        brain().below("3 neuron")
    with pytest.raises(bp.UnitError):
        bp.probability_greater(brain(), "3 neuron")
    array = bp.exact({"a": 1, "b": 2}, "1", axis="r")
    with pytest.raises(bp.ShapeError, match="array along r"):
        array.below("3")


# --- the shortest interval -------------------------------------------------------------------------------------------


def test_shortest_interval_of_a_lognormal_has_equal_densities_at_its_ends():
    mu, sigma = 2.0, 0.7
    found = number(bp.LogNormal(mu, sigma), "x").shortest_interval(0.90)
    law = stats.lognorm(sigma, scale=math.exp(mu))
    assert law.cdf(found.high) - law.cdf(found.low) == pytest.approx(0.90, abs=1e-9)
    assert law.pdf(found.low) == pytest.approx(law.pdf(found.high), rel=1e-3)
    assert "shortest" in repr(found)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_shortest_is_never_wider(level):
    x = number(bp.Beta(2, 5), "f") * number(bp.Uniform(1, 10), "p")
    short, tailed = x.shortest_interval(level), x.interval(level)
    assert short.high - short.low <= tailed.high - tailed.low
    assert tailed.kind == "equal-tailed"


def test_shortest_of_a_symmetric_belief_is_equal_tailed():
    x = number(bp.Normal(3, 2), "x", "m")
    assert list(x.shortest_interval(0.9)) == pytest.approx(list(x.interval(0.9)), rel=1e-4)


def test_shortest_interval_of_what_has_none():
    assert list(bp.exact("3 m").shortest_interval()) == [3, 3]
    with pytest.raises(bp.ShapeError, match="single number"):
        bp.exact({"a": 1, "b": 2}, "1", axis="r").shortest_interval()
    with pytest.raises(bp.RangeError, match="level"):
        brain().shortest_interval(90)


# --- assuming --------------------------------------------------------------------------------------------------------


def test_assuming_by_name_symbol_and_quantity():
    neurons = bp.exact("86e9 neuron", name="neurons")
    per_neuron = bp.assumed("1e3 to 1e4 synapse/neuron", because="test", name="synapses per neuron", symbol="k")
    total = neurons * per_neuron
    for asked in (
        {"synapses per neuron": "7000 synapse/neuron"},
        {"synapses_per_neuron": "7000 synapse/neuron"},
        {"k": "7000 synapse/neuron"},
        {per_neuron: bp.exact("7000 synapse/neuron")},
        {per_neuron: "7 kilosynapse/neuron"},
    ):
        assert total.assuming(asked).value == 602 * 10**12
    assert total.assuming(synapses_per_neuron="7000 synapse/neuron", neurons="1 neuron").value == 7000
    assert total.unit == total.assuming(neurons="1 neuron").unit


def test_assuming_the_same_value_changes_nothing():
    total = brain()
    assert total.assuming(neurons="80e9 to 92e9 neuron") == total
    unnamed = bp.exact("3 m") * bp.assumed("1 to 4 neuron/m", because="test")
    assert unnamed.assuming(neurons_per_m="1 to 4 neuron/m") == unnamed
    by_other_unit = total.assuming(neurons="80 to 92 giganeuron")
    assert by_other_unit.median() == pytest.approx(total.median(), rel=1e-12)


def test_the_same_assumption_is_the_same_unknown():
    total = brain()
    one, other = (total.assuming(neurons="70e9 to 90e9 neuron") for _ in range(2))
    assert one == other
    assert (one - other).value == 0
    assert pickle.loads(pickle.dumps(one)) == other


def test_common_random_numbers():
    x, y = number(bp.Uniform(1, 2), "x"), number(bp.Uniform(1, 3), "y")
    model = bp.maximum(x * y, x + y)
    moved = model.assuming(y=bp.Uniform(2, 4))
    draws, other = model.to_numpy(1000), moved.to_numpy(1000)
    assert (other > draws).all()


def test_assuming_a_named_step():
    synapses = brain().named("synapses")
    weights = bp.exact("1 parameter/synapse")
    found = (synapses * weights).assuming(synapses="1e14 synapse")
    assert found.value == 10**14
    assert "in place of synapses" in found.explain()


def test_an_assumption_may_be_a_computed_quantity():
    total = brain()
    volume, density = bp.exact("1e6 mm^3"), bp.exact("1e5 neuron/mm^3", name="density")
    found = total.assuming(neurons=volume * density, synapses_per_neuron="10 synapse/neuron")
    assert found.value == 10**12
    assert "density" in found.explain()


def test_pure_numbers_need_no_unit():
    x = number(bp.Uniform(0, 1), "fraction") * bp.exact("10 m")
    assert x.assuming(fraction=0.5).value == 5
    assert x.assuming(fraction="0.5").value == 5
    assert x.assuming(fraction=bp.Uniform(0.2, 0.4)).median() == pytest.approx(3.0)


def test_arrays_are_replaced_by_arrays():
    parts = bp.exact({"a": 1, "b": 2}, "m", axis="part", name="parts")
    assert parts.total("part").assuming(parts=bp.exact({"a": 5, "b": 6}, "m", axis="part")).value == 11
    with pytest.raises(bp.ShapeError, match="same axes"):
        parts.total("part").assuming(parts="5 m")


def test_a_correlated_input_can_be_replaced():
    a, b = bp.correlate({(number(bp.Normal(5, 1), "a"), number(bp.Normal(5, 1), "b")): 0.8}, kind="normal-scores")
    found = (a + b).assuming(a=5)
    assert found.median() == pytest.approx(10.0, abs=1e-6)
    assert found.sd() == pytest.approx(0.6, rel=1e-9)  # √(1 − 0.8²): the partner is conditioned, as in swings


@pytest.mark.parametrize("value", ["4", "7"])
def test_what_is_correlated_with_a_number_put_in_moves_along(value):
    a, b = number(bp.LogNormal(1.5, 0.4), "a"), number(bp.Gamma(4, 1), "b")
    a, b = bp.correlate({(a, b): 0.7}, kind="normal-scores")
    score = (math.log(float(value)) - 1.5) / 0.4
    right = float(bp.Gamma(4, 1).at_score(0.7 * score))  # the median of the partner
    assert (a + b).assuming(a=value).median() == pytest.approx(float(value) + right, rel=1e-6)
    assert (a + b).sweep(a=[value, "5"]).rows[0].median == pytest.approx(float(value) + right, rel=1e-6)
    target = bp.exact(float(value) + right, "1")
    assert float((a + b).solve("a", target).value) == pytest.approx(float(value), rel=1e-5)
    assert (a + b).assuming(a=value, b="3").value == float(value) + 3


def test_a_range_put_in_for_a_correlated_input_says_that_its_partner_stays():
    a, b = bp.correlate({(number(bp.Normal(5, 1), "a"), number(bp.Normal(5, 1), "b")): 0.8}, kind="normal-scores")
    with pytest.warns(bp.errors.CorrelationWarning, match="'a' stays as it is believed"):
        assert (a + b).assuming(a="4 +/- 0.1").median() == pytest.approx(9.0, rel=1e-9)
    c, d = bp.correlate({(number(bp.Uniform(0, 1), "c"), number(bp.Normal(5, 1), "d")): 0.8}, kind="normal-scores")
    with pytest.raises(bp.RangeError, match="2 is impossible by what is believed of 'c'"):
        (c + d).assuming(c="2")


def test_several_numbers_put_in_move_a_third():
    x, y, z = (number(bp.Normal(0, 1), name) for name in "xyz")
    x, y, z = bp.correlate({(x, y): 0.5, (y, z): 0.4, (x, z): 0.6}, kind="normal-scores")
    found = (x + y + z).assuming(x="1", y="2")
    # by the conditional law of three normals: gains (0.6, 0.4) over ((1, 0.5), (0.5, 1))
    assert found.median() == pytest.approx(3.0 + (0.4 / 0.75) * 1 + (0.1 / 0.75) * 2, rel=1e-9)
    assert found.sd() == pytest.approx(math.sqrt(1 - 0.4 / 0.75 * 0.6 - 0.1 / 0.75 * 0.4), rel=1e-9)


def test_solve_tells_that_another_value_answers_too():
    square = number(bp.Normal(1, 2), "s") ** 2 * number(bp.Uniform(1, 3), "u")
    with pytest.warns(bp.errors.AmbiguityWarning, match="so does about -1.41"):
        found = square.solve("s", "4")
    assert float(found.value) == pytest.approx(math.sqrt(2), rel=1e-4)
    assert "-1.41" in found.explain()


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"nerons": "1 neuron"}, bp.UnknownNameError, "Did you mean 'neurons'"),
        ({"neurons": "1 synapse"}, bp.UnitError, r"neurons needs \[neuron\]; got 1 synapse"),
        ({"neurons": 5}, bp.UnitError, "no unit; write it, such as '86e9 neuron'"),
        ({"neurons": "5"}, bp.UnitError, "no unit"),
        ({"neurons": "-5 neuron"}, bp.RangeError, "counts are >= 0"),
        ({"neurons": bp.Uniform(1, 2)}, bp.UnitError, "no unit"),
        ({"neurons": None}, bp.KindError, "no value"),
        ({3: "5 neuron"}, bp.ArgumentError, "takes a name, a symbol or a quantity"),
        ({"neurons": "5 neuron", "N": "6 neuron"}, bp.ArgumentError, "replaced twice"),
        ({bp.exact("5 neuron", name="other"): "5 neuron"}, bp.UnknownNameError, "'other' is no part"),
        ({}, bp.ArgumentError, "say what is assumed"),
    ],
)
def test_assumptions_that_are_refused(asked, error, words):
    with pytest.raises(error, match=words):
        brain().assuming(asked)


def test_a_name_goes_before_a_symbol():
    f, p = number(bp.Uniform(0, 1), "f"), number(bp.Uniform(1, 10), "p")  # pure numbers: the symbol of p may be f
    assert (p * f).assuming(f=1).median() == pytest.approx(5.5)
    assert (p * f).assuming(p=2).median() == pytest.approx(1.0)


def test_an_ambiguous_name_is_refused_with_the_symbols():
    total = bp.exact("3 m", name="length") + bp.exact("4 m", name="length", symbol="q")
    with pytest.raises(bp.ArgumentError, match="means 2 of them; use the symbol"):
        total.assuming(length="5 m")
    assert total.assuming(q="5 m").value == 8


def test_an_assumption_without_effect_is_refused():
    synapses = brain().named("synapses")
    with pytest.raises(bp.ArgumentError, match="'neurons' has no effect"):
        (synapses * bp.exact("1 parameter/synapse")).assuming(synapses="1 synapse", neurons="1 neuron")


# --- sweep -----------------------------------------------------------------------------------------------------------


def test_sweep_is_assuming_one_after_the_other():
    total = brain()
    values = ["1e3 synapse/neuron", "1e3 to 1e4 synapse/neuron", bp.exact("10 kilosynapse/neuron")]
    found = total.sweep(synapses_per_neuron=values, level=0.80)
    assert [row.median for row in found] == [total.assuming(s=value).median() for value in values]
    assert [row.low for row in found] == [total.assuming(s=value).interval(0.80).low for value in values]
    assert [row.written for row in found] == ["1000", "1000 to 10000", "10000"] or found.level == 0.80
    assert found[2].value == 10_000
    lines = str(found).splitlines()
    assert len({len(line) for line in lines[1:]}) == 1
    assert "80 % low" in lines[1]
    assert "| 1000 |" in found._repr_markdown_()


def test_sweep_along_an_array():
    values = bp.exact([1e3, 2e3], "synapse/neuron", axis="try")
    assert [row.value for row in brain().sweep(s=values)] == [1000, 2000]


def test_sweeps_that_are_refused():
    total = brain()
    with pytest.raises(bp.ArgumentError, match="takes one input"):
        total.sweep(s=["1 synapse/neuron"], neurons=["1 neuron"], t=["1 neuron"])
    with pytest.raises(bp.ArgumentError, match="list of values"):
        total.sweep(s="1 synapse/neuron")
    with pytest.raises(bp.ArgumentError, match="empty"):
        total.sweep(s=[])
    with pytest.raises(bp.UnitError, match="no unit"):
        total.sweep(s=[1000, 2000])
    with pytest.raises(bp.UnknownNameError):
        total.sweep(t=["1 neuron"])


# --- solve -----------------------------------------------------------------------------------------------------------


@LAW
@given(st.floats(1e10, 1e20))
def test_solve_inverts_assuming(target):
    total = brain()
    found = total.solve("synapses per neuron", bp.exact(target, "synapse"))
    assert found.unit == "synapse/neuron"
    assert total.assuming(s=found).median() == pytest.approx(target, rel=1e-8)


def test_solve_a_fraction_within_its_bounds():
    f, p = number(bp.Beta(2, 5), "fraction"), number(bp.Uniform(1, 10), "p")
    model = p * f + p
    found = model.solve("fraction", "8")
    assert found.value == pytest.approx(8 / 5.5 - 1, rel=1e-6)
    assert model.solve("fraction", "10.99").value == pytest.approx(10.99 / 5.5 - 1, rel=1e-6)
    with pytest.raises(bp.RangeError, match=r"from 0 to 1 gives a median of 12; the medians go from 5.5 to 11"):
        model.solve("fraction", "12")


def test_solve_with_draws():
    x, y = number(bp.Uniform(1, 2), "x"), number(bp.Uniform(1, 3), "y")
    model = bp.maximum(x * y, x + y) + x
    found = model.solve("y", "5")
    assert model.assuming(y=found).median() == pytest.approx(5.0, rel=1e-6)


def test_solve_for_a_negative_target():
    a, b = number(bp.Normal(1, 1), "a", "m"), number(bp.Normal(2, 1), "b", "m")
    assert (a - b).solve("a", "-5 m").value == pytest.approx(-3.0)
    assert (a - b).solve(b, "-5 m").value == pytest.approx(6.0)
    assert (a - b).solve("a", "0 m").value == pytest.approx(2.0)


def test_what_solve_refuses():
    total = brain()
    with pytest.raises(bp.UnitError, match="target needs"):
        total.solve("s", "3 neuron")
    with pytest.raises(bp.RangeError, match="one exact number"):
        total.solve("s", "1e14 to 1e15 synapse")
    x = number(bp.Normal(0, 1), "x", "m")
    with pytest.raises(bp.RangeError, match="go from 1 to 1"):
        (x - x + bp.exact("1 m")).solve("x", "2 m")
    with pytest.raises(bp.UnknownNameError, match="solve"):
        total.solve("t", "1e14 synapse")
    with pytest.raises(bp.RangeError, match="no neurons"):
        total.solve("neurons", bp.exact("1 synapse") - bp.exact("2 synapse"))


# --- difference ------------------------------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.floats(1.1, 5), st.floats(0.1, 10)), min_size=1, max_size=3))
def test_parts_of_a_difference_add_up(inputs):
    one = two = bp.exact(0, "1")
    for place, (ratio, factor) in enumerate(inputs):
        x = number(bp.LogNormal(0.3 * place, math.log(ratio)), f"x{place}")
        y = number(bp.LogNormal(0.3 * place + math.log(factor), math.log(ratio)), f"x{place}")
        one, two = (one + 1) * x, (two + 1) * y
    found = bp.difference(one, two)
    assert found.scale == "logarithm"
    assert sum(row.effect for row in found) == pytest.approx(found.total, abs=1e-9)
    assert found.total == pytest.approx(math.log(two.median() / one.median()), abs=2e-3)


def test_difference_of_products_is_their_factors():
    one, two = brain(), brain().assuming(neurons="71e6 neuron", s="8000 synapse/neuron")
    found = {row.name: row.effect for row in bp.difference(one, two)}
    median = math.sqrt(80e9 * 92e9)
    assert found["neurons"] == pytest.approx(math.log(71e6 / median))
    assert found["synapses per neuron"] == pytest.approx(math.log(8000 / math.sqrt(1e7)))


def test_shapley_averages_over_orders():
    # a b + 1 from (1, 1) to (3, 5): both orders by hand, on the logarithm
    one = bp.exact(1, "1", name="a") * bp.exact(1, "1", name="b") + bp.exact(1, "1", name="c")
    two = bp.exact(3, "1", name="a") * bp.exact(5, "1", name="b") + bp.exact(1, "1", name="c")
    found = {row.name: row.effect for row in bp.difference(one, two)}
    assert found == {
        "a": pytest.approx(0.5 * (math.log(4 / 2) + math.log(16 / 6))),
        "b": pytest.approx(0.5 * (math.log(16 / 4) + math.log(6 / 2))),
    }


def test_many_inputs_take_sampled_orders_and_still_add_up():
    one = math.prod((bp.exact(place + 1, "1", name=f"x{place}") for place in range(10)), start=bp.exact(1, "1"))
    two = math.prod((bp.exact(2 * place + 3, "1", name=f"x{place}") for place in range(10)), start=bp.exact(1, "1"))
    shift = bp.exact(7, "1", name="shift")
    found = bp.difference(one + shift, two + shift)
    assert "32 orders" in found.method
    assert sum(row.effect for row in found) == pytest.approx(found.total, abs=1e-9)
    assert bp.difference(one + shift, two + shift).rows == found.rows
    assert max(row.standard_error for row in found) > 0


def test_no_difference():
    found = bp.difference(brain(), brain())
    assert len(found) == 0
    assert "stays" in str(found)


def test_inputs_without_a_partner_are_told():
    one = bp.exact("86e9 neuron", name="neurons") * bp.exact("7000 synapse/neuron", name="per neuron")
    two = bp.exact("1e6 mm^3", name="volume") * bp.exact("1e9 synapse/mm^3", name="density")
    found = bp.difference(one, two)
    assert found.only_in_one == ("neurons", "per neuron")
    assert found.only_in_other == ("volume", "density")
    (row,) = found
    assert row.name == "structure, and inputs without a partner"
    assert row.effect == found.total == pytest.approx(math.log(1e15 / 602e12))


def test_another_structure_is_a_row_of_its_own():
    a, b = bp.exact(3, "1", name="a"), bp.exact(4, "1", name="b")
    found = bp.difference(a * b, a.assuming(a=5) * b + a.assuming(a=5))
    assert [row.name for row in found] == ["a", "structure"]
    assert sum(row.effect for row in found) == pytest.approx(math.log(25 / 12))


def test_a_difference_of_what_is_not_positive_is_in_its_unit():
    one = bp.exact("3 m", name="a") - bp.exact("5 m", name="b")
    two = bp.exact("3 m", name="a") - bp.exact("1 m", name="b")
    found = bp.difference(one, two)
    assert found.scale == "value"
    assert [(row.name, row.effect) for row in found] == [("b", 4.0)]
    assert "changes by 4 m" in str(found)


@pytest.mark.parametrize("place", ["first", "last"])
def test_an_input_of_both_is_the_partner_of_itself(place):
    shared, old, new = (bp.assumed(t, because="range", name=n) for t, n in SHARED_AND_CHANGED)
    one, two = (shared * old, shared * new) if place == "first" else (old * shared, new * shared)
    (row,) = bp.difference(one, two)
    assert (row.name, row.before, row.after) == ("old", "5 to 6", "50 to 60")


def test_an_input_of_both_is_the_partner_of_itself_among_others_of_its_name():
    shared, old, new = (bp.assumed(t, because="range", name="k") for t, _ in SHARED_AND_CHANGED)
    (row,) = bp.difference(shared * old, new * shared)
    assert (row.before, row.after) == ("5 to 6", "50 to 60")


SHARED_AND_CHANGED = [("1 to 10 1", "shared"), ("5 to 6 1", "old"), ("50 to 60 1", "new")]


@pytest.mark.parametrize("seed", range(4))
def test_a_median_that_is_zero_but_for_rounding_has_no_factor(seed):
    n, x = number(bp.Normal(0, 1), "n"), bp.assumed("1 to 10 1", because="range", name="x")
    found = bp.difference(n + x, n * x, seed=seed)
    assert found.scale == "value"
    assert found.total == pytest.approx(-(n + x).median(), rel=1e-2)
    assert "stays" in str(bp.difference(n * x, n * x * 2, seed=seed))


def test_differences_that_are_refused():
    with pytest.raises(bp.UnitError):
        bp.difference(brain(), "3 neuron")
    array = bp.exact({"a": 1, "b": 2}, "1", axis="r")
    with pytest.raises(bp.ShapeError, match="difference"):
        bp.difference(array, array)
