"""Units: vocabulary, grammar, exact conversion, words, pickling, threads, and foreign pint registries."""

import hashlib
import multiprocessing
import pickle
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from copy import copy, deepcopy
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, get_type_hints

import pint
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brainparams.errors import BrainparamsError, KindError, ParseError, RangeError, UnitError
from brainparams.interchange.definitions import table
from brainparams.units import (
    COUNTED,
    Unit,
    conversion_factor,
    definition_hash,
    power,
    product,
    quotient,
    same_dimension,
)
from brainparams.units.factors import TABLE, root_of_name
from brainparams.units.vocabulary import BASES, DEFINITIONS, LONG_NAMES, SPELLINGS, canonical_text

PREFIXES = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "": 1, "m": Fraction(1, 10**3)}
NAMES = sorted(LONG_NAMES)

terms = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(-3, 3).filter(bool)), max_size=4)


def unit_of(parts):
    powers = {}
    for name, each in parts:
        powers[name] = powers.get(name, 0) + each
    return Unit(canonical_text(tuple((name, each) for name, each in powers.items() if each), "test"))


units = terms.map(unit_of)


# --- spelling ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("neurons", "neuron"),
        ("synapses per neuron", "synapse/neuron"),
        ("synapse·neuron", "synapse*neuron"),
        ("mm3", "mm**3"),
        ("mm^3", "mm**3"),
        ("mm ** 3", "mm**3"),
        ("mm³", "mm**3"),
        ("mm²", "mm**2"),
        ("s⁻¹", "1/s"),
        ("mm-3*synapse", "synapse/mm**3"),
        ("1/s", "1/s"),
        ("1 per second", "1/s"),
        ("1", "1"),
        ("m/m", "1"),
        ("mm/m", "mm/m"),
        ("µm", "um"),
        ("μm", "um"),
        ("um", "um"),
        ("micrometres", "um"),
        ("kilometer", "km"),
        ("metre", "m"),
        ("litres", "L"),
        ("gigabytes", "GB"),
        ("KiB", "KiB"),
        ("kilobit", "kbit"),
        ("Gneurons", "Gneuron"),
        ("megasynapses", "Msynapse"),
        ("FLOP/s", "operation/s"),
        ("TFLOP", "Toperation"),
        ("hours", "h"),
        ("fJ/spike", "fJ/spike"),
        ("spike/s/neuron", "spike/s/neuron"),
        ("neuron/s*synapse", "neuron*synapse/s"),
        ("cells/mm3", "cell/mm**3"),
        ("synaptic events per second", "event/s"),
        ("J per synaptic event", "J/event"),
        ("synaptic_event", "event"),
        ("events/s", "event/s"),
        ("kcal", "kcal"),
        ("kilocalories", "kcal"),
        ("kWh", "kWh"),
        ("kilowatt_hour", "kWh"),
        ("µmol/g/min", "umol/g/min"),
        ("millivolts", "mV"),
        ("pA", "pA"),
        ("MΩ", "Mohm"),
        ("nS", "nS"),
        ("kPa", "kPa"),
    ],
)
def test_spellings_have_one_canonical_text(written, canonical):
    assert Unit(written).text == canonical
    assert str(Unit(written)) == canonical
    assert Unit(written) == Unit(canonical)
    assert hash(Unit(written)) == hash(Unit(canonical))


def test_every_spelling_is_read_and_every_canonical_name_is_its_own():
    for spelling, canonical in SPELLINGS.items():
        assert Unit(spelling).text == canonical
    assert all(SPELLINGS[name] == name for name in LONG_NAMES)
    assert all(SPELLINGS[long] == name for name, long in LONG_NAMES.items())


@given(terms)
@settings(derandomize=True, deadline=None)
def test_canonical_text_reads_back_as_itself(parts):
    unit = unit_of(parts)
    assert Unit(unit.text).text == unit.text
    assert Unit(unit.pretty or "1") == unit


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("neurn", "'neuron'"),
        ("synapse/neurn", "'neuron'"),
        ("kb", "kilobarn"),
        ("kb", "write kilobit"),
        ("Gb", "write gigabit or gigabyte"),
        ("M", "1e6"),
        ("G", "1e9"),
        ("k", "1e3"),
        ("e", "eV"),
        ("b", "write bit or byte"),
        ("C", "write K"),
        ("KB", "write 'kB'"),
        ("MHZ", "write 'MHz'"),
        ("Mm3", "write 'mm'"),
        ("Neuron", "write 'neuron'"),
        ("rpm", "write spike/s or 1/s"),
        ("cycle/s", "write spike/s or 1/s"),
        ("count", "write spike/s or 1/s"),
        ("%", "write 0.4 instead of 40 %"),
        ("percent", "write 0.4 instead of 40 %"),
        ("weights", "'parameter'"),
        ("Cal", "write kcal"),
        ("uM", "write mmol/L, umol/L"),
        ("GMAC", "two operations each"),
        ("FLOPS", "FLOP/s"),
        ("TFLOPS", "TFLOP/s"),
        ("Gbps", "Gbit/s"),
        ("J/degC", "only as kelvin"),
        ("degC", "only as kelvin"),
        ("billion neuron", "right behind the number"),
        ("PS", "'ps'"),
        ("dat", "unknown"),
        ("inch", "unknown"),
    ],
)
def test_names_outside_the_table_are_refused_with_a_mend(written, hint):
    with pytest.raises(UnitError) as caught:
        Unit(written)
    assert hint in str(caught.value)
    assert str(caught.value).startswith("Unit(): ")


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("", "empty"),
        ("  ", "empty"),
        (None, "empty"),
        ("synapse neuron", "write 'synapse*neuron'"),
        ("B parameters", "1e9"),
        ("m/2", "the number '2'"),
        ("2*m", "the number '2'"),
        ("1000/s", "the number"),
        ("m**13", "±12"),
        ("m**0", "±12"),
        ("m**9**9", "cannot stand there"),
        ("m**99999999999", "±12"),
        ("m**0.5", "power 0.5"),
        ("(m)", "cannot stand there"),
        ("m/", "ends where"),
        ("/s", "missing before '/'"),
        ("m//s", "missing before '/'"),
        ("m[0]", "cannot stand there"),
        ("m-s", "cannot stand there"),
        ("neurоn", "U+043E"),
        ("neμron", "unknown"),
        ("m\x00", "U+0000"),
        ("m\n", "U+000A"),
        ("m\u202e", "U+202E"),
        ("ne\u200buron", "U+200B"),
        ("m₂", "U+2082"),
        ("m1³", "raised digit"),
        ("³", "raised digit"),
        ("x" * 257, "longer than 256"),
        ("x" * 1_000_000, "longer than 256"),
        ("__import__('os')", "unknown"),
    ],
)
def test_text_outside_the_grammar_is_refused(written, hint):
    with pytest.raises(ParseError if hint != "unknown" else UnitError) as caught:
        Unit(written)
    assert hint in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("value", [3, 1.5, b"neuron", ["neuron"], True])
def test_only_text_is_a_unit(value):
    with pytest.raises(KindError, match="expected a text"):
        Unit(value)


@given(st.text(alphabet="mksKBGneuro syapJ1230*/^·-+.µ³⁻()per%°é\u202e", max_size=40))
@settings(derandomize=True, deadline=None, max_examples=2000)
def test_any_text_is_a_unit_or_our_error(text):
    try:
        unit = Unit(text)
    except BrainparamsError:
        return
    assert Unit(unit.text) == unit


def test_refusing_is_quick():
    texts = [
        "m*" * 127,
        "neuron" * 42,
        "m**" * 80,
        " " * 255 + "x",
        "1 " * 128,
        "mnrtilmofisfi",
        "a_" * 128,
        "x" * 10**6,
    ]
    for text in texts:
        best = min(timed(text) for _ in range(5))
        assert best < 0.005, text[:20]


def timed(text):
    start = time.perf_counter()
    with pytest.raises(BrainparamsError):
        Unit(text)
    return time.perf_counter() - start


# --- bounds, frozen, travelling ----------------------------------------------


def test_bounds_are_kept_for_annotations():
    class Quantity: ...

    def estimate(neurons: Annotated[Quantity, Unit("neuron", low=0)]): ...

    unit = get_type_hints(estimate, include_extras=True)["neurons"].__metadata__[0]
    assert (unit.text, unit.low, unit.high) == ("neuron", 0.0, None)
    assert unit != Unit("neuron")
    assert unit.without_bounds() == Unit("neuron")
    assert repr(unit) == "Unit('neuron', low=0.0)"
    assert conversion_factor(unit, Unit("kneuron")) == Fraction(1, 1000)
    assert product(unit, unit)[0] == Unit("neuron**2")


@pytest.mark.parametrize(
    ("bounds", "error"),
    [
        ({"low": 2, "high": 1}, RangeError),
        ({"low": float("nan")}, RangeError),
        ({"high": float("inf")}, RangeError),
        ({"high": 10**400}, RangeError),
        ({"low": True}, KindError),
        ({"low": "0"}, KindError),
    ],
)
def test_wrong_bounds_are_refused(bounds, error):
    with pytest.raises(error, match=r"^Unit\(\): "):
        Unit("neuron", **bounds)


def test_a_unit_is_frozen_and_survives_copies():
    unit = Unit("synapse/mm**3", low=0, high=1e12)
    with pytest.raises(AttributeError):
        unit.text = "m"
    assert copy(unit) == deepcopy(unit) == pickle.loads(pickle.dumps(unit)) == unit
    assert pickle.loads(pickle.dumps(Unit("m"))) == Unit("m")
    assert b"synapse/mm**3" in pickle.dumps(unit)


def test_units_travel_to_a_spawned_process():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        bounded = Unit("synapse/um**3", low=0)
        assert pool.submit(copy, bounded).result(timeout=60) == bounded
        assert pool.submit(conversion_factor, Unit("mm**3"), Unit("m**3")).result(timeout=60) == Fraction(1, 10**9)
        assert pool.submit(definition_hash).result(timeout=60) == definition_hash()


def test_neither_reading_nor_converting_needs_pint():
    code = (
        "import sys; from brainparams.units import Unit, conversion_factor\n"
        "from brainparams.units.notation import read\n"
        "u = Unit('synapse/mm³'); u.plural(2), u.pretty, u.latex, read('86.06(8.12)e9 neuron', 'x'); "
        "assert 'pint' not in sys.modules; assert 'uncertainties' not in sys.modules; "
        "conversion_factor(Unit('mm'), Unit('m')); "
        "import brainparams as bp; assert repr(bp.exact('180 mm^3').to('cm^3')) == '0.18 cm³'; "
        "assert 'pint' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


def test_first_use_from_sixteen_threads():
    code = """
import sys, threading
from fractions import Fraction
sys.setswitchinterval(1e-6)
from brainparams.units import Unit, conversion_factor, product
gate, results = threading.Barrier(16), []
pairs = [("mm**3", "m**3", Fraction(1, 10**9)), ("GB", "bit", 8 * 10**9), ("eV", "J", Fraction("1.602176634e-19")),
         ("Gneuron", "neuron", 10**9)]
def work(place):
    gate.wait()
    for shift in range(4):
        source, target, expected = pairs[(place + shift) % 4]
        results.append(conversion_factor(Unit(source), Unit(target)) == expected)
    results.append(product(Unit("synapse/um**3"), Unit("mm**3")) == (Unit("synapse"), 10**9))
threads = [threading.Thread(target=work, args=(place,)) for place in range(16)]
[thread.start() for thread in threads]; [thread.join() for thread in threads]
assert len(results) == 80 and all(results), results
"""
    for _ in range(3):
        subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


# --- exact factors -----------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("mm**3", "m**3", Fraction(1, 10**9)),
        ("um", "m", Fraction(1, 10**6)),
        ("L", "mm**3", 10**6),
        ("uL", "mm**3", 1),
        ("byte", "bit", 8),
        ("GiB", "bit", 8 * 2**30),
        ("PB", "TB", 1000),
        ("eV", "J", Fraction("1.602176634e-19")),
        ("W*h", "J", 3600),
        ("kW*h", "MJ", Fraction(36, 10)),
        ("year", "day", Fraction("365.25")),
        ("day", "s", 86400),
        ("h", "min", 60),
        ("Hz", "1/s", 1),
        ("spike/min", "spike/s", Fraction(1, 60)),
        ("Gneuron", "neuron", 10**9),
        ("TFLOP/s", "operation/s", 10**12),
        ("synapse/um**3", "synapse/mm**3", 10**9),
        ("J", "kg*m**2/s**2", 1),
        ("zJ/bit", "J/B", Fraction(8, 10**21)),
        ("mm/m", "1", Fraction(1, 1000)),
        ("cL", "dL", Fraction(1, 10)),
        ("kcal", "J", 4184),
        ("kWh", "J", 3_600_000),
        ("kWh", "kW*h", 1),
        ("J/mol", "J", Fraction(1, 602214076 * 10**15)),
        ("mmol/L", "umol/mL", 1),
        ("V*A", "W", 1),
        ("mV/pA", "Gohm", 1),
        ("nS*mV", "pA", 1),
        ("Pa*m**3", "J", 1),
        ("pF/nS", "ms", 1),
        ("synapse*spike/neuron", "event", 1),
    ],
)
def test_factors_are_exact(source, target, factor):
    found = conversion_factor(Unit(source), Unit(target))
    assert found == factor
    assert isinstance(found, Fraction)
    assert conversion_factor(Unit(target), Unit(source)) * found == 1


def test_prefixes_mean_what_they_say_in_short_and_long():
    for prefix, factor in PREFIXES.items():
        assert conversion_factor(Unit(f"{prefix}J"), Unit("J")) == factor
    for name, long in LONG_NAMES.items():
        if name not in {"kg", "g"} and long.startswith("kilo"):
            assert conversion_factor(Unit(name), Unit(long.removeprefix("kilo"))) == 1000, name


def test_counts_are_dimensions_of_their_own():
    names = ["1", *BASES]
    assert names[1:9] == ["neuron", "synapse", "connection", "parameter", "bit", "spike", "operation", "token"]
    for first in names:
        for second in names:
            assert same_dimension(Unit(first), Unit(second)) == (first == second)
    assert {"neuron", "Gsynapse", "bit", "GB", "token"} <= COUNTED
    assert not COUNTED & {"m", "s", "J", "K", "year", "Hz"}


def test_a_spike_and_the_events_that_it_becomes_are_two_things():
    for spikes, events in (("spike", "event"), ("spike/s", "event/s"), ("J/spike", "J/event")):
        assert not same_dimension(Unit(spikes), Unit(events))
    fired = product(Unit("neuron"), Unit("spike/neuron/s"))[0]
    assert not same_dimension(fired, Unit("event/s"))
    assert same_dimension(product(fired, Unit("synapse/neuron"))[0], Unit("event/s"))
    assert same_dimension(product(Unit("synapse"), Unit("spike/neuron/s"))[0], Unit("event/s"))
    assert product(Unit("synapse*spike/neuron"), Unit("J/event"))[0] == Unit("J")


@pytest.mark.parametrize(
    "written",
    ["lumen", "acre", "ft", "lb", "gauss", "torr", "mmHg", "atm", "dB", "GMACC", "sievert", "becquerel", "mile",
     "angstrom", "dyne", "erg", "knot", "parsec", "tesla", "weber", "henry", "lux", "stone", "furlong", "fish"],
)  # fmt: skip
def test_no_unit_is_suggested_that_was_not_meant(written):
    with pytest.raises(UnitError) as caught:
        Unit(written)
    assert "Did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("neurn", "neuron"), ("sinapse", "synapse"), ("parametr", "parameter"), ("secnd", "second"), ("jouls", "joules"),
     ("conections", "connections"), ("operaton", "operation"), ("gigabit", None), ("spkie", "spike")],
)  # fmt: skip
def test_a_slip_of_the_pen_is_seen(written, meant):
    if meant is None:
        assert Unit(written)
        return
    with pytest.raises(UnitError, match=f"Did you mean .*'{meant}'"):
        Unit(written)


def test_different_dimensions_are_named_with_a_mend():
    with pytest.raises(UnitError) as caught:
        conversion_factor(Unit("mm**3"), Unit("synapse"))
    message = str(caught.value)
    assert "'mm**3' ([length]**3)" in message
    assert "'synapse' ([synapse])" in message
    assert "synapse/mm**3" in message


@given(units, units)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_products_and_quotients_keep_the_value_exactly(first, second):
    for operation, sign in ((product, 1), (quotient, -1)):
        try:
            unit, factor = operation(first, second)
        except UnitError:
            assume(False)
        roots = [root_factor(each) for each in (first, second, unit)]
        assert roots[0] * roots[1] ** sign == roots[2] * factor
        assert Unit(unit.text) == unit


@lru_cache(maxsize=1)
def registry_of_definitions():
    registry = pint.UnitRegistry(None, non_int_type=Fraction, cache_folder=None)
    for definition in DEFINITIONS:
        registry.define(definition)
    return registry


def root_factor(unit):
    """What the unit is in base units, by another road: pint on the whole text in one go."""
    registry = registry_of_definitions()
    names = registry.UnitsContainer({LONG_NAMES[name]: each for name, each in unit.terms})
    return Fraction(registry.get_root_units(names)[0])


@given(units, st.sampled_from(["k", "G", "m"]), st.fractions(min_value=-1000, max_value=1000))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_units_do_not_change_answers(density, prefix, value):
    """The same length in another unit gives the same product, after conversion, to the last digit."""
    length, other = Unit("m"), Unit("mm") if prefix == "m" else Unit("um" if prefix == "G" else "km")
    try:
        (plain, factor), (scaled, other_factor) = product(density, length), product(density, other)
    except UnitError:
        assume(False)
    moved = value * conversion_factor(length, other)
    assert moved * other_factor * conversion_factor(scaled, plain) == value * factor


# --- arithmetic --------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "unit", "factor"),
    [
        ("synapse/um**3", "mm**3", "synapse", 10**9),
        ("neuron", "synapse/neuron", "synapse", 1),
        ("J/s", "s", "J", 1),
        ("W*s", "1/J", "1", 1),
        ("W*h", "1/J", "1", 3600),
        ("neuron", "neuron", "neuron**2", 1),
        ("um", "mm", "um**2", 1000),
        ("GB/s", "h", "GB", 3600),
        ("spike/s/neuron", "Gneuron", "spike/s", 10**9),
        ("Hz", "min", "1", 60),
        ("synapse/L", "mm**3", "synapse", Fraction(1, 10**6)),
        ("mm/m", "neuron", "neuron", Fraction(1, 1000)),
        ("W/kg", "kg", "W", 1),
        ("W", "day", "W*day", 1),
        ("1", "neuron", "neuron", 1),
        ("kg*m**2/s**2", "1/J", "1", 1),
    ],
)
def test_products(first, second, unit, factor):
    assert product(Unit(first), Unit(second)) == (Unit(unit), factor)


@pytest.mark.parametrize(
    ("first", "second", "unit", "factor"),
    [
        ("neuron", "neuron", "1", 1),
        ("m", "mm", "1", 1000),
        ("L", "mm**3", "1", 10**6),
        ("W*s", "J", "1", 1),
        ("J", "s", "J/s", 1),
        ("W", "kg", "W/kg", 1),
        ("synapse", "mm**3", "synapse/mm**3", 1),
        ("1", "s", "1/s", 1),
        ("B", "bit", "1", 8),
    ],
)
def test_quotients(first, second, unit, factor):
    assert quotient(Unit(first), Unit(second)) == (Unit(unit), factor)


def test_powers():
    assert power(Unit("mm**2"), Fraction(1, 2)) == (Unit("mm"), 1)
    assert power(Unit("synapse/mm"), Fraction(-2)) == (Unit("mm**2/synapse**2"), 1)
    assert power(Unit("neuron"), Fraction(0)) == (Unit("1"), 1)
    assert power(Unit("mm*m"), Fraction(2)) == (Unit("mm**4"), 10**6)
    assert power(Unit("1"), Fraction(7, 3)) == (Unit("1"), 1)
    unit, factor = power(Unit("mm/m"), Fraction(1, 2))
    assert (unit, factor) == (Unit("1"), pytest.approx(0.001**0.5, rel=1e-15))
    with pytest.raises(UnitError, match="no such root"):
        power(Unit("mm"), Fraction(1, 2))
    with pytest.raises(UnitError, match="±12"):
        power(Unit("m**2"), Fraction(7))
    with pytest.raises(UnitError, match="±12"):
        product(Unit("m**12"), Unit("m"))
    for exponent in (10**9, -(10**9)):
        with pytest.raises(RangeError, match="float range"):
            power(Unit("mm/m"), Fraction(exponent))


# --- words -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "many", "one", "pretty", "latex"),
    [
        ("parameter", "parameters", "parameter", "parameter", r"\mathrm{parameter}"),
        ("synapse/neuron", "synapses per neuron", "synapse per neuron", "synapse/neuron", r"\mathrm{synapse/neuron}"),
        ("synapse/mm**3", "synapses per mm³", "synapse per mm³", "synapse/mm³", r"\mathrm{synapse/mm^{3}}"),
        ("um**3", "µm³", "µm³", "µm³", r"\mathrm{\mu m^{3}}"),
        ("spike/s", "spikes per second", "spike per second", "spike/s", r"\mathrm{spike/s}"),
        ("1/s", "per second", "per second", "1/s", r"\mathrm{1/s}"),
        ("1", "", "", "", ""),
        ("Gneuron", "giganeurons", "giganeuron", "Gneuron", r"\mathrm{Gneuron}"),
        ("GB", "GB", "GB", "GB", r"\mathrm{GB}"),
        ("event/s", "synaptic events per second", "synaptic event per second", "event/s", r"\mathrm{event/s}"),
        ("J/event", "J per synaptic event", "J per synaptic event", "J/event", r"\mathrm{J/event}"),
        ("byte", "bytes", "byte", "B", r"\mathrm{B}"),
        ("day", "days", "day", "day", r"\mathrm{day}"),
        ("neuron**2", "neuron²", "neuron²", "neuron²", r"\mathrm{neuron^{2}}"),
        ("W*s", "W·s", "W·s", "W·s", r"\mathrm{W\,s}"),
    ],
)
def test_units_in_words(text, many, one, pretty, latex):
    unit = Unit(text)
    assert (unit.plural(2), unit.plural(1), unit.pretty, unit.latex) == (many, one, pretty, latex)
    assert unit.plural(0.5) == many
    assert unit.plural(-1) == one


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("synapse/neuron", "[synapse]/[neuron]"),
        ("mm**3", "[length]**3"),
        ("L", "[length]**3"),
        ("J/spike", "[energy]/[spike]"),
        ("W*s", "[energy]"),
        ("kW", "[power]"),
        ("1/J", "1/[energy]"),
        ("Hz", "1/[time]"),
        ("GB", "[information]"),
        ("event/s", "[synaptic event]/[time]"),
        ("J/event", "[energy]/[synaptic event]"),
        ("spike/neuron", "[spike]/[neuron]"),
        ("mol", "dimensionless"),
        ("V", "[power]/[current]"),
        ("1", "dimensionless"),
        ("mm/m", "dimensionless"),
    ],
)
def test_dimensions_in_words(text, dimension):
    assert Unit(text).dimension == dimension
    assert Unit(text).is_dimensionless == (dimension == "dimensionless")


@given(units, units)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_dimension_texts_agree_with_convertibility(first, second):
    assert (first.dimension == second.dimension) == same_dimension(first, second)


def test_every_factor_is_the_one_of_pint():
    registry = registry_of_definitions()
    for name, long in LONG_NAMES.items():
        factor, unit = registry.get_root_units(registry.UnitsContainer({long: 1}))
        bases = {SPELLINGS[base]: int(power) for base, power in registry.Quantity(1, unit).unit_items()}
        assert root_of_name(name) == (factor, tuple((base, bases[base]) for base in BASES if base in bases)), name


def test_every_factor_is_the_one_of_the_default_registry_where_it_has_the_name():
    registry, known = pint.UnitRegistry(), 0
    for name, long in LONG_NAMES.items():
        if long not in registry:
            continue
        factor, unit = registry.get_root_units(registry.UnitsContainer({long: 1}))
        ours, bases = root_of_name(name)
        theirs = {SPELLINGS[base]: power for base, power in registry.Quantity(1, unit).unit_items()}
        if theirs == dict(bases):
            known += 1
            assert factor == pytest.approx(float(ours), rel=1e-9), name
    assert known > 50


def test_the_table_is_what_pint_makes_of_the_definitions():
    assert TABLE.read_text(encoding="ascii") == table(), "run: python -m brainparams.interchange.definitions"


def test_the_hash_is_that_of_the_definitions():
    assert definition_hash() == hashlib.sha256("\n".join(DEFINITIONS).encode()).hexdigest()
    assert len(DEFINITIONS) == len(set(DEFINITIONS)) > 40


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("glia", "is counted here in 'cell'"),
        ("astrocytes", "is counted here in 'cell'"),
        ("interneurons", "is counted here in 'neuron'"),
        ("spine", "is a place of synapses"),
        ("boutons", "is a place of synapses"),
        ("TOPS", "mixes operations with operations per second"),
    ],
)
def test_words_of_the_field_that_are_no_units_say_what_to_write(name, says):
    with pytest.raises(UnitError, match=says) as caught:
        Unit(name)
    assert "Did you mean" not in str(caught.value)
