"""First-order and total Sobol indices with error bars: what an input explains alone, and with all it interacts with.

One base sample and, for each input, the same sample with that input alone exchanged. Where inputs are correlated, what
is exchanged is an input given the others (total) or the others given the input (first order).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engines import sampling
from ..engines.execution import run
from ..engines.points import points
from ..errors import RangeError
from ..graph import Correlated, Leaf, Node, Program, flatten, leaf_of, roots
from ..graph.substitution import check_scalar, score_correlations, substitute
from ..render.tables import Table
from .drivers import NO_VARIANCE, Scale, on_scale, parts_of_product, scale_of

__all__ = ["SobolIndex", "SobolIndices", "sobol_indices"]

Array = np.ndarray[Any, np.dtype[np.float64]]
_Found = list[tuple[float, float]]
REPLICATES = 8
COVERAGE = 2.36  # 95 % of Student's t with one degree of freedom less than replicates
FIRST_POWER = 7  # 2**7 points a replicate
MOST_EVALUATIONS = 2**22


@dataclass(frozen=True, slots=True)
class SobolIndex:
    """First-order and total index of one input, in [0, 1] but for chance; errors are half-widths at 95 %.

    Examples
    --------
    >>> SobolIndex("neurons", first_order=0.2, first_order_error=0.01, total=0.3, total_error=0.01, uid="a1").total
    0.3
    """

    name: str
    first_order: float
    first_order_error: float
    total: float
    total_error: float
    uid: str


@dataclass(frozen=True, slots=True, repr=False)
class SobolIndices(Table[SobolIndex]):
    """First-order and total Sobol indices of every uncertain input, largest total first.

    Attributes
    ----------
    rows : tuple of SobolIndex
        One for each input.
    scale : {"logarithm", "value", "rank"}
        Whether the indices are shares of the variance of the logarithm, of the value itself, or of its rank.
    method : str
        How they were found.
    evaluations : int
        How often the expression was evaluated.
    seed : int
        Seed of the points.
    correlated : bool
        Whether inputs are correlated; indices then need not add up, and a total may be below its first order.

    Examples
    --------
    >>> import brainparams as bp
    >>> a = bp.assumed(bp.Normal(0, 1), "1", because="example", name="a")
    >>> b = bp.assumed(bp.Normal(0, 2), "1", because="example", name="b")
    >>> found = (a + b + a * b).sobol_indices()
    >>> [f"{each.name} {each.first_order:.1f} {each.total:.1f}" for each in found]
    ['b 0.4 0.9', 'a 0.1 0.6']
    """

    rows: tuple[SobolIndex, ...]
    scale: Scale
    method: str
    evaluations: int
    seed: int
    correlated: bool = False

    def _caption(self) -> str:
        note = "; inputs are correlated, so the indices need not add up" if self.correlated else ""
        return f"Sobol indices: shares of the variance of the {self.scale} ({self.method}; ± is 95 %{note})"

    def _head(self) -> Sequence[str]:
        return "input", "first order", "total"

    def _cells(self, row: SobolIndex) -> Sequence[str]:
        alone = f"{row.first_order:.3f} ± {row.first_order_error:.3f}"
        return row.name, alone, f"{row.total:.3f} ± {row.total_error:.3f}"


def sobol_indices(
    node: Node, labels: dict[str, str], seed: int = 0, tolerance: float = 0.01, scale: Scale | None = None
) -> SobolIndices:
    """Return first-order and total Sobol indices of a scalar, by root input.

    Parameters
    ----------
    node : Node
        The result; a scalar.
    labels : dict
        Name to show for each leaf, by uid.
    seed : int
        Seed of the points.
    tolerance : float
        Half-width of the 95 % interval of every index at which to stop, within a bound.

    References
    ----------
    Saltelli et al. (2010), Variance based sensitivity analysis of model output. doi:10.1016/j.cpc.2009.09.018
    Jansen (1999), Analysis of variance designs for model output. doi:10.1016/S0010-4655(98)00154-4
    Kucherenko, Tarantola & Annoni (2012), Global sensitivity indices for models with dependent variables.
    doi:10.1016/j.cpc.2011.12.020
    """
    check_scalar(node, "sobol_indices()")
    inputs = roots([node])
    parts = parts_of_product(node, inputs) if scale in (None, "logarithm") else None
    if parts is not None:
        shares = [(part / sum(parts) if part else 0.0, 0.0) for part in parts]
        rows = [_row(leaf_of(each), labels, share, share) for each, share in zip(inputs, shares, strict=True)]
        return SobolIndices(_ranked(rows), "logarithm", "exact for a product", 0, seed)
    design = _design(node, inputs)
    first, total, found, evaluations = _settled(design, seed, tolerance, scale)
    rows = [_row(leaf, labels, alone, whole) for leaf, alone, whole in zip(design.leaves, first, total, strict=True)]
    method = f"{REPLICATES} replicates of scrambled Sobol points, {evaluations:,} evaluations"
    if found == "rank" and scale is None:
        method += f"; {NO_VARIANCE}"
    return SobolIndices(_ranked(rows), found, method, evaluations, seed, len(design.scores) > 0)


def _row(leaf: Leaf, labels: dict[str, str], first: tuple[float, float], total: tuple[float, float]) -> SobolIndex:
    return SobolIndex(labels.get(leaf.uid) or leaf.name or leaf.written, *first, *total, leaf.uid)


def _ranked(rows: Sequence[SobolIndex]) -> tuple[SobolIndex, ...]:
    return tuple(sorted(rows, key=lambda each: (-each.total, each.name)))


# --- the design --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sample:
    """Values of every input, normal scores of the correlated ones, and smooth functions of each of the others."""

    values: list[Array]
    scores: Array
    basis: list[Array | None]


@dataclass(frozen=True, slots=True)
class _Design:
    """A program on the inputs as a person made them, and which of them are correlated, and how.

    An array whose elements are correlated with each other alone is one input, made from normal scores of its own.
    """

    program: Program
    leaves: tuple[Leaf, ...]
    widths: tuple[int, ...]
    elements: tuple[Program | None, ...]  # the normal scores of an array whose elements are correlated
    scores: tuple[int, ...]
    matrix: Array

    def evaluated(self, inputs: Sequence[Array]) -> Array:
        """Return the result at each point."""
        result = run(self.program, inputs)[self.program.outputs[0]]
        return np.array(np.broadcast_to(result, inputs[0].shape[-1:]), dtype=np.float64)

    def sample(self, cube: Array) -> _Sample:
        """Return every input at points in the unit cube, shape (dimensions, n)."""
        ends = np.cumsum(self.widths)
        columns = [cube[end - width : end].T for end, width in zip(ends, self.widths, strict=True)]
        independent = np.array([_ndtri(columns[place][:, 0]) for place in self.scores]).reshape(-1, cube.shape[-1])
        scores = _factor(self.matrix) @ independent
        for place, score in zip(self.scores, scores, strict=True):
            columns[place] = _ndtr(score)[:, np.newaxis]
        values = [
            _values(leaf, column if scores_of is None else _together(scores_of, column))
            for leaf, column, scores_of in zip(self.leaves, columns, self.elements, strict=True)
        ]
        basis = [None if place in self.scores else _basis(column) for place, column in enumerate(columns)]
        return _Sample(values, scores, basis)


def _design(node: Node, inputs: Sequence[Leaf | Correlated]) -> _Design:
    plain = substitute(node, {each.key: each.leaf for each in inputs if isinstance(each, Correlated)})
    program = flatten([plain])
    by_uid = {leaf_of(each).uid: each for each in inputs}
    ordered = [by_uid[unknown.uid] for unknown in program.unknowns]
    leaves = tuple(leaf_of(each) for each in ordered)
    elements = tuple(flatten([each.score]) if isinstance(each, Correlated) and each.axes else None for each in ordered)
    widths = tuple(
        max(1, math.prod(leaf.value.shape)) if scores_of is None else sum(_sizes(scores_of))
        for leaf, scores_of in zip(leaves, elements, strict=True)
    )
    places = tuple(place for place, each in enumerate(ordered) if isinstance(each, Correlated) and not each.axes)
    if 2 * sum(widths) > sampling.MOST_DIMENSIONS:
        raise RangeError(
            f"sobol_indices(): {sum(widths)} uncertain numbers, and Sobol points have room for "
            f"{sampling.MOST_DIMENSIONS // 2}; use drivers()"
        )
    correlated = [each for each in ordered if isinstance(each, Correlated) and not each.axes]
    matrix = score_correlations(correlated) if correlated else np.zeros((0, 0))
    return _Design(program, leaves, widths, elements, places, matrix)


def _sizes(program: Program) -> list[int]:
    return [max(1, math.prod(each.distribution.shape)) for each in program.unknowns]


def _together(program: Program, p: Array) -> Array:
    """Return the probabilities of the elements of an array, shape (n, elements), from those of its normal scores."""
    ends = np.cumsum(_sizes(program))[:-1]
    scores = [
        np.moveaxis(_ndtri(part.reshape(len(part), *each.distribution.shape)), 0, -1)
        for part, each in zip(np.split(p, ends, axis=1), program.unknowns, strict=True)
    ]
    found = run(program, scores)[program.outputs[0]]
    return _ndtr(found.reshape(-1, len(p)).T)


def _values(leaf: Leaf, p: Array) -> Array:
    """Return the quantiles of one input, draws last."""
    if not leaf.value.shape:
        return np.asarray(leaf.value.ppf(p[:, 0]), dtype=np.float64)
    return np.ascontiguousarray(np.moveaxis(leaf.value.ppf(p.reshape(len(p), *leaf.value.shape)), 0, -1))


def _factor(matrix: Array) -> Array:
    """Return the symmetric square root: it exists also where a score is determined by others."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


def _ndtr(scores: Array) -> Array:
    from scipy.special import ndtr

    return np.clip(ndtr(scores), 2.0**-53, 1.0 - 2.0**-53)


def _ndtri(p: Array) -> Array:
    from scipy.special import ndtri

    return np.asarray(ndtri(p))


def _basis(p: Array) -> Array:
    """Return Hermite polynomials of the normal score, shape (functions, points): mean 0, variance 1, uncorrelated."""
    z = _ndtri(p).T
    square = z * z
    if len(z) > 1:
        return z  # an array has a function for each element; more would be too many to fit
    fourth = ((square - 6.0) * square + 3.0) / 24.0**0.5
    return np.concatenate([z, (square - 1.0) / 2.0**0.5, z * (square - 3.0) / 6.0**0.5, fourth])


def _exchanged(design: _Design, place: int, a: _Sample, b: _Sample) -> Iterator[list[Array]]:
    """Yield the sample `a` with one input from `b`: for the first-order index, and for the total if that differs."""
    if place not in design.scores:
        yield [*a.values[:place], b.values[place], *a.values[place + 1 :]]
        return
    own = design.scores.index(place)
    first, total = list(a.values), list(a.values)
    moved = a.scores + design.matrix[own][:, np.newaxis] * (b.scores[own] - a.scores[own])
    for other, score in zip(design.scores, moved, strict=True):
        first[other] = _values(design.leaves[other], _ndtr(score)[:, np.newaxis])
    yield first
    rest = [each for each in range(len(design.scores)) if each != own]
    weights = np.linalg.lstsq(design.matrix[np.ix_(rest, rest)], design.matrix[rest, own], rcond=None)[0]
    score = b.scores[own] + weights @ (a.scores[rest] - b.scores[rest])
    total[place] = _values(design.leaves[place], _ndtr(score)[:, np.newaxis])
    yield total


# --- the indices -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Evaluated:
    """Results at the two base samples and at the exchanged ones, and the two base samples of smooth functions."""

    results: Array
    a: list[Array | None]
    b: list[Array | None]


def _settled(design: _Design, seed: int, tolerance: float, asked: Scale | None) -> tuple[_Found, _Found, Scale, int]:
    """Add points until every index is known to the tolerance, or the bound is reached."""
    dimensions = 2 * sum(design.widths)
    for power in itertools.count(FIRST_POWER):
        cube = points(seed, range(REPLICATES), dimensions, range(2**power))
        found = _evaluated(design, cube.reshape(dimensions, -1))
        scale = scale_of(found.results, asked, "sobol_indices()")
        first, total = _indices(design, found, on_scale(found.results, scale, found.results[:2]))
        enough = max(error for _, error in (*first, *total)) <= tolerance
        if enough or 2 * found.results.size > MOST_EVALUATIONS:
            return first, total, scale, found.results.size
    raise AssertionError("the bound is always reached")


def _evaluated(design: _Design, cube: Array) -> _Evaluated:
    half = len(cube) // 2
    a, b = design.sample(cube[:half]), design.sample(cube[half:])
    results = [design.evaluated(a.values), design.evaluated(b.values)]
    for place in range(len(design.leaves)):
        results += [design.evaluated(inputs) for inputs in _exchanged(design, place, a, b)]
    found = np.array(results)
    if not np.all(np.isfinite(found)):
        raise RangeError(
            "sobol_indices(): the result is not finite at some points: an argument reaches zero, turns negative, or is "
            "too large there; estimate(engine='random') names the step"
        )
    return _Evaluated(found, a.basis, b.basis)


def _indices(design: _Design, found: _Evaluated, results: Array) -> tuple[_Found, _Found]:
    """Return each index with its error.

    A sum of smooth functions of single inputs is fitted, its part is put in exactly, and only the rest is averaged: a
    logarithm of what is nearly a product is nearly such a sum.
    """
    results = results - results[:2].mean()
    a, b, rest = results[0], results[1], list(results[2:])
    parts = _fitted(found, results[:2])
    known = [coefficients @ coefficients for coefficients, _, _ in parts]
    whole_a, whole_b = sum(each for _, each, _ in parts), sum(each for _, _, each in parts)
    variance = sum(known) + _replicated(a**2 - whole_a**2 + b**2 - whole_b**2) / 2.0
    first, total = [], []
    for place, (_, ours, theirs) in enumerate(parts):
        alone = rest.pop(0)
        whole = rest.pop(0) if place in design.scores else alone
        change = theirs - ours
        if np.array_equal(alone, a) and np.array_equal(whole, a):  # the result does not depend on it
            first.append((0.0, 0.0))
            total.append((0.0, 0.0))
            continue
        first.append(_with_error(known[place] + _replicated(b * (alone - a) - whole_b * change), variance))
        total.append(_with_error(known[place] + 0.5 * _replicated((a - whole) ** 2 - change**2), variance))
    return first, total


def _fitted(found: _Evaluated, results: Array) -> list[tuple[Array, Any, Any]]:
    """Return for each input the coefficients of its function, and its values at the two base samples."""
    nothing = np.zeros((0, results.shape[-1]))
    a = [nothing if each is None else each for each in found.a]
    b = [nothing if each is None else each for each in found.b]
    ends = np.cumsum([len(each) for each in a])
    functions = np.concatenate([np.concatenate(a), np.concatenate(b)], axis=1)
    if 4 * len(functions) > functions.shape[1]:
        coefficients = np.zeros(len(functions))
    else:
        coefficients = np.linalg.lstsq(functions @ functions.T, functions @ results.ravel(), rcond=None)[0]
    split = np.split(coefficients, ends[:-1])
    return [(its, its @ ours, its @ theirs) for its, ours, theirs in zip(split, a, b, strict=True)]


def _replicated(values: Array) -> Array:
    """Return the mean of each replicate."""
    return np.asarray(values.reshape(REPLICATES, -1).mean(axis=-1))


def _with_error(parts: Array, variances: Array) -> tuple[float, float]:
    """Return a ratio of means over replicates, with the half-width of its 95 % interval."""
    variance = float(variances.mean())
    if variance <= 0:
        return 0.0, 0.0
    ratio = float(parts.mean()) / variance
    spread = np.std(parts - ratio * variances, ddof=1) / variance
    return ratio, COVERAGE * float(spread) / len(parts) ** 0.5
