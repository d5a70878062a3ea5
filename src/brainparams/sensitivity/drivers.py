"""Which input the spread of a result comes from.

For a product of powers the variance of the logarithm is the sum of the inputs' own, so the shares are exact. For any
other graph the share of an input is its first-order Sobol index: the part of the variance that would go if that input
were known. What no single input explains is reported as interactions. Of correlated inputs each explains what it shares
with the others too, so that their shares need not add up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..checks import strict
from ..distributions import Normal
from ..engines import estimate, exact, linear, sampling
from ..errors import RangeError
from ..foreign import later
from ..graph import Correlated, Leaf, Node, leaf_of, roots
from ..graph.choices import is_choice_open
from ..graph.identity import united
from ..graph.substitution import check_scalar
from ..render.blocks import Block, Grid, Length, Sentence, Strip
from ..render.numbers import SMALLEST_SHARE, counted, percent_of
from ..render.showing import Shown
from ..render.tidy import Tidy

if TYPE_CHECKING:
    from ..render import plots
else:
    (plots,) = later("render.plots")

__all__ = ["NO_VARIANCE", "Driver", "Drivers", "Scale", "drivers", "on_scale", "parts_of_product", "scale_of"]

Scale = Literal["logarithm", "value", "rank"]
NO_VARIANCE = "the value has no variance, or one that a few extreme results hold"
ONLY_ONE = "its only uncertain input"
LITTLE, HALF, MOST_HELD = 0.05, 0.5, 0.75  # of the variance, held by a thousandth of the results
LEAST_ERROR = 0.01  # of a share
MOST_POINTS = 2**15
MOST_VALUES = 2**23  # 64 MiB: the points of all inputs lie beside each other
BINS = 64
MOST_ELEMENTS = 3  # told of one array
MOST_TOLD = 12  # named in one line; a table has all of them
MOST_SAMPLED = 250  # with more unknowns than this the points left to each would be too few


@dataclass(frozen=True, slots=True)
class Driver:
    """One input and its share of the variance, in [0, 1]; of an array also the share of each element, by label.

    Examples
    --------
    >>> Driver("synapses per neuron", share=0.98, uid="a1").share
    0.98
    """

    name: str
    share: float
    uid: str
    elements: tuple[tuple[str, float], ...] = ()


@strict
@dataclass(frozen=True, slots=True, repr=False)
class Drivers(Shown, Tidy):
    """The inputs that the spread comes from, largest share first.

    Attributes
    ----------
    items : tuple of Driver
        Every uncertain input.
    scale : {"logarithm", "value", "rank"}
        Whether the shares are of the variance of the logarithm, of the value itself, or of its rank.
    method : str
        How the shares were found.
    interactions : float
        The share that no single input explains.

    Examples
    --------
    >>> import brainparams as bp
    >>> neurons = bp.assumed("80e9 to 92e9 neuron", because="published range", name="neurons")
    >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
    >>> (neurons * synapses).drivers()[0].name
    'synapses per neuron'
    """

    items: tuple[Driver, ...]
    scale: Scale
    method: str
    interactions: float = 0.0

    def __iter__(self) -> Iterator[Driver]:
        """Iterate over the drivers, largest share first."""
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, position: int) -> Driver:
        return self.items[position]

    def plot(self, ax: Any = None) -> Any:
        """Draw the shares, the largest on top, and return the axes (needs matplotlib)."""
        parts = [(each.name, each.share) for each in self.items]
        parts += [("interactions", self.interactions)] if self.interactions else []
        return plots.shares(parts, self.scale, ax)

    def _tidy(self, level: float) -> list[dict[str, Any]]:
        whole = [{"input": each.name, "element": None, "share": each.share} for each in self.items]
        parts = [
            {"input": each.name, "element": label, "share": share}
            for each in self.items
            for label, share in each.elements
        ]
        return [*whole, *parts]

    def _blocks(self, length: Length) -> Sequence[Block]:
        """Return one line: names with their shares in per cent; or a row for each, with a bar."""
        if length == "full" and self.items:
            return (self._grid(),)
        return (Sentence(f"shares of the variance of the {self.scale}: {self.in_words()} ({self.method})"),)

    def in_words(self) -> str:
        """Return names with their shares in per cent, the largest first, and how many more there are."""
        large = [each for each in self.items if each.share >= SMALLEST_SHARE]
        told, rest = [_named_share(each) for each in large[:MOST_TOLD]], self.items[MOST_TOLD:]
        if len(large) > MOST_TOLD:
            told.append(f"{percent_of(sum(each.share for each in rest))} {len(rest):,} more together")
        elif len(large) < len(self.items):
            small = len(self.items) - len(large)
            told.append(f"{small:,} more below 1 %" if large else f"{counted(small, 'input')} below 1 % each")
        told += [f"{percent_of(self.interactions)} interactions"] if self.interactions else []
        return "; ".join(told) or "nothing is uncertain"

    def _grid(self) -> Grid:
        told = [each for each in self.items if each.share >= SMALLEST_SHARE]
        rows = [(each.name, each.share) for each in told]
        if len(told) < len(self.items):
            rest = sum(each.share for each in self.items if each.share < SMALLEST_SHARE)
            rows.append((f"{len(self.items) - len(told)} {'more' if told else 'inputs'}", rest))
        for each in told:
            rows += [(f"{each.name}, {label}", share) for label, share in each.elements[:MOST_ELEMENTS]]
        rows += [("interactions", self.interactions)] if self.interactions else []
        cells = tuple((name, percent_of(share), Strip(0.0, share, share, (0.0, 1.0), False)) for name, share in rows)
        caption = f"shares of the variance of the {self.scale} ({self.method})"
        return Grid(caption, ("input", "share", ""), cells, frozenset([1]))


def _named_share(driver: Driver) -> str:
    """Return a name with its share, and the elements of an array that matter most."""
    few = [f"{percent_of(share)} {label}" for label, share in driver.elements[:MOST_ELEMENTS]]
    more = len(driver.elements) - len(few)
    within = f" ({'; '.join(few)}{f'; {more} more' if more else ''})" if few else ""
    return f"{percent_of(driver.share)} {driver.name}{within}"


def drivers(node: Node, labels: dict[str, str], seed: int = 0, scale: Scale | None = None) -> Drivers:
    """Return the shares of the variance of a scalar, by root input.

    Parameters
    ----------
    node : Node
        The result; a scalar.
    labels : dict
        Name to show for each leaf, by uid.
    seed : int
        Seed of the points, where any are needed.
    scale : {"logarithm", "value", "rank"}, optional
        Of whose variance; the logarithm where the result is positive otherwise, the rank where the value has none.

    References
    ----------
    Saltelli et al. (2008), Global Sensitivity Analysis: The Primer, chapter 4. doi:10.1002/9780470725184
    Plischke, Borgonovo & Smith (2013), Global sensitivity measures from given data. doi:10.1016/j.ejor.2012.11.047
    """
    check_scalar(node, "drivers()")
    (node,) = united((node,))
    inputs = roots([node])
    if not inputs:
        return Drivers((), "logarithm", "exact")
    parts = parts_of_product(node, inputs) if scale in (None, "logarithm") else None
    if parts is not None:
        pairs = [(leaf_of(each), part) for each, part in zip(inputs, parts, strict=True)]
        return Drivers(_ranked(pairs, sum(parts), labels), "logarithm", "exact for a product")
    if len(inputs) == 1 and not inputs[0].axes and scale is None:
        leaf = leaf_of(inputs[0])
        share = 0.0 if estimate(node, seed=seed, digits=2).is_exact_number else 1.0
        return Drivers((Driver(labels.get(leaf.uid, leaf.name or leaf.written), share, leaf.uid),), "value", ONLY_ONE)
    leaves = [each for each in inputs if isinstance(each, Leaf)]
    if (
        len(leaves) == len(inputs)
        and _width(leaves) > MOST_SAMPLED
        and scale in (None, "value")
        and not is_choice_open([node])
    ):
        return _of_first_order(node, leaves, labels)
    return _of_points(node, inputs, labels, seed, scale)


def parts_of_product(node: Node, inputs: Sequence[Leaf | Correlated]) -> list[float] | None:
    """Return each input's part of the variance of the logarithm, where that is a sum over inputs; else None."""
    product = exact.as_product(node)
    if product is None or not set(product) <= {each.key for each in inputs if isinstance(each, Leaf)}:
        return None  # a correlated input, or a function of one
    try:
        return [(product.get(each.key, 0.0) * leaf_of(each).value.log_sd()) ** 2 for each in inputs]
    except RangeError:
        return None  # a factor that reaches zero has no logarithm


def _of_first_order(node: Node, inputs: Sequence[Leaf], labels: dict[str, str]) -> Drivers:
    parts = linear.variances(node)
    pairs = [(leaf, parts[leaf.uid]) for leaf in inputs]
    return Drivers(_ranked(pairs, sum(float(np.sum(each)) for each in parts.values()), labels), "value", "first order")


def _of_points(
    node: Node, inputs: Sequence[Leaf | Correlated], labels: dict[str, str], seed: int, scale: Scale | None
) -> Drivers:
    """Return the first-order Sobol indices, from the means of the result over slices of each input."""
    leaves = [leaf_of(each) for each in inputs]
    count = 2 ** min(MOST_POINTS.bit_length() - 1, max(BINS, MOST_VALUES // _width(leaves)).bit_length() - 1)
    result, values = sampling.at_points(node, inputs, seed, count)
    found = scale_of(result, scale, "drivers()")
    result = on_scale(result, found, result)
    variance = float(np.var(result))
    values = [np.reshape(columns, (-1, len(result))) for columns in values]
    values = [_by_rank(each, columns) for each, columns in zip(inputs, values, strict=True)]
    along = [_along(each, columns, found) for each, columns in zip(inputs, values, strict=True)]
    parts = [_explained(result, *each) for each in zip(inputs, values, along, strict=True)]
    pairs = list(zip(leaves, parts, strict=True))
    wholes = {
        each.leaf.uid: _explained_together(result, columns)
        for each, columns in zip(inputs, values, strict=True)
        if isinstance(each, Correlated) and each.axes
    }
    items = _ranked(pairs, variance, labels, wholes)
    rest = max(0.0, 1.0 - sum(each.share for each in items)) if variance else 0.0
    together = math.sqrt(max(len(columns) for columns in values))  # the shares of elements are added up
    error = _error_of_largest(result, parts, values, along) if found == "value" else LEAST_ERROR * together
    method = f"first-order Sobol indices from {count:,} points, ± {error:.2f}"
    if found == "rank" and scale is None:
        method += f"; {NO_VARIANCE}"
    if any(isinstance(each, Correlated) for each in inputs):
        method, rest = f"{method}; inputs are correlated, so the shares need not add up", 0.0
    return Drivers(items, found, method, rest if rest > 0.01 else 0.0)


def scale_of(result: Any, asked: Scale | None, where: str) -> Scale:
    """Return of whose variance shares are told: as asked, or of the logarithm of what is positive, else of the value.

    Where a few results hold most of the variance of the value, shares of it would be chance: it is the rank then.
    """
    positive = bool(np.all(result > 0))
    if asked == "logarithm" and not positive:
        raise RangeError(f"{where}: the result can be zero or negative, which has no logarithm; ask for scale='value'")
    if asked == "value" and _held_by_few(result) > MOST_HELD:
        raise RangeError(f"{where}: {NO_VARIANCE}; ask for scale='rank'{' or scale=None' if positive else ''}")
    if asked is not None:
        return asked
    return "logarithm" if positive else "rank" if _held_by_few(result) > HALF else "value"


def _held_by_few(result: Any) -> float:
    """Return the share of the variance that the most extreme thousandth of the results holds."""
    squares = np.sort(np.ravel(result - np.mean(result)) ** 2)
    whole = float(squares.sum())
    return float(squares[-max(1, len(squares) // 1000) :].sum()) / whole if whole else 0.0


def on_scale(result: Any, scale: Scale, among: Any) -> Any:
    """Return results on a scale; their ranks, between 0 and 1, are among those of others."""
    if scale == "value":
        return result
    if scale == "logarithm":
        return np.log(result)
    ordered = np.sort(np.ravel(among))
    return sum(np.searchsorted(ordered, result, side) for side in ("left", "right")) / (2.0 * len(ordered))


def _width(inputs: Sequence[Leaf]) -> int:
    return sum(max(1, int(np.prod(leaf.value.shape))) for leaf in inputs)


def _explained(result: Any, root: Leaf | Correlated, columns: Any, along: Any) -> Any:
    """Return the variance of the mean of the result given each element, without what chance alone would give."""
    atoms = root.value.atoms if isinstance(root, Leaf) and not root.axes else None
    if atoms is not None and len(atoms[1]) <= BINS:
        return np.array([_explained_by_values(result, columns[0], atoms[1])])
    return np.array([_explained_by_column(result, *each) for each in zip(columns, along, strict=True)])


def _error_of_largest(result: Any, parts: Sequence[Any], columns: Sequence[Any], along: Sequence[Any]) -> float:
    """Return twice the standard error of the largest share where a few results hold much, by leaving out replicates."""
    if _held_by_few(result) < LITTLE or len(result) < MOST_POINTS:
        return LEAST_ERROR
    own = max(range(len(parts)), key=lambda place: float(np.max(parts[place], initial=0.0)))
    row, groups = int(np.argmax(parts[own])), sampling.REPLICATES
    rows = [np.reshape(each, (groups, -1)) for each in (result, columns[own][row], along[own][row])]
    left = [[np.delete(each, group, axis=0).ravel() for each in rows] for group in range(groups)]
    shares = [_explained_by_column(one, two, three, groups - 1) / float(np.var(one)) for one, two, three in left]
    return max(LEAST_ERROR, 2.0 * float(np.std(shares)) * math.sqrt(groups - 1))


def _along(root: Leaf | Correlated, columns: Any, scale: Scale) -> Any:
    """Return what the result is taken to move with inside a slice: on the scale of the value the input's own values."""
    if scale != "value" or not isinstance(root, Leaf):
        return columns
    shape = root.value.shape
    values = np.asarray(root.value.ppf(columns.T.reshape(-1, *shape) if shape else columns[0]))
    return values.reshape(columns.shape[1], -1).T


def _explained_together(result: Any, probabilities: Any) -> float:
    """Return the variance that correlated elements explain together, by a regression on their normal scores."""
    scores = np.asarray(Normal(0.0, 1.0).ppf(probabilities))
    along = scores @ (result - result.mean())
    weights, *_ = np.linalg.lstsq(scores @ scores.T, along, rcond=None)
    return float(along @ weights) / len(result) * (len(result) - len(scores)) / len(result)


def _by_rank(root: Leaf | Correlated, columns: Any) -> Any:
    """Return the elements of a correlated array as probabilities, by their ranks; other inputs as they are."""
    if not isinstance(root, Correlated) or not root.axes:
        return columns
    ranks = np.empty(columns.shape)
    for row, column in zip(ranks, columns, strict=True):
        row[np.argsort(column, kind="stable")] = np.arange(len(column))
    return (ranks + 0.5) / columns.shape[1]


def _explained_by_values(result: Any, column: Any, weights: Any) -> float:
    """Slice an input of a few values, given as probabilities, into these values: no slice mixes two of them."""
    place = np.minimum(np.searchsorted(np.cumsum(weights), column, side="right"), len(weights) - 1)
    cells = _Cells(place, len(weights), len(result))
    explained = cells.across(cells.means(result - result.mean()))
    return max(0.0, float(np.average(explained, weights=np.bincount(place, minlength=len(weights)))))


def _explained_by_column(result: Any, column: Any, along: Any, groups: int = sampling.REPLICATES) -> float:
    """Slice an input, given as probabilities or as values, into as many points each, with a line in each slice."""
    size = len(result) // BINS
    place = (column * BINS).astype(np.intp) if column.min() > 0.0 and column.max() < 1.0 else None
    if place is None or np.any(np.bincount(place, minlength=BINS) != size):
        place = np.empty(len(column), dtype=np.intp)
        place[np.argsort(column, kind="stable")] = np.repeat(np.arange(BINS), size)
    cells, centred = _Cells(place, BINS, len(result), groups), result - result.mean()
    moved = along - (np.bincount(place, along, BINS) / size)[place]
    spread = np.bincount(place, moved * moved, BINS) / size
    means, moves = cells.means(centred), cells.means(moved)
    with np.errstate(all="ignore"):  # an input with one value there has no line
        slopes = (cells.means(moved * centred) - means * moves) / (cells.means(moved * moved) - moves**2)
    lines = spread * cells.across(np.where(np.isfinite(slopes), slopes, 0.0))
    return max(0.0, float(np.mean(cells.across(means) + lines)))


class _Cells:
    """Slices of an input by replicates: what is alike in two of these is no chance, as these are independent."""

    def __init__(self, place: Any, slices: int, count: int, groups: int = sampling.REPLICATES) -> None:
        self._shape = (groups, slices)
        self._at = np.repeat(np.arange(groups) * slices, count // groups) + place
        self._sizes = np.bincount(self._at, minlength=groups * slices)

    def means(self, values: Any) -> Any:
        """Return the means over each cell, shape (replicates, slices)."""
        sums = np.bincount(self._at, values, self._sizes.size)
        return (sums / np.maximum(self._sizes, 1)).reshape(self._shape)

    def across(self, values: Any) -> Any:
        """Return the mean product of two replicates in each slice."""
        known = np.count_nonzero(self._sizes.reshape(self._shape), axis=0)
        return (np.sum(values, axis=0) ** 2 - np.sum(values**2, axis=0)) / np.maximum(known * (known - 1), 1)


def _ranked(
    parts: Sequence[tuple[Leaf, Any]], whole: float, labels: dict[str, str], wholes: Mapping[str, float] | None = None
) -> tuple[Driver, ...]:
    """Return the inputs, largest share first; `wholes` are variances of arrays that are no sums over their elements."""
    items = []
    for leaf, part in parts:
        own = (wholes or {}).get(leaf.uid, float(np.sum(part)))
        name = labels.get(leaf.uid, leaf.name or leaf.written)
        items.append(Driver(name, _share(own, whole), leaf.uid, _elements(leaf, part, whole)))
    return tuple(sorted(items, key=lambda each: (-each.share, each.name)))


def _share(part: float, whole: float) -> float:
    return min(part / whole, 1.0) if whole else 0.0


def _elements(leaf: Leaf, parts: Any, whole: float) -> tuple[tuple[str, float], ...]:
    """Return the share of each element of an array by its labels, largest first."""
    points = (", ".join(point) for point in product(*(axis.labels for axis in leaf.axes)))
    pairs = [(label, _share(float(part), whole)) for label, part in zip(points, np.ravel(parts), strict=True)]
    return tuple(sorted(pairs, key=lambda each: -each[1])) if leaf.axes else ()
