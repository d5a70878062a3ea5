"""Distribution arithmetic without sampling, for graphs in which each unknown is used once after factoring.

The distribution function of a product or a sum of independent parts is an integral over all parts but one. The widest
part keeps its own distribution function; the others become nodes and weights:

``P(A B ≤ x) = Σⱼ wⱼ F_A(x / bⱼ)``,  ``P(A + B ≤ x) = Σⱼ wⱼ F_A(x − bⱼ)``

The nodes of an unknown are equally spaced in its normal score, where the trapezoidal rule converges exponentially; the
nodes of several parts together are condensed to the Gauss rule of their joint measure. An unknown that is used several
times is held fixed at its nodes, and the results are added up. The rule is refined until the quantiles settle, and the
last change is the error bar. There is no seed: the digits are the digits.

Arrays have shape (conditions, rows, points): fixed unknowns, elements of an array quantity, points of evaluation.

References
----------
Trefethen & Weideman (2014), The exponentially convergent trapezoidal rule. doi:10.1137/130932132
Golub & Welsch (1969), Calculation of Gauss quadrature rules. doi:10.1090/S0025-5718-69-99647-1
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from ..errors import NoClosedForm
from ..estimate import Exactly, Law
from ..graph import Leaf, Node
from .factoring import Expression, Extreme, Function, Product, Sum, Variable, factored, uses, variables

__all__ = ["Convolved", "law"]

Array = np.ndarray[Any, np.dtype[np.float64]]
REACH = 7.2  # normal scores beyond this have 6e-13 of the mass
LEVELS = ((0.5, 12), (0.3, 20), (0.18, 32), (0.1, 56), (0.05, 112))  # spacing of nodes, and size of condensed rules
SETTLED = 2e-7
GOOD_ENOUGH = 3e-5
SLOWEST = 0.2  # a refinement that gains less than this factor is not converging exponentially
MOST_FIXED = 3
MOST_PAIRS = 1000
SMALL = 20  # a general eigensolver of larger matrices starts threads, and waits for them on a busy machine
MOST_POINTS = 400_000
STANDARD = (0.025, 0.05, 0.5, 0.95, 0.975)
NEGLIGIBLE = 1e-12


@dataclass(frozen=True)
class Setting:
    """How fine the rule is, and at which values the shared unknowns are held."""

    spacing: float
    size: int
    fixed: Mapping[str, Array] = field(default_factory=dict)
    found: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, what: Any, make: Callable[[], Any]) -> Any:
        """Return what was made under this name, or make it; nodes are asked for at every point of evaluation."""
        if what not in self.found:
            self.found[what] = make()
        return self.found[what]


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
        return self._shown(_quantiles(self.expression, self.fine, self.weights, np.array([p])))

    def standard_error(self, p: float) -> Any:
        """Return the change from the coarser rule: a bound in practice on the numerical error, nothing random."""
        fine = _quantiles(self.expression, self.fine, self.weights, np.array([p]))
        coarse = _quantiles(self.expression, self.coarse, self.coarse_weights, np.array([p]))
        return self._shown(np.abs(fine - coarse))

    def mean(self) -> Any:
        """Return the expected value, by the trapezoidal rule over the quantiles."""
        return self._shown(self._moment(lambda values: values))

    def sd(self) -> Any:
        """Return the standard deviation."""
        mean = self._moment(lambda values: values)
        return self._shown(np.sqrt(self._moment(lambda values: (values - mean) ** 2)))

    def _moment(self, function: Any) -> Array:
        scores, weights = _scores(0.25)
        values = _quantiles(self.expression, self.fine, self.weights, _ndtr(scores))
        moment: Array = np.sum(function(values) * weights, axis=-1, keepdims=True)
        return moment

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
        return Exactly(expression.coefficient if node.axes else float(expression.coefficient))
    counts = uses(expression)
    shared = {each.leaf.uid: each.leaf for each in variables(expression) if counts[each.leaf.uid] > 1}
    if len(shared) > MOST_FIXED:
        raise NoClosedForm(f"{len(shared)} inputs are used more than once after factoring; at most {MOST_FIXED} can be")
    previous = _setting(shared, 0)
    before, last = _standard(expression, *previous), np.inf
    for level in range(1, len(LEVELS)):
        current = _setting(shared, level)
        after = _standard(expression, *current)
        change = _change(before, after)
        stalled = level == len(LEVELS) - 1 or (level > 1 and change > SLOWEST * last)
        if change <= SETTLED or (stalled and change <= GOOD_ENOUGH):
            return Convolved(expression, current[0], previous[0], current[1], previous[1], bool(node.axes))
        if stalled:
            break  # a kink or a step: refining on will not settle it in time
        previous, before, last = current, after, change
    raise NoClosedForm(f"the convolution did not settle: the last refinement moved a quantile by {change:.1g}")


def _change(before: Array, after: Array) -> float:
    """Return the largest relative change; a quantile near zero is held against the largest of its row."""
    size = np.maximum(np.abs(after), 1e-6 * np.abs(after).max(axis=-1, keepdims=True))
    with np.errstate(invalid="ignore"):
        return float(np.max(np.where(after == before, 0.0, np.abs(after - before) / size)))


def _setting(shared: Mapping[str, Leaf], level: int) -> tuple[Setting, Array]:
    """Return a rule with the shared unknowns held at all combinations of their nodes, and the weights of those."""
    spacing, size = LEVELS[level]
    if not shared:
        return Setting(spacing, size), np.ones(1)
    scores, weights = _scores(spacing * (1.0 if len(shared) < 3 else 2.0))
    grids = np.meshgrid(*[np.arange(len(scores))] * len(shared), indexing="ij")
    joint = np.prod([weights[grid.ravel()] for grid in grids], axis=0)
    keep = joint > NEGLIGIBLE * 1e-3
    fixed = {
        uid: _at_scores(leaf, scores)[0][:, grid.ravel()[keep]].T[:, :, np.newaxis]
        for (uid, leaf), grid in zip(shared.items(), grids, strict=True)
    }
    return Setting(spacing, size, fixed), joint[keep] / joint[keep].sum()


def _standard(expression: Product, setting: Setting, weights: Array) -> Array:
    return _quantiles(expression, setting, weights, np.array(STANDARD))


# --- nodes and weights -------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _scores(spacing: float) -> tuple[Array, Array]:
    """Return equally spaced normal scores and their weights."""
    count = int(REACH / spacing)
    scores: Array = spacing * np.arange(-count, count + 1, dtype=np.float64)
    weights: Array = np.exp(-0.5 * scores**2)
    weights /= weights.sum()
    return scores, weights


def _ndtr(scores: Array) -> Array:
    from scipy.special import ndtr

    p: Array = ndtr(scores)
    return p


def _at_scores(leaf: Leaf, scores: Array) -> Array:
    """Return the values of an unknown at normal scores, shape (1, rows, points)."""
    p = _ndtr(scores)
    belief = leaf.value
    values = np.asarray(belief.ppf(p.reshape(-1, *[1] * len(belief.shape))), dtype=np.float64)
    return values.reshape(len(scores), -1).T[np.newaxis]


def _nodes(expression: Expression, setting: Setting) -> tuple[Array, Array]:
    """Return nodes, shape (conditions, rows, points), and weights that sum to 1 along the points."""
    found: tuple[Array, Array] = setting.once(id(expression), lambda: _fresh_nodes(expression, setting))
    return found


def _fresh_nodes(expression: Expression, setting: Setting) -> tuple[Array, Array]:
    if isinstance(expression, Variable):
        held = setting.fixed.get(expression.leaf.uid)
        if held is not None:
            return held, np.ones((1, 1, 1))
        scores, weights = _scores(setting.spacing)
        return _at_scores(expression.leaf, scores), weights[np.newaxis, np.newaxis]
    if isinstance(expression, Product):
        return _nodes_of_product(expression, setting)
    if isinstance(expression, Sum):
        return _joined([_nodes(term, setting) for term in expression.terms], np.add, setting)
    if isinstance(expression, Function):
        values, weights = _nodes(expression.argument, setting)
        return _raised(values, expression.name), weights
    assert isinstance(expression, Extreme)
    pick = np.minimum if expression.name == "minimum" else np.maximum
    return _joined([_nodes(each, setting) for each in expression.arguments], pick, setting)


def _raised(values: Array, power: float | str) -> Array:
    """Return a power, the exponential or the logarithm of nodes, where it has a meaning at all of them."""
    if power == 1.0:
        return values
    with np.errstate(all="ignore"):
        result: Array = getattr(np, power)(values) if isinstance(power, str) else np.power(values, power)
    whole = isinstance(power, float) and power.is_integer() and power > 0
    if not np.all(np.isfinite(result)) or (not whole and power != "exp" and np.any(values <= 0)):
        raise NoClosedForm("a power or a logarithm of a number that can be zero or negative, or is too large")
    return result


def _nodes_of_product(product: Product, setting: Setting) -> tuple[Array, Array]:
    coefficient = np.asarray(product.coefficient, dtype=np.float64).reshape(1, -1, 1)
    if not product.factors:
        return coefficient, np.ones((1, 1, 1))
    parts = []
    for part, exponent in product.factors:
        values, weights = _nodes(part, setting)
        parts.append((_raised(values, exponent), weights))
    values, weights = _joined(parts, np.multiply, setting)
    return coefficient * values, weights


def _joined(parts: Sequence[tuple[Array, Array]], combine: Any, setting: Setting) -> tuple[Array, Array]:
    """Combine independent parts pair by pair, and condense what comes out."""
    values, weights = parts[0]
    for other, others in parts[1:]:
        one, its, two, theirs = values, weights, other, others
        if values.shape[-1] * other.shape[-1] > MOST_PAIRS:
            one, its = _condensed(values, weights, setting.size)
            two, theirs = _condensed(other, others, setting.size)
        values = combine(one[..., :, np.newaxis], two[..., np.newaxis, :])
        weights = np.broadcast_to(its[..., :, np.newaxis] * theirs[..., np.newaxis, :], values.shape)
        values, weights = values.reshape(*values.shape[:2], -1), weights.reshape(*values.shape[:2], -1)
    return values, weights


def _condensed(values: Array, weights: Array, size: int) -> tuple[Array, Array]:
    """Return the Gauss rule of a discrete measure: `size` nodes that integrate polynomials of degree 2 size − 1.

    In the logarithm where all values are positive, else in the value itself.
    """
    if values.shape[-1] <= size:
        return values, weights
    logarithmic = bool(np.all(values > 0))
    points = np.log(values) if logarithmic else values
    weights = np.broadcast_to(weights, points.shape)
    centre = np.sum(points * weights, axis=-1, keepdims=True)
    scale = np.sqrt(np.sum((points - centre) ** 2 * weights, axis=-1, keepdims=True))
    scale = np.where(scale > 0, scale, 1.0)
    nodes, rule = _gauss((points - centre) / scale, weights, size)
    nodes = centre + scale * nodes
    return (np.exp(nodes) if logarithmic else nodes), rule


def _gauss(points: Array, weights: Array, size: int) -> tuple[Array, Array]:
    """Lanczos with full reorthogonalisation gives the Jacobi matrix; its eigenvectors give nodes and weights."""
    basis = np.zeros((*points.shape[:-1], size, points.shape[-1]))
    basis[..., 0, :] = np.sqrt(weights)
    diagonal = np.zeros((*points.shape[:-1], size))
    beside = np.zeros((*points.shape[:-1], size - 1))
    for step in range(size):
        newest = basis[..., step, :]
        vector = points * newest
        diagonal[..., step] = np.einsum("...i,...i->...", vector, newest)
        if step == size - 1:
            break
        earlier = basis[..., : step + 1, :]
        for _ in range(2):
            overlaps = np.einsum("...ki,...i->...k", earlier, vector)  # small: BLAS would only start threads
            vector = vector - np.einsum("...k,...ki->...i", overlaps, earlier)
        norm = np.sqrt(np.einsum("...i,...i->...", vector, vector))
        beside[..., step] = norm
        basis[..., step + 1, :] = vector / np.where(norm > 1e-14, norm, 1.0)[..., np.newaxis]
    return _eigen(diagonal, beside)


def _eigen(diagonal: Array, beside: Array) -> tuple[Array, Array]:
    """Return the eigenvalues of symmetric tridiagonal matrices, and the squared first entries of their eigenvectors."""
    size = diagonal.shape[-1]
    if size <= SMALL or diagonal.size > 100 * size:
        matrix = np.zeros((*diagonal.shape, size))
        index = np.arange(size)
        matrix[..., index, index] = diagonal
        matrix[..., index[1:], index[:-1]] = matrix[..., index[:-1], index[1:]] = beside
        nodes, vectors = np.linalg.eigh(matrix)
        return nodes, vectors[..., 0, :] ** 2
    from scipy.linalg import eigh_tridiagonal

    pairs = zip(diagonal.reshape(-1, size), beside.reshape(-1, size - 1), strict=True)
    solved = [eigh_tridiagonal(along, off) for along, off in pairs]
    nodes = np.array([each[0] for each in solved]).reshape(diagonal.shape)
    return nodes, np.array([each[1][0] ** 2 for each in solved]).reshape(diagonal.shape)


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
    widest, values, weights = setting.once(("rest", id(product)), lambda: _rest_of_product(product, setting))
    part, exponent = product.factors[widest]
    points = x[..., np.newaxis] / values[..., np.newaxis, :]
    _check_cost(points)
    found = _cdf_of_power(part, exponent, coefficient, points.reshape(*points.shape[:2], -1), setting)
    return _averaged(found.reshape(points.shape), weights)


def _rest_of_product(product: Product, setting: Setting) -> tuple[int, Array, Array]:
    """Return the place of the widest factor, and nodes and weights of the product of the others."""
    nodes = [_nodes(part, setting) for part, _ in product.factors]
    if not all(np.all(values > 0) for values, _ in nodes):
        raise NoClosedForm("a product with a factor that can be zero or negative")
    powers = [
        (_raised(values, exponent), weights)
        for (values, weights), (_, exponent) in zip(nodes, product.factors, strict=True)
    ]
    widest = int(np.argmax([_log_width(*each) for each in powers]))
    return widest, *_condensed(*_joined(_without(powers, widest), np.multiply, setting), setting.size)


def _averaged(found: Array, weights: Array) -> Array:
    average: Array = np.sum(found * weights[..., np.newaxis, :], axis=-1)
    return average


def _check_cost(points: Array) -> None:
    if points.size > MOST_POINTS:
        raise NoClosedForm("its parts are nested too deeply for convolution to be quick")


def _without(parts: Sequence[Any], place: int) -> list[Any]:
    return [part for position, part in enumerate(parts) if position != place]


def _cdf_of_power(part: Expression, exponent: float, coefficient: Array, x: Array, setting: Setting) -> Array:
    """Return P(c Bᵉ ≤ x); a negative coefficient or exponent turns the inequality round."""
    ratio = x / coefficient
    turned = coefficient < 0
    if exponent != 1.0:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            inner = np.where(ratio > 0, np.power(np.abs(ratio), 1.0 / exponent), np.inf if exponent < 0 else 0.0)
        if exponent < 0:
            inner = np.where(ratio > 0, inner, np.inf)
            turned = ~turned
            below = _cdf(part, inner, setting)
            return np.where(ratio > 0, np.where(turned, 1.0 - below, below), 0.0)
        ratio = inner
    below = _cdf(part, ratio, setting)
    return np.where(turned, 1.0 - below, below)


def _cdf_of_sum(total: Sum, x: Array, setting: Setting) -> Array:
    constants = [term for term in total.terms if not term.factors]
    varying = [term for term in total.terms if term.factors]
    for term in constants:
        x = x - np.asarray(term.coefficient, dtype=np.float64).reshape(1, -1, 1)
    if len(varying) == 1:
        return _cdf(varying[0], x, setting)
    widest, values, weights = setting.once(("rest", id(total)), lambda: _rest_of_sum(varying, setting))
    points = x[..., np.newaxis] - values[..., np.newaxis, :]
    _check_cost(points)
    found = _cdf(varying[widest], points.reshape(*points.shape[:2], -1), setting)
    return _averaged(found.reshape(points.shape), weights)


def _rest_of_sum(terms: Sequence[Product], setting: Setting) -> tuple[int, Array, Array]:
    """Return the place of the widest term, and nodes and weights of the sum of the others."""
    nodes = [_nodes(term, setting) for term in terms]
    widest = int(np.argmax([_width(*each) for each in nodes]))
    return widest, *_condensed(*_joined(_without(nodes, widest), np.add, setting), setting.size)


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


def _quantiles(expression: Product, setting: Setting, weights: Array, p: Array) -> Array:
    """Return the quantiles, shape (rows, points), by the secant rule on normal scores inside a bracket.

    The logarithm of a positive result against its normal score is nearly a straight line, so few steps do; where it is
    not, the bracket is halved.
    """
    from scipy.special import ndtri

    values, its = _nodes(expression, setting)
    its = np.broadcast_to(its, values.shape) * weights.reshape(-1, 1, 1)
    logarithmic = bool(np.all(values > 0))
    points = np.log(values) if logarithmic else values
    centre = np.sum(points * its, axis=(0, 2))[:, np.newaxis]
    scale = np.sqrt(np.sum((points - centre.reshape(1, -1, 1)) ** 2 * its, axis=(0, 2)))[:, np.newaxis]
    wanted = np.clip(np.broadcast_to(ndtri(p), (centre.shape[0], len(p))), -REACH, REACH)

    def excess(u: Array) -> Array:
        x = np.exp(u) if logarithmic else u
        probability = np.clip(
            _mixed_cdf(expression, x, setting, weights), 0.0, 1.0
        )  # weights add up to 1 but for rounding
        scores = np.clip(ndtri(probability), -9.0, 9.0)
        return scores - wanted

    margin = 0.1 * scale
    low = np.broadcast_to(np.min(points, axis=(0, 2))[:, np.newaxis] - margin, wanted.shape)
    high = np.broadcast_to(np.max(points, axis=(0, 2))[:, np.newaxis] + margin, wanted.shape)
    guess = np.clip(centre + scale * wanted, low, high)
    found = _solved(excess, low, high, guess, scale)
    return np.exp(found) if logarithmic else found


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
