"""The distribution function of an expression, as an integral over all of its parts but one.

The widest part keeps its own distribution function; the others become nodes and weights:

``P(A B ≤ x) = Σⱼ wⱼ F_A(x / bⱼ)``,  ``P(A + B ≤ x) = Σⱼ wⱼ F_A(x − bⱼ)``

Arrays have shape (conditions, rows, points): fixed unknowns, elements of an array quantity, points of evaluation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from ..distributions import Distribution
from ..errors import NoClosedForm
from ..graph import Leaf
from .factoring import Choice, Expression, Extreme, Function, Product, Quantile, Sum, Variable, variables
from .interpolation import interpolated
from .nodes import (
    REACH,
    Setting,
    centre_and_spread,
    chances,
    condensed,
    joined,
    nodes_of,
    nodes_of_belief,
    paired,
    positive,
    powers_of,
    raised,
    raw_nodes_of,
)
from .spectrum import Spectrum, spectrum

__all__ = ["cdf", "smoothness_of"]

Array = np.ndarray[Any, np.dtype[np.float64]]
MANY = 4  # factors from which on their spectrum is quicker than their nodes
STEP, KINK = 1e-6, 0.1
DistributionFunction = Callable[[Array], Array]
FEW = 200
MOST_EVEN = 7000  # nodes of one term
COARSEST = 0.6  # spacing at which a step shows


def cdf(expression: Expression, x: Array, setting: Setting) -> Array:
    """Return P(expression ≤ x), for x of shape (conditions, rows, points)."""
    if isinstance(expression, Variable):
        held = setting.fixed.get(expression.leaf.uid)
        return np.where(held <= x, 1.0, 0.0) if held is not None else _cdf_of_leaf(expression.leaf, x)
    if isinstance(expression, Product):
        return _cdf_of_product(expression, x, setting)
    if isinstance(expression, Sum):
        return _cdf_of_sum(expression, x, setting)
    if isinstance(expression, Function):
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            inner = np.where(x > 0, np.log(x), -np.inf) if expression.name == "exp" else np.exp(x)
        return cdf(expression.argument, inner, setting)
    if isinstance(expression, Quantile):
        return cdf(expression.score, np.asarray(expression.belief.score_at(x)), setting)
    if isinstance(expression, Choice):
        pairs = zip(expression.options, chances(expression, setting), strict=True)
        return np.asarray(sum(cdf(option, x, setting) * chance for option, chance in pairs))
    assert isinstance(expression, Extreme)
    one, other = (cdf(each, x, setting) for each in expression.arguments)
    return one * other if expression.name == "maximum" else 1.0 - (1.0 - one) * (1.0 - other)


def _cdf_of_leaf(leaf: Leaf, x: Array) -> Array:
    belief = leaf.value
    if not belief.shape:
        return np.asarray(belief.cdf(x), dtype=np.float64)
    return np.moveaxis(np.asarray(belief.cdf(np.moveaxis(x, -1, 0))), 0, -1)


def _cdf_of_product(product: Product, x: Array, setting: Setting) -> Array:
    coefficient = np.asarray(product.coefficient, dtype=np.float64).reshape(1, -1, 1)
    if not product.factors:
        return np.where(coefficient <= x, 1.0, 0.0)
    if len(product.factors) == 1:
        ((part, exponent),) = product.factors
        return _cdf_of_power(part, exponent, coefficient, x, setting)
    if len(product.factors) >= MANY and not setting.at_points:
        whole = setting.once(("spectrum", id(product)), lambda: _spectrum(product, setting))
        if whole is not None:
            setting.budget.spend(x.size * len(whole.frequencies))
            below: Array = whole.cdf(x / coefficient)
            return np.where(coefficient < 0, 1.0 - below, below)
    widest, values, weights = setting.once(("rest", id(product)), lambda: _rest_of_product(product, setting))
    part, exponent = product.factors[widest]
    points = x[..., np.newaxis] / values[..., np.newaxis, :]
    setting.budget.spend(points.size)
    found = _cdf_of_power(part, exponent, coefficient, points.reshape(*points.shape[:2], -1), setting)
    return _averaged(found.reshape(points.shape), weights)


def _rest_of_product(product: Product, setting: Setting) -> tuple[int, Array, Array]:
    """Return the place of the widest factor, and nodes and weights of the product of the others."""
    if id(product) not in setting.widest:
        setting.widest[id(product)] = _widest_factor(product, setting)
    widest = setting.widest[id(product)]
    powers = [_nodes_of_factor(part, exponent, setting) for part, exponent in _without(product.factors, widest)]
    return widest, *condensed(*joined(powers, np.multiply, setting), setting)


def _spectrum(product: Product, setting: Setting) -> Spectrum | None:
    return spectrum(
        [_nodes_of_factor(part, exponent, setting, raw=True) for part, exponent in product.factors], setting
    )


def _widest_factor(product: Product, setting: Setting) -> int:
    if setting.at_points:
        return _place_of_free([part for part, _ in product.factors], setting)
    widths = [_log_width(*_nodes_of_factor(part, exponent, setting)) for part, exponent in product.factors]
    smooth = [_smoothness(part, setting) for part, _ in product.factors]
    return int(np.argmax(np.multiply(widths, smooth)))


def _nodes_of_factor(part: Expression, exponent: float, setting: Setting, raw: bool = False) -> tuple[Array, Array]:
    values, weights = positive(*(raw_nodes_of(part, setting) if raw else nodes_of(part, setting)))
    if not np.all(values > 0):
        raise NoClosedForm("a product with a factor that can be zero or negative")
    return raised(values, exponent), weights


def _averaged(found: Array, weights: Array) -> Array:
    average: Array = np.sum(found * weights[..., np.newaxis, :], axis=-1)
    return average


def _without(parts: Sequence[Any], place: int) -> list[Any]:
    return [part for position, part in enumerate(parts) if position != place]


def _cdf_of_power(part: Expression, exponent: float, coefficient: Array, x: Array, setting: Setting) -> Array:
    """Return P(c Bᵉ ≤ x); a negative coefficient or exponent turns the inequality round."""
    ratio = x / coefficient
    if exponent > 0:
        below = _cdf_of_root(part, exponent, ratio, setting)
    else:
        below = _cdf_of_inverse(part, -exponent, ratio, setting)
    return np.where(coefficient < 0, 1.0 - below, below)


def _cdf_of_root(part: Expression, exponent: float, x: Array, setting: Setting) -> Array:
    """Return P(Bᵉ ≤ x) for a positive exponent; an even power has a root on either side of zero."""
    if exponent == 1.0:
        return cdf(part, x, setting)
    with np.errstate(over="ignore"):
        root = np.power(np.abs(x), 1.0 / exponent)
    if exponent % 2.0 != 0.0:
        return cdf(part, np.copysign(root, x), setting)
    below = cdf(part, root, setting) - cdf(part, np.nextafter(-root, -np.inf), setting)
    return np.where(x >= 0, below, 0.0)


def _cdf_of_inverse(part: Expression, exponent: float, x: Array, setting: Setting) -> Array:
    """Return P(B⁻ᵉ ≤ x) for a positive exponent; an odd one keeps the sign of B, an even one does not."""
    with np.errstate(divide="ignore", over="ignore"):
        root = np.power(np.abs(x), -1.0 / exponent)
    if exponent % 2.0 == 1.0:
        negative = cdf(part, np.zeros((*x.shape[:2], 1)), setting)
        return negative - cdf(part, np.copysign(root, x), setting) + (x > 0)
    above = 1.0 - cdf(part, root, setting)
    if exponent % 2.0 == 0.0:
        above = above + cdf(part, -root, setting)
    return np.where(x > 0, above, 0.0)


def _cdf_of_sum(total: Sum, x: Array, setting: Setting) -> Array:
    constants = [term for term in total.terms if not term.factors]
    varying = [term for term in total.terms if term.factors]
    for term in constants:
        x = x - np.asarray(term.coefficient, dtype=np.float64).reshape(1, -1, 1)
    if len(varying) == 1:
        return cdf(varying[0], x, setting)
    below, (values, weights) = setting.once(("rest", id(total)), lambda: _rest_of_sum(total, varying, setting))
    return _shifted(below, values, weights, setting)(x)


def _shifted(below: DistributionFunction, values: Array, weights: Array, setting: Setting) -> DistributionFunction:
    """Return the distribution function of a sum: that of one part, averaged over the nodes of the others."""

    def of_sum(x: Array) -> Array:
        points = x[..., np.newaxis] - values[..., np.newaxis, :]
        setting.budget.spend(points.size)
        found = below(points.reshape(*points.shape[:2], -1))
        return _averaged(found.reshape(points.shape), weights)

    return of_sum


def _rest_of_sum(
    total: Sum, terms: Sequence[Product], setting: Setting
) -> tuple[DistributionFunction, tuple[Array, Array]]:
    """Return the distribution function of a part of a sum, and the nodes of the rest.

    Terms join the widest one by one, and what they make is interpolated; the last is left to be averaged over.
    """
    if id(total) not in setting.widest:
        setting.widest[id(total)] = _widest_term(terms, setting)
    widest = setting.widest[id(total)]
    nodes = _together([_even_nodes(term, setting) for term in _without(terms, widest)])

    def below(x: Array) -> Array:
        return cdf(terms[widest], x, setting)

    made: DistributionFunction = below
    so_far = [nodes_of(terms[widest], setting)]
    for values, weights in nodes[:-1]:
        so_far.append((values, weights))
        made = _interpolated(_shifted(made, values, weights, setting), so_far, setting)
    return made, nodes[-1]


def _together(parts: Sequence[tuple[Array, Array]]) -> list[tuple[Array, Array]]:
    """Add up parts of few nodes, such as unknowns that are held fixed."""
    first, *others = sorted(parts, key=lambda part: part[0].shape[-1])
    merged = [first]
    for part in others:
        if merged[-1][0].shape[-1] * part[0].shape[-1] <= FEW:
            merged[-1] = paired(merged[-1], part, np.add)
        else:
            merged.append(part)
    return merged


def _interpolated(
    below: DistributionFunction, parts: Sequence[tuple[Array, Array]], setting: Setting
) -> DistributionFunction:
    """Return the distribution function of a sum of some parts as a series."""
    centres, spreads = zip(*[centre_and_spread(*part) for part in parts], strict=True)
    low = sum((values.min(axis=-1, keepdims=True) for values, _ in parts), np.zeros(1))
    high = sum((values.max(axis=-1, keepdims=True) for values, _ in parts), np.zeros(1))
    spread = np.sqrt(sum(np.square(each) for each in spreads))
    count = int(2.0 * REACH / setting.spacing)
    return interpolated(below, (low, high), np.asarray(sum(centres)), spread, count)


def _even_nodes(term: Product, setting: Setting) -> tuple[Array, Array]:
    """Return evenly spaced nodes of a term where there are some: a shift inside a sum suits them, not a Gauss rule."""
    coefficient = np.asarray(term.coefficient, dtype=np.float64).reshape(1, -1, 1)
    parts = powers_of(term, setting, raw_nodes_of)
    if len(parts) > 1 and not setting.at_points and all(np.all(values > 0) for values, _ in parts):
        whole = spectrum(parts, setting)
        if whole is not None:
            values, weights = whole.nodes(setting.spacing)
            return coefficient * values, weights
    if math.prod(values.shape[-1] for values, _ in parts) > MOST_EVEN:
        return nodes_of(term, setting)
    values, weights = reduce(lambda one, other: paired(one, other, np.multiply), parts)
    return coefficient * values, weights


def _place_of_free(parts: Sequence[Expression], setting: Setting) -> int:
    """Return the place of the part with an unknown that is not held fixed; the first, if all of them are."""
    free = [any(each.leaf.uid not in setting.fixed for each in variables(part)) for part in parts]
    return free.index(True) if True in free else 0


def _widest_term(terms: Sequence[Product], setting: Setting) -> int:
    if setting.at_points:
        return _place_of_free(terms, setting)
    widths = [_width(*nodes_of(term, setting)) for term in terms]
    return int(np.argmax(np.multiply(widths, [_smoothness(term, setting) for term in terms])))


def _smoothness(expression: Expression, setting: Setting) -> float:
    """Return how well an expression serves as the part that keeps its own distribution function.

    A step is no use at all; a bounded belief mostly has kinks at its ends; a sum is as smooth as its smoothest part.
    """
    if isinstance(expression, Variable | Quantile):
        if isinstance(expression, Variable) and expression.leaf.uid in setting.fixed:
            return STEP
        return smoothness_of(expression.leaf.value if isinstance(expression, Variable) else expression.belief)
    if isinstance(expression, Function):
        return _smoothness(expression.argument, setting)
    if isinstance(expression, Product):
        return max((_smoothness(part, setting) for part, _ in expression.factors), default=STEP)
    if isinstance(expression, Sum):
        return max(_smoothness(term, setting) for term in expression.terms)
    assert isinstance(expression, Choice | Extreme)
    options = expression.options if isinstance(expression, Choice) else expression.arguments
    return KINK * min(_smoothness(option, setting) for option in options)


@lru_cache(maxsize=512)
def smoothness_of(belief: Distribution) -> float:
    """Return how smooth the distribution function of one belief is."""
    values, _ = nodes_of_belief(belief, COARSEST)
    if belief.atoms is not None or np.unique(values[0, 0]).size < 0.8 * values.shape[-1]:
        return STEP
    return 1.0 if np.all(np.isinf(belief.support[1])) else KINK


def _width(values: Array, weights: Array) -> float:
    return float(np.mean(centre_and_spread(values, weights)[1]))


def _log_width(values: Array, weights: Array) -> float:
    return _width(np.log(values), weights)
