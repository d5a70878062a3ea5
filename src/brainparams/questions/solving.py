"""The value of an input at which a result is what one wants."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from .. import engines
from ..checks import percent
from ..distributions import Distribution
from ..engines import conditional, estimate, sampling
from ..errors import AmbiguityWarning, RangeError, warn
from ..graph import Correlated, Leaf, Node, leaf_of, numbers_of
from ..graph.annotation import check_fit
from ..graph.choices import is_selector
from ..graph.names import named_nodes
from ..graph.substitution import check_scalar, is_uncertain, moved_along, substitute
from ..render.numbers import written
from ..render.tables import rounded
from ..units import conversion_factor, with_unit
from .assumptions import meant, partners_moved

__all__ = ["solve"]

DECADES = (1.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)  # steps of the search for a bracket
PRECISION = 1e-10
AIMED, EXACT = 5e-5, 1e-8  # of the target: what will do where tables go no further, and when one more step is all
GAIN = 0.5  # what a step that is worth while leaves
FEW_STEPS = 5  # of the secant rule
AROUND = 2e-3  # of the bracket: about as well as few points tell the place
SAME = 1e-3
BELIEVED = (1e-6, 1e-3, 0.05, 0.25, 0.75, 0.95, 1 - 1e-3, 1 - 1e-6)
FEWEST, ROUGH = 2**9, 2**13  # draws, where there are no common points
MOST_NUMBERS = 2**21  # that are drawn for one value, all inputs together


def solve(node: Node, key: Any, target: Node, seed: int, p: float = 0.5) -> Node:
    """Return the exact value of an input at which the median of a scalar is the target.

    Raises
    ------
    RangeError
        If no value of the input gives the target; with the medians that can be reached.
    """
    check_scalar(node, "solve()")
    check_scalar(target, "solve()")
    check_fit(target, node.unit, "solve(): target")
    if is_uncertain(target):
        raise RangeError("solve(): the target is one exact number; give target.median(), with its unit")
    wanted = float(estimate(target).value * conversion_factor(target.unit, node.unit))
    old, name, symbol = meant(node, named_nodes(node), key, "solve()")
    if is_selector(old):
        raise RangeError(
            f"solve(): {name!r} is a choice between options and has no value in between; sweep() shows each of them"
        )
    check_scalar(old, "solve(): the input")
    result = _Result(node, old, seed, p)
    target_words = with_unit(rounded(wanted), node.unit.text)
    nearest, *others = _brackets(result, wanted, _reach(old), (f"{name} [{old.unit.text}]", target_words))
    value = _root(result, wanted, *nearest)
    what = "a median" if p == 0.5 else f"a {percent(p)} quantile"
    because = f"solved for {what} of {target_words}" + _told_others(result, wanted, value, others)
    return replace(result.number(value), name=name, symbol=symbol or None, because=because)


def _told_others(result: _Result, wanted: float, value: float, others: Sequence[tuple[float, float]]) -> str:
    """Return where else the target is reached, and warn of it."""
    from scipy.optimize import brentq

    def rough(value: float) -> float:
        return result.roughly([value])[0] - wanted

    ends = [pair for pair in others if all(map(math.isfinite, map(rough, pair))) and _crosses(*map(rough, pair))]
    found = [float(brentq(rough, *pair, xtol=1e-4 * (pair[1] - pair[0]))) for pair in ends]
    apart = [rounded(each) for each in found if not math.isclose(each, value, rel_tol=SAME)]
    if not apart:
        return ""
    told = f"so does about {' or '.join(dict.fromkeys(apart))}"
    warn(
        f"solve(): {rounded(value)}, the nearest to what is believed, gives the target; {told}",
        AmbiguityWarning,
    )
    return f"; {told}"


class _Result:
    """A quantile of a scalar as a function of one input: roughly, and as well as it can be."""

    def __init__(self, node: Node, old: Node, seed: int, p: float) -> None:
        self._node, self._old, self._seed, self._p = node, old, seed, p
        self.start = float(estimate(old, seed=seed).median)
        self._draws = min(ROUGH, max(FEWEST, MOST_NUMBERS // max(1, numbers_of([node]))))
        self._moves_others = bool(moved_along(node, {old.key: 0.0})) if isinstance(old, Correlated) else False
        try:
            together = is_uncertain(node) and not self._moves_others
            self._at_points = engines.at_points(node, [p], seed) if together else None
        except RangeError:  # as it is believed it leaves the range of floats
            self._at_points = None

    @property
    def believed(self) -> list[float]:
        """Return some quantiles of what is believed of the input."""
        belief = leaf_of(self._old).value if isinstance(self._old, Leaf | Correlated) else None
        return [float(belief.ppf(p)) for p in BELIEVED] if isinstance(belief, Distribution) else []

    def number(self, value: float) -> Leaf:
        """Return the input at a value."""
        return Leaf(f"solved:{value!r}", value, self._old.unit, "assumed", written(value))

    def roughly(self, values: Sequence[float]) -> list[float]:
        """Return the quantile at some values: at common points, by the rule that there is, or by few draws."""
        known = {self._old.key: np.asarray(values, dtype=np.float64)}
        if self._at_points is not None:
            return [float(each) for each in self._at_points(known).quantiles[:, 0]]
        found = None if self._moves_others else self._by_rule(known)
        return [self._rough(value) for value in values] if found is None else found

    @cached_property
    def _takes_draws(self) -> bool:
        """Whether the quantile is estimated from draws, and not by a rule that is quicker than they are."""
        known = self._with(self.start)
        return is_uncertain(known) and estimate(known, seed=self._seed, digits=2).draws > 0

    def _rough(self, value: float) -> float:
        try:
            if not self._takes_draws:
                return self._alone(value)
            (law,) = sampling.random_draws([self._with(value)], seed=self._seed, draws=self._draws, executor=None)
        except RangeError:
            return math.nan
        return float(law.quantile(self._p))

    def well(self, *values: float) -> list[float]:
        """Return the quantile at some values, all at once where there is a rule."""
        known = {self._old.key: np.asarray(values, dtype=np.float64)}
        found = None if self._moves_others else self._by_rule(known)
        return [self._alone(value) for value in values] if found is None else found

    def _by_rule(self, known: Mapping[bytes, Any]) -> list[float] | None:
        try:
            found = conditional.with_values(self._node, known, [self._p])
        except RangeError:
            return [math.nan] * len(known[self._old.key])
        return None if found is None else [float(each) for each in found[:, 0]]

    def _alone(self, value: float) -> float:
        try:
            return float(estimate(self._with(value), seed=self._seed).quantile(self._p))
        except RangeError:
            return math.nan  # beyond float range, or where a step has no meaning

    def _with(self, value: float) -> Node:
        made: dict[bytes, Node] = {self._old.key: self.number(value)}
        return substitute(self._node, {**partners_moved(self._node, made, "solve()"), **made})


def _reach(old: Node) -> tuple[float, float]:
    """Return the values that an input can have: those of a bounded belief, else what has the sign of its own."""
    if isinstance(old, Leaf | Correlated) and isinstance(leaf_of(old).value, Distribution):
        low, high = leaf_of(old).value.support
        return float(low), float(high)
    return (0.0, math.inf) if float(estimate(old).quantile(0.0)) >= 0 else (-math.inf, math.inf)


def _brackets(
    result: _Result, wanted: float, reach: tuple[float, float], words: tuple[str, str]
) -> list[tuple[float, float]]:
    """Return pairs of values between which the median crosses what is wanted, nearest to the value as it is first."""
    candidates = _candidates(result.start, reach, result.believed)
    tried = dict(zip(candidates, result.roughly(candidates), strict=True))
    places = sorted(value for value, found in tried.items() if math.isfinite(found))
    if not places:
        raise RangeError(f"solve(): no {words[0]} that was tried gives a finite result; estimate() names the step")
    brackets = _crossings(tried, places, wanted)
    if not brackets:  # few draws may just miss it, and few values a turning point
        tried |= _turning_point(result, tried, places, wanted)
        places = sorted(value for value, found in tried.items() if math.isfinite(found))
        extremes = [choose(places, key=tried.__getitem__) for choose in (min, max)]
        settled = dict(zip(extremes, result.well(*extremes), strict=True))
        tried |= {value: found for value, found in settled.items() if math.isfinite(found)}
        brackets = _crossings(tried, places, wanted)
    if not brackets:
        told = [rounded(each) for each in (places[0], places[-1], *(tried[value] for value in extremes))]
        raise RangeError(
            f"solve(): no {words[0]} from {told[0]} to {told[1]} gives a median of {words[1]}; the medians go from "
            f"{told[2]} to {told[3]}; give a target between them"
        )
    return sorted(brackets, key=lambda pair: min(abs(end - result.start) for end in pair))


def _turning_point(
    result: _Result, tried: Mapping[float, float], places: Sequence[float], wanted: float
) -> dict[float, float]:
    """Return the quantile where it goes farthest towards what is wanted, beside the closest value."""
    from scipy.optimize import minimize_scalar

    best = min(range(len(places)), key=lambda place: abs(tried[places[place]] - wanted))
    ends = places[max(best - 1, 0)], places[min(best + 1, len(places) - 1)]
    into, out = (math.log, math.exp) if ends[0] > 0 else (float, float)
    towards = math.copysign(1.0, wanted - tried[places[best]])

    def short(u: float) -> float:
        return -towards * result.roughly([out(u)])[0]

    at = out(float(minimize_scalar(short, bounds=(into(ends[0]), into(ends[1])), method="bounded").x))
    return {at: result.roughly([at])[0]}


def _crossings(tried: Mapping[float, float], places: Sequence[float], wanted: float) -> list[tuple[float, float]]:
    return [pair for pair in pairwise(places) if _crosses(*(tried[value] - wanted for value in pair))]


def _root(result: _Result, wanted: float, low: float, high: float) -> float:
    """Return the root inside a bracket: roughly, then from there as well as it can be."""
    from scipy.optimize import brentq

    into, out = (math.log, math.exp) if low > 0 else (float, float)
    size = abs(wanted) or 1.0

    def rough(u: float) -> float:
        return (result.roughly([out(u)])[0] - wanted) / size

    def excess(*places: float) -> list[float]:
        return [(found - wanted) / size for found in result.well(*map(out, places))]

    ends = into(low), into(high)
    if _crosses(rough(ends[0]), rough(ends[1])):
        place = brentq(rough, *ends, xtol=1e-4 * (ends[1] - ends[0]), rtol=1e-5)
        found = _near(excess, place, ends)
        if found is not None:
            return out(found)
    if _crosses(*excess(*ends)):
        precision = PRECISION * max(1.0, *map(abs, ends))
        return out(float(brentq(lambda u: excess(u)[0], *ends, xtol=precision, rtol=PRECISION)))
    raise RangeError("solve(): the target lies at the very end of what can be reached; give one farther inside")


def _near(excess: Callable[..., list[float]], place: float, ends: tuple[float, float]) -> float | None:
    """Return the root near a place: from a parabola, then by the secant rule; None where it leads away or goes on.

    References
    ----------
    Brent (1973), Algorithms for Minimization without Derivatives, chapter 4 (inverse quadratic interpolation).
    """
    step = AROUND * (ends[1] - ends[0])
    middle = min(max(place, ends[0] + step), ends[1] - step)
    places = [middle - step, middle, middle + step]
    tried = list(zip(excess(*places), places, strict=True))
    at = sum(
        u * math.prod(other / (other - own) if other != own else math.inf for other, v in tried if v != u)
        for own, u in tried
    )
    for _ in range(FEW_STEPS):
        if not ends[0] <= at <= ends[1]:
            break
        nearest = min(abs(missed) for missed, _ in tried)
        tried.append((excess(at)[0], at))
        (one, before), (two, at) = sorted(tried, key=lambda each: abs(each[0]))[1::-1]
        if two == one or abs(tried[-1][0]) > GAIN * nearest:
            break  # as well as tables tell one value from the next
        step = two * (at - before) / (two - one)
        if abs(two) <= EXACT:
            return at - step if ends[0] <= at - step <= ends[1] else at
        at -= step
    missed, at = min(tried, key=lambda each: abs(each[0]))
    return at if abs(missed) <= AIMED else None


def _crosses(one: float, other: float) -> bool:
    return min(one, other) <= 0 <= max(one, other)


def _candidates(start: float, reach: tuple[float, float], believed: Sequence[float]) -> list[float]:
    """Return values to try: as believed, and ever farther from the value as it is, within what the input can be."""
    steps = np.cumsum(DECADES)
    if reach[0] >= 0:
        start = start or 1.0
        values = [start, *(start * 10.0**step for step in steps), *(start * 10.0**-step for step in steps)]
    else:
        size = abs(start) or 1.0
        far = [size * 10.0 ** (step - 2.0) for step in steps]
        values = [start, *(start + each for each in far), *(start - each for each in far)]
    inside = [value for value in (*values, *believed) if reach[0] < value < reach[1]]
    return [*inside, *(end for end in reach if math.isfinite(end))]
