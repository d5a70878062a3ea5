"""The law of a sum of many independent terms: large ones on one even grid, small ones by their first four cumulants.

Each large term shares its probability among the cells of the grid, and the transforms of these are multiplied. How
wrong it is to know no more of the small terms than four cumulants follows from the transforms f and g of both laws,

``|F(x) − G(x)| ≤ (1/π) ∫ |f(t) − g(t)| / t dt``, ``t > 0``,

with fifth absolute moments as a bound on what cumulants leave out. What the grid does is seen by another of twice the
cell. Where many terms spread over many decades, the smaller are added up on a grid of their own.

References
----------
Feller (1971), An Introduction to Probability Theory and Its Applications, vol. 2, section XVI.3.
Schaller & Temnov (2008), Efficient and precise computation of convolutions. doi:10.1515/cmam-2008-0009
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..distributions import Normal
from ..errors import NoClosedForm
from .tables import FARTHEST, Array, Table, normal_cdf
from .tabulating import COARSE, table_of_belief, table_of_cdf
from .terms import LIKELY, Alone, Cumulants, Terms

__all__ = ["summed"]

SCORES = np.array([-FARTHEST, -LIKELY, -0.7, 0.7, LIKELY, FARTHEST])
REACH = 7.0  # standard deviations of a sum
FEWEST_CELLS, MOST_CELLS = 2**12, 2**18
CHEAP, MOST_WORK = 2**20, 2**25  # cells of all terms together
FINE = 64  # cells of a standard deviation, at the least
NARROW = 8.0  # cells
BOUND, OF_FIFTH = 1e-5, 0.2  # in probability, of what small terms may do; ∫ t⁴ exp(−t²/2) dt/(6 π) of the fifth moments
WIDEST = 32  # terms that are always taken
HALVINGS, DEEPEST = 8, 3
GOOD, WRONG = 5e-5, 5e-4  # in probability: what will do, and what is not taken
FALLEN = 1e-13
MARGIN = 1.0 / 32.0  # of the grid, at either end
NOTHING = 1e-12


def summed(groups: Sequence[Terms], mean: float = 0.0, variance: float = 0.0) -> Table:
    """Return the law of the sum of independent terms and a normal number.

    Raises
    ------
    NoClosedForm
        If an even grid does not suit: some terms spread over too many decades, or bend too sharply.
    """
    if not groups:
        return table_of_belief(Normal(mean, math.sqrt(variance)))
    each = Cumulants(*(np.concatenate(parts) for parts in zip(*(group.cumulants for group in groups), strict=True)))
    ends = np.concatenate([group.quantiles(SCORES) for group in groups], axis=1)
    if not np.all(np.isfinite(ends)) or not all(np.all(np.isfinite(part)) for part in each):
        raise NoClosedForm("a long sum with terms that are too wide")
    places = [(group, place) for group in groups for place in range(len(group.cumulants.mean))]
    return _summed(Addends(places, each, ends, Cumulants(mean, variance, 0.0, 0.0, 0.0)))


@dataclass(frozen=True, eq=False)
class Addends:
    """What is added up: terms with their cumulants and their quantiles at some scores, and a normal number."""

    places: Sequence[tuple[Terms, int]]
    each: Cumulants
    ends: Array
    normal: Cumulants

    @cached_property
    def width(self) -> float:
        """How wide the sum is where most of the probability lies."""
        spread = np.sqrt(np.sum(self.each.variance) + self.normal.variance)
        inner = np.sum(np.square((self.ends[3] - self.ends[2]) / 1.4)) + self.normal.variance
        return float(min(spread, np.sqrt(inner)))

    @cached_property
    def reach(self) -> Array:
        """Between which two values each nearly certainly lies, as a distance."""
        return np.asarray(self.ends[-2] - self.ends[1])

    def grid(self) -> Grid:
        """Return the even grid for the sum."""
        mean = np.sum(self.each.mean) + self.normal.mean
        spread = np.sqrt(np.sum(self.each.variance) + self.normal.variance)
        beyond = REACH * np.sqrt(self.normal.variance)
        low = max(
            np.sum(self.ends[0]) + self.normal.mean - beyond,
            mean - REACH * spread - np.max(self.each.mean - self.ends[1]),
        )
        high = min(
            np.sum(self.ends[-1]) + self.normal.mean + beyond,
            mean + REACH * spread + np.max(self.ends[-2] - self.each.mean),
        )
        low, high = low - 2.0 * MARGIN * (high - low), high + 2.0 * MARGIN * (high - low)
        with np.errstate(all="ignore"):
            cells = 2.0 ** np.ceil(np.log2(max(FINE * (high - low) / self.width, FEWEST_CELLS)))
        if not cells <= MOST_CELLS:
            raise NoClosedForm("a long sum with terms that spread over too many decades for an even grid")
        if not high - low > cells * np.spacing(max(abs(low), abs(high))):
            raise NoClosedForm("a long sum that is too narrow beside its size for floats")
        return Grid(float(low), float((high - low) / cells), int(cells))

    def narrow(self, grid: Grid) -> Any:
        """Return which terms have to be known by their cumulants, as they lie in a few cells."""
        return self.reach < NARROW * grid.cell

    def small(self, grid: Grid) -> Any:
        """Return which terms may be known by their cumulants: the smallest, that the bound allows.

        A few of the widest are none of them: their transforms fall off where the series does not hold any more.
        """
        order = np.argsort(self.each.fifth)
        is_small = np.zeros(len(order), dtype=bool)
        if grid.count * len(order) <= CHEAP:
            return is_small
        is_small[order[np.cumsum(self.each.fifth[order]) * OF_FIFTH <= BOUND * self.width**5]] = True
        is_small[np.argsort(self.each.variance)[-WIDEST:]] = False
        return is_small

    def total(self, chosen: Any) -> Cumulants:
        """Return the cumulants of some of the terms and the normal number together."""
        return Cumulants(*(np.sum(part[chosen]) + extra for part, extra in zip(self.each, self.normal, strict=True)))

    def some(self, chosen: Any) -> Addends:
        """Return some of the terms without the normal number."""
        places = [self.places[place] for place in np.flatnonzero(chosen).tolist()]
        nothing = Cumulants(*(0.0 for _ in self.normal))
        return Addends(places, Cumulants(*(part[chosen] for part in self.each)), self.ends[:, chosen], nothing)

    def with_one(self, law: Table, normal: Cumulants) -> Addends:
        """Return these and a term more."""
        one = Alone(law)
        each = Cumulants(*(np.append(part, new) for part, new in zip(self.each, one.cumulants, strict=True)))
        return Addends([*self.places, (one, 0)], each, np.append(self.ends, one.quantiles(SCORES), axis=1), normal)


def _summed(addends: Addends, depth: int = 0) -> Table:
    grid = addends.grid()
    while True:
        is_small, is_narrow = addends.small(grid), addends.narrow(grid)
        if grid.count * np.sum(~(is_small | is_narrow)) > MOST_WORK:
            return _largest_last(addends, grid, depth)
        found, taken = _on_grid(grid, addends, is_small | is_narrow, is_narrow)
        finer = grid.finer
        if found.error <= GOOD or finer.count > MOST_CELLS or finer.count * taken > MOST_WORK:
            break
        grid = finer
    if not found.error <= WRONG:
        raise NoClosedForm(f"a long sum: a probability may be wrong by {found.error:.1g}")
    return found


def _largest_last(addends: Addends, grid: Grid, depth: int) -> Table:
    """Add up the smaller terms on a grid of their own, and the largest with what these make."""
    if depth == DEEPEST:
        raise NoClosedForm("a long sum with too many terms that spread over many decades")
    large = np.zeros(len(addends.places), dtype=bool)
    large[np.argsort(addends.reach)[-max(MOST_WORK // (2 * grid.count), WIDEST) :]] = True
    rest = _summed(addends.some(~large), depth + 1)
    return _summed(addends.some(large).with_one(rest, addends.normal), DEEPEST)


def _on_grid(grid: Grid, addends: Addends, is_small: Any, is_narrow: Any) -> tuple[Table, int]:
    """Return the table by one grid, and how many terms it took.

    Where the small terms may do too much, the larger half of them are taken as well.
    """
    fine, coarse = Transform(grid), Transform(grid.coarser)
    taken = np.zeros(len(addends.places), dtype=bool)
    for _ in range(HALVINGS):
        for place in np.flatnonzero(~is_small & ~taken).tolist():
            _take(*addends.places[place], addends.ends[:, place], fine, coarse)
        taken |= ~is_small
        bound = fine.bound(
            addends.total(is_small), float(np.sqrt(np.max(addends.each.variance[is_small], initial=0.0)))
        )
        broad = np.flatnonzero(is_small & ~is_narrow)
        if bound <= BOUND or not broad.size:
            break
        is_small[broad[addends.each.fifth[broad] >= np.median(addends.each.fifth[broad])]] = False
    inherited = sum(group.law.error for group, _ in addends.places if isinstance(group, Alone))
    return _table(fine, coarse, addends.total(is_small), bound + inherited), int(np.sum(taken))


def _take(group: Terms, place: int, ends: Array, fine: Transform, coarse: Transform) -> None:
    """Multiply the transform of one term into those of the sum."""
    atoms = group.atoms(place)
    if atoms is not None:
        for each in (fine, coarse):
            each.of_values(*atoms)
        return
    cell, count = fine.grid.cell, fine.grid.count
    is_whole = ends[-1] - ends[0] <= cell * (count - 2)
    low, high = ends[[0, -1]] if is_whole else ends[[1, -2]]
    cells = 2 * int(min(np.ceil(0.5 * (high - low) / cell) + 1, count // 2))
    below = group.below(place)(low + cell * np.arange(cells + 1))
    mass = np.diff(below)
    mass[0] += below[0]
    mean, variance = group.cumulants[:2] if is_whole else group.likely
    known = float(mean[place]), float(variance[place])
    fine.of_cells(mass, known)
    coarse.of_cells(mass[::2] + mass[1::2], known)


@dataclass(frozen=True)
class Grid:
    """An even grid: a power of two of cells, so that transforms are quick."""

    start: float
    cell: float
    count: int

    @cached_property
    def arguments(self) -> Array:
        """The arguments of a transform."""
        return np.asarray(2.0 * np.pi / (self.cell * self.count) * np.arange(self.count // 2 + 1), dtype=np.float64)

    @cached_property
    def blur(self) -> Array:
        """The transform of one cell: a law that is shared among cells is blurred by so much."""
        return np.sinc(self.arguments * self.cell / (2.0 * np.pi))

    @property
    def coarser(self) -> Grid:
        """The same with cells twice as wide."""
        return Grid(self.start, 2.0 * self.cell, self.count // 2)

    @property
    def finer(self) -> Grid:
        """The same with cells a quarter as wide."""
        return Grid(self.start, self.cell / 4.0, 4 * self.count)


@dataclass
class Transform:
    """The transform ``E exp(−i t X)`` of a sum that grows, about an origin."""

    grid: Grid
    origin: float = 0.0
    variance: float = 0.0
    values: Any = field(init=False)

    def __post_init__(self) -> None:
        self.values = np.ones(self.grid.count // 2 + 1, dtype=np.complex128)

    def of_cells(self, mass: Array, known: tuple[float, float]) -> None:
        """Add a term that has its probabilities in cells, and the mean and the variance that it is known to have."""
        with np.errstate(all="ignore"):
            self.values *= np.fft.rfft(mass, self.grid.count) / self.grid.blur
        places = self.grid.cell * np.arange(len(mass))
        mean = float(mass @ places)
        self.origin += known[0] - mean
        self.variance += known[1] - float(mass @ np.square(places - mean)) + self.grid.cell**2 / 12.0

    def of_values(self, values: Array, weights: Array) -> None:
        """Add a term that has a few values."""
        turned = np.exp(-1j * np.outer(values - values[0], self.grid.arguments))
        self.values *= weights @ turned
        self.origin += float(values[0])

    def bound(self, small: Cumulants, largest: float) -> float:
        """Return how far wrong a probability may be for the small terms, the largest of which has this deviation."""
        if largest == 0.0:
            return 0.0
        t, known = self.grid.arguments, np.abs(_by_cumulants(small, self.grid.arguments))
        with np.errstate(all="ignore"):
            left_out = np.expm1(small.fifth * t**5 / 6.0)  # of the logarithms: |κ₅| ≤ 11 E|x|⁵, and what comes after
            holds = (t * largest <= 1.0) & (np.abs(small.fourth) * t**2 <= 6.0 * small.variance)
            apart = np.where(holds, np.minimum(known * left_out, 1.0 + known), 1.0 + known)
            each = (np.abs(self.values) * apart)[1:] / np.arange(1, len(t))
        return float(np.sum(each[: self._fallen(np.abs(self.values)) - 1]) / np.pi)

    def _fallen(self, size: Array) -> int:
        """Return from where on a transform has fallen to nothing: beyond, rounding is blown up."""
        gone = ~(size > FALLEN)
        return int(np.argmax(gone)) if np.any(gone) else len(size)

    def law(self, small: Cumulants) -> tuple[Array, Array]:
        """Return the edges of the cells, and the probabilities below them, small terms included."""
        grid = self.grid
        with np.errstate(all="ignore"):
            small = small._replace(variance=small.variance + self.variance)
            whole = self.values * _by_cumulants(small, grid.arguments) * grid.blur
        whole[self._fallen(np.abs(whole)) :] = 0.0
        mass = np.fft.irfft(whole, grid.count)
        origin = self.origin + float(small.mean)
        first = int(np.floor((grid.start - origin) / grid.cell))
        edges: Array = origin + grid.cell * (first - 0.5 + np.arange(grid.count + 1, dtype=np.float64))
        return edges, np.concatenate([[0.0], np.cumsum(np.roll(mass, -first))])


def _by_cumulants(of: Cumulants, t: Array) -> Any:
    """Return the transform that has these cumulants, about the mean; where the series leads astray it is held back."""
    fall = 0.5 * of.variance * np.square(t)
    rise = np.minimum(of.fourth * t**4 / 24.0, 0.5 * fall)
    return np.exp(-fall + rise + 1j * of.third * t**3 / 6.0)


@dataclass(frozen=True, eq=False)
class Between:
    """A distribution function known at even places, by cubics that have the slopes of the cells beside."""

    low: float
    step: float
    below: Array

    @cached_property
    def _slopes(self) -> Array:
        return np.gradient(self.below)

    def __call__(self, x: Array) -> Array:
        """Return the probability of `x` or less; 0 and 1 beyond the ends."""
        place = np.clip((np.asarray(x) - self.low) / self.step, 0.0, len(self.below) - 1.0)
        cell = np.minimum(place.astype(np.intp), len(self.below) - 2)
        part = place - cell
        rise, left, right = self.below[cell + 1] - self.below[cell], self._slopes[cell], self._slopes[cell + 1]
        found = self.below[cell] + part * (
            left + part * (3.0 * rise - 2.0 * left - right + part * (left + right - 2.0 * rise))
        )
        return np.where(found < NOTHING, 0.0, np.where(found > 1.0 - NOTHING, 1.0, found))


def _table(fine: Transform, coarse: Transform, small: Cumulants, bound: float) -> Table:
    """Return the table of the sum, with what both grids and the bound say of its error."""
    edges, below = fine.law(small)
    places, rough = coarse.law(small)
    margin = int(MARGIN * fine.grid.count)
    beyond = float(below[margin] + np.abs(1.0 - below[-margin]))  # what goes round from one end to the other
    total = np.maximum.accumulate(below)
    error = bound + float(np.max(total - below)) + beyond
    source = Between(float(edges[0]), fine.grid.cell, total)
    inside = (places >= edges[0]) & (places <= edges[-1])
    error += float(np.max(np.abs(source(places[inside]) - rough[inside])))
    starts = np.interp(normal_cdf(COARSE), total, edges)
    return replace(table_of_cdf(source, np.append(starts, edges[[0, -1]]), error), source=source, sure=error)
