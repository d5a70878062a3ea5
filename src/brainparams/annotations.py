"""Annotated types for arguments and results of estimators: a quantity in a unit, within its bounds.

``def f(neurons: bp.annotations.Neurons)`` says the unit once: `estimator` checks and converts what callers pass, and
pydantic takes the same types as fields.
"""

from __future__ import annotations

from typing import Annotated

from .quantity import Quantity
from .units import Unit

__all__ = [
    "BitRate",
    "BitsPerNeuron",
    "BitsPerParameter",
    "BitsPerSynapse",
    "Connections",
    "ConnectionsPerNeuron",
    "Count",
    "Density",
    "Duration",
    "EnergyPerEvent",
    "EnergyPerOperation",
    "EnergyPerSpike",
    "EventRate",
    "FiringRate",
    "Fraction",
    "Information",
    "Neurons",
    "OperationRate",
    "Operations",
    "OperationsPerEvent",
    "OperationsPerSpike",
    "Parameters",
    "ParametersPerConnection",
    "ParametersPerNeuron",
    "ParametersPerSynapse",
    "Power",
    "Synapses",
    "SynapsesPerConnection",
    "SynapsesPerNeuron",
    "Tokens",
    "TokensPerParameter",
    "Volume",
]

Neurons = Annotated[Quantity, Unit("neuron", low=0)]
Synapses = Annotated[Quantity, Unit("synapse", low=0)]
Connections = Annotated[Quantity, Unit("connection", low=0)]
Parameters = Annotated[Quantity, Unit("parameter", low=0)]
SynapsesPerNeuron = Annotated[Quantity, Unit("synapse/neuron", low=0)]
SynapsesPerConnection = Annotated[Quantity, Unit("synapse/connection", low=0)]
ConnectionsPerNeuron = Annotated[Quantity, Unit("connection/neuron", low=0)]
ParametersPerSynapse = Annotated[Quantity, Unit("parameter/synapse", low=0)]
ParametersPerConnection = Annotated[Quantity, Unit("parameter/connection", low=0)]
ParametersPerNeuron = Annotated[Quantity, Unit("parameter/neuron", low=0)]
Density = Annotated[Quantity, Unit("synapse/mm**3", low=0)]
Volume = Annotated[Quantity, Unit("mm**3", low=0)]
Fraction = Annotated[Quantity, Unit("1", low=0, high=1)]
Count = Annotated[Quantity, Unit("1", low=0)]
Information = Annotated[Quantity, Unit("bit", low=0)]
BitsPerSynapse = Annotated[Quantity, Unit("bit/synapse", low=0)]
BitsPerNeuron = Annotated[Quantity, Unit("bit/neuron", low=0)]
BitsPerParameter = Annotated[Quantity, Unit("bit/parameter", low=0)]
BitRate = Annotated[Quantity, Unit("bit/s", low=0)]
Duration = Annotated[Quantity, Unit("s", low=0)]
FiringRate = Annotated[Quantity, Unit("spike/neuron/s", low=0)]
EventRate = Annotated[Quantity, Unit("event/s", low=0)]
Operations = Annotated[Quantity, Unit("operation", low=0)]
OperationRate = Annotated[Quantity, Unit("operation/s", low=0)]
OperationsPerEvent = Annotated[Quantity, Unit("operation/event", low=0)]
OperationsPerSpike = Annotated[Quantity, Unit("operation/spike", low=0)]
Power = Annotated[Quantity, Unit("W", low=0)]
EnergyPerEvent = Annotated[Quantity, Unit("J/event", low=0)]
EnergyPerSpike = Annotated[Quantity, Unit("J/spike", low=0)]
EnergyPerOperation = Annotated[Quantity, Unit("J/operation", low=0)]
Tokens = Annotated[Quantity, Unit("token", low=0)]
TokensPerParameter = Annotated[Quantity, Unit("token/parameter", low=0)]
