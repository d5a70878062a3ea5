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
    ends: Any


def tally(frame: Any, rows: int, isolated: Any = None) -> Tally:
    """Return what the connections of a frame add up to, part after part; `isolated` neurons have none."""
    pl = library("polars")
    found = selves = 0
    weight: float = 0
    ends: Any = None
    for merged in pairs(frame, rows):
        one = pl.col(WEIGHT)
        count, own, total = merged.select(
            pl.len(), (pl.col(SOURCE) == pl.col(TARGET)).sum().alias("own"), one.sum()
        ).row(0)
        found, selves = found + count, selves + own
        weight += total or 0
        both = [_side(pl, merged, SOURCE, "out", "in"), _side(pl, merged, TARGET, "in", "out")]
        together = pl.concat(both if ends is None else [ends, *both], how="vertical_relaxed")
        ends = together.group_by("neuron").agg(pl.exclude("neuron").sum())
    if isolated is not None:
        nothing = pl.select(isolated.alias("neuron"), *(pl.lit(0).alias(name) for name in _ENDS[1:]))
        ends = pl.concat([ends, nothing.cast({k: v for k, v in ends.schema.items() if v != pl.Null})])
    return Tally(rows, found, selves, weight, ends.sort("neuron"))


def _side(pl: Any, merged: Any, end: str, name: str, other: str) -> Any:
    """Return pairs and weight of every neuron at one end of a part."""
    tallied = merged.group_by(pl.col(end).alias("neuron")).agg(
        pl.len().cast(pl.Int64).alias(f"{name} pairs"), pl.col(WEIGHT).sum().alias(f"{name} weight")
    )
    nothing = pl.lit(0, pl.Int64).alias(f"{other} pairs"), (0 * pl.col(f"{name} weight")).alias(f"{other} weight")
    return tallied.with_columns(nothing).select(_ENDS)
