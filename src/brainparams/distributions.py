"""What one believes about a number: shape, ppf, cdf, mean, sd, support."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import partial
from numbers import Real
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .errors import ArgumentError, KindError, RangeError, ShapeError, UnknownNameError, did_you_mean, shown

__all__ = [
    "Beta",
    "Distribution",
    "Empirical",
    "LogNormal",
    "LogUniform",
    "Normal",
    "Point",
    "Stack",
    "Triangular",
    "Uniform",
    "Values",
    "between",
    "distribution_from",
    "stack",
]

FloatArray: TypeAlias = NDArray[np.float64]
Values: TypeAlias = float | FloatArray

DEEPEST = 16  # axes of an array of unknowns; numpy itself ends at 64

CHOICES = "if zero or less is possible, choose Normal.from_interval, Uniform or Triangular; for a fraction, Beta"


def _demand(holds: Any, where: str, message: str, *values: Any) -> None:
    """Raise RangeError for the first element that does not hold; `message` shows the `values` at that element."""
    if np.all(holds):
        return
    holds, *arrays = np.broadcast_arrays(holds, *values)
    index = np.unravel_index(int(np.argmin(holds)), holds.shape)
    place = f"{where[:-1]}[{', '.join(str(int(each)) for each in index)}])" if index else where
    raise RangeError(f"{place}: {message.format(*(format(float(array[index]), '.12g') for array in arrays))}")


def _one_number(value: object, where: str) -> float:
    """Return one real number as a float."""
    # numpy counts timedelta64 among its integers
    if isinstance(value, bool | np.timedelta64) or not isinstance(value, Real | Decimal):
        message = f"{where}: needs a real number or a plain numpy array of them; got {shown(value)}"
        raise KindError(f"{message} ({type(value).__name__}); convert it with float(...) if that is what it means")
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    except ValueError:  # a signalling NaN
        result = math.nan
    if math.isinf(result) and value != result:
        raise RangeError(f"{where}: {shown(value)} is beyond float range (1.8e308); use a larger unit")
    return result


def _number_array(value: Any, where: str) -> FloatArray:
    """Return a numpy array or a list of real numbers as float64."""
    if isinstance(value, np.ndarray):
        # subclasses carry a unit or a mask, which a plain array would lose without a word
        if type(value) not in {np.ndarray, np.memmap} or value.dtype.kind not in "iuf":
            message = f"{where}: needs a plain numpy array of real numbers; got {type(value).__name__} of {value.dtype}"
            raise KindError(f"{message}; convert it with .astype(float) if that is what it means")
        with np.errstate(over="ignore"):
            return value.astype(np.float64, copy=False)
    if where.count("[") >= DEEPEST:  # `where` carries the path to this row
        raise ShapeError(f"{where}: nested deeper than {DEEPEST} levels; give a flatter array")
    if not all(type(each) is float for each in value):
        value = [_numbers(each, f"{where[:-1]}[{index}])", finite=False) for index, each in enumerate(value)]
    try:
        return np.array(value, dtype=np.float64)
    except ValueError:
        raise ShapeError(f"{where}: rows differ in length in {shown(value)}; make them equal") from None


def _numbers(value: object, where: str, *, finite: bool = True) -> Values:
    """Return one number or an array of them as float or float64 array; NaN never, infinity only where allowed."""
    is_array = isinstance(value, np.ndarray | list | tuple)
    result = _number_array(value, where) if is_array else np.array(_one_number(value, where))
    if result.ndim > DEEPEST:
        raise ShapeError(f"{where}: has {result.ndim} axes; at most {DEEPEST}; reshape it")
    if result.size == 0:
        raise RangeError(f"{where}: holds no numbers; give at least one")
    _demand(~np.isnan(result), where, "not a number; leave it out instead")
    if finite:
        _demand(np.isfinite(result), where, "must be finite; got {0}; give a bound that is a number", result)
    return _plain(result)


def _plain(value: Any) -> Values:
    """Return a plain float for a single number and a float64 array otherwise."""
    return float(value) if np.ndim(value) == 0 else np.asarray(value, dtype=np.float64)


def _frozen(value: Values, shape: tuple[int, ...]) -> Values:
    """Return a read-only copy of `value` of this shape."""
    copy = np.broadcast_to(value, shape) + 0.0  # + 0.0: minus zero would be equal and yet have another key
    if shape:
        copy.setflags(write=False)
    return _plain(copy)


def _settled(where: str, **given: object) -> list[Values]:
    """Return the arguments of `where` as checked, read-only numbers of one common shape."""
    numbers = {name: _numbers(value, f"{where}({name})") for name, value in given.items()}
    try:
        shape = np.broadcast_shapes(*(np.shape(each) for each in numbers.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {np.shape(each)}" for name, each in numbers.items())
        raise ShapeError(f"{where}(): arguments need one common shape; got {shapes}; make them equal") from None
    return [_frozen(each, shape) for each in numbers.values()]


def _demand_interval(where: str, low: Values, high: Values) -> None:
    _demand(np.less_equal(low, high), f"{where}(low)", "lower {0} above upper {1}; swap them?", low, high)
    _demand(np.less(low, high), f"{where}(low)", "zero width at {0}; use an exact value", low)
    width = np.subtract(high, low)
    _demand(np.isfinite(width), f"{where}(low)", "{0} to {1} is wider than float range (1.8e308)", low, high)


def _tails(level: object, where: str) -> tuple[float, float]:
    """Return the two probabilities between which an equal-tailed interval of this level lies."""
    value = _numbers(level, f"{where}(level)")
    if not isinstance(value, float):
        raise ShapeError(f"{where}(level): needs one number for all intervals; got {shown(level)}")
    hint = f"; did you mean {value / 100:.12g}?" if 1 < value < 100 else "; 0.9 is the 5–95 % range"
    _demand(0 < value < 1, f"{where}(level)", "must be in (0, 1); got {0}" + hint, value)
    low, high = (1 - value) / 2, (1 + value) / 2
    _demand(0 < low < high < 1, f"{where}(level)", "{0} is too close to 0 or 1 for floats; use 0.9", value)
    return low, high


def _inside_unit(generator: np.random.Generator, size: tuple[int, ...]) -> FloatArray:
    """Return uniform numbers strictly inside (0, 1): the midpoints of 2**52 equal cells, each exact in binary."""
    uniforms = np.empty(size)
    generator.random(out=uniforms)
    uniforms *= 2.0**52
    np.floor(uniforms, out=uniforms)
    uniforms += 0.5  # with 2**53 cells the last midpoint would round to 1
    uniforms *= 2.0**-52
    return uniforms


@dataclass(frozen=True, slots=True, eq=False)
class Distribution(ABC):
    """What one believes about a number, or about an array of independent numbers.

    Parameters of a distribution are numbers or arrays; arrays broadcast to one `shape` and become read-only.
    A new kind needs a `name`, its parameters as fields, and `_check`, `_ppf`, `_cdf` and `_moments`.

    Examples
    --------
    >>> isinstance(LogNormal(7, 0.5), Distribution)
    True
    """

    name: ClassVar[str]
    _mass_to_ignore: ClassVar[float] = 0.0  # probability of zero or less that log_sd() leaves out

    def __post_init__(self) -> None:
        where = type(self).__name__
        names = [each.name for each in fields(self)]
        with np.errstate(all="ignore"):
            settled = _settled(where, **{name: getattr(self, name) for name in names})
            for name, value in zip(names, settled, strict=True):
                object.__setattr__(self, name, value)
            self._check(where)

    @abstractmethod
    def _check(self, where: str) -> None:
        """Raise RangeError unless the parameters are possible together."""

    @abstractmethod
    def _ppf(self, p: FloatArray) -> Any:
        """Quantiles for checked `p` that ends in the distribution's shape."""

    @abstractmethod
    def _cdf(self, x: FloatArray) -> Any:
        """Probabilities for checked `x` that ends in the distribution's shape."""

    @abstractmethod
    def _moments(self) -> tuple[Any, Any]:
        """Mean and standard deviation."""

    def _draw(self, generator: np.random.Generator, size: tuple[int, ...]) -> Any:
        return self._ppf(_inside_unit(generator, size))

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array of unknowns; ``()`` for a single one."""
        return np.shape(getattr(self, fields(self)[0].name))

    @property
    def mean(self) -> Values:
        """Expected value; infinite where it is beyond float range."""
        with np.errstate(all="ignore"):
            return _plain(self._moments()[0])

    @property
    def sd(self) -> Values:
        """Standard deviation; infinite where it is beyond float range."""
        with np.errstate(all="ignore"):
            return _plain(self._moments()[1])

    @property
    def support(self) -> tuple[Values, Values]:
        """Lowest and highest possible value; may be infinite."""
        return self.ppf(0.0), self.ppf(1.0)

    def ppf(self, p: Values) -> Values:
        """Return the value below which the number lies with probability `p` (the quantile).

        Parameters
        ----------
        p : float or array of shape (..., *shape)
            Probabilities in [0, 1]; 0 and 1 give the ends of the support.

        Returns
        -------
        float or array
            In the unit of the distribution; a float when both `p` and the distribution are single.

        Raises
        ------
        RangeError, KindError, ShapeError
            If `p` is not a probability, not a number, or does not end in the distribution's shape.

        Examples
        --------
        >>> Uniform(0, 10).ppf(0.25)
        2.5
        """
        where = f"{type(self).__name__}.ppf(p)"
        checked = _numbers(p, where, finite=False)
        allowed = np.greater_equal(checked, 0) & np.less_equal(checked, 1)
        _demand(allowed, where, "probability must be in [0, 1]; got {0}; divide a percentage by 100", checked)
        return self._evaluated(self._ppf, checked, where)

    def cdf(self, x: Values) -> Values:
        """Return the probability that the number is `x` or less.

        Parameters
        ----------
        x : float or array of shape (..., *shape)
            Values in the unit of the distribution; may be infinite.

        Returns
        -------
        float or array
            Probabilities in [0, 1].

        Raises
        ------
        RangeError, KindError, ShapeError
            If `x` is NaN, not a number, or does not end in the distribution's shape.

        Examples
        --------
        >>> Uniform(0, 10).cdf(2.5)
        0.25
        """
        where = f"{type(self).__name__}.cdf(x)"
        return self._evaluated(self._cdf, _numbers(x, where, finite=False), where)

    def _evaluated(self, function: Callable[[FloatArray], Any], argument: Values, where: str) -> Values:
        shape = self.shape
        try:
            common = np.broadcast_shapes(np.shape(argument), shape)
        except ValueError:
            common = ()
        if common[len(common) - len(shape) :] != shape:
            message = f"{where}: needs shape (..., *{shape}); got {np.shape(argument)}"
            raise ShapeError(f"{message}; for n values of every unknown use shape (n, {', '.join(map(str, shape))})")
        with np.errstate(all="ignore"):
            return _plain(function(np.broadcast_to(argument, common)))

    def draw(self, generator: np.random.Generator, n: int) -> FloatArray:
        """Draw `n` random values of every unknown.

        Parameters
        ----------
        generator : numpy.random.Generator
            Stream to draw from, such as ``numpy.random.default_rng(0)``.
        n : int
            Number of draws, at least 1.

        Returns
        -------
        float64 array of shape (n, *shape)

        Raises
        ------
        KindError, RangeError
            If `generator` is not a Generator, or `n` is not a positive integer.

        Examples
        --------
        >>> Normal(10, [1, 2]).draw(np.random.default_rng(0), 5).shape
        (5, 2)
        """
        where = type(self).__name__
        if not isinstance(generator, np.random.Generator):
            message = f"{where}.draw(generator): needs a numpy Generator; got {shown(generator)}"
            raise KindError(f"{message}; write numpy.random.default_rng(seed)")
        if isinstance(n, bool) or not isinstance(n, int | np.integer):
            raise KindError(f"{where}.draw(n): needs a whole number of draws; got {shown(n)}; write int(n)")
        _demand(n >= 1, f"{where}.draw(n)", "needs at least 1 draw; got {0}; give 1 or more", n)
        with np.errstate(all="ignore"):
            return np.asarray(self._draw(generator, (int(n), *self.shape)), dtype=np.float64)

    def log_sd(self) -> float:
        """Return the standard deviation of ln X, the spread in powers of e.

        Closed form where there is one, else double exponential quadrature over p, good to 1e-6 relative [1]_.
        A normal that is negative with a probability below 1e-6 counts as truncated at zero.

        Returns
        -------
        float

        Raises
        ------
        RangeError
            If zero or less has noticeable probability.
        ShapeError
            If the distribution describes an array.

        References
        ----------
        .. [1] Takahasi & Mori (1974), Double exponential formulas for numerical integration,
           doi:10.2977/prims/1195192451

        Examples
        --------
        >>> LogNormal(7, 0.5).log_sd()
        0.5
        """
        where = f"{type(self).__name__}.log_sd()"
        if self.shape:
            raise ShapeError(f"{where}: needs a single number; got an array of shape {self.shape}; ask each element")
        below = self.cdf(0.0)
        message = "zero or less has probability {0} and no logarithm; use a distribution of positive numbers"
        _demand(below <= self._mass_to_ignore, where, message, below)
        with np.errstate(all="ignore"):
            result = float(self._log_sd())
        _demand(math.isfinite(result), where, "the spread of ln X is {0}, beyond floats; use a narrower one", result)
        return result

    def _log_sd(self) -> Any:
        start, kink = self._positive_from(), self._kink_at()
        steps = np.linspace(-3.0, 3.0, 121)
        # p = 1 / (1 + exp(-π sinh t)) crowds the points where ln X may be singular: at both ends of a panel
        unit = 1 / (1 + np.exp(-math.pi * np.sinh(steps)))
        weight = np.cosh(steps) * unit * (1 - unit)
        panels = [(a, b) for a, b in ((start, kink), (kink, 1.0)) if b > a]
        p = np.concatenate([a + (b - a) * unit for a, b in panels])
        weights = np.concatenate([(b - a) * weight for a, b in panels])
        centre = self._ppf(np.array((start + 1) / 2))
        logs = np.log1p(np.maximum((self._ppf(p) - centre) / centre, 1e-16 - 1))
        return np.sqrt(np.average((logs - np.average(logs, weights=weights)) ** 2, weights=weights))

    def _positive_from(self) -> float:
        """Probability above which X is positive."""
        return 0.0

    def _kink_at(self) -> float:
        """Probability at which the ppf is not smooth; 1 if it is smooth everywhere."""
        return 1.0

    def key(self) -> tuple[object, ...]:
        """Return a hashable tuple, equal for equal distributions: name, then shape and bytes of each parameter."""
        values = (np.asarray(getattr(self, each.name)) for each in fields(self))
        return (self.name, *((value.shape, value.tobytes()) for value in values))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Distribution):
            return NotImplemented
        return type(self) is type(other) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __reduce__(self) -> tuple[Any, ...]:
        # through the constructor, so that copies are checked and their arrays read-only again
        return type(self), tuple(getattr(self, each.name) for each in fields(self))

    def parameters(self) -> dict[str, Any]:
        """Return the parameters as floats and lists, ready for JSON; `distribution_from` is the inverse."""
        return {each.name: np.asarray(getattr(self, each.name)).tolist() for each in fields(self)}


class _ByInterval(Distribution):
    """A distribution of two parameters, so an equal-tailed interval determines it."""

    __slots__ = ()

    @classmethod
    def from_interval(cls, low: Values, high: Values, *, level: float) -> Self:
        """Return the distribution whose equal-tailed interval at `level` is `low` to `high`.

        Parameters
        ----------
        low, high : float or array
            Ends of the interval: the quantiles at (1 - level)/2 and (1 + level)/2.
        level : float
            Probability that the number lies in the interval, in (0, 1).

        Returns
        -------
        Distribution
            Of the class it is called on.

        Raises
        ------
        RangeError, KindError, ShapeError
            If the bounds are reversed, equal or impossible for this distribution, or `level` is outside (0, 1).

        Examples
        --------
        >>> round(LogNormal.from_interval(1000, 10000, level=0.9).ppf(0.95), 6)
        10000.0
        """
        return cls._from_interval(f"{cls.__name__}.from_interval", low, high, level)

    @classmethod
    def _from_interval(cls, where: str, low: object, high: object, level: object) -> Self:
        with np.errstate(all="ignore"):
            lower, upper = _settled(where, low=low, high=high)
            tails = _tails(level, where)
            _demand_interval(where, lower, upper)
            return cls._fit(where, lower, upper, tails)

    @classmethod
    @abstractmethod
    def _fit(cls, where: str, low: Values, high: Values, tails: tuple[float, float]) -> Self:
        """Return the distribution with these quantiles at the two `tails`."""


def _normal_through(low: Any, high: Any, tails: tuple[float, float]) -> tuple[Any, Any]:
    """Mean and standard deviation of the normal with quantiles `low` and `high` at `tails`."""
    from scipy.special import ndtri

    below, above = (float(ndtri(p)) for p in tails)
    width = above - below
    return low * (above / width) - high * (below / width), (high - low) / width


def _normal_ppf(p: FloatArray, mean: Any, sd: Any) -> Any:
    from scipy.special import ndtri

    return np.where(np.equal(sd, 0), mean, mean + sd * ndtri(p))


def _demand_sd(sd: Values, where: str) -> None:
    message = "standard deviation must be >= 0; got {0}; did you mean {1}?"
    _demand(np.greater_equal(sd, 0), where, message, sd, np.negative(sd))


@dataclass(frozen=True, slots=True, eq=False)
class Normal(_ByInterval):
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
        _demand_sd(self.sd, f"{where}(sd)")

    @classmethod
    def _fit(cls, where: str, low: Values, high: Values, tails: tuple[float, float]) -> Self:
        return cls(*_normal_through(low, high, tails))

    def _ppf(self, p: FloatArray) -> Any:
        return _normal_ppf(p, self.mean, self.sd)

    def _cdf(self, x: FloatArray) -> Any:
        from scipy.special import ndtr

        return np.where(np.equal(self.sd, 0), x >= self.mean, ndtr((x - self.mean) / self.sd))

    def _moments(self) -> tuple[Any, Any]:
        return self.mean, self.sd

    def _positive_from(self) -> float:
        return float(self.cdf(0.0))

    def _draw(self, generator: np.random.Generator, size: tuple[int, ...]) -> FloatArray:
        draws = np.empty(size)
        generator.standard_normal(out=draws)
        draws *= self.sd
        draws += self.mean
        return draws


@dataclass(frozen=True, slots=True, eq=False)
class LogNormal(_ByInterval):
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
        _demand_sd(self.sigma, f"{where}(sigma)")
        median = np.exp(self.mu)
        message = "mu is the natural logarithm of the median, and exp({0}) is beyond float range; take the logarithm"
        _demand((median > 0) & np.isfinite(median), f"{where}(mu)", message, self.mu)

    @classmethod
    def _fit(cls, where: str, low: Values, high: Values, tails: tuple[float, float]) -> Self:
        _demand(np.greater(low, 0), f"{where}(low)", "needs positive bounds; got {0}; " + CHOICES, low)
        return cls(*_normal_through(np.log(low), np.log(high), tails))

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
        middle, factor = _settled(where, median=median, gsd=gsd)
        _demand(np.greater(middle, 0), f"{where}(median)", "must be positive; got {0}; " + CHOICES, middle)
        message = "a geometric standard deviation is a factor above 1; got {0}; 2 means times or divided by 2"
        _demand(np.greater(factor, 1), f"{where}(gsd)", message, factor)
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
        centre, spread = _settled(where, mean=mean, sd=sd)
        _demand(np.greater(centre, 0), f"{where}(mean)", "must be positive; got {0}; " + CHOICES, centre)
        _demand_sd(spread, f"{where}(sd)")
        with np.errstate(all="ignore"):
            # σ² = ln(1 + (sd / mean)²), μ = ln(mean) - σ² / 2
            variance = np.log1p(np.divide(spread, centre) ** 2)
            return cls(np.log(centre) - variance / 2, np.sqrt(variance))

    def _ppf(self, p: FloatArray) -> Any:
        return np.exp(_normal_ppf(p, self.mu, self.sigma))

    def _cdf(self, x: FloatArray) -> Any:
        from scipy.special import ndtr

        probability = ndtr((np.log(np.maximum(x, 0)) - self.mu) / self.sigma)
        return np.where(np.equal(self.sigma, 0), x >= np.exp(self.mu), probability)

    def _moments(self) -> tuple[Any, Any]:
        variance = np.square(self.sigma)
        # sd = mean √(exp(σ²) - 1), written so that only the result can overflow
        return np.exp(self.mu + variance / 2), np.exp(self.mu + variance) * np.sqrt(-np.expm1(-variance))

    def _log_sd(self) -> Any:
        return self.sigma

    def _draw(self, generator: np.random.Generator, size: tuple[int, ...]) -> FloatArray:
        draws = np.empty(size)
        generator.standard_normal(out=draws)
        draws *= self.sigma
        draws += self.mu
        return np.exp(draws, out=draws)


@dataclass(frozen=True, slots=True, eq=False)
class Uniform(_ByInterval):
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
        _demand_interval(where, self.low, self.high)

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


@dataclass(frozen=True, slots=True, eq=False)
class LogUniform(_ByInterval):
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
        _demand_interval(where, self.low, self.high)
        message = "needs positive bounds; got {0}; " + CHOICES
        _demand(np.greater(self.low, 0), f"{where}(low)", message, self.low)

    @classmethod
    def _fit(cls, where: str, low: Values, high: Values, tails: tuple[float, float]) -> Self:
        _demand(np.greater(low, 0), f"{where}(low)", "needs positive bounds; got {0}; " + CHOICES, low)
        width = (np.log(high) - np.log(low)) / (tails[1] - tails[0])
        # from the nearer bound, so that a narrow interval keeps its digits
        lower, upper = low * np.exp(-width * tails[0]), high * np.exp(width * (1 - tails[1]))
        message = "the support of {0} to {1} at this level is beyond float range; use a level nearer 1"
        _demand((lower > 0) & np.isfinite(upper), f"{where}(low)", message, low, high)
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

    def _log_sd(self) -> Any:
        return self._log_width() / math.sqrt(12)


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
        _demand_interval(where, self.low, self.high)
        _demand_mode(where, self.low, self.mode, self.high)

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
            lower, centre, upper = _settled(where, low=low, mode=mode, high=high)
            tails = _tails(level, where)
            _demand_interval(where, lower, upper)
            _demand_mode(where, lower, centre, upper)
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


def _demand_mode(where: str, low: Values, mode: Values, high: Values) -> None:
    message = "the mode must lie within {0} to {1}; got {2}; order is low, mode, high"
    inside = np.less_equal(low, mode) & np.less_equal(mode, high)
    _demand(inside, f"{where}(mode)", message, low, high, mode)


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
class Beta(_ByInterval):
    """A fraction between 0 and 1.

    Parameters
    ----------
    alpha, beta : float or array
        Shape parameters, within 1e-12 to 1e12; the mean is alpha / (alpha + beta).

    Examples
    --------
    >>> Beta(2, 6).mean
    0.25
    """

    name: ClassVar[str] = "beta"
    alpha: Values
    beta: Values

    def _check(self, where: str) -> None:
        # beyond these bounds the incomplete beta function loses its digits, and from 1e17 on returns NaN
        message = "must be within 1e-12 to 1e12; got {0}; Beta.from_mean finds it, and Normal serves a narrower spread"
        for label, value in (("alpha", self.alpha), ("beta", self.beta)):
            inside = np.greater_equal(value, 1e-12) & np.less_equal(value, 1e12)
            _demand(inside, f"{where}({label})", message, value)

    @classmethod
    def _fit(cls, where: str, low: Values, high: Values, tails: tuple[float, float]) -> Self:
        message = "a fraction lies within (0, 1); got {0}; divide a percentage by 100"
        _demand(np.greater(low, 0), f"{where}(low)", message, low)
        _demand(np.less(high, 1), f"{where}(high)", message, high)
        alpha, beta = np.vectorize(partial(_beta_through, tails=tails), otypes="dd")(low, high)
        message = "found no beta distribution with {0} to {1} at this level; use Triangular or another level"
        _demand(~np.isnan(alpha), f"{where}(low)", message, low, high)
        return cls(alpha, beta)

    @classmethod
    def from_mean(cls, mean: Values, sd: Values) -> Self:
        """Return the beta distribution with this mean and standard deviation.

        Parameters
        ----------
        mean, sd : float or array
            Mean in (0, 1) and standard deviation in (0, sqrt(mean (1 - mean))).

        Raises
        ------
        RangeError
            If no beta distribution has these.

        Examples
        --------
        >>> Beta.from_mean(0.5, 0.25)
        Beta(alpha=1.5, beta=1.5)
        """
        where = f"{cls.__name__}.from_mean"
        centre, spread = _settled(where, mean=mean, sd=sd)
        inside = np.greater(centre, 0) & np.less(centre, 1)
        _demand(inside, f"{where}(mean)", "a fraction lies within (0, 1); got {0}; divide a percentage by 100", centre)
        _demand_sd(spread, f"{where}(sd)")
        _demand(np.greater(spread, 0), f"{where}(sd)", "must be above 0; got {0}; use an exact value", spread)
        widest = np.sqrt(np.multiply(centre, np.subtract(1, centre)))
        message = "must be below {0}, the widest for this mean; got {1}; use a smaller one"
        _demand(np.less(spread, widest), f"{where}(sd)", message, widest, spread)
        with np.errstate(all="ignore"):
            # α + β = mean (1 - mean) / sd² - 1
            total = (widest / spread - 1) * (widest / spread + 1)
            return cls(centre * total, np.subtract(1, centre) * total)

    def _ppf(self, p: FloatArray) -> Any:
        from scipy.special import betaincinv, betaln

        quantile = betaincinv(self.alpha, self.beta, p)
        if not np.any(np.isnan(quantile)):
            return quantile
        # scipy 1.17 answers NaN for some p below 1e-16; there x = (p α B(α, β))^(1/α) is exact to the last digits
        leading = np.exp((np.log(p) + np.log(self.alpha) + betaln(self.alpha, self.beta)) / self.alpha)
        return np.where(np.isnan(quantile), leading, quantile)

    def _cdf(self, x: FloatArray) -> Any:
        from scipy.special import betainc

        return betainc(self.alpha, self.beta, np.clip(x, 0, 1))

    def _moments(self) -> tuple[Any, Any]:
        total = self.alpha + self.beta
        return self.alpha / total, np.sqrt((self.alpha / total) * (self.beta / total) / (total + 1))

    def _log_sd(self) -> Any:
        from scipy.special import polygamma

        # Var ln X = ψ₁(α) - ψ₁(α + β)
        return np.sqrt(polygamma(1, self.alpha) - polygamma(1, self.alpha + self.beta))

    def _draw(self, generator: np.random.Generator, size: tuple[int, ...]) -> Any:
        return generator.beta(self.alpha, self.beta, size)


def _beta_through(low: float, high: float, tails: tuple[float, float]) -> tuple[float, float]:
    """Both parameters of the beta distribution with these quantiles at `tails`; NaN where none was found."""
    from scipy.optimize import root
    from scipy.special import betainccinv, betaincinv, expit, ndtri

    goal = np.log([low, high]) - np.log1p([-low, -high])
    probabilities = np.array(tails)
    width = goal[1] - goal[0]

    def misfit(logs: FloatArray) -> Any:
        alpha, beta = np.exp(np.clip(logs, -28.0, 28.0))
        # in log odds both quantiles are on one scale, and neither end of (0, 1) loses digits
        odds = np.log(betaincinv(alpha, beta, probabilities)) - np.log(betainccinv(beta, alpha, probabilities))
        return (odds - goal) / width

    # start from the normal distribution of the log odds: mean m, Var ≈ 1 / (ν m (1 - m)) while it is narrow
    scale = width / float(ndtri(tails[1]) - ndtri(tails[0]))
    middle = expit(goal.sum() / 2)
    total = 1 / (scale**2 * middle * (1 - middle)) + 0.3 / scale
    for factor in (1.0, 0.1, 10.0, 0.01, 100.0):
        start = np.log([middle * total * factor, (1 - middle) * total * factor])
        alpha, beta = np.exp(root(misfit, start, options={"xtol": 1e-15}).x)
        found = betaincinv(alpha, beta, probabilities)
        if np.all(np.abs(found / np.array([low, high]) - 1) <= 1e-12):
            return float(alpha), float(beta)
    return math.nan, math.nan


@dataclass(frozen=True, slots=True, eq=False)
class Empirical(Distribution):
    """Observed data, each point equally probable; one unknown, however many points.

    There is no ``Empirical.from_interval``: data have no interval form.

    Parameters
    ----------
    data : 1-d array
        The observations, in any order (kept sorted); `sd` divides by their number.

    Examples
    --------
    >>> Empirical([3, 1, 2]).ppf(0.5)
    2.0
    """

    name: ClassVar[str] = "empirical"
    data: FloatArray

    def _check(self, where: str) -> None:
        if np.ndim(self.data) != 1:
            message = f"{where}(data): needs one row of observations; got shape {np.shape(self.data)}"
            raise ShapeError(f"{message}; write [x] for one, stack([...]) for several unknowns")
        ordered = np.sort(self.data)
        ordered.setflags(write=False)
        object.__setattr__(self, "data", ordered)

    @property
    def shape(self) -> tuple[int, ...]:
        """Always ``()``: the data describe one unknown."""
        return ()

    def _ppf(self, p: FloatArray) -> Any:
        count = len(self.data)
        rank = np.ceil(p * count) - 1
        # the product p * count may round across a step; hold the rank to cdf(ppf(p)) >= p
        rank = rank - (rank / count >= p)
        rank = rank + ((rank + 1) / count < p)
        return self.data[np.clip(rank, 0, count - 1).astype(np.intp)]

    def _cdf(self, x: FloatArray) -> Any:
        return np.searchsorted(self.data, x, side="right") / len(self.data)

    def _moments(self) -> tuple[Any, Any]:
        scale = float(np.max(np.abs(self.data))) or 1.0  # so that no sum or square overflows
        return np.mean(self.data / scale) * scale, np.std(self.data / scale) * scale

    def _log_sd(self) -> Any:
        return np.std(np.log(self.data))

    def _draw(self, generator: np.random.Generator, size: tuple[int, ...]) -> Any:
        return self.data[generator.integers(0, len(self.data), size)]


@dataclass(frozen=True, slots=True, eq=False)
class Point(Distribution):
    """A number known exactly.

    Parameters
    ----------
    value : float or array
        The number.

    Examples
    --------
    >>> Point(1).sd
    0.0
    """

    name: ClassVar[str] = "point"
    value: Values

    def _check(self, where: str) -> None:
        """Any number can be known exactly."""

    def _ppf(self, p: FloatArray) -> Any:
        return np.broadcast_to(self.value, p.shape).copy()

    def _cdf(self, x: FloatArray) -> Any:
        return np.where(x >= self.value, 1.0, 0.0)

    def _moments(self) -> tuple[Any, Any]:
        return self.value, np.zeros(self.shape)

    def _log_sd(self) -> Any:
        return 0.0

    def _draw(self, generator: np.random.Generator, size: tuple[int, ...]) -> Any:
        return np.broadcast_to(self.value, size).copy()


@dataclass(frozen=True, slots=True, eq=False)
class Stack(Distribution):
    """Independent distributions side by side along a new last axis; they may differ in kind.

    Parameters
    ----------
    parts : sequence of Distribution
        At least one, all of one shape.

    Examples
    --------
    >>> Stack([Point(3), Uniform(0, 2)]).mean
    array([3., 1.])
    """

    name: ClassVar[str] = "stack"
    parts: tuple[Distribution, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _demand_parts("Stack(parts)", self.parts))

    def _check(self, where: str) -> None:
        """The parts are checked, and so is their common shape."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the parts, then their number."""
        return (*self.parts[0].shape, len(self.parts))

    def _side_by_side(self, results: Iterable[Any]) -> FloatArray:
        return np.stack([np.asarray(each, dtype=np.float64) for each in results], axis=-1)

    def _ppf(self, p: FloatArray) -> Any:
        return self._side_by_side(part._ppf(p[..., index]) for index, part in enumerate(self.parts))

    def _cdf(self, x: FloatArray) -> Any:
        return self._side_by_side(part._cdf(x[..., index]) for index, part in enumerate(self.parts))

    def _moments(self) -> tuple[Any, Any]:
        means, sds = zip(*(part._moments() for part in self.parts), strict=True)
        return self._side_by_side(means), self._side_by_side(sds)

    def _draw(self, generator: np.random.Generator, size: tuple[int, ...]) -> Any:
        draws = np.empty(size)
        for index, part in enumerate(self.parts):
            draws[..., index] = part._draw(generator, size[:-1])
        return draws

    def key(self) -> tuple[object, ...]:
        """Return a hashable tuple, equal for equal stacks."""
        return (self.name, *(part.key() for part in self.parts))

    def parameters(self) -> dict[str, Any]:
        """Return kind and parameters of each part, ready for JSON."""
        return {"parts": [{"kind": part.name, "parameters": part.parameters()} for part in self.parts]}


def _demand_parts(where: str, parts: object) -> tuple[Distribution, ...]:
    """Return the parts as a tuple if they are distributions of one shape."""
    if not isinstance(parts, Iterable) or isinstance(parts, str | bytes | Mapping | set | frozenset):
        raise KindError(f"{where}: needs a list of distributions; got {shown(parts)}; write [first, second]")
    items = tuple(parts)
    if not items:
        raise RangeError(f"{where}: needs at least one distribution; got none; give one or more")
    for index, item in enumerate(items):
        if not isinstance(item, Distribution):
            message = f"{where[:-1]}[{index}]): needs a distribution; got {shown(item)}"
            raise KindError(f"{message}; write Point(...) for a number known exactly")
        if item.shape != items[0].shape:
            message = f"{where[:-1]}[{index}]): has shape {item.shape}, the first part {items[0].shape}"
            raise ShapeError(f"{message}; distributions side by side need one shape")
    return items


def stack(distributions: Iterable[Distribution]) -> Distribution:
    """Put independent distributions side by side along a new last axis.

    Parameters
    ----------
    distributions : iterable of Distribution
        At least one, all of one shape.

    Returns
    -------
    Distribution
        One instance with array parameters if all are single numbers of one class, else a Stack.

    Raises
    ------
    KindError, RangeError, ShapeError
        If something is not a distribution, nothing is given, or shapes differ.

    Examples
    --------
    >>> stack([Normal(1, 2), Normal(3, 4)])
    Normal(mean=array([1., 3.]), sd=array([2., 4.]))
    """
    parts = _demand_parts("stack(distributions)", distributions)
    kind: Callable[..., Distribution] = type(parts[0])
    alike = all(type(part) is kind for part in parts) and not parts[0].shape
    if not alike or kind is Empirical:
        return Stack(parts)
    return kind(*(np.array([getattr(part, each.name) for part in parts]) for each in fields(parts[0])))


def between(low: Values, high: Values, *, level: float) -> LogNormal:
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


_KINDS: Mapping[str, type[Distribution]] = {
    each.name: each for each in (Normal, LogNormal, Uniform, LogUniform, Triangular, Beta, Empirical, Point, Stack)
}


def _demand_names(where: str, given: object, names: Iterable[str]) -> Mapping[str, Any]:
    """Return `given` if it is a mapping with exactly these names."""
    if not isinstance(given, Mapping):
        raise KindError(f"{where}: needs a mapping of names to values; got {shown(given)}; write {{name: value}}")
    expected = list(names)
    for name in given:
        if name not in expected:
            hint = did_you_mean(str(name), expected)
            raise ArgumentError(f"{where}: unknown {shown(name)}; expected {', '.join(expected)}.{hint}")
    missing = [name for name in expected if name not in given]
    if missing:
        raise ArgumentError(f"{where}: {', '.join(missing)} missing; expected {', '.join(expected)}")
    return given


def distribution_from(kind: str, parameters: Mapping[str, Any]) -> Distribution:
    """Return the distribution of this kind with these parameters: the inverse of ``name`` and ``parameters()``.

    Parameters
    ----------
    kind : str
        Name such as "lognormal".
    parameters : mapping
        Every parameter by name; numbers and lists of numbers.

    Returns
    -------
    Distribution

    Raises
    ------
    UnknownNameError
        If there is no such kind.
    ArgumentError, KindError, RangeError, ShapeError
        If the parameters do not fit the kind.

    Examples
    --------
    >>> distribution_from("normal", {"mean": 1, "sd": 2})
    Normal(mean=1.0, sd=2.0)
    """
    return _restored("distribution_from", kind, parameters, depth=0)


def _restored(where: str, kind: object, parameters: object, depth: int) -> Distribution:
    if depth > DEEPEST:
        raise ShapeError(f"{where}(parts): stacks nested deeper than {DEEPEST} levels; give a flatter one")
    if not isinstance(kind, str):
        raise KindError(f"{where}(kind): needs the name of a distribution; got {shown(kind)}; write 'lognormal'")
    if kind not in _KINDS:
        message = f"{where}(kind): no distribution is called {shown(kind)}; known are {', '.join(_KINDS)}."
        raise UnknownNameError(message + did_you_mean(kind, _KINDS))
    make = _KINDS[kind]
    given = dict(_demand_names(f"{where}(parameters)", parameters, (each.name for each in fields(make))))
    if make is Stack:
        parts = given["parts"]
        if not isinstance(parts, list | tuple):
            raise KindError(f"{where}(parts): needs a list of parts; got {shown(parts)}; write [part, part]")
        checked = [_demand_names(f"{where}(parts[{i}])", part, ("kind", "parameters")) for i, part in enumerate(parts)]
        given["parts"] = [_restored(where, part["kind"], part["parameters"], depth + 1) for part in checked]
    build: Callable[..., Distribution] = make
    return build(**given)
