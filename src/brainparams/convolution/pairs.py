"""Sums and products of two independent numbers, as tables.

The distribution function of a sum or a product of two is that of the wider one, averaged over evenly spaced normal
scores of the narrower one; where one of them cannot be larger than the sum, the plane is split so that nothing falls
off abruptly.

References
----------
Trefethen & Weideman (2014), The exponentially convergent trapezoidal rule. doi:10.1137/130932132
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from .parts import NEGLIGIBLE, TINY, Bell, Constant, Mixed, Part, TooCoarse, is_positive, nodes_of, scaled, shifted
from .quadrature import scores_and_weights
from .tabulated import REACH, Frame, Rule, TwoRules, tabulated

__all__ = ["mixture", "product", "sum_of"]

Array = np.ndarray[Any, np.dtype[np.float64]]
DistributionFunction = Callable[[Array], Array]
ALMOST_NOTHING = 1e-12
FARTHEST = 8.0  # normal scores where an integral ends
SQRT_OF_TWO_PI = 2.5066282746310002
FEWER = 0.72  # of the nodes of a panel, for the rougher rule
GAIN = 6.0  # of these over those, at the least where something falls off steeply
LAST = 0.2  # of the way, near the corner, where what is integrated may change fast
_scores = partial(scores_and_weights, reach=REACH)
FINER = (1.0, 0.5, 0.25)  # spacings that are tried
ROUGHLY = 0.25  # times the width, for a part with kinks
NEAR = 0.5  # times the median: what begins below that is taken to begin at zero


def sum_of(one: Part | Constant, other: Part | Constant | Mixed, rule: Rule) -> Part | Constant:
    """Return the sum of two independent parts."""
    if isinstance(one, Constant) and isinstance(other, Constant):
        return Constant(one.value + other.value)
    if isinstance(one, Constant) or isinstance(other, Constant):
        number, part = (one, other) if isinstance(one, Constant) else (other, one)
        if isinstance(part, Mixed):
            raise TooCoarse("a mixture beside a known number")
        return shifted(part, number.value)  # type: ignore[union-attr,arg-type]
    if isinstance(one, Bell) and isinstance(other, Bell) and not one.logarithmic and not other.logarithmic:
        return Bell(one.centre + other.centre, np.hypot(one.width, other.width), False)
    if not isinstance(other, Mixed) and not np.all(np.isfinite(one.lowest + other.lowest)):
        mirror, image = scaled(one, -1.0), scaled(other, -1.0)
        if all(np.all(np.isfinite(getattr(each, "lowest", np.nan))) for each in (mirror, image)):
            return scaled(sum_of(mirror, image, rule), -1.0)
    wide, narrow = _by_width(one, other, lambda values: values)
    frame = _frame(*_pairs(wide, narrow, np.add), one.lowest + other.lowest)
    averages = [partial(_averaged, wide, narrow, np.subtract, rule.spacing * finer) for finer in FINER]
    split = [] if isinstance(narrow, Mixed) or isinstance(wide, Mixed) else [partial(_split, wide, narrow, rule.panel)]
    ways = [averages[0], *split, *averages[1:]]
    return tabulated(frame, ways, wide.outwards + narrow.outwards, rule)


def product(one: Part | Constant, other: Part | Constant | Mixed, rule: Rule) -> Part | Constant:
    """Return the product of two independent parts, of which one at least is positive."""
    if isinstance(one, Constant):
        if isinstance(other, Mixed):
            raise TooCoarse("a mixture beside a known number")
        return scaled(other, one.value)
    if isinstance(other, Constant):
        return scaled(one, other.value)
    if isinstance(one, Bell) and isinstance(other, Bell) and one.logarithmic and other.logarithmic:
        return Bell(one.centre + other.centre, np.hypot(one.width, other.width), True)
    if is_positive(one) and is_positive(other):
        wide, narrow = _by_width(one, other, lambda values: np.log(np.maximum(values, TINY)))
    elif is_positive(one) or is_positive(other):
        wide, narrow = (other, one) if is_positive(one) else (one, other)
    else:
        raise TooCoarse("a product of two numbers that can be negative")
    positive = is_positive(one) and is_positive(other)
    frame = _frame(*_pairs(wide, narrow, np.multiply), one.lowest * other.lowest if positive else -np.inf)
    ways = [partial(_averaged, wide, narrow, np.divide, rule.spacing * finer) for finer in FINER]
    return tabulated(frame, ways, wide.outwards + narrow.outwards, rule)


def _by_width(one: Part | Mixed, other: Part | Mixed, coordinate: Callable[[Array], Array]) -> tuple[Any, Any]:
    """Return the part that keeps its distribution function, and the narrower one, whose nodes are averaged over."""
    widths = [_width(part, coordinate) for part in (one, other)]
    return (one, other) if widths[0] >= widths[1] else (other, one)


def _width(part: Part | Constant | Mixed, coordinate: Callable[[Array], Array]) -> float:
    """Return how wide the steepest part is; one with kinks, and a known number, serve badly however wide."""
    if isinstance(part, Constant):
        return 0.0
    if isinstance(part, Mixed):
        return min(_width(each, coordinate) for _, each in part.parts)
    low, high = np.moveaxis(coordinate(part.at(np.array([-1.5, 1.5]))), -1, 0)
    return float(np.mean(high - low)) * (1.0 if part.is_smooth else ROUGHLY)


# --- two ways to a distribution function, each of two rules -------------------------------------------------------


def _averaged(wide: Part | Mixed, narrow: Part | Mixed, inverse: Any, spacing: float) -> TwoRules:
    """Average over evenly spaced scores of the narrow part; the rougher rule takes every other one of them."""
    scores, weights = _scores(spacing)

    def by(scores: Array, weights: Array) -> DistributionFunction:
        nodes, shares = nodes_of(narrow, scores, weights / weights.sum())
        if inverse is np.divide and np.any(nodes <= 0):
            keep = np.all(nodes > 0, axis=0)
            nodes, shares = nodes[:, keep], shares[:, keep] / shares[:, keep].sum(axis=-1, keepdims=True)

        def found(x: Array) -> Array:
            where = inverse(x[..., np.newaxis], nodes[:, np.newaxis, :])
            each = wide.cdf(where.reshape(len(where), -1)).reshape(where.shape)
            return np.asarray(np.matmul(each, shares[..., np.newaxis])[..., 0])

        return found

    return TwoRules(by(scores, weights), by(scores[::2], weights[::2]), lambda apart: apart**1.25)


@lru_cache(maxsize=8)
def _panels(count: int) -> tuple[Array, Array]:
    """Return nodes and weights between 0 and 1, as many in the last fifth as before it."""
    points, weights = np.polynomial.legendre.leggauss(count)
    points, weights = 0.5 + 0.5 * points, 0.5 * weights
    ends = ((0.0, 1.0 - LAST), (1.0 - LAST, 1.0))
    placed = [low + (high - low) * points for low, high in ends]
    return np.concatenate(placed), np.concatenate([(high - low) * weights for low, high in ends])


def _split(one: Part, other: Part, panel: int) -> TwoRules:
    """Split the plane where both have about one score, and integrate from there downwards.

    ``P(A + B ≤ x) = ∫_{b ≤ β} F_A(x − b) dF_B + ∫_{a ≤ α} F_B(x − a) dF_A − F_A(α) F_B(β)``, ``α + β = x``; nothing
    that is integrated falls off abruptly, as it does where one part cannot be larger than x.
    """
    scores = _scores(0.125)[0]
    together = one.at(scores) + other.at(scores)

    def by(count: int) -> DistributionFunction:
        def found(x: Array) -> Array:
            rows = max(len(together), len(x))
            x, its = np.broadcast_to(x, (rows, x.shape[-1])), np.broadcast_to(together, (rows, len(scores)))
            middle = np.array([np.interp(row, values, scores) for row, values in zip(x, its, strict=True)])
            beta = other.at(middle)
            corners = one.cdf(x - beta), other.cdf(beta)
            parts = (one, other, corners[1]), (other, one, corners[0])
            below = sum(_below(held, moving, corner, x, count) for held, moving, corner in parts)
            return np.asarray(below - corners[0] * corners[1])

        return found

    return TwoRules(by(panel), by(int(FEWER * panel)), lambda apart: apart / GAIN)


def _below(held: Part, moving: Part, corner: Array, x: Array, count: int) -> Array:
    """Return the probability that one part lies below its corner, and the sum below x."""
    from scipy.special import ndtri

    points, weights = _panels(count)
    length = np.clip(ndtri(corner), -FARTHEST, FARTHEST) + FARTHEST
    scores = length[..., np.newaxis] * points - FARTHEST
    values = moving.at(scores.reshape(len(x), -1))
    rest = np.repeat(x, len(points), axis=-1) - values
    below = held.cdf(rest).reshape(scores.shape)
    density = np.exp(-0.5 * scores * scores) / SQRT_OF_TWO_PI
    return np.asarray(length * np.einsum("cpj,cpj,j->cp", below, density, weights))


def mixture(whole: Mixed, rule: Rule) -> Part:
    """Return a mixture as one table.

    Raises
    ------
    TooCoarse
        If its parts lie too far apart for that.
    """
    if any(isinstance(part, Constant) for _, part in whole.parts):
        raise TooCoarse("a mixture with a known number in it")
    values, mass = nodes_of(whole, *_scores(0.5))
    return tabulated(
        _frame(values, mass, whole.lowest),
        [lambda: TwoRules(whole.cdf, whole.cdf, lambda apart: apart)],
        whole.outwards,
        rule,
    )


def _pairs(wide: Part | Mixed, narrow: Part | Mixed, combine: Any) -> tuple[Array, Array]:
    """Return the values that a few nodes of both parts give, and their weights."""
    scores, weights = _scores(0.5)
    nodes, shares = nodes_of(narrow, scores, weights)
    others, its = nodes_of(wide, scores, weights)
    values = combine(others[:, :, np.newaxis], nodes[:, np.newaxis, :])
    mass = its[:, :, np.newaxis] * shares[:, np.newaxis, :]
    return values.reshape(len(values), -1), mass.reshape(len(mass), -1)


def _frame(values: Array, mass: Array, lowest: Any) -> Frame:
    """Return the coordinate of a result that has these values with these weights, and between which it lies."""
    rows = max(len(values), len(mass))
    values, mass = (np.broadcast_to(each, (rows, each.shape[-1])) for each in (values, mass))
    order = np.argsort(values, axis=-1)
    ordered = np.take_along_axis(values, order, axis=-1)
    below = np.cumsum(np.take_along_axis(mass, order, axis=-1), axis=-1)

    def where(p: float) -> Array:
        return np.array(
            [[row[min(np.searchsorted(its, p), len(row) - 1)]] for row, its in zip(ordered, below, strict=True)]
        )

    low, high, centre = where(ALMOST_NOTHING), where(1.0 - ALMOST_NOTHING), where(0.5)
    if not np.all(np.isfinite(lowest)) and np.all((where(NEGLIGIBLE) > 0) & (where(NEGLIGIBLE) < NEAR * centre)):
        lowest = 0.0
    if np.all(np.isfinite(lowest)):
        nearest = np.maximum(low - lowest, (where(NEGLIGIBLE) - lowest) * 1e-3)
        return Frame(lowest, None, np.log(np.maximum(nearest, TINY)), np.log(high - lowest))
    unit = np.maximum((where(0.6) - where(0.4)) / 0.5, TINY)
    return Frame(centre, unit, *(np.arcsinh((end - centre) / unit) for end in (low, high)))
