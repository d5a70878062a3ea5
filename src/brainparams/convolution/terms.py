"""Independent terms of a long sum: those of one kind of belief together, any other alone by its table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np

from ..distributions import Distribution
from .tables import FARTHEST, Array, Table, normal_cdf, panel_points
from .tabulating import table_of_belief

__all__ = ["LIKELY", "Alike", "Alone", "Cumulants", "Terms"]

LIKELY = 6.0  # normal scores beyond which 2e-9 of the probability lies
INNER, POINTS = 12, 8  # panels between those, and points of each
BLOCK = 2048  # terms


class Cumulants(NamedTuple):
    """The first four cumulants of some terms and their fifth absolute moments: arrays of one length, or numbers."""

    mean: Any
    variance: Any
    third: Any
    fourth: Any
    fifth: Any


class Terms(Protocol):
    """Some independent terms of a sum."""

    @property
    def cumulants(self) -> Cumulants:
        """The cumulants of each."""

    def quantiles(self, scores: Array) -> Array:
        """Return values of each at ascending normal scores, shape (scores, terms)."""

    @property
    def likely(self) -> tuple[Array, Array]:
        """Mean and variance of each without what is less likely than 1e-9 at either end."""

    def below(self, place: int) -> Callable[[Array], Array]:
        """Return the distribution function of one."""

    def atoms(self, place: int) -> tuple[Array, Array] | None:
        """Return the values of one with their weights, where there are finitely many."""


@dataclass(frozen=True, eq=False)
class Alike:
    """Terms of one kind of belief, each with its own parameters, times a factor each."""

    belief: Distribution
    factors: Array

    @cached_property
    def cumulants(self) -> Cumulants:
        """Mean and variance in closed form, the others by panels in normal scores."""
        scores, weights = _panels()
        found = Cumulants(*self._in_blocks(scores, lambda values: _cumulants_of(values, weights)))
        mean, sd = np.asarray(self.belief.mean) * self.factors, np.asarray(self.belief.sd) * np.abs(self.factors)
        return found._replace(
            mean=np.where(np.isfinite(mean), mean, found.mean),
            variance=np.where(np.isfinite(sd), np.square(sd), found.variance),
        )

    @cached_property
    def likely(self) -> tuple[Array, Array]:
        """By the inner panels."""
        scores, weights = _panels()
        mean, variance = self._in_blocks(scores, lambda values: _within(values, weights, scores))
        return mean, variance

    def _in_blocks(self, scores: Array, function: Callable[[Array], Sequence[Array]]) -> list[Array]:
        """Return what a function makes of quantiles, a block of terms at a time: so many values fit the cache."""
        starts = range(0, len(self.factors), BLOCK)
        blocks = [slice(start, start + BLOCK) for start in starts]
        parts = [function(Alike(self.belief.rows(each), self.factors[each]).quantiles(scores)) for each in blocks]
        return [np.concatenate(each) for each in zip(*parts, strict=True)]

    def quantiles(self, scores: Array) -> Array:
        """Return them; a negative factor turns the order round."""
        shape = (len(scores), len(self.factors))
        at = np.broadcast_to(scores[:, np.newaxis], shape) * np.where(self.factors < 0, -1.0, 1.0)
        with np.errstate(all="ignore"):
            return np.asarray(self.belief._quantile(normal_cdf(at), normal_cdf(-at)) * self.factors)

    def below(self, place: int) -> Callable[[Array], Array]:
        """Return that of the belief, or of a table of it where it is slow."""
        belief, factor = self.belief.rows(place), float(self.factors[place])
        known = table_of_belief(belief).cdf if belief.has_slow_cdf else belief._cdf

        def cdf(x: Array) -> Array:
            with np.errstate(all="ignore"):
                found = np.asarray(known(x / factor), dtype=np.float64)
            return found if factor > 0 else 1.0 - found

        return cdf

    def atoms(self, place: int) -> tuple[Array, Array] | None:
        """Return None: a number of a few values comes alone."""
        return None


@dataclass(frozen=True, eq=False)
class Alone:
    """A term that has a table."""

    law: Table

    @cached_property
    def cumulants(self) -> Cumulants:
        """By panels in normal scores, or from its values."""
        if self.law.atoms is not None:
            values, weights = self.law.atoms
            return _cumulants_of(values[:, np.newaxis], weights)
        scores, weights = panel_points(self.law.levels[np.newaxis], POINTS)
        return _cumulants_of(self.quantiles(scores[0]), weights[0])

    @cached_property
    def likely(self) -> tuple[Array, Array]:
        """By panels between its levels and the two ends."""
        scores, weights = panel_points(np.unique([*self.law.levels, -LIKELY, LIKELY])[np.newaxis], POINTS)
        return _within(self.quantiles(scores[0]), weights[0], scores[0])

    def quantiles(self, scores: Array) -> Array:
        """Return those of the table."""
        return self.law.at_score(scores)[:, np.newaxis]

    def below(self, place: int) -> Callable[[Array], Array]:
        """Return that of the table."""
        return self.law.cdf

    def atoms(self, place: int) -> tuple[Array, Array] | None:
        """Return those of the table."""
        return self.law.atoms


@lru_cache(maxsize=1)
def _panels() -> tuple[Array, Array]:
    inner = np.linspace(-LIKELY, LIKELY, INNER + 1)
    scores, weights = panel_points(np.concatenate([[-FARTHEST], inner, [FARTHEST]])[np.newaxis], POINTS)
    return scores[0], weights[0]


def _within(values: Array, weights: Array, scores: Array) -> tuple[Array, Array]:
    found = _cumulants_of(values[np.abs(scores) < LIKELY], weights[np.abs(scores) < LIKELY])
    return found.mean, found.variance


def _cumulants_of(values: Array, weights: Array) -> Cumulants:
    shares = (weights / np.sum(weights))[:, np.newaxis]
    with np.errstate(all="ignore"):  # what leaves the range of floats is too wide for an even grid
        mean = np.sum(shares * values, axis=0)
        apart = values - mean
        second, third, fourth, fifth = (np.sum(shares * each, axis=0) for each in _powers(apart))
    return Cumulants(mean, second, third, fourth - 3.0 * np.square(second), fifth)


def _powers(apart: Array) -> tuple[Any, ...]:
    square = np.square(apart)
    return square, square * apart, np.square(square), np.square(square) * np.abs(apart)
