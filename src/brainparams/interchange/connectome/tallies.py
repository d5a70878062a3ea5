"""Connections counted: rows merged into pairs, in parts that fit into memory, and what each neuron has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .cleaning import SOURCE, TARGET, WEIGHT
from .files import library

__all__ = ["OUT", "Tally", "pairs", "tally"]

MOST_PAIRS = 6_000_000
"""Pairs that are merged at a time: about half a gigabyte while they are."""
OUT, IN = "out", "in"


class Tally(NamedTuple):
    """What a table of connections adds up to; `ends` has a row for each neuron: pairs and weight, out and in."""

    rows: int
    pairs: int
    self_pairs: int
    weight: float
    variance: float
    ends: Any


def pairs(frame: Any) -> Iterator[Any]:
    """Yield the pairs of source and target with their total weight and rows, merged, part after part."""
    pl = library("polars")
    parts = _parts(pl, frame)
    for part in range(parts):
        rows = frame if parts == 1 else frame.filter(pl.struct(SOURCE, TARGET).hash(seed=0) % parts == part)
        merged = rows.group_by(SOURCE, TARGET).agg(pl.col(WEIGHT).sum(), pl.len().alias("rows"))
        yield merged.collect(engine="streaming")


def _parts(pl: Any, frame: Any) -> int:
    """Return in how many parts the pairs have to be merged, from an estimate of how many there are."""
    rows = frame.select(pl.len()).collect(engine="streaming").item()
    if rows <= MOST_PAIRS:
        return 1
    found = frame.select(pl.struct(SOURCE, TARGET).hash(seed=0).approx_n_unique()).collect(engine="streaming").item()
    return int(-(-found // MOST_PAIRS))


def tally(frame: Any) -> Tally:
    """Return what the connections of a frame add up to."""
    pl = library("polars")
    rows = found = selves = 0
    weight = variance = 0.0
    ends: list[Any] = []
    for merged in pairs(frame):
        one = pl.col(WEIGHT)
        sums = merged.select(
            pl.col("rows").sum(), pl.len().alias("n"), (pl.col(SOURCE) == pl.col(TARGET)).sum().alias("selves"),
            one.sum(), (one * (1 - one)).sum().alias("variance"),
        ).row(0)  # fmt: skip
        rows, found, selves = rows + sums[0], found + sums[1], selves + sums[2]
        weight, variance = weight + (sums[3] or 0), variance + float(sums[4] or 0.0)
        ends.append(_ends(pl, merged))
    joined = pl.concat(ends).group_by("neuron").agg(pl.exclude("neuron").sum()).sort("neuron")
    return Tally(rows, found, selves, weight, variance, joined)


def _ends(pl: Any, merged: Any) -> Any:
    """Return pairs and weight of every neuron in a part, as source and as target."""

    def side(end: str, name: str, other: str) -> Any:
        tallied = merged.group_by(pl.col(end).alias("neuron")).agg(
            pl.len().cast(pl.Int64).alias(f"{name} pairs"), pl.col(WEIGHT).sum().alias(f"{name} weight")
        )
        zero = pl.lit(0, pl.Int64)
        return tallied.with_columns(
            zero.alias(f"{other} pairs"), (0 * pl.col(f"{name} weight")).alias(f"{other} weight")
        )

    columns = ["neuron", "out pairs", "out weight", "in pairs", "in weight"]
    return pl.concat([side(SOURCE, OUT, IN).select(columns), side(TARGET, IN, OUT).select(columns)])
