"""What is known about a result: one class for each way of knowing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial, reduce
from typing import Any, Protocol

import numpy as np

from ..distributions import Distribution
from .order_statistics import (
    RUN,
    Moments,
    OrderStatistics,
    error_from_order_statistics,
    exponent_of,
    ranks,
    windows_of,
)

__all__ = ["Closed", "Drawn", "Exactly", "Law", "side_by_side"]

Array = np.ndarray[Any, np.dtype[np.float64]]
RUNS = 10
HELD_BY_ONE = 0.005  # of the squares of all deviations
FEW = 2**17  # draws that are sorted at once
FEWEST_SEARCHED = 4096  # draws of each element; of fewer a sample says little, and sorting is quick
MANY_ASKED = 16  # quantiles of one result, from which on sorting all draws is faster


class Law(Protocol):
    """What is known about the result; one class for each way of knowing."""

    def quantile(self, p: float) -> Any:
        """Return the value below which the result lies with probability `p`."""

    def standard_error(self, p: float) -> Any:
        """Return the standard error of the quantile that comes from the method of calculation alone."""

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return the probability of `x` or less, and its standard error from the method of calculation alone."""

    def mean(self) -> Any:
        """Return the expected value."""

    def sd(self) -> Any:
        """Return the standard deviation."""

    def moment_errors(self) -> tuple[Any, Any]:
        """Return the errors of mean and standard deviation that come from the method of calculation alone."""


@dataclass(frozen=True, slots=True)
class Exactly:
    """The result is one number, or an array of numbers; integers have all their digits.

    Where exact inputs have a result of too many digits, or of no end, the nearest float stands for it: `rounded`.
    """

    value: Any
    rounded: bool = False

    def quantile(self, p: float) -> Any:
        """Return the number itself."""
        return self.value

    def standard_error(self, p: float) -> Any:
        """Return zero."""
        return 0.0

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return a step at the number."""
        return _unwrapped(np.where(self.value <= x, 1.0, 0.0)), 0.0

    def mean(self) -> Any:
        """Return the number itself."""
        return self.value

    def sd(self) -> Any:
        """Return zero, for each element of an array."""
        return np.zeros(np.shape(self.value)) if np.ndim(self.value) else 0.0

    def moment_errors(self) -> tuple[Any, Any]:
        """Return zeros."""
        return self.sd(), self.sd()


@dataclass(frozen=True, slots=True)
class Closed:
    """The result has a known distribution: ``shift + factor × X``."""

    distribution: Distribution
    factor: float = 1.0
    shift: float = 0.0

    def quantile(self, p: float) -> Any:
        """Return the quantile in closed form."""
        return self.shift + self.factor * self.distribution.ppf(p if self.factor >= 0 else 1.0 - p)

    def standard_error(self, p: float) -> Any:
        """Return zero: nothing was sampled."""
        return 0.0

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return the probability in closed form."""
        below = self.distribution.cdf((x - self.shift) / self.factor)
        return below if self.factor >= 0 else 1.0 - below, 0.0

    def mean(self) -> Any:
        """Return the expected value in closed form."""
        return self.shift + self.factor * self.distribution.mean

    def sd(self) -> Any:
        """Return the standard deviation in closed form."""
        return abs(self.factor) * self.distribution.sd

    def moment_errors(self) -> tuple[Any, Any]:
        """Return zeros: nothing was sampled."""
        return 0.0, 0.0


@dataclass(frozen=True)
class Drawn:
    """The result is known by draws, in independent replicates.

    Attributes
    ----------
    draws : ndarray, shape (replicates, n, ...)
        The draws; axes of the quantity follow.
    """

    draws: Array

    @cached_property
    def _pooled(self) -> Array:
        return np.sort(self.draws.reshape(-1, *self.draws.shape[2:]), axis=0)

    @cached_property
    def _sorted(self) -> Array:
        return np.sort(self.draws, axis=1)

    @cached_property
    def _order(self) -> OrderStatistics:
        count = self.draws.shape[1]
        sample = self.draws[:, :: int(np.cbrt(count) / 2.0)]
        return OrderStatistics(count, Drawn(sample).quantile, sample.shape[1], partial(windows_of, self.draws[0]))

    def _quantile(self, p: float) -> Any:
        """Sort few draws; of very many, which are kept once, find only what is asked for."""
        is_one = self.draws.shape[0] == 1 and self.draws.size > FEW and self.draws.shape[1] >= FEWEST_SEARCHED
        if is_one and "_pooled" not in self.__dict__ and len(self._order.found) < MANY_ASKED:
            return self._order.quantile(p).reshape(self.draws.shape[2:])
        return _quantile_of_sorted(self._pooled, p, axis=0)

    def quantile(self, p: float) -> Any:
        """Return the quantile of all draws together."""
        return _unwrapped(self._quantile(p))

    def standard_error(self, p: float) -> Any:
        """Return the standard error: from the replicates, or from order statistics where there is one only."""
        replicates = self.draws.shape[0]
        if replicates == 1:
            return _unwrapped(error_from_order_statistics(self._quantile, self.draws.shape[1], p))
        each = _quantile_of_sorted(self._sorted, p, axis=1)
        # points lie evenly: no replicate knows where in the gap between two of them its quantile is
        half = 0.5 / self.draws.shape[1]
        gap = self._quantile(min(p + half, 1.0)) - self._quantile(max(p - half, 0.0))
        return _unwrapped(np.hypot(_sd(each), gap / math.sqrt(12.0)) / np.sqrt(replicates))

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return the share of draws at or below; its error from the replicates, or binomial where there is one."""
        shares = np.mean(self.draws <= x, axis=1)
        share, count = np.mean(shares, axis=0), len(shares)
        spread = np.sqrt(share * (1.0 - share) / self.draws.shape[1]) if count == 1 else np.std(shares, axis=0, ddof=1)
        return _unwrapped(share), _unwrapped(spread / np.sqrt(count))

    @cached_property
    def _moments(self) -> Moments:
        values = self.draws.reshape(-1, *self.draws.shape[2:])
        blocks = (values[start : start + RUN] for start in range(0, len(values), RUN))
        exponent = exponent_of(values[:RUN])
        return reduce(Moments.merged, (Moments.of(block, exponent) for block in blocks))

    def mean(self) -> Any:
        """Return the mean of all draws."""
        return _unwrapped(self._moments.mean)

    def sd(self) -> Any:
        """Return the standard deviation of all draws, in two passes over each block."""
        return _unwrapped(self._moments.sd)

    def moment_errors(self) -> tuple[Any, Any]:
        """Return standard errors: from the replicates, or from ten runs of the draws where there is one only."""
        runs = self.draws if len(self.draws) > 1 else _in_runs(self.draws[0])
        each = [Moments.of(run.copy(), exponent_of(run)) for run in runs]
        errors = (_sd(np.array([getattr(one, what) for one in each])) / np.sqrt(len(each)) for what in ("mean", "sd"))
        mean_error, sd_error = (np.fmax(*each) for each in zip(errors, self._held_by_one(), strict=True))
        return _unwrapped(mean_error), _unwrapped(sd_error)

    def _held_by_one(self) -> tuple[Any, Any]:
        """Return how far mean and standard deviation may be off where one draw holds much of the squares.

        What lies beyond the farthest draw is then as large, and no two replicates that miss it differ by it.
        """
        values, (mean, sd) = self.draws.reshape(-1, *self.draws.shape[2:]), (self._moments.mean, self._moments.sd)
        with np.errstate(all="ignore"):
            far = np.maximum(np.max(values, axis=0) - mean, mean - np.min(values, axis=0))
            share = np.square(far / sd) / len(values)
            much = share > HELD_BY_ONE
            return np.where(much, 8.0 * far / len(values), 0.0), np.where(much, 8.0 * share * sd, 0.0)


def _in_runs(draws: Array) -> Array:
    """Return draws in ten runs of equal length; one run of a few."""
    length = len(draws) // RUNS
    return draws[: RUNS * length].reshape(RUNS, length, *draws.shape[1:]) if length > 1 else draws[np.newaxis]


def _sd(values: Array) -> Any:
    return Moments.of(values, exponent_of(values)).sd


def _quantile_of_sorted(values: Array, p: float, axis: int) -> Any:
    below, above, part = ranks(values.shape[axis], p)
    low, high = np.take(values, below, axis=axis), np.take(values, above, axis=axis)
    return low + part * (high - low)


def _unwrapped(value: Any) -> Any:
    return float(value) if np.ndim(value) == 0 else value


@dataclass(frozen=True)
class SideBySide:
    """The elements of an array are known one by one."""

    laws: tuple[Law, ...]
    shape: tuple[int, ...]

    def quantile(self, p: float) -> Any:
        """Return the quantile of each."""
        return self._shaped([law.quantile(p) for law in self.laws])

    def standard_error(self, p: float) -> Any:
        """Return the standard error of the quantile of each."""
        return self._shaped([law.standard_error(p) for law in self.laws])

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return the probability of `x` or less of each, and its standard error."""
        values, errors = zip(*(law.cdf(x) for law in self.laws), strict=True)
        return self._shaped(values), self._shaped(errors)

    def mean(self) -> Any:
        """Return the expected value of each."""
        return self._shaped([law.mean() for law in self.laws])

    def sd(self) -> Any:
        """Return the standard deviation of each."""
        return self._shaped([law.sd() for law in self.laws])

    def moment_errors(self) -> tuple[Any, Any]:
        """Return the errors of both of each."""
        means, sds = zip(*(law.moment_errors() for law in self.laws), strict=True)
        return self._shaped(means), self._shaped(sds)

    def _shaped(self, each: Sequence[Any]) -> Any:
        return np.array([float(value) for value in each]).reshape(self.shape)


def side_by_side(laws: Sequence[Law], shape: tuple[int, ...]) -> Law:
    """Return the law of an array whose elements are known one by one."""
    if all(isinstance(law, Exactly) for law in laws):
        values = np.empty(len(laws), dtype=object)
        values[:] = [law.quantile(0.5) for law in laws]
        return Exactly(values.reshape(shape))
    return SideBySide(tuple(laws), shape)
