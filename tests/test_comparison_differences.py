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
