"""Which input the spread of a result comes from.

For a product of powers the variance of the logarithm is the sum of the inputs' own, so the shares are exact. For any
other graph the share of an input is its first-order Sobol index: the part of the variance that would go if that input
were known. What no single input explains is reported as interactions. Of correlated inputs each explains what it shares
with the others too, so that their shares need not add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np

from ..distributions import Normal
from ..engines import exact, linear, sampling
from ..errors import RangeError
from ..graph import Correlated, Leaf, Node, leaf_of, roots
from ..graph.identity import united
from ..graph.substitution import check_scalar
from ..plots import shares
from ..render.blocks import Block, Grid, Length, Sentence, Strip
from ..render.showing import Shown
from ..render.tidy import Tidy

__all__ = ["Driver", "Drivers", "Scale", "drivers", "has_logarithm"]

Scale = Literal["logarithm", "value"]
MOST_POINTS = 2**15
MOST_VALUES = 2**23  # 64 MiB: the points of all inputs lie beside each other
BINS = 64
MOST_ELEMENTS = 3  # told of one array
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


@dataclass(frozen=True, slots=True, repr=False)
class Drivers(Shown, Tidy):
    """The inputs that the spread comes from, largest share first.

    Attributes
    ----------
    items : tuple of Driver
        Every uncertain input.
    scale : {"logarithm", "value"}
        Whether the shares are of the variance of the logarithm or of the value itself.
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
    scale: Literal["logarithm", "value"]
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
        return shares(parts, self.scale, ax)

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
        shares = ", ".join(map(_told, self.items)) or "nothing is uncertain"
        return (Sentence(f"shares of the variance of the {self.scale}: {shares} ({self.method})"),)

    def _grid(self) -> Grid:
        rows = [(each.name, each.share) for each in self.items]
        for each in self.items:
            rows += [(f"{each.name}, {label}", share) for label, share in each.elements[:MOST_ELEMENTS]]
        rows += [("interactions", self.interactions)] if self.interactions else []
        cells = tuple((name, _percent(share), Strip(0.0, share, share, (0.0, 1.0), False)) for name, share in rows)
        caption = f"shares of the variance of the {self.scale} ({self.method})"
        return Grid(caption, ("input", "share", ""), cells, frozenset([1]))


def _percent(share: float) -> str:
    return "<1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def _told(driver: Driver) -> str:
    """Return a name with its share, and the elements of an array that matter most."""
    few = [f"{label} {share:.0%}" for label, share in driver.elements[:MOST_ELEMENTS]]
    more = len(driver.elements) - len(few)
    within = f" ({', '.join(few)}{f', {more} more' if more else ''})" if few else ""
    return f"{driver.name} {driver.share:.0%}{within}"


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
    scale : {"logarithm", "value"}, optional
        Of whose variance; the logarithm where the result is positive otherwise.

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
    parts = parts_of_product(node, inputs) if scale != "value" else None
    if parts is not None:
        pairs = [(leaf_of(each), part) for each, part in zip(inputs, parts, strict=True)]
        return Drivers(_ranked(pairs, sum(parts), labels), "logarithm", "exact for a product")
    leaves = [each for each in inputs if isinstance(each, Leaf)]
    if len(leaves) == len(inputs) and _width(leaves) > MOST_SAMPLED and scale != "logarithm":
        return _of_first_order(node, leaves, labels)
    return _of_points(node, inputs, labels, seed, scale)


def parts_of_product(node: Node, inputs: Sequence[Leaf | Correlated]) -> list[float] | None:
    """Return each input's part of the variance of the logarithm, where that is a sum over inputs; else None."""
    product = exact.as_product(node)
    if product is None or any(isinstance(each, Correlated) for each in inputs):
        return None
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
    positive = has_logarithm(result, scale, "drivers()")
    result = np.log(result) if positive else result
    variance = float(np.var(result))
    values = [np.reshape(columns, (-1, len(result))) for columns in values]
    values = [_by_rank(each, columns) for each, columns in zip(inputs, values, strict=True)]
    pairs = [(leaf, _explained(result, columns)) for leaf, columns in zip(leaves, values, strict=True)]
    wholes = {
        each.leaf.uid: _explained_together(result, columns)
        for each, columns in zip(inputs, values, strict=True)
        if isinstance(each, Correlated) and each.axes
    }
    items = _ranked(pairs, variance, labels, wholes)
    rest = max(0.0, 1.0 - sum(each.share for each in items))
    method = f"first-order Sobol indices from {count:,} points, ± 0.01"
    if any(isinstance(each, Correlated) for each in inputs):
        method, rest = f"{method}; inputs are correlated, so the shares need not add up", 0.0
    return Drivers(items, "logarithm" if positive else "value", method, rest if rest > 0.01 else 0.0)


def has_logarithm(result: Any, scale: Scale | None, where: str) -> bool:
    """Return whether the variance is that of the logarithm: as asked, or where all results are positive."""
    positive = bool(np.all(result > 0))
    if scale == "logarithm" and not positive:
        raise RangeError(f"{where}: the result can be zero or negative, which has no logarithm; ask for scale='value'")
    return positive and scale != "value"


def _width(inputs: Sequence[Leaf]) -> int:
    return sum(max(1, int(np.prod(leaf.value.shape))) for leaf in inputs)


def _explained(result: Any, columns: Any) -> Any:
    """Return the variance of the mean of the result given each element, without what chance alone would give."""
    return np.array([_explained_by_column(result, column) for column in columns])


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


def _explained_by_column(result: Any, column: Any) -> float:
    """Slice an input, given as probabilities or as values, into as many points each."""
    size = len(result) // BINS
    place = (column * BINS).astype(np.intp) if column.min() > 0.0 and column.max() < 1.0 else None
    if place is None or np.any(np.bincount(place, minlength=BINS) != size):
        place = np.empty(len(column), dtype=np.intp)
        place[np.argsort(column, kind="stable")] = np.repeat(np.arange(BINS), size)
    means = np.bincount(place, result, BINS) / size
    within = (np.mean(result**2) - np.mean(means**2)) * size / (size - 1)
    return max(0.0, float(np.var(means) - within / size))


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
