"""Counting by computing: operations per second of a brain, and the parameters of a network that does as many."""

from __future__ import annotations

from typing import Annotated

from ..annotations import (
    Count,
    Duration,
    FiringRate,
    Neurons,
    OperationRate,
    Operations,
    OperationsPerEvent,
    Parameters,
    Synapses,
)
from ..quantity import Quantity
from ..units import Unit
from . import estimator
from .activity import synaptic_event_rate

__all__ = [
    "emulation_operation_rate",
    "horizon_training_operations",
    "lifetime_operations",
    "parameters_from_operation_rate",
    "retina_operation_rate",
    "scaled_operation_rate",
    "synaptic_operation_rate",
]

Frequency = Annotated[Quantity, Unit("1/s", low=0)]
OperationRatePerNeuron = Annotated[Quantity, Unit("operation/neuron/s", low=0)]
OperationRatePerParameter = Annotated[Quantity, Unit("operation/parameter/s", low=0)]
OperationRatePerSynapse = Annotated[Quantity, Unit("operation/synapse/s", low=0)]

# --- operations per second ---------------------------------------------------------------------------------------


@estimator
def synaptic_operation_rate(
    synapses: Synapses, firing_rate: FiringRate, operations_per_spike: OperationsPerEvent
) -> OperationRate:
    """Return the operations per second that it takes to follow every spike through every synapse.

    Parameters
    ----------
    synapses : Quantity [synapse]
        Synapses.
    firing_rate : Quantity [spike/neuron/s]
        Mean over the presynaptic neurons.
    operations_per_spike : Quantity [operation/event]
        For one spike at one synapse.

    Returns
    -------
    Quantity [operation/s]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.synaptic_operation_rate("1e14 synapse", "0.1 spike/neuron/s", "1 operation/event").value
    10000000000000
    >>> bp.synaptic_operation_rate("1e15 synapse", "1 spike/neuron/s", "100 operation/event").value
    100000000000000000

    References
    ----------
    Carlsmith 2020, How much computational power does it take to match the human brain?
    https://www.openphilanthropy.org/brain-computation-report
    """
    events = synaptic_event_rate(synapses, firing_rate)
    rate = (events * operations_per_spike).named("synaptic operations per second", symbol="F")
    return rate.with_caveat("what neurons compute beside their synapses, and learning, are left out", effect="lowers")


@estimator
def emulation_operation_rate(
    synapses: Synapses,
    operations_per_synapse: OperationRatePerSynapse,
    neurons: Neurons,
    operations_per_neuron: OperationRatePerNeuron,
) -> OperationRate:
    """Return the operations per second of a simulation that steps every synapse and every neuron, spike or none.

    Parameters
    ----------
    synapses : Quantity [synapse]
        Synapses.
    operations_per_synapse : Quantity [operation/synapse/s]
        Operations of a step times steps per second.
    neurons : Quantity [neuron]
        Neurons.
    operations_per_neuron : Quantity [operation/neuron/s]
        Operations of a step times steps per second.

    Returns
    -------
    Quantity [operation/s]

    Examples
    --------
    >>> import brainparams as bp
    >>> rate = bp.emulation_operation_rate(
    ...     "1.7e14 synapse", "8e4 operation/synapse/s", "8.6e10 neuron", "3.45e6 operation/neuron/s"
    ... )
    >>> f"{rate.value:.3g}"
    '1.39e+19'

    References
    ----------
    Zanichelli, Schons et al. 2025, State of Brain Emulation, data. https://github.com/mxschons/sobe-2025-data-repository
    """
    of_synapses = (synapses * operations_per_synapse).named("operations of the synapses", symbol="F_S")
    of_neurons = (neurons * operations_per_neuron).named("operations of the neurons", symbol="F_N")
    return (
        (of_synapses + of_neurons)
        .named("emulation operations per second", symbol="F")
        .with_caveat("every step is computed although most synapses are silent in most steps", effect="raises")
    )


@estimator
def retina_operation_rate(
    detections: Count, operations_per_detection: Operations, repetitions: Frequency
) -> OperationRate:
    """Return the operations per second of machine vision that does what a retina does.

    Parameters
    ----------
    detections : Quantity [1]
        Edges and motions that are told at a time; about one for each fibre of the optic nerve.
    operations_per_detection : Quantity [operation]
        Of hand-written code.
    repetitions : Quantity [1/s]
        How often a second.

    Returns
    -------
    Quantity [operation/s]

    Examples
    --------
    >>> import brainparams as bp
    >>> retina = bp.retina_operation_rate("1e6", "100 operation", "10 Hz")
    >>> bp.scaled_operation_rate(retina, "1e5").value
    100000000000000

    References
    ----------
    Moravec 1998, When will computer hardware match the human brain? https://www.frc.ri.cmu.edu/~hpm/book97/ch3/
    """
    rate = (detections * operations_per_detection * repetitions).to("operation/s")
    return rate.named("operations of a retina per second", symbol="F_r").with_caveat(
        "hand-written code is taken to do all that a retina does", effect="lowers"
    )


@estimator
def scaled_operation_rate(part: OperationRate, ratio: Count) -> OperationRate:
    """Return the operations per second of a whole brain from those of a part.

    Parameters
    ----------
    part : Quantity [operation/s]
        Operations per second of the part, such as of `retina_operation_rate`.
    ratio : Quantity [1]
        The whole in parts: by volume, neurons, synapses or power.

    Returns
    -------
    Quantity [operation/s]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.scaled_operation_rate("1e9 operation/s", "1e4").value
    10000000000000

    References
    ----------
    Moravec 1998, When will computer hardware match the human brain? https://www.frc.ri.cmu.edu/~hpm/book97/ch3/
    """
    return (
        (part * ratio)
        .named("operations per second", symbol="F")
        .with_caveat("the rest of the brain is taken to compute as densely as the part", effect="unknown")
    )


# --- operations of a lifetime and of training --------------------------------------------------------------------


@estimator
def lifetime_operations(operation_rate: OperationRate, lifetime: Duration) -> Operations:
    """Return the operations of a brain in a lifetime: the lifetime anchor.

    Parameters
    ----------
    operation_rate : Quantity [operation/s]
        Operations per second.
    lifetime : Quantity [s]
        Time of learning.

    Returns
    -------
    Quantity [operation]

    Examples
    --------
    >>> import brainparams as bp
    >>> f"{bp.lifetime_operations('1e15 operation/s', '32 year').value:.0e}"
    '1e+24'

    References
    ----------
    Cotra 2020, Forecasting transformative AI with biological anchors, draft report
    """
    return (operation_rate * lifetime).to("operation").named("lifetime operations", symbol="C")


@estimator
def horizon_training_operations(operation_rate: OperationRate, samples: Count, horizon: Duration) -> Operations:
    """Return the operations of training where every sample takes a stretch of subjective time: ``C = F·n·h``.

    Parameters
    ----------
    operation_rate : Quantity [operation/s]
        Operations of the network per subjective second.
    samples : Quantity [1]
        Samples that training needs, which grow with the parameters.
    horizon : Quantity [s]
        Subjective time after which an action shows whether it was good.

    Returns
    -------
    Quantity [operation]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.horizon_training_operations("1e16 operation/s", "1e14", "100 s").value
    100000000000000000000000000000000

    References
    ----------
    Cotra 2020, Forecasting transformative AI with biological anchors, draft report
    """
    return (operation_rate * horizon * samples).to("operation").named("training operations", symbol="C")


# --- parameters --------------------------------------------------------------------------------------------------


@estimator
def parameters_from_operation_rate(
    operation_rate: OperationRate, operations_per_parameter: OperationRatePerParameter
) -> Parameters:
    """Return the parameters of a network that does as many operations per second: the neural-network anchor.

    Parameters
    ----------
    operation_rate : Quantity [operation/s]
        Operations of the brain, or of a network as capable, per subjective second.
    operations_per_parameter : Quantity [operation/parameter/s]
        How often a parameter is used per subjective second, times the operations of one use.

    Returns
    -------
    Quantity [parameter]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.parameters_from_operation_rate("3e15 operation/s", "10 operation/parameter/s").value
    300000000000000

    References
    ----------
    Cotra 2020, Forecasting transformative AI with biological anchors, draft report
    """
    parameters = (operation_rate / operations_per_parameter).named("parameters from operations", symbol="P")
    return parameters.with_caveat(
        "a brain is taken to use its parameters as often as an artificial network; fewer uses would mean more of them",
        effect="unknown",
    )
