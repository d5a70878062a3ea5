"""How each published estimate was computed, in our estimators; what one estimator does alone has its own name here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ..distributions import LogNormal, Mixture, Normal
from ..estimators.activity import synaptic_event_rate
from ..estimators.compute import (
    emulation_operation_rate,
    horizon_training_operations,
    lifetime_operations,
    parameters_from_operation_rate,
    retina_operation_rate,
    scaled_operation_rate,
    synaptic_operation_rate,
)
from ..estimators.energy import energy_per_operation
from ..estimators.layers import dense_parameters
from ..estimators.learning import constraints_per_second
from ..estimators.storage import (
    emulation_memory,
    learned_information,
    parameter_memory,
    state_memory,
    stored_information,
    wiring_information,
)
from ..estimators.synapses import (
    connection_parameters,
    neuronal_parameters,
    synapse_count,
    synaptic_parameters,
    weights_and_biases,
)
from ..findings import evidence
from ..makers import assumed, exact, exp, log, maximum, minimum, stacked
from ..quantity import Quantity

__all__ = ["ENDS", "FORMULAS", "computed"]

ENDS = ("low", "high")
TEN = math.log(10)


# --- synapses and weights ----------------------------------------------------------------------------------------


def weights_of_synapses(synapses: Quantity, parameters_per_synapse: Quantity) -> Quantity:
    """Return a weight for each synapse, for synapses that were counted already."""
    return (synapses * parameters_per_synapse).named("synaptic weights", symbol="P")


def connections(neurons: Quantity, connections_per_neuron: Quantity) -> Quantity:
    """Return the connections of neurons."""
    return (neurons * connections_per_neuron).named("connections", symbol="C")


def weights_of_one_neuron(connections_per_neuron: Quantity, parameters_per_connection: Quantity) -> Quantity:
    """Return the weights of one neuron."""
    return (connections_per_neuron * parameters_per_connection).named("parameters per neuron", symbol="b")


def thousand_layers() -> Quantity:
    """Return the weights of 1,000 fully connected layers of 1,000 units, which have 999 gaps between them."""
    return dense_parameters([1000] * 1000, bias=False)


def sample_scaled_up(
    neurons: Quantity,
    sample_synapses: Quantity,
    sample_cells: Quantity,
    channels_per_synapse: Quantity,
    parameters_per_channel: Quantity,
) -> Quantity:
    """Return the parameters of a brain whose neurons have as many synapses as a cell of a sample."""
    per_cell = (sample_synapses / sample_cells).named("synapses per cell of the sample", symbol="s")
    return synaptic_parameters(neurons, per_cell, channels_per_synapse * parameters_per_channel)


def artificial_neurons(neurons: Quantity, artificial_neurons_per_neuron: Quantity) -> Quantity:
    """Return the units of artificial networks that stand for each neuron."""
    return (neurons * artificial_neurons_per_neuron).named("artificial neurons", symbol="U")


def gap_to_machine(synapses: Quantity, parameters_per_synapse: Quantity, machine_parameters: Quantity) -> Quantity:
    """Return how many times the parameters of a machine the synapses of a brain are."""
    weights = weights_of_synapses(synapses, parameters_per_synapse)
    return (weights / machine_parameters).named("brain over machine", symbol="ρ")


# --- information -------------------------------------------------------------------------------------------------


def stored_in_connections(neurons: Quantity, synapses_per_neuron: Quantity, bits_per_synapse: Quantity) -> Quantity:
    """Return the information in the synapses of neurons."""
    return stored_information(synapse_count(neurons, synapses_per_neuron), bits_per_synapse)


def decimal_digits_of_choices(candidates: Quantity, connections_per_neuron: Quantity) -> Quantity:
    """Return the exponent of ten in the number of ways to wire one neuron, a count that was printed as bits."""
    because = "log₁₀ x = log₁₀ 2 · log₂ x"
    per_bit = exact(math.log10(2), "neuron/bit", because=because, name="decimal digits per bit", symbol="k")
    digits = wiring_information(candidates, connections_per_neuron) * per_bit
    return digits.named("exponent of ten in the number of choices", symbol="x")


def flashcards(items: Quantity, daily_time: Quantity, years: Quantity, memory_per_item: Quantity) -> Quantity:
    """Return the memory for what spaced repetition keeps in a life: items a year for each minute a day."""
    kept = (items * daily_time * years).to("1").named("items kept", symbol="n")
    return state_memory(kept, memory_per_item)


# --- operations --------------------------------------------------------------------------------------------------


def spikes_through_connections(
    neurons: Quantity, synapses_per_neuron: Quantity, firing_rate: Quantity, operations_per_spike: Quantity
) -> Quantity:
    """Return the operations that follow every spike through every synapse of neurons."""
    return synaptic_operation_rate(synapse_count(neurons, synapses_per_neuron), firing_rate, operations_per_spike)


def bits_through_connections(
    neurons: Quantity, synapses_per_neuron: Quantity, firing_rate: Quantity, bits_per_spike: Quantity
) -> Quantity:
    """Return the bits that pass all synapses per second."""
    events = synaptic_event_rate(synapse_count(neurons, synapses_per_neuron), firing_rate)
    return (events * bits_per_spike).named("bits through synapses per second", symbol="R_b")


def retina_scaled_up(
    detections: Quantity, operations_per_detection: Quantity, repetitions: Quantity, ratio: Quantity
) -> Quantity:
    """Return the operations of a brain from those of machine vision that does what a retina does."""
    return scaled_operation_rate(retina_operation_rate(detections, operations_per_detection, repetitions), ratio)


def widest_of_three(by_hand: Quantity, by_network: Quantity, by_image: Quantity) -> Quantity:
    """Return the lowest and the highest end of three ranges."""
    lows, highs = ([each[end] for each in (by_hand, by_network, by_image)] for end in ENDS)
    ends = minimum(minimum(*lows[:2]), lows[2]), maximum(maximum(*highs[:2]), highs[2])
    return stacked(ends, "end", ENDS).named("operations per second", symbol="F")


# --- anchors: beliefs about powers of ten -----------------------------------------------------------------------

ADAPTED = "a 90 % range in powers of ten, as a public adaptation of the report's spreadsheet gives it"
NOTEBOOK = "a range in powers of ten, as the notebook gives it"
Shape = type[LogNormal] | type[Normal]


def _about(low: float, high: float, name: str, shape: Shape = LogNormal) -> Quantity:
    """Return a belief about a power of ten, of the shape that the authors' tool takes."""
    belief = shape.from_interval(low, high, level=0.90)
    return assumed(belief, "1", because=ADAPTED, source="rethinkpriorities2022", name=f"{name}, power of ten")


def _power_of_ten(exponent: Quantity, unit: str) -> Quantity:
    return exp(TEN * exponent) * exact(f"1 {unit}", because="a power of ten in this unit", name=unit, symbol="u")


def _brain() -> Quantity:
    return _about(11.0, 19.5, "operations per second of a brain")


def _exponent(shape: Shape = LogNormal) -> Quantity:
    """Return how the samples that training needs grow with the parameters."""
    belief = shape.from_interval(0.5, 1.1, level=0.90)
    return assumed(belief, "1", because=ADAPTED, source="rethinkpriorities2022", name="scaling exponent", symbol="s")


def _beside_human() -> Quantity:
    return _about(-2.0, 2.0, "transformative beside human", Normal)


def _ten_times() -> Quantity:
    return exact(1, "1", because="networks are taken to be ten times less efficient", name="efficiency, power of ten")


def _parameters(brain: Quantity, shape: Shape = LogNormal) -> Quantity:
    rate = _power_of_ten(brain + _ten_times(), "operation/s").named("operations of the network per second", symbol="F")
    use = _power_of_ten(_about(1.0, 2.0, "operations per parameter and second", shape), "operation/parameter/s")
    return parameters_from_operation_rate(rate, use)


def _samples(parameters: Quantity, exponent: Quantity, again: Quantity) -> Quantity:
    """Return the samples that train a network: 10^12 for 10^11.2 parameters, and more as a power of the size."""
    size = exp(again * log(parameters / exact("1 parameter", because="a power law takes pure numbers", name="one")))
    of_reference = exact("1e12", "1", because="samples that trained the network of reference", name="reference samples")
    return (of_reference * size / exp(exponent * (TEN * 11.2))).named("samples", symbol="n")


def _training(brain: Quantity, efficiency: Quantity, samples: Quantity, horizon: Quantity) -> Quantity:
    rate = _power_of_ten(brain + efficiency + _beside_human(), "operation/s")
    return horizon_training_operations(rate.named("operations per second", symbol="F"), samples, horizon)


def _network_anchor(horizon: Quantity, shape: Shape = LogNormal) -> Quantity:
    brain, exponent = _brain(), _exponent(shape)
    return _training(brain, _ten_times(), _samples(_parameters(brain, shape), exponent, exponent), horizon)


def short_horizon() -> Quantity:
    """Return the training of a network whose actions show their worth within a second to a quarter of an hour."""
    return _network_anchor(_power_of_ten(_about(0.0, 3.0, "horizon in seconds", Normal), "s"))


def medium_horizon() -> Quantity:
    """Return the training of a network whose actions show their worth within hours to days."""
    return _network_anchor(_power_of_ten(_about(3.0, 6.0, "horizon in seconds"), "s"))


def long_horizon() -> Quantity:
    """Return the training of a network whose actions show their worth within weeks to decades."""
    return _network_anchor(_power_of_ten(_about(6.0, 9.0, "horizon in seconds"), "s"))


def genome_anchor() -> Quantity:
    """Return the training of a network with about as many parameters as a genome has bytes."""
    parameters = _power_of_ten(_about(8.3, 9.44, "parameters"), "parameter")
    horizon = _power_of_ten(_about(7.0, 9.0, "horizon in seconds"), "s")
    exponent = _exponent()
    efficiency = _about(0.0, 2.0, "efficiency", Normal)
    return _training(_brain(), efficiency, _samples(parameters, exponent, exponent), horizon)


def lifetime_anchor() -> Quantity:
    """Return the operations of a childhood, made as much larger as training is less efficient than a brain."""
    halves = [LogNormal.from_interval(*ends, level=0.90) for ends in ((2.0, 5.0), (5.0, 9.0))]
    less = assumed(
        Mixture(tuple(halves), (0.5, 0.5)), "1", because=ADAPTED, source="rethinkpriorities2022",
        name="inefficiency of training, power of ten",
    )  # fmt: skip
    rate = _power_of_ten(_brain() + less + _beside_human(), "operation/s")
    return lifetime_operations(rate, exact("1e9 s", because="a lifetime, 32 years", name="lifetime"))


def evolution_anchor() -> Quantity:
    """Return the operations of all nervous systems since the first neurons."""
    of_one = _about(3.0, 6.0, "operations per second of an ancestor") + _about(-6.0, 5.0, "efficiency", Normal)
    of_all = of_one + _beside_human() + _about(20.0, 22.0, "ancestors alive at a time")
    time = exact("1e16 s", because=ADAPTED, name="time since the first neurons")
    return lifetime_operations(_power_of_ten(of_all, "operation/s"), time)


def _log10(quantity: Quantity, name: str) -> Quantity:
    one = exact(f"1 {quantity.unit}", because="a logarithm takes pure numbers", name=f"one {quantity.unit}")
    return (log(quantity / one) / TEN).named(f"log₁₀ of {name}", symbol="x")


def notebook_brain() -> Quantity:
    """Return the power of ten of a brain's operations per second: two beliefs, one as likely as the other."""
    halves = [LogNormal.from_interval(13.0, high, level=0.80) for high in (17.0, 24.0)]
    return assumed(
        Mixture(tuple(halves), (0.5, 0.5)), "1", because=NOTEBOOK, source="rethinkpriorities2022",
        name="log₁₀ of operations per second",
    )  # fmt: skip


def notebook_lifetime() -> Quantity:
    """Return the power of ten of the operations of a brain in 30 years."""
    years = exact("30 year", because="it gives the printed digits; the notebook's own number is not known", name="time")
    rate = _power_of_ten(notebook_brain(), "operation/s")
    return _log10(lifetime_operations(rate, years), "operations in a lifetime")


def notebook_parameters() -> Quantity:
    """Return the parameters of a network as capable as a brain."""
    return _parameters(_brain(), Normal)


def notebook_training() -> Quantity:
    """Return the power of ten of a training, with brain and exponent one unknown each wherever they stand."""
    return _log10(_network_anchor(_one_second(), Normal), "training operations")


def notebook_training_as_run() -> Quantity:
    """Return the same with brain and exponent drawn anew where they stand again, as the notebook's tool does."""
    samples = _samples(_parameters(_brain(), Normal), _exponent(Normal), _exponent(Normal))
    return _log10(_training(_brain(), _ten_times(), samples, _one_second()), "training operations")


def _one_second() -> Quantity:
    return exact("1 s", because="the shortest horizon, as for a language model", name="horizon")


# --- what is often said ------------------------------------------------------------------------------------------


def ratio(one: Quantity, other: Quantity) -> Quantity:
    """Return how many times another number one is."""
    return one / other


def twelve_per_layer() -> Quantity:
    """Return 12·L·d² for Gopher, whose dimensions stand in table 4 of Hoffmann et al."""
    layers, width = exact("80", "1", name="layers", symbol="L"), exact("16384", "1", name="width", symbol="d")
    block = exact("12 parameter", because="four matrices of attention and two of four times the width", name="block")
    return (block * layers * width * width).named("weights of the blocks", symbol="P", source="hoffmann2022")


# --- by name -----------------------------------------------------------------------------------------------------

Formula = Callable[..., Quantity]
FORMULAS: Mapping[str, Formula] = MappingProxyType({
    each.__name__: each
    for each in (
        artificial_neurons, bits_through_connections, connection_parameters, connections, constraints_per_second,
        decimal_digits_of_choices, emulation_memory, emulation_operation_rate, energy_per_operation, evolution_anchor,
        flashcards, gap_to_machine, genome_anchor, learned_information, lifetime_anchor, lifetime_operations,
        long_horizon, medium_horizon, neuronal_parameters, notebook_brain, notebook_lifetime, notebook_parameters,
        notebook_training, notebook_training_as_run, parameter_memory, parameters_from_operation_rate, ratio,
        retina_scaled_up, sample_scaled_up, scaled_operation_rate, short_horizon, spikes_through_connections,
        state_memory, stored_in_connections, stored_information, synapse_count, synaptic_event_rate,
        synaptic_operation_rate, synaptic_parameters, thousand_layers, twelve_per_layer, weights_and_biases,
        weights_of_one_neuron, weights_of_synapses, widest_of_three,
    )
})  # fmt: skip


def computed(record: Mapping[str, Any], taken: Callable[[str, str | Sequence[str]], Quantity]) -> Quantity | None:
    """Return what the formula of a record makes of its inputs and of the evidence; None without a formula.

    Parameters
    ----------
    record
        ``formula`` is one of `FORMULAS`; ``inputs`` are its arguments as they were given, ``evidence`` those that are
        findings; two of either are the ends of a range.
    taken
        Makes a quantity of an input, from its name and text.
    """
    if "formula" not in record:
        return None
    inputs = {name: taken(name, text) for name, text in record.get("inputs", {}).items()}
    known = {name: _known(ids) for name, ids in record.get("evidence", {}).items()}
    return FORMULAS[record["formula"]](**inputs, **known)


def _known(ids: str | Sequence[str]) -> Quantity:
    """Return a finding, or two of them as the ends of a range."""
    return evidence(ids) if isinstance(ids, str) else stacked([evidence(each) for each in ids], "end", ENDS)
