"""Distribution functions on an even grid: for shapes with kinks and steps, whose nodes do not settle.

A product is a convolution in the logarithm and a sum one in the value itself, each by fast Fourier transform of the
probabilities of the cells. The change from a grid of half as many cells is the error bar. What is left out at the ends
has a probability below 1e-11.

References
----------
Schaller & Temnov (2008), Efficient and precise computation of convolutions. doi:10.1515/cmam-2008-0009
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import NoClosedForm

__all__ = ["Part"]

Array = np.ndarray[Any, np.dtype[np.float64]]
LEFT_OUT = 1e-12
MOST_ATOMS = 200


@dataclass(frozen=True)
class Part:
    """A distribution function with the ends that hold nearly all of it, and its atoms if it has nothing else."""

    cdf: Callable[[Array], Array]
    low: float
    high: float
    atoms: tuple[Array, Array] | None = None


# --- one part ----------------------------------------------------------------------------------------------------


def part_of_belief(belief: Any) -> Part:
    if belief.shape:
        raise NoClosedForm("an array of unknowns with kinks")
    low, high = (float(belief.ppf(p)) for p in (LEFT_OUT, 1.0 - LEFT_OUT))
    return Part(lambda x: np.asarray(belief.cdf(x), dtype=np.float64), low, high, belief.atoms)


def part_of_number(value: float) -> Part:
    return Part(lambda x: np.where(x >= value, 1.0, 0.0), value, value, (np.array([value]), np.ones(1)))


def logarithm(x: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(x) > 0, np.log(np.maximum(x, 1e-300)), -np.inf)


def through(part: Part, there: Callable[[Any], Any], back: Callable[[Array], Array]) -> Part:
    """Return a rising function of a part."""
    atoms = part.atoms and (np.asarray(there(part.atoms[0])), part.atoms[1])
    low, high = float(there(part.low)), float(there(part.high))
    if not np.isfinite(low) or not np.isfinite(high):
        raise NoClosedForm("a logarithm or an exponential that leaves the range of floats")
    return Part(lambda x: part.cdf(back(x)), low, high, atoms)


def part_raised(part: Part, exponent: float) -> Part:
    if exponent == 1.0:
        return part
    if part.low <= 0:
        raise NoClosedForm("a power of a number that can be zero or negative")
    low, high = sorted((part.low**exponent, part.high**exponent))
    atoms = part.atoms and (part.atoms[0] ** exponent, part.atoms[1])

    def cdf(x: Array) -> Array:
        with np.errstate(divide="ignore"):
            root = np.power(np.maximum(x, 0.0), 1.0 / exponent)
        return part.cdf(root) if exponent > 0 else 1.0 - part.cdf(root)

    return Part(cdf, low, high, atoms)


def part_scaled(part: Part, factor: float) -> Part:
    atoms = part.atoms and (factor * part.atoms[0], part.atoms[1])
    if factor > 0:
        return Part(lambda x: part.cdf(x / factor), factor * part.low, factor * part.high, atoms)
    return Part(lambda x: 1.0 - part.cdf(x / factor), factor * part.high, factor * part.low, atoms)


def part_shifted(part: Part, shift: float) -> Part:
    atoms = part.atoms and (part.atoms[0] + shift, part.atoms[1])
    return Part(lambda x: part.cdf(x - shift), part.low + shift, part.high + shift, atoms)


# --- two parts ---------------------------------------------------------------------------------------------------


def joined_parts(one: Part, other: Part, cells: int, *, logarithmic: bool) -> Part:
    """Return the product or the sum of two independent parts."""
    if logarithmic and min(one.low, other.low) <= 0:
        raise NoClosedForm("a product with a factor that can be zero or negative")
    if one.atoms and other.atoms:
        raise NoClosedForm("steps only, which a quantile falls between")
    for discrete, rest in ((one, other), (other, one)):
        if discrete.atoms:
            return _over_atoms(rest, discrete.atoms, logarithmic)
    return _convolved(one, other, cells, logarithmic)


def _over_atoms(part: Part, atoms: tuple[Array, Array], logarithmic: bool) -> Part:
    values, weights = atoms
    if len(values) > MOST_ATOMS:
        raise NoClosedForm(f"a discrete number with more than {MOST_ATOMS} values beside kinks")

    def cdf(x: Array) -> Array:
        points = x[..., np.newaxis] / values if logarithmic else x[..., np.newaxis] - values
        return np.asarray(part.cdf(points) @ weights)

    combine = np.multiply if logarithmic else np.add
    return Part(cdf, float(combine(part.low, values.min())), float(combine(part.high, values.max())))


def _convolved(one: Part, other: Part, cells: int, logarithmic: bool) -> Part:
    """Return the distribution function at the edges of an even grid, straight between them.

    The probability of a cell sits at its middle; taking the result as even within a cell puts one such spread back.
    """
    from scipy.fft import irfft, rfft

    there, back = (logarithm, np.exp) if logarithmic else (np.asarray, np.asarray)
    ends = [(float(there(part.low)), float(there(part.high))) for part in (one, other)]
    step = sum(high - low for low, high in ends) / cells
    transformed = []
    for part, (low, high) in zip((one, other), ends, strict=True):
        edges = low + step * np.arange(int(np.ceil((high - low) / step)) + 1, dtype=np.float64)
        transformed.append(rfft(np.diff(part.cdf(back(edges))), cells + 2))
    masses = np.clip(irfft(transformed[0] * transformed[1], cells + 2), 0.0, None)
    start = ends[0][0] + ends[1][0] + 0.5 * step
    edges = start + step * np.arange(len(masses) + 1, dtype=np.float64)
    below = np.concatenate([[0.0], np.cumsum(masses)])
    return Part(lambda x: np.interp(there(x), edges, below / below[-1]), float(back(edges[0])), float(back(edges[-1])))


def mixed_parts(parts: Sequence[Part], selector: Any) -> Part:
    chances = np.diff(np.asarray(selector.cdf(np.arange(len(parts), dtype=np.float64))), prepend=0.0)

    def cdf(x: Array) -> Array:
        return np.asarray(sum(chance * part.cdf(x) for chance, part in zip(chances, parts, strict=True)))

    return Part(cdf, min(part.low for part in parts), max(part.high for part in parts))


def extreme_part(one: Part, other: Part, largest: bool) -> Part:
    pick = max if largest else min
    low, high = pick(one.low, other.low), pick(one.high, other.high)
    if largest:
        return Part(lambda x: one.cdf(x) * other.cdf(x), low, high)
    return Part(lambda x: 1.0 - (1.0 - one.cdf(x)) * (1.0 - other.cdf(x)), low, high)
