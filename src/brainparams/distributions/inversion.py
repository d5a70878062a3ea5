"""The lowest value at which a distribution function reaches a probability, for many probabilities at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .checks import FloatArray

TINIEST = 1e-300
MOST_STEPS = 300


def first_reaching(cdf: Callable[[FloatArray], Any], p: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the lowest x within `low` to `high` where cdf(x) >= p, to some 1e-14 relative.

    Chandrupatla's method (1997), doi:10.1016/S0965-9978(96)00051-8, on one row of points: inverse quadratic steps
    where the function is smooth, else bisection. Steps are equal in asinh(x / scale), so a bracket of many decades
    takes no longer than a narrow one.
    """
    low, high = np.nan_to_num(low), np.nan_to_num(high)
    largest, smallest = np.maximum(np.abs(low), np.abs(high)), np.minimum(np.abs(low), np.abs(high))
    scale = np.maximum(np.where(smallest > 0, smallest, largest), largest * TINIEST)
    search = _Search(cdf, p, low, high, scale)
    result: FloatArray = np.where(search.gap(low) > 0, low, high)
    active = np.flatnonzero((search.gap(low) < 0) & (search.gap(high) > 0))
    if active.size:
        result[active] = search.only(active).solved()
    return result


class _Search:
    """The points still open: where to look for each, and how far its distribution function is from `p`."""

    def __init__(self, cdf: Callable[[FloatArray], Any], p: Any, low: Any, high: Any, scale: Any) -> None:
        from scipy.special import ndtri

        self.cdf, self.p, self.low, self.high, self.scale = cdf, p, low, high, scale
        self.goal = ndtri(p)

    def only(self, index: Any) -> _Search:
        return _Search(self.cdf, self.p[index], self.low[index], self.high[index], self.scale[index])

    def gap(self, x: FloatArray) -> Any:
        """Distance from the goal in normal units, in which distribution functions are nearly straight; never 0."""
        from scipy.special import ndtri

        reached = np.asarray(self.cdf(x), dtype=np.float64)
        apart = np.clip(ndtri(np.clip(reached, 0, 1)) - self.goal, -1e3, 1e3)
        # where the function is level the lowest x counts: reached is above
        return np.where(reached >= self.p, np.maximum(apart, TINIEST), np.minimum(apart, -TINIEST))

    def at(self, y: Any) -> Any:
        return np.clip(self.scale * np.sinh(y), self.low, self.high)

    def solved(self) -> FloatArray:
        result: FloatArray = self.high.copy()
        index = np.arange(len(self.p))
        search = self
        a, b = np.arcsinh(self.low / self.scale), np.arcsinh(self.high / self.scale)
        fa, fb = self.gap(self.low), self.gap(self.high)
        step = np.full(len(a), 0.5)
        for _ in range(MOST_STEPS):
            y = a + step * (b - a)
            fy = search.gap(search.at(y))
            same = (fy > 0) == (fa > 0)
            c, fc = np.where(same, a, b), np.where(same, fa, fb)
            b, fb = np.where(same, b, a), np.where(same, fb, fa)
            a, fa = y, fy
            result[index] = search.at(np.where(fa > 0, a, b))
            # both ends belong to the answer's last digits: half a step is as near as floats go
            least = 2 * np.finfo(float).eps * np.maximum(np.abs(a), TINIEST) / np.abs(b - a)
            going = least < 0.5
            if not np.any(going):
                break
            step = _next_step((a, b, c), (fa, fb, fc), least)
            if not np.all(going):
                index, search = index[going], search.only(going)
                a, b, fa, fb, step = a[going], b[going], fa[going], fb[going], step[going]
        return result


def _next_step(places: tuple[Any, Any, Any], gaps: tuple[Any, Any, Any], least: Any) -> FloatArray:
    """Share of the way from the first place to the second at which to look next; the third is the one before."""
    (a, b, c), (fa, fb, fc) = places, gaps
    xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
    smooth = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
    quadratic = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    return np.clip(np.where(smooth, quadratic, 0.5), least, 1 - least)
