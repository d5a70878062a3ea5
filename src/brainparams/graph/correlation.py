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
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..checks import is_number
from ..distributions import Normal
from ..errors import CorrelationError, shown
from ..units import Unit
from .axes import Axis, asked_axes, place_of, position_of
from .building import aligned, apply, total
from .identity import one_belief
from .inputs import leaf, plain_number
from .nodes import Correlated, Leaf, Node, Operated, Step, digest
from .operations import OPERATIONS, arithmetic
from .values import exact_array

__all__ = ["correlated_elements", "correlated_inputs"]

Array = np.ndarray[Any, np.dtype[np.float64]]
KINDS = ("normal-scores", "spearman")
TINY = 1e-12
ROUNDING = 1e-14  # what is left of a variance where nothing should be


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
    uids, together = np.array(list(inputs)), secrets.token_hex(8)
    partners = [tuple(uids[row != 0].tolist()) for row in matrix - np.eye(len(uids))]
    rows = zip(inputs.values(), scores, told, partners, strict=True)
    return tuple(Correlated(one, score, lines, beside, together) for one, score, lines, beside in rows)


# --- along an axis -----------------------------------------------------------------------------------------------


def correlated_elements(quantity: Any, axis: Any, r: Any, loadings: Any) -> Correlated:
    """Return an array input whose elements are correlated along one or more of its axes.

    Parameters
    ----------
    quantity : Quantity or Node
        An uncertain array as it was made.
    axis : str or sequence of str
        Along which; elements that differ along another axis stay independent.
    r : float, matrix, or mapping
        Pearson's coefficient of the normal scores: one for all pairs, a matrix in the order of the labels or by label,
        or one for each pair of labels that is named.
    loadings : float or mapping of str to float
        How much each element's normal score depends on one shared factor; their products are the coefficients.

    Raises
    ------
    CorrelationError
        If it is not an array input, a coefficient is not one, or they contradict each other.
    """
    node = behind(quantity)
    if not isinstance(node, Leaf) or not node.is_uncertain or not node.axes:
        what = "is a single number" if isinstance(node, Leaf) and not node.axes else "is not an uncertain input"
        raise CorrelationError(
            f"correlate(): axis= takes an array of uncertain inputs, and {shown(quantity)} {what}; correlate what was "
            f"made by bp.measured, bp.assumed or bp.given, before anything is computed from it"
        )
    if (r is None) == (loadings is None):
        raise CorrelationError("correlate(): along an axis give r=, such as 0.6 or a matrix, or loadings=, not both")
    names = [name for name, _ in asked_axes(axis, "correlate()")]
    along = [node.axes[position_of(node.axes, name, "correlate()")] for name in names]
    if loadings is not None:
        score, told = _loaded(node, along, loadings), "one shared factor"
    elif is_number(r) and r >= 0:
        coefficient = _coefficient(r, "elements", "each other")
        score = _with_common(node, along, math.sqrt(coefficient), math.sqrt(1.0 - coefficient))
        told = f"{coefficient:g}"
    else:
        score, told = _mixed(node, along, r)
    return Correlated(node, score, (f"along {' and '.join(names)}: {told} (normal scores)",))


def _scores_of(leaf: Leaf, axes: tuple[Axis, ...], what: str) -> Leaf:
    """Return independent normal scores along some axes."""
    shape = tuple(len(axis.labels) for axis in axes)
    belief = Normal(np.zeros(shape), np.ones(shape)) if shape else Normal(0.0, 1.0)
    name = f"{what} of {leaf.name or leaf.written}"
    return Leaf(secrets.token_hex(8), belief, Unit("1"), "latent", "normal score", axes=axes, name=name)


def _others(leaf: Leaf, along: Sequence[Axis]) -> tuple[Axis, ...]:
    return tuple(axis for axis in leaf.axes if axis not in along)


def _with_common(leaf: Leaf, along: Sequence[Axis], shared: float | Array, own: float | Array) -> Node:
    """Return scores that share one part along some axes."""
    common = _scores_of(leaf, _others(leaf, along), "shared normal score")
    alone = _scores_of(leaf, leaf.axes, "normal score")
    parts = [
        apply(arithmetic.multiply, score, _weights(weight, along)) for weight, score in ((own, alone), (shared, common))
    ]
    return apply(arithmetic.add, *parts)


def _weights(values: float | Array, along: Sequence[Axis]) -> Leaf:
    """Return weights as a latent constant: one number, or one along each axis."""
    if isinstance(values, float):
        return plain_number(values, latent=True)
    exact = exact_array(values.ravel().tolist(), values.shape)
    return Leaf(f"weights:{digest(values).hex()}", exact, Unit("1"), "latent", "weights", axes=tuple(along))


def _loaded(leaf: Leaf, along: Sequence[Axis], loadings: Any) -> Node:
    axis = _only(along)
    shared = np.array([_coefficient(each, label, "the shared factor") for label, each in _each_of(axis, loadings)])
    return _with_common(leaf, along, shared, np.sqrt(1.0 - shared**2))


def _each_of(axis: Axis, loadings: Any) -> Iterator[tuple[str, Any]]:
    """Return every label of an axis with its loading: the same for all, one for each in their order, or by label."""
    loadings = loadings.tolist() if isinstance(loadings, np.ndarray) else loadings
    if isinstance(loadings, Mapping):
        given = {str(label): value for label, value in loadings.items()}
        if set(given) != set(axis.labels):
            raise CorrelationError(f"correlate(): loadings= names {_few(given)}; the labels are {_few(axis.labels)}")
        loadings = [given[label] for label in axis.labels]
    elif is_number(loadings):
        loadings = [loadings] * len(axis.labels)
    values = list(loadings) if isinstance(loadings, Iterable) else []
    if len(values) != len(axis.labels):
        raise CorrelationError(
            f"correlate(): loadings= is a number in [-1, 1], a dict, or a list of one for each of "
            f"{_few(axis.labels)}; got {shown(loadings)}"
        )
    return zip(axis.labels, values, strict=True)


def _mixed(leaf: Leaf, along: Sequence[Axis], r: Any) -> tuple[Node, str]:
    """Return scores as weighted sums of independent ones, after a matrix of coefficients."""
    axis = _only(along)
    matrix = _matrix_of(axis, r)
    behind = Axis(f"{axis.name} behind", axis.labels)
    factor = _weights(_cholesky(matrix, axis.labels), (axis, behind))
    axes = tuple(behind if each == axis else each for each in leaf.axes)
    score = total(apply(arithmetic.multiply, factor, _scores_of(leaf, axes, "normal score")), behind.name)
    return aligned(score, leaf.axes), f"{float(r):g}" if is_number(r) else "a matrix"


def _only(along: Sequence[Axis]) -> Axis:
    if len(along) != 1:
        raise CorrelationError("correlate(): a matrix, loadings or a negative r go along one axis; name one")
    return along[0]


def _matrix_of(axis: Axis, r: Any) -> Array:
    """Return the matrix of coefficients in the order of the labels."""
    size = len(axis.labels)
    if isinstance(r, Mapping):
        return _matrix_of_pairs(axis, r)
    if is_number(r):
        return np.where(np.eye(size) > 0, 1.0, _coefficient(r, "elements", "each other"))
    if np.shape(r) == (size, size):
        given = np.asarray(r, dtype=np.float64)
        if np.all(np.abs(given) <= 1.0) and np.allclose(given, given.T) and np.allclose(np.diag(given), 1.0):
            return given
    raise CorrelationError(
        f"correlate(): r= is a number in [-1, 1], a symmetric matrix of {size} by {size} with ones on its diagonal, in "
        f"the order {_few(axis.labels)}, or a dict of pairs such as {{{(axis.labels[0], axis.labels[-1])}: 0.6}}; got "
        f"{shown(r)}"
    )


def _matrix_of_pairs(axis: Axis, r: Mapping[Any, Any]) -> Array:
    matrix, known = np.eye(len(axis.labels)), dict[frozenset[str], float]()
    for pair, value in _pairs_of(r):
        one, other = (place_of(axis, label, "correlate()") for label in pair)
        coefficient = _coefficient(value, *pair)
        if known.setdefault(frozenset(pair), coefficient) != coefficient or (one == other and coefficient != 1.0):
            raise CorrelationError(f"correlate(): {pair[0]!r} and {pair[1]!r} have two coefficients; give one")
        matrix[one, other] = matrix[other, one] = coefficient
    return matrix


def _pairs_of(r: Mapping[Any, Any]) -> list[tuple[tuple[str, str], Any]]:
    """Read ``{("a", "b"): 0.5}`` and ``{"a": {"b": 0.5}}``."""
    pairs = []
    for key, value in r.items():
        if isinstance(value, Mapping):
            pairs += [((str(key), str(other)), each) for other, each in value.items()]
        elif isinstance(key, tuple) and len(key) == 2:
            pairs.append(((str(key[0]), str(key[1])), value))
        else:
            raise CorrelationError(f"correlate(): r= has pairs of labels, such as ('V1', 'V2'); got {shown(key)}")
    return pairs


def _few(labels: Iterable[str]) -> str:
    every = list(labels)
    return ", ".join(every[:6]) + (", …" if len(every) > 6 else "")


# --- pairs of inputs ---------------------------------------------------------------------------------------------


def _pair(pair: Any) -> tuple[Leaf, Leaf]:
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise CorrelationError(f"correlate(): each key is a pair of quantities (a, b); got {shown(pair)}")
    one, other = (_input(each) for each in pair)
    if one.uid == other.uid:
        one_belief(one, other)
        raise CorrelationError(f"correlate(): {one.name or one.written!r} is paired with itself; its coefficient is 1")
    return one, other


def behind(quantity: Any) -> Any:
    """Return what stands behind names and changes of unit."""
    node: Node | None = getattr(quantity, "node", quantity)
    while isinstance(node, Step) or (isinstance(node, Operated) and OPERATIONS[node.operation].silent):
        node = node.parents[0]
    return node


def _input(quantity: Any) -> Leaf:
    """Return the leaf behind a quantity."""
    node = behind(quantity)
    if not isinstance(node, Node):
        raise CorrelationError(
            f"correlate(): takes inputs, such as bp.assumed('1 to 2 m', because='…'); got {shown(quantity)}"
        )
    array = node.parents[0] if isinstance(node, Operated) and len(node.parents) == 1 else None
    if isinstance(array, Leaf) and array.axes:
        raise CorrelationError(
            f"correlate(): {shown(quantity)} comes from an array; correlate its elements along the axis, and take "
            f"them from what comes back: bp.correlate(array, axis={array.axes[0].name!r}, r=0.5)"
        )
    if not isinstance(node, Leaf):
        raise CorrelationError(
            f"correlate(): takes inputs, and {shown(quantity)} is computed or correlated already; declare all "
            f"correlations between its inputs in one call"
        )
    if not node.is_uncertain or node.axes:
        what = "an array; correlate its elements with axis=" if node.axes else "exact: its standard deviation is 0"
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
        is_of_ranks = kind == "spearman" and abs(coefficient) < 1.0  # ±1 is ±1, without rounding
        score = 2.0 * math.sin(math.pi * coefficient / 6.0) if is_of_ranks else coefficient
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
                factor[row, row] = math.sqrt(rest) if rest > ROUNDING else 0.0
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
