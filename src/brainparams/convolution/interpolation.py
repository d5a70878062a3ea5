"""A distribution function as a Chebyshev series of its normal score, made once where it is asked for many times.

Against the logarithm of a positive number the normal score of most sums is nearly a straight line, so a few dozen
coefficients give all digits. Beyond 5.5 standard normals, where a float next to 1 has few digits left, the line goes on
straight.

References
----------
Trefethen (2019), Approximation Theory and Approximation Practice, chapter 3. doi:10.1137/1.9781611975949
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

__all__ = ["Interpolated", "interpolated", "narrowed"]

Array = np.ndarray[Any, np.dtype[np.float64]]
FARTHEST = 5.5  # normal scores
TINY = 1e-300
LOOKS = 48  # points of the look round that finds where the score is between the farthest
NEAR_END = 0.02
NOTHING = 1e-10


@dataclass(frozen=True, eq=False)
class Scale:
    """The coordinate: the logarithm of positive numbers, else an inverse hyperbolic sine, which is one at both ends."""

    logarithmic: bool
    centre: Array
    unit: Array

    def there(self, x: Array) -> Array:
        """Return the coordinate of a value."""
        if self.logarithmic:
            return np.log(np.maximum(x, TINY))
        return np.arcsinh((x - self.centre) / self.unit)

    def back(self, u: Array) -> Array:
        """Return the value at a coordinate."""
        return np.exp(u) if self.logarithmic else self.centre + self.unit * np.sinh(u)


@dataclass(frozen=True, eq=False)
class Interpolated:
    """The series, with the middle and half the width of where it holds; arrays of shape (conditions, rows, 1)."""

    scale: Scale
    middle: Array
    half: Array
    coefficients: Array

    def __call__(self, x: Array) -> Array:
        """Return the probability of `x` or less, for x of shape (conditions, rows, points)."""
        from scipy.special import ndtr

        place = (self.scale.there(x) - self.middle) / self.half
        inside = np.clip(place, -1.0, 1.0)
        score = _series(self.coefficients, inside)
        for end in (-1.0, 1.0):
            edge, near = (_series(self.coefficients, np.full((1, 1, 1), at)) for at in (end, end * (1.0 - NEAR_END)))
            slope = np.maximum((edge - near) * end / NEAR_END, 1e-3)
            score = np.where(place * end > 1.0, edge + slope * (place - end), score)
        return np.asarray(ndtr(score), dtype=np.float64)


def interpolated(
    function: Callable[[Array], Array], ends: tuple[Array, Array], centre: Array, spread: Array, count: int
) -> Interpolated:
    """Return the series of a distribution function between two ends, by as many points.

    Parameters
    ----------
    function : callable
        Probabilities from values of shape (conditions, rows, points).
    ends : tuple of two ndarray, shape (conditions, rows, 1)
        Values outside of which there is nothing.
    centre, spread : ndarray, shape (conditions, rows, 1)
        Mean and standard deviation.
    count : int
        Points, and coefficients.
    """
    scale = Scale(_is_positive(function, ends[0], centre), centre, np.maximum(spread, TINY))
    low, high = (scale.there(np.maximum(end, NOTHING * centre) if scale.logarithmic else end) for end in ends)
    for _ in range(2):
        low, high = narrowed(lambda u: _score(function(scale.back(u))), low, high, FARTHEST, LOOKS)
    middle, half = 0.5 * (low + high), 0.5 * (high - low)
    points, transform = _chebyshev(count)
    score = _score(function(scale.back(middle + half * points)))
    return Interpolated(scale, middle, half, score @ transform)


def _is_positive(function: Callable[[Array], Array], low: Array, centre: Array) -> bool:
    """Return whether zero or less is impossible, or has next to no probability."""
    return bool(np.all(low > 0) or (np.all(centre > 0) and np.all(function(np.zeros_like(centre)) < NOTHING)))


def narrowed(
    score: Callable[[Array], Array], low: Array, high: Array, farthest: float, looks: int
) -> tuple[Array, Array]:
    """Return ends between which the score runs from one farthest to the other, a step beyond them, by a look round."""
    found = score(low + (high - low) * np.linspace(0.0, 1.0, looks))
    first = np.maximum(np.argmax(found > -farthest, axis=-1, keepdims=True) - 1, 0)
    last = np.minimum(looks - np.argmax(found[..., ::-1] < farthest, axis=-1, keepdims=True), looks - 1)
    width = (high - low) / (looks - 1)
    return low + first * width, low + np.maximum(last, first + 1) * width


def _score(probability: Array) -> Array:
    from scipy.special import ndtri

    return np.clip(ndtri(np.clip(probability, 0.0, 1.0)), -FARTHEST - 2.5, FARTHEST + 2.5)


@lru_cache(maxsize=32)
def _chebyshev(count: int) -> tuple[Array, Array]:
    """Return the points, and the matrix that makes coefficients of values there."""
    angles = np.pi * (np.arange(count, dtype=np.float64) + 0.5) / count
    transform = 2.0 / count * np.cos(np.outer(angles, np.arange(count)))
    transform[:, 0] *= 0.5
    return np.cos(angles), transform


def _series(coefficients: Array, x: Array) -> Array:
    """Return the sum of a Chebyshev series, by Clenshaw's recurrence."""
    ahead = behind = np.zeros(np.broadcast_shapes(x.shape, (*coefficients.shape[:-1], 1)))
    for place in range(coefficients.shape[-1] - 1, 0, -1):
        ahead, behind = coefficients[..., place, np.newaxis] + 2.0 * x * ahead - behind, ahead
    return np.asarray(coefficients[..., 0, np.newaxis] + x * ahead - behind)
