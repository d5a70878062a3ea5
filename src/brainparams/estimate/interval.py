"""A coverage interval with its level, and which levels there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import KindError, RangeError, shown

__all__ = ["Interval", "check_level", "checked_number"]


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
        return f"{low} to {high}{unit} ({100 * self.level:.10g} %, {self.kind})"


def check_level(level: object, where: str) -> float:
    """Return a coverage level as a float in (0, 1), or raise with the mend.

    Raises
    ------
    KindError, RangeError
        If it is not a number, or not inside (0, 1).
    """
    number = checked_number(level, f"{where}(): level")
    if 1.0 < number < 100.0:
        raise RangeError(f"{where}(): level must be in (0, 1); got {shown(level)}; did you mean {number / 100:g}?")
    if not 0.0 < number < 1.0:
        raise RangeError(f"{where}(): level must be in (0, 1), such as 0.90; got {shown(level)}")
    return number


def checked_number(value: object, where: str) -> float:
    """Return a real number as a float, or raise KindError."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise KindError(f"{where} must be a number such as 0.90; got {shown(value)}")
    return float(value)
