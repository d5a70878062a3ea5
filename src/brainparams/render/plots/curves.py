"""Pictures along another axis: sweeps of one and two inputs, degrees of a network, and trends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...checks import percent
from .canvas import (
    COLOURS,
    CYCLE,
    Numbers,
    axes,
    ink,
    keep_on_paper,
    literal,
    log_axis,
    plain_mark,
    power,
    record,
    tidy,
)
from .lettering import axis_title

GROUPS = (".", "x", "^", "s", "+", "v")

__all__ = ["band", "degrees", "surface", "trend"]


def band(
    points: Sequence[tuple[float, float, float, float]], names: tuple[str, str], level: float, ax: Any = None
) -> Any:
    """Draw a result over the values of one input, its median a line and its interval a band; return the axes.

    `points` are value of the input, low end, median and high end of the result.

    Examples
    --------
    >>> import brainparams as bp
    >>> points = [(1000, 7e13, 9e13, 1e14), (7000, 5e14, 6e14, 7e14)]
    >>> axes = bp.plots.band(points, ("synapses per neuron", "parameters"), level=0.90)
    >>> axes.get_xlabel(), axes.get_ylabel()
    ('synapses per neuron', 'parameters')
    """
    ax = axes(ax)
    x, low, median, high = np.array(sorted(points), dtype=np.float64).T
    ax.fill_between(x, low, high, color=CYCLE[0], alpha=0.25, linewidth=0, label=f"{percent(level)} interval")
    ax.plot(x, median, "o-", color=CYCLE[0], markersize=4, label="median")
    axis_title(ax, names[0])
    axis_title(ax, names[1], "y")
    _scales(ax, x, np.concatenate([low, high]))
    ax.legend(frameon=False)
    tidy(ax)
    head = (names[0], *(f"{which}, {names[1]}" for which in ("low", "median", "high")))
    return record(ax, Numbers(tuple(map(tuple, np.column_stack([x, low, median, high]).tolist())), head, "sweep"))


def surface(xs: Sequence[float], ys: Sequence[float], medians: Any, names: tuple[str, str, str], ax: Any = None) -> Any:
    """Draw the median of a result over the values of two inputs as levels, and return the axes.

    `medians` has shape (len(ys), len(xs)); `names` are those of both inputs and of the result.

    Examples
    --------
    >>> import brainparams as bp
    >>> axes = bp.plots.surface([1, 2], [10, 20], [[10, 20], [20, 40]], ("width", "length", "area"))
    >>> axes.get_xlabel(), axes.get_ylabel()
    ('width', 'length')
    """
    ax = axes(ax)
    values = np.asarray(medians, dtype=np.float64)
    positive = bool(np.all(values > 0))
    drawn = ax.contourf(xs, ys, np.log10(values) if positive else values, levels=9, cmap="cividis")
    bar = ax.figure.colorbar(drawn, ax=ax, label=literal(f"median of {names[2]}"))
    told = (lambda value, place: power(10.0**value)) if positive else plain_mark
    bar.ax.yaxis.set_major_formatter(told)
    keep_on_paper(bar.ax)
    axis_title(ax, names[0])
    axis_title(ax, names[1], "y")
    _scales(ax, np.asarray(xs), np.asarray(ys))
    rows = tuple((x, y, float(values[j, i])) for j, y in enumerate(ys) for i, x in enumerate(xs))
    return record(ax, Numbers(rows, names, "sweep of two inputs"))


def degrees(counts: Sequence[int] | Any, name: str, ax: Any = None, group: str = "") -> Any:
    """Draw which share of the nodes has a degree or more, on logarithmic axes, and return the axes.

    The complementary distribution needs no bins, and a power law is a straight line on it. Several groups on one axes
    are named in a legend; nodes without a partner cannot stand on a logarithmic axis, and are told.

    Examples
    --------
    >>> import brainparams as bp
    >>> axes = bp.plots.degrees([1, 1, 2, 5], "out-degree")
    >>> bp.plots.numbers(axes)[0].rows[-1]  # one node of four has five
    (5, 1, 0.25)

    References
    ----------
    Clauset, Shalizi & Newman (2009), Power-law distributions in empirical data. doi:10.1137/070710111
    """
    ax = axes(ax)
    values, frequency = np.unique(np.asarray(counts), return_counts=True)
    at_least = frequency[::-1].cumsum()[::-1] / frequency.sum()
    positive = values > 0
    place = len(ax.get_lines())
    alone = int(frequency[~positive].sum())
    told = f"{group or 'all'}, {alone:,} of {frequency.sum():,} without any" if alone else group or "_degrees"
    marker, colour = GROUPS[place % len(GROUPS)], CYCLE[place % len(CYCLE)]
    ax.plot(values[positive], at_least[positive], marker, markersize=4, color=colour, label=literal(told))
    axis_title(ax, name)
    axis_title(ax, "share with as many or more", "y")
    ax.set_xscale("log")
    ax.set_yscale("log")
    if np.any(positive):
        log_axis(ax, in_words=False)
        log_axis(ax, "y", in_words=False)
    if group or alone:
        ax.legend(frameon=False, fontsize="small", loc="lower left")
    tidy(ax)
    rows = tuple(zip(values.tolist(), frequency.tolist(), at_least.tolist(), strict=True))
    caption = f"distribution of {name}{f', {group}' if group else ''}"
    return record(ax, Numbers(rows, (name, "nodes", "share with as many or more"), caption))


def trend(
    points: Sequence[tuple[float, float]],
    line: Sequence[tuple[float, float, float, float]],
    names: tuple[str, str],
    ax: Any = None,
    crossing: tuple[str, float] | None = None,
) -> Any:
    """Draw numbers over time with a fitted line and its band, and where it crosses a reference; return the axes.

    `line` has the time, and low end, median and high end of the fit.

    Examples
    --------
    >>> import brainparams as bp
    >>> line = [(2020, 8e10, 1e11, 1.2e11), (2024, 8e12, 1e13, 1.2e13)]
    >>> axes = bp.plots.trend([(2020, 1e11), (2024, 1e13)], line, ("year", "parameters"), crossing=("a brain", 1e12))
    >>> [table.title for table in bp.plots.numbers(axes)]
    ['points', 'fitted line']
    """
    ax = axes(ax)
    ax.plot(*np.array(points, dtype=np.float64).T, ".", color=COLOURS["machine"], alpha=0.6)
    x, low, median, high = np.array(line, dtype=np.float64).T
    ax.fill_between(x, low, high, color=COLOURS["machine"], alpha=0.2, linewidth=0)
    ax.plot(x, median, color=COLOURS["machine"])
    if crossing is not None:
        ax.axhline(crossing[1], color=COLOURS["brain"], linestyle="--", linewidth=1.2)
        ax.annotate(literal(crossing[0]), (x[0], crossing[1]), xytext=(2, 3), textcoords="offset points", color=ink())
        if median[0] < crossing[1] < median[-1]:
            when = np.interp(np.log(crossing[1]), np.log(median), x)
            ax.plot([when], [crossing[1]], "o", color=ink(), fillstyle="none", markersize=9)
    axis_title(ax, names[0])
    axis_title(ax, names[1], "y")
    log_axis(ax, "y")
    tidy(ax)
    fitted = Numbers(
        tuple(map(tuple, np.column_stack([x, low, median, high]).tolist())),
        (names[0], "low", "median", "high"),
        "fitted line",
    )
    return record(ax, Numbers(tuple(points), names, "points"), fitted)


def _scales(ax: Any, x: Any, y: Any) -> None:
    """Take a logarithmic axis where numbers are positive and lie apart, else one with words for large numbers."""
    for which, values in (("x", x), ("y", y)):
        if np.min(values) > 0 and np.max(values) > 5.0 * np.min(values):
            log_axis(ax, which, in_words=which == "x")  # type: ignore[arg-type]
        elif np.max(np.abs(values)) >= 1e5:
            (ax.xaxis if which == "x" else ax.yaxis).set_major_formatter(plain_mark)
