"""Mean and spread of a number, or of its logarithm, by integrating its quantile over the probability."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .checks import FloatArray

# the quantile at a probability, given with its complement so that neither tail loses digits
Quantile = Callable[[FloatArray, FloatArray], Any]


def _nodes(edges: Sequence[float]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Probabilities, their complements and weights of double exponential quadrature between ascending `edges`.

    The quantile may be singular at both ends of a panel. Takahasi & Mori (1974), doi:10.2977/prims/1195192451.
    """
    steps = np.linspace(-6.0, 6.0, 241)
    # u = 1 / (1 + exp(-π sinh t)) crowds the points at both ends, down to 1e-274
    below, above = (1 / (1 + np.exp(sign * math.pi * np.sinh(steps))) for sign in (-1, 1))
    weight = math.pi * (steps[1] - steps[0]) * np.cosh(steps) * below * above
    panels = [(a, b) for a, b in pairwise(edges) if b > a]
    p = np.concatenate([a + (b - a) * below for a, b in panels])
    complement = np.concatenate([(1 - b) + (b - a) * above for a, b in panels])
    return p, complement, np.concatenate([(b - a) * weight for a, b in panels])


def moments_between(quantile: Quantile, edges: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation of X given that its probability lies within the `edges`."""
    p, complement, weights = _nodes(edges)
    values = np.asarray(quantile(p, complement), dtype=np.float64)
    if not np.all(np.isfinite(values)):
        return (-math.inf if np.any(values == -math.inf) else math.inf), math.inf
    centre = values[len(values) // 2]
    scale = float(np.max(np.abs(values - centre))) or 1.0  # so that no square overflows
    offsets = (values - centre) / scale
    mean = np.average(offsets, weights=weights)
    spread = math.sqrt(np.average((offsets - mean) ** 2, weights=weights))
    return float(centre + scale * mean), float(scale * spread)


def log_moments_between(quantile: Quantile, edges: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation of ln X given that its probability lies within the `edges`."""
    p, complement, weights = _nodes(edges)
    values = np.asarray(quantile(p, complement), dtype=np.float64)
    centre = values[len(values) // 2]
    # where X is positive only from some probability on, rounding may carry the first quantiles past zero
    ratio = np.where(values > 0, values / centre, 1e-16)
    # the difference keeps the digits of a narrow distribution
    logs = np.where(np.abs(ratio - 1) < 0.5, np.log1p((values - centre) / centre), np.log(ratio))
    mean = np.average(logs, weights=weights)
    return float(np.log(centre) + mean), float(np.sqrt(np.average((logs - mean) ** 2, weights=weights)))


def moments_of_mixture(weights: Any, means: Any, sds: Any) -> tuple[float, float]:
    """Mean and standard deviation where each pair describes the number with a probability of its weight."""
    weights, means, sds = (np.asarray(each, dtype=np.float64) for each in (weights, means, sds))
    scale = float(np.max(np.abs(np.concatenate([means, sds])))) or 1.0  # so that no square overflows
    if not math.isfinite(scale):
        mean = float(weights @ means)
        return (math.inf if math.isnan(mean) else mean), math.inf  # between two infinities there is no mean
    mean = weights @ (means / scale)
    return float(mean * scale), float(scale * np.sqrt(weights @ ((sds / scale) ** 2 + (means / scale - mean) ** 2)))
