"""How many pairs are connected where each has its own chance: the Poisson binomial distribution."""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

import numpy as np

from ...distributions import Discrete, Normal

__all__ = ["connected_pairs"]

MOST_EXACT = 500  # pairs whose whole distribution is written down
BEYOND = 4.76  # standard deviations that a normal exceeds with a chance of 1e-6
KEPT = 12  # standard deviations, and pairs beside, that an exact distribution reaches
LEAST = 1e-18


def connected_pairs(chances: Any) -> Any:
    """Return the belief about the number of connected pairs: exact, or normal far from none and from all.

    Parameters
    ----------
    chances : array of shape (n,)
        The chance of each pair, all drawn independently.

    References
    ----------
    Hong 2013, On computing the distribution function for the Poisson binomial distribution.
    doi:10.1016/j.csda.2012.10.006

    Examples
    --------
    >>> [float(each) for each in connected_pairs(np.array([0.5, 0.5])).weights]
    [0.25, 0.5, 0.25]
    """
    chances = np.clip(np.asarray(chances, dtype=np.float64), 0.0, 1.0)
    count, mean = len(chances), float(chances.sum())
    sd = math.sqrt(float((chances * (1 - chances)).sum()))
    if sd == 0:
        return mean
    if count > MOST_EXACT and min(mean, count - mean) > BEYOND * sd:
        return Normal(mean, sd)
    is_few = count <= MOST_EXACT or mean <= count - mean
    rare = chances if is_few else 1 - chances  # of many that are nearly certain, those that fail are counted
    most = count if count <= MOST_EXACT else min(count, math.ceil(float(rare.sum()) + KEPT * (sd + 1)))
    weights = _law(rare, most)
    number = np.arange(len(weights))
    possible = weights > LEAST
    values = number if is_few else count - number
    return Discrete.normalised(values[possible].astype(np.float64), weights[possible])


def _law(chances: Any, most: int) -> Any:
    """Return the probabilities of 0 to `most` successes: pair is added to pair, in many sums side by side."""
    width = max(1, math.isqrt(len(chances))) if len(chances) > MOST_EXACT else 1
    padded = np.zeros(-(-len(chances) // width) * width)
    padded[: len(chances)] = chances
    laws = np.zeros((width, most + 1))
    laws[:, 0] = 1.0
    for row in padded.reshape(-1, width)[:, :, None]:
        grown = laws * (1 - row)
        grown[:, 1:] += laws[:, :-1] * row
        laws = grown
    return reduce(lambda one, other: np.convolve(one, other)[: most + 1], laws)
