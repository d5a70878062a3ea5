"""The distribution that passes through two or three stated percentiles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from ..checks import strict
from ..errors import KindError, RangeError, ShapeError, shown
from .checks import checked_numbers, demand
from .normal import LogNormal, Normal, normal_through
from .shifted import ShiftedLogNormal

Candidate: TypeAlias = LogNormal | Normal | ShiftedLogNormal

WIDEST_RATIO = math.log(1e12)  # of the two gaps; beyond it the bound and the nearer values are one float

WHERE = "from_percentiles(percentiles)"


@strict
def from_percentiles(percentiles: Mapping[float, float]) -> Candidate:
    """Return the distribution that passes through two or three percentiles.

    Two give a lognormal where both values are positive, else a normal. Three give the lognormal or the normal that
    passes through them if there is one, else a lognormal with a shift, which has the long tail on the side of the
    wider gap. Such a shift may leave some probability below zero; `Truncated` cuts it off.

    Parameters
    ----------
    percentiles : mapping of float to float
        Probabilities in (0, 1) and the value below which the number lies with each, such as
        ``{0.05: 1000, 0.5: 4000, 0.95: 10000}``.

    Returns
    -------
    LogNormal, Normal or ShiftedLogNormal
        Through all values but for rounding: to 1e-12 of the widest gap, growing to 1e-7 next to the symmetry of a
        normal, where the shift is far away.

    Raises
    ------
    RangeError, KindError
        If there are not two or three, a probability is outside (0, 1), or the values do not rise with them.

    Examples
    --------
    >>> from_percentiles({0.05: 10, 0.95: 1000}).name
    'lognormal'
    >>> from_percentiles({0.05: 2, 0.5: 3, 0.95: 4}).name
    'normal'
    >>> round(from_percentiles({0.05: 2, 0.5: 3, 0.95: 7}).ppf(0.95), 9)
    7.0
    """
    p, values = _checked(percentiles)
    ends = (p[0], p[-1])
    candidates: list[Candidate] = []
    if values[0] > 0:
        log_mean, log_sd = normal_through(math.log(values[0]), math.log(values[-1]), ends)
        candidates.append(LogNormal(log_mean, log_sd))
    candidates.append(Normal(*normal_through(values[0], values[-1], ends)))
    for each in candidates:
        if len(p) == 2 or _misfit(each, p, values) <= 1e-12:
            return each
    candidates += _shifted_through(p, values)
    best = min(candidates, key=lambda each: _misfit(each, p, values))
    message = "no lognormal passes through all values in floats, only to {0} of the widest gap; give two of them"
    misfit = _misfit(best, p, values)
    demand(misfit <= 1e-6, WHERE, message, misfit)
    return best


def _checked(percentiles: object) -> tuple[list[float], list[float]]:
    """Return probabilities and values, both ascending."""
    example = "write {0.05: low, 0.5: middle, 0.95: high}"
    if not isinstance(percentiles, Mapping):
        raise KindError(f"{WHERE}: needs a mapping of probabilities to values; got {shown(percentiles)}; {example}")
    if len(percentiles) not in {2, 3}:
        raise RangeError(f"{WHERE}: needs two or three percentiles; got {len(percentiles)}; {example}")
    pairs: list[tuple[float, float]] = []
    for key, value in percentiles.items():
        p, x = checked_numbers(key, WHERE), checked_numbers(value, f"{WHERE[:-1]}[{shown(key)}])")
        if not isinstance(p, float) or not isinstance(x, float):
            raise ShapeError(f"{WHERE}: needs single numbers; got {shown(value)}; call it once for each")
        demand(0 < p < 1, WHERE, "probability must be in (0, 1); got {0}; divide a percentage by 100", p)
        pairs.append((p, x))
    pairs.sort()
    for (p, x), (q, y) in pairwise(pairs):
        demand(p < q, WHERE, "probability {0} is given twice; give it once", p)
        message = "values must rise with the probability; got {0} at {1} and {2} at {3}; swap them?"
        demand(x < y, WHERE, message, x, p, y, q)
    demand(math.isfinite(pairs[-1][1] - pairs[0][1]), WHERE, "the values span more than float range (1.8e308)")
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _misfit(belief: Candidate, p: list[float], values: list[float]) -> float:
    """Largest distance of a quantile from its value beyond rounding, in units of the widest gap."""
    goal = np.array(values)
    # a lognormal keeps small values as well as large ones
    size = np.minimum(goal, goal[-1] - goal[0]) if isinstance(belief, LogNormal) else goal[-1] - goal[0]
    apart = np.abs(np.asarray(belief.ppf(np.array(p))) - goal)
    return float(np.max((apart - 4 * np.finfo(float).eps * np.abs(goal)) / size))


def _shifted_through(p: list[float], values: list[float]) -> list[ShiftedLogNormal]:
    """Return the lognormal with a shift through three percentiles, unless its shift is beyond float range.

    With x = c + A exp(s (z - z₂)) the two gaps are A (exp(s d₂) - 1) and A (1 - exp(-s d₁)), so their ratio rises
    with s alone, from nothing to infinity; s < 0 means a long lower tail.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtri

    z = ndtri(p)
    before, after = float(z[1] - z[0]), float(z[2] - z[1])
    goal = math.log(values[2] - values[1]) - math.log(values[1] - values[0])
    message = "one gap is {0} times the other, too skew for a lognormal; give two of the percentiles, or a Mixture"
    demand(abs(goal) <= WIDEST_RATIO, WHERE, message, math.exp(min(abs(goal), 700.0)))

    def log_ratio(s: float) -> float:
        if s == 0:
            return math.log(after / before)
        # (exp(a) - 1) / (1 - exp(-b)), each side by the smaller exponential
        upper = max(s * after, 0.0) + math.log(-math.expm1(-abs(s * after)))
        lower = max(-s * before, 0.0) + math.log(-math.expm1(-abs(s * before)))
        return upper - lower

    reach = (abs(goal) + abs(log_ratio(0.0)) + 1) / min(before, after)
    s = brentq(lambda s: log_ratio(s) - goal, -reach, reach, xtol=1e-300, rtol=1e-15, maxiter=500)
    if not abs(s) > 1e-14:
        return []
    # the distance from the shift to the middle value, by the wider gap
    if s > 0:
        distance = (values[2] - values[1]) / math.expm1(s * after)
    else:
        distance = (values[1] - values[0]) / math.expm1(-s * before)
    direction = math.copysign(1.0, s)
    mu = math.log(distance) - s * float(z[1])
    return [ShiftedLogNormal(values[1] - direction * distance, mu, abs(s), direction)]
