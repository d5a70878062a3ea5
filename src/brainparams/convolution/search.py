"""Quantiles of an expression: where its distribution function, averaged over what is held, has a given value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .expression import Expression
from .quadrature import REACH, Array, Quadrature, centre_and_spread

__all__ = ["Outline", "Search", "mixed_cdf", "outline", "probabilities"]

MOST_WIDENINGS = 4
ALMOST = 1e-9  # of the scale: at an end of the bracket
ROUNDING = 1e-8  # of a normal score: below that, what stays as large is rounding where large numbers cancel


def mixed_cdf(expression: Expression, x: Array, at: Quadrature) -> Array:
    """Return P(expression ≤ x) with what is held averaged out, for x of shape (rows, points)."""
    found = probabilities(expression, x, at)
    if len(found) == 1:
        return np.asarray(found[0])
    return np.asarray(np.einsum("c,crp->rp", at.held.shares, found))  # BLAS would start threads, and wait for them


def probabilities(expression: Expression, x: Array, at: Quadrature) -> Array:
    """Return P(expression ≤ x) at each combination of the held unknowns, shape (conditions, rows, points)."""
    conditions = len(at.held.shares)
    with np.errstate(divide="ignore", over="ignore"):  # a point beyond all floats: the probability there is 0 or 1
        spread = np.broadcast_to(x, (conditions, *x.shape)) if conditions > 1 else x[np.newaxis]
        found = expression.cdf(spread, at)
    return found if len(found) == conditions else np.broadcast_to(found, (conditions, *found.shape[1:]))


@dataclass(frozen=True, eq=False)
class Outline:
    """Where a result lies, roughly: what a search for its quantiles starts from, each of shape (rows, 1)."""

    logarithmic: bool
    centre: Array
    scale: Array
    low: Array
    high: Array


def outline(expression: Expression, at: Quadrature) -> Outline:
    """Return the outline of a result from its nodes."""
    values, its = expression.nodes(at)
    its = np.broadcast_to(its, values.shape) * at.held.shares.reshape(-1, 1, 1)
    logarithmic = bool(np.all(values > 0))
    points = np.log(values) if logarithmic else values
    points, its = (np.moveaxis(each, 1, 0).reshape(points.shape[1], -1) for each in (points, its))
    centre, scale = centre_and_spread(points, its)
    low, high = (function(points, axis=-1, keepdims=True) for function in (np.min, np.max))
    return Outline(logarithmic, centre, scale, low - 2.0 * scale, high + 2.0 * scale)


@dataclass(frozen=True)
class Search:
    """Where to look for quantiles, and what to stop at, in parts of the scale."""

    outline: Outline
    precision: float = 1e-11

    def quantiles(self, expression: Expression, at: Quadrature, p: Array, start: Array | None = None) -> Array:
        """Return the quantiles, shape (rows, points), by the secant rule on normal scores inside a bracket.

        The logarithm of a positive result against its normal score is nearly a straight line, so few steps do; where
        it is not, the bracket is halved.

        Parameters
        ----------
        p : ndarray, shape (points,)
            Probabilities.
        start : ndarray, shape (rows, points), optional
            Where to begin.
        """
        from scipy.special import ndtri

        about = self.outline
        wanted = np.clip(np.broadcast_to(ndtri(p), (about.centre.shape[0], len(p))), -REACH, REACH)

        def excess(u: Array) -> Array:
            x = np.exp(u) if about.logarithmic else u
            # the weights add up to 1 but for rounding
            probability = np.clip(mixed_cdf(expression, x, at), 0.0, 1.0)
            return np.clip(ndtri(probability), -9.0, 9.0) - wanted

        guess = about.centre + about.scale * wanted if start is None else start
        if start is not None and about.logarithmic:
            guess = np.log(start)
        low, high = (np.broadcast_to(end, wanted.shape) for end in (about.low, about.high))
        found = self._widening(excess, low, high, np.clip(guess, low, high))
        return np.exp(found) if about.logarithmic else found

    def _widening(self, excess: Callable[[Array], Array], low: Array, high: Array, guess: Array) -> Array:
        """Search between two ends; move them apart where it stops at one: an even power comes nearer to zero."""
        scale = self.outline.scale
        found = _solved(excess, (low, high), guess, scale, self.precision)
        for widening in range(1, MOST_WIDENINGS + 1):
            below, above = found - low < ALMOST * scale, high - found < ALMOST * scale
            if not np.any(below | above):
                break
            low = np.where(below, low - 4.0**widening * scale, low)
            high = np.where(above, high + 4.0**widening * scale, high)
            found = _solved(excess, (low, high), found, scale, self.precision)
        return found


def _solved(
    excess: Callable[[Array], Array], bracket: tuple[Array, Array], guess: Array, scale: Array, precision: float
) -> Array:
    """Return where a rising function crosses zero, elementwise; where only rounding is left, the best that was seen."""
    (low, high), old, old_excess = bracket, guess, excess(guess)
    new = np.clip(guess - scale * np.clip(old_excess, -2.0, 2.0), low, high)
    best, least, done = old, np.abs(old_excess), np.zeros(old.shape, dtype=bool)
    for step in range(80):
        value = excess(new)
        size = np.abs(value)
        done = done | (size < precision) | ((least < ROUNDING) & (size > 0.5 * least))
        best, least = np.where(size < least, new, best), np.minimum(size, least)
        low, high = np.where(value <= 0, np.maximum(low, new), low), np.where(value >= 0, np.minimum(high, new), high)
        with np.errstate(divide="ignore", invalid="ignore"):
            straight = new - value * (new - old) / (value - old_excess)
        gains = (step % 4 != 3) | (size < 0.1 * np.abs(old_excess))
        following = np.where((straight >= low) & (straight <= high) & gains, straight, 0.5 * (low + high))
        following = np.where(done, best, following)
        old, old_excess, new = new, value, following
        if np.all(done | (np.abs(new - old) <= precision * scale)) or np.all(high - low <= precision * scale):
            break
    return np.where(done, best, new)
