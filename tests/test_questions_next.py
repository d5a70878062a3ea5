"""Conditioning on what is known, sweeps over two inputs, solving for a quantile, shares of the value itself."""

import math
import time

import numpy as np
import pytest

import brainparams as bp


def assumed(value, unit=None, name=None):
    return bp.assumed(value, unit, because="test", name=name)


def test_given_that_is_the_conditional_normal():
    """Of x given a <= x + y <= b, with both normal: truncated normal algebra in closed form."""
    from scipy.stats import truncnorm

    x, y = assumed(bp.Normal(0, 1), "1", "x"), assumed(bp.Normal(0, 1), "1", "y")
    found = x.given_that((x + y).named("total"), within=(1, 2))
    total = truncnorm(1 / math.sqrt(2), 2 / math.sqrt(2), scale=math.sqrt(2))
    assert found.probability == pytest.approx(
        float(np.diff([0.5 * (1 + math.erf(v / 2)) for v in (1, 2)])[0]), abs=0.01
    )
    assert found.estimate.mean == pytest.approx(total.mean() / 2, abs=0.03)
    assert found.effective == found.estimate.draws >= 20_000
    assert [row.name for row in found.rows[:2]] == ["x", "total"]
    assert found.rows[1].interval_after[0] >= 1
    assert "given that total is at least 1 and at most 2" in str(found)


def test_given_that_tells_which_inputs_moved():
    synapses = assumed("1e14 to 1e15 synapse", name="synapses")
    each = assumed("1e-14 to 1e-13 W/synapse", name="power per synapse")
    other = assumed("1 to 2 m", name="bystander")
    power = (synapses * each).named("power")
    found = (synapses * other / bp.exact("1 m")).given_that(power, above="60 W")
    assert {row.name for row in found.rows[2:4]} == {"synapses", "power per synapse"}
    by_name = {row.name: row for row in found.rows}
    assert by_name["synapses"].factor > 1.5
    assert by_name["bystander"].factor == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "say what is known"),
        ({"within": ("1 W", "2 W"), "below": "3 W"}, "not both"),
        ({"below": "1e-9 W"}, "too few to say anything"),
        ({"below": "3 m"}, "needs W|power|W"),
        ({"below": assumed("1 to 2 W")}, "one exact number"),
    ],
)
def test_given_that_says_what_does_not_fit(asked, words):
    power = assumed("1 to 10 W", name="power")
    with pytest.raises(bp.errors.BrainparamsError, match=words):
        power.given_that(power, **asked)


def test_a_sweep_over_two_inputs():
    n, s = assumed("8e10 to 9e10 neuron", name="neurons"), assumed("1e3 to 1e4 synapse/neuron", name="per neuron")
    found = (n * s).sweep(
        per_neuron=["1e3 synapse/neuron", "1e4 synapse/neuron"], neurons=["1e10 neuron", "3e10 neuron"]
    )
    assert [row.median for row in found] == [1e13, 3e13, 1e14, 3e14]
    assert (found.name, found.second_name) == ("per neuron", "neurons")
    assert "4 pairs of per neuron and neurons" in str(found)
    with pytest.raises(bp.errors.ArgumentError, match="one input with its values, or two"):
        (n * s).sweep(a=["1"], b=["1"], c=["1"])


def test_solving_for_a_quantile_or_a_probability():
    n, s = bp.exact("86e9 neuron", name="neurons"), assumed("1e3 to 1e4 synapse/neuron", name="per neuron")
    by_quantile = (n * s).solve("neurons", "1e14 synapse", quantile=0.05)
    assert by_quantile.value == pytest.approx(1e11)
    assert (n * s).solve("neurons", "1e14 synapse", probability=0.95).value == pytest.approx(1e11)
    with pytest.raises(bp.errors.RangeError, match=r"solve\(\): quantile must be in \(0, 1\)"):
        (n * s).solve("neurons", "1e14 synapse", quantile=2)


def test_shares_of_the_value_or_of_its_logarithm():
    y = assumed(bp.Uniform(0, 1), "1", "u") ** 4 * 100 + assumed(bp.Uniform(1, 11), "1", "v")
    by_value = {each.name: each for each in y.sobol_indices(scale="value")}
    variance = 1e4 * (1 / 9 - 1 / 25), 100 / 12
    assert by_value["u"].first_order == pytest.approx(variance[0] / sum(variance), abs=0.01)
    assert {each.name: each.share for each in y.drivers(scale="value")}["u"] == pytest.approx(0.988, abs=0.01)
    assert y.sobol_indices().scale == "logarithm"
    with pytest.raises(bp.errors.RangeError, match="no logarithm"):
        (y - 50).drivers(scale="logarithm")
    with pytest.raises(bp.errors.ArgumentError, match="scale"):
        y.drivers(scale="log")


def test_the_budget_of_first_order_has_effective_degrees_of_freedom():
    """The worked example of Welch and Satterthwaite with equal parts: half the sum of the degrees of freedom."""
    a = assumed(bp.StudentT(10, 1.0, 5), "m", "a")
    b = assumed(bp.StudentT(20, 1.0, 5), "m", "b")
    ruler = assumed(bp.Normal(5, 0.1), "m", "ruler")
    found = (a - 2 * b + ruler).uncertainty_budget()
    u = a.sd()
    assert found.value == pytest.approx(10 - 40 + 5)
    assert [(row.name, row.sensitivity) for row in found] == [("b", -2.0), ("a", 1.0), ("ruler", 1.0)]
    assert found.uncertainty == pytest.approx(math.sqrt(5 * u**2 + 0.01))
    right = found.uncertainty**4 / ((2 * u) ** 4 / 5 + u**4 / 5)
    assert found.degrees_of_freedom == pytest.approx(right)
    assert "degrees of freedom" in str(found)
    x, y = bp.correlate({(a, b): 0.5}, kind="normal-scores")
    both = (x + y).uncertainty_budget()
    assert both.uncertainty == pytest.approx(math.sqrt(2 * u**2 + 2 * 0.4875 * u**2), rel=1e-3)  # 4e6 draws: 0.4878
    assert both.correlated
    assert math.isnan(both.degrees_of_freedom)
    assert "Welch–Satterthwaite does not apply" in str(both)
    assert "nan" not in str(both)


def test_shares_are_a_dirichlet():
    kinds = bp.shares({"a": 30, "b": 0, "c": 70}, axis="kind", because="counted")
    assert kinds.total("kind").value == 1
    for kind, count in {"a": 30, "b": 0, "c": 70}.items():
        right = bp.Beta(count + 1, 102 - count)
        assert kinds[kind].mean() == pytest.approx(right.mean, rel=2e-3)
        for p in (0.05, 0.5, 0.95):
            assert kinds[kind].quantile(p) == pytest.approx(right.ppf(p), rel=5e-3)
    with pytest.raises(bp.errors.ArgumentError, match="two kinds or more"):
        bp.shares({"a": 3}, axis="kind", because="x")
    with pytest.raises(bp.errors.RangeError, match="counts must be 0 or more"):
        bp.shares({"a": 3, "b": -1}, axis="kind", because="x")
    with pytest.raises(bp.errors.BrainparamsError):
        bp.shares({"a": 3, "b": 1}, axis="kind")


def test_n_individuals_make_a_belief_about_their_mean():
    """Four brains: standard error 4.06e9 and t with three degrees of freedom, 76.5e9 to 95.6e9."""
    mean = bp.measured("86.06(8.12)e9 neuron", source="azevedo2009", n=4)
    low, high = mean.interval(0.90)
    assert low == pytest.approx(76.5e9, rel=1e-3)
    assert high == pytest.approx(95.6e9, rel=1e-3)
    assert "mean of 4" in mean.explain()
    for n, error in ((1, "RangeError"), ("four", "KindError")):
        with pytest.raises(getattr(bp.errors, error), match=r"measured\(\): n"):
            bp.measured("86.06(8.12)e9 neuron", source="azevedo2009", n=n)
    with pytest.raises(bp.errors.KindError, match="standard deviation between individuals"):
        bp.measured("1e3 to 1e4 neuron", source="azevedo2009", n=4)


# --- what does not fit, and names -------------------------------------------------------------------------------------


def product_of_two():
    neurons = bp.measured("86.06(8.12)e9 neuron", source="azevedo2009", name="n")
    return neurons * bp.assumed("1000 to 10000 synapse/neuron", because="test", name="q")


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"above": "1e19 synapse"}, "none of .* draws fit that it is at least 1e19.* all of them lie within"),
        ({"above": "5e15 synapse"}, "69 of 4,194,304 draws fit"),
        ({"within": ("2e14 synapse", "1e14 synapse")}, "never both; swap"),
        ({"within": "1e14 synapse"}, r"within= needs two ends, such as \('18 W', '22 W'\)"),
        ({"within": ("1e14 synapse",)}, "within= needs two ends"),
        ({"within": ("1e14 synapse", "2e14 synapse"), "above": "1 synapse"}, "not both"),
    ],
)
def test_what_cannot_be_known_is_told(known, words):
    made = product_of_two()
    with pytest.raises(bp.BrainparamsError, match=words):
        made.given_that(made, **known)


def test_nothing_is_told_twice_of_what_is_known():
    made = product_of_two()
    per_neuron = bp.assumed("1 to 2 W", because="test", name="other")
    assert [row.name for row in made.given_that(per_neuron, above="1.5 W")] == ["result", "other", "q", "n"]
    assert [row.name for row in made.given_that(made, above="1e14 synapse")] == ["result", "q", "n"]


def test_names_are_taken_wherever_a_quantity_is():
    gpt, made = bp.evidence("model/gpt-3/parameters"), product_of_two()
    assert (bp.exact("1 parameter") + "gpt-3" - gpt).median() == 1
    assert ("gpt-3" / bp.exact("2 parameter")).median() == pytest.approx(gpt.median() / 2)
    mouse = bp.evidence("mouse/brain/neurons")
    assert made.assuming(n="mouse/brain/neurons").median() == pytest.approx(made.assuming(n=mouse).median())
    rows = list(made.sweep(n=["mouse/brain/neurons", "human/brain/neurons"]))
    assert rows[0].value == pytest.approx(mouse.median())


def test_a_list_of_probabilities_is_a_list():
    made = product_of_two()
    with pytest.raises(bp.errors.KindError, match=r"quantiles\(\): p is a list"):
        made.quantiles(0.1)
    with pytest.raises(bp.errors.ArgumentError, match=r"shares\(\): needs counts of two kinds"):
        bp.shares([3, 5], axis="kind", because="test")
    swept = made.sweep(n=["8e10 neuron"] * 2, q=["1000 synapse/neuron"] * 2)
    with pytest.raises(bp.errors.RangeError, match="two different values of each"):
        swept.plot()


@pytest.mark.parametrize("factor_inside", [True, False])
def test_a_total_of_ten_thousand_is_solved_in_a_moment(factor_inside):
    size = 10_000
    middles = 10 ** np.random.default_rng(0).uniform(3, 7, size)
    counts = bp.assumed(bp.LogNormal.from_median(middles, np.full(size, 1.5)), "1", because="test", axis="region")
    each = assumed("1000 to 10000", "1", "each")
    total = (counts * each).total() if factor_inside else counts.total() * each
    target = 1.3 * float(total.median())
    start = time.process_time()
    found = total.solve("each", f"{target:.12g}")
    assert time.process_time() - start < 2.0  # 48 s when each value was drawn afresh
    assert total.assuming(each=found).median() == pytest.approx(target, rel=1e-4)


def test_what_is_too_rare_is_refused_with_its_probability_and_a_bound_that_will_do():
    power = assumed("1 to 10 W", name="power")
    with pytest.raises(bp.errors.RangeError) as caught:
        power.given_that(power, below="0.15 W")
    told = str(caught.value)
    expected = power.estimate().cdf(0.15)
    assert f"its probability is {expected:.1g}; " in told
    bound = told.partition("such as below='")[2].partition("'")[0]
    found = power.given_that(power, below=bound)
    assert found.effective >= 400
    assert found.probability == pytest.approx(power.estimate().cdf(float(bound.split()[0])), rel=0.2)
    with pytest.raises(bp.errors.RangeError, match="its probability is below 1e-12"):
        power.given_that(power, below="1e-9 W")
