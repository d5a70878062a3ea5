"""Counting by energy: what a synaptic event costs, what a power affords, and what the same costs a machine."""

from __future__ import annotations

from typing import Annotated

from ..annotations import (
    Count,
    EnergyPerEvent,
    EnergyPerOperation,
    EventRate,
    FiringRate,
    Fraction,
    OperationRate,
    OperationsPerEvent,
    Power,
    Synapses,
)
from ..errors import ArgumentError
from ..quantity import Quantity
from ..units import Unit
from . import estimator
from .activity import firing_rate_from_event_rate, synapses_from_event_rate, synaptic_event_rate
from .caveats import caveat

__all__ = [
    "energy_per_bit",
    "energy_per_event",
    "energy_per_event_from_power",
    "energy_per_operation",
    "energy_per_synaptic_operation",
    "energy_ratio",
    "event_rate_limit",
    "firing_rate_limit",
    "synapse_limit",
]

ATPPerEvent = Annotated[Quantity, Unit("ATP/event", low=0)]
ATPPerBit = Annotated[Quantity, Unit("ATP/bit", low=0)]
EnergyPerATP = Annotated[Quantity, Unit("J/ATP", low=0)]
EnergyPerBit = Annotated[Quantity, Unit("J/bit", low=0)]

# --- one event ---------------------------------------------------------------------------------------------------


@estimator
def energy_per_event(
    atp_per_event: ATPPerEvent, energy_per_atp: EnergyPerATP, *, release_probability: Fraction | None = None
) -> EnergyPerEvent:
    """Return the energy of a synaptic event, from the bottom up: one spike that arrives at one synapse.

    Parameters
    ----------
    atp_per_event : Quantity [ATP/event]
        Molecules of ATP that the transmission of one spike takes, or of one vesicle with a `release_probability`.
    energy_per_atp : Quantity [J/ATP]
        Free energy of one molecule.
    release_probability : Quantity [1], optional
        Fraction of the spikes that release a vesicle; every spike costs the whole otherwise.

    Returns
    -------
    Quantity [J/event]

    Examples
    --------
    >>> import brainparams as bp
    >>> f"{bp.energy_per_event('1.64e5 ATP/event', '8.3e-20 J/ATP').value:.1e}"
    '1.4e-14'

    References
    ----------
    Attwell & Laughlin 2001. doi:10.1097/00004647-200110000-00001
    """
    energy = (atp_per_event * energy_per_atp).named("energy per release", symbol="E_r")
    if release_probability is not None:
        energy = release_probability * energy
    return energy.named("energy per event", symbol="E").with_caveat(
        "action potentials, resting potentials and upkeep are left out", effect="lowers"
    )


@estimator
def energy_per_bit(atp_per_bit: ATPPerBit, energy_per_atp: EnergyPerATP) -> EnergyPerBit:
    """Return the energy of a bit that crosses a synapse, from the bottom up.

    Parameters
    ----------
    atp_per_bit : Quantity [ATP/bit]
        Molecules of ATP per bit.
    energy_per_atp : Quantity [J/ATP]
        Free energy of one molecule.

    Returns
    -------
    Quantity [J/bit]

    Examples
    --------
    >>> import brainparams as bp
    >>> f"{bp.energy_per_bit('24000 ATP/bit', '5.0e-20 J/ATP').value:.1e}"
    '1.2e-15'

    References
    ----------
    Harris, Jolivet & Attwell 2012. doi:10.1016/j.neuron.2012.08.019
    """
    return (atp_per_bit * energy_per_atp).named("energy per bit", symbol="E_b")


@estimator
def energy_per_event_from_power(
    power: Power, synapses: Synapses, firing_rate: FiringRate, *, signalling_fraction: Fraction | None = None
) -> EnergyPerEvent:
    """Return the energy of a synaptic event, from the top down: power divided by events per second.

    Parameters
    ----------
    power : Quantity [W]
        Power of the tissue that holds the synapses.
    synapses : Quantity [synapse]
        Its synapses.
    firing_rate : Quantity [spike/neuron/s]
        Mean over the presynaptic neurons.
    signalling_fraction : Quantity [1], optional
        Fraction of the power that synaptic events take; all of it otherwise.

    Returns
    -------
    Quantity [J/event]

    Examples
    --------
    >>> import brainparams as bp
    >>> f"{bp.energy_per_event_from_power('20 W', '1.5e14 synapse', '0.1 spike/neuron/s').value:.1e}"
    '1.3e-12'
    >>> f"{bp.energy_per_event_from_power('20 W', '1.5e14 synapse', '2 spike/neuron/s').value:.1e}"
    '6.7e-14'

    References
    ----------
    Levy & Calvert 2021. doi:10.1073/pnas.2008173118
    """
    spent = _signalling(power, signalling_fraction)
    energy = (spent / synaptic_event_rate(synapses, firing_rate)).to("J/event")
    return _all_of_it(energy.named("energy per event", symbol="E"), signalling_fraction)


# --- what a power affords ----------------------------------------------------------------------------------------


@estimator
def event_rate_limit(
    power: Power, energy_per_event: EnergyPerEvent, *, signalling_fraction: Fraction | None = None
) -> EventRate:
    """Return the synaptic events per second that a power affords.

    Parameters
    ----------
    power : Quantity [W]
        Power of the brain.
    energy_per_event : Quantity [J/event]
        Energy of one spike at one synapse.
    signalling_fraction : Quantity [1], optional
        Fraction of the power that synaptic events take; all of it otherwise.

    Returns
    -------
    Quantity [event/s]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.event_rate_limit("20 W", "1e-14 J/event").value
    2000000000000000

    References
    ----------
    Merkle 1989, Energy limits to the computational power of the human brain. Foresight Update 6
    """
    spent = _signalling(power, signalling_fraction)
    limit = (spent / energy_per_event).to("event/s").named("limit of events per second", symbol="R")
    return _all_of_it(limit, signalling_fraction)


@estimator
def synapse_limit(
    power: Power,
    energy_per_event: EnergyPerEvent,
    firing_rate: FiringRate,
    *,
    signalling_fraction: Fraction | None = None,
) -> Synapses:
    """Return the synapses that a power affords at a firing rate.

    Parameters
    ----------
    power : Quantity [W]
        Power of the brain.
    energy_per_event : Quantity [J/event]
        Energy of one spike at one synapse.
    firing_rate : Quantity [spike/neuron/s]
        Mean over the presynaptic neurons.
    signalling_fraction : Quantity [1], optional
        Fraction of the power that synaptic events take; all of it otherwise.

    Returns
    -------
    Quantity [synapse]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.synapse_limit("20 W", "1e-13 J/event", "1 spike/neuron/s").value
    200000000000000

    References
    ----------
    Levy & Calvert 2021. doi:10.1073/pnas.2008173118
    """
    events = event_rate_limit(power, energy_per_event, signalling_fraction=signalling_fraction)
    return synapses_from_event_rate(events, firing_rate).named("limit of synapses", symbol="S")


@estimator
def firing_rate_limit(
    power: Power,
    energy_per_event: EnergyPerEvent,
    synapses: Synapses,
    *,
    signalling_fraction: Fraction | None = None,
) -> FiringRate:
    """Return the mean firing rate that a power affords a number of synapses.

    Parameters
    ----------
    power : Quantity [W]
        Power of the brain.
    energy_per_event : Quantity [J/event]
        Energy of one spike at one synapse.
    synapses : Quantity [synapse]
        Synapses.
    signalling_fraction : Quantity [1], optional
        Fraction of the power that synaptic events take; all of it otherwise.

    Returns
    -------
    Quantity [spike/neuron/s]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.firing_rate_limit("20 W", "1e-13 J/event", "2e14 synapse").value
    1

    References
    ----------
    Lennie 2003, The cost of cortical computation. doi:10.1016/S0960-9822(03)00135-0
    """
    events = event_rate_limit(power, energy_per_event, signalling_fraction=signalling_fraction)
    return firing_rate_from_event_rate(events, synapses).named("limit of the firing rate", symbol="r")


# --- brain and machine -------------------------------------------------------------------------------------------


@estimator
def energy_per_operation(power: Power, operation_rate: OperationRate) -> EnergyPerOperation:
    """Return the energy of an operation of a machine: its power divided by its operations per second.

    Parameters
    ----------
    power : Quantity [W]
        Power of the machine under load.
    operation_rate : Quantity [operation/s]
        Operations per second at this power; the peak of a data sheet, or what a program reaches.

    Returns
    -------
    Quantity [J/operation]

    Examples
    --------
    >>> import brainparams as bp
    >>> f"{bp.energy_per_operation('700 W', '989e12 operation/s').value:.1e}"
    '7.1e-13'

    References
    ----------
    Horowitz 2014, Computing's energy problem. ISSCC 2014, pp. 10–14
    """
    energy = (power / operation_rate).to("J/operation").named("energy per operation", symbol="E_o")
    return energy.with_caveat(
        "at the peak of a data sheet; programs reach a third to a half of it, and cooling comes on top", effect="lowers"
    )


@estimator
def energy_per_synaptic_operation(
    power: Power,
    *,
    event_rate: EventRate | None = None,
    operation_rate: OperationRate | None = None,
    operations_per_event: OperationsPerEvent | None = None,
    static_power: Power | None = None,
) -> EnergyPerEvent:
    """Return what one spike at one synapse takes, in tissue, on a neuromorphic chip, or on a machine that computes it.

    ``E = (P − P₀)/R``, with the synaptic events of a second R as they are counted, or ``R = F/k`` for a machine of F
    operations per second that takes k of them for an event. One definition for all three, so that they can be compared.

    Parameters
    ----------
    power : Quantity [W]
        Power of the tissue, the chip or the machine.
    event_rate : Quantity [event/s]
        Synaptic events per second: those of tissue, or the synaptic operations per second (SOPS) of a chip.
    operation_rate : Quantity [operation/s]
        In its place, operations per second of a machine that computes the events.
    operations_per_event : Quantity [operation/event]
        Operations that stand for one event, with an `operation_rate`; a product and a sum are 2.
    static_power : Quantity [W], optional
        Power that is taken without any event; makers of chips often leave it out of their figure.

    Returns
    -------
    Quantity [J/event]

    Raises
    ------
    ArgumentError
        If neither or both rates are given, or `operations_per_event` does not go with the rate.

    Examples
    --------
    >>> import brainparams as bp
    >>> of = bp.estimators.energy.energy_per_synaptic_operation
    >>> brain = of("20 W", event_rate=bp.synaptic_event_rate("2e14 synapse", "1 spike/neuron/s"))
    >>> chips = of(bp.evidence("hardware/hala-point/power"), event_rate="3.8e14 event/s")
    >>> machine = of("700 W", operation_rate="989e12 operation/s", operations_per_event="2 operation/event")
    >>> [f"{each.to('J/event').median():.1e}" for each in (brain, chips, machine)]
    ['1.0e-13', '6.8e-12', '1.4e-12']

    References
    ----------
    Merolla et al. 2014. doi:10.1126/science.1254642
    Levy & Calvert 2021. doi:10.1073/pnas.2008173118
    """
    if (event_rate is None) == (operation_rate is None):
        raise ArgumentError("energy_per_synaptic_operation(): give 'event_rate' or 'operation_rate', one of the two")
    if (operation_rate is None) != (operations_per_event is None):
        raise ArgumentError(
            "energy_per_synaptic_operation(): 'operations_per_event' goes with 'operation_rate'; give both, or an "
            "'event_rate' alone"
        )
    if event_rate is not None:
        rate = event_rate
    else:
        assert operation_rate is not None
        assert operations_per_event is not None
        rate = (operation_rate / operations_per_event).named("computed events per second", symbol="R")
    spent = power if static_power is None else (power - static_power).named("power of events", symbol="P_e")
    return (
        (spent / rate)
        .to("J/event")
        .named("energy per synaptic operation", symbol="E")
        .with_caveat(
            "an event is not the same thing everywhere: a synapse of tissue releases or not, that of a chip adds a "
            "weight, and what a chip's figure leaves out differs between makers",
            effect="unknown",
        )
    )


@estimator
def energy_ratio(
    energy_per_operation: EnergyPerOperation, operations_per_event: OperationsPerEvent, energy_per_event: EnergyPerEvent
) -> Count:
    """Return how many times the energy of a synaptic event a machine takes to compute that event.

    Parameters
    ----------
    energy_per_operation : Quantity [J/operation]
        Energy of an operation of the machine.
    operations_per_event : Quantity [operation/event]
        Operations that stand for one spike at one synapse.
    energy_per_event : Quantity [J/event]
        Energy of one spike at one synapse in the brain.

    Returns
    -------
    Quantity [1]
        Above 1 where the brain takes less.

    Examples
    --------
    >>> import brainparams as bp
    >>> machine = bp.energy_per_operation("700 W", "989e12 operation/s")
    >>> round(bp.energy_ratio(machine, "2 operation/event", "1.4e-14 J/event").value)
    101

    References
    ----------
    Levy & Calvert 2021. doi:10.1073/pnas.2008173118
    """
    computed = (operations_per_event * energy_per_operation).named("energy of the computed event", symbol="E_m")
    return (computed / energy_per_event).named("energy ratio", symbol="ρ").with_caveat(**caveat("energy per operation"))


# --- what the estimators share -----------------------------------------------------------------------------------


def _signalling(power: Quantity, fraction: Quantity | None) -> Quantity:
    return power if fraction is None else (fraction * power).named("power of synaptic events", symbol="P_s")


def _all_of_it(result: Quantity, fraction: Quantity | None) -> Quantity:
    if fraction is not None:
        return result
    return result.with_caveat(**caveat("power"))
