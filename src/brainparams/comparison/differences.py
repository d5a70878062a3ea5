"""Two estimates side by side: how likely one is the larger, and why they differ."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np

from ..checks import strict
from ..engines import checked_seed, estimate
from ..errors import RangeError, UnitError, UnknownNameError, did_you_mean, shown
from ..estimate import Estimate
from ..graph import Correlated, Leaf, Node, Operated, apply, convert, leaf_of, walk
from ..graph.correlation import behind
from ..graph.inputs import leaf
from ..graph.names import named_nodes
from ..graph.operations.arithmetic import multiply
from ..graph.substitution import check_scalar, substitute
from ..quantity import quantity
from ..questions.probability import Probability, probability_below
from ..render import plots
from ..render.numbers import counted, percent_of
from ..render.tables import Table, rounded
from ..units import Unit, conversion_factor, quotient, same_dimension, with_unit

__all__ = ["Difference", "DifferencePart", "difference", "probability_greater"]

MOST_NAMED = 8
MOST_ENUMERATED = 8  # inputs whose subsets are all tried: 256 medians
ORDERS = 32
SMALLEST = 1e-9
NO_DOUBT = 3.0  # standard errors
Subset = frozenset[int]


@strict
def probability_greater(one: Any, other: Any, *, seed: int = 0) -> Probability:
    """Return how likely the first quantity is the larger; inputs that both share are one unknown.

    Parameters
    ----------
    one, other : Quantity or text
        Scalars of the same dimension.
    seed : int
        Seed of the draws, where neither a closed form nor convolution does.

    Returns
    -------
    Probability
        Without unit, with the standard error of the method.

    Raises
    ------
    UnitError
        If the dimensions differ.
    ShapeError
        For arrays.

    Examples
    --------
    >>> import brainparams as bp
    >>> synapses = bp.assumed("1e14 to 1e15 synapse", because="published range")
    >>> round(float(bp.probability_greater(synapses, "3e14 synapse")), 2)
    0.53
    """
    nodes = [quantity(each, "probability_greater()").node for each in (one, other)]
    return probability_below(nodes[1], nodes[0], checked_seed(seed, "probability_greater"), "probability_greater()")


@dataclass(frozen=True, slots=True)
class DifferencePart:
    """What one input adds to the difference.

    Attributes
    ----------
    name : str
        The input, or what is left to the structure.
    before, after : str
        The input as it is written in the one and in the other.
    effect : float
        Its part of the natural logarithm of the ratio of medians, or of their difference.
    standard_error : float
        From the choice of orders; 0 where all orders were tried.

    Examples
    --------
    >>> DifferencePart("neurons", "86e9 neuron", "71e6 neuron", effect=-7.1).effect
    -7.1
    """

    name: str
    before: str
    after: str
    effect: float
    standard_error: float = 0.0


@strict
@dataclass(frozen=True, slots=True, repr=False)
class Difference(Table[DifferencePart]):
    """Why two estimates differ: what each differing input adds, largest effect first.

    Attributes
    ----------
    rows : tuple of DifferencePart
        The effects add up to `total`.
    scale : {"logarithm", "value"}
        Effects are of the logarithm where all medians are positive, so that factors multiply; else of the value.
    total : float
        The logarithm of the ratio of the medians, or their difference in `unit`.
    method : str
        How the effects were found.
    only_in_one, only_in_other : tuple of str
        Inputs without a partner; their effect is in the row of the structure.
    start : float
        The median of the first, in `unit`.

    Examples
    --------
    >>> import brainparams as bp
    >>> human = bp.exact("86e9 neuron", name="neurons") * bp.exact("7000 synapse/neuron", name="per neuron")
    >>> mouse = bp.exact("71e6 neuron", name="neurons") * bp.exact("8000 synapse/neuron", name="per neuron")
    >>> print(bp.difference(mouse, human))
    the median goes up by a factor 1060 (all orders of 2 inputs)
      input                    before                after  factor  share
      neurons            7.1e7 neuron        8.6e10 neuron    1210  102 %
      per neuron  8000 synapse/neuron  7000 synapse/neuron   0.875   -2 %
    """

    rows: tuple[DifferencePart, ...]
    scale: Literal["logarithm", "value"]
    total: float
    unit: str
    method: str
    only_in_one: tuple[str, ...] = ()
    only_in_other: tuple[str, ...] = ()
    start: float = math.nan

    def plot(self, ax: Any = None) -> Any:
        """Draw the way from the one median to the other, factor by factor, in decades; return the axes.

        Raises
        ------
        RangeError
            If the effects are not factors: a median is not above zero.
        MissingExtraError
            Without matplotlib (``pip install brainparams[plot]``).
        """
        if self.scale != "logarithm":
            raise RangeError("plot(): the effects are not factors, because a median is not above zero")
        steps = [(row.name, math.exp(row.effect)) for row in self.rows]
        return plots.waterfall(steps, Unit(self.unit).plural(2) or "value", ax, (rounded(self.start), self.start))

    def _caption(self) -> str:
        if self.scale == "logarithm":
            factor = rounded(math.exp(abs(self.total)))
            way = "stays" if factor == "1" else "goes up by" if self.total > 0 else "goes down by"
            amount = "" if factor == "1" else f" a factor {factor}"
        elif self.total == 0.0:
            way, amount = "stays", ""
        else:
            way, amount = "changes by", f" {rounded(self.total)} {'' if self.unit == '1' else self.unit}".rstrip()
        alone = [f"only in the first: {_few(self.only_in_one)}"] if self.only_in_one else []
        alone += [f"only in the second: {_few(self.only_in_other)}"] if self.only_in_other else []
        return f"the median {way}{amount} ({'; '.join([self.method, *alone])})"

    def _head(self) -> Sequence[str]:
        return "input", "before", "after", "factor" if self.scale == "logarithm" else f"effect [{self.unit}]", "share"

    def _cells(self, row: DifferencePart) -> Sequence[str]:
        effect = rounded(math.exp(row.effect) if self.scale == "logarithm" else row.effect)
        share = percent_of(row.effect / self.total) if abs(self.total) > SMALLEST else ""
        return row.name, row.before, row.after, effect, share


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


@strict
def difference(one: Any, other: Any, *, match: Mapping[str, str] | None = None, seed: int = 0) -> Difference:
    """Explain why two estimates differ, an input at a time.

    The inputs of the first are replaced by those that mean the same in the second: of the same name, else the only one
    of the same unit; an input of one may stand for a step of the other, such as a count of synapses for neurons times
    synapses per neuron, and a connection for a synapse. What one of them adds depends on which went before; its effect
    is the mean over all orders (Shapley), so that the effects add up to the whole.

    Parameters
    ----------
    one, other : Quantity or text
        Scalars of the same dimension. Inputs are matched by name, those of one name in order of appearance, and then
        by unit.
    match : mapping of str to str, optional
        Names of inputs or steps of the first, and of those in the second that mean the same.
    seed : int
        Seed of the draws, where any are needed, and of the orders beyond 8 differing inputs.

    Returns
    -------
    Difference
        Effects on the logarithm of the median where all medians are positive, else on the median. What the inputs do
        not explain is a row of its own: another structure, or inputs without a partner.

    Raises
    ------
    UnitError
        If the dimensions differ.
    ShapeError
        For arrays.

    References
    ----------
    Shapley (1953), A value for n-person games. doi:10.1515/9781400881970-018
    Castro, Gómez & Tejada (2009), Polynomial calculation of the Shapley value. doi:10.1016/j.cor.2008.04.004

    Examples
    --------
    >>> import brainparams as bp
    >>> a = bp.exact("100 neuron", name="neurons") * bp.exact("10 synapse/neuron", name="per neuron")
    >>> b = bp.exact("200 neuron", name="neurons") * bp.exact("10 synapse/neuron", name="per neuron")
    >>> [(each.name, round(each.effect, 4)) for each in bp.difference(a, b)]
    [('neurons', 0.6931)]
    """
    seed = checked_seed(seed, "difference")
    ours, theirs = (quantity(each, "difference()") for each in (one, other))
    theirs = theirs.fitting(ours.node.unit, "difference(): other").to(ours.node.unit)
    for each in (ours, theirs):
        check_scalar(each.node, "difference()")
    pairs, alone = _matched(ours.node, theirs.node, match or {})
    value = _Medians(ours.node, theirs.node, pairs, seed)
    everything: Subset = frozenset(range(len(pairs)))
    subsets = _subsets(len(pairs)) if len(pairs) <= MOST_ENUMERATED else iter([frozenset[int](), everything])
    medians = [value.median(subset) for subset in subsets]
    value.is_logarithmic = min(*medians, value.last) > 0
    effects, method = _effects(value, len(pairs), seed)
    rows = [
        DifferencePart(name, _written(a), _written(b), *effect)
        for (name, a, b), effect in zip(pairs, effects, strict=True)
    ]
    rows.sort(key=lambda row: (-abs(row.effect), row.name))
    total = value.shown(value.last) - value(frozenset())
    rest = value.shown(value.last) - value(everything)
    if abs(rest) > SMALLEST * max(1.0, abs(total)):
        name = "structure" + (", and inputs without a partner" if any(alone) else "")
        rows.append(DifferencePart(name, "", "", rest))
    scale: Literal["logarithm", "value"] = "logarithm" if value.is_logarithmic else "value"
    return Difference(tuple(rows), scale, total, ours.unit, method, *alone, start=value.median(frozenset()))


Pair = tuple[str, Node, Node]
Matching = tuple[list[Pair], tuple[tuple[str, ...], tuple[str, ...]]]
ALIKE = {"connection": "synapse"}  # what is counted in one place for the other


def _matched(one: Node, other: Node, match: Mapping[str, str]) -> Matching:
    """Return what differs, as pairs that mean the same, and the names of the inputs without a partner.

    Input by input where all of them find a partner so; else what stands nearest the results first, such as a count of
    synapses of each.
    """
    single, its = _input_alone(one), _input_alone(other)
    if single is not None and its is not None:
        name = next((told for told, _ in _Side.of(one, whole=True).named), single.written)
        return ([] if _same(single, its) else [(name, single, its)]), ((), ())
    found = [_matching(one, other, match, is_coarse=each) for each in (False, True)]
    return min(found, key=lambda each: sum(map(len, each[1])))


def _matching(one: Node, other: Node, match: Mapping[str, str], *, is_coarse: bool) -> Matching:
    sides = _Side.of(one), _Side.of(other)
    found: list[Pair] = [_asked(*sides, *names) for names in match.items()]
    shared = {node.key for _, node in sides[1].inputs()}
    for name, node in sides[0].inputs():  # what both are made from stands for itself
        if node.key in shared and sides[0].is_free(node) and sides[1].is_free(node):
            found.append(_paired(*sides, name, node, node))
    by_name = dict(_inputs(other))
    for key, (name, node) in _inputs(one):
        partner = by_name.get(key, ("", node))[1]
        if key in by_name and _fits(node, partner) and sides[0].is_free(node) and sides[1].is_free(partner):
            found.append(_paired(*sides, name, node, partner))
    for rule in (_nearest, _only) if is_coarse else (_only, _nearest):
        found += rule(*sides)
    for name, node in sides[0].inputs():
        if sides[0].is_free(node) and (unnamed := sides[1].unnamed(other, node)) is not None:
            found.append(_paired(*sides, name, node, unnamed))
    for name, node in sides[1].inputs():
        if sides[1].is_free(node) and (unnamed := sides[0].unnamed(one, node)) is not None:
            found.append(_paired(*sides, name, unnamed, node))
    alone = [tuple(name for name, node in side.inputs() if side.is_free(node)) for side in sides]
    return [pair for pair in found if not _same(*pair[1:])], (alone[0], alone[1])


def _only(one: _Side, other: _Side) -> Iterator[Pair]:
    """Yield the inputs that are the only ones of their unit on both sides."""
    for name, node in one.inputs():
        mine, its = one.alone_in_unit(node), other.alone_in_unit(node)
        if mine is not None and its is not None and mine.key == node.key:
            yield _paired(one, other, name, mine, its)


def _nearest(one: _Side, other: _Side) -> Iterator[Pair]:
    """Yield inputs and steps of one unit, those nearest the results first."""
    for name, node in reversed(one.named):
        its = next(filter(other.is_free, other.fitting(node)), None) if one.is_free(node) else None
        if its is not None:
            yield _paired(one, other, name, node, its)


def _input_alone(node: Node) -> Leaf | None:
    """Return the input that a node is but for its name and unit; None for what is made from inputs."""
    found = behind(node)
    return found if isinstance(found, Leaf) else None


def _fits(one: Node, other: Node) -> bool:
    return same_dimension(_meaning(one.unit), _meaning(other.unit)) and one.axes == other.axes


def _meaning(unit: Unit) -> Unit:
    """Return a unit in which what is counted in place of something else is that."""
    return Unit(re.sub("|".join(ALIKE), lambda found: ALIKE[found[0]], unit.text))


@dataclass(frozen=True)
class _Side:
    """The named inputs and steps of one estimate, and the inputs that have a partner by now."""

    named: list[tuple[str, Node]]
    taken: set[bytes]

    @classmethod
    def of(cls, node: Node, *, whole: bool = False) -> _Side:
        return cls([(name, each) for each, name, _ in named_nodes(node) if whole or each.key != node.key], set())

    def inputs(self) -> list[tuple[str, Node]]:
        """Return the inputs alone."""
        return [(name, node) for name, node in self.named if isinstance(node, Leaf | Correlated)]

    def below(self, node: Node) -> set[bytes]:
        """Return the inputs that a node is made from."""
        return {each.key for each in walk([node]) if isinstance(each, Leaf | Correlated)}

    def is_free(self, node: Node) -> bool:
        """Whether no input below a node has a partner."""
        return not self.below(node) & self.taken

    def fitting(self, other: Node) -> list[Node]:
        """Return what is of the same unit, nearest the result first."""
        return [node for _, node in reversed(self.named) if _fits(node, other)]

    def unnamed(self, whole: Node, other: Node) -> Node | None:
        """Return what stands nearest the result, of the same unit, without a name; None if nothing does."""
        inside = [each for each in walk([whole]) if isinstance(each, Operated) and each.key != whole.key]
        return next((each for each in reversed(inside) if _fits(each, other) and self.is_free(each)), None)

    def alone_in_unit(self, other: Node) -> Node | None:
        """Return the free input of the same unit, if there is one only."""
        free = [node for _, node in self.inputs() if self.is_free(node) and _fits(node, other)]
        return free[0] if len(free) == 1 else None


def _paired(one: _Side, other: _Side, name: str, mine: Node, its: Node) -> Pair:
    one.taken.update(one.below(mine))
    other.taken.update(other.below(its))
    return name, mine, its


def _asked(one: _Side, other: _Side, mine: str, its: str) -> Pair:
    """Return a pair that was given by name."""
    nodes = []
    for side, name in ((one, mine), (other, its)):
        known = dict(side.named)
        if name not in known:
            raise UnknownNameError(
                f"difference(): match: no input or step is called {shown(name)}; there are "
                f"{', '.join(map(repr, known)) or 'none'}." + did_you_mean(name, known)
            )
        nodes.append(known[name])
    if not _fits(*nodes):
        raise UnitError(f"difference(): match: {mine!r} is in {nodes[0].unit.text}, {its!r} in {nodes[1].unit.text}")
    return _paired(one, other, mine, *nodes)


def _inputs(node: Node) -> Iterator[tuple[tuple[str, int], tuple[str, Node]]]:
    """Yield each input with its name and its place among those of the same name."""
    count: dict[str, int] = {}
    for each, name, _ in named_nodes(node):
        if isinstance(each, Leaf | Correlated):
            folded = " ".join(name.casefold().replace("_", " ").split())
            count[folded] = count.get(folded, 0) + 1
            yield (folded, count[folded]), (name, each)


def _same(one: Node, other: Node) -> bool:
    """Whether two inputs are one unknown, or the same belief about a number in the same unit."""
    if one.key == other.key:
        return True
    if not isinstance(one, Leaf) or not isinstance(other, Leaf) or one.unit != other.unit:
        return False
    return one.is_uncertain == other.is_uncertain and bool(np.all(one.value == other.value))


def _written(node: Node) -> str:
    if not isinstance(node, Leaf | Correlated):
        return f"{rounded(float(estimate(node).median))} {node.unit.text}"
    leaf = leaf_of(node)
    return with_unit(leaf.written, leaf.unit.text)


class _Medians:
    """The median of the first estimate with some of its inputs replaced, each found once."""

    def __init__(self, one: Node, other: Node, pairs: Sequence[Pair], seed: int) -> None:
        self.node, self.pairs, self.seed = one, pairs, seed
        self.last = _median(estimate(other, seed=seed))
        self.is_logarithmic = False
        self.found: dict[Subset, float] = {}

    def median(self, subset: Subset) -> float:
        """Return the median with the inputs of a subset replaced."""
        if subset not in self.found:
            chosen = [self.pairs[place] for place in subset]
            changed = substitute(self.node, {a.key: _in_unit_of(b, a) for _, a, b in chosen})
            is_end = len(subset) in (0, len(self.pairs))
            self.found[subset] = _median(estimate(changed, seed=self.seed, digits=3 if is_end else 2))
        return self.found[subset]

    def shown(self, median: float) -> float:
        """Return a median on the scale of the effects."""
        return math.log(median) if self.is_logarithmic else median

    def __call__(self, subset: Subset) -> float:
        return self.shown(self.median(subset))


def _median(found: Estimate) -> float:
    """Return the median; zero where it is no more than the error of the method, or than rounding beside the spread."""
    low, median, high = (float(found.quantile(p)) for p in (0.25, 0.5, 0.75))
    doubt = NO_DOUBT * float(found.standard_error(0.5)) + SMALLEST * (high - low)
    return 0.0 if low < 0.0 < high and abs(median) <= doubt else median


def _in_unit_of(node: Node, other: Node) -> Node:
    if not same_dimension(node.unit, other.unit):
        one_for_one, _ = quotient(other.unit, node.unit)
        node = apply(multiply, node, leaf("exact", 1, one_for_one, name="one for one"))
    return convert(node, other.unit, conversion_factor(node.unit, other.unit))


def _subsets(count: int) -> Iterator[Subset]:
    for size in range(count + 1):
        yield from map(frozenset, combinations(range(count), size))


def _effects(value: Callable[[Subset], float], count: int, seed: int) -> tuple[list[tuple[float, float]], str]:
    """Return the Shapley value of each place with its standard error, and how it was found."""
    if count <= MOST_ENUMERATED:
        return [
            (_over_all_orders(value, place, count), 0.0) for place in range(count)
        ], f"all orders of {counted(count, 'input')}"
    stream = np.random.Generator(np.random.PCG64(seed))
    orders = [stream.permutation(count).tolist() for _ in range(ORDERS // 2)]
    walked = np.array([(_along(value, order) + _along(value, order[::-1])) / 2.0 for order in orders])
    errors = np.std(walked, axis=0, ddof=1) / math.sqrt(len(walked))
    pairs = list(zip(walked.mean(axis=0).tolist(), errors.tolist(), strict=True))
    return pairs, f"{ORDERS} orders of {count} inputs, each with its reverse"


def _over_all_orders(value: Callable[[Subset], float], place: int, count: int) -> float:
    others = [each for each in range(count) if each != place]
    effect = 0.0
    for size in range(count):
        weight = 1.0 / (count * math.comb(count - 1, size))
        for chosen in map(frozenset, combinations(others, size)):
            effect += weight * (value(chosen | {place}) - value(chosen))
    return effect


def _along(value: Callable[[Subset], float], order: Sequence[int]) -> Any:
    """Return what each place adds when the inputs are replaced in this order."""
    effects = np.zeros(len(order))
    done: Subset = frozenset()
    for place in order:
        effects[place] = value(done | {place}) - value(done)
        done = done | {place}
    return effects
