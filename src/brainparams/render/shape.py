"""The shape of a belief for a picture: where its probability lies, no finer than the method of calculation can see."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

__all__ = ["Shape", "decades", "shape_of"]

Array = np.ndarray[Any, np.dtype[np.float64]]

OUTER = 0.0005  # of the probability, left out on either side
FINEST, COARSEST = 120, 15  # parts of the range
VISIBLE = 0.02  # of the highest part: an error above it would be drawn as a feature
WIDE = 2.0  # largest over smallest likely value from which on a logarithmic axis reads better


class Law(Protocol):
    """What has a distribution function with its own error."""

    def quantile(self, p: float, /) -> Any:
        """Return a quantile."""

    def cdf(self, x: float, /) -> tuple[Any, Any]:
        """Return a probability, and its error."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """How probability lies along an axis.

    Attributes
    ----------
    edges : ndarray, shape (n + 1,)
        Ends of the parts, in the unit of the quantity, rising.
    masses : ndarray, shape (n,)
        Probability of each part.
    is_logarithmic : bool
        Whether the parts are equally wide on a logarithmic axis, else on a linear one.
    is_smooth : bool
        Whether the law is known so well that a curve through the parts hides nothing.
    """

    edges: Array
    masses: Array
    is_logarithmic: bool
    is_smooth: bool

    @property
    def widths(self) -> Array:
        """Width of each part: in decades on a logarithmic axis, else in the unit."""
        return np.diff(np.log10(self.edges) if self.is_logarithmic else self.edges)

    @property
    def density(self) -> Array:
        """Probability per decade, or per unit."""
        return self.masses / self.widths

    @property
    def middles(self) -> Array:
        """Middle of each part, as the axis sees it."""
        low, high = self.edges[:-1], self.edges[1:]
        return low * np.sqrt(high / low) if self.is_logarithmic else (low + high) / 2.0


def shape_of(law: Law, *, is_logarithmic: bool | None = None) -> Shape | None:
    """Return the shape of a law of one number; None where it has no spread.

    Parameters
    ----------
    law : Law
        Of a scalar.
    is_logarithmic : bool, optional
        Axis to look along; logarithmic where the quantity is positive and wide otherwise.
    """
    low, high = (float(law.quantile(p)) for p in (OUTER, 1.0 - OUTER))
    if not (math.isfinite(low) and math.isfinite(high)) or high - low <= 1e-12 * abs(float(law.quantile(0.5))):
        return None
    if is_logarithmic is None:
        is_logarithmic = is_wide(law)
    edges = np.geomspace(low, high, FINEST + 1) if is_logarithmic else np.linspace(low, high, FINEST + 1)
    below, errors = np.array([law.cdf(float(edge)) for edge in edges], dtype=np.float64).T
    step = 1
    while FINEST // step > COARSEST and _error(errors, step) > VISIBLE * np.max(np.diff(below[::step])):
        step *= 2
    masses = np.maximum(np.diff(below[::step]), 0.0)
    return Shape(edges[::step], masses, is_logarithmic, step == 1)


def is_wide(law: Law) -> bool:
    """Return whether a logarithmic axis shows a law better: it is positive, and spans more than a factor of two."""
    return float(law.quantile(0.0)) >= 0 < float(law.quantile(OUTER)) and float(law.quantile(0.975)) > WIDE * float(
        law.quantile(0.025)
    )


def _error(errors: Array, step: int) -> float:
    """Return the error of the probability between two edges: that of both ends, as if they had nothing in common."""
    return float(np.max(np.hypot(errors[::step][1:], errors[::step][:-1])))


def decades(low: float, high: float, most: int) -> list[float]:
    """Return the marks of a logarithmic axis: powers of ten, or 1, 2 and 5 of each where there are few.

    Examples
    --------
    >>> decades(3e13, 2e15, 6), decades(1.5, 9, 6)
    ([100000000000000.0, 1000000000000000.0], [2.0, 5.0])
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    whole = [10.0**power for power in powers if low <= 10.0**power <= high]
    if len(whole) >= 2:
        return whole[:: -(-len(whole) // most)]
    return [each * 10.0**power for power in powers for each in (1, 2, 5) if low <= each * 10.0**power <= high][:most]
