"""Quantiles, mean and spread of numbers too many to sort or to keep, from looking through them in runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Moments", "OrderStatistics", "Window", "error_from_order_statistics", "window_ends", "windows_of"]

Array = np.ndarray[Any, np.dtype[np.float64]]
RUN = 2**16  # numbers looked through at a time: they and what is asked of them stay in the cache
REACH = 6.0  # standard errors: a window misses its quantile once in 10**9 times, and is then widened


class Window(NamedTuple):
    """How many numbers lie below an interval and at its ends, and those inside in ascending order."""

    low: float
    high: float
    below: int
    at_low: int
    inside: Array
    at_high: int

    @classmethod
    def of(cls, values: Array, low: float, high: float) -> Window:
        """Look through an array; the values inside stay in its order until windows are joined."""
        above, under = values > low, values < high
        below = int(np.count_nonzero(values < low))
        at_low = len(values) - below - int(np.count_nonzero(above))
        at_high = int(np.count_nonzero(values == high)) if high > low else 0
        return cls(low, high, below, at_low, values[above & under], at_high)

    @classmethod
    def joined(cls, parts: Sequence[Window]) -> Window:
        """Join the same window of several arrays."""
        inside = np.concatenate([part.inside for part in parts])
        inside.sort()
        counts = np.sum([(part.below, part.at_low, part.at_high) for part in parts], axis=0)
        below, at_low, at_high = counts.tolist()
        return cls(parts[0].low, parts[0].high, below, at_low, inside, at_high)

    def at(self, rank: int) -> float | None:
        """Return the order statistic of this rank, counted from zero; None if it lies elsewhere."""
        place = rank - self.below - self.at_low
        if place < -self.at_low or place >= len(self.inside) + self.at_high:
            return None
        if place < 0:
            return self.low
        return float(self.inside[place]) if place < len(self.inside) else self.high


class OrderStatistics:
    """Order statistics of numbers too many to sort.

    A sample tells between which two values one must lie; all numbers are looked through, those below are counted and
    those between are kept and sorted. The count proves that it is the right one; if not, the window is widened.

    Parameters
    ----------
    count : int
        How many numbers there are of each element.
    sample : callable
        ``sample(p)`` is the quantile of each element in a sample of them.
    sampled : int
        The size of that sample.
    look : callable
        ``look(ends)`` looks through all numbers for one window per element, ``ends`` of shape (elements, 2).
    found : list of list of Window
        What was looked for already.

    References
    ----------
    Floyd & Rivest (1975), Expected time bounds for selection. doi:10.1145/360680.360691
    """

    def __init__(
        self,
        count: int,
        sample: Callable[[float], Any],
        sampled: int,
        look: Callable[[Array], list[Window]],
        found: Sequence[list[Window]] = (),
    ) -> None:
        self.count, self._sample, self._sampled, self._look = count, sample, sampled, look
        self.found = list(found)

    def quantile(self, p: float) -> Array:
        """Return the quantile of each element."""
        below, above, part = ranks(self.count, p)
        low, high = self._at(below, p), self._at(above, p)
        return np.asarray(low + part * (high - low))

    def share(self, x: float) -> Array:
        """Return the share of each element that is `x` or less."""
        elements = np.size(self._sample(0.5))
        windows = self._look(np.full((elements, 2), float(x)))
        return np.array([window.below + window.at_low for window in windows]) / self.count

    def _at(self, rank: int, p: float) -> Array:
        reach = REACH
        for windows in self.found:
            if (values := _all_at(windows, rank)) is not None:
                return values
        while True:
            self.found.append(self._look(window_ends(self._sample, self._sampled, p, reach)))
            if (values := _all_at(self.found[-1], rank)) is not None:
                return values
            reach *= 4.0


def window_ends(sample: Callable[[float], Any], sampled: int, p: float, reach: float = REACH) -> Array:
    """Return between which values a quantile of each element lies, `reach` standard errors of the sample both ways."""
    margin = reach * np.sqrt(p * (1.0 - p) / sampled) + reach / sampled
    infinite = np.full(np.size(sample(p)), np.inf)
    low = np.ravel(sample(p - margin)) if p > margin else -infinite
    high = np.ravel(sample(p + margin)) if p + margin < 1.0 else infinite
    return np.stack([low, high], axis=-1)


def _all_at(windows: Sequence[Window], rank: int) -> Array | None:
    values = [window.at(rank) for window in windows]
    return None if None in values else np.array(values, dtype=np.float64)


def windows_of(values: Array, ends: Array) -> list[Window]:
    """Look through numbers in memory, shape (n, ...), for one window per element."""
    columns = values.reshape(len(values), -1).T
    runs = range(0, len(values), RUN)
    return [
        Window.joined([Window.of(column[start : start + RUN], low, high) for start in runs])
        for column, (low, high) in zip(columns, ends.tolist(), strict=True)
    ]


class Moments(NamedTuple):
    """Mean and sum of squared deviations of numbers that are scaled by a power of two.

    References
    ----------
    Chan, Golub & LeVeque (1983), Algorithms for computing the sample variance. doi:10.1080/00031305.1983.10483115
    """

    number: int
    centre: Any
    squares: Any
    exponent: Any

    @classmethod
    def of(cls, values: Array, exponent: Any) -> Moments:
        """Return the moments along the first axis, in two passes."""
        scaled = np.ldexp(values, -exponent)
        centre = np.mean(scaled, axis=0)
        scaled -= centre
        return cls(len(values), centre, np.sum(np.square(scaled, out=scaled), axis=0), exponent)

    def merged(self, other: Moments) -> Moments:
        """Return the moments of both together."""
        number, apart = self.number + other.number, other.centre - self.centre
        centre = self.centre + apart * (other.number / number)
        squares = self.squares + other.squares + apart**2 * (self.number * (other.number / number))
        return Moments(number, centre, squares, self.exponent)

    @property
    def mean(self) -> Any:
        """The mean."""
        return np.ldexp(self.centre, self.exponent)

    @property
    def sd(self) -> Any:
        """The standard deviation of a sample; NaN for one number."""
        if self.number == 1:
            return np.full_like(self.centre, np.nan)
        return np.ldexp(np.sqrt(self.squares / (self.number - 1)), self.exponent)


def exponent_of(values: Array) -> Any:
    """Return the power of two that scales to about one along the first axis: no square then leaves the float range."""
    return np.frexp(np.max(np.abs(values), axis=0))[1]


def ranks(n: int, p: float) -> tuple[int, int, float]:
    """Return which order statistics to interpolate, and where between them, at ``p n − 1/2``.

    That is the midpoint (Hazen) rule, which is unbiased on evenly spread points.
    """
    position = min(max(p * n - 0.5, 0.0), n - 1.0)
    below = int(position)
    return below, min(below + 1, n - 1), position - below


def error_from_order_statistics(quantile: Callable[[float], Any], n: int, p: float) -> Any:
    """Return half the distance between the order statistics one binomial standard deviation either side.

    It is infinite where one of them would lie outside of all numbers: so few say nothing of how far out it is.
    """
    step = np.sqrt(p * (1.0 - p) / n)
    if min(p, 1.0 - p) - step < 0.5 / n:
        return np.full(np.shape(quantile(p)), np.inf)
    return (quantile(min(p + step, 1.0)) - quantile(max(p - step, 0.0))) / 2.0
