"""The uncertainty budget of first order: what each input adds, and the effective degrees of freedom.

References
----------
JCGM 100:2008, clauses 5.1.2 and G.4. doi:10.59161/JCGM100-2008E
Satterthwaite (1946), An approximate distribution of estimates of variance components. doi:10.2307/3002019
Welch (1947), The generalization of "Student's" problem. doi:10.1093/biomet/34.1-2.28
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..engines import linear
from ..errors import RangeError
from ..graph import Correlated, Node, flatten, roots
from ..graph.substitution import check_scalar
from ..render.tables import Table, rounded

__all__ = ["BudgetRow", "UncertaintyBudget", "uncertainty_budget"]


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One input: its mean and standard uncertainty in `unit`, its sensitivity, and what it adds to the result.

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
        The effective ones, by the formula of Welch and Satterthwaite.

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

    def _caption(self) -> str:
        unit = "" if self.unit == "1" else f" {self.unit}"
        freedom = "" if math.isinf(self.degrees_of_freedom) else f", {self.degrees_of_freedom:.3g} degrees of freedom"
        return (
            f"{rounded(self.value)}{unit}, combined standard uncertainty {rounded(self.uncertainty)}{unit}{freedom} "
            f"(first order, JCGM 100)"
        )

    def _head(self) -> Sequence[str]:
        return (
            "input",
            "mean",
            "uncertainty",
            "degrees of freedom",
            "sensitivity",
            f"contribution [{self.unit}]",
            "share",
        )

    def _cells(self, row: BudgetRow) -> Sequence[str]:
        unit = "" if row.unit == "1" else f" {row.unit}"
        freedom = "∞" if math.isinf(row.degrees_of_freedom) else f"{row.degrees_of_freedom:.3g}"
        share = 100.0 * (row.contribution / self.uncertainty) ** 2 if self.uncertainty else 0.0
        return (
            row.name, f"{rounded(row.mean)}{unit}", f"{rounded(row.uncertainty)}{unit}", freedom,
            rounded(row.sensitivity), rounded(row.contribution), f"{share:.0f} %",
        )  # fmt: skip


def uncertainty_budget(node: Node, labels: dict[str, str]) -> UncertaintyBudget:
    """Return the uncertainty budget of a scalar.

    Raises
    ------
    RangeError
        If inputs are correlated, or there is no first order.
    ShapeError
        For an array, of the result or of an input.
    """
    check_scalar(node, "uncertainty_budget()")
    inputs = roots([node])
    if any(isinstance(each, Correlated) for each in inputs):
        raise RangeError(
            "uncertainty_budget(): inputs are correlated, and their contributions do not add up; use drivers()"
        )
    for each in inputs:
        check_scalar(each, "uncertainty_budget(): an input")
    value, jacobian, sds = linear.first_order(node)
    by_uid = {each.uid: each for each in inputs if not isinstance(each, Correlated)}
    rows = []
    for unknown, slope, sd in zip(flatten([node]).unknowns, np.ravel(jacobian), np.ravel(sds), strict=True):
        leaf, freedom = by_uid[unknown.uid], float(getattr(unknown.distribution, "degrees_of_freedom", math.inf))
        name = labels.get(leaf.uid) or leaf.written
        mean = float(unknown.distribution.mean)
        rows.append(BudgetRow(name, leaf.unit.text, mean, float(sd), freedom, float(slope), leaf.uid))
    rows.sort(key=lambda row: (-row.contribution, row.name))
    whole = math.hypot(*(row.contribution for row in rows))
    shares = sum((row.contribution / whole) ** 4 / row.degrees_of_freedom for row in rows) if whole else 0.0
    freedom = 1.0 / shares if shares else math.inf
    return UncertaintyBudget(tuple(rows), node.unit.text, float(value), whole, freedom)
