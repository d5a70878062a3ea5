"""Which input the spread of a result comes from, and what knowing one would do."""

from .conditioning import KnownInput, Swing, Swings, ValueOfInformation
from .drivers import Driver, Drivers, drivers
from .sobol import SobolIndex, SobolIndices

__all__ = [
    "Driver",
    "Drivers",
    "KnownInput",
    "SobolIndex",
    "SobolIndices",
    "Swing",
    "Swings",
    "ValueOfInformation",
    "drivers",
]
