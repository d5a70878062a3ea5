"""Numbers with heavy tails: Student's t distribution."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from .belief import Distribution
from .checks import FloatArray, Values, demand

INFINITY = "infinity"  # JSON has no number for it
MANY = 100  # degrees of freedom, from which df / (df + t²) has lost digits beside 1


@dataclass(frozen=True, slots=True, eq=False)
class StudentT(Distribution):
    """Student's t distribution, shifted and scaled: like a normal, with heavier tails.

    The scale is not the standard deviation, which is scale * sqrt(df / (df - 2)) for more than 2 degrees of freedom.

    Parameters
    ----------
    median : float or array
        Centre of symmetry, in the unit of the number; also the mean where there is one.
    scale : float or array
        Scale, positive, in the unit of the number: the standard deviation of the normal that is approached with many
        degrees of freedom.
    degrees_of_freedom : float or array
        At least 0.1; ``math.inf`` gives the normal. Up to 1 the mean, and up to 2 the standard deviation, do not
        exist and are given as ``inf``.

    References
    ----------
    Student (1908), The probable error of a mean, doi:10.1093/biomet/6.1.1

    Examples
    --------
    >>> StudentT(10, 2, 4).mean
    10.0
    >>> round(StudentT(10, 2, 4).sd, 6)
    2.828427
    """

    name: ClassVar[str] = "studentt"
    has_slow_cdf: ClassVar[bool] = True
    _mass_to_ignore: ClassVar[float] = 1e-6
    _may_be_infinite: ClassVar[frozenset[str]] = frozenset({"degrees_of_freedom"})
    median: Values
    scale: Values
    degrees_of_freedom: Values

    def _check(self, where: str) -> None:
        demand(np.greater(self.scale, 0), f"{where}(scale)", "must be above 0; got {0}; use an exact value", self.scale)
        message = "must be 0.1 or more; got {0}; a normal has math.inf"
        enough = np.greater_equal(self.degrees_of_freedom, 0.1)
        demand(enough, f"{where}(degrees_of_freedom)", message, self.degrees_of_freedom)

    def _ppf(self, p: FloatArray) -> Any:
        distance = _tail_quantile(np.minimum(p, 1 - p), np.abs(1 - 2 * p), self.degrees_of_freedom)
        return self.median + self.scale * np.where(p < 0.5, -distance, distance)

    def _isf(self, q: FloatArray) -> Any:
        distance = _tail_quantile(np.minimum(q, 1 - q), np.abs(1 - 2 * q), self.degrees_of_freedom)
        return self.median + self.scale * np.where(q < 0.5, distance, -distance)

    def _cdf(self, x: FloatArray) -> Any:
        return self._probability_below((x - self.median) / self.scale)

    def _sf(self, x: FloatArray) -> Any:
        return self._probability_below((self.median - x) / self.scale)

    def _probability_below(self, t: Any) -> Any:
        tail = _tail_probability(np.abs(t), self.degrees_of_freedom)
        return np.where(t < 0, tail, 1 - tail)

    def _moments(self) -> tuple[Any, Any]:
        df = self.degrees_of_freedom
        widening = np.where(np.isinf(df), 1.0, np.sqrt(np.divide(df, np.subtract(df, 2))))
        mean = np.where(np.greater(df, 1), self.median, math.inf)
        return mean, np.where(np.greater(df, 2), self.scale * widening, math.inf)

    def _positive_from(self) -> float:
        return float(self.cdf(0.0))

    def _fill(self, generator: np.random.Generator, draws: FloatArray) -> None:
        # a normal over the root of a mean square, which is 1 for infinitely many degrees of freedom
        df = np.broadcast_to(self.degrees_of_freedom, draws.shape)
        finite = np.isfinite(df)
        mean_square = np.ones(draws.shape)
        mean_square[finite] = generator.chisquare(df[finite]) / df[finite]
        generator.standard_normal(out=draws)
        draws /= np.sqrt(mean_square)
        draws *= self.scale
        draws += self.median

    def parameters(self) -> dict[str, Any]:
        """Return the parameters as floats and lists, ready for JSON; infinite degrees of freedom as "infinity"."""
        found = Distribution.parameters(self)
        return found | {"degrees_of_freedom": _replaced(found["degrees_of_freedom"], {math.inf: INFINITY})}

    @classmethod
    def _restored(cls, parameters: dict[str, Any]) -> Self:
        degrees = _replaced(parameters["degrees_of_freedom"], {INFINITY: math.inf})
        return cls(**(parameters | {"degrees_of_freedom": degrees}))


def _replaced(value: Any, other: Mapping[Any, Any]) -> Any:
    """Return a number, or lists of lists of them, with some elements replaced."""
    if isinstance(value, list):
        return [_replaced(each, other) for each in value]
    return other.get(value, value) if isinstance(value, str | float) else value


def _tail_quantile(tail: Any, inside: Any, df: Any) -> Any:
    """Return the distance t >= 0 that is exceeded with probability `tail`; `inside` is 1 - 2 tail."""
    from scipy.special import betainccinv, betaincinv, betaln, ndtri

    half = df / 2
    # df / (df + t²) is a beta quantile, and so is t² / (df + t²); each keeps its digits where it is small
    far = betaincinv(half, 0.5, 2 * tail)
    near = np.zeros_like(far)
    betainccinv(0.5, half, 2 * tail, out=near, where=(far >= 0.5) & (tail < 0.25))
    betaincinv(0.5, half, inside, out=near, where=(far >= 0.5) & (tail >= 0.25))
    ratio = np.where(far < 0.5, np.sqrt((1 - far) / far), np.sqrt(near / (1 - near)))
    # where a square is beyond float range, the first term of the tail is exact to the last digits
    leading = np.exp(-(np.log(2 * tail) + np.log(half) + betaln(half, 0.5)) / df)
    ratio = np.where((far > 1e-280) | (df > 1e3), ratio, leading)
    return np.where(np.isinf(df), -ndtri(tail), np.sqrt(df) * ratio)


def _tail_probability(t: Any, df: Any) -> Any:
    """Return the probability of more than `t` >= 0."""
    from scipy.special import betainc, betaincc, betaln, ndtr

    ratio = t / np.sqrt(df)
    square = ratio**2
    half = df / 2
    far = betainc(half, 0.5, 1 / (1 + square))
    leading = np.exp(-df * np.log(ratio) - np.log(half) - betaln(half, 0.5))
    far = np.where(square < 1e280, far, leading)
    near = square / (1 + square)
    betaincc(0.5, half, near, out=far, where=(square <= 1) & (far <= 0.5) & (df > MANY))  # ten times as slow as betainc
    return np.where(np.isinf(df), ndtr(-t), np.where(far > 0.5, 1 - betainc(0.5, half, near), far) / 2)
