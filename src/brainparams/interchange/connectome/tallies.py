"""Connections counted: what they add up to, and what each neuron has."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .cleaning import SOURCE, TARGET, WEIGHT, Limits
from .files import library
from .merging import MOST_ROWS, pairs, run_starts

__all__ = ["Tally", "tally"]

CLOSE = 4
"""Numbers are counted in place where their range is at most so many times as wide as there are of them."""
_ENDS = ("neuron", "out pairs", "out weight", "in pairs", "in weight")


class Tally(NamedTuple):
    """What a table of connections adds up to; `ends` has a row for each neuron: pairs and weight, out and in."""

    rows: int
    pairs: int
    self_pairs: int
    weight: float
    ends: Any


def tally(frame: Any, rows: int, limits: Limits | None = None, isolated: Any = None) -> Tally:
    """Return what the connections of a frame add up to, part after part; `isolated` neurons have none."""
    pl = library("polars")
    found = selves = 0
    weight: float = 0
    ends: list[Any] = []
    for merged in pairs(frame, rows, limits):
        one = pl.col(WEIGHT)
        count, own, total = merged.select(
            pl.len(), (pl.col(SOURCE) == pl.col(TARGET)).sum().alias("own"), one.sum()
        ).row(0)
        found, selves = found + count, selves + own
        weight += total or 0
        ends += [_side(pl, merged, SOURCE, "out", "in"), _side(pl, merged, TARGET, "in", "out")]
        if sum(map(len, ends)) > MOST_ROWS:
            ends = [_together(pl, ends)]
    if isolated is not None:
        nothing = pl.select(isolated.alias("neuron"), *(pl.lit(0).alias(name) for name in _ENDS[1:]))
        ends.append(nothing.cast({name: kind for name, kind in ends[0].schema.items() if kind != pl.Null}))
    return Tally(rows, found, selves, weight, _together(pl, ends).sort("neuron"))


def _together(pl: Any, ends: list[Any]) -> Any:
    return pl.concat(ends, how="vertical_relaxed").group_by("neuron").agg(pl.exclude("neuron").sum())


def _side(pl: Any, merged: Any, end: str, name: str, other: str) -> Any:
    """Return pairs and weight of every neuron at one end of a part."""
    if merged.schema[end].is_integer():
        names, counts, sums = _by_number(merged[end].to_numpy(), merged[WEIGHT].to_numpy())
        tallied = pl.DataFrame({"neuron": names, f"{name} pairs": counts, f"{name} weight": sums})
        tallied = tallied.cast({"neuron": merged.schema[end]})
    else:
        tallied = merged.group_by(pl.col(end).alias("neuron")).agg(
            pl.len().cast(pl.Int64).alias(f"{name} pairs"), pl.col(WEIGHT).sum().alias(f"{name} weight")
        )
    nothing = pl.lit(0, pl.Int64).alias(f"{other} pairs"), (0 * pl.col(f"{name} weight")).alias(f"{other} weight")
    return tallied.with_columns(nothing).select(_ENDS)


def _by_number(names: Any, weights: Any) -> tuple[Any, Any, Any]:
    """Return every number once, how often it stands, and its weight; counted in place where numbers lie close."""
    low, width = (int(names.min()), int(names.max()) - int(names.min()) + 1) if len(names) else (0, 0)
    if width <= CLOSE * len(names) and float(np.abs(weights).sum(dtype=np.float64)) < 2**53:
        place = (names - low).astype(np.int64)
        counts, sums = np.bincount(place, minlength=width), np.bincount(place, weights, width)
        there = np.flatnonzero(counts)
        return there + low, counts[there], sums[there].astype(weights.dtype)
    order = np.argsort(names)
    names, weights = names[order], weights[order]
    first = run_starts(names[1:] != names[:-1])
    return names[first], np.diff(np.append(first, len(names))), np.add.reduceat(weights, first)
