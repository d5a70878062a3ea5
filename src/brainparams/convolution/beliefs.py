"""Means and variances of a power, or of another function, of one belief or of one table."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ..distributions import Distribution, LogNormal, Mixture
from ..errors import MomentError, NoClosedForm
from .moments import NEARBY, Moments, constant, mixture, moments_by_score
from .tables import FARTHEST, Array, Table, normal_cdf, normal_score, panel_points

__all__ = ["moments_of_belief", "moments_of_power", "moments_of_table", "nodes_of_shared", "side_by_side"]

Function = Callable[[Array], Array]


@lru_cache(maxsize=1024)
def moments_of_power(belief: Distribution, exponent: float) -> Moments:
    """Return mean and variance of a power of a belief.

    Raises
    ------
    MomentError
        If there is no mean, or it is beyond float range.
    """
    if isinstance(belief, LogNormal) and not belief.shape:
        return _of_lognormal(exponent * float(belief.mu), abs(exponent) * float(belief.sigma))
    if exponent == 1.0 and belief.atoms is None and not isinstance(belief, Mixture) and not belief.shape:
        mean, sd = float(belief.mean), float(belief.sd)
        if math.isfinite(mean) and math.isfinite(sd):
            return Moments(mean, sd**2)
    return moments_of_belief(belief, lambda x: np.power(x, exponent), at_zero=exponent < 0)


def _of_lognormal(mu: float, sigma: float) -> Moments:
    # Var = E² (exp σ² − 1)
    try:
        mean = math.exp(mu + sigma**2 / 2.0)
        variance = mean**2 * math.expm1(sigma**2)
    except OverflowError:
        raise MomentError("it is beyond float range") from None
    return Moments(mean, variance)


def moments_of_belief(belief: Distribution, function: Function, *, at_zero: bool = False) -> Moments:
    """Return mean and variance of a function of a belief; `at_zero` if it has a pole there."""
    if belief.shape:
        raise NoClosedForm("an array of unknowns")
    if isinstance(belief, Mixture):
        found = [moments_of_belief(part, function, at_zero=at_zero) for part in belief.parts]
        return mixture(belief.weights, side_by_side(found))
    if belief.atoms is not None:
        values, weights = belief.atoms
        with np.errstate(all="ignore"):
            return mixture(weights, constant(function(values)))

    def at_score(scores: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(belief._quantile(normal_cdf(scores), normal_cdf(-scores)), dtype=np.float64)

    low, high = (float(end) for end in belief.support)
    pole = None
    if at_zero and low < 0.0 < high:
        pole = float(belief.cdf(0.0)), float(belief._sf(np.array(0.0)))
    bends = [belief.kink] if belief.kink is not None else []
    steps = belief._atoms()[0]
    bends += [float(each) for value in steps for each in belief.cdf(np.array([np.nextafter(value, -np.inf), value]))]
    return moments_by_score(at_score, function, edges=normal_score(np.array(bends)).tolist(), pole=pole)


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
        below = float(law.cdf(np.zeros(1))[0])
        if only_positive and below > NEARBY:
            raise MomentError(f"its argument is below zero with a probability of {below:.2g}")
        pole = (0.0 if only_positive else below), 1.0 - below
    if law.atoms is not None:
        with np.errstate(all="ignore"):
            return mixture(law.atoms[1], constant(function(law.atoms[0])))
    return moments_by_score(law.at_score, function, edges=law.levels.tolist(), pole=pole, farthest=FARTHEST)


def side_by_side(found: list[Moments]) -> Moments:
    """Return several as arrays along the last axis."""
    columns = zip(*[each[:4] for each in found], strict=True)
    lacks = next((each.lacks for each in found if each.lacks), "")
    return Moments(*(np.stack([np.asarray(each) for each in column], axis=-1) for column in columns), lacks)


def nodes_of_shared(belief: Distribution) -> tuple[Array, Array]:
    """Return values of a belief with weights, for what is averaged over all of them."""
    if belief.shape:
        raise NoClosedForm("an array of unknowns")
    if belief.atoms is not None:
        return belief.atoms
    if isinstance(belief, Mixture):
        pairs = [nodes_of_shared(part) for part in belief.parts]
        weights = [weight * own for weight, (_, own) in zip(belief.weights, pairs, strict=True)]
        return np.concatenate([values for values, _ in pairs]), np.concatenate(weights)
    bends = [belief.kink] if belief.kink is not None else []
    edges = np.unique(np.concatenate([np.linspace(-FARTHEST, FARTHEST, 12), normal_score(np.array(bends))]))
    scores, weights = panel_points(edges[np.newaxis], 8)
    values = belief._quantile(normal_cdf(scores[0]), normal_cdf(-scores[0]))
    return np.asarray(values, dtype=np.float64), weights[0] / np.sum(weights)
