"""Laws of arrays along several axes from those of their cells along one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import NoClosedForm
from ..estimate import Exactly, Law
from ..graph import Node, in_cells

__all__ = ["by_cells"]

MOST_CELLS = 200_000


@dataclass(frozen=True)
class Shaped:
    """The law of cells along one axis, told along several."""

    law: Law
    shape: tuple[int, ...]

    def quantile(self, p: float) -> Any:
        """Return the quantile of each cell."""
        return self._shaped(self.law.quantile(p))

    def standard_error(self, p: float) -> Any:
        """Return the standard error of each quantile."""
        return self._shaped(self.law.standard_error(p))

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return the probability of each cell at or below, and its error."""
        below, error = self.law.cdf(x)
        return self._shaped(below), self._shaped(error)

    def mean(self) -> Any:
        """Return the mean of each cell."""
        return self._shaped(self.law.mean())

    def sd(self) -> Any:
        """Return the standard deviation of each cell."""
        return self._shaped(self.law.sd())

    def moment_errors(self) -> tuple[Any, Any]:
        """Return the errors of means and standard deviations."""
        mean, sd = self.law.moment_errors()
        return self._shaped(mean), self._shaped(sd)

    def _shaped(self, values: Any) -> Any:
        return np.reshape(values, self.shape) if np.ndim(values) else values


def by_cells(law_of: Callable[[Node], Law], node: Node) -> Law:
    """Return the law of a node; of an array along several axes by its cells, where these have laws of their own.

    Raises
    ------
    NoClosedForm
        With the reason why there is none.
    """
    try:
        return law_of(node)
    except NoClosedForm:
        flat = in_cells(node) if len(node.axes) > 1 and math.prod(node.shape) <= MOST_CELLS else None
        if flat is None:
            raise
    law = law_of(flat)
    return law if isinstance(law, Exactly) else Shaped(law, node.shape)
