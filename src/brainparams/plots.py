"""Pictures of an estimate; the only room that knows matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .checks import percent
from .engines import sampling
from .errors import MissingExtraError, RangeError, ShapeError
from .estimate import Estimate
from .graph import Node
from .render.words import sentence, value_words

__all__ = ["density", "ladder"]

DRAWS = 2**17
BINS = 80
COLOUR = "#3b6ea5"
COLOURS = {"brain": COLOUR, "machine": "#b3541e", "published": "#6b6b6b"}


def density(node: Node, estimate: Estimate, ax: Any, level: float, name: str | None) -> Any:
    """Draw a histogram of the density, with the median and the interval, and return the axes.

    On a log axis where the quantity is positive. Nothing is smoothed: each bin holds what was drawn.
    """
    if node.axes:
        raise ShapeError("plot(): this quantity is an array; pick one element or take the total")
    if estimate.is_exact_number:
        raise RangeError(f"plot(): {value_words(estimate, level)} is one exact number; there is no density to draw")
    draws = sampling.draw(node, DRAWS, estimate.seed or 0)
    if np.ptp(draws) <= 1e-12 * abs(estimate.median):
        raise RangeError(f"plot(): {value_words(estimate, level)} has no spread; there is no density to draw")
    ax = ax if ax is not None else _new_axes()
    logarithmic = bool(np.all(draws > 0)) and float(estimate.quantile(0.975)) > 3.0 * float(estimate.quantile(0.025))
    low, high = np.quantile(draws, [0.0005, 0.9995])
    edges = np.geomspace(low, high, BINS) if logarithmic else np.linspace(low, high, BINS)
    ends = estimate.interval(level)
    edges = np.unique([*edges, *(end for end in ends if low < end < high)])  # the shading ends where the interval does
    counts, _ = np.histogram(draws, edges)
    widths = np.diff(np.log10(edges)) if logarithmic else np.diff(edges)
    heights = counts / (len(draws) * widths)
    inside = (edges[:-1] >= ends.low) & (edges[1:] <= ends.high)
    for part, opacity in ((inside, 0.75), (~inside, 0.3)):
        ax.bar(edges[:-1][part], heights[part], np.diff(edges)[part], align="edge", color=COLOUR, alpha=opacity)
    ax.axvline(estimate.median, color="0.2", linewidth=1.5)
    if logarithmic:
        ax.set_xscale("log")
    unit = estimate.unit.plural(2) if estimate.unit.text != "1" else "value"
    ax.set_xlabel(unit if not name else name if unit in name else f"{unit} ({name})")
    ax.set_ylabel("probability per decade" if logarithmic else f"probability per {estimate.unit.plural(1) or 'unit'}")
    ax.set_title(sentence(estimate, level), fontsize="medium", wrap=True)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return ax


def ladder(marks: Sequence[tuple[str, str, float, float, float]], unit: str, level: float, ax: Any) -> Any:
    """Draw names with low end, median and high end on a log axis, the smallest at the bottom, and return the axes."""
    ax = ax if ax is not None else _new_axes(0.8 + 0.32 * len(marks))
    for place, (_, kind, low, median, high) in enumerate(marks):
        colour = COLOURS.get(kind, "black")
        ax.plot([low if low > 0 else median, high], [place, place], color=colour, linewidth=2.0, alpha=0.6)
        ax.plot([median], [place], "o", color=colour, label=kind)
    ax.set_xscale("log")
    ax.set_yticks(range(len(marks)), [name for name, *_ in marks])
    ax.set_xlabel(f"{unit}, median and {percent(level)} interval")
    handles, kinds = ax.get_legend_handles_labels()
    ax.legend([handles[kinds.index(kind)] for kind in dict.fromkeys(kinds)], dict.fromkeys(kinds), frameon=False)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return ax


def _new_axes(height: float = 4.0) -> Any:
    try:
        from matplotlib import pyplot
    except ImportError:
        raise MissingExtraError("plot(): needs matplotlib; install it with: pip install 'brainparams[plot]'") from None
    return pyplot.subplots(figsize=(7.5, height), layout="constrained")[1]
