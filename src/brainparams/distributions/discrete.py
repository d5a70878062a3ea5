"""Single values and what was observed: distributions without a density."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from ..errors import ArgumentError, ShapeError, shown
from .belief import Distribution, one_atom
from .checks import FloatArray, Values, settle_row, settle_weights
from .quadrature import moments_of_mixture


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
    _has_array_form: ClassVar[bool] = False
    data: FloatArray

    def _check(self, where: str) -> None:
        if np.ndim(self.data) != 1:
            message = f"{where}(data): needs one row of observations; got shape {np.shape(self.data)}"
            raise ShapeError(f"{message}; write [x] for one, stack([...]) for several unknowns")
        ordered = np.sort(self.data)
        ordered.setflags(write=False)
        object.__setattr__(self, "data", ordered)

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
        # a power of two loses no digit, and keeps sums and squares from overflowing
        scale = math.ldexp(1.0, math.frexp(float(np.max(np.abs(self.data))) or 1.0)[1] - 1)
        return np.mean(self.data / scale) * scale, np.std(self.data / scale) * scale

    def _log_moments(self) -> tuple[Any, Any]:
        logs = np.log(self.data)
        return np.mean(logs), np.std(logs)

    def _atoms(self) -> tuple[FloatArray, FloatArray]:
        values, counts = np.unique(self.data, return_counts=True)
        return values, counts / len(self.data)

    def _fill(self, generator: np.random.Generator, draws: FloatArray) -> None:
        draws[...] = self.data[generator.integers(0, len(self.data), draws.shape)]


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

    def _log_moments(self) -> tuple[Any, Any]:
        return np.log(self.value), 0.0

    def _atoms(self) -> tuple[FloatArray, FloatArray]:
        return one_atom(self.value, exact=True)

    def _fill(self, generator: np.random.Generator, draws: FloatArray) -> None:
        draws[...] = self.value


@dataclass(frozen=True, slots=True, eq=False)
class Discrete(Distribution):
    """One of a few values, each with its own probability; one unknown, however many values.

    Parameters
    ----------
    values : mapping or 1-d array
        The possible values (kept sorted, equal ones joined), or a mapping ``{value: weight}``.
    weights : 1-d array, optional
        Probability of each value, above 0, with sum 1 to within 1e-9; left out after a mapping.

    Raises
    ------
    RangeError
        If the weights do not sum to 1; `Discrete.normalised` scales them.

    Examples
    --------
    >>> Discrete({1: 0.25, 2: 0.25, 4: 0.5}).mean
    2.75
    """

    name: ClassVar[str] = "discrete"
    _has_array_form: ClassVar[bool] = False
    values: Any
    weights: Any = None

    def __post_init__(self) -> None:
        values, weights = _values_and_weights("Discrete", self.values, self.weights)
        row = settle_row("Discrete(values)", values)
        shares = settle_weights("Discrete", weights, len(row))
        unique, place = np.unique(row + 0.0, return_inverse=True)
        joined = np.bincount(place, shares, len(unique))
        for name, value in (("values", unique), ("weights", joined)):
            value.setflags(write=False)
            object.__setattr__(self, name, value)

    @classmethod
    def normalised(cls, values: Any, weights: Any = None) -> Self:
        """Return the distribution with weights that are scaled to sum 1.

        Parameters
        ----------
        values, weights : mapping, or two 1-d arrays
            As for the class, but the weights may have any sum.

        Raises
        ------
        RangeError
            If a weight is not above 0.

        Examples
        --------
        >>> Discrete.normalised({1: 3, 2: 1}).weights
        array([0.75, 0.25])
        """
        where = f"{cls.__name__}.normalised"
        values, weights = _values_and_weights(where, values, weights)
        row = settle_row(f"{where}(values)", values)
        return cls(row, settle_weights(where, weights, len(row), normalise=True))

    def _check(self, where: str) -> None:
        """Values and weights are checked one by one."""

    def _reached(self) -> FloatArray:
        """Probability of each value or less, rounded only once."""
        total = np.cumsum(self.weights)
        before = np.concatenate([[0.0], total[:-1]])
        # what each addition lost (Knuth's two-sum), so that ten times 0.1 is 1 and eight times is 0.8
        added = total - before
        lost = (before - (total - added)) + (self.weights - added)
        reached: FloatArray = np.minimum(total + np.cumsum(lost), 1.0)
        reached[-1] = 1.0
        return reached

    def _ppf(self, p: FloatArray) -> Any:
        return self.values[np.searchsorted(self._reached(), p, side="left")]

    def _cdf(self, x: FloatArray) -> Any:
        return np.concatenate([[0.0], self._reached()])[np.searchsorted(self.values, x, side="right")]

    def _moments(self) -> tuple[Any, Any]:
        return moments_of_mixture(self.weights, self.values, np.zeros_like(self.values))

    def _log_moments(self) -> tuple[Any, Any]:
        return moments_of_mixture(self.weights, np.log(self.values), np.zeros_like(self.values))

    def _atoms(self) -> tuple[FloatArray, FloatArray]:
        return self.values, self.weights


def _values_and_weights(where: str, values: object, weights: object) -> tuple[object, object]:
    """Return values and weights from two rows or from one mapping."""
    if not isinstance(values, Mapping):
        if weights is None:
            message = f"{where}(weights): missing; write {{value: weight}} or {where}(values, weights)"
            raise ArgumentError(f"{message}; equally probable values are Empirical(values)")
        return values, weights
    if weights is not None:
        message = f"{where}(weights): the mapping holds the weights already; got {shown(weights)} too; leave it out"
        raise ArgumentError(message)
    return list(values), list(values.values())
