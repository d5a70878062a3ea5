"""The main job, end to end: examples, the screen, the chatbot's three answers, and the estimators."""

import itertools
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

import brainparams as bp
from brainparams.command_line.demo import human_brain
from brainparams.graph import Leaf, walk
from checks import LAW

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))
counts = st.integers(0, 10**12)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_examples_run_and_are_short(example):
    assert len(example.read_text(encoding="utf-8").splitlines()) < 60
    done = subprocess.run([sys.executable, "-W", "error", example], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search("parameters|neurons|synapses", done.stdout)


def test_the_examples_are_numbered():
    numbers = [int(path.name[:2]) for path in EXAMPLES]
    assert numbers == sorted(set(numbers))
    assert {1, 2, 3, 4} < set(numbers)


def test_the_human_brain_is_told_on_one_screen():
    done = subprocess.run([sys.executable, "-m", "brainparams"], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) <= 23  # of 24, with the prompt
    assert max(map(len, lines)) <= 80
    assert "2.1e14 parameters (210 trillion), 90 % interval" in lines[0]
    assert "a judgement between methods that differ sevenfold" in " ".join(lines[:2])
    assert "weight 0.25" in done.stdout
    told = " ".join(done.stdout.split())
    assert "The neocortex holds 86% of the synapses" in told
    assert "6.0e14 synapses, is 2.9 times as many" in told
    whole = subprocess.run(
        [sys.executable, "-m", "brainparams", "demo", "--full"], capture_output=True, text=True, check=True
    ).stdout
    assert max(map(len, whole.splitlines())) <= 80
    for told in ("Why these weights: a judgement", "Left out: dendritic computation", "Sources: Tang et al. 2001"):
        assert told in whole


# --- the three answers of the well-known exchange -------------------------------------------------------------------


def test_a_bias_for_every_connection():
    answer = bp.connection_parameters("86e9 neuron", "10000 connection/neuron", "2 parameter/connection")
    assert answer.value == 1_720_000_000_000_000
    assert "a bias belongs to a neuron" in answer.explain()


def test_a_bias_for_every_neuron_is_exact_to_the_last_digit():
    answer = bp.weights_and_biases("86e9 neuron", "10000 connection/neuron")
    assert answer.value == 860_086_000_000_000
    assert isinstance(answer.value, int)
    assert "860,086,000,000,000 parameters exactly" in answer.explain()


def test_a_thousand_layers_have_999_gaps():
    answer = bp.dense_parameters([1000] * 1000, bias=False)
    assert answer.value == 999_000_000
    assert "1,000 layers have 999 gaps" in answer.explain()
    assert bp.dense_parameters([1000] * 1000, bias=True).value == 999_999_000


def test_the_regions_of_the_human_brain():
    whole, cortex = bp.evidence("human/brain/synapses"), bp.evidence("human/neocortex/synapses")
    low, high = whole.interval(0.95)
    assert whole.median() == pytest.approx(2.07e14, rel=0.02)
    assert (low, high) == (pytest.approx(0.78e14, rel=0.02), pytest.approx(6.2e14, rel=0.02))
    assert (cortex / whole).median() == pytest.approx(0.88, abs=0.02)
    assert "86e9 neurons × 7,000 synapses" in " ".join(whole.explain().split())


def test_multiplying_neurons_by_a_bare_number_says_what_to_write():
    with pytest.raises(bp.UnitError, match="write '7000 synapse/neuron'"):
        bp.evidence("human/brain/neurons") * 7000
    with pytest.raises(bp.UnitError, match="such as '7000 synapse/neuron'"):
        bp.evidence("human/brain/neurons") * "7000 synapse"


# --- estimators ------------------------------------------------------------------------------------------------------


@LAW
@given(counts, counts, counts)
def test_the_routes_by_synapse_agree_with_plain_integers(neurons, synapses, parameters):
    n, s, p = f"{neurons} neuron", f"{synapses} synapse/neuron", f"{parameters} parameter/synapse"
    assert bp.synapse_count(n, s).value == neurons * synapses
    assert bp.synaptic_parameters(n, s, p).value == neurons * synapses * parameters


@LAW
@given(counts, counts)
def test_weights_and_biases_are_connections_and_neurons(neurons, partners):
    found = bp.weights_and_biases(f"{neurons} neuron", f"{partners} connection/neuron").value
    assert found == neurons * partners + neurons


@LAW
@given(st.lists(st.integers(1, 5000), min_size=2, max_size=30), st.booleans())
def test_dense_layers_agree_with_plain_integers(widths, bias):
    weights = sum(one * other for one, other in itertools.pairwise(widths))
    assert bp.dense_parameters(widths, bias=bias).value == weights + bias * sum(widths[1:])


def test_optional_factors_are_steps_when_given_and_absent_when_not():
    plain = bp.synaptic_parameters("1e6 neuron", "1000 synapse/neuron", "2 parameter/synapse")
    full = bp.synaptic_parameters(
        "1e6 neuron",
        "1000 synapse/neuron",
        "2 parameter/synapse",
        learning_fraction="0.5",
        plastic_fraction="0.8",
        sharing="0.25",
    )
    assert (plain.value, full.value) == (2 * 10**9, 2 * 10**8)
    told = full.explain()
    for step in ("neurons that learn", "plastic synapses", "sharing"):
        assert step in told
        assert step not in plain.explain()


def test_uncertain_widths_have_a_spread():
    found = bp.dense_parameters([784, "200 to 400 neuron", 10], bias=True)
    width = bp.assumed("200 to 400 neuron", because="test")
    assert found.median() == pytest.approx(width.median() * (784 + 10 + 1) + 10, rel=1e-4)


def test_density_times_volume_in_any_units():
    one = bp.synapse_count_from_density("0.7 synapse/µm^3", "180 mm^3")
    other = bp.synapse_count_from_density("7e8 synapse/mm^3", "0.18 cm^3")
    assert one.value == other.value == 126_000_000_000


def test_connections_share_synapses():
    assert bp.connection_count("832200 synapse", "10 synapse/connection").value == 83220


def test_regions_add_up_and_share_what_they_share():
    common = bp.assumed("1e3 to 1e4 synapse/neuron", because="test")
    total = bp.regional_total(
        {"left": common * bp.exact("1e9 neuron"), "right": common * bp.exact("1e9 neuron")}, "all"
    )
    assert total.quantile(0.95) == pytest.approx(2e9 * 1e4, rel=1e-9)


def test_an_estimator_of_ones_own_checks_its_units():
    @bp.estimator
    def wrong(neurons: bp.Neurons) -> bp.Parameters:
        """Return neurons for parameters."""
        return neurons

    with pytest.raises(bp.UnitError, match=r"wrong\(\): the result is in neuron.*\[parameter\]"):
        wrong("3 neuron")


def test_annotations_are_fields_of_models():
    class Brain(BaseModel):
        neurons: bp.Neurons
        share: Annotated[bp.Quantity, bp.Unit("1", low=0, high=1)] | None = None

    brain = Brain(neurons="86.06(8.12)e9 neuron")
    assert Brain.model_validate_json(brain.model_dump_json()) == brain
    with pytest.raises(ValidationError, match=r"needs \[neuron\]; got 480 cm\*\*3"):
        Brain(neurons="480 cm^3")


def test_exact_numbers_keep_their_digits():
    third = bp.exact(Fraction(1, 3), "1") * bp.exact("3 neuron")
    assert third.value == 1
    assert bp.exact(10**300, "neuron").value == 10**300


def test_every_number_of_the_human_brain_has_a_doi_or_a_reason():
    leaves = [node for node in walk([human_brain().node]) if isinstance(node, Leaf)]
    assert len(leaves) > 10
    assert [leaf.name for leaf in leaves if not leaf.because and not any(each.doi for each in leaf.citations)] == []
