"""Counting by information: what synapses, genomes and memories hold, in bits, and how many parameters hold as much."""

from __future__ import annotations

import math
from functools import cache
from typing import Annotated

from ..annotations import (
    BitRate,
    BitsPerNeuron,
    BitsPerParameter,
    BitsPerSynapse,
    ConnectionsPerNeuron,
    Count,
    Duration,
    Information,
    Neurons,
    Parameters,
    Synapses,
)
from ..errors import UnknownNameError, did_you_mean, shown
from ..findings import evidence
from ..makers import exact, exp, log
from ..quantity import Quantity
from ..units import Unit
from . import estimator
from .caveats import caveat

__all__ = [
    "bits_from_states",
    "emulation_memory",
    "genome_information",
    "learned_information",
    "parameter_memory",
    "parameters_at_precision",
    "precision",
    "state_memory",
    "stored_information",
    "wiring_information",
]

States = Annotated[Quantity, Unit("1", low=1)]
BasePairs = Annotated[Quantity, Unit("bp", low=0)]
LossRate = Annotated[Quantity, Unit("1/s", low=0)]

# --- synapses ----------------------------------------------------------------------------------------------------


@estimator
def bits_from_states(states: States) -> BitsPerSynapse:
    """Return the bits that a synapse holds if a number of its strengths can be told apart.

    Parameters
    ----------
    states : Quantity [1]
        Distinguishable strengths, all equally frequent.

    Returns
    -------
    Quantity [bit/synapse]

    Examples
    --------
    >>> import brainparams as bp
    >>> round(bp.bits_from_states("26").value, 2)
    4.7

    References
    ----------
    Bartol et al. 2015. doi:10.7554/eLife.10778
    """
    bits = (log(states) * _per_nat("bit/synapse")).named("bits per synapse", symbol="b")
    return bits.with_caveat("strengths that are not equally frequent hold less", effect="raises")


@estimator
def stored_information(synapses: Synapses, bits_per_synapse: BitsPerSynapse) -> Information:
    """Return the information that synapses can hold.

    Parameters
    ----------
    synapses : Quantity [synapse]
        Synapses.
    bits_per_synapse : Quantity [bit/synapse]
        Information in one of them; bytes will do, such as ``"1 B/synapse"``.

    Returns
    -------
    Quantity [bit]
        ``.to("TB")`` gives terabytes.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.stored_information("1.5e14 synapse", "4.7 bit/synapse").to("TB").value
    88.125

    References
    ----------
    Bartol et al. 2015. doi:10.7554/eLife.10778
    """
    information = (synapses * bits_per_synapse).named("stored information", symbol="I")
    return information.with_caveat(
        "a capacity: what synapses have learned is less, a few tenths of a bit per weight in theories of memory",
        effect="raises",
    ).with_caveat(**caveat("distributed representation"))


@estimator
def wiring_information(candidates: Neurons, connections_per_neuron: ConnectionsPerNeuron) -> BitsPerNeuron:
    """Return the information in which of many neurons one is connected with: ``log₂`` of the number of choices.

    The number of choices, ``n!/(s!(n − s)!)``, is not itself information, though it has been printed as bits. The
    logarithm is taken by Stirling's series, right to 0.13 bit for one connection, and to 0.003 bit from forty on.

    Parameters
    ----------
    candidates : Quantity [neuron]
        Neurons that could be connected.
    connections_per_neuron : Quantity [connection/neuron]
        Neurons that are; fewer than the candidates.

    Returns
    -------
    Quantity [bit/neuron]

    Examples
    --------
    >>> import brainparams as bp
    >>> bits = bp.wiring_information("1e11 neuron", "1000 connection/neuron")
    >>> round(bits.value)
    28012

    References
    ----------
    Wang, Liu & Wang 2003, Discovering the capacity of human memory. doi:10.1023/A:1025405628479
    """
    n = (candidates / _one("neuron")).named("candidates", symbol="n")
    s = (connections_per_neuron / _one("connection/neuron")).named("connections", symbol="s")
    rest = (n - s).named("candidates not connected", symbol="r")
    nats = s * log(n / s) + rest * log(n / rest) - 0.5 * log(2 * math.pi * s * rest / n)
    bits = nats.named("logarithm of the choices", symbol="L") * _per_nat("bit/neuron")
    return bits.named("wiring information", symbol="I").with_caveat(
        "every candidate is taken as equally likely; real wiring prefers near neurons and certain types",
        effect="raises",
    )


# --- genome and memory -------------------------------------------------------------------------------------------


@estimator
def genome_information(base_pairs: BasePairs) -> Information:
    """Return the information in a genome: a bound on what can be inborn.

    Parameters
    ----------
    base_pairs : Quantity [bp]
        Base pairs of one set of chromosomes.

    Returns
    -------
    Quantity [bit]

    Examples
    --------
    >>> import brainparams as bp
    >>> genome = bp.genome_information("3.1e9 bp")
    >>> genome.to("MB").value
    775
    >>> bp.parameters_at_precision(genome, "8 bit/parameter").value
    775000000

    References
    ----------
    Nurk et al. 2022, The complete sequence of a human genome. Science 376:44
    """
    two = exact("2 bit/bp", because="one of four bases", name="bits per base pair", symbol="b")
    return (
        (base_pairs * two)
        .named("genome information", symbol="I")
        .with_caveat("a genome can be compressed, and only a part of it concerns the brain", effect="raises")
    )


@estimator
def learned_information(rate: BitRate, exposure: Duration, *, loss_rate: LossRate | None = None) -> Information:
    """Return what is remembered after learning at an even rate: ``i·T``, or ``i/d·(1 − exp(−d·T))`` with loss.

    Parameters
    ----------
    rate : Quantity [bit/s]
        Information that enters long-term memory per second of exposure.
    exposure : Quantity [s]
        Time spent learning.
    loss_rate : Quantity [1/s], optional
        Fraction of what is remembered that is lost per second; nothing is lost otherwise.

    Returns
    -------
    Quantity [bit]

    Examples
    --------
    >>> import brainparams as bp
    >>> round(bp.learned_information("2.0 bit/s", "1.2e9 s", loss_rate="1e-9 1/s").value / 1e9, 1)
    1.4

    References
    ----------
    Landauer 1986, How much do people remember? Cognitive Science 10:477–493
    """
    functional = "functional content, as tests of memory show it; not a bound on capacity"
    if loss_rate is None:
        return (rate * exposure).named("learned information", symbol="I").with_caveat(functional, effect="lowers")
    kept = (1 - exp(-(loss_rate * exposure))).named("part of the asymptote", symbol="f")
    return (rate / loss_rate * kept).named("learned information", symbol="I").with_caveat(functional, effect="lowers")


@estimator
def state_memory(entities: Count, memory_per_entity: Information) -> Information:
    """Return the memory for the state of a number of things: compartments, molecules, connections.

    Parameters
    ----------
    entities : Quantity [1]
        Things, or things times variables of each.
    memory_per_entity : Quantity [bit]
        Memory for the state of one; bytes will do, such as ``"8 B"``.

    Returns
    -------
    Quantity [bit]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.state_memory("1e15", "8 B").to("PB").value
    8

    References
    ----------
    Sandberg & Bostrom 2008, Whole brain emulation: a roadmap, table 8. FHI technical report 2008-3
    """
    return (entities * memory_per_entity).named("state memory", symbol="M")


@estimator
def emulation_memory(
    neurons: Neurons, memory_per_neuron: BitsPerNeuron, synapses: Synapses, memory_per_synapse: BitsPerSynapse
) -> Information:
    """Return the memory for the state of all neurons and all synapses.

    Parameters
    ----------
    neurons : Quantity [neuron]
        Neurons.
    memory_per_neuron : Quantity [bit/neuron]
        Memory for one neuron; bytes will do.
    synapses : Quantity [synapse]
        Synapses.
    memory_per_synapse : Quantity [bit/synapse]
        Memory for one synapse; bytes will do.

    Returns
    -------
    Quantity [bit]

    Examples
    --------
    >>> import brainparams as bp
    >>> memory = bp.emulation_memory("8.6e10 neuron", "80 B/neuron", "1.7e14 synapse", "16 B/synapse")
    >>> round(memory.to("PB").value, 2)
    2.73

    References
    ----------
    Zanichelli, Schons et al. 2025, State of Brain Emulation, data. https://github.com/mxschons/sobe-2025-data-repository
    """
    of_neurons = (neurons * memory_per_neuron).named("memory of the neurons", symbol="M_N")
    of_synapses = (synapses * memory_per_synapse).named("memory of the synapses", symbol="M_S")
    return (of_synapses + of_neurons).named("emulation memory", symbol="M")


# --- parameters --------------------------------------------------------------------------------------------------


@estimator
def parameter_memory(parameters: Parameters, bits_per_parameter: BitsPerParameter) -> Information:
    """Return the memory that parameters take at a precision.

    Parameters
    ----------
    parameters : Quantity [parameter]
        Parameters: all that are stored, not only the active ones.
    bits_per_parameter : Quantity [bit/parameter]
        Bits of one number, such as ``bp.precision("bf16")``; or the state that training keeps, such as
        ``"16 B/parameter"``.

    Returns
    -------
    Quantity [bit]

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.parameter_memory("70e9 parameter", bp.precision("bf16")).to("GB").value
    140

    References
    ----------
    Rajbhandari et al. 2020, ZeRO: memory optimizations toward training trillion parameter models. arXiv:1910.02054
    """
    return (parameters * bits_per_parameter).named("parameter memory", symbol="M")


@estimator
def parameters_at_precision(information: Information, bits_per_parameter: BitsPerParameter) -> Parameters:
    """Return how many parameters of a precision hold as much information.

    Parameters
    ----------
    information : Quantity [bit]
        Such as `stored_information`, `genome_information` or `learned_information`.
    bits_per_parameter : Quantity [bit/parameter]
        Information in one parameter, such as ``bp.precision("int8")``.

    Returns
    -------
    Quantity [parameter]

    Examples
    --------
    >>> import brainparams as bp
    >>> information = bp.stored_information("1.5e14 synapse", "4.7 bit/synapse")
    >>> bp.parameters_at_precision(information, bp.precision("int8")).value
    88125000000000

    References
    ----------
    Allen-Zhu & Li 2024, Physics of language models: part 3.3. arXiv:2404.05405
    """
    parameters = (information / bits_per_parameter).named("parameters at precision", symbol="P")
    return parameters.with_caveat(
        "every bit of a parameter is taken as used; trained language models hold about 2 bits of knowledge each",
        effect="lowers",
    )


NUMBER_FORMATS = ("fp64", "fp32", "fp16", "bf16", "fp8", "int8", "int4")


def precision(name: str) -> Quantity:
    """Return the bits per parameter of a number format; scale factors of quantised blocks come on top.

    Parameters
    ----------
    name : str
        ``fp64``, ``fp32``, ``fp16``, ``bf16``, ``fp8``, ``int8`` or ``int4``.

    Returns
    -------
    Quantity [bit/parameter]
        The finding ``scaling/bytes-per-parameter/<name>``, in bits.

    Raises
    ------
    UnknownNameError
        For another name.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.precision("fp8").value, bp.precision("fp8").unit
    (8, 'bit/parameter')
    """
    if str(name) not in NUMBER_FORMATS:  # which an array is not
        raise UnknownNameError(
            f"precision(): no number format {shown(name)}; there are {', '.join(NUMBER_FORMATS)}."
            f"{did_you_mean(str(name), NUMBER_FORMATS)}"
        )
    return evidence(f"scaling/bytes-per-parameter/{name}").to("bit/parameter")


# --- what the estimators share -----------------------------------------------------------------------------------


@cache
def _per_nat(unit: str) -> Quantity:
    return exact(1 / math.log(2), unit, because="log₂ x = ln x / ln 2", name="bits per nat", symbol="k")


@cache
def _one(unit: str) -> Quantity:
    return exact(f"1 {unit}", because="a logarithm takes pure numbers", name=f"one {unit}", symbol="u")
