"""Expressions as nodes and weights: the discrete measures that convolution integrates over.

The nodes of an unknown are equally spaced in its normal score, where the trapezoidal rule converges exponentially; the
nodes of several parts together are condensed to the Gauss rule of their joint measure.

Arrays have shape (conditions, rows, points): combinations of fixed unknowns, elements of an array quantity, nodes.

References
----------
Trefethen & Weideman (2014), The exponentially convergent trapezoidal rule. doi:10.1137/130932132
Golub & Welsch (1969), Calculation of Gauss quadrature rules. doi:10.1090/S0025-5718-69-99647-1
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from ..distributions import Distribution
from ..errors import NoClosedForm
from ..graph import Leaf
from .factoring import Choice, Expression, Extreme, Function, Product, Quantile, Sum, Variable

__all__ = [
    "REACH",
    "Budget",
    "Setting",
    "centre_and_spread",
    "chances",
    "condensed",
    "joined",
    "nodes_of",
    "nodes_of_belief",
    "nodes_of_leaf",
    "paired",
    "positive",
    "powers_of",
    "raised",
    "raw_nodes_of",
]

Array = np.ndarray[Any, np.dtype[np.float64]]
REACH = 7.2  # normal scores beyond this have 6e-13 of the mass
MOST_PAIRS = 1000
MOST_ATOMS = 500
NEGLIGIBLE = 1e-8
STRAIGHT = 1e-9
LONG_TAIL = 12.0  # standard deviations; nodes of a normal reach 7.2
SMALL = 20  # a general eigensolver of larger matrices starts threads, and waits for them on a busy machine


@dataclass
class Budget:
    """How many points may still be evaluated before sampling would be the quicker way; counted, not timed."""

    left: float = float("inf")

    def spend(self, points: int) -> None:
        """Take points off, or say that there are none left."""
        self.left -= points
        if self.left < 0:
            raise NoClosedForm("convolution would take longer here than sampling")


@dataclass(frozen=True)
class Setting:
    """How fine the rule is, and at which values the shared unknowns are held."""

    spacing: float
    size: int
    fixed: Mapping[str, Array] = field(default_factory=dict)
    shares: Array = field(default_factory=lambda: np.ones(1))  # weights of the combinations of fixed unknowns
    at_points: bool = False  # whether all unknowns but one are fixed, at the points of a sample
    outline: Any = None
    start: Array | None = None  # where the search for the standard quantiles begins
    precision: float = 1e-11  # what that search stops at
    widest: dict[int, int] = field(default_factory=dict, repr=False, compare=False)
    budget: Budget = field(default_factory=Budget, repr=False, compare=False)
    found: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what goes by the identity of objects, which a copy does not have."""
        quantiles = {what: made for what, made in self.found.items() if isinstance(made, np.ndarray)}
        return {**self.__dict__, "found": quantiles, "widest": {}}

    @property
    def rule(self) -> tuple[float, int]:
        """How fine it is."""
        return self.spacing, self.size

    def once(self, what: Any, make: Callable[[], Any]) -> Any:
        """Return what was made under this name, or make it; nodes are asked for at every point of evaluation."""
        if what not in self.found:
            self.found[what] = make()
        return self.found[what]


@lru_cache(maxsize=32)
def scores_and_weights(spacing: float) -> tuple[Array, Array]:
    """Return equally spaced normal scores and their weights."""
    count = int(REACH / spacing)
    scores: Array = spacing * np.arange(-count, count + 1, dtype=np.float64)
    weights: Array = np.exp(-0.5 * scores**2)
    weights /= weights.sum()
    return scores, weights


@lru_cache(maxsize=256)
def panels(kink: float, spacing: float) -> tuple[Array, Array]:
    """Return normal scores and weights in two Gauss–Legendre panels that meet at a kink, given as a probability."""
    from scipy.special import ndtri

    meeting = float(np.clip(ndtri(kink), -REACH + 1.0, REACH - 1.0))
    ends = [(-REACH, meeting), (meeting, REACH)]
    found, its = [], []
    for low, high in ends:
        points, weights = np.polynomial.legendre.leggauss(max(8, int((high - low) / spacing)))
        scores = 0.5 * (low + high) + 0.5 * (high - low) * points
        found.append(scores)
        its.append(0.5 * (high - low) * weights * np.exp(-0.5 * scores**2))
    weights = np.concatenate(its)
    return np.concatenate(found), weights / weights.sum()


def nodes_of_leaf(leaf: Leaf, spacing: float) -> tuple[Array, Array]:
    """Return the nodes of an unknown, shape (1, rows, points), and their weights, shape (points,)."""
    return nodes_of_belief(leaf.value, spacing) if leaf.value.shape else nodes_of_number(leaf.value, spacing)


def nodes_of_belief(belief: Distribution, spacing: float) -> tuple[Array, Array]:
    """Return the nodes of a belief, shape (1, rows, points), and their weights, shape (points,).

    The atoms themselves where there are finitely many; else equally spaced normal scores, in panels where the quantile
    function bends.
    """
    if belief.atoms is not None and len(belief.atoms[0]) <= MOST_ATOMS:
        values, weights = belief.atoms
        return values[np.newaxis, np.newaxis], weights
    scores, weights = scores_and_weights(spacing) if belief.kink is None else panels(belief.kink, spacing)
    values = np.asarray(belief.at_score(scores.reshape(-1, *[1] * len(belief.shape))), dtype=np.float64)
    return values.reshape(len(scores), -1).T[np.newaxis], weights


nodes_of_number = lru_cache(maxsize=512)(nodes_of_belief)


@lru_cache(maxsize=512)
def gauss_rule(belief: Distribution, spacing: float, size: int) -> tuple[Array, Array]:
    """Return the nodes of a single number, condensed, as arrays of shape (1, 1, points)."""
    values, weights = nodes_of_number(belief, spacing)
    return condensed(values, weights[np.newaxis, np.newaxis], Setting(spacing, size))


def hermite_rule(belief: Distribution, size: int) -> tuple[Array, Array] | None:
    """Return the Gauss–Hermite rule of an array of unknowns, as arrays of shape (1, rows, size).

    None unless they, or their logarithms, are straight lines in their normal score.
    """
    scores, weights = np.polynomial.hermite_e.hermegauss(size)
    values = np.asarray(belief.at_score(scores[:, np.newaxis]), dtype=np.float64).T[np.newaxis]
    for points in (values, np.log(values)) if np.all(values > 0) else (values,):
        slopes = np.diff(points) / np.diff(scores)
        if np.all(np.ptp(slopes, axis=-1) <= STRAIGHT * np.abs(slopes[..., 0])):
            return values, (weights / weights.sum())[np.newaxis, np.newaxis]
    return None


def nodes_of(expression: Expression, setting: Setting) -> tuple[Array, Array]:
    """Return nodes, shape (conditions, rows, points), and weights that sum to 1 along the points."""
    found: tuple[Array, Array] = setting.once(id(expression), lambda: _fresh_nodes(expression, setting))
    return found


def raw_nodes_of(expression: Expression, setting: Setting) -> tuple[Array, Array]:
    """Return nodes as `nodes_of` does, those of an unknown before they are condensed."""
    if not isinstance(expression, Variable) or expression.leaf.uid in setting.fixed:
        return nodes_of(expression, setting)
    values, weights = nodes_of_leaf(expression.leaf, setting.spacing)
    return values, weights[np.newaxis, np.newaxis]


def _fresh_nodes(expression: Expression, setting: Setting) -> tuple[Array, Array]:
    if isinstance(expression, Variable):
        held = setting.fixed.get(expression.leaf.uid)
        if held is not None:
            return held, np.ones((1, 1, 1))
        if expression.leaf.value.shape:
            return hermite_rule(expression.leaf.value, setting.size) or raw_nodes_of(expression, setting)
        return gauss_rule(expression.leaf.value, setting.spacing, setting.size)
    if isinstance(expression, Product):
        return _nodes_of_product(expression, setting)
    if isinstance(expression, Sum):
        return joined([nodes_of(term, setting) for term in expression.terms], np.add, setting)
    if isinstance(expression, Function):
        values, weights = nodes_of(expression.argument, setting)
        return raised(values, expression.name), weights
    if isinstance(expression, Quantile):
        scores, weights = nodes_of(expression.score, setting)
        return np.asarray(expression.belief.at_score(scores)), weights
    if isinstance(expression, Choice):
        return _nodes_of_choice(expression, setting)
    assert isinstance(expression, Extreme)
    pick = np.minimum if expression.name == "minimum" else np.maximum
    return joined([nodes_of(each, setting) for each in expression.arguments], pick, setting)


def _nodes_of_choice(choice: Choice, setting: Setting) -> tuple[Array, Array]:
    """Put the nodes of all options side by side, each with the probability that it is chosen."""
    probability = chances(choice, setting)
    found = [condensed(*nodes_of(option, setting), setting) for option in choice.options]
    leading = [each.shape[:2] for each in (*(values for values, _ in found), *probability)]
    shape = np.broadcast_shapes(*leading)
    values = [np.broadcast_to(each, (*shape, each.shape[-1])) for each, _ in found]
    weights = [
        np.broadcast_to(its * chance, (*shape, each.shape[-1]))
        for (each, its), chance in zip(found, probability, strict=True)
    ]
    return np.concatenate(values, axis=-1), np.concatenate(weights, axis=-1)


def chances(choice: Choice, setting: Setting) -> list[Array]:
    """Return the probability of each option: a certainty where the selector is held fixed."""
    held = setting.fixed.get(choice.selector.leaf.uid)
    places = np.arange(len(choice.options), dtype=np.float64)
    if held is not None:
        return [np.where(held == place, 1.0, 0.0) for place in places]
    below = np.asarray(choice.selector.leaf.value.cdf(places))
    return [np.full((1, 1, 1), chance) for chance in np.diff(below, prepend=0.0)]


def raised(values: Array, power: float | str) -> Array:
    """Return a power, the exponential or the logarithm of nodes, where it has a meaning at all of them."""
    if power == 1.0:
        return values
    with np.errstate(all="ignore"):
        result: Array = getattr(np, power)(values) if isinstance(power, str) else np.power(values, power)
    whole = isinstance(power, float) and power.is_integer() and power > 0
    if not np.all(np.isfinite(result)) or (not whole and power != "exp" and np.any(values <= 0)):
        raise NoClosedForm("a power or a logarithm of a number that can be zero or negative, or is too large")
    return result


def _nodes_of_product(product: Product, setting: Setting) -> tuple[Array, Array]:
    coefficient = np.asarray(product.coefficient, dtype=np.float64).reshape(1, -1, 1)
    if not product.factors:
        return coefficient, np.ones((1, 1, 1))
    values, weights = joined(powers_of(product, setting, nodes_of), np.multiply, setting)
    return coefficient * values, weights


def powers_of(
    product: Product, setting: Setting, nodes: Callable[..., tuple[Array, Array]]
) -> list[tuple[Array, Array]]:
    """Return the nodes of each factor, raised to its power; of several, those that are positive but for a trifle."""
    parts = []
    for part, exponent in product.factors:
        values, weights = nodes(part, setting)
        if len(product.factors) > 1:
            values, weights = positive(values, weights)
        parts.append((raised(values, exponent), weights))
    return parts


def positive(values: Array, weights: Array) -> tuple[Array, Array]:
    """Leave out what lies at or below zero where that is negligible, as of a normal many deviations above zero."""
    keep = np.all(values > 0, axis=(0, 1))
    if np.all(keep):
        return values, weights
    spread = np.broadcast_to(weights, values.shape)
    if float(np.max(np.sum(spread[..., ~keep], axis=-1))) > NEGLIGIBLE:
        return values, weights
    return values[..., keep], spread[..., keep] / np.sum(spread[..., keep], axis=-1, keepdims=True)


def joined(parts: Sequence[tuple[Array, Array]], combine: Any, setting: Setting) -> tuple[Array, Array]:
    """Combine independent parts pair by pair, and condense what comes out."""
    values, weights = parts[0]
    for other, others in parts[1:]:
        one, its, two, theirs = values, weights, other, others
        if values.shape[-1] * other.shape[-1] > MOST_PAIRS:
            one, its = condensed(values, weights, setting)
            two, theirs = condensed(other, others, setting)
        values, weights = paired((one, its), (two, theirs), combine)
        setting.budget.spend(values.size)
    return values, weights


def paired(one: tuple[Array, Array], other: tuple[Array, Array], combine: Any) -> tuple[Array, Array]:
    """Combine every node of one part with every node of the other."""
    values = combine(one[0][..., :, np.newaxis], other[0][..., np.newaxis, :])
    weights = one[1][..., :, np.newaxis] * other[1][..., np.newaxis, :]
    if weights.shape != values.shape:
        weights = np.broadcast_to(weights, values.shape)
    return values.reshape(*values.shape[:2], -1), weights.reshape(*values.shape[:2], -1)


def centre_and_spread(points: Array, weights: Array) -> tuple[Array, Array]:
    """Return mean and standard deviation along the points; squares do not leave the range of floats."""
    centre = np.sum(points * weights, axis=-1, keepdims=True)
    away = points - centre
    farthest = np.max(np.abs(away), axis=-1, keepdims=True)
    farthest = np.where(farthest > 0, farthest, 1.0)
    variance = np.sum((away / farthest) ** 2 * weights, axis=-1, keepdims=True)
    return centre, farthest * np.sqrt(variance)


def condensed(values: Array, weights: Array, setting: Setting) -> tuple[Array, Array]:
    """Return the Gauss rule of a discrete measure: `size` nodes that integrate polynomials of degree 2 size − 1.

    Polynomials in the logarithm where all values are positive; in the inverse hyperbolic sine, which is one at both
    ends, where a long tail meets a few values below zero; else in the value itself.
    """
    size = setting.size
    if values.shape[-1] <= size:
        return values, weights
    setting.budget.spend(values.size * size // 8 + int(np.prod(values.shape[:2])) * size**3 // 20)
    if np.all(values > 0):
        found, rule = _standardised(np.log(values), weights, size)
        return np.exp(found), rule
    centre, scale = centre_and_spread(values, weights)
    scale = np.where(scale > 0, scale, 1.0)
    if np.max(np.abs(values - centre) / scale) <= LONG_TAIL:
        return _standardised(values, weights, size)
    found, rule = _standardised(np.arcsinh((values - centre) / scale), weights, size)
    return centre + scale * np.sinh(found), rule


def _standardised(points: Array, weights: Array, size: int) -> tuple[Array, Array]:
    weights = weights if weights.shape == points.shape else np.broadcast_to(weights, points.shape)
    centre, scale = centre_and_spread(points, weights)
    scale = np.where(scale > 0, scale, 1.0)
    found, rule = _gauss((points - centre) / scale, weights, size)
    return centre + scale * found, rule


def _gauss(points: Array, weights: Array, size: int) -> tuple[Array, Array]:
    """Lanczos with full reorthogonalisation gives the Jacobi matrix; its eigenvectors give nodes and weights."""
    basis = np.zeros((*points.shape[:-1], size, points.shape[-1]))
    basis[..., 0, :] = np.sqrt(weights)
    diagonal = np.zeros((*points.shape[:-1], size))
    beside = np.zeros((*points.shape[:-1], size - 1))
    for step in range(size):
        newest = basis[..., step, :]
        vector = points * newest
        diagonal[..., step] = np.einsum("...i,...i->...", vector, newest)
        if step == size - 1:
            break
        earlier = basis[..., : step + 1, :]
        for _ in range(1 if size <= SMALL else 2):
            overlaps = np.einsum("...ki,...i->...k", earlier, vector)  # small: BLAS would only start threads
            vector = vector - np.einsum("...k,...ki->...i", overlaps, earlier)
        norm = np.sqrt(np.einsum("...i,...i->...", vector, vector))
        beside[..., step] = norm
        basis[..., step + 1, :] = vector / np.where(norm > 1e-14, norm, 1.0)[..., np.newaxis]
    return _eigen(diagonal, beside)


def _eigen(diagonal: Array, beside: Array) -> tuple[Array, Array]:
    """Return the eigenvalues of symmetric tridiagonal matrices, and the squared first entries of their eigenvectors."""
    size = diagonal.shape[-1]
    if size <= SMALL or diagonal.size > 100 * size:
        matrix = np.zeros((*diagonal.shape, size))
        index = np.arange(size)
        matrix[..., index, index] = diagonal
        matrix[..., index[1:], index[:-1]] = matrix[..., index[:-1], index[1:]] = beside
        values, vectors = np.linalg.eigh(matrix)
        return values, vectors[..., 0, :] ** 2
    from scipy.linalg import eigh_tridiagonal

    pairs = zip(diagonal.reshape(-1, size), beside.reshape(-1, size - 1), strict=True)
    solved = [eigh_tridiagonal(along, off) for along, off in pairs]
    values = np.array([each[0] for each in solved]).reshape(diagonal.shape)
    return values, np.array([each[1][0] ** 2 for each in solved]).reshape(diagonal.shape)
