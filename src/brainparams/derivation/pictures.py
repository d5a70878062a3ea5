"""The small pictures beside a result: its density, or the elements of an array with their intervals."""

from __future__ import annotations

from ..checks import percent
from ..estimate import Estimate
from ..render.blocks import Grid, Line, Picture, Strip
from ..render.numbers import each_of, exactly, plain
from ..render.shape import shape_of
from ..render.svg import density
from ..render.words import sentence

__all__ = ["elements", "picture"]

MOST_ELEMENTS = 60


def picture(estimate: Estimate, level: float) -> Picture | None:
    """Return the density of one number; nothing where it has no spread."""
    if estimate.axes or estimate.is_exact_number:
        return None
    alt = f"Density of the result: {sentence(estimate, level)}"
    return Picture(lambda: _drawn(estimate, level, alt), alt)


def _drawn(estimate: Estimate, level: float, alt: str) -> str:
    shape = shape_of(estimate.law)
    if shape is None:
        return ""
    low, high = (float(end) for end in estimate.interval(level))
    return density(shape, (low, float(estimate.median), high), alt, estimate.unit.plural(2) or "value")


def elements(estimate: Estimate, level: float) -> Grid | None:
    """Return the elements of an array, a row for each, with strips on one axis."""
    if not estimate.axes:
        return None
    points: list[tuple[str, ...]] = [()]
    for axis in estimate.axes:
        points = [(*point, label) for point in points for label in axis.labels]
    lows, highs = (each_of(end) for end in estimate.interval(level))
    medians = each_of(estimate.median)
    names = tuple(axis.name for axis in estimate.axes)
    unit = "" if estimate.unit.text == "1" else f" [{estimate.unit.pretty}]"
    caption = f"{len(points)} elements along {', '.join(names)}"
    if len(points) > MOST_ELEMENTS:
        caption += f", the first {MOST_ELEMENTS} shown"
    rows: list[tuple[Line, ...]] = []
    if estimate.is_exact_number:
        rows = [(*point, exactly(value)) for point, value in zip(points, medians, strict=True)]
        return Grid(caption, (*names, f"value{unit}"), tuple(rows[:MOST_ELEMENTS]), frozenset([len(names)]))
    is_logarithmic = min(lows) > 0
    axis_ends = (float(min(lows)), float(max(highs)))
    for point, low, median, high in zip(points, lows, medians, highs, strict=True):
        interval = f"{plain(float(low), 2, beside=float(high))} to {plain(float(high), 2)}"
        strip = Strip(float(low), float(median), float(high), axis_ends, is_logarithmic)
        rows.append((*point, plain(float(median), 2, beside=float(high)), interval, strip))
    head = (*names, f"median{unit}", f"{percent(level)} interval", "logarithmic" if is_logarithmic else "linear")
    numeric = frozenset([len(names), len(names) + 1])
    return Grid(caption, head, tuple(rows[:MOST_ELEMENTS]), numeric)
