"""What an estimate would be under other assumptions: one of them, several in turn, or the one that gives a target."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from numbers import Real
from typing import Any, NamedTuple

import numpy as np

from ..derivation import named_nodes
from ..distributions import Distribution
from ..engines import estimate, sampling
from ..errors import ArgumentError, RangeError, ShapeError, UnitError, UnknownNameError, did_you_mean, shown
from ..graph import Correlated, Leaf, Node, Operated, Step, convert, leaf_of, take, walk
from ..graph.annotation import check_fit, example
from ..graph.choices import is_selector, option_names, place_of_option, reweighted
from ..graph.inputs import leaf, node_from
from ..graph.operations import OPERATIONS
from ..graph.substitution import check_scalar, is_uncertain, substitute
from ..plots import band, surface
from ..render.tables import Table, rounded
from ..units import Unit, conversion_factor
from ..units.notation import read

__all__ = ["Sweep", "SweepRow", "assuming", "default_unit", "solve", "sweep"]

DECADES = (1.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)  # steps of the search for a bracket
PRECISION = 1e-10
ROUGH = 2**13


def assuming(node: Node, replacements: Mapping[Any, Any]) -> Node:
    """Return a graph in which inputs or steps are replaced, by name, symbol or node.

    A replacement by text or number is an assumption with the name of what it replaces, so that it is drawn from the
    same stream: two results under different assumptions differ by the assumptions, and not by chance.

    Raises
    ------
    UnknownNameError
        If nothing has that name; with the nearest names.
    ArgumentError
        If a name means several inputs, or one replacement hides another.
    UnitError, ShapeError, ParseError, RangeError
        If a value does not fit what it replaces.
    """
    if not replacements:
        raise ArgumentError("assuming(): say what is assumed, such as assuming(neurons='86e9 neuron')")
    named = named_nodes(node)
    made: dict[bytes, Node] = {}
    for key, value in replacements.items():
        old, name, symbol = _found(node, named, key, "assuming()")
        if old.key in made:
            raise ArgumentError(f"assuming(): {name!r} is replaced twice; give it once")
        made[old.key] = _replacement(old, name, symbol, _chosen(node, old, name, value))
    result = substitute(node, made)
    present = {each.key for each in walk([result])}
    for old_key, new in made.items():
        if new.key not in present:
            name = next(name for old, name, _ in named if old.key == old_key)
            raise ArgumentError(
                f"assuming(): {name!r} has no effect: it enters only through what is replaced as well; drop one"
            )
    return result


def _found(node: Node, named: Sequence[tuple[Node, str, str]], key: Any, where: str) -> tuple[Node, str, str]:
    """Return the one node that a name, a symbol or a node means."""
    if isinstance(key, Node):
        return _found_node(node, named, key, where)
    if not isinstance(key, str):
        raise ArgumentError(f"{where}: takes a name, a symbol or a quantity; got {shown(key)}")
    by_name = [each for each in named if each[1] == key]
    by_symbol = [each for each in named if each[2] == key]
    matches = by_name or by_symbol or [each for each in named if _folded(each[1]) == _folded(key)]
    if not matches:
        known = [name for _, name, _ in named]
        raise UnknownNameError(
            f"{where}: no input or step is called {shown(key)}; there are {', '.join(map(repr, known[:8])) or 'none'}."
            + did_you_mean(key, known)
        )
    if len({old.key for old, _, _ in matches}) > 1:
        symbols = " or ".join(repr(symbol) for _, _, symbol in matches)
        raise ArgumentError(
            f"{where}: {key!r} means {len(matches)} of them; use the symbol {symbols}, or the quantity itself"
        )
    return matches[0]


def _found_node(node: Node, named: Sequence[tuple[Node, str, str]], key: Node, where: str) -> tuple[Node, str, str]:
    present = {each.key: each for each in walk([node])}
    while key.key not in present and (
        isinstance(key, Step) or (isinstance(key, Operated) and OPERATIONS[key.operation].silent)
    ):
        key = key.parents[0]
    if key.key not in present:
        what = getattr(key, "name", None) or key.unit.text
        raise UnknownNameError(f"{where}: the quantity {what!r} is no part of this one; give one that it is made from")
    told = {old.key: (name, symbol) for old, name, symbol in named}
    name, symbol = told.get(key.key, (getattr(key, "name", None) or "assumption", None))
    return present[key.key], name, symbol or ""


def _folded(name: str) -> str:
    """Names as keyword arguments have underscores for blanks."""
    return " ".join(name.replace("_", " ").casefold().split())


def _replacement(old: Node, name: str, symbol: str, value: Any) -> Node:
    """Return the node to put in place of another, in its unit."""
    where = f"assuming(): {name}"
    new = value if isinstance(value, Node) else _assumption(old, name, symbol, value, where)
    if new is old:
        return old
    check_fit(new, old.unit, where)
    if new.axes != old.axes:
        have = ", ".join(axis.name for axis in old.axes) or "no axis: it is a single number"
        came = ", ".join(axis.name for axis in new.axes) or "none"
        raise ShapeError(f"{where} has {have}; the value put in has {came}; give one with the same axes and labels")
    new = convert(new, old.unit, conversion_factor(new.unit, old.unit))
    return new if getattr(new, "name", None) else Step(new, name, symbol or None)


def _chosen(node: Node, old: Node, name: str, value: Any) -> Any:
    """Return the number of an option that is given by its name, other weights for a choice, or the value as it is."""
    names = option_names([node]).get(old.uid) if isinstance(old, Leaf) else None
    if names and is_selector(old) and isinstance(value, Mapping | list | tuple):
        return reweighted(old, names, value, f"assuming(): {name}")
    if names is None or not isinstance(value, str):
        return value
    place = place_of_option(names, value)
    if place is None and not value.strip().isdigit():
        raise UnknownNameError(
            f"assuming(): {name}: no option is called {shown(value)}; there are {', '.join(map(repr, names))}."
            + did_you_mean(value, names)
        )
    return value if place is None else str(place)


def _assumption(old: Node, name: str, symbol: str, value: Any, where: str) -> Node:
    """Return a leaf for text, a number or a belief; the same assumption is the same unknown wherever it is made."""
    root = leaf_of(old) if isinstance(old, Leaf | Correlated) else None
    if isinstance(value, Real | Distribution) and not old.unit.is_dimensionless:
        raise UnitError(f"{where}={shown(value)} has no unit; write it, such as {example(old.unit)}")
    because = f"in place of {root.written} {_beside(root.unit.text)}".rstrip() if root else f"in place of {name}"
    own = {"name": root.name if root else name, "symbol": root.symbol if root else symbol or None}
    if not isinstance(value, str | Real | Distribution):
        return node_from(value, None, where)
    fresh = leaf("assumed", value, default_unit(value, old.unit, where), because=because, where=where, **own)
    if root is not None and isinstance(old, Leaf) and root.unit == fresh.unit and _same(root.value, fresh.value):
        return old
    told = repr((old.key, fresh.written, fresh.unit.text, _content(fresh.value)))
    return replace(fresh, uid=f"assumed:{hashlib.blake2b(told.encode(), digest_size=8).hexdigest()}")


def default_unit(value: Any, beside: Unit, where: str) -> Unit | None:
    """Return the unit of a value that has none: beside a pure number it is a pure number, else it must say."""
    if not beside.is_dimensionless or not isinstance(value, str | Real | Distribution):
        return None
    return None if isinstance(value, str) and read(value, where).unit is not None else Unit("1")


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(np.all(one == other))


def _content(value: Any) -> Any:
    return value.key() if isinstance(value, Distribution) else value


def _beside(unit: str) -> str:
    return "" if unit == "1" else unit


# --- one after the other -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SweepRow:
    """The result for one value of an input.

    Examples
    --------
    >>> SweepRow("1000", value=1000.0, median=8.6e13, low=8.0e13, high=9.2e13).median
    86000000000000.0
    """

    written: str
    value: float
    median: float
    low: float
    high: float
    second_written: str = ""
    second_value: float = math.nan


@dataclass(frozen=True, slots=True, repr=False)
class Sweep(Table[SweepRow]):
    """The result for several values of one input, the other inputs as they are.

    Attributes
    ----------
    rows : tuple of SweepRow
        One for each value; `value` is its median in `input_unit`, the rest is in `unit`.
    name : str
        The input; `second_name` is the second one, if two were swept.
    level : float
        Level of the equal-tailed intervals.

    Examples
    --------
    >>> import brainparams as bp
    >>> neurons = bp.assumed("8e10 to 9e10 neuron", because="published range", name="neurons")
    >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="per neuron")
    >>> print((neurons * synapses).sweep(per_neuron=["1000 synapse/neuron", "7000 synapse/neuron"]))
    result [synapse] for 2 values of per neuron; intervals are equal-tailed
      per neuron [synapse/neuron]   median  90 % low  90 % high
      1000                        8.49e13      8e13       9e13
      7000                        5.94e14   5.6e14     6.3e14
    """

    rows: tuple[SweepRow, ...]
    name: str
    input_unit: str
    unit: str
    level: float
    second_name: str = ""
    second_unit: str = ""

    def _caption(self) -> str:
        what = f"pairs of {self.name} and {self.second_name}" if self.second_name else f"values of {self.name}"
        return f"result [{self.unit}] for {len(self)} {what}; intervals are equal-tailed"

    def _head(self) -> Sequence[str]:
        level = f"{100 * self.level:.10g} %"
        names = [(self.name, self.input_unit), *([(self.second_name, self.second_unit)] if self.second_name else [])]
        inputs = [f"{name} [{unit}]" if unit != "1" else name for name, unit in names]
        return *inputs, "median", f"{level} low", f"{level} high"

    def _cells(self, row: SweepRow) -> Sequence[str]:
        inputs = (row.written, row.second_written) if self.second_name else (row.written,)
        return *inputs, rounded(row.median), rounded(row.low), rounded(row.high)

    def plot(self, ax: Any = None) -> Any:
        """Draw the median with its interval as a band over the values of the input; return the axes.

        Of two inputs, the median is drawn as levels over the values of both.
        """
        units = {self.name: self.input_unit, self.second_name: self.second_unit, "result": self.unit}
        first, second, result = (name if unit == "1" else f"{name} [{unit}]" for name, unit in units.items())
        if not self.second_name:
            points = [(row.value, row.low, row.median, row.high) for row in self.rows]
            return band(points, (first, result), self.level, ax)
        medians = {(row.value, row.second_value): row.median for row in self.rows}
        xs, ys = (sorted({pair[place] for pair in medians}) for place in (0, 1))
        return surface(xs, ys, [[medians[x, y] for x in xs] for y in ys], (first, second, result), ax)


def sweep(node: Node, inputs: Mapping[Any, Iterable[Any]], level: float, seed: int) -> Sweep:
    """Return the results of a scalar for several values of one input.

    Raises
    ------
    ArgumentError
        If not one input with its values is given; and as `assuming`.
    """
    check_scalar(node, "sweep()")
    if not 1 <= len(inputs) <= 2:
        raise ArgumentError(
            f"sweep(): takes one input with its values, or two; got {len(inputs)}; sweep one after the other"
        )
    named = named_nodes(node)
    put = [
        [_put(node, _found(node, named, key, "sweep()"), value, level=level, seed=seed) for value in _each(values)]
        for key, values in inputs.items()
    ]
    rows = []
    for pair in itertools.product(*put):
        found = estimate(substitute(node, {each.old.key: each.new for each in pair}), seed=seed)
        low, high = found.interval(level)
        first, *second = pair
        rows.append(
            SweepRow(first.written, first.median, float(found.median), float(low), float(high), *_beside_first(second))
        )
    first, *second = (each[0] for each in put)
    return Sweep(tuple(rows), first.name, first.old.unit.text, node.unit.text, level, *_second(second))


class _Put(NamedTuple):
    """A value put in for an input."""

    old: Node
    new: Node
    name: str
    written: str
    median: float


def _put(node: Node, found: tuple[Node, str, str], value: Any, *, level: float, seed: int) -> _Put:
    old, name, symbol = found
    new = _replacement(old, name, symbol, _chosen(node, old, name, value))
    put = estimate(new, seed=seed)
    median = float(put.median)
    ends = [] if put.is_exact_number else [rounded(end) for end in put.interval(level)]
    return _Put(old, new, name, " to ".join(ends) or _option(node, old, median) or rounded(median), median)


def _beside_first(second: Sequence[_Put]) -> tuple[Any, ...]:
    return tuple(part for each in second for part in (each.written, each.median))


def _second(second: Sequence[_Put]) -> tuple[str, ...]:
    return tuple(part for each in second for part in (each.name, each.old.unit.text))


def _option(node: Node, old: Node, place: float) -> str | None:
    """Return the name of the option that a selector picks; None for any other input."""
    names = option_names([node]).get(old.uid) if isinstance(old, Leaf) else None
    return None if names is None else names[int(np.clip(round(place), 0, len(names) - 1))]


def _each(values: Any) -> list[Any]:
    """Return the values of a sweep: of a list, or of an array quantity along its axis."""
    if isinstance(values, Node) and len(values.axes) == 1:
        return [take(values, values.axes[0].name, place) for place in range(len(values.axes[0].labels))]
    if isinstance(values, str | Node) or not isinstance(values, Iterable):
        raise ArgumentError(f"sweep(): takes a list of values, such as ['1000 synapse/neuron', …]; got {shown(values)}")
    listed = list(values)
    if not listed:
        raise ArgumentError("sweep(): the list of values is empty; give at least one")
    return listed


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
    old, name, symbol = _found(node, named_nodes(node), key, "solve()")
    if is_selector(old):
        raise RangeError(
            f"solve(): {name!r} is a choice between options and has no value in between; sweep() shows each of them"
        )

    def number(value: float) -> Leaf:
        return Leaf(f"solved:{value!r}", value, old.unit, "assumed", rounded(value), name=name, symbol=symbol or None)

    def median(value: float, *, rough: bool = False) -> float:
        changed = substitute(node, {old.key: number(value)})
        try:
            if rough and is_uncertain(changed):
                return float(sampling.random_draws([changed], seed=seed, draws=ROUGH, executor=None)[0].quantile(p))
            return float(estimate(changed, seed=seed).quantile(p))
        except RangeError:
            return math.nan  # beyond float range, or where a step has no meaning

    check_scalar(old, "solve(): the input")
    start = float(estimate(old, seed=seed).median)
    target_words = f"{rounded(wanted)} {_beside(node.unit.text)}".rstrip()
    low, high = _bracket(median, wanted, start, _reach(old), (f"{name} [{old.unit.text}]", target_words))
    into, out = (math.log, math.exp) if low > 0 else (float, float)

    def excess(u: float, rough: bool = False) -> float:
        return (median(out(u), rough=rough) - wanted) / (abs(wanted) or 1.0)

    value = out(_settled(excess, into(low), into(high)))
    what = "a median" if p == 0.5 else f"a {100 * p:.10g} % quantile"
    return replace(number(value), because=f"solved for {what} of {target_words}")


def _reach(old: Node) -> tuple[float, float]:
    """Return the values that an input can have: those of a bounded belief, else what has the sign of its own."""
    if isinstance(old, Leaf | Correlated) and isinstance(leaf_of(old).value, Distribution):
        low, high = leaf_of(old).value.support
        return float(low), float(high)
    return (0.0, math.inf) if float(estimate(old).quantile(0.0)) >= 0 else (-math.inf, math.inf)


def _bracket(
    median: Any, wanted: float, start: float, reach: tuple[float, float], words: tuple[str, str]
) -> tuple[float, float]:
    """Return two values between which the median crosses what is wanted, nearest to the value as it is."""
    tried = {value: median(value, rough=True) for value in _candidates(start, reach)}
    places = sorted(value for value, found in tried.items() if math.isfinite(found))
    if not places:
        raise RangeError(f"solve(): no {words[0]} that was tried gives a finite result; estimate() names the step")
    brackets = _crossings(tried, places, wanted)
    if not brackets:  # few draws may just miss it
        extremes = [choose(places, key=tried.__getitem__) for choose in (min, max)]
        settled = {value: median(value) for value in extremes}
        tried |= {value: found for value, found in settled.items() if math.isfinite(found)}
        brackets = _crossings(tried, places, wanted)
    if not brackets:
        told = [rounded(each) for each in (places[0], places[-1], *(tried[value] for value in extremes))]
        raise RangeError(
            f"solve(): no {words[0]} from {told[0]} to {told[1]} gives a median of {words[1]}; the medians go from "
            f"{told[2]} to {told[3]}; give a target between them"
        )
    return min(brackets, key=lambda pair: min(abs(pair[0] - start), abs(pair[1] - start)))


def _crossings(tried: Mapping[float, float], places: Sequence[float], wanted: float) -> list[tuple[float, float]]:
    return [pair for pair in pairwise(places) if _crosses(*(tried[value] - wanted for value in pair))]


def _settled(excess: Callable[..., float], low: float, high: float) -> float:
    """Return the root inside a rough bracket: first with few draws, then with all of them near that place."""
    from scipy.optimize import brentq

    near: list[tuple[float, float]] = []
    if _crosses(excess(low, rough=True), excess(high, rough=True)):
        place = brentq(excess, low, high, args=(True,), xtol=1e-4 * (high - low))
        widths = (reach * (high - low) for reach in (1e-3, 1e-2))
        near = [(max(low, place - width), min(high, place + width)) for width in widths]
    for ends in (*near, (low, high)):
        if _crosses(excess(ends[0]), excess(ends[1])):
            return float(brentq(excess, *ends, xtol=PRECISION * max(1.0, *map(abs, ends)), rtol=PRECISION))
    raise RangeError("solve(): the target lies at the very end of what can be reached; give one farther inside")


def _crosses(one: float, other: float) -> bool:
    return min(one, other) <= 0 <= max(one, other)


def _candidates(start: float, reach: tuple[float, float]) -> list[float]:
    """Return values to try, ever farther from the value as it is, within what the input can be."""
    steps = np.cumsum(DECADES)
    if reach[0] >= 0:
        start = start or 1.0
        values = [start, *(start * 10.0**step for step in steps), *(start * 10.0**-step for step in steps)]
    else:
        size = abs(start) or 1.0
        far = [size * 10.0 ** (step - 2.0) for step in steps]
        values = [start, *(start + each for each in far), *(start - each for each in far)]
    inside = [value for value in values if reach[0] < value < reach[1]]
    return [*inside, *(end for end in reach if math.isfinite(end))]
