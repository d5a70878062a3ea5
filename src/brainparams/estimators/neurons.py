"""Counting by neurons: each of them a small network, or a point with a few constants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from ..annotations import Neurons, Parameters, ParametersPerNeuron, ParametersPerSynapse, SynapsesPerNeuron
from ..checks import is_integer, strict, words
from ..errors import KindError, RangeError, ShapeError, shown
from ..findings import evidence
from ..makers import exact
from ..quantity import Quantity
from ..units import Unit
from . import estimator
from .caveats import caveat
from .models import Models

__all__ = [
    "NeuronModel",
    "NeuronModels",
    "dendritic_parameters",
    "expressive_leaky_memory_neuron",
    "neuron_model_parameters",
    "neuron_models",
    "temporal_convolution_parameters",
    "temporal_convolution_terms",
    "temporal_convolutional_neuron",
    "two_layer_neuron",
]

# --- models of one neuron ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class NeuronModel:
    """A model of one neuron: how many parameters, what it was made to reproduce, and how well it does.

    Parameters
    ----------
    name : str
        What it is called.
    parameters : Quantity [parameter/neuron]
        Parameters per neuron.
    synapses : {"inside", "apart"}
        Whether the weights of the synapses are among them.
    task : str
        What it was made to reproduce.
    fidelity : str
        How well it does.

    Examples
    --------
    >>> import brainparams as bp
    >>> model = bp.neuron_models()["expressive-leaky-memory"]
    >>> model.parameters.value, model.synapses
    (8002, 'inside')
    >>> model.task, model.fidelity
    ('spikes and voltage of a simulated layer-5 pyramidal cell', 'area under the ROC curve 0.992 for spikes')
    """

    name: str
    parameters: Quantity
    synapses: Literal["inside", "apart"]
    task: str
    fidelity: str


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class NeuronModels(Models[NeuronModel]):
    """The published models of a neuron; taken by position or name, and printed as a table."""

    rows: tuple[NeuronModel, ...]

    def _caption(self) -> str:
        return "parameters per neuron by model; the same cell gives numbers a thousandfold apart"

    def _head(self) -> Sequence[str]:
        return "model", "parameters", "synapses", "reproduces", "how well", "sources"

    def _cells(self, row: NeuronModel) -> Sequence[str]:
        keys = ", ".join(each.key for each in row.parameters.citations())
        return row.name, f"{row.parameters.value:,}", row.synapses, row.task, row.fidelity, keys


PYRAMIDAL = "spikes and voltage of a simulated layer-5 pyramidal cell"
RECORDED = "spike times of recorded cells of mouse visual cortex"
# Name, where the synapses are, task, fidelity; the number itself is the finding neuron/parameters/<name>.
PUBLISHED: tuple[tuple[str, Literal["inside", "apart"], str, str], ...] = (
    ("lif", "apart", RECORDED, "as glif1, which is the same model"),
    ("izhikevich", "apart", "firing patterns of known types of cortical cells", "by eye; no fit to a cell"),
    ("adex", "apart", "spike times of a simulated regular-spiking cell", "96 % of the spikes within 2 ms"),
    ("glif1", "apart", RECORDED, "70.2 % of the variance at 10 ms, 645 cells"),
    ("glif2", "apart", RECORDED, "67.7 % of the variance at 10 ms, 254 cells"),
    ("glif3", "apart", RECORDED, "72.4 % of the variance at 10 ms, 645 cells"),
    ("glif4", "apart", RECORDED, "75.9 % of the variance at 10 ms, 254 cells"),
    ("glif5", "apart", RECORDED, "77.6 % of the variance at 10 ms, 253 cells"),
    (
        "hodgkin-huxley",
        "apart",
        "action potential of the squid giant axon",
        "shape and speed, from fixed rate functions",
    ),
    ("expressive-leaky-memory", "inside", PYRAMIDAL, "area under the ROC curve 0.992 for spikes"),
    ("temporal-convolution", "inside", PYRAMIDAL, "spikes to the millisecond; the fit that smaller ones are held to"),
)


@strict
def neuron_models() -> NeuronModels:
    """Return the published models of a neuron, with what each was made to reproduce and how well it does.

    Returns
    -------
    NeuronModels
        Rows of `NeuronModel`; the parameters of each are a `Quantity` with its source.

    Examples
    --------
    >>> import brainparams as bp
    >>> round(bp.neuron_models()["temporal-convolution"].parameters.value / 8002)
    1154

    References
    ----------
    Teeter et al. 2018, table 2. doi:10.1038/s41467-017-02717-4
    Brette & Gerstner 2005. doi:10.1152/jn.00686.2005
    Spieler et al. 2024. arXiv:2306.16922
    """
    return NeuronModels(
        tuple(NeuronModel(name, evidence(f"neuron/parameters/{name}"), *told) for name, *told in PUBLISHED)  # type: ignore[arg-type]
    )


@estimator
def neuron_model_parameters(neurons: Neurons, model: NeuronModel | str) -> Parameters:
    """Return the parameters of neurons that are all of one model.

    Parameters
    ----------
    neurons : Quantity [neuron]
        Neurons.
    model : NeuronModel or str
        A name from `neuron_models`, or a model of one's own.

    Returns
    -------
    Quantity [parameter]
        Its derivation tells task and fidelity of the model.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.neuron_model_parameters("86e9 neuron", "expressive-leaky-memory").value
    688172000000000
    >>> bp.neuron_model_parameters("86e9 neuron", "temporal-convolution").value
    794174052000000000
    """
    chosen = neuron_models().chosen(model, "neuron_model_parameters(): 'model'")
    parameters = _of_model(neurons * chosen.parameters, "neuron model parameters", "P", chosen.task, chosen.fidelity)
    return _with_synapses(parameters, chosen.synapses)


SubunitsPerNeuron = Annotated[Quantity, Unit("1/neuron", low=0)]
TWO_LAYERS = "mean firing rate of a simulated CA1 pyramidal cell", "rates, not the times of spikes"

# --- networks that stand for a neuron ----------------------------------------------------------------------------


@estimator
def temporal_convolutional_neuron(
    inputs: int,
    kernels: Sequence[int],
    widths: Sequence[int],
    heads: Sequence[int],
    *,
    batch_norm: bool,
    task: str,
    fidelity: str,
) -> ParametersPerNeuron:
    """Return the trainable parameters of a temporal convolutional network that stands for one neuron.

    Parameters
    ----------
    inputs : int
        Input channels: synapses, or segments that pool them.
    kernels : sequence of int
        Kernel size of each layer; the window is one time step, and ``k − 1`` more for each layer.
    widths : sequence of int
        Channels of each layer.
    heads : sequence of int
        Outputs of each head: spike, somatic voltage, dendritic voltages.
    batch_norm : bool
        Whether every layer is normalised.
    task : str
        What the network was fitted to reproduce.
    fidelity : str
        How well it does; without task and fidelity the number means nothing.

    Returns
    -------
    Quantity [parameter/neuron]

    Raises
    ------
    KindError, RangeError, ShapeError
        For dimensions that are not whole numbers above zero, or not as many kernels as widths.

    Examples
    --------
    >>> import brainparams as bp
    >>> neuron = bp.temporal_convolutional_neuron(
    ...     1278, [45] + [19] * 6, [128] * 7, [1, 1, 20], batch_norm=True,
    ...     task="a simulated layer-5 pyramidal cell with NMDA synapses", fidelity="spikes at 1 ms",
    ... )
    >>> neuron.value
    9234582
    >>> bp.neuronal_parameters("86e9 neuron", neuron).value
    794174052000000000

    References
    ----------
    Beniaguev, Segev & London 2021. doi:10.1016/j.neuron.2021.07.002
    """
    where = "temporal_convolutional_neuron()"
    terms = temporal_convolution_terms(inputs, kernels, widths, heads, batch_norm=batch_norm, where=where)
    window = 1 + sum(kernels) - len(kernels)
    because = f"{len(widths)} layers of {_range(widths)} channels, {inputs:,} inputs, a window of {window} steps"
    return _network(terms, because, "temporal convolutional neuron", task, fidelity)


@estimator
def expressive_leaky_memory_neuron(
    memory_units: int,
    *,
    hidden: int,
    branches: int,
    synapses_per_branch: int,
    outputs: int,
    task: str,
    fidelity: str,
) -> ParametersPerNeuron:
    """Return the trainable parameters of a Branch-ELM neuron: synapse weights, a two-layer perceptron, a readout.

    ``P = S·B + (B + d + 1)·h + (h + 1)·d + (d + 1)·o`` for ``S`` weights on each of ``B`` branches, ``d`` memory units,
    ``h`` hidden units and ``o`` outputs.

    Parameters
    ----------
    memory_units : int
        Leaky memories, 1 to 100 in the published sizes.
    hidden : int
        Hidden units of the perceptron; twice the memory units in the published sizes.
    branches : int
        Dendritic branches; 45 in the published sizes.
    synapses_per_branch : int
        Weights on each branch; 100 in the published sizes.
    outputs : int
        Read-outs; spike and voltage in the published sizes.
    task : str
        What the network was fitted to reproduce.
    fidelity : str
        How well it does; without task and fidelity the number means nothing.

    Returns
    -------
    Quantity [parameter/neuron]

    Raises
    ------
    KindError, RangeError
        For dimensions that are not whole numbers above zero.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.expressive_leaky_memory_neuron(
    ...     20, hidden=40, branches=45, synapses_per_branch=100, outputs=2,
    ...     task="a simulated layer-5 pyramidal cell with NMDA synapses", fidelity="AUC 0.9922",
    ... ).value
    8002

    References
    ----------
    Spieler et al. 2024, The expressive leaky memory neuron. arXiv:2306.16922
    """
    sizes = {"memory_units": memory_units, "hidden": hidden, "branches": branches, "outputs": outputs}
    for name, size in (sizes | {"synapses_per_branch": synapses_per_branch}).items():
        _check_whole(size, f"expressive_leaky_memory_neuron(): {name!r}")
    terms = {
        "synapse weights": branches * synapses_per_branch,
        "perceptron": (branches + memory_units + 1) * hidden + (hidden + 1) * memory_units,
        "readout": (memory_units + 1) * outputs,
    }
    because = f"{memory_units} memory units, {hidden} hidden units, {branches} branches, {outputs} outputs"
    return _network(terms, because, "expressive leaky memory neuron", task, fidelity)


@estimator
def dendritic_parameters(
    subunits_per_neuron: SubunitsPerNeuron, parameters_per_subunit: Parameters
) -> ParametersPerNeuron:
    """Return the parameters that sigmoidal subunits add to a neuron, its synapses apart.

    Parameters
    ----------
    subunits_per_neuron : Quantity [1/neuron]
        Thin terminal dendrites, each a subunit of its own; several dozen in a pyramidal cell of CA1.
    parameters_per_subunit : Quantity [parameter]
        1 for an output weight; more where the shape of the sigmoid is free.

    Returns
    -------
    Quantity [parameter/neuron]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.dendritic_parameters("40 1/neuron", "3 parameter").value
    120

    References
    ----------
    Poirazi, Brannon & Mel 2003. doi:10.1016/S0896-6273(03)00149-1
    """
    parameters = subunits_per_neuron * parameters_per_subunit
    return _of_model(parameters, "parameters of the subunits", "b", *TWO_LAYERS)


@estimator
def two_layer_neuron(
    synapses_per_neuron: SynapsesPerNeuron,
    parameters_per_synapse: ParametersPerSynapse,
    subunits_per_neuron: SubunitsPerNeuron,
    parameters_per_subunit: Parameters,
) -> ParametersPerNeuron:
    """Return the parameters of a neuron whose thin dendrites are sigmoidal subunits of a two-layer network.

    Parameters
    ----------
    synapses_per_neuron : Quantity [synapse/neuron]
        Synapses on the subunits: the first layer.
    parameters_per_synapse : Quantity [parameter/synapse]
        1 for a scalar weight.
    subunits_per_neuron : Quantity [1/neuron]
        Thin terminal dendrites, each a subunit of its own; several dozen in a pyramidal cell of CA1.
    parameters_per_subunit : Quantity [parameter]
        1 for an output weight; more where the shape of the sigmoid is free.

    Returns
    -------
    Quantity [parameter/neuron]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.two_layer_neuron("10000 synapse/neuron", "1 parameter/synapse", "40 1/neuron", "3 parameter").value
    10120

    References
    ----------
    Poirazi, Brannon & Mel 2003. doi:10.1016/S0896-6273(03)00149-1
    """
    weights = (synapses_per_neuron * parameters_per_synapse).named("synapse weights", symbol="w")
    subunits = dendritic_parameters(subunits_per_neuron, parameters_per_subunit)
    return _with_synapses((weights + subunits).named("two-layer neuron", symbol="p"), "inside")


# --- the count of a temporal convolutional network, in plain integers --------------------------------------------


def temporal_convolution_terms(
    inputs: int,
    kernels: Sequence[int],
    widths: Sequence[int],
    heads: Sequence[int],
    *,
    batch_norm: bool,
    where: str = "temporal_convolution_terms()",
) -> dict[str, int]:
    """Return the trainable parameters of a temporal convolutional network by term: convolutions, batch norm, heads.

    A layer of width ``w`` with kernel ``k`` behind ``v`` channels has ``k·v·w`` weights and ``w`` biases; batch norm
    has a scale and a shift for each channel; each head reads the last layer with one weight per channel and a bias.

    Parameters
    ----------
    inputs : int
        Input channels.
    kernels, widths : sequence of int
        Kernel size and channels of each layer.
    heads : sequence of int
        Outputs of each head.
    batch_norm : bool
        Whether every layer is normalised; running statistics are not trained and not counted.
    where : str
        The function that a message names.

    Raises
    ------
    KindError, RangeError, ShapeError
        For dimensions that are not whole numbers above zero, or not as many kernels as widths.

    Examples
    --------
    >>> temporal_convolution_terms(1278, [45] + [19] * 6, [128] * 7, [1, 1, 20], batch_norm=True)
    {'convolutions': 9229952, 'batch norm': 1792, 'heads': 2838}

    References
    ----------
    Beniaguev, Segev & London 2021. doi:10.1016/j.neuron.2021.07.002
    """
    _check_whole(inputs, f"{where}: 'inputs'")
    for name, sizes in (("kernels", kernels), ("widths", widths), ("heads", heads)):
        _check_all_whole(sizes, f"{where}: {name!r}")
    if len(kernels) != len(widths):
        raise ShapeError(f"{where}: {len(kernels)} kernels for {len(widths)} widths; give one of each for every layer")
    layers = zip(kernels, [inputs, *widths], widths, strict=False)
    return {
        "convolutions": sum(kernel * before * width + width for kernel, before, width in layers),
        "batch norm": 2 * sum(widths) if batch_norm else 0,
        "heads": (widths[-1] + 1) * sum(heads),
    }


def temporal_convolution_parameters(
    inputs: int, kernels: Sequence[int], widths: Sequence[int], heads: Sequence[int], *, batch_norm: bool
) -> int:
    """Return the trainable parameters of a temporal convolutional network; see `temporal_convolution_terms`.

    Examples
    --------
    >>> temporal_convolution_parameters(1278, [45] + [19] * 6, [128] * 7, [1, 1, 20], batch_norm=True)
    9234582
    """
    return sum(temporal_convolution_terms(inputs, kernels, widths, heads, batch_norm=batch_norm).values())


# --- what the networks share -------------------------------------------------------------------------------------


def _network(terms: Mapping[str, int], because: str, name: str, task: str, fidelity: str) -> Quantity:
    """Return the terms of a network as parameters of one neuron, with what the network is worth."""
    told: Mapping[str, object] = {"task": task, "fidelity": fidelity}
    for argument, text in told.items():
        words(text, f"{name.replace(' ', '_')}(): {argument!r}")
    parts = [exact(size, "parameter/neuron", because=because, name=term) for term, size in terms.items() if size]
    total = sum(parts[1:], start=parts[0])
    return _with_synapses(_of_model(total, name, "p", task, fidelity), "inside")


def _of_model(parameters: Quantity, name: str, symbol: str, task: str, fidelity: str) -> Quantity:
    """Return parameters of neurons together with the task and the fidelity that they hold for."""
    told = parameters.named(name, symbol=symbol, because=f"the model reproduces {task}: {fidelity}")
    return told.with_caveat(**caveat("unit complexity"))


def _with_synapses(parameters: Quantity, synapses: Literal["inside", "apart"]) -> Quantity:
    if synapses == "apart":
        return parameters.with_caveat("synapses are not in the model of the neuron, and come on top", effect="lowers")
    return parameters.with_caveat(
        "the weights of the synapses are in the network of the neuron; synaptic parameters beside it count them twice",
        effect="unknown",
    )


def _check_whole(size: object, where: str) -> None:
    if not is_integer(size):
        raise KindError(f"{where} needs a whole number, such as 128; got {shown(size)}")
    if size < 1:
        raise RangeError(f"{where} must be at least 1; got {size}")


def _check_all_whole(sizes: object, where: str) -> None:
    if not isinstance(sizes, Sequence | np.ndarray) or isinstance(sizes, str) or not len(sizes):
        raise KindError(f"{where} needs a list of whole numbers, such as [128, 128]; got {shown(sizes)}")
    for position, size in enumerate(sizes):
        _check_whole(size, f"{where[:-1]}[{position}]'")


def _range(sizes: Sequence[int]) -> str:
    return f"{min(sizes):,}" if min(sizes) == max(sizes) else f"{min(sizes):,} to {max(sizes):,}"
