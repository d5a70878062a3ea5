"""The small parts of the engines by themselves: memory, cells and elements, programs, tasks, what is asked."""

import math
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import is_dataclass
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import brainparams as bp
from brainparams import engines
from brainparams.engines import by_elements, execution, moments, request, tasks
from brainparams.engines.by_cells import MOST_CELLS, by_cells
from brainparams.engines.exact import as_product
from brainparams.engines.linearity import REFERENCE_BUDGET, reference
from brainparams.engines.memory import Memory
from brainparams.errors import KindError, NoClosedForm, RangeError
from brainparams.graph import flatten
from checks import LAW
from checks import number as pure

# --- memory ----------------------------------------------------------------------------------------------------------


class Thing:
    pass


@LAW
@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from([None, "a"]), st.integers(1, 12)), max_size=40))
def test_memory_keeps_the_newest_that_fit(told):
    """Against a list: what is kept again is the newest, what is too large is not taken, the oldest go first."""
    memory, nodes, right = Memory(20.0, float), [Thing() for _ in range(7)], []
    for place, asked, made in told:
        memory.keep(nodes[place], asked, made)
        right = [each for each in right if each[:2] != (place, asked)] + [(place, asked, made)]
        while sum(each[2] for each in right) > 20:
            right.pop(0)
        for number, node in enumerate(nodes):
            for key in (None, "a"):
                kept = [each[2] for each in right if each[:2] == (number, key)]
                assert memory.get(node, key) == (kept[0] if kept else None)


def test_memory_takes_what_fills_it_and_not_more():
    memory, one, other = Memory(3.0, float), Thing(), Thing()
    memory.keep(one, None, 2.0)
    memory.keep(other, None, 3.5)
    assert (memory.get(one), memory.get(other)) == (2.0, None)
    memory.keep(other, None, 3.0)
    assert (memory.get(one), memory.get(other)) == (None, 3.0)
    memory.clear()
    assert memory.get(other) is None
    memory.keep(one, None, 1.0)
    memory.keep(other, None, 2.0)
    assert (memory.get(one), memory.get(other)) == (1.0, 2.0)
    many = [Thing() for _ in range(4)]
    counted = Memory(3.0)
    for each in many:
        counted.keep(each, None, "anything counts one")
    assert [counted.get(each) is None for each in many] == [True, False, False, False]


# --- what is asked ---------------------------------------------------------------------------------------------------


def test_a_seed_that_is_chosen_is_a_whole_number_of_63_bits():
    seeds = [request.checked_seed(None) for _ in range(200)]
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert max(seeds) > 2**62
    assert len(set(seeds)) == 200
    assert (request.checked_seed(0), request.checked_seed(np.int64(7)), request.checked_seed(2**80)) == (0, 7, 2**80)
    with pytest.raises(RangeError, match=r"linearity\(\): seed must be >= 0; got -3; did you mean 3\?"):
        request.checked_seed(-3, "linearity")
    with pytest.raises(RangeError, match=r"estimate\(\): seed must be an integer >= 0"):
        request.checked_seed(3.0)
    with pytest.raises(KindError, match="seed must be an integer"):
        request.checked_seed("3")


def test_a_budget_is_any_positive_finite_number():
    assert request.checked_budget(1e-9) == 1e-9
    assert request.checked_budget(2) == 2.0
    for wrong in (0, -1, math.inf, math.nan):
        with pytest.raises(RangeError, match="budget must be a number > 0"):
            request.checked_budget(wrong)
    with pytest.raises(KindError, match=r"solve\(\): budget"):
        request.checked_budget("3", "solve")


def test_the_content_of_a_request_is_what_digits_depend_on():
    plain = request.Request()
    assert plain.content == (0, None, 3, 1.0)
    assert plain.is_automatic
    assert request.Request(False, 7, 100, 2, 0.5, object()).content == (7, 100, 2, 0.5)
    answer = request.Answer("a law")
    assert (answer.draws, answer.stopped) == (0, "")


# --- cells and elements ----------------------------------------------------------------------------------------------


def grid(*lengths):
    whole = bp.exact(5, "1")
    for place, length in enumerate(lengths):
        values = np.arange(1.0, length + 1)
        whole = whole * bp.assumed(bp.LogNormal(np.log(values), 0.2), "1", because="test", axis=f"axis {place}")
    return whole


def test_cells_along_several_axes_are_those_of_each_cell():
    found = grid(2, 3).estimate(engine="convolution")
    for p in (0.05, 0.9):
        assert np.shape(found.quantile(p)) == (2, 3)
    law = found.law
    assert np.shape(law.cdf(5.0)) == (2, 2, 3)
    assert np.shape(law.moment_errors()) == (2, 2, 3)
    # rows and columns scale with their own numbers: a factor of the median in each
    medians = law.quantile(0.5)
    assert medians[1] / medians[0] == pytest.approx([2.0] * 3, rel=1e-7)
    assert medians[:, 2] / medians[:, 0] == pytest.approx([3.0] * 2, rel=1e-7)


def refusing(message):
    def law_of(node):
        raise NoClosedForm(message)

    return law_of


def test_cells_are_tried_for_arrays_along_several_axes_only():
    seen = []

    def law_of(node):
        seen.append(len(node.axes))
        raise NoClosedForm(f"none of {len(node.axes)}")

    for quantity, tried in ((grid(), [0]), (grid(4), [1]), (grid(2, 3), [2, 1]), (grid(2, 3, 2), [3, 1])):
        seen.clear()
        with pytest.raises(NoClosedForm):
            by_cells(law_of, quantity.node)
        assert seen == tried
    assert MOST_CELLS >= 100_000


def test_elements_are_looked_at_up_to_a_number():
    seen = []

    def law_of(node):
        seen.append(tuple(len(axis.labels) for axis in node.axes))
        raise NoClosedForm("none")

    node = grid(3, 2).node
    for most, tried in ((6, 2), (7, 2), (5, 1)):
        seen.clear()
        with pytest.raises(NoClosedForm, match="none"):
            by_elements.whole_or_elements(law_of, node, most)
        assert seen[0] == (3, 2)
        assert len(seen) == tried


def test_a_number_is_taken_apart_while_little_lies_below_it(monkeypatch):
    seen = []

    def law_of(node):
        seen.append(node)
        raise NoClosedForm("none")

    monkeypatch.setattr(by_elements, "MOST_BELOW", 4)  # s is one of them
    x, s = (pure(bp.LogNormal(0.0, 0.3), name) for name in "xs")
    for length, tried in ((3, 2), (4, 1)):
        values = bp.assumed(bp.Normal(np.arange(1.0, length + 1), 0.1), "1", because="test", axis="r")
        seen.clear()
        with pytest.raises(NoClosedForm, match="none"):
            by_elements.whole_or_elements(law_of, (values * s).total("r").node, 0)
        assert len(seen) == tried
    seen.clear()
    with pytest.raises(NoClosedForm, match="none"):
        by_elements.whole_or_elements(law_of, (x * s).node, 0)  # no array is below it
    assert len(seen) == 1


def test_what_engines_hand_on_cannot_be_changed():
    """It is remembered, and threads share it."""
    modules = [import_module(f"brainparams.engines.{each.name}") for each in iter_modules(engines.__path__)]
    kinds = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type)}
    own = [kind for kind in kinds if is_dataclass(kind) and kind.__module__.startswith("brainparams.engines")]
    assert len(own) >= 10
    assert all(kind.__dataclass_params__.frozen for kind in own)


# --- exact -----------------------------------------------------------------------------------------------------------


def test_a_product_of_powers_is_known_by_its_exponents():
    a, b = pure(bp.LogNormal(0.0, 0.5), "a"), pure(bp.LogNormal(0.0, 0.2), "b")
    assert as_product((a**2 / bp.sqrt(b) * 7).node) == {a.node.key: 2.0, b.node.key: -0.5}
    assert as_product((a * b / a).node) == {b.node.key: 1.0}
    assert as_product((a + b).node) is None
    assert as_product((a + b + 1).node) is None
    assert as_product(bp.sin(a).node) is None
    assert as_product(bp.exact(7, "1").node) == {}
    assert as_product(bp.exact([1, 2], "1", axis="r").node) is None


# --- moments without draws -------------------------------------------------------------------------------------------


def test_moments_of_elements_where_the_whole_has_none():
    mean, sd = 5.0, 1.0
    x = bp.assumed(bp.Normal([mean, 9.0], [sd, 2.0]), "1", because="test", axis="r", name="x")
    found = moments.expectation_of((x * pure(bp.LogNormal(0.0, 0.5), "s")).node)
    growth = math.exp(0.125)
    assert found.mean == pytest.approx([5 * growth, 9 * growth], rel=1e-9)
    squares = math.exp(0.5)
    right = [math.sqrt((m * m + s * s) * squares - (m * growth) ** 2) for m, s in ((5.0, 1.0), (9.0, 2.0))]
    assert found.sd == pytest.approx(right, rel=1e-9)
    number = moments.expectation_of((x.total("r") * pure(bp.LogNormal(0.0, 0.5), "s")).node)
    assert isinstance(number.mean, float)
    assert number.mean == pytest.approx(14 * growth, rel=1e-9)
    assert number.sd == pytest.approx(math.sqrt((14**2 + 5) * squares - (14 * growth) ** 2), rel=1e-9)


# --- programs --------------------------------------------------------------------------------------------------------


@LAW
@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.1, 3))
def test_gradients_of_numbers_and_of_arrays_are_one(a, b, c):
    x, y, z = (pure(bp.Normal(mean, 0.5), name) for mean, name in ((a, "x"), (b, "y"), (c, "z")))
    formula = x * y / z + bp.exp(x / 3) * z - (y - x) ** 3 + bp.log(z) * bp.maximum(x, y)
    program = flatten([formula.node])
    assert execution.has_no_arrays(program)
    value, gradient = execution.gradient_of_numbers(program)
    _, slots = execution.at_means(program)
    output = program.outputs[0]
    parts = execution.gradients(program, slots, output, np.ones(np.shape(slots[output])))
    assert value == pytest.approx(float(np.squeeze(slots[output])), rel=1e-12, abs=1e-12)
    assert gradient == pytest.approx([float(np.squeeze(part)) for part in parts], rel=1e-12, abs=1e-12)
    by = {each.uid: part for each, part in zip(program.unknowns, gradient, strict=True)}
    larger = a >= b
    right = {
        "x": b / c + math.exp(a / 3) * c / 3 + 3 * (b - a) ** 2 + (math.log(c) if larger else 0.0),
        "y": a / c - 3 * (b - a) ** 2 + (0.0 if larger else math.log(c)),
        "z": -a * b / c**2 + math.exp(a / 3) + max(a, b) / c,
    }
    if a != b:
        names = {x.node.uid: "x", y.node.uid: "y", z.node.uid: "z"}
        for uid, part in by.items():
            assert part == pytest.approx(right[names[uid]], rel=1e-9, abs=1e-9)


def test_a_program_with_arrays_has_them():
    x = bp.assumed(bp.Normal([1.0, 2.0], 0.1), "1", because="test", axis="r", name="x")
    y = pure(bp.Normal(1.0, 0.1), "y")
    assert not execution.has_no_arrays(flatten([x.total("r").node]))
    assert not execution.has_no_arrays(flatten([(y * bp.exact([1.0, 2.0], "1", axis="r")).total("r").node]))
    assert execution.has_no_arrays(flatten([(y * 3).node]))
    assert execution.has_no_arrays(flatten([bp.exact(2, "1").node]))


# --- tasks -----------------------------------------------------------------------------------------------------------


class Queue:
    """An executor whose tasks are done when somebody says so."""

    def __init__(self, done=False):
        self.tasks, self.done = [], done

    def submit(self, function, task):
        future = Future()
        if self.done:
            future.set_result(function(task))
        self.tasks.append((future, task))
        return future


def test_tasks_are_handed_over_a_window_at_a_time():
    queue = Queue()
    found = tasks.answers(lambda task: -task, range(100), queue)
    threading.Timer(0.05, lambda: queue.tasks[0][0].set_result(0)).start()
    assert next(found) == 0
    assert len(queue.tasks) == tasks.FIRST_WINDOW
    found.close()
    assert all(future.cancelled() for future, _ in queue.tasks[1:])


def test_the_window_doubles_while_workers_wait():
    queue, windows = Queue(done=True), []
    for place, answer in enumerate(tasks.answers(lambda task: -task, range(3000), queue)):
        assert answer == -place
        windows.append(len(queue.tasks) - place)
    assert windows[0] == tasks.FIRST_WINDOW
    assert windows[1:6] == [2 * tasks.FIRST_WINDOW, 4 * tasks.FIRST_WINDOW, 8 * tasks.FIRST_WINDOW, 256, 256]
    assert max(windows) == tasks.LAST_WINDOW


def test_a_bar_is_there_once_a_second_has_passed(monkeypatch):
    for after, bars in ((0.9, 0), (1.1, 1)):
        made, now = [], iter([0.0, 0.0, *[after] * 20])
        monkeypatch.setattr(tasks.time, "monotonic", lambda now=now: next(now))
        monkeypatch.setattr(tasks, "_bar", lambda *given, made=made: made.append(given))
        assert list(tasks.answers(lambda task: -task, range(3), None)) == [0, -1, -2]
        assert made == [(2, 3)] * bars  # of the last one there is nothing left to show


# --- which engine, and what is remembered ----------------------------------------------------------------------------


def drawn(name="x"):
    """What only draws answer."""
    x = pure(bp.Uniform(1.0, 3.0), name)
    return bp.sin(x) * pure(bp.Beta(2.0, 3.0), "y") + x


def test_estimates_are_remembered_where_nothing_else_was_asked():
    one, closed = drawn(), pure(bp.LogNormal(0.0, 0.3), "a") * 2
    for quantity in (one, closed):
        found = quantity.estimate()
        assert quantity.estimate() is found
        assert engines.estimate(quantity.node) is found
        for asked in ({"seed": 1}, {"digits": 2}, {"budget": 2.0}, {"engine": found.engine}):
            assert quantity.estimate(**asked) is not found
        with ThreadPoolExecutor(1) as pool:
            assert quantity.estimate(executor=pool) is not found
    engines.forget()
    assert one.estimate() is not found
    assert drawn().estimate(draws=1000) is not drawn().estimate(draws=1000)


def test_of_several_only_what_has_no_draws_is_remembered():
    """Draws that several have in common are others than those of one alone."""
    x = pure(bp.Uniform(1.0, 3.0), "x")
    one, other = bp.sin(x) * pure(bp.Beta(2.0, 3.0), "y") + x, bp.cos(x) * x
    closed = pure(bp.LogNormal(0.0, 0.3), "a") * 2
    alone = [each.estimate(digits=1) for each in (one, other, closed)]
    nodes = [one.node, other.node, closed.node]
    together = engines.estimate_all(nodes, digits=1)
    assert together[2] is alone[2]
    assert together[0] is not alone[0]
    assert together[0].draws == together[1].draws
    again = engines.estimate_all(nodes, digits=1)
    assert again[2] is alone[2]
    assert again[0] is not together[0]
    assert one.estimate(digits=1) is alone[0]


def test_an_estimate_says_what_it_rests_on():
    found = drawn().estimate(seed=7, digits=1)
    assert (found.engine, found.seed, str(found.unit)) == ("sobol", 7, "1")
    assert found.reason.startswith("exact: ")
    assert "; convolution: " in found.reason
    closed = (pure(bp.LogNormal(0.0, 0.3), "a") * 2).estimate(seed=7)
    assert (closed.engine, closed.seed, closed.reason, closed.draws) == ("exact", None, "closed form", 0)
    named = drawn().estimate(engine="sobol", digits=1)
    assert (named.reason, named.seed) == ("asked for by name", 0)
    single = drawn().estimate(draws=1)
    assert (single.engine, single.draws) == ("random", 1)
    assert single.mean == single.median
    assert math.isnan(single.sd)


def test_an_executor_has_submit():
    with pytest.raises(KindError, match=r"estimate\(\): executor needs one of concurrent.futures, with submit\(\)"):
        drawn().estimate(executor=3)


def test_ends_of_an_array_are_those_of_its_elements():
    x = bp.assumed({"a": bp.Uniform(1.0, 2.0), "b": bp.Beta(2.0, 3.0)}, "1", because="test", axis="r")
    y = pure(bp.Uniform(2.0, 3.0), "y")
    found = (x * y).estimate()
    assert found.quantile(0.0) == pytest.approx([2.0, 0.0])
    assert found.quantile(1.0) == pytest.approx([6.0, 3.0])
    table = x * bp.assumed({"u": bp.Uniform(1.0, 2.0), "v": bp.Uniform(5.0, 9.0)}, "1", because="test", axis="s")
    assert table.estimate().quantile(1.0) == pytest.approx(np.array([[4.0, 18.0], [2.0, 9.0]]))


def test_a_number_of_first_order_comes_with_its_verdict():
    x = pure(bp.LogNormal(0.0, 0.9), "x")
    with pytest.warns(bp.LinearityWarning):
        found = x.estimate(engine="linear")
    assert found.linearity == x.linearity()
    rows = bp.assumed(bp.LogNormal([0.0, 1.0], 0.9), "1", because="test", axis="r")
    assert rows.estimate(engine="linear").linearity is None


# --- first order -----------------------------------------------------------------------------------------------------


def test_the_verdict_is_the_difference_of_the_ends_in_the_spread():
    x = pure(bp.LogNormal(0.0, 0.3), "x")
    verdict = x.linearity()
    mean, sd = math.exp(0.045), math.exp(0.045) * math.sqrt(math.expm1(0.09))
    z = 1.959963984540054
    assert verdict.tolerance == pytest.approx(0.05 * sd)
    assert verdict.low_difference == pytest.approx(mean - z * sd - math.exp(-0.3 * z))
    assert verdict.high_difference == pytest.approx(mean + z * sd - math.exp(0.3 * z))
    assert (verdict.level, verdict.reference, verdict.holds) == (0.95, "exact", False)
    n = pure(bp.Normal(5.0, 2.0), "n")
    straight = (3 * n + 1).linearity()
    assert (straight.holds, straight.low_difference, straight.high_difference) == (True, 0.0, 0.0)
    assert straight.tolerance == pytest.approx(0.3)


def test_advice_names_both_intervals_and_what_to_use():
    x = bp.assumed(bp.LogNormal(0.0, 0.9), "m", because="test", name="x")
    with pytest.warns(bp.LinearityWarning) as caught:
        (x * x).estimate(engine="linear")
    (told,) = [str(each.message) for each in caught]
    low, high = (x * x).estimate(engine="exact").interval(0.95)
    assert "the linear engine should not be used here: its 95 % interval is" in told
    assert f"the exact engine finds {low:.3g} to {high:.3g} (JCGM 101, clause 8); use engine='auto'" in told


def test_the_reference_is_as_good_as_the_tolerance_needs():
    asked = []

    class Found:
        draws, engine = 100, "sobol"

        def __init__(self, error):
            self.error = error

        def standard_error(self, p):
            assert p in (pytest.approx(0.025), pytest.approx(0.975))
            return self.error * (2.0 if p > 0.5 else 1.0)

        def interval(self, level):
            assert level == 0.95
            return -300.0, 50.0

    def estimate(node, **given):
        asked.append(given)
        return Found(0.01)

    reference(None, 7, 0.1, estimate)  # 0.02 is a fifth of 0.1
    assert asked == [{"seed": 7}]
    asked.clear()
    reference(None, 7, 0.09, estimate)
    assert len(asked) == 2
    digits = asked[1].pop("digits")
    assert asked[1] == {"seed": 7, "budget": REFERENCE_BUDGET}
    # half a unit of the last digit of 300 is twice a fifth of the tolerance or less
    assert 0.5 * 10.0 ** (2 - digits + 1) <= 2 * 0.2 * 0.09 < 0.5 * 10.0 ** (2 - digits + 3)
    asked.clear()
    reference(None, 7, 0.0, estimate)
    assert len(asked) == 1
