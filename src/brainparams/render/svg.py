"""Small drawings for pages: SVG that takes its ink from the text around it, so that it reads on light and dark."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from .numbers import percent_of, raised, rounded, words
from .plain import cleaned
from .shape import Shape, decades, even

__all__ = ["density", "strip"]

Scale = Callable[[float], float]

WIDTH, HEIGHT = 460, 132
TOP, BASE = 8, 96
LETTER = 7.0  # width of one
MOST_MARKS = 8
COLOUR = "#3d85c6"  # stands out from white and from black alike


def density(shape: Shape, marks: tuple[float, float, float], alt: str, unit: str) -> str:
    """Draw a density with its median and its interval.

    Parameters
    ----------
    shape : Shape
        Where the probability lies.
    marks : low end, median and high end
        The interval is filled, the median a line.
    alt : str
        What it shows, for who does not see it.
    unit : str
        In words, below the axis.
    """
    low, median, high = marks
    first, last = _place(shape.edges[0], shape), _place(shape.edges[-1], shape)
    scale = (WIDTH - 20) / (last - first)

    def x(value: float) -> float:
        return 10 + (_place(value, shape) - first) * scale

    tallest = max(float(np.max(shape.density)), 1e-300)
    outline = [] if shape.is_discrete else _outline(shape, shape.density / tallest * (BASE - TOP), x)
    inside = [(at, y) for at, y in outline if x(max(low, shape.edges[0])) <= at <= x(min(high, shape.edges[-1]))]
    parts = [
        f'<path d="{_closed(outline)}" fill="{COLOUR}" fill-opacity=".28"/>' if outline else "",
        f'<path d="{_closed(inside)}" fill="{COLOUR}" fill-opacity=".6"/>' if len(inside) > 1 else "",
        *_stems(shape, x),
        f'<path d="M10 {BASE}H{WIDTH - 10}" stroke="currentColor" stroke-opacity=".6"/>',
        f'<path d="M{x(median):.1f} {TOP - 4}V{BASE}" stroke="currentColor" stroke-width="1.5"/>' if outline else "",
        *_ticks(shape, x),
        _text(WIDTH / 2, HEIGHT - 4, f"{unit}{', logarithmic axis' if shape.is_logarithmic else ''}"),
    ]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{_escaped(alt)}" '
        f'style="width:100%;max-width:{WIDTH}px;height:auto" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{_escaped(alt)}</title>{''.join(parts)}</svg>"
    )


def strip(low: float, median: float, high: float, axis: tuple[float, float], *, is_logarithmic: bool) -> str:
    """Draw an interval with its median as a thin bar, on an axis that it shares with others."""

    def x(value: float) -> float:
        first, last, at = (math.log10(each) if is_logarithmic else each for each in (*axis, value))
        return 3 + 94 * ((at - first) / (last - first) if last > first else 0.5)

    return (
        '<svg viewBox="0 0 100 12" width="120" height="14" style="width:100%;min-width:48px;max-width:120px" '
        'aria-hidden="true" xmlns="http://www.w3.org/2000/svg">'
        '<path d="M3 6H97" stroke="currentColor" stroke-opacity=".2"/>'
        f'<path d="M{x(low):.1f} 6H{x(high):.1f}" stroke="{COLOUR}" stroke-width="2.5" stroke-linecap="round"/>'
        f'<circle cx="{x(median):.1f}" cy="6" r="3" fill="currentColor"/></svg>'
    )


def _place(value: float, shape: Shape) -> float:
    return math.log10(value) if shape.is_logarithmic else float(value)


def _outline(shape: Shape, heights: Iterable[float], x: Scale) -> list[tuple[float, float]]:
    """Return a curve through the middles of the parts, or steps where a curve would say more than is known."""
    if shape.is_smooth:
        return [(x(middle), BASE - height) for middle, height in zip(shape.middles, heights, strict=True)]
    ends = zip(shape.edges[:-1], shape.edges[1:], heights, strict=True)
    return [(x(edge), BASE - height) for low, high, height in ends for edge in (low, high)]


def _closed(points: Sequence[tuple[float, float]]) -> str:
    line = "L".join(f"{at:.1f} {y:.1f}" for at, y in points)
    return f"M{points[0][0]:.1f} {BASE}L{line}L{points[-1][0]:.1f} {BASE}Z"


def _ticks(shape: Shape, x: Scale) -> list[str]:
    low, high = float(shape.edges[0]), float(shape.edges[-1])
    marks = decades(low, high, 5) if shape.is_logarithmic else even(low, high)
    if shape.is_discrete and len(shape.atoms) <= MOST_MARKS:
        marks = [value for value, _ in shape.atoms]
    lines = []
    free = 0.0
    for mark in marks:
        at = x(mark)
        lines.append(f'<path d="M{at:.1f} {BASE}v4" stroke="currentColor" stroke-opacity=".6"/>')
        told = words(mark, 1) or raised(rounded(mark)).removeprefix("1 × ")
        half = LETTER * len(told) / 2.0
        middle = min(max(at, half), WIDTH - half)
        if middle - half >= free:  # names do not touch, and none is cut
            lines.append(_text(middle, BASE + 17, told))
            free = middle + half + LETTER
    return lines


def _stems(shape: Shape, x: Scale) -> list[str]:
    """Return single values that hold a share of the probability, with that share."""
    drawn = []
    for value, mass in shape.atoms:
        at, top = x(value), BASE - (BASE - TOP - 14) * mass
        drawn.append(f'<path d="M{at:.1f} {BASE}V{top:.1f}" stroke="{COLOUR}" stroke-width="3"/>')
        drawn.append(f'<circle cx="{at:.1f}" cy="{top:.1f}" r="4" fill="{COLOUR}"/>')
        if len(shape.atoms) <= MOST_MARKS:
            drawn.append(_text(min(max(at, 16.0), WIDTH - 16.0), top - 7, percent_of(mass)))
    return drawn


def _text(x: float, y: float, text: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.0f}" text-anchor="middle" font-size="12" fill="currentColor" '
        f'font-family="sans-serif">{_escaped(text)}</text>'
    )


def _escaped(text: str) -> str:
    return html.escape(cleaned(text))
