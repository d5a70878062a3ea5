"""The text grammar of one quantity: what it reads, exactly, and what it refuses, quickly and with a mend."""

import pickle
import re
import subprocess
import sys
import time
import warnings
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.errors import BrainparamsError, KindError, ParseError, PrecisionWarning, RangeError, UnitError
from brainparams.units import Unit, conversion_factor
from brainparams.units.notation import DEFAULT_LEVEL, Reading, read

WHERE = "measured(): 'value'"


# --- what it reads -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("302 neuron", 302, "neuron"),
        ("302neuron", 302, "neuron"),
        ("  302   neurons ", 302, "neuron"),
        ("302\xa0neuron", 302, "neuron"),
        ("-5.3e-3 mm", Fraction(-53, 10000), "mm"),
        ("−5 mm", -5, "mm"),
        ("+5 mm", 5, "mm"),
        (".5 m", Fraction(1, 2), "m"),
        ("5. m", 5, "m"),
        ("1E3 m", 1000, "m"),
        ("0.1", Fraction(1, 10), None),
        ("0.4 1", Fraction(2, 5), "1"),
        ("5 1/s", 5, "1/s"),
        ("86 billion neuron", 86 * 10**9, "neuron"),
        ("1.5 trillion synapses", 15 * 10**11, "synapse"),
        ("2 quadrillion bits", 2 * 10**15, "bit"),
        ("3 thousand", 3000, None),
        ("5 millions", 5 * 10**6, None),
        ("7000 synapses per neuron", 7000, "synapse/neuron"),
        ("10 mm³", 10, "mm**3"),
        ("10 s⁻¹", 10, "1/s"),
        ("3eV", 3, "eV"),
        ("0 neuron", 0, "neuron"),
        ("0e99999999999 m", 0, "m"),
        ("1e308 m", 10**308, "m"),
        ("86 B", 86, "B"),
    ],
)
def test_plain_numbers_are_read_exactly(text, value, unit):
    reading = read(text, WHERE)
    assert reading == Reading(value, unit=Unit(unit) if unit else None)
    assert type(reading.value) is type(value)


@pytest.mark.parametrize(
    ("text", "value", "sd", "unit"),
    [
        ("86.06(8.12)e9 neuron", 8606 * 10**7, 812 * 10**7, "neuron"),
        ("86.06(12) m", Fraction("86.06"), Fraction("0.12"), "m"),
        ("86.06(1) m", Fraction("86.06"), Fraction("0.01"), "m"),
        ("86.0(123) m", 86, Fraction("12.3"), "m"),
        ("8606(812)e7", 8606 * 10**7, 812 * 10**7, None),
        ("302(5) neuron", 302, 5, "neuron"),
        ("1.50(25) billion neuron", 15 * 10**8, 25 * 10**7, "neuron"),
        ("86.06 +/- 8.12 billion neuron", 8606 * 10**7, 812 * 10**7, "neuron"),
        ("86.06 ± 8.12 billion neuron", 8606 * 10**7, 812 * 10**7, "neuron"),
        ("86.06 +- 8.12 billion neuron", 8606 * 10**7, 812 * 10**7, "neuron"),
        ("86.06 billion +/- 8120 million neuron", 8606 * 10**7, 812 * 10**7, "neuron"),
        ("(86.06 +/- 8.12)e9 neuron", 8606 * 10**7, 812 * 10**7, "neuron"),
        ("( 86.06 ± 8.12 ) billion neuron", 8606 * 10**7, 812 * 10**7, "neuron"),
        ("86.06e9 +/- 8.12e9 neuron", 8606 * 10**7, 812 * 10**7, "neuron"),
        ("1 m +/- 1 cm", 1, Fraction(1, 100), "m"),
        ("1 m +/- 2 m", 1, 2, "m"),
        ("5 +/- 0 m", 5, 0, "m"),
        ("-5 +/- 1 m", -5, 1, "m"),
    ],
)
def test_spreads(text, value, sd, unit):
    reading = read(text, WHERE)
    assert (reading.value, reading.sd, reading.unit) == (value, sd, Unit(unit) if unit else None)
    assert isinstance(reading.sd, Fraction)
    assert (reading.low, reading.high, reading.notes) == (None, None, ())


@pytest.mark.parametrize(
    ("text", "low", "high", "level", "unit"),
    [
        ("1e3 to 1e4 synapse/neuron", 1000, 10000, 0.9, "synapse/neuron"),
        ("78 to 94 billion neuron", 78 * 10**9, 94 * 10**9, 0.9, "neuron"),
        ("900 million to 1 billion neuron", 9 * 10**8, 10**9, 0.9, "neuron"),
        ("(78 to 94)e9 neuron", 78 * 10**9, 94 * 10**9, 0.9, "neuron"),
        ("1e3 to 1e4 @ 95% synapse/neuron", 1000, 10000, 0.95, "synapse/neuron"),
        ("1e3 to 1e4 @ 95 % synapse/neuron", 1000, 10000, 0.95, "synapse/neuron"),
        ("1e3 to 1e4 @ 0.95 synapse/neuron", 1000, 10000, 0.95, "synapse/neuron"),
        ("1e3 to 1e4 @.5 synapse/neuron", 1000, 10000, 0.5, "synapse/neuron"),
        ("1 to 2 @ 0.955 1/s", 1, 2, 0.955, "1/s"),
        ("1 to 3 m @ 95 %", 1, 3, 0.95, "m"),
        ("1 m to 2 m", 1, 2, 0.9, "m"),
        ("1 m to 200 cm", 1, 2, 0.9, "m"),
        ("-3 to 5 m", -3, 5, 0.9, "m"),
        ("1 to 2", 1, 2, 0.9, None),
        ("1 to 2 token", 1, 2, 0.9, "token"),
    ],
)
def test_ranges(text, low, high, level, unit):
    reading = read(text, WHERE)
    assert reading == Reading(None, None, Fraction(low), Fraction(high), level, Unit(unit) if unit else None)


def test_a_range_without_a_level_is_the_5_to_95_percent_range():
    assert read("1 to 2 m", WHERE).level == DEFAULT_LEVEL == 0.90


def test_degrees_celsius_become_kelvin_with_a_note():
    reading = read("20 degC +/- 1 degC", WHERE)
    assert (reading.value, reading.sd, reading.unit) == (Fraction("293.15"), 1, Unit("K"))
    assert "273.15 K was added" in reading.notes[0]
    assert "1 degC is 1 K" in reading.notes[1]
    assert read("20(1) °C", WHERE) == read("20 +/- 1 ℃", WHERE) == reading
    assert read("20 degC +/- 1000 mK", WHERE).sd == 1
    warm = read("20 to 25 degC", WHERE)
    assert (warm.low, warm.high) == (Fraction("293.15"), Fraction("298.15"))
    assert read("290 K to 25 degC", WHERE).high == Fraction("298.15")
    difference = read("290 K +/- 2 degC", WHERE)
    assert (difference.value, difference.sd, len(difference.notes)) == (290, 2, 1)
    assert read("20 K", WHERE).notes == ()


def test_a_denormal_is_read_with_a_warning():
    with pytest.warns(PrecisionWarning, match="fewer digits"):
        reading = read("1e-320 m", WHERE)
    assert reading.value == Fraction(1, 10**320)
    assert "1e-320" in reading.notes[0]


def test_a_reading_is_frozen_and_travels():
    reading = read("86.06(8.12)e9 neuron", WHERE)
    assert pickle.loads(pickle.dumps(reading)) == reading
    with pytest.raises(AttributeError):
        reading.value = 1


# --- what it refuses ---------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "error", "hint"),
    [
        # the bad inputs of every quantity
        ("neurn", ParseError, "expected a number"),
        ("5 neurn", UnitError, "'neuron'"),
        ("5 kb", UnitError, "kilobarn"),
        ("5 M", UnitError, "1e6"),
        ("5 KB", UnitError, "'kB'"),
        ("5 MHZ", UnitError, "'MHz'"),
        ("20 degC/s", UnitError, "only as kelvin"),
        ("3 J/degC", UnitError, "only as kelvin"),
        ("60 rpm", UnitError, "spike/s"),
        ("1 cycle/s", UnitError, "spike/s"),
        ("40 %", UnitError, "write 0.4"),
        ("5%", UnitError, "write 0.4"),
        ("1 000 m", ParseError, "write 1000 or 1e3"),
        ("1,000", ParseError, "write 1000 or 1e3"),
        ("1.000,5", ParseError, "write 1000 or 1e3"),
        ("1_000 m", ParseError, "write 1000 or 1e3"),
        ("1'000 m", ParseError, "write 1000 or 1e3"),
        ("1.2.3", ParseError, "write 1000 or 1e3"),
        ("9**9**9", ParseError, "arithmetic"),
        ("2**10 m", ParseError, "arithmetic"),
        ("2^10 m", ParseError, "arithmetic"),
        ("78-94 m", ParseError, "'78 to 94'"),
        ("5/s", ParseError, "'5 1/s'"),
        ("1/2 m", ParseError, "arithmetic"),
        ("5 1/2 m", ParseError, "number '2'"),
        ("5" * 257, ParseError, "longer than 256"),
        ("5" * 10**6, ParseError, "longer than 256"),
        ("5 m\x00", ParseError, "U+0000"),
        ("5\tm", ParseError, "U+0009"),
        ("5 m\u202e", ParseError, "U+202E"),
        ("5 neurоn", ParseError, "U+043E"),
        ("５ m", ParseError, "U+FF15"),
        ("5 × 10 m", ParseError, "86e9"),
        ("78–94 m", ParseError, "'78 to 94'"),
        ("10³ m", ParseError, "1e3"),
        ("½ m", ParseError, "U+00BD"),
        ("", ParseError, "empty"),
        ("   ", ParseError, "empty"),
        (None, ParseError, "empty"),
        (302, KindError, "expected a text"),
        (b"302 neuron", KindError, "expected a text"),
        ("nan", RangeError, "leave a missing number out"),
        ("NaN neuron", RangeError, "not a finite number"),
        ("-inf m", RangeError, "not a finite number"),
        ("Infinity", RangeError, "not a finite number"),
        ("1 to inf m", RangeError, "not a finite number"),
        ("5(nan) m", RangeError, "not a finite number"),
        ("1e400", RangeError, "1.8e308"),
        ("-1e400 m", RangeError, "1.8e308"),
        ("1.8e308", RangeError, "1.8e308"),
        ("1e999999999999999999999 m", RangeError, "1.8e308"),
        ("1e308 billion m", RangeError, "1.8e308"),
        ("1 +/- 1e400 m", RangeError, "1.8e308"),
        ("1(1)e400 m", RangeError, "1.8e308"),
        ("1e-400", RangeError, "4.9e-324"),
        ("1e-324", RangeError, "4.9e-324"),
        ("1e-99999999999999999999", RangeError, "4.9e-324"),
        ("1 +/- -0.1 m", RangeError, "must be >= 0; got -0.1 m; did you mean 0.1 m?"),
        ("1 m +/- -1 cm", RangeError, "must be >= 0; got -0.01 m; did you mean 0.01 m?"),
        ("5(-1) m", RangeError, "must be >= 0; got -1; did you mean 1?"),
        ("1 m +/- 1 s", UnitError, "'s' ([time]) and 'm' ([length])"),
        ("1 m to 2 s", UnitError, "'s' ([time]) and 'm' ([length])"),
        ("9 to 3", RangeError, "lower 9 above upper 3; swap?"),
        ("1 m to 20 cm", RangeError, "lower 1 above upper 0.2 m; swap?"),
        ("3 to 3 m", RangeError, "use an exact value"),
        ("1 m to 100 cm", RangeError, "use an exact value"),
        ("1 to 2 @ 95", RangeError, "must be in (0, 1); got '95'; did you mean 0.95?"),
        ("1 to 2 @ 95 m", RangeError, "did you mean 0.95?"),
        ("1 to 2 @ 0 m", RangeError, "must be in (0, 1)"),
        ("1 to 2 @ 100%", RangeError, "must be in (0, 1)"),
        ("1 to 2 @ -5%", RangeError, "must be in (0, 1)"),
        ("1 to 2 @ 0.99999999999999999999 m", RangeError, "must be in (0, 1)"),
        # what else one could write
        ("3 m/2 s", ParseError, "the number '2'"),
        ("[1 2] m", ParseError, "expected a number"),
        ("[1.0 2.0] meter", ParseError, "expected a number"),
        ("m[0]", ParseError, "expected a number"),
        ("5 m[0]", ParseError, "cannot stand there"),
        ("lambda: 0", ParseError, "expected a number"),
        ("().__class__", ParseError, "expected a number"),
        ("5 __import__('os')", ParseError, "cannot follow"),
        ("neuron", ParseError, "expected a number"),
        ("~5 m", ParseError, "expected a number"),
        ("5 m s", ParseError, "'m*s'"),
        ("86 B parameters", ParseError, "'billion'"),
        ("5 thousand million neuron", UnitError, "right behind the number"),
        ("5e m", UnitError, "1e6"),
        ("5 m @ 95%", ParseError, "belongs to a range"),
        ("5(1) m @ 95%", ParseError, "belongs to a range"),
        ("1 to 2 @ high m", ParseError, "'@ 95%'"),
        ("1 to 2 @ 95,5% m", ParseError, "'@ 95%'"),
        ("1 to 2 @ 95% @ 3 m", ParseError, "cannot follow"),
        ("1 to 2 to 3", ParseError, "more than one"),
        ("1 +/- 2 +/- 3", ParseError, "more than one"),
        ("5 +/- 3 to 2", ParseError, "more than one"),
        ("5(1) +/- 2 m", ParseError, "more than one"),
        ("5 m +/- 3", ParseError, "'m' behind the first number only"),
        ("78 billion to 94 neuron", ParseError, "'billion' behind the first number only"),
        ("(5) m", ParseError, "expected a number"),
        ("(5 to 6 m", ParseError, "in parentheses"),
        ("(1e3 to 2)e3 m", ParseError, "in parentheses"),
        ("(1 m to 2) m", ParseError, "in parentheses"),
        ("5( m", ParseError, "in parentheses"),
        ("5() m", ParseError, "in parentheses"),
        ("5(1e3) m", ParseError, "in parentheses"),
        ("5(+1) m", ParseError, "in parentheses"),
        ("1e3(4) m", ParseError, "in parentheses"),
        ("+/- 5 m", ParseError, "expected a number"),
        ("5 +/- m", ParseError, "expected a number"),
        ("5 m**13", ParseError, "±12"),
        ("5 degF", UnitError, "kelvin"),
    ],
)
def test_bad_texts_are_refused_with_a_mend(text, error, hint):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(error) as caught:
            read(text, WHERE)
    message = str(caught.value)
    assert type(caught.value) is error
    assert hint in message
    assert message.startswith(f"{WHERE}: ")
    assert len(message) < 450
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


HOSTILE = [
    "9**9**9", "9" * 256, "1e" + "9" * 254, "-" * 256, "(" * 256, "1(" * 128, " " * 255 + "1", "1" + " " * 254 + "m",
    "1 to " * 51, "1 +/- " * 42, "1 m*" + "m*" * 126, "1 " + "m" * 250, "1 " + "neuron " * 36, "1 to 2 @ " + "9" * 240,
    "0." + "0" * 250 + "1e200", "1 " + "**" * 120, "1 m" + "1" * 250, "5 mnrtilmofisfi", "1" * 10**6, "x" * 10**6,
    "é" * 256,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_texts_are_answered_at_once(text):
    best = min(_seconds(text) for _ in range(5))
    assert best < 0.005


def _seconds(text):
    start = time.perf_counter()
    with suppress(BrainparamsError):
        read(text, WHERE)
    return time.perf_counter() - start


def test_nothing_huge_is_ever_built():
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (10, 10))\n"
        "from brainparams.units.notation import read; from brainparams.errors import RangeError\n"
        "for text in ('1e999999999 m', '1e-999999999 m', '1(1)e999999999 m', '1 to 2e999999999 m'):\n"
        "    try: read(text, 'x')\n"
        "    except RangeError: continue\n"
        "    raise SystemExit(text)"
    )
    pytest.importorskip("resource")
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


# --- properties --------------------------------------------------------------

fragments = st.sampled_from(
    ["302", "86.06", "(8.12)", "(12)", "e9", "e400", "-", "+/-", "±", " to ", "to", "@", "95%", "0.95", " ", "billion",
     "degC", "neuron", "synapse/neuron", "mm", "³", "**", "^", "3", "/", "*", "(", ")", "nan", "inf", ",", "_", "%",
     "µm", "kb", "1/s", "per", ".", "\x00", "\u202e", "é", "K", "1e-320", "quadrillion", "-1", "[", "°C", "e", "E", "+"]
)  # fmt: skip


@given(
    st.one_of(st.lists(fragments, max_size=12).map("".join), st.lists(fragments, max_size=9).map(" ".join), st.text())
)
@example("")
@example("1e+-3 m")
@settings(derandomize=True, deadline=None, max_examples=2000)
def test_any_text_is_a_reading_or_our_error(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PrecisionWarning)
        try:
            reading = read(text, WHERE)
        except BrainparamsError:
            return
    numbers = [number for number in (reading.value, reading.sd, reading.low, reading.high) if number is not None]
    assert numbers
    assert all(isinstance(number, int | Fraction) and float(number) * 0 == 0 for number in numbers)
    assert (reading.value is None) == (reading.low is not None) == (reading.high is not None)
    assert reading.sd is None or reading.sd >= 0
    assert reading.low is None or reading.low < reading.high
    assert 0 < reading.level < 1


decimals = st.decimals(min_value="-1e30", max_value="1e30", allow_nan=False, allow_infinity=False).filter(
    lambda number: number == 0 or abs(number) > 1e-30
)


@given(decimals)
@settings(derandomize=True, deadline=None)
def test_numbers_are_exact(number):
    assert read(f"{number} neuron", WHERE).value == Fraction(number)


@given(st.floats(min_value=1e-300, max_value=1e300))
@settings(derandomize=True, deadline=None)
def test_the_repr_of_a_float_reads_back_as_that_float(number):
    assert float(read(f"{number!r} m", WHERE).value) == number


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from(["um", "mm", "cm", "km"]))
@settings(derandomize=True, deadline=None)
def test_the_unit_of_the_spread_does_not_change_it(value, sd, name):
    reading = read(f"{value} m +/- {sd} {name}", WHERE)
    assert reading.sd * conversion_factor(Unit("m"), Unit(name)) == sd


@given(st.integers(0, 10**6), st.integers(0, 10**4), st.integers(0, 6))
@settings(derandomize=True, deadline=None)
def test_digits_in_parentheses_count_from_the_last_place(digits, sd, decimals):
    padded = str(digits).rjust(decimals + 1, "0")
    text = f"{padded[:-decimals]}.{padded[-decimals:]}" if decimals else padded
    reading = read(f"{text}({sd}) m", WHERE)
    assert (reading.value, reading.sd) == (Fraction(digits, 10**decimals), Fraction(sd, 10**decimals))


# --- spreads as they are published --------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "factor", "unit"),
    [
        ("7000 ×/÷ 2 synapse/neuron", 7000, 2, "synapse/neuron"),
        ("1.6e14 ×/÷ 1.7 synapse", 16 * 10**13, Fraction(17, 10), "synapse"),
        ("7000 synapse/neuron ×/÷ 2", 7000, 2, "synapse/neuron"),
        ("86 billion ×/÷ 1.1 neuron", 86 * 10**9, Fraction(11, 10), "neuron"),
        ("3×/÷2", 3, 2, None),
    ],
)
def test_a_factor_either_way(text, value, factor, unit):
    assert read(text, WHERE) == Reading(value, unit=Unit(unit) if unit else None, factor=Fraction(factor))


@pytest.mark.parametrize(
    ("text", "value", "plus", "minus", "level", "unit"),
    [
        ("3 +4/-1 neuron", 3, 4, 1, 0.68, "neuron"),
        ("3 -1/+4 neuron", 3, 4, 1, 0.68, "neuron"),
        ("3 + 4 / - 1 neuron", 3, 4, 1, 0.68, "neuron"),
        ("3 +4/−1 neuron", 3, 4, 1, 0.68, "neuron"),
        ("3 neuron +4/-1", 3, 4, 1, 0.68, "neuron"),
        ("3 +4/-1 billion neuron", 3 * 10**9, 4 * 10**9, 10**9, 0.68, "neuron"),
        ("(3 +4/-1)e9 neuron", 3 * 10**9, 4 * 10**9, 10**9, 0.68, "neuron"),
        ("3e9 +4e9/-1e9 neuron", 3 * 10**9, 4 * 10**9, 10**9, 0.68, "neuron"),
        ("3 +4/-1 @ 90% neuron", 3, 4, 1, 0.9, "neuron"),
        ("50 +/- 16 @ 90% neuron", 50, 16, 16, 0.9, "neuron"),
        ("50 ± 16 neuron @ 0.95", 50, 16, 16, 0.95, "neuron"),
    ],
)
def test_two_sides_and_a_level(text, value, plus, minus, level, unit):
    reading = read(text, WHERE)
    assert (reading.value, reading.plus, reading.minus, reading.level, reading.unit) == (
        value,
        plus,
        minus,
        level,
        Unit(unit),
    )
    assert reading.sd is None


def test_a_factor_at_a_level_is_a_range():
    assert read("7000 ×/÷ 2 @ 95% synapse", WHERE) == read("3500 to 14000 @ 95% synapse", WHERE)


@pytest.mark.parametrize(
    ("text", "error", "hint"),
    [
        ("7000 ×/÷ 1 synapse", RangeError, "factor above 1"),
        ("7000 ×/÷ 0.5 synapse", RangeError, "factor above 1"),
        ("-7000 ×/÷ 2 m", RangeError, "positive number"),
        ("7000 synapse ×/÷ 2 neuron", ParseError, "two units"),
        ("7000(2) ×/÷ 2 neuron", ParseError, "more than a number"),
        ("7000 ×/÷ 2 ×/÷ 3 neuron", ParseError, "not allowed"),
        ("7000 × 2 neuron", ParseError, "86e9"),
        ("×/÷ 2 neuron", ParseError, "empty"),
        ("3 +4/-0 neuron", RangeError, "above 0"),
        ("3(1) +4/-1 neuron", ParseError, "more than one spread"),
        ("3 +4/-1/2 neuron", ParseError, "arithmetic"),
        ("2.75 GMAC", UnitError, "is two operations: write 5.5e9 operation."),
        ("2 MAC", UnitError, "is two operations: write 4 operation."),
        ("3 TMACs/s", UnitError, "is two operations: write 6e12 operation/s."),
        ("3 million FMA", UnitError, "is two operations: write 6e6 operation."),
    ],
)
def test_spreads_that_are_none(text, error, hint):
    with pytest.raises(error) as caught:
        read(text, WHERE)
    assert hint in str(caught.value)


# --- individuals ------------------------------------------------------------------------------------------------------

MEAN_OF_FOUR = [
    "86.06 ± 8.12 (n = 4) billion neuron",
    "86.06 ± 8.12 billion neuron (n = 4)",
    "86.06(8.12)e9 neuron, n=4",
    "86.06e9 neuron, sd 8.12e9 between 4 brains",
    "86.06 billion neuron, SD 8.12, n = 4",
    "86.06 billion neuron, SD 8.12e9, n = 4",
    "86.06e9 neuron, s.d. 8.12 billion (n = 4)",
    "86.06e9 neuron, standard deviation 8.12e9 neuron, n = 4",
    "86.06 ± 4.06 (SEM, n = 4) billion neuron",
    "86.06e9 neuron, SEM 4.06e9, n = 4",
    "86.06e9 neuron, standard error of the mean 4.06e9, n = 4",
    "86.06 +/- 4.06 billion neuron (s.e.m., n = 4)",
]


@pytest.mark.parametrize("text", MEAN_OF_FOUR)
def test_a_spread_between_individuals_says_what_their_mean_is(text):
    """The 5 and 95 % points of Student's t with 3 degrees of freedom, 2.3534 standard errors of 4.06e9 away."""
    low, high = bp.given(text).interval(0.90)
    assert (low, high) == pytest.approx((86.06e9 - 2.353363 * 4.06e9, 86.06e9 + 2.353363 * 4.06e9), rel=1e-6)
    assert bp.given(text).unit == "neuron"


@pytest.mark.parametrize("text", ["5 ± 1 m (SEM)", "5 m, SE 1", "5 ± 1 SEM m", "5 m, SEM 100 cm"])
def test_a_standard_error_alone_is_a_normal(text):
    assert (bp.given(text).mean(), bp.given(text).sd()) == (5.0, 1.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("86e9 neuron, n = 4", "go with a number and its spread between individuals"),
        ("80 to 90 neuron (n = 4)", "go with a number and its spread"),
        ("sd 8.12e9 between 4 brains", "go with a number and its spread"),
        ("n = 4", "go with a number and its spread"),
        ("5 ± 1 m, n = 1", "n must be a whole number >= 2"),
        ("5 m, sd 1, SEM 0.5", "says twice what its spread is"),
        ("5 ± 1 m, n = 4, between 5 people", "says twice"),
        ("5(1) m, sd 1", "more than one spread"),
        ("5 m, sd 1 s", "have one dimension"),
    ],
)
def test_what_is_said_of_individuals_has_to_fit(text, words):
    with pytest.raises(bp.BrainparamsError, match=words):
        bp.given(text)


@pytest.mark.parametrize("text", ["3 (+4/-1) m", "3 +4/-1 m", "3 (+4, -1) m", "3 (-1/+4) m"])
def test_two_sides_may_stand_in_parentheses(text):
    assert bp.given(text).quantiles([0.16, 0.5, 0.84]) == pytest.approx({0.16: 2.0, 0.5: 3.0, 0.84: 7.0})


@pytest.mark.parametrize(
    "text",
    [
        "1.6x10^11 synapse", "1.6×10^11 synapse", "1.6 × 10¹¹ synapse", "1.6*10^11 synapse", "1.6 * 10**11 synapse",
        "1.6·10^11 synapse", "1.6 x 10^{11} synapse", "1.6×10^+11 synapse", "160 × 10⁹ synapse",
        "1.6×10² billion synapse",
    ],
)  # fmt: skip
def test_powers_of_ten_as_papers_write_them(text):
    assert read(text, "t").value == 160_000_000_000
    assert str(read(text, "t").unit) == "synapse"


def test_powers_of_ten_stand_in_every_form():
    assert read("10^11 neuron", "t").value == 10**11
    assert read("10^-3 m", "t").value == Fraction(1, 1000)
    assert read("10^3 mm^3", "t").value == 1000
    assert read("1.6(2)×10^11 synapse", "t") == read("1.6(2)e11 synapse", "t")
    assert read("(1.6 ± 0.2) × 10^11 synapse", "t") == read("(1.6 ± 0.2)e11 synapse", "t")
    assert read("1.6×10^11 ± 2×10^10 synapse", "t") == read("1.6e11 ± 2e10 synapse", "t")
    assert read("10^3 to 6x10^3 neuron", "t") == read("1e3 to 6e3 neuron", "t")
    assert read("1.6×10^11 ×/÷ 2 synapse", "t") == read("1.6e11 ×/÷ 2 synapse", "t")


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("1.6 ± 0.2 × 10^11 synapse", ParseError, "'(1.6 ± 0.2)e11 synapse'"),
        ("1 to 6 × 10^3 neuron", ParseError, "'(1 to 6)e3 neuron'"),
        ("10**9**9 m", ParseError, "arithmetic"),
        ("10^11.2 parameter", ParseError, "arithmetic"),
        ("5 x 106 neuron", UnitError, "unit 'x'"),
        ("10¹¹ neuron", ParseError, "write 1e11 for 10¹¹"),
        ("10^999 m", RangeError, "beyond float range"),
        ("5 ×/÷ 7e308 m", RangeError, "beyond float range"),
        ("5 ×/÷ 7e308 m @ 90%", RangeError, "beyond float range"),
        ("1.7e308 ± 1.7e308 @ 90% ms", RangeError, "beyond float range"),
        ("-1.7e308 +1/-1.7e308 K", RangeError, "beyond float range"),
        ("between 1000 and 6000 neuron", ParseError, "write '1000 to 6000 neuron'"),
        ("from 1e3 to 6e3 neuron", ParseError, "write '1e3 to 6e3 neuron'"),
        ("mean 5 sd 2 neuron", ParseError, "write '5 ± 2 neuron'"),
        ("mean = 5, SD = 2 neuron", ParseError, "write '5 ± 2 neuron'"),
        ("mean 5 sd 2 neuron, n = 4", ParseError, "write '5 ± 2 neuron, n = 4'"),
        ("mean 5 neuron, SEM 2, n = 4", ParseError, "write '5 neuron, SEM 2, n = 4'"),
        ("average of 5 neuron", ParseError, "write '5 neuron'"),
    ],
)
def test_words_around_numbers_are_answered_with_the_short_form(text, error, words):
    with pytest.raises(error) as caught:
        read(text, "t")
    assert words in str(caught.value)
    short = re.search(r"write '([^']*)'( if it belongs to all)?\.$", str(caught.value))
    if short and words.startswith(("write", "'(")):
        read(short[1], "t")  # what is offered is read


@pytest.mark.parametrize("text", ["5 neuron\n", "\t5 neuron", "5 neuron \r\n", "\n 5 neuron"])
def test_blanks_and_ends_of_lines_around_a_text_are_read(text):
    assert read(text, "t").value == 5


def test_two_temperatures_in_celsius_have_no_sum_and_a_difference():
    body, warmer = bp.exact("37 °C"), bp.exact("1 degC")
    with pytest.raises(bp.UnitError, match=r"two temperatures in degC.*such as '1 K'"):
        body + warmer
    assert (body - bp.exact("36 °C")).value == 1
    assert float((body + bp.exact("1 K")).value) == pytest.approx(311.15)
