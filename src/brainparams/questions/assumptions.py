"""What an estimate would be under other assumptions: one of them, several in turn, or the one that gives a target."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, NamedTuple

import numpy as np

from .. import engines
from ..checks import percent, strict
from ..distributions import Distribution
from ..engines import conditional, estimate
from ..errors import (
    ArgumentError,
    CorrelationWarning,
    RangeError,
    ShapeError,
    UnitError,
    UnknownNameError,
    did_you_mean,
    shown,
    warn,
)
from ..graph import Correlated, Leaf, Node, Operated, Step, convert, leaf_of, take, walk
from ..graph.annotation import check_fit, example
from ..graph.choices import folded, is_selector, option_names, place_of_option, reweighted
from ..graph.inputs import leaf, node_from
from ..graph.names import named_nodes
from ..graph.operations import OPERATIONS
from ..graph.substitution import check_scalar, is_uncertain, moved_along, substitute
from ..render.plots import band, surface
from ..render.tables import Table, rounded
from ..units import Unit, conversion_factor, with_unit
from ..units.notation import read
from .naming import named_node

__all__ = ["Sweep", "SweepRow", "assuming", "default_unit", "meant", "sweep"]

TINY = 1e-300
FARTHEST_SCORE = 8.0  # as far as distribution functions tell one value from the next


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
        found = meant(node, named, key, "assuming()")
        old, name, _ = found
        if old.key in made:
            raise ArgumentError(f"assuming(): {name!r} is replaced twice; give it once")
        made[old.key] = _replacement(node, found, value, f"assuming(): {name}")
    result = substitute(node, {**partners_moved(node, made, "assuming()"), **made})
    present = {each.key for each in walk([result])}
    for old_key, new in made.items():
        if new.key not in present:
            name = next(name for old, name, _ in named if old.key == old_key)
            raise ArgumentError(
                f"assuming(): {name!r} has no effect: it enters only through what is replaced as well; drop one"
            )
    return result


def partners_moved(node: Node, made: Mapping[bytes, Node], where: str) -> dict[bytes, Node]:
    """Return what becomes, by key, of inputs that are correlated with what is replaced: what is known of a number.

    Raises
    ------
    RangeError
        If a number is impossible by what is believed of the input.
    """
    inputs = {each.key: each for each in walk([node]) if isinstance(each, Correlated) and not each.axes}
    known, left_out = dict[bytes, float](), list[Correlated]()
    for key, new in made.items():
        old = inputs.get(key)
        if old is None or not any(
            leaf_of(each).uid in old.partners and each.key not in made for each in inputs.values()
        ):
            continue
        if is_uncertain(new) or old.leaf.value.atoms is not None:
            left_out.append(old)
            continue
        value = float(estimate(new).value)
        score = float(old.leaf.value.score_at(value))
        if not abs(score) <= FARTHEST_SCORE:
            raise RangeError(
                f"{where}: {value:.6g} is impossible by what is believed of {_called(old)}, and what is correlated "
                f"with it cannot be moved along; give a value within, or assume these as well"
            )
        known[key] = score
    for old in left_out:
        warn(
            f"{where}: what is correlated with {_called(old)} stays as it is believed; a correlation is carried over "
            f"to one number alone",
            CorrelationWarning,
        )
    return {key: moved for key, moved in moved_along(node, known).items() if key not in made} if known else {}


def _called(old: Correlated) -> str:
    return repr(old.name or old.leaf.written)


def meant(node: Node, named: Sequence[tuple[Node, str, str]], key: Any, where: str) -> tuple[Node, str, str]:
    """Return the one node that a name, a symbol or a node means."""
    if isinstance(key, Node):
        return _found_node(node, named, key, where)
    if not isinstance(key, str):
        raise ArgumentError(f"{where}: takes a name, a symbol or a quantity; got {shown(key)}")
    by_name = [each for each in named if each[1] == key]
    by_symbol = [each for each in named if each[2] == key]
    matches = by_name or by_symbol or [each for each in named if folded(each[1]) == folded(key)]
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


def _replacement(node: Node, found: tuple[Node, str, str], given: Any, where: str) -> Node:
    """Return the node to put in place of another, in its unit."""
    old, name, symbol = found
    value = _chosen(node, old, given, where)
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


def _chosen(node: Node, old: Node, value: Any, where: str) -> Any:
    """Return the number of an option that is given by its name, other weights for a choice, or the value as it is."""
    names = option_names([node]).get(old.uid) if isinstance(old, Leaf) else None
    if names and is_selector(old) and isinstance(value, Mapping | list | tuple):
        return reweighted(old, names, value, where)
    if names is None or not isinstance(value, str):
        return value
    place = place_of_option(names, value)
    if place is None and not value.strip().isdigit():
        raise UnknownNameError(
            f"{where}: no option is called {shown(value)}; there are {', '.join(map(repr, names))}."
            + did_you_mean(value, names)
        )
    return value if place is None else str(place)


def _assumption(old: Node, name: str, symbol: str, value: Any, where: str) -> Node:
    """Return a leaf for text, a number or a belief; the same assumption is the same unknown wherever it is made."""
    if (named := named_node(value, where)) is not None:
        return named
    root = leaf_of(old) if isinstance(old, Leaf | Correlated) else None
    if isinstance(value, Real | Distribution) and not old.unit.is_dimensionless:
        raise UnitError(f"{where}={shown(value)} has no unit; write it, such as {example(old.unit)}")
    because = f"in place of {with_unit(root.written, root.unit.text)}" if root else f"in place of {name}"
    own: dict[str, Any] = {"name": root.name if root else name, "symbol": root.symbol if root else symbol or None}
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


@strict
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
    error : float
        The largest standard error of the numbers, in parts of them, where they were found at common points.

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
    error: float = 0.0

    def _caption(self) -> str:
        what = f"pairs of {self.name} and {self.second_name}" if self.second_name else f"values of {self.name}"
        known = f"; ± {100 * self.error:.1g} % or less" if self.error else ""
        return f"result [{self.unit}] for {len(self)} {what}; intervals are equal-tailed{known}"

    def _head(self) -> Sequence[str]:
        level = percent(self.level)
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
        if min(len(xs), len(ys)) < 2:
            raise RangeError("plot(): levels over two inputs need two different values of each; sweep over more")
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
        [_put(node, meant(node, named, key, "sweep()"), value, level=level, seed=seed) for value in _each(values)]
        for key, values in inputs.items()
    ]
    pairs = list(itertools.product(*put))
    found, error = _swept(node, pairs, [(1.0 - level) / 2.0, 0.5, (1.0 + level) / 2.0], seed)
    rows = [
        SweepRow(pair[0].written, pair[0].median, median, low, high, *_beside_first(pair[1:]))
        for pair, (low, median, high) in zip(pairs, found.tolist(), strict=True)
    ]
    first, *second = (each[0] for each in put)
    names = _second(second) or ("", "")
    return Sweep(tuple(rows), first.name, first.old.unit.text, node.unit.text, level, names[0], names[1], error)


def _swept(
    node: Node, pairs: Sequence[tuple[_Put, ...]], wanted: Sequence[float], seed: int
) -> tuple[np.ndarray[Any, Any], float]:
    """Return the quantiles for each pair of values, all at once where these are numbers, and their largest error."""
    made = [{each.old.key: each.new for each in pair} for pair in pairs]
    moved = [partners_moved(node, each, "sweep()") for each in made]
    if len(pairs) > 1 and not any(moved) and not any(is_uncertain(each.new) for pair in pairs for each in pair):
        known = {each.old.key: np.array([pair[k].median for pair in pairs]) for k, each in enumerate(pairs[0])}
        found = conditional.with_values(node, known, wanted)
        if found is not None:
            return found, 0.0
        draws = is_uncertain(node) and estimate(node, seed=seed, digits=2).draws
        at_points = engines.at_points(node, wanted, seed) if draws else None
        if at_points is not None:
            medians, errors = at_points(known)
            if np.all(np.isfinite(medians)):
                return medians, float(np.max(errors / np.maximum(np.abs(medians), TINY)))
    changed = [substitute(node, {**beside, **new}) for beside, new in zip(moved, made, strict=True)]
    estimates = [estimate(each, seed=seed) for each in changed]
    return np.array([[float(each.quantile(p)) for p in wanted] for each in estimates]), 0.0


class _Put(NamedTuple):
    """A value put in for an input."""

    old: Node
    new: Node
    name: str
    written: str
    median: float


def _put(node: Node, found: tuple[Node, str, str], value: Any, *, level: float, seed: int) -> _Put:
    old, name, _ = found
    new = _replacement(node, found, value, f"sweep(): {name}")
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
