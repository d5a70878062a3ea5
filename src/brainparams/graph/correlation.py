"""Declared correlation between inputs: a Gaussian copula, by Cholesky factors only.

Each correlated input is the quantile of its belief at a normal score, and the scores are weighted sums of independent
ones, ``s = L z`` with ``L Lᵀ = R``. So every engine meets an ordinary graph.

References
----------
Nelsen (2006), An Introduction to Copulas, section 2. doi:10.1007/0-387-28678-0
Higham (2002), Computing the nearest correlation matrix. doi:10.1093/imanum/22.3.329
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..checks import is_number
from ..distributions import Normal
from ..errors import CorrelationError, shown
from .building import apply
from .inputs import leaf, plain_number
from .nodes import Correlated, Leaf, Node, Operated, Step
from .operations import OPERATIONS, arithmetic

__all__ = ["correlated_inputs"]

Array = np.ndarray[Any, np.dtype[np.float64]]
KINDS = ("normal-scores", "spearman")
TINY = 1e-12


def correlated_inputs(correlations: Any, kind: Any) -> tuple[Correlated, ...]:
    """Return inputs as correlated ones, in the order in which they are first named.

    Parameters
    ----------
    correlations : mapping of pairs of Quantity or Node to float
        Coefficients in [−1, 1] between uncertain inputs.
    kind : {"normal-scores", "spearman"}
        What the coefficients are.

    Raises
    ------
    CorrelationError
        If the kind is not stated, a coefficient is outside [−1, 1], an argument is not an uncertain input, or the
        coefficients contradict each other; then with the smallest eigenvalue and the nearest valid matrix.
    """
    if kind not in KINDS:
        raise CorrelationError(
            f"correlate(): state what the coefficients are: kind='normal-scores' (Pearson's, of the normal scores) or "
            f"kind='spearman' (rank correlation); got {shown(kind)}"
        )
    if not isinstance(correlations, Mapping) or not correlations:
        raise CorrelationError(f"correlate(): needs pairs such as {{(a, b): 0.7}}; got {shown(correlations)}")
    inputs: dict[str, Leaf] = {}
    for pair in correlations:
        for each in _pair(pair):
            inputs.setdefault(each.uid, each)
    names = [each.name or each.written for each in inputs.values()]
    matrix, told = _matrix(correlations, list(inputs), names, kind)
    factor = _cholesky(matrix, names)
    scores = _scores(factor, names)
    pairs = zip(inputs.values(), scores, told, strict=True)
    return tuple(Correlated(each, score, lines) for each, score, lines in pairs)


def _pair(pair: Any) -> tuple[Leaf, Leaf]:
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise CorrelationError(f"correlate(): each key is a pair of quantities (a, b); got {shown(pair)}")
    one, other = (_input(each) for each in pair)
    if one.uid == other.uid:
        raise CorrelationError(f"correlate(): {one.name or one.written!r} is paired with itself; its coefficient is 1")
    return one, other


def _input(quantity: Any) -> Leaf:
    """Return the leaf behind a quantity, through names and changes of unit."""
    node: Node | None = getattr(quantity, "node", quantity)
    while isinstance(node, Step) or (isinstance(node, Operated) and OPERATIONS[node.operation].silent):
        node = node.parents[0]
    if not isinstance(node, Leaf):
        raise CorrelationError(
            f"correlate(): takes inputs, and {shown(quantity)} is computed or correlated already; declare all "
            f"correlations between its inputs in one call"
        )
    if not node.is_uncertain or node.axes:
        what = "an array" if node.axes else "exact: its standard deviation is 0"
        raise CorrelationError(
            f"correlate(): {node.name or node.written!r} is {what}; correlate single uncertain inputs"
        )
    return node


def _matrix(
    correlations: Mapping[Any, Any], uids: Sequence[str], names: Sequence[str], kind: str
) -> tuple[Array, list[tuple[str, ...]]]:
    """Return the matrix of the normal scores, and for each input its correlations in words."""
    matrix = np.eye(len(uids))
    told: list[tuple[str, ...]] = [()] * len(uids)
    paired: set[frozenset[int]] = set()
    for pair, value in correlations.items():
        one, other = (uids.index(each.uid) for each in _pair(pair))
        coefficient = _coefficient(value, names[one], names[other])
        if frozenset({one, other}) in paired:
            raise CorrelationError(
                f"correlate(): {names[one]!r} and {names[other]!r} are paired twice; give one coefficient"
            )
        paired.add(frozenset({one, other}))
        score = 2.0 * math.sin(math.pi * coefficient / 6.0) if kind == "spearman" else coefficient
        matrix[one, other] = matrix[other, one] = score
        what = "Spearman" if kind == "spearman" else "normal scores"
        line = f"{names[one]} with {names[other]}: {coefficient:g} ({what})"
        told[one], told[other] = (*told[one], line), (*told[other], line)
    return matrix, told


def _coefficient(value: Any, one: str, other: str) -> float:
    if not is_number(value):
        raise CorrelationError(f"correlate(): the coefficient of {one!r} and {other!r} is a number; got {shown(value)}")
    if not -1.0 <= value <= 1.0:
        raise CorrelationError(
            f"correlate(): the coefficient of {one!r} and {other!r} must be in [-1, 1]; got {shown(value)}"
        )
    return float(value)


def _cholesky(matrix: Array, names: Sequence[str]) -> Array:
    """Return the lower factor in fixed order; a zero pivot is a score that the earlier ones determine."""
    size = len(matrix)
    factor = np.zeros((size, size))
    for row in range(size):
        for column in range(row + 1):
            rest = matrix[row, column] - float(factor[row, :column] @ factor[column, :column])
            if row == column:
                if rest < -TINY:
                    raise CorrelationError(_contradiction(matrix, names))
                factor[row, row] = math.sqrt(max(rest, 0.0))
            elif factor[column, column] > math.sqrt(TINY):
                factor[row, column] = rest / factor[column, column]
            elif abs(rest) > math.sqrt(TINY):
                raise CorrelationError(_contradiction(matrix, names))
    return factor


def _contradiction(matrix: Array, names: Sequence[str]) -> str:
    values, vectors = np.linalg.eigh(matrix)
    worst = [names[place] for place in np.argsort(-np.abs(vectors[:, 0]))[:3]]
    nearest = np.array2string(_nearest(matrix), precision=3, suppress_small=True).replace("\n", "")
    return (
        f"correlate(): the coefficients contradict each other: the smallest eigenvalue is {values[0]:.3g}, most of it "
        f"from {', '.join(map(repr, worst))}; the nearest valid matrix, in the order {', '.join(names)}, is {nearest}"
    )


def _nearest(matrix: Array) -> Array:
    """Alternate between matrices without negative eigenvalues and matrices with ones on the diagonal (Higham)."""
    current, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(200):
        shifted = current - correction
        values, vectors = np.linalg.eigh(shifted)
        projected = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = projected - shifted
        current = projected.copy()
        np.fill_diagonal(current, 1.0)
    return current


def _scores(factor: Array, names: Sequence[str]) -> list[Node]:
    """Return the normal scores as weighted sums of independent ones."""
    latent: list[Node] = [leaf("latent", Normal(0.0, 1.0), "1", name=f"normal score of {name}") for name in names]
    scores = []
    for row in factor:
        terms = [_weighted(float(weight), score) for weight, score in zip(row, latent, strict=True) if weight != 0.0]
        total = terms[0]
        for term in terms[1:]:
            total = apply(arithmetic.add, total, term)
        scores.append(total)
    return scores


def _weighted(weight: float, score: Node) -> Node:
    return score if weight == 1.0 else apply(arithmetic.multiply, plain_number(weight, latent=True), score)
