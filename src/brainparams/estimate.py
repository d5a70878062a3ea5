"""What an engine returns: quantiles with their standard errors, and how they were found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial, reduce
from typing import Any, Literal, Protocol

import numpy as np

from .distributions import Distribution
from .errors import KindError, RangeError, shown
from .graph import Axis
from .operations import Number
from .order_statistics import (
    RUN,
    Moments,
    OrderStatistics,
    error_from_order_statistics,
    exponent_of,
    ranks,
    windows_of,
)
from .units import Unit

__all__ = ["Closed", "Drawn", "Estimate", "Exactly", "Interval", "Law", "Linearity", "check_level"]

Array = np.ndarray[Any, np.dtype[np.float64]]
EngineName = Literal["exact", "convolution", "linear", "sobol", "random"]
FEW = 2**17  # draws that are sorted at once
MANY_ASKED = 16  # quantiles of one result, from which on sorting all draws is faster


@dataclass(frozen=True, slots=True, repr=False)
class Interval:
    """An equal-tailed coverage interval: below `low` and above `high` lies the same probability.

    Attributes
    ----------
    low, high : float or ndarray
        The ends, in `unit`.
    level : float
        The probability inside, in (0, 1).
    unit : str
        The unit of the ends.

    Examples
    --------
    >>> low, high = Interval(1000.0, 10000.0, level=0.9, unit="synapse/neuron")
    >>> low, high
    (1000.0, 10000.0)
    """

    low: Any
    high: Any
    level: float
    unit: str
    kind: str = "equal-tailed"

    def __iter__(self) -> Iterator[Any]:
        """Unpack as ``low, high``."""
        yield self.low
        yield self.high

    def __repr__(self) -> str:
        """Return both ends to three digits; all digits are in `low` and `high`."""
        if np.ndim(self.low):
            return f"Interval(low={self.low!r}, high={self.high!r}, level={self.level:g}, unit={self.unit!r})"
        unit = "" if self.unit == "1" else f" {self.unit}"
        low, high = (f"{float(f'{float(end):.3g}'):g}".replace("e+", "e") for end in (self.low, self.high))
        return f"{low} to {high}{unit} ({100 * self.level:.10g} %, {self.kind})"


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


@dataclass(frozen=True, slots=True)
class Exactly:
    """The result is one number, or an array of numbers; integers have all their digits."""

    value: Any

    def quantile(self, p: float) -> Any:
        """Return the number itself."""
        return self.value

    def standard_error(self, p: float) -> Any:
        """Return zero."""
        return 0.0

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return a step at the number."""
        return _plain(np.where(self.value <= x, 1.0, 0.0)), 0.0

    def mean(self) -> Any:
        """Return the number itself."""
        return self.value

    def sd(self) -> Any:
        """Return zero."""
        return 0.0


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
        is_one = self.draws.shape[0] == 1 and self.draws.size > FEW
        if is_one and "_pooled" not in self.__dict__ and len(self._order.found) < MANY_ASKED:
            return self._order.quantile(p).reshape(self.draws.shape[2:])
        return _quantile_of_sorted(self._pooled, p, axis=0)

    def quantile(self, p: float) -> Any:
        """Return the quantile of all draws together."""
        return _plain(self._quantile(p))

    def standard_error(self, p: float) -> Any:
        """Return the standard error: from the replicates, or from order statistics where there is one only."""
        replicates = self.draws.shape[0]
        if replicates == 1:
            return _plain(error_from_order_statistics(self._quantile, self.draws.shape[1], p))
        each = _quantile_of_sorted(self._sorted, p, axis=1)
        return _plain(_sd(each) / np.sqrt(replicates))

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return the share of draws at or below; its error from the replicates, or binomial where there is one."""
        shares = np.mean(self.draws <= x, axis=1)
        share, count = np.mean(shares, axis=0), len(shares)
        spread = np.sqrt(share * (1.0 - share) / self.draws.shape[1]) if count == 1 else np.std(shares, axis=0, ddof=1)
        return _plain(share), _plain(spread / np.sqrt(count))

    @cached_property
    def _moments(self) -> Moments:
        values = self.draws.reshape(-1, *self.draws.shape[2:])
        blocks = (values[start : start + RUN] for start in range(0, len(values), RUN))
        exponent = exponent_of(values[:RUN])
        return reduce(Moments.merged, (Moments.of(block, exponent) for block in blocks))

    def mean(self) -> Any:
        """Return the mean of all draws."""
        return _plain(self._moments.mean)

    def sd(self) -> Any:
        """Return the standard deviation of all draws, in two passes over each block."""
        return _plain(self._moments.sd)


def _sd(values: Array) -> Any:
    return Moments.of(values, exponent_of(values)).sd


def _quantile_of_sorted(values: Array, p: float, axis: int) -> Any:
    below, above, part = ranks(values.shape[axis], p)
    low, high = np.take(values, below, axis=axis), np.take(values, above, axis=axis)
    return low + part * (high - low)


def _plain(value: Any) -> Any:
    return float(value) if np.ndim(value) == 0 else value


@dataclass(frozen=True, slots=True)
class Linearity:
    """Whether first-order propagation describes the result (JCGM 101:2008, clause 8).

    Attributes
    ----------
    holds : bool
        Whether both ends of the interval agree with the reference within the tolerance.
    low_difference, high_difference : float
        First-order end minus reference end, in the unit of the result.
    tolerance : float
        5 % of the standard uncertainty, in the unit of the result: between one and two significant digits of it.
    level : float
        Level of the intervals compared.
    reference : str
        The engine compared with.
    """

    holds: bool
    low_difference: float
    high_difference: float
    tolerance: float
    level: float
    reference: str


@dataclass(frozen=True)
class Estimate:
    """What one engine found out about one quantity.

    Attributes
    ----------
    engine : {"exact", "convolution", "linear", "sobol", "random"}
        The engine that ran.
    reason : str
        Why this engine.
    unit : Unit
        The unit of every number here.
    draws : int
        Number of draws; 0 where nothing was drawn.
    seed : int or None
        The seed; None where nothing was drawn.
    linearity : Linearity or None
        The verdict on first-order propagation, where it was asked for.
    versions : dict
        Versions of brainparams and of the packages that made the digits.

    Examples
    --------
    >>> import brainparams as bp
    >>> found = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range").estimate()
    >>> found.engine, found.unit.text, round(found.quantile(0.95), 6)
    ('exact', 'synapse/neuron', 10000.0)
    """

    engine: EngineName
    reason: str
    unit: Unit
    axes: tuple[Axis, ...]
    law: Law = field(repr=False)
    draws: int = 0
    seed: int | None = None
    linearity: Linearity | None = None
    versions: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return what was found in one line."""
        if self.axes:
            what = f"an array along {', '.join(axis.name for axis in self.axes)} in {self.unit.text}"
        elif self.is_exact_number:
            what = f"{self.law.quantile(0.5)} {self.unit.text} exactly"
        else:
            what = f"median {self.median:.4g}, {self.interval(0.90)}"
        return f"<Estimate: {what}; {self.engine} engine>"

    @property
    def is_exact_number(self) -> bool:
        """Whether the result has no spread at all."""
        return isinstance(self.law, Exactly)

    @property
    def value(self) -> Number:
        """The number, where the result has no spread; integers have all their digits.

        Raises
        ------
        RangeError
            If the result is uncertain.
        """
        if not self.is_exact_number:
            raise RangeError("value: this quantity is uncertain; ask for .median(), .mean() or .interval(0.90)")
        return self.law.quantile(0.5)  # type: ignore[no-any-return]

    def quantile(self, p: float) -> Any:
        """Return the value below which the quantity lies with probability `p`, in `unit`."""
        return self.law.quantile(_probability(p, "quantile"))

    def standard_error(self, p: float) -> Any:
        """Return the standard error of that quantile which comes from drawing; 0 for a closed form."""
        return self.law.standard_error(_probability(p, "standard_error"))

    def cdf(self, x: float) -> Any:
        """Return the probability that the quantity is `x` or less, for `x` in `unit`."""
        return self.law.cdf(_number(x, "cdf(): x"))[0]

    @property
    def median(self) -> Any:
        """The value that is as likely too high as too low, in `unit`."""
        return self.law.quantile(0.5)

    @property
    def mean(self) -> Any:
        """The expected value, in `unit`; pulled up by a long upper tail."""
        return self.law.mean()

    @property
    def sd(self) -> Any:
        """The standard deviation, in `unit`."""
        return self.law.sd()

    def interval(self, level: float) -> Interval:
        """Return the equal-tailed coverage interval at `level`, in `unit`."""
        level = check_level(level, "interval")
        tail = (1.0 - level) / 2.0
        return Interval(self.law.quantile(tail), self.law.quantile(1.0 - tail), level, self.unit.text)

    def judged(self, linearity: Linearity) -> Estimate:
        """Return the same estimate with the verdict on first-order propagation."""
        return replace(self, linearity=linearity)


def check_level(level: object, where: str) -> float:
    """Return a coverage level as a float in (0, 1), or raise with the mend.

    Raises
    ------
    KindError, RangeError
        If it is not a number, or not inside (0, 1).
    """
    number = _number(level, f"{where}(): level")
    if 1.0 < number < 100.0:
        raise RangeError(f"{where}(): level must be in (0, 1); got {shown(level)}; did you mean {number / 100:g}?")
    if not 0.0 < number < 1.0:
        raise RangeError(f"{where}(): level must be in (0, 1), such as 0.90; got {shown(level)}")
    return number


def _probability(p: object, where: str) -> float:
    number = _number(p, f"{where}(): p")
    if not 0.0 <= number <= 1.0:
        raise RangeError(f"{where}(): p is a probability and must be in [0, 1], such as 0.95; got {shown(p)}")
    return number


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise KindError(f"{where} must be a number such as 0.90; got {shown(value)}")
    return float(value)
