"""Two estimates side by side: how likely one is the larger."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .engines import sampling
from .quantity import quantity

__all__ = ["Probability", "probability_greater"]

DRAWS = 2**18


@dataclass(frozen=True, slots=True)
class Probability:
    """A probability with the standard error that comes from drawing.

    Attributes
    ----------
    value : float
        In [0, 1].
    standard_error : float
        Of `value`; 0 where nothing is uncertain.
    draws : int
        Number of draws.
    seed : int
        Their seed.

    Examples
    --------
    >>> float(Probability(0.53, standard_error=0.001, draws=262144, seed=0))
    0.53
    """

    value: float
    standard_error: float
    draws: int
    seed: int

    def __float__(self) -> float:
        return self.value


def probability_greater(one: Any, other: Any, *, seed: int = 0) -> Probability:
    """Return how likely the first quantity is the larger, on common draws.

    Parameters
    ----------
    one, other : Quantity or text
        Scalars of the same dimension; inputs that they share are drawn once.
    seed : int
        Seed of the draws.

    Returns
    -------
    Probability
        Without unit.

    Raises
    ------
    UnitError
        If the dimensions differ.

    Examples
    --------
    >>> import brainparams as bp
    >>> synapses = bp.assumed("1e14 to 1e15 synapse", because="published range")
    >>> round(float(bp.probability_greater(synapses, "3e14 synapse")), 2)
    0.53
    """
    difference = quantity(one, "probability_greater()") - quantity(other, "probability_greater()")
    estimate = difference.estimate(seed=seed)
    if estimate.is_exact_number:
        return Probability(float(estimate.value > 0), 0.0, 0, seed)
    draws = sampling.draw(difference.node, DRAWS, seed)
    share = float((draws > 0).mean())
    return Probability(share, math.sqrt(share * (1.0 - share) / DRAWS), DRAWS, seed)
