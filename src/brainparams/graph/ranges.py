"""Between which values a node lies, as far as can be said without computing its law: arithmetic of intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from ..distributions import Distribution
from ..errors import NoClosedForm
from .nodes import Computed, Correlated, Leaf, Node, Step
from .operations import OPERATIONS, Algebra, Number, Operation
from .operations.rearrangements import cumulate
from .substitution import score_correlations
from .walking import made_of, walk

__all__ = ["ends_of", "range_of"]

NEGLIGIBLE = 1e-9  # of a belief, on either side
MOST_KNOWN = 20_000
Range = tuple[float, float]
ANYTHING: Range = (-math.inf, math.inf)


class _Known:
    """Ranges by the key of their node, so that estimators in a chain look only at what is new.

    When there are too many, another dict takes the place of the full one, which a thread may still be reading.
    """

    ranges: ClassVar[dict[bytes, Range]] = {}


class _Ranges(Algebra):
    """Ends of what a form can be; an input used twice is taken as two, so that the ends may lie too far out."""

    def added(self, one: Range, other: Range) -> Range:
        """Add the ends."""
        return one[0] + other[0], one[1] + other[1]

    def scaled(self, form: Range, factor: Number) -> Range:
        """Multiply the ends."""
        return _hull([_times(end, float(factor)) for end in form])

    def multiplied(self, one: Range, other: Range) -> Range:
        """Multiply every end with every other."""
        return _hull([_times(a, b) for a in one for b in other])

    def raised(self, form: Range, exponent: Number) -> Range:
        """Raise the ends; a power of what reaches zero or less may be anything, or anything above zero."""
        low, high = form
        power = float(exponent)
        if low > 0:
            return _hull([_raised(end, power) for end in form])
        if low == 0 and power > 0:
            return 0.0, _raised(high, power)
        return (0.0, math.inf) if low >= 0 or power % 2 == 0 else ANYTHING

    def applied(self, row: Operation, form: Range) -> Range:
        """A function that goes one way has its ends where its argument has them."""
        if row.direction is None:
            return ANYTHING
        with np.errstate(all="ignore"):
            ends = [float(row.value(np.float64(end))) for end in form]
        return _hull([-math.inf if math.isnan(end) else end for end in ends])

    def extreme(self, row: Operation, one: Range, other: Range) -> Range:
        """Take the smaller or larger of both ends."""
        return float(row.value(one[0], other[0])), float(row.value(one[1], other[1]))

    def at_score(self, belief: Any, score: Range) -> Range:
        """The ends of the belief."""
        return _of_belief(belief)

    def chosen(self, selector: Range, options: Sequence[Range]) -> Range:
        """Any of the options."""
        return _hull([end for option in options for end in option])

    def summed(self, form: Range, axis: int, length: int) -> Range:
        """As many of them."""
        return form[0] * length, form[1] * length

    def element(self, form: Range, axis: int, start: int, stop: int | None) -> Range:
        """No element lies beyond."""
        return form

    def stacked(self, forms: Sequence[Range]) -> Range:
        """Any of them."""
        return _hull([end for form in forms for end in form])

    def aligned(self, form: Range, order: tuple[int, ...], fresh: tuple[int, ...]) -> Range:
        """The same elements."""
        return form

    def rearranged(self, row: Operation, forms: Sequence[Range]) -> Range:
        """Running totals may grow without end; anything else stays between the ends."""
        (low, high) = _hull([end for form in forms for end in form])
        adds = row is cumulate
        return (min(low, -math.inf if low < 0 else low), math.inf if high > 0 else high) if adds else (low, high)


class _Ends(_Ranges):
    """The very ends of what a form can be, where every input is used once."""

    def raised(self, form: Range, exponent: Number) -> Range:
        """Raise the ends; zero inside is the least of an even power, and a pole of a negative one."""
        (low, high), power = form, float(exponent)
        if low >= 0 and (low > 0 or power > 0):
            return super().raised(form, exponent)
        if not power.is_integer():
            raise NoClosedForm("a root of what can be negative")
        ends = [_raised(end, power) for end in form if end != 0 or power > 0]
        if power % 2 == 0:
            return (
                (0.0, max(ends)) if power > 0 and low < 0 < high else _hull([*ends, *([math.inf] if power < 0 else ())])
            )
        if power > 0:
            return _hull(ends)
        return (-math.inf if low < 0 else min(ends), math.inf if high > 0 else max(ends))

    def applied(self, row: Operation, form: Range) -> Range:
        """Those of a function that goes one way; no other is known."""
        if row.direction is None:
            raise NoClosedForm("a function that rises and falls")
        return super().applied(row, form)

    def at_score(self, belief: Any, score: Range) -> Range:
        """The ends of the belief."""
        return _support(belief)

    def rearranged(self, row: Operation, forms: Sequence[Range]) -> Range:
        """Not known."""
        raise NoClosedForm("elements in another order")


def _support(belief: Distribution) -> Range:
    low, high = belief.support
    return float(low), float(high)


def ends_of(node: Node) -> Range | None:
    """Return the least and the largest value that a number can have; None where an input is used more than once."""
    ordered = list(walk([node]))
    uses: dict[bytes, int] = {node.key: 1}
    for each in reversed(ordered):
        for parent in () if isinstance(each, Correlated) else each.parents:
            uses[parent.key] = uses.get(parent.key, 0) + uses.get(each.key, 0)
    roots = [each for each in ordered if isinstance(each, Correlated) or (isinstance(each, Leaf) and each.is_uncertain)]
    correlated = [each for each in roots if isinstance(each, Correlated)]
    if any(uses.get(each.key, 0) > 1 or each.axes for each in roots) or any(each.axes for each in ordered):
        return None
    if correlated and np.linalg.matrix_rank(score_correlations(correlated)) < len(correlated):
        return None
    algebra = _Ends()
    try:
        found: Range = made_of(
            node,
            lambda leaf: _support(leaf.value) if leaf.is_uncertain else _of_leaf(leaf),
            lambda each, ends: OPERATIONS[each.operation].form(algebra, ends, each.parameters),
        )
    except NoClosedForm:
        return None
    return found


def _times(one: float, other: float) -> float:
    return 0.0 if 0.0 in (one, other) else one * other


def _raised(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf


def _hull(ends: Sequence[float]) -> Range:
    return (min(ends), max(ends)) if not any(math.isnan(end) for end in ends) else ANYTHING


def _of_belief(belief: Distribution) -> Range:
    ends = [np.full(belief.shape, p) if belief.shape else p for p in (NEGLIGIBLE, 1.0 - NEGLIGIBLE)]
    return float(np.min(belief.ppf(ends[0]))), float(np.max(belief.ppf(ends[1])))


def range_of(node: Node) -> Range:
    """Return two ends between which a node lies but for a negligible probability; it may lie well inside."""
    algebra, ranges = _Ranges(), _Known.ranges
    for each in walk([node], ranges):
        if isinstance(each, Leaf):
            ranges[each.key] = _of_leaf(each)
        elif isinstance(each, Step):
            ranges[each.key] = ranges[each.parent.key]
        elif isinstance(each, Computed):
            arguments = [ranges[parent.key] for parent in each.parents]
            try:
                ranges[each.key] = OPERATIONS[each.operation].form(algebra, arguments, each.parameters)
            except NoClosedForm:
                ranges[each.key] = ANYTHING
    if len(ranges) > MOST_KNOWN:
        _Known.ranges = {}
    return ranges[node.key]


def _of_leaf(leaf: Leaf) -> Range:
    if leaf.is_uncertain:
        return _of_belief(leaf.value)
    values = np.asarray(leaf.value, dtype=np.float64)
    return float(values.min()), float(values.max())
