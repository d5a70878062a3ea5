"""Independent distributions side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from ..errors import KindError, RangeError, ShapeError, shown
from .belief import Distribution
from .checks import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Stack(Distribution):
    """Independent distributions side by side along a new last axis; they may differ in kind.

    Parameters
    ----------
    parts : sequence of Distribution
        At least one, all of one shape.

    Examples
    --------
    >>> import brainparams as bp
    >>> Stack([bp.Normal(3, 1), bp.Uniform(0, 2)]).mean
    array([3., 1.])
    """

    name: ClassVar[str] = "stack"
    parts: tuple[Distribution, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", demand_parts("Stack(parts)", self.parts))

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

    def _fill(self, generator: np.random.Generator, draws: FloatArray) -> None:
        own = np.empty(draws.shape[:-1])
        for index, part in enumerate(self.parts):
            part._fill(generator, own)
            draws[..., index] = own

    def rows(self, chosen: Any) -> Distribution:
        """Return some of the parts, given as an index."""
        if isinstance(chosen, int):
            return self.parts[chosen]
        return Stack(tuple(self.parts[each] for each in np.arange(len(self.parts))[chosen]))

    def key(self) -> tuple[object, ...]:
        """Return a hashable tuple, equal for equal stacks."""
        return (self.name, *(part.key() for part in self.parts))

    def parameters(self) -> dict[str, Any]:
        """Return kind and parameters of each part, ready for JSON."""
        return {"parts": [{"kind": part.name, "parameters": part.parameters()} for part in self.parts]}


def demand_parts(where: str, parts: object) -> tuple[Distribution, ...]:
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
            raise ShapeError(f"{message}; all parts need one shape")
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
    >>> import brainparams as bp
    >>> stack([bp.Normal(1, 2), bp.Normal(3, 4)])
    Normal(mean=array([1., 3.]), sd=array([2., 4.]))
    """
    parts = demand_parts("stack(distributions)", distributions)
    kind: Callable[..., Distribution] = type(parts[0])
    alike = all(type(part) is kind for part in parts) and not parts[0].shape
    if not alike or not parts[0]._has_array_form:
        return Stack(parts)
    return kind(*(np.array([getattr(part, each.name) for part in parts]) for each in fields(parts[0])))
