"""What routes to the same unknowns have in common: errors told by name, and inputs that several rest on."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ..errors import ArgumentError, RangeError
from ..graph import unknowns
from ..quantity import Quantity
from ..units import Unit
from .disagreement import study

__all__ = ["Measured", "covariances", "in_common"]

SAME = 1 - 1e-9  # a correlation


@dataclass(frozen=True)
class Measured:
    """A route as numbers: its quantity, powers of the unknowns, median in their unit, own logarithmic sd, parts of it.

    `shared` is None where the spread is that of the quantity, so that its inputs tell what it shares.
    """

    label: str
    quantity: Quantity
    powers: Mapping[str, int]
    unit: Unit
    median: float
    log_sd: float
    shared: Mapping[str, float] | None

    @functools.cached_property
    def inputs(self) -> Mapping[str, str]:
        """Names of the uncertain inputs that it rests on, by identity."""
        return {leaf.uid: leaf.name or "an input" for leaf in unknowns([self.quantity.node])}


def covariances(measured: Sequence[Measured]) -> NDArray[np.float64] | None:
    """Return the covariances of the logarithms of routes, zero on the diagonal; None where they share nothing.

    Raises
    ------
    ArgumentError
        If two routes are the same number.
    RangeError
        If the routes share more than they can.
    """
    found = np.zeros((len(measured), len(measured)))
    for (here, one), (there, other) in combinations(enumerate(measured), 2):
        found[here, there] = found[there, here] = _covariance(one, other)
        if abs(found[here, there]) > SAME * one.log_sd * other.log_sd:
            raise ArgumentError(
                f"reconcile(): {one.label} and {other.label} are one and the same number; leave one out"
            )
    if not found.any():
        return None
    if np.linalg.eigvalsh(found + np.diag([each.log_sd**2 for each in measured])).min() <= 0:
        raise RangeError("reconcile(): what the routes share is more than their own errors; lower shared=")
    return found


def in_common(measured: Sequence[Measured], counted: NDArray[np.float64] | None) -> Iterator[str]:
    """Yield in words what pairs of routes share, and whether that is counted among their covariances."""
    for (here, one), (there, other) in combinations(enumerate(measured), 2):
        covariance = 0.0 if counted is None else counted[here, there]
        inputs = _inputs(one, other)
        names = [name for name in one.shared or () if name in (other.shared or ())] or inputs
        if covariance:
            correlation = covariance / (one.log_sd * other.log_sd)
            yield f"{one.label} and {other.label} share {', '.join(names)}: correlation {correlation:.2f}"
        elif inputs:
            yield f"{one.label} and {other.label} both rest on {', '.join(inputs)}, and count as independent"


def _covariance(one: Measured, other: Measured) -> float:
    """Return what two logarithms have in common: parts of the same name, or what their ratio is rid of."""
    if one.shared is not None and other.shared is not None:
        return math.fsum(part * other.shared[name] for name, part in one.shared.items() if name in other.shared)
    if one.shared is not None or other.shared is not None or not _inputs(one, other):
        return 0.0
    left = study("ratio", one.quantity / other.quantity).log_sd or 0.0
    return (one.log_sd**2 + other.log_sd**2 - left**2) / 2


def _inputs(one: Measured, other: Measured) -> list[str]:
    """Return the names of the uncertain inputs that two routes rest on."""
    return [name for uid, name in other.inputs.items() if uid in one.inputs]
