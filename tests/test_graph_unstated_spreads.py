"""A number without a stated spread is no certain number: it says so wherever it is shown."""

import pytest

import brainparams as bp

UNSPREAD = "human/neocortex/synapses/tang2001"


def test_no_finding_without_a_spread_prints_as_exact():
    for each in bp.evidence.ids():
        spread = bp.evidence.finding(each).spread
        if spread is not None and spread.kind == "none":
            said = repr(bp.evidence(each))
            assert "exactly" not in said, each
            assert "no spread" in said, each


def test_it_is_said_in_every_length():
    synapses = bp.evidence(UNSPREAD)
    assert repr(synapses) == "1.64e14 synapses, no spread published"
    assert "(no spread published)" in synapses.explain("brief")
    assert "(no spread published)" in " ".join(synapses.explain().split())
    per_neuron = synapses / bp.evidence("human/neocortex/neurons")
    said = " ".join(per_neuron.explain().split())
    assert "no spread is stated for synapses, human neocortex, after Tang et al. 2001: taken as it stands" in said
    assert "makes the interval too narrow" in said
    assert "as it stands" in repr(synapses.estimate())


def test_a_probability_that_rests_on_it_says_so():
    sure = bp.probability_greater(bp.evidence(UNSPREAD), bp.evidence("human/neocortex/synapses/pakkenberg2003"))
    assert float(sure) == 1
    assert "taken as it stands" in repr(sure)
    assert len(sure.standing) == 2
    assert bp.evidence("human/brain/neurons").below("9e10 neuron").standing == ()


@pytest.mark.parametrize(
    "quantity",
    [
        lambda: bp.exact("302 neuron", because="a count"),
        lambda: bp.exact(860086000000000, "parameter", because="a count"),
        lambda: bp.given("86e9 neuron") * bp.given("2 parameter/neuron"),
        lambda: bp.evidence("worm/nervous-system/neurons"),
    ],
)
def test_counts_definitions_and_bare_arithmetic_stay_exact(quantity):
    assert "no spread" not in repr(quantity())
    assert quantity().estimate().stands == ""


def test_a_measurement_or_an_assumption_of_ones_own_says_it_too():
    assert repr(bp.measured("7000 synapse/neuron", source="drachman2005")).endswith("no spread published")
    assert repr(bp.assumed("7000 synapse/neuron", because="a guess")).endswith("no spread stated")
    loaded = bp.measured("7000 synapse/neuron", source="drachman2005") * bp.exact("2 neuron", because="two")
    assert repr(loaded) == "14000 synapses, no spread published"
