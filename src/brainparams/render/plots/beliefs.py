"""Pictures of beliefs: densities on one axis, cumulative curves, and a hundred dots."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...checks import percent
from ...errors import RangeError, ShapeError, UnitError
from ..shape import Shape, is_wide, shape_of
from ..words import sentence, spread, value_words
from .canvas import CYCLE, DASHES, Numbers, axes, ink, log_axis, record, tidy
from .lettering import axis_title, dot_size, named_lines, shortened, title

__all__ = ["Belief", "cumulative", "density", "dots", "unit_on"]

Array = np.ndarray[Any, np.dtype[np.float64]]
DOTS = 100
STACKS = 24  # of dots, from one end to the other
MOST_NAMED = 12  # single values with their probabilities


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
        why = f"has no known spread ({estimate.stands})" if estimate.stands else "is one exact number"
        raise RangeError(f"{where}(): {told} {why}; there is no density to draw")
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
    several = len(shapes) > 1
    spread_out = [float(np.max(shape.density)) for shape in shapes if not shape.is_discrete]
    tallest = max(spread_out or [mass for shape in shapes for _, mass in shape.atoms])
    canvas.artists = []
    for place, (belief, shape) in enumerate(zip(canvas.beliefs, shapes, strict=True)):
        canvas.artists += _curve(ax, belief, shape, place, several=several) if not shape.is_discrete else []
        canvas.artists += _stems(ax, belief, shape, place, tallest if spread_out else 1.0, several=several)
    ax.set_ylim(0.0, 1.12 * tallest)
    _marked(ax, is_logarithmic=is_logarithmic, lines=canvas.lines)
    canvas.artists += named_lines(ax, canvas.lines)
    unit = canvas.beliefs[0].estimate.unit
    axis_title(ax, "; ".join(filter(None, (_axis_name(canvas.beliefs, unit), *(shape.beyond for shape in shapes)))))
    per = "per decade" if is_logarithmic else f"per {unit.plural(1) or 'unit'}"
    axis_title(ax, f"probability {per}" if spread_out else "probability", "y")
    only = canvas.beliefs[0]
    title(ax, *([] if several else [sentence(only.estimate, only.level), *_shorter(only)]))
    if several:
        ax.legend(frameon=False, fontsize="small")
    tidy(ax)
    record(ax, *map(_numbers, canvas.beliefs, shapes), anew=True)


def _marked(ax: Any, *, is_logarithmic: bool, lines: Mapping[str, float]) -> None:
    """Make room for the lines, and mark the axis."""
    ax.set_xscale("log" if is_logarithmic else "linear")
    ax.autoscale(enable=True, axis="x")
    ax.autoscale_view(scaley=False)
    low, high = ax.get_xlim()
    inside = [value for value in lines.values() if value > 0 or not is_logarithmic]
    if inside and is_logarithmic:
        ax.set_xlim(min(low, 0.8 * min(inside)), max(high, 1.25 * max(inside)))
    elif inside:
        room = 0.03 * (max(high, *inside) - min(low, *inside))
        ax.set_xlim(min(low, min(inside) - room), max(high, max(inside) + room))
    if is_logarithmic:
        log_axis(ax)


def _curve(ax: Any, belief: Belief, shape: Shape, place: int, *, several: bool) -> list[Any]:
    colour, dash = CYCLE[place % len(CYCLE)], DASHES[place % len(DASHES)]
    x, y = _outline(shape)
    low, high = belief.estimate.interval(belief.level)
    median = float(belief.estimate.median)
    faint, strong = (0.12, 0.3) if several else (0.25, 0.6)
    inside = (x >= low) & (x <= high)
    artists = [
        ax.fill_between(x, y, color=colour, alpha=faint, linewidth=0),
        ax.fill_between(x, y, where=inside, color=colour, alpha=strong, linewidth=0),
        *ax.plot(x, y, color=colour, linestyle=dash, linewidth=1.5, label=_label(belief, several=several)),
    ]
    top = float(np.interp(median, x, y))
    return [*artists, *ax.plot([median, median], [0.0, top], color=colour if several else ink(), linewidth=1.5)]


def _stems(ax: Any, belief: Belief, shape: Shape, place: int, top: float, *, several: bool) -> list[Any]:
    """Draw single values that hold a share of the probability as stems, the whole of it as tall as the axes."""
    colour = CYCLE[place % len(CYCLE)]
    artists: list[Any] = []
    for nth, (value, mass) in enumerate(shape.atoms):
        name = _label(belief, several=several and shape.is_discrete and nth == 0)
        artists += ax.plot([value, value], [0.0, mass * top], color=colour, linewidth=2.5, label=name)
        artists += ax.plot([value], [mass * top], "o", color=colour)
        if len(shape.atoms) <= MOST_NAMED:
            place_of = {"xytext": (0, 5), "textcoords": "offset points", "ha": "center", "fontsize": "small"}
            artists.append(ax.annotate(_chance(mass), (value, mass * top), **place_of))
    return artists


def _label(belief: Belief, *, several: bool) -> str:
    return shortened(belief.name) if several else "_density"


def _outline(shape: Shape) -> tuple[Array, Array]:
    """Return a curve with the interval's ends on it, or steps where a curve would say more than is known."""
    if shape.is_smooth:
        return np.r_[shape.edges[0], shape.middles, shape.edges[-1]], np.r_[0.0, shape.density, 0.0]
    return np.repeat(shape.edges, 2), np.r_[0.0, np.repeat(shape.density, 2), 0.0]


def _axis_name(beliefs: Sequence[Belief], unit: Any) -> str:
    told = unit.plural(2) or "value"
    name = beliefs[0].name if len(beliefs) == 1 else ""
    return told if not name else name if told in name else f"{told} ({name})"


def _numbers(belief: Belief, shape: Shape) -> Numbers:
    unit = belief.estimate.unit
    per = "per decade" if shape.is_logarithmic else f"per {unit.plural(1) or 'unit'}"
    head = (f"from [{unit.text}]", f"to [{unit.text}]", "probability", f"probability {per}")
    parts = (shape.edges[:-1], shape.edges[1:], shape.masses, shape.density)
    rows = [] if shape.is_discrete else list(zip(*map(np.ndarray.tolist, parts), strict=True))
    rows += [(value, value, mass, None) for value, mass in shape.atoms]
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
    laws = [each.estimate.law for each in beliefs]
    is_logarithmic = all(float(law.quantile(0.0005)) > 0 for law in laws) and any(map(is_wide, laws))
    tables = []
    for place, each in enumerate(beliefs):
        shape = shape_of(each.estimate.law, is_logarithmic=is_logarithmic)
        assert shape is not None
        rows = _rising(each.estimate.law, shape)
        colour, dash = CYCLE[place % len(CYCLE)], DASHES[place % len(DASHES)]
        seen = [row for row in rows if shape.edges[0] <= row[0] <= shape.edges[-1]]
        ax.plot(*zip(*seen, strict=True), color=colour, linestyle=dash, label=shortened(each.name))
        head = (f"value [{each.estimate.unit.text}]", "probability to lie at or below")
        tables.append(Numbers(tuple(rows), head, f"cumulative curve of {each.name}"))
    named = {}
    for name, value in (lines or {}).items():
        below = [float(each.estimate.law.cdf(value)[0]) for each in beliefs]
        named[f"{name}: {', '.join(map(_chance, below))} below"] = value
        tables.append(Numbers(tuple(zip([each.name for each in beliefs], below, strict=True)), ("of", "below"), name))
    ax.set_ylim(0.0, 1.02)
    _marked(ax, is_logarithmic=is_logarithmic, lines=named)
    named_lines(ax, named)
    ax.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0])
    axis_title(ax, _axis_name(beliefs, beliefs[0].estimate.unit))
    axis_title(ax, "probability to lie below", "y")
    if len(beliefs) > 1:
        ax.legend(frameon=False, fontsize="small")
    tidy(ax)
    return record(ax, *tables)


def _rising(law: Any, shape: Shape) -> list[tuple[float, float]]:
    """Return values with the probability to lie at or below: at quantiles, at even steps, and at both ends of jumps."""
    p = np.r_[0.0005, 0.001, np.arange(0.005, 1.0, 0.005), 0.999, 0.9995]
    rows = [(float(law.quantile(float(level))), float(level)) for level in p]
    rows += [(float(edge), float(law.cdf(float(edge))[0])) for edge in shape.edges[1:-1]]
    for value, _ in shape.atoms:
        below = np.nextafter(value - 1e-9 * abs(value), -np.inf)
        rows += [(value, float(law.cdf(float(below))[0])), (value, float(law.cdf(value)[0]))]
    return sorted(rows)


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
    shape = shape_of(belief.estimate.law, is_logarithmic=is_logarithmic)
    assert shape is not None
    seen = np.clip(values, shape.edges[0], shape.edges[-1])  # what lies far away stands at the edge
    places, heights, width = _stacked(np.log10(seen) if is_logarithmic else seen)
    x = 10.0**places if is_logarithmic else places
    low, high = belief.estimate.interval(belief.level)
    inside = (values >= low) & (values <= high)
    room = (10.0 ** (2.0 * width) if is_logarithmic else 2.0 * width) if width else 0.1 * abs(float(values[0]))
    ax.set_ylim(0.0, max(float(np.max(heights)) + 1.0, 8.0))
    ax.set_xlim((x[0] / room, x[-1] * room) if is_logarithmic else (x[0] - room, x[-1] + room))
    size = dot_size(ax, STACKS + 4)
    for part, colour in ((inside, CYCLE[0]), (~inside, "#8c8c8c")):
        ax.scatter(x[part], heights[part], s=size, color=colour, edgecolors="none")
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    axis_title(ax, "; ".join(filter(None, (_axis_name([belief], belief.estimate.unit), shape.beyond))))
    count = int(np.sum(inside))
    title(ax, f"In {count} of {DOTS} worlds: {_between(belief)}", f"{count} of {DOTS}: {_between(belief)}")
    if is_logarithmic:
        log_axis(ax)
    tidy(ax)
    head = (f"value [{belief.estimate.unit.text}]", "quantile")
    table = Numbers(tuple(zip(values.tolist(), p.tolist(), strict=True)), head, f"{DOTS} quantiles of {belief.name}")
    return record(ax, table)


def _stacked(places: Array) -> tuple[Array, Array, float]:
    """Return where dots stand, how high, and how wide a stack is: what lies within a width of its first dot is a stack.

    References
    ----------
    Wilkinson (1999), Dot plots. doi:10.1080/00031305.1999.10474474
    """
    width = float(places[-1] - places[0]) / STACKS
    stacks: list[list[float]] = []
    for each in places.tolist():
        if not stacks or each > stacks[-1][0] + width:
            stacks.append([])
        stacks[-1].append(each)
    middles = [(stack[0] + stack[-1]) / 2.0 for stack in stacks for _ in stack]
    heights = [height + 0.5 for stack in stacks for height in range(len(stack))]
    return np.array(middles), np.array(heights), width


def _shorter(belief: Belief) -> tuple[str, str]:
    """Return shorter titles for a narrow picture: value and interval, or the value alone."""
    value = value_words(belief.estimate, belief.level)
    return f"{value} ({spread(belief.estimate, belief.level)}, {percent(belief.level)})", value


def _between(belief: Belief) -> str:
    unit = belief.estimate.unit
    return f"{spread(belief.estimate, belief.level)} {'' if unit.text == '1' else unit.plural(2)}".strip()
