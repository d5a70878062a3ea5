"""What passes through synapses in a second; computing and its energy both start from it."""

from __future__ import annotations

from ..annotations import EventRate, FiringRate, Synapses
from ..quantity import Quantity
from . import estimator

__all__ = ["firing_rate_from_event_rate", "synapses_from_event_rate", "synaptic_event_rate"]

ONE_NEURON = "a synapse passes on the spikes of one neuron, each of them as one event"


@estimator
def synaptic_event_rate(synapses: Synapses, firing_rate: FiringRate) -> EventRate:
    """Return the spikes that arrive at synapses per second: the traversed edges per second (TEPS) of graph benchmarks.

    An event is one spike that arrives at one synapse. A spike of a neuron arrives at all synapses of its axon, and is
    as many events: neurons times their rate are spikes, and times the synapses per neuron they are events.

    Parameters
    ----------
    synapses : Quantity [synapse]
        Synapses.
    firing_rate : Quantity [spike/neuron/s]
        Mean over the presynaptic neurons.

    Returns
    -------
    Quantity [event/s]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.synaptic_event_rate("1.8e14 synapse", "0.1 spike/neuron/s")
    18,000,000,000,000 synaptic events per second exactly

    References
    ----------
    AI Impacts 2015, Brain performance in TEPS. https://aiimpacts.org/brain-performance-in-teps/
    """
    events = (synapses * firing_rate).to("event/s")
    return _rate_caveat(events.named("synaptic events per second", symbol="R", because=ONE_NEURON))


@estimator
def synapses_from_event_rate(event_rate: EventRate, firing_rate: FiringRate) -> Synapses:
    """Return the synapses through which spikes arrive at a rate; the inverse of `synaptic_event_rate`.

    Parameters
    ----------
    event_rate : Quantity [event/s]
        Spikes that arrive at synapses per second, such as a brain's performance in TEPS; not the spikes that neurons
        fire.
    firing_rate : Quantity [spike/neuron/s]
        Mean over the presynaptic neurons.

    Returns
    -------
    Quantity [synapse]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.synapses_from_event_rate("6.4e14 event/s", "2 spike/neuron/s").value
    320000000000000

    References
    ----------
    AI Impacts 2015, Brain performance in TEPS. https://aiimpacts.org/brain-performance-in-teps/
    """
    synapses = (event_rate / firing_rate).to("synapse")
    return _rate_caveat(synapses.named("synapses", symbol="S", because=ONE_NEURON))


@estimator
def firing_rate_from_event_rate(event_rate: EventRate, synapses: Synapses) -> FiringRate:
    """Return the mean firing rate at which spikes arrive at synapses at a rate; the inverse of `synaptic_event_rate`.

    Parameters
    ----------
    event_rate : Quantity [event/s]
        Spikes that arrive at synapses per second.
    synapses : Quantity [synapse]
        Synapses.

    Returns
    -------
    Quantity [spike/neuron/s]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.firing_rate_from_event_rate("6.4e14 event/s", "3.2e14 synapse").value
    2

    References
    ----------
    AI Impacts 2015, Brain performance in TEPS. https://aiimpacts.org/brain-performance-in-teps/
    """
    rate = (event_rate / synapses).to("spike/neuron/s")
    return _rate_caveat(rate.named("firing rate", symbol="r", because=ONE_NEURON))


def _rate_caveat(quantity: Quantity) -> Quantity:
    return quantity.with_caveat(
        "the mean rate of neurons is taken for that of synapses; neurons with many synapses may fire more or less",
        effect="unknown",
    )
