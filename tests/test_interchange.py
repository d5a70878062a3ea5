"""The doors: pint quantities and ufloats come in and go out."""

import math
import pickle
from fractions import Fraction

import numpy as np
import pint
import pytest
from uncertainties import ufloat

import brainparams as bp
from brainparams.errors import UnitError
from brainparams.interchange.pint_quantities import from_pint, install_units, to_pint
from brainparams.units import Unit

# --- foreign registries ------------------------------------------------------


@pytest.fixture
def default():
    return pint.UnitRegistry()


@pytest.fixture
def custom():
    registry = pint.UnitRegistry()
    for definition in ("neuron = [neuron]", "synapse = [synapse]", "furlong_of_axon = 201.168 meter"):
        registry.define(definition)
    return registry


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("mm**3", "mm**3"),
        ("micrometer", "um"),
        ("bit", "bit"),
        ("gigabyte/s", "GB/s"),
        ("kibibyte", "KiB"),
        ("eV", "eV"),
        ("Hz", "Hz"),
        ("year", "year"),
        ("dimensionless", "1"),
        ("kW*hour", "kW*h"),
        ("mole", "mol"),
        ("volt", "V"),
        ("kilocalorie", "kcal"),
        ("kilowatt_hour", "kWh"),
        ("pascal", "Pa"),
        ("nanosiemens", "nS"),
    ],
)
def test_known_units_of_the_default_registry_come_in_untouched(default, text, unit):
    assert from_pint(default.Quantity(3, text)) == (3, Unit(unit), ())


def test_custom_counting_units_come_in(custom):
    assert from_pint(custom.Quantity(3, "Gneuron/mm**3")) == (3, Unit("Gneuron/mm**3"), ())
    assert from_pint(custom.Quantity(7000, "synapse/neuron"))[1] == Unit("synapse/neuron")


def test_unknown_lengths_are_converted_with_a_note(default, custom):
    magnitude, unit, notes = from_pint(default.Quantity(2, "inch"))
    assert (magnitude, unit) == (pytest.approx(0.0508, rel=1e-15), Unit("m"))
    assert "inch" in notes[0]
    magnitude, unit, notes = from_pint(default.Quantity(np.array([1, 2]), "mile"))
    assert magnitude.tolist() == [1609.344, 3218.688]
    magnitude, unit, _ = from_pint(custom.Quantity(2.0, "synapse/furlong_of_axon"))
    assert (magnitude, unit) == (pytest.approx(2 / 201.168), Unit("synapse/m"))


def test_temperatures_become_kelvin(default):
    magnitude, unit, notes = from_pint(default.Quantity(20, "degC"))
    assert (magnitude, unit) == (293.15, Unit("K"))
    assert "degree_Celsius" in notes[0]
    assert from_pint(default.Quantity(2.0, "delta_degC"))[:2] == (2.0, Unit("K"))
    with pytest.raises(UnitError, match="only as kelvin"):
        from_pint(default.Quantity(3, default.UnitsContainer({"degree_Celsius": 1, "meter": -1})))


def test_spreads_pass_through(default):
    x = ufloat(3, 1)
    magnitude, unit, _ = from_pint(default.Quantity(x, "mm"))
    assert magnitude is x
    assert unit == Unit("mm")
    measurement = default.Quantity(20.0, "mm").plus_minus(1.0)
    magnitude, unit, _ = from_pint(measurement)
    assert (magnitude.nominal_value, magnitude.std_dev, unit) == (20.0, 1.0, Unit("mm"))
    magnitude, _, _ = from_pint(default.Quantity(x, "inch"))
    assert (magnitude - x * 0.0254).std_dev == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize(
    ("text", "named"),
    [("count/s", "count"), ("rpm", "radian"), ("candela", "candela"), ("lux", "candela"), ("m**0.5", "meter")],
)
def test_units_that_do_not_reduce_are_named(default, text, named):
    with pytest.raises(UnitError, match=named):
        from_pint(default.Quantity(3, text), "storage(): 'synapses'")


@pytest.mark.parametrize(
    ("definition", "theirs"),
    [("synapse = 5 mg", "0.005 gram"), ("parameter = 4 * byte", "32 bit"), ("token = 2 * weird = tok", "weird")],
)
def test_a_name_defined_otherwise_is_refused_with_both_definitions(default, definition, theirs):
    default.define("weird = [weird]")
    default.define(definition)
    name = definition.split()[0]
    for attempt in (lambda: from_pint(default.Quantity(3, name)), lambda: install_units(default)):
        with pytest.raises(UnitError) as caught:
            attempt()
        assert theirs in str(caught.value)
        assert f"here it is 1 {name}" in str(caught.value)


def test_a_factor_that_differs_is_refused():
    registry = pint.UnitRegistry(None, cache_folder=None)
    for definition in ("second = [time] = s", "minute = 61 * second", "hour = 3600 * second"):
        registry.define(definition)
    assert from_pint(registry.Quantity(3, "hour")) == (3, Unit("h"), ())
    with pytest.raises(UnitError, match=r"'minute' as 61 second, here it is 60 s"):
        from_pint(registry.Quantity(3, "minute"))


def test_a_registry_of_fractions_comes_in_exactly():
    registry = pint.UnitRegistry(None, non_int_type=Fraction, cache_folder=None)
    for definition in ("neuron = [cells]", "meter = [length] = m", "kilo- = 1000 = k-", "ell = 5/4 * meter"):
        registry.define(definition)
    density = registry.Quantity(Fraction(1, 3), registry.UnitsContainer({"neuron": 1, "kilometer": -2}))
    assert from_pint(density) == (Fraction(1, 3), Unit("neuron/km**2"), ())
    assert from_pint(registry.Quantity(Fraction(2), registry.UnitsContainer({"ell": 1})))[:2] == (
        Fraction(5, 2),
        Unit("m"),
    )


def test_going_out_and_coming_back(default):
    for text in ("synapse/um**3", "TFLOP/s", "eV", "KiB/token", "1", "mm/m", "kg*m**2/s**2", "bit/synapse"):
        quantity = to_pint(3, Unit(text), default)
        assert quantity._REGISTRY is default
        assert from_pint(quantity) == (3, Unit(text), ())
    assert to_pint(2, Unit("kneuron"), default).to("neuron").magnitude == 2000


def test_the_application_registry_is_the_default():
    quantity = to_pint(5, Unit("synapse/neuron"))
    assert quantity.units == pint.get_application_registry().Unit("synapse/neuron")


def test_installing_twice_changes_nothing(default):
    install_units(default)
    before = len(dir(default))
    install_units(default)
    assert len(dir(default)) == before


def test_a_registry_without_prefixes_is_named():
    with pytest.raises(UnitError, match="prefix"):
        to_pint(3, Unit("kneuron"), pint.UnitRegistry(None, cache_folder=None))


# --- ufloats -----------------------------------------------------------------


def test_a_ufloat_that_comes_in_goes_out_as_itself():
    w, v = ufloat(10, 1), ufloat(3, 0.5)
    assert (bp.given(w, "neuron").to_uncertainties() - w).std_dev == 0
    both = bp.given(2 * w + v, "neuron")
    assert (both.to_uncertainties() - (2 * w + v)).std_dev == 0
    assert (bp.given(w, "neuron") - bp.given(w, "neuron")).value == 0


def test_a_product_of_foreign_and_own_stays_correlated():
    w = ufloat(10, 1)
    handed = (bp.given(w, "neuron") * bp.exact("3 synapse/neuron")).to_uncertainties()
    assert (handed - 3 * w).std_dev == pytest.approx(0, abs=1e-12)


A_LENGTH = bp.assumed("1 to 100 m", because="test", name="length")
A_FACTOR = bp.assumed(bp.Uniform(1, 3), "1", because="test", name="factor")


@pytest.mark.parametrize(
    "made",
    [
        A_LENGTH,
        A_LENGTH * A_FACTOR,
        A_LENGTH / A_FACTOR,
        bp.log(A_FACTOR),
        bp.minimum(A_LENGTH, bp.exact("5 m")),
        (A_LENGTH * A_FACTOR).to("km"),
        (A_LENGTH * A_FACTOR).named("a step"),
        bp.correlate({(A_LENGTH, A_FACTOR): 0.5}, kind="spearman")[0] * A_FACTOR.assuming(factor="2 +/- 0.1"),
        bp.exact("3 m") * 2,
    ],
    ids=["input", "product", "ratio", "logarithm", "minimum", "kilometres", "step", "correlated", "exact"],
)
def test_what_is_handed_over_comes_back_as_what_it_was(made):
    handed = made.to_uncertainties()
    for each in (handed, pickle.loads(pickle.dumps(handed))):
        back = bp.given(each, made.unit)
        assert back == made
        assert (made - back).sd() == 0


def test_elements_of_an_array_come_back_as_what_they_were():
    made = bp.assumed({"x": "1 to 2 m", "y": "2 to 5 m"}, because="test", axis="row") * A_FACTOR
    handed = made.to_uncertainties()
    assert (bp.given(handed[1], "m") - made["y"]).sd() == 0
    back = bp.given(handed, "m", axis={"row": ["x", "y"]})
    assert (back.total() - made.total()).sd() == 0


def test_what_is_computed_there_is_of_first_order():
    made = A_LENGTH * A_FACTOR
    back = bp.given(made.to_uncertainties() + 0, "m")
    assert back != made
    assert back.mean() == pytest.approx(made.mean())
    assert back.sd() < made.sd()  # what both move together is of second order


def test_ufloats_in_an_array_stay_the_variables_that_they_are():
    w, v = ufloat(3, 1), ufloat(5, 2)
    assert bp.given([w, w], "m", axis="row").total().sd() == pytest.approx(2)
    mixed = bp.given({"a": w, "b": 2 * w + v, "c": 7.0}, "m", axis="row")
    assert (2 * mixed["a"] + bp.given(v, "m") - mixed["b"]).sd() == pytest.approx(0, abs=1e-12)
    assert mixed["c"].value == 7
    crossed = bp.given([[w, v], [v, w]], "m", axis=("row", "column"))
    assert crossed.total("row").total("column").sd() == pytest.approx(2 * math.sqrt(5))


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (ufloat(1, float("nan")), bp.RangeError, "not known"),
        (ufloat(1, 1) + ufloat(1, float("nan")), bp.RangeError, "not known"),
        (ufloat(float("nan"), 1), bp.RangeError, "not a finite number"),
        (ufloat(float("inf"), 1), bp.RangeError, "not a finite number"),
        (ufloat(-5, 1), bp.RangeError, "counts are >= 0"),
        (ufloat(2, 1) - ufloat(7, 1), bp.RangeError, "counts are >= 0"),
    ],
)
def test_a_ufloat_that_is_no_count_is_refused(value, error, words):
    with pytest.raises(error, match=words) as caught:
        bp.given(value, "neuron")
    assert str(caught.value).startswith("given(): ")


def test_a_ufloat_that_may_be_negative_warns_as_the_text_does():
    with pytest.warns(bp.NegativeWarning, match="42%"):
        bp.given(ufloat(1, 5), "neuron")
    with pytest.warns(bp.NegativeWarning, match="42%"):
        bp.given("1 +/- 5 neuron")
    assert bp.given(ufloat(-5, 1), "m").median() == -5


def test_a_ufloat_without_spread_is_a_number():
    certain = ufloat(3, 1) * 0
    assert bp.given(certain + 3, "neuron").value == 3
    with pytest.raises(bp.RangeError, match="counts are >= 0"):
        bp.given(certain - 3, "neuron")


def test_an_estimator_takes_a_ufloat_in_the_unit_of_the_argument():
    w = ufloat(86.06e9, 8.12e9)
    found = bp.synaptic_parameters(w, "7000 synapse/neuron", "1 parameter/synapse")
    assert found.median() == pytest.approx(7000 * 86.06e9)
    assert found.sd() == pytest.approx(7000 * 8.12e9)
    assert (found.to_uncertainties() - 7000 * w).std_dev == pytest.approx(0, abs=1)
    with pytest.raises(bp.UnitError, match=r"add: the ufloat .* has no unit"):
        bp.exact("3 neuron") + w


# --- a unit beside what is given ----------------------------------------------


def test_given_holds_a_quantity_to_the_unit_beside_it():
    with pytest.raises(bp.UnitError, match=r"given\(\).*\[neuron\]; got 3 m"):
        bp.given(bp.exact("3 m"), "neuron")
    assert bp.given(bp.exact("3 m"), "mm").value == 3000
    metres = pint.UnitRegistry().Quantity(3, "m")
    assert bp.given(metres, "m").value == 3
    with pytest.raises(bp.BrainparamsError, match="neuron"):
        bp.given(metres, "neuron")


def test_a_pint_quantity_before_ours_is_ours():
    registry = pint.UnitRegistry()
    x = bp.exact("3 1/m")
    assert (registry.Quantity(2, "m") * x).value == 6
    assert (x * registry.Quantity(2, "m")).value == 6
    assert (registry.Quantity(2, "m") + bp.exact("1 m")).value == 3
    assert (registry.Quantity(2, "m") - bp.exact("1 m")).value == 1
    assert (registry.Quantity(6, "m") / bp.exact("3 m")).value == 2
    assert (registry.m * x).value == 3
    with pytest.raises(TypeError):
        registry.Quantity(x, "m")
