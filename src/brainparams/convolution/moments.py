"""Means and variances of a function of one law, by a rule that sees its tails, and how those of parts combine.

Panels of Gauss–Legendre points go outwards in normal scores until the last adds nothing; where two rules differ, a
panel is halved. Beside a pole (a divisor that can be zero, the logarithm of what can be) strictly there is no mean.
Then 1e-12 of the probability is left out beside the pole, and what lies between 1e-12 and 1e-6 there, both sides added
without cancelling, is the error; where that is more than a twentieth, there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, reduce
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from ..errors import MomentError, NoClosedForm
from ..estimate.expectation import TOO_MUCH

__all__ = [
    "Moments",
    "averaged_by_score",
    "constant",
    "mixture",
    "moments_by_score",
    "product",
    "side_by_side",
    "spend",
    "spread_out",
    "total",
    "within_budget",
]

Array = np.ndarray[Any, np.dtype[np.float64]]
AtScore = Callable[[Array], Array]
FARTHEST = 37.0  # normal scores: 1e-300 of the probability
POINTS, FEWER = 12, 7  # the second an odd number: a step in the middle shows
JUST_INSIDE = 1.0 - 1e-9
SETTLED = 1e-11
HALVINGS = 24
LEFT_OUT, NEARBY = 1e-12, 1e-6  # of the probability, beside a pole
NONE_FROM = 0.05
FAR_OUT = 1e-30  # of the density of a normal score
ROUNDING, LAST_DIGITS = 1e-14, 1e-15
FAR = (2.0, 8.0)  # scores in which the size is looked for; the second where nothing lies within the first
MOST_PANELS, MOST_TOGETHER = 3000, 12_000  # the second for all that is held together: where rounding is all, stop
REST = 10.0  # panels: beside a number that is infinite the rest is many times what the last one tells
TAIL = 40.0  # panels: in a tail that falls like a power the rest is many times the last one
HELD_POINTS, HELD_HALVINGS, DEEP = 8, 20, 10  # where another unknown is held; only steps are chased so deep
HELD_SETTLED, HELD_TAIL = 1e-8, 1e-9
BESIDE = f"{TOO_MUCH}, or beside a division by zero or the logarithm of zero"


_LEFT: ContextVar[list[float] | None] = ContextVar("left", default=None)


@contextmanager
def within_budget(most: float) -> Iterator[None]:
    """Let what is asked inside take so many evaluations at values that are held."""
    before = _LEFT.set([most])
    try:
        yield
    finally:
        _LEFT.reset(before)


def spend(values: Array, times: float = 1.0) -> None:
    """Count evaluations at values that are held, of which each takes the time of some.

    Raises
    ------
    NoClosedForm
        If there were too many.
    """
    left = _LEFT.get()
    if left is not None and values.ndim > 1:
        left[0] -= times * values.size
        if left[0] < 0:
            raise NoClosedForm("an integral over a shared input takes longer than drawing")


class Moments(NamedTuple):
    """A mean and a standard deviation with what is not known of them; arrays where something is held at many values.

    A standard deviation that does not exist is not a number, and `lacks` says why. There are no squares here, which
    could leave the range of floats.
    """

    mean: Any
    sd: Any
    mean_error: Any = 0.0
    sd_error: Any = 0.0
    lacks: str = ""

    def scaled(self, factor: Any) -> Moments:
        """Return those of a multiple."""
        size = np.abs(factor)
        return Moments(factor * self.mean, size * self.sd, size * self.mean_error, size * self.sd_error, self.lacks)

    def each(self, function: Callable[[Any], Any]) -> Moments:
        """Return what a function makes of each number."""
        mean, sd, mean_error, sd_error = map(function, self[:4])
        return Moments(mean, sd, mean_error, sd_error, self.lacks)


def constant(value: Any) -> Moments:
    """Return those of a number, or of many."""
    if not np.all(np.isfinite(value)):
        raise MomentError("it is not finite at a value that is possible")
    return Moments(value, np.zeros(np.shape(value)))


def total(parts: Sequence[Moments]) -> Moments:
    """Return those of a sum of independent parts."""
    return Moments(
        sum(part.mean for part in parts),
        reduce(np.hypot, (part.sd for part in parts)),
        sum(part.mean_error for part in parts),
        sum(part.sd_error for part in parts),
        next((part.lacks for part in parts if part.lacks), ""),
    )


def product(one: Moments, other: Moments) -> Moments:
    """Return those of a product of two independent parts."""
    a, b = np.abs(one.mean), np.abs(other.mean)
    return Moments(
        one.mean * other.mean,
        np.hypot(one.sd * other.sd, np.hypot(one.sd * b, other.sd * a)),
        a * other.mean_error + b * one.mean_error,
        one.sd_error * (other.sd + b)
        + other.sd_error * (one.sd + a)
        + one.sd * other.mean_error
        + other.sd * one.mean_error,
        one.lacks or other.lacks,
    )


def mixture(weights: Any, parts: Moments) -> Moments:
    """Return those of what is one of several, given as arrays along the last axis."""
    mean = np.sum(weights * parts.mean, axis=-1)
    away = np.hypot(parts.sd, parts.mean - np.asarray(mean)[..., np.newaxis])
    size = np.max(away, axis=-1)
    size = np.where(size > 0, size, 1.0)
    return Moments(
        mean,
        size * np.sqrt(np.sum(weights * np.square(away / size[..., np.newaxis]), axis=-1)),
        np.sum(weights * parts.mean_error, axis=-1),
        np.sum(np.sqrt(weights) * parts.sd_error, axis=-1),
        parts.lacks,
    )


def side_by_side(found: Sequence[Moments]) -> Moments:
    """Return several as arrays along the last axis."""
    return _gathered(found, lambda each: np.stack(np.broadcast_arrays(*map(np.asarray, each)), axis=-1))


def _gathered(found: Sequence[Moments], join: Callable[[Sequence[Any]], Any]) -> Moments:
    """Return several as one, the numbers of one kind joined."""
    mean, sd, mean_error, sd_error = map(join, zip(*(each[:4] for each in found), strict=True))
    return Moments(mean, sd, mean_error, sd_error, next((each.lacks for each in found if each.lacks), ""))


def spread_out(parts: Moments, count: int) -> Moments:
    """Return the same with as many values along the last axis, also where one stands for all."""
    return parts.each(lambda part: np.broadcast_to(part, np.broadcast_shapes((count,), np.shape(part))))


def moments_by_score(
    at_score: AtScore,
    function: Callable[[Array], Array],
    *,
    edges: Sequence[float] = (),
    pole: tuple[float, float] | None = None,
    farthest: float = FARTHEST,
) -> Moments:
    """Return mean and variance of a function of a law.

    Parameters
    ----------
    at_score : callable
        The quantiles of the law at normal scores.
    function : callable
        Takes an array of quantiles; may return an array with more axes in front.
    edges : sequence of float
        Scores at which a quantile or the function bends.
    pole : tuple of float, optional
        Probabilities of less than the pole and of more, where there is one.
    farthest : float
        Scores up to which the law is known.

    Raises
    ------
    MomentError
        If there is no mean, or it does not settle.
    """

    def of_score(score: Array) -> Array:
        with np.errstate(all="ignore"):
            values = np.asarray(function(at_score(score)), dtype=np.float64)
        spend(values)
        return values

    ranges = [(-farthest, farthest)] if pole is None else _beside(pole, LEFT_OUT, farthest)
    centre = of_score(np.zeros(1)) if pole is None else np.zeros(1)
    centre = np.where(np.isfinite(centre), centre, 0.0)  # so that a narrow spread keeps its digits

    def beyond_rounding(score: Array) -> Array:
        away = of_score(score) - centre
        return np.where(np.abs(away) > LAST_DIGITS * np.abs(centre), away, 0.0)

    size = next(filter(None, (_size(beyond_rounding, ranges, far) for far in FAR)), 0.0)
    if not size > 0:
        return Moments(centre[..., 0], np.zeros_like(centre[..., 0]))
    parts = [_integrated(lambda z: (of_score(z) - centre) / size, low, high, edges, farthest) for low, high in ranges]
    mean, square, mean_error, square_error = (sum(each) for each in zip(*parts, strict=True))
    if pole is not None:
        near = _near(lambda z: of_score(z) / size, pole, farthest)
        mean_error, square_error = mean_error + near[0], square_error + near[1]
    return _judged((mean, square, mean_error, square_error), centre[..., 0] / size, size)


def _judged(found: tuple[Any, Any, Any, Any], centre: Any, size: float) -> Moments:
    """Return what was found in parts of a size, or say that there is none."""
    apart, square, mean_error, square_error = found
    mean = centre + apart
    if not np.all(np.isfinite(mean)) or np.any(mean_error > NONE_FROM * np.maximum(np.abs(mean), 1.0)):
        raise MomentError(BESIDE.format("it"))
    variance = np.maximum(square - np.square(apart), 0.0)
    error = square_error + 2.0 * np.abs(apart) * mean_error
    is_known = np.isfinite(variance) & (error <= 2.0 * NONE_FROM * np.maximum(variance, 1.0))
    cancels = is_known & (np.abs(mean) <= ROUNDING * np.sqrt(np.where(is_known, variance, 0.0)))
    mean = np.where(cancels, 0.0, mean)
    lacks = "" if np.all(is_known) else BESIDE.format("its square")
    sd = np.sqrt(np.where(is_known, variance, np.nan))
    sd_error = np.where(sd > 0, error / (2.0 * np.where(sd > 0, sd, 1.0)), np.sqrt(error))
    return Moments(mean * size, sd * size, mean_error * size, sd_error * size, lacks)


def _size(of_score: AtScore, ranges: Sequence[tuple[float, float]], far: float) -> float:
    """Return about how large the function is where most of the probability lies, so that no square overflows."""
    scores = np.linspace(-far, far, int(20 * far) + 1)
    inside = np.zeros(scores.shape, dtype=bool)
    for low, high in ranges:
        inside |= (scores >= low) & (scores <= high)
    values = np.abs(of_score(scores[inside])) if np.any(inside) else np.zeros(0)
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0
    spread = float(np.quantile(values, 0.75))
    return spread if spread > 0 else float(np.max(values))


def _beside(pole: tuple[float, float], probability: float, farthest: float) -> list[tuple[float, float]]:
    """Return the ranges of scores on either side of a pole, with some of the probability left out there."""
    from scipy.special import ndtri

    below, above = pole
    ranges = []
    if below > probability:
        ranges.append((-farthest, float(ndtri(below - probability))))
    if above > probability:
        ranges.append((float(-ndtri(above - probability)), farthest))
    return ranges


def _near(of_score: AtScore, pole: tuple[float, float], farthest: float) -> tuple[Any, Any]:
    """Return what lies beside a pole, of the function and of its square, without its sign."""
    outer, inner = (_beside(pole, probability, farthest) for probability in (LEFT_OUT, NEARBY))
    bands = []
    if pole[0] > LEFT_OUT:
        bands.append((inner[0][1] if pole[0] > NEARBY else -farthest, outer[0][1]))
    if pole[1] > LEFT_OUT:
        bands.append((outer[-1][0], inner[-1][0] if pole[1] > NEARBY else farthest))
    found = [_integrated(lambda z: np.abs(of_score(z)), low, high, (), FARTHEST) for low, high in bands if high > low]
    return sum(each[0] for each in found), sum(each[1] for each in found)


def _integrated(
    of_score: AtScore, low: float, high: float, edges: Sequence[float], farthest: float
) -> tuple[Any, Any, Any, Any]:
    """Return the integrals of a function of the score and of its square, with errors."""
    inner = np.arange(np.ceil(low), np.floor(high) + 1.0)
    starts = np.unique(np.concatenate([[low, high], inner, [edge for edge in edges if low < edge < high]]))
    pending = np.stack([starts[:-1], starts[1:]], axis=-1)
    sums: list[Any] = [0.0, 0.0, 0.0, 0.0]
    scale = [0.0, 0.0]
    for halving in range(HALVINGS):
        with np.errstate(all="ignore"):
            fine, coarse = (_panels(of_score, pending, rule) for rule in (gauss(POINTS), with_ends(FEWER)))
            apart = [np.abs(one - other) for one, other in zip(fine, coarse, strict=True)]
            scale = [np.fmax(each, np.nanmax(np.abs(part))) for each, part in zip(scale, fine, strict=True)]
            wrong = [_worst(each) > SETTLED * much for each, much in zip(apart, scale, strict=True)]
        bad = wrong[0] | wrong[1]
        most = min(MOST_PANELS, MOST_TOGETHER * bad.size // max(apart[0].size, 1))
        is_last = halving == HALVINGS - 1
        if is_last:
            apart = [np.fmax(each, REST * np.abs(part)) for each, part in zip(apart, fine, strict=True)]
        if is_last or np.sum(bad) > most:
            bad = np.zeros_like(bad)
        for place in range(2):
            sums[place] = sums[place] + np.sum(fine[place][..., ~bad], axis=-1)
            # where both rules are near each other the finer is far better
            sums[place + 2] = sums[place + 2] + np.sum(np.where(wrong[place], apart[place], 0.0)[..., ~bad], axis=-1)
        if not np.any(bad):
            break
        middle = 0.5 * (pending[bad, 0] + pending[bad, 1])
        pending = np.concatenate([np.stack([pending[bad, 0], middle], -1), np.stack([middle, pending[bad, 1]], -1)])
    tails = [(end, end + np.sign(-end)) for end in (low, high) if abs(end) >= farthest]
    for pair in tails:  # what goes on as it ends has as much again beyond, many times
        beyond = _panels(of_score, np.array([sorted(pair)]), gauss(POINTS))
        for place in range(2):
            sums[place + 2] = sums[place + 2] + TAIL * np.abs(beyond[place][..., 0])
    return sums[0], sums[1], sums[2], sums[3]


def _worst(apart: Array) -> Array:
    """Return the largest difference of each panel, whatever else is held."""
    return np.asarray(np.reshape(apart, (-1, apart.shape[-1])).max(axis=0))


def _panels(of_score: AtScore, panels: Array, rule: tuple[Array, Array]) -> tuple[Array, Array]:
    """Return the integral over each panel, of the function and of its square, with the normal density."""
    scores, density = _scores_in(panels, rule)
    values = of_score(scores.ravel())
    values = values.reshape(*values.shape[:-1], *scores.shape)
    if np.any(lost := np.isnan(values)):  # ∞ − ∞ or ∞ / ∞ so far out tells nothing; what grows shows nearer by
        values = np.where(lost & (density < FAR_OUT), 0.0, values)
    with np.errstate(all="ignore"):
        first = np.where(density > 0, values * density, 0.0)
        second = np.where(density > 0, np.square(values * np.sqrt(density)), 0.0)
    return np.sum(first, axis=-1), np.sum(second, axis=-1)


def averaged_by_score(moments: Callable[[Array], Moments], edges: Array) -> Moments:
    """Return the moments of a mixture over a normal score, from those at many scores at once.

    Parameters
    ----------
    moments : callable
        The moments at an array of scores.
    edges : array
        Of the panels to begin with; these are halved where two rules differ, and go on outwards where the last tell.
    """
    ends = np.unique(edges)
    found = _Averaged(moments)
    found.take(np.stack([ends[:-1], ends[1:]], axis=-1))
    beyond = np.arange(ends[-1], FARTHEST, 3.0)
    for away in (beyond, -beyond):
        for end, farther in pairwise(away.tolist()):  # no farther than it tells: values may leave the range of floats
            if not found.tells(end):
                break
            found.take(np.array([sorted((end, farther))]))
    return found.whole()


class _Averaged:
    """The panels of an average that have settled."""

    def __init__(self, moments: Callable[[Array], Moments]) -> None:
        self._moments = moments
        self._size = 0.0
        self._scale = np.zeros((2, 1))  # of the mean and of the square, in parts of the size
        self._taken: list[tuple[Array, Array, Moments]] = []  # panels, weights, moments
        self._apart = np.zeros(2)

    def take(self, pending: Array) -> None:
        """Take panels, halved until they settle; what a step takes of the last ones is not known."""
        for halving in range(HELD_HALVINGS):
            rules = [_scores_in(pending, rule) for rule in (gauss(HELD_POINTS), with_ends(FEWER))]
            found = self._moments(np.concatenate([scores.ravel() for scores, _ in rules]))
            fine, coarse = (_part_of(found, part) for part in np.split(np.arange(found.mean.size), [rules[0][0].size]))
            self._size = self._size or float(np.nanmax(np.hypot(fine.sd, fine.mean))) or 1.0
            one, other = (self._values(each, weights) for each, (_, weights) in zip((fine, coarse), rules, strict=True))
            sums, weights = np.nansum(one * rules[0][1], axis=-1), rules[0][1]
            apart = np.abs(sums - np.nansum(other * rules[1][1], axis=-1))
            self._scale = np.maximum(self._scale, np.max(np.abs(sums), axis=-1, keepdims=True))
            wrong = np.any(apart > HELD_SETTLED * self._scale, axis=0)
            halved = wrong if halving < HELD_HALVINGS - 1 else np.zeros_like(wrong)
            if halving >= DEEP:
                apart = np.fmax(apart, np.ptp(one, axis=-1) * np.sum(weights, axis=-1))
            if halving == HELD_HALVINGS - 1:
                apart = np.where(wrong, np.fmax(apart, REST * np.abs(sums)), apart)
            counted = ~halved & (wrong | (halving >= DEEP))
            self._apart += np.sum(apart[:, counted], axis=1)
            kept = np.flatnonzero(np.repeat(~halved, weights.shape[-1]))
            self._taken.append((pending[~halved], weights.ravel()[kept], _part_of(fine, kept)))
            if not np.any(halved):
                break
            low, high = pending[halved].T
            middle = 0.5 * (low + high)
            pending = np.concatenate([np.stack([low, middle], -1), np.stack([middle, high], -1)])

    def _values(self, found: Moments, weights: Array) -> Array:
        """Return means and squares in parts of the size, by panel."""
        with np.errstate(all="ignore"):
            square = np.square(found.sd / self._size) + np.square(found.mean / self._size)
        return np.stack([each.reshape(weights.shape) for each in (found.mean / self._size, square)])

    def tells(self, end: float) -> bool:
        """Whether the panel at an end adds something."""
        for panels, weights, found in self._taken:
            at_end = np.any(panels == end, axis=-1)
            if np.any(at_end):
                own = weights.reshape(len(panels), -1)
                sums = np.abs(np.nansum(self._values(found, own) * own, axis=-1))
                return bool(np.any(sums[:, at_end] > HELD_TAIL * self._scale))
        return False

    def whole(self) -> Moments:
        """Return what all panels make."""
        weights = np.concatenate([each for _, each, _ in self._taken])
        kept = [found for _, _, found in self._taken]
        found = mixture(weights / np.sum(weights), _gathered(kept, np.concatenate))
        mean_error, square_error = self._apart[0] * self._size, self._apart[1] * self._size**2
        error = square_error + 2.0 * abs(found.mean) * mean_error
        sd_error = error / (2.0 * found.sd) if found.sd > 0 else np.sqrt(error)
        return found._replace(mean_error=found.mean_error + mean_error, sd_error=found.sd_error + sd_error)


def _part_of(found: Moments, places: Any) -> Moments:
    return found.each(lambda part: np.asarray(part)[places])


@lru_cache(maxsize=8)
def gauss(points: int) -> tuple[Array, Array]:
    """Return Gauss–Legendre nodes and weights."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return nodes, weights


@lru_cache(maxsize=8)
def with_ends(points: int) -> tuple[Array, Array]:
    """Return Gauss–Lobatto nodes and weights: a step beside an end, which Gauss–Legendre nodes do not see, shows there.

    The ends lie just inside, where a panel begins at a step.
    """
    last = np.polynomial.Legendre.basis(points - 1)
    nodes = np.concatenate([[-1.0], np.sort(last.deriv().roots().real), [1.0]])
    return JUST_INSIDE * nodes, 2.0 / (points * (points - 1) * last(nodes) ** 2)


def _scores_in(panels: Array, rule: tuple[Array, Array]) -> tuple[Array, Array]:
    """Return scores in each panel with weights by the normal density."""
    nodes, weights = rule
    half = 0.5 * (panels[:, 1:] - panels[:, :1])
    scores = 0.5 * (panels[:, 1:] + panels[:, :1]) + half * nodes
    return scores, half * weights * np.exp(-0.5 * scores**2) / np.sqrt(2.0 * np.pi)
