"""Choices told as choices: by name, with weights and medians, wherever they are shown and asked."""

import pytest

import brainparams as bp


def assumed(value, unit=None, name=None):
    return bp.assumed(value, unit, because="test", name=name)


@pytest.fixture
def choice():
    a, b = assumed("1 to 4 parameter", name="A"), assumed("4 to 30 parameter", name="B")
    return bp.choose({"a": a, "b": b}, weights={"a": 0.7, "b": 0.3}, because="m")


def test_an_option_is_taken_by_name_or_number(choice):
    for option in ("a", "A", "0", bp.exact(0, "1")):
        assert choice.assuming(model=option).median() == pytest.approx(2.0)
    with pytest.raises(bp.errors.UnknownNameError, match="no option is called 'c'; there are 'a', 'b'"):
        choice.assuming(model="c")


def test_a_sweep_goes_through_options(choice):
    found = choice.sweep(model=["a", "b"])
    assert [row.median for row in found] == pytest.approx([2.0, 10.954451])
    assert [row.written for row in found] == ["a", "b"]


def test_swings_name_the_options(choice):
    rows = {row.name: row for row in choice.swings()}
    assert set(rows) == {"model", "A", "B"}
    assert rows["model"].options == ("a", "b")
    assert rows["model"].at_low == pytest.approx(2.0, rel=1e-4)
    assert "a " in str(choice.swings()).splitlines()[2]


def test_the_value_of_information_of_a_discrete_input_has_its_weights():
    large, x = assumed("1 to 100", "1", "L"), assumed(bp.Discrete([1, 100], [0.7, 0.3]), "1", "x")
    rows = {row.name: row.width for row in (large + x).value_of_information()}
    assert rows["x"] == pytest.approx(0.7 * 1.7033 + 0.3 * 0.2967, abs=1e-3)


def test_a_choice_has_no_value_in_between(choice):
    with pytest.raises(bp.errors.RangeError, match="no value in between"):
        choice.solve("model", "5 parameter")


def test_weights_are_taken_in_order_too():
    a, b = assumed("1 to 4 parameter"), assumed("4 to 30 parameter")
    listed = bp.choose({"a": a, "b": b}, weights=[0.7, 0.3], because="m")
    named = bp.choose({"a": a, "b": b}, weights={"b": 0.3, "a": 0.7}, because="m")
    assert listed.median() == named.median()


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"a": 0.6, "b": 0.38}, r"choose\(\): weights must sum to 1; they sum to 0.98.*'a': 0.6122"),
        ({"a": 1.0, "b": 0.0}, r"choose\(\): weights must be above 0"),
        ([0.5, 0.3, 0.2], "a weight for each"),
        ({"a": 0.5, "c": 0.5}, "a weight for each"),
        ({"a": "much", "b": 0.5}, r"choose\(\): the weight of 'a' must be a number"),
    ],
)
def test_weights_that_do_not_fit_say_the_mend(weights, words):
    with pytest.raises(bp.errors.BrainparamsError, match=words):
        bp.choose({"a": "1 m", "b": "2 m"}, weights=weights, because="m")


def test_the_printed_arithmetic_of_a_choice_is_told_as_a_mixture():
    ten = bp.choose(
        {"one": "1 parameter/synapse", "ten": "10 parameter/synapse"}, weights={"one": 0.6, "ten": 0.4}, because="two"
    )
    told = (assumed("1e14 to 1e15 synapse", name="synapses") * ten).named("parameters").explain()
    text = " ".join(told.split())
    assert "choose(one 60 %, ten 40 %" in text
    assert "a mixture of one 60 %: 3.2e14, ten 40 %: 3.2e15" in text
    assert "model: one 60 %, ten 40 % (weights of a choice)" in text
    assert "choose(0" not in text


def test_the_ladder_names_the_options():
    ten = bp.choose({"one": "1e14 parameter", "ten": "1e15 parameter"}, weights=[0.6, 0.4], because="two")
    assert "model: one 60 %, ten 40 %" in str(bp.compare({"mine": ten * bp.exact(2, "1"), "GPT-3": "gpt-3"}))


def test_a_median_in_a_gap_is_marked():
    gap = bp.choose({"a": "1e12 parameter", "b": "1e15 parameter"}, weights=[0.5, 0.5], because="two views")
    assert "between two views: 50 % up to 1.0e12, the rest from 1.0e15" in repr(gap)
    assert gap.estimate().gap is not None
    for smooth in (assumed("1 to 10 m"), assumed(bp.Uniform(0, 1), "1"), assumed(bp.Normal(0, 1), "1")):
        assert smooth.estimate().gap is None


def test_names_of_machines_and_findings_are_taken():
    mine = assumed("1e11 to 1e12 parameter")
    likely = float(bp.probability_greater(mine, "gpt-3"))
    assert likely == float(mine.above("gpt-3")) == pytest.approx(1 - float(mine.below("GPT-3")))
    assert likely == pytest.approx(float(bp.probability_greater(mine, bp.evidence("model/gpt-3/parameters"))))


def test_quantiles_come_in_lists():
    q = assumed("1000 to 10000 synapse/neuron")
    assert q.quantile([0.05, 0.5, 0.95]) == pytest.approx([1000, 3162.27766, 10000])
    assert q.estimate().quantile((0.05, 0.95)) == pytest.approx([1000, 10000])
    assert list(q.quantiles([0.1, 0.9])) == [0.1, 0.9]
    with pytest.raises(bp.errors.RangeError, match="p is a probability"):
        q.quantile([0.5, 5])


def test_orders_of_magnitude():
    q = assumed("1000 to 10000 synapse/neuron") / bp.exact("1 synapse/neuron")
    assert list(bp.log10(q).interval(0.9)) == pytest.approx([3.0, 4.0])
    assert bp.log1p(bp.exact(1e-12, "1")).value == pytest.approx(1e-12)
    assert bp.log10(bp.exact(0.001, "1")).value == -3
    with pytest.raises(bp.errors.RangeError, match="log10: needs a number > 0"):
        _ = bp.log10(bp.exact(0, "1")).value


def test_weights_are_assumed_by_name_and_the_rest_keeps_its_proportion():
    views = bp.choose(
        {"low": "1 parameter", "middle": "10 parameter", "high": "100 parameter"},
        weights=[0.5, 0.3, 0.2],
        because="test",
    )
    more = views.assuming(model={"low": 0.2})
    assert more.mean() == pytest.approx(0.2 * 1 + 0.8 * (0.6 * 10 + 0.4 * 100))
    assert views.assuming(model={"low": 0.2}) == more  # the same assumption is the same unknown
    assert "low 20 %, middle 48 %, high 32 %" in more.explain()
    assert views.assuming(model=[0.2, 0.48, 0.32]).mean() == pytest.approx(more.mean())


def test_an_option_of_no_weight_is_left_out_and_can_come_back(tmp_path, choice):
    only = choice.assuming(model={"a": 1})
    assert only.median() == pytest.approx(2.0)
    assert "b" not in only.derivation().steps[-1].options[0]
    three = bp.choose({"a": "1 m", "b": "2 m", "c": "3 m"}, weights=[0.2, 0.3, 0.5], because="test")
    two = three.assuming(model={"a": 0})
    assert [name for name, *_ in two.derivation().steps[-1].options] == ["b", "c"]
    assert two.mean() == pytest.approx((0.3 * 2 + 0.5 * 3) / 0.8)
    assert (bp.load(two.save(tmp_path / "two.json")) - two).value == 0
    assert two.assuming(model="a").median() == 1


@pytest.mark.parametrize(
    ("weights", "error", "words"),
    [
        ({"c": 0.5}, bp.errors.UnknownNameError, "no option is called 'c'; there are 'a', 'b'"),
        ({"a": 1.2}, bp.errors.RangeError, "add up to 1; got a 120 %"),
        ({"a": -0.1}, bp.errors.RangeError, "from 0 to 1"),
        ({"a": float("nan")}, bp.errors.BrainparamsError, "weight of 'a'|from 0 to 1"),
        ({"a": "much"}, bp.errors.KindError, "the weight of 'a' must be a number"),
        ({"a": 0.2, "b": 0.2}, bp.errors.RangeError, "add up to 1"),
        ([0.2], bp.errors.ArgumentError, "a weight for each of 'a', 'b'"),
    ],
)
def test_weights_that_are_none_are_told(choice, weights, error, words):
    with pytest.raises(error, match=words):
        choice.assuming(model=weights)


def test_a_mean_far_above_the_median_is_said():
    wide = bp.assumed("1 to 1e4 synapse", because="test")
    assert repr(wide) == "100 synapses, 90 % interval 1.0 to 10000 (equal-tailed; exact engine; mean 5000)"
    assert "mean 5000" in " ".join(wide.explain("brief").split())
    assert "mean" not in repr(bp.assumed("1e3 to 1e4 synapse", because="test"))
    inverse = bp.assumed("1 to 1e3 1", because="test") / bp.assumed(bp.Uniform(0, 1), "1", because="test")
    assert repr(inverse).endswith("; no mean)")


@pytest.fixture
def views():
    options = {"low": assumed("1 to 2 1"), "top": assumed("50 to 60 1"), "mid": assumed("5 to 6 1")}
    return bp.choose(options, weights=[0.3, 0.3, 0.4], because="m", name="view")


def test_the_swing_of_a_choice_is_from_the_smallest_to_the_largest_option(views):
    (row,) = [each for each in views.swings() if each.name == "view"]
    assert row.options == ("low", "top")
    assert (row.at_low, row.at_high) == pytest.approx((2**0.5, 3000**0.5), rel=1e-3)


def test_what_is_known_moves_the_weights_of_options(views):
    found = views.given_that(views, above="4 1")
    (row,) = [each for each in found if each.name == "view"]
    assert [(name, before) for name, before, _ in row.options] == [("low", 0.3), ("top", 0.3), ("mid", 0.4)]
    assert [after for *_, after in row.options] == pytest.approx([0, 3 / 7, 4 / 7], abs=0.01)
    assert "low 30 %, top 30 %, mid 40 %" in str(found)
    assert "low 0 %, top 43 %" in str(found)


def test_a_median_that_is_zero_by_symmetry_is_written_so():
    n, x = assumed(bp.Normal(0, 1), "1", "n"), assumed("1 to 10 1", name="x")
    found = (n * x).given_that(x, above="3 1")
    assert found.rows[0].errors[1] > 0
    assert [line.split()[2:4] for line in str(found).splitlines() if line.split()[0] in ("result", "n")] == [
        ["0", "0"]
    ] * 2


def test_a_total_of_very_many_elements_is_asked_given_something():
    parts = bp.assumed(bp.Normal([3.0] * 10_000, [1.0] * 10_000), "m", because="test", axis={"e": range(10_000)})
    total = parts.total()
    found = total.given_that(total, above="30000 m")
    assert found.probability == pytest.approx(0.5, abs=0.05)
