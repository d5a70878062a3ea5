"""Pictures of parts: shares of a variance, and a waterfall of factors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ...errors import RangeError
from ..numbers import SMALLEST_SHARE, percent_of, rounded
from .canvas import COLOURS, CYCLE, Numbers, axes, ink, literal, log_axis, record, tidy
from .lettering import axis_title, named_rows, row_height

__all__ = ["shares", "waterfall"]


def shares(parts: Sequence[tuple[str, float]], scale: str, ax: Any = None) -> Any:
    """Draw the shares of the variance, the largest on top, and return the axes.

    Examples
    --------
    >>> import brainparams as bp
    >>> axes = bp.plots.shares([("synapses per neuron", 0.98), ("neurons", 0.02)], "logarithm")
    >>> axes.get_xlabel()
    'share of the variance of the logarithm [%]'
    """
    if not parts:
        raise RangeError("plot(): nothing is uncertain, so that there are no shares to draw")
    shown = [each for each in parts if each[1] >= SMALLEST_SHARE]
    names, values = [name for name, _ in shown], [100.0 * share for _, share in shown]
    told = [percent_of(share) for _, share in shown]
    if len(shown) < len(parts):
        names.append(f"{len(parts) - len(shown)} {'more' if shown else 'inputs'}")
        values.append(100.0 * sum(share for _, share in parts if share < SMALLEST_SHARE))
        told.append(percent_of(values[-1] / 100.0))
    ax = axes(ax, row_height(len(names)))
    ax.barh(range(len(names))[::-1], values, color=CYCLE[0], height=0.6)
    for place, (value, text) in enumerate(zip(values[::-1], told[::-1], strict=True)):
        ax.annotate(text, (max(value, 0.0), place), xytext=(4, 0), textcoords="offset points", va="center")
    named_rows(ax, names[::-1])
    ax.set_xlim(min(0.0, *values), max(values) * 1.15)
    axis_title(ax, f"share of the variance of the {scale} [%]")
    tidy(ax)
    return record(ax, Numbers(tuple(parts), ("input", "share"), f"shares of the variance of the {scale}"))


def waterfall(
    steps: Sequence[tuple[str, float]], unit: str, ax: Any = None, start: tuple[str, float] = ("1", 1.0)
) -> Any:
    """Draw how factors lead from one number to another, in decades, and return the axes.

    Parameters
    ----------
    steps : sequence of name and factor
        What each multiplies by, in order.
    unit : str
        Of the end.
    start : name and value
        Where it begins.

    Examples
    --------
    >>> import brainparams as bp
    >>> axes = bp.plots.waterfall([("neurons", 86e9), ("synapses per neuron", 7000)], "synapse")
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['= 6.02 × 10¹⁴', 'synapses per neuron', 'neurons', '1']
    """
    ax = axes(ax, row_height(len(steps) + 2))
    value, rows, places = start[1], [], len(steps) + 1
    ax.plot([value], [places], "o", color=ink())
    for place, (name, factor) in zip(range(places - 1, 0, -1), steps, strict=True):
        after = value * factor
        _arrow(ax, value, after, place)
        ax.plot([after, after], [place, place - 1], color=ink(), linewidth=0.6, alpha=0.5)
        rows.append((name, factor, math.log10(factor), after))
        value = after
    ax.plot([value], [0], "o", color=ink())
    named_rows(ax, [f"= {rounded(value)}", *(name for name, _ in reversed(steps)), start[0]])
    ax.set_ylim(-0.7, places + 0.7)
    axis_title(ax, f"{unit}; factors with their decades")
    passed = [start[1], *(row[3] for row in rows)]
    ax.set_xscale("log")
    low, high = math.log10(min(passed)), math.log10(max(passed))
    room = max(0.2, 0.06 * (high - low))
    ax.set_xlim(10.0 ** max(low - room, -307.0), 10.0 ** min(high + room, 307.0))
    log_axis(ax)
    tidy(ax)
    head = ("factor of", "factor", "decades", f"after it [{unit}]")
    return record(ax, Numbers(tuple(rows), head, f"from {start[0]} to {rounded(value)} {unit}"))


def _arrow(ax: Any, value: float, after: float, place: int) -> None:
    """Draw one factor as an arrow, with what it multiplies or divides by above it."""
    factor = after / value
    colour = COLOURS["brain"] if factor >= 1 else COLOURS["machine"]
    arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": 2.5, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (after, place), (value, place), arrowprops=arrow)
    ax.plot([value, after], [place, place], color=colour, linewidth=0.0)
    told = f"×{rounded(factor)}" if factor >= 1 else f"÷{rounded(1 / factor)}"
    above = {"xytext": (0, 4), "textcoords": "offset points", "ha": "center", "fontsize": "small"}
    ax.annotate(literal(f"{told} ({math.log10(factor):+.1f})"), (math.sqrt(value * after), place), **above)
