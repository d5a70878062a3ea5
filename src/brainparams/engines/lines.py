"""Numbers at common points, each with one unknown left open, which enters it in a straight line.

At every point all unknowns have values, and so has every number. Where one of them, T, enters a number as
``shift + factor · T``, the probability of x or less given the others is that of ``(x − shift) / factor`` or less of T;
its mean over the points is smooth in x. What changes one input changes only what rests on it, at the same points: two
results differ by that input, and not by chance.

Arrays have shape (..., conditions × points): the values of an input that is known lie one behind the other.

References
----------
L'Ecuyer, Puchhammer & Ben Abdellah (2022), Monte Carlo and quasi-Monte Carlo density estimation via conditioning.
doi:10.1287/ijoc.2021.1135
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..convolution.parts import (
    Believed,
    Constant,
    Part,
    exponential,
    logarithm,
    part_of,
    powered,
    scaled,
    through,
)
from ..convolution.tabulating import table_of_belief
from ..distributions import Distribution, LogNormal, Normal
from ..errors import NoClosedForm
from ..graph import Computed, Leaf, Node, Step
from ..graph.operations import OPERATIONS, Algebra, Number, Operation
from ..graph.operations.functions import exp

__all__ = ["Line", "Lines", "Slope", "line_of", "lined_up", "open_leaf"]

Array = np.ndarray[Any, np.dtype[np.float64]]
FEW = 512  # points that show how far an open unknown goes
SIDE = np.array([-1.0, 1.0])


@dataclass(frozen=True, slots=True)
class Interpolated(Believed):
    """What is believed about an input, by a table of its distribution function, which is quick."""

    def cdf(self, x: Array) -> Array:
        """Return the probability of `x` or less."""
        return table_of_belief(self.belief).cdf(x)


@dataclass(frozen=True, slots=True, eq=False)
class Slope:
    """How one unknown that is left open enters a number, at each point.

    Attributes
    ----------
    shift : ndarray or None
        The number without it; None where that is zero.
    factor : ndarray or float
        What it is multiplied by.
    parts : tuple of (mask or None, Part)
        Which unknown is open at which points: of a choice, one for each option.
    open : frozenset of str
        Their uids.
    width : float
        How far the widest of them goes, between normal scores of -1 and 1.
    """

    shift: Any
    factor: Any
    parts: tuple[tuple[Any, Part], ...]
    open: frozenset[str]
    width: float

    @property
    def reach(self) -> float:
        """How far the open unknown moves the number, about."""
        return self.width * float(np.mean(np.abs(np.ravel(self.factor)[:FEW])))

    def each(self, function: Callable[[Any], Any], shift: Any, factor: Any) -> Slope | None:
        """Return the slope of a function of the open unknowns; None where one of them does not take it."""
        made = []
        for mask, part in self.parts:
            try:
                new = function(part)
            except NoClosedForm:
                return None
            if isinstance(new, Constant):
                return None
            made.append((mask, new))
        return Slope(shift, factor, tuple(made), self.open, _width(made))


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A number at common points.

    Attributes
    ----------
    values : ndarray or float
        The number with all unknowns at their values.
    slope : Slope or None
        How the unknown that is left open enters it, if any.
    unknowns : frozenset of str
        What the values rest on.
    """

    values: Any
    slope: Slope | None = None
    unknowns: frozenset[str] = frozenset()


def open_leaf(leaf: Leaf, values: Array) -> Line:
    """Return an uncertain input, left open where its distribution function is smooth."""
    uids = frozenset([leaf.uid])
    try:
        part = part_of(leaf.value)
        if isinstance(part, Believed):
            table_of_belief(leaf.value)
            part = Interpolated(leaf.value)
    except NoClosedForm:
        return Line(values, None, uids)
    if isinstance(part, Constant):
        return Line(values, None, uids)
    whole = ((None, part),)
    return Line(values, Slope(None, 1.0, whole, uids, _width(whole)), uids)


def _width(parts: Sequence[tuple[Any, Part]]) -> float:
    return max(float(np.ptp(part.at(SIDE))) for _, part in parts)


class Lines(Algebra):
    """Sums, products and functions of lines; where two unknowns are open, the one that moves the result more stays."""

    def added(self, one: Line, other: Line) -> Line:
        """Return one plus other."""
        if one is other:
            return self.scaled(one, 2)
        found = _widest(one, other, lambda line: 1.0)
        values = _met(np.add, one.values, other.values)
        if found is None:
            return Line(values, None, one.unknowns | other.unknowns)
        slope, rest = found
        shift = rest if slope.shift is None else _met(np.add, slope.shift, rest)
        return Line(values, replace(slope, shift=shift), one.unknowns | other.unknowns)

    def scaled(self, form: Line, factor: Number) -> Line:
        """Return a multiple."""
        by, slope = float(factor), form.slope
        if slope is not None:
            slope = replace(slope, shift=None if slope.shift is None else slope.shift * by, factor=slope.factor * by)
        return Line(form.values * by, slope, form.unknowns)

    def multiplied(self, one: Line, other: Line) -> Line:
        """Return one times other."""
        if one is other:
            return self.raised(one, 2)
        found = _widest(one, other, _size)
        values = _met(np.multiply, one.values, other.values)
        if found is None:
            return Line(values, None, one.unknowns | other.unknowns)
        slope, by = found
        shift = None if slope.shift is None else _met(np.multiply, slope.shift, by)
        slope = replace(slope, shift=shift, factor=_met(np.multiply, slope.factor, by))
        return Line(values, slope, one.unknowns | other.unknowns)

    def raised(self, form: Line, exponent: Number) -> Line:
        """Return a power."""
        power, slope = float(exponent), form.slope
        if slope is not None:
            goes = slope.shift is None and bool(np.all(np.greater(slope.factor, 0.0)))
            slope = slope.each(lambda part: powered(part, power), None, slope.factor**power) if goes else None
        return Line(np.power(form.values, power), slope, form.unknowns)

    def applied(self, row: Operation, form: Line) -> Line:
        """Return a function of one number."""
        inverse, rises = row.inverse, row.direction == "rises"
        slope = None
        if row.direction is not None and inverse is not None:
            slope = _through_function(form.slope, lambda part: through(part, row.value, inverse, rises=rises))
        return Line(row.value(form.values), slope, form.unknowns)

    def exponential(self, row: Operation, form: Line) -> Line:
        """Return e to the power of a number: what is added becomes a factor."""
        slope = form.slope
        if slope is not None:
            by = slope.factor
            shift = 1.0 if slope.shift is None else np.exp(slope.shift)
            alike = isinstance(by, float)
            slope = slope.each(lambda part: exponential(scaled(part, by)), None, shift) if alike else None
        return Line(np.exp(form.values), slope, form.unknowns)

    def logarithm(self, row: Operation, form: Line) -> Line:
        """Return the natural logarithm: a factor becomes what is added."""
        slope = form.slope
        if slope is not None:
            goes = slope.shift is None and bool(np.all(np.greater(slope.factor, 0.0)))
            slope = slope.each(logarithm, np.log(slope.factor), 1.0) if goes else None
        return Line(np.log(form.values), slope, form.unknowns)

    def extreme(self, row: Operation, one: Line, other: Line) -> Line:
        """Return the smaller or the larger of two."""
        return Line(_met(row.value, one.values, other.values), None, one.unknowns | other.unknowns)

    def at_score(self, belief: Distribution, score: Line) -> Line:
        """Return the quantile of a belief at a normal score."""
        if isinstance(belief, Normal | LogNormal) and not belief.shape:
            is_log = isinstance(belief, LogNormal)
            centre, width = (belief.mu, belief.sigma) if isinstance(belief, LogNormal) else (belief.mean, belief.sd)
            straight = self.added(Line(float(centre)), self.scaled(score, float(width)))
            return self.exponential(exp, straight) if is_log else straight
        function, inverse = belief.at_score, belief.score_at
        slope = _through_function(score.slope, lambda part: through(part, function, inverse, rises=True))  # type: ignore[arg-type]
        return Line(np.asarray(function(score.values)), slope, score.unknowns)

    def chosen(self, selector: Line, options: Sequence[Line]) -> Line:
        """Return the option that is selected at each point, open in what that option leaves open."""
        unknowns = selector.unknowns.union(*(each.unknowns for each in options))
        place = np.clip(np.rint(np.atleast_1d(selector.values)), 0, len(options) - 1).astype(np.intp)
        place, *values = _alike(place, *(np.atleast_1d(each.values) for each in options))
        slopes = [each.slope for each in options]
        here = [place == number for number in range(len(options))]
        whole = _picked(here, values)
        if any(each and each.open & selector.unknowns for each in slopes):
            return Line(whole, None, unknowns)
        zero = np.zeros(1)
        shifts = [zero if each is None or each.shift is None else np.atleast_1d(each.shift) for each in slopes]
        factors = [zero if each is None else np.atleast_1d(each.factor) for each in slopes]
        parts = []
        for mask, slope in zip(here, slopes, strict=True):
            for own, part in () if slope is None else slope.parts:
                both = mask if own is None else np.logical_and(*_alike(mask, own))
                if np.any(both):
                    parts.append((both, part))
        if not parts:
            return Line(whole, None, unknowns)
        opened = frozenset[str]().union(*(each.open for each in slopes if each))
        # an option without an open unknown keeps its value: a factor of zero says so
        width = max(each.width for each in slopes if each)
        return Line(whole, Slope(_picked(here, shifts), _picked(here, factors), tuple(parts), opened, width), unknowns)


def line_of(node: Node, made: Callable[[Node], Line], algebra: Lines) -> Line:
    """Return a node that is made from others; of arrays only the values are known."""
    parents = [made(each) for each in node.parents]
    if isinstance(node, Step):
        return parents[0]
    if isinstance(node, Leaf):
        value = np.asarray(node.value, dtype=np.float64)
        return Line(value[..., np.newaxis] if value.ndim else float(value))
    assert isinstance(node, Computed)
    row, parameters = OPERATIONS[node.operation], node.parameters
    if not node.axes and not any(parent.axes for parent in node.parents):
        try:
            return row.form(algebra, parents, parameters)  # type: ignore[no-any-return]
        except NoClosedForm:
            pass
    plain = [float(each) if isinstance(each, Fraction) else each for each in parameters]
    values = row.value(*_alike(*(each.values for each in parents)), *plain)
    return Line(values, None, frozenset[str]().union(*(each.unknowns for each in parents)))


# --- lengths -----------------------------------------------------------------------------------------------------


def lined_up(values: Any, length: int) -> Any:
    """Return values repeated to a length along the last axis."""
    own = np.shape(values)[-1] if np.ndim(values) else 1
    if own in (length, 1):
        return values
    return np.tile(values, (*[1] * (np.ndim(values) - 1), length // own))


def _alike(*arrays: Any) -> list[Any]:
    longest = max((np.shape(each)[-1] for each in arrays if np.ndim(each)), default=1)
    return [lined_up(each, longest) for each in arrays]


def _met(function: Callable[..., Any], one: Any, other: Any) -> Any:
    return function(*_alike(one, other))


def _picked(here: Sequence[Any], values: Sequence[Any]) -> Array:
    """Return at each point the value of the option that is selected there."""
    found = np.empty(max(len(each) for each in (*here, *values)))
    for place, own in zip(here, values, strict=True):
        mask = np.broadcast_to(lined_up(place, len(found)), len(found))
        found[mask] = own if len(own) == 1 else lined_up(own, len(found))[mask]
    return found


# --- which unknown stays open ------------------------------------------------------------------------------------


def _widest(one: Line, other: Line, size: Callable[[Line], float]) -> tuple[Slope, Any] | None:
    """Return the slope that stays, and the values of the other number; None where neither can."""
    ways = [
        (a.slope.reach / size(a), a.slope, b.values)
        for a, b in ((one, other), (other, one))
        if a.slope is not None and not a.slope.open & b.unknowns
    ]
    return max(ways, key=lambda way: way[0])[1:] if ways else None


def _size(line: Line) -> float:
    return float(np.mean(np.abs(np.asarray(line.values).ravel()[:FEW]))) or 1.0


def _through_function(slope: Slope | None, function: Callable[[Part], Any]) -> Slope | None:
    """Return the slope of any function of an unknown that nothing was done to but a plain factor."""
    if slope is None or slope.shift is not None or not isinstance(slope.factor, float):
        return None
    factor = slope.factor
    return slope.each(lambda part: function(scaled(part, factor)), None, 1.0)  # type: ignore[arg-type]
