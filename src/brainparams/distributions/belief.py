"""What one believes about a number: shape, ppf, cdf, mean, sd, support, draws."""

from __future__ import annotations

import functools
import math
from abc import ABCMeta, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, NoReturn, Self

import numpy as np

from ..checks import as_a_whole, is_integer, strict
from ..errors import ArgumentError, KindError, ShapeError, UnknownAttributeError, did_you_mean, shown
from .checks import FloatArray, Values, checked_numbers, demand, demand_interval, plain, settle, tails_of
from .quadrature import log_moments_between


def fill_inside_unit(generator: np.random.Generator, uniforms: FloatArray) -> None:
    """Write uniform numbers strictly inside (0, 1): the midpoints of 2**52 equal cells, each exact in binary."""
    generator.random(out=uniforms)
    uniforms *= 2.0**52
    np.floor(uniforms, out=uniforms)
    uniforms += 0.5  # with 2**53 cells the last midpoint would round to 1
    uniforms *= 2.0**-52


KINDS: dict[str, type[Distribution]] = {}
"""Every kind of distribution by its name: a class that defines a `name` stands here."""

FARTHEST_SCORE = 8.2
NO_SCORE = 40.0  # beyond every score of a float probability


@functools.cache
def names_of(kind: type) -> tuple[str, ...]:
    """Return the parameters of a kind, in their order."""
    return tuple(each.name for each in fields(kind))


class Kind(ABCMeta):
    """The class of kinds: one that is called with other arguments than it takes says which those are."""

    def __call__(cls, *arguments: Any, **words: Any) -> Any:
        """Make a distribution."""
        try:
            return super().__call__(*arguments, **words)
        except TypeError as error:
            if isinstance(error, KindError):
                raise
            raise cls._misfit(error, words) from None

    def __getattr__(cls, name: str) -> NoReturn:
        if not name.startswith("from_"):
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")
        ways = [each for each in dir(cls) if each.startswith("from_")]
        told = did_you_mean(name, ways) or f" It takes {', '.join(names_of(cls))}."
        raise UnknownAttributeError(f"{cls.__name__} has no {name!r}.{told}")

    def _misfit(cls, error: TypeError, words: Mapping[str, Any]) -> Exception:
        taken = names_of(cls)
        unknown = [word for word in words if word not in taken]
        text = str(error)
        if "__init__()" not in text:
            return error  # from inside
        ways = [f"{cls.__name__}.from_{word}(…)" for word in unknown if hasattr(cls, f"from_{word}")]
        hints = "".join(did_you_mean(word, taken) for word in unknown)
        other = f"; there is {', '.join(ways)}" if ways else ""
        what = text.partition("__init__() ")[2]
        return ArgumentError(f"{cls.__name__}(): {what}.{hints} It takes {', '.join(taken)}{other}")


@strict
@dataclass(frozen=True, slots=True, eq=False)
class Distribution(metaclass=Kind):
    """What one believes about a number, or about an array of independent numbers.

    Parameters of a distribution are numbers or arrays; arrays broadcast to one `shape` and become read-only.
    A new kind needs a `name`, under which it registers itself, its parameters as fields, and `_check`, `_ppf`,
    `_cdf` and `_moments`; one with an upper tail that does not end also `_sf` and `_isf`, by which the moments of what
    is made of it are found.

    Examples
    --------
    >>> import brainparams as bp
    >>> isinstance(bp.LogNormal(7, 0.5), bp.Distribution)
    True
    """

    name: ClassVar[str]
    _mass_to_ignore: ClassVar[float] = 0.0  # probability of zero or less that log_sd() leaves out
    _may_be_infinite: ClassVar[frozenset[str]] = frozenset()
    has_slow_cdf: ClassVar[bool] = False  # whether a table of it is worth its making where it is asked often
    _has_array_form: ClassVar[bool] = True  # whether parameters may be arrays, one element for each unknown

    __format__ = as_a_whole

    def __init_subclass__(cls, **words: Any) -> None:
        """Register a kind under its name, by which documents tell it; the same class may be made again."""
        super(Distribution, cls).__init_subclass__(**words)
        strict(cls)
        name = cls.__dict__.get("name")
        if name is None:
            return
        known = KINDS.setdefault(name, cls)
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise KindError(
                f"class {cls.__name__}: a distribution is called {name!r} already ({known.__name__}); give another name"
            )
        KINDS[name] = cls

    def __post_init__(self) -> None:
        where = type(self).__name__
        names = names_of(type(self))
        with np.errstate(all="ignore"):
            settled = settle(where, self._may_be_infinite, **{name: getattr(self, name) for name in names})
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

    def _sf(self, x: FloatArray) -> Any:
        """Probabilities of more than `x`; a kind with an unbounded upper tail computes them without a difference."""
        return 1 - self._cdf(x)

    def _isf(self, q: FloatArray) -> Any:
        """Quantiles at 1 - `q`, in the same way."""
        return self._ppf(1 - q)

    @abstractmethod
    def _moments(self) -> tuple[Any, Any]:
        """Mean and standard deviation."""

    def _fill(self, generator: np.random.Generator, draws: FloatArray) -> None:
        """Write random values over an array of shape ``(n, *shape)``."""
        fill_inside_unit(generator, draws)
        draws[...] = self._ppf(draws)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array of unknowns; ``()`` for a single one."""
        return np.shape(getattr(self, names_of(type(self))[0])) if self._has_array_form else ()

    @property
    def mean(self) -> Values:
        """Expected value; infinite where it is beyond float range."""
        with np.errstate(all="ignore"):
            return plain(self._moments()[0])

    @property
    def sd(self) -> Values:
        """Standard deviation; infinite where it is beyond float range."""
        with np.errstate(all="ignore"):
            return plain(self._moments()[1])

    @property
    def support(self) -> tuple[Values, Values]:
        """Lowest and highest possible value; may be infinite."""
        return self.ppf(0.0), self.ppf(1.0)

    def ppf(self, p: Values) -> Values:
        """Return the value below which the number lies with probability `p` (the quantile).

        Parameters
        ----------
        p : float or array of shape ``(..., *shape)``
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
        >>> import brainparams as bp
        >>> bp.Uniform(0, 10).ppf(0.25)
        2.5
        """
        where = f"{type(self).__name__}.ppf(p)"
        checked = checked_numbers(p, where, finite=False)
        is_one = type(checked) is float
        allowed = 0.0 <= checked <= 1.0 if is_one else np.greater_equal(checked, 0) & np.less_equal(checked, 1)
        demand(allowed, where, "probability must be in [0, 1]; got {0}; divide a percentage by 100", checked)
        return self._evaluated(self._ppf, checked, where)

    def at_score(self, score: Values) -> Values:
        """Return the value at a normal score: the quantile whose probability a standard normal gives to the score.

        Parameters
        ----------
        score : float or array of shape ``(..., *shape)``
            Standard normal quantiles; beyond ±8.2 they are taken there, where floats cannot tell the probability
            from 1.

        Returns
        -------
        float or array
            In the unit of the distribution.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.Uniform(0, 10).at_score(0.0)
        5.0
        """
        where = f"{type(self).__name__}.at_score(score)"
        checked = np.clip(checked_numbers(score, where, finite=False), -FARTHEST_SCORE, FARTHEST_SCORE)
        return self._evaluated(self._at_score, checked, where)

    def _at_score(self, score: FloatArray) -> Any:
        """Quantiles at checked normal scores; a kind that is made from a normal goes there straight."""
        from scipy.special import ndtr

        return self._ppf(ndtr(score))

    def score_at(self, x: Values) -> Values:
        """Return the normal score of a value: the inverse of `at_score`.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.Uniform(0, 10).score_at(5.0)
        0.0
        """
        from scipy.special import ndtri

        return plain(np.clip(ndtri(self.cdf(x)), -NO_SCORE, NO_SCORE))

    def cdf(self, x: Values) -> Values:
        """Return the probability that the number is `x` or less.

        Parameters
        ----------
        x : float or array of shape ``(..., *shape)``
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
        >>> import brainparams as bp
        >>> bp.Uniform(0, 10).cdf(2.5)
        0.25
        """
        where = f"{type(self).__name__}.cdf(x)"
        return self._evaluated(self._cdf, checked_numbers(x, where, finite=False), where)

    def _evaluated(self, function: Callable[[FloatArray], Any], argument: Values, where: str) -> Values:
        shape = self.shape
        if type(argument) is float and not shape:
            with np.errstate(all="ignore"):
                return float(function(np.asarray(argument)))
        try:
            common = np.broadcast_shapes(np.shape(argument), shape)
        except ValueError:
            common = ()
        if common[len(common) - len(shape) :] != shape:
            message = f"{where}: needs shape (..., *{shape}); got {np.shape(argument)}"
            raise ShapeError(f"{message}; for n values of every unknown use shape (n, {', '.join(map(str, shape))})")
        with np.errstate(all="ignore"):
            same = np.shape(argument) == common  # spreading costs more than looking
            return plain(function(np.asarray(argument) if same else np.broadcast_to(argument, common)))

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
        float64 array of shape ``(n, *shape)``

        Raises
        ------
        KindError, RangeError
            If `generator` is not a Generator, or `n` is not a positive integer.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.Normal(10, [1, 2]).draw(np.random.default_rng(0), 5).shape
        (5, 2)
        """
        where = type(self).__name__
        if not isinstance(generator, np.random.Generator):
            message = f"{where}.draw(generator): needs a numpy Generator; got {shown(generator)}"
            raise KindError(f"{message}; write numpy.random.default_rng(seed)")
        if not is_integer(n):
            raise KindError(f"{where}.draw(n): needs a whole number of draws; got {shown(n)}; write int(n)")
        demand(n >= 1, f"{where}.draw(n)", "needs at least 1 draw; got {0}; give 1 or more", n)
        draws = np.empty((int(n), *self.shape))
        self.fill(generator, draws)
        return draws

    def fill(self, generator: np.random.Generator, draws: FloatArray) -> None:
        """Write random values of every unknown over an array, as `draw` does into a new one.

        Parameters
        ----------
        generator : numpy.random.Generator
            Stream to draw from.
        draws : float64 array of shape ``(n, *shape)``
            Where they go; contiguous.

        Examples
        --------
        >>> import brainparams as bp
        >>> draws = np.empty((5, 2))
        >>> bp.Normal(10, [1, 2]).fill(np.random.default_rng(0), draws)
        >>> bool(np.all(draws == bp.Normal(10, [1, 2]).draw(np.random.default_rng(0), 5)))
        True
        """
        with np.errstate(all="ignore"):
            self._fill(generator, draws)

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
        >>> import brainparams as bp
        >>> bp.LogNormal(7, 0.5).log_sd()
        0.5
        """
        where = f"{type(self).__name__}.log_sd()"
        if self.shape:
            raise ShapeError(f"{where}: needs a single number; got an array of shape {self.shape}; ask each element")
        below = self.cdf(0.0)
        message = "zero or less has probability {0} and no logarithm; use a distribution of positive numbers"
        demand(below <= self._mass_to_ignore, where, message, below)
        with np.errstate(all="ignore"):
            result = float(self._log_moments()[1])
        demand(math.isfinite(result), where, "the spread of ln X is {0}, beyond floats; use a narrower one", result)
        return result

    def _log_moments(self) -> tuple[Any, Any]:
        """Mean and standard deviation of ln X, given that X is positive."""
        start = self._positive_from()
        return log_moments_between(self._quantile, [start, max(start, self._kink_at()), 1.0])

    def _quantile(self, p: FloatArray, complement: FloatArray) -> Any:
        """Quantiles at `p`, from the nearer end: next to 1 a float holds few digits of what is left."""
        return np.where(p < 0.5, self._ppf(p), self._isf(complement))

    def _positive_from(self) -> float:
        """Probability above which X is positive."""
        return 0.0

    def _kink_at(self) -> float:
        """Probability at which the ppf is not smooth; 1 if it is smooth everywhere."""
        return 1.0

    @property
    def kink(self) -> float | None:
        """Probability at which the quantile function of a single number bends sharply; None where it is smooth."""
        at = 1.0 if self.shape else self._kink_at()
        return at if 0.0 < at < 1.0 else None

    @property
    def atoms(self) -> tuple[FloatArray, FloatArray] | None:
        """Values and their probabilities, where there are finitely many; None otherwise."""
        if self.shape:
            return None
        values, weights = self._atoms()
        return (values, weights) if abs(float(np.sum(weights)) - 1.0) < 1e-12 else None

    def alternatives(self) -> list[tuple[float, Distribution]]:
        """Return what the belief is a mixture of, with the weights; most are one thing."""
        return [(1.0, self)]

    def key(self) -> tuple[object, ...]:
        """Return a hashable tuple, equal for equal distributions: name, then shape and bytes of each parameter."""
        values = (np.asarray(getattr(self, each)) for each in names_of(type(self)))
        return (self.name, *((value.shape, value.tobytes()) for value in values))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Distribution):
            return NotImplemented
        return self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __reduce__(self) -> tuple[Any, ...]:
        # through the constructor, so that copies are checked and their arrays read-only again
        return type(self), tuple(getattr(self, each) for each in names_of(type(self)))

    def rows(self, chosen: Any) -> Distribution:
        """Return some of the unknowns of an array, given as an index along its last axis."""
        return type(self)(*(np.asarray(getattr(self, each))[..., chosen] for each in names_of(type(self))))

    def element(self, place: Sequence[int]) -> Distribution:
        """Return what is believed about one of the unknowns of an array, by its place along each axis."""
        one: Distribution = self
        if len(place) > len(self.shape):
            raise ShapeError(
                f"element(): {shown(place)} is a place along {len(place)} axes, and the shape is {self.shape}; give a "
                f"number for each axis"
            )
        try:
            for at in reversed(place):
                one = one.rows(at)
        except IndexError:
            raise ShapeError(f"element(): no place {shown(place)} in an array of shape {self.shape}") from None
        return one

    def _atoms(self) -> tuple[FloatArray, FloatArray]:
        """Values that have a probability of their own, ascending, and their probabilities."""
        return np.empty(0), np.empty(0)

    @classmethod
    def _restored(cls, parameters: dict[str, Any]) -> Self:
        """Return the distribution that has these `parameters()`."""
        return cls(**parameters)

    def parameters(self) -> dict[str, Any]:
        """Return the parameters as floats and lists, ready for JSON; `distribution_from` is the inverse."""
        return {each: np.asarray(getattr(self, each)).tolist() for each in names_of(type(self))}


def one_atom(value: Any, *, exact: Any) -> tuple[FloatArray, FloatArray]:
    """Return the atoms of a distribution that is a single value if it is `exact`, and else has none."""
    return (np.array([float(value)]), np.ones(1)) if exact else (np.empty(0), np.empty(0))


class ByInterval(Distribution):
    """A distribution of two parameters, so an equal-tailed interval determines it."""

    __slots__ = ()

    @classmethod
    def from_interval(cls, low: Values, high: Values, *, level: float | None = None) -> Self:
        """Return the distribution whose equal-tailed interval at `level` is `low` to `high`.

        Parameters
        ----------
        low, high : float or array
            Ends of the interval: the quantiles at (1 - level)/2 and (1 + level)/2.
        level : float
            Probability that the number lies in the interval, in (0, 1). Required.

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
        >>> import brainparams as bp
        >>> round(bp.LogNormal.from_interval(1000, 10000, level=0.9).ppf(0.95), 6)
        10000.0
        """
        return cls._from_interval(f"{cls.__name__}.from_interval", low, high, level)

    @classmethod
    def _from_interval(cls, where: str, low: object, high: object, level: object) -> Self:
        if level is None:
            ends = f"{shown(low)}, {shown(high)}"
            raise ArgumentError(f"{where}(): an interval needs its level; write {where}({ends}, level=0.9)")
        with np.errstate(all="ignore"):
            lower, upper = settle(where, low=low, high=high)
            tails = tails_of(level, where)
            demand_interval(where, lower, upper)
            return cls._fit(where, lower, upper, tails)

    @classmethod
    @abstractmethod
    def _fit(cls, where: str, low: Values, high: Values, tails: tuple[float, float]) -> Self:
        """Return the distribution with these quantiles at the two `tails`."""
