"""Estimates, brains and machine models on one ladder: how large each is, how sure that is, and why they differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ..checks import level_in, percent, strict
from ..engines import checked_seed
from ..errors import ArgumentError, RangeError, UnknownNameError, did_you_mean, shown
from ..estimate import Estimate
from ..foreign import room
from ..graph.names import named_nodes
from ..quantity import Quantity
from ..questions.probability import Probability, probability_below
from ..render import plots
from ..render.blocks import Block, Code, Grid, Length, Line, Strip
from ..render.drawing import axis, bar
from ..render.numbers import counted
from ..render.tables import Table, rounded
from ..render.words import ends, value_words
from ..units import Unit
from .entries import Entry, Kind, entries, in_one_unit, reference_among
from .facts import common_inputs, facts
from .reasons import why

__all__ = ["Ladder", "Rung", "compare"]


@dataclass(frozen=True, slots=True, eq=False)
class Rung:
    """One row of a ladder.

    Attributes
    ----------
    name : str
        What is compared.
    kind : {"brain", "machine", "published", "estimate"}
        Rests on findings about an animal, is a machine model, was published as a whole; else just an estimate.
    quantity : Quantity
        In the unit of the ladder; it explains itself.
    median, low, high : float
        In that unit; `low` and `high` are the ends of the interval.
    ratio, decades : float or None
        Of the median to that of the reference, and its logarithm to base 10; None without a reference.
    above : Probability or None
        How likely it lies above the reference, with inputs that both share as one unknown.
    value, interval : str
        Both as they are printed, with the digits worth reading; the interval is empty for an exact number.
    why : str
        What is counted, on which assumptions of its own, and which way it errs.

    Examples
    --------
    >>> import brainparams as bp
    >>> rung = bp.compare(["gpt-2-xl", "gpt-3"], reference="GPT-3")[0]
    >>> rung.name, rung.kind, round(rung.decades, 1)
    ('GPT-2 (1.5B)', 'machine', -2.0)
    """

    name: str
    kind: Kind
    quantity: Quantity
    median: float
    low: float
    high: float
    value: str
    interval: str
    why: str
    ratio: float | None = None
    decades: float | None = None
    above: Probability | None = None


@strict
@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Ladder(Table[Rung]):
    """Estimates sorted by size, smallest first, with what makes them differ.

    Attributes
    ----------
    rows : tuple of Rung
        Indexing, ``len`` and loops are over these.
    unit : str
        Of all of them.
    level : float
        Of the intervals, equal-tailed.
    reference : str or None
        Name of what the others are held against.

    Examples
    --------
    >>> import brainparams as bp
    >>> ladder = bp.compare({"a": "1e9 parameter", "b": "1e12 parameter"}, reference="a")
    >>> [(each.name, each.ratio) for each in ladder]
    [('a', 1.0), ('b', 1000.0)]
    """

    rows: tuple[Rung, ...]
    unit: str
    level: float
    reference: str | None = None

    def _caption(self) -> str:
        unit = Unit(self.unit).plural(2) or "numbers"
        low, high = self._ends()
        beside = f"; held against {self.reference}" if self.reference else ""
        count = counted(len(self.rows), "estimate")
        return (
            f"{count} on one ladder, in {unit}, from 1e{low} to 1e{high}: medians and {percent(self.level)} intervals, "
            f"equal-tailed{beside}"
        )

    def _head(self) -> Sequence[str]:
        beside = ("times", "decades", "P(above)") if self.reference else ()
        return "estimate", "kind", "ladder", "median", f"{percent(self.level)} interval", *beside, "why"

    def _cells(self, row: Rung) -> Sequence[Line]:
        (low, high), ends_of = self._ends(), (row.low, row.median, row.high)
        return (
            row.name,
            row.kind,
            Strip(*ends_of, (10.0**low, 10.0**high), is_logarithmic=True, text=bar(ends_of, low, high)),
            row.value,
            row.interval,
            *_beside(row),
            row.why,
        )

    def _ends(self) -> tuple[int, int]:
        """Return the powers of ten between which everything lies."""
        low = min(row.low if row.low > 0 else row.median for row in self.rows)
        high = max(row.high for row in self.rows)
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        return first, max(last, first + 1)

    def _numeric(self) -> frozenset[int]:
        return frozenset(range(3, len(self._head()) - 1))

    def _blocks(self, length: Length) -> Sequence[Block]:
        """Return the ladder, drawn on a logarithmic axis; in short, why the estimates differ stands below it."""
        whole = self._grid()
        if length == "full":
            return (whole,)
        head = (*whole.head[:2], Code(axis(*self._ends())), *whole.head[3:-1])
        drawn = whole._replace(head=head, rows=tuple(row[:-1] for row in whole.rows))
        if len(self.rows) == 1:  # which differs from nothing
            return (drawn,)
        return drawn, Grid("Why they differ", (), tuple((row.name, row.why) for row in self.rows), is_wrapped=True)

    def plot(self, ax: Any = None, *, kind: Literal["ladder", "density", "cumulative"] = "ladder") -> Any:
        """Draw the ladder on a logarithmic axis and return the axes; ``bp.plots.numbers(ax)`` gives its numbers.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new one otherwise.
        kind : {"ladder", "density", "cumulative"}
            A line for each interval; or the densities, or cumulative curves, of what is uncertain over each other, with
            a vertical line for each machine and for what has no spread.

        Raises
        ------
        ArgumentError
            For another kind.
        MissingExtraError
            Without matplotlib (``pip install brainparams[plot]``).
        """
        unit = Unit(self.unit).plural(2) or "value"
        if kind == "ladder":
            marks = [plots.Mark(row.name, row.low, row.median, row.high, row.kind, row.value) for row in self.rows]
            return plots.ladder(marks, unit, self.level, ax, self.reference)
        if kind not in ("density", "cumulative"):
            raise ArgumentError(f"plot(): kind is one of ladder, density, cumulative; got {shown(kind)}")
        spread = [row for row in self.rows if row.high > row.low]
        if not spread:
            raise RangeError("plot(): nothing on this ladder has a spread; there is no density to draw")
        beliefs = [plots.Belief(row.quantity.estimate(), row.name, self.level) for row in spread]
        lines = {row.name: row.median for row in self.rows if not row.high > row.low}
        return (plots.density if kind == "density" else plots.cumulative)(beliefs, ax, lines)

    def report(self, path: str | Path, *, seed: int = 0) -> Path:
        """Write one page to send to somebody: the ladder, and beside it what one of its estimates rests on.

        Where scripts run, the inputs of all estimates have sliders, and the ladder moves with them; an input that
        several share is one slider. Parameters and errors as for ``Quantity.report``.

        Examples
        --------
        >>> import tempfile
        >>> import brainparams as bp
        >>> ladder = bp.compare({"a brain": "1e14 to 1e15 parameter", "GPT-3": "gpt-3"}, reference="GPT-3")
        >>> ladder.report(Path(tempfile.mkdtemp()) / "ladder.html").name
        'ladder.html'
        """
        written: Path = room("report").write_ladder(self, path, checked_seed(seed, "report"))
        return written

    def explore(self) -> Any:
        """Return a widget for a notebook: sliders for the inputs of all estimates beside the ladder.

        Its ``ladder`` is what the sliders give. Needs anywidget (``pip install brainparams[notebook]``).
        """
        return room("report.exploring").ladder_explorer(self)

    def assuming(self, inputs: Mapping[str, Any]) -> Ladder:
        """Return the ladder with other assumptions, in every estimate that has an input or step of the name.

        Raises
        ------
        UnknownNameError
            If none has one.

        Examples
        --------
        >>> import brainparams as bp
        >>> each = bp.assumed("1000 to 10000 synapse/neuron", because="textbook range", name="synapses each")
        >>> brain = bp.exact("86e9 neuron") * each * bp.exact("1 parameter/synapse")
        >>> ladder = bp.compare({"a brain": brain, "GPT-3": "gpt-3"})
        >>> [row.value for row in ladder.assuming({"synapses each": "2000 synapse/neuron"})]
        ['1.75e11', '1.72e14']
        """
        known = {row.name: named_nodes(row.quantity.node) for row in self.rows}
        names = {name for nodes in known.values() for _, name, _ in nodes}
        unknown = next((name for name in inputs if name not in names), None)
        if unknown is not None:
            raise UnknownNameError(
                f"assuming(): no estimate of this ladder has an input or step {shown(unknown)}."
                f"{did_you_mean(str(unknown), names)}"
            )
        found: list[Entry] = []
        same: dict[str, str] = {}
        for row in self.rows:
            own = {name: value for name, value in inputs.items() if name in {each for _, each, _ in known[row.name]}}
            found.append(Entry(row.name, row.kind, row.quantity.assuming(own) if own else row.quantity))
            same |= {} if own else {row.name: row.why}
        held = next((each for each in found if each.name == self.reference), None)
        changed = _ladder(found, held, self.level, 0)
        rows = tuple(replace(row, why=same.get(row.name, row.why)) for row in changed.rows)
        return replace(changed, rows=rows, reference=self.reference)


@strict
def compare(
    estimates: Mapping[str, Any] | Sequence[Any], *, reference: Any = None, level: float = 0.90, seed: int = 0
) -> Ladder:
    """Put estimates, brains and machine models on one ladder.

    Parameters
    ----------
    estimates : mapping of name to estimate, or sequence of estimates
        Each a quantity, a text with a unit (``"1e14 parameter"``), the id of a finding, the id of a published estimate
        (``"hinton-2014"``), the name of a machine model of the evidence (``"gpt-3"``), an `Architecture`, or a row of
        `read_notable_models`. All of one dimension; most often parameters.
    reference : estimate or name, optional
        What the others are held against: the name of a row, or anything that could be one. There is no default: ratio,
        decades and probability are told only where it is given.
    level : float
        Of the equal-tailed intervals, in (0, 1).
    seed : int
        Seed of the draws, where any are needed.

    Returns
    -------
    Ladder
        Sorted by median. It prints as text, in notebooks as HTML, and ``.plot()`` draws it. Inputs that two rows share
        are one unknown when probabilities are worked out.

    Raises
    ------
    UnitError
        If the dimensions differ, with what to multiply by.
    UnknownNameError
        If a text is neither a number with a unit nor a known id or name.
    ArgumentError
        If nothing is given, a name stands twice, or a model has no parameter count.
    RangeError, ShapeError
        For medians that are not above zero, and for arrays.

    Examples
    --------
    >>> import brainparams as bp
    >>> weights = bp.evidence("human/brain/synapses") * bp.evidence("synapse/parameters/static")
    >>> ladder = bp.compare({"a weight for each synapse": weights, "GPT-3": "gpt-3"}, reference="GPT-3")
    >>> [(each.name, each.kind, round(each.decades)) for each in ladder]
    [('GPT-3', 'machine', 0), ('a weight for each synapse', 'brain', 3)]
    """
    level, seed = level_in(level, "compare(): level"), checked_seed(seed, "compare")
    found = in_one_unit(entries(estimates))
    held = None if reference is None else reference_among(reference, found)
    return _ladder(found, held, level, seed)


def _ladder(found: Sequence[Entry], held: Entry | None, level: float, seed: int) -> Ladder:
    common = common_inputs([each.quantity.node for each in found])
    rows = [_rung(each, held, common, level, seed) for each in found]
    rows.sort(key=lambda row: (row.median, row.name))
    return Ladder(tuple(rows), found[0].quantity.unit, level, held.name if held else None)


# --- one rung ----------------------------------------------------------------------------------------------------


def _rung(entry: Entry, held: Entry | None, common: frozenset[str], level: float, seed: int) -> Rung:
    found = entry.quantity.estimate(seed=seed, digits=2)
    row = _alone(entry, found, why(facts(entry, common, seed)), level)
    if held is None:
        return row
    other = held.quantity.estimate(seed=seed, digits=2)
    if not other.median > 0:
        raise RangeError(
            f"compare(): the reference {held.name!r} has a median of {other.median:g}; expected above zero"
        )
    ratio = row.median / float(other.median)
    above = None if held is entry else _above(entry, found, held, other, seed)
    return replace(row, ratio=ratio, decades=math.log10(ratio), above=above)


def _alone(entry: Entry, found: Estimate, reason: str, level: float) -> Rung:
    low, high = (float(end) for end in found.interval(level))
    median = float(found.median)
    if not median > 0 or not math.isfinite(high):
        raise RangeError(f"compare(): {entry.name!r} has a median of {median:g}; a ladder is logarithmic, above zero")
    written = (rounded(median), "")
    if not found.is_exact_number:
        written = (value_words(found, level, unit=False), " to ".join(ends(found, level)))
    return Rung(entry.name, entry.kind, entry.quantity, median, low, high, *written, why=reason)


def _above(entry: Entry, found: Estimate, held: Entry, other: Estimate, seed: int) -> Probability:
    """Return how likely an entry lies above the reference; beside an exact one its own estimate says it."""
    if not other.is_exact_number or found.is_exact_number:
        return probability_below(held.quantity.node, entry.quantity.node, seed, "compare()")
    below, error = found.law.cdf(float(other.median))
    return Probability(1.0 - float(below), float(error), found.draws, found.seed or 0)


def _beside(row: Rung) -> tuple[str, ...]:
    if row.ratio is None or row.decades is None:
        return ()
    chance = "–" if row.above is None else _chance(float(row.above))
    return _times(row.ratio), f"{row.decades:+.1f}", chance


def _times(ratio: float) -> str:
    return f"{ratio:.2g}" if 0.01 <= ratio < 100 else rounded(float(f"{ratio:.2g}"))


def _chance(probability: float) -> str:
    """Return a probability without saying never or always where it may only be rare or nearly certain."""
    return "<0.01" if probability < 0.01 else ">0.99" if probability > 0.99 else f"{probability:.2f}"
