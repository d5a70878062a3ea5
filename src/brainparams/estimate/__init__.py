"""What an engine returns: quantiles with their standard errors, and how they were found."""

from .interval import Interval
from .laws import Closed, Drawn, Exactly, Law, side_by_side
from .result import EngineName, Estimate, Linearity

__all__ = [
    "Closed",
    "Drawn",
    "EngineName",
    "Estimate",
    "Exactly",
    "Interval",
    "Law",
    "Linearity",
    "check_level",
    "side_by_side",
]
