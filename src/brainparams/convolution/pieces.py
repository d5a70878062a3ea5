"""Functions of a part, quantiles at a score, the smaller or larger of two, and a choice that an unknown makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Self

import numpy as np

from ..distributions import Distribution, LogNormal, Mixture, Normal
from ..errors import MomentError, NoClosedForm
from ..graph.operations import Operation
from ..graph.operations.functions import exp, maximum, minimum
from .beliefs import moments_of_power, moments_of_table
from .combining import extreme, folded
from .expression import KINK, STEP, Expression, Variable, smoothness_of
from .moments import Moments, mixture, product, side_by_side, spend
from .products import Linear, Product, linear_in_normals, with_shared_held
from .quadrature import Array, Measure, Quadrature, condensed, joined
from .sums import Sum
from .tables import Table
from .tabulating import mixed

__all__ = ["Choice", "Extreme", "Function", "Quantile", "has_views"]

SLOW = 30.0  # times as long as a quick quantile
STANDARD = 1e-9  # how near to a standard normal score


@dataclass(frozen=True, eq=False)
class Quantile(Expression):
    """The quantile of a belief at a normal score: a correlated input."""

    belief: Distribution
    score: Product

    @property
    def detail(self) -> Any:
        """The belief."""
        return self.belief.key()

    @property
    def children(self) -> tuple[Expression, ...]:
        """The score."""
        return (self.score,)

    def with_children(self, children: Sequence[Any]) -> Self:
        """Return the quantile at another score."""
        return replace(self, score=children[0])

    @property
    def can_be_negative(self) -> bool:
        """Whether its belief holds values below zero."""
        return bool(np.any(np.asarray(self.belief.support[0]) < 0))

    def cdf(self, x: Array, at: Quadrature) -> Array:
        """Return that of the score at the score of `x`."""
        return self.score.cdf(np.asarray(self.belief.score_at(x)), at)

    @property
    def is_smooth(self) -> bool:
        """Whether its belief is."""
        return smoothness_of(self.belief) == 1.0

    def _nodes(self, at: Quadrature) -> Measure:
        scores, weights = self.score.nodes(at)
        return np.asarray(self.belief.at_score(scores)), weights

    def smoothness(self, at: Quadrature) -> float:
        """Return that of its belief."""
        return smoothness_of(self.belief)

    def value(self, values: Mapping[str, Array]) -> Array:
        """Return the quantile at the value of the score."""
        scores = self.score.value(values)
        spend(scores, SLOW if self.belief.has_slow_cdf else 1.0)
        return np.asarray(self.belief.at_score(scores), dtype=np.float64)

    def linear_logarithm(self) -> Linear | None:
        """Return that of a correlated lognormal input."""
        score = linear_in_normals(self.score)
        if score is None or not isinstance(self.belief, LogNormal) or self.belief.shape:
            return None
        shift, terms = score
        mu, sigma = float(self.belief.mu), float(self.belief.sigma)
        return mu + sigma * shift, [(sigma * weight, leaf) for weight, leaf in terms]

    def moments(self, exponent: float, held: Mapping[str, Array]) -> Moments:
        """Return those of the belief, where the score is a standard normal one."""
        score = self.score.moments(1.0, held)
        if np.all(np.abs(score.mean) < STANDARD) and np.all(np.abs(score.sd - 1.0) < STANDARD):
            return moments_of_power(self.belief, exponent)
        if isinstance(self.belief, LogNormal | Normal) and (exponent == 1.0 or isinstance(self.belief, LogNormal)):
            return _of_normal_score(self.belief, exponent, score)
        return super().moments(exponent, held)

    def _table(self) -> Table:
        return self.score.table().through(lambda scores: np.asarray(self.belief.at_score(scores)))

    def rows(self, chosen: Any) -> Quantile:
        """Return some of its rows."""
        belief = self.belief.rows(chosen) if self.belief.shape else self.belief
        return Quantile(belief, self.score.rows(chosen))


@dataclass(frozen=True, eq=False)
class Function(Expression):
    """A function of a part."""

    row: Operation
    argument: Product

    @property
    def detail(self) -> Any:
        """The name."""
        return self.row.name

    @property
    def children(self) -> tuple[Expression, ...]:
        """The argument."""
        return (self.argument,)

    def with_children(self, children: Sequence[Any]) -> Self:
        """Return the function of another argument."""
        return replace(self, argument=children[0])

    @property
    def can_be_negative(self) -> bool:
        """Whether it is not above zero from its lowest value on."""
        return self.row.direction != "rises" or not self._of(np.asarray(-np.inf)) >= 0

    def _of(self, x: Array) -> Any:
        """Return the function of numbers; it has its lowest value where it is not defined."""
        with np.errstate(all="ignore"):
            values = self.row.value(x)
        return np.where(np.isnan(values), -np.inf, values)

    def _back(self, x: Array) -> Any:
        assert self.row.inverse is not None  # as `factored` sees to
        with np.errstate(all="ignore"):
            return self.row.inverse(x)

    def cdf(self, x: Array, at: Quadrature) -> Array:
        """Return that of the argument at the inverse of `x`."""
        if self.row.direction != "rises":
            raise NoClosedForm(f"{self.row.name} of a number, which does not rise all the way")
        return self.argument.cdf(self._back(x), at)

    def _nodes(self, at: Quadrature) -> Measure:
        values, weights = self.argument.nodes(at)
        result = self._of(values)
        if not np.all(np.isfinite(result)):
            raise NoClosedForm("a power or a logarithm of a number that can be zero or negative, or is too large")
        return result, weights

    def smoothness(self, at: Quadrature) -> float:
        """Return that of the argument."""
        return self.argument.smoothness(at) if self.row.direction == "rises" else STEP

    def value(self, values: Mapping[str, Array]) -> Array:
        """Return the function of the argument's value."""
        return np.asarray(self.row.value(self.argument.value(values)))

    def linear_logarithm(self) -> Linear | None:
        """Return the argument of an exponential."""
        return linear_in_normals(self.argument) if self.row is exp else None

    def moments(self, exponent: float, held: Mapping[str, Array]) -> Moments:
        """Return those of a function of one unknown by an integral, of an exponential term by term."""
        unknowns = {each.leaf.uid for each in self.variables()} - held.keys()
        at_zero = not np.isfinite(self._of(np.zeros(())))
        if self.row is exp and len(unknowns) > 1:
            terms = self._terms()
            if len(terms) > 1:
                return reduce(product, [Function(self.row, term).moments(exponent, held) for term in terms])
        if not at_zero or not self.argument.can_be_negative:
            return super().moments(exponent, held)
        if held:
            raise NoClosedForm("what is held at many values at once has no table")
        return moments_of_table(
            self.argument.table(), lambda x: np.power(self.row.value(x), exponent), at_zero=True, only_positive=True
        )

    def _terms(self) -> list[Product]:
        """Return independent terms of the argument; it alone, if there are none."""
        ((part, power),) = self.argument.factors if len(self.argument.factors) == 1 else ((self.argument, 0.0),)
        if power != 1.0 or not isinstance(part, Sum) or max(part.uses().values()) > 1:
            return [self.argument]
        return [Product(self.argument.coefficient * term.coefficient, term.factors) for term in part.terms]

    def _table(self) -> Table:
        law = self.argument.table()
        falls = self.row.direction == "falls"
        return law.through(self.row.value, falls=falls) if self.row.direction else folded(law, self.row.value)


@dataclass(frozen=True, eq=False)
class Extreme(Expression):
    """The smaller or larger of two parts."""

    row: Operation
    arguments: tuple[Product, Product]

    @property
    def detail(self) -> Any:
        """The name."""
        return self.row.name

    @property
    def children(self) -> tuple[Product, ...]:
        """The two arguments."""
        return self.arguments

    @property
    def is_larger(self) -> bool:
        """Whether it is the larger of both."""
        return self.row is maximum

    def with_children(self, children: Sequence[Any]) -> Self:
        """Return the smaller or larger of two others."""
        one, other = children
        return replace(self, arguments=(one, other))

    def cdf(self, x: Array, at: Quadrature) -> Array:
        """Return the product of both probabilities, of less or of more."""
        one, other = (each.cdf(x, at) for each in self.arguments)
        return one * other if self.is_larger else 1.0 - (1.0 - one) * (1.0 - other)

    @property
    def is_smooth(self) -> bool:
        """There is a kink where they meet."""
        return False

    def _nodes(self, at: Quadrature) -> Measure:
        return joined([each.nodes(at) for each in self.arguments], self.row.value, at)

    def smoothness(self, at: Quadrature) -> float:
        """Return less than that of either argument: there is a kink where they meet."""
        return KINK * min(each.smoothness(at) for each in self.arguments)

    def value(self, values: Mapping[str, Array]) -> Array:
        """Return the smaller or larger of both values."""
        one, other = (each.value(values) for each in self.arguments)
        return np.asarray(self.row.value(one, other))

    def moments(self, exponent: float, held: Mapping[str, Array]) -> Moments:
        """Return those by its table; the other extreme, whose tails may be lighter, tells them too."""
        if max(self.uses().values()) > 1 and len({each.leaf.uid for each in self.variables()} - held.keys()) > 1:
            return with_shared_held(self, lambda inner: self.moments(exponent, inner), held)
        if exponent != 1.0 or held:
            return super().moments(exponent, held)
        found, reason = [], MomentError("")
        for way in (super().moments, self._less):
            try:
                found.append(way(exponent, held))
            except MomentError as error:
                reason = error
        if not found:
            raise reason
        return min(found, key=lambda each: (bool(each.lacks), float(each.sd_error)))

    def _less(self, exponent: float, held: Mapping[str, Array]) -> Moments:
        """Return those of both together less those of the other extreme: min + max = a + b, and so for squares."""
        rest = Expression.moments(Extreme(minimum if self.is_larger else maximum, self.arguments), exponent, held)
        one, other = (each.moments(exponent, held) for each in self.arguments)
        mean = one.mean + other.mean - rest.mean
        size = max(float(np.hypot(each.sd, each.mean)) for each in (one, other, rest)) or 1.0
        squares = [(each.sd / size) ** 2 + (each.mean / size) ** 2 for each in (one, other, rest)]
        return Moments(
            mean,
            size * np.sqrt(np.maximum(squares[0] + squares[1] - squares[2] - (mean / size) ** 2, 0.0)),
            one.mean_error + other.mean_error + rest.mean_error,
            one.sd_error + other.sd_error + rest.sd_error,
            one.lacks or other.lacks or rest.lacks,
        )

    def _table(self) -> Table:
        one, other = (each.table() for each in self.arguments)
        return extreme(one, other, largest=self.is_larger)


@dataclass(frozen=True, eq=False)
class Choice(Expression):
    """One of several options, which a discrete unknown selects."""

    selector: Variable
    options: tuple[Product, ...]

    @property
    def detail(self) -> Any:
        """Nothing but selector and options."""
        return None

    @property
    def children(self) -> tuple[Expression, ...]:
        """The selector, then the options."""
        return (self.selector, *self.options)

    def with_children(self, children: Sequence[Any]) -> Self:
        """Return a choice of others."""
        selector, *options = children
        return replace(self, selector=selector, options=tuple(options))

    @property
    def can_be_negative(self) -> bool:
        """Whether an option is."""
        return any(option.can_be_negative for option in self.options)

    def check_apart(self) -> None:
        """Raise where an option depends on what selects it; options are never used together."""
        if any(self.selector.leaf.uid in option.uses() for option in self.options):
            raise NoClosedForm("a choice whose options depend on what selects them")

    def uses(self) -> Counter[str]:
        """Return how often each unknown is used: of the options, the largest count of each."""
        counted = self.selector.uses()
        for option in self.options:
            counted |= option.uses()
        return counted

    def chances(self, at: Quadrature) -> list[Array]:
        """Return the probability of each option: a certainty where the selector is held."""
        held = at.held.values.get(self.selector.leaf.uid)
        if held is not None:
            return [np.where(held == place, 1.0, 0.0) for place in range(len(self.options))]
        return [np.full((1, 1, 1), chance) for chance in self._chances()]

    def cdf(self, x: Array, at: Quadrature) -> Array:
        """Return the average of those of the options."""
        pairs = zip(self.options, self.chances(at), strict=True)
        return np.asarray(sum(option.cdf(x, at) * chance for option, chance in pairs))

    @property
    def is_smooth(self) -> bool:
        """The options may lie far apart."""
        return False

    def _nodes(self, at: Quadrature) -> Measure:
        """Put the nodes of all options side by side, each with the probability that it is chosen."""
        chances = self.chances(at)
        found = [condensed(*option.nodes(at), at) for option in self.options]
        shape = np.broadcast_shapes(*(each.shape[:2] for each in (*(values for values, _ in found), *chances)))
        values = [np.broadcast_to(each, (*shape, each.shape[-1])) for each, _ in found]
        weights = [
            np.broadcast_to(its * chance, (*shape, each.shape[-1]))
            for (each, its), chance in zip(found, chances, strict=True)
        ]
        return np.concatenate(values, axis=-1), np.concatenate(weights, axis=-1)

    def smoothness(self, at: Quadrature) -> float:
        """Return less than that of any option: they may lie far apart."""
        return KINK * min(option.smoothness(at) for option in self.options)

    def value(self, values: Mapping[str, Array]) -> Array:
        """Return the value of the option that is selected."""
        place = np.rint(self.selector.value(values)).astype(np.intp)
        spread = np.broadcast_arrays(place, *(option.value(values) for option in self.options))
        return np.asarray(np.choose(spread[0], spread[1:]))

    def moments(self, exponent: float, held: Mapping[str, Array]) -> Moments:
        """Return those of the options as of a mixture."""
        if self.selector.leaf.uid in held:
            return super().moments(exponent, held)
        weights = np.array(self._chances())
        pairs = [(weight, option) for weight, option in zip(weights, self.options, strict=True) if weight > 0]
        return mixture(
            np.array([weight for weight, _ in pairs]),
            side_by_side([option.moments(exponent, held) for _, option in pairs]),
        )

    def _chances(self) -> list[float]:
        places = np.arange(len(self.options), dtype=np.float64)
        return [float(each) for each in np.diff(np.asarray(self.selector.leaf.value.cdf(places)), prepend=0.0)]

    def _table(self) -> Table:
        pairs = zip(self._chances(), self.options, strict=True)
        return mixed([(chance, option.table()) for chance, option in pairs if chance > 0.0])


def _of_normal_score(belief: Any, exponent: float, score: Moments) -> Moments:
    """Return those of a normal or lognormal belief at a normal score of any mean and variance."""
    if isinstance(belief, Normal):
        return Moments(belief.mean + belief.sd * score.mean, belief.sd * score.sd)
    mu, sigma = exponent * (belief.mu + belief.sigma * score.mean), exponent * belief.sigma * score.sd
    mean = np.exp(mu + sigma**2 / 2.0)
    return Moments(mean, mean * np.sqrt(np.expm1(sigma**2)))


def has_views(expression: Expression) -> bool:
    """Whether there is a choice in it, or a belief of several parts, which may lie far apart."""
    if isinstance(expression, Variable):
        return isinstance(expression.leaf.value, Mixture)
    return isinstance(expression, Choice) or any(map(has_views, expression.children))
