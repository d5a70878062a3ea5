"""Every row of the table of operations: value, derivative, exact arithmetic, unit rule, notation."""

import itertools
import math
import re
from fractions import Fraction
from functools import reduce

import numpy as np
import pint
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.derivation import derive
from brainparams.derivation.formulas import binding, written
from brainparams.engines.execution import gradients, run
from brainparams.errors import RangeError, UnitError
from brainparams.graph import Axis, Instruction, Operated, Program, Unknown, apply
from brainparams.graph.operations import OPERATIONS, Precedence
from brainparams.graph.ranges import range_of
from brainparams.units import Unit

LAW = settings(derandomize=True, deadline=None, max_examples=200)
ONE = Unit("1")

BINARY = [((1,), (1,)), ((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 4), (1, 4)), ((2, 3, 1), (3, 1))]
UNARY = [((1,),), ((4,),), ((3, 2),)]


def with_shapes(shapes, *parameters):
    return [(shape, each) for shape in shapes for each in parameters or [()]]


# for every row: shapes of the arguments (draws last) and parameters
CASES = {
    "add": with_shapes(BINARY),
    "subtract": with_shapes(BINARY),
    "multiply": with_shapes(BINARY),
    "divide": with_shapes(BINARY),
    "minimum": with_shapes(BINARY),
    "maximum": with_shapes(BINARY),
    "power": with_shapes(UNARY, (2,), (-1,), (0,), (Fraction(1, 2),), (0.3,), (5,)),
    "negative": with_shapes(UNARY),
    "exp": with_shapes(UNARY),
    "log": with_shapes(UNARY),
    "log10": with_shapes(UNARY),
    "log1p": with_shapes(UNARY),
    "sqrt": with_shapes(UNARY),
    "sin": with_shapes(UNARY),
    "cos": with_shapes(UNARY),
    "arctan": with_shapes(UNARY),
    "convert": with_shapes(UNARY, (Fraction(1, 1000), Unit("m"))),
    "total": [(((3, 2),), (0, 3)), (((3, 4, 2),), (0, 3)), (((3, 4, 2),), (1, 4)), (((1, 1),), (0, 1))],
    "take": [
        (((3, 2),), (0, 1, None)),
        (((3, 4, 2),), (1, 3, None)),
        (((3, 4, 1),), (1, 1, 3)),
        (((3, 2),), (0, 0, 3)),
    ],
    "largest": [(((3, 2),), (0, 3)), (((3, 4, 2),), (1, 4)), (((1, 1),), (0, 1))],
    "smallest": [(((3, 2),), (0, 3)), (((3, 4, 2),), (0, 3))],
    "cumulate": [(((3, 2),), (0, 3)), (((3, 4, 2),), (1, 4)), (((1, 1),), (0, 1))],
    "gather": [
        (((3, 2),), (0, (2, 0))),
        (((3, 4, 2),), (1, (3, 1, 0))),
        (((3, 2),), (0, (1, 1))),
    ],
    "join": [
        (((3, 2), (1, 2)), (0, (3, 1))),
        (((3, 4, 1), (3, 2, 2)), (1, (4, 2))),
        (((2, 1),), (0, (2,))),
    ],
    "stack": [(((2,),), ()), (((2,), (2,), (2,)), ()), (((1,), (4,)), ()), (((3, 2), (3, 1)), ())],
    "align": [
        (((3, 2),), ((0,), (1,))),
        (((3, 2),), ((0,), (0,))),
        (((3, 4, 2),), ((1, 0), ())),
        (((3, 4, 2),), ((1, 0), (1,))),
        (((3, 4, 5, 1),), ((2, 0, 1), (0, 2))),
        (((3, 4, 1),), ((1, 0), (0, 3))),
    ],
}
CASES["quantile"] = with_shapes(UNARY, (bp.LogNormal(0.3, 0.5),), (bp.Normal(2.0, 0.5),), (bp.Beta(2.0, 3.0),))
CASES["choose"] = [(((4,), (4,), (4,)), ()), (((1,), (4,), (1,)), ()), (((4,), (3, 4), (4,), (1,)), ())]
WITHOUT_EXACT = {"stack", "quantile", "choose"}  # tested by themselves, or uncertain by their nature
EVERY_CASE = [pytest.param(name, *case, id=f"{name}-{case}") for name, cases in CASES.items() for case in cases]


def test_every_row_is_tested():
    assert set(CASES) == set(OPERATIONS)
    assert all(name == row.name for name, row in OPERATIONS.items())


def arguments_of(shapes, generator):
    # away from zero and from each other, where min, max, log and 1/x are smooth
    return [generator.uniform(0.5, 3.0, shape) for shape in shapes]


def program_of(name, shapes, parameters):
    count = len(shapes)
    unknowns = tuple(Unknown(place, str(place), None, (place,)) for place in range(count))
    step = Instruction(name, tuple(range(count)), parameters, count, ())
    return Program((), unknowns, (step,), (count,), count + 1)


@pytest.mark.parametrize(("name", "shapes", "parameters"), EVERY_CASE)
def test_pullback_is_the_numerical_derivative(name, shapes, parameters):
    generator = np.random.default_rng(7)
    program = program_of(name, shapes, parameters)
    arguments = arguments_of(shapes, generator)

    def value(inputs):
        return np.asarray(run(program, inputs, keep=True)[-1])

    slots = run(program, arguments, keep=True)
    seed = generator.normal(size=np.shape(slots[-1]))
    found = gradients(program, slots, len(shapes), seed)
    step = 1e-6
    for place, argument in enumerate(arguments):
        assert np.shape(found[place]) == argument.shape
        for index in np.ndindex(argument.shape):
            moved = []
            for sign in (1, -1):
                inputs = [each.copy() for each in arguments]
                inputs[place][index] += sign * step
                moved.append(np.sum(seed * value(inputs)))
            slope = (moved[0] - moved[1]) / (2 * step)
            assert found[place][index] == pytest.approx(slope, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize(
    ("name", "shapes", "parameters"), [case for case in EVERY_CASE if case.values[0] not in WITHOUT_EXACT]
)
def test_exact_agrees_with_value_on_arrays(name, shapes, parameters):
    generator = np.random.default_rng(8)
    row = OPERATIONS[name]
    shapes = [shape[:-1] for shape in shapes]  # exact numbers have no draws
    whole = [np.asarray(generator.integers(1, 50, shape), dtype=object) for shape in shapes]
    whole = [each if each.shape else int(each) for each in whole]
    if name == "exp":
        whole = [each / 7 for each in whole]
    exact = np.asarray(row.exact(*whole, *parameters), dtype=np.float64)
    floats = [np.asarray(each, dtype=np.float64)[..., np.newaxis] for each in whole]
    value = np.asarray(row.value(*floats, *parameters))[..., 0]
    assert exact.shape == value.shape
    np.testing.assert_allclose(exact, value, rtol=1e-13)


def test_stack_of_exact_numbers():
    stacked = OPERATIONS["stack"].exact(10**300, Fraction(1, 3), 0.5)
    assert stacked.dtype == object
    assert list(stacked) == [10**300, Fraction(1, 3), 0.5]


def test_stack_of_constants_leaves_room_for_the_draws():
    layers = bp.stacked(["3 m", "5 m"], "layer")
    width = bp.assumed(bp.Uniform(1.0, 2.0), "1", because="test", name="width")
    for engine in ("linear", "sobol", "random"):
        found = (layers * width).estimate(engine=engine)
        np.testing.assert_allclose(found.median, [4.5, 7.5], rtol=2e-3)


rationals = st.one_of(st.integers(-40, 40), st.fractions(-9, 9, max_denominator=12))
floats = st.floats(0.01, 100.0).filter(lambda number: not number.is_integer())
ELEMENTWISE = ["add", "subtract", "multiply", "divide", "minimum", "maximum"]


@LAW
@given(st.sampled_from(ELEMENTWISE), rationals, rationals)
def test_exact_is_rational_arithmetic(name, a, b):
    assume(not (name == "divide" and b == 0))
    expected = {
        "add": a + b,
        "subtract": a - b,
        "multiply": a * b,
        "divide": Fraction(a) / Fraction(b) if b else None,
        "minimum": min(a, b),
        "maximum": max(a, b),
    }[name]
    found = OPERATIONS[name].exact(a, b)
    assert found == expected
    assert not isinstance(found, float)
    assert float(OPERATIONS[name].value(float(a), float(b))) == pytest.approx(float(expected), rel=1e-12, abs=1e-12)


@LAW
@given(st.fractions(0, 50, max_denominator=30), st.integers(-6, 6))
def test_exact_powers_and_roots_stay_rational(base, exponent):
    assume(base != 0 or exponent >= 0)
    power = OPERATIONS["power"].exact
    assert power(base, exponent) == Fraction(base) ** exponent
    assert power(base**2, Fraction(1, 2)) == base
    assert OPERATIONS["sqrt"].exact(base * base) == base
    assert not isinstance(OPERATIONS["sqrt"].exact(base * base), float)


def test_exact_integers_of_any_size_keep_their_digits():
    row = OPERATIONS
    big = 10**300 + 1
    assert row["add"].exact(big, 1) == 10**300 + 2
    assert row["multiply"].exact(86 * 10**9, 10_000) + 86 * 10**9 == 860_086_000_000_000
    assert row["divide"].exact(10**300, 10**299) == 10
    assert type(row["divide"].exact(6, 3)) is int
    assert row["divide"].exact(1, 3) == Fraction(1, 3)
    assert row["exp"].exact(0) == 1
    assert row["log"].exact(1) == 0
    assert row["sqrt"].exact(10**300) == 10**150
    assert row["convert"].exact(3, Fraction(1, 3), ONE) == 1


@LAW
@given(st.sampled_from(["add", "subtract", "multiply", "divide"]), floats, floats | rationals.filter(bool))
def test_exact_arithmetic_of_floats_is_that_of_floats(name, a, b):
    found = OPERATIONS[name].exact(a, b)
    assert found == {"add": a + b, "subtract": a - b, "multiply": a * b, "divide": a / b}[name]


@LAW
@given(rationals, st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_a_conversion_keeps_exact_numbers_exact(number, factor):
    convert = OPERATIONS["convert"].exact
    there = convert(number, factor, ONE)
    assert there == number * factor
    assert not isinstance(there, float)
    assert convert(there, 1 / factor, ONE) == number
    assert convert(2.5, factor, ONE) == 2.5 * float(factor)
    np.testing.assert_array_equal(convert(np.array([2.5, 4.0]), factor, ONE), np.array([2.5, 4.0]) * float(factor))


@pytest.mark.parametrize("decades", [*range(-307, 309, 41), -308, 308])
def test_a_power_of_ten_has_a_whole_logarithm(decades):
    found = OPERATIONS["log10"].exact(Fraction(10) ** decades)
    assert found == decades
    assert isinstance(found, int)


@pytest.mark.parametrize("name", ["minimum", "maximum"])
def test_where_two_are_equal_one_of_them_has_the_whole_derivative(name):
    one, gradient = np.array([1.0, 2.0, 2.0, 3.0]), np.array([2.0, 3.0, 5.0, 7.0])
    other = np.array([1.0, 2.0, 3.0, 2.0])
    parts = OPERATIONS[name].pullback(gradient, None, (one, other), ())
    np.testing.assert_array_equal(sum(parts), gradient)


INCREASING = {"exp": math.exp, "log": math.log, "log10": math.log10, "log1p": math.log1p, "sqrt": math.sqrt,
              "arctan": math.atan}  # fmt: skip


@pytest.mark.parametrize("name", INCREASING)
def test_what_rises_has_its_ends_where_its_argument_has_them(name):
    node = getattr(bp, name)(bp.assumed(bp.Uniform(2.0, 5.0), "1", because="test")).node
    assert range_of(node) == pytest.approx((INCREASING[name](2.0), INCREASING[name](5.0)), rel=1e-6)


def test_a_choice_reaches_from_the_least_to_the_largest_of_its_options():
    options = {"a": "1 m", "b": "9 m", "c": "4 m"}
    for kept in (options, dict(reversed(options.items()))):
        chosen = bp.choose(kept, weights=[0.2, 0.3, 0.5], because="test")
        assert range_of(chosen.node) == (1.0, 9.0)


# --- rows along named axes -------------------------------------------------------------------------------------------

REARRANGED = [each for each in EVERY_CASE if OPERATIONS[each.values[0]].origins is not None]


@pytest.mark.parametrize(("name", "shapes", "parameters"), REARRANGED)
def test_every_element_is_made_from_the_elements_that_are_named(name, shapes, parameters):
    row = OPERATIONS[name]
    arrays = [array[..., 0] for array in arguments_of(shapes, np.random.default_rng(5))]
    whole = row.value(*(array[..., None] for array in arrays), *parameters)[..., 0]
    for place in np.ndindex(whole.shape):
        fold, parts = row.origins(place, parameters)
        values = [arrays[argument][at] for argument, at in parts]
        expected = values[0] if fold is None else reduce(fold.value, values)
        assert whole[place] == pytest.approx(expected, rel=1e-12)
        assert fold is not None or len(values) == 1


R, K = Axis("r", ("a", "b", "c")), Axis("k", ("x", "y"))
NEW = Axis("new", ("0",))
OTHER = Axis("other", R.labels)
FITTING = [
    ("total", (0, 3), [(R, K)], (K,)),
    ("total", (1, 2), [(R, K)], (R,)),
    ("largest", (1, 2), [(R, K)], (R,)),
    ("smallest", (0, 3), [(R, K)], (K,)),
    ("cumulate", (0, 3), [(R, K)], (R, K)),
    ("cumulate", (1, 2), [(R, K)], (R, K)),
    ("take", (0, 2, None), [(R, K)], (K,)),
    ("take", (1, 0, 1), [(R, K)], (R, Axis("k", ("x",)))),
    ("take", (0, 1, 3), [(R, K)], (Axis("r", ("b", "c")), K)),
    ("gather", (0, (2, 0)), [(R, K)], (Axis("r", ("c", "a")), K)),
    ("join", (0, (3, 1)), [(R, K), (Axis("r", ("d",)), K)], (Axis("r", ("a", "b", "c", "d")), K)),
    ("stack", (), [(K,), (K,), (K,)], (R, K)),
    ("align", ((1, 0), ()), [(R, K)], (K, R)),
    ("align", ((0, 1), (1,)), [(R, K)], (R, NEW, K)),
]


@pytest.mark.parametrize(("name", "parameters", "arguments", "result"), FITTING, ids=str)
def test_axes_fit_if_they_are_those_that_come_out(name, parameters, arguments, result):
    fits = OPERATIONS[name].axes_fit
    assert fits(result, arguments, parameters)
    for place, axis in enumerate(result):
        others = [result[:place] + result[place + 1 :], (*result[:place], axis, axis, *result[place + 1 :])]
        is_free = axis == NEW or (name == "stack" and place == 0)  # a new axis
        is_along = name in ("take", "join") and place == parameters[0]  # which may have another name
        if not is_free and not is_along:
            others += [(*result[:place], axis._replace(name="z"), *result[place + 1 :])]
        if not is_free:
            others += [(*result[:place], axis._replace(labels=(*axis.labels, "more")), *result[place + 1 :])]
        assert not any(fits(other, arguments, parameters) for other in others)
    assert not fits(tuple(reversed(result)), arguments, parameters) or len(result) < 2


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("total", (2, 3)), ("total", (0, 2)), ("total", (3, 1)), ("largest", (2, 2)), ("smallest", (0, 4)),
        ("cumulate", (2, 3)), ("cumulate", (0, 2)), ("cumulate", (1, 3)), ("take", (2, 0, None)),
        ("take", (0, 3, None)), ("take", (0, 0, 4)), ("take", (0, 2, 2)), ("take", (0, 2, 1)),
        ("gather", (2, (0,))), ("gather", (0, (3,))),
        ("join", (2, (3,))), ("join", (0, (2,))), ("join", (0, (3, 3))), ("align", ((0, 0), ())), ("align", ((0,), ())),
        ("align", ((0, 1), (0,))), ("align", ((0, 1, 2), ())),
    ],
)  # fmt: skip
@pytest.mark.parametrize("result", [(R, K), (R,), (K,), (), (NEW, R)], ids=lambda axes: str([a.name for a in axes]))
def test_parameters_beyond_the_axes_never_fit(name, parameters, result):
    assert not OPERATIONS[name].axes_fit(result, [(R, K)], parameters)


@pytest.mark.parametrize("base", [-2, -2.5, Fraction(-1, 3)])
@pytest.mark.parametrize("exponent", [0.5, Fraction(1, 2), Fraction(1, 3), 1.7])
def test_no_root_of_a_negative_number(base, exponent):
    with pytest.raises(RangeError, match=">= 0"):
        OPERATIONS["power"].exact(base, exponent)


def test_faults_of_exact_numbers_name_the_step():
    zero = bp.exact(0, "1", name="nothing") + 0
    with pytest.raises(RangeError, match=r"'divide'.*divisor is zero"):
        _ = (bp.exact(1, "1") / zero).value
    with pytest.raises(RangeError, match=r"'power'.*float range"):
        _ = (bp.exact(10, "1", name="ten") ** 400).value
    with pytest.raises(RangeError, match=r"'exp'.*float range"):
        _ = bp.exp(bp.exact(1000, "1")).value
    with pytest.raises(RangeError, match="log"):
        _ = bp.log(bp.exact(0, "1")).value


def test_coefficients_beyond_float_range_are_told():
    x = bp.assumed("1 to 3", "1", because="test")
    big = bp.exact(10**300, "1")
    with pytest.raises(RangeError, match="float range"):
        (x * big * big).estimate()
    with pytest.raises(RangeError, match="float range"):
        ((x * 10) ** 400).estimate()


# --- units against pint -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def registry():
    registry = pint.UnitRegistry()
    for name in ("neuron", "synapse", "parameter"):
        registry.define(f"{name} = [{name}]")
    return registry


UNITS = ["1", "m", "mm", "um", "mm**3", "s", "ms", "1/s", "kg", "g", "neuron", "synapse/neuron", "neuron/mm**3", "m/s"]


def pint_value(registry, value, unit):
    return registry.Quantity(value, "" if unit == "1" else unit)


@settings(LAW, max_examples=300)
@given(
    st.sampled_from(["add", "subtract", "multiply", "divide", "minimum", "maximum"]),
    st.sampled_from(UNITS),
    st.sampled_from(UNITS),
    st.integers(1, 999),
    st.integers(1, 999),
)
def test_unit_rules_agree_with_pint(registry, name, one, other, a, b):
    row = OPERATIONS[name]
    left, right = pint_value(registry, a, one), pint_value(registry, b, other)
    expected = {
        "add": lambda: left + right,
        "subtract": lambda: left - right,
        "multiply": lambda: left * right,
        "divide": lambda: left / right,
        "minimum": lambda: min(left, right),
        "maximum": lambda: max(left, right),
    }[name]
    try:
        unit, factors = row.unit([Unit(one), Unit(other)], ())
    except UnitError:
        with pytest.raises(pint.DimensionalityError):
            expected()
        return
    value = float(row.value(a * float(factors[0]), b * float(factors[1])))
    answer = expected().to("" if unit.text == "1" else unit.text).magnitude
    assert value == pytest.approx(answer, rel=1e-12, abs=1e-12 * max(a, b))


@LAW
@given(st.sampled_from(UNITS), st.integers(-3, 3), st.integers(1, 99))
def test_powers_and_roots_of_units_agree_with_pint(registry, unit, exponent, a):
    found, factors = OPERATIONS["power"].unit([Unit(unit)], (exponent,))
    answer = (pint_value(registry, a, unit) ** exponent).to("" if found.text == "1" else found.text).magnitude
    assert (a * float(factors[0])) ** exponent == pytest.approx(answer, rel=1e-12)
    if exponent:
        squared, _ = OPERATIONS["power"].unit([Unit(unit)], (2,))
        assert OPERATIONS["sqrt"].unit([squared], ())[0] == Unit(unit)


@pytest.mark.parametrize("name", ["exp", "log", "sin", "cos", "arctan"])
def test_functions_take_pure_numbers_only(name):
    with pytest.raises(UnitError):
        OPERATIONS[name].unit([Unit("neuron")], ())
    assert OPERATIONS[name].unit([Unit("mm/m")], ()) == (ONE, (Fraction(1, 1000),))


def test_power_of_a_unit_needs_a_rational_exponent():
    with pytest.raises(UnitError, match="integer or a fraction"):
        OPERATIONS["power"].unit([Unit("m")], (0.3,))


# --- notation: the printed formula, read back, gives the same number -------------------------------------------------

SYMBOLS = "abcdef"
leaf_values = st.one_of(st.integers(1, 9), st.fractions(Fraction(1, 5), 5, max_denominator=7))
leaves = st.sampled_from(SYMBOLS)


def grown(children):
    binary = st.tuples(st.sampled_from(["add", "subtract", "multiply", "divide", "minimum"]), children, children)
    return st.one_of(
        binary,
        binary,
        st.tuples(st.just("negative"), children),
        st.tuples(st.just("power"), children, st.sampled_from([2, 3, -1, -2])),
    )


trees = st.recursive(leaves, grown, max_leaves=8)


def node_of(tree, nodes):
    if isinstance(tree, str):
        return nodes[tree]
    if tree[0] == "power":
        return apply("power", node_of(tree[1], nodes), parameters=(tree[2],))
    return apply(tree[0], *[node_of(part, nodes) for part in tree[1:]])


def number_of(tree, values):
    if isinstance(tree, str):
        return values[tree]
    if tree[0] == "power":
        return number_of(tree[1], values) ** tree[2]
    parts = [number_of(part, values) for part in tree[1:]]
    return {
        "add": lambda a, b: a + b,
        "subtract": lambda a, b: a - b,
        "multiply": lambda a, b: a * b,
        "divide": lambda a, b: a / b,
        "minimum": min,
        "negative": lambda a: -a,
    }[tree[0]](*parts)


def python_from_text(text):
    return text.replace("−", "-").replace("×", "*").replace("^", "**")


def python_from_latex(text):
    text = re.sub(r"\\left|\\right", "", text).replace(r"\times", "*").replace(r"\min", "min")
    return text.replace("{", "(").replace("}", ")").replace("^", "**")


def read_back(source, values):
    names = {name: Fraction(value) for name, value in values.items()}
    literal = re.sub(r"(?<![\w.])(\d+)(?![\w.])", r"F(\1)", source)
    return eval(literal, {"__builtins__": {}, "min": min, "F": Fraction}, names)


def formula_of(tree, values):
    nodes = {name: bp.exact(value, "1", symbol=name).node for name, value in values.items()}
    node = node_of(tree, nodes)
    assume(isinstance(node, Operated))
    derivation = derive(node, level=0.9)
    return derivation, derivation.steps[-1].formula


@settings(LAW, max_examples=400)
@given(trees, st.lists(leaf_values, min_size=6, max_size=6))
def test_printed_formulas_read_back_to_the_same_number(tree, numbers):
    values = dict(zip(SYMBOLS, map(Fraction, numbers), strict=True))
    try:
        expected = number_of(tree, values)
        derivation, formula = formula_of(tree, values)
    except (ZeroDivisionError, RangeError):
        assume(False)

    def symbol(key):
        return derivation.told(key).symbol, Precedence.ATOM

    text = written(formula, symbol)
    assert read_back(python_from_text(text), values) == expected, text
    latex = written(formula, symbol, "latex")
    assert read_back(python_from_latex(latex), values) == expected, latex


@LAW
@given(trees, st.lists(st.integers(-9, 9).filter(bool), min_size=6, max_size=6))
def test_numbers_put_in_read_back_too_also_when_negative(tree, numbers):
    values = dict(zip(SYMBOLS, map(Fraction, numbers), strict=True))
    try:
        expected = number_of(tree, values)
        derivation, formula = formula_of(tree, values)
    except (ZeroDivisionError, RangeError):
        assume(False)

    def number(key):
        text = str(derivation.told(key).result.value)
        return text, binding(text)

    text = written(formula, number)
    assert read_back(python_from_text(text), {}) == expected, text


@pytest.mark.parametrize(
    ("build", "text", "latex"),
    [
        (lambda a, b, c: (a + b) * c, "(a + b) × c", r"\left(a + b\right) \times c"),
        (lambda a, b, c: a + b * c, "a + b × c", r"a + b \times c"),
        (lambda a, b, c: a - (b - c), "a − (b − c)", r"a - \left(b - c\right)"),
        (lambda a, b, c: a - b - c, "a − b − c", "a - b - c"),
        (lambda a, b, c: a / (b * c), "a / (b × c)", r"a / \left(b \times c\right)"),
        (lambda a, b, c: a / b * c, "a / b × c", r"a / b \times c"),
        (lambda a, b, c: a / (b / c), "a / (b / c)", r"a / \left(b / c\right)"),
        (lambda a, b, c: (-a) ** 2, "(−a)^2", r"\left(-a\right)^{2}"),
        (lambda a, b, c: -(a**2), "−a^2", "-a^{2}"),
        (lambda a, b, c: (a * b) ** 2, "(a × b)^2", r"\left(a \times b\right)^{2}"),
        (lambda a, b, c: (a**2) ** 3, "(a^2)^3", r"\left(a^{2}\right)^{3}"),
        (lambda a, b, c: -(a + b), "−(a + b)", r"-\left(a + b\right)"),
        (lambda a, b, c: a ** Fraction(1, 2), "a^(1/2)", "a^{(1/2)}"),
        (lambda a, b, c: bp.sqrt(a + b) * c, "√(a + b) × c", r"\sqrt{a + b} \times c"),
        (lambda a, b, c: bp.exp(a - b), "exp(a − b)", r"\exp\left(a - b\right)"),
        (lambda a, b, c: bp.log(a / b), "ln(a / b)", r"\ln\left(a / b\right)"),
        (lambda a, b, c: bp.maximum(a, b + c), "max(a, b + c)", r"\max\left(a, b + c\right)"),
    ],
)
def test_parentheses(build, text, latex):
    values = {
        name: bp.assumed(f"{place + 1} to {place + 3}", "1", because="test", symbol=name)
        for place, name in enumerate("abc")
    }
    derivation = derive(build(*values.values()).node, level=0.9)

    def symbol(key):
        return derivation.told(key).symbol, Precedence.ATOM

    assert written(derivation.steps[-1].formula, symbol) == text
    assert written(derivation.steps[-1].formula, symbol, "latex") == latex


def test_parentheses_of_arrays():
    a = bp.exact({"x": 1, "y": 2}, "1", axis="r", symbol="a")
    b = bp.exact({"x": 3, "y": 4}, "1", axis="r", symbol="b")

    def shown(quantity, notation="text"):
        derivation = derive(quantity.node, level=0.9)
        return written(
            derivation.steps[-1].formula, lambda key: (derivation.told(key).symbol, Precedence.ATOM), notation
        )

    assert shown((a * b)["x"]) == "(a × b)[x]"
    assert shown(a * b["x"]) == "a × b[x]"
    assert shown((a**2)["x"]) == "(a^2)[x]"
    assert shown(a["x"] ** 2) == "a[x]^2"
    assert shown((a + b).total("r") * 2) == "Σ(a + b) × f"
    assert shown((a + b).total("r"), "latex") == r"\sum\left(a + b\right)"
    assert shown((a + b)["y"], "latex") == r"{\left(a + b\right)}_{y}"
    assert shown(bp.stacked([a["x"], b["y"]], "s")) == "[a[x], b[y]]"


def test_every_notation_has_a_place_for_every_argument():
    for row in OPERATIONS.values():
        if row.name in ("stack", "join", "choose"):
            assert all("{arguments}" in notation for notation in (row.text, row.latex))
            continue
        places = 2 if row.name in ELEMENTWISE else 1
        for notation in (row.text, row.latex):
            assert all(f"{{{place}}}" in notation for place in range(places))
        assert math.isfinite(row.precedence)


FITTING = {
    "power": [(2,), (0.5,), (Fraction(1, 3),)], "convert": [(1e-3, Unit("m"))],
    **{name: [(0, 3), (1, 1)] for name in ("total", "largest", "smallest", "cumulate")},
    "take": [(0, 1, None), (1, 0, 2)], "gather": [(0, (2, 0))], "join": [(0, (1, 2))],
    "align": [((1, 0), (2,)), ((), (0,))],
}  # fmt: skip
STRANGE = (-1, True, 1.5, "1", None, (0, -1), (True,), (0, None))
ALSO_RIGHT = [("power", 0, -1), ("power", 0, 1.5), ("convert", 0, 1.5), ("take", 2, None)]


@pytest.mark.parametrize("name", FITTING)
def test_parameters_of_another_kind_or_number_do_not_fit(name):
    fits = OPERATIONS[name].parameters_fit
    for good in FITTING[name]:
        assert fits(good)
        assert not fits(good[1:])
        assert not fits((*good, 0))
        assert not fits(good * 2)
        for place, strange in itertools.product(range(len(good)), STRANGE):
            changed = (*good[:place], strange, *good[place + 1 :])
            assert fits(changed) == ((name, place, strange) in ALSO_RIGHT), changed


def test_what_takes_no_parameters_takes_none():
    for name, operation in OPERATIONS.items():
        assert not operation.parameters_fit((None,)), name
        if name not in FITTING:
            assert not operation.parameters_fit((1,)), name
