"""How likely a quantity lies below a reference, and the shortest interval that holds it with a given probability."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..engines import estimate, exact
from ..errors import ArgumentError, NoClosedForm, RangeError, ShapeError, UnitError
from ..estimate import Closed, Estimate, Interval
from ..graph import Node, standing
from ..graph.operations.arithmetic import divide
from ..graph.signs import difference, operate
from ..graph.substitution import check_scalar, is_uncertain
from ..units import conversion_factor

__all__ = ["Probability", "probability_below", "shortest_interval"]

Array = np.ndarray[Any, np.dtype[np.float64]]
GRIDS = (63, 15, 15, 15, 15)  # windows tried, ever closer around the shortest one


@dataclass(frozen=True, slots=True)
class Probability:
    """A probability with the standard error that comes from the method of calculation.

    Attributes
    ----------
    value : float
        In [0, 1].
    standard_error : float
        Of `value`; 0 for a closed form, and where nothing was drawn a bound in practice on the numerical error.
    draws : int
        Number of draws; 0 where nothing was drawn.
    seed : int
        Their seed.
    standing : tuple of str
        Inputs without a stated spread, taken as they stand; the probability is surer than it would be with one.

    Examples
    --------
    >>> float(Probability(0.53, standard_error=0.001, draws=262144, seed=0))
    0.53
    """

    value: float
    standard_error: float
    draws: int
    seed: int
    standing: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return the probability, and which inputs without a stated spread it takes as they stand."""
        kind = "standard error" if self.draws else "error bound"
        error = f", {kind} {self.standard_error:.2g}" if self.standard_error else ""
        stands = f", taken as it stands: {'; '.join(self.standing)}" if self.standing else ""
        return f"Probability {self.value:.6g}{error}{stands}"

    def __float__(self) -> float:
        return self.value

    def __format__(self, spec: str) -> str:
        """Return the probability as a float is formatted, such as with ``.0%``; without a format as a whole."""
        try:
            return format(self.value, spec) if spec else repr(self)
        except ValueError:
            told = f"format(): {spec!r} came; a probability takes the formats of a float, such as '.2f' and '.0%'"
            raise ArgumentError(told) from None


def probability_below(one: Node, other: Node, seed: int, where: str) -> Probability:
    """Return how likely the first scalar lies below the second; inputs that they share are one unknown.

    In closed form or by convolution where the first alone (beside an exact number), the ratio or the difference has
    one; else by draws.
    """
    for each in (one, other):
        check_scalar(each, where)
    conversion_factor(other.unit, one.unit, where)
    apart = difference(one, other)
    return replace(_probability(one, other, apart, seed), standing=standing([one, other]))


def _probability(one: Node, other: Node, apart: Node, seed: int) -> Probability:
    reference = estimate(other, seed=seed) if not is_uncertain(other) else None
    if reference is not None and is_uncertain(one):
        limit = reference.value * conversion_factor(other.unit, one.unit)
        return _below(estimate(one, seed=seed, digits=2), limit, seed)
    ratio = _ratio(one, other, seed)
    if ratio is not None:
        return Probability(ratio, 0.0, 0, seed)
    return _below(estimate(apart, seed=seed, digits=2), 0, seed)


def _below(found: Estimate, reference: Any, seed: int) -> Probability:
    """Return the probability of less than the reference; an exact number has all its digits."""
    if found.is_exact_number:
        return Probability(float(found.value < reference), 0.0, 0, seed)
    value, error = found.law.cdf(math.nextafter(float(reference), -math.inf))
    return Probability(float(value), float(error), found.draws, seed)


def _ratio(one: Node, other: Node, seed: int) -> float | None:
    """Return the probability from the ratio of two quantities of one sign, where it has a closed form."""
    try:
        law = exact.law(operate(divide, one, other))
    except (NoClosedForm, RangeError, UnitError):
        return None
    if not isinstance(law, Closed) or law.factor <= 0 or law.shift or law.distribution.support[0] < 0:
        return None
    below = float(law.cdf(1.0)[0])
    return below if estimate(other, seed=seed).median > 0 else 1.0 - below


def shortest_interval(found: Estimate, level: float) -> Interval:
    """Return the narrowest interval that holds the result with the probability `level`, on the linear scale.

    References
    ----------
    JCGM 101:2008, clause 5.3.4. doi:10.59161/JCGM101-2008
    """
    if found.axes:
        raise ShapeError("shortest_interval(): takes a single number; pick one element or take the total")
    below = _narrowest(found, level)
    low, high = found.quantile(below), found.quantile(below + level)
    return Interval(low, high, level, found.unit.text, "shortest, linear scale")


def _narrowest(found: Estimate, level: float) -> float:
    """Return the probability below the narrowest interval; of draws it is looked for among themselves."""
    draws = getattr(found.law, "draws", None)
    ordered = None if draws is None else np.sort(np.ravel(draws))

    def quantiles(wanted: Array) -> Array:
        if ordered is None:
            return np.asarray(found.quantile(wanted))
        return np.asarray(ordered[(wanted * (len(ordered) - 1)).astype(np.intp)])

    low_end, high_end = 0.0, (1.0 - level) * (1.0 - 1e-9)
    for grid in GRIDS:
        places = np.linspace(low_end, high_end, grid + 2)[1:-1]
        lows, highs = np.split(quantiles(np.concatenate([places, places + level])), 2)
        below, step = float(places[np.argmin(highs - lows)]), float(places[1] - places[0])
        low_end, high_end = max(low_end, below - step), min(high_end, below + step)
    return below
