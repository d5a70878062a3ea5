"""Differences that match inputs by meaning: name, then unit, then steps that stand for inputs."""

import math

import pytest

import brainparams as bp


def exact(value, name=None):
    return bp.exact(value, name=name)


def test_an_input_stands_for_a_step_of_the_other():
    brain = bp.synaptic_parameters("86e9 neuron", "20000 synapse/neuron", "1 parameter/synapse")
    hinton = bp.published("hinton-2014").quantity
    found = bp.difference(brain, hinton)
    assert [row.name for row in found] == ["synapses"]
    assert found.rows[0].effect == pytest.approx(math.log(1e14 / (86e9 * 20000)))
    assert found.rows[0].after == "1e14 synapse"
    back = bp.difference(hinton, brain)
    assert back.rows[0].effect == pytest.approx(-found.rows[0].effect)


def test_the_other_structure_comes_out_factor_by_factor():
    there = bp.synaptic_parameters("86e9 neuron", "20000 synapse/neuron", "1 parameter/synapse")
    here = (exact("1.8e14 synapse", "regions added") * exact("3 parameter/synapse", "weights")).named("parameters")
    found = bp.difference(there, here)
    effects = {row.name: math.exp(row.effect) for row in found}
    assert effects == pytest.approx({"synapses": 1.8e14 / 1.72e15, "parameters per synapse": 3.0})
    assert sum(row.effect for row in found) == pytest.approx(found.total)


def test_inputs_alone_of_their_unit_are_matched_before_steps():
    one = exact("100 neuron", "neurons") * exact("10 synapse/neuron", "fan-out")
    other = exact("300 neuron", "cells") * exact("20 synapse/neuron", "contacts")
    effects = {row.name: math.exp(row.effect) for row in bp.difference(one, other)}
    assert effects == pytest.approx({"neurons": 3.0, "fan-out": 2.0})


def test_a_match_may_be_given():
    one = exact("1 m", "a") * exact("2 m", "b")
    other = exact("10 m", "c") * exact("30 m", "d")
    found = bp.difference(one, other, match={"a": "d", "b": "c"})
    assert {row.name: math.exp(row.effect) for row in found} == pytest.approx({"a": 30.0, "b": 5.0})
    with pytest.raises(bp.errors.UnknownNameError, match="no input or step is called 'e'"):
        bp.difference(one, other, match={"a": "e"})
    with pytest.raises(bp.errors.UnitError, match="'a' is in m"):
        bp.difference(one, exact("10 s", "c") * exact("1 m^2/s", "d"), match={"a": "c"})


# --- by meaning -------------------------------------------------------------------------------------------------------


def factors(found):
    return {row.name: math.exp(row.effect) for row in found}


def test_a_count_of_connections_is_explained_factor_by_factor():
    """8.6e10 × 10,000 connections × 2 against synapses × 1, whatever the synapses are counted from."""
    there = bp.published("izikeros-2023-bias-per-connection").quantity
    per_synapse = bp.exact("1 parameter/synapse", name="parameters per synapse")
    here = bp.evidence("human/brain/synapses") * per_synapse
    ratio = here.median() / there.median()
    found = bp.difference(there, here)
    assert factors(found) == pytest.approx({"connections": 2 * ratio, "parameters per connection": 0.5})
    assert (found.only_in_one, found.only_in_other) == ((), ())
    assert math.prod(factors(found).values()) == pytest.approx(ratio)
    assert factors(bp.difference(here, there)) == pytest.approx(
        {"synapses, human whole brain": 0.5 / ratio, "parameters per synapse": 2.0}
    )


def test_inputs_are_told_apart_where_all_of_them_have_a_partner():
    there = bp.published("izikeros-2023-bias-per-connection").quantity
    here = bp.synaptic_parameters("80e9 neuron", "5000 synapse/neuron", "1 parameter/synapse")
    found = factors(bp.difference(there, here))
    assert found == pytest.approx(
        {"neurons": 80 / 86, "connections per neuron": 0.5, "parameters per connection": 0.5}, rel=1e-9
    )


def test_a_step_without_a_name_may_stand_for_an_input():
    neurons, per_neuron = bp.exact("86e9 neuron", name="n"), bp.exact("3000 synapse/neuron", name="q")
    made = neurons * per_neuron * bp.exact("1 parameter/synapse", name="weights")
    found = bp.difference(made, "hinton-2014")
    assert factors(found) == pytest.approx({"synapses": 1e14 / 2.58e14})
    assert factors(bp.difference("hinton-2014", made)) == pytest.approx({"synapses": 2.58})


def test_two_inputs_are_a_pair():
    assert factors(bp.difference("gpt-4", "gpt-3")) == pytest.approx({"parameters, GPT-4": 1.746e11 / 1.8e12})
    assert factors(bp.difference(bp.exact("3 km"), bp.exact("5 m"))) == pytest.approx({"km": 5 / 3000})
    assert len(bp.difference("gpt-3", "gpt-3")) == 0
