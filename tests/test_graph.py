"""The expression graph: identity, equality, depth, cost, streams of draws, named axes."""

import copy
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.engines import execution, linear, sampling
from brainparams.errors import ComparisonError, RangeError, ShapeError, UnitError
from brainparams.graph import flatten, rebuild, records, walk
from brainparams.graph.operations import OPERATIONS

LAW = settings(derandomize=True, deadline=None, max_examples=60)
ENGINES = ["auto", "exact", "linear", "sobol", "random"]
SCALAR_ENGINES = [*ENGINES, "convolution"]
DRAWING = ["sobol", "random"]


def lognormal(name="x"):
    return bp.assumed("1e3 to 1e4 synapse/neuron", because="test", name=name)


def normal(name="n"):
    return bp.assumed(bp.Normal(mean=50.0, sd=4.0), "synapse/neuron", because="test", name=name)


def regions(name="regions"):
    values = {"cortex": "16.3(2.2)e9 neuron", "cerebellum": "69.0(6.7)e9 neuron", "rest": "0.69(0.12)e9 neuron"}
    return bp.measured(values, source="azevedo2009", axis="region", name=name)


LEAVES = {
    "lognormal": lognormal,
    "normal": normal,
    "uniform": lambda: bp.assumed(bp.Uniform(1.0, 2.0), "m", because="test"),
    "beta": lambda: bp.assumed(bp.Beta(2.0, 5.0), "1", because="test"),
    "empirical": lambda: bp.assumed(bp.Empirical([1.0, 2.0, 5.0]), "m", because="test"),
    "given": lambda: bp.given("302(5) neuron"),
    "evidence": lambda: bp.evidence("human/brain/neurons"),
    "array": regions,
}
COMPUTED = {
    "lognormal product": lambda: lognormal() ** 2 * bp.exact("3 neuron") / lognormal("z"),
    "sum of normals": lambda: (normal() * bp.exact("3", "1") + normal("m")).named("both"),
    "total": lambda: regions().total("region"),
}
NOT_CLOSED = {  # no closed form of their own
    "exp": lambda: bp.exp(bp.assumed(bp.Uniform(1.0, 2.0), "1", because="test")),
    "maximum": lambda: bp.maximum(lognormal(), normal()),
    "quotient of sums": lambda: lognormal() / (lognormal() + normal()),
}


@pytest.fixture(scope="module")
def elsewhere():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def same(value):
    return value


def doubled(value):
    return value + value


def assert_exactly(quantity, number, engine):
    found = quantity.estimate(engine=engine, draws=50_000 if engine == "random" else None)
    assert np.all(found.median == number)
    assert np.all(found.sd == 0)
    for p in (0.0, 0.05, 0.95, 1.0):
        assert np.all(found.quantile(p) == number)
    assert np.all(found.mean == number)


def has_arrays(quantity):
    return any(node.axes for node in walk([quantity.node]))


# --- identity is correlation -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", SCALAR_ENGINES)
@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in {**LEAVES, **COMPUTED}.items()])
def test_a_quantity_minus_itself_is_zero_and_over_itself_is_one(make, engine):
    x = make()
    if engine == "exact" and has_arrays(x):  # uncertain arrays have a closed form in linear combinations only
        x = x.total("region") if x.axes else x
    else:
        assert_exactly(x / x, 1, engine)
    assert_exactly(x - x, 0, engine)
    assert_exactly(x.named("a name") - x, 0, engine)


@pytest.mark.parametrize("engine", ["auto", "linear", "sobol", "random"])
@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in NOT_CLOSED.items()])
def test_the_same_holds_for_steps_without_closed_form(make, engine):
    y = make()
    assert_exactly(y - y, 0, engine)
    assert_exactly(y / y, 1, engine)
    assert_exactly(y.named("a") - y.named("b"), 0, engine)


@pytest.mark.parametrize("engine", SCALAR_ENGINES)
def test_twice_less_once_less_once_is_zero(engine):
    for x in (lognormal(), normal()):
        two = bp.exact("2", "1")
        assert_exactly(two * x - x - x, 0, engine)
        assert_exactly(x + x - two * x, 0, engine)


@pytest.mark.parametrize("constant", [3, 7, 0.1, Fraction(1, 3), 49])
def test_first_order_of_what_cancels_but_for_rounding_is_quiet(constant):
    length = bp.assumed(bp.Normal(mean=5.0, sd=1.0), "m", because="test")
    found = (length * constant / length).estimate(engine="linear")
    assert found.median == pytest.approx(float(constant), rel=1e-14)
    assert found.sd < 1e-14
    assert found.is_exact_number or found.linearity.holds


def tripped(quantity, path, elsewhere):
    """Copies of a quantity by every way there is."""
    yield "copy", copy.copy(quantity)
    yield "deepcopy", copy.deepcopy(quantity)
    yield "deepcopy inside", copy.deepcopy({"a": [quantity]})["a"][0]
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        yield f"pickle {protocol}", pickle.loads(pickle.dumps(quantity, protocol))
    yield "json", bp.load(quantity.save(path / "quantity.json"))
    yield "spawned process", elsewhere.submit(same, quantity).result()


MADE = {**LEAVES, **COMPUTED, **NOT_CLOSED}


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in MADE.items()])
def test_copies_are_the_same_unknown(make, tmp_path, elsewhere):
    x = make()
    for way, other in tripped(x, tmp_path, elsewhere):
        assert other == x, way
        assert hash(other) == hash(x), way
        assert other.unit == x.unit
        for engine in ("auto", "linear", "random"):
            assert_exactly(x - other, 0, engine)
            assert_exactly(other / x, 1, engine)


def test_parts_pickled_separately_stay_correlated(tmp_path, elsewhere):
    x, n = lognormal(), normal()
    whole = x * n
    parts = [pickle.loads(pickle.dumps(each)) for each in (x, n, whole)]
    assert parts[0] * parts[1] == whole
    assert_exactly(parts[0] * parts[1] - parts[2], 0, "auto")
    assert_exactly(parts[0] * parts[1] - parts[2], 0, "sobol")
    stored = [bp.load(each.save(tmp_path / f"{place}.json")) for place, each in enumerate((x, n, whole))]
    assert_exactly(stored[2] / (stored[0] * parts[1]), 1, "auto")


def test_a_computation_in_another_process_keeps_its_inputs(elsewhere):
    for x in (lognormal(), normal(), regions().total("region"), NOT_CLOSED["exp"]()):
        assert_exactly(elsewhere.submit(doubled, x).result() - x - x, 0, "auto")
        assert elsewhere.submit(doubled, x).result() == doubled(x)


def test_two_unknowns_of_one_text_are_two():
    one, other = lognormal(), lognormal()
    assert one != other
    assert (one - other).sd() > 0
    for engine in DRAWING:
        draws = (one - other).estimate(engine=engine).law.draws
        assert np.count_nonzero(draws) == draws.size


def test_one_finding_is_one_unknown():
    assert_exactly(bp.evidence("human/brain/neurons") - bp.evidence("human/brain/neurons"), 0, "auto")


# --- equality, truth, order ------------------------------------------------------------------------------------------


def test_equal_expressions_are_equal_and_hash_alike():
    x, n = lognormal(), normal()
    assert x == x
    assert x * n == x * n
    assert hash(x * n) == hash(x * n)
    assert x + n != n + x
    assert x * n != x / n
    assert x**2 != x**3
    assert x.named("a") != x.named("b")
    assert len({x, x, n, x + n, x + n}) == 3
    assert {x * n: "found"}[x * n] == "found"
    assert x in [n, x]
    assert x != "1e3 to 1e4 synapse/neuron"
    assert x != None  # noqa: E711


@pytest.mark.parametrize("number", [0, 1.5, Fraction(1, 2), np.float64(1.0)])
def test_a_quantity_is_neither_equal_nor_unequal_to_a_number(number):
    with pytest.raises(ComparisonError, match=r"\.median\(\)"):
        _ = lognormal() == number
    with pytest.raises(ComparisonError):
        _ = lognormal() != number


@pytest.mark.parametrize(
    "use",
    [
        lambda a, b: [a] if bool(a) else [],
        lambda a, b: not a,
        lambda a, b: a and b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
        lambda a, b: a < 3,
        max,
        lambda a, b: sorted([a, b]),
        lambda a, b: 1 if a == b or a else 2,
    ],
)
def test_no_truth_value_and_no_order(use):
    with pytest.raises(ComparisonError, match=r"bp\.probability_greater"):
        use(lognormal(), normal())


def test_sum_works_and_iteration_does_not():
    x, n = lognormal(), normal()
    assert sum([x, n]) == x + n
    with pytest.raises(TypeError):
        iter(x)
    with pytest.raises(TypeError):
        float(x)


# --- depth and cost --------------------------------------------------------------------------------------------------

DEPTH = 20_000


def long_sum():
    x, step = bp.assumed(bp.Normal(mean=5.0, sd=1.0), "m", because="test", name="x"), bp.exact("1 m", because="test")
    for _ in range(DEPTH):
        x = x + step
    return x


def long_nonlinear():
    x = bp.assumed(bp.Uniform(1.0, 2.0), "m", because="test", name="x")
    step, most = bp.exact("1 mm", because="test"), bp.exact("25 m", because="test")
    for _ in range(DEPTH // 2):
        x = bp.minimum(x + step, most)
    return x


@pytest.mark.parametrize("engine", ENGINES)
def test_a_long_chain_is_evaluated_by_each_engine(engine):
    found = long_sum().estimate(engine=engine, draws=50_000 if engine == "random" else None)
    assert found.median == pytest.approx(20_005.0, rel=1e-5)
    assert found.sd == pytest.approx(1.0, rel=0.01)


def test_a_long_chain_without_closed_form_too(tmp_path):
    y = long_nonlinear()
    assert y.estimate().median == pytest.approx(11.5, abs=2e-3)
    assert y.estimate(engine="random", draws=10_000).median == pytest.approx(11.5, abs=2e-2)
    with pytest.warns(bp.LinearityWarning):
        assert y.estimate(engine="linear").median == pytest.approx(11.5, rel=1e-12)
    assert pickle.loads(pickle.dumps(y)) == y
    assert bp.load(y.save(tmp_path / "long.json")) == y


def test_a_long_chain_is_told_stored_and_copied(tmp_path):
    y = long_sum()
    for style in ("text", "markdown", "latex"):
        assert 100 < len(y.explain(style)) < 20_000
    assert "m" in repr(y)
    assert len(repr(y.node)) < 100
    assert len(repr(y.named("end").node)) < 100
    assert "…" in y.explain()
    assert copy.deepcopy(y) == y
    stored = pickle.loads(pickle.dumps(y))
    loaded = bp.load(y.save(tmp_path / "long.json"))
    assert stored == loaded == y
    assert_exactly(stored - loaded, 0, "auto")
    assert len(y.drivers()) == 1
    assert y.citations() == ()


def test_a_long_chain_of_named_steps_is_told_in_part():
    y = bp.assumed("1 to 3 m", because="test", name="x")
    for place in range(1000):
        y = (y + y).named(f"step {place}") / 2
    text = y.explain()
    assert "earlier named steps" in text
    assert len(text) < 30_000
    assert "step 999" in text


@pytest.fixture
def counted(monkeypatch):
    """Count what the execution of a program does."""
    counts = {"value": 0, "pullback": 0}

    def counting(kind, function):
        def call(*arguments):
            counts[kind] += 1
            return function(*arguments)

        return call

    table = {
        name: replace(row, value=counting("value", row.value), pullback=counting("pullback", row.pullback), ufunc=None)
        for name, row in OPERATIONS.items()
    }
    monkeypatch.setattr(execution, "OPERATIONS", table)
    return counts


def test_a_doubling_chain_costs_no_more_than_its_length(counted):
    def doubled(x):
        for _ in range(200):
            x = x + x
        return x

    x = bp.assumed(bp.Normal(mean=5.0, sd=1.0), "m", because="test")
    y = doubled(x)
    assert len(flatten([y.node]).instructions) == 200
    assert len(list(walk([y.node]))) == 201
    row = doubled(bp.assumed(bp.Normal(mean=[5.0], sd=[1.0]), "m", because="test", axis="place"))
    assert counted == {"value": 0, "pullback": 0}
    for place, each in enumerate((y, row), start=1):  # a number goes another way forward than an array
        law = linear.law(each.node)
        assert law.sd() == 2.0**200
        assert law.mean() == 5.0 * 2.0**200
        assert counted == {"value": 200 * (place - 1), "pullback": 200 * place}
    assert len(list(records([y.node]))) == 201
    assert (y / x).estimate().value == 2**200


def test_equal_expressions_are_computed_once(counted):
    x, n = lognormal(), normal()
    y = (x + n) * (x + n) / (x + n)
    sampling.random_draws([y.node], seed=0, draws=10, executor=None)
    assert counted["value"] == 3


def test_records_are_rebuilt_to_the_same_nodes():
    y = (lognormal() * normal()).named("y", symbol="Y", because="test").with_caveat("left out", effect="raises").node
    (*_, again) = rebuild(records([y]))
    assert again.key == y.key
    assert again.unit == y.unit
    assert again.caveats == y.caveats


# --- streams of draws ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", DRAWING)
def test_the_order_of_arguments_changes_no_draw(engine):
    a, b = lognormal("a"), normal("b")

    def draws(quantity):
        return quantity.estimate(engine=engine, digits=1).law.draws

    np.testing.assert_array_equal(draws(a * b), draws(b * a))
    np.testing.assert_array_equal(draws(a + b), draws(b + a))
    np.testing.assert_array_equal(draws(a - b), -draws(b - a))
    twins = lognormal(None), lognormal(None)
    np.testing.assert_array_equal(draws(twins[0] * twins[1]), draws(twins[1] * twins[0]))


def test_an_unused_input_changes_no_draw():
    a, b = lognormal("a"), normal("b")
    alone = sampling.random_draws([(a * b).node], seed=3, draws=20_000, executor=None)[0].draws
    for name in "0zA":
        beside = [(a * b).node, normal(name).node, regions().node]
        both = sampling.random_draws(beside, seed=3, draws=20_000, executor=None)
        np.testing.assert_array_equal(alone, both[0].draws)
        assert len(both) == 3


def test_the_same_unknown_has_the_same_draws_in_every_expression():
    a, b = lognormal("a"), normal("b")
    np.testing.assert_array_equal((a * b).to_numpy(1000), a.to_numpy(1000) * b.to_numpy(1000))


def test_names_and_steps_change_no_draw():
    a, b = lognormal("a"), normal("b")
    plain, told = a * b, (a * b).named("product").with_caveat("rough", effect="unknown")
    np.testing.assert_array_equal(plain.to_numpy(1000), told.to_numpy(1000))
    assert plain.estimate(engine="sobol").median == told.estimate(engine="sobol").median


# --- named axes ------------------------------------------------------------------------------------------------------


def factor_along(axis, **values):
    return bp.exact(values, "1", axis=axis)


@pytest.mark.parametrize("engine", ["auto", "linear", "sobol", "random"])
def test_axes_are_aligned_by_name(engine):
    x = regions()
    layer = factor_along("layer", upper=2, lower=5)
    for product, axes in ((x * layer, ("region", "layer")), (layer * x, ("layer", "region"))):
        assert tuple(product.axes) == axes
        found = product.estimate(engine=engine)
        for place, region in enumerate(x.axes["region"]):
            one = x[region].estimate(engine="linear").median
            for other, times in enumerate((2, 5)):
                index = (place, other) if axes[0] == "region" else (other, place)
                assert found.median[index] == pytest.approx(one * times, rel=0.02)
                assert found.sd[index] == pytest.approx(x[region].estimate(engine="linear").sd * times, rel=0.02)


def test_axes_in_another_order_are_the_same_axes():
    x, layer = factor_along("region", a=2, b=3), factor_along("layer", u=5, v=7, w=11)
    assert_exactly(x * layer - (layer * x), 0, "auto")
    assert (x * layer - layer * x).axes == (x * layer).axes
    assert (layer * x)["v"]["b"].value == 21
    assert (x * layer)["b"]["v"].value == 21


@LAW
@given(st.lists(st.integers(-99, 99), min_size=1, max_size=4), st.lists(st.integers(1, 99), min_size=1, max_size=4))
def test_totals_and_elements_of_whole_numbers(some, others):
    x = bp.exact({f"r{place}": value for place, value in enumerate(some)}, "m", axis="region")
    y = bp.exact({f"l{place}": value for place, value in enumerate(others)}, "s", axis="layer")
    product = x * y
    assert product.total("region").total("layer").value == sum(some) * sum(others)
    assert product.total("layer").total("region").value == sum(some) * sum(others)
    assert product["r0"]["l0"].value == product["l0"]["r0"].value == some[0] * others[0]
    assert type(x.total("region").value) is int
    for engine in ("linear", "sobol", "random"):
        assert product.total("region").total("layer").estimate(engine=engine).median == sum(some) * sum(others)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_element_stays_the_same_unknown(engine):
    x = regions()
    assert_exactly(x["cortex"] - x["cortex"], 0, engine)
    rest = x.total("region") - x["cortex"] - x["cerebellum"] - x["rest"]
    assert abs(rest.estimate(engine=engine).sd) < 1e-3  # of 86e9: rounding
    total = x.total("region").estimate(engine=engine)
    assert total.sd == pytest.approx(np.sqrt(2.2**2 + 6.7**2 + 0.12**2) * 1e9, rel=0.01)


def test_elements_of_an_array_are_independent():
    draws = regions().to_numpy(50_000)
    correlation = np.corrcoef(draws.T)
    assert np.max(np.abs(correlation - np.eye(3))) < 0.02


def test_a_shared_scalar_correlates_the_elements():
    shared = lognormal()
    product = shared * bp.exact({"a": 1, "b": 3}, "1", axis="r")
    ratio = (product["b"] / product["a"]).estimate()
    assert ratio.median == pytest.approx(3.0, rel=1e-14)
    assert ratio.sd < 1e-14


def test_stacked_scalars_stay_the_unknowns_that_they_are():
    x, n = lognormal(), normal()
    both = bp.stacked([x, n], "kind", ["x", "n"])
    assert_exactly(both["x"] - x, 0, "random")
    assert_exactly(both.total("kind") - (x + n), 0, "random")
    with pytest.raises(UnitError):
        bp.stacked([x, "3 m"], "kind")


def test_axes_of_different_lengths_are_refused_with_both():
    x = regions()
    with pytest.raises(ShapeError, match=r"'region' has 3 labels \(cortex, .*\).* 2 labels \(a, b\)"):
        x * factor_along("region", a=1, b=2)
    with pytest.raises(ShapeError, match="3 labels"):
        x + bp.exact({"cortex": 1, "cerebellum": 2, "brain stem": 3}, "neuron", axis="region")


def test_unknown_axes_and_labels_are_told():
    x = regions()
    with pytest.raises(ShapeError, match="region"):
        x.total("layer")
    with pytest.raises(ShapeError, match="cerebellum"):
        x["cerebelum"]
    with pytest.raises(ShapeError, match="scalar"):
        lognormal()["cortex"]
    with pytest.raises(ShapeError, match="scalar"):
        lognormal().total("region")


def test_a_divisor_of_zero_in_an_array_is_told():
    with pytest.raises(RangeError, match="zero"):
        (bp.exact([1, 2], "1", axis="r") / bp.exact([0, 1], "1", axis="r")).estimate()
