"""The distribution function of a product of many positive parts, from its characteristic function in the logarithm.

The logarithm of a product of independent parts is a sum, whose characteristic function is the product of theirs; with
a smooth part among them it falls off fast, and a few dozen frequencies give every digit:

``P(X ≤ x) = ½ − (1/π) Σₖ Im[φ(ωₖ) exp(−i ωₖ ln x)] / (k − ½)``,  ``ωₖ = (k − ½) 2π/L``

Arrays have shape (conditions, rows, points): combinations of held unknowns, elements of an array quantity, points.

References
----------
Gil-Pelaez (1951), Note on the inversion theorem. doi:10.1093/biomet/38.3-4.481
Davies (1973), Numerical inversion of a characteristic function. doi:10.1093/biomet/60.2.415
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .quadrature import REACH, Array, Measure, Quadrature, centre_and_spread

__all__ = ["Spectrum", "spectrum"]

Complexes = np.ndarray[Any, np.dtype[np.complex128]]
MOST_FREQUENCIES = 192
NEGLIGIBLE = 1e-13  # of the characteristic function at zero


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The characteristic function of a logarithm at equally spaced frequencies, about its mean."""

    centre: Array
    frequencies: Array
    values: Complexes

    def cdf(self, x: Array) -> Array:
        """Return P(X ≤ x), for x of shape (conditions, rows, points)."""
        with np.errstate(divide="ignore"):
            distance = np.where(x > 0, np.log(np.maximum(x, 0.0)), -np.inf) - self.centre
        length = np.pi / self.frequencies[0]  # half of it on either side of the centre
        inside = np.clip(distance, -0.5 * length, 0.5 * length)
        turned = np.exp(-1j * inside[..., np.newaxis] * self.frequencies) * self.values[..., np.newaxis, :]
        below = 0.5 - (turned.imag / (self.frequencies / (2.0 * self.frequencies[0]))).sum(axis=-1) / np.pi
        return np.where(distance <= -0.5 * length, 0.0, np.where(distance >= 0.5 * length, 1.0, below))

    def nodes(self, spacing: float) -> tuple[Array, Array]:
        """Return evenly spaced nodes in the logarithm, shape (conditions, rows, points), weighted by the density."""
        length = np.pi / self.frequencies[0]
        count = int(REACH / spacing)
        offsets = 0.5 * length * np.arange(-count, count + 1, dtype=np.float64) / count * (1.0 - 1e-9)
        turned = np.exp(-1j * np.outer(offsets, self.frequencies))
        density = np.clip(np.real(self.values @ turned.T), 0.0, None)
        return np.exp(self.centre + offsets), density / density.sum(axis=-1, keepdims=True)


def spectrum(parts: Sequence[Measure], at: Quadrature) -> Spectrum | None:
    """Return the spectrum of a product of positive parts, given as nodes and weights; None if it falls off slowly.

    The finer the rule, the more frequencies, so that an error of either shows when two rules are compared.
    """
    logarithms = [np.log(values) for values, _ in parts]
    means, sds = zip(
        *[centre_and_spread(each, weights) for each, (_, weights) in zip(logarithms, parts, strict=True)], strict=True
    )
    sd = np.sqrt(sum(each**2 for each in sds))
    if not np.all(sd > 0):  # all of them are held fixed
        return None
    step = 2.0 * np.pi / (float(np.max(sd)) * 2.0 * REACH * max(1.0, 0.5 / at.rule.spacing))
    count = min(MOST_FREQUENCIES, int(REACH / (float(np.min(sd)) * step)) + 8)
    frequencies = step * (np.arange(count, dtype=np.float64) + 0.5)
    values: Any = 1.0
    for each, mean, (_, weights) in zip(logarithms, means, parts, strict=True):
        at.budget.spend(each.size * count // 4)
        values = values * _characteristic(each - mean, weights, step, count)
    if float(np.max(np.abs(values[..., -1]))) > NEGLIGIBLE**0.75:
        return None
    return Spectrum(np.asarray(sum(means)), frequencies, values)


def _characteristic(points: Array, weights: Array, step: float, count: int) -> Complexes:
    """Return Σ w exp(i ω v) at the frequencies (k + ½) step; each power is the one before times exp(i step v)."""
    powers = np.exp(0.5j * step * points) * weights
    turn = np.exp(1j * step * points)
    values = np.empty((*powers.shape[:-1], count), dtype=np.complex128)
    for place in range(count):
        values[..., place] = powers.sum(axis=-1)
        powers = powers * turn
    return values
