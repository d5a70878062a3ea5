"""The shape of a belief for a picture: where its probability lies, no finer than the method of calculation can see."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from .numbers import percent_of

__all__ = ["WIDE", "Shape", "decades", "even", "is_wide", "shape_of"]

Array = np.ndarray[Any, np.dtype[np.float64]]

OUTER = 0.0005  # of the probability, left out on either side
INNER, REACH, FAR = 0.05, 1.5, 8.0  # beyond so many widths of the inner interval a linear axis ends near it
FINEST, COARSEST = 120, 15  # parts of the range
VISIBLE = 0.02  # of the highest part: an error above it would be drawn as a feature
DECADES = 1000.0  # largest over smallest likely value from which on no linear axis shows both
WIDE = 2.0  # largest over smallest likely value from which on a logarithmic axis may read better
SMALLEST_ATOM = 0.005  # of the probability, and at least so many standard errors of it:
SURE = 4.0
TOLD = 0.01  # of the probability beyond the edges: from there on a picture says so
HALVINGS = 40  # what is not spread out over a part of a part of … is one value


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
        Probability of each part, without that of the atoms.
    is_logarithmic : bool
        Whether the parts are equally wide on a logarithmic axis, else on a linear one.
    is_smooth : bool
        Whether the law is known so well that a curve through the parts hides nothing.
    atoms : tuple of value and probability
        Single values that hold a share of the probability; they have no density.
    outside : float
        Probability beyond both edges.
    """

    edges: Array
    masses: Array
    is_logarithmic: bool
    is_smooth: bool
    atoms: tuple[tuple[float, float], ...] = ()
    outside: float = 2.0 * OUTER

    @property
    def beyond(self) -> str:
        """What to say of probability beyond the edges; empty where next to nothing lies there."""
        return "" if self.outside < TOLD else f"{percent_of(self.outside)} beyond the edges"

    @property
    def is_discrete(self) -> bool:
        """Whether nothing lies between the atoms."""
        return bool(self.atoms) and math.fsum(mass for _, mass in self.atoms) > 1.0 - 4.0 * OUTER

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
    low, high = (low, high) if is_logarithmic else _near(law, low, high)
    edges = np.geomspace(low, high, FINEST + 1) if is_logarithmic else np.linspace(low, high, FINEST + 1)
    below, errors = np.array([law.cdf(float(edge)) for edge in edges], dtype=np.float64).T
    atoms = _atoms(law, edges, below, max(SMALLEST_ATOM, SURE * float(np.max(errors))))
    below = below - sum((mass * (edges >= value) for value, mass in atoms), np.zeros_like(below))
    step = 1
    while FINEST // step > COARSEST and _error(errors, step) > VISIBLE * np.max(np.diff(below[::step])):
        step *= 2
    masses = np.maximum(np.diff(below[::step]), 0.0)
    plain = tuple((float(f"{value:.12g}"), mass) for value, mass in atoms)
    outside = max(0.0, 1.0 - math.fsum(masses) - math.fsum(mass for _, mass in atoms))
    return Shape(edges[::step], masses, is_logarithmic, step == 1, plain, outside)


def _near(law: Law, low: float, high: float) -> tuple[float, float]:
    """Return the part of a range that can be seen on a linear axis: a tail a hundred times as long leaves a spike."""
    start, end = (float(law.quantile(p)) for p in (INNER, 1.0 - INNER))
    width = end - start
    if not 0.0 < FAR * width < high - low:
        return low, high
    return max(low, start - REACH * width), min(high, end + REACH * width)


def _atoms(law: Law, edges: Array, below: Array, least: float) -> tuple[tuple[float, float], ...]:
    """Return single values with at least so much probability: a part is halved as long as a half holds so much."""
    first = float(edges[0] - 1e-9 * abs(edges[0]) - 1e-300)
    ends = [(first, float(law.cdf(first)[0])), *zip(edges.tolist(), below.tolist(), strict=True)]

    def search(low: tuple[float, float], high: tuple[float, float], halvings: int) -> list[tuple[float, float]]:
        (start, under), (end, whole) = low, high
        if whole - under < least:
            return []
        middle = (start + end) / 2.0
        if halvings == 0 or not start < middle < end:
            return [(end, whole - under)]
        half = (middle, float(law.cdf(middle)[0]))
        return [*search(low, half, halvings - 1), *search(half, high, halvings - 1)]

    return tuple(atom for low, high in itertools.pairwise(ends) for atom in search(low, high, HALVINGS))


def is_wide(law: Law) -> bool:
    """Return whether a logarithmic axis shows a law better.

    It is positive, spans more than a factor of two, and is more even to both sides that way: a uniform share of a whole
    is not, a factor of ten to either side is. What spans decades and has no end near is wide, whatever its middle, and
    whatever lies below zero with next to no probability, as of a normal that is one view among several.
    """
    if not float(law.quantile(OUTER)) > 0:
        return False
    low, median, high = (float(law.quantile(p)) for p in (0.025, 0.5, 0.975))
    if high > DECADES * low and float(law.quantile(1.0)) > WIDE * high:
        return True
    if float(law.quantile(0.0)) < 0:
        return False
    return high > WIDE * low and _skew(math.log(low), math.log(median), math.log(high)) <= _skew(low, median, high)


def _skew(low: float, median: float, high: float) -> float:
    """Return how far the middle of an interval lies from the median, as a share of its half-width."""
    return abs(high + low - 2.0 * median) / (high - low)


def _error(errors: Array, step: int) -> float:
    """Return the error of the probability between two edges: that of both ends, as if they had nothing in common."""
    return float(np.max(np.hypot(errors[::step][1:], errors[::step][:-1])))


def decades(low: float, high: float, most: int) -> list[float]:
    """Return the marks of a logarithmic axis: powers of ten, 1, 2 and 5 of each where there are few, else even steps.

    Examples
    --------
    >>> decades(3e13, 2e15, 6), decades(1.5, 9, 6), decades(5.2, 7.9, 4)
    ([100000000000000.0, 1000000000000000.0], [2.0, 5.0], [6.0, 7.0])
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    whole = [10.0**power for power in powers if low <= 10.0**power <= high]
    if len(whole) >= 2:
        return whole[:: -(-len(whole) // most)]
    few = [each * 10.0**power for power in powers for each in (1, 2, 5) if low <= each * 10.0**power <= high]
    return few[:most] if len(few) >= 2 else even(low, high, most)


def even(low: float, high: float, most: int = 5) -> list[float]:
    """Return marks at 1, 2 or 5 times a power of ten, at most about so many.

    Examples
    --------
    >>> even(0.0, 10.0), even(96.0, 103.0)
    ([0.0, 5.0, 10.0], [96.0, 98.0, 100.0, 102.0])
    """
    raw = (high - low) / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= raw)
    return [place * step for place in range(math.ceil(low / step), math.floor(high / step) + 1)]
