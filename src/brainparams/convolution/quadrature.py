"""Nodes and weights, which convolution integrates over, and what an evaluation holds and remembers.

The nodes of an unknown are equally spaced in its normal score, where the trapezoidal rule converges exponentially; the
nodes of several parts together are condensed to the Gauss rule of their joint measure.

Arrays have shape (conditions, rows, points): combinations of held unknowns, elements of an array quantity, nodes.

References
----------
Trefethen & Weideman (2014), The exponentially convergent trapezoidal rule. doi:10.1137/130932132
Golub & Welsch (1969), Calculation of Gauss quadrature rules. doi:10.1090/S0025-5718-69-99647-1
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import numpy as np

from ..distributions import Distribution
from ..errors import NoClosedForm

__all__ = [
    "NOTHING_HELD",
    "REACH",
    "Budget",
    "Held",
    "Measure",
    "Memory",
    "Quadrature",
    "Rule",
    "centre_and_spread",
    "joined",
    "nodes_of_belief",
    "paired",
    "positive",
]

Array = np.ndarray[Any, np.dtype[np.float64]]
Measure = tuple[Array, Array]
"""Nodes, shape (conditions, rows, points), and weights that sum to 1 along the points."""

Made = TypeVar("Made")
REACH = 7.2  # normal scores beyond this have 6e-13 of the mass
MOST_PAIRS = 1000
MOST_ATOMS = 500
NEGLIGIBLE = 1e-8
STRAIGHT = 1e-9
LONG_TAIL = 12.0  # standard deviations; nodes of a normal reach 7.2
SMALL = 20  # a general eigensolver of larger matrices starts threads, and waits for them on a busy machine


class Rule(NamedTuple):
    """How fine: the spacing of the nodes in normal scores, and how many nodes a condensed measure has."""

    spacing: float
    size: int


@dataclass(frozen=True, eq=False)
class Held:
    """Unknowns that are held at values, with the weight of each combination of these.

    Attributes
    ----------
    values : mapping of str to ndarray, shape (conditions, rows, 1)
        Where each is held, by uid.
    shares : ndarray, shape (conditions,)
        The weights; they sum to 1.
    at_points : bool
        Whether all unknowns but one of each part are held, at the points of a sample.
    """

    values: Mapping[str, Array] = field(default_factory=dict)
    shares: Array = field(default_factory=lambda: np.ones(1))
    at_points: bool = False


NOTHING_HELD = Held()


@dataclass
class Budget:
    """How many points may still be evaluated before sampling would be the quicker way; counted, not timed."""

    left: float = float("inf")

    def spend(self, points: int) -> None:
        """Take points off, or say that there are none left."""
        self.left -= points
        if self.left < 0:
            raise NoClosedForm("convolution would take longer here than sampling")


@dataclass
class Memory:
    """What was made already, by what it is: expressions with equal content are one."""

    made: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, what: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made under this name, or make it; nodes are asked for at every point of evaluation."""
        if what not in self.made:
            self.made[what] = make()
        found: Made = self.made[what]
        return found

    def __getstate__(self) -> dict[str, Any]:
        """Take along the quantiles only: everything else is made again where it is asked for."""
        return {"made": {what: made for what, made in self.made.items() if isinstance(made, np.ndarray)}}


@dataclass(frozen=True, eq=False)
class Quadrature:
    """A way of evaluating an expression: how fine, at which values of what is held, with what was made on the way.

    The finest and the coarsest of a series agree on which part of a product or a sum is the widest: `judge` says.
    """

    rule: Rule
    held: Held = NOTHING_HELD
    budget: Budget = field(default_factory=Budget, repr=False, compare=False)
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)
    coarsest: Quadrature | None = field(default=None, repr=False)

    @property
    def judge(self) -> Quadrature:
        """The coarsest of the series."""
        return self.coarsest or self

    def refined(self, rule: Rule, held: Held) -> Quadrature:
        """Return another of the same series."""
        return Quadrature(rule, held, self.budget, coarsest=self.judge)


@lru_cache(maxsize=32)
def scores_and_weights(spacing: float, reach: float = REACH) -> Measure:
    """Return equally spaced normal scores and their weights."""
    count = int(reach / spacing)
    scores: Array = spacing * np.arange(-count, count + 1, dtype=np.float64)
    weights: Array = np.exp(-0.5 * scores**2)
    weights /= weights.sum()
    return scores, weights


@lru_cache(maxsize=256)
def panels(kink: float, spacing: float) -> Measure:
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


def nodes_of_belief(belief: Distribution, spacing: float) -> Measure:
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


nodes_of_number = lru_cache(maxsize=512)(nodes_of_belief)  # arrays of unknowns are too large to keep


@lru_cache(maxsize=512)
def gauss_rule(belief: Distribution, spacing: float, size: int) -> Measure:
    """Return the nodes of a single number, condensed, as arrays of shape (1, 1, points)."""
    values, weights = nodes_of_number(belief, spacing)
    return condensed(values, weights[np.newaxis, np.newaxis], Quadrature(Rule(spacing, size)))


def hermite_rule(belief: Distribution, size: int) -> Measure | None:
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


def positive(values: Array, weights: Array) -> Measure:
    """Leave out what lies at or below zero where that is negligible, as of a normal many deviations above zero."""
    keep = np.all(values > 0, axis=(0, 1))
    if np.all(keep):
        return values, weights
    spread = np.broadcast_to(weights, values.shape)
    if float(np.max(np.sum(spread[..., ~keep], axis=-1))) > NEGLIGIBLE:
        return values, weights
    return values[..., keep], spread[..., keep] / np.sum(spread[..., keep], axis=-1, keepdims=True)


def joined(parts: Sequence[Measure], combine: Any, at: Quadrature) -> Measure:
    """Combine independent parts pair by pair, and condense what comes out."""
    values, weights = parts[0]
    for other, others in parts[1:]:
        one, its, two, theirs = values, weights, other, others
        if values.shape[-1] * other.shape[-1] > MOST_PAIRS:
            one, its = condensed(values, weights, at)
            two, theirs = condensed(other, others, at)
        values, weights = paired((one, its), (two, theirs), combine)
        at.budget.spend(values.size)
    return values, weights


def paired(one: Measure, other: Measure, combine: Any) -> Measure:
    """Combine every node of one part with every node of the other."""
    values = combine(one[0][..., :, np.newaxis], other[0][..., np.newaxis, :])
    weights = one[1][..., :, np.newaxis] * other[1][..., np.newaxis, :]
    if weights.shape != values.shape:
        weights = np.broadcast_to(weights, values.shape)
    return values.reshape(*values.shape[:2], -1), weights.reshape(*values.shape[:2], -1)


def centre_and_spread(points: Array, weights: Array) -> Measure:
    """Return mean and standard deviation along the points; squares do not leave the range of floats."""
    centre = np.sum(points * weights, axis=-1, keepdims=True)
    away = points - centre
    farthest = np.max(np.abs(away), axis=-1, keepdims=True)
    farthest = np.where(farthest > 0, farthest, 1.0)
    variance = np.sum((away / farthest) ** 2 * weights, axis=-1, keepdims=True)
    return centre, farthest * np.sqrt(variance)


def condensed(values: Array, weights: Array, at: Quadrature) -> Measure:
    """Return the Gauss rule of a discrete measure: `size` nodes that integrate polynomials of degree 2 size − 1.

    Polynomials in the logarithm where all values are positive; in the inverse hyperbolic sine, which is one at both
    ends, where a long tail meets a few values below zero; else in the value itself.
    """
    size = at.rule.size
    if values.shape[-1] <= size:
        return values, weights
    at.budget.spend(values.size * size // 8 + int(np.prod(values.shape[:2])) * size**3 // 20)
    if not np.all(np.isfinite(values)):
        raise NoClosedForm("a number with values beyond float range")
    if np.all(values > 0):
        found, rule = _standardised(np.log(values), weights, size)
        return np.exp(found), rule
    centre, scale = centre_and_spread(values, weights)
    scale = np.where(scale > 0, scale, 1.0)
    if np.max(np.abs(values - centre) / scale) <= LONG_TAIL:
        return _standardised(values, weights, size)
    found, rule = _standardised(np.arcsinh((values - centre) / scale), weights, size)
    return centre + scale * np.sinh(found), rule


def _standardised(points: Array, weights: Array, size: int) -> Measure:
    weights = weights if weights.shape == points.shape else np.broadcast_to(weights, points.shape)
    centre, scale = centre_and_spread(points, weights)
    scale = np.where(scale > 0, scale, 1.0)
    found, rule = _gauss((points - centre) / scale, weights, size)
    return centre + scale * found, rule


def _gauss(points: Array, weights: Array, size: int) -> Measure:
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


def _eigen(diagonal: Array, beside: Array) -> Measure:
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
