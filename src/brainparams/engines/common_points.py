"""What a number would be if one of its inputs were known, for every input in turn, at the same few thousand points.

What an input does not enter is worked out once; what it enters is worked out again for its values, all at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..convolution.parts import Part
from ..errors import NoClosedForm
from ..graph import Correlated, Leaf, Node, flatten, walk
from ..graph.substitution import given_input
from .lines import Line, Lines, Slope, line_of, lined_up, open_leaf
from .points import MOST_DIMENSIONS, points
from .streaming import draws_last

__all__ = ["AtPoints", "CommonPoints"]

Array = np.ndarray[Any, np.dtype[np.float64]]
REPLICATES = 8
POINTS = 4096  # of all replicates together
MOST_VALUES = 2**25  # 256 MiB: all steps at all points
FEWEST_POINTS = 512
BESIDE = 0.06  # in probability: how far apart the draws are that show how steep a distribution function is
MOST = 1.25  # times what is known that is taken off
STEPS = 6  # of the secant rule, at the most, from the quantile of the points
NEAR = 5e-4  # in probability: from there on the rule is straight


class AtPoints(NamedTuple):
    """Quantiles of a number with their standard errors, both of shape (conditions, probabilities)."""

    quantiles: Array
    errors: Array


class Anchor(NamedTuple):
    """The probabilities of quantiles that are known, and by how much each replicate has too many below them."""

    wanted: Array
    excess: Array


class CommonPoints:
    """A scalar and everything below it at common points.

    Raises
    ------
    NoClosedForm
        If there are more uncertain numbers than Sobol points have dimensions, or elements than memory has room for.
    """

    def __init__(self, node: Node, seed: int) -> None:
        self._node, self._seed = node, seed
        self._algebra = Lines()
        self._nodes = list(walk([node]))
        sizes = [math.prod(each.shape) for each in self._nodes]
        room = MOST_VALUES // sum(sizes)
        if room < FEWEST_POINTS:
            raise NoClosedForm("arrays with too many elements to keep at common points")
        self.count = min(POINTS, 1 << (room.bit_length() - 1))
        with np.errstate(all="ignore"):
            self._lines = self._at_inputs(node)
            for each in self._nodes:
                self._made(each, self._lines)
        self._whole = _Law(self._lines[node.key], 1, self.count)
        if not self._whole.is_finite:
            raise NoClosedForm("results that are not finite")

    def _at_inputs(self, node: Node) -> dict[bytes, Line]:
        program = flatten([node])
        widths = [max(1, math.prod(each.distribution.shape)) for each in program.unknowns]
        if sum(widths) > MOST_DIMENSIONS:
            raise NoClosedForm(f"more than {MOST_DIMENSIONS} uncertain numbers")
        span = range(self.count // REPLICATES)
        cube = points(self._seed, range(REPLICATES), max(1, sum(widths)), span).reshape(-1, self.count)
        columns = np.split(cube, np.cumsum(widths)[:-1])
        draws = {
            each.uid: draws_last(each.distribution.ppf(own.T.reshape(self.count, *each.distribution.shape)))
            for each, own in zip(program.unknowns, columns, strict=True)
        }
        leaves = [each for each in walk([node]) if isinstance(each, Leaf) and each.is_uncertain]
        return {leaf.key: open_leaf(leaf, draws[leaf.uid]) for leaf in leaves}

    def _made(self, node: Node, lines: dict[bytes, Line]) -> Line:
        if node.key not in lines:
            lines[node.key] = line_of(node, lambda parent: lines[parent.key], self._algebra)
        return lines[node.key]

    def anchored(self, wanted: Sequence[float], quantiles: Sequence[float]) -> Anchor:
        """Return what the points make of quantiles that are known: what others make of others is off with it."""
        at = np.asarray(quantiles, dtype=np.float64)
        return Anchor(np.asarray(wanted), self._whole.below(at[np.newaxis])[0] - np.asarray(wanted)[:, np.newaxis])

    def if_known(self, root: Leaf | Correlated, at: Sequence[Any], anchor: Anchor) -> AtPoints:
        """Return quantiles with an input at its own quantiles; what is correlated with it moves along."""
        if isinstance(root, Leaf) and not root.value.shape:
            values = np.asarray(root.value.ppf(np.asarray(at, dtype=np.float64)), dtype=np.float64)
            return self.at({root.key: values}, anchor)
        found = [self._of_changed(given_input(self._node, root, each), anchor) for each in at]
        return AtPoints(*(np.concatenate(both) for both in zip(*found, strict=True)))

    def at(self, known: Mapping[bytes, Array], anchor: Anchor) -> AtPoints:
        """Return quantiles with scalar nodes at some values, by key, as many of each."""
        conditions = len(next(iter(known.values())))
        lines = {key: Line(np.repeat(values, self.count)) for key, values in known.items()}
        with np.errstate(all="ignore"):
            for each in self._nodes:
                if each.key not in lines:
                    moved = any(lines[parent.key] is not self._lines[parent.key] for parent in each.parents)
                    lines[each.key] = self._made(each, lines) if moved else self._lines[each.key]
            return _quantiles(_Law(lines[self._node.key], conditions, self.count), anchor)

    def _of_changed(self, node: Node, anchor: Anchor) -> AtPoints:
        lines = dict(self._lines)
        with np.errstate(all="ignore"):
            for each in walk([node]):
                self._made(each, lines)
            return _quantiles(_Law(lines[node.key], 1, self.count), anchor)


def _quantiles(law: _Law, anchor: Anchor) -> AtPoints:
    """Return where the distribution function is as wanted, from the quantiles of the points."""
    p = anchor.wanted
    at, steep = law.of_draws(p)
    around, each = steep, law.below(at)
    if law.is_smooth:
        low, high = at - 2.0 * BESIDE * steep, at + 2.0 * BESIDE * steep
        for _ in range(STEPS):
            missed = each.mean(axis=-1) - p
            if np.all(np.abs(missed) <= NEAR):
                break
            moved = np.clip(at - missed * steep, low, high)
            each = law.below(moved)
            with np.errstate(all="ignore"):
                secant = (moved - at) / (each.mean(axis=-1) - p - missed)
            steep = np.where(np.isfinite(secant) & (secant > 0), secant, steep)
            at = moved
    each = _held_against(each - p[:, np.newaxis], anchor.excess)
    # beside an edge of the density the slope there says too little of how far a quantile may be off
    return AtPoints(
        at - each.mean(axis=-1) * steep,
        each.std(axis=-1, ddof=1) / math.sqrt(REPLICATES) * np.maximum(steep, around),
    )


def _held_against(excess: Array, known: Array) -> Array:
    """Take off what the points get wrong of what is known, in the measure in which both go together."""
    apart = [each - each.mean(axis=-1, keepdims=True) for each in (excess, known)]
    size = np.sum(apart[1] ** 2, axis=-1)
    share = np.sum(apart[0] * apart[1], axis=-1) / np.where(size > 0, size, 1.0)
    return np.asarray(excess - np.clip(share, 0.0, MOST)[..., np.newaxis] * known)


class _Law:
    """The distribution function of a line under some conditions: the mean over the points of each replicate."""

    def __init__(self, line: Line, conditions: int, count: int) -> None:
        length = conditions * count
        self._shape = conditions, count
        self._values = np.broadcast_to(lined_up(np.atleast_1d(line.values), length), length)
        self._parts = [] if line.slope is None else list(_placed(line.slope, length, count))

    @property
    def is_smooth(self) -> bool:
        """Whether something is left open."""
        return bool(self._parts)

    @property
    def is_finite(self) -> bool:
        """Whether all values are."""
        return bool(np.all(np.isfinite(self._values)))

    def of_draws(self, wanted: Array) -> tuple[Array, Array]:
        """Return quantiles of the values, (conditions, probabilities), and how far one goes for a step of p."""
        beside = np.minimum(BESIDE, 0.5 * np.minimum(wanted, 1.0 - wanted))
        levels = np.stack([wanted - beside, wanted, wanted + beside])
        low, middle, high = np.moveaxis(np.quantile(self._values.reshape(self._shape), levels, axis=-1), -1, 1)
        return middle, np.maximum(high - low, 0.0) / (2.0 * beside)

    def below(self, x: Array) -> Array:
        """Return the probability of `x` or less, shape (conditions, probabilities, replicates)."""
        conditions, count = self._shape
        found = np.empty((x.shape[1], conditions * count))
        turned = x.T
        if not self._parts:
            found[...] = self._values <= np.repeat(turned, count, axis=1)
        for part, places, condition, shift, factor in self._parts:
            if part is None:  # nothing is open there
                found[:, places] = self._values[places] <= turned[:, condition]
                continue
            its = part.cdf(((turned[:, condition] - shift) / factor).reshape(1, -1)).reshape(len(turned), -1)
            found[:, places] = its if np.all(factor > 0) else np.where(factor > 0, its, 1.0 - its)
        return np.asarray(found.reshape(len(turned), conditions, REPLICATES, -1).mean(axis=-1).swapaxes(0, 1))


class _Placed(NamedTuple):
    """A part at the points where it is open, with shift and factor there; None where nothing is."""

    part: Part | None
    places: Any
    condition: Any
    shift: Any
    factor: Any


def _placed(slope: Slope, length: int, count: int) -> Iterator[_Placed]:
    shift, factor = (
        np.broadcast_to(lined_up(np.atleast_1d(each), length), length)
        for each in (0.0 if slope.shift is None else slope.shift, slope.factor)
    )
    condition = np.arange(length) // count
    idle = factor == 0.0
    flat = np.any(idle)
    for mask, part in slope.parts:
        its = np.ones(length, dtype=bool) if mask is None else np.broadcast_to(lined_up(mask, length), length)
        places = slice(None) if mask is None and not flat else np.flatnonzero(its & ~idle if flat else its)
        yield _Placed(part, places, condition[places], shift[places], factor[places])
    if flat:
        places = np.flatnonzero(idle)
        yield _Placed(None, places, condition[places], None, None)
