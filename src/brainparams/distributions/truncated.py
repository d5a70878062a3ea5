"""A distribution of which only what lies between two bounds is possible."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..errors import ArgumentError, KindError, RangeError, ShapeError, shown
from .belief import Distribution
from .checks import FloatArray, checked_numbers, demand
from .discrete import Discrete
from .mixtures import Mixture
from .quadrature import log_moments_between, moments_between, moments_of_mixture

LEAST_MASS = 1e-6
ALL = 1 - 1e-9  # of the probability, but for rounding


@dataclass(frozen=True, slots=True, eq=False)
class Truncated(Distribution):
    """A distribution given that the number lies within bounds; these count as inside.

    Parameters
    ----------
    distribution : Distribution
        Of a single number, with at least 1e-6 of its probability inside.
    low, high : float, optional
        Bounds in the unit of the number, low < high; at least one of them.

    Raises
    ------
    RangeError
        If too little lies inside, or the bounds are reversed.

    References
    ----------
    Mean and standard deviation are integrals over the probability: Takahasi & Mori (1974), Double exponential
    formulas for numerical integration, doi:10.2977/prims/1195192451

    Examples
    --------
    >>> import brainparams as bp
    >>> round(Truncated(bp.Normal(0, 1), low=0).mean, 9)  # sqrt(2 / pi)
    0.797884561
    """

    name: ClassVar[str] = "truncated"
    _has_array_form: ClassVar[bool] = False
    _mass_to_ignore: ClassVar[float] = 1e-6
    distribution: Distribution
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        where = "Truncated"
        if not isinstance(self.distribution, Distribution):
            message = f"{where}(distribution): needs a distribution; got {shown(self.distribution)}"
            raise KindError(f"{message}; write Truncated(Normal(...), low=0)")
        if self.distribution.shape:
            message = f"{where}(distribution): needs a single number; got shape {self.distribution.shape}"
            raise ShapeError(f"{message}; truncate each element and put them side by side with stack([...])")
        if self.low is None and self.high is None:
            raise ArgumentError(f"{where}(): needs low, high or both; got neither; write low=0 for positive numbers")
        for label in ("low", "high"):
            object.__setattr__(self, label, _bound(f"{where}({label})", getattr(self, label)))
        self._check(where)

    def _check(self, where: str) -> None:
        low, high = self._ends
        demand(low < high, f"{where}(low)", "must be below high; got {0} and {1}; swap them?", low, high)
        with np.errstate(all="ignore"):
            mass = Cut.of(self.distribution, low, high).mass
        if not mass >= LEAST_MASS:
            message = f"{where}(distribution): only {mass:.3g} of its probability lies within {low:.6g} to {high:.6g}"
            raise RangeError(f"{message}, less than {LEAST_MASS}; choose a distribution that lies there")

    @property
    def _ends(self) -> tuple[float, float]:
        return (-math.inf if self.low is None else self.low), (math.inf if self.high is None else self.high)

    def _cut(self) -> Cut:
        return Cut.of(self.distribution, *self._ends)

    def _ppf(self, p: FloatArray) -> Any:
        return self._cut().quantile(p, 1 - p)

    def _isf(self, q: FloatArray) -> Any:
        return self._cut().quantile(1 - q, q)

    def _cdf(self, x: FloatArray) -> Any:
        return self._cut().share_below(x)

    def _sf(self, x: FloatArray) -> Any:
        return self._cut().share_above(x)

    def _moments(self) -> tuple[Any, Any]:
        weights, cuts = zip(*cuts_within(self.distribution, *self._ends), strict=True)
        means, sds = zip(*(cut.moments() for cut in cuts), strict=True)
        return moments_of_mixture(np.array(weights) / math.fsum(weights), means, sds)

    def _log_moments(self) -> tuple[Any, Any]:
        weights, cuts = zip(*cuts_within(self.distribution, *self._ends), strict=True)
        means, sds = zip(*(cut.log_moments() for cut in cuts), strict=True)
        return moments_of_mixture(np.array(weights) / math.fsum(weights), means, sds)

    def _atoms(self) -> tuple[FloatArray, FloatArray]:
        values, shares = self._cut().atoms()
        return values, shares / self._cut().mass

    def key(self) -> tuple[object, ...]:
        """Return a hashable tuple, equal for equal distributions with equal bounds."""
        return (self.name, self.distribution.key(), self.low, self.high)

    def parameters(self) -> dict[str, Any]:
        """Return kind and parameters of the distribution, and the bounds, ready for JSON; None for no bound."""
        inner = {"kind": self.distribution.name, "parameters": self.distribution.parameters()}
        return {"distribution": inner, "low": self.low, "high": self.high}


def _bound(where: str, value: object) -> float | None:
    """Return a bound as a float, None for none."""
    if value is None:
        return None
    bound = checked_numbers(value, where)
    if not isinstance(bound, float):
        raise ShapeError(f"{where}: needs one number; got {shown(value)}; truncate each element")
    return bound + 0.0


class Cut(NamedTuple):
    """What of a distribution lies within two bounds, with the probabilities of less, of more and of what is left."""

    whole: Distribution
    low: float
    high: float
    below: float
    above: float
    mass: float

    @classmethod
    def of(cls, whole: Distribution, low: float, high: float) -> Cut:
        """Return the cut at these bounds; a value at a bound is inside."""
        ends = np.array([np.nextafter(low, -math.inf), high])
        (below, reached), (left, above) = np.broadcast_to(whole._cdf(ends), 2), np.broadcast_to(whole._sf(ends), 2)
        # the difference on the side where both are small keeps its digits
        mass = reached - below if above > 0.5 else left - above if below > 0.5 else 1 - below - above
        return cls(whole, low, high, float(below), float(above), float(mass))

    def atoms(self) -> tuple[FloatArray, FloatArray]:
        """Values inside that have a probability of their own, and these, of the whole."""
        values, shares = self.whole._atoms()
        inside = (values >= self.low) & (values <= self.high)
        return values[inside], shares[inside]

    def discrete(self) -> Discrete | None:
        """What lies inside as weighted values, if there is nothing else."""
        values, shares = self.atoms()
        return Discrete.normalised(values, shares) if len(values) and math.fsum(self.whole._atoms()[1]) > ALL else None

    def quantile(self, p: FloatArray, complement: FloatArray) -> Any:
        """Quantiles at `p`, given with its complement."""
        if discrete := self.discrete():
            return discrete._ppf(p)
        inside = self.whole._quantile(self.below + self.mass * p, self.above + self.mass * complement)
        lowest = np.maximum(self.low, self.whole._ppf(np.array(0.0)))
        highest = np.minimum(self.high, self.whole._ppf(np.array(1.0)))
        return np.where(p <= 0, lowest, np.where(complement <= 0, highest, np.clip(inside, lowest, highest)))

    def share_below(self, x: FloatArray) -> Any:
        """Probabilities of `x` or less."""
        if discrete := self.discrete():
            return discrete._cdf(x)
        reached = self.whole._cdf(x)
        inside = np.where(reached < 0.5, reached - self.below, self.mass - (self.whole._sf(x) - self.above)) / self.mass
        return np.where(x >= self.high, 1.0, np.where(x < self.low, 0.0, np.clip(inside, 0, 1)))

    def share_above(self, x: FloatArray) -> Any:
        """Probabilities of more than `x`."""
        if discrete := self.discrete():
            return discrete._sf(x)
        left = self.whole._sf(x)
        inside = np.where(left < 0.5, left - self.above, self.mass - (self.whole._cdf(x) - self.below)) / self.mass
        return np.where(x >= self.high, 0.0, np.where(x < self.low, 1.0, np.clip(inside, 0, 1)))

    def _edges(self, start: float) -> list[float]:
        """Probabilities from `start` between which the quantiles are smooth."""
        kink = (self.whole._kink_at() - self.below) / self.mass
        return [start, min(max(start, kink), 1.0), 1.0]

    def moments(self) -> tuple[float, float]:
        """Mean and standard deviation; infinite on the side of an unbounded tail that has none."""
        if discrete := self.discrete():
            return discrete._moments()
        lowest, highest = (float(self.quantile(np.array(p), np.array(1.0 - p))) for p in (0.0, 1.0))
        mean, sd = (float(each) for each in self.whole._moments())
        unbounded = math.isinf(lowest) or math.isinf(highest)
        if unbounded and math.isinf(mean):
            return (highest if math.isinf(highest) else lowest), math.inf
        found = moments_between(self.quantile, self._edges(0.0))
        return found[0], math.inf if unbounded and math.isinf(sd) else found[1]

    def log_moments(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm, given that the number is positive."""
        if discrete := self.discrete():
            return discrete._log_moments()
        return log_moments_between(self.quantile, self._edges(float(self.share_below(np.array(0.0)))))


def cuts_within(whole: Distribution, low: float, high: float, weight: float = 1.0) -> list[tuple[float, Cut]]:
    """Return a cut for each part of the distribution that is no mixture itself, with the probability of each."""
    if isinstance(whole, Mixture):
        shares = zip(whole.parts, whole.weights, strict=True)
        found = [each for part, share in shares for each in cuts_within(part, low, high, weight * share)]
        largest = max((each[0] for each in found), default=0.0)
        # a part next to nothing of which is inside may have no quantiles there that floats can hold
        return [each for each in found if each[0] > largest * 1e-20]
    if isinstance(whole, Truncated):
        inner, outer = whole._ends, whole._cut().mass
        return cuts_within(whole.distribution, max(low, inner[0]), min(high, inner[1]), weight / outer)
    cut = Cut.of(whole, low, high)
    return [(weight * cut.mass, cut)] if low <= high and cut.mass > 0 else []
