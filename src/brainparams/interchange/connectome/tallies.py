"""Connections counted: what they add up to, and what each neuron has."""

from __future__ import annotations

from typing import Any, NamedTuple

from .cleaning import SOURCE, TARGET, WEIGHT
from .files import library
from .merging import pairs

__all__ = ["Tally", "tally"]

_ENDS = ("neuron", "out pairs", "out weight", "in pairs", "in weight")


class Tally(NamedTuple):
    """What a table of connections adds up to; `ends` has a row for each neuron: pairs and weight, out and in."""

    rows: int
    pairs: int
    self_pairs: int
    weight: float
    variance: float
    ends: Any


def tally(frame: Any, rows: int) -> Tally:
    """Return what the connections of a frame add up to, part after part."""
    pl = library("polars")
    found = selves = 0
    weight: float = 0
    variance = 0.0
    ends: Any = None
    for merged in pairs(frame, rows):
        one = pl.col(WEIGHT)
        count, own, total, spread = merged.select(
            pl.len(),
            (pl.col(SOURCE) == pl.col(TARGET)).sum().alias("own"),
            one.sum(),
            (one * (1 - one)).sum().alias("v"),
        ).row(0)
        found, selves = found + count, selves + own
        weight, variance = weight + (total or 0), variance + float(spread or 0.0)
        both = [_side(pl, merged, SOURCE, "out", "in"), _side(pl, merged, TARGET, "in", "out")]
        together = pl.concat(both if ends is None else [ends, *both], how="vertical_relaxed")
        ends = together.group_by("neuron").agg(pl.exclude("neuron").sum())
    return Tally(rows, found, selves, weight, variance, ends.sort("neuron"))


def _side(pl: Any, merged: Any, end: str, name: str, other: str) -> Any:
    """Return pairs and weight of every neuron at one end of a part."""
    tallied = merged.group_by(pl.col(end).alias("neuron")).agg(
        pl.len().cast(pl.Int64).alias(f"{name} pairs"), pl.col(WEIGHT).sum().alias(f"{name} weight")
    )
    nothing = pl.lit(0, pl.Int64).alias(f"{other} pairs"), (0 * pl.col(f"{name} weight")).alias(f"{other} weight")
    return tallied.with_columns(nothing).select(_ENDS)
