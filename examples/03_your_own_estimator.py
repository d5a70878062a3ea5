"""Your own estimator: a plain function whose annotations say the units, composed from others.

Run it with ``python examples/03_your_own_estimator.py``.
"""

from typing import Annotated

import brainparams as bp

PyramidalShare = Annotated[bp.Quantity, bp.Unit("1", low=0, high=1)]


@bp.estimator
def dendritic_brain(
    neurons: bp.Neurons,
    pyramidal_fraction: PyramidalShare,
    parameters_per_pyramidal_cell: bp.ParametersPerNeuron,
    synapses_per_neuron: bp.SynapsesPerNeuron,
) -> bp.Parameters:
    """Return the parameters of a cortex whose pyramidal cells are small networks, and whose other cells are points."""
    pyramidal = (neurons * pyramidal_fraction).named("pyramidal cells", symbol="N_pyr")
    others = (neurons - pyramidal).named("other cells", symbol="N_other")
    networks = bp.neuronal_parameters(pyramidal, parameters_per_pyramidal_cell)
    points = bp.synaptic_parameters(others, synapses_per_neuron, "1 parameter/synapse")
    return (networks.named("networks", symbol="P_pyr") + points.named("points", symbol="P_other")).with_caveat(
        "a network fitted to one cell model counts the parameters of the fit, not of the cell", effect="raises"
    )


cortex = dendritic_brain(
    bp.evidence("human/cortex/neurons"),
    bp.assumed("0.7 to 0.85", "1", because="most cortical neurons are pyramidal; the share varies by area"),
    bp.evidence("neuron/parameters/expressive-leaky-memory"),
    bp.evidence("human/neocortex/synapses-per-neuron"),
)
print(cortex.explain())

# Units are checked where they are written: a volume is not a count.
try:
    dendritic_brain("480 cm^3", "0.8", "8002 parameter/neuron", "7000 synapse/neuron")
except bp.UnitError as error:
    print(f"\n{error}")
