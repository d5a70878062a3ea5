"""Which input the spread of a result comes from, and what knowing one would do."""

from .budget import BudgetRow, UncertaintyBudget
from .conditioning import KnownInput, Swing, Swings, ValueOfInformation
from .drivers import Driver, Drivers, drivers
from .sobol import SobolIndex, SobolIndices

__all__ = [
    "BudgetRow",
    "Driver",
    "Drivers",
    "KnownInput",
    "SobolIndex",
    "SobolIndices",
    "Swing",
    "Swings",
    "UncertaintyBudget",
    "ValueOfInformation",
    "drivers",
]
