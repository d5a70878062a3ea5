"""Tables of beliefs, of distribution functions and of mixtures, refined until points halfway between are met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np

from ..distributions import Distribution, Mixture
from ..errors import NoClosedForm
from .tables import (
    FARTHEST,
    MOST_POINTS,
    NEAR,
    PANEL,
    ROUNDS,
    Array,
    Scale,
    Table,
    normal_cdf,
    normal_score,
    refined,
    table_of_atoms,
)

__all__ = ["mixed", "quantiles_at", "table_of_belief", "table_of_cdf"]

STEP = 0.16  # of scores between the points of a table at first
COARSE = np.linspace(-FARTHEST, FARTHEST, 21)
FINE = np.linspace(-FARTHEST, FARTHEST, 2 * int(FARTHEST / STEP) + 1)
MOST_PARTS, MOST_STEPS = 24, 32
SEARCHES = 60
ROUNDING = 1e-13


def mixed(parts: Sequence[tuple[float, Table]]) -> Table:
    """Return the law that is one of several, each with its probability."""
    flat = [(weight * share, part) for weight, whole in parts for share, part in (whole.parts or ((1.0, whole),))]
    if len(flat) == 1:
        return flat[0][1]
    if all(part.atoms is not None for _, part in flat):
        values, shares = zip(
            *[(part.atoms[0], weight * part.atoms[1]) for weight, part in flat if part.atoms], strict=True
        )
        return table_of_atoms(np.concatenate(values), np.concatenate(shares))

    def cdf(x: Array) -> Array:
        return np.asarray(sum(weight * part.cdf(x) for weight, part in flat))

    starts = np.concatenate([part.at_score(COARSE) for _, part in flat])
    steps = np.concatenate([part.atoms[0] for _, part in flat if part.atoms is not None] or [np.zeros(0)])
    breaks = tuple({*steps[:MOST_STEPS].tolist(), *(each for _, part in flat for each in part.breaks)})
    error = sum(weight * part.error for weight, part in flat)
    whole = table_of_cdf(cdf, np.concatenate([starts, np.nextafter(steps, -np.inf), steps]), error, breaks)
    return replace(whole, parts=tuple(flat) if len(flat) <= MOST_PARTS else ())


@lru_cache(maxsize=512)
def table_of_belief(belief: Distribution) -> Table:
    """Return the law of a single unknown."""
    if belief.shape:
        raise NoClosedForm("an array of unknowns")
    if isinstance(belief, Mixture):
        return mixed(
            [(float(weight), table_of_belief(part)) for part, weight in zip(belief.parts, belief.weights, strict=True)]
        )
    if belief.atoms is not None:
        return table_of_atoms(*belief.atoms)
    inner = [belief.kink] if belief.kink is not None else []
    atoms, shares = belief._atoms()
    breaks = [*(float(belief.ppf(p)) for p in inner), *atoms[shares > 0].tolist()[:PANEL]]
    scores = np.unique(np.concatenate([FINE, normal_score(np.array(inner, dtype=np.float64))]))
    quantile = partial(quantiles_at, belief)
    values = quantile(scores)
    if not np.all(np.isfinite(values)):
        raise NoClosedForm(f"a {belief.name} input whose tails are beyond float range")
    table, missed = refined(scores, values, quantile)
    return replace(table, error=max(missed, ROUNDING), breaks=tuple(breaks), source=belief.cdf)


def quantiles_at(belief: Distribution, scores: Array) -> Array:
    """Return the quantiles of a belief at normal scores, exact in both tails."""
    with np.errstate(all="ignore"):
        return np.asarray(belief._quantile(normal_cdf(scores), normal_cdf(-scores)), dtype=np.float64)


# --- a distribution function as a table --------------------------------------------------------------------------


def table_of_cdf(cdf: Callable[[Array], Array], starts: Array, error: float, breaks: tuple[float, ...] = ()) -> Table:
    """Return the table of a distribution function.

    Parameters
    ----------
    cdf : callable
        Probabilities of an array of values.
    starts : ndarray, shape (points,)
        Values to begin with, from one end of the law to the other.
    error : float
        By how much these probabilities may be wrong.
    breaks : tuple of float
        Values at which it steps or bends.
    """
    values = _looked_round(cdf, np.unique(starts[np.isfinite(starts)]))
    scores = normal_score(cdf(values))
    coarse = _cleaned(scores, values)
    if len(coarse.values) < 2:
        raise NoClosedForm("values that lie closer together than tables can tell")
    beside = np.nextafter(np.array(breaks, dtype=np.float64), -np.inf)
    values = np.unique(np.concatenate([coarse.at_score(FINE), [coarse.values[0], coarse.values[-1]], breaks, beside]))
    scores = normal_score(cdf(values))
    worst = 0.0
    for _ in range(ROUNDS):
        table = _cleaned(scores, values)
        places = table.scale.there(table.values)
        halfway = table.scale.back(0.5 * (places[1:] + places[:-1]))
        right = cdf(halfway)
        room = np.diff(places) > ROUNDING * np.maximum(1.0, np.abs(places[1:]))  # none at a step
        missed = np.where(room, np.abs(table.cdf(halfway) - right), 0.0)
        worst = float(np.max(missed, initial=0.0))
        bad = missed > NEAR
        if not np.any(bad) or len(table.values) > MOST_POINTS:
            break
        order = np.argsort(np.concatenate([table.values, halfway[bad]]), kind="stable")
        scores = np.concatenate([table.scores, normal_score(right[bad])])[order]
        values = np.concatenate([table.values, halfway[bad]])[order]
    return Table(table.scores, table.values, error + worst, breaks)


def _looked_round(cdf: Callable[[Array], Array], values: Array) -> Array:
    """Return values so close that the score moves little from one to the next, where it moves at all."""
    for _ in range(SEARCHES):
        scores = normal_score(cdf(values))
        scale = Scale.of(np.maximum.accumulate(scores), values)
        places = scale.there(values)
        wide = (np.diff(scores) > 4 * STEP) & (np.diff(places) > ROUNDING * np.maximum(1.0, np.abs(places[1:])))
        if not np.any(wide) or len(values) > MOST_POINTS:
            break
        fresh = scale.back(0.5 * (places[1:] + places[:-1])[wide])
        values = np.unique(np.concatenate([values, fresh]))
    return values


def _cleaned(scores: Array, values: Array) -> Table:
    """Return a table whose scores do not fall by rounding, without what lies beyond both ends."""
    rising = np.maximum.accumulate(scores)
    first = max(int(np.searchsorted(rising, -FARTHEST, side="right")) - 1, 0)
    last = min(int(np.searchsorted(rising, FARTHEST, side="left")) + 1, len(rising))
    return Table(rising[first:last], values[first:last])
