"""What Python and numpy would do to a quantity, and calls with arguments that nobody takes: told in our words."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest

import brainparams as bp
from brainparams.errors import ArgumentError, BrainparamsError, KindError, RangeError, UnitError
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
