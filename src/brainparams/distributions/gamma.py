"""Positive numbers that follow a gamma distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from .belief import Distribution
from .checks import CHOICES, FloatArray, Values, demand, demand_sd, settle


@dataclass(frozen=True, slots=True, eq=False)
class Gamma(Distribution):
    """A positive number whose upper tail falls exponentially, such as a rate or a waiting time.

    Parameters
    ----------
    alpha : float or array
        Shape parameter (often k), within 1e-3 to 1e5; the coefficient of variation is 1 / sqrt(alpha).
    scale : float or array
        Scale parameter (often theta), positive, in the unit of the number; the mean is alpha * scale.

    Examples
    --------
    >>> Gamma(4, 0.5).mean
    2.0
    """

    name: ClassVar[str] = "gamma"
    has_slow_cdf: ClassVar[bool] = True
    alpha: Values
    scale: Values

    def _check(self, where: str) -> None:
        # the lower tail of scipy's incomplete gamma function loses its digits: 6e-7 of it at alpha 1e6, a third at 1e8
        message = "must be within 1e-3 to 1e5; got {0}; Gamma.from_mean finds it, and Normal serves a narrower spread"
        inside = np.greater_equal(self.alpha, 1e-3) & np.less_equal(self.alpha, 1e5)
        demand(inside, f"{where}(alpha)", message, self.alpha)
        demand(np.greater(self.scale, 0), f"{where}(scale)", "must be positive; got {0}; " + CHOICES, self.scale)

    @classmethod
    def from_mean(cls, mean: Values, sd: Values) -> Self:
        """Return the gamma distribution with this mean and standard deviation.

        Parameters
        ----------
        mean, sd : float or array
            Mean and standard deviation, both positive, in the unit of the number; sd / mean within 0.0032 to 31.

        Raises
        ------
        RangeError
            If either is not positive, or the spread is too narrow or too wide for a gamma distribution.

        Examples
        --------
        >>> Gamma.from_mean(2, 1)
        Gamma(alpha=4.0, scale=0.5)
        """
        where = f"{cls.__name__}.from_mean"
        centre, spread = settle(where, mean=mean, sd=sd)
        demand(np.greater(centre, 0), f"{where}(mean)", "must be positive; got {0}; " + CHOICES, centre)
        demand_sd(spread, f"{where}(sd)")
        with np.errstate(all="ignore"):
            ratio = np.divide(spread, centre)
            message = "sd / mean must be within 0.0032 to 31; got {0}; LogNormal.from_mean takes any spread"
            demand((ratio >= 0.0032) & (ratio <= 31), f"{where}(sd)", message, ratio)
            # α = (mean / sd)², θ = sd² / mean
            return cls(ratio**-2.0, spread * ratio)

    def _ppf(self, p: FloatArray) -> Any:
        from scipy.special import gammaincinv

        return gammaincinv(self.alpha, p) * self.scale

    def _isf(self, q: FloatArray) -> Any:
        from scipy.special import gammainccinv

        return gammainccinv(self.alpha, q) * self.scale

    def _cdf(self, x: FloatArray) -> Any:
        from scipy.special import gammainc

        return gammainc(self.alpha, np.maximum(x, 0) / self.scale)

    def _sf(self, x: FloatArray) -> Any:
        from scipy.special import gammaincc

        return gammaincc(self.alpha, np.maximum(x, 0) / self.scale)

    def _moments(self) -> tuple[Any, Any]:
        return self.alpha * self.scale, np.sqrt(self.alpha) * self.scale

    def _log_moments(self) -> tuple[Any, Any]:
        from scipy.special import polygamma, psi

        # E ln X = ψ(α) + ln θ, Var ln X = ψ₁(α)
        return psi(self.alpha) + np.log(self.scale), np.sqrt(polygamma(1, self.alpha))

    def _fill(self, generator: np.random.Generator, draws: FloatArray) -> None:
        draws[...] = generator.standard_gamma(self.alpha, draws.shape)
        draws *= self.scale
