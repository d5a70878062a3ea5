"""Sobol points with one unknown integrated in closed form, and discrete ones added up, which leaves nothing that jumps.

For every point of the others, the distribution function of the one unknown gives the probability that the result is at
most x. Its mean over the points is smooth in x and in the points, so far fewer points do than for counting how many
results lie below. Of a maximum or a minimum, one unknown on each side is integrated. Where something is left that
jumps, there is no such law: a jump can fall between the same points of all replicates, and their spread says nothing.

References
----------
L'Ecuyer, Puchhammer & Ben Abdellah (2022), Monte Carlo and quasi-Monte Carlo density estimation via conditioning.
doi:10.1287/ijoc.2021.1135
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..convolution.expression import Expression, Variable, smoothness_of
from ..convolution.factoring import factored
from ..convolution.pieces import Choice, Extreme, Quantile
from ..convolution.products import Product
from ..convolution.quadrature import Held, Quadrature, Rule
from ..convolution.search import Outline, Search, probabilities
from ..errors import NoClosedForm
from ..estimate import Drawn
from ..graph import Leaf, Node

__all__ = ["Smoothable", "Smoothed", "smoothable", "smoothed"]

Array = np.ndarray[Any, np.dtype[np.float64]]
PRECISION = 1e-8  # of the scale
COARSE = Rule(0.6, 10)  # the rule for what is not held at points
LEAST_SMOOTH = 1e-3
RARE = 0.05  # of a tail: what is known of it no better than that
NONE_SEEN = 1.0  # point: no event of that chance or more goes unseen more often than once in three times
FEW_POINTS = 30.0  # that a probability rests on: fewer say little of how far it may be off
FEW_ATOMS = 10  # a jump between more values is small
MOST_COMBINATIONS = 12


@dataclass(frozen=True, eq=False)
class Smoothable:
    """A number in factored form.

    Attributes
    ----------
    expression : Product
        The factored form.
    smooth : tuple of Leaf
        The unknowns that could be integrated in closed form.
    discrete : tuple of Leaf
        The unknowns that are added up.
    """

    expression: Product
    smooth: tuple[Leaf, ...]
    discrete: tuple[Leaf, ...]


@dataclass(frozen=True, eq=False)
class Smoothed:
    """The law of a number by Sobol points, with one unknown integrated in closed form; moments are by the draws.

    The fixed unknowns of its quadrature have one value per replicate, point, and combination of discrete ones.
    """

    drawn: Drawn
    expression: Product
    at: Quadrature
    search: Search

    @property
    def draws(self) -> Array:
        """The draws, shape (replicates, n)."""
        return self.drawn.draws

    def quantile(self, p: float) -> float:
        """Return the quantile at which the mean distribution function is `p`, looked for from that of the draws."""
        start = np.quantile(self.draws, np.array([[p]]))
        found = self.at.memory.once(
            ("quantile", p), lambda: self.search.quantiles(self.expression, self.at, np.array([p]), start)
        )
        return float(found[0, 0])

    def standard_error(self, p: float) -> float:
        """Return the standard error: that of the probability there, from the replicates, over the density.

        To which comes how far the search for the quantile went.
        """
        return float(self.at.memory.once(("error", p), lambda: self._standard_error(p)))

    def _standard_error(self, p: float) -> float:
        x, tail = self.quantile(p), min(p, 1.0 - p)
        low, high = self._beside(p)
        (here, before, after), about = self._below(np.array([x, low, high])), self.search.outline
        rise = float(after.mean() - before.mean())
        searched = PRECISION * float(about.scale[0, 0]) * (abs(x) if about.logarithmic else 1.0)
        if rise <= 0.0 or not low < high:  # no density there: what the draws say
            return math.hypot(float(self.drawn.standard_error(p)), x - float(self.drawn.quantile(p)), searched)
        error = math.hypot(self._error(here), self._jumps(after - before))
        found = math.hypot(error * (high - low) / rise, searched)
        if error < RARE * tail:
            return found
        away = min(error, 0.75 * tail)  # among few points one value is dense and the next is not
        return max(found, 0.5 * (self.quantile(p + away) - self.quantile(p - away)))

    def cdf(self, x: float) -> tuple[float, float]:
        """Return the probability of `x` or less, and its standard error from the replicates."""
        (each,) = self._below(np.array([float(x)]))
        p = float(np.clip(each.mean(), 0.0, 1.0))
        before, after = self._below(np.array(self._beside(p)))
        return p, math.hypot(self._error(each), self._jumps(after - before))

    def _beside(self, p: float) -> tuple[float, float]:
        """Return the quantiles of the draws as far on both sides as one point of each replicate counts."""
        away = min(1.0 / self.draws.shape[1], 0.5 * min(p, 1.0 - p))
        return float(self.drawn.quantile(p - away)), float(self.drawn.quantile(p + away))

    def _jumps(self, rises: Array) -> float:
        """Return the error that the replicates do not show where the law rises at a few points, all the way at once.

        A jump falls between the same points of all replicates, each of which is off by up to half a point then. What
        rises over k points instead is off by that times about k^-1.5.
        """
        height = float(np.sum(rises * rises) / np.sum(rises)) if np.any(rises > 0.0) else 0.0
        return float(min(height, 1.0) ** 1.5 * 0.5 / math.sqrt(rises.size * rises.shape[1]))

    def _below(self, x: Array) -> Array:
        """Return the probability of each value or less at each point, shape (values, replicates, n)."""
        found = probabilities(self.expression, x[np.newaxis], self.at)[:, 0, :].T
        whole = found * self.at.held.shares * self.draws.size
        combinations = whole.shape[1] // self.draws.size
        return np.asarray(whole.reshape(len(x), *self.draws.shape, combinations).sum(axis=-1))

    def _error(self, each: Array) -> float:
        """Return the standard error of a probability from the replicates, and from how few points it rests on.

        A tail that lies at a few points differs from one replicate to the next by whether there is one: most sets of
        replicates have too few of them, and too small a spread. Where it rests on many, the replicates say it all.
        """
        spread = float(np.std(each.mean(axis=1), ddof=1) / math.sqrt(len(each)))
        tail = each if each.mean() < 0.5 else 1.0 - each
        total, squares = float(tail.sum()), float(np.sum(tail * tail))
        count = max(total * total / squares, 1.0) if squares > 0.0 else 1.0  # none was seen: one may lie between them
        few = min(1.0, FEW_POINTS / count)
        # what lies beyond all points of the others, beside a tail of the integrated one that every point shows
        unseen = min(1.0, FEW_POINTS / max(total, 1.0)) ** 2 * NONE_SEEN / each.size
        return math.hypot(spread, few * float(tail.mean()) / math.sqrt(count), unseen)

    def mean(self) -> Any:
        """Return the mean of all draws."""
        return self.drawn.mean()

    def sd(self) -> Any:
        """Return the standard deviation of all draws."""
        return self.drawn.sd()

    def moment_errors(self) -> tuple[Any, Any]:
        """Return the standard errors of both from the replicates."""
        return self.drawn.moment_errors()


def smoothable(node: Node) -> Smoothable | None:
    """Return a number in factored form, if unknowns can be integrated in closed form and nothing is left that jumps."""
    try:
        expression = factored(node)
    except NoClosedForm:
        return None
    counts = expression.uses()
    leaves = {variable.leaf.uid: variable.leaf for variable in expression.variables()}
    discrete = _added_up(list(leaves.values()))
    held = [leaf for uid, leaf in leaves.items() if leaf not in discrete]
    smooth = [leaf for leaf in held if counts[leaf.uid] == 1 and _is_smooth(leaf)]
    if node.axes or _has_steps(expression) or not all(_is_smooth(leaf) or _has_many_atoms(leaf) for leaf in held):
        return None
    what = Smoothable(expression, tuple(smooth), tuple(discrete))
    return what if _integrated(expression, {leaf.uid: 1.0 for leaf in smooth}) else None


def _is_smooth(leaf: Leaf) -> bool:
    return not leaf.value.shape and smoothness_of(leaf.value) > LEAST_SMOOTH


def _has_many_atoms(leaf: Leaf) -> bool:
    return leaf.value.atoms is not None and len(leaf.value.atoms[0]) > FEW_ATOMS


def _has_steps(expression: Expression) -> bool:
    """Return whether an input that is correlated with others has few values."""
    if isinstance(expression, Quantile) and smoothness_of(expression.belief) <= LEAST_SMOOTH:
        return True
    return any(_has_steps(part) for part in expression.children)


def _added_up(leaves: Sequence[Leaf]) -> list[Leaf]:
    """Return the discrete unknowns whose values are all gone through, those with the fewest first."""
    chosen, combinations = [], 1
    for leaf in sorted((leaf for leaf in leaves if leaf.value.atoms is not None), key=_number_of_atoms):
        combinations *= _number_of_atoms(leaf)
        if combinations <= MOST_COMBINATIONS:
            chosen.append(leaf)
    return chosen


def _number_of_atoms(leaf: Leaf) -> int:
    return len(leaf.value.atoms[0])


def _integrated(expression: Expression, worth: Mapping[str, float]) -> dict[str, float]:
    """Return the unknowns to integrate, with their worth; none where something would jump.

    All sides of a maximum, a minimum or a choice need one; of a sum or a product one part does, the worthiest.
    """
    if isinstance(expression, Variable):
        uid = expression.leaf.uid
        return {uid: worth[uid]} if uid in worth else {}
    if isinstance(expression, Extreme | Choice):
        sides = expression.arguments if isinstance(expression, Extreme) else expression.options
        found = [_integrated(side, worth) for side in sides if side.factors]
        return {uid: value for each in found for uid, value in each.items()} if all(found) else {}
    return max(
        (_integrated(part, worth) for part in expression.children), key=lambda each: sum(each.values()), default={}
    )


def smoothed(what: Smoothable, drawn: Drawn, inputs: Mapping[str, Array]) -> Smoothed | None:
    """Return the law with the unknowns integrated that the result depends on most; None where that has no meaning.

    Parameters
    ----------
    what : Smoothable
        The number.
    drawn : Drawn
        Its draws, shape (replicates, n).
    inputs : mapping of str to ndarray, shape (replicates, n, ...)
        The draws of each unknown, by uid.
    """
    about = _outline(drawn.draws)
    if about is None:
        return None
    inputs = {each.leaf.uid: _inputs_of(each, inputs) for each in what.expression.variables()}
    worth = {leaf.uid: _worth(leaf, inputs[leaf.uid], drawn.draws) for leaf in what.smooth}
    integrated = _integrated(what.expression, worth)
    places, chances = _combinations(what.discrete)
    fixed = {uid: np.repeat(values.ravel(), len(chances)) for uid, values in inputs.items() if uid not in integrated}
    for leaf, own in zip(what.discrete, places, strict=True):
        fixed[leaf.uid] = np.tile(leaf.value.atoms[0][own], drawn.draws.size)
    shares = np.tile(chances, drawn.draws.size) / drawn.draws.size
    held = Held({uid: values.reshape(-1, 1, 1) for uid, values in fixed.items()}, shares, at_points=True)
    law = Smoothed(drawn, what.expression, Quadrature(COARSE, held), Search(about, PRECISION))
    try:
        return law if np.isfinite(law.quantile(0.5)) else None
    except NoClosedForm:
        return None


def _inputs_of(variable: Variable, inputs: Mapping[str, Array]) -> Array:
    """Return the draws of an unknown, which may be one row of an array."""
    if variable.row is None:
        return inputs[variable.leaf.uid]
    return inputs[variable.leaf.uid.removesuffix(f"[{variable.row}]")][..., variable.row]


def _combinations(discrete: Sequence[Leaf]) -> tuple[list[Any], Array]:
    """Return at which of their values some discrete unknowns are in each combination, and its probability."""
    grids = np.meshgrid(*[np.arange(_number_of_atoms(leaf)) for leaf in discrete], indexing="ij")
    places = [grid.ravel() for grid in grids]
    chances = [leaf.value.atoms[1][own] for leaf, own in zip(discrete, places, strict=True)]
    return places, np.prod(chances, axis=0) if chances else np.ones(1)


def _worth(leaf: Leaf, values: Array, result: Array) -> float:
    """Return how much of the result moves with an unknown, by the correlation of ranks, and how smooth that one is."""
    one, other = (np.argsort(np.argsort(each.ravel()[:1024])) for each in (values, result))
    return abs(float(np.corrcoef(one, other)[0, 1])) * smoothness_of(leaf.value)


def _outline(draws: Array) -> Outline | None:
    """Return where the draws lie; their standard deviation would say little where an inverse has poles."""
    logarithmic = bool(np.all(draws > 0))
    points = np.log(draws) if logarithmic else draws
    low, centre, high = np.quantile(points, [0.16, 0.5, 0.84]).reshape(3, 1, 1)
    scale: Array = 0.5 * (high - low) if high > low else np.full((1, 1), np.std(points))
    if not np.isfinite(scale) or not scale > 0:
        return None
    return Outline(logarithmic, centre, scale, points.min() - 2.0 * scale, points.max() + 2.0 * scale)
