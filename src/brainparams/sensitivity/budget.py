"""The uncertainty budget of first order: what each input adds, and the effective degrees of freedom.

References
----------
JCGM 100:2008, clauses 5.1.2, 5.2.2 and G.4. doi:10.59161/JCGM100-2008E
Satterthwaite (1946), An approximate distribution of estimates of variance components. doi:10.2307/3002019
Welch (1947), The generalization of "Student's" problem. doi:10.1093/biomet/34.1-2.28
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..distributions import Distribution, Normal
from ..engines import linear
from ..engines.execution import run
from ..errors import RangeError
from ..graph import Correlated, Leaf, Node, flatten, leaf_of, roots
from ..graph.choices import is_choice_open
from ..graph.substitution import check_scalar, score_correlations, substitute
from ..render.numbers import percent_of
from ..render.tables import Table, rounded
from ..units import with_unit

__all__ = ["BudgetRow", "UncertaintyBudget", "uncertainty_budget"]

Array = np.ndarray[Any, np.dtype[np.float64]]
NODES = 64  # of the rule that gives the correlation of numbers from that of their normal scores
TERMS = 24


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One input: its mean and standard uncertainty in `unit`, its sensitivity, and what it adds to the result.

    Its `share` is of the combined variance, with half of every covariance that it has a part in.

    Examples
    --------
    >>> BudgetRow("length", "mm", 10.0, 0.1, math.inf, sensitivity=2.0, uid="a1").contribution
    0.2
    """

    name: str
    unit: str
    mean: float
    uncertainty: float
    degrees_of_freedom: float
    sensitivity: float
    uid: str
    share: float = 0.0

    @property
    def contribution(self) -> float:
        """Sensitivity times uncertainty, in the unit of the result."""
        return abs(self.sensitivity) * self.uncertainty


@dataclass(frozen=True, slots=True, repr=False)
class UncertaintyBudget(Table[BudgetRow]):
    """What each input adds to the standard uncertainty of a result, by first order; the largest first.

    Attributes
    ----------
    rows : tuple of BudgetRow
        One for each uncertain input.
    unit : str
        The unit of the result.
    value : float
        The result at the means of the inputs.
    uncertainty : float
        The combined standard uncertainty.
    degrees_of_freedom : float
        The effective ones, by the formula of Welch and Satterthwaite; not a number where inputs are correlated, to
        which it does not apply.
    correlated : bool
        Whether inputs are correlated; their covariances are part of the combined standard uncertainty.

    Examples
    --------
    >>> import brainparams as bp
    >>> a = bp.assumed(bp.Normal(10, 0.3), "m", because="a ruler", name="a")
    >>> b = bp.assumed(bp.Normal(20, 0.4), "m", because="a ruler", name="b")
    >>> found = (a + b).uncertainty_budget()
    >>> found.uncertainty, [row.name for row in found]
    (0.5, ['b', 'a'])
    """

    rows: tuple[BudgetRow, ...]
    unit: str
    value: float
    uncertainty: float
    degrees_of_freedom: float
    correlated: bool = False

    def _caption(self) -> str:
        freedom = (
            f", {self.degrees_of_freedom:.3g} degrees of freedom" if math.isfinite(self.degrees_of_freedom) else ""
        )
        if self.correlated:
            freedom = " with the covariances of correlated inputs; Welch–Satterthwaite does not apply to these"
        return (
            f"{with_unit(rounded(self.value), self.unit)}, combined standard uncertainty "
            f"{with_unit(rounded(self.uncertainty), self.unit)}{freedom} "
            f"(first order, JCGM 100)"
        )

    def _head(self) -> Sequence[str]:
        return (
            "input",
            "mean",
            "uncertainty",
            "degrees of freedom",
            "sensitivity",
            "contribution" if self.unit == "1" else f"contribution [{self.unit}]",
            "share",
        )

    def _cells(self, row: BudgetRow) -> Sequence[str]:
        freedom = rounded(row.degrees_of_freedom)
        return (
            row.name, with_unit(rounded(row.mean), row.unit), with_unit(rounded(row.uncertainty), row.unit), freedom,
            rounded(row.sensitivity), rounded(row.contribution), percent_of(row.share),
        )  # fmt: skip


def uncertainty_budget(node: Node, labels: dict[str, str]) -> UncertaintyBudget:
    """Return the uncertainty budget of a scalar, with a row for each element of an array that goes into it.

    Raises
    ------
    RangeError
        If there is no first order, as of a choice between options.
    ShapeError
        For an array.
    """
    check_scalar(node, "uncertainty_budget()")
    if is_choice_open([node]):
        raise RangeError(
            "uncertainty_budget(): a choice between options has no first order; ask for drivers(), or take one option "
            "with assuming()"
        )
    inputs = roots([node])
    plain = substitute(node, {each.key: each.leaf for each in inputs if isinstance(each, Correlated)})
    value, jacobian, sds = linear.first_order(plain)
    by_uid = {leaf_of(each).uid: each for each in inputs}
    ordered = [by_uid[unknown.uid] for unknown in flatten([plain]).unknowns]
    signed = np.ravel(jacobian) * np.ravel(sds)
    matrix = _correlations(ordered)
    if not np.all(np.isfinite(signed)):
        raise RangeError(
            "uncertainty_budget(): a standard deviation is beyond float range (1.8e308); ask for drivers()"
        )
    scale = math.ldexp(1.0, math.frexp(float(np.max(np.abs(signed), initial=0.0)))[1] - 1)  # squares stay in range
    signed = signed / scale
    variance = float(signed @ matrix @ signed)
    shares = signed * (matrix @ signed) / variance if variance > 0.0 else np.zeros(len(signed))
    numbers = zip(_elements(ordered, labels), np.ravel(sds), np.ravel(jacobian), shares, strict=True)
    rows = [
        BudgetRow(name, leaf.unit.text, mean, float(sd), freedom, float(slope), leaf.uid, float(share))
        for (name, leaf, mean, freedom), sd, slope, share in numbers
    ]
    told = sorted(rows, key=lambda row: (-row.contribution, row.name))
    whole, correlated = scale * math.sqrt(max(0.0, variance)), bool(np.any(matrix != np.eye(len(rows))))
    freedom = math.nan if correlated else _effective(rows, whole)
    return UncertaintyBudget(tuple(told), node.unit.text, float(value), whole, freedom, correlated)


def _elements(inputs: Sequence[Leaf | Correlated], labels: dict[str, str]) -> Iterator[tuple[str, Leaf, float, float]]:
    """Yield name, input, mean and degrees of freedom of every uncertain number."""
    for leaf in map(leaf_of, inputs):
        name, shape = labels.get(leaf.uid) or leaf.written, leaf.value.shape
        means = np.broadcast_to(leaf.value.mean, shape)
        freedoms = np.broadcast_to(getattr(leaf.value, "degrees_of_freedom", math.inf), shape)
        for place in np.ndindex(shape):
            point = [axis.labels[at] for axis, at in zip(leaf.axes, place, strict=True)]
            yield ", ".join([name, *point]), leaf, float(means[place]), float(freedoms[place])


def _effective(rows: Sequence[BudgetRow], whole: float) -> float:
    """Return the effective degrees of freedom, by the formula of Welch and Satterthwaite."""
    parts = sum((row.contribution / whole) ** 4 / row.degrees_of_freedom for row in rows) if whole else 0.0
    return 1.0 / parts if parts else math.inf


# --- correlations ------------------------------------------------------------------------------------------------


def _correlations(inputs: Sequence[Leaf | Correlated]) -> Array:
    """Return Pearson's coefficients of the inputs themselves; what is correlated are their normal scores."""
    sizes = [math.prod(leaf_of(each).value.shape) for each in inputs]
    starts = np.cumsum([0, *sizes])
    scores = np.eye(sum(sizes))
    pairs = [
        (each, start) for each, start in zip(inputs, starts.tolist(), strict=False) if isinstance(each, Correlated)
    ]
    for each, start in pairs:
        own = slice(start, start + math.prod(leaf_of(each).value.shape))
        scores[own, own] = _within(each) if each.axes else 1.0
    singles = [(each, start) for each, start in pairs if not each.axes]
    if singles:
        places = [start for _, start in singles]
        scores[np.ix_(places, places)] = score_correlations([each for each, _ in singles])
    if not pairs:
        return scores
    series = np.concatenate([_series(leaf_of(each).value) for each in inputs])
    matrix: Array = np.sum([np.outer(column, column) * scores**k for k, column in enumerate(series.T, start=1)], axis=0)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def _within(array: Correlated) -> Array:
    """Return the correlations of the normal scores of the elements of an array, which are sums of latent ones."""
    program = flatten([array.score])
    shapes = [unknown.distribution.shape for unknown in program.unknowns]
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    parts = np.split(np.eye(int(ends[-1])), ends[:-1])
    latent = [part.reshape(*shape, -1) for part, shape in zip(parts, shapes, strict=True)]
    weights = run(program, latent)[program.outputs[0]].reshape(-1, int(ends[-1]))
    return np.asarray(weights @ weights.T)


def _series(belief: Distribution) -> Array:
    """Return each number as a series of Hermite polynomials of its normal score, scaled to variance 1.

    The correlation of two numbers is then the sum over powers of that of their scores (Mehler's formula).
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    p = np.clip(Normal(0.0, 1.0).cdf(nodes), 2.0**-53, 1.0 - 2.0**-53)
    values = np.asarray(belief.ppf(np.multiply.outer(p, np.ones(belief.shape)))).reshape(NODES, -1)
    polynomials = np.array([np.polynomial.hermite_e.HermiteE.basis(k)(nodes) for k in range(1, TERMS + 1)])
    functions = polynomials / np.array([[math.sqrt(math.factorial(k))] for k in range(1, TERMS + 1)])
    series: Array = ((functions * (weights / weights.sum())) @ values).T
    size = np.linalg.norm(series, axis=1, keepdims=True)
    return np.asarray(np.divide(series, size, out=np.zeros_like(series), where=size > 0.0))
