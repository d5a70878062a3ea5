"""Laws as tables of quantiles over normal scores, for shapes of any kind: kinks, steps, either sign, many decades.

A table is even in the score, so it is as fine where a law is narrow as where it is wide. Every table says by how much
its probabilities may be wrong.

References
----------
Fritsch & Carlson (1980), Monotone piecewise cubic interpolation. doi:10.1137/0717021
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np

from ..errors import NoClosedForm
from .moments import gauss

__all__ = ["Table", "normal_cdf", "normal_score", "panel_points", "refined", "table_of_atoms", "table_of_number"]

Array = np.ndarray[Any, np.dtype[np.float64]]
FARTHEST = 7.6  # normal scores
TURNS = np.array([-FARTHEST, -4.5, -2.7, -1.3, 0.0, 1.3, 2.7, 4.5, FARTHEST])  # between them a law is smooth
PART = 3.0  # scores between which nearly all of a part lies
WIDE = 8.0  # times a tail of a normal law
PANEL = 6  # points of a panel
TINY = 1e-300
ROUNDING = 1e-12  # of a probability
REACHES = (0.7, 1.5, 3.0, FARTHEST)
MIDDLE, DENSE, TINIEST = 2.5, 0.03, 1e-14
NEAR = 5e-8  # in probability: how well a point halfway between two has to be met
ROUNDS = 12  # of halving where it is not
MOST_POINTS = 1500
ULPS = 128.0  # between what floats tell apart well enough


def normal_cdf(score: Array) -> Array:
    """Return the probabilities of normal scores."""
    from scipy.special import ndtr

    return np.asarray(ndtr(score), dtype=np.float64)


def normal_score(probability: Array) -> Array:
    """Return the normal scores of probabilities, no farther than tables go."""
    from scipy.special import ndtri

    return np.clip(ndtri(np.clip(probability, 0.0, 1.0)), -FARTHEST, FARTHEST)


@dataclass(frozen=True)
class Scale:
    """The coordinate: the logarithm of numbers of one sign, else an inverse hyperbolic sine, one at both ends."""

    sign: float
    centre: float
    unit: float

    @classmethod
    def of(cls, scores: Array, values: Array) -> Scale:
        """Return the coordinate in which ascending values are nearly even in their scores."""
        if values[0] > 0 or values[-1] < 0:
            return cls(1.0 if values[0] > 0 else -1.0, 0.0, 1.0)
        middle, *ends = np.interp([0.0, *(sign * reach for reach in REACHES for sign in (-1.0, 1.0))], scores, values)
        # nothing lies apart where one value has most of the probability: then those farther out
        low, high = next(((low, high) for low, high in zip(ends[::2], ends[1::2], strict=True) if high > low), ends[:2])
        with np.errstate(all="ignore"):
            slopes = np.diff(values) / np.diff(scores)
        dense = np.isfinite(slopes) & (slopes > 0) & (np.abs(scores[1:]) < MIDDLE) & (np.abs(scores[:-1]) < MIDDLE)
        if np.any(dense):
            place = int(np.argmin(np.where(dense, slopes, np.inf)))
            if slopes[place] < DENSE * (high - low):
                return cls(0.0, float(values[place]), max(float(slopes[place]), TINIEST * float(high - low)))
        return cls(0.0, float(middle), max(float(high - low), TINY))

    def there(self, x: Array) -> Array:
        """Return the coordinate of a value."""
        if self.sign:
            return self.sign * np.log(np.maximum(self.sign * x, TINY))
        return np.arcsinh((x - self.centre) / self.unit)

    def back(self, u: Array) -> Array:
        """Return the value at a coordinate."""
        if self.sign:
            return self.sign * np.exp(self.sign * u)
        return self.centre + self.unit * np.sinh(u)


@dataclass(frozen=True, eq=False)
class Table:
    """A law by its quantiles at ascending normal scores.

    Attributes
    ----------
    scores, values : ndarray, shape (points,)
        Neither falls; equal values are a step of the distribution function, equal scores a gap.
    error : float
        By how much a probability may be wrong.
    breaks : tuple of float
        Values at which the distribution function steps or bends.
    parts : tuple of (float, Table)
        Weights and laws of what it is a mixture of; none for a law of one piece.
    atoms : tuple of ndarray, optional
        Values and weights, where there are finitely many.
    source : callable, optional
        The distribution function that it was made from, which has more digits.
    sure : float, optional
        By how much that one may be wrong, where it is known to be better than the table and quick.
    """

    scores: Array
    values: Array
    error: float = 0.0
    breaks: tuple[float, ...] = ()
    parts: tuple[tuple[float, Table], ...] = ()
    atoms: tuple[Array, Array] | None = None
    source: Callable[[Array], Any] | None = field(default=None, repr=False, compare=False)
    sure: float | None = None

    @cached_property
    def scale(self) -> Scale:
        """The coordinate in which values are interpolated."""
        return Scale.of(self.scores, self.values)

    @cached_property
    def _places(self) -> Array:
        return self.scale.there(self.values)

    @cached_property
    def _slopes(self) -> Array:
        return slopes_of(self.scores, self._places)

    @cached_property
    def _rising(self) -> Curve:
        return Curve.through(self.scores, self._places, self._slopes)

    @cached_property
    def _inverse(self) -> Curve:
        with np.errstate(divide="ignore", over="ignore"):
            inverse = np.where(self._slopes > 0, 1.0 / self._slopes, np.inf)
        return Curve.through(self._places, self.scores, inverse)

    def at_score(self, score: Array) -> Array:
        """Return the quantiles at normal scores."""
        with np.errstate(all="ignore"):
            return self.scale.back(self._rising(np.clip(score, self.scores[0], self.scores[-1])))

    def score(self, x: Array) -> Array:
        """Return the normal scores of the probabilities of `x` or less; infinite outside of the table."""
        found = self._inverse(np.clip(self.scale.there(x), self._places[0], self._places[-1]))
        found = np.where(x < self.values[0], -np.inf, found)
        return np.where(x >= self.values[-1], np.inf, found)

    def cdf(self, x: Array) -> Array:
        """Return P(X ≤ x)."""
        return normal_cdf(self.score(x))

    def exact_cdf(self, x: Array) -> Array:
        """Return P(X ≤ x) from what the table was made from."""
        if self.source is None:
            return self.cdf(x)
        return np.asarray(self.source(np.ravel(x)), dtype=np.float64).reshape(np.shape(x))

    @property
    def best(self) -> float:
        """By how much a probability may be wrong that is asked of the source, if there is a better one."""
        return self.error if self.sure is None or self.breaks else self.sure

    def quantile(self, p: float) -> float:
        """Return the quantile at a probability, corrected by what the table was made from."""
        if self.atoms is not None:
            values, weights = self.atoms
            place = int(np.searchsorted(np.cumsum(weights), p - ROUNDING))
            return float(values[min(place, len(values) - 1)])
        start = found = self.at_score(normal_score(np.array([p])))
        if self.source is not None and not self.breaks and 0.0 < p < 1.0:
            for _ in range(8):  # by as much as the table moves for the probability that is missing
                missing = np.clip(p - self.exact_cdf(found), -0.5 * p, 0.5 * (1.0 - p))
                found = found + (self.at_score(normal_score(p + missing)) - start)
                if abs(float(missing[0])) < ROUNDING:
                    break
        return self._beside_breaks(float(found[0]))

    def _beside_breaks(self, value: float) -> float:
        """Return the value of a step for the float just below it, where the step begins."""
        return next((step for step in self.breaks if np.nextafter(step, -np.inf) <= value <= step), value)

    @property
    def width(self) -> float:
        """How far apart its ends are, but for a twentieth."""
        low, high = self.at_score(np.array([-1.645, 1.645])).tolist()
        return float(high - low)

    @property
    def alone(self) -> Table:
        """The same law as one piece, which bends where its parts begin and end."""
        if not self.parts:
            return self
        ends = np.concatenate([part.at_score(np.array([-PART, PART])) for _, part in self.parts])
        return replace(self, parts=(), breaks=tuple({*self.breaks, *ends.tolist()}))

    @cached_property
    def levels(self) -> Array:
        """Scores between which quantiles are smooth."""
        return np.unique(np.concatenate([TURNS, *(self._either_side(x) for x in self.breaks)]))

    @cached_property
    def turns(self) -> Array:
        """Values between which the distribution function is smooth."""
        return np.unique(np.concatenate([self.at_score(TURNS), np.array(self.breaks)]))

    @cached_property
    def anchor(self) -> float | None:
        """The value from which a law of many decades spreads; None where it is of few."""
        far_low, low, middle, high, far_high = self.at_score(np.array([-4.5, -1.3, 0.0, 1.3, 4.5]))
        down, up = (middle - far_low) / max(middle - low, TINY), (far_high - middle) / max(high - middle, TINY)
        if max(up, down) < WIDE:
            return None
        if up > WIDE * down:
            return float(self.values[0])
        return float(self.values[-1]) if down > WIDE * up else float(middle)

    @cached_property
    def beside_zero(self) -> Array:
        """Values ever nearer to zero, where it lies inside: of a product their inverses matter."""
        if self.values[0] >= 0 or self.values[-1] <= 0:
            return np.zeros(0)
        size = float(np.max(np.abs(self.at_score(np.array([-0.7, 0.7])))))
        steps = size * 4.0 ** -np.arange(9.0)
        return np.concatenate([-steps, steps[::-1]])

    def _either_side(self, x: float) -> Array:
        beside = np.array([np.nextafter(x, -np.inf), x])
        return np.clip(self.score(beside), -FARTHEST, FARTHEST)

    @property
    def is_number(self) -> bool:
        """Whether there is one value only."""
        return bool(self.values[0] == self.values[-1])

    # --- of one law ----------------------------------------------------------------------------------------------

    def through(self, function: Callable[[Array], Array], *, falls: bool = False) -> Table:
        """Return the law of a function that rises, or falls, all the way; where it bends there are more points."""
        with np.errstate(all="ignore"):
            values = function(self.values)
            breaks = function(np.array(self.breaks)) if self.breaks else np.empty(0)
        if not np.all(np.isfinite(values)):
            raise NoClosedForm("a function that leaves the range of floats, or of what it takes")
        if self.atoms is not None:
            return table_of_atoms(function(self.atoms[0]), self.atoms[1])
        kept = tuple(breaks[np.isfinite(breaks)].tolist())
        parts = tuple((weight, part.through(function, falls=falls)) for weight, part in self.parts)
        if falls:
            made, missed = refined(-self.scores[::-1], values[::-1], lambda score: function(self.at_score(-score)))
        else:
            made, missed = refined(self.scores, values, lambda score: function(self.at_score(score)))
        return replace(made, error=self.error + missed, breaks=kept, parts=parts)

    def scaled(self, factor: float, shift: float = 0.0) -> Table:
        """Return the law times a factor and with something added."""
        if factor == 1.0 and shift == 0.0:
            return self
        made = self.through(lambda x: factor * x + shift, falls=factor < 0)
        if self.source is None or not factor > 0 or self.breaks or self.atoms is not None:
            return made
        return replace(made, source=partial(_of_scaled, self.source, factor, shift), sure=self.sure)

    # --- for moments ---------------------------------------------------------------------------------------------

    def nodes(self, points: int = 4) -> tuple[Array, Array]:
        """Return values with weights that sum to 1 between the ends of the table."""
        scores, weights = panel_points(np.unique(self.scores)[np.newaxis], points)
        return self.at_score(scores[0]), weights[0] / np.sum(weights)


def refined(scores: Array, values: Array, quantile: Callable[[Array], Array]) -> tuple[Table, float]:
    """Return a table through points of a law, with more where it misses those halfway, and the most it misses."""
    for _ in range(ROUNDS):
        table = Table(scores, np.maximum.accumulate(values))
        halfway = 0.5 * (scores[1:] + scores[:-1])
        with np.errstate(all="ignore"):
            right = quantile(halfway)
        found = np.clip(table.score(right), scores[:-1], scores[1:])  # of a step, which goes on, the part that is here
        room = values[1:] - values[:-1] > ULPS * np.spacing(np.abs(values[1:]))  # none at a step, or where all rounds
        missed = np.where(room, np.abs(normal_cdf(found) - normal_cdf(halfway)), 0.0)
        bad = missed > NEAR
        if not np.any(bad) or len(scores) > MOST_POINTS:
            break
        order = np.argsort(np.concatenate([scores, halfway[bad]]), kind="stable")
        scores, values = (np.concatenate(pair)[order] for pair in ((scores, halfway[bad]), (values, right[bad])))
    return table, float(np.max(missed, initial=0.0))


def _of_scaled(source: Callable[[Array], Any], factor: float, shift: float, x: Array) -> Any:
    return source((x - shift) / factor)


def table_of_atoms(values: Array, weights: Array) -> Table:
    """Return the law of finitely many values."""
    unique, place = np.unique(values, return_inverse=True)
    weights = np.bincount(place, weights, len(unique)) / np.sum(weights)
    ends = normal_score(np.concatenate([[0.0], np.cumsum(weights)[:-1], [1.0]]))
    scores = np.stack([ends[:-1], ends[1:]], axis=-1).ravel()
    return Table(scores, np.repeat(unique, 2), atoms=(unique, weights))


def table_of_number(value: float) -> Table:
    """Return the law of a number that is known."""
    return table_of_atoms(np.array([value]), np.ones(1))


def panel_points(edges: Array, points: int) -> tuple[Array, Array]:
    """Return Gauss–Legendre points between ascending edges, shape (n, points), weighted by the normal density."""
    nodes, weights = gauss(points)
    half = 0.5 * np.diff(edges, axis=-1)[..., np.newaxis]
    middle = 0.5 * (edges[..., 1:] + edges[..., :-1])[..., np.newaxis]
    scores = (middle + half * nodes).reshape(len(edges), -1)
    density = np.exp(-0.5 * scores**2) / np.sqrt(2.0 * np.pi)
    return scores, (half * weights).reshape(len(edges), -1) * density


# --- interpolation -----------------------------------------------------------------------------------------------


def slopes_of(x: Array, y: Array) -> Array:
    """Return slopes at the points through four neighbours, held back so that the cubics between them never fall."""
    if len(x) < 3:
        return np.full(len(x), (y[-1] - y[0]) / max(x[-1] - x[0], TINY))
    with np.errstate(all="ignore"):
        secants = np.diff(y) / np.diff(x)
        slopes = _derivatives(x, y)
        after, before = np.append(secants, secants[-1]), np.insert(secants, 0, secants[0])
        slopes = np.where(np.isfinite(slopes), slopes, np.minimum(after, before))
        slopes = np.clip(slopes, 0.0, 3.0 * np.minimum(after, before))
    return np.nan_to_num(slopes, nan=0.0, posinf=0.0)


def _derivatives(x: Array, y: Array) -> Array:
    """Return the slope at each point of the polynomial through it and its nearest neighbours, five in all."""
    window = min(5, len(x))
    first = np.clip(np.arange(len(x)) - window // 2, 0, len(x) - window)
    near = first[:, np.newaxis] + np.arange(window)
    places, heights = x[near], y[near]
    own = (np.arange(len(x)) - first)[:, np.newaxis] == np.arange(window)
    apart = x[:, np.newaxis] - places
    between = places[:, :, np.newaxis] - places[:, np.newaxis, :]
    between[:, np.arange(window), np.arange(window)] = 1.0
    # ℓⱼ'(xᵢ) = ∏ₖ (xᵢ − xₖ) / ∏ₖ (xⱼ − xₖ), k other than i and j; the rows of such weights add up to nothing
    ways = np.prod(np.where(own, 1.0, apart), axis=-1, keepdims=True) / np.where(own, 1.0, apart)
    weights = np.where(own, 0.0, ways / np.prod(between, axis=-1))
    here = np.sum(np.where(own, heights, 0.0), axis=-1, keepdims=True)
    return np.asarray(np.sum(weights * (heights - here), axis=-1))


class Curve(NamedTuple):
    """Cubics between points, with their coefficients in the share of the way from one point to the next."""

    x: Array
    shares: Array
    coefficients: Array

    @classmethod
    def through(cls, x: Array, y: Array, slopes: Array) -> Curve:
        """Return the curve through points with these slopes there; between points at one place it jumps."""
        width, rise = np.diff(x), np.diff(y)
        with np.errstate(all="ignore"):
            # slopes in parts of the secant: no more than three times it, so that the cubic never falls
            first, last = (
                np.clip(np.nan_to_num(each * width / rise, nan=1.0), 0.0, 3.0) for each in (slopes[:-1], slopes[1:])
            )
            jumps = width <= TINY  # what lies closer has no inverse among floats
            shares = np.where(jumps, 0.0, 1.0 / width)
        coefficients = np.stack([y[:-1], rise * first, rise * (3.0 - 2.0 * first - last), rise * (first + last - 2.0)])
        coefficients[:, jumps] = 0.0
        coefficients[0, jumps] = y[1:][jumps]
        return cls(x, shares, coefficients)

    def __call__(self, at: Array) -> Array:
        """Return the height of the curve, for places from its first point to its last."""
        place = np.searchsorted(self.x, at.ravel(), side="right") - 1
        place = np.minimum(np.maximum(place, 0), len(self.x) - 2)
        t = (at.ravel() - self.x[place]) * self.shares[place]
        start, one, two, three = self.coefficients[:, place]
        return np.asarray(start + t * (one + t * (two + t * three))).reshape(at.shape)
