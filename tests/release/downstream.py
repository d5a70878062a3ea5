"""What somebody writes who builds on the package; mypy and pyright check it against the installed wheel."""

import brainparams as bp


def parameters(neurons: bp.Quantity, per_synapse: str) -> tuple[float, float]:
    """Return the 90 % interval of the parameters of a brain."""
    brain = bp.synaptic_parameters(neurons, "1000 to 10000 synapse/neuron", per_synapse)
    interval: bp.Interval = brain.interval(0.90)
    low, high = interval
    return float(low), float(high)


def machine() -> float:
    """Return the probability that a brain has more parameters than a machine of a trillion."""
    brain = bp.evidence("human/brain/synapses") * bp.exact("1 parameter/synapse", because="a weight a synapse")
    return float(bp.probability_greater(brain, bp.exact("1e12 parameter")))


print(parameters(bp.exact("86e9 neuron"), "1 parameter/synapse"), machine())
