"""Identity is correlation: one input has one belief, however it came and wherever it meets itself."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import brainparams as bp


def assumed(value, unit="1", **words):
    return bp.assumed(value, unit, because="a test", **words)


def study(value):
    return bp.measured(value, source="azevedo2009", finding="a study of ours")


# --- plain numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("two", [2.0, np.float64(2), np.int32(2), Fraction(2)])
def test_a_plain_number_is_known_by_its_value(two):
    x = assumed("1 to 10")
    assert x * 2 == x * two
    assert x**2 == x**two
    assert x / 2 == x / two


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_plain_numbers_are_equal_exactly_when_their_values_are(one, other):
    x = assumed("1 to 10 m", None)
    assert (x * one == x * other) == (one == other)
    assert x * one == x * Fraction(one)


# --- draws and the order of arguments ----------------------------------------------------------------------------


@pytest.mark.parametrize("second", ["1 to 50", "1 to 2"])
def test_draws_of_twins_do_not_depend_on_the_order_of_arguments(second):
    x, y, z = assumed("1 to 2", name="d"), assumed(second, name="d"), assumed("1 to 3", name="e")
    ways = [x * y + z * x, y * x + x * z, x * z + x * y, z * x + y * x]
    assert len({way.estimate(engine="random", draws=1000).median for way in ways}) == 1


def test_draws_of_twins_do_depend_on_what_is_made_of_them():
    x, y = assumed("1 to 2", name="d"), assumed("1 to 2", name="d")
    assert (x**2 / y).estimate(engine="random", draws=1000).sd > 0.1  # two unknowns, not one


# --- two beliefs under one identity ------------------------------------------------------------------------------


def ask(quantity):
    return {
        "exact": lambda: quantity.estimate(engine="exact"),
        "draws": lambda: quantity.estimate(engine="random", draws=100),
        "sobol": lambda: quantity.estimate(engine="sobol"),
        "words": quantity.explain,
        "drivers": quantity.drivers,
        "line": lambda: repr(quantity),
    }


@pytest.mark.parametrize("question", ["exact", "draws", "sobol", "words", "drivers", "line"])
def test_a_finding_that_says_two_things_is_refused(question):
    one, other = study("20(1) synapse"), study("50(1) synapse")
    for mixed in (one + other, other - one):
        with pytest.raises(bp.errors.CorrelationError, match=r"'a study of ours' is \d+ synapse .* and .* synapse"):
            ask(mixed)[question]()


def test_the_same_finding_in_two_units_is_one_unknown():
    one, other = study("2(1) m"), study("200(100) cm")
    assert (one - other).value == 0
    assert (other / one).value == 1
    assert (one + other).sd() == pytest.approx(2.0, rel=1e-12)
    assert (one + other).estimate(engine="sobol").sd == pytest.approx(2.0, rel=1e-2)
    assert len((one + other).drivers()) == 1


def test_a_record_whose_belief_was_changed_does_not_pass_for_the_finding_of_the_package(tmp_path):
    neurons = bp.evidence("human/brain/neurons")
    text = neurons.save(tmp_path / "n.json").read_text(encoding="utf-8")
    (tmp_path / "n.json").write_text(text.replace("86060000000.0", "186060000000.0"), encoding="utf-8")
    with pytest.raises(bp.errors.FileError, match=r"human/brain/neurons.*1\.8606e11 neuron"):
        bp.load(tmp_path / "n.json", edited=True)


def test_a_record_in_which_a_plain_number_is_another_is_refused(tmp_path):
    doubled = bp.exact("3 m") * 2
    document = json.loads(doubled.save(tmp_path / "z.json").read_text(encoding="utf-8"))
    for node in document["nodes"]:
        if node.get("uid") == "number:2":
            node["value"] = 1000
    (tmp_path / "z.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(bp.errors.FileError, match="number:2"):
        bp.load(tmp_path / "z.json")


# --- correlated in two ways --------------------------------------------------------------------------------------


def test_an_input_correlated_by_two_calls_is_refused_where_both_meet():
    a, b, c = (assumed("1 to 2 m", None, name=name) for name in "abc")
    x, _ = bp.correlate({(a, b): 0.8}, kind="spearman")
    again, _ = bp.correlate({(a, c): 0.5}, kind="spearman")
    for mixed in (x - again, x + a):
        with pytest.raises(bp.errors.CorrelationError, match="'a'"):
            mixed.sd()
    assert (x - x).value == 0


@pytest.mark.parametrize("coefficient", [0.0, 0.4])
def test_a_pair_named_in_both_orders_is_refused(coefficient):
    a, b = assumed("1 to 2 m", None, name="a"), assumed("1 to 2 m", None, name="b")
    with pytest.raises(bp.errors.CorrelationError, match="paired twice"):
        bp.correlate({(a, b): coefficient, (b, a): 0.4}, kind="spearman")
