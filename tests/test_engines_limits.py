"""What the engines refuse and where they stop: at the limit itself, one beyond it, and the numbers in the message."""

import math
import re

import numpy as np
import pytest

import brainparams as bp
from brainparams import engines
from brainparams.engines import by_elements, convolution, exact, sampling, streaming
from brainparams.engines.request import Request
from brainparams.errors import NoClosedForm, RangeError
from brainparams.graph import flatten
from checks import number as pure


def hard(name="x"):
    """What only draws answer: an input that is used three times, once in a sine."""
    x, y = pure(bp.Uniform(1.0, 3.0), name), pure(bp.Beta(2.0, 3.0), "y")
    return bp.sin(x) * y + x * bp.exp(y)


def wide(size):
    values = np.linspace(1.0, 2.0, size)
    return bp.assumed(bp.Normal(values, 0.1), "1", because="test", axis="row", name="wide")


# --- elements and draws ----------------------------------------------------------------------------------------------


def test_elements_up_to_the_limit_are_taken_and_one_more_is_not(monkeypatch):
    monkeypatch.setattr(by_elements, "MOST_ELEMENTS", 100)
    assert by_elements.check_elements([wide(100).node]) == 100
    assert by_elements.check_elements([wide(100).total("row").node, hard().node]) == 100
    with pytest.raises(RangeError, match=r"array of 101 elements \(101 along row\).*the limit is 100; ask elements"):
        by_elements.check_elements([wide(101).node])
    table = bp.exact(np.ones((12, 9)), "1", axis=["a", "b"]) * hard()
    with pytest.raises(RangeError, match=r"array of 108 elements \(12 along a × 9 along b\)"):
        by_elements.check_elements([table.node])


def test_where_nobody_says_how_many_it_draws_a_million_or_what_fits(monkeypatch):
    assert hard().estimate(engine="random").draws == 1_000_000
    assert sampling.DRAWS * 8 <= 2**27
    monkeypatch.setattr(sampling, "MOST_VALUES", 120_000)
    assert wide(8).estimate(engine="random").draws == 15_000
    assert wide(120).estimate(engine="random").draws == 1000
    with pytest.raises(RangeError, match=r"array of 121 elements \(121 along row\).*the limit is 120;"):
        wide(121).estimate(engine="random")
    assert wide(121).estimate(engine="random", draws=50).draws == 50


def test_draws_that_do_not_fit_are_refused_with_how_many_would(monkeypatch):
    monkeypatch.setattr(sampling, "MOST_VALUES", 2**17)
    nodes = [wide(4).node]
    assert sampling.random_draws(nodes, seed=0, draws=2**15, executor=None)[0].draws.shape == (1, 2**15, 4)
    with pytest.raises(RangeError, match=r"draws=32769 would need 0.000977 GiB.*limit is 0.000977 GiB.*draws <= 32768"):
        sampling.random_draws(nodes, seed=0, draws=32769, executor=None)
    with pytest.raises(RangeError, match=r"draws=1000000 would need 0.00745 GiB"):
        sampling.draw(hard().node, 1_000_000, 0)


def test_134_million_draws_are_kept_and_more_are_looked_through(monkeypatch):
    asked = []
    monkeypatch.setattr(sampling, "random_draws", lambda nodes, **given: asked.append(("kept", given["draws"])))
    monkeypatch.setattr(streaming, "looked_through", lambda nodes, stream, draws: asked.append(("looked", draws)))
    for nodes in ([hard().node], [wide(2).node], [hard().node, hard("z").node]):
        fit = 2**27 // (1 if len(nodes) == 1 and not nodes[0].axes else 2)
        asked.clear()
        for draws in (fit, fit + 1):
            sampling.random_laws(nodes, seed=0, draws=draws, executor=None)
        assert asked == [("kept", fit), ("looked", fit + 1)]
    asked.clear()
    sampling.random_laws([hard().node], seed=0, draws=10**11, executor=None)
    assert asked == [("looked", 10**11)]


def test_windows_that_do_not_fit_are_refused_with_draws_that_do(monkeypatch):
    monkeypatch.setattr(sampling, "MOST_VALUES", 2**17)
    nodes = [wide(3).node]
    with pytest.raises(RangeError, match=r"draws=\d+ would need [\d.]+ GiB.*give draws <= \d+") as caught:
        sampling.random_laws(nodes, seed=0, draws=10**9, executor=None)
    needed, limit = (float(each) for each in re.findall(r"([\d.]+) GiB", str(caught.value)))
    assert needed == pytest.approx(streaming.looked_at(10**9, 3) * 8 / 2**30, rel=1e-2)
    assert limit == pytest.approx(2**17 * 8 / 2**30, rel=1e-2)
    mend = int(re.search(r"draws <= (\d+)", str(caught.value))[1])
    assert sampling._check_windows(nodes, mend) is None
    assert mend >= 2**17 // 3
    with pytest.raises(RangeError):
        sampling._check_windows(nodes, 4 * mend)


def test_a_sample_is_large_enough_for_windows_that_fit():
    for draws in (2**23, 10**8, 10**10):
        for width in (1, 7, 300):
            sampled = streaming._sample_size(draws, width)
            assert 1 <= sampled <= draws // 8
            found = streaming.looked_at(draws, width)
            assert found == pytest.approx(streaming.SPREAD * draws * width / math.sqrt(sampled), rel=1e-12)
            if sampled < draws // 8:
                assert found <= streaming.MOST_IN_WINDOWS * (1 + 1e-6)
                assert sampled >= streaming.FEWEST_SAMPLED


@pytest.mark.parametrize(("fewest", "most"), [(2, 16), (16, 256)])
@pytest.mark.parametrize("draws", [1, 2**14, 2**14 + 1, 10**6, 10**8])
def test_runs_of_blocks_are_all_blocks_in_order(draws, fewest, most):
    runs = streaming._runs_of_blocks(draws, fewest, most)
    blocks = -(-draws // streaming.BLOCK)
    assert [block for run in runs for block in run] == list(range(blocks))
    assert all(len(run) == len(runs[0]) for run in runs[:-1])
    assert len(runs[0]) <= min(most, blocks)
    assert len(runs) == 1 or len(runs[0]) >= fewest
    assert len(runs) <= 66 or len(runs[0]) == most


def test_a_fault_is_counted_among_the_draws_that_were_looked_at():
    below = pure(bp.Uniform(-1.0, 3.0), "below")
    with pytest.raises(RangeError, match=r"step 'log' gives numbers that are not finite in (\d+) of (\d+) draws") as e:
        bp.log(below).estimate(engine="random", draws=5000)
    bad, all_ = map(int, re.search(r"in (\d+) of (\d+) draws", str(e.value)).groups())
    assert all_ == streaming.BLOCK
    assert bad / all_ == pytest.approx(0.25, abs=0.02)
    many = wide(40) * bp.log(below)
    error = streaming.not_finite([many.node])
    assert "step 'log'" in str(error)
    too_wide = pure(bp.LogNormal(705.0, 5.0), "too wide")
    assert "input 'too wide' gives numbers that are not finite" in str(streaming.not_finite([too_wide.node]))
    assert "fewer than one in ten thousand" in str(streaming.not_finite([hard().node]))


def test_how_long_too_many_draws_would_take_is_the_time_of_a_block_for_each(monkeypatch):
    ticks = iter(range(100))
    monkeypatch.setattr(sampling.time, "perf_counter", lambda: 0.001 * next(ticks))
    program = flatten([hard().node])
    for draws, told in ((10**12, "1e+12"), (10**13, "1e+13"), (10**400, "an integer of about 400 digits")):
        hours = 0.001 * min(draws, 10**30) / streaming.BLOCK / 3600
        assert f"draws={told}" in (message := sampling._too_long(program, draws))
        assert f"would take about {hours:,.3g} hours of one processor; give draws <= 100,000,000,000" in message
    with pytest.raises(RangeError, match=r"give draws <= 100,000,000,000$"):
        sampling.random_laws([hard().node], seed=0, draws=10**11 + 1, executor=None)


# --- points ----------------------------------------------------------------------------------------------------------


class Told:
    """A law with quantiles and errors that somebody chose, at the ends of both intervals and in the middle."""

    places = (0.025, 0.05, 0.5, 0.95, 0.975)

    def __init__(self, values, errors, probability=1.0):
        self.values, self.errors, self.probability = values, errors, probability

    def quantile(self, p):
        return self.values[self.places.index(p)]

    def standard_error(self, p):
        return self.errors[self.places.index(p)]

    def cdf(self, x):
        return 0.5, self.probability


def test_digits_are_stable_when_twice_the_error_is_half_a_unit_of_the_last():
    values = [1.234, 9.87, 31.0, 450.0, 999.0]
    units = [0.01, 0.01, 0.1, 1.0, 1.0]  # of the third digit
    assert sampling._is_stable(Told(values, [unit / 4 for unit in units]), 3)
    assert not sampling._is_stable(Told(values, [unit / 4 for unit in units]), 4)
    assert sampling._is_stable(Told(values, [unit / 4 * 10 for unit in units]), 2)
    for place in range(5):
        errors = [unit / 4 for unit in units]
        errors[place] *= 1.001
        assert not sampling._is_stable(Told(values, errors), 3)
        assert sampling._is_stable(Told(values, errors, probability=0.5e-4), 3)
        assert not sampling._is_stable(Told(values, errors, probability=0.51e-4), 3)
        assert not sampling._is_stable(Told([[v] * 2 for v in values], [[e] * 2 for e in errors], 0.5e-4), 3)


def test_a_quantile_near_zero_is_held_against_the_spread():
    """Of what has either sign: a tenth of the width of the interval of 90 %."""
    values, far = [-3.0, -2.0, 1e-9, 2.0, 3.0], 1e-6
    assert sampling._is_stable(Told(values, [far, far, 0.25e-3, far, far]), 3)  # 0.4, of which a unit is 0.001
    assert not sampling._is_stable(Told(values, [far, far, 0.26e-3, far, far]), 3)
    positive = [1e-9, 2e-9, 1e-3, 2.0, 3.0]
    assert not sampling._is_stable(Told(positive, [far] * 5), 3)  # of what has one sign each has its own digits
    negative = [-3.0, -2.0, -1e-3, -2e-9, -1e-9]
    assert not sampling._is_stable(Told(negative, [far] * 5), 3)


def test_where_it_stops_it_tells_the_points_and_the_budget_that_goes_on():
    quantity = hard() * hard("z")
    points = []
    for budget in (0.05, 0.2, 0.8):
        found = quantity.estimate(engine="sobol", digits=9, budget=budget)
        assert f"stopped with fewer digits at {found.draws:,} points; budget={4 * budget:g} goes on" in found.reason
        points.append(found.draws)
        work = sampling._work(flatten([quantity.node]), [None])
        assert found.draws * work <= sampling.WORK * budget < 2 * found.draws * work
    assert points[1] == 4 * points[0]
    assert points[2] == 4 * points[1]
    most = (pure(bp.Normal(0.0, 1.0)) * wide(2)).estimate(engine="sobol", digits=9, budget=1e6)
    assert most.draws == 16 * 2**16
    assert "stopped" not in most.reason
    least = quantity.estimate(engine="sobol", digits=9, budget=1e-12)
    assert least.draws == 16 * 64


def test_the_work_of_a_point_counts_inputs_steps_and_integrals():
    plain = pure(bp.Normal(1.0, 0.1), "a") * pure(bp.Uniform(1.0, 2.0), "b") + pure(bp.LogNormal(0.0, 1.0), "c")
    program = flatten([plain.node])
    assert sampling._work(program, [None]) == 3 + len(program.instructions)
    assert sampling._work(program, [object(), None, object()]) == 3 + len(program.instructions) + 2 * sampling.SMOOTHING
    slow = flatten([(pure(bp.Beta(2.0, 3.0), "a") + pure(bp.Gamma(2.0, 3.0), "b")).node])
    assert sampling._work(slow, [None]) == 2 * sampling.SLOW_QUANTILE + len(slow.instructions)
    array = flatten([wide(11).node])
    assert sampling._work(array, [None]) == 1 + sampling.ARRAY_ELEMENT * 10 + len(array.instructions)
    assert sampling._work(flatten([bp.exact(3, "1").node]), [None]) == 1


def test_points_double_while_they_fit(monkeypatch):
    assert not sampling._fills_memory([hard().node], flatten([hard().node]), 2**16)
    monkeypatch.setattr(sampling, "MOST_VALUES", 2**20)
    node, three = hard().node, wide(3).node
    # four times all replicates of all results, twice as many points
    assert not sampling._fills_memory([node], flatten([node]), 2**13)
    assert sampling._fills_memory([node], flatten([node]), 2**13 + 1)
    assert not sampling._fills_memory([node, three], flatten([node, three]), 2**11)
    assert sampling._fills_memory([node, three], flatten([node, three]), 2**11 + 1)
    many = sum((pure(bp.Uniform(0.0, 1.0)) for _ in range(128)), hard())
    assert not sampling._fills_memory([many.node], flatten([many.node]), 2**20 // 2 // 130)
    assert sampling._fills_memory([many.node], flatten([many.node]), 2**20 // 2 // 130 + 1)


def test_too_many_for_points_are_told_or_passed_on():
    many = wide(4097).total("row") * bp.sin(wide(4097).total("row"))
    (reason,) = sampling.by_points([many.node], Request())
    assert str(reason) == "8194 uncertain numbers, and Sobol points have at most 4096 dimensions: too many"
    with pytest.raises(RangeError, match=r"estimate\(\): 8194 uncertain numbers.*; use engine='random'$"):
        sampling.by_points([many.node], Request(is_automatic=False))
    x = bp.exact(np.ones(2**14 + 1), "1", axis="row") * hard()
    (reason,) = sampling.by_points([x.node], Request())
    assert str(reason) == "16,385 elements at 8,192 points would not fit in memory: too many"
    enough = wide(4096).total("row") + 1
    (answer,) = sampling.by_points([enough.node], Request(digits=1))
    assert 64 <= answer.draws // 16 < 512


def test_points_of_as_many_elements_as_memory_has_room_for(monkeypatch):
    asked = []
    monkeypatch.setattr(sampling, "sobol_draws", lambda nodes, request: asked.append(nodes) or ([], ""))
    x = hard()
    for size, taken in ((2**14, 1), (2**14 + 1, 0)):
        asked.clear()
        sampling.by_points([(bp.exact(np.ones(size), "1", axis="row") * x).node], Request())
        assert len(asked) == taken


# --- closed forms ----------------------------------------------------------------------------------------------------


def test_a_median_beyond_floats_is_refused_and_within_them_is_not():
    x = pure(bp.LogNormal(1.0, 0.1), "x")
    for exponent in (600, 700, -600, -700):
        assert math.log(exact.law((x**exponent).node).quantile(0.5)) == pytest.approx(exponent)
    for exponent in (705, -705):  # the factor goes into the logarithm
        back = bp.exact(math.exp(math.copysign(10, -exponent)), "1")
        law = exact.law((x**exponent * back).node)
        assert math.log(law.quantile(0.5)) == pytest.approx(math.copysign(695, exponent))
        assert math.log(law.quantile(0.5 - 0.0398278372770290)) == pytest.approx(math.copysign(695, exponent) - 7.05)
    with pytest.raises(RangeError, match=r"the median is beyond float range \(1.8e308\); use a larger unit"):
        (x**720).estimate(engine="exact")
    with pytest.raises(RangeError, match=r"the median is below float range \(4.9e-324\); use a smaller unit"):
        (x**-760).estimate(engine="exact")


def test_a_median_below_the_tables_is_refused():
    def tiny(size):
        return (pure(bp.LogNormal(0.0, 0.3), "a") + pure(bp.Gamma(3.0, 1.0), "b")) * bp.exact(size, "1")

    assert convolution.law(tiny(1e-285).node).quantile(0.5) == pytest.approx(3.8e-285, rel=0.1)
    with pytest.raises(RangeError, match=r"the median is below 1e-290, where tables end; use a smaller unit"):
        convolution.law(tiny(1e-295).node)
    assert convolution.law(bp.exact(1e-295, "1").node).quantile(0.5) == 1e-295


def test_few_digits_settle_at_a_coarser_rule():
    x, y = pure(bp.LogNormal(0.0, 0.4), "x"), pure(bp.LogNormal(0.5, 0.6), "y")
    node = (x * y + bp.exp(x / 4)).node
    laws = [convolution._law(node, digits) for digits in (1, 2, 3, 6)]
    best = laws[-1]
    for digits, law in zip((1, 2, 3), laws, strict=False):
        for p in (0.05, 0.5, 0.95):
            assert law.quantile(p) == pytest.approx(best.quantile(p), rel=10.0 ** -(digits + 1))
    spacings = [law.fine.rule.spacing for law in laws]
    assert spacings == sorted(spacings, reverse=True)
    assert spacings[0] > spacings[2] == spacings[3]
    assert all(law.coarse.rule.spacing > law.fine.rule.spacing for law in laws)


@pytest.mark.parametrize(("one", "other"), [(1.0, 1.2), (2.0, 0.3)])
def test_few_digits_are_right_to_a_tenth_of_a_unit_of_the_last(one, other):
    x, y = pure(bp.LogNormal(0.0, one), "x"), pure(bp.LogNormal(0.5, other), "y")
    node = ((x + 1) ** 2 * y + x).node
    best = convolution._law(node, 6)
    assert best.fine.rule.spacing <= 0.1
    for digits in (1, 2, 3):
        law = convolution._law(node, digits)
        assert (law.fine.rule == best.fine.rule) is (digits == 3)
        for p in convolution.STANDARD:
            error = 10.0 ** -(digits + 1) if digits < 3 else 2e-6
            assert law.quantile(p) == pytest.approx(best.quantile(p), rel=error)
            assert law.standard_error(p) <= error * law.quantile(p)


def test_rows_beyond_a_number_are_done_in_blocks_at_the_rules_of_a_sample():
    s = pure(bp.LogNormal(0.0, 0.4), "s")
    few, many = (convolution.law((wide(size) * s).node) for size in (500, 501))
    assert isinstance(few, convolution.Convolved)
    assert isinstance(many, convolution.InBlocks)
    assert np.shape(many.quantile(0.3)) == (501,)
    for row, mean in ((0, 1.0), (500, 2.0)):
        alone = convolution.law((pure(bp.Normal(mean, 0.1)) * s).node)
        assert many.quantile(0.3)[row] == pytest.approx(alone.quantile(0.3), rel=1e-6)


def test_an_array_along_two_axes_has_no_convolution_of_its_own():
    table = bp.exact(np.ones((2, 3)), "1", axis=["a", "b"]) * hard()
    with pytest.raises(NoClosedForm, match="along one axis"):
        convolution._law(table.node, 3)


def test_every_engine_says_what_it_does_in_place_of_draws():
    for engine, does in (("exact", "draws nothing"), ("sobol", "grows until `digits` are stable")):
        with pytest.raises(bp.ArgumentError, match=rf"draws= goes with engine='random'; the {engine} engine {does}"):
            hard().estimate(engine=engine, draws=10)
    assert engines.JUDGED == ("linear",)
    assert [name for name, each in engines.ENGINES.items() if each.is_automatic] == [
        "exact", "convolution", "sobol", "random"
    ]  # fmt: skip
