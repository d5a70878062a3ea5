"""Sums: the widest term keeps its distribution function, the others become nodes one by one.

``P(A + B ≤ x) = Σⱼ wⱼ F_A(x − bⱼ)``
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial, reduce
from itertools import combinations
from typing import Any, ClassVar, NoReturn, Self

import numpy as np

from ..distributions import Distribution, Normal
from ..errors import MomentError, NoClosedForm
from .combining import joined as joined_tables
from .expression import Expression, Variable, averaged, place_of_widest, without
from .holding import table_with_held
from .interpolation import interpolated
from .long_sums import summed
from .moments import Moments, total
from .products import Product, apart, lognormal_apart, with_shared_held
from .quadrature import REACH, Array, Measure, Quadrature, centre_and_spread, joined, paired
from .spectrum import spectrum
from .tables import Table
from .terms import Alike, Alone, Terms

__all__ = ["LONG", "Sum", "Total", "has_long_sum"]

DistributionFunction = Callable[[Array], Array]
FEW = 200
LONG = 8  # terms
MOST_TABLES = 128  # each some milliseconds
MOST_JOINED = 128  # terms that are joined one by one
MOST_EVEN = 7000  # nodes of one term
SMALL_POWERS = {2.0, 3.0, 4.0}
NARROW = 1e-8


@dataclass(frozen=True, eq=False)
class Sum(Expression):
    """Products added up; none of their parts is common to all of them."""

    is_sum: ClassVar[bool] = True
    terms: tuple[Product, ...]

    @property
    def detail(self) -> Any:
        """Nothing but its terms."""
        return None

    @property
    def children(self) -> tuple[Product, ...]:
        """The terms."""
        return self.terms

    def with_children(self, children: Sequence[Any]) -> Sum:
        """Return the sum of other terms."""
        return Sum(tuple(children))

    @cached_property
    def varying(self) -> tuple[Product, ...]:
        """The terms that are not constant."""
        return tuple(term for term in self.terms if term.factors)

    @cached_property
    def constant(self) -> Any:
        """What the constant terms add up to, shape (1, rows, 1)."""
        return sum((term.column for term in self.terms if not term.factors), np.zeros((1, 1, 1)))

    def _nodes(self, at: Quadrature) -> Measure:
        return joined([term.nodes(at) for term in self.terms], np.add, at)

    def cdf(self, x: Array, at: Quadrature) -> Array:
        """Return the average of that of the widest term, over the nodes of the others."""
        x = x - self.constant
        if len(self.varying) == 1:
            return self.varying[0].cdf(x, at)
        below, others = at.memory.once(("others", self), lambda: self._others(at))
        return _shifted(below, others, at)(x)

    def _others(self, at: Quadrature) -> tuple[DistributionFunction, Measure]:
        """Return the distribution function of a part of a sum, and the nodes of the rest.

        Terms join the widest one by one, and what they make is interpolated; the last is left to be averaged over.
        """
        place = place_of_widest(self, self.varying, self._widths, at)
        nodes = _together([_even_nodes(term, at) for term in without(self.varying, place)])

        def below(x: Array) -> Array:
            return self.varying[place].cdf(x, at)

        made: DistributionFunction = below
        so_far = [self.varying[place].nodes(at)]
        for others in nodes[:-1]:
            so_far.append(others)
            made = _interpolated(_shifted(made, others, at), so_far, at)
        return made, nodes[-1]

    def _widths(self, at: Quadrature) -> list[float]:
        return [float(np.mean(centre_and_spread(*term.nodes(at))[1])) for term in self.varying]

    def value(self, values: Mapping[str, Array]) -> Array:
        """Return the sum of the terms' values."""
        return np.asarray(sum(term.value(values) for term in self.terms))

    def moments(self, exponent: float, held: Mapping[str, Array]) -> Moments:
        """Return those of a sum by those of its terms, and of a small whole power by their raw moments."""
        if exponent == 1.0:
            return self._moments(held)
        if exponent in SMALL_POWERS and len(apart([(term, 1.0) for term in self.terms], held)) == len(self.terms):
            found = self._by_raw_moments(int(exponent), held)
            if found is not None:
                return found
        try:
            return super().moments(exponent, held)
        except NoClosedForm:
            return with_shared_held(self, lambda inner: self.moments(exponent, inner), held)

    def _by_raw_moments(self, exponent: int, held: Mapping[str, Array]) -> Moments | None:
        """Return those of a whole power from the raw moments of independent terms, which see the tails of each.

        None where rounding would leave too little of a narrow spread, or a raw moment is missing.
        """
        raw: list[Any] = [1.0] + [0.0] * (2 * exponent)
        try:
            for term in self.terms:
                own = [1.0, *(term.moments(float(power), held).mean for power in range(1, 2 * exponent + 1))]
                raw = [sum(math.comb(n, k) * raw[k] * own[n - k] for k in range(n + 1)) for n in range(len(own))]
        except (MomentError, NoClosedForm):
            return None
        with np.errstate(all="ignore"):
            variance = raw[2 * exponent] - np.square(raw[exponent])
            is_wide = np.all(variance > NARROW * raw[2 * exponent]) and np.all(np.isfinite(variance))
        return Moments(raw[exponent], np.sqrt(variance)) if is_wide else None

    def _moments(self, held: Mapping[str, Array]) -> Moments:
        found = [term.moments(1.0, held) for term in self.terms]
        together = total(found)
        uids = [{each.leaf.uid for each in term.variables()} - held.keys() for term in self.terms]
        counts = Counter(uid for own in uids for uid in own)
        sharing = [place for place, own in enumerate(uids) if any(counts[uid] > 1 for uid in own)]
        pairs = [(one, other) for one, other in combinations(sharing, 2) if uids[one] & uids[other]]
        if not pairs:
            return together
        covariance = 0.0
        for one, other in pairs:
            pair = _product_of(self.terms[one], self.terms[other]).moments(1.0, held)
            covariance = covariance + pair.mean - found[one].mean * found[other].mean
        return together._replace(sd=np.sqrt(np.maximum(np.square(together.sd) + 2.0 * covariance, 0.0)))

    def smoothness(self, at: Quadrature) -> float:
        """Return that of the smoothest term."""
        return max(term.smoothness(at) for term in self.terms)

    def check_apart(self) -> None:
        """Do nothing: terms that share unknowns are taken together, if there are others."""

    @cached_property
    def is_long(self) -> bool:
        """Whether it has so many terms that they are not joined one by one."""
        return len(self.varying) >= LONG or any(
            isinstance(part, Total) for term in self.terms for part in term.children
        )

    def _table(self) -> Table:
        parts = self._apart()
        if self.is_long:
            try:
                return summed(*_grouped(parts)).scaled(1.0, float(np.sum(self.constant)))
            except NoClosedForm:
                if len(parts) > MOST_JOINED:
                    raise
        laws = sorted(map(_table_of_part, parts), key=lambda law: len(law.parts))
        return reduce(partial(joined_tables, product=False), laws).scaled(1.0, float(np.sum(self.constant)))

    def _apart(self) -> list[Product | Sum]:
        """Return independent parts: terms alone, and sums of those that share unknowns.

        Raises
        ------
        NoClosedForm
            If all of them do.
        """
        uids = [{each.leaf.uid for each in term.variables()} for term in self.varying]
        counts = Counter(uid for own in uids for uid in own)
        alone = [max(counts[uid] for uid in own) == 1 for own in uids]
        groups = apart([(term, 1.0) for term, single in zip(self.varying, alone, strict=True) if not single], {})
        if groups and not any(alone) and len(groups) < 2:
            raise NoClosedForm("an input is used more than once, which tables do not take")
        together = [_common_before([term for term, _ in group]) for group in groups]  # type: ignore[misc]
        return [*(term for term, single in zip(self.varying, alone, strict=True) if single), *together]


@dataclass(frozen=True, eq=False)
class Total(Expression):
    """The sum of the rows of an array of independent numbers, which are too many to be terms of a sum."""

    array: Product
    length: int

    @property
    def detail(self) -> Any:
        """The number of rows."""
        return self.length

    @property
    def children(self) -> tuple[Product, ...]:
        """The array."""
        return (self.array,)

    def with_children(self, children: Sequence[Any]) -> Self:
        """Return the total of another array."""
        return replace(self, array=children[0])

    @property
    def is_smooth(self) -> bool:
        """Not for nodes: it has a table."""
        return False

    def _decline(self, *_: Any, **__: Any) -> NoReturn:
        raise NoClosedForm(f"a total of {self.length} elements has a table only")

    cdf = _nodes = smoothness = value = _decline

    def rows(self, chosen: Any) -> Total:
        """Return itself: it is one number."""
        return self

    def moments(self, exponent: float, held: Mapping[str, Array]) -> Moments:
        """Return the sums of those of the rows."""
        if exponent != 1.0:
            return super().moments(exponent, held)
        found = self.array.moments(1.0, held)
        mean, sd, mean_error, sd_error = (np.broadcast_to(each, self.length) for each in found[:4])
        return Moments(np.sum(mean), np.hypot.reduce(sd), np.sum(mean_error), np.hypot.reduce(sd_error), found.lacks)

    def _table(self) -> Table:
        return summed(*_grouped([Product(1.0, ((self, 1.0),))]))


def _common_before(terms: Sequence[Product]) -> Product | Sum:
    """Return a sum with the factors that all its terms have before it, where the rest does without their unknowns."""
    first, *others = terms
    common = [factor for factor in first.factors if all(factor in term.factors for term in others)]
    rest = [Product(term.coefficient, tuple(each for each in term.factors if each not in common)) for term in terms]
    own = {each.leaf.uid for part, _ in common for each in part.variables()}
    if not common or any(each.leaf.uid in own for term in rest for each in term.variables()):
        return Sum(tuple(terms))
    return Product(1.0, (*common, (Sum(tuple(rest)), 1.0)))


def has_long_sum(expression: Expression) -> bool:
    """Whether there is a sum of very many terms in it."""
    own = isinstance(expression, Total) or (isinstance(expression, Sum) and expression.is_long)
    return own or any(map(has_long_sum, expression.children))


def _table_of_part(part: Product | Sum) -> Table:
    return table_with_held(part) if isinstance(part, Sum) else part.table()


def _grouped(parts: Sequence[Product | Sum]) -> tuple[list[Terms], float, float]:
    """Return the parts of a sum by the kind of belief, with mean and variance of all normal ones together."""
    alone: list[Terms] = []
    alike: dict[type[Distribution], list[tuple[Distribution, Any]]] = {}
    for part in _rows_apart(parts):
        belief = _belief_of(part)
        if belief is not None and type(belief)._has_array_form and belief.atoms is None:
            alike.setdefault(type(belief), []).append((belief, part.coefficient))  # type: ignore[union-attr]
        else:
            alone.append(Alone(_table_of_part(part)))
    normals = [(np.multiply(f, b.mean), np.multiply(f, b.sd)) for b, f in alike.pop(Normal, [])]
    mean = sum(float(np.sum(each)) for each, _ in normals)
    variance = sum(float(np.sum(np.square(each))) for _, each in normals)
    return [*(_alike(kind, each) for kind, each in alike.items()), *alone], mean, variance


def _rows_apart(parts: Sequence[Product | Sum]) -> Iterator[Product | Sum]:
    """Yield the parts, and of a total its rows: as one array where that is an unknown, times factors."""
    for part in parts:
        total = part.children[0] if isinstance(part, Product) and len(part.factors) == 1 else None
        if not isinstance(total, Total):
            yield part
            continue
        scaled = Product(total.array.coefficient * part.coefficient, total.array.factors)  # type: ignore[union-attr]
        if _belief_of(scaled) is not None:
            yield scaled
        elif total.length > MOST_TABLES:
            raise NoClosedForm(f"a total of more than {MOST_TABLES} elements that are computed one by one")
        else:
            yield from (scaled.rows(row) for row in range(total.length))


def _belief_of(part: Product | Sum) -> Distribution | None:
    """Return what is believed of a part without its coefficient, where it is one unknown or all are lognormal."""
    if not isinstance(part, Product):
        return None
    lognormal, others = lognormal_apart(part.factors)
    if not others:
        return lognormal
    ((inner, exponent), *more) = part.factors
    return inner.leaf.value if isinstance(inner, Variable) and exponent == 1.0 and not more else None


def _alike(kind: type[Distribution], terms: Sequence[tuple[Distribution, Any]]) -> Alike:
    """Return terms of one kind as one array."""
    lengths = [max(1, math.prod(belief.shape)) for belief, _ in terms]
    columns = [
        np.concatenate(
            [
                np.broadcast_to(getattr(belief, each.name), n).ravel()
                for (belief, _), n in zip(terms, lengths, strict=True)
            ]
        )
        for each in fields(kind)
    ]
    factors = np.concatenate([np.broadcast_to(factor, n) for (_, factor), n in zip(terms, lengths, strict=True)])
    return Alike(kind(*columns), np.asarray(factors, dtype=np.float64))


def _shifted(below: DistributionFunction, others: Measure, at: Quadrature) -> DistributionFunction:
    """Return the distribution function of a sum: that of one part, averaged over the nodes of the others."""
    values, weights = others

    def of_sum(x: Array) -> Array:
        points = x[..., np.newaxis] - values[..., np.newaxis, :]
        at.budget.spend(points.size)
        found = below(points.reshape(*points.shape[:2], -1))
        return averaged(found.reshape(points.shape), weights)

    return of_sum


def _together(parts: Sequence[Measure]) -> list[Measure]:
    """Add up parts of few nodes, such as unknowns that are held."""
    first, *others = sorted(parts, key=lambda part: part[0].shape[-1])
    merged = [first]
    for part in others:
        if merged[-1][0].shape[-1] * part[0].shape[-1] <= FEW:
            merged[-1] = paired(merged[-1], part, np.add)
        else:
            merged.append(part)
    return merged


def _interpolated(below: DistributionFunction, parts: Sequence[Measure], at: Quadrature) -> DistributionFunction:
    """Return the distribution function of a sum of some parts as a series."""
    centres, spreads = zip(*[centre_and_spread(*part) for part in parts], strict=True)
    low = sum((values.min(axis=-1, keepdims=True) for values, _ in parts), np.zeros(1))
    high = sum((values.max(axis=-1, keepdims=True) for values, _ in parts), np.zeros(1))
    spread = np.sqrt(sum(np.square(each) for each in spreads))
    count = int(2.0 * REACH / at.rule.spacing)
    return interpolated(below, (low, high), np.asarray(sum(centres)), spread, count)


def _even_nodes(term: Product, at: Quadrature) -> Measure:
    """Return evenly spaced nodes of a term where there are some: a shift inside a sum suits them, not a Gauss rule."""
    parts = term.powers([part.raw_nodes(at) for part in term.children])
    if len(parts) > 1 and not at.held.at_points and all(np.all(values > 0) for values, _ in parts):
        whole = spectrum(parts, at)
        if whole is not None:
            values, weights = whole.nodes(at.rule.spacing)
            return term.column * values, weights
    if math.prod(values.shape[-1] for values, _ in parts) > MOST_EVEN:
        return term.nodes(at)
    values, weights = reduce(lambda one, other: paired(one, other, np.multiply), parts)
    return term.column * values, weights


def _product_of(one: Product, other: Product) -> Product:
    exponents: dict[Expression, float] = {}
    for part, exponent in (*one.factors, *other.factors):
        exponents[part] = exponents.get(part, 0.0) + exponent
    kept = tuple((part, exponent) for part, exponent in exponents.items() if exponent)
    return Product(one.coefficient * other.coefficient, kept)
