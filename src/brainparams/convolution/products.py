"""Products of powers: all but the widest factor become nodes, or all of them a spectrum.

``P(A B ≤ x) = Σⱼ wⱼ F_A(x / bⱼ)``
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial, reduce
from typing import Any

import numpy as np

from ..distributions import LogNormal, Normal
from ..errors import NoClosedForm
from ..graph import Leaf
from .beliefs import averaged_over, moments_of_power
from .combining import joined as joined_tables
from .combining import raised
from .expression import STEP, Expression, Variable, averaged, place_of_widest, with_room, without
from .moments import Moments, product
from .quadrature import Array, Measure, Quadrature, centre_and_spread, condensed, joined, positive
from .spectrum import spectrum
from .tables import Table, table_of_number
from .tabulating import table_of_belief

__all__ = ["Product", "apart", "lognormal_apart", "with_shared_held"]

Factor = tuple[Expression, float]
Linear = tuple[float, list[tuple[float, Leaf]]]
"""A shift, and unknowns with their weights."""
MANY = 4  # factors from which on their spectrum is quicker than their nodes


@dataclass(frozen=True, eq=False)
class Product(Expression):
    """A coefficient times powers of parts; without parts, a constant."""

    coefficient: Any
    factors: tuple[tuple[Expression, float], ...] = ()

    @property
    def detail(self) -> Any:
        """Coefficient and exponents."""
        return (np.asarray(self.coefficient).tobytes(), tuple(exponent for _, exponent in self.factors))

    @cached_property
    def bases(self) -> tuple[Any, ...]:
        """Parts with their exponents: terms with the same bases add up."""
        return tuple((part.key, exponent) for part, exponent in self.factors)

    @property
    def children(self) -> tuple[Expression, ...]:
        """The factors, without their exponents."""
        return tuple(part for part, _ in self.factors)

    def with_children(self, children: Sequence[Any]) -> Product:
        """Return the product of other factors with the same exponents."""
        exponents = (exponent for _, exponent in self.factors)
        return Product(self.coefficient, tuple(zip(children, exponents, strict=True)))

    @cached_property
    def depth(self) -> int:
        """How many parts lie inside each other; a product in itself adds nothing."""
        return max((part.depth for part in self.children), default=0)

    @property
    def can_be_negative(self) -> bool:
        """Whether the coefficient or a part is."""
        return bool(np.any(np.asarray(self.coefficient) < 0)) or super().can_be_negative

    @property
    def column(self) -> Array:
        """The coefficient of each row, shape (1, rows, 1)."""
        return np.asarray(self.coefficient, dtype=np.float64).reshape(1, -1, 1)

    def rows(self, chosen: Any) -> Product:
        """Return some rows of it."""
        coefficient = np.asarray(self.coefficient)
        of_rows = coefficient[chosen] if coefficient.ndim else self.coefficient
        return Product(of_rows, tuple((part.rows(chosen), exponent) for part, exponent in self.factors))

    # --- nodes ---------------------------------------------------------------------------------------------------

    def _nodes(self, at: Quadrature) -> Measure:
        if not self.factors:
            return self.column, np.ones((1, 1, 1))
        values, weights = joined(self.powers([part.nodes(at) for part in self.children]), np.multiply, at)
        return self.column * values, weights

    def powers(self, parts: Sequence[Measure]) -> list[Measure]:
        """Return the nodes of each factor, raised to its power; of several, those positive but for a trifle."""
        if len(parts) > 1:
            parts = [positive(values, weights) for values, weights in parts]
        pairs = zip(parts, self.factors, strict=True)
        return [(power_of(values, exponent), weights) for (values, weights), (_, exponent) in pairs]

    def _positive_powers(self, at: Quadrature, *, raw: bool = False) -> list[Measure]:
        return [self._power(part, exponent, at, raw=raw) for part, exponent in self.factors]

    def _power(self, part: Expression, exponent: float, at: Quadrature, *, raw: bool = False) -> Measure:
        values, weights = positive(*(part.raw_nodes(at) if raw else part.nodes(at)))
        if not np.all(values > 0):
            raise NoClosedForm("a product with a factor that can be zero or negative")
        return power_of(values, exponent), weights

    # --- distribution function -----------------------------------------------------------------------------------

    def cdf(self, x: Array, at: Quadrature) -> Array:
        """Return the average of that of the widest factor, over the nodes of the others."""
        if not self.factors:
            return np.where(self.column <= x, 1.0, 0.0)
        if len(self.factors) == 1:
            return self._cdf_of_factor(0, x, at)
        if len(self.factors) >= MANY and not at.held.at_points:
            whole = at.memory.once(("spectrum", self), lambda: spectrum(self._positive_powers(at, raw=True), at))
            if whole is not None:
                at.budget.spend(x.size * len(whole.frequencies))
                below: Array = whole.cdf(x / self.column)
                return np.where(self.column < 0, 1.0 - below, below)
        place = place_of_widest(self, self.children, self._widths, at)
        values, weights = at.memory.once(("others", self), lambda: self._others(place, at))
        points = x[..., np.newaxis] / values[..., np.newaxis, :]
        at.budget.spend(points.size)
        found = self._cdf_of_factor(place, points.reshape(*points.shape[:2], -1), at)
        return averaged(found.reshape(points.shape), weights)

    def _widths(self, at: Quadrature) -> list[float]:
        return [_log_width(*powers) for powers in self._positive_powers(at)]

    def _others(self, place: int, at: Quadrature) -> Measure:
        powers = [self._power(part, exponent, at) for part, exponent in without(self.factors, place)]
        return condensed(*joined(powers, np.multiply, at), at)

    def _cdf_of_factor(self, place: int, x: Array, at: Quadrature) -> Array:
        """Return P(c Bᵉ ≤ x) for one factor; a negative coefficient or exponent turns the inequality round."""
        part, exponent = self.factors[place]
        of_power = _cdf_of_root if exponent > 0 else _cdf_of_inverse
        below = of_power(lambda points: part.cdf(points, at), abs(exponent), x / self.column)
        return np.where(self.column < 0, 1.0 - below, below)

    # --- values and moments --------------------------------------------------------------------------------------

    def value(self, values: Mapping[str, Array]) -> Array:
        """Return the product of the powers of the factors' values."""
        powers = (np.power(part.value(values), exponent) for part, exponent in self.factors)
        return np.asarray(reduce(operator.mul, powers, float(self.coefficient)))

    def moments(self, exponent: float, held: Mapping[str, Array]) -> Moments:
        """Return those of independent groups of factors, multiplied."""
        groups = [_of_group(group, exponent, held) for group in _with_held(apart(self.factors, held), held)]
        return reduce(product, groups, Moments(1.0, 0.0)).scaled(np.power(self.coefficient, exponent))

    def smoothness(self, at: Quadrature) -> float:
        """Return that of the smoothest factor; a constant is a step."""
        return max((part.smoothness(at) for part in self.children), default=STEP)

    def _table(self) -> Table:
        if not self.factors:
            return table_of_number(float(self.coefficient))
        lognormal, rest = lognormal_apart(self.factors)
        laws = [raised(part.table(), exponent) for part, exponent in rest]
        laws += [] if lognormal is None else [table_of_belief(lognormal)]
        whole = reduce(partial(joined_tables, product=True), sorted(laws, key=lambda law: len(law.parts)))
        return whole.scaled(float(self.coefficient))


def lognormal_apart(factors: Sequence[Factor]) -> tuple[LogNormal | None, list[Factor]]:
    """Return what is believed of the product of all lognormal unknowns, which is one again, and the other factors."""
    mu: Any = 0.0
    sigma: Any = 0.0
    rest: list[Factor] = []
    for part, exponent in factors:
        belief = part.leaf.value if isinstance(part, Variable) else None
        if isinstance(belief, LogNormal) and np.all(np.greater(belief.sigma, 0)):
            mu, sigma = mu + exponent * belief.mu, np.hypot(sigma, exponent * belief.sigma)
        else:
            rest.append((part, exponent))
    return (LogNormal(mu, sigma) if np.any(sigma) else None), rest


def power_of(values: Array, exponent: float) -> Array:
    """Return a power of nodes, where it has a meaning at all of them."""
    if exponent == 1.0:
        return values
    with np.errstate(all="ignore"):
        result: Array = np.power(values, exponent)
    whole = exponent.is_integer() and exponent > 0
    if not np.all(np.isfinite(result)) or (not whole and np.any(values <= 0)):
        raise NoClosedForm("a power or a logarithm of a number that can be zero or negative, or is too large")
    return result


def _cdf_of_root(cdf: Callable[[Array], Array], exponent: float, x: Array) -> Array:
    """Return P(Bᵉ ≤ x) for a positive exponent; an even power has a root on either side of zero."""
    if exponent == 1.0:
        return cdf(x)
    with np.errstate(over="ignore"):
        root = np.power(np.abs(x), 1.0 / exponent)
    if exponent % 2.0 != 0.0:
        return cdf(np.copysign(root, x))
    below = cdf(root) - cdf(np.nextafter(-root, -np.inf))
    return np.where(x >= 0, below, 0.0)


def _cdf_of_inverse(cdf: Callable[[Array], Array], exponent: float, x: Array) -> Array:
    """Return P(B⁻ᵉ ≤ x) for a positive exponent; an odd one keeps the sign of B, an even one does not."""
    with np.errstate(divide="ignore", over="ignore"):
        root = np.power(np.abs(x), -1.0 / exponent)
    if exponent % 2.0 == 1.0:
        negative = cdf(np.zeros((*x.shape[:2], 1)))
        return negative - cdf(np.copysign(root, x)) + ~np.signbit(x)  # at 0 as on either side of it
    above = 1.0 - cdf(root)
    if exponent % 2.0 == 0.0:
        above = above + cdf(-root)
    return np.where(x > 0, above, 0.0)


def _log_width(values: Array, weights: Array) -> float:
    return float(np.mean(centre_and_spread(np.log(values), weights)[1]))


def apart(
    factors: Sequence[tuple[Expression, float]], held: Mapping[str, Array]
) -> list[list[tuple[Expression, float]]]:
    """Return the factors in groups that share no unknown."""
    groups: list[tuple[set[str], list[Factor]]] = []
    for part, exponent in factors:
        uids = {each.leaf.uid for each in part.variables()} - held.keys()
        own = [(part, exponent)]
        for group in [group for group in groups if group[0] & uids]:
            groups.remove(group)
            uids, own = uids | group[0], group[1] + own
        groups.append((uids, own))
    return [group for _, group in groups]


def _with_held(groups: list[list[Factor]], held: Mapping[str, Array]) -> list[list[Factor]]:
    """Return the groups with what is held beside the one unknown there is: each alone may leave the range of floats."""
    known = [factor for group in groups for factor in group if not factor[0].uses().keys() - held.keys()]
    rest = [factor for group in groups for factor in group if factor not in known]
    unknowns = {uid for part, _ in rest for uid in part.uses()} - held.keys()
    return [known + rest] if len(unknowns) == 1 else groups


def _of_group(group: list[Factor], exponent: float, held: Mapping[str, Array]) -> Moments:
    """Return those of factors that share unknowns: alone, multiplied out, or with what they share held."""
    if len(group) == 1:
        ((part, own),) = group
        return part.moments(own * exponent, held)
    logarithm = [part.linear_logarithm() for part, _ in group]
    if not held and None not in logarithm:
        pairs = [(own * exponent, each) for (_, own), each in zip(group, logarithm, strict=True) if each]
        return moments_of_exponential(pairs)
    whole = Product(1.0, tuple(group))
    unknowns = {each.leaf.uid: each for each in whole.variables() if each.leaf.uid not in held}
    if len(unknowns) == 1:
        (variable,) = unknowns.values()
        beside = with_room(held)
        return variable.moments_of(
            lambda x: np.power(whole.value({**beside, variable.leaf.uid: x}), exponent),
            beside_pole=any(
                own * exponent < 0 and part.can_be_negative and variable.leaf.uid in part.uses() for part, own in group
            ),
        )
    return with_shared_held(whole, lambda inner: whole.moments(exponent, inner), held)


def with_shared_held(
    expression: Expression, moments: Callable[[Mapping[str, Array]], Moments], held: Mapping[str, Array]
) -> Moments:
    """Return moments with the unknown that is used most held at its nodes, averaged over these."""
    uses = {uid: count for uid, count in expression.uses().items() if uid not in held}
    if held or max(uses.values()) < 2:
        raise NoClosedForm("too many unknowns are used more than once")
    variable = next(each for each in expression.variables() if uses.get(each.leaf.uid) == max(uses.values()))
    return averaged_over(variable.leaf.value, lambda values: moments({variable.leaf.uid: values}))


def moments_of_exponential(powers: Sequence[tuple[float, Linear]]) -> Moments:
    """Return those of a product of powers, of each of which the logarithm is linear in normal unknowns."""
    weights: dict[str, float] = {}
    beliefs: dict[str, Any] = {}
    mu = 0.0
    for power, (shift, terms) in powers:
        mu += power * shift
        for weight, leaf in terms:
            weights[leaf.uid] = weights.get(leaf.uid, 0.0) + power * weight
            beliefs[leaf.uid] = leaf.value
    mu += sum(weight * float(beliefs[uid].mean) for uid, weight in weights.items())
    sigma = math.hypot(*(weight * float(beliefs[uid].sd) for uid, weight in weights.items()))
    return moments_of_power(LogNormal(mu, sigma), 1.0)


def linear_in_normals(product: Product) -> Linear | None:
    """Return a product as a shift and weighted normal unknowns, if it is nothing else."""
    coefficient = np.asarray(product.coefficient)
    if coefficient.ndim or len(product.factors) > 1:
        return None
    if not product.factors:
        return float(coefficient), []
    ((part, exponent),) = product.factors
    if exponent != 1.0:
        return None
    if isinstance(part, Variable):
        is_normal = isinstance(part.leaf.value, Normal) and not part.leaf.value.shape
        return (0.0, [(float(coefficient), part.leaf)]) if is_normal else None
    inner = [linear_in_normals(term) for term in part.children if isinstance(term, Product)]
    if not part.is_sum or None in inner:
        return None
    known = [each for each in inner if each]
    shift = float(coefficient) * sum(each[0] for each in known)
    return shift, [(float(coefficient) * weight, leaf) for _, terms in known for weight, leaf in terms]
