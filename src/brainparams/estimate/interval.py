"""A coverage interval with its level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..checks import percent, strict
from ..render.numbers import between
from ..units import with_unit

__all__ = ["Interval"]


@strict
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
    kind : str
        Which of the intervals with this probability it is.
    middle : float, optional
        The median, which decides how many digits are worth printing.

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
    middle: float | None = field(default=None, compare=False)

    def __iter__(self) -> Iterator[Any]:
        """Unpack as ``low, high``."""
        yield self.low
        yield self.high

    def __repr__(self) -> str:
        """Return both ends with the digits worth reading; all digits are in `low` and `high`."""
        if np.ndim(self.low):
            return f"Interval(low={self.low!r}, high={self.high!r}, level={self.level:g}, unit={self.unit!r})"
        told = with_unit(between(float(self.low), float(self.high), self.middle), self.unit)
        return f"{told} ({percent(self.level)}, {self.kind})"
