"""The law of a number on a fine and a coarse grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..errors import NoClosedForm
from .grids import Array, Part
from .products import Product

__all__ = ["Gridded", "gridded"]

CELLS = 2**15
SETTLED = 3e-5
ASKED = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99)
HALVINGS = 80


@dataclass(frozen=True)
class Gridded:
    """The law of a number on a fine and a coarse grid; a pickle holds the expression, from which it is made again."""

    expression: Product
    fine: Part
    coarse: Part
    found: dict[Any, float] = field(default_factory=dict, repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return gridded, (self.expression,)

    def quantile(self, p: float) -> float:
        """Return the quantile on the fine grid."""
        return self._once(("fine", p), lambda: _quantile(self.fine, p))

    def standard_error(self, p: float) -> float:
        """Return the change from the coarse grid: a bound in practice on the numerical error, nothing random."""
        return abs(self.quantile(p) - self._once(("coarse", p), lambda: _quantile(self.coarse, p)))

    def cdf(self, x: float) -> tuple[float, float]:
        """Return the probability of `x` or less, and its change from the coarse grid."""
        fine, coarse = (float(part.cdf(np.array([float(x)]))[0]) for part in (self.fine, self.coarse))
        return fine, abs(fine - coarse)

    def mean(self) -> float:
        """Return the expected value of what lies on the grid."""
        middles, masses = self._cells()
        return float(np.sum(middles * masses))

    def sd(self) -> float:
        """Return the standard deviation of what lies on the grid."""
        middles, masses = self._cells()
        return float(np.sqrt(np.sum((middles - self.mean()) ** 2 * masses)))

    def _cells(self) -> tuple[Array, Array]:
        space = np.geomspace if self.fine.low > 0 else np.linspace
        edges = space(self.fine.low, self.fine.high, CELLS)
        masses = np.diff(self.fine.cdf(edges))
        return 0.5 * (edges[1:] + edges[:-1]), masses / masses.sum()

    def _once(self, what: Any, make: Callable[[], float]) -> float:
        if what not in self.found:
            self.found[what] = make()
        return self.found[what]


def gridded(expression: Product) -> Gridded:
    """Return the law of a number in which each unknown is used once.

    Raises
    ------
    NoClosedForm
        With the reason, where an unknown is used twice, a factor can be negative, or two grids disagree.
    """
    if max(expression.uses().values(), default=0) > 1:
        raise NoClosedForm("an input is used more than once, and shapes have kinks")
    with np.errstate(all="ignore"):  # what leaves the range of floats is refused below
        law = Gridded(expression, expression.on_grid(CELLS), expression.on_grid(CELLS // 2))
        size = max(abs(law.quantile(p)) for p in ASKED)
        change = max(law.standard_error(p) / max(abs(law.quantile(p)), 1e-6 * size) for p in ASKED)
    if not change <= SETTLED:
        raise NoClosedForm(f"the convolution did not settle: a finer grid moved a quantile by {change:.1g}")
    return law


def _quantile(part: Part, p: float) -> float:
    """Return where the distribution function reaches `p`, by halving: it may have steps."""
    there, back = (np.log, np.exp) if part.low > 0 else (float, float)
    low, high = there(part.low), there(part.high)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if part.cdf(np.array([back(middle)]))[0] < p:
            low = middle
        else:
            high = middle
    return float(back(high))
