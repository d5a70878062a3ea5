"""What every part of a factored graph can do, and the simplest of them: an unknown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Self

import numpy as np

from ..distributions import Distribution, Mixture
from ..errors import NoClosedForm
from ..graph import Leaf
from .beliefs import moments_of_belief, moments_of_power, moments_of_table
from .moments import Moments, constant
from .quadrature import Array, Measure, Quadrature, gauss_rule, hermite_rule, nodes_of_belief, nodes_of_number
from .tables import Table
from .tabulating import table_of_belief

__all__ = ["Expression", "Variable"]

STEP = 1e-6  # how well what jumps serves as the part that keeps its own distribution function
KINK = 0.1  # and what has kinks
LEFT_OUT_BEYOND = 7.03  # normal scores: 1e-12 of the probability
MANY = 5_000  # points, from which on a table of a slow distribution function is the quicker way
COARSEST = 0.6  # spacing at which a step shows


class Expression(ABC):
    """A part of the factored form; parts with equal content are equal."""

    @property
    @abstractmethod
    def detail(self) -> Any:
        """What tells it apart from others of its class with the same children."""

    @property
    @abstractmethod
    def children(self) -> tuple[Expression, ...]:
        """The parts it is made from."""

    @abstractmethod
    def with_children(self, children: Sequence[Any]) -> Self:
        """Return the same made from other parts."""

    @abstractmethod
    def cdf(self, x: Array, at: Quadrature) -> Array:
        """Return P(expression ≤ x), for x of shape (conditions, rows, points)."""

    @abstractmethod
    def _nodes(self, at: Quadrature) -> Measure:
        """Make its nodes and weights."""

    @abstractmethod
    def smoothness(self, at: Quadrature) -> float:
        """Return how well it serves as the part that keeps its own distribution function.

        A step is no use at all; a bounded belief mostly has kinks at its ends; a sum is as smooth as its smoothest
        part.
        """

    @abstractmethod
    def _table(self) -> Table:
        """Make its law as a table."""

    is_sum: ClassVar[bool] = False

    def linear_logarithm(self) -> Any:
        """Return its logarithm as a shift and weighted normal unknowns; None if it is anything else."""
        return None

    @abstractmethod
    def value(self, values: Mapping[str, Array]) -> Array:
        """Return its value where every unknown has one, by uid."""

    def moments(self, exponent: float, held: Mapping[str, Array]) -> Moments:
        """Return mean and variance of a power of it, with some unknowns held at one or many values.

        Raises
        ------
        MomentError
            If there is no mean.
        NoClosedForm
            If it cannot be had without drawing.
        """
        unknowns = {each.leaf.uid: each for each in self.variables() if each.leaf.uid not in held}
        if not unknowns:
            return constant(np.power(self.value(held), exponent))
        at_zero = exponent < 0 or not exponent.is_integer()
        if len(unknowns) == 1 and (held or not (at_zero and self.can_be_negative)):
            (variable,) = unknowns.values()
            beside = with_room(held)
            return variable.moments_of(
                lambda x: np.power(self.value({**beside, variable.leaf.uid: x}), exponent),
                beside_pole=at_zero and self.can_be_negative,
            )
        if held:
            raise NoClosedForm("what is held at many values at once has no table")
        return moments_of_table(
            self.table(), lambda x: np.power(x, exponent), at_zero=at_zero, only_positive=not exponent.is_integer()
        )

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """What tells it apart from all others, in this graph or another."""
        return (type(self).__name__, self.detail, *(child.key for child in self.children))

    @cached_property
    def order(self) -> tuple[Any, ...]:
        """Where it stands among others; the same in every session, which keys are not."""
        return (type(self).__name__, self.detail, *(child.order for child in self.children))

    def table(self) -> Table:
        """Return its law as a table; the last few hundred are kept.

        Raises
        ------
        NoClosedForm
            If an unknown is used more than once, so that parts are not independent.
        """
        return _table_of(self)

    @property
    def depth(self) -> int:
        """How many parts lie inside each other."""
        return 1 + max((child.depth for child in self.children), default=-1)

    @property
    def can_be_negative(self) -> bool:
        """Whether a value below zero is possible, as far as its parts tell."""
        return any(child.can_be_negative for child in self.children)

    @property
    def is_smooth(self) -> bool:
        """Whether a few nodes of each part may do; what has steps or kinks throughout is a matter for tables."""
        return any(child.is_smooth for child in self.children)

    def nodes(self, at: Quadrature) -> Measure:
        """Return nodes, shape (conditions, rows, points), and weights that sum to 1 along the points."""
        return at.memory.once(("nodes", self), lambda: self._nodes(at))

    def raw_nodes(self, at: Quadrature) -> Measure:
        """Return nodes as `nodes` does, those of an unknown before they are condensed."""
        return self.nodes(at)

    def check_apart(self) -> None:
        """Raise where parts share an unknown: tables take them for independent."""
        if len(self.children) > 1:
            counts = Counter(uid for child in self.children for uid in child.uses())
            if max(counts.values(), default=0) > 1:
                raise NoClosedForm("an input is used more than once, which tables do not take")

    def uses(self) -> Counter[str]:
        """Return how often each unknown is used, by uid; options of one choice are never used together."""
        counted: Counter[str] = Counter()
        for child in self.children:
            counted.update(child.uses())
        return counted

    def variables(self) -> Iterator[Variable]:
        """Yield the unknowns of an expression, as often as they are written."""
        for child in self.children:
            yield from child.variables()

    def rows(self, chosen: Any) -> Any:
        """Return the same for some rows of an array quantity, given as an index; one row is an unknown alone."""
        return self.with_children([child.rows(chosen) for child in self.children])

    @cached_property
    def _hash(self) -> int:
        return hash(self.key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Expression) and self._hash == other._hash and self.key == other.key)


@dataclass(frozen=True, eq=False)
class Variable(Expression):
    """One unknown, and its place among those of the graph, which is the same in every session; its uid is not."""

    leaf: Leaf
    place: int
    row: int | None = None

    @property
    def detail(self) -> Any:
        """Which unknown it is, and what is believed about it: one view of it may stand for the whole."""
        return (self.leaf.uid, self.row, self.leaf.value.key())

    @cached_property
    def order(self) -> tuple[Any, ...]:
        """Its place in the graph."""
        return ("Variable", self.place, self.row)

    @property
    def children(self) -> tuple[Expression, ...]:
        """An unknown is made from nothing."""
        return ()

    def with_children(self, children: Sequence[Any]) -> Self:
        """Return itself."""
        return self

    @property
    def can_be_negative(self) -> bool:
        """Whether its belief holds values below zero."""
        return bool(np.any(np.asarray(self.leaf.value.support[0]) < 0))

    @property
    def is_smooth(self) -> bool:
        """Whether its belief is, without an upper end and of one piece."""
        return bool(self.leaf.value.shape) or smoothness_of(self.leaf.value) == 1.0

    def cdf(self, x: Array, at: Quadrature) -> Array:
        """Return that of its belief, or a step at what it is held at."""
        held, belief = at.held.values.get(self.leaf.uid), self.leaf.value
        if held is not None:
            return np.where(held <= x, 1.0, 0.0)
        if not belief.shape:
            known = table_of_belief(belief).cdf if x.size > MANY and belief.has_slow_cdf else belief.cdf
            return np.asarray(known(x), dtype=np.float64)
        return np.moveaxis(np.asarray(belief.cdf(np.moveaxis(x, -1, 0))), 0, -1)

    def _nodes(self, at: Quadrature) -> Measure:
        held, belief = at.held.values.get(self.leaf.uid), self.leaf.value
        if held is not None:
            return held, np.ones((1, 1, 1))
        if belief.shape:
            return hermite_rule(belief, at.rule.size) or self.raw_nodes(at)
        return gauss_rule(belief, *at.rule)

    def raw_nodes(self, at: Quadrature) -> Measure:
        """Return its nodes before they are condensed."""
        if self.leaf.uid in at.held.values:
            return self.nodes(at)
        values, weights = nodes_of_leaf(self.leaf, at.rule.spacing)
        return values, weights[np.newaxis, np.newaxis]

    def smoothness(self, at: Quadrature) -> float:
        """Return that of its belief; what is held is a step."""
        return STEP if self.leaf.uid in at.held.values else smoothness_of(self.leaf.value)

    def _table(self) -> Table:
        return table_of_belief(self.leaf.value)

    def value(self, values: Mapping[str, Array]) -> Array:
        """Return its own."""
        return values[self.leaf.uid]

    def moments(self, exponent: float, held: Mapping[str, Array]) -> Moments:
        """Return those of a power of what is believed, or of what it is held at."""
        if self.leaf.uid in held:
            return constant(np.power(held[self.leaf.uid], exponent))
        return moments_of_power(self.leaf.value, exponent)

    def moments_of(self, function: Callable[[Array], Array], *, beside_pole: bool = False) -> Moments:
        """Return those of a function of it; the function may have values for many that are held.

        Beside a pole that lies elsewhere for each of these, 1e-12 of the probability is left out at either end.
        """
        return moments_of_belief(self.leaf.value, function, farthest=LEFT_OUT_BEYOND if beside_pole else None)

    def uses(self) -> Counter[str]:
        """Once."""
        return Counter({self.leaf.uid: 1})

    def variables(self) -> Iterator[Variable]:
        """Yield itself."""
        yield self

    def rows(self, chosen: Any) -> Expression:
        """Return some of its elements as an array, or one as an unknown of its own."""
        if not self.leaf.value.shape:
            return self
        leaf = replace(self.leaf, value=self.leaf.value.rows(chosen))
        if not isinstance(chosen, int):
            return replace(self, leaf=leaf)
        return Variable(replace(leaf, axes=(), uid=f"{leaf.uid}[{chosen}]"), self.place, chosen)


def with_room(held: Mapping[str, Array]) -> dict[str, Array]:
    """Return what is held with room for the values of another unknown."""
    return {uid: np.asarray(values)[..., np.newaxis] for uid, values in held.items()}


@lru_cache(maxsize=512)
def _table_of(expression: Expression) -> Table:
    expression.check_apart()
    return expression._table()


def averaged(found: Array, weights: Array) -> Array:
    """Return the weighted average along the last axis."""
    return np.asarray(np.sum(found * weights[..., np.newaxis, :], axis=-1))


def place_of_widest(
    whole: Expression, parts: Sequence[Expression], widths: Callable[[Quadrature], Sequence[float]], at: Quadrature
) -> int:
    """Return the place of the part that best keeps its own distribution function: wide and smooth, with a free unknown.

    The coarsest of a series of quadratures judges it for all. Where unknowns are held at points, it is the first part
    with an unknown that is not held; the first of all where there is none.
    """
    if at.held.at_points:
        free = [any(each.leaf.uid not in at.held.values for each in part.variables()) for part in parts]
        return free.index(True) if True in free else 0

    def judged() -> int:
        return int(np.argmax(np.multiply(widths(at.judge), [part.smoothness(at.judge) for part in parts])))

    return at.judge.memory.once(("widest", whole), judged)


def without(parts: Sequence[Any], place: int) -> list[Any]:
    """Return all parts but one."""
    return [part for position, part in enumerate(parts) if position != place]


def nodes_of_leaf(leaf: Leaf, spacing: float) -> Measure:
    """Return the nodes of an unknown, shape (1, rows, points), and their weights, shape (points,)."""
    return nodes_of_belief(leaf.value, spacing) if leaf.value.shape else nodes_of_number(leaf.value, spacing)


@lru_cache(maxsize=512)
def smoothness_of(belief: Distribution) -> float:
    """Return how smooth the distribution function of one belief is."""
    if isinstance(belief, Mixture):
        return STEP  # of several pieces, which may lie far apart
    values, _ = nodes_of_belief(belief, COARSEST)
    if belief.atoms is not None or np.unique(values[0, 0]).size < 0.8 * values.shape[-1]:
        return STEP
    return 1.0 if np.all(np.isinf(belief.support[1])) else KINK
