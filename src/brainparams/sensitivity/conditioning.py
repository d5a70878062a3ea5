"""What a result would be if one input were known: swings one at a time, and the value of measuring each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..checks import percent, strict
from ..distributions import Distribution
from ..engines import estimate, if_each_known
from ..graph import Correlated, Leaf, Node, leaf_of, roots
from ..graph.choices import is_selector, option_names
from ..graph.identity import united
from ..graph.substitution import check_scalar
from ..render import plots
from ..render.numbers import apart, middle, percent_of
from ..render.tables import Table, rounded
from ..units import Unit, with_unit

__all__ = ["KnownInput", "Swing", "Swings", "ValueOfInformation", "swings", "value_of_information"]

Array = np.ndarray[Any, np.dtype[np.float64]]
NODES = 7  # of the Gauss rule over what the measurement could say
POINTS_OF_ARRAY = 8
TINY = 1e-300
NUDGE = 2.0**-40  # no belief is taken at its very middle, where a divisor can be zero
SETTLED = 1e-7  # of a median by a rule: what its last refinement may leave
MOST_ATOMS = 32  # values that are gone through one by one


@dataclass(frozen=True, slots=True)
class Swing:
    """The median of the result with one input known to be low, and known to be high.

    Attributes
    ----------
    name : str
        The input.
    low, high : float or ndarray
        Its quantiles, in `unit`; of an input that selects, the options with the smallest and the largest median.
    at_low, at_high : float
        The medians of the result, in the unit of the result.
    options : tuple of str or None
        Of an input that selects between options, which ones these are.

    Examples
    --------
    >>> Swing("neurons", 8e10, 9e10, "neuron", at_low=8e14, at_high=9e14, uid="a1").factor
    1.125
    """

    name: str
    low: Any
    high: Any
    unit: str
    at_low: float
    at_high: float
    uid: str
    options: tuple[str, str] | None = None

    @property
    def factor(self) -> float:
        """`at_high` over `at_low`; not a number where they are not both positive."""
        return self.at_high / self.at_low if min(self.at_low, self.at_high) > 0 else math.nan


@strict
@dataclass(frozen=True, slots=True, repr=False)
class Swings(Table[Swing]):
    """One input at a time at its low and its high quantile, the others free; the widest swing first.

    Attributes
    ----------
    rows : tuple of Swing
        One for each uncertain input.
    level : float
        The quantiles are at ``(1 - level) / 2`` and ``(1 + level) / 2``.
    unit : str
        The unit of the result.
    median : float
        The median of the result with all inputs free.
    correlated : bool
        Whether inputs are correlated; those move along with the one that is known.
    points : int
        At how many common points the medians were found; 0 where a rule gives them.
    error : float
        The largest standard error of a median, in parts of it.

    Examples
    --------
    >>> import brainparams as bp
    >>> neurons = bp.assumed("8e10 to 9e10 neuron", because="published range", name="neurons")
    >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses")
    >>> print((neurons * synapses).swings(0.90))
    median of the result, 2.68e14 synapse, with one input known to be low or high (90 %), the others free
      input                     low                  high  result at low  result at high  factor
      synapses  1000 synapse/neuron  10000 synapse/neuron        8.49e13         8.49e14      10
      neurons           8e10 neuron           9e10 neuron        2.53e14         2.85e14    1.13
    """

    rows: tuple[Swing, ...]
    level: float
    unit: str
    median: float
    correlated: bool = False
    points: int = 0
    error: float = 0.0

    def _caption(self) -> str:
        others = "the others free, correlated ones moving along" if self.correlated else "the others free"
        others += _by_points(self.points, self.error)
        result = with_unit(rounded(self.median), self.unit)
        level = percent(self.level)
        return f"median of the result, {result}, with one input known to be low or high ({level}), {others}"

    def _head(self) -> Sequence[str]:
        return "input", "low", "high", "result at low", "result at high", "factor"

    def _cells(self, row: Swing) -> Sequence[str]:
        factor = "" if math.isnan(row.factor) else rounded(row.factor)
        is_number = not np.ndim(row.low) and not np.ndim(row.high)
        told = apart(row.low, row.high) if is_number else (_shown(row.low), _shown(row.high))
        ends = row.options or (with_unit(end, row.unit) for end in told)
        return row.name, *ends, *apart(row.at_low, row.at_high, max(4.0 * self.error, SETTLED)), factor

    def plot(self, ax: Any = None) -> Any:
        """Draw a tornado, the widest swing on top, and return the axes (needs matplotlib)."""
        marks = [plots.Mark(row.name, row.at_low, self.median, row.at_high) for row in self.rows]
        return plots.tornado(marks, self.median, Unit(self.unit).plural(2) or "value", self.level, ax)


def swings(node: Node, labels: dict[str, str], level: float, seed: int = 0) -> Swings:
    """Return the median of a scalar with each input in turn at its low and its high quantile, the others free.

    An array input has all of its elements low, or all high. Inputs that are correlated with the known one move along.

    Parameters
    ----------
    node : Node
        The result; a scalar.
    labels : dict
        Name to show for each leaf, by uid.
    level : float
        Level whose ends are put in, in (0, 1).
    seed : int
        Seed of the draws, where any are needed.
    """
    check_scalar(node, "swings()")
    (node,) = united((node,))
    inputs, tail = roots([node]), (1.0 - level) / 2.0
    options = option_names([node])
    ends = {each.key: _ends(leaf_of(each), (tail, 1.0 - tail), options) for each in inputs}
    known = if_each_known(node, [(each, ends[each.key]) for each in inputs], [0.5], seed)
    rows = [
        _swing(leaf_of(each), ends[each.key], found, labels, options)
        for each, found in zip(inputs, known.quantiles, strict=True)
    ]
    rows.sort(key=lambda row: (-_size(row), row.name))
    median = middle(estimate(node, seed=seed, digits=2))
    correlated = any(isinstance(each, Correlated) for each in inputs)
    pairs = zip(known.quantiles, known.errors, strict=True)
    error = max((float(np.max(its / np.maximum(np.abs(found), TINY))) for found, its in pairs), default=0.0)
    return Swings(tuple(rows), level, node.unit.text, median, correlated, known.points, error)


def _ends(leaf: Leaf, levels: Sequence[float], options: Mapping[str, Sequence[str]]) -> Sequence[Any]:
    """Return the probabilities at which an input is put; one for each element, or each option of a choice."""
    if is_selector(leaf) and leaf.uid in options and leaf.value.atoms is not None:
        return _amid(leaf.value.atoms[1])
    return [np.full(leaf.value.shape, p) if leaf.value.shape else p for p in levels]


def _amid(weights: Array) -> list[float]:
    """Return for each of some values, from the lowest, a probability whose quantile it is."""
    amid: list[float] = (np.cumsum(weights) - 0.5 * weights).tolist()
    return amid


def _swing(
    leaf: Leaf, ends: Sequence[Any], found: Array, labels: Mapping[str, str], options: Mapping[str, Sequence[str]]
) -> Swing:
    names = options.get(leaf.uid) if is_selector(leaf) else None
    medians = found[:, 0]
    first, last = (int(np.argmin(medians)), int(np.argmax(medians))) if names else (0, 1)
    low, high = (leaf.value.ppf(ends[place]) for place in (first, last))
    picked = (names[int(low)], names[int(high)]) if names else None
    at_low, at_high = float(medians[first]), float(medians[last])
    return Swing(labels.get(leaf.uid) or leaf.written, low, high, leaf.unit.text, at_low, at_high, leaf.uid, picked)


def _size(row: Swing) -> float:
    return abs(row.at_high - row.at_low) if math.isnan(row.factor) else abs(math.log(row.factor))


@dataclass(frozen=True, slots=True)
class KnownInput:
    """What knowing one input would leave of the width of the interval.

    Attributes
    ----------
    name : str
        The input.
    width : float
        Expected width of the interval if the input were known, in the unit of the table.
    narrowing : float
        By which share of its width the interval would shrink.

    Examples
    --------
    >>> KnownInput("neurons", width=0.98, narrowing=0.02, uid="a1").width
    0.98
    """

    name: str
    width: float
    narrowing: float
    uid: str


@dataclass(frozen=True, slots=True, repr=False)
class ValueOfInformation(Table[KnownInput]):
    """How wide the interval would be if one input were known exactly; the most useful measurement first.

    Attributes
    ----------
    rows : tuple of KnownInput
        One for each uncertain input.
    width : float
        The width as it is.
    unit : str
        ``"decades"`` (powers of ten) where the result is positive, else the unit of the result.
    level : float
        The level of the interval.
    points : int
        At how many common points the ends were found; 0 where a rule gives them.
    error : float
        The largest standard error of a width, in parts of the width as it is.

    Examples
    --------
    >>> import brainparams as bp
    >>> neurons = bp.assumed("8e10 to 9e10 neuron", because="published range", name="neurons")
    >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses")
    >>> best = (neurons * synapses).value_of_information()[0]
    >>> best.name, round(best.width, 3)
    ('synapses', 0.051)
    """

    rows: tuple[KnownInput, ...]
    width: float
    unit: str
    level: float
    points: int = 0
    error: float = 0.0

    def _caption(self) -> str:
        now = with_unit(rounded(self.width), self.unit) + f" now{_by_points(self.points, self.error)}"
        return f"expected width of the {percent(self.level)} interval, {now}"

    def _head(self) -> Sequence[str]:
        return "if this were known exactly", f"width [{self.unit}]" if self.unit != "1" else "width", "narrower by"

    def _cells(self, row: KnownInput) -> Sequence[str]:
        return row.name, rounded(row.width), percent_of(row.narrowing)


def value_of_information(node: Node, labels: dict[str, str], level: float, seed: int = 0) -> ValueOfInformation:
    """Return the expected width of the interval of a scalar if one input were known, for each input.

    What the measurement would say is not known, so the width is averaged over the belief about the input.

    Parameters
    ----------
    node : Node
        The result; a scalar.
    labels : dict
        Name to show for each leaf, by uid.
    level : float
        Level of the equal-tailed interval, in (0, 1).
    seed : int
        Seed of the draws, where any are needed.

    References
    ----------
    Jackson et al. (2022), Value of information analysis in models to inform health policy.
    doi:10.1146/annurev-statistics-040120-010730
    """
    check_scalar(node, "value_of_information()")
    (node,) = united((node,))
    ends = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    now = estimate(node, seed=seed, digits=2)
    whole = np.array([[float(now.quantile(p)) for p in ends]])
    inputs = roots([node])
    answers = [_answers(leaf_of(each).value, seed) for each in inputs]
    known = if_each_known(node, [(root, at) for root, (at, _) in zip(inputs, answers, strict=True)], ends, seed)
    decades = bool(all(np.all(found > 0) for found in (whole, *known.quantiles)))
    width = float(_widths(whole, decades)[0])
    rows = []
    for root, (_, weights), found in zip(inputs, answers, known.quantiles, strict=True):
        leaf, left = leaf_of(root), float(weights @ _widths(found, decades))
        rows.append(
            KnownInput(labels.get(leaf.uid) or leaf.written, left, 1.0 - left / width if width else 0.0, leaf.uid)
        )
    rows.sort(key=lambda row: (row.width, row.name))
    unit = "decades" if decades else node.unit.text
    asked = zip(known.quantiles, known.errors, answers, strict=True)
    error = max((float(weights @ _errors(found, its, decades)) for found, its, (_, weights) in asked), default=0.0)
    return ValueOfInformation(tuple(rows), width, unit, level, known.points, error / width if width else 0.0)


def _answers(belief: Distribution, seed: int) -> tuple[Sequence[Any], Array]:
    """Return the probabilities at which a measurement could find an input, with the weight of each.

    The values themselves where there are few; else a Gauss rule; of an array, as many values of each element in random
    combinations.
    """
    if belief.shape:
        stream = np.random.Generator(np.random.PCG64(seed))
        ranks = stream.permuted(np.tile(np.arange(POINTS_OF_ARRAY), (int(np.prod(belief.shape)), 1)), axis=1).T
        points = ((ranks + 0.5) / POINTS_OF_ARRAY).reshape(-1, *belief.shape)
        return list(points), np.full(POINTS_OF_ARRAY, 1.0 / POINTS_OF_ARRAY)
    if belief.atoms is not None and len(belief.atoms[0]) <= MOST_ATOMS:
        weights = belief.atoms[1]
        return _amid(weights), weights
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return (0.5 + 0.5 * nodes + NUDGE).tolist(), weights / 2.0


def _widths(ends: Array, decades: bool) -> Array:
    """Return the width of each interval."""
    low, high = ends.T
    with np.errstate(invalid="ignore"):  # between two infinite ends there is no width
        return np.asarray(np.log10(high / low) if decades else high - low)


def _errors(ends: Array, errors: Array, decades: bool) -> Array:
    """Return the standard error of each width."""
    each: Array = errors / ends / math.log(10.0) if decades else errors
    return np.asarray(np.hypot(*each.T))


def _shown(value: Any) -> str:
    if np.ndim(value) == 0:
        return rounded(value)
    low, high = rounded(np.min(value)), rounded(np.max(value))
    return low if low == high else f"{low}…{high}"


def _by_points(points: int, error: float) -> str:
    """Say how well what was found at common points is known; nothing where a rule gave it."""
    return f"; at {points:,} common points, ± {100 * error:.1g} % or less" if points else ""
