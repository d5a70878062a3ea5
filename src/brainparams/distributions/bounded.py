"""Numbers between two bounds: uniform, uniform in the logarithm, or around a mode."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np

from .belief import ByInterval, Distribution, fill_inside_unit
from .checks import CHOICES, FloatArray, Values, demand, demand_interval, settle, tails_of
from .fractions import beta_quantiles


@dataclass(frozen=True, slots=True, eq=False)
class Uniform(ByInterval):
    """A number that lies anywhere between two bounds with equal density.

    Parameters
    ----------
    low, high : float or array
        Bounds, low < high, in the unit of the number.

    Examples
    --------
    >>> Uniform(2, 4).mean
    3.0
    """

    name: ClassVar[str] = "uniform"
    low: Values
    high: Values

    def _check(self, where: str) -> None:
        demand_interval(where, self.low, self.high)

    @classmethod
    def _fit(cls, where: str, low: Values, high: Values, tails: tuple[float, float]) -> Self:
        width = (high - low) / (tails[1] - tails[0])
        return cls(low - width * tails[0], high + width * (1 - tails[1]))

    def _ppf(self, p: FloatArray) -> Any:
        # rounding may carry low + width past high, or stop short of it
        inner = np.minimum(self.low + (self.high - self.low) * p, self.high)
        return np.where(p == 1, self.high, inner)

    def _cdf(self, x: FloatArray) -> Any:
        return np.clip((x - self.low) / (self.high - self.low), 0, 1)

    def _moments(self) -> tuple[Any, Any]:
        return self.low / 2 + self.high / 2, (self.high - self.low) / math.sqrt(12)

    def _fill(self, generator: np.random.Generator, draws: FloatArray) -> None:
        fill_inside_unit(generator, draws)
        draws *= self.high - self.low
        draws += self.low
        np.minimum(draws, self.high, out=draws)


@dataclass(frozen=True, slots=True, eq=False)
class LogUniform(ByInterval):
    """A positive number whose logarithm lies anywhere between two bounds with equal density.

    Parameters
    ----------
    low, high : float or array
        Bounds of the number itself, 0 < low < high.

    Examples
    --------
    >>> round(LogUniform(1, 100).ppf(0.5), 9)
    10.0
    """

    name: ClassVar[str] = "loguniform"
    low: Values
    high: Values

    def _check(self, where: str) -> None:
        demand_interval(where, self.low, self.high)
        message = "needs positive bounds; got {0}; " + CHOICES
        demand(np.greater(self.low, 0), f"{where}(low)", message, self.low)

    @classmethod
    def _fit(cls, where: str, low: Values, high: Values, tails: tuple[float, float]) -> Self:
        demand(np.greater(low, 0), f"{where}(low)", "needs positive bounds; got {0}; " + CHOICES, low)
        width = (np.log(high) - np.log(low)) / (tails[1] - tails[0])
        # from the nearer bound, so that a narrow interval keeps its digits
        lower, upper = low * np.exp(-width * tails[0]), high * np.exp(width * (1 - tails[1]))
        message = "the support of {0} to {1} at this level is beyond float range; use a level nearer 1"
        demand((lower > 0) & np.isfinite(upper), f"{where}(low)", message, low, high)
        return cls(lower, upper)

    def _log_width(self) -> Any:
        ratio = np.log1p((self.high - self.low) / self.low)  # keeps the digits of narrow intervals
        return np.where(np.isfinite(ratio), ratio, np.log(self.high) - np.log(self.low))

    def _ppf(self, p: FloatArray) -> Any:
        inner = np.clip(np.exp(np.log(self.low) + p * self._log_width()), self.low, self.high)
        return np.where(p == 0, self.low, np.where(p == 1, self.high, inner))

    def _cdf(self, x: FloatArray) -> Any:
        inside = np.clip(x, self.low, self.high)
        ratio = np.log1p((inside - self.low) / self.low)
        ratio = np.where(np.isfinite(ratio), ratio, np.log(inside) - np.log(self.low))
        return np.minimum(ratio / self._log_width(), 1)

    def _moments(self) -> tuple[Any, Any]:
        width = self._log_width()
        shrink = np.exp(-width)
        half_square = (width / 2) ** 2
        # (1 + e) / 2 - (1 - e) / w with e = exp(-w); by its series where the two terms cancel
        series = np.polynomial.polynomial.polyval(half_square, [2 * k / math.factorial(2 * k + 1) for k in range(9)])
        spread = np.where(width < 2, np.exp(-width / 2) * series, (1 + shrink) / 2 + np.expm1(-width) / width)
        level = -np.expm1(-width) / width
        return self.high * level, self.high * np.sqrt(level * spread)

    def _log_moments(self) -> tuple[Any, Any]:
        width = self._log_width()
        return np.log(self.low) + width / 2, width / math.sqrt(12)


@dataclass(frozen=True, slots=True, eq=False)
class Triangular(Distribution):
    """A number between two bounds whose density rises to a mode and falls again.

    Parameters
    ----------
    low, mode, high : float or array
        Lowest, most probable and highest value, low <= mode <= high, low < high.

    Examples
    --------
    >>> Triangular(0, 1, 2).cdf(1)
    0.5
    """

    name: ClassVar[str] = "triangular"
    low: Values
    mode: Values
    high: Values

    def _check(self, where: str) -> None:
        _demand_order(where, self.low, self.mode, self.high)

    @classmethod
    def from_interval(cls, low: Values, high: Values, *, level: float, mode: Values) -> Self:
        """Return the triangular distribution with this mode and equal-tailed interval.

        Parameters
        ----------
        low, high : float or array
            The quantiles at (1 - level)/2 and (1 + level)/2.
        level : float
            Probability that the number lies in the interval, in (0, 1).
        mode : float or array
            Most probable value, within `low` to `high`.

        Raises
        ------
        RangeError
            If the interval is impossible, `mode` lies outside it, or `level` is outside (0, 1).

        Examples
        --------
        >>> round(Triangular.from_interval(2, 9, level=0.9, mode=4).ppf(0.05), 9)
        2.0
        """
        where = f"{cls.__name__}.from_interval"
        with np.errstate(all="ignore"):
            lower, centre, upper = settle(where, low=low, mode=mode, high=high)
            tails = tails_of(level, where)
            _demand_order(where, lower, centre, upper)
            sides = np.vectorize(partial(_triangle_sides, tails=tails), otypes="dd")
            left, right = sides(np.subtract(centre, lower), np.subtract(upper, centre))
            return cls(centre - left, centre, centre + right)

    def _sides(self) -> tuple[Any, Any, Any, Any]:
        """Widths below and above the mode, then the probabilities there."""
        left, right = self.mode - self.low, self.high - self.mode
        width = self.high - self.low
        return left, right, left / width, right / width

    def _ppf(self, p: FloatArray) -> Any:
        left, right, below, above = self._sides()
        width = self.high - self.low
        # measured from the mode or from the end, whichever is nearer zero: the difference of two large numbers is not
        by_mode = self.mode - left * ((below - p) / below) / (1 + np.sqrt(p / below))
        rising = np.where(np.abs(self.mode) < np.abs(self.low), by_mode, self.low + width * np.sqrt(p * below))
        by_mode = self.mode + right * ((p - below) / above) / (1 + np.sqrt((1 - p) / above))
        falling = np.where(np.abs(self.mode) < np.abs(self.high), by_mode, self.high - width * np.sqrt((1 - p) * above))
        inside = np.where(p < below, np.clip(rising, self.low, self.mode), np.clip(falling, self.mode, self.high))
        return np.where(p == 0, self.low, np.where(p == 1, self.high, inside))

    def _cdf(self, x: FloatArray) -> Any:
        left, right, below, above = self._sides()
        inside = np.clip(x, self.low, self.high)
        rising = below * ((inside - self.low) / left) ** 2
        step = (inside - self.mode) / right
        falling = np.minimum(below + above * step * (2 - step), 1)
        # 0 / 0 at the upper end when the mode is there too
        return np.where(inside < self.mode, rising, np.where(inside < self.high, falling, 1.0))

    def _moments(self) -> tuple[Any, Any]:
        _, _, below, above = self._sides()
        sd = (self.high - self.low) * np.sqrt((1 - below * above) / 18)
        return self.low / 3 + self.mode / 3 + self.high / 3, sd

    def _kink_at(self) -> float:
        return float(self._sides()[2])


def _demand_order(where: str, low: Values, mode: Values, high: Values) -> None:
    demand_interval(where, low, high)
    message = "the mode must lie within {0} to {1}; got {2}; order is low, mode, high"
    inside = np.less_equal(low, mode) & np.less_equal(mode, high)
    demand(inside, f"{where}(mode)", message, low, high, mode)


def _triangle_sides(left: float, right: float, tails: tuple[float, float]) -> tuple[float, float]:
    """Distances from mode to support ends, given those (`left`, `right`) from mode to the quantiles at `tails`."""
    from scipy.optimize import brentq

    below, above = tails[0], 1 - tails[1]

    def cut(ratio: float, tail: float) -> float:
        return 1 - math.sqrt(min(tail * (1 + ratio), 1.0))

    def misfit(log_ratio: float) -> float:
        ratio = math.exp(log_ratio)
        return (right * cut(ratio, below) - ratio * left * cut(1 / ratio, above)) / (left + right)

    # r = v / u, the ratio of the two sides: H (1 - √(a (1 + r))) = r L (1 - √(a (1 + 1/r)))
    ends = math.log(above / (1 - above)), math.log((1 - below) / below)
    if misfit(ends[1]) >= 0:  # the mode is the lower quantile, or too near to be told from it
        ratio = math.exp(ends[1])
    elif misfit(ends[0]) <= 0:
        ratio = math.exp(ends[0])
    else:
        ratio = math.exp(brentq(misfit, *ends, xtol=1e-15, rtol=1e-15))
    if left >= right:
        side = left / cut(ratio, below)
        return side, ratio * side
    side = right / cut(1 / ratio, above)
    return side / ratio, side


@dataclass(frozen=True, slots=True, eq=False)
class PERT(Distribution):
    """A number between two bounds around a mode: a beta distribution whose mean is (low + 4 mode + high) / 6.

    It is smoother than `Triangular` and puts less weight on the ends. The weight 4 of the mode is that of the program
    evaluation and review technique, for which the distribution is named.

    Parameters
    ----------
    low, mode, high : float or array
        Lowest, most probable and highest value, low <= mode <= high, low < high.

    References
    ----------
    Malcolm, Roseboom, Clark & Fazar (1959), Application of a technique for research and development program
    evaluation, doi:10.1287/opre.7.5.646

    Examples
    --------
    >>> PERT(0, 3, 6).mean
    3.0
    """

    name: ClassVar[str] = "pert"
    has_slow_cdf: ClassVar[bool] = True
    low: Values
    mode: Values
    high: Values

    def _check(self, where: str) -> None:
        _demand_order(where, self.low, self.mode, self.high)

    def _shapes(self) -> tuple[Any, Any]:
        """Both shape parameters of the beta distribution; their sum is 6."""
        width = self.high - self.low
        return 1 + 4 * ((self.mode - self.low) / width), 1 + 4 * ((self.high - self.mode) / width)

    def _ppf(self, p: FloatArray) -> Any:
        alpha, beta = self._shapes()
        width = self.high - self.low
        below, above = beta_quantiles(alpha, beta, p)
        # measured from the nearer end
        inside = np.where(below < 0.5, self.low + width * below, self.high - width * above)
        return np.where(p == 0, self.low, np.where(p == 1, self.high, np.clip(inside, self.low, self.high)))

    def _cdf(self, x: FloatArray) -> Any:
        from scipy.special import betainc

        inside = np.clip(x, self.low, self.high)
        return betainc(*self._shapes(), (inside - self.low) / (self.high - self.low))

    def _moments(self) -> tuple[Any, Any]:
        alpha, beta = self._shapes()
        mean = self.low / 6 + self.mode * (4 / 6) + self.high / 6
        return mean, (self.high - self.low) * np.sqrt(alpha * beta / 7) / 6

    def _fill(self, generator: np.random.Generator, draws: FloatArray) -> None:
        draws[...] = generator.beta(*self._shapes(), draws.shape)
        draws *= self.high - self.low
        draws += self.low
        np.clip(draws, self.low, self.high, out=draws)
