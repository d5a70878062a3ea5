"""Distribution arithmetic without sampling, for graphs in which each unknown is used once after factoring.

The distribution function of a product or a sum of independent parts is an integral over all parts but one. The widest
part keeps its own distribution function; the others become nodes and weights:

``P(A B ≤ x) = Σⱼ wⱼ F_A(x / bⱼ)``,  ``P(A + B ≤ x) = Σⱼ wⱼ F_A(x − bⱼ)``

An unknown that is used several
times is held fixed at its nodes, and the results are added up. The rule is refined until the quantiles settle, and the
last change is the error bar. There is no seed: the digits are the digits.

Arrays have shape (conditions, rows, points): fixed unknowns, elements of an array quantity, points of evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from ..distributions import Distribution
from ..errors import NoClosedForm
from ..estimate import Exactly, Law
from ..graph import Leaf, Node
from .factoring import (
    Choice,
    Expression,
    Extreme,
    Function,
    Product,
    Quantile,
    Sum,
    Variable,
    factored,
    uses,
    variables,
)
from .nodes import (
    REACH,
    Budget,
    Setting,
    chances,
    condensed,
    joined,
    nodes_of,
    nodes_of_belief,
    nodes_of_leaf,
    positive,
    raised,
    raw_nodes_of,
)
from .spectrum import Spectrum, spectrum

__all__ = ["Convolved", "law"]

Array = np.ndarray[Any, np.dtype[np.float64]]
# spacing of nodes, and size of condensed rules
LEVELS = ((0.6, 10), (0.45, 14), (0.3, 20), (0.18, 32), (0.1, 56), (0.05, 112))
SETTLED = 2e-7
GOOD_ENOUGH = 3e-5
SLOWEST = 0.2  # a refinement that gains less than this factor is not converging exponentially
MOST_FIXED = 3
MANY = 4  # factors from which on their spectrum is quicker than their nodes
FINER = {1: 0.4, 2: 0.8, 3: 2.0}  # spacing of the nodes of shared unknowns, by how many there are
MOST_POINTS = 4_000_000  # a fraction of a second
STEP, KINK = 1e-6, 0.1
# where the quantiles have to settle: close enough together that they do not all settle by accident
STANDARD = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99)
NEGLIGIBLE = 1e-12
MOST_WIDENINGS = 4
ALMOST = 1e-9  # of the scale: at an end of the bracket


@dataclass(frozen=True)
class Convolved:
    """The law of a result by convolution, at a fine and a coarser rule."""

    expression: Product
    fine: Setting
    coarse: Setting
    weights: Array
    coarse_weights: Array
    is_array: bool

    def quantile(self, p: float) -> Any:
        """Return the quantile at the fine rule."""
        return self._shown(self._at(p, self.fine, self.weights))

    def standard_error(self, p: float) -> Any:
        """Return the change from the coarser rule: a bound in practice on the numerical error, nothing random."""
        fine, coarse = self._at(p, self.fine, self.weights), self._at(p, self.coarse, self.coarse_weights)
        return self._shown(np.abs(fine - coarse))

    def _at(self, p: float, setting: Setting, weights: Array) -> Array:
        if p in STANDARD:
            return _standard(self.expression, setting, weights)[:, [STANDARD.index(p)]]
        wanted = np.array([p])
        found: Array = setting.once(("quantile", p), lambda: _quantiles(self.expression, setting, weights, wanted))
        return found

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return the probability of `x` or less, and its change from the coarser rule."""
        point = np.full((1, 1), float(x))
        fine = _mixed_cdf(self.expression, point, self.fine, self.weights)
        coarse = _mixed_cdf(self.expression, point, self.coarse, self.coarse_weights)
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
        return values, np.broadcast_to(weights, values.shape) * self.weights.reshape(-1, 1, 1)

    def _shown(self, values: Array) -> Any:
        return values[:, 0] if self.is_array else float(values[0, 0])


def law(node: Node) -> Law:
    """Return the law of a quantity by convolution.

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
    counts = uses(expression)
    shared = {each.leaf.uid: each.leaf for each in variables(expression) if counts[each.leaf.uid] > 1}
    if len(shared) > MOST_FIXED:
        raise NoClosedForm(f"{len(shared)} inputs are used more than once after factoring; at most {MOST_FIXED} can be")
    budget = Budget(MOST_POINTS * (len(node.axes[0].labels) if node.axes else 1))
    coarsest, weights = _setting(shared, 0, budget)
    # with the nodes that the outline has made
    previous = replace(coarsest, outline=_outline(expression, coarsest, weights)), weights
    before, last = _standard(expression, *previous), np.inf
    for level in range(1, len(LEVELS)):
        current = _setting(shared, level, budget, replace(previous[0], start=before))
        after = _standard(expression, *current)
        change = _change(before, after)
        stalled = level == len(LEVELS) - 1 or (level > 2 and change > SLOWEST * last)
        if change <= SETTLED or (stalled and change <= GOOD_ENOUGH):
            budget.left = np.inf  # it settles: other quantiles may be asked for freely
            return Convolved(expression, current[0], previous[0], current[1], previous[1], bool(node.axes))
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


def _setting(
    shared: Mapping[str, Leaf], level: int, budget: Budget, coarser: Setting | None = None
) -> tuple[Setting, Array]:
    """Return a rule with the shared unknowns held at all combinations of their nodes, and the weights of those."""
    spacing, size = LEVELS[level]
    known: dict[str, Any] = {"budget": budget}
    if coarser:
        known |= {"outline": coarser.outline, "start": coarser.start, "widest": coarser.widest}
    if not shared:
        return Setting(spacing, size, **known), np.ones(1)
    rules = {uid: nodes_of_leaf(leaf, spacing * FINER[len(shared)]) for uid, leaf in shared.items()}
    grids = np.meshgrid(*[np.arange(len(weights)) for _, weights in rules.values()], indexing="ij")
    places = dict(zip(rules, (grid.ravel() for grid in grids), strict=True))
    joint = np.prod([weights[places[uid]] for uid, (_, weights) in rules.items()], axis=0)
    keep = joint > NEGLIGIBLE * 1e-3
    fixed = {uid: values[0][:, places[uid][keep]].T[:, :, np.newaxis] for uid, (values, _) in rules.items()}
    return Setting(spacing, size, fixed, **known), joint[keep] / joint[keep].sum()


def _standard(expression: Product, setting: Setting, weights: Array) -> Array:
    found: Array = setting.once(
        "standard", lambda: _quantiles(expression, setting, weights, np.array(STANDARD), setting.start)
    )
    return found


# --- distribution functions --------------------------------------------------------------------------------------


def _cdf(expression: Expression, x: Array, setting: Setting) -> Array:
    """Return P(expression ≤ x), for x of shape (conditions, rows, points)."""
    if isinstance(expression, Variable):
        held = setting.fixed.get(expression.leaf.uid)
        return np.where(held <= x, 1.0, 0.0) if held is not None else _cdf_of_leaf(expression.leaf, x)
    if isinstance(expression, Product):
        return _cdf_of_product(expression, x, setting)
    if isinstance(expression, Sum):
        return _cdf_of_sum(expression, x, setting)
    if isinstance(expression, Function):
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            inner = np.where(x > 0, np.log(x), -np.inf) if expression.name == "exp" else np.exp(x)
        return _cdf(expression.argument, inner, setting)
    if isinstance(expression, Quantile):
        return _cdf(expression.score, np.asarray(expression.belief.score_at(x)), setting)
    if isinstance(expression, Choice):
        pairs = zip(expression.options, chances(expression, setting), strict=True)
        return np.asarray(sum(_cdf(option, x, setting) * chance for option, chance in pairs))
    assert isinstance(expression, Extreme)
    one, other = (_cdf(each, x, setting) for each in expression.arguments)
    return one * other if expression.name == "maximum" else 1.0 - (1.0 - one) * (1.0 - other)


def _cdf_of_leaf(leaf: Leaf, x: Array) -> Array:
    belief = leaf.value
    if not belief.shape:
        return np.asarray(belief.cdf(x), dtype=np.float64)
    return np.moveaxis(np.asarray(belief.cdf(np.moveaxis(x, -1, 0))), 0, -1)


def _cdf_of_product(product: Product, x: Array, setting: Setting) -> Array:
    coefficient = np.asarray(product.coefficient, dtype=np.float64).reshape(1, -1, 1)
    if not product.factors:
        return np.where(coefficient <= x, 1.0, 0.0)
    if len(product.factors) == 1:
        ((part, exponent),) = product.factors
        return _cdf_of_power(part, exponent, coefficient, x, setting)
    if len(product.factors) >= MANY:
        whole = setting.once(("spectrum", id(product)), lambda: _spectrum(product, setting))
        if whole is not None:
            setting.budget.spend(x.size * len(whole.frequencies))
            below = whole.cdf(x / coefficient)
            return np.where(coefficient < 0, 1.0 - below, below)
    widest, values, weights = setting.once(("rest", id(product)), lambda: _rest_of_product(product, setting))
    part, exponent = product.factors[widest]
    points = x[..., np.newaxis] / values[..., np.newaxis, :]
    setting.budget.spend(points.size)
    found = _cdf_of_power(part, exponent, coefficient, points.reshape(*points.shape[:2], -1), setting)
    return _averaged(found.reshape(points.shape), weights)


def _rest_of_product(product: Product, setting: Setting) -> tuple[int, Array, Array]:
    """Return the place of the widest factor, and nodes and weights of the product of the others."""
    if id(product) not in setting.widest:
        setting.widest[id(product)] = _widest_factor(product, setting)
    widest = setting.widest[id(product)]
    powers = [_nodes_of_factor(part, exponent, setting) for part, exponent in _without(product.factors, widest)]
    return widest, *condensed(*joined(powers, np.multiply, setting), setting)


def _spectrum(product: Product, setting: Setting) -> Spectrum | None:
    return spectrum(
        [_nodes_of_factor(part, exponent, setting, raw=True) for part, exponent in product.factors], setting
    )


def _widest_factor(product: Product, setting: Setting) -> int:
    widths = [_log_width(*_nodes_of_factor(part, exponent, setting)) for part, exponent in product.factors]
    smooth = [_smoothness(part, setting) for part, _ in product.factors]
    return int(np.argmax(np.multiply(widths, smooth)))


def _nodes_of_factor(part: Expression, exponent: float, setting: Setting, raw: bool = False) -> tuple[Array, Array]:
    values, weights = positive(*(raw_nodes_of(part, setting) if raw else nodes_of(part, setting)))
    if not np.all(values > 0):
        raise NoClosedForm("a product with a factor that can be zero or negative")
    return raised(values, exponent), weights


def _averaged(found: Array, weights: Array) -> Array:
    average: Array = np.sum(found * weights[..., np.newaxis, :], axis=-1)
    return average


def _without(parts: Sequence[Any], place: int) -> list[Any]:
    return [part for position, part in enumerate(parts) if position != place]


def _cdf_of_power(part: Expression, exponent: float, coefficient: Array, x: Array, setting: Setting) -> Array:
    """Return P(c Bᵉ ≤ x); a negative coefficient or exponent turns the inequality round."""
    ratio = x / coefficient
    turned = coefficient < 0
    if exponent > 0:
        below = _cdf_of_root(part, exponent, ratio, setting)
        return np.where(turned, 1.0 - below, below)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        inner = np.where(ratio > 0, np.power(np.abs(ratio), 1.0 / exponent), np.inf)
    below = _cdf(part, inner, setting)
    return np.where(ratio > 0, np.where(turned, below, 1.0 - below), 0.0)


def _cdf_of_root(part: Expression, exponent: float, x: Array, setting: Setting) -> Array:
    """Return P(Bᵉ ≤ x) for a positive exponent; an even power has a root on either side of zero."""
    if exponent == 1.0:
        return _cdf(part, x, setting)
    with np.errstate(over="ignore"):
        root = np.power(np.abs(x), 1.0 / exponent)
    if exponent % 2.0 != 0.0:
        return _cdf(part, np.copysign(root, x), setting)
    below = _cdf(part, root, setting) - _cdf(part, np.nextafter(-root, -np.inf), setting)
    return np.where(x >= 0, below, 0.0)


def _cdf_of_sum(total: Sum, x: Array, setting: Setting) -> Array:
    constants = [term for term in total.terms if not term.factors]
    varying = [term for term in total.terms if term.factors]
    for term in constants:
        x = x - np.asarray(term.coefficient, dtype=np.float64).reshape(1, -1, 1)
    if len(varying) == 1:
        return _cdf(varying[0], x, setting)
    widest, values, weights = setting.once(("rest", id(total)), lambda: _rest_of_sum(total, varying, setting))
    points = x[..., np.newaxis] - values[..., np.newaxis, :]
    setting.budget.spend(points.size)
    found = _cdf(varying[widest], points.reshape(*points.shape[:2], -1), setting)
    return _averaged(found.reshape(points.shape), weights)


def _rest_of_sum(total: Sum, terms: Sequence[Product], setting: Setting) -> tuple[int, Array, Array]:
    """Return the place of the widest term, and nodes and weights of the sum of the others."""
    if id(total) not in setting.widest:
        setting.widest[id(total)] = _widest_term(terms, setting)
    widest = setting.widest[id(total)]
    nodes = [nodes_of(term, setting) for term in _without(terms, widest)]
    return widest, *condensed(*joined(nodes, np.add, setting), setting)


def _widest_term(terms: Sequence[Product], setting: Setting) -> int:
    widths = [_width(*nodes_of(term, setting)) for term in terms]
    return int(np.argmax(np.multiply(widths, [_smoothness(term, setting) for term in terms])))


def _smoothness(expression: Expression, setting: Setting) -> float:
    """Return how well an expression serves as the part that keeps its own distribution function.

    A step is no use at all; a bounded belief mostly has kinks at its ends; a sum is as smooth as its smoothest part.
    """
    if isinstance(expression, Variable | Quantile):
        held = isinstance(expression, Variable) and expression.leaf.uid in setting.fixed
        return (
            STEP
            if held
            else smoothness_of(expression.leaf.value if isinstance(expression, Variable) else expression.belief)
        )
    if isinstance(expression, Function):
        return _smoothness(expression.argument, setting)
    if isinstance(expression, Product):
        return max((_smoothness(part, setting) for part, _ in expression.factors), default=STEP)
    if isinstance(expression, Sum):
        return max(_smoothness(term, setting) for term in expression.terms)
    assert isinstance(expression, Choice | Extreme)
    options = expression.options if isinstance(expression, Choice) else expression.arguments
    return KINK * min(_smoothness(option, setting) for option in options)


@lru_cache(maxsize=512)
def smoothness_of(belief: Distribution) -> float:
    """Return how smooth the distribution function of one belief is."""
    values, _ = nodes_of_belief(belief, LEVELS[0][0])
    if np.unique(values[0, 0]).size < 0.8 * values.shape[-1] or values.shape[-1] == 1:
        return STEP
    return 1.0 if np.all(np.isinf(belief.support[1])) else KINK


def _width(values: Array, weights: Array) -> float:
    mean = np.sum(values * weights, axis=-1, keepdims=True)
    return float(np.mean(np.sqrt(np.sum((values - mean) ** 2 * weights, axis=-1))))


def _log_width(values: Array, weights: Array) -> float:
    return _width(np.log(values), weights)


# --- quantiles ---------------------------------------------------------------------------------------------------


def _mixed_cdf(expression: Product, x: Array, setting: Setting, weights: Array) -> Array:
    """Return P(expression ≤ x) with the shared unknowns averaged out, for x of shape (rows, points)."""
    found = _cdf(expression, np.broadcast_to(x, (len(weights), *x.shape)), setting)
    return np.tensordot(weights, np.broadcast_to(found, (len(weights), *found.shape[1:])), axes=1)


@dataclass(frozen=True)
class Outline:
    """Where a result lies, roughly: what a search for its quantiles starts from, each of shape (rows, 1)."""

    logarithmic: bool
    centre: Array
    scale: Array
    low: Array
    high: Array


def _outline(expression: Product, setting: Setting, weights: Array) -> Outline:
    values, its = nodes_of(expression, setting)
    its = np.broadcast_to(its, values.shape) * weights.reshape(-1, 1, 1)
    logarithmic = bool(np.all(values > 0))
    points = np.log(values) if logarithmic else values
    centre = np.sum(points * its, axis=(0, 2))[:, np.newaxis]
    scale = np.sqrt(np.sum((points - centre.reshape(1, -1, 1)) ** 2 * its, axis=(0, 2)))[:, np.newaxis]
    low, high = (function(points, axis=(0, 2))[:, np.newaxis] for function in (np.min, np.max))
    return Outline(logarithmic, centre, scale, low - 2.0 * scale, high + 2.0 * scale)


def _quantiles(expression: Product, setting: Setting, weights: Array, p: Array, start: Array | None = None) -> Array:
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
        probability = np.clip(_mixed_cdf(expression, x, setting, weights), 0.0, 1.0)
        return np.clip(ndtri(probability), -9.0, 9.0) - wanted

    low, high = (np.broadcast_to(end, wanted.shape) for end in (about.low, about.high))
    guess = about.centre + about.scale * wanted
    if start is not None:
        guess = np.log(start) if about.logarithmic else start
    guess = np.clip(guess, low, high)
    found = _solved(excess, low, high, guess, about.scale)
    for widening in range(1, MOST_WIDENINGS + 1):  # an even power comes nearer to zero than any of its nodes
        below, above = found - low < ALMOST * about.scale, high - found < ALMOST * about.scale
        if not np.any(below | above):
            break
        low = np.where(below, low - 4.0**widening * about.scale, low)
        high = np.where(above, high + 4.0**widening * about.scale, high)
        found = _solved(excess, low, high, found, about.scale)
    return np.exp(found) if about.logarithmic else found


def _solved(excess: Callable[[Array], Array], low: Array, high: Array, guess: Array, scale: Array) -> Array:
    """Return where a rising function crosses zero, elementwise."""
    old, old_excess = guess, excess(guess)
    new = np.clip(guess - scale * np.clip(old_excess, -2.0, 2.0), low, high)
    for step in range(80):
        value = excess(new)
        low, high = np.where(value <= 0, np.maximum(low, new), low), np.where(value >= 0, np.minimum(high, new), high)
        with np.errstate(divide="ignore", invalid="ignore"):
            straight = new - value * (new - old) / (value - old_excess)
        inside = (straight >= low) & (straight <= high) & (step % 4 != 3)
        following = np.where(inside, straight, 0.5 * (low + high))
        following = np.where(np.abs(value) < 1e-11, new, following)
        old, old_excess, new = new, value, following
        if np.all(np.abs(new - old) <= 1e-11 * scale) or np.all(high - low <= 1e-11 * scale):
            break
    return new
