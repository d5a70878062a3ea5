"""Random draws: in blocks, on any executor, kept or looked through, and never lost with a worker."""

import io
import math
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import tracemalloc
import warnings
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams import engines
from brainparams.engines import execution, sampling, streaming, tasks
from brainparams.errors import BrainparamsWarning, RangeError
from brainparams.estimate import laws
from brainparams.graph import flatten
from checks import number as unknown

LAW = settings(max_examples=60, deadline=None)
PLACES = (0.0, 1e-6, 0.001, 0.025, 0.05, 0.31, 0.5, 0.9, 0.95, 0.975, 0.99999, 1.0)


def scalar():
    n = unknown(bp.Normal(mean=86.0, sd=8.0), "n")
    return n * unknown(bp.LogNormal(1.0, 0.7), "s") * unknown(bp.Beta(8.0, 2.0), "f") + n


def array():
    x = bp.assumed({"a": bp.Uniform(1.0, 2.0), "b": bp.Beta(2.0, 3.0)}, "1", because="test", axis="r", name="x")
    return x * scalar()


def steps():
    """Most of the weight on two values, and a normal between them."""
    return unknown(bp.Discrete({0.0: 0.4, 1.0: 0.3, 2.0: 0.3}), "steps") * unknown(bp.Empirical([1.0, 3.0]), "other")


def narrow():
    return unknown(bp.Normal(mean=1e15, sd=1.0), "narrow")


def around_zero():
    return unknown(bp.Normal(mean=0.0, sd=1.0), "a") * unknown(bp.Normal(mean=0.0, sd=1e3), "b")


def wide():
    return unknown(bp.LogNormal(0.0, 60.0), "wide")


KINDS = (scalar, array, steps, narrow, around_zero, wide)


def estimated(quantity, draws, executor=None, seed=5):
    return engines.estimate(quantity.node, engine="random", draws=draws, seed=seed, executor=executor)


def told(found):
    """Everything that an estimate says about where the quantity lies."""
    moments = found.law.mean(), found.law.sd()
    return [[found.law.quantile(p) for p in PLACES], [found.standard_error(p) for p in PLACES], *moments]


@pytest.fixture
def small_memory(monkeypatch):
    """Let draws beyond a few blocks be looked through instead of kept, with samples of samples."""
    monkeypatch.setattr(sampling, "MOST_VALUES", 2**17)
    monkeypatch.setattr(streaming, "MOST_SAMPLED", 2**12)
    monkeypatch.setattr(streaming, "FEWEST_SAMPLED", 2**11)
    monkeypatch.setattr(streaming, "MOST_IN_WINDOWS", 2**14)
    monkeypatch.setattr(streaming, "BLOCK", 2**12)


# --- programs --------------------------------------------------------------------------------------------------------

BINARY = (
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (b * b + 1),
    bp.minimum,
    lambda a, b: bp.exp(-(a**2)) * 2 + bp.maximum(b, a / 2),
    lambda a, b: bp.sqrt(a * a + 1) - bp.log(b * b + 3),
)


@LAW
@given(st.lists(st.tuples(st.sampled_from(BINARY), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=25))
def test_a_prepared_program_gives_what_a_plain_run_gives(plan):
    known = [unknown(bp.Normal(mean=1.0, sd=1.0), "a"), unknown(bp.Uniform(1.0, 2.0), "b"), bp.exact(3, "1")]
    known.append(bp.assumed({"u": bp.Uniform(0.0, 1.0), "v": 2.0}, "1", because="test", axis="r", name="c"))
    for function, one, other in plan:
        known.append(function(known[one % len(known)], known[other % len(known)]))
    known = [*known[-4:], *[each.total("r") + each["u"] for each in known[-4:] if each.node.axes]]
    program = flatten([each.node for each in known])
    prepared = execution.Prepared(program, 50)
    rng = np.random.default_rng(0)
    for count in (50, 1, 50, 17):
        inputs = [rng.normal(size=(*each.distribution.shape, count)) for each in program.unknowns]
        plain = execution.run(program, [each.copy() for each in inputs])
        for found, output in zip(prepared.run(inputs, count), program.outputs, strict=True):
            np.testing.assert_array_equal(found, plain[output])


def test_intermediate_arrays_are_used_again():
    x, y = unknown(bp.Normal(mean=1.0, sd=1.0), "x"), unknown(bp.Normal(mean=1.0, sd=1.0), "y")
    for _ in range(300):
        x = x * y + y / 3
    assert len(execution.Prepared(flatten([x.node]), 8)._whole) <= 3


def test_an_element_survives_the_array_it_was_taken_from():
    regions = bp.assumed({"a": bp.Normal(mean=1.0, sd=1.0), "b": 5.0}, "1", because="test", axis="r", name="regions")
    y = unknown(bp.Normal(mean=1.0, sd=1.0), "y")
    first = (regions * y)["a"]
    z = y * y
    for _ in range(6):
        z = z * y + 1
    alone, beside = (
        sampling.random_draws(each, seed=0, draws=1000, executor=None) for each in ([first.node], [first.node, z.node])
    )
    np.testing.assert_array_equal(alone[0].draws, beside[0].draws)


# --- order statistics ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", KINDS)
def test_many_kept_draws_have_the_quantiles_of_sorted_ones(make, monkeypatch):
    found = estimated(make(), 60_001)
    monkeypatch.setattr(laws, "FEW", 1000)
    few = laws.Drawn(found.law.draws)
    for p in PLACES:
        np.testing.assert_array_equal(few.quantile(p), found.law.quantile(p))
        np.testing.assert_array_equal(few.standard_error(p), found.standard_error(p))
    assert "_pooled" not in few.__dict__
    for p in np.linspace(0.01, 0.99, 40):
        np.testing.assert_array_equal(few.quantile(p), found.law.quantile(p))
    assert ("_pooled" in few.__dict__) is (make is not steps)  # so many quantiles are worth a sort


# --- draws that are not kept -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", KINDS)
def test_draws_looked_through_tell_what_kept_ones_tell(make, request):
    kept = told(estimated(make(), 150_001))
    request.getfixturevalue("small_memory")
    streaming_block = streaming.BLOCK
    assert streaming_block == 2**12
    request.getfixturevalue("monkeypatch").setattr(streaming, "BLOCK", 2**14)
    found = estimated(make(), 150_001)
    assert isinstance(found.law, streaming.Streamed)
    assert found.draws == 150_001
    for one, other in zip(told(found)[:2], kept[:2], strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(told(found)[2:], kept[2:], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_a_quantile_that_was_looked_for_is_not_looked_for_again(small_memory, monkeypatch):
    passes = []
    original = streaming.look_through
    monkeypatch.setattr(streaming, "look_through", lambda *given: passes.append(given[2]) or original(*given))
    found = estimated(scalar(), 200_000)
    passes.clear()
    found.interval(0.9), found.interval(0.95), found.median, found.standard_error(0.5), found.mean, found.sd
    assert passes == []
    found.quantile(0.2)
    assert max(passes) == 200_000
    passes.clear()
    found.quantile(0.2), found.standard_error(0.2)
    assert passes == []


def test_shares_of_draws_that_are_not_kept(request):
    kept = estimated(scalar(), 150_001).law.cdf(300.0)
    request.getfixturevalue("small_memory")
    request.getfixturevalue("monkeypatch").setattr(streaming, "BLOCK", 2**14)
    assert estimated(scalar(), 150_001).law.cdf(300.0) == pytest.approx(kept, rel=1e-12)


def test_several_results_are_looked_through_together(small_memory):
    x, n = scalar(), narrow()
    rows = bp.assumed({"a": bp.Uniform(1.0, 2.0), "b": bp.Beta(2.0, 3.0)}, "1", because="test", axis="r", name="x")
    nodes = [x.node, (x + n).node, bp.exact(3, "1").node, (x * rows).node]
    together = engines.estimate_all(nodes, engine="random", draws=120_000)
    for node, one in zip(nodes, together, strict=True):
        alone = engines.estimate(node, engine="random", draws=120_000)
        for p in (0.05, 0.4):
            np.testing.assert_array_equal(one.quantile(p), alone.quantile(p))


def test_faults_among_draws_that_are_not_kept_are_told(small_memory):
    with pytest.raises(RangeError, match="step 'log'"):
        estimated(bp.log(around_zero()), 200_000)


def test_an_estimate_that_was_streamed_travels(small_memory):
    with ThreadPoolExecutor(1) as pool:
        found = estimated(scalar(), 200_000, pool)
        again = pickle.loads(pickle.dumps(found))
        assert again.quantile(0.3) == found.quantile(0.3)
    with pytest.warns(BrainparamsWarning, match="executor failed"):
        assert found.quantile(0.7) == again.quantile(0.7)  # its pool has shut down


def test_too_many_draws_are_refused_with_the_time_they_would_take():
    with pytest.raises(
        RangeError, match=r"draws=1e\+13 would take about [\d.,e+]+ hours.*give draws <= 100,000,000,000"
    ):
        estimated(scalar(), 10**13)
    with pytest.raises(RangeError, match=r"GiB.*give draws <= \d+"):
        sampling.draw(scalar().node, 10**10, 0)


# --- memory ----------------------------------------------------------------------------------------------------------


def peak(function):
    function()  # what is loaded and cached at first use does not count
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def told_of_kept(draws, executor=None):
    found = estimated(scalar(), draws, executor)
    return found.interval(0.9), found.median, found.standard_error(0.5), found.mean, found.sd


def test_kept_draws_need_eight_bytes_each():
    draws = 3_000_000
    assert 8 * draws < peak(lambda: told_of_kept(draws)) < 8 * draws + 8 * 2**20
    with ThreadPoolExecutor(2) as pool:
        assert peak(lambda: told_of_kept(draws, pool)) < 8 * draws + 10 * 2**20


def test_draws_that_are_not_kept_need_little_memory_however_many(small_memory):
    few, many = (peak(partial(told_of_kept, draws)) for draws in (300_000, 2_400_000))
    assert few < 2**20
    assert many < 2_400_000  # an eighth of what keeping them takes


def test_blocks_are_drawn_in_the_same_memory():
    drawing = streaming.Drawing(flatten([scalar().node]), 0, 2**20)
    drawing.results(range(2))
    tracemalloc.start()
    try:
        drawing.results(range(2, 4))
        assert tracemalloc.get_traced_memory()[1] < 1.5 * 8 * streaming.BLOCK  # numpy draws a beta into new memory only
    finally:
        tracemalloc.stop()


def test_a_run_of_blocks_is_the_same_in_fresh_and_in_used_memory():
    program, draws = flatten([array().node, scalar().node]), 3 * streaming.BLOCK + 5
    drawing = streaming.Drawing(program, 0, draws)
    drawing.results(range(2))
    used, _ = drawing.results(range(2, 4))
    fresh, _ = streaming.random_blocks(program, 0, draws, None, range(2, 4))
    for one, other in zip(used, fresh, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_memory_of_sobol_points_counts_all_results(monkeypatch):
    monkeypatch.setattr(sampling, "MOST_VALUES", 2**21)
    node = scalar().node
    others = [(scalar() * each).node for each in range(2, 9)]

    def draws(nodes):
        return engines.estimate_all(nodes, engine="sobol", digits=9)[0].draws

    assert draws([node, *others]) * 8 <= draws([node])


def test_the_memory_of_sobol_points_counts_the_points(monkeypatch):
    monkeypatch.setattr(sampling, "MOST_VALUES", 2**20)
    names = [unknown(bp.Uniform(0.0, 1.0), f"x{place}") for place in range(256)]
    found = engines.estimate(sum(names[1:], names[0]).node, engine="sobol", digits=9)
    assert found.draws // sampling.REPLICATES * 256 <= 2**20


# --- executors -------------------------------------------------------------------------------------------------------


def assert_same_digits(executor, **asked):
    for make in (scalar, array):
        node = make().node
        here, there = (engines.estimate(node, seed=3, executor=each, **asked) for each in (None, executor))
        assert there.draws == here.draws
        for one, other in zip(told(here), told(there), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("asked", [{"engine": "random", "draws": 300_001}, {"engine": "sobol", "digits": 2}], ids=str)
def test_threads_and_processes_change_no_digit(asked, processes):
    assert_same_digits(processes, **asked)
    for workers in (1, 3):
        with ThreadPoolExecutor(workers) as threads:
            assert_same_digits(threads, **asked)


def test_threads_and_processes_change_no_digit_of_what_is_not_kept(small_memory, monkeypatch, processes):
    monkeypatch.setattr(streaming, "BLOCK", 2**14)  # other processes know nothing of the patch
    assert_same_digits(processes, engine="random", draws=300_001)
    with ThreadPoolExecutor(2) as threads:
        assert_same_digits(threads, engine="random", draws=300_001)


class Murderous(Executor):
    """Hands tasks on to another executor, and kills one of its workers with the first and again with a later one."""

    def __init__(self, executor, workers):
        self.executor, self.workers, self.submitted, self.killed = executor, workers, 0, []

    def submit(self, function, /, *given, **named):
        self.submitted += 1
        future = self.executor.submit(function, *given, **named)
        if self.submitted in (2, 21):
            victim = self.workers()[0]
            os.kill(victim, signal.SIGKILL)
            self.killed.append(victim)
        return future


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_a_killed_process_loses_nothing():
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        murderous = Murderous(pool, lambda: list(pool._processes))
        with pytest.warns(BrainparamsWarning, match=r"executor failed \(BrokenProcessPool\)"):
            found = estimated(scalar(), 700_000, murderous)
    assert murderous.killed
    np.testing.assert_array_equal(found.law.draws, estimated(scalar(), 700_000).law.draws)


@pytest.fixture(scope="module")
def client():
    distributed = pytest.importorskip("distributed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cluster = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        )
        with cluster, distributed.Client(cluster) as client:
            yield client


def murderous_to(client):
    return Murderous(client.get_executor(), lambda: list(client.run(os.getpid, on_error="ignore").values()))


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_changes_no_digit_and_a_killed_worker_loses_nothing(client):
    assert_same_digits(client.get_executor(), engine="random", draws=300_001)
    murderous = murderous_to(client)
    found = estimated(scalar(), 900_000, murderous)
    assert len(murderous.killed) == 2
    np.testing.assert_array_equal(found.law.draws, estimated(scalar(), 900_000).law.draws)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("make", [scalar, array])
def test_a_killed_worker_loses_nothing_of_what_is_not_kept(make, small_memory, monkeypatch, client):
    monkeypatch.setattr(streaming, "BLOCK", 2**14)  # workers know nothing of the patch
    monkeypatch.setattr(streaming, "FEWEST_IN_TASK", 1)
    murderous = murderous_to(client)
    here, there = (estimated(make(), 900_001, executor) for executor in (None, murderous))
    assert isinstance(there.law, streaming.Streamed)
    assert len(murderous.killed) == 2
    for ask in (lambda law: [law.quantile(p) for p in (0.05, 0.5, 0.95, 0.31)], lambda law: [law.mean(), law.sd()]):
        np.testing.assert_array_equal(ask(here.law), ask(there.law))


# --- tasks -----------------------------------------------------------------------------------------------------------


class Fickle(Executor):
    """Computes at once, but fails at some tasks; remembers how many answers waited at a time."""

    def __init__(self, fails=(), refuses=()):
        self.fails, self.refuses, self.waiting, self.most = fails, refuses, 0, 0

    def submit(self, function, /, task):
        if task in self.refuses:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = Future()
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        if task in self.fails:
            future.set_exception(ConnectionResetError("worker died"))
        else:
            future.set_result(function(task))
        return future


def square(task):
    return task * task


@LAW
@given(st.integers(0, 60), st.sets(st.integers(0, 59)), st.sets(st.integers(0, 59)))
def test_answers_come_in_order_whatever_fails(count, fails, refuses):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = list(tasks.answers(square, range(count), Fickle(fails, refuses)))
    assert found == [task * task for task in range(count)]
    assert bool(caught) == bool((fails | refuses) & set(range(count)))


def test_a_fault_of_the_task_itself_is_raised():
    with ThreadPoolExecutor(1) as pool, pytest.raises(ZeroDivisionError):
        list(tasks.answers(lambda task: 1 / task, [1, 0, 1], pool))


def test_few_answers_wait_at_a_time():
    executor = Fickle()
    for _ in tasks.answers(square, range(5000), executor):
        executor.waiting -= 1
    assert executor.most <= tasks.LAST_WINDOW


def test_slow_workers_get_few_tasks_at_a_time():
    gate, started = threading.Event(), []

    def slow(task):
        started.append(task)
        gate.wait(10)
        return task

    with ThreadPoolExecutor(1) as pool:
        submitted = []
        pool_submit = pool.submit
        pool.submit = lambda *given: submitted.append(given) or pool_submit(*given)
        found = tasks.answers(slow, range(1000), pool)
        threading.Timer(0.05, gate.set).start()
        next(found)
        assert len(submitted) == tasks.FIRST_WINDOW
        found.close()  # an error on the way, or Ctrl-C
    assert len(started) < 1000


# --- progress --------------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(tasks, "PATIENCE", 0.0)


def slowly(task):
    time.sleep(0.06)
    return task


def test_a_bar_shows_on_a_terminal_and_leaves_nothing_behind(impatient, monkeypatch):
    pytest.importorskip("tqdm")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(tasks.answers(slowly, range(8), None)) == list(range(8))
    shown = terminal.getvalue()
    assert "drawing" in shown
    assert "%" in shown
    assert shown.split("\r")[-1].strip() == ""
    assert "\n" not in shown


def test_no_bar_where_nobody_looks_or_tqdm_is_absent(impatient, monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)  # as where no notebook ran before
    assert list(tasks.answers(slowly, range(3), None)) == [0, 1, 2]
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    assert list(tasks.answers(slowly, range(3), None)) == [0, 1, 2]
    assert stream.getvalue() == terminal.getvalue() == ""


def test_no_bar_within_the_first_second(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(tasks.answers(slowly, range(5), None)) == list(range(5))
    assert terminal.getvalue() == ""


def test_one_draw_has_no_spread_to_tell():
    found = estimated(scalar(), 1)
    assert found.quantile(0.1) == found.quantile(0.9) == found.mean
    assert math.isnan(found.sd)


# --- few draws -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draws", [1, 2, 5, 36])
def test_of_few_draws_no_interval_is_told(draws):
    found = scalar().estimate(engine="random", draws=draws)
    assert found.standard_error(0.05) == found.standard_error(0.95) == math.inf
    assert "too few for a 90 % interval" in repr(found)
    assert "too few draws to tell how wrong both ends are" in format(found, "sentence")


def test_a_few_more_draws_carry_an_error_of_the_interval_that_is_printed():
    found = scalar().estimate(engine="random", draws=40)
    assert all(0 < found.standard_error(p) < math.inf for p in (0.05, 0.5, 0.95))
    assert "(90 %, equal-tailed)" in repr(found)


@settings(LAW, max_examples=20)
@given(st.integers(40, 3000), st.integers(0, 10**6))
def test_what_so_few_draws_cannot_see_has_no_bound_on_its_error(draws, seed):
    found = unknown(bp.Normal(mean=0.0, sd=1.0)).estimate(engine="random", draws=draws, seed=seed)
    for p in (0.0, 0.2 / draws, 0.8 / draws, 1 - 0.8 / draws, 1.0):
        assert found.standard_error(p) == math.inf
    assert found.standard_error(0.5) < math.inf


def test_errors_of_few_draws_cover():
    belief, draws, p = unknown(bp.Normal(mean=0.0, sd=1.0)), 60, 0.05
    each = [belief.estimate(engine="random", draws=draws, seed=seed) for seed in range(200)]
    within = [abs(found.quantile(p) + 1.6448536) <= 2 * found.standard_error(p) for found in each]
    assert np.mean(within) > 0.8
