"""Means and variances of a power, or of another function, of one belief or of one table."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from ..distributions import Distribution, LogNormal, Mixture
from ..errors import MomentError, NoClosedForm
from .moments import NEARBY, Moments, averaged_by_score, constant, mixture, moments_by_score, side_by_side, spread_out
from .tables import FARTHEST, TINY, Array, Table, normal_score
from .tabulating import quantiles_at

__all__ = ["averaged_over", "moments_of_belief", "moments_of_power", "moments_of_table"]

Function = Callable[[Array], Array]
CERTAIN = 3.0  # normal scores
BEYOND = "it is beyond float range (1.8e308)"


@lru_cache(maxsize=1024)
def moments_of_power(belief: Distribution, exponent: float) -> Moments:
    """Return mean and variance of a power of a belief.

    Raises
    ------
    MomentError
        If there is no mean, or it is beyond float range.
    """
    if isinstance(belief, LogNormal):
        return _of_lognormal(np.multiply(exponent, belief.mu), np.abs(np.multiply(exponent, belief.sigma)))
    if exponent == 1.0 and not isinstance(belief, Mixture):
        mean, sd = belief.mean, belief.sd
        if np.all(np.isfinite(mean)) and np.all(np.isfinite(sd)):
            return Moments(mean, sd)
    whole = float(exponent).is_integer()
    at_zero = exponent < 0 or not whole
    return moments_of_belief(belief, lambda x: np.power(x, exponent), at_zero=at_zero, only_positive=not whole)


def _of_lognormal(mu: Any, sigma: Any) -> Moments:
    # sd = E √(exp σ² − 1)
    with np.errstate(over="ignore"):
        mean = np.exp(mu + np.square(sigma) / 2.0)
        sd = mean * np.sqrt(np.expm1(np.square(sigma)))
    if not np.all(np.isfinite(mean)):
        raise MomentError(BEYOND)
    return Moments(mean, sd, lacks="" if np.all(np.isfinite(sd)) else BEYOND)


def moments_of_belief(
    belief: Distribution,
    function: Function,
    *,
    at_zero: bool = False,
    only_positive: bool = False,
    farthest: float | None = None,
) -> Moments:
    """Return mean and variance of a function of a belief; for the words, see `moments_of_table`.

    Normal scores go as far as floats do, or no farther than is said.
    """
    if belief.shape:
        raise NoClosedForm("an array of unknowns")
    if isinstance(belief, Mixture):
        found = [
            moments_of_belief(part, function, at_zero=at_zero, only_positive=only_positive) for part in belief.parts
        ]
        return mixture(belief.weights, side_by_side(found))
    if belief.atoms is not None:
        values, weights = belief.atoms
        with np.errstate(all="ignore"):
            return mixture(weights, constant(function(values)))
    low, high = (float(end) for end in belief.support)
    pole = None
    if at_zero and low < 0.0 < high:
        pole = _pole(float(belief.cdf(0.0)), float(belief._sf(np.array(0.0))), only_positive)
    bends = [belief.kink] if belief.kink is not None else []
    steps = belief._atoms()[0]
    beside = np.stack([np.nextafter(steps, -np.inf), steps])
    bends += np.ravel(belief.cdf(beside)).tolist() if steps.size else []
    far = {} if farthest is None else {"farthest": farthest}
    edges = normal_score(np.array(bends)).tolist()
    return moments_by_score(partial(quantiles_at, belief), function, edges=edges, pole=pole, **far)


def moments_of_table(law: Table, function: Function, *, at_zero: bool = False, only_positive: bool = False) -> Moments:
    """Return mean and variance of a function of a table.

    Parameters
    ----------
    law : Table
        The law of its argument.
    function : callable
        What it is a function of.
    at_zero : bool
        Whether the function has a pole at zero.
    only_positive : bool
        Whether it has no meaning at zero and below.
    """
    if law.parts:
        weights = np.array([weight for weight, _ in law.parts])
        found = [
            moments_of_table(part, function, at_zero=at_zero, only_positive=only_positive) for _, part in law.parts
        ]
        return mixture(weights / np.sum(weights), side_by_side(found))
    pole = None
    if at_zero and law.values[0] < 0.0 < law.values[-1]:
        below, until = law.cdf(np.array([-TINY, 0.0])).tolist()  # a step at zero lies on neither side
        pole = _pole(float(below), 1.0 - float(until), only_positive)
    if law.atoms is not None:
        with np.errstate(all="ignore"):
            return mixture(law.atoms[1], constant(function(law.atoms[0])))
    whole = moments_by_score(law.at_score, function, edges=law.levels.tolist(), pole=pole, farthest=FARTHEST)
    with np.errstate(all="ignore"):  # probabilities that are wrong by so much move what lies between these scores
        moved = float(np.ptp(function(law.at_score(np.array([-CERTAIN, CERTAIN])))))
    if not law.error * moved > 0 or not whole.sd > 0:
        return whole
    return whole._replace(
        mean_error=whole.mean_error + law.error * moved,
        sd_error=whole.sd_error + law.error * moved * (moved / (2.0 * whole.sd)),
    )


def _pole(below: float, above: float, only_positive: bool) -> tuple[float, float]:
    """Return the probabilities on either side of zero; what is below may have no meaning."""
    if not only_positive:
        return below, above
    if below > NEARBY:
        raise MomentError(f"a number below zero, with a probability of {below:.2g}, has no root and no logarithm")
    return 0.0, above


def averaged_over(belief: Distribution, moments: Callable[[Array], Moments]) -> Moments:
    """Return the moments of a mixture over all values of a belief, from those at many values at once.

    Panels of its normal scores are halved where two rules differ, and go on outwards where the tails tell.
    """
    if belief.shape:
        raise NoClosedForm("an array of unknowns")
    if isinstance(belief, Mixture):
        return mixture(belief.weights, side_by_side([averaged_over(part, moments) for part in belief.parts]))
    if belief.atoms is not None:
        values, weights = belief.atoms
        return mixture(weights, spread_out(moments(values), len(weights)))

    def at_scores(scores: Array) -> Moments:
        return spread_out(moments(quantiles_at(belief, scores)), len(scores))

    at = [] if belief.kink is None else [belief.kink]
    return averaged_by_score(
        at_scores, np.concatenate([np.linspace(-FARTHEST, FARTHEST, 12), normal_score(np.array(at))])
    )
