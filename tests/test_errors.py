"""Bad input: every case gets an error of ours that says where, what came, what is expected, and how to mend it.

The number in front of a case is the kind of bad input. Fractions that must sum to 1 (35) are missing: nothing takes
a list of fractions yet.
"""

import difflib
import random
import time
import warnings
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

import brainparams as bp
from brainparams import errors

SYNAPSES = "7000 synapse/neuron"


def assumed(value: Any, unit: str | None = None, **others: Any) -> bp.Quantity:
    return bp.assumed(value, unit, because="for a test", **others)


def range_of_neurons() -> bp.Quantity:
    return assumed("1 to 10 neuron")


def with_fraction(fraction: Any) -> bp.Quantity:
    return bp.synapse_count("5 neuron", SYNAPSES, learning_fraction=fraction)


def other_registry(*definitions: str) -> pint.UnitRegistry:
    registry = pint.UnitRegistry()
    for definition in definitions:
        registry.define(definition)
    return registry


# --- refused -----------------------------------------------------------------------------------------------------


class Refused(NamedTuple):
    """A call, the class of its error, and what the message must say."""

    call: Callable[[], Any]
    error: type[bp.BrainparamsError]
    words: tuple[str, ...]


REFUSED = {
    # units
    "1-volume-for-a-count": Refused(
        lambda: bp.connection_count("3.2 mm**3", "9.5 synapse/connection"),
        bp.UnitError,
        (
            "connection_count()",
            "'synapses'",
            "[synapse]",
            "3.2 mm**3",
            "[length]**3",
            "Multiply by",
            "synapse per mm**3",
        ),
    ),
    "1-product-for-a-count": Refused(
        lambda: bp.synapse_count(assumed("3.2 mm**3") * assumed("2 mm"), SYNAPSES),
        bp.UnitError,
        ("synapse_count()", "'neurons'", "[neuron]", "mm**4", "Multiply by"),
    ),
    "2-number-without-unit": Refused(
        lambda: bp.synapse_count(86e9, SYNAPSES),
        bp.UnitError,
        ("synapse_count()", "'neurons'", "86000000000.0", "no unit", "'8.6e+10 neuron'"),
    ),
    "2-text-without-unit": Refused(
        lambda: bp.synapse_count("86e9", SYNAPSES),
        bp.UnitError,
        ("synapse_count()", "'neurons'", "'86e9'", "'86e9 neuron'"),
    ),
    "2-number-to-a-maker": Refused(
        lambda: assumed(6e14),
        bp.UnitError,
        ("assumed()", "600000000000000.0", "no unit", "second argument", "'86e9 neuron'"),
    ),
    "2-text-to-a-maker": Refused(
        lambda: assumed("6e14"), bp.UnitError, ("assumed()", "'6e14'", "no unit", "'86e9 neuron'")
    ),
    "2-number-in-a-product": Refused(
        lambda: assumed("6e14 synapse") * 5,
        bp.UnitError,
        ("multiply", "5", "no unit", "synapse", "'5 parameter/synapse'"),
    ),
    "3-unit-on-a-fraction": Refused(
        lambda: with_fraction("0.9 m"), bp.UnitError, ("synapse_count()", "'learning_fraction'", "0.9", "m", "0.8")
    ),
    "4-unknown-unit": Refused(
        lambda: assumed("302 neurn"), bp.UnitError, ("assumed()", "'neurn'", "Did you mean 'neuron'", "mm")
    ),
    "4-unknown-unit-in-an-argument": Refused(
        lambda: bp.synapse_count("302 neurn", SYNAPSES),
        bp.UnitError,
        ("synapse_count()", "'neurons'", "'neurn'", "'neuron'"),
    ),
    "5-ambiguous-kb": Refused(
        lambda: assumed("5 kb"), bp.UnitError, ("assumed()", "'kb'", "kilobarn", "write kilobit")
    ),
    "5-ambiguous-M": Refused(lambda: assumed("5 M"), bp.UnitError, ("assumed()", "'M'", "molar", "write 1e6")),
    "5-ambiguous-G": Refused(lambda: assumed("5 G"), bp.UnitError, ("assumed()", "'G'", "gauss", "write 1e9")),
    "5-ambiguous-e": Refused(lambda: assumed("5 e"), bp.UnitError, ("assumed()", "'e'", "elementary charge", "1e6")),
    "5-ambiguous-b": Refused(lambda: assumed("5 b"), bp.UnitError, ("assumed()", "'b'", "barn", "write bit or byte")),
    "6-wrong-case-KB": Refused(lambda: assumed("5 KB"), bp.UnitError, ("assumed()", "'KB'", "case", "'kB'")),
    "6-wrong-case-MHZ": Refused(lambda: assumed("5 MHZ"), bp.UnitError, ("assumed()", "'MHZ'", "case", "'MHz'")),
    "6-wrong-case-Neuron": Refused(lambda: assumed("5 Neuron"), bp.UnitError, ("assumed()", "'Neuron'", "'neuron'")),
    "8-celsius-in-a-product": Refused(
        lambda: assumed("2 degC*m"), bp.UnitError, ("assumed()", "'degC'", "only as kelvin", "write K")
    ),
    "8-celsius-per-second": Refused(
        lambda: assumed("20 degC") * assumed("2 degC/s"), bp.UnitError, ("'degC'", "write K")
    ),
    "9-rpm": Refused(lambda: assumed("60 rpm"), bp.UnitError, ("assumed()", "'rpm'", "2π", "write spike/s")),
    "9-cycles": Refused(lambda: assumed("1 cycle/s"), bp.UnitError, ("assumed()", "'cycle'", "2π", "write spike/s")),
    "10-unit-of-another-registry": Refused(
        lambda: bp.synapse_count(other_registry("glia = [glia]").Quantity(3, "glia"), SYNAPSES),
        bp.UnitError,
        ("synapse_count()", "'neurons'", "pint registry", "'glia'", "convert to"),
    ),
    "11-unit-defined-otherwise": Refused(
        lambda: bp.given(other_registry("neuron = 3 meter").Quantity(1, "neuron")),
        bp.UnitError,
        ("'neuron'", "3 meter", "1 neuron", "Rename"),
    ),
    "11-registry-defines-otherwise": Refused(
        lambda: bp.install_units(other_registry("neuron = 3 meter")),
        bp.UnitError,
        ("install_units()", "'neuron'", "3 meter", "1 neuron", "Rename"),
    ),
    # text
    "12-blank-in-a-number": Refused(
        lambda: assumed("1 000 m"), bp.ParseError, ("assumed()", "'1 000 m'", "digit groups", "write 1000 or 1e3")
    ),
    "12-comma-in-a-number": Refused(
        lambda: assumed("1,000 m"), bp.ParseError, ("assumed()", "'1,000 m'", "digit groups", "write 1000 or 1e3")
    ),
    "12-comma-and-point": Refused(
        lambda: assumed("1.000,5 m"), bp.ParseError, ("assumed()", "'1.000,5 m'", "digit groups", "write 1000 or 1e3")
    ),
    "13-tower-of-powers": Refused(
        lambda: assumed("9**9**9"), bp.ParseError, ("assumed()", "'9**9**9'", "arithmetic in text", "write one number")
    ),
    "13-power-of-a-number": Refused(
        lambda: assumed("2**10 m"), bp.ParseError, ("assumed()", "'2**10 m'", "arithmetic in text", "write one number")
    ),
    "13-tower-in-a-unit": Refused(lambda: bp.Unit("m**9**9**9"), bp.ParseError, ("Unit()", "'m**9**9**9'", "mm**3")),
    "14-long-text": Refused(
        lambda: bp.synapse_count("7" * 1_000_000, SYNAPSES),
        bp.ParseError,
        ("synapse_count()", "'neurons'", "1000000 characters", "longer than 256", "Give one number and one unit"),
    ),
    "14-long-unit": Refused(lambda: bp.Unit("m" * 1_000_000), bp.ParseError, ("Unit()", "longer than 256", "Give one")),
    "15-null": Refused(lambda: assumed("1 m\x00"), bp.ParseError, ("assumed()", "U+0000", "position 4", "write plain")),
    "15-tabulator": Refused(
        lambda: assumed("1\tm"), bp.ParseError, ("assumed()", "U+0009", "position 2", "write plain")
    ),
    "15-direction": Refused(
        lambda: assumed("1 m\u202e"), bp.ParseError, ("assumed()", "U+202E", "position 4", "write plain")
    ),
    "15-look-alike": Refused(
        lambda: assumed("1 n\u0435uron"),
        bp.ParseError,
        ("assumed()", "U+0435", "CYRILLIC", "position 4", "write plain"),
    ),
    "16-empty": Refused(lambda: assumed(""), bp.ParseError, ("assumed()", "empty", "'302 neuron'")),
    "16-blank": Refused(lambda: assumed("   "), bp.ParseError, ("assumed()", "empty", "'302 neuron'")),
    "16-none": Refused(lambda: assumed(None), bp.KindError, ("assumed()", "no value", "'86e9 neuron'")),
    "16-none-as-an-argument": Refused(
        lambda: bp.synapse_count(None, SYNAPSES),
        bp.KindError,
        ("synapse_count()", "'neurons'", "None", "'86e9 neuron'"),
    ),
    # numbers
    "17-negative-count": Refused(
        lambda: bp.synapse_count("-5 neuron", SYNAPSES),
        bp.RangeError,
        ("synapse_count()", "'neurons'", "-5 neuron", "counts are >= 0", "a - b"),
    ),
    "17-negative-count-to-a-maker": Refused(
        lambda: assumed(-5, "neuron"), bp.RangeError, ("assumed()", "-5 neuron", "counts are >= 0", "a - b")
    ),
    "17-negative-count-in-an-array": Refused(
        lambda: bp.exact([3, -5], "neuron", axis="layer"), bp.RangeError, ("exact()", "-5", "counts are >= 0", "a - b")
    ),
    "17-belief-below-zero": Refused(
        lambda: assumed(bp.Uniform(-5, -3), "neuron"), bp.RangeError, ("assumed()", "below zero", "counts are >= 0")
    ),
    "18-plain-zero-divides": Refused(
        lambda: assumed("5 synapse") / 0, bp.RangeError, ("divide", "synapse", "by 0", "divisor > 0")
    ),
    "18-zero-divides": Refused(
        lambda: assumed("5 synapse") / assumed("0 neuron", name="cells"),
        bp.RangeError,
        ("divide", "'cells'", "0 neuron", "> 0"),
    ),
    "18-zero-divides-in-an-estimator": Refused(
        lambda: bp.connection_count("5 synapse", "0 synapse/connection").value,
        bp.RangeError,
        ("'divide'", "'synapses'", "'synapses per connection'", "divisor is zero", "> 0"),
    ),
    "18-zero-in-a-dividing-array": Refused(
        lambda: (assumed("5 synapse") / bp.exact([3, 0], "neuron", axis="layer")).value,
        bp.RangeError,
        ("'divide'", "divisor is zero", "> 0"),
    ),
    "18-zero-divides-draws": Refused(
        lambda: (assumed("5 synapse") / (range_of_neurons() * bp.exact(0, "1"))).interval(0.9),
        bp.RangeError,
        ("'divide'", "divisor is zero", "> 0"),
    ),
    "20-nan": Refused(
        lambda: assumed(float("nan"), "neuron"), bp.RangeError, ("assumed()", "not a number", "leave it out")
    ),
    "20-nan-as-text": Refused(
        lambda: assumed("nan neuron"), bp.RangeError, ("assumed()", "'nan neuron'", "not a finite number", "leave")
    ),
    "20-nan-in-an-array": Refused(
        lambda: bp.exact(np.array([1.0, np.nan]), "neuron", axis="layer"),
        bp.RangeError,
        ("exact()", "not finite", "leave"),
    ),
    "20-nan-as-spread": Refused(
        lambda: bp.Normal(1, float("nan")), bp.RangeError, ("Normal(sd)", "not a number", "leave it out")
    ),
    "20-nan-as-spread-in-text": Refused(
        lambda: assumed("5(nan) neuron"),
        bp.RangeError,
        ("assumed()", "standard deviation", "'5(nan) neuron'", "not a finite"),
    ),
    "20-nan-in-a-product": Refused(
        lambda: assumed("5 mm") * float("nan"), bp.RangeError, ("not a number", "leave it out")
    ),
    "20-nan-as-exponent": Refused(
        lambda: assumed("5 mm") ** float("nan"), bp.RangeError, ("power", "exponent", "nan", "finite", "such as 2")
    ),
    "20-nan-as-fraction": Refused(
        lambda: with_fraction(float("nan")),
        bp.RangeError,
        ("synapse_count()", "'learning_fraction'", "not a number", "leave"),
    ),
    "20-nan-as-width": Refused(
        lambda: bp.dense_parameters([3, float("nan")], bias=True),
        bp.RangeError,
        ("dense_parameters()", "widths[1]", "nan", ">= 1"),
    ),
    "20-nan-as-level": Refused(
        lambda: range_of_neurons().interval(float("nan")),
        bp.RangeError,
        ("interval()", "level", "(0, 1)", "0.90", "nan"),
    ),
    "21-infinite": Refused(
        lambda: assumed(float("inf"), "neuron"), bp.RangeError, ("assumed()", "inf", "not finite", "1.8e308")
    ),
    "21-minus-infinite": Refused(
        lambda: assumed(-float("inf"), "K"), bp.RangeError, ("assumed()", "-inf", "not finite", "1.8e308")
    ),
    "21-infinite-as-text": Refused(
        lambda: assumed("inf neuron"), bp.RangeError, ("assumed()", "'inf neuron'", "not a finite number", "leave")
    ),
    "21-infinite-mean": Refused(lambda: bp.Normal(float("inf"), 1), bp.RangeError, ("Normal(mean)", "inf", "finite")),
    "21-infinite-bound": Refused(
        lambda: bp.between(1, float("inf"), level=0.9),
        bp.RangeError,
        ("between(high)", "inf", "finite", "give a bound"),
    ),
    "21-infinite-fraction": Refused(
        lambda: with_fraction(float("inf")),
        bp.RangeError,
        ("synapse_count()", "'learning_fraction'", "inf", "not finite"),
    ),
    "21-infinite-width": Refused(
        lambda: bp.dense_parameters([3, float("inf")], bias=True),
        bp.RangeError,
        ("dense_parameters()", "widths[1]", "inf", ">= 1"),
    ),
    "22-huge-text": Refused(
        lambda: assumed("1e400 neuron"), bp.RangeError, ("assumed()", "1e400", "beyond float range", "1.8e308")
    ),
    "23-huge-integer": Refused(
        lambda: assumed(10**400, "neuron"), bp.RangeError, ("assumed()", "400 digits", "beyond float range", "1.8e308")
    ),
    "23-huge-parameter": Refused(
        lambda: bp.LogNormal(10**400, 1),
        bp.RangeError,
        ("LogNormal(mu)", "400 digits", "beyond float range", "1.8e308", "larger unit"),
    ),
    "23-huge-exponent": Refused(
        lambda: assumed("5 mm") ** 10**400, bp.RangeError, ("power", "exponent", "400 digits", "such as 2")
    ),
    "23-huge-width": Refused(
        lambda: bp.dense_parameters([3, 10**400], bias=True),
        bp.RangeError,
        ("dense_parameters()", "widths[1]", "400 digits", "1.8e308"),
    ),
    "23-huge-result": Refused(
        lambda: (bp.exact(10**200, "neuron") * bp.exact(10**200, "synapse/neuron")).value,
        bp.RangeError,
        ("'multiply'", "beyond float range", "1.8e308"),
    ),
    # spread
    "25-negative-spread": Refused(
        lambda: bp.Normal(5, -0.1),
        bp.RangeError,
        ("Normal(sd)", "standard deviation must be >= 0", "-0.1", "did you mean 0.1?"),
    ),
    "25-negative-spread-in-text": Refused(
        lambda: assumed("5 +/- -0.1 m"),
        bp.RangeError,
        ("assumed()", "standard deviation", "-0.1 m", "did you mean 0.1 m?"),
    ),
    "25-negative-spread-in-parentheses": Refused(
        lambda: assumed("5(-0.1) m"), bp.RangeError, ("assumed()", "standard deviation", "-0.1", "did you mean 0.1?")
    ),
    "27-spread-of-another-dimension": Refused(
        lambda: assumed("5 m +/- 0.1 s"),
        bp.UnitError,
        ("assumed()", "'s'", "'m'", "[time]", "[length]", "one dimension"),
    ),
    "29-reversed": Refused(
        lambda: bp.between(9, 3, level=0.9), bp.RangeError, ("between(low)", "lower 9 above upper 3", "swap")
    ),
    "29-reversed-lognormal": Refused(
        lambda: bp.LogNormal.from_interval(9, 3, level=0.9),
        bp.RangeError,
        ("LogNormal.from_interval(low)", "9", "3", "swap"),
    ),
    "29-reversed-text": Refused(
        lambda: assumed("9 to 3 neuron"), bp.RangeError, ("assumed()", "lower 9 above upper 3 neuron", "swap")
    ),
    "30-zero-width": Refused(
        lambda: bp.between(3, 3, level=0.9), bp.RangeError, ("between(low)", "zero width at 3", "use an exact value")
    ),
    "30-zero-width-text": Refused(
        lambda: assumed("3 to 3 neuron"), bp.RangeError, ("assumed()", "3 neuron", "no width", "use an exact value")
    ),
    "31-lognormal-from-zero": Refused(
        lambda: bp.between(0, 10, level=0.9),
        bp.RangeError,
        ("between(low)", "positive", "0", "Normal.from_interval", "Uniform"),
    ),
    "31-lognormal-from-below-zero": Refused(
        lambda: bp.LogNormal.from_interval(-1, 10, level=0.9),
        bp.RangeError,
        ("LogNormal.from_interval(low)", "positive", "-1", "Normal.from_interval", "Uniform", "Beta"),
    ),
    "31-text-from-zero": Refused(
        lambda: assumed("0 to 10 neuron"),
        bp.RangeError,
        ("assumed()", "positive", "0 to 10", "bp.Normal.from_interval", "bp.Uniform"),
    ),
    "32-level-in-per-cent": Refused(
        lambda: bp.between(1, 10, level=95), bp.RangeError, ("between(level)", "(0, 1)", "95", "did you mean 0.95?")
    ),
    "32-level-in-per-cent-in-text": Refused(
        lambda: assumed("1 to 10 @ 95 neuron"),
        bp.RangeError,
        ("assumed()", "level", "(0, 1)", "'95'", "did you mean 0.95?"),
    ),
    "32-level-of-an-interval": Refused(
        lambda: range_of_neurons().interval(95),
        bp.RangeError,
        ("interval()", "level", "(0, 1)", "95", "did you mean 0.95?"),
    ),
    "32-level-of-a-derivation": Refused(
        lambda: range_of_neurons().explain(level=95),
        bp.RangeError,
        ("explain()", "level", "(0, 1)", "95", "did you mean 0.95?"),
    ),
    "32-level-of-a-picture": Refused(
        lambda: range_of_neurons().plot(level=95),
        bp.RangeError,
        ("plot()", "level", "(0, 1)", "95", "did you mean 0.95?"),
    ),
    "33-probability": Refused(
        lambda: range_of_neurons().quantile(1.2),
        bp.RangeError,
        ("quantile()", "p is a probability", "[0, 1]", "0.95", "1.2"),
    ),
    "33-probability-of-a-distribution": Refused(
        lambda: bp.LogNormal(0, 1).ppf(1.2),
        bp.RangeError,
        ("LogNormal.ppf(p)", "probability", "[0, 1]", "1.2", "divide a percentage"),
    ),
    "34-negative-fraction": Refused(
        lambda: with_fraction(-0.1),
        bp.RangeError,
        ("synapse_count()", "'learning_fraction'", "[0, 1]", "-0.1", "within these"),
    ),
    "34-fraction-above-one": Refused(
        lambda: with_fraction("1.0000001"),
        bp.RangeError,
        ("synapse_count()", "'learning_fraction'", "[0, 1]", "1.0000001", "within"),
    ),
    "34-belief-above-one": Refused(
        lambda: with_fraction(assumed(bp.Uniform(0.5, 1.5), "1")),
        bp.RangeError,
        ("synapse_count()", "'learning_fraction'", "[0, 1]", "use a distribution within"),
    ),
    # structure
    "36-broken-width": Refused(
        lambda: bp.dense_parameters([3.5, 2], bias=False),
        bp.RangeError,
        ("dense_parameters()", "widths[0]", "whole number >= 1", "3.5"),
    ),
    "36-broken-width-as-text": Refused(
        lambda: bp.dense_parameters([3, "2.5 neuron"], bias=False),
        bp.RangeError,
        ("dense_parameters()", "widths[1]", "whole number >= 1", "2.5"),
    ),
    "36-broken-width-in-an-array": Refused(
        lambda: bp.dense_parameters(bp.exact([3.5, 2], "neuron", axis="layer"), bias=False),
        bp.RangeError,
        ("dense_parameters()", "widths[0]", "whole number >= 1", "3.5"),
    ),
    "36-no-width": Refused(
        lambda: bp.dense_parameters([3, 0], bias=False),
        bp.RangeError,
        ("dense_parameters()", "widths[1]", "whole number >= 1", "0"),
    ),
    "39-arrays-of-two-lengths": Refused(
        lambda: (
            bp.exact([1] * 6, "neuron", axis="region").named("cells")
            * bp.exact([1] * 5, "synapse/neuron", axis="region").named("contacts")
        ),
        bp.ShapeError,
        ("'cells'", "'contacts'", "'region'", "6 labels", "5 labels", "give both the same labels"),
    ),
    "39-arrays-of-other-labels": Refused(
        lambda: bp.exact({"a": 1}, "neuron", axis="region") + bp.exact({"b": 2}, "neuron", axis="region"),
        bp.ShapeError,
        ("neuron + neuron", "'region'", "(a)", "(b)", "give both the same labels"),
    ),
    "39-parameters-of-two-lengths": Refused(
        lambda: bp.LogNormal([1] * 6, [1] * 5),
        bp.ShapeError,
        ("LogNormal()", "mu (6,)", "sigma (5,)", "make them equal"),
    ),
    "39-labels-of-another-length": Refused(
        lambda: bp.stacked(["1 neuron", "2 neuron"], "region", ["a"]),
        bp.ShapeError,
        ("stacked()", "'values' has 2", "'labels' 1", "'region'", "one label for each value"),
    ),
    # kinds
    "43-bool": Refused(
        lambda: bp.synapse_count(True, SYNAPSES),
        bp.KindError,
        ("synapse_count()", "'neurons'", "True is not a count", "'1 neuron'"),
    ),
    "43-bool-of-numpy": Refused(
        lambda: assumed(np.True_, "neuron"), bp.KindError, ("assumed()", "True is not a count", "'1 neuron'")
    ),
    "43-bools-in-an-array": Refused(
        lambda: bp.exact(np.array([True]), "neuron", axis="layer"), bp.KindError, ("exact()", "bool", ".astype(float)")
    ),
    "43-bool-in-a-product": Refused(
        lambda: assumed("5 neuron") * True, bp.KindError, ("multiply", "True is not a count", "bp.exact('1 neuron')")
    ),
    "43-bool-as-width": Refused(
        lambda: bp.dense_parameters([True, 3], bias=True),
        bp.KindError,
        ("dense_parameters()", "widths[0]", "True", "write such as 300"),
    ),
    "43-bool-as-mean": Refused(
        lambda: bp.Normal(True, 1), bp.KindError, ("Normal(mean)", "real number", "True", "float(")
    ),
    "43-bool-as-draws": Refused(
        lambda: range_of_neurons().estimate(draws=True),
        bp.KindError,
        ("estimate()", "draws", "whole number", "1_000_000", "True"),
    ),
    "43-bool-as-seed": Refused(
        lambda: range_of_neurons().estimate(seed=True), bp.KindError, ("estimate()", "seed", "integer >= 0", "True")
    ),
    "44-complex": Refused(
        lambda: bp.synapse_count(1j, SYNAPSES),
        bp.KindError,
        ("synapse_count()", "'neurons'", "1j", "complex", "'86e9 neuron'"),
    ),
    "44-complex-array": Refused(
        lambda: bp.exact(np.array([1j]), "neuron", axis="layer"),
        bp.KindError,
        ("exact()", "complex128", ".astype(float)"),
    ),
    "44-complex-exponent": Refused(lambda: assumed("5 mm") ** 1j, bp.KindError, ("power", "exponent", "number", "1j")),
    "44-complex-mean": Refused(
        lambda: bp.Normal(1j, 1), bp.KindError, ("Normal(mean)", "real number", "1j", "complex")
    ),
    # names
    "49-unknown-argument": Refused(
        lambda: bp.synapse_count(neurn="5 neuron", synapses_per_neuron=SYNAPSES),
        bp.ArgumentError,
        ("synapse_count()", "unknown argument 'neurn'", "Did you mean 'neurons'?", "missing neurons"),
    ),
    "49-unknown-option": Refused(
        lambda: bp.synapse_count("5 neuron", SYNAPSES, lerning_fraction="0.5"),
        bp.ArgumentError,
        ("synapse_count()", "unknown argument 'lerning_fraction'", "Did you mean 'learning_fraction'"),
    ),
    "50-all-arguments-missing": Refused(
        bp.synaptic_parameters,
        bp.ArgumentError,
        (
            "synaptic_parameters()",
            "missing neurons (a quantity in neuron, such as '86e9 neuron')",
            "synapses_per_neuron (a quantity in synapse/neuron, such as '7000 synapse/neuron')",
            "parameters_per_synapse (a quantity in parameter/synapse, such as '1 parameter/synapse')",
        ),
    ),
    "50-one-argument-missing": Refused(
        lambda: bp.dense_parameters([3, 2]), bp.ArgumentError, ("dense_parameters()", "missing bias")
    ),
    "50-source-missing": Refused(
        lambda: bp.measured("5 neuron"),
        bp.SourceError,
        ("measured()", "needs a source", "source='azevedo2009'", "bp.assumed"),
    ),
    "50-reason-missing": Refused(
        lambda: bp.assumed("5 neuron"), bp.SourceError, ("assumed()", "needs a reason", "because=")
    ),
    "52-unknown-species-in-an-id": Refused(
        lambda: bp.evidence("humn/brain/neurons"),
        bp.UnknownNameError,
        ("evidence", "'humn/brain/neurons'", "nearest", "'human/brain/neurons'", "bp.evidence.ids()"),
    ),
    "52-unknown-region-in-an-id": Refused(
        lambda: bp.evidence("human/brian/neurons"),
        bp.UnknownNameError,
        ("evidence", "'human/brian/neurons'", "nearest", "'human/brain/neurons'", "bp.evidence.ids()"),
    ),
    "52-unknown-species": Refused(
        lambda: bp.evidence.find(species="humn"),
        bp.UnknownNameError,
        ("evidence.find(species=)", "'humn'", "nearest", "'human'", "bp.evidence.find()"),
    ),
    "52-unknown-region": Refused(
        lambda: bp.evidence.find(region="brian"),
        bp.UnknownNameError,
        ("evidence.find(region=)", "'brian'", "nearest", "'brain'", "bp.evidence.find()"),
    ),
    "52-unknown-source": Refused(
        lambda: bp.measured("5 neuron", source="azevedo2008"),
        bp.SourceError,
        ("measured()", "'azevedo2008'", "Did you mean", "'azevedo2009'", "bp.references()", "bp.Citation("),
    ),
    # drawing
    "63-no-draws": Refused(
        lambda: range_of_neurons().estimate(engine="random", draws=0),
        bp.RangeError,
        ("estimate()", "draws", ">= 1", "1_000_000", "0"),
    ),
    "63-negative-draws": Refused(
        lambda: range_of_neurons().estimate(engine="random", draws=-1),
        bp.RangeError,
        ("estimate()", "draws", ">= 1", "-1"),
    ),
    "63-broken-draws": Refused(
        lambda: range_of_neurons().estimate(engine="random", draws=1.5),
        bp.RangeError,
        ("estimate()", "draws", "whole number", "1.5"),
    ),
    "63-too-many-draws": Refused(
        lambda: range_of_neurons().estimate(engine="random", draws=1e12),
        bp.RangeError,
        ("estimate()", "draws=1e+12", "hours of one processor", "give draws <= 100,000,000,000"),
    ),
    "63-draws-as-text": Refused(
        lambda: range_of_neurons().estimate(engine="random", draws="abc"),
        bp.KindError,
        ("estimate()", "draws", "'abc'", "1_000_000"),
    ),
    "63-no-draws-for-numpy": Refused(
        lambda: range_of_neurons().to_numpy(0), bp.RangeError, ("to_numpy()", "draws", ">= 1", "10_000", "0")
    ),
    "64-negative-seed": Refused(
        lambda: range_of_neurons().estimate(seed=-1),
        bp.RangeError,
        ("estimate()", "seed", ">= 0", "-1", "did you mean 1?"),
    ),
    "64-broken-seed": Refused(
        lambda: range_of_neurons().estimate(seed=1.5),
        bp.RangeError,
        ("estimate()", "seed", "integer >= 0", "None", "1.5"),
    ),
    "64-seed-as-text": Refused(
        lambda: range_of_neurons().estimate(seed="abc"),
        bp.KindError,
        ("estimate()", "seed", "integer >= 0", "None", "'abc'"),
    ),
    "64-seed-of-draws": Refused(
        lambda: range_of_neurons().to_numpy(10, seed=-1), bp.RangeError, ("to_numpy()", "seed", "-1", "did you mean 1?")
    ),
    "64-seed-of-drivers": Refused(
        lambda: (range_of_neurons() + range_of_neurons()).drivers(seed=-1),
        bp.RangeError,
        ("drivers()", "seed", "-1", "did you mean 1?"),
    ),
    "64-seed-of-a-comparison": Refused(
        lambda: bp.probability_greater(range_of_neurons(), "3 neuron", seed=-1),
        bp.RangeError,
        ("seed", "-1", "did you mean 1?"),
    ),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_errors_is_refused_with_the_mend(case):
    with pytest.raises(bp.BrainparamsError) as caught:
        case.call()
    error = caught.value
    assert type(error) is case.error
    assert [word for word in case.words if word not in str(error)] == []
    assert len(str(error)) <= 400
    # no traceback of another library stands in front of ours
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None or isinstance(error.__context__, bp.BrainparamsError)


@pytest.mark.parametrize("name", ["13-tower-of-powers", "13-tower-in-a-unit", "14-long-text", "14-long-unit"])
def test_hostile_text_is_refused_at_once(name):
    def seconds():
        start = time.perf_counter()
        with pytest.raises(bp.ParseError):
            REFUSED[name].call()
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 0.05


# --- accepted, and said --------------------------------------------------------------------------------------------


class Warned(NamedTuple):
    """A call that gives a quantity and a warning."""

    call: Callable[[], bp.Quantity]
    warning: type[bp.BrainparamsWarning]
    words: str


WARNED = {
    "24-denormal": Warned(lambda: assumed(1e-320, "neuron"), bp.PrecisionWarning, r"assumed\(\).*1e-320"),
    "24-denormal-text": Warned(
        lambda: assumed("1e-320 neuron"), bp.PrecisionWarning, r"assumed\(\).*1e-320.*smaller unit"
    ),
    "28-spread-into-negative-counts": Warned(
        lambda: assumed("5 +/- 7.5 neuron"), bp.NegativeWarning, r"assumed\(\): 25% of the draws.*negative.*lognormal"
    ),
    "28-spread-into-negative-counts-in-an-argument": Warned(
        lambda: bp.synapse_count("86e9 neuron", "7000 +/- 10500 synapse/neuron"),
        bp.NegativeWarning,
        r"synapse_count\(\).*'synapses_per_neuron'.*25% of the draws.*negative.*lognormal",
    ),
    "34-belief-beyond-one": Warned(
        lambda: with_fraction(assumed(bp.Normal(0.9, 0.1), "1")),
        bp.NegativeWarning,
        r"synapse_count\(\).*'learning_fraction'.*\[0, 1\].*16%.*bp\.Beta\.from_mean",
    ),
}


@pytest.mark.parametrize("case", WARNED.values(), ids=WARNED)
def test_doubtful_input_is_accepted_with_a_warning(case):
    with pytest.warns(case.warning, match=case.words) as seen:
        assert isinstance(case.call(), bp.Quantity)
    assert [each.category for each in seen] == [case.warning]


class Accepted(NamedTuple):
    """A call, its median, and what the derivation says about the input."""

    call: Callable[[], bp.Quantity]
    median: float
    note: str


ACCEPTED = {
    "7-celsius": Accepted(lambda: assumed("20 degC"), 293.15, "273.15 K was added"),
    "7-celsius-with-spread": Accepted(lambda: assumed("20 degC +/- 1 degC"), 293.15, "1 degC is 1 K"),
    "10-pint-quantity": Accepted(lambda: bp.given(other_registry().Quantity(3, "mm")), 3, "no source"),
    "10-pint-quantity-of-other-units": Accepted(lambda: bp.given(other_registry().Quantity(2, "inch")), 0.0508, "m"),
    "10-pint-count": Accepted(
        lambda: bp.synapse_count(other_registry("neuron = [neuron]").Quantity(5, "neuron"), SYNAPSES),
        35000,
        "no source",
    ),
    "16-none-where-there-is-a-default": Accepted(lambda: with_fraction(None), 35000, "5 neuron"),
    "19-zero-count": Accepted(lambda: bp.synapse_count("0 neuron", SYNAPSES), 0, "0 neuron"),
    "26-no-spread": Accepted(lambda: assumed(bp.Normal(5, 0), "neuron"), 5, "standard deviation 0: taken as exact"),
    "26-no-spread-in-text": Accepted(lambda: assumed("5 +/- 0 neuron"), 5, "standard deviation 0: taken as exact"),
    "34-just-above-one": Accepted(lambda: with_fraction(1 + 1e-13), 35000, "1.0000000000001 was taken as 1"),
    "34-just-above-one-in-text": Accepted(
        lambda: with_fraction("1.0000000000001"), 35000, "'1.0000000000001' was taken as 1"
    ),
    "34-just-below-zero": Accepted(lambda: with_fraction(-1e-13), 0, "-1e-13 was taken as 0"),
    "36-part-of-a-count": Accepted(lambda: assumed("3.5 synapse"), 3.5, "3.5 synapse"),
}


@pytest.mark.parametrize("case", ACCEPTED.values(), ids=ACCEPTED)
def test_unusual_input_is_accepted_and_told(case):
    quantity = case.call()
    assert float(quantity.median()) == pytest.approx(case.median, rel=1e-12)
    assert case.note in " ".join(quantity.explain().split())


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        (lambda: bp.exact(np.int64(2**63 - 1), "neuron"), 2**63 - 1),
        (lambda: bp.exact(np.array([2**62, 2**62]), "neuron", axis="layer").total("layer"), 2**63),
        (lambda: bp.exact(np.int64(2**62), "neuron") * bp.exact(np.int64(2**62), "synapse/neuron"), 2**124),
        (lambda: bp.dense_parameters(np.array([2**40, 2**40]), bias=False), 2**80),
    ],
    ids=["45-number", "45-sum", "45-product", "45-widths"],
)
def test_large_numpy_integers_stay_exact(quantity, value):
    assert quantity().value == value


def test_a_seed_that_was_not_given_is_chosen_and_recorded():  # 64
    quantity = range_of_neurons() + range_of_neurons()
    first, second = (quantity.estimate(engine="random", draws=100, seed=None) for _ in range(2))
    assert first.seed != second.seed
    assert quantity.estimate(engine="random", draws=100, seed=first.seed).median == first.median


# --- the classes -------------------------------------------------------------------------------------------------

BUILTINS = {
    bp.UnitError: ValueError,
    bp.ParseError: ValueError,
    bp.RangeError: ValueError,
    bp.ShapeError: ValueError,
    bp.CorrelationError: ValueError,
    bp.KindError: TypeError,
    bp.ArgumentError: TypeError,
    bp.ComparisonError: TypeError,
    bp.UnknownNameError: KeyError,
    bp.errors.UnknownAttributeError: AttributeError,
    bp.SourceError: ValueError,
    bp.NoClosedForm: ValueError,
    bp.errors.MomentError: ValueError,
    bp.FileError: ValueError,
    bp.MissingExtraError: ImportError,
}


@pytest.mark.parametrize("error", BUILTINS)
def test_an_error_is_also_the_builtin_one(error):
    assert issubclass(error, bp.BrainparamsError)
    assert issubclass(error, BUILTINS[error])


def test_every_error_is_listed():
    classes = {getattr(errors, name) for name in errors.__all__}
    assert {each for each in classes if issubclass(each, bp.BrainparamsError)} - {bp.BrainparamsError} == set(BUILTINS)
    assert {each for each in classes if issubclass(each, bp.BrainparamsWarning)} >= {
        case.warning for case in WARNED.values()
    }


def test_no_kind_of_bad_input_is_missing():
    kinds = {int(name.split("-")[0]) for name in [*REFUSED, *WARNED, *ACCEPTED]} | {45, 64}
    assert kinds == {*range(1, 35), 36, 39, 43, 44, 45, 49, 50, 52, 63, 64}


# --- bounds on what is computed ----------------------------------------------------------------------------------


def share(value):
    return bp.synaptic_parameters("86e9 neuron", "7000 synapse/neuron", "1 parameter/synapse", plastic_fraction=value)


def volume(value):
    return bp.synapse_count_from_density("0.7 synapse/um^3", value)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: share(bp.exact("0.8", "1") * 2), ("'plastic_fraction'", "[0, 1]", "1.6")),
        (lambda: share(assumed("2 to 3", "1") ** 2), ("'plastic_fraction'", "[0, 1]", "between")),
        (lambda: share(bp.stacked({"a": bp.exact("0.8", "1") * 2}, axis="k").total()), ("1.6",)),
        (lambda: volume(assumed(bp.Normal(-5, 0.1), "cm^3")), ("'volume'", ">= 0", "-5 ± 0.1 cm**3")),
        (lambda: volume(assumed("3 +/- 0.1 cm^3") - bp.exact("9 cm^3")), ("'volume'", ">= 0", "between")),
    ],
)
def test_what_is_computed_outside_its_bounds_is_refused(call, words):
    with pytest.raises(bp.errors.RangeError) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: volume("10 +/- 20 cm^3"), r"'volume' must be >= 0; 31% of the draws"),
        (lambda: volume(assumed("10 +/- 1 cm^3") - assumed("9.5 +/- 1 cm^3")), "probability 0.36"),
        (lambda: share(assumed("0.5 +/- 0.1", "1") * 2), "probability 0.5"),
    ],
)
def test_what_may_lie_outside_its_bounds_is_told_with_its_probability(call, words):
    with pytest.warns(bp.errors.NegativeWarning, match=words):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: volume(assumed("10 +/- 1 cm^3") + assumed("9.5 +/- 1 cm^3")),
        lambda: share(assumed("0.2 to 0.4", "1") / (assumed("0.2 to 0.4", "1") + 1)),
        lambda: share(bp.exact("0.5", "1") * 2),
        lambda: share(1 - assumed(bp.Beta(2, 3), "1")),
    ],
)
def test_what_is_computed_within_its_bounds_is_taken_without_a_word(call):
    call()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("nan")])
def test_what_is_not_finite_is_not_told_to_take_a_unit(value):
    for call in (lambda: bp.synapse_count(value, "7000 synapse/neuron"), lambda: bp.exact("3 neuron") + value):
        with pytest.raises(bp.errors.RangeError, match=r"not a number|not finite"):
            call()


def test_a_duration_of_numpy_is_no_number():
    with pytest.raises(bp.errors.KindError, match="is a time"):
        bp.exact(np.timedelta64(7, "ns"), "s")


# --- what came through as an error of Python's -------------------------------------------------------------------


def of_six_axes():
    grown = assumed("1 to 2", "1")
    for place in range(6):
        grown = grown * bp.exact(np.arange(1, 31), "1", axis=f"axis {place}")
    return grown


IN_OUR_WORDS = {
    "another kind's word": (
        lambda: bp.LogNormal(mean=-3, sd=0.1),
        "ArgumentError",
        ("LogNormal()", "'mean'", "mu", "from_mean"),
    ),
    "a misspelt parameter": (lambda: bp.Normal(mean=86e9, std=8e9), "ArgumentError", ("Normal()", "'std'", "'sd'")),
    "a missing parameter": (lambda: bp.Normal(5), "ArgumentError", ("Normal()", "'sd'")),
    "no level": (
        lambda: bp.Beta.from_interval(0.1, 0.9),
        "ArgumentError",
        ("Beta.from_interval(0.1, 0.9, level=0.9)",),
    ),
    "no level between": (lambda: bp.between(1, 3), "ArgumentError", ("between(1, 3, level=0.9)",)),
    "a root of numpy": (lambda: np.sqrt(assumed("1 to 2", "1")), "KindError", ("sqrt()", "bp.sqrt")),
    "a sum of numpy": (lambda: np.sum(bp.exact([1, 2], "1", axis="a")), "KindError", ("sum()", ".total()")),
    "a maximum of numpy": (lambda: np.max(bp.exact([1, 2], "1", axis="a")), "KindError", ("max()", ".largest()")),
    "an array of numpy": (lambda: np.ones(2) * assumed("1 to 2", "1"), "ShapeError", ("axis=",)),
    "a fraction beside a count": (lambda: bp.exact("3 neuron") + Fraction(1, 3), "UnitError", ("0.333333 neuron",)),
    "a decimal that is none": (lambda: bp.exact(Decimal("sNaN"), "m"), "RangeError", ("exact()", "NaN")),
    "far too many draws": (
        lambda: assumed("1 to 2", "1").estimate(engine="random", draws=10**400),
        "RangeError",
        ("draws",),
    ),
    "no executor": (lambda: assumed("1 to 2", "m").estimate(executor="x"), "KindError", ("executor", "'x'")),
    "a locator of numbers": (lambda: bp.measured("1 m", source="azevedo2009", locator=5), "KindError", ("locator=",)),
    "far too many elements": (of_six_axes, "ShapeError", ("elements", "at most", "totals")),
}


@pytest.mark.parametrize(("call", "error", "words"), IN_OUR_WORDS.values(), ids=IN_OUR_WORDS)
def test_it_is_said_in_our_words(call, error, words):
    with pytest.raises(getattr(bp.errors, error)) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == []


def test_numbers_of_numpy_take_part_in_arithmetic():
    length = bp.exact("3 m")
    assert (np.float64(2) * length).value == 6
    assert (length / np.int32(2)).value == 1.5
    with pytest.raises(bp.errors.ComparisonError):
        _ = np.float64(2) < length


# --- values of other kinds ---------------------------------------------------------------------------------------


def _worm():
    return bp.connectome([("a", "b", 5), ("b", "c", 7)], weight="synapses")


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda: bp.synapse_count(Fraction(1, 3), "7000 synapse/neuron"), bp.UnitError, r"write '0\.333333 neuron'"),
        (lambda: bp.estimators.circuits.external_synapses("x", 2), bp.errors.ParseError, r"'neurons' needs \[neuron\]"),
        (lambda: bp.estimators.storage.precision(np.array([1, 2])), bp.UnknownNameError, "no number format array"),
        (lambda: bp.estimators.scaling.uncertain_law(np.array(["a"])), bp.ArgumentError, "'name' must be one of"),
        (lambda: bp.Interval("a", "b", 0.9, "m"), bp.errors.KindError, r"must be numbers.*\('a', 'b'\)"),
        (lambda: bp.Interval(5, 1, 0.9, "m"), bp.RangeError, "'low' must lie at or below 'high'"),
        (lambda: bp.Interval(float("nan"), 1, 0.9, "m"), bp.RangeError, "neither be NaN"),
        (lambda: bp.Interval(1, 2, 1.9, "m"), bp.RangeError, r"level must be in \(0, 1\)"),
        (lambda: bp.Normal(5, 1).element([1, 2]), bp.ShapeError, r"\[1, 2\] is a place along 2 axes"),
        (lambda: bp.Normal([5, 6], 1).element([5]), bp.ShapeError, r"no place \[5\] in an array of shape \(2,\)"),
        (lambda: bp.connectome(pd.DataFrame(), weight="synapses"), bp.ArgumentError, "has no rows"),
        (lambda: bp.connectome([("a", "b", 1, 2, 3)], weight="synapses"), bp.ArgumentError, "where rows hold more"),
        (
            lambda: bp.from_table({"v": [1]}, axis="v", value="v", unit="neuron"),
            bp.ArgumentError,
            r"'v' is given for axis= and for a number",
        ),
        (
            lambda: bp.evidence.beside({"synapses": "5 m"}, species="worm"),
            bp.UnitError,
            "came in m; the findings are in synapse",
        ),
        (lambda: _worm().at_least(1000).density, bp.RangeError, "fewer than two neurons have no pair"),
        (
            lambda: bp.Citation(key="A", authors="x", title="x", year="3"),
            bp.errors.SourceError,
            r"'key' came as 'A': expected small letters.*'authors' .*in brackets.*a whole number, such as 2009",
        ),
    ],
)
def test_values_of_other_kinds_are_answered_in_the_words_of_this_package(call, kind, said):
    with pytest.raises(kind, match=said):
        call()


def test_fractions_and_arrays_are_taken_where_numbers_and_labels_are():
    assert _worm().at_least(Fraction(13, 2)).connections.value == 1
    row = bp.given({"a": 1.0, "b": 2.0}, "neuron", axis="region")
    assert np.array([1, 2]) not in row
    assert "a" in row


def test_a_matrix_of_zeros_has_no_connection():
    assert bp.connectome(np.zeros((2, 3)), weight="synapses").connections.value == 0


def test_a_width_alone_is_named_as_it_came():
    with pytest.raises(bp.errors.ArgumentError, match="'>30' came"):
        format(bp.exact("3 m"), ">30")


def test_what_is_no_single_number_is_formatted_as_a_whole():
    x = range_of_neurons()
    for whole in (x.interval(0.9), x.drivers(), bp.Normal(1, 2), bp.numbers({"x": x})):
        assert f"{whole}" == str(whole)
        with pytest.raises(bp.errors.ArgumentError, match=r"'\.2f' came for \w+, which is shown as a whole"):
            f"{whole:.2f}"
    probability = x.below("2 neuron")
    assert f"{probability:.1%}" == f"{float(probability):.1%}"
    assert f"{probability}" == repr(probability)
    with pytest.raises(bp.errors.ArgumentError, match=r"'words' came; a probability takes the formats of a float"):
        f"{probability:words}"


def test_beside_a_near_name_no_far_one_is_offered():
    with pytest.raises(AttributeError, match=r"Did you mean 'evidence'\?$"):
        bp.evidnce  # noqa: B018


def by_difflib(name: str, known: list[str], count: int, alike: float) -> list[str]:
    """Return the nearest names as difflib finds them, which looks at every name in full."""
    by_fold = {each.casefold(): each for each in sorted(known)}
    asked = name[:80].casefold()[:80]
    matches = difflib.get_close_matches(asked, by_fold, n=count, cutoff=alike)
    likeness = [difflib.SequenceMatcher(None, each, asked).ratio() for each in matches]
    return [by_fold[one] for one, like in zip(matches, likeness, strict=True) if like >= likeness[0] - errors.FARTHEST]


def near_names(seed: int) -> str:
    rng = random.Random(seed)
    name = rng.choice(bp.evidence.ids())
    one, other = sorted(rng.randrange(len(name) + 1) for _ in range(2))
    letter = rng.choice("aN /é")
    return rng.choice([name[:one] + letter + name[other:], name[other:] + name[:one], name[::-1], name * 3])


@given(
    name=st.integers(0, 10**6).map(near_names) | st.text("abAB/ß ", max_size=12),
    names=st.lists(st.sampled_from(bp.evidence.ids()) | st.text("abAB/ß ", max_size=12), max_size=25),
    count=st.sampled_from([1, 3]),
    alike=st.sampled_from([0.5, 0.65, 0.85]),
)
def test_the_nearest_names_are_those_that_difflib_finds(name, names, count, alike):
    assert errors.nearest(name, names, count, alike) == by_difflib(name, names, count, alike)


def test_the_nearest_name_is_found_without_a_look_at_each_in_full():
    def least(find: Callable[..., list[str]]) -> float:
        ids, took = bp.evidence.ids(), []
        for turn in range(3):
            start = time.process_time()
            for name in ids[::60]:
                find(f"n / a{name[: len(name) * 2 // 3]}{turn}…", ids, 3, 0.5)
            took.append(time.process_time() - start)
        return min(took)

    assert least(errors.nearest) < 0.5 * least(by_difflib)


def test_what_is_public_and_documented_is_listed():
    assert {"numbers", "verify", "diff", "concatenated"} <= set(dir(bp))


@pytest.mark.parametrize("suffix", ["parquet", "feather"])
def test_a_file_that_is_none_is_refused_without_words_of_its_reader(tmp_path, suffix):
    path = tmp_path / f"bad.{suffix}"
    path.write_bytes(b"xx")
    for call in (lambda: bp.from_table(path, axis="a", value="b"), lambda: bp.connectome(path, weight="synapses")):
        with pytest.raises(bp.FileError, match=rf"is no {suffix} file that can be read; save the table again"):
            call()


def test_a_saved_estimate_is_no_wiring_diagram(tmp_path):
    bp.evidence("human/brain/neurons").save(tmp_path / "brain.json")
    with pytest.raises(bp.FileError, match="is no SONATA circuit: its 'networks' name no files") as caught:
        bp.connectome(tmp_path / "brain.json", weight="synapses")
    assert "KeyError" not in str(caught.value)


def test_one_estimate_differs_from_nothing():
    assert "Why they differ" not in str(bp.compare({"a": "1e9 parameter"}))


def test_warnings_stand_at_the_line_of_the_user():
    neurons = bp.assumed("1e3 to 1e6 neuron", because="a test")
    x = bp.assumed(bp.Normal(1.0, 2.0), "1", because="a test", name="x")
    regions = bp.exact([1.5, 2.25, 4.0, 7.75], "neuron", axis={"region": ["a", "b", "c", "d"]})
    calls = {
        "LinearityWarning": lambda: (neurons * neurons).estimate(engine="linear"),
        "NegativeWarning": lambda: bp.assumed(bp.Normal(1.0, 5.0), "neuron", because="a test"),
        "PrecisionWarning": lambda: bp.exact("1e-310 neuron"),
        "DoubleCountWarning": lambda: regions.total("region"),
        "AmbiguityWarning": lambda: (x * x).solve("x", "2"),
        "DeprecationWarning": lambda: bp.Fraction,
    }
    for name, call in calls.items():
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            call()
        assert [(each.category.__name__, each.filename) for each in told] == [(name, __file__)]
