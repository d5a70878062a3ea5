"""A coverage interval with its level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..checks import as_a_whole, level_in, percent, strict
from ..errors import KindError, RangeError, shown
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

    def __post_init__(self) -> None:
        """Refuse ends that are no numbers, or stand the wrong way round; an end may be infinite."""
        level_in(self.level, "Interval(): level")
        came = shown((self.low, self.high))
        try:
            is_ordered = np.all(np.asarray(self.low) <= np.asarray(self.high))
            is_number = all(np.asarray(end).dtype.kind in "iufO" for end in (self.low, self.high))
        except (TypeError, ValueError):
            is_number = False
        if not is_number:
            raise KindError(f"Interval(): 'low' and 'high' must be numbers, or arrays of one shape; got {came}")
        if not is_ordered:
            raise RangeError(f"Interval(): 'low' must lie at or below 'high', and neither be NaN; got {came}")

    def __iter__(self) -> Iterator[Any]:
        """Unpack as ``low, high``."""
        return iter((self.low, self.high))

    __format__ = as_a_whole

    def __repr__(self) -> str:
        """Return both ends with the digits worth reading; all digits are in `low` and `high`."""
        if np.ndim(self.low):
            return f"Interval(low={self.low!r}, high={self.high!r}, level={self.level:g}, unit={self.unit!r})"
        told = with_unit(between(float(self.low), float(self.high), self.middle), self.unit)
        return f"{told} ({percent(self.level)}, {self.kind})"
