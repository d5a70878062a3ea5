"""Distribution arithmetic without sampling, for graphs in which each unknown is used once after factoring.

The distribution function is an integral over nodes. An unknown that is used several times is held fixed at its nodes,
and the results are added up. The rule is refined until the quantiles settle, and the last change is the error bar.
There is no seed: the digits are the digits. Of arrays with many rows, a sample of rows decides how fine the rule is.

Arrays have shape (conditions, rows, points): fixed unknowns, elements of an array quantity, points of evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import NoClosedForm
from ..estimate import Exactly, Law
from ..graph import Leaf, Node
from .factoring import Product, factored, rows_of, uses, variables
from .integration import cdf
from .nodes import REACH, Budget, Setting, nodes_of, nodes_of_leaf

__all__ = ["Convolved", "law"]

Array = np.ndarray[Any, np.dtype[np.float64]]
Rule = tuple[float, int]
"""How fine: the spacing of nodes, and the size of condensed rules."""

RULES: tuple[Rule, ...] = ((0.6, 10), (0.45, 14), (0.3, 20), (0.18, 32), (0.1, 56), (0.05, 112))
ROUGH: tuple[Rule, ...] = ((1.2, 4), (0.8, 7))
SETTLED = 2e-7
GOOD_ENOUGH = 3e-5
SLOWEST = 0.2  # a refinement that gains less than this factor is not converging exponentially
MOST_FIXED = 3
FINER = {1: 0.4, 2: 0.8, 3: 2.0}  # spacing of the nodes of shared unknowns, by how many there are
MOST_POINTS = 4_000_000  # a fraction of a second
# where the quantiles have to settle: close enough together that they do not all settle by accident
STANDARD = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99)
NEGLIGIBLE = 1e-12
MOST_WIDENINGS = 4
ALMOST = 1e-9  # of the scale: at an end of the bracket
PRECISE = 1e-11  # of the scale: what the search for a quantile stops at
MANY_ROWS, SAMPLE, BLOCK = 500, 64, 1024  # rows


@dataclass(frozen=True)
class Convolved:
    """The law of a result by convolution, at a fine and a coarser rule."""

    expression: Product
    fine: Setting
    coarse: Setting
    is_array: bool

    def quantile(self, p: float) -> Any:
        """Return the quantile at the fine rule."""
        return self._shown(self._at(p, self.fine))

    def standard_error(self, p: float) -> Any:
        """Return the change from the coarser rule: a bound in practice on the numerical error, nothing random."""
        return self._shown(np.abs(self._at(p, self.fine) - self._at(p, self.coarse)))

    def _at(self, p: float, setting: Setting) -> Array:
        if p in STANDARD and "standard" in setting.found:
            return _standard(self.expression, setting)[:, [STANDARD.index(p)]]
        wanted = np.array([p])
        found: Array = setting.once(("quantile", p), lambda: _quantiles(self.expression, setting, wanted))
        return found

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return the probability of `x` or less, and its change from the coarser rule."""
        point = np.full((1, 1), float(x))
        fine, coarse = (_mixed_cdf(self.expression, point, setting) for setting in (self.fine, self.coarse))
        return self._shown(np.clip(fine, 0.0, 1.0)), self._shown(np.abs(fine - coarse))

    def mean(self) -> Any:
        """Return the expected value, from the nodes of the result."""
        values, weights = self._measure()
        return self._shown(np.sum(values * weights, axis=(0, 2))[:, np.newaxis])

    def sd(self) -> Any:
        """Return the standard deviation, from the nodes of the result."""
        values, weights = self._measure()
        mean = np.sum(values * weights, axis=(0, 2)).reshape(1, -1, 1)
        return self._shown(np.sqrt(np.sum((values - mean) ** 2 * weights, axis=(0, 2)))[:, np.newaxis])

    def _measure(self) -> tuple[Array, Array]:
        values, weights = nodes_of(self.expression, self.fine)
        return values, np.broadcast_to(weights, values.shape) * self.fine.shares.reshape(-1, 1, 1)

    def _shown(self, values: Array) -> Any:
        return values[:, 0] if self.is_array else float(values[0, 0])


@dataclass(frozen=True)
class InBlocks:
    """The law of many rows by convolution, a block of rows at a time, at the rules that a sample of them settled at."""

    expression: Product
    rows: int
    rules: tuple[Rule, Rule]
    precision: float
    found: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def quantile(self, p: float) -> Any:
        """Return the quantile of each row."""
        return self._each(("quantile", p), lambda block: block.quantile(p))

    def standard_error(self, p: float) -> Any:
        """Return the change from the coarser rule for each row."""
        return self._each(("error", p), lambda block: block.standard_error(p))

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return the probability of `x` or less for each row, and its change from the coarser rule."""
        both = self._each(("cdf", x), lambda block: np.stack(block.cdf(x), axis=-1))
        return both[:, 0], both[:, 1]

    def mean(self) -> Any:
        """Return the expected value of each row."""
        return self._each("mean", lambda block: block.mean())

    def sd(self) -> Any:
        """Return the standard deviation of each row."""
        return self._each("sd", lambda block: block.sd())

    def _each(self, what: Any, ask: Callable[[Convolved], Any]) -> Any:
        if what not in self.found:
            self.found[what] = np.concatenate([ask(block) for block in self._blocks])
        return self.found[what]

    @cached_property
    def _blocks(self) -> list[Convolved]:
        return [self._block(slice(start, start + BLOCK)) for start in range(0, self.rows, BLOCK)]

    def _block(self, rows: slice) -> Convolved:
        expression = rows_of(self.expression, rows)
        shared = _shared(expression)
        first = _first_setting(expression, shared, ROUGH[0], Budget(), self.precision)
        fine, coarse = (_setting(shared, rule, first) for rule in self.rules)
        return Convolved(expression, fine, coarse, is_array=True)


def law(node: Node, digits: int = 3) -> Law:
    """Return the law of a quantity by convolution.

    Parameters
    ----------
    node : Node
        The quantity.
    digits : int
        Of an array with more than 500 rows, the quantiles of a sample of rows settle to a tenth of a unit of the last
        of so many digits; all others settle to 2e-7.

    Raises
    ------
    NoClosedForm
        With the reason, if the graph does not have the shape, or the rule does not settle.
    """
    if len(node.axes) > 1:
        raise NoClosedForm("convolution takes arrays along one axis")
    expression = factored(node)
    if not expression.factors:
        return Exactly(_constant(expression.coefficient, node))
    rows = len(node.axes[0].labels) if node.axes else 1
    if rows <= MANY_ROWS:
        return _settled(expression, rows, RULES, SETTLED, is_array=bool(node.axes))
    tolerance = max(SETTLED, 10.0 ** -(digits + 1))
    sample = np.linspace(0, rows - 1, SAMPLE).astype(int)
    tried = _settled(rows_of(expression, sample), SAMPLE, (*ROUGH, *RULES), tolerance, is_array=True)
    return InBlocks(expression, rows, (tried.fine.rule, tried.coarse.rule), tried.fine.precision)


def _settled(expression: Product, rows: int, rules: Sequence[Rule], tolerance: float, *, is_array: bool) -> Convolved:
    """Refine the rule until the quantiles settle."""
    shared = _shared(expression)
    budget = Budget(MOST_POINTS * rows)
    previous = _first_setting(expression, shared, rules[0], budget, PRECISE * tolerance / SETTLED)
    before, last = _standard(expression, previous), np.inf
    for level, rule in enumerate(rules[1:], start=1):
        current = _setting(shared, rule, replace(previous, start=before))
        after = _standard(expression, current)
        change = _change(before, after)
        stalled = rule == rules[-1] or (level > 2 and change > SLOWEST * last)
        if change <= tolerance or (stalled and change <= GOOD_ENOUGH):
            budget.left = np.inf  # it settles: other quantiles may be asked for freely
            return Convolved(expression, current, previous, is_array)
        if stalled:
            break  # a kink or a step: refining on will not settle it in time
        previous, before, last = current, after, change
    raise NoClosedForm(f"the convolution did not settle: the last refinement moved a quantile by {change:.1g}")


def _constant(coefficient: Any, node: Node) -> Any:
    """Return a number, or one for each element: where everything cancels, one number stands for all of them."""
    shape = tuple(len(axis.labels) for axis in node.axes)
    return np.broadcast_to(coefficient, shape).copy() if shape else float(coefficient)


def _change(before: Array, after: Array) -> float:
    """Return the largest relative change; a quantile near zero is held against the largest of its row."""
    size = np.maximum(np.abs(after), 1e-6 * np.abs(after).max(axis=-1, keepdims=True))
    with np.errstate(invalid="ignore"):
        return float(np.max(np.where(after == before, 0.0, np.abs(after - before) / size)))


# --- rules -------------------------------------------------------------------------------------------------------


def _shared(expression: Product) -> dict[str, Leaf]:
    """Return the unknowns that are used more than once, by uid."""
    counts = uses(expression)
    shared = {each.leaf.uid: each.leaf for each in variables(expression) if counts[each.leaf.uid] > 1}
    if len(shared) > MOST_FIXED:
        raise NoClosedForm(f"{len(shared)} inputs are used more than once after factoring; at most {MOST_FIXED} can be")
    return shared


def _first_setting(
    expression: Product, shared: Mapping[str, Leaf], rule: Rule, budget: Budget, precision: float
) -> Setting:
    """Return the coarsest rule with the outline of the result."""
    first = _setting(shared, rule, Setting(*rule, budget=budget, precision=precision))
    outline = _outline(expression, first)
    _mixed_cdf(expression, np.exp(outline.centre) if outline.logarithmic else outline.centre, first)
    return replace(first, outline=outline)  # with the nodes and the widest parts that were found on the way


def _setting(shared: Mapping[str, Leaf], rule: Rule, coarser: Setting) -> Setting:
    """Return a rule with the shared unknowns held at all combinations of their nodes, and the weights of those."""
    spacing, size = rule
    setting = replace(coarser, spacing=spacing, size=size, found={})
    if not shared:
        return setting
    rules = {uid: nodes_of_leaf(leaf, spacing * FINER[len(shared)]) for uid, leaf in shared.items()}
    grids = np.meshgrid(*[np.arange(len(weights)) for _, weights in rules.values()], indexing="ij")
    places = dict(zip(rules, (grid.ravel() for grid in grids), strict=True))
    joint = np.prod([weights[places[uid]] for uid, (_, weights) in rules.items()], axis=0)
    keep = joint > NEGLIGIBLE * 1e-3
    fixed = {uid: values[0][:, places[uid][keep]].T[:, :, np.newaxis] for uid, (values, _) in rules.items()}
    return replace(setting, fixed=fixed, shares=joint[keep] / joint[keep].sum())


def _standard(expression: Product, setting: Setting) -> Array:
    wanted = np.array(STANDARD)
    found: Array = setting.once("standard", lambda: _quantiles(expression, setting, wanted))
    return found


# --- quantiles ---------------------------------------------------------------------------------------------------


def _mixed_cdf(expression: Product, x: Array, setting: Setting) -> Array:
    """Return P(expression ≤ x) with the shared unknowns averaged out, for x of shape (rows, points)."""
    shares = setting.shares
    found = cdf(expression, np.broadcast_to(x, (len(shares), *x.shape)), setting)
    return np.tensordot(shares, np.broadcast_to(found, (len(shares), *found.shape[1:])), axes=1)


@dataclass(frozen=True)
class Outline:
    """Where a result lies, roughly: what a search for its quantiles starts from, each of shape (rows, 1)."""

    logarithmic: bool
    centre: Array
    scale: Array
    low: Array
    high: Array


def _outline(expression: Product, setting: Setting) -> Outline:
    values, its = nodes_of(expression, setting)
    its = np.broadcast_to(its, values.shape) * setting.shares.reshape(-1, 1, 1)
    logarithmic = bool(np.all(values > 0))
    points = np.log(values) if logarithmic else values
    centre = np.sum(points * its, axis=(0, 2))[:, np.newaxis]
    scale = np.sqrt(np.sum((points - centre.reshape(1, -1, 1)) ** 2 * its, axis=(0, 2)))[:, np.newaxis]
    low, high = (function(points, axis=(0, 2))[:, np.newaxis] for function in (np.min, np.max))
    return Outline(logarithmic, centre, scale, low - 2.0 * scale, high + 2.0 * scale)


def _quantiles(expression: Product, setting: Setting, p: Array) -> Array:
    """Return the quantiles, shape (rows, points), by the secant rule on normal scores inside a bracket.

    The logarithm of a positive result against its normal score is nearly a straight line, so few steps do; where it is
    not, the bracket is halved.
    """
    from scipy.special import ndtri

    about: Outline = setting.outline
    wanted = np.clip(np.broadcast_to(ndtri(p), (about.centre.shape[0], len(p))), -REACH, REACH)

    def excess(u: Array) -> Array:
        x = np.exp(u) if about.logarithmic else u
        # the weights add up to 1 but for rounding
        probability = np.clip(_mixed_cdf(expression, x, setting), 0.0, 1.0)
        return np.clip(ndtri(probability), -9.0, 9.0) - wanted

    low, high = (np.broadcast_to(end, wanted.shape) for end in (about.low, about.high))
    guess = about.centre + about.scale * wanted
    if setting.start is not None and setting.start.shape == guess.shape:
        guess = np.log(setting.start) if about.logarithmic else setting.start
    guess = np.clip(guess, low, high)
    found = _solved(excess, (low, high), guess, about.scale, setting.precision)
    for widening in range(1, MOST_WIDENINGS + 1):  # an even power comes nearer to zero than any of its nodes
        below, above = found - low < ALMOST * about.scale, high - found < ALMOST * about.scale
        if not np.any(below | above):
            break
        low = np.where(below, low - 4.0**widening * about.scale, low)
        high = np.where(above, high + 4.0**widening * about.scale, high)
        found = _solved(excess, (low, high), found, about.scale, setting.precision)
    return np.exp(found) if about.logarithmic else found


def _solved(
    excess: Callable[[Array], Array], bracket: tuple[Array, Array], guess: Array, scale: Array, precision: float
) -> Array:
    """Return where a rising function crosses zero, elementwise."""
    (low, high), old, old_excess = bracket, guess, excess(guess)
    new = np.clip(guess - scale * np.clip(old_excess, -2.0, 2.0), low, high)
    for step in range(80):
        value = excess(new)
        low, high = np.where(value <= 0, np.maximum(low, new), low), np.where(value >= 0, np.minimum(high, new), high)
        with np.errstate(divide="ignore", invalid="ignore"):
            straight = new - value * (new - old) / (value - old_excess)
        inside = (straight >= low) & (straight <= high) & (step % 4 != 3)
        following = np.where(inside, straight, 0.5 * (low + high))
        following = np.where(np.abs(value) < precision, new, following)
        old, old_excess, new = new, value, following
        if np.all(np.abs(new - old) <= precision * scale) or np.all(high - low <= precision * scale):
            break
    return new
