"""What Python and numpy would do to a quantity, and calls with arguments that nobody takes: told in our words."""

import math
import re
import statistics
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import brainparams as bp
from brainparams.errors import ArgumentError, BrainparamsError, KindError, RangeError, ShapeError, UnitError
from checks import number


@pytest.fixture
def q():
    return number("1 to 2", "x", "m")


# --- calls -----------------------------------------------------------------------------------------------------------

CALLS = {
    "from_counts": (lambda q: bp.from_counts(), "from_counts(): missing successes, trials"),
    "exp": (lambda q: bp.exp(), "exp(): missing value"),
    "maximum": (bp.maximum, "maximum(): missing other"),
    "named": (lambda q: q.named(), "Quantity.named(): missing name"),
    "to": (lambda q: q.to(), "Quantity.to(): missing unit='neuron'"),
    "interval": (lambda q: q.interval(levle=0.9), "unknown argument 'levle'. Did you mean 'level'?"),
    "given twice": (lambda q: q.interval(0.9, level=0.9), "'level' is given twice: in position 1 and by name"),
    "estimate": (lambda q: q.estimate(engin="sobol"), "Quantity.estimate(): unknown argument 'engin'"),
    "quantile": (lambda q: q.estimate().quantile(), "Estimate.quantile(): missing p=0.95"),
    "evidence": (lambda q: bp.evidence(), "evidence(): missing finding_id"),
    "find": (lambda q: bp.evidence.find(spices="mouse"), "Evidence.find(): unknown argument 'spices'"),
    "Unit": (lambda q: bp.Unit(), "Unit(): missing text"),
    "Quantity": (lambda q: bp.Quantity(), "Quantity(): missing node"),
    "verify": (lambda q: bp.verify(), "verify(): missing path"),
    "compare": (lambda q: bp.compare(), "compare(): missing estimates"),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_nobody_takes_names_every_fault(name, q):
    call, *told = CALLS[name]
    with pytest.raises(ArgumentError) as caught:
        call(q)
    for text in told:
        assert text in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_several_faults_are_told_together(q):
    with pytest.raises(ArgumentError) as caught:
        q.with_caveat(efect="raises", txt="x")
    assert all(text in str(caught.value) for text in ("'efect'", "'txt'", "missing text, effect"))


def test_a_type_error_from_inside_is_no_fault_of_the_arguments(q):
    with pytest.raises(KindError, match="needs words"):
        q.named(5)


# --- plain numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [float, int, complex, round, abs, math.sqrt, math.floor, lambda q: q // 2, lambda q: 2 % q, lambda q: divmod(q, 2),
     lambda q: q @ q],
)  # fmt: skip
def test_what_would_drop_unit_or_spread_is_refused(call, q):
    with pytest.raises((KindError, TypeError)) as caught:
        call(q)
    assert isinstance(caught.value, BrainparamsError) or call is math.floor


def test_a_format_without_digits_is_the_text(q):
    assert f"{q}" == str(q)
    with pytest.raises(ArgumentError, match=r"format\(\): '\.3f' came; expected digits such as '\.2g'"):
        f"{q:.3f}"


def test_a_misspelt_method_brings_the_nearest(q):
    with pytest.raises(AttributeError, match=r"a quantity has no 'medain'.*'median'"):
        q.medain()
    assert not hasattr(q, "_repr_png_")


BARE = {"third": Fraction(1, 3), "many digits": 10**500, "very many": -(10**5000), "decimal": Decimal("0.1"),
        "large": 1e300, "nan": math.nan, "inf": math.inf}  # fmt: skip


@pytest.mark.parametrize("name", BARE)
def test_a_bare_number_beside_a_count_is_told(name):
    with pytest.raises((UnitError, RangeError)) as caught:
        bp.exact("3 neuron") + BARE[name]
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("value", [Decimal("sNaN"), Decimal("NaN"), Decimal("Infinity")])
def test_decimals_that_are_no_numbers_are_told(value):
    with pytest.raises(RangeError):
        bp.exact(value, "m")


@pytest.mark.parametrize(
    "make",
    [
        lambda: number(bp.Normal(1.7e308, 1e308)),
        lambda: bp.exp(number("709 +/- 1 1")),
        lambda: number("1e-6 to 1e6 1") ** 100,
        lambda: number("1 to 2") ** 1e300,
        lambda: number("1e308 to 1.5e308") + number("1e308 to 1.5e308"),
    ],
)
def test_what_lies_beyond_floats_is_told_or_printed(make):
    try:
        told = repr(make())
    except BrainparamsError as error:
        told = str(error) if "float range" in str(error) or "finite" in str(error) else ""
    assert told


@pytest.mark.parametrize("argument", ["locator", "status", "note", "name", "symbol"])
def test_what_is_told_is_words(argument):
    with pytest.raises(KindError, match=rf"measured\(\): {argument}="):
        bp.measured("1 m", source="azevedo2009", **{argument: 5})


# --- numpy -----------------------------------------------------------------------------------------------------------

UFUNCS = sorted({f for f in vars(np).values() if isinstance(f, np.ufunc) and f.nin <= 2}, key=lambda f: f.__name__)
DISPATCHED = sorted(
    {f for f in vars(np).values() if callable(f) and hasattr(f, "_implementation")}, key=lambda f: f.__name__
)
OF_CALLS = (
    "takes|expected str|missing|interpreted as an integer|dispatcher|__dlpack__|shape|order|not iterable|NumPy datetime"
)


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda f: f.__name__)
def test_a_function_of_numpy_is_arithmetic_or_names_what_to_write(ufunc, q):
    pairs = [(q,)] if ufunc.nin == 1 else [(q, q), (2, q), (q, 2), (np.float64(2.0), q), (np.array([1.0, 2.0]), q)]
    for arguments in pairs:
        found = answer(ufunc, arguments)
        if isinstance(found, BrainparamsError):
            named = re.search(r"write bp\.(\w+)\(", str(found))
            assert len(str(found)) > 20
            assert named is None or hasattr(bp, named[1])
        else:
            assert isinstance(found, bp.Quantity)
            assert ufunc in (np.add, np.subtract, np.multiply, np.divide, np.power)


def answer(function, arguments):
    """Return what a function of numpy gives, or what it raises."""
    try:
        return function(*arguments)
    except Exception as error:
        return error


def test_what_numpy_hands_over_is_told_what_to_write(q):
    found = [(each, answer(each, arguments)) for each in DISPATCHED for arguments in ((q,), (q, q))]
    told = [error for _, error in found if isinstance(error, KindError) and "; write " in str(error)]
    others = [pair for pair in found if isinstance(pair[1], Exception) and not isinstance(pair[1], KindError)]
    assert len(told) > 250
    assert [pair for pair in others if not re.search(OF_CALLS, str(pair[1]))] == []  # numpy's own word on its arguments


def test_the_mends_are_operations_that_exist(q):
    ratio = q / bp.exact("1 m")
    assert np.power(2.0, ratio).median() == pytest.approx((2**ratio).median()) == pytest.approx(2 ** ratio.median())
    with pytest.raises(KindError, match="write -quantity"):
        np.negative(q)
    with pytest.raises(ShapeError, match="bare array"):
        np.power(np.array([1.0, 2.0]), ratio)
    for values in (q, [q, q]):
        with pytest.raises(KindError):
            np.asarray(values, dtype=np.float64)
    assert np.asarray([q, q]).tolist() == [q, q]


# --- how many times --------------------------------------------------------------------------------------------------

TIMES = ["7000 synapse/neuron", "3 spike/neuron/s", "2 J/spike", "3 W", "2 m", "5 1", "3 parameter/synapse"]


@pytest.mark.parametrize("text", TIMES)
def test_a_bare_factor_is_a_number_of_times_beside_what_is_no_count(text):
    value = bp.exact(text)
    assert (2 * value).value == 2 * value.value == (value * 2.0).value
    assert (value / 2).value == value.value / 2


@pytest.mark.parametrize("unit", ["neuron", "synapse", "neuron/mm^3", "bit", "spike/s", "parameter"])
@pytest.mark.parametrize("use", [lambda q: 2 * q, lambda q: q / 2, lambda q: 2 / q])
def test_a_bare_factor_beside_a_count_has_to_say_what_it_is(unit, use):
    with pytest.raises(UnitError, match=r"bp\.exact\(2, '1', because='…'\) for so many times") as caught:
        use(bp.exact(3, unit))
    each = {"neuron": "synapse/neuron", "neuron/mm^3": "synapse/neuron", "synapse": "parameter/synapse"}.get(unit)
    assert (f"'2 {each}' for so many each" if each else "write bp.exact") in str(caught.value)


def test_a_bare_number_is_never_added_to_a_unit():
    with pytest.raises(UnitError, match=r"add: 2 has no unit beside a quantity in W; write '2 W'$"):
        bp.exact("3 W") + 2


# --- at the ends of floats -------------------------------------------------------------------------------------------


def squared(base, times):
    for _ in range(times):
        base = base * base
    return base


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: bp.exact("2 1") ** -1080, r"power.*closer to 0 than any float \(5e-324\)"),
        (lambda: bp.exact("0.5 1") ** 1080, "closer to 0 than any float"),
        (lambda: squared(bp.exact("0.1 1"), 12), "multiply.*closer to 0"),
        (lambda: bp.exact("1e-300 1") / bp.exact("1e300 1"), "divide.*closer to 0"),
        (lambda: bp.exact("2 1") ** 1080, r"beyond float range \(1.8e308\)"),
        (lambda: squared(bp.exact("1.5 1"), 12), "beyond float range"),
    ],
)
def test_which_end_of_the_floats_is_passed_is_told(make, words):
    with pytest.raises(RangeError, match=words):
        repr(make())


def test_the_smallest_floats_are_reached():
    assert (bp.exact("0.5 1") ** 1060).value == 0.5**1060 > 0


def test_an_input_that_is_too_large_is_told_as_written():
    with pytest.raises(RangeError, match=r"input 1e308 to 1.5e308 gives .* beyond float range"):
        repr(number("1e308 to 1.5e308") + number("1e308 to 1.5e308"))


@pytest.mark.parametrize(
    "misuse",
    [
        lambda q: q & q,
        lambda q: 1 | q,
        lambda q: q ^ q,
        lambda q: q << 1,
        lambda q: 1 >> q,
        lambda q: ~q,
        range,
        lambda q: [1, 2][q],
        lambda q: q.plot(q),
        lambda q: q.solve("size", "5 m", quantile=0.3, probability=0.4),
    ],
)
def test_what_has_no_meaning_is_told_in_our_words(misuse):
    with pytest.raises(bp.errors.BrainparamsError):
        misuse(bp.assumed("1 to 10 m", because="a test", name="size"))


def _set(q):
    q["a"] = 1


def _delete(q):
    del q["a"]


@pytest.mark.parametrize(
    ("call", "mend"),
    [
        (_set, "bp.stacked("),
        (_delete, ".select(axis=[labels])"),
        (lambda q: statistics.mean([q, q]), "quantity.mean('axis')"),
        (lambda q: statistics.stdev([q, q]), ".sd()"),
        (lambda q: statistics.pvariance([q, q]), ".sd()"),
        (lambda q: q.to_pint(""), "to_pint(): registry is a pint.UnitRegistry; got ''"),
        (lambda q: q.to_pint(5), "to_pint(): registry is a pint.UnitRegistry; got 5"),
    ],
)
def test_what_python_does_to_lists_and_numbers_is_refused_with_what_to_write(call, mend):
    elements = bp.stacked({"a": "1 to 2 m", "b": "3 m"}, axis="k")
    for each in (elements, elements["a"]):
        with pytest.raises(BrainparamsError, match=re.escape(mend)):
            call(each)


@pytest.mark.parametrize(
    ("name", "told"),
    [("std", "Write quantity.sd()"), ("standard_deviation", "Write quantity.sd()"), ("log10", r"Write bp\.log10")],
)
def test_a_name_from_elsewhere_is_answered_with_ours(name, told):
    with pytest.raises(bp.errors.UnknownAttributeError, match=told):
        getattr(bp.assumed("1 to 2 m", because="a test"), name)


def test_only_public_names_are_offered():
    with pytest.raises(bp.errors.UnknownAttributeError) as caught:
        _ = bp.assumed("1 to 2 m", because="a test").derivatoin
    assert "'derivation'" in str(caught.value)
    assert "'_" not in str(caught.value)
