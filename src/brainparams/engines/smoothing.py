"""Sobol points with one unknown integrated in closed form, which leaves nothing that jumps.

For every point of the others, the distribution function of the one unknown gives the probability that the result is at
most x. Its mean over the points is smooth in x and in the points, so far fewer points do than for counting how many
results lie below.

References
----------
L'Ecuyer, Puchhammer & Ben Abdellah (2022), Monte Carlo and quasi-Monte Carlo density estimation via conditioning.
doi:10.1287/ijoc.2021.1135
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import NoClosedForm
from ..estimate import Drawn
from ..graph import Leaf, Node
from .factoring import Product, factored, uses, variables
from .integration import smoothness_of
from .nodes import Setting, centre_and_spread
from .search import Outline, mixed_cdf, probabilities, quantiles

__all__ = ["Smoothable", "Smoothed", "smoothable", "smoothed"]

Array = np.ndarray[Any, np.dtype[np.float64]]
NEARBY = 1e-3  # of the scale: the step of the difference that gives the density
PRECISION = 1e-11  # of the scale
LEAST_SMOOTH = 1e-3


@dataclass(frozen=True)
class Smoothable:
    """A number in factored form, with the unknowns of which any one could be integrated in closed form."""

    expression: Product
    unknowns: tuple[Leaf, ...]


@dataclass(frozen=True)
class Smoothed:
    """The law of a number by Sobol points, with one unknown integrated in closed form; moments are by the draws."""

    drawn: Drawn
    expression: Product
    setting: Setting

    @property
    def draws(self) -> Array:
        """The draws, shape (replicates, n)."""
        return self.drawn.draws

    def quantile(self, p: float) -> float:
        """Return the quantile at which the mean distribution function is `p`."""
        found = self.setting.once(("quantile", p), lambda: quantiles(self.expression, self.setting, np.array([p])))
        return float(found[0, 0])

    def standard_error(self, p: float) -> float:
        """Return the standard error: that of the probability there, from the replicates, over the density.

        To which comes how far the search for the quantile went.
        """
        about: Outline = self.setting.outline
        x, step = self.quantile(p), NEARBY * float(about.scale[0, 0])
        near = x * np.exp([-step, step]) if about.logarithmic else x + np.array([-step, step])
        low, high = (mixed_cdf(self.expression, near[np.newaxis], self.setting)[0]).tolist()
        if high <= low:  # no density there: what the draws say
            return float(self.drawn.standard_error(p))
        slope = (high - low) / float(near[1] - near[0])
        searched = PRECISION * float(about.scale[0, 0]) * (abs(x) if about.logarithmic else 1.0)
        return math.hypot(float(self.cdf(x)[1]) / slope, searched)

    def cdf(self, x: float) -> tuple[float, float]:
        """Return the probability of `x` or less, and its standard error from the replicates."""
        each = probabilities(self.expression, np.full((1, 1), float(x)), self.setting)[:, 0, 0]
        shares = each.reshape(len(self.draws), -1).mean(axis=1)
        return float(np.clip(shares.mean(), 0.0, 1.0)), float(np.std(shares, ddof=1) / np.sqrt(len(shares)))

    def mean(self) -> Any:
        """Return the mean of all draws."""
        return self.drawn.mean()

    def sd(self) -> Any:
        """Return the standard deviation of all draws."""
        return self.drawn.sd()


def smoothable(node: Node) -> Smoothable | None:
    """Return a number in factored form, if one of its unknowns can be integrated in closed form."""
    try:
        expression = factored(node)
    except NoClosedForm:
        return None
    counts = uses(expression)
    each = {variable.leaf.uid: variable.leaf for variable in variables(expression)}
    free = [leaf for uid, leaf in each.items() if counts[uid] == 1 and _is_smooth(leaf)]
    return Smoothable(expression, tuple(free)) if free and not node.axes else None


def _is_smooth(leaf: Leaf) -> bool:
    return not leaf.value.shape and smoothness_of(leaf.value) > LEAST_SMOOTH


def smoothed(what: Smoothable, drawn: Drawn, inputs: Mapping[str, Array]) -> Smoothed | None:
    """Return the law with the unknown integrated that the result depends on most; None where that has no meaning.

    Parameters
    ----------
    what : Smoothable
        The number.
    drawn : Drawn
        Its draws, shape (replicates, n).
    inputs : mapping of str to ndarray, shape (replicates, n)
        The draws of each unknown, by uid.
    """
    about = _outline(drawn.draws)
    if about is None:
        return None
    ranked = sorted(what.unknowns, key=lambda leaf: -_worth(leaf, inputs[leaf.uid], drawn.draws))
    fixed = {uid: values.reshape(-1, 1, 1) for uid, values in inputs.items() if uid != ranked[0].uid}
    shares = np.full(drawn.draws.size, 1.0 / drawn.draws.size)
    setting = Setting(0.6, 10, fixed=fixed, shares=shares, outline=about, precision=PRECISION, at_points=True)
    law = Smoothed(drawn, what.expression, setting)
    try:
        return law if np.isfinite(law.quantile(0.5)) else None
    except NoClosedForm:
        return None


def _worth(leaf: Leaf, values: Array, result: Array) -> float:
    """Return how much of the result moves with an unknown, by the correlation of ranks, and how smooth that one is."""
    one, other = (np.argsort(np.argsort(each.ravel()[:1024])) for each in (values, result))
    return abs(float(np.corrcoef(one, other)[0, 1])) * smoothness_of(leaf.value)


def _outline(draws: Array) -> Outline | None:
    logarithmic = bool(np.all(draws > 0))
    points = np.log(draws) if logarithmic else draws
    centre, scale = centre_and_spread(points.reshape(1, -1), np.full((1, 1), 1.0 / points.size))
    if not np.all(np.isfinite(scale)) or not np.all(scale > 0):
        return None
    return Outline(logarithmic, centre, scale, points.min() - 2.0 * scale, points.max() + 2.0 * scale)
