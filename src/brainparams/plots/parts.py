"""Pictures of parts: shares of a variance, and a waterfall of factors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..render.numbers import rounded
from .canvas import COLOURS, CYCLE, Numbers, axes, ink, literal, log_axis, record, tidy

__all__ = ["shares", "waterfall"]

SMALLEST_SHARE = 0.005


def shares(parts: Sequence[tuple[str, float]], scale: str, ax: Any = None) -> Any:
    """Draw the shares of the variance, the largest on top, and return the axes.

    Examples
    --------
    >>> import brainparams as bp
    >>> axes = bp.plots.shares([("synapses per neuron", 0.98), ("neurons", 0.02)], "logarithm")
    >>> axes.get_xlabel()
    'share of the variance of the logarithm [%]'
    """
    shown = [each for each in parts if each[1] >= SMALLEST_SHARE]
    rest = sum(share for _, share in parts if share < SMALLEST_SHARE)
    if len(shown) < len(parts):
        shown.append((f"{len(parts) - len(shown)} more", rest))
    ax = axes(ax, 1.1 + 0.34 * len(shown))
    names, values = [name for name, _ in shown][::-1], [100 * share for _, share in shown][::-1]
    ax.barh(range(len(shown)), values, color=CYCLE[0], height=0.6)
    for place, value in enumerate(values):
        ax.annotate(f"{value:.0f} %", (value, place), xytext=(4, 0), textcoords="offset points", va="center")
    ax.set_yticks(range(len(shown)), [literal(name) for name in names])
    ax.set_xlim(min(0.0, *values), max(values) * 1.15)
    ax.set_xlabel(f"share of the variance of the {scale} [%]")
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
    ['= 6.02e14', 'synapses per neuron', 'neurons', '1']
    """
    ax = axes(ax, 1.4 + 0.36 * len(steps))
    value, rows, places = start[1], [], len(steps) + 1
    ax.plot([value], [places], "o", color=ink())
    for place, (name, factor) in zip(range(places - 1, 0, -1), steps, strict=True):
        after = value * factor
        colour = COLOURS["brain"] if factor >= 1 else COLOURS["machine"]
        ax.annotate(
            "",
            (after, place),
            (value, place),
            arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2.5, "shrinkA": 0, "shrinkB": 0},
        )
        ax.plot([value, after], [place, place], color=colour, linewidth=0.0)
        told = f"×{rounded(factor)}" if factor >= 1 else f"÷{rounded(1 / factor)}"
        middle = math.sqrt(value * after)
        ax.annotate(
            f"{told} ({math.log10(factor):+.1f})",
            (middle, place),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            fontsize="small",
        )
        ax.plot([after, after], [place, place - 1], color=ink(), linewidth=0.6, alpha=0.5)
        rows.append((name, factor, math.log10(factor), after))
        value = after
    ax.plot([value], [0], "o", color=ink())
    ends = [literal(f"= {rounded(value)}"), *(literal(name) for name, _ in reversed(steps)), literal(start[0])]
    ax.set_yticks(range(places + 1), ends)
    ax.set_ylim(-0.7, places + 0.7)
    ax.set_xlabel(literal(f"{unit}; factors with their decades"))
    log_axis(ax)
    tidy(ax)
    head = ("factor of", "factor", "decades", f"after it [{unit}]")
    return record(ax, Numbers(tuple(rows), head, f"from {start[0]} to {rounded(value)} {unit}"))
