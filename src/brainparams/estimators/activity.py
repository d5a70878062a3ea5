"""What passes through synapses in a second; computing and its energy both start from it."""

from __future__ import annotations

from functools import cache

from ..makers import exact
from ..quantity import Quantity
from . import EventRate, FiringRate, Synapses, estimator

__all__ = ["firing_rate_from_event_rate", "synapses_from_event_rate", "synaptic_event_rate"]


@estimator
def synaptic_event_rate(synapses: Synapses, firing_rate: FiringRate) -> EventRate:
    """Return the spikes that arrive at synapses per second: the traversed edges per second (TEPS) of graph benchmarks.

    An event is counted in the unit spike: one spike that arrives at one synapse. A spike of a neuron arrives at all
    synapses of its axon, and is as many events.

    Parameters
    ----------
    synapses : Quantity [synapse]
        Synapses.
    firing_rate : Quantity [spike/neuron/s]
        Mean over the presynaptic neurons.

    Returns
    -------
    Quantity [spike/s]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.synaptic_event_rate("1.8e14 synapse", "0.1 spike/neuron/s").value
    18000000000000

    References
    ----------
    AI Impacts 2015, Brain performance in TEPS. https://aiimpacts.org/brain-performance-in-teps/
    """
    events = (synapses * _presynaptic() * firing_rate).named("synaptic events per second", symbol="R")
    return _rate_caveat(events)


@estimator
def synapses_from_event_rate(event_rate: EventRate, firing_rate: FiringRate) -> Synapses:
    """Return the synapses through which spikes arrive at a rate; the inverse of `synaptic_event_rate`.

    Parameters
    ----------
    event_rate : Quantity [spike/s]
        Spikes that arrive at synapses per second, such as a brain's performance in TEPS.
    firing_rate : Quantity [spike/neuron/s]
        Mean over the presynaptic neurons.

    Returns
    -------
    Quantity [synapse]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.synapses_from_event_rate("6.4e14 spike/s", "2 spike/neuron/s").value
    320000000000000

    References
    ----------
    AI Impacts 2015, Brain performance in TEPS. https://aiimpacts.org/brain-performance-in-teps/
    """
    return _rate_caveat((event_rate / (_presynaptic() * firing_rate)).named("synapses", symbol="S"))


@estimator
def firing_rate_from_event_rate(event_rate: EventRate, synapses: Synapses) -> FiringRate:
    """Return the mean firing rate at which spikes arrive at synapses at a rate; the inverse of `synaptic_event_rate`.

    Parameters
    ----------
    event_rate : Quantity [spike/s]
        Spikes that arrive at synapses per second.
    synapses : Quantity [synapse]
        Synapses.

    Returns
    -------
    Quantity [spike/neuron/s]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.firing_rate_from_event_rate("6.4e14 spike/s", "3.2e14 synapse").value
    2

    References
    ----------
    AI Impacts 2015, Brain performance in TEPS. https://aiimpacts.org/brain-performance-in-teps/
    """
    rate = (event_rate / (synapses * _presynaptic())).to("spike/neuron/s").named("firing rate", symbol="r")
    return _rate_caveat(rate)


@cache
def _presynaptic() -> Quantity:
    why = "a synapse passes on the spikes of one neuron"
    return exact("1 neuron/synapse", because=why, name="presynaptic neurons per synapse", symbol="n")


def _rate_caveat(quantity: Quantity) -> Quantity:
    return quantity.with_caveat(
        "the mean rate of neurons is taken for that of synapses; neurons with many synapses may fire more or less",
        effect="unknown",
    )
