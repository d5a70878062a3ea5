"""A coverage interval with its level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..checks import percent

__all__ = ["Interval"]


@dataclass(frozen=True, slots=True, repr=False)
class Interval:
    """An equal-tailed coverage interval: below `low` and above `high` lies the same probability.

    Attributes
    ----------
    low, high : float or ndarray
        The ends, in `unit`.
    level : float
        The probability inside, in (0, 1).
    unit : str
        The unit of the ends.

    Examples
    --------
    >>> low, high = Interval(1000.0, 10000.0, level=0.9, unit="synapse/neuron")
    >>> low, high
    (1000.0, 10000.0)
    """

    low: Any
    high: Any
    level: float
    unit: str
    kind: str = "equal-tailed"

    def __iter__(self) -> Iterator[Any]:
        """Unpack as ``low, high``."""
        yield self.low
        yield self.high

    def __repr__(self) -> str:
        """Return both ends to three digits; all digits are in `low` and `high`."""
        if np.ndim(self.low):
            return f"Interval(low={self.low!r}, high={self.high!r}, level={self.level:g}, unit={self.unit!r})"
        unit = "" if self.unit == "1" else f" {self.unit}"
        low, high = (f"{float(f'{float(end):.3g}'):g}".replace("e+", "e") for end in (self.low, self.high))
        return f"{low} to {high}{unit} ({percent(self.level)}, {self.kind})"
