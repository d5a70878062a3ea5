"""Distribution arithmetic without sampling, for graphs in which each unknown is used once after factoring.

The distribution function is an integral over nodes. An unknown that is used several times is held fixed at its nodes,
and the results are added up. The rule is refined until the quantiles settle, and the last change is the error bar.
There is no seed: the digits are the digits. Of arrays with many rows, a sample of rows decides how fine the rule is.

Arrays have shape (conditions, rows, points): fixed unknowns, elements of an array quantity, points of evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from ..convolution.factoring import factored
from ..convolution.holding import held_at, shared_unknowns
from ..convolution.pieces import has_views
from ..convolution.products import Product
from ..convolution.quadrature import Budget, Quadrature, Rule
from ..convolution.search import Search, mixed_cdf, outline
from ..convolution.sums import LONG, has_long_sum
from ..convolution.tables import Table
from ..errors import NoClosedForm, RangeError
from ..estimate import Exactly, Law
from ..graph import Node, numbers_of
from .stepwise import Steps, stepwise

__all__ = ["Convolved", "law"]

Array = np.ndarray[Any, np.dtype[np.float64]]

RULES = tuple(Rule(*each) for each in ((0.6, 10), (0.45, 14), (0.3, 20), (0.18, 32), (0.1, 56), (0.05, 112)))
ROUGH = tuple(Rule(*each) for each in ((1.2, 4), (0.8, 7)))
SETTLED = 2e-7
GOOD_ENOUGH = 3e-5
SLOWEST = 0.4  # a refinement that gains less than this factor is not converging exponentially
MOST_POINTS = 4_000_000  # a fraction of a second
# where the quantiles have to settle: close enough together that they do not all settle by accident
STANDARD = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99)
ALLOWED = 1e-4  # in probability
SMALLEST = 1e-290  # tables are made in logarithms down to 1e-300
TABLED_WELL = 1e-5  # where no other rule settles in value
NEARBY = 1e-6
PRECISE = 1e-11  # of the scale: what the search for a quantile stops at
FINE = 3  # digits from which on everything is made out that can be
MANY_ROWS, SAMPLE, BLOCK = 500, 64, 1024  # rows


@dataclass(frozen=True, eq=False)
class Convolved:
    """The law of a result by convolution, at a fine and a coarser rule."""

    expression: Product
    fine: Quadrature
    coarse: Quadrature
    search: Search
    is_array: bool

    def quantile(self, p: float) -> Any:
        """Return the quantile at the fine rule."""
        return self._shown(self._at(p, self.fine))

    def quantiles(self, p: Array) -> Array:
        """Return many quantiles, by one search; of arrays, a row for each probability."""
        found = self.search.quantiles(self.expression, self.fine, p).T
        return found if self.is_array else found[:, 0]

    def standard_error(self, p: float) -> Any:
        """Return the change from the coarser rule: a bound in practice on the numerical error, nothing random."""
        return self._shown(np.abs(self._at(p, self.fine) - self._at(p, self.coarse)))

    def _at(self, p: float, at: Quadrature) -> Array:
        if p in STANDARD and "standard" in at.memory.made:
            return _standard(self.expression, at, self.search)[:, [STANDARD.index(p)]]
        wanted = np.array([p])
        return at.memory.once(("quantile", p), lambda: self.search.quantiles(self.expression, at, wanted))

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return the probability of `x` or less, and its change from the coarser rule."""
        point = np.full((1, 1), float(x))
        fine, coarse = (mixed_cdf(self.expression, point, at) for at in (self.fine, self.coarse))
        return self._shown(np.clip(fine, 0.0, 1.0)), self._shown(np.abs(fine - coarse))

    def mean(self) -> Any:
        """Return the expected value, from the nodes of the result."""
        values, weights = self._measure()
        return self._shown(np.sum(values * weights, axis=(0, 2))[:, np.newaxis])

    def sd(self) -> Any:
        """Return the standard deviation, from the nodes of the result."""
        values, weights = self._measure()
        mean = np.sum(values * weights, axis=(0, 2)).reshape(1, -1, 1)
        return self._shown(np.sqrt(np.sum((values - mean) ** 2 * weights, axis=(0, 2)))[:, np.newaxis])

    def moment_errors(self) -> tuple[Any, Any]:
        """Return the changes from the coarser rule."""
        coarser = replace(self, fine=self.coarse)
        return abs(self.mean() - coarser.mean()), abs(self.sd() - coarser.sd())

    def _measure(self) -> tuple[Array, Array]:
        values, weights = self.expression.nodes(self.fine)
        return values, np.broadcast_to(weights, values.shape) * self.fine.held.shares.reshape(-1, 1, 1)

    def _shown(self, values: Array) -> Any:
        return values[:, 0] if self.is_array else float(values[0, 0])


@dataclass(frozen=True, eq=False)
class Tabled:
    """The law of a number as a table of quantiles, which knows by how much its probabilities may be wrong."""

    table: Table
    found: dict[float, float] = field(default_factory=dict, repr=False, compare=False)

    def quantile(self, p: float) -> float:
        """Return the quantile; each is looked for once."""
        if p not in self.found:
            self.found[p] = self.table.quantile(p)
        return self.found[p]

    def standard_error(self, p: float) -> float:
        """Return half the distance between the quantiles at the ends of what the probability may be."""
        low, high = (self.quantile(min(max(p + error, 0.0), 1.0)) for error in (-self.table.best, self.table.best))
        return 0.5 * (high - low)

    def cdf(self, x: float) -> tuple[float, float]:
        """Return the probability of `x` or less, and by how much it may be wrong."""
        known = self.table.cdf if self.table.sure is None else self.table.exact_cdf
        return float(known(np.array([float(x)]))[0]), self.table.best

    def mean(self) -> float:
        """Return the expected value of what lies in the table."""
        values, weights = self.table.nodes()
        return float(np.sum(values * weights))

    def sd(self) -> float:
        """Return the standard deviation of what lies in the table."""
        values, weights = self.table.nodes()
        return float(np.sqrt(np.sum((values - self.mean()) ** 2 * weights)))

    def moment_errors(self) -> tuple[float, float]:
        """Return what probabilities that are wrong by so much make of the width of the table."""
        width = float(self.table.values[-1] - self.table.values[0])
        return self.table.error * width, float(np.sqrt(self.table.error)) * width


@dataclass(frozen=True, eq=False)
class InBlocks:
    """The law of many rows by convolution, a block of rows at a time, at the rules that a sample of them settled at."""

    expression: Product
    rows: int
    rules: tuple[Rule, Rule]
    precision: float
    found: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def quantile(self, p: float) -> Any:
        """Return the quantile of each row."""
        return self._each(("quantile", p), lambda block: block.quantile(p))

    def standard_error(self, p: float) -> Any:
        """Return the change from the coarser rule for each row."""
        return self._each(("error", p), lambda block: block.standard_error(p))

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return the probability of `x` or less for each row, and its change from the coarser rule."""
        both = self._each(("cdf", x), lambda block: np.stack(block.cdf(x), axis=-1))
        return both[:, 0], both[:, 1]

    def mean(self) -> Any:
        """Return the expected value of each row."""
        return self._each("mean", lambda block: block.mean())

    def sd(self) -> Any:
        """Return the standard deviation of each row."""
        return self._each("sd", lambda block: block.sd())

    def moment_errors(self) -> tuple[Any, Any]:
        """Return the changes from the coarser rule for each row."""
        both = self._each("errors", lambda block: np.stack(block.moment_errors(), axis=-1))
        return both[:, 0], both[:, 1]

    def _each(self, what: Any, ask: Callable[[Convolved], Any]) -> Any:
        if what not in self.found:
            self.found[what] = np.concatenate([ask(block) for block in self._blocks])
        return self.found[what]

    @cached_property
    def _blocks(self) -> list[Convolved]:
        return [self._block(slice(start, start + BLOCK)) for start in range(0, self.rows, BLOCK)]

    def _block(self, rows: slice) -> Convolved:
        expression = self.expression.rows(rows)
        shared = shared_unknowns(expression)
        first = Quadrature(ROUGH[0], held_at(shared, ROUGH[0]))
        search = Search(outline(expression, first), self.precision)
        fine, coarse = (first.refined(rule, held_at(shared, rule)) for rule in self.rules)
        return Convolved(expression, fine, coarse, search, is_array=True)


def law(node: Node, digits: int = 3, steps: Steps | None = None) -> Law:
    """Return the law of a quantity by convolution.

    Parameters
    ----------
    node : Node
        The quantity.
    digits : int
        With less than three digits, or of more than 500 rows, the quantiles settle to a tenth of a unit of the last
        digit, of many rows those of a sample; else to 2e-7.
    steps : Steps, optional
        What is known of the parts already.

    Raises
    ------
    NoClosedForm
        With the reason, if the graph does not have the shape, or the rule does not settle.
    """
    found = _any_law(node, digits, steps)
    if not node.axes and not isinstance(found, Exactly) and 0.0 < abs(float(found.quantile(0.5))) < SMALLEST:
        raise RangeError(f"estimate(): the median is below {SMALLEST:g}, where tables end; use a smaller unit")
    return found


def _any_law(node: Node, digits: int, steps: Steps | None) -> Law:
    with np.errstate(all="ignore"):  # what leaves the range of floats is refused where it matters
        if not node.axes:
            if (expression := _with_long_sum(node)) is not None:
                return _tabled(expression, 5.0 * ALLOWED)
            try:
                return stepwise(node, partial(_law, node, digits), steps)
            except NoClosedForm:
                pass
        return _law(node, digits)


def _with_long_sum(node: Node) -> Product | None:
    """Return the factored form where there is a sum of many terms: step by step these would be joined one by one."""
    if numbers_of([node]) < LONG:
        return None
    try:
        expression = factored(node)
    except NoClosedForm:
        return None
    return expression if has_long_sum(expression) else None


def _law(node: Node, digits: int) -> Law:
    """Return the law of the whole at once, factored so that an input that can be used once is."""
    if len(node.axes) > 1:
        raise NoClosedForm("convolution takes arrays along one axis")
    expression = factored(node)
    if not expression.factors:
        return Exactly(_constant(expression.coefficient, node))
    rows = len(node.axes[0].labels) if node.axes else 1
    few = rows <= MANY_ROWS
    rules, tolerance = (RULES, SETTLED) if few and digits >= FINE else ((*ROUGH, *RULES), 10.0 ** -(digits + 1))
    if not node.axes:
        return _of_number(expression, rules, tolerance)
    if few:
        return _settled(expression, rows, rules, tolerance, is_array=True)
    sample = np.linspace(0, rows - 1, SAMPLE).astype(int)
    tried = _settled(expression.rows(sample), SAMPLE, rules, max(SETTLED, tolerance), is_array=True)
    return InBlocks(expression, rows, (tried.fine.rule, tried.coarse.rule), tried.search.precision)


def _of_number(expression: Product, rules: Sequence[Rule], tolerance: float) -> Law:
    """Refine the nodes, and take tables where they do not settle; those first where they could not."""
    once = max(expression.uses().values(), default=0) <= 1
    if once and not expression.is_smooth:
        return _tabled(expression)
    if once and has_views(expression):  # no quantile between two of them settles in value
        try:
            return _tabled(expression, TABLED_WELL)
        except NoClosedForm:
            pass
    try:
        return _settled(expression, 1, rules, tolerance, is_array=False)
    except NoClosedForm as reason:
        if not once:
            raise NoClosedForm(f"{reason}; an input is used more than once, which tables do not take") from None
        try:
            return _tabled(expression)
        except NoClosedForm as other:
            raise NoClosedForm(f"{reason}; by tables: {other}") from None


def _tabled(expression: Product, allowed: float = ALLOWED) -> Tabled:
    law = Tabled(expression.table())
    if not np.all(np.isfinite(law.table.values)):
        raise NoClosedForm("a number that is too large for floats")
    if not law.table.error <= allowed:
        raise NoClosedForm(f"a probability may be wrong by {law.table.error:.1g}")
    return law


def _settled(expression: Product, rows: int, rules: Sequence[Rule], tolerance: float, *, is_array: bool) -> Convolved:
    """Refine the rule until the quantiles settle."""
    shared = shared_unknowns(expression)
    budget = Budget(MOST_POINTS * rows)
    previous = Quadrature(rules[0], held_at(shared, rules[0]), budget)
    search = Search(outline(expression, previous), PRECISE * tolerance / SETTLED)
    before, last = _standard(expression, previous, search), np.inf
    for level, rule in enumerate(rules[1:], start=1):
        current = previous.refined(rule, held_at(shared, rule))
        after = _standard(expression, current, search, before)
        change = _change(before, after)
        stalled = rule == rules[-1] or (level > 2 and change > SLOWEST * last)
        settled = change <= tolerance or (stalled and change <= GOOD_ENOUGH)
        if (
            settled
            and _are_probable(after, expression, previous)
            and _are_quantiles(after, expression, current, search)
        ):
            budget.left = np.inf  # it settles: other quantiles may be asked for freely
            return Convolved(expression, current, previous, search, is_array)
        if stalled:
            break  # a kink or a step: refining on will not settle it in time
        previous, before, last = current, after, change
    raise NoClosedForm(f"the convolution did not settle: the last refinement moved a quantile by {change:.1g}")


def _constant(coefficient: Any, node: Node) -> Any:
    """Return a number, or one for each element: where everything cancels, one number stands for all of them."""
    return np.broadcast_to(coefficient, node.shape).copy() if node.axes else float(coefficient)


def _change(before: Array, after: Array) -> float:
    """Return the largest relative change; a quantile near zero is held against the largest of its row."""
    size = np.maximum(np.abs(after), 1e-6 * np.abs(after).max(axis=-1, keepdims=True))
    with np.errstate(invalid="ignore"):
        return float(np.max(np.where(after == before, 0.0, np.abs(after - before) / size)))


def _are_probable(values: Array, expression: Product, at: Quadrature) -> bool:
    """Return whether a coarser rule gives quantiles their probabilities: beside a large value little says much."""
    return bool(np.all(np.abs(mixed_cdf(expression, values, at) - np.array(STANDARD)) <= 0.1 * ALLOWED))


def _are_quantiles(found: Array, expression: Product, at: Quadrature, search: Search) -> bool:
    """Return whether the outermost have their probabilities: those for which there is no value are at an end."""
    about = search.outline
    places = np.log(found) if about.logarithmic else found
    beside = places[:, [0, -1]] + NEARBY * about.scale * np.array([-1.0, 1.0])  # either side of a step
    below = mixed_cdf(expression, np.exp(beside) if about.logarithmic else beside, at)
    return bool(np.all(below[:, 0] <= STANDARD[0] + NEARBY) and np.all(below[:, 1] >= STANDARD[-1] - NEARBY))


def _standard(expression: Product, at: Quadrature, search: Search, start: Array | None = None) -> Array:
    wanted = np.array(STANDARD)
    return at.memory.once("standard", lambda: search.quantiles(expression, at, wanted, start))
