"""Numbers that are normal, or whose logarithm is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from ..checks import strict
from .belief import ByInterval, one_atom
from .checks import CHOICES, FloatArray, Values, demand, demand_interval, demand_sd, settle, tails_of

POWER_OF_TEN = "needs a power of ten within -307 to 307; got {0}; take the base 10 logarithm of the number"


def normal_through(low: Any, high: Any, tails: tuple[float, float]) -> tuple[Any, Any]:
    """Mean and standard deviation of the normal with quantiles `low` and `high` at `tails`."""
    from scipy.special import ndtri

    below, above = (float(ndtri(p)) for p in tails)
    width = above - below
    return low * (above / width) - high * (below / width), (high - low) / width


def normal_ppf(p: FloatArray, mean: Any, sd: Any) -> Any:
    """Quantiles of the normal; those at 1 - p where `sd` is negative."""
    from scipy.special import ndtri

    return np.where(np.equal(sd, 0), mean, mean + sd * ndtri(p))


@dataclass(frozen=True, slots=True, eq=False)
class Normal(ByInterval):
    """A normal (Gaussian) distribution; with `sd` 0 the number is known exactly.

    Parameters
    ----------
    mean, sd : float or array
        Mean and standard deviation (>= 0), in the unit of the number.

    Examples
    --------
    >>> Normal(86.06e9, 8.12e9).ppf(0.5)
    86060000000.0
    """

    name: ClassVar[str] = "normal"
    _mass_to_ignore: ClassVar[float] = 1e-6
    mean: Values = field()
    sd: Values = field()

    def _check(self, where: str) -> None:
        demand_sd(self.sd, f"{where}(sd)")

    @classmethod
    def _fit(cls, where: str, low: Values, high: Values, tails: tuple[float, float]) -> Self:
        return cls(*normal_through(low, high, tails))

    def _at_score(self, score: FloatArray) -> Any:
        return self.mean + self.sd * score

    def _ppf(self, p: FloatArray) -> Any:
        return normal_ppf(p, self.mean, self.sd)

    def _cdf(self, x: FloatArray) -> Any:
        from scipy.special import ndtr

        return np.where(np.equal(self.sd, 0), x >= self.mean, ndtr((x - self.mean) / self.sd))

    def _sf(self, x: FloatArray) -> Any:
        from scipy.special import ndtr

        return np.where(np.equal(self.sd, 0), x < self.mean, ndtr((self.mean - x) / self.sd))

    def _isf(self, q: FloatArray) -> Any:
        return normal_ppf(q, self.mean, np.negative(self.sd))

    def _moments(self) -> tuple[Any, Any]:
        return self.mean, self.sd

    def _positive_from(self) -> float:
        return float(self.cdf(0.0))

    def _atoms(self) -> tuple[FloatArray, FloatArray]:
        return one_atom(self.mean, exact=not self.sd)

    def _fill(self, generator: np.random.Generator, draws: FloatArray) -> None:
        generator.standard_normal(out=draws)
        draws *= self.sd
        draws += self.mean


@dataclass(frozen=True, slots=True, eq=False)
class LogNormal(ByInterval):
    """A distribution of a positive number whose natural logarithm is normal.

    Parameters
    ----------
    mu, sigma : float or array
        Mean and standard deviation (>= 0) of the natural logarithm; exp(mu) is the median.

    References
    ----------
    Limpert, Stahel & Abbt (2001), Log-normal distributions across the sciences,
    doi:10.1641/0006-3568(2001)051[0341:LNDATS]2.0.CO;2

    Examples
    --------
    >>> LogNormal(0, 1).ppf(0.5)
    1.0
    """

    name: ClassVar[str] = "lognormal"
    mu: Values
    sigma: Values

    def _check(self, where: str) -> None:
        demand_sd(self.sigma, f"{where}(sigma)")
        median = np.exp(self.mu)
        message = "mu is the natural logarithm of the median, and exp({0}) is beyond float range; take the logarithm"
        demand((median > 0) & np.isfinite(median), f"{where}(mu)", message, self.mu)

    @classmethod
    def _fit(cls, where: str, low: Values, high: Values, tails: tuple[float, float]) -> Self:
        demand(np.greater(low, 0), f"{where}(low)", "needs positive bounds; got {0}; " + CHOICES, low)
        return cls(*normal_through(np.log(low), np.log(high), tails))

    @classmethod
    def from_median(cls, median: Values, gsd: Values) -> Self:
        """Return the lognormal with this median and geometric standard deviation.

        Parameters
        ----------
        median : float or array
            Median, in the unit of the number, positive.
        gsd : float or array
            Factor above 1; about 68 % of the probability lies within median / gsd to median * gsd.

        Raises
        ------
        RangeError
            If `median` is not positive or `gsd` is not above 1.

        Examples
        --------
        >>> round(LogNormal.from_median(7000, 2).ppf(0.5), 6)
        7000.0
        """
        where = f"{cls.__name__}.from_median"
        middle, factor = settle(where, median=median, gsd=gsd)
        demand(np.greater(middle, 0), f"{where}(median)", "must be positive; got {0}; " + CHOICES, middle)
        message = "a geometric standard deviation is a factor above 1; got {0}; 2 means times or divided by 2"
        demand(np.greater(factor, 1), f"{where}(gsd)", message, factor)
        return cls(np.log(middle), np.log(factor))

    @classmethod
    def from_mean(cls, mean: Values, sd: Values) -> Self:
        """Return the lognormal with this mean and standard deviation of the number itself.

        Parameters
        ----------
        mean, sd : float or array
            Mean (positive) and standard deviation (>= 0), in the unit of the number.

        Raises
        ------
        RangeError
            If `mean` is not positive or `sd` is negative.

        Examples
        --------
        >>> round(LogNormal.from_mean(10, 3).mean, 6)
        10.0
        """
        where = f"{cls.__name__}.from_mean"
        centre, spread = settle(where, mean=mean, sd=sd)
        demand(np.greater(centre, 0), f"{where}(mean)", "must be positive; got {0}; " + CHOICES, centre)
        demand_sd(spread, f"{where}(sd)")
        with np.errstate(all="ignore"):
            # σ² = ln(1 + (sd / mean)²), μ = ln(mean) - σ² / 2
            variance = np.log1p(np.divide(spread, centre) ** 2)
            return cls(np.log(centre) - variance / 2, np.sqrt(variance))

    @classmethod
    def from_log10(cls, mean: Values, sd: Values) -> Self:
        """Return the lognormal whose logarithm to base 10 has this mean and standard deviation.

        Parameters
        ----------
        mean, sd : float or array
            Mean and standard deviation (>= 0) of log10 of the number, in powers of ten.

        Raises
        ------
        RangeError
            If `sd` is negative, or 10**mean is beyond float range.

        Examples
        --------
        >>> round(LogNormal.from_log10(14, 0.5).ppf(0.5) / 1e14, 9)
        1.0
        """
        where = f"{cls.__name__}.from_log10"
        centre, spread = settle(where, mean=mean, sd=sd)
        demand_sd(spread, f"{where}(sd)")
        demand(np.abs(centre) <= 307, f"{where}(mean)", POWER_OF_TEN, centre)
        with np.errstate(all="ignore"):
            return cls(np.multiply(centre, math.log(10)), np.multiply(spread, math.log(10)))

    @classmethod
    def from_log10_interval(cls, low: Values, high: Values, *, level: float) -> Self:
        """Return the lognormal whose equal-tailed interval at `level` is 10**low to 10**high.

        Parameters
        ----------
        low, high : float or array
            Ends of the interval as powers of ten, low < high.
        level : float
            Probability that the number lies in the interval, in (0, 1).

        Raises
        ------
        RangeError
            If the powers are reversed, equal or beyond float range, or `level` is outside (0, 1).

        Examples
        --------
        >>> round(LogNormal.from_log10_interval(13, 15, level=0.9).ppf(0.95) / 1e15, 9)
        1.0
        """
        where = f"{cls.__name__}.from_log10_interval"
        lower, upper = settle(where, low=low, high=high)
        for label, power in (("low", lower), ("high", upper)):
            demand(np.abs(power) <= 307, f"{where}({label})", POWER_OF_TEN, power)
        tails = tails_of(level, where)
        demand_interval(where, lower, upper)
        return cls(*normal_through(np.multiply(lower, math.log(10)), np.multiply(upper, math.log(10)), tails))

    def _at_score(self, score: FloatArray) -> Any:
        return np.exp(self.mu + self.sigma * score)

    def _ppf(self, p: FloatArray) -> Any:
        return np.exp(normal_ppf(p, self.mu, self.sigma))

    def _cdf(self, x: FloatArray) -> Any:
        from scipy.special import ndtr

        with np.errstate(divide="ignore"):  # the logarithm of zero
            probability = ndtr((np.log(np.maximum(x, 0)) - self.mu) / self.sigma)
        return np.where(np.equal(self.sigma, 0), x >= np.exp(self.mu), probability)

    def _sf(self, x: FloatArray) -> Any:
        from scipy.special import ndtr

        with np.errstate(divide="ignore"):  # the logarithm of zero
            probability = ndtr((self.mu - np.log(np.maximum(x, 0))) / self.sigma)
        return np.where(np.equal(self.sigma, 0), x < np.exp(self.mu), probability)

    def _isf(self, q: FloatArray) -> Any:
        return np.exp(normal_ppf(q, self.mu, np.negative(self.sigma)))

    def _moments(self) -> tuple[Any, Any]:
        variance = np.square(self.sigma)
        # sd = mean √(exp(σ²) - 1), written so that only the result can overflow
        return np.exp(self.mu + variance / 2), np.exp(self.mu + variance) * np.sqrt(-np.expm1(-variance))

    def _log_moments(self) -> tuple[Any, Any]:
        return self.mu, self.sigma

    def _atoms(self) -> tuple[FloatArray, FloatArray]:
        return one_atom(np.exp(self.mu), exact=not self.sigma)

    def _fill(self, generator: np.random.Generator, draws: FloatArray) -> None:
        generator.standard_normal(out=draws)
        draws *= self.sigma
        draws += self.mu
        np.exp(draws, out=draws)


@strict
def between(low: Values, high: Values, *, level: float | None = None) -> LogNormal:
    """Return the lognormal whose equal-tailed interval at `level` is exactly `low` to `high`.

    Parameters
    ----------
    low, high : float or array
        Positive bounds, low < high.
    level : float
        Probability that the number lies between them, in (0, 1).

    Returns
    -------
    LogNormal

    Raises
    ------
    RangeError
        If a bound is not positive, the bounds are reversed or equal, or `level` is outside (0, 1).

    Examples
    --------
    >>> round(between(1000, 10000, level=0.9).ppf(0.05), 6)
    1000.0
    """
    return LogNormal._from_interval("between", low, high, level)
