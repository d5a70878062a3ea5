"""Models of neurons and synapses: every published count, what is inside it, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.estimators.neurons import temporal_convolution_parameters, temporal_convolution_terms

FIT = {"task": "a simulated layer-5 pyramidal cell", "fidelity": "AUC 0.99"}
# Beniaguev, Segev & London 2021: 2 × 639 input channels; configurations of the authors' training script, and the two
# networks of the paper's figures. Heads: spike, somatic voltage, principal components of the dendritic voltage.
TEMPORAL_CONVOLUTIONS = {
    "3x64": (4_615_382, [54, 24, 24], [64] * 3, [1, 1, 20]),
    "7x128, kernel 35": (9_171_606, [35] * 7, [128] * 7, [1, 1, 20]),
    "7x256, first kernel 54": (22_396_694, [54] + [12] * 6, [256] * 7, [1, 1, 20]),
    "8x256, kernel 33": (25_947_158, [33] * 8, [256] * 8, [1, 1, 20]),
    "7x128, 153 ms": (9_234_582, [45] + [19] * 6, [128] * 7, [1, 1, 20]),
    "1x128, 43 ms, without NMDA": (7_038_624, [43], [128], [1, 1, 30]),
}
# Spieler et al. 2024, table of the code repository: memory units, parameters, area under the ROC curve.
BRANCH_ELM = {
    1: (4601, 0.9437), 2: (4708, 0.9582), 3: (4823, 0.9558), 5: (5077, 0.9757), 7: (5363, 0.9827), 10: (5852, 0.9878),
    15: (6827, 0.9915), 20: (8002, 0.9922), 25: (9377, 0.9926), 30: (10952, 0.9929), 40: (14702, 0.9934),
    50: (19252, 0.9934), 75: (34127, 0.9938), 100: (54002, 0.9935),
}  # fmt: skip


def elm(memory_units, **changes):
    sizes = {"hidden": 2 * memory_units, "branches": 45, "synapses_per_branch": 100, "outputs": 2}
    return bp.expressive_leaky_memory_neuron(memory_units, **(sizes | FIT | changes))


# networks that stand for a neuron


@pytest.mark.parametrize("shape", TEMPORAL_CONVOLUTIONS)
def test_a_temporal_convolutional_network_has_the_published_parameters(shape):
    parameters, *sizes = TEMPORAL_CONVOLUTIONS[shape]
    assert temporal_convolution_parameters(1278, *sizes, batch_norm=True) == parameters
    neuron = bp.temporal_convolutional_neuron(1278, *sizes, batch_norm=True, **FIT)
    assert (neuron.value, neuron.unit) == (parameters, "parameter/neuron")


def test_the_terms_of_the_best_network():
    _, *sizes = TEMPORAL_CONVOLUTIONS["7x128, 153 ms"]
    terms = temporal_convolution_terms(1278, *sizes, batch_norm=True)
    assert terms == {"convolutions": 9_229_952, "batch norm": 1_792, "heads": 2_838}
    first = temporal_convolution_terms(1278, [45], [128], [1], batch_norm=False)["convolutions"]
    assert first / terms["convolutions"] == pytest.approx(0.80, abs=0.005)  # four fifths are the first layer
    neuron = bp.temporal_convolutional_neuron(1278, *sizes, batch_norm=True, **FIT)
    assert "window of 153 steps" in " ".join(neuron.explain().split())


@given(
    st.integers(1, 9),
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 6)), min_size=1, max_size=4),
    st.lists(st.integers(1, 4), min_size=1, max_size=3),
    st.booleans(),
)
def test_the_count_is_that_of_arrays_of_these_shapes(inputs, layers, heads, batch_norm):
    kernels, widths = [each[0] for each in layers], [each[1] for each in layers]
    arrays, before = [], inputs
    for kernel, width in layers:
        arrays += [np.empty((kernel, before, width)), np.empty(width)]
        arrays += [np.empty(width), np.empty(width)] * batch_norm
        before = width
    for outputs in heads:
        arrays += [np.empty((1, before, outputs)), np.empty(outputs)]
    count = temporal_convolution_parameters(inputs, kernels, widths, heads, batch_norm=batch_norm)
    assert count == sum(array.size for array in arrays)


@pytest.mark.parametrize("memory_units", BRANCH_ELM)
def test_an_elm_neuron_has_the_published_parameters(memory_units):
    parameters, _ = BRANCH_ELM[memory_units]
    assert elm(memory_units).value == parameters
    d = memory_units
    assert parameters == 4500 + (45 + d) * 2 * d + 2 * d + 2 * d * d + d + 2 * d + 2


def test_the_two_networks_of_one_cell_differ_a_thousandfold():
    models = bp.neuron_models()
    convolution, memory = models["temporal-convolution"].parameters, models["expressive-leaky-memory"].parameters
    assert round((convolution / memory).value) == 1154
    assert (convolution.value, memory.value) == (9_234_582, elm(20).value)
    brains = [bp.neuronal_parameters("86e9 neuron", each).value for each in (convolution, memory)]
    assert [f"{each:.1e}" for each in brains] == ["7.9e+17", "6.9e+14"]


def test_a_two_layer_neuron_adds_its_subunits_to_its_synapses():
    weight, subunits = "1 parameter/synapse", "37 1/neuron"
    assert bp.two_layer_neuron("10000 synapse/neuron", weight, subunits, "1 parameter").value == 10_037
    neuron = bp.two_layer_neuron("8000 to 12000 synapse/neuron", weight, "24 to 48 1/neuron", "3 parameter")
    assert neuron.unit == "parameter/neuron"
    assert "rates, not the times of spikes" in " ".join(neuron.explain().split())


def test_what_a_network_is_worth_is_told_and_demanded():
    told = " ".join(elm(20, task="the cell of Hay 2011", fidelity="AUC 0.9922").explain().split())
    assert "the model reproduces the cell of Hay 2011: AUC 0.9922" in told
    assert "count them twice" in told
    with pytest.raises(bp.KindError, match=r"expressive_leaky_memory_neuron\(\): 'task' needs words"):
        elm(20, task=" ")
    with pytest.raises(bp.ArgumentError, match="missing fidelity"):
        bp.temporal_convolutional_neuron(1278, [45], [128], [1], batch_norm=True, task="spikes")


@pytest.mark.parametrize(
    ("sizes", "error", "message"),
    [
        ((0, [3], [4], [1]), bp.RangeError, "'inputs' must be at least 1; got 0"),
        ((5, [3, 2.5], [4, 4], [1]), bp.KindError, r"'kernels\[1\]' needs a whole number, such as 128; got 2.5"),
        ((5, [3], [True], [1]), bp.KindError, r"'widths\[0\]'"),
        ((5, [3], [4], []), bp.KindError, "'heads' needs a list of whole numbers"),
        ((5, "33", [4, 4], [1]), bp.KindError, "'kernels' needs a list"),
        ((5, [3], [4, 4], [1]), bp.ShapeError, "1 kernels for 2 widths"),
        ((None, [3], [4], [1]), bp.KindError, "'inputs' needs a whole number"),
    ],
)
def test_dimensions_that_make_no_network(sizes, error, message):
    with pytest.raises(error, match=message) as caught:
        bp.temporal_convolutional_neuron(*sizes, batch_norm=True, **FIT)
    assert str(caught.value).startswith("temporal_convolutional_neuron():")


def test_a_bad_size_of_an_elm_neuron_is_named():
    with pytest.raises(bp.RangeError, match="'branches' must be at least 1; got -1"):
        elm(20, branches=-1)


# point neurons


# counted in the source files of NEST 3 and in table 2 of Teeter et al. 2018 (two after-spike currents)
POINT_NEURONS = {
    "lif": 5, "izhikevich": 4, "adex": 9, "hodgkin-huxley": 7, "glif1": 6, "glif2": 9, "glif3": 12, "glif4": 15,
    "glif5": 17,
}  # fmt: skip


@pytest.mark.parametrize("name", POINT_NEURONS)
def test_a_point_neuron_has_as_many_parameters_as_its_model(name):
    brain = bp.neuron_model_parameters("1e9 neuron", name)
    assert brain.value == POINT_NEURONS[name] * 10**9
    assert "synapses are not in the model of the neuron" in " ".join(brain.explain().split())


def test_every_model_has_a_task_a_fidelity_and_a_source():
    models = bp.neuron_models()
    assert len(models) == len(POINT_NEURONS) + 2
    for model in models:
        assert model.task
        assert model.fidelity
        assert model.parameters.citations()
        told = " ".join(bp.neuron_model_parameters("1e9 neuron", model).explain().split())
        assert f"reproduces {model.task}: {model.fidelity}" in told
    text = str(models)
    assert all(model.name in text and model.fidelity in text for model in models)


def test_a_model_of_ones_own():
    mine = bp.NeuronModel("mine", bp.exact("3 parameter/neuron"), "apart", "rates", "to 5 %")
    brain = bp.neuron_model_parameters("2 to 3 neuron", mine)
    assert brain.unit == "parameter"
    assert "reproduces rates: to 5 %" in " ".join(brain.explain().split())


@pytest.mark.parametrize(
    ("choice", "error", "message"),
    [
        ("glif9", bp.UnknownNameError, "no model 'glif9'; there are lif, .* Did you mean 'glif"),
        (3, bp.KindError, "'model' needs a name, such as 'lif', or a bp.NeuronModel; got 3"),
        (None, bp.KindError, "'model' needs a name"),
    ],
)
def test_a_model_that_does_not_exist(choice, error, message):
    with pytest.raises(error, match=message):
        bp.neuron_model_parameters("1e9 neuron", choice)
    if isinstance(choice, str):
        with pytest.raises(error):
            _ = bp.neuron_models()[choice]


# synapses


SYNAPSES = {"static": 1, "weight-delay": 2, "tsodyks-markram": 4, "tsodyks-markram-current": 5, "stdp": 7, "triplet": 8}


@pytest.mark.parametrize("name", SYNAPSES)
def test_a_synapse_model_has_the_parameters_of_its_finding(name):
    model = bp.synapse_models()[name]
    every = (*model.free, *model.shared)
    assert len(every) == len(set(every)) == SYNAPSES[name] == bp.evidence(f"synapse/parameters/{name}").value
    alone = bp.synapse_model_parameters("1e6 synapse", model.sharing())
    assert alone.value == SYNAPSES[name] * 10**6


@pytest.mark.parametrize("name", ["stdp", "triplet"])
def test_of_a_rule_of_plasticity_only_the_weight_is_free(name):
    model = bp.synapse_models()[name]
    assert model.free == ("weight",)
    brain = bp.synapse_model_parameters("1.5e14 synapse", name, groups=64)
    assert brain.value == 150_000_000_000_000 + 64 * (SYNAPSES[name] - 1)


@given(st.sets(st.sampled_from(["weight", "U", "tau_rec", "tau_fac"])), st.integers(1, 1000))
@settings(max_examples=20)
def test_what_is_shared_is_counted_once_a_group(shared, groups):
    model = bp.synapse_models()["tsodyks-markram"].sharing(*shared)
    counted = bp.synapse_model_parameters("5000 synapse", model, groups=groups if shared else None)
    assert counted.value == 5000 * (4 - len(shared)) + groups * len(shared)


def test_groups_are_given_just_where_something_is_shared():
    with pytest.raises(bp.ArgumentError, match=r"stdp shares tau_plus, .*; give 'groups'"):
        bp.synapse_model_parameters("5000 synapse", "stdp")
    with pytest.raises(bp.ArgumentError, match="static shares nothing; leave 'groups' out"):
        bp.synapse_model_parameters("5000 synapse", "static", groups=64)


def test_a_parameter_that_a_synapse_does_not_have():
    with pytest.raises(bp.UnknownNameError, match=r"stdp has no parameter 'tau_pluss'; .* Did you mean 'tau_plus"):
        bp.synapse_models()["stdp"].sharing("tau_pluss")
    with pytest.raises(bp.UnknownNameError, match="no model 'stp'"):
        bp.synapse_model_parameters("5000 synapse", "stp")


def test_gains_are_counted_by_group():
    # 8 × 8 projections with four receptor types; 8 cell types with four neuromodulators
    receptors, modulators = bp.gain_parameters(64, 4), bp.gain_parameters(8, 4)
    assert (receptors + modulators).value == 288
    with pytest.raises(bp.UnitError, match=r"'groups' needs \[1\]"):
        bp.gain_parameters("64 neuron", 4)
