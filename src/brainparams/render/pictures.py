"""The small pictures beside a result: its density, or the elements of an array with their intervals."""

from __future__ import annotations

from ..checks import percent
from .blocks import Grid, Line, Picture, Strip
from .numbers import Spread, each_of, elements_of, exactly, rounded
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


def elements(estimate: Spread, level: float, name: str = "", most: int = MOST_ELEMENTS) -> Grid | None:
    """Return the elements of an array, a row for each, with strips on one axis.

    Of many, or of an array with a `name` beside the result, the largest come first; beyond `most` they are added up.
    """
    if not estimate.axes:
        return None
    points, medians = points_of(estimate), each_of(estimate.median)
    names = tuple(axis.name for axis in estimate.axes)
    unit = "" if estimate.unit.text == "1" else f" [{estimate.unit.pretty}]"
    caption = f"{name}: {len(points)} elements along {', '.join(names)}".removeprefix(": ")
    places = list(range(len(points)))
    if name or len(points) > MOST_ELEMENTS:
        places.sort(key=lambda place: -float(medians[place]))
        caption += ", the largest first"
    rest = places[most:]
    told = elements_of(estimate, level, places[:most])
    shown = [(*points[place], *each) for place, each in zip(places, told, strict=False)]
    more = (f"{len(rest)} more", *[""] * (len(names) - 1)) if rest else ()
    if estimate.is_exact_number:
        rows: list[tuple[Line, ...]] = [each[:-2] for each in shown]
        rows += [(*more, exactly(sum(medians[place] for place in rest)))] if rest else []
        return Grid(caption, (*names, f"value{unit}"), tuple(rows), frozenset([len(names)]))
    lows, highs = map(each_of, estimate.interval(level))
    axis_ends = (float(min(lows)), float(max(highs)))
    is_logarithmic = axis_ends[0] > 0
    rows = []
    for place, (*point, value, start, end) in zip(places, shown, strict=False):
        strip = Strip(float(lows[place]), float(medians[place]), float(highs[place]), axis_ends, is_logarithmic)
        rows.append((*point, value, f"{start} to {end}" if end else "", strip))
    if rest:
        rows.append((*more, rounded(sum(float(medians[place]) for place in rest)), "medians added up", ""))
    head = (*names, f"median{unit}", f"{percent(level)} interval", "log scale" if is_logarithmic else "linear scale")
    return Grid(caption, head, tuple(rows), frozenset([len(names), len(names) + 1]))
