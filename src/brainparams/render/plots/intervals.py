"""Pictures of intervals below each other: ladders, forests, elements of an array, tornados."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...checks import percent
from ...errors import RangeError
from ..shape import WIDE
from .canvas import COLOURS, MARKERS, Numbers, axes, ink, legend_above, literal, log_axis, record, tidy
from .lettering import axis_title, font_size, named_rows, row_height

__all__ = ["Mark", "elements", "forest", "ladder", "tornado"]


FAR = 30.0  # largest over smallest median from which on a logarithmic axis is worth an open end
MOST_SWINGS = 15


@dataclass(frozen=True, slots=True)
class Mark:
    """A median with its interval; `value` is how it is printed, `kind` decides colour and shape.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.plots.Mark("human", 1e14, 2e14, 5e14, kind="brain").median
    200000000000000.0
    """

    name: str
    low: float
    median: float
    high: float
    kind: str = "estimate"
    value: str = ""


def ladder(marks: Sequence[Mark], unit: str, level: float, ax: Any = None, reference: str | None = None) -> Any:
    """Draw names with intervals, medians and values on a logarithmic axis, the first at the bottom; return the axes.

    A line stands at the median of the reference.

    Examples
    --------
    >>> import brainparams as bp
    >>> ends = {"mouse": (1e11, 1.2e11, 1.4e11), "human": (1e14, 2e14, 5e14)}
    >>> marks = [bp.plots.Mark(name, *numbers, kind="brain") for name, numbers in ends.items()]
    >>> axes = bp.plots.ladder(marks, "synapse", level=0.90)
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['mouse', 'human']
    """
    ax = axes(ax, row_height(len(marks)))
    held = next((each for each in marks if each.name == reference), None)
    if held is not None:
        ax.axvline(held.median, color=ink(), linestyle=":", linewidth=1.0, zorder=0)
    _rows(ax, marks)
    axis_title(ax, f"{unit}, median and {percent(level)} interval")
    if len({each.kind for each in marks}) > 1:
        legend_above(ax)
    return record(ax, _table(marks, unit, level, "ladder"))


def forest(marks: Sequence[Mark], unit: str, level: float, ax: Any = None, pooled: Mark | None = None) -> Any:
    """Draw studies below each other, and what they are pooled to as a diamond at the bottom; return the axes.

    Examples
    --------
    >>> import brainparams as bp
    >>> ends = {"mouse": (1e11, 1.2e11, 1.4e11), "human": (1e14, 2e14, 5e14)}
    >>> marks = [bp.plots.Mark(name, *numbers, kind="brain") for name, numbers in ends.items()]
    >>> axes = bp.plots.forest(marks, "synapse", level=0.90)
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['human', 'mouse']
    """
    every = [*([pooled] if pooled else []), *reversed(marks)]
    ax = axes(ax, row_height(len(every)))
    _rows(ax, every)
    if pooled is not None:
        ax.axvspan(pooled.low, pooled.high, color=COLOURS["estimate"], alpha=0.12, linewidth=0, zorder=0)
        ax.axvline(pooled.median, color=COLOURS["estimate"], linestyle=":", linewidth=1.0, zorder=0)
    axis_title(ax, f"{unit}, median and {percent(level)} interval where one is published")
    return record(ax, _table(every, unit, level, "forest"))


def elements(marks: Sequence[Mark], unit: str, level: float, ax: Any = None) -> Any:
    """Draw the elements of an array by label, the first on top, and return the axes.

    Examples
    --------
    >>> import brainparams as bp
    >>> ends = {"mouse": (1e11, 1.2e11, 1.4e11), "human": (1e14, 2e14, 5e14)}
    >>> marks = [bp.plots.Mark(name, *numbers, kind="brain") for name, numbers in ends.items()]
    >>> axes = bp.plots.elements(marks, "synapse", level=0.90)
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['human', 'mouse']
    """
    ax = axes(ax, row_height(len(marks)))
    _rows(ax, list(reversed(marks)))
    axis_title(ax, f"{unit}, median and {percent(level)} interval")
    return record(ax, _table(marks, unit, level, "elements"))


def _rows(ax: Any, marks: Sequence[Mark]) -> None:
    is_logarithmic = _is_logarithmic(marks)
    least = min(end for each in marks for end in (each.low, each.median) if end > 0 or not is_logarithmic)
    for place, each in enumerate(marks):
        colour = COLOURS.get(each.kind, COLOURS["estimate"])
        is_open = is_logarithmic and each.low <= 0  # goes on to the left of every logarithmic axis
        low = 0.5 * least if is_open else each.low
        if each.high > low:
            ax.plot([low, each.high], [place, place], color=colour, linewidth=2.5, alpha=0.55, solid_capstyle="round")
        if is_open:
            ax.plot([low], [place], "<", color=colour, alpha=0.55)
        ax.plot([each.median], [place], MARKERS.get(each.kind, "o"), color=colour, label=each.kind)
    size, named = named_rows(ax, [each.name for each in marks])
    for place in named:
        at = {"xycoords": ("axes fraction", "data"), "va": "center", "fontsize": min(size, font_size("small"))}
        if marks[place].value:
            ax.annotate(literal(marks[place].value), (1.01, place), **at)
    if is_logarithmic:
        log_axis(ax)
    tidy(ax)


def _is_logarithmic(marks: Sequence[Mark]) -> bool:
    """Return whether a logarithmic axis reads better: medians are positive, and lie apart with their intervals."""
    medians = [each.median for each in marks]
    if min(medians) <= 0:
        return False
    low, high = min(each.low for each in marks), max(each.high for each in marks)
    return max(medians) > FAR * min(medians) if low <= 0 else high > WIDE * low


def _table(marks: Sequence[Mark], unit: str, level: float, title: str) -> Numbers:
    head = ("name", "kind", f"low [{unit}]", f"median [{unit}]", f"high [{unit}]")
    rows = tuple((each.name, each.kind, each.low, each.median, each.high) for each in marks)
    return Numbers(rows, head, f"{title}: medians and {percent(level)} intervals")


def tornado(marks: Sequence[Mark], median: float, unit: str, level: float, ax: Any = None) -> Any:
    """Draw the result with one input known to be low and high, the widest swing on top; return the axes.

    `low` and `high` of a mark are the results at the low and at the high end of the input.

    Examples
    --------
    >>> import brainparams as bp
    >>> swings = [bp.plots.Mark("synapses per neuron", 8.6e13, 2.7e14, 8.6e14)]
    >>> axes = bp.plots.tornado(swings, 2.7e14, "parameter", level=0.90)
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['synapses per neuron']
    """
    if not marks:
        raise RangeError("plot(): nothing is uncertain, so that there are no swings to draw")
    names = [each.name for each in marks[:MOST_SWINGS]]
    if len(marks) > MOST_SWINGS:
        names.append(f"{len(marks) - MOST_SWINGS} more, each narrower")
    ax = axes(ax, row_height(len(names)))
    for nth, each in enumerate(marks[:MOST_SWINGS]):
        place = len(names) - 1 - nth
        ends = ((each.low, COLOURS["brain"], "o", "input low"), (each.high, COLOURS["machine"], "s", "input high"))
        ax.plot([each.low, each.high], [place, place], color=ink(), linewidth=1.0, alpha=0.5)
        for end, colour, marker, told in ends:
            ax.plot([end], [place], marker, color=colour, label=told if nth == 0 else "_")
    ax.axvline(median, color=ink(), linestyle=":", linewidth=1.0)
    named_rows(ax, names[::-1])
    axis_title(ax, f"median, {unit}, one input at an end of its {percent(level)} interval")
    ends_of_all = [end for each in marks for end in (each.low, each.high)]
    if min(ends_of_all) > 0 and max(ends_of_all) > WIDE * min(ends_of_all):
        log_axis(ax)
    legend_above(ax)
    tidy(ax)
    head = ("input", f"result at low [{unit}]", f"result at high [{unit}]")
    rows = tuple((each.name, each.low, each.high) for each in marks)
    return record(ax, Numbers(rows, head, f"one input known to be low or high ({percent(level)})"))
