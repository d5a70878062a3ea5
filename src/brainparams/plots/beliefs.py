"""Pictures of beliefs: densities on one axis, cumulative curves, and a hundred dots."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..checks import percent
from ..errors import RangeError, ShapeError, UnitError
from ..render.shape import Shape, is_wide, shape_of
from ..render.words import sentence, value_words
from .canvas import CYCLE, DASHES, Numbers, axes, ink, literal, log_axis, record, tidy

__all__ = ["Belief", "cumulative", "density", "dots", "unit_on"]

Array = np.ndarray[Any, np.dtype[np.float64]]
TEMPERATE = 0.0  # a line at a machine is as tall as the axes
DOTS = 100


class Estimated(Protocol):
    """An estimate: it has a law, a unit and an interval."""

    law: Any
    unit: Any
    axes: Any


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """One curve: an estimate with its name and the level of its interval.

    Examples
    --------
    >>> import brainparams as bp
    >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
    >>> bp.plots.Belief(synapses.estimate(), "synapses per neuron", level=0.90).name
    'synapses per neuron'
    """

    estimate: Any
    name: str
    level: float
    reference: bool = False


@dataclass(slots=True)
class _Canvas:
    """What has been drawn on one axes: beliefs, lines at numbers, and the artists of both."""

    beliefs: list[Belief]
    lines: dict[str, float]
    artists: list[Any]


_CANVASES: weakref.WeakKeyDictionary[Any, _Canvas] = weakref.WeakKeyDictionary()


def unit_on(ax: Any) -> Any:
    """Return the unit of the densities on an axes, or None.

    Examples
    --------
    >>> import brainparams as bp
    >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
    >>> bp.plots.unit_on(synapses.plot()).text
    'synapse/neuron'
    """
    canvas = None if ax is None else _CANVASES.get(axes(ax))
    return canvas.beliefs[0].estimate.unit if canvas and canvas.beliefs else None


def density(beliefs: Sequence[Belief], ax: Any = None, lines: Mapping[str, float] | None = None) -> Any:
    """Draw densities with medians and intervals on one axis, and return the axes.

    All that stands on one axes is drawn on one scale: probability per decade on a logarithmic axis where everything is
    positive and something spans more than a factor of two, else per unit. A curve is smooth where the law is known;
    steps show draws, no finer than their error.

    Parameters
    ----------
    beliefs : sequence of Belief
        What is added to the axes.
    ax : Axes, optional
        Where to draw; a new one otherwise.
    lines : mapping of str to float, optional
        Vertical lines with names, such as machines.

    Examples
    --------
    >>> import brainparams as bp
    >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
    >>> belief = bp.plots.Belief(synapses.estimate(), synapses.name, level=0.90)
    >>> bp.plots.density([belief], lines={"a textbook": 7000.0}).get_xlabel()
    'synapses per neuron'
    """
    for each in beliefs:
        _check(each, "plot")
    own = None if ax is None else _CANVASES.get(axes(ax))
    is_logarithmic = ax is not None and own is None and ax.get_xscale() == "log"
    ax = axes(ax)
    canvas = _CANVASES.setdefault(ax, _Canvas([], {}, []))
    first = canvas.beliefs[0] if canvas.beliefs else beliefs[0]
    for each in beliefs:
        if each.estimate.unit.text != first.estimate.unit.text:
            raise UnitError(
                f"plot(): the axes shows {first.estimate.unit.text}; {each.name} is in {each.estimate.unit.text}"
            )
    canvas.beliefs += beliefs
    canvas.lines |= lines or {}
    _redraw(ax, canvas, is_logarithmic=is_logarithmic)
    return ax


def _check(belief: Belief, where: str) -> None:
    estimate = belief.estimate
    if estimate.axes:
        raise ShapeError(f"{where}(): this quantity is an array; pick one element or take the total")
    told = value_words(estimate, belief.level)
    if estimate.is_exact_number:
        raise RangeError(f"{where}(): {told} is one exact number; there is no density to draw")
    if shape_of(estimate.law) is None:
        raise RangeError(f"{where}(): {told} has no spread; there is no density to draw")


def _redraw(ax: Any, canvas: _Canvas, *, is_logarithmic: bool) -> None:
    """Draw everything anew on one scale: what was alone and linear may have company that needs a logarithm."""
    for artist in canvas.artists:
        artist.remove()
    laws = [each.estimate.law for each in canvas.beliefs]
    positive = all(float(law.quantile(0.0005)) > 0 for law in laws)
    is_logarithmic = positive and (is_logarithmic or any(map(is_wide, laws)))
    shapes = [shape for law in laws if (shape := shape_of(law, is_logarithmic=is_logarithmic)) is not None]
    ax.set_xscale("log" if is_logarithmic else "linear")
    several = len(shapes) > 1
    canvas.artists = []
    for place, (belief, shape) in enumerate(zip(canvas.beliefs, shapes, strict=True)):
        canvas.artists += _curve(ax, belief, shape, place, several=several)
    tallest = max(float(np.max(shape.density)) for shape in shapes)
    ax.set_ylim(0.0, 1.12 * tallest)
    for name, value in canvas.lines.items():
        canvas.artists += [ax.axvline(value, color=ink(), linestyle="--", linewidth=1.0)]
        canvas.artists += [_beside(ax, value, 1.0, name)]
    unit = canvas.beliefs[0].estimate.unit
    ax.set_xlabel(_axis_name(canvas.beliefs, unit))
    ax.set_ylabel("probability per decade" if is_logarithmic else f"probability per {unit.plural(1) or 'unit'}")
    only = canvas.beliefs[0]
    ax.set_title("" if several else literal(sentence(only.estimate, only.level)), fontsize="medium", wrap=True)
    if several:
        ax.legend(frameon=False)
    if is_logarithmic:
        log_axis(ax)
    tidy(ax)
    record(ax, *map(_numbers, canvas.beliefs, shapes), anew=True)


def _curve(ax: Any, belief: Belief, shape: Shape, place: int, *, several: bool) -> list[Any]:
    colour, dash = CYCLE[place % len(CYCLE)], DASHES[place % len(DASHES)]
    x, y = _outline(shape)
    low, high = belief.estimate.interval(belief.level)
    median = float(belief.estimate.median)
    faint, strong = (0.12, 0.3) if several else (0.25, 0.6)
    inside = (x >= low) & (x <= high)
    name = literal(belief.name)
    artists = [
        ax.fill_between(x, y, color=colour, alpha=faint, linewidth=0),
        ax.fill_between(x, y, where=inside, color=colour, alpha=strong, linewidth=0),
        *ax.plot(x, y, color=colour, linestyle=dash, linewidth=1.5, label=name if several else "_density"),
    ]
    top = float(np.interp(median, x, y))
    return [*artists, *ax.plot([median, median], [0.0, top], color=colour if several else ink(), linewidth=1.5)]


def _outline(shape: Shape) -> tuple[Array, Array]:
    """Return a curve with the interval's ends on it, or steps where a curve would say more than is known."""
    if shape.is_smooth:
        return np.r_[shape.edges[0], shape.middles, shape.edges[-1]], np.r_[0.0, shape.density, 0.0]
    return np.repeat(shape.edges, 2), np.r_[0.0, np.repeat(shape.density, 2), 0.0]


def _axis_name(beliefs: Sequence[Belief], unit: Any) -> str:
    told = unit.plural(2) if unit.text != "1" else "value"
    name = beliefs[0].name if len(beliefs) == 1 else ""
    return literal(told if not name else name if told in name else f"{told} ({name})")


def _beside(ax: Any, x: float, y: float, name: str) -> Any:
    return ax.annotate(
        literal(name), (x, y), xycoords=("data", "axes fraction"), xytext=(3, -3), textcoords="offset points",
        rotation=90, ha="left", va="top", fontsize="small",
    )  # fmt: skip


def _numbers(belief: Belief, shape: Shape) -> Numbers:
    unit = belief.estimate.unit
    per = "per decade" if shape.is_logarithmic else f"per {unit.plural(1) or 'unit'}"
    head = (f"from [{unit.text}]", f"to [{unit.text}]", "probability", f"probability {per}")
    rows = zip(*map(np.ndarray.tolist, (shape.edges[:-1], shape.edges[1:], shape.masses, shape.density)), strict=True)
    return Numbers(tuple(rows), head, f"density of {belief.name or sentence(belief.estimate, belief.level)}")


# --- cumulative curves and dots ----------------------------------------------------------------------------------


def cumulative(beliefs: Sequence[Belief], ax: Any = None, lines: Mapping[str, float] | None = None) -> Any:
    """Draw how likely each quantity is at most what the axis says, and return the axes.

    `lines` are references; the probability to lie below each is written beside it.

    Examples
    --------
    >>> import brainparams as bp
    >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
    >>> belief = bp.plots.Belief(synapses.estimate(), synapses.name, level=0.90)
    >>> bp.plots.cumulative([belief], lines={"a textbook": 7000.0}).get_ylabel()
    'probability to lie below'
    """
    for each in beliefs:
        _check(each, "plot")
    ax = axes(ax)
    is_logarithmic = all(float(each.estimate.law.quantile(0.0005)) > 0 for each in beliefs) and any(
        is_wide(each.estimate.law) for each in beliefs
    )
    tables = []
    for place, each in enumerate(beliefs):
        p = np.r_[0.0005, 0.001, np.arange(0.005, 1.0, 0.005), 0.999, 0.9995]
        x = np.array([float(each.estimate.law.quantile(float(level))) for level in p])
        colour, dash = CYCLE[place % len(CYCLE)], DASHES[place % len(DASHES)]
        ax.plot(x, p, color=colour, linestyle=dash, label=literal(each.name))
        head = (f"value [{each.estimate.unit.text}]", "probability to lie at or below")
        tables.append(
            Numbers(tuple(zip(x.tolist(), p.tolist(), strict=True)), head, f"cumulative curve of {each.name}")
        )
    for name, value in (lines or {}).items():
        ax.axvline(value, color=ink(), linestyle="--", linewidth=1.0)
        below = [float(each.estimate.law.cdf(value)[0]) for each in beliefs]
        told = ", ".join(_chance(each) for each in below)
        _beside(ax, value, 1.0, f"{name}: {told} below")
        tables.append(Numbers(tuple(zip([each.name for each in beliefs], below, strict=True)), ("of", "below"), name))
    ax.set_ylim(0.0, 1.0)
    ax.set_xlabel(_axis_name(beliefs, beliefs[0].estimate.unit))
    ax.set_ylabel("probability to lie below")
    if is_logarithmic:
        log_axis(ax)
    if len(beliefs) > 1:
        ax.legend(frameon=False)
    tidy(ax)
    return record(ax, *tables)


def _chance(probability: float) -> str:
    return "<1 %" if probability < 0.01 else ">99 %" if probability > 0.99 else percent(round(probability, 2))


def dots(belief: Belief, ax: Any = None) -> Any:
    """Draw a hundred equally likely worlds as dots, stacked where they are close, and return the axes.

    Examples
    --------
    >>> import brainparams as bp
    >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
    >>> belief = bp.plots.Belief(synapses.estimate(), synapses.name, level=0.90)
    >>> bp.plots.dots(belief).get_title()
    'In 90 of 100 worlds: 1000 to 10000 synapses per neuron'

    References
    ----------
    Kay, Kola, Hullman & Munson (2016), When (ish) is my bus? doi:10.1145/2858036.2858558
    """
    _check(belief, "plot")
    ax = axes(ax)
    p = (np.arange(DOTS) + 0.5) / DOTS
    values = np.array([float(belief.estimate.law.quantile(float(each))) for each in p])
    is_logarithmic = is_wide(belief.estimate.law)
    places = np.log10(values) if is_logarithmic else values
    width = (places[-1] - places[0]) / 24.0 or 1.0
    bins = np.minimum(((places - places[0]) / width).astype(int), 23)
    heights = np.array([np.sum(bins[:place] == each) for place, each in enumerate(bins)]) + 0.5
    middles = places[0] + (bins + 0.5) * width
    x = 10.0**middles if is_logarithmic else middles
    low, high = belief.estimate.interval(belief.level)
    inside = (values >= low) & (values <= high)
    for part, colour in ((inside, CYCLE[0]), (~inside, "#b0b0b0")):
        ax.scatter(x[part], heights[part], s=40, color=colour, edgecolors="none")
    ax.set_ylim(0.0, max(float(np.max(heights)) + 1.0, 8.0))
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_axis_name([belief], belief.estimate.unit))
    count = int(np.sum(inside))
    ax.set_title(literal(f"In {count} of {DOTS} worlds: {_between(belief)}"), fontsize="medium", wrap=True)
    if is_logarithmic:
        log_axis(ax)
    tidy(ax)
    head = (f"value [{belief.estimate.unit.text}]", "quantile")
    table = Numbers(tuple(zip(values.tolist(), p.tolist(), strict=True)), head, f"{DOTS} quantiles of {belief.name}")
    return record(ax, table)


def _between(belief: Belief) -> str:
    from ..render.words import spread

    unit = belief.estimate.unit
    return f"{spread(belief.estimate, belief.level)} {'' if unit.text == '1' else unit.plural(2)}".strip()
