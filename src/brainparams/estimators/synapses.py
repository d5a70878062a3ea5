"""Counting by synapses and connections: weights, biases, and what is shared, silent or fixed."""

from __future__ import annotations

from ..annotations import (
    Connections,
    ConnectionsPerNeuron,
    Density,
    Fraction,
    Neurons,
    Parameters,
    ParametersPerConnection,
    ParametersPerNeuron,
    ParametersPerSynapse,
    Synapses,
    SynapsesPerConnection,
    SynapsesPerNeuron,
    Volume,
)
from ..makers import exact
from ..quantity import Quantity
from . import estimator
from .caveats import caveat

__all__ = [
    "connection_count",
    "connection_parameters",
    "neuronal_parameters",
    "synapse_count",
    "synapse_count_from_density",
    "synaptic_parameters",
    "weights_and_biases",
]


@estimator
def synapse_count(
    neurons: Neurons, synapses_per_neuron: SynapsesPerNeuron, *, learning_fraction: Fraction | None = None
) -> Synapses:
    """Return the synapses of a number of neurons.

    Parameters
    ----------
    neurons : Quantity [neuron]
        Neurons that receive the synapses.
    synapses_per_neuron : Quantity [synapse/neuron]
        Mean over just these neurons: a cortical mean is several times the mean over a whole brain.
    learning_fraction : Quantity [1], optional
        Fraction of the neurons that learn; all of them are counted otherwise.

    Returns
    -------
    Quantity [synapse]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.synapse_count("20e9 neuron", "7000 synapse/neuron").value
    140000000000000
    """
    counted = _learning(neurons, learning_fraction)
    return (counted * synapses_per_neuron).named("synapses", symbol="S")


@estimator
def synapse_count_from_density(density: Density, volume: Volume) -> Synapses:
    """Return the synapses in a volume of tissue of even density.

    Parameters
    ----------
    density : Quantity [synapse/mm**3]
        Synapses per volume of the same tissue, in the same state of shrinkage, as `volume`.
    volume : Quantity [mm**3]
        Volume of the tissue.

    Returns
    -------
    Quantity [synapse]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.synapse_count_from_density("0.7 synapse/µm^3", "180 mm^3").value
    126000000000
    """
    return (density * volume).named("synapses", symbol="S")


@estimator
def connection_count(synapses: Synapses, synapses_per_connection: SynapsesPerConnection) -> Connections:
    """Return the connected pairs of neurons behind a number of synapses.

    Parameters
    ----------
    synapses : Quantity [synapse]
        All synapses.
    synapses_per_connection : Quantity [synapse/connection]
        Mean number of synapses that a connected pair shares.

    Returns
    -------
    Quantity [connection]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.connection_count("832200 synapse", "9.5 synapse/connection").value
    87600
    """
    return (synapses / synapses_per_connection).named("connections", symbol="C")


@estimator
def synaptic_parameters(
    neurons: Neurons,
    synapses_per_neuron: SynapsesPerNeuron,
    parameters_per_synapse: ParametersPerSynapse,
    *,
    learning_fraction: Fraction | None = None,
    plastic_fraction: Fraction | None = None,
    sharing: Fraction | None = None,
) -> Parameters:
    """Return the parameters of a brain in which every synapse stores the same number of them.

    Parameters
    ----------
    neurons : Quantity [neuron]
        Neurons that receive the synapses.
    synapses_per_neuron : Quantity [synapse/neuron]
        Mean over just these neurons.
    parameters_per_synapse : Quantity [parameter/synapse]
        1 for a scalar weight; more for a synapse with dynamics of its own.
    learning_fraction : Quantity [1], optional
        Fraction of the neurons that learn; all of them are counted otherwise.
    plastic_fraction : Quantity [1], optional
        Fraction of the synapses that are plastic; all of them are counted otherwise.
    sharing : Quantity [1], optional
        Independent weights per connection: 1 where each has its own, less where weights are tied.

    Returns
    -------
    Quantity [parameter]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.synaptic_parameters("86e9 neuron", "10000 synapse/neuron", "1 parameter/synapse").value
    860000000000000
    """
    synapses = synapse_count(neurons, synapses_per_neuron, learning_fraction=learning_fraction)
    counted = _plastic(synapses, plastic_fraction)
    parameters = _sharing(counted * parameters_per_synapse, sharing)
    return _synaptic_caveats(parameters.named("synaptic parameters", symbol="P"))


@estimator
def connection_parameters(
    neurons: Neurons,
    connections_per_neuron: ConnectionsPerNeuron,
    parameters_per_connection: ParametersPerConnection,
    *,
    learning_fraction: Fraction | None = None,
    plastic_fraction: Fraction | None = None,
    sharing: Fraction | None = None,
) -> Parameters:
    """Return the parameters of a brain in which every connected pair stores the same number of them.

    Parameters
    ----------
    neurons : Quantity [neuron]
        Neurons that receive the connections.
    connections_per_neuron : Quantity [connection/neuron]
        Mean number of presynaptic partners; fewer than the synapses, because a pair shares several.
    parameters_per_connection : Quantity [parameter/connection]
        1 for a scalar weight.
    learning_fraction : Quantity [1], optional
        Fraction of the neurons that learn; all of them are counted otherwise.
    plastic_fraction : Quantity [1], optional
        Fraction of the connections that are plastic; all of them are counted otherwise.
    sharing : Quantity [1], optional
        Independent weights per connection: 1 where each has its own, less where weights are tied.

    Returns
    -------
    Quantity [parameter]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.connection_parameters("86e9 neuron", "10000 connection/neuron", "2 parameter/connection").value
    1720000000000000
    """
    counted = _learning(neurons, learning_fraction)
    connections = (counted * connections_per_neuron).named("connections", symbol="C")
    plastic = _plastic(connections, plastic_fraction)
    parameters = _sharing(plastic * parameters_per_connection, sharing)
    return parameters.named("connection parameters", symbol="P").with_caveat(**caveat("bias"))


@estimator
def neuronal_parameters(
    neurons: Neurons, parameters_per_neuron: ParametersPerNeuron, *, learning_fraction: Fraction | None = None
) -> Parameters:
    """Return the parameters that belong to neurons: biases, thresholds, time constants, or a network each.

    Parameters
    ----------
    neurons : Quantity [neuron]
        Neurons.
    parameters_per_neuron : Quantity [parameter/neuron]
        1 for a bias.
    learning_fraction : Quantity [1], optional
        Fraction of the neurons that learn; all of them are counted otherwise.

    Returns
    -------
    Quantity [parameter]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.neuronal_parameters("86e9 neuron", "1 parameter/neuron").value
    86000000000
    """
    counted = _learning(neurons, learning_fraction)
    return (counted * parameters_per_neuron).named("neuronal parameters", symbol="B")


@estimator
def weights_and_biases(
    neurons: Neurons, connections_per_neuron: ConnectionsPerNeuron, *, sharing: Fraction | None = None
) -> Parameters:
    """Return one weight per connection and one bias per neuron, as an artificial network counts them.

    Parameters
    ----------
    neurons : Quantity [neuron]
        Neurons.
    connections_per_neuron : Quantity [connection/neuron]
        Mean number of presynaptic partners.
    sharing : Quantity [1], optional
        Independent weights per connection: 1 where each has its own, less where weights are tied.

    Returns
    -------
    Quantity [parameter]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.weights_and_biases("86e9 neuron", "10000 connection/neuron").value
    860086000000000
    """
    one_weight = exact("1 parameter/connection", because="one scalar weight a connection", name="weight", symbol="w")
    one_bias = exact("1 parameter/neuron", because="one bias a neuron, not one a connection", name="bias", symbol="b")
    connections = (neurons * connections_per_neuron).named("connections", symbol="C")
    weights = _sharing(connections * one_weight, sharing).named("weights", symbol="W")
    biases = (neurons * one_bias).named("biases", symbol="B")
    return (weights + biases).named("weights and biases", symbol="P")


# --- what the estimators share -----------------------------------------------------------------------------------


def _learning(neurons: Quantity, fraction: Quantity | None) -> Quantity:
    return neurons if fraction is None else (fraction * neurons).named("neurons that learn", symbol="N_L")


def _plastic(counted: Quantity, fraction: Quantity | None) -> Quantity:
    if fraction is None:
        return counted
    return (fraction * counted).named(f"plastic {counted.node.unit.plural(2)}", symbol=f"{counted.unit[0].upper()}_P")


def _sharing(parameters: Quantity, sharing: Quantity | None) -> Quantity:
    return parameters if sharing is None else sharing * parameters


def _synaptic_caveats(parameters: Quantity) -> Quantity:
    return parameters.with_caveat(**caveat("dendritic computation")).with_caveat(**caveat("connected pairs"))
