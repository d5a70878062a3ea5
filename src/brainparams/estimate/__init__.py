"""What an engine returns: quantiles with their standard errors, and how they were found."""

from .expectation import Expectation
from .interval import Interval
from .laws import Closed, Drawn, Exactly, Law, side_by_side
from .result import Estimate, Linearity

__all__ = [
    "Closed",
    "Drawn",
    "Estimate",
    "Exactly",
    "Expectation",
    "Interval",
    "Law",
    "Linearity",
    "side_by_side",
]
