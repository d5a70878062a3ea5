"""A distribution function as a table of normal scores, which short polynomials join.

The coordinate is the logarithm of the distance from the lowest value, or an inverse hyperbolic sine where that is not
known: against either the normal score of most sums and products is nearly a straight line. A table carries how far
wrong its scores may be: what half of the nodes and half of the table would change, and what it took over; farther out
by more than in the middle.

Arrays have shape (conditions, points).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from .interpolation import narrowed
from .parts import TINY, TooCoarse

__all__ = ["REACH", "Frame", "Rule", "Tabulated", "TwoRules", "error_at", "tabulated"]

Array = np.ndarray[Any, np.dtype[np.float64]]
DistributionFunction = Callable[[Array], Array]
REACH = 7.0  # normal scores beyond this have 3e-12 of the mass
CERTAIN = 2.6  # normal scores within which the error counts in full
OUTWARDS = np.array([CERTAIN, 3.1, 3.8, 4.5, 5.5, np.inf])  # within each of them it is told
NEWTON = 3  # steps inside a cell, where the score is nearly straight
LARGEST = 700.0  # logarithm of a float
STRIDE = 2  # points of a table at which the rougher rule is tried
MOST_POINTS = 1100
LEEWAY = 60.0  # times the tolerance, where a table has its most points
GAIN = 15.0  # of twice as many points: in fact 64
LOOKS = 25  # points of the look round that finds where the score runs from -7 to 7


class TwoRules(NamedTuple):
    """The probability of values of shape (conditions, points) or less, by a fine rule and by a rougher one.

    `error` says how far wrong the finer one is where both are so far apart, in normal scores.
    """

    fine: DistributionFunction
    rough: DistributionFunction
    error: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """How fine: the spacing of nodes in normal scores, the fewest points of a table (odd), and their error.

    `panel` is the number of nodes in each panel of an integral that is split.
    """

    spacing: float
    points: int
    tolerance: float
    panel: int = 31


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The coordinate of a table, and between which of its values to look; arrays of shape (conditions, 1).

    Above an origin the logarithm of the distance from it; with a unit, an inverse hyperbolic sine about it.
    """

    origin: Any
    unit: Array | None
    low: Array
    high: Array

    def there(self, x: Array) -> Array:
        """Return the coordinate of a value."""
        if self.unit is None:
            return np.asarray(np.log(np.maximum(x - self.origin, TINY)))
        return np.asarray(np.arcsinh((x - self.origin) / self.unit))

    def back(self, u: Array) -> Array:
        """Return the value at a coordinate."""
        with np.errstate(over="ignore"):
            return np.asarray(self.origin + (np.exp(u) if self.unit is None else self.unit * np.sinh(u)))


@dataclass(frozen=True, slots=True, eq=False)
class Tabulated:
    """Normal scores over an even grid of a coordinate, of fifth degree in between; a row a condition."""

    frame: Frame
    low: Array
    step: Array
    coefficients: Array  # (6, conditions, cells)
    outwards: Array  # how far wrong a score may be within each of OUTWARDS
    is_smooth: bool = True

    @property
    def error(self) -> float:
        """How far wrong a normal score may be that is not far out."""
        return float(self.outwards[0])

    @property
    def lowest(self) -> Any:
        """The origin of the coordinate, if it goes one way."""
        return self.frame.origin if self.frame.unit is None else -np.inf

    def score(self, x: Array) -> Array:
        """Return the normal score of a value."""
        return self._score((self.frame.there(x) - self.low) / self.step)

    def _score(self, place: Array) -> Array:
        inside, cell = self._cell(place)
        score, *others = self._polynomials(cell)
        part = inside - cell
        for each in others:
            score = score * part + each
        beyond = place - inside
        slopes = self.coefficients[1]
        straight = np.where(beyond < 0, slopes[:, :1], slopes[:, -1:])
        return np.asarray(score + np.where(beyond == 0.0, 0.0, beyond * straight))

    def _cell(self, place: Array) -> tuple[Array, Any]:
        cells = self.coefficients.shape[-1]
        inside = np.clip(place, 0.0, cells)
        return inside, np.minimum(inside.astype(np.intp), cells - 1)

    def _polynomials(self, cell: Any) -> list[Array]:
        """Return the coefficients of each cell, that of the highest power first."""
        cells = self.coefficients.shape[-1]
        flat = cell if len(self.low) == 1 else cell + cells * np.arange(len(self.low))[:, np.newaxis]
        return [each.ravel()[flat] for each in self.coefficients[::-1]]

    def cdf(self, x: Array) -> Array:
        """Return the probability of `x` or less, off the table."""
        from scipy.special import ndtr

        return np.asarray(ndtr(self.score(x)))

    def at(self, scores: Array) -> Array:
        """Return the values at normal scores, by Newton's rule from the straight line between points."""
        scores = np.atleast_2d(scores)
        scores = np.broadcast_to(scores, (max(len(scores), len(self.low)), scores.shape[-1]))
        cells = self.coefficients.shape[-1]
        ends = self.coefficients[:, :, -1].sum(axis=0)[:, np.newaxis]
        table = np.maximum.accumulate(np.concatenate([self.coefficients[0], ends], axis=1), axis=1)
        slopes = np.maximum(self.coefficients[1], 1e-12)
        rows = len(scores)
        table, slopes = (np.broadcast_to(each, (rows, each.shape[-1])) for each in (table, slopes))
        places = np.arange(cells + 1)
        place = np.array([np.interp(row, its, places) for row, its in zip(scores, table, strict=True)])
        cell = np.minimum(place.astype(np.intp), cells - 1)
        polynomials = self._polynomials(cell)
        part = place - cell
        for _ in range(NEWTON):
            score, slope = polynomials[0], np.zeros_like(part)
            for each in polynomials[1:]:
                slope = slope * part + score
                score = score * part + each
            part = np.clip(part - (score - scores) / np.where(slope > 0, slope, 1.0), 0.0, 1.0)
        place = cell + part
        place = np.where(scores < table[:, :1], (scores - table[:, :1]) / slopes[:, :1], place)
        place = np.where(scores > table[:, -1:], cells + (scores - table[:, -1:]) / slopes[:, -1:], place)
        # a rule that is blind out there may end level, which would lead beyond all numbers
        return self.frame.back(np.clip(self.low + self.step * place, self.frame.low, self.frame.high))


# --- building ----------------------------------------------------------------------------------------------------


def error_at(outwards: Any, scores: Array) -> Array:
    """Return how far wrong normal scores may be, of errors within each of OUTWARDS or of one for all."""
    return np.asarray(np.broadcast_to(outwards, OUTWARDS.shape)[np.searchsorted(OUTWARDS, np.abs(scores))])


def tabulated(frame: Frame, ways: Sequence[Callable[[], TwoRules]], inherited: Any, rule: Rule) -> Tabulated:
    """Return the table of a distribution function, by the first way whose rougher rule agrees with it."""
    if not np.all(np.isfinite(frame.low) & np.isfinite(frame.high) & (np.abs(frame.high) < LARGEST)):
        raise TooCoarse("numbers that are too large for floats")
    if not np.all(frame.low < frame.high):
        raise TooCoarse("numbers that are too close together for floats")
    for way in ways:
        function = way()
        low, high = narrowed(partial(_score_at, frame, function.fine), frame.low, frame.high, REACH, LOOKS)
        places = low + (high - low) / (rule.points - 1) * np.arange(rule.points)
        score = _score_at(frame, function.fine, places)
        tried = _score_at(frame, function.rough, places[:, ::STRIDE]), score[:, ::STRIDE]
        by_nodes = _apart(*tried)
        if function.error(by_nodes) <= LEEWAY * rule.tolerance:
            break
    else:
        raise TooCoarse(f"the convolution did not settle: half of the nodes moves a normal score by {by_nodes:.1g}")
    tolerance = max(rule.tolerance, 2.0 * function.error(by_nodes))
    while (error := function.error(by_nodes) + _apart(*_halfway(score)) / GAIN) > tolerance:
        if 2 * score.shape[-1] > MOST_POINTS:
            if error <= LEEWAY * rule.tolerance:
                break
            raise TooCoarse(f"the convolution did not settle: a normal score may be wrong by {error:.1g}")
        both = np.empty((len(score), 2 * score.shape[-1] - 1))
        both[:, ::2] = score
        both[:, 1::2] = _score_at(frame, function.fine, 0.5 * (places[:, 1:] + places[:, :-1]))
        score, places = both, low + (high - low) / (both.shape[-1] - 1) * np.arange(both.shape[-1])
    outwards = function.error(_farthest_apart(*tried)) + _farthest_apart(*_halfway(score)) / GAIN
    errors = np.maximum(error, outwards) + inherited
    return Tabulated(frame, low, (high - low) / (score.shape[-1] - 1), _quintics(score), errors)


def _halfway(score: Array) -> tuple[Array, Array]:
    """Return what half of a table says of its other points, and these: how far wrong it is in between."""
    return np.einsum("kcp,k->cp", _quintics(score[:, ::2]), 0.5 ** np.arange(6)), score[:, 1::2]


def _farthest_apart(one: Array, other: Array) -> Array:
    """Return the most that scores are apart within each of several."""
    away, size = np.abs(one - other), np.abs(other)
    return np.array([np.max(away, where=size <= reach, initial=0.0) for reach in OUTWARDS])


def _apart(one: Array, other: Array) -> float:
    """Return how far scores are apart; farther out it counts less and less."""
    weight = np.exp(2.0 * np.minimum(CERTAIN**2 - other**2, 0.0))
    return float(np.max(np.abs(one - other) * weight, initial=0.0))


def _score(probability: Array) -> Array:
    from scipy.special import ndtri

    return np.asarray(np.clip(ndtri(np.clip(probability, 0.0, 1.0)), -REACH - 1.5, REACH + 1.5))


def _score_at(frame: Frame, below: DistributionFunction, places: Array) -> Array:
    return _score(below(frame.back(places)))


def _quintics(score: Array) -> Array:
    """Return the polynomial of fifth degree of each cell, (6, conditions, cells), that goes on smoothly at its ends.

    Slopes and curvatures at the points are differences of sixth order; near both ends, where the score is far out, of
    second.
    """
    slope = np.gradient(score, axis=-1)
    curve = np.gradient(slope, axis=-1)
    beside = [(score[:, 3 + away : score.shape[-1] - 3 + away], score[:, 3 - away : -3 - away]) for away in (1, 2)]
    beside.append((score[:, 6:], score[:, :-6]))
    (one, on), (two, tw), (three, th) = beside
    slope[:, 3:-3] = (45.0 * (one - on) - 9.0 * (two - tw) + three - th) / 60.0
    curve[:, 3:-3] = (2.0 * (three + th) - 27.0 * (two + tw) + 270.0 * (one + on) - 490.0 * score[:, 3:-3]) / 180.0
    rise, left, right = np.diff(score, axis=-1), slope[:, :-1], slope[:, 1:]
    bent, bend = 0.5 * curve[:, :-1], 0.5 * curve[:, 1:]
    third = 10.0 * rise - 6.0 * left - 4.0 * right - 3.0 * bent + bend
    fourth = -15.0 * rise + 8.0 * left + 7.0 * right + 3.0 * bent - 2.0 * bend
    fifth = 6.0 * rise - 3.0 * (left + right) - bent + bend
    return np.stack([score[:, :-1], left, bent, third, fourth, fifth])
