"""Numbers that are known by their distribution functions, and what becomes of one alone.

Arrays have shape (conditions, points): what is asked under several values of one input is worked out for all at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol

import numpy as np

from ..distributions import Distribution, LogNormal, Normal
from ..errors import NoClosedForm

__all__ = [
    "NEGLIGIBLE",
    "TINY",
    "Bell",
    "Constant",
    "Mixed",
    "Part",
    "TooCoarse",
    "at_score",
    "exponential",
    "is_positive",
    "logarithm",
    "nodes_of",
    "part_of",
    "powered",
    "scaled",
    "shifted",
    "through",
]

Array = np.ndarray[Any, np.dtype[np.float64]]
NEGLIGIBLE = 1e-9  # probability of zero or less that a positive number may have
TINY = 1e-300


class TooCoarse(NoClosedForm):
    """The rule does not settle on these parts."""


class Part(Protocol):
    """A number that is known by its distribution function."""

    @property
    def error(self) -> float:
        """How far wrong a normal score may be that is not far out."""

    @property
    def outwards(self) -> Any:
        """How far wrong a normal score may be within each of several, ever farther out, or one number for all."""

    @property
    def is_smooth(self) -> bool:
        """Whether the distribution function has no kinks."""

    @property
    def lowest(self) -> Any:
        """What it lies above, but for next to no probability; minus infinity if nothing is known."""

    def cdf(self, x: Array) -> Array:
        """Return the probability of `x` or less, for x of shape (conditions, points)."""

    def at(self, scores: Array) -> Array:
        """Return the values at normal scores, of one row or a row a condition."""


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A number that is known, or one for each condition, shape (conditions, 1)."""

    value: Array


@dataclass(frozen=True, slots=True)
class Believed:
    """What is believed about an input."""

    belief: Distribution
    error: float = 0.0
    outwards: float = 0.0

    @property
    def is_smooth(self) -> bool:
        """Bounded beliefs mostly have kinks at their ends."""
        return bool(np.isinf(self.belief.support[1]))

    @property
    def lowest(self) -> float:
        """The end of the support, or zero if less has next to no probability."""
        low = float(self.belief.support[0])
        return low if np.isfinite(low) or self.belief.cdf(0.0) > NEGLIGIBLE else 0.0

    def cdf(self, x: Array) -> Array:
        """Return the probability of `x` or less."""
        return np.asarray(self.belief.cdf(x), dtype=np.float64)

    def at(self, scores: Array) -> Array:
        """Return the values at normal scores."""
        return np.atleast_2d(np.asarray(self.belief.at_score(scores), dtype=np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class Bell:
    """A normal or a lognormal, by the mean and the standard deviation of it or of its logarithm; one a condition."""

    centre: Array
    width: Array
    logarithmic: bool
    error: float = 0.0
    outwards: float = 0.0
    is_smooth: bool = True

    @property
    def lowest(self) -> float:
        """Zero, if less has next to no probability."""
        return 0.0 if self.logarithmic or np.all(self.cdf(np.zeros((1, 1))) <= NEGLIGIBLE) else -np.inf

    def cdf(self, x: Array) -> Array:
        """Return the probability of `x` or less."""
        from scipy.special import ndtr

        with np.errstate(divide="ignore", invalid="ignore"):
            place = np.log(np.maximum(x, 0.0)) if self.logarithmic else x
        return np.asarray(ndtr((place - self.centre) / self.width))

    def at(self, scores: Array) -> Array:
        """Return the values at normal scores."""
        values = self.centre + self.width * scores
        return np.exp(values) if self.logarithmic else values


@dataclass(frozen=True, slots=True, eq=False)
class OfPart:
    """A number that is made from a part, known as well as the part and as smooth."""

    part: Part

    @property
    def error(self) -> float:
        """That of the part."""
        return self.part.error

    @property
    def outwards(self) -> Any:
        """Those of the part."""
        return self.part.outwards

    @property
    def is_smooth(self) -> bool:
        """As the part is."""
        return self.part.is_smooth


@dataclass(frozen=True, slots=True, eq=False)
class Through(OfPart):
    """A function of a part that goes one way, by its inverse."""

    function: Callable[[Array], Array]
    inverse: Callable[[Array], Array]
    rises: bool = True

    @property
    def lowest(self) -> Any:
        """What the function gives there, or zero if less has next to no probability."""
        if self.rises and np.all(np.isfinite(self.part.lowest)):
            with np.errstate(all="ignore"):
                low = np.asarray(self.function(np.asarray(self.part.lowest, dtype=np.float64)))
            if np.all(np.isfinite(low)):
                return low
        return 0.0 if np.all(self.cdf(np.zeros((1, 1))) <= NEGLIGIBLE) else -np.inf

    def cdf(self, x: Array) -> Array:
        """Return the probability of `x` or less."""
        with np.errstate(all="ignore"):
            below = self.part.cdf(np.asarray(self.inverse(x), dtype=np.float64))
        return below if self.rises else 1.0 - below

    def at(self, scores: Array) -> Array:
        """Return the values at normal scores."""
        with np.errstate(all="ignore"):
            values = np.asarray(self.function(self.part.at(scores if self.rises else -scores)), dtype=np.float64)
        if not np.all(np.isfinite(values)):
            raise TooCoarse("a function of values for which it has no meaning")
        return values


@dataclass(frozen=True, slots=True)
class Moved(OfPart):
    """A shift plus a factor times a power of a part; a factor or a shift may differ between conditions."""

    factor: Any = 1.0
    shift: Any = 0.0
    exponent: float = 1.0

    @property
    def lowest(self) -> Any:
        """What the lowest value of the part becomes."""
        if np.any(np.less(self.factor, 0.0)):
            return -np.inf
        low = (
            self.part.lowest if self.exponent == 1.0 else 0.0 if self.exponent < 0 else self.part.lowest**self.exponent
        )
        return self.shift + self.factor * low

    def cdf(self, x: Array) -> Array:
        """Return the probability of `x` or less."""
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            inner = (x - self.shift) / self.factor
            if self.exponent != 1.0:
                inner = np.where(inner > 0, np.power(np.maximum(inner, TINY), 1.0 / self.exponent), 0.0)
                if self.exponent < 0:
                    inner = np.where((x - self.shift) / self.factor > 0, inner, np.inf)
        below = self.part.cdf(inner)
        return np.where(np.asarray(self.factor) * self.exponent > 0, below, 1.0 - below)

    def at(self, scores: Array) -> Array:
        """Return the values at normal scores."""
        turned = float(np.sign(np.ravel(self.factor)[0]) * self.exponent) < 0
        values = self.part.at(-scores if turned else scores)
        powers = values if self.exponent == 1.0 else np.power(values, self.exponent)
        return np.asarray(self.shift + self.factor * powers)


@dataclass(frozen=True, slots=True)
class Mixed:
    """One of several parts, each with its probability, where a sum or a product need not tell them apart."""

    parts: tuple[tuple[Any, Part | Constant], ...]

    @property
    def outwards(self) -> Any:
        """The largest of the parts."""
        return reduce(np.maximum, (part.outwards for _, part in self.parts if not isinstance(part, Constant)), 0.0)

    @property
    def lowest(self) -> float:
        """The lowest of the parts."""
        return min(float(np.min(part.value if isinstance(part, Constant) else part.lowest)) for _, part in self.parts)

    def cdf(self, x: Array) -> Array:
        """Return the probability of `x` or less."""
        found = [
            np.where(part.value <= x, 1.0, 0.0) if isinstance(part, Constant) else part.cdf(x) for _, part in self.parts
        ]
        return np.asarray(sum(share * below for (share, _), below in zip(self.parts, found, strict=True)))


def nodes_of(part: Part | Constant | Mixed, scores: Array, weights: Array) -> tuple[Array, Array]:
    """Return values at normal scores with their weights, both of shape (conditions, points); of a mixture, of all."""
    if isinstance(part, Constant):
        return part.value, np.ones((1, 1))
    if not isinstance(part, Mixed):
        return part.at(scores), weights[np.newaxis]
    found = [nodes_of(each, scores, weights) for _, each in part.parts]
    shares = [np.reshape(share, (-1, 1)) * its for (share, _), (_, its) in zip(part.parts, found, strict=True)]
    rows = max(len(each) for each in (*shares, *(values for values, _ in found)))
    both = [
        [np.broadcast_to(each, (rows, each.shape[-1])) for each in which] for which in ([v for v, _ in found], shares)
    ]
    return np.concatenate(both[0], axis=-1), np.concatenate(both[1], axis=-1)


# --- what becomes of one alone ---------------------------------------------------------------------------------------


def part_of(belief: Distribution) -> Part | Constant:
    """Return what is believed about an input as a part."""
    if belief.shape or belief.kink is not None:
        raise TooCoarse("an array, or a belief that bends sharply")
    if isinstance(belief, Normal | LogNormal):
        is_log = isinstance(belief, LogNormal)
        centre, width = (belief.mu, belief.sigma) if isinstance(belief, LogNormal) else (belief.mean, belief.sd)
        if width > 0:
            return Bell(np.full((1, 1), centre), np.full((1, 1), width), is_log)
    if belief.atoms is not None:
        values, _ = belief.atoms
        if len(values) > 1:
            raise TooCoarse("a few values")
        return Constant(values.reshape(1, 1))
    return Believed(belief)


def scaled(part: Part | Constant, factor: Any) -> Part | Constant:
    """Return a part times a number."""
    if isinstance(part, Constant):
        return Constant(part.value * factor)
    if np.all(np.equal(factor, 0.0)):
        return Constant(np.zeros((1, 1)))
    if np.any(np.sign(factor) != np.sign(np.ravel(factor)[0])):
        raise TooCoarse("factors of both signs")
    if isinstance(part, Bell) and not part.logarithmic:
        return Bell(part.centre * factor, part.width * np.abs(factor), False)
    if isinstance(part, Bell) and np.all(np.greater(factor, 0.0)):
        return Bell(part.centre + np.log(factor), part.width, True)
    if isinstance(part, Moved):
        return Moved(part.part, part.factor * factor, part.shift * factor, part.exponent)
    return Moved(part, factor)


def shifted(part: Part, by: Any) -> Part:
    """Return a part plus a number."""
    if isinstance(part, Bell) and not part.logarithmic:
        return Bell(part.centre + by, part.width, False)
    if isinstance(part, Moved):
        return Moved(part.part, part.factor, part.shift + by, part.exponent)
    return Moved(part, shift=by)


def powered(part: Part | Constant, exponent: float) -> Part | Constant:
    """Return a power of a positive part, or an odd one of any part: that goes one way, through zero too."""
    if isinstance(part, Constant):
        with np.errstate(all="ignore"):
            return Constant(np.power(part.value, exponent))
    if exponent == 1.0:
        return part
    if isinstance(part, Bell) and part.logarithmic and exponent:
        return Bell(part.centre * exponent, part.width * abs(exponent), True)
    if not is_positive(part) and exponent > 0 and exponent % 2 == 1:
        return through(part, lambda x: x**exponent, lambda x: np.copysign(np.abs(x) ** (1.0 / exponent), x), rises=True)
    if not is_positive(part) or not exponent:
        raise TooCoarse("a power of a number that can be zero or negative")
    if isinstance(part, Moved) and np.all(part.shift == 0.0):
        return Moved(part.part, np.power(part.factor, exponent), 0.0, part.exponent * exponent)
    return Moved(part, exponent=exponent)


def at_score(belief: Distribution, score: Part | Constant) -> Part | Constant:
    """Return the quantile of a belief at a normal score that is uncertain itself."""
    own = part_of(belief)
    if isinstance(own, Bell) and isinstance(score, Bell) and not score.logarithmic:
        return Bell(own.centre + own.width * score.centre, own.width * score.width, own.logarithmic)
    return through(
        score, lambda z: np.asarray(belief.at_score(z)), lambda x: np.asarray(belief.score_at(x)), rises=True
    )


def through(
    part: Part | Constant, function: Callable[[Array], Array], inverse: Callable[[Array], Array], *, rises: bool
) -> Part | Constant:
    """Return a function of a part that rises or falls."""
    if isinstance(part, Constant):
        with np.errstate(all="ignore"):
            return Constant(np.asarray(function(part.value), dtype=np.float64))
    return Through(part, function, inverse, rises)


def exponential(part: Part | Constant) -> Part | Constant:
    """Return e to the power of a part."""
    if isinstance(part, Bell) and not part.logarithmic:
        return Bell(part.centre, part.width, True)
    return through(part, np.exp, lambda x: np.log(np.maximum(x, 0.0)), rises=True)


def logarithm(part: Part | Constant) -> Part | Constant:
    """Return the natural logarithm of a positive part."""
    if isinstance(part, Bell) and part.logarithmic:
        return Bell(part.centre, part.width, False)
    if not isinstance(part, Constant) and not is_positive(part):
        raise TooCoarse("the logarithm of a number that can be zero or negative")
    return through(part, lambda x: np.log(np.maximum(x, TINY)), np.exp, rises=True)


def is_positive(part: Part | Mixed) -> bool:
    """Whether zero or less has next to no probability."""
    return bool(np.all(np.greater_equal(part.lowest, 0.0)))
