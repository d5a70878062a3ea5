"""A number of which several distributions may be the right one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from ..errors import ShapeError
from .belief import Distribution
from .checks import FloatArray, settle_weights
from .inversion import first_reaching
from .quadrature import moments_of_mixture
from .stacks import demand_parts


@dataclass(frozen=True, slots=True, eq=False)
class Mixture(Distribution):
    """One number, described by the first part with the first weight, by the second with the second, and so on.

    Parameters
    ----------
    parts : sequence of Distribution
        At least one, each of a single number; they may differ in kind.
    weights : 1-d array, optional
        Probability of each part, above 0, with sum 1 to within 1e-9; equal for all if left out.

    Raises
    ------
    RangeError
        If the weights do not sum to 1; `Mixture.normalised` scales them.

    Examples
    --------
    >>> import brainparams as bp
    >>> Mixture([bp.Normal(1, 0.1), bp.Normal(5, 0.1)], [0.75, 0.25]).mean
    2.0
    """

    name: ClassVar[str] = "mixture"
    has_slow_cdf: ClassVar[bool] = True
    _has_array_form: ClassVar[bool] = False
    _mass_to_ignore: ClassVar[float] = 1e-6
    parts: tuple[Distribution, ...]
    weights: Any = None

    def __post_init__(self) -> None:
        parts = _single_parts("Mixture(parts)", self.parts)
        weights = np.full(len(parts), 1 / len(parts)) if self.weights is None else self.weights
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "weights", settle_weights("Mixture", weights, len(parts)))

    @classmethod
    def normalised(cls, parts: Any, weights: Any) -> Self:
        """Return the mixture with weights that are scaled to sum 1.

        Parameters
        ----------
        parts : sequence of Distribution
            At least one, each of a single number.
        weights : 1-d array
            One weight above 0 each, with any sum.

        Raises
        ------
        RangeError
            If a weight is not above 0.

        Examples
        --------
        >>> import brainparams as bp
        >>> Mixture.normalised([bp.Normal(1, 0.1), bp.Normal(5, 0.1)], [3, 1]).weights
        array([0.75, 0.25])
        """
        where = f"{cls.__name__}.normalised"
        checked = _single_parts(f"{where}(parts)", parts)
        return cls(checked, settle_weights(where, weights, len(checked), normalise=True))

    def _check(self, where: str) -> None:
        """The parts are checked, and so are their weights."""

    def _average(self, values: Any) -> Any:
        # the same sum above and below, so that the average of ones is 1
        total = sum(weight * each for weight, each in zip(self.weights, values, strict=True))
        return total / sum(self.weights)

    def _cdf(self, x: FloatArray) -> Any:
        return self._average([np.asarray(part._cdf(x), dtype=np.float64) for part in self.parts])

    def _sf(self, x: FloatArray) -> Any:
        return self._average([np.asarray(part._sf(x), dtype=np.float64) for part in self.parts])

    def _ppf(self, p: FloatArray) -> Any:
        row = np.ravel(p)
        if self._is_in_line():
            return self._in_line(row).reshape(np.shape(p))
        # between the quantiles of the parts; at 0 and 1 these are the ends of the support
        quantiles = [np.asarray(part._ppf(row), dtype=np.float64) for part in self.parts]
        low: Any = np.minimum.reduce(quantiles)
        high: Any = np.maximum.reduce(quantiles)
        result: FloatArray = np.where(row == 0, low, high)
        inside = (row > 0) & (row < 1)
        low, high, on_atom = self._between_atoms(row, low, high)
        result[on_atom] = high[on_atom]
        inside &= ~on_atom
        if np.any(inside):
            result[inside] = first_reaching(self._cdf, row[inside], low[inside], high[inside])
        return result.reshape(np.shape(p))

    def _is_in_line(self) -> bool:
        """Whether each part ends where the next one begins, or before, and none has atoms: as the halves of a range."""
        if self._atoms()[0].size:
            return False
        ends = [float(end) for part in self.parts for end in np.asarray(part._ppf(np.array([0.0, 1.0])))]
        return bool(np.all(np.diff(ends) >= 0.0))

    def _in_line(self, p: FloatArray) -> FloatArray:
        """Return the quantiles of parts in line: each probability falls to one part."""
        up_to = np.cumsum(self.weights) / sum(self.weights)
        place = np.minimum(np.searchsorted(up_to, p, side="left"), len(up_to) - 1)
        result = np.empty(len(p))
        for number, part in enumerate(self.parts):
            here = place == number
            before = up_to[number - 1] if number else 0.0
            share = (p[here] - before) / (up_to[number] - before)
            result[here] = part._ppf(np.clip(share, 0.0, 1.0))
        return result

    def _between_atoms(self, p: FloatArray, low: Any, high: Any) -> tuple[Any, Any, Any]:
        """Narrow the brackets to where no atom is; say which quantiles are an atom, then at `high`."""
        atoms = self._atoms()[0]
        if not atoms.size:
            return low, high, np.zeros(len(p), dtype=bool)
        reached = np.maximum.accumulate(self._cdf(atoms))
        missed = np.minimum(self._cdf(np.nextafter(atoms, -np.inf)), reached)
        place = np.searchsorted(reached, p, side="left")
        here = np.minimum(place, len(atoms) - 1)
        on_atom = (place < len(atoms)) & (missed[here] < p) & (p > 0) & (p < 1)
        below = np.where(place > 0, atoms[np.maximum(place, 1) - 1], -np.inf)
        above = np.where(place < len(atoms), np.where(on_atom, atoms[here], np.nextafter(atoms[here], -np.inf)), np.inf)
        return np.maximum(low, below), np.where(on_atom, above, np.minimum(high, above)), on_atom

    def _atoms(self) -> tuple[FloatArray, FloatArray]:
        found = [part._atoms() for part in self.parts]
        values, place = np.unique(np.concatenate([each[0] for each in found]), return_inverse=True)
        shares = [weight * each[1] for weight, each in zip(self.weights, found, strict=True)]
        return values, np.asarray(np.bincount(place, np.concatenate(shares), len(values)), dtype=np.float64)

    def _moments(self) -> tuple[Any, Any]:
        means, sds = zip(*(part._moments() for part in self.parts), strict=True)
        return moments_of_mixture(self.weights, means, sds)

    def _log_moments(self) -> tuple[Any, Any]:
        means, sds = zip(*(part._log_moments() for part in self.parts), strict=True)
        return moments_of_mixture(self.weights, means, sds)

    def _fill(self, generator: np.random.Generator, draws: FloatArray) -> None:
        chosen = generator.choice(len(self.parts), draws.shape, p=self.weights)
        for index, part in enumerate(self.parts):
            mine = chosen == index
            own = np.empty(int(np.count_nonzero(mine)))
            part._fill(generator, own)
            draws[mine] = own

    def alternatives(self) -> list[tuple[float, Distribution]]:
        """Return the parts with their weights; those of a part that is a mixture itself."""
        pairs = zip(self.weights.tolist(), self.parts, strict=True)
        return [(weight * own, each) for weight, part in pairs for own, each in part.alternatives()]

    def key(self) -> tuple[object, ...]:
        """Return a hashable tuple, equal for mixtures of equal parts in the same order."""
        return (self.name, self.weights.tobytes(), *(part.key() for part in self.parts))

    def parameters(self) -> dict[str, Any]:
        """Return kind and parameters of each part, and the weights, ready for JSON."""
        parts = [{"kind": part.name, "parameters": part.parameters()} for part in self.parts]
        return {"parts": parts, "weights": self.weights.tolist()}


def _single_parts(where: str, parts: object) -> tuple[Distribution, ...]:
    """Return the parts as a tuple if each describes a single number."""
    checked = demand_parts(where, parts)
    if checked[0].shape:
        message = f"{where}: needs distributions of a single number; got shape {checked[0].shape}"
        raise ShapeError(f"{message}; mix each element and put the mixtures side by side with stack([...])")
    return checked
