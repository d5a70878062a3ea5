"""The small pictures beside a result: its density, or the elements of an array with their intervals."""

from __future__ import annotations

from ..checks import percent
from .blocks import Grid, Line, Picture, Strip
from .numbers import Spread, each_of, elements_of
from .shape import shape_of
from .svg import density
from .words import points_of, sentence

__all__ = ["elements", "picture"]

MOST_ELEMENTS = 60


def picture(estimate: Spread, level: float) -> Picture | None:
    """Return the density of one number; nothing where it has no spread."""
    if estimate.axes or estimate.is_exact_number:
        return None
    alt = f"Density of the result: {sentence(estimate, level)}"
    return Picture(lambda: _drawn(estimate, level, alt), alt)


def _drawn(estimate: Spread, level: float, alt: str) -> str:
    shape = shape_of(estimate.law)
    if shape is None:
        return ""
    low, high = (float(end) for end in estimate.interval(level))
    name = "; ".join(filter(None, (estimate.unit.plural(2) or "value", shape.beyond)))
    return density(shape, (low, float(estimate.median), high), alt, name)


def elements(estimate: Spread, level: float) -> Grid | None:
    """Return the elements of an array, a row for each, with strips on one axis."""
    if not estimate.axes:
        return None
    points = points_of(estimate)
    names = tuple(axis.name for axis in estimate.axes)
    unit = "" if estimate.unit.text == "1" else f" [{estimate.unit.pretty}]"
    caption = f"{len(points)} elements along {', '.join(names)}"
    if len(points) > MOST_ELEMENTS:
        caption += f", the first {MOST_ELEMENTS} shown"
    told = elements_of(estimate, level)
    if estimate.is_exact_number:
        exact = tuple((*point, value) for point, (value, _, _) in zip(points, told, strict=True))
        return Grid(caption, (*names, f"value{unit}"), exact[:MOST_ELEMENTS], frozenset([len(names)]))
    (lows, highs), medians = map(each_of, estimate.interval(level)), each_of(estimate.median)
    axis_ends = (float(min(lows)), float(max(highs)))
    is_logarithmic = axis_ends[0] > 0
    rows: list[tuple[Line, ...]] = []
    for point, low, median, high, (value, start, end) in zip(points, lows, medians, highs, told, strict=True):
        strip = Strip(float(low), float(median), float(high), axis_ends, is_logarithmic)
        rows.append((*point, value, f"{start} to {end}" if end else "", strip))
    head = (*names, f"median{unit}", f"{percent(level)} interval", "log scale" if is_logarithmic else "linear scale")
    numeric = frozenset([len(names), len(names) + 1])
    return Grid(caption, head, tuple(rows[:MOST_ELEMENTS]), numeric)
